"""`homeroom prove` as people and programs use it."""

import json

import pytest
from made import planned

from homeroom.errors import UsageError
from homeroom.proof.model import Finding, Leak, SiteProof, Unknown
from playbooks import cli
from playbooks.proven import SHOWN, Tally

PLANTED = (
    "ip access-list extended STUDENT-IN\n",
    "ip access-list extended STUDENT-IN\n 5 permit udp any any eq bootps\n",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A planned project, and what it renders."""
    made = planned(tmp_path_factory.mktemp("command") / "p", sites=3)
    configs = made.root / "configs"
    assert cli.main(["--project", str(made.root), "render", "--out", str(configs)]) == 0
    return made.root, configs


def prove(project, capsys, *words):
    code = cli.main(["--project", str(project), "--json", "prove", *map(str, words)])
    return code, json.loads(capsys.readouterr().out)


def copied(configs, folder, **edits):
    """Copy the configurations; `edits` change the first router's."""
    folder.mkdir()
    for path in configs.iterdir():
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    router = min(folder.glob("*-rtr1.cfg"))
    for old, new in edits.get("edits", ()):
        text = router.read_text(encoding="utf-8")
        assert old in text
        router.write_text(text.replace(old, new, 1), encoding="utf-8")
    return router


def test_what_is_rendered_is_proven(project, capsys):
    code, document = prove(project[0], capsys)
    assert code == 0
    assert document == {
        "sites": 3,
        "pairs": 3 * 121,
        "proven": 3 * 121,
        "leaks": [],
        "unknown": [],
        "findings": [],
    }


def test_a_selected_site_is_proven_whole(project, capsys):
    code, document = prove(project[0], capsys, "--kind", "switch", "--site", "00-0001")
    assert (code, document["sites"], document["proven"]) == (0, 1, 121)


def test_golden_the_planted_leak_in_what_runs(project, capsys, tmp_path):
    router = copied(project[1], tmp_path / "running", edits=[PLANTED])
    code, document = prove(project[0], capsys, "--running", tmp_path / "running", "--against", project[1])
    assert code == 1
    leak = next(leak for leak in document["leaks"] if leak["to"] == "staff")
    assert leak["device"] == router.stem
    assert leak["rule"] == "permit udp any any eq 67"
    assert leak["packet"].endswith(":67")
    assert {"site", "from", "to", "packet", "device", "rule", "line", "interface", "list", "entry"} <= leak.keys()
    (change,) = document["changes"]
    assert (change["device"], change["list"], change["closes"]) == (router.stem, "STUDENT-IN", [])
    assert change["opens"][0].endswith("(permit udp any any eq 67)")


def test_a_person_reads_the_matrix_and_the_leak(project, capsys, tmp_path):
    copied(project[1], tmp_path / "running", edits=[PLANTED])
    code = cli.main(
        ["--project", str(project[0]), "prove", "--running", str(tmp_path / "running"), "--against", str(project[1])]
    )
    shown = capsys.readouterr()
    assert code == 1
    assert shown.out == ""
    assert "1 student" in shown.err
    assert "✗ student -> staff (IPv4): udp " in shown.err
    assert "by permit udp any any eq 67" in shown.err
    assert "+ opens udp " in shown.err
    assert "! dead rule: " in shown.err
    assert "not proven" in shown.err


def test_a_missing_file_is_unknown(project, capsys, tmp_path):
    router = copied(project[1], tmp_path / "running")
    router.unlink()
    code, document = prove(project[0], capsys, "--running", tmp_path / "running", "--against", tmp_path / "running")
    assert code == 1
    assert [(one["device"], one["line"]) for one in document["unknown"]] == [(router.stem, 0)]
    assert "No such file" in document["unknown"][0]["reason"]
    assert document["proven"] == 2 * 121
    assert document["changes"][0]["note"].startswith("not compared: ")
    code = cli.main(["--project", str(project[0]), "prove", "--running", str(tmp_path / "running")])
    assert f"? {router.stem}: " in capsys.readouterr().err


def test_a_file_that_is_no_text_is_unknown(project, capsys, tmp_path):
    router = copied(project[1], tmp_path / "running")
    router.write_bytes(b"hostname \xff\xfe\n")
    _, document = prove(project[0], capsys, "--running", tmp_path / "running")
    assert "it is no UTF-8 text" in document["unknown"][0]["reason"]


def test_a_line_that_is_not_understood_is_unknown_by_its_number(project, capsys, tmp_path):
    router = copied(
        project[1], tmp_path / "running", edits=[(PLANTED[0], PLANTED[0] + " 5 permit udp any any fluff\n")]
    )
    code, document = prove(project[0], capsys, "--running", tmp_path / "running", "--against", project[1])
    assert code == 1
    (one,) = document["unknown"]
    lines = router.read_text(encoding="utf-8").splitlines()
    assert lines[one["line"] - 1] == " 5 permit udp any any fluff"
    assert document["changes"][0]["note"].startswith("not compared: line ")


def test_cold_says_the_same(project, capsys):
    assert prove(project[0], capsys, "--cold") == prove(project[0], capsys)


def test_a_folder_that_is_none_and_a_selection_of_nothing_are_usage_errors(project, capsys):
    assert cli.main(["--project", str(project[0]), "prove", "--running", "nowhere"]) == UsageError.exit_code
    assert "nowhere is no directory" in capsys.readouterr().err
    assert cli.main(["--project", str(project[0]), "prove", "--site", "none"]) == UsageError.exit_code
    assert "no site is selected" in capsys.readouterr().err


def test_a_device_that_cannot_be_rendered_failed(project, capsys, tmp_path, monkeypatch):
    templates = project[0] / "templates" / "ios"
    templates.mkdir(parents=True)
    try:
        (templates / "identity.j2").write_text("hostname {{ device.nme }}\n", encoding="utf-8")
        code, document = prove(project[0], capsys)
    finally:
        (templates / "identity.j2").unlink()
        templates.rmdir()
    assert code == 3
    assert "cannot be rendered: " in document["unknown"][0]["reason"]


def test_long_lists_are_cut_for_people(capsys):
    leaks = tuple(
        Leak("s", "a", "b", "packet", f"d{n}", "i", "rule", during=("day",), via=("x",)) for n in range(SHOWN + 5)
    )
    tally = Tally()
    tally.add(SiteProof("s", ("a", "b"), leaks, (Finding("d", "no list", "x", "y"),) * 3))
    assert tally.answer() == 1
    from homeroom.policy.model import Policy, Role

    tally.show(Policy({"a": Role(1, "", "none", ""), "b": Role(2, "", "none", "")}, {}, {}, ()))
    shown = capsys.readouterr().err
    assert "... 5 more (all of them with --json)" in shown
    assert "during day" in shown
    assert "after x" in shown
    assert "(and 2 more)" in shown


def test_only_devices_that_cannot_be_rendered_answer_three():
    tally = Tally()
    tally.add(SiteProof("s", (), unknown=(Unknown("d", "no", failed=True),)))
    assert tally.answer() == 3
    tally.add(SiteProof("s", (), unknown=(Unknown("d", "no"),)))
    assert tally.answer() == 1
