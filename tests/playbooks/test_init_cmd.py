"""`homeroom init`: the example district to start from; never into a directory that holds something."""

import json

from homeroom.project import CONFIG, shipped
from playbooks.cli import main
from playbooks.init import FILES


def test_the_new_project_is_the_example_and_checks(tmp_path, capsys):
    target = tmp_path / "district"
    assert main(["init", str(target)]) == 0
    assert "homeroom check" in capsys.readouterr().err
    for name in FILES:
        assert (target / "inventory" / name).read_bytes() == (shipped() / "inventory" / name).read_bytes()
    assert (target / CONFIG).is_file()
    assert (target / ".gitignore").read_text() == ".homeroom/\n"
    assert {path.name for path in target.iterdir()} == {".gitignore", "README.md", CONFIG, "inventory"}
    assert main(["--project", str(target), "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sites"] == 12


def test_the_readme_names_every_file(tmp_path):
    assert main(["init", str(tmp_path), "--json"]) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert all(f"inventory/{name}" in text for name in FILES)


def test_json_says_where(tmp_path, capsys):
    assert main(["init", str(tmp_path / "a" / "b"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"project": str(tmp_path / "a" / "b")}


def test_a_directory_that_holds_something_is_refused(tmp_path, capsys):
    (tmp_path / "x").touch()
    assert main(["init", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"homeroom init: {tmp_path} is not empty: name a new directory\n"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert main(["init", str(tmp_path / "x")]) == 2


def test_a_directory_that_cannot_be_made(tmp_path, capsys):
    (tmp_path / "x").touch()
    assert main(["init", str(tmp_path / "x" / "y")]) == 2
    assert capsys.readouterr().err == (
        f"homeroom init: {tmp_path / 'x' / 'y'} cannot be made: Not a directory; name another directory\n"
    )
