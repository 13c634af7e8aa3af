"""The kinds of demand on a configuration, one by one: what holds, what does not, and what silence means."""

from dataclasses import replace

import fleet
import pytest
from judged import NOW, stored

from homeroom.audit import places
from homeroom.audit.checks import Check, Compare, Count, Demand, Equals, Silent, Value
from homeroom.audit.judge import Judge, judge
from homeroom.audit.rule import Fixture, Rule
from homeroom.audit.scan import Scan
from homeroom.reading import Reading

QUIET = Silent("violation", "nothing says so")
FIXTURE = {"ios": (Fixture("switch", "x", change="x"),)}


def rule(*demands, **check):
    given = check or {"config": {"ios": demands}}
    return Rule("TST-01", 1, "a rule", "low", "why", "fix", Check(**given), FIXTURE)


def found(text, *demands, kind="switch"):
    made = fleet.configured(fleet.intent("ios", kind), text)
    return judge(rule(*demands), made)


def ports(chosen="ports.access"):
    return [place["port"] for place in places.each(fleet.intent("ios", "switch"), chosen)]


@pytest.mark.parametrize(
    ("lines", "status", "says"),
    [
        ("line vty 0 4\n exec-timeout 10 0\n", "compliant", "is 10"),
        ("line vty 0 4\n exec-timeout 11 0\n", "violation", "is 11, must be at least 1, must be at most 10"),
        ("line vty 0 4\n exec-timeout 0 0\n", "violation", "is 0, must be at least 1"),
        ("line vty 0 4\n exec-timeout never\n", "violation", "is never"),
        ("line vty 0 4\n exec-timeout 5 0\nline vty 5 15\n exec-timeout 60 0\n", "violation", "is 60"),
        ("line vty 0 4\n login\n", "violation", "nothing says so"),
        ("hostname x\n", "violation", "nothing says so"),
    ],
)
def test_a_value_lies_within_limits_wherever_it_stands(lines, status, says):
    value = Value(r"exec-timeout (\S+)(?: \d+)?", at_least=1, at_most=10)
    verdict = found(lines, Demand(QUIET, value=value, section="line vty .+"))
    assert (verdict.status, says in verdict.summary) == (status, True), verdict.summary


def test_a_value_is_one_of_some_words():
    demand = Demand(QUIET, value=Value("spanning-tree mode (.+)", one_of=("rapid-pvst", "mst")))
    assert found("spanning-tree mode mst\n", demand).status == "compliant"
    assert found("spanning-tree mode pvst\n", demand).summary == "is pvst, must be rapid-pvst or mst"


def test_at_most_so_many():
    demand = Demand(QUIET, count=Count(r"username (\S+) .*", at_least=1, at_most=1))
    one, two = "username a secret x\n", "username b secret x\n"
    assert [found(text, demand).status for text in (one, one + two, "hostname x\n")] == [
        "compliant",
        *["violation"] * 2,
    ]
    assert found(one + two, demand).summary == "has 2, may have 1"


def test_a_set_equals_the_plan_in_whatever_spelling():
    noc = fleet.intent("ios", "switch").management.noc4
    lines = [f"permit {one.address(0)} {wildcard(one.length)}" for one in noc]
    demand = Demand(QUIET, section="ip access-list standard NOC", equals=Equals(r"(?:\d+ )?permit (.+)", "noc4"))
    text = "ip access-list standard NOC\n" + "".join(f" {line}\n" for line in lines)
    assert found(text, demand).status == "compliant"
    more = found(text + " permit 10.0.0.0 0.255.255.255\n", demand)
    assert more.summary == "noc4 differ from the plan: 1 not planned, 0 missing"
    assert more.evidence[0].text.endswith("permit 10.0.0.0 0.255.255.255")
    less = found(text.replace(f" {lines[0]}\n", " permit 10.0.0.0 0.255.255.255\n"), demand)
    assert less.summary == "noc4 differ from the plan: 1 not planned, 1 missing"
    assert less.evidence[-1].text == f"ip access-list standard NOC: (missing: {noc[0]})"


def wildcard(length):
    bits = 0xFFFFFFFF >> length
    return ".".join(str(bits >> shift & 255) for shift in (24, 16, 8, 0))


def test_each_port_for_itself():
    names = ports()
    demand = Demand(QUIET, present="switchport mode access", section="interface %port%", each="ports.access")
    good = "".join(f"interface {name}\n switchport mode access\n" for name in names)
    assert found(good, demand).summary == f"holds for each of {len(names)} ports access"
    bad = good.replace(f"interface {names[1]}\n switchport mode access\n", f"interface {names[1]}\n shutdown\n")
    assert found(bad, demand).summary == f"{names[1]}: nothing says so"
    assert found(good.replace(f"interface {names[0]}\n", "interface Other1\n"), demand).status == "violation"


def test_a_port_is_not_another_whose_name_begins_alike():
    names = ports()
    text = "".join(f"interface {name}{'0' if name == names[1] else ''}\n switchport mode access\n" for name in names)
    demand = Demand(QUIET, present="switchport mode access", section="interface %port%", each="ports.access")
    assert found(text, demand).summary == f"{names[1]}: nothing says so"


def test_an_attribute_stands_for_its_value_letter_by_letter():
    demand = Demand(QUIET, present="interface description %location%")
    place = fleet.intent("ios", "switch").management.location
    assert found(f"interface description {place}\n", demand).status == "compliant"
    assert found(f"interface description {place}.\n", demand).status == "violation"
    assert found("interface description .*\n", demand).status == "violation"


def test_a_device_without_such_places_is_not_concerned():
    demand = Demand(QUIET, present="ssid %ssid%", each="wlans")
    assert found("hostname x\n", demand).status == "not_applicable"


def test_a_demand_of_another_kind_leaves_the_device_undecided():
    assert found("hostname x\n", Demand(QUIET, present="x", kinds=("router",))).status == "unknown"


@pytest.mark.parametrize("pattern", ["ntp server (.+)", "(?:ntp|sntp) server .+", "a|ntp server 1", "n?tp server 1"])
def test_what_a_scan_skips_would_not_have_matched(pattern):
    line = "ntp server 1"
    assert bool(Scan([pattern]).lines([line])) == (pattern != "n?tp server 2")


@pytest.mark.parametrize(("line", "held"), [("logging host 10.0.0.1", True), ("no logging host 10.0.0.1", False)])
def test_a_pattern_matches_whole_lines_only(line, held):
    assert bool(Scan([r"logging host (\S+)"]).lines([line])) is held


def test_a_scan_forgets_when_it_knows_too_much(monkeypatch):
    monkeypatch.setattr("homeroom.audit.scan.MOST", 10)
    scan = Scan(["line (.+)"])
    for number in range(50):
        assert [m.group(1) for m in scan.lines([f"line {number}"])["line (.+)"]] == [str(number)]
    assert len(scan._lines) <= 12


def said(name, rows, at=NOW - 60):
    return {name: {key: Reading("d", name, key, value, at) for key, value in rows.items()}}


@pytest.mark.parametrize(
    ("rows", "status"),
    [({"a": "up", "b": "down"}, "violation"), ({"a": "down", "b": "down"}, "compliant"), ({"b": "down"}, "unknown")],
)
def test_a_reading_of_some_ports_only(rows, status):
    names = ports("ports.unused")[:1]
    keys = {"a": names[0], "b": "Elsewhere1"}
    made = fleet.configured(replace(fleet.intent("ios", "switch")))
    intent = replace(made.intent, ports=tuple(p for p in made.intent.ports if p.name == names[0]))
    values = said("interfaces.name", {key: keys[key] for key in rows}) | said("interfaces.admin", rows)
    compare = Compare("interfaces.admin", one_of=("down",), where="ports.unused")
    verdict = judge(rule(reading={"ios": (compare,)}), replace(made, intent=intent, readings=values))
    assert verdict.status == status, verdict.summary


def test_a_check_names_every_reading_it_looks_at():
    saved = Compare("changes.running", not_above="changes.startup")
    shut = Compare("interfaces.admin", one_of=("down",), where="ports.unused")
    looked_at = Check(
        reading={"ios": (saved,), "eos": (shut,)}, getter={"ros": (Compare("users.name", equals="users"),)}
    )
    named = {"changes.running", "changes.startup", "interfaces.admin", "interfaces.name", "users.name"}
    assert looked_at.objects == named


def test_a_getter_is_no_reading():
    made = fleet.configured(fleet.intent("ios", "switch"))
    check = {"getter": {"ios": (Compare("users.name", equals="users"),)}}
    user = made.intent.management.user
    assert judge(rule(**check), made).summary == "no reading of users.name is stored; run `homeroom backup`"
    given = replace(made, getters=said("users.name", {user: user}))
    assert judge(rule(**check), given).status == "compliant"
    more = replace(made, getters=said("users.name", {user: user, "x": "admin"}))
    assert judge(rule(**check), more).evidence[0].text == "+ admin (not planned)"


def test_all_checks_of_a_rule_must_hold():
    made = fleet.configured(fleet.intent("ios", "switch"), "hostname x\n")
    both = rule(
        config={"ios": (Demand(QUIET, present="hostname .+"),)},
        reading={"ios": (Compare("identity.name", equals="host_name"),)},
    )
    assert judge(both, made).status == "unknown"
    assert judge(both, replace(made, readings=said("identity.name", {"": "other"}))).status == "violation"


def test_a_set_of_rules_says_what_each_says_alone():
    judged = Judge(fleet_rules := {"TST-01": rule(Demand(QUIET, present="hostname .+"))})
    made = fleet.configured(fleet.intent("ios", "switch"))
    assert [*judged.verdicts(made)] == [judge(one, made) for one in fleet_rules.values()]
    assert stored("x").sha != made.running.sha
