"""OSCAL: held against NIST's own schemas, read by a stock reader, and every verdict accounted for."""

import collections
import json
import re
import subprocess
import sys
from pathlib import Path

import bundles
import jsonschema
import pytest

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import facts, oscal, poam
from homeroom.audit.report.oscal_json import controls, end_of, line, markdown, plain, when
from homeroom.audit.rule import Refs
from homeroom.audit.verdict import STATUSES

SCHEMAS = Path(__file__).parent / "oscal_schema"
TRESTLE = Path(sys.executable).parent.parent / "trestle" / "bin" / "python"
KINDS = {
    "assessment-results": (oscal, "assessment_results.AssessmentResults"),
    "plan-of-action-and-milestones": (poam, "poam.PlanOfActionAndMilestones"),
}
UUID5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture
def bundle(tmp_path):
    return Bundle.open(bundles.small(tmp_path))


def results(bundle, path):
    return json.loads(oscal.write(bundle, path / "ar.json").read_text(encoding="utf-8"))["assessment-results"]


def plan(bundle, path):
    return json.loads(poam.write(bundle, path / "p.json").read_text(encoding="utf-8"))["plan-of-action-and-milestones"]


def held(document, schema):
    """Validate; the schema's two Unicode classes are spelt as Python's `re` knows them."""
    text = (SCHEMAS / f"oscal_{schema}_schema.json").read_text(encoding="utf-8")
    text = text.replace(r"\\p{L}", r"[^\\W\\d_]").replace(r"\\p{N}", r"\\d")
    checker = jsonschema.Draft7Validator(json.loads(text), format_checker=jsonschema.FormatChecker())
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in checker.iter_errors(document)]


def ids(node):
    """Every `uuid` in a document."""
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "uuid")
        for value in node.values():
            yield from ids(value)
    elif isinstance(node, list):
        for value in node:
            yield from ids(value)


def named(node, key):
    """Every value of `key` in a document."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        for value in node.values():
            yield from named(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from named(value, key)


def test_assessment_results_hold_nists_schema(bundle, tmp_path):
    assert held({"assessment-results": results(bundle, tmp_path)}, "assessment-results") == []


def test_the_plan_holds_nists_schema(bundle, tmp_path):
    assert held({"plan-of-action-and-milestones": plan(bundle, tmp_path)}, "poam") == []


def test_the_schema_would_find_a_fault(bundle, tmp_path):
    document = results(bundle, tmp_path)
    document["results"][0]["findings"][0]["target"]["status"]["state"] = "maybe"
    assert any("maybe" in fault for fault in held({"assessment-results": document}, "assessment-results"))


@pytest.mark.parametrize("entries", [[], list(bundles.subjects(1, 0))])
def test_an_audit_of_nothing_and_one_without_faults_hold_the_schemas_too(entries, tmp_path):
    good = [e for e in entries if all(v.status == "compliant" for v in e.verdicts)]
    path = bundles.write(tmp_path / "b", bundles.header(0, 1), good, waivers=())
    assert held({"assessment-results": results(Bundle.open(path), tmp_path)}, "assessment-results") == []
    document = plan(Bundle.open(path), tmp_path)
    assert held({"plan-of-action-and-milestones": document}, "poam") == []
    assert [item["title"] for item in document["poam-items"]] == ["No open item"]


def test_every_identifier_is_there_once_and_every_reference_leads_somewhere(bundle, tmp_path):
    for document in (results(bundle, tmp_path), plan(bundle, tmp_path)):
        found = list(ids(document))
        assert [one for one, times in collections.Counter(found).items() if times > 1] == []
        assert all(UUID5.fullmatch(one) for one in found)
        for key in ("subject-uuid", "observation-uuid", "risk-uuid", "actor-uuid", "component-uuid"):
            assert set(named(document, key)) <= set(found), key
        assert {href.removeprefix("#") for href in named(document, "href")} <= set(found)


def test_a_finding_is_satisfied_only_when_nothing_is_open(bundle, tmp_path):
    document = results(bundle, tmp_path)["results"][0]
    counts = collections.defaultdict(collections.Counter)
    for entry in bundle.subjects():
        for verdict in entry.verdicts:
            counts[verdict.rule][verdict.status] += 1
    states = {f["target"]["target-id"].upper(): f["target"]["status"] for f in document["findings"]}
    assert set(states) == set(counts)
    for rule, found in counts.items():
        good = not any(found[status] for status in ("violation", "waived", "unknown", "error"))
        assert states[rule]["state"] == ("satisfied" if good else "not-satisfied"), rule
        assert states[rule]["reason"] == ("pass" if good else "fail" if found["violation"] else "other")


def test_every_verdict_but_the_not_applicable_is_on_a_subject_that_is_listed(bundle, tmp_path):
    document = results(bundle, tmp_path)["results"][0]
    props = [
        {p["name"]: p["value"] for p in o["props"]} | {"on": len(o.get("subjects", ()))}
        for o in document["observations"]
    ]
    seen = collections.Counter()
    for one in props:
        seen[one["verdict"]] += int(one["subjects"])
        assert one["on"] == (0 if one["verdict"] == "not_applicable" else int(one["subjects"]))
    expected = collections.Counter(v.status for e in bundle.subjects() for v in e.verdicts)
    assert seen == expected
    assert set(seen) == set(STATUSES)


def test_a_violation_shows_its_line_its_source_and_its_hash(bundle, tmp_path):
    document = results(bundle, tmp_path)["results"][0]
    one = next(o for o in document["observations"] if o["title"] == "MGT-01 Violation")
    evidence = one["relevant-evidence"][0]
    assert evidence["description"] == "(no such line)"
    assert {p["name"]: p["value"] for p in evidence["props"]} == {
        "source": bundles.CONFIG, "read": "2027-01-15T07:00:00Z", "sha-256": bundles.SHA
    }  # fmt: skip
    assert one["collected"] == "2027-01-15T07:00:00Z"


def test_a_waiver_is_an_item_with_its_end_and_one_that_ended_is_open_again(bundle, tmp_path):
    document = plan(bundle, tmp_path)
    risks = {risk["uuid"]: risk for risk in document["risks"]}
    items = {p["value"]: item for item in document["poam-items"] for p in item["props"] if p["name"] == "ticket"}
    held_, ended = (risks[items[t]["related-risks"][0]["risk-uuid"]] for t in ("TCK-17", "DEC-2"))
    assert (held_["status"], held_["deadline"]) == ("deviation-approved", "2027-05-31T23:59:59Z")
    assert held_["mitigating-factors"][0]["description"] == "ACL on the port"
    assert (ended["status"], ended["deadline"]) == ("open", "2026-12-31T23:59:59Z")
    assert "Juan Pérez" in items["TCK-17"]["description"]


def test_the_deadline_runs_from_when_the_violation_was_first_seen(bundle, tmp_path):
    risks = {risk["title"]: risk for risk in plan(bundle, tmp_path)["risks"]}
    assert bundles.SINCE == 1_800_000_000.0 - 30 * 86400
    assert risks["MGT-01 Only SSH version 2"]["deadline"] == "2027-01-15T23:59:59Z"  # critical: 30 days


def test_the_next_run_names_devices_and_risks_the_same_and_its_own_things_anew(bundle, tmp_path):
    later = Bundle.open(bundles.small(tmp_path, name="later", at=bundles.AT + 86400.0))
    one, other = (results(b, tmp_path)["results"][0] for b in (bundle, later))
    for name in ("risks",):
        assert [r["uuid"] for r in one[name]] == [r["uuid"] for r in other[name]]
    items = [[i["uuid"] for i in r["local-definitions"]["inventory-items"]] for r in (one, other)]
    assert items[0] == items[1]
    assert one["uuid"] != other["uuid"]
    assert not {o["uuid"] for o in one["observations"]} & {o["uuid"] for o in other["observations"]}


@pytest.mark.parametrize("kind", [oscal, poam])
def test_the_same_bundle_gives_the_same_bytes(kind, bundle, tmp_path):
    one, other = (kind.write(bundle, tmp_path / name) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_findings_without_number_are_put_together_and_every_subject_is_still_listed(bundle, monkeypatch, tmp_path):
    monkeypatch.setattr(facts, "MOST_TOLD", 1)
    found = facts.Facts(bundle.rules, frozenset(STATUSES))
    entries = []
    for number, entry in enumerate(bundle.subjects()):
        for verdict in entry.verdicts:
            if verdict.status == "unknown":
                object.__setattr__(verdict, "summary", f"reason {number}")
        entries.append(entry)
        found.take(entry, lambda e: e.device)
    unknown = [s for listed in found.seen().values() for s in listed if s.status == "unknown"]
    assert sum(len(s.on) for s in unknown) == sum(v.status == "unknown" for e in entries for v in e.verdicts)
    assert max(collections.Counter(s.rule for s in unknown).values()) == 2


def test_device_text_is_shown_letter_by_letter():
    hostile = markdown(bundles.HOSTILE)
    assert "\\<img src=x onerror=alert(1)\\>" in hostile
    assert "\u202e" not in hostile
    assert markdown("# no heading\n- no list\n1. none") == "\\# no heading\n\\- no list\n1\\. none"
    assert (markdown(" "), line("a\n b"), plain("\n")) == ("–", "a b", "–")


def test_nist_controls_get_oscals_names_and_a_rule_without_stands_under_its_own():
    def rule(*nist):
        return bundles.RuleEntry("AAA-01", 1, "t", "low", "w", "f", "device", Refs(nist=nist))

    assert controls(rule("AC-4", "IA-5(1)", "SC-7 (21)", "SC-5 a", "AC-4")) == ["ac-4", "ia-5.1", "sc-7.21", "sc-5"]
    assert controls(rule()) == ["aaa-01"]


def test_a_clock_beyond_the_calendar_does_not_stop_the_report():
    assert when(1e18, bundles.AT) == "2027-01-15T08:00:00Z"
    assert end_of("never", bundles.AT) == "2027-01-15T08:00:00Z"


@pytest.mark.full
@pytest.mark.skipif(not TRESTLE.exists(), reason="compliance-trestle is not installed (`make test-full` does)")
@pytest.mark.parametrize("kind", KINDS)
def test_trestle_reads_it(kind, bundle, tmp_path):
    module, name = KINDS[kind]
    path = module.write(bundle, tmp_path / "d.json")
    code = (
        f"import sys; from pathlib import Path; from trestle.oscal.{name.rpartition('.')[0]} import {name.rpartition('.')[2]} as M\n"
        "got = M.oscal_read(Path(sys.argv[1])); print(got.uuid)"
    )
    done = subprocess.run([TRESTLE, "-c", code, path], check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == [json.loads(path.read_text(encoding="utf-8"))[kind]["uuid"]]
