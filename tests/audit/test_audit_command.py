"""`homeroom audit` end to end on a planned district: exit codes, the JSON others rely on, the files."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from judged import readings, replaced
from reports import HOSTILE, Reader

from homeroom.errors import InputError, UsageError
from homeroom.platforms.render import Renderer
from homeroom.reading import Reading, Status
from homeroom.store import configs
from homeroom.store import readings as store
from homeroom.store.db import connect
from homeroom.store.world import World
from playbooks.cli import main, parser_for


def fill(project, now, change=lambda intent, text: text, names=None):
    """Backup and poll every device, as if all ran what was intended (`change` may differ)."""
    engine, world, renderer = connect(project), World.open(project), Renderer.of(project)
    rows, states = [], []
    for intent in world.intents():
        device = intent.device
        text = renderer.render(intent).text
        configs.save_running(engine, device.name, change(intent, text), now)
        found = readings(intent, now)
        if names and device.name in names:
            found["identity.name"] = {"": Reading(device.name, "identity.name", "", names[device.name], now)}
        rows += [row for table in found.values() for row in table.values()]
        states.append(Status(device.name, now, True, "", now))
    store.save(engine, rows, states)
    world.close()
    engine.dispose()


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    return 1_800_000_000.0


def audit(project, capsys, *words):
    code = main(["--project", str(project.root), "audit", "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_a_district_that_runs_its_intent_is_compliant(project, now, capsys):
    fill(project, now)
    code, document = audit(project, capsys)
    assert code == 0
    assert set(document) == {
        "bundle", "devices", "files", "report", "rules", "sites", "verdicts", "violations",
    }  # fmt: skip
    assert set(document["verdicts"]) == {"compliant", "violation", "waived", "not_applicable", "unknown", "error"}
    assert document["verdicts"]["compliant"] > 0
    assert [document["verdicts"][status] for status in ("violation", "unknown", "error", "waived")] == [0, 0, 0, 0]
    assert document["rules"] == 10
    assert document["violations"] == []
    bundle = json.loads(Path(document["bundle"]).read_text())
    assert bundle["verdicts"] == document["verdicts"]
    assert len(bundle["results"]) == document["devices"] * 9 + document["sites"]
    Reader(Path(document["report"]).read_text())


def test_drift_and_a_violation_are_found_named_and_shown(project, now, capsys):
    def change(intent, text):
        if intent.device.kind == "router" and intent.device.site.endswith("0001"):
            return replaced(text, " transport input ssh\n", " transport input telnet ssh\n", 1)
        return text

    fill(project, now, change, names=None)
    code, document = audit(project, capsys, "--format", "html,csv")
    assert code == 1
    assert {found["rule"] for found in document["violations"]} == {"MGT-01", "OPS-04"}
    first = document["violations"][0]
    assert (first["rule"], first["severity"]) == ("MGT-01", "critical")
    assert first["device"].endswith("-rtr1")
    assert "transport input telnet ssh" in first["summary"]
    text = Path(document["report"]).read_text()
    assert "line vty 0 4: transport input telnet ssh" in text
    assert "+transport input telnet ssh" in text
    with Path(document["files"]["csv"]).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["verdict"] == "violation" for row in rows) == document["verdicts"]["violation"]


def test_nothing_read_is_unknown_and_the_answer_is_no(project, now, capsys):
    code, document = audit(project, capsys)
    assert code == 1
    assert document["verdicts"]["violation"] == document["verdicts"]["error"] == 0
    assert document["verdicts"]["unknown"] > 0
    text = Path(document["report"]).read_text()
    assert "never polled" in text
    assert "Not proved." in text


def test_a_hostile_device_name_harms_no_reader(project, now, capsys):
    world = World.open(project)
    device = world.devices()[0].name
    world.close()
    fill(project, now, names={device: HOSTILE})
    code, document = audit(project, capsys, "--format", "html,csv")
    assert code == 1
    reader = Reader(Path(document["report"]).read_text())
    assert not reader.all("img")
    assert "<img src=x" in reader.text()
    with Path(document["files"]["csv"]).open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "-"))]


def test_people_see_a_table_the_violations_and_the_paths(project, now, capsys):
    world = World.open(project)
    device = world.devices()[0].name
    world.close()
    fill(project, now, names={device: "\x1b[31mred"})
    assert main(["--project", str(project.root), "audit"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "SNM-05" in err
    assert device in err
    assert "\x1b[31mred" not in err
    assert "audit.html" in err


def test_many_violations_are_cut_on_the_screen(project, now, capsys):
    fill(project, now, change=lambda _intent, text: text + ("logging host 10.9.9.9\n" if "hostname" in text else ""))
    world = World.open(project)
    names = {row.name: "x" for row in world.devices()}
    world.close()
    fill(project, now, names=names)
    assert main(["--project", str(project.root), "audit"]) == 1
    assert re.search(r"\.\.\. and \d+ more violations in the report", capsys.readouterr().err)


def test_only_what_is_selected_is_judged(project, now, capsys):
    fill(project, now)
    code, document = audit(project, capsys, "--kind", "router")
    assert code == 0
    bundle = json.loads(Path(document["bundle"]).read_text())
    assert bundle["about"]["scope"] == "kind router"
    assert bundle["about"]["command"] == "homeroom audit --kind router"
    assert {found["device"].partition("-rtr")[2] for found in bundle["results"] if found["device"]} == {"1"}


def test_a_waiver_makes_the_answer_yes(project, now, capsys):
    world = World.open(project)
    device = world.devices()[0].name
    world.close()
    fill(project, now, names={device: "renamed"})
    (project.inventory / "waivers.yaml").write_text(
        f"waivers:\n  - {{rule: SNM-05, scope: {{device: {device}}}, reason: Spare, requested_by: A, approved_by: B,"
        " created: 2027-01-01, expires: 2027-02-01, ticket: T-1}\n"
    )
    code, document = audit(project, capsys)
    assert code == 0
    assert document["verdicts"]["waived"] == 1
    waived = next(v for v in json.loads(Path(document["bundle"]).read_text())["results"] if v["status"] == "waived")
    assert (waived["raw"], waived["waiver"]) == ("violation", "T-1")


def test_a_bad_rule_or_waiver_stops_before_anything_is_written(project, now, capsys):
    (project.inventory / "waivers.yaml").write_text("waivers: [{rule: X}]\n")
    assert main(["--project", str(project.root), "audit"]) == 2
    assert "waivers[0].scope: missing; add it" in capsys.readouterr().err
    (project.inventory / "waivers.yaml").unlink()
    rules = project.inventory / "rules"
    rules.mkdir()
    (rules / "MGT-01.yaml").write_text("id: MGT-01\n")
    assert main(["--project", str(project.root), "audit"]) == 2
    assert not (project.state / "report").exists()


def test_a_project_adds_its_own_rule(project, now, capsys):
    fill(project, now)
    rules = project.inventory / "rules"
    rules.mkdir()
    (rules / "NAT-01.yaml").write_text(
        "id: NAT-01\ntitle: National\nseverity: low\nwhy: So.\nfix: Do.\napplies: {kinds: [switch]}\n"
        "check: {config: {ios: [{present: service national, silent: {verdict: violation, because: it is absent}}]}}\n"
    )
    code, document = audit(project, capsys)
    assert (code, document["rules"]) == (1, 11)
    assert {found["rule"] for found in document["violations"]} == {"NAT-01"}


def test_old_facts_are_unknown_and_the_age_is_the_operators(project, now, capsys):
    fill(project, now - 7200)
    assert audit(project, capsys)[0] == 0
    code, document = audit(project, capsys, "--max-age", "1")
    assert code == 1
    assert document["verdicts"]["unknown"] > 0


def test_the_same_facts_make_the_same_report(project, now, capsys, tmp_path):
    fill(project, now)
    for name in ("a", "b"):
        audit(project, capsys, "--format", "html,csv", "--out", str(tmp_path / name))
    for file in ("audit.html", "audit.json", "audit.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_crash_leaves_the_report_of_before(project, now, capsys, monkeypatch, tmp_path):
    fill(project, now)
    audit(project, capsys, "--out", str(tmp_path / "r"))
    before = {path.name: path.read_bytes() for path in (tmp_path / "r").iterdir()}

    def broken(*_):
        raise InputError

    monkeypatch.setattr("homeroom.audit.judge.audit", broken)
    assert main(["--project", str(project.root), "audit", "--out", str(tmp_path / "r")]) == 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "r").iterdir()} == before


def test_bad_usage_is_said(project, now, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for words, message in [
        (["--out", str(tmp_path / "file" / "x")], "cannot be made: Not a directory; give another --out"),
        (["--max-age", "0"], "--max-age is 0: give more than 0 hours"),
    ]:
        assert main(["--project", str(project.root), "audit", *words]) == 2
        assert message in capsys.readouterr().err
    with pytest.raises(SystemExit):
        parser_for("audit").parse_args(["audit", "--format", "html,pdf"])
    assert "no format is called 'pdf'; there are html, csv, json" in capsys.readouterr().err
    assert UsageError.exit_code == 2


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ({"lab.json", "lab.log"}, "Nothing here is hardware: 1 of"),
        ({"lab.log"}, "A lab has run in this project"),
        (set(), "Devices were asked at their management addresses."),
    ],
)
def test_a_report_says_what_was_real(project, now, capsys, there, says):
    world = World.open(project)
    row = world.devices()[0]
    world.close()
    if "lab.json" in there:
        device = {"name": row.name, "address": "127.1.0.1", "platform": row.platform, "kind": row.kind}
        state = {"pid": os.getpid(), "ports": {"ssh": 1, "snmp": 2}, "devices": [device]}
        (project.state / "lab.json").write_text(json.dumps(state))
    if "lab.log" in there:
        (project.state / "lab.log").write_text("")
    _, document = audit(project, capsys)
    assert json.loads(Path(document["bundle"]).read_text())["about"]["basis"].startswith(says)
