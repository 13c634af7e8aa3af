"""What would mend a violation, on every platform: the lines offered, put into what runs, satisfy the rule."""

import re
from dataclasses import replace

import fleet
import pytest
from judged import stored

from homeroom.audit import fixture
from homeroom.audit.judge import Judge, judge
from homeroom.audit.load import load_rules
from homeroom.audit.mend import MOST, Mender
from homeroom.audit.outline import Section
from homeroom.project import shipped

RULES = load_rules([shipped() / "inventory" / "rules"])
BROKEN = [
    # platform, kind, rule, what is changed in the intended text, into what, lines that must be offered
    ("ios", "router", "MGT-01", r"^ transport input ssh$", " transport input telnet ssh", "+   transport input ssh"),
    ("ios", "router", "MGT-01", r"^ transport input ssh\n", "", "+   transport input ssh"),
    ("ios", "switch", "LOG-01", r"^logging host \S+\n", "", "+ logging host "),
    ("ios", "switch", "SNM-01", r"\Z", "snmp-server community public RO\n", "- snmp-server community public RO"),
    ("ios", "switch", "L2-02", r"^ spanning-tree bpduguard enable\n", "", "+   spanning-tree bpduguard enable"),
    ("ios", "wlc", "MGT-07", r"^banner login ", "banner exec ", "+ banner login "),
    ("eos", "switch", "SNM-02", r" auth sha256 ", " auth sha ", "auth sha256"),
    ("eos", "switch", "LOG-01", r"^logging host \S+\n", "", "+ logging host "),
    ("eos", "router", "MGT-02", r"^(management api http-commands)$", r"\1\n   protocol http", "-   protocol http"),
    ("junos", "router", "SNM-02", "authentication-sha256", "authentication-md5", "authentication-sha256"),
    ("junos", "switch", "AAA-05", r"minimum-length \d+", "minimum-length 8", "+   login password minimum-length "),
    ("ros", "router", "MGT-08", r"^(/ip service set api .*)disabled=yes", r"\1disabled=no", "disabled=yes"),
    ("ros", "ap", "SNM-01", r"\Z", "/snmp community add name=old\n", "name=old"),
    ("openwrt", "ap", "AAA-07", r"option IdleTimeout '\d+'", "option IdleTimeout '0'", "-   option IdleTimeout '0'"),
    ("openwrt", "ap", "NTP-01", r"^\tlist server '.*'\n", "", "+   list server "),
    ("openwrt", "router", "SNM-02", "option level 'priv'", "option level 'auth'", "+   option level 'priv'"),
]


def broken(platform, kind, pattern, to, count=0):
    subject = fleet.subject(platform, kind)
    text = re.sub(pattern, to, subject.running.text, count=count, flags=re.MULTILINE)
    assert text != subject.running.text, f"{pattern} changes nothing"
    return replace(subject, running=stored(text))


def offered(subject, rule):
    return Mender(subject, Judge(RULES).scan(subject.intent.device.platform)).lines(RULES[rule])


def mended(subject, lines):
    """Do what is offered, by hand, to the lines that the device runs."""
    texts = {section.header: [*section.lines] for section in subject.sections}
    header = ""
    for line in lines.splitlines():
        sign, text = line[:1], line[2:]
        if sign == " ":
            header = text
            texts.setdefault(header, [])
        elif not text.startswith("  "):
            header = ""
            texts.pop(text, None) if sign == "-" else texts.setdefault(text, [])
        elif sign == "-":
            texts[header] = [one for one in texts[header] if one != text.strip()]
        else:
            texts[header].append(text.strip())
    made = replace(subject)
    made.__dict__["sections"] = tuple(Section(header, tuple(below)) for header, below in texts.items())
    return made


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: "-".join(case[:3]))
def test_what_is_offered_mends_it(case):
    platform, kind, rule, pattern, to, says = case
    subject = broken(platform, kind, pattern, to)
    assert judge(RULES[rule], subject).status == "violation"
    lines = offered(subject, rule)
    assert says in lines
    assert judge(RULES[rule], mended(subject, lines)).status == "compliant", lines


@pytest.mark.parametrize("platform", fleet.EVERY)
def test_what_is_offered_mends_the_failing_example_of_every_rule(platform):
    judging = Judge(RULES)
    wrong = {}
    for rule, failing in failures(platform):
        lines = Mender(failing, judging.scan(platform)).lines(rule)
        after = judge(rule, mended(failing, lines))
        if after.status not in {"compliant", "not_applicable"} and not lines.endswith(" more lines"):
            wrong[rule.id] = (after.summary, lines)
    assert wrong == {}


def failures(platform):
    """The first example of each rule on the platform's configuration that what is rendered is changed for."""
    for rule in RULES.values():
        if rule.scope == "device" and platform in (rule.check.config or {}):
            given = [one for one in rule.fixtures.get(platform, ()) if one.change and not one.passes]
            for one in given[:1]:
                yield rule, fixture.failing(fixture.subject(rule, platform, one), one)


def test_a_neighbour_that_nobody_intends_goes():
    more = "router bgp 65001\n neighbor 100.64.0.14 remote-as 65000\n"
    lines = offered(broken("ios", "router", r"\Z", more), "RTR-06")
    assert "-   neighbor 100.64.0.14 remote-as 65000" in lines.splitlines()


@pytest.mark.parametrize(("platform", "kind"), fleet.MADE)
def test_of_what_is_as_intended_nothing_is_offered(platform, kind):
    mender = Mender(fleet.subject(platform, kind), Judge(RULES).scan(platform))
    assert {name for name, rule in RULES.items() if mender.lines(rule)} == set()


def test_a_rule_on_anything_but_the_configuration_offers_nothing():
    subject = broken("ios", "switch", r"^hostname \S+", "hostname other")
    assert [offered(subject, rule) for rule in ("SNM-05", "OPS-04", "PLN-01", "LOG-09")] == [""] * 4


def test_where_the_intent_breaks_the_rule_too_nothing_is_offered():
    """Pushing it would mend nothing: the facts, the policy or the templates are to be changed."""
    subject = broken("ios", "switch", r"^ transport input ssh$", " transport input all")
    text = subject.running.text
    assert offered(replace(subject, render=lambda: text), "MGT-01") == ""


def test_lines_stand_below_their_header_what_goes_before_what_comes():
    subject = broken("ios", "router", r"^ transport input ssh$", " transport input telnet ssh")
    headers = re.findall(r"^line vty .*$", subject.running.text, re.MULTILINE)
    assert offered(subject, "MGT-01").splitlines() == [
        line
        for header in headers
        for line in (f"  {header}", "-   transport input telnet ssh", "+   transport input ssh")
    ]


def test_much_is_cut_and_says_so():
    many = "".join(f"snmp-server community c{n} RO\n" for n in range(MOST + 7))
    lines = offered(broken("ios", "router", r"\Z", many), "SNM-01").splitlines()
    assert (len(lines), lines[-1]) == (MOST + 1, "... and 7 more lines")


def test_of_a_device_that_was_never_read_nothing_is_known_to_go():
    lines = offered(fleet.subject("ios", "switch", None), "MGT-01")
    assert not [line for line in lines.splitlines() if line.startswith("-")]
