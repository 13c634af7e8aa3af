"""Waivers and standing decisions: what they cover, what is refused, and what does not hold any more."""

import datetime as dt

import pytest

from homeroom.audit import record
from homeroom.audit.load import load_rules, load_waivers
from homeroom.audit.subject import ProgrammeSubject
from homeroom.audit.verdict import Verdict
from homeroom.audit.waiver import Scope, Waivers
from homeroom.errors import InputError
from homeroom.project import shipped

TODAY = dt.date(2026, 11, 24)
INVENTORY = shipped() / "inventory"
RULES = load_rules([INVENTORY / "rules"])
WAIVER = """\
waivers:
  - rule: LOG-01
    version: 1
    scope: {region: PY-11, device: "*-sw1"}
    reason: The second collector moves.
    compensating: The first one keeps a copy.
    requested_by: Ana Benítez
    approved_by: Luis Ortiz
    created: 2026-11-02
    expires: 2027-02-28
    ticket: NOC-4711
"""
DECISION = """\
decisions:
  - rule: LOG-01
    version: 1
    becomes: not_applicable
    reason: The law says so.
    compensating: none
    requested_by: Ana Benítez
    approved_by: Luis Ortiz
    created: 2026-11-02
    review: 2029-11-01
    ticket: DEC-7
"""
HEAD = "inventory/waivers.yaml:"
MALFORMED = [
    (WAIVER, "rule: LOG-01", "rule: LOG-99", "2: waivers[0].rule: no rule is called LOG-99; the rules are "),
    (WAIVER, "rule: LOG-01", "rule: AUD-01", "2: waivers[0].rule: AUD-01 says that waivers hold, and has none; "),
    (WAIVER, "reason: The second collector moves.", 'reason: " "', "5: waivers[0].reason: is empty; fill it"),
    (WAIVER, "compensating: The first one keeps a copy.", 'compensating: ""', '6: waivers[0].compensating: is empty; say what is done instead, or "none"'),
    (WAIVER, "approved_by: Luis Ortiz", 'approved_by: ""', "8: waivers[0].approved_by: is empty; fill it"),
    (WAIVER, "approved_by: Luis Ortiz\n    ", "", "2: waivers[0].approved_by: missing; add it"),
    (WAIVER, "version: 1\n    ", "", "2: waivers[0].version: missing; add it"),
    (WAIVER, "ticket:", "tiket:", "11: waivers[0].tiket: unknown key; the keys are "),
    (WAIVER, "region: PY-11", "regoin: PY-11", "4: waivers[0].scope.regoin: unknown key; the keys are region, site, device, platform, kind; did you mean region?"),
    (WAIVER, "expires: 2027-02-28", "expires: 2026-11-01", "10: waivers[0].expires: 2026-11-01 is before 2026-11-02, when it was created; correct one of the dates"),
    (DECISION, "becomes: not_applicable", "becomes: compliant", "4: decisions[0].becomes: 'compliant' is not one of waived, not_applicable; choose one of them"),
    (DECISION, "review: 2029-11-01", "review: 2025-11-01", "10: decisions[0].review: 2025-11-01 is before 2026-11-02, when it was created; correct one of the dates"),
]  # fmt: skip
FAULTS = [
    (WAIVER, '{region: PY-11, device: "*-sw1"}', '{site: "*"}', "it has no scope: name a region, site or device, or make it a standing decision"),
    (WAIVER, '{region: PY-11, device: "*-sw1"}', "{}", "it has no scope: name a region, site or device, or make it a standing decision"),
    (WAIVER, '{region: PY-11, device: "*-sw1"}', "{platform: ios}", "it has no scope: name a region, site or device, or make it a standing decision"),
    (WAIVER, "Luis Ortiz", "ana  BENÍTEZ", "ana  BENÍTEZ approved what the same person asked for: a second person approves"),
    (WAIVER, "version: 1", "version: 2", "it was given for version 2, the rule is at version 1 now: decide anew"),
    (WAIVER, "created: 2026-11-02", "created: 2026-11-25", "it is of 2026-11-25, which is in the future: write the day it was approved"),
    (WAIVER, "expires: 2027-02-28", "expires: 2027-11-03", "2027-11-03 is more than 365 days after 2026-11-02: choose an earlier day"),
    (WAIVER, "expires: 2027-02-28", "expires: 2026-11-23", "it expired on 2026-11-23: mend what it was for and remove it, or decide anew"),
    (DECISION, "Luis Ortiz", "Ana Benítez", "Ana Benítez approved what the same person asked for: a second person approves"),
    (DECISION, "version: 1", "version: 3", "it was given for version 3, the rule is at version 1 now: decide anew"),
    (DECISION, "review: 2029-11-01", "review: 2029-11-02", "2029-11-02 is more than 1095 days after 2026-11-02: choose an earlier day"),
    (DECISION, "review: 2029-11-01", "review: 2026-11-23", "it expired on 2026-11-23: mend what it was for and remove it, or decide anew"),
]  # fmt: skip


def loaded(tmp_path, text):
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return load_waivers(path, RULES, TODAY)


def verdict(status="violation", rule="LOG-01", device="py11-0001-sw1", region="PY-11"):
    return Verdict(rule, "high", device, "PY-11-0001", region, status, "has 1", (), status)


def held(waivers):
    """Judge rule AUD-01 by them."""
    subject = waivers.noted(ProgrammeSubject(None, {"other": "kept"}, 0.0))
    assert subject.records["other"] == "kept"
    return record.check(RULES["AUD-01"], "waivers_hold", subject)


@pytest.mark.parametrize(("text", "old", "new", "message"), MALFORMED)
def test_a_malformed_one_is_refused_at_its_line(tmp_path, text, old, new, message):
    assert text.count(old) == 1
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, text.replace(old, new))
    assert str(caught.value).startswith(HEAD + message)


@pytest.mark.parametrize(("text", "old", "new", "message"), FAULTS)
def test_one_that_does_not_hold_changes_nothing_and_is_a_violation_of_its_own(tmp_path, text, old, new, message):
    assert text.count(old) == 1
    found = loaded(tmp_path, text.replace(old, new))
    assert list(found.faults.values()) == [message]
    assert found.apply(verdict()) == verdict()
    finding = held(found)
    assert finding.status == "violation"
    assert finding.summary.endswith(message)
    assert finding.evidence[0].text.endswith(message)
    assert finding.evidence[0].source == "inventory/waivers.yaml"


def test_everything_that_is_wrong_with_one_is_said(tmp_path):
    text = WAIVER.replace("Luis Ortiz", "Ana Benítez").replace("2027-02-28", "2026-11-23")
    (said,) = loaded(tmp_path, text).faults.values()
    assert "same person" in said
    assert "expired" in said


def test_those_that_hold_are_compliant_with_aud_01(tmp_path):
    found = loaded(tmp_path, WAIVER + DECISION)
    assert held(found).status == "compliant"
    assert [piece.text for piece in held(found).evidence] == [
        "1: NOC-4711 for LOG-01 (region PY-11, device *-sw1): holds until 2027-02-28",
        "2: DEC-7 for LOG-01 (the whole programme): holds until 2029-11-01",
    ]
    assert held(Waivers()).status == "compliant"
    assert record.check(RULES["AUD-01"], "waivers_hold", ProgrammeSubject(None, {}, 0.0)).status == "unknown"


def test_one_bad_waiver_leaves_the_others_in_force(tmp_path):
    other = WAIVER.partition("\n")[2].replace("NOC-4711", "NOC-4712").replace("2027-02-28", "2026-11-10")
    found = loaded(tmp_path, WAIVER + other)
    assert found.apply(verdict()).waiver == "NOC-4711"
    assert "NOC-4712" in held(found).summary


def test_a_waiver_holds_to_its_last_day_and_for_365_days(tmp_path):
    assert not loaded(tmp_path, WAIVER.replace("2027-02-28", "2026-11-24")).faults
    assert not loaded(tmp_path, WAIVER.replace("2027-02-28", "2027-11-02")).faults


def test_a_waived_violation_keeps_what_it_is_without(tmp_path):
    found = loaded(tmp_path, WAIVER).apply(verdict())
    assert (found.status, found.raw, found.waiver) == ("waived", "violation", "NOC-4711")


@pytest.mark.parametrize(
    "other",
    [
        verdict(rule="NTP-01"),
        verdict(device="py11-0001-rtr1"),
        verdict(device=""),
        verdict(region="PY-1"),
        verdict("unknown"),
        verdict("error"),
        verdict("compliant"),
    ],
)
def test_a_waiver_covers_nothing_else(tmp_path, other):
    assert loaded(tmp_path, WAIVER).apply(other) == other


@pytest.mark.parametrize("status", ["violation", "unknown", "error", "compliant"])
def test_a_rule_that_a_country_turned_off_shows_what_it_would_say(tmp_path, status):
    found = loaded(tmp_path, DECISION).apply(verdict(status))
    assert (found.status, found.raw, found.waiver) == ("not_applicable", status, "DEC-7")


def test_a_decision_that_waives_covers_violations_only(tmp_path):
    found = loaded(tmp_path, DECISION.replace("not_applicable", "waived"))
    assert found.apply(verdict()).status == "waived"
    assert found.apply(verdict("unknown")).status == "unknown"


def test_a_decision_may_be_for_a_platform_and_a_kind(tmp_path, district):
    text = DECISION.replace("becomes:", "scope: {platform: ios, kind: switch}\n    becomes:")
    found = loaded(tmp_path, text)
    for kind, status in (("switch", "not_applicable"), ("router", "violation"), ("ap", "violation")):
        assert found.apply(verdict(), district.subject(kind)).status == status
    assert found.apply(verdict()).status == "violation"
    assert found.apply(verdict(device=""), district.site()).status == "violation"


def test_no_file_is_no_waiver(tmp_path):
    assert load_waivers(tmp_path / "waivers.yaml", RULES, TODAY) == Waivers()


def test_the_shipped_waivers_are_none_and_the_examples_in_them_load(tmp_path):
    path = INVENTORY / "waivers.yaml"
    assert load_waivers(path, RULES, TODAY) == Waivers()
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    example = "\n".join(line[2:] for line in lines if line.startswith(("# waivers:", "# decisions:", "#  ")))
    known = {**RULES, "WL-07": RULES["LOG-01"]}
    (tmp_path / "waivers.yaml").write_text(example, encoding="utf-8")
    found = load_waivers(tmp_path / "waivers.yaml", known, TODAY)
    assert len(found.entries) == 2
    assert not found.faults


def test_a_scope_prints_what_it_narrows():
    assert str(Scope(region="PY-11", device="*-sw1")) == "region PY-11, device *-sw1"
    assert str(Scope()) == "the whole programme"
    assert Scope(site="??*").everywhere
    assert not Scope(site="PY-*").everywhere
