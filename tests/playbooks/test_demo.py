"""The demo finds what it plants, clears only its own leavings, and notices when a rule would miss."""

import json

import bundles
import pytest

from homeroom.audit.bundle.read import Bundle
from homeroom.errors import LabError, UsageError
from homeroom.lab import client
from homeroom.project import Project
from playbooks import cli, demo


@pytest.fixture
def root(tmp_path):
    yield tmp_path / "demo"
    client.down(Project(tmp_path / "demo"))


@pytest.mark.timeout(200)
def test_demo_finds_what_it_plants_and_can_be_run_again(root, capsys):
    for _ in range(2):
        assert cli.main(["demo", "--dir", str(root), "--sites", "2"]) == 0
    said = capsys.readouterr().err
    results = [v for subject in Bundle.open(root / "report/audit.homeroom").subjects() for v in subject.verdicts]
    broken = {(v.rule, v.device) for v in results if v.status == "violation"}
    devices = {device for _, device in broken}
    # the community has no list either: it is one more way in for everybody
    assert {rule for rule, _ in broken} == {"OPS-04", "SNM-01", "MGT-01", "MGT-04"}
    undecided = {v.rule for v in results if v.status in {"unknown", "error"}}
    assert undecided <= {"FLT-03", "LOG-08"}, undecided  # nobody probed there, and no collector runs
    assert len(devices) == 2
    assert all(f"found   {device}" in said for device in devices)
    assert (root / "report/audit.html").is_file()
    assert list((root / "configs").glob("*-rtr1.cfg"))
    assert "community public" not in (root / "report/audit.html").read_text(encoding="utf-8")
    assert "MISSED" not in said
    advice = next(line for line in said.splitlines() if "apply --commit --overwrite" in line)
    words = advice[advice.index("apply") :].split()
    assert cli.main(["--project", str(root), *words, "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(last["states"]["confirmed"]) == devices


def test_demo_leaves_what_is_not_its_own(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("precious")
    assert cli.main(["demo", "--dir", str(tmp_path)]) == 2
    assert (
        capsys.readouterr().err == f"homeroom demo: {tmp_path} is not an earlier demo: name another place with --dir\n"
    )
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_demo_stops_at_an_unexpected_answer(tmp_path):
    with pytest.raises(LabError, match=r"`homeroom check --project elsewhere` answered 2; the demo stops here"):
        demo._step(["check", "--project", str(tmp_path / "elsewhere")], "Nothing there")


def test_what_the_audit_did_not_find_is_missed(tmp_path):
    planted = demo.Planted("nobody", (), "OPS-04", "drift")
    assert demo._missed((planted,), bundles.small(tmp_path)) == [planted]


def test_clear_of_nothing_is_nothing(tmp_path):
    demo._clear(tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    demo._clear(tmp_path / "empty")
    assert (tmp_path / "empty").is_dir()
    with pytest.raises(UsageError):
        demo._clear(tmp_path)
