"""`homeroom sample`: writes a project that checks, and writes over nothing unasked."""

import json

import pytest

from playbooks.cli import main


@pytest.mark.parametrize(("nation", "sites", "schools"), [("py", 962, 1707), ("kg", 2137, 2137), ("rs", 4000, 4000)])
def test_a_sample_checks_with_its_published_totals(tmp_path, capsys, nation, sites, schools):
    assert main(["sample", nation, "--out", str(tmp_path / "P")]) == 0
    assert f"wrote {tmp_path / 'P'}" in capsys.readouterr().err.replace("\n", "")
    assert main(["--project", str(tmp_path / "P"), "check", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["sites"], document["schools"], document["quarantined"]) == (sites, schools, [])


def test_json_says_where(tmp_path, capsys):
    assert main(["sample", "kg", "--out", str(tmp_path / "P"), "--sites", "9", "--seed", "5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"nation": "kg", "project": str(tmp_path / "P"), "seed": 5}


def test_nothing_is_written_over_unless_forced(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep me")
    words = ["sample", "kg", "--out", str(tmp_path), "--sites", "3"]
    assert main(words) == 2
    assert capsys.readouterr().err == (
        f"homeroom sample: {tmp_path} is not empty: name a new directory, or add --force to write over it\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert main([*words, "--force"]) == 0
    assert (tmp_path / "mine.txt").read_text() == "keep me"
    assert (tmp_path / "inventory" / "schools.csv").is_file()


def test_a_file_in_the_way(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["sample", "kg", "--out", str(tmp_path / "file"), "--force", "--sites", "3"]) == 2
    assert capsys.readouterr().err == (
        f"homeroom sample: {tmp_path / 'file'} cannot be written: Not a directory; name another directory\n"
    )


@pytest.mark.parametrize("words", [["sample"], ["sample", "xx", "--out", "P"], ["sample", "kg"]])
def test_bad_usage(words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: homeroom" in capsys.readouterr().err
