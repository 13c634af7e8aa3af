"""Rules and waivers are data, loaded strictly: each mistake has its message."""

import datetime as dt

import pytest
from judged import NOW

from homeroom.audit.load import load_rules, load_waivers
from homeroom.audit.verdict import Verdict
from homeroom.audit.waiver import Scope, Waivers
from homeroom.errors import InputError
from homeroom.project import shipped

TODAY = dt.date(2026, 11, 24)
RULES = load_rules([shipped() / "inventory" / "rules"])
GOOD = """\
id: XX-01
title: A title
severity: low
why: Because.
fix: Do it.
check:
  config:
    ios:
      - present: service x
        silent: {verdict: violation, because: it is off unless it is on}
"""
BAD = [
    ("severity: low", "severity: urgent", "rules/XX-01.yaml:3: severity: 'urgent' is not one of critical, high, medium, low; choose one of them"),
    ("why: Because.", "wy: Because.", "rules/XX-01.yaml:4: wy: unknown key; the keys are id, title, severity, why, fix, check, applies, refs, max_age_hours; did you mean why?\nrules/XX-01.yaml:1: why: missing; add it"),
    ("id: XX-01", "id: xx1", "rules/XX-01.yaml:1: (top): id 'xx1' is not like MGT-01; correct it"),
    ("id: XX-01", "id: XX-02", "rules/XX-01.yaml: id: is XX-02, the file's name says otherwise; rename the file to XX-02.yaml"),
    ("present: service x", "present: service (x", "rules/XX-01.yaml:9: check.config.ios[0]: 'service (x' is not a regular expression: missing ), unterminated subpattern at position 8; correct it"),
    ("present: service x", "absent: y\n        present: service x", "rules/XX-01.yaml:9: check.config.ios[0]: give exactly one of present, absent, count (given: present, absent); correct it"),
    ("present: service x", "section: y", "rules/XX-01.yaml:9: check.config.ios[0]: give exactly one of present, absent, count (given: none); correct it"),
    ("present: service x", "count: {line: x, at_least: 0}", "rules/XX-01.yaml:9: check.config.ios[0].count: at_least is 0: nothing would be demanded; correct it"),
    ("  config:\n", "  proof: {claim: as_intended}\n  config:\n", "rules/XX-01.yaml:7: check: give exactly one of config, reading, proof (given: config, proof); correct it"),
    (GOOD[GOOD.index("check:"):], "check: {}\n", "rules/XX-01.yaml:6: check: give exactly one of config, reading, proof (given: none); correct it"),
    (GOOD[GOOD.index("check:"):], "check: {config: {ios: []}}\n", "rules/XX-01.yaml:6: check: config demands nothing on ios; correct it"),
    (GOOD[GOOD.index("check:"):], "check: {reading: {}}\n", "rules/XX-01.yaml:6: check: reading demands nothing; correct it"),
    (GOOD[GOOD.index("check:"):], "check: {proof: {claim: unreachable, sources: [a]}}\n", "rules/XX-01.yaml:6: check.proof: sources, targets and gateway belong to the claim unreachable, and it needs all three; correct it"),
    (GOOD[GOOD.index("check:"):], "check: {proof: {claim: prefixes, sources: [a]}}\n", "rules/XX-01.yaml:6: check.proof: sources, targets and gateway belong to the claim unreachable, and it needs all three; correct it"),
    (GOOD[GOOD.index("check:"):], "check: {proof: {claim: unreachable, sources: [a], targets: [b], gateway: {ios: Vlan}}}\n", "rules/XX-01.yaml:6: check.proof: gateway.ios is 'Vlan', which holds neither {vlan} nor {role}; correct it"),
    (GOOD[GOOD.index("check:"):], "check: {reading: {ios: [{object: sysName, equals: host_name}]}}\n", "rules/XX-01.yaml:6: check.reading.ios[0]: 'sysName' is no reading: write `group.field`, of identity, changes, totals, interfaces, ports, vlans, ssids, bsss, access_points, radios, air, rogues, neighbours, local_ports, parts, sensors; correct it"),
    (GOOD[GOOD.index("check:"):], "check: {reading: {ios: [{object: vlans.names, equals: vlans}]}}\n", "rules/XX-01.yaml:6: check.reading.ios[0]: 'vlans.names' is no reading: write `group.field`, of vlans.id, vlans.name, vlans.active, vlans.egress, vlans.untagged; correct it"),
    ("severity: low", "severity: low\nmax_age_hours: 0", "rules/XX-01.yaml:1: (top): max_age_hours must be more than 0; correct it"),
]  # fmt: skip


def folder(tmp_path, **files):
    tmp_path.mkdir(exist_ok=True)
    for name, text in files.items():
        (tmp_path / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def refused(*roots):
    with pytest.raises(InputError) as caught:
        load_rules(roots)
    return str(caught.value)


@pytest.mark.parametrize(("old", "new", "message"), BAD)
def test_a_bad_rule_has_its_message(tmp_path, old, new, message):
    assert GOOD.count(old) == 1
    assert refused(folder(tmp_path, XX_01=GOOD.replace(old, new))) == message


def test_all_bad_rules_are_named_at_once(tmp_path):
    text = refused(folder(tmp_path, XX_01="id: 1\n", XX_02="[]\n"))
    assert "rules/XX-01.yaml:1" in text
    assert "rules/XX-02.yaml:1" in text


def test_no_rules_is_an_error(tmp_path):
    assert refused(tmp_path) == ("rules: (folder): no rule stands in any rule folder; add inventory/rules/<ID>.yaml")


def test_the_nearest_rule_wins_and_others_are_added(tmp_path):
    near = folder(tmp_path / "near", XX_01=GOOD.replace("A title", "National title"))
    far = folder(tmp_path / "far", XX_01=GOOD, XX_02=GOOD.replace("XX-01", "XX-02"))
    rules = load_rules([near, far])
    assert [(rule.id, rule.title) for rule in rules.values()] == [("XX-01", "National title"), ("XX-02", "A title")]


WAIVER = """\
waivers:
  - rule: LOG-01
    scope: {region: PY-11, device: "*-sw1"}
    reason: The second collector moves.
    requested_by: Ana Benítez
    approved_by: Luis Ortiz
    created: 2026-11-02
    expires: 2027-02-28
    ticket: NOC-4711
"""
HEAD = "waivers.yaml: waivers[0]."
BAD_WAIVERS = [
    ("rule: LOG-01", "rule: LOG-99", "rule (NOC-4711): no rule is called LOG-99; the rules are " + ", ".join(RULES)),
    ('{region: PY-11, device: "*-sw1"}', '{site: "*"}', "scope (NOC-4711): covers everything; name a region, site or device; to drop a rule, replace its file"),
    ("reason: The second collector moves.", 'reason: " "', "reason (NOC-4711): is empty; fill it"),
    ("Luis Ortiz", "ana  BENÍTEZ", "approved_by (NOC-4711): ana  BENÍTEZ approved the own request; a second person approves"),
    ("created: 2026-11-02", "created: 2026-11-25", "created (NOC-4711): 2026-11-25 is in the future; write the day it was approved"),
    ("expires: 2027-02-28", "expires: 2026-11-01", "expires (NOC-4711): 2026-11-01 is before it was created; correct one of the dates"),
    ("expires: 2027-02-28", "expires: 2027-11-03", "expires (NOC-4711): 2027-11-03 is more than 365 days after 2026-11-02; choose an earlier day"),
    ("expires: 2027-02-28", "expires: 2026-11-23", "expires (NOC-4711): expired on 2026-11-23; mend the device and remove the waiver, or ask anew"),
]  # fmt: skip


def waivers(tmp_path, text):
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return load_waivers(path, RULES, TODAY)


@pytest.mark.parametrize(("old", "new", "message"), BAD_WAIVERS)
def test_a_bad_waiver_has_its_message(tmp_path, old, new, message):
    assert WAIVER.count(old) == 1
    with pytest.raises(InputError) as caught:
        waivers(tmp_path, WAIVER.replace(old, new))
    assert str(caught.value) == HEAD + message


def test_a_waiver_holds_to_its_last_day_and_for_365_days(tmp_path):
    assert waivers(tmp_path, WAIVER.replace("2027-02-28", "2026-11-24"))
    assert waivers(tmp_path, WAIVER.replace("2027-02-28", "2027-11-02"))


def verdict(status="violation", rule="LOG-01", device="py11-0001-sw1", region="PY-11"):
    return Verdict(rule, "high", device, "PY-11-0001", region, status, "has 1", (), status)


def test_a_waived_violation_keeps_what_it_is_without(tmp_path):
    found = waivers(tmp_path, WAIVER).apply(verdict())
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
    assert waivers(tmp_path, WAIVER).apply(other) == other


def test_no_file_is_no_waiver(tmp_path):
    assert load_waivers(tmp_path / "waivers.yaml", RULES, TODAY) == Waivers()


def test_the_shipped_waivers_are_none():
    today = dt.datetime.fromtimestamp(NOW, dt.UTC).date()
    assert load_waivers(shipped() / "inventory" / "waivers.yaml", RULES, today) == Waivers()


def test_a_scope_prints_what_it_narrows():
    assert str(Scope(region="PY-11", device="*-sw1")) == "region PY-11, device *-sw1"
    assert Scope(site="??*").everything
    assert not Scope(site="PY-*").everything
