"""`homeroom audit trend`: each run in numbers, what moved between them, and the change that did it."""

import json
import shutil
from functools import partial

import pytest
from filled import audit, devices, fill
from judged import HOUR, NOW, replaced

from homeroom.audit.bundle.read import Bundle
from homeroom.project import Project
from homeroom.store.audits import Move
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.db import connect
from playbooks.audit_trend import better
from playbooks.cli import main

DAY = 24 * HOUR
MOVED = {"MGT-01", "OPS-04"}


@pytest.fixture
def trend_of(capsys, monkeypatch):
    monkeypatch.setattr("time.time", lambda: NOW + DAY)

    def run(project, *words, people=False):
        capsys.readouterr()
        code = main(["--project", str(project.root), *([] if people else ["--json"]), "audit", "trend", *words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, " ".join(err.split())

    return run


@pytest.fixture(scope="module")
def mended(small, tmp_path_factory):
    """Two audits: at first every router takes telnet, then a change has mended the first of them."""
    project = Project.locate(shutil.copytree(small.root, tmp_path_factory.mktemp("trend") / "p"))
    routers = [name for name in devices(project) if "-rtr" in name]

    def telnet(intent, text):
        if intent.device.name not in at_fault:
            return text
        return replaced(text, " transport input ssh\n", " transport input telnet ssh\n", 1)

    at_fault = set(routers)
    audited(project, NOW, telnet)
    engine = connect(project)
    row = Row("CHG-7", routers[0], "confirmed", at=NOW + HOUR)
    Changes(engine).add(Change("CHG-7", "done", "wave", 0, "content", "amy", "why", NOW + HOUR), [row])
    engine.dispose()
    at_fault.discard(routers[0])
    audited(project, NOW + DAY, telnet)
    return project, routers


def audited(project, now, change):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.time", lambda: now)
        fill(project, now, change)
        main(["--project", str(project.root), "--json", "audit", "--kind", "router"])


@pytest.fixture
def trend(mended, trend_of):
    return partial(trend_of, mended[0])


def test_before_any_audit_there_is_no_trend(trend_of, project):
    code, found, _ = trend_of(project)
    assert (code, found) == (1, {"runs": [], "moves": []})


def test_runs_stand_in_numbers_and_what_a_change_made_better_is_named(trend, mended):
    _, routers = mended
    code, found, _ = trend()
    assert code == 0
    assert [(run["at"], run["scope"], run["devices"]) for run in found["runs"]] == [
        (at, "kind router", len(routers)) for at in (NOW, NOW + DAY)
    ]
    newest = Bundle.open(mended[0].state / "report/audit.homeroom")
    assert [run["root"] for run in found["runs"]] == [newest.header.previous, newest.root]
    assert [run["rule"]["MGT-01"].get("violation", 0) for run in found["runs"]] == [len(routers), len(routers) - 1]
    assert {(one["subject"], one["rule"], one["before"], one["after"], one["change"], one["better"])
            for one in found["moves"]} == {
        (routers[0], rule, "violation", "compliant", "CHG-7", True) for rule in MOVED
    }  # fmt: skip
    assert {one["rule"] for one in trend("--change", "CHG-7")[1]["moves"]} == MOVED
    assert trend("--change", "other")[1]["moves"] == []


def test_counts_are_of_rules_regions_or_frameworks(trend, mended):
    project, routers = mended
    counts = {by: trend("--by", by)[1]["runs"][1][by] for by in ("rule", "region", "framework")}
    every = [count for name in counts["rule"].values() for count in name.values()]
    judged = Bundle.open(project.state / "report/audit.homeroom").subjects()
    assert sum(every) == sum(len(subject.verdicts) for subject in judged)
    assert sum(count for name in counts["region"].values() for count in name.values()) == sum(every)
    assert {"DISA", "NIST SP 800-53", "DfE", "CIPA"} <= set(counts["framework"])
    assert counts["framework"]["DISA"]["violation"] >= len(routers) - 1


def test_what_is_longer_ago_is_left_out(trend, mended):
    assert [run["at"] for run in trend("--days", "0.5")[1]["runs"]] == [NOW + DAY]
    assert trend("--days", "2")[1]["moves"] != []


def test_people_see_which_way_it_goes(trend, mended, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    _, routers = mended
    code, out, words = trend(people=True)
    assert (code, out) == (0, None)
    assert f"│ MGT-01 │ {len(routers)} │ {len(routers) - 1 or '.'} │ better │" in words
    assert "2 verdicts moved: 2 better, 0 worse" in words
    assert "CHG-7" in words


def test_a_part_is_not_compared_with_the_whole(trend, mended, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    audit(mended[0], capsys, "--kind", "ap")
    assert [run["scope"] for run in trend()[1]["runs"]] == ["kind router", "kind router", "kind ap"]
    words = trend(people=True)[2]
    assert "violations, errors and unknown of kind ap" in words
    assert "│ MGT-01 │ . │ │" in words, "one run of access points, nothing to compare it with"


@pytest.mark.parametrize(
    ("before", "after", "is_better"),
    [
        ("violation", "compliant", True),
        ("violation", "unknown", True),
        ("unknown", "violation", False),
        ("compliant", "unknown", False),
        ("compliant", "violation", False),
    ],
)
def test_towards_compliant_is_better(before, after, is_better):
    assert better(Move(0.0, "d", "s", "r", "X-01", before, after)) == is_better
