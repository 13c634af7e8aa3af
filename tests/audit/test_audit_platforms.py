"""Every rule on every platform and kind: what is shipped is compliant, a planted fault a violation, silence unknown."""

import re
from dataclasses import replace

import fleet
import pytest
from judged import replaced

from homeroom.audit.judge import judge
from homeroom.audit.load import load_rules
from homeroom.project import shipped

RULES = load_rules([shipped() / "inventory" / "rules"])
DEVICE_RULES = [rule for rule in RULES.values() if rule.scope == "device"]
KINDS = list(fleet.MADE)


def verdict(rule, subject):
    return judge(RULES[rule], subject)


def changed(text, pattern, by):
    """Change a text by a pattern, and insist that it changed."""
    made = re.sub(pattern, by if r"\1" in by else lambda _: by, text)
    assert made != text
    return made


@pytest.mark.parametrize(("platform", "kind"), KINDS)
def test_what_is_shipped_is_compliant(platform, kind):
    subject = fleet.subject(platform, kind)
    for rule in DEVICE_RULES:
        found = judge(rule, subject)
        outside = kind not in rule.applies.kinds or platform in rule.applies.exempt
        if rule.check.getter and not outside:
            continue  # the fleet answers no getter
        good = {"not_applicable"} if outside else {"compliant", "not_applicable"}
        assert found.status in good, f"{rule.id}: {found.summary}"


@pytest.mark.parametrize(("platform", "made"), list(fleet.EVERY.items()), ids=lambda value: str(value)[:7])
def test_every_device_of_the_example_is_compliant_by_its_configuration(platform, made):
    by_config = [rule for rule in DEVICE_RULES if rule.check.config and not (rule.check.reading or rule.check.getter)]
    rules = [rule for rule in by_config if rule.check.config and platform in rule.check.config]
    for intent in made():
        subject = fleet.configured(intent)
        found = {rule.id: judge(rule, subject).status for rule in rules}
        wrong = {rule: status for rule, status in found.items() if status not in ("compliant", "not_applicable")}
        assert wrong == {}, intent.device.name


def test_a_rule_that_compares_nothing_on_a_kind_knows_nothing():
    rule = RULES["WL-04"]
    only = tuple(replace(one, kinds=("ap",)) for one in rule.check.reading["eos"])
    narrowed = replace(rule, check=replace(rule.check, reading={"eos": only}))
    found = judge(narrowed, fleet.subject("eos", "switch"))
    assert (found.status, found.summary) == ("unknown", "the rule compares nothing on a switch of platform eos")


@pytest.mark.parametrize(("platform", "kind"), KINDS)
def test_another_name_in_the_configuration_is_drift(platform, kind):
    name = fleet.intent(platform, kind).device.name
    text = replaced(fleet.text(platform, kind), name, f"{name}0")
    assert verdict("OPS-04", fleet.subject(platform, kind, text)).status == "violation"


@pytest.mark.parametrize(("platform", "kind"), KINDS)
def test_what_was_never_read_is_unknown(platform, kind):
    subject = fleet.subject(platform, kind, None, {})
    for rule in DEVICE_RULES:
        if kind in rule.applies.kinds and platform not in rule.applies.exempt:
            assert judge(rule, subject).status == "unknown", rule.id


@pytest.mark.parametrize(("platform", "kind"), KINDS)
def test_another_name_by_snmp_is_a_violation(platform, kind):
    values = fleet.readings(platform, kind)
    row = values["identity.name"][""]
    other = {**values, "identity.name": {"": type(row)("d", "identity.name", "", f"{row.value}0", row.at)}}
    assert verdict("SNM-05", fleet.subject(platform, kind, values=other)).status == "violation"


@pytest.mark.parametrize(
    ("platform", "kind", "name"),
    [
        (platform, kind, compare.object)
        for platform, kind in KINDS
        for compare in RULES["WL-04"].check.reading.get(platform, ())
        if kind in compare.kinds
    ],
)
def test_what_snmp_shows_and_nobody_planned_is_a_violation(platform, kind, name):
    values = fleet.readings(platform, kind)
    row = next(iter(values[name].values()))
    more = {**values, name: {**values[name], "777": type(row)("d", name, "777", "free", row.at)}}
    found = verdict("WL-04", fleet.subject(platform, kind, values=more))
    assert found.status == "violation"
    assert found.evidence[0].text.endswith("free (not planned)")
    less = {key: rows for key, rows in values.items() if key != name}
    assert verdict("WL-04", fleet.subject(platform, kind, values=less)).status == "unknown"
