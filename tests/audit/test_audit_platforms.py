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
SAID = {
    # platform -> rule -> what is replaced in a compliant configuration (a pattern), by what, what the summary then says
    "ios": {
        "LOG-01": [(r"logging host 192.0.2.4\n", "", "has 1, needs"), (r"logging host .*\n", "", "memory only")],
        "MGT-01": [(r" transport input ssh\n", " transport input all\n", "input all"), (" transport .*\n", "", "say")],
        "MGT-07": [(r"banner login", "banner exec", "no login or message-of-the-day banner")],
        "NTP-01": [(r"ntp server 192.0.2.2\n", "", "has 1, needs"), (r"ntp server .*\n", "", "runs free")],
        "SNM-01": [(r"\Z", "snmp-server community public RO\n", "public"), (r" v3 priv ", " v3 auth ", "v3 auth")],
    },
    "eos": {
        "LOG-01": [(r"logging host 192.0.2.4\n", "", "has 1, needs"), (r"logging host .*\n", "", "memory only")],
        "MGT-01": [
            (r"\Z", "management telnet\n   no shutdown\n", "management telnet"),
            (r"\Z", "management telnet\n   vrf X\n      no shutdown\n", "no shutdown"),
        ],
        "MGT-07": [(r"banner login", "banner motd", "no login banner")],
        "NTP-01": [(r"ntp server 192.0.2.2\n", "", "has 1, needs"), (r"ntp server .*\n", "", "runs free")],
        "SNM-01": [
            (r"\Z", "snmp-server community public ro\n", "public"),
            (r"\Z", "snmp-server user old HOMEROOM v2c\n", "old"),
            (r"\Z", "snmp-server host 192.0.2.9 version 2c public\n", "version 2c"),
            (r" v3 priv ", " v3 auth ", "v3 auth"),
            (r"snmp-server group .*\n", "", "no SNMP version 3 group"),
        ],
    },
    "junos": {
        "LOG-01": [(r"host 192.0.2.4 \{", "host 192.0.2.3 {", "has 1, needs"), ("any notice;", "", "no syslog server")],
        "MGT-01": [
            (r"\Z", "system { services { telnet; } }\n", "services telnet"),
            (r"\Z", "system { services { telnet { connection-limit 2; } } }\n", "connection-limit"),
            (r"\Z", "groups { old { system { services { telnet; } } } }\n", "old system services telnet"),
        ],
        "MGT-07": [(r"message \"[^\"]*\";", "", "no login message")],
        "NTP-01": [(r"server 192.0.2.2;", "", "has 1, needs"), (r"server 192.0.2.[12];", "", "runs free")],
        "SNM-01": [
            (r"\Z", "snmp { community public; }\n", "community public"),
            (r"\Z", "snmp { community public { authorization read-only; } }\n", "community public"),
            (r"\Z", "groups { old { snmp { community public; } } }\n", "old snmp community public"),
            (r"\Z", "snmp { trap-group old { targets { 192.0.2.9; } } }\n", "trap-group old"),
            (r"\Z", "snmp { v3 { snmp-community 1 { security-name x; } } }\n", "snmp-community"),
            (r"security-to-group \{\s+security-model usm", "security-to-group { security-model v2c", "v2c"),
            (r"security-level privacy", "security-level authentication", "authentication"),
            (r"access \{\s+group HOMEROOM \{[^}]*\{[^}]*\{[^}]*\{[^}]*\}\s*\}\s*\}\s*\}\s*\}", "", "no SNMP version 3"),
        ],
    },
    "openwrt": {
        "NTP-01": [(r"\tlist server '192.0.2.2'\n", "", "has 1, needs"), (r"\tlist server .*\n", "", "public pools")],
        "SNM-01": [
            (r"config view 'all'", "config com2sec 'c'\n\toption community 'x'\n\nconfig view 'all'", "com2sec"),
            (r"'usm'\n\toption secname", "'v2c'\n\toption secname", "v2c"),
            (r"option level 'priv'", "option level 'auth'", "asks for privacy"),
        ],
    },
    "ros": {
        "LOG-01": [
            (r"remote=192.0.2.4", "remote=192.0.2.3", "has 1, needs"),
            (r"/system logging add action=syslog2 .*\n", "", "has 1, needs"),
            (r"action=syslog2", "action=memory", "has 1, needs"),
            (r"/system logging action .*\n", "", "memory only"),
        ],
        "MGT-01": [(r"/ip service set telnet .*\n", "", "runs a telnet server")],
        "NTP-01": [
            (r"/system ntp client servers add address=192.0.2.2\n", "", "has 1, needs"),
            (r"/system ntp client set .*\n", "", "off unless"),
            (r"/system ntp client servers .*\n", "", "runs free"),
        ],
        "SNM-01": [
            (r"/snmp community set .*\n", "", "community public"),
            (r"/snmp community set \[ find default=yes \] .*\n", "/snmp community set [ find default=yes ] read-access=no\n", "community public"),
            (r"\Z", "/snmp community add name=old\n", "name=old"),
            (r"security=private", "security=authorized", "authorized"),
            (r"/snmp set ", "/snmp set trap-target=192.0.2.9 ", "trap-target"),
            (r"/snmp community add .*\n", "", "no community asks"),
        ],
    },
}  # fmt: skip
FAULTS = [
    (rule, platform, kind, *fault)
    for platform, kind in KINDS
    for rule, faults in SAID[platform].items()
    for fault in faults
]
OPENED = {
    # platform -> a rule that keeps pupils inside, as a pattern, and what lets them out
    "ios": (r"(ip access-list extended STUDENT-IN\n)", r"\1 5 permit ip any any\n"),
    "eos": (r"(?<=ip access-list STUDENT-IN\n)", "   5 permit ip any any\n"),
    "junos": (r"(policy STUDENT-FWD-11 \{[^}]*\{[^}]*\}\s*then \{\s*)deny;", r"\1permit;"),
    "openwrt": (r"(option src 'student'\n(?:\t.*\n)*\tlist dest_ip '10.0.0.0/8'\n(?:\t.*\n)*\toption target) 'DROP'", r"\1 'ACCEPT'"),
    "ros": (r"action=drop (chain=STUDENT-FWD dst-address=10.0.0.0/8)", r"action=accept \1"),
}  # fmt: skip


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
        assert found.status == ("not_applicable" if outside else "compliant"), f"{rule.id}: {found.summary}"


@pytest.mark.parametrize(("platform", "made"), list(fleet.EVERY.items()), ids=lambda value: str(value)[:7])
def test_every_device_of_the_example_is_compliant_by_its_configuration(platform, made):
    rules = [rule for rule in DEVICE_RULES if rule.check.config and platform in rule.check.config]
    for intent in made():
        subject = fleet.configured(intent)
        found = {rule.id: judge(rule, subject).status for rule in rules}
        assert set(found.values()) == {"compliant"}, intent.device.name


def test_a_rule_that_compares_nothing_on_a_kind_knows_nothing():
    rule = RULES["WL-04"]
    only = tuple(replace(one, kinds=("ap",)) for one in rule.check.reading["eos"])
    narrowed = replace(rule, check=replace(rule.check, reading={"eos": only}))
    found = judge(narrowed, fleet.subject("eos", "switch"))
    assert (found.status, found.summary) == ("unknown", "the rule compares nothing on a switch of platform eos")


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[0]}-{case[1]}-{case[2]}-{case[5]}")
def test_a_planted_fault_is_a_violation(case):
    rule, platform, kind, pattern, by, says = case
    text = changed(fleet.text(platform, kind), pattern, by)
    found = verdict(rule, fleet.subject(platform, kind, text))
    assert found.status == "violation", found.summary
    assert says in found.summary
    assert found.evidence


def test_every_config_rule_has_a_fault_for_each_platform_that_it_judges():
    planted = {(rule, platform) for rule, platform, *_ in FAULTS}
    judged = {(rule.id, platform) for rule in DEVICE_RULES for platform in rule.check.config or {}}
    assert planted == judged


@pytest.mark.parametrize("platform", OPENED)
def test_a_router_that_lets_pupils_in_is_a_violation(platform):
    text = changed(fleet.text(platform, "router"), *OPENED[platform])
    found = verdict("SEG-01", fleet.subject(platform, "router", text))
    assert found.status == "violation", found.summary
    assert found.summary.startswith("student reaches ")


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
