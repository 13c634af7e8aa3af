"""`homeroom audit` end to end on a planned district: exit codes, the JSON others rely on, the bundle and the reports."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from filled import audit, devices, fill, verdicts
from judged import NOW, replaced
from reports import HOSTILE, SHOWN, Reader

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.judge import Judge
from homeroom.audit.verdict import STATUSES
from homeroom.errors import UsageError
from homeroom.project import Project
from playbooks.cli import main, parser_for

FILES = {
    "audit.homeroom", "audit.html", "audit.pdf", "audit.csv", "audit.xlsx", "audit.xml", "audit-results.json",
    "audit-poam.json", "audit-cklb.zip",
}  # fmt: skip


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("time.time", lambda: NOW)
    return NOW


def bundle(document):
    return Bundle.open(Path(document["bundle"]))


def wrong(document):
    """Which rules are violated, undecided or broken, with what was said: for the message of a failing test."""
    return {one.rule: one.summary for one in verdicts(document) if one.status in {"violation", "unknown", "error"}}


def test_a_district_that_runs_its_intent_is_compliant(project, now, capsys):
    fill(project, now)
    code, document = audit(project, capsys)
    assert (code, wrong(document)) == (0, {})
    assert set(document) == {
        "bundle", "devices", "files", "previous", "report", "root", "rules", "sites", "skipped", "verdicts",
        "violations",
    }  # fmt: skip
    assert set(document["verdicts"]) == set(STATUSES)
    assert document["verdicts"]["compliant"] > 0
    assert [document["verdicts"][status] for status in ("violation", "unknown", "error", "waived")] == [0, 0, 0, 0]
    assert (document["violations"], document["previous"], document["skipped"]) == ([], "", 0)
    written, found = bundle(document), verdicts(document)
    assert written.root == document["root"]
    assert {status: [one.status for one in found].count(status) for status in STATUSES} == document["verdicts"]
    scopes = [rule.scope for rule in written.rules]
    per_scope = {"device": document["devices"], "site": document["sites"], "programme": 1}
    assert len(found) == sum(per_scope[scope] for scope in scopes)
    assert (len(scopes), set(scopes)) == (document["rules"], set(per_scope))
    assert all(one.since == one.first == now for one in found)
    Reader(Path(document["report"]).read_text())


def test_drift_and_a_violation_are_found_named_and_shown(project, now, capsys):
    def change(intent, text):
        if intent.device.kind == "router" and intent.device.site.endswith("0001"):
            return replaced(text, " transport input ssh\n", " transport input telnet ssh\n", 1)
        return text

    fill(project, now, change)
    code, document = audit(project, capsys, "--format", "html,csv")
    assert code == 1
    assert {found["rule"] for found in document["violations"]} == {"MGT-01", "OPS-04"} == set(wrong(document))
    first = document["violations"][0]
    assert (first["rule"], first["severity"], first["since"]) == ("MGT-01", "critical", now)
    assert first["device"].endswith("-rtr1")
    assert "transport input telnet ssh" in first["summary"]
    assert first["evidence"] == ["line vty 0 4: transport input telnet ssh"]
    text = Reader(Path(document["report"]).read_text()).text()
    assert "line vty 0 4: transport input telnet ssh" in text
    with Path(document["files"]["csv"]).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["verdict"] == "violation" for row in rows) == document["verdicts"]["violation"] > 0


def test_nothing_read_is_unknown_and_the_answer_is_no(project, now, capsys):
    code, document = audit(project, capsys)
    assert code == 1
    assert document["verdicts"]["violation"] == document["verdicts"]["error"] == 0
    assert document["verdicts"]["unknown"] > 0
    assert {missed.reason for missed in bundle(document).unreached} == {"never polled"}
    assert [missed.device for missed in bundle(document).unreached] == devices(project)


def test_a_hostile_device_name_harms_no_reader(project, now, capsys):
    device = devices(project)[0]
    fill(project, now, names={device: HOSTILE})
    code, document = audit(project, capsys, "--format", "html,csv")
    assert code == 1
    reader = Reader(Path(document["report"]).read_text())
    assert not reader.all("img")
    assert SHOWN in reader.text()
    with Path(document["files"]["csv"]).open(newline="", encoding="utf-8-sig") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if "<img" in cell]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "-"))]


def test_people_see_a_table_the_violations_and_the_paths(project, now, capsys):
    device = devices(project)[0]
    fill(project, now, names={device: "\x1b[31mred"})
    assert main(["--project", str(project.root), "audit"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "SNM-05" in err
    assert device in err
    assert "\x1b[31mred" not in err
    assert "audit.html" in err
    assert "audit.homeroom" in err


def test_many_violations_are_cut_on_the_screen(project, now, capsys):
    def change(_, text):
        return f"{text}logging host 10.9.9.9\n" if text.startswith("hostname") or "\nhostname" in text else text

    fill(project, now, change, names=dict.fromkeys(devices(project), "x"))
    assert main(["--project", str(project.root), "audit"]) == 1
    assert re.search(r"\.\.\. and \d+ more violations in the report", capsys.readouterr().err)


def test_only_what_is_selected_is_judged(project, now, capsys):
    fill(project, now)
    code, document = audit(project, capsys, "--kind", "router")
    assert (code, wrong(document)) == (0, {})
    header = bundle(document).header
    assert (header.scope, header.command) == ("kind router", "homeroom audit --kind router")
    named = {one.device for one in verdicts(document) if one.device}
    assert len(named) == document["devices"] == header.devices > 0
    assert {name.partition("-rtr")[2] for name in named} == {"1"}


def test_a_lot_is_drawn_again_by_its_seed(project, now, capsys):
    fill(project, now)

    def drawn(*words):
        _, document = audit(project, capsys, "--sample", "3", *words)
        header = bundle(document).header
        assert (document["devices"], header.sampled) == (3, 3)
        return frozenset(one.device for one in verdicts(document) if one.device), header.seed

    first, again, other = drawn(), drawn("--seed", "1"), drawn("--seed", "5")
    assert first == again
    assert (first[1], other[1], len(first[0])) == (1, 5, 3)
    assert len({first[0], other[0], drawn("--seed", "2")[0]}) > 1, "another seed, other devices"
    _, everything = audit(project, capsys, "--sample", "10000")
    assert (everything["devices"], bundle(everything).header.sampled) == (len(devices(project)), 0)


def test_a_waiver_makes_the_answer_yes(project, now, capsys):
    device = devices(project)[0]
    fill(project, now, names={device: "renamed"})
    (project.inventory / "waivers.yaml").write_text(
        f"waivers:\n  - {{rule: SNM-05, scope: {{device: {device}}}, reason: Spare, compensating: None, requested_by: A, approved_by: B,"
        " created: 2027-01-01, expires: 2027-02-01, ticket: T-1, version: 1}\n"
    )
    code, document = audit(project, capsys)
    assert (code, wrong(document)) == (0, {})
    assert document["verdicts"]["waived"] == 1
    waived = next(one for one in verdicts(document) if one.status == "waived")
    assert (waived.raw, waived.waiver) == ("violation", "T-1")
    assert [(one.ticket, one.problem) for one in bundle(document).waivers] == [("T-1", "")]


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
    shipped = audit(project, capsys)[1]["rules"]
    rules = project.inventory / "rules"
    rules.mkdir()
    (rules / "NAT-01.yaml").write_text(
        "id: NAT-01\nversion: 1\ntitle: National\nseverity: low\nwhy: So.\nfix: Do.\napplies: {kinds: [switch]}\n"
        "check: {config: {ios: [{present: service national, silent: {verdict: violation, because: it is absent}}]}}\n"
        "fixtures: {ios: [{kind: switch, passes: service national, fails: service other, says: it is absent}]}\n"
    )
    code, document = audit(project, capsys)
    assert (code, document["rules"]) == (1, shipped + 1)
    assert {found["rule"] for found in document["violations"]} == {"NAT-01"}
    assert document["skipped"] == 0, "other rules: nothing of before holds"


def test_old_facts_are_unknown_and_the_age_is_the_operators(project, now, capsys):
    fill(project, now - 7200)
    assert audit(project, capsys)[0] == 0
    code, document = audit(project, capsys, "--max-age", "1")
    assert code == 1
    assert document["verdicts"]["unknown"] > 0


def test_the_same_facts_make_the_same_bundle_and_reports(project, now, capsys, tmp_path):
    """In two copies of the project: within one, a bundle names the one before it."""
    fill(project, now)
    every = "html,pdf,csv,xlsx,junit,oscal,poam,cklb"
    assert main(["--project", str(project.root), "audit", "--kind", "ap", "--out", str(tmp_path / "key")]) == 0
    out = tmp_path / "out"
    kept = []
    for name in ("a", "b"):
        copy = Project.locate(shutil.copytree(project.root, tmp_path / name))
        code, document = audit(copy, capsys, "--format", every, "--out", str(out))
        assert (code, set(document["files"].values())) == (0, {str(out / file) for file in FILES - {"audit.homeroom"}})
        assert {path.name for path in out.iterdir()} == FILES
        kept.append({path.name: path.read_bytes() for path in out.iterdir()})
        shutil.rmtree(out)
    assert [name for name in FILES if kept[0][name] != kept[1][name]] == []


def test_a_bundle_names_the_one_before_and_the_chain_holds(project, now, capsys, tmp_path):
    fill(project, now)
    roots = []
    for name in ("a", "b"):
        _, document = audit(project, capsys, "--out", str(tmp_path / name))
        assert document["previous"] == (roots[-1] if roots else "")
        roots.append(document["root"])
        words = ["audit", "verify", document["bundle"], "--previous", document["previous"] or "none"]
        assert main(["--project", str(project.root), *words]) == 0
    assert roots[0] != roots[1]


def test_what_has_not_changed_is_not_judged_again_unless_asked(project, now, capsys, monkeypatch):
    fill(project, now)
    _, first = audit(project, capsys)
    _, second = audit(project, capsys)
    monkeypatch.setattr("time.time", lambda: NOW + 60)
    _, again = audit(project, capsys, "--again")
    assert (first["skipped"], second["skipped"], again["skipped"]) == (0, first["devices"], 0)
    assert first["verdicts"] == second["verdicts"] == again["verdicts"]
    assert {one.since for one in verdicts(again)} == {now}
    assert main(["--project", str(project.root), "audit"]) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert f"{first['devices']} devices are as they were at the audit before" in said


def test_a_crash_leaves_the_report_of_before(project, now, capsys, monkeypatch, tmp_path):
    fill(project, now)
    audit(project, capsys, "--out", str(tmp_path / "r"))
    before = {path.name: path.read_bytes() for path in (tmp_path / "r").iterdir()}
    true = Judge.verdicts

    def broken(self, subject):
        if hasattr(subject, "intent"):
            raise UsageError("the disk is full")
        return true(self, subject)

    monkeypatch.setattr(Judge, "verdicts", broken)
    assert main(["--project", str(project.root), "audit", "--again", "--out", str(tmp_path / "r")]) == 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "r").iterdir()} == before
    monkeypatch.undo()
    monkeypatch.setattr("time.time", lambda: NOW)
    _, document = audit(project, capsys, "--out", str(tmp_path / "r"))
    assert document["previous"] == Bundle.open(tmp_path / "r" / "audit.homeroom").header.previous != ""


def test_bad_usage_is_said(project, now, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for words, message in [
        (["--out", str(tmp_path / "file" / "x")], "cannot be made: Not a directory; give another --out"),
        (["--max-age", "0"], "--max-age is 0: give more than 0 hours"),
    ]:
        assert main(["--project", str(project.root), "audit", *words]) == 2
        assert message in capsys.readouterr().err
    with pytest.raises(SystemExit):
        parser_for("audit").parse_args(["audit", "--format", "html,docx"])
    assert "no format is called 'docx'; there are html, pdf, csv, xlsx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ({"lab.json", "lab.log"}, "Nothing here is hardware: 1 of"),
        ({"lab.log"}, "A lab has run in this project"),
        (set(), "Devices were asked at their management addresses."),
    ],
)
def test_a_report_says_what_was_real(project, now, capsys, there, says):
    name = devices(project)[0]
    if "lab.json" in there:
        device = {"name": name, "address": "127.1.0.1", "platform": "ios", "kind": "router"}
        state = {"pid": os.getpid(), "ports": {"ssh": 1, "snmp": 2}, "devices": [device]}
        (project.state / "lab.json").write_text(json.dumps(state))
    if "lab.log" in there:
        (project.state / "lab.log").write_text("")
    _, document = audit(project, capsys)
    assert bundle(document).header.basis.startswith(says)
