"""Every rule on a planned district: what passes, what fails, and that a change of the deciding line flips it."""

import pytest
from judged import replaced

from homeroom.audit.rule import EVERY_KIND

CONFIG = [
    # rule, kind, what is changed in a compliant configuration, into what, what the summary then says
    ("MGT-01", "switch", " transport input ssh\n", " transport input all\n", "transport input all"),
    ("MGT-01", "switch", " ipv6 access-class NOC6 in\n transport input ssh\n", "", "does not say what it takes"),
    ("SNM-01", "router", "snmp-server location", "snmp-server host 10.1.1.1 public\nsnmp-server location", "10.1.1.1"),
    ("SNM-02", "switch", "snmp-server group", "no snmp-server group", "no SNMP version 3 group"),
    ("NTP-01", "ap", "\tlist server '", "\tlist other '", "no time server"),
    ("MGT-07", "router", "banner login ^C", "banner exec ^C", "no login or message-of-the-day banner"),
    ("MGT-07", "switch", "banner login ^C", "banner incoming ^C", "no login or message-of-the-day banner"),
]


def of_devices(district):
    return [name for name, rule in district.rules.items() if rule.scope == "device"]


def statuses(district, kind):
    return {rule: district.judge(rule, district.subject(kind)).status for rule in of_devices(district)}


def test_what_we_render_satisfies_every_rule(district):
    for kind in ("router", "switch", "ap"):
        found = statuses(district, kind)
        assert {name: status for name, status in found.items() if status in ("violation", "error")} == {}
    site = district.proven()
    proven = {name: district.judge(name, site).status for name, rule in district.rules.items() if rule.scope == "site"}
    assert proven.pop("FLT-03") == "unknown"  # nobody probed
    assert set(proven.values()) == {"compliant"}


@pytest.mark.parametrize("case", CONFIG, ids=lambda case: f"{case[0]}-{case[1]}-{case[4]}")
def test_a_change_of_the_deciding_line_is_a_violation(district, case):
    rule, kind, old, new, says = case
    text = replaced(district.text(kind), old, new)
    verdict = district.judge(rule, district.subject(kind, text))
    assert verdict.status == "violation"
    assert says in verdict.summary
    assert verdict.evidence
    assert verdict.evidence[0].sha == district.subject(kind, text).running.sha


@pytest.mark.parametrize(("rule", "start"), [("LOG-01", "logging host "), ("NTP-01", "ntp server ")])
def test_one_server_is_not_two(district, rule, start):
    lines = district.text("switch").splitlines(keepends=True)
    servers = [line for line in lines if line.startswith(start)]
    assert len(servers) >= 2
    none = "".join(line for line in lines if line not in servers)
    one = none + servers[0]
    twice = one + servers[0].rstrip() + " \n"
    named = none + f"{start}10.9.9.9\n{start}10.9.9.8\n"
    texts = (none, one, twice, named, none + "".join(servers[::-1]))
    verdicts = [district.judge(rule, district.subject("switch", text)) for text in texts]
    assert [verdict.status for verdict in verdicts] == [*["violation"] * 4, "compliant"]
    assert all("has 1, needs at least 2" in verdict.summary for verdict in verdicts[1:3])
    assert "2 not planned, 2 missing" in verdicts[3].summary
    assert verdicts[0].evidence[0].text == "(no such line)"


def test_the_same_time_server_twice_is_one_on_an_access_point(district):
    text = district.text("ap")
    servers = [line for line in text.splitlines() if "list server" in line]
    doubled = replaced(text, servers[1], servers[0])
    assert district.judge("NTP-01", district.subject("ap", doubled)).status == "violation"


def test_text_in_a_banner_is_no_configuration(district):
    lines = district.text("switch").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("logging host "))
    servers = "".join(line for line in lines if line.startswith("logging host "))
    assert district.judge("LOG-01", district.subject("switch", servers + text)).status == "compliant"
    text = replaced(text, "banner login ^C\n", f"banner login ^C\n{servers}")
    assert district.judge("LOG-01", district.subject("switch", text)).status == "violation"


def test_drift_shows_the_lines_in_their_context(district):
    text = replaced(district.text("switch"), "no ip http server\n", "ip http server\n")
    verdict = district.judge("OPS-04", district.subject("switch", text))
    assert verdict.status == "violation"
    assert verdict.summary == "drift: 1 lines not intended, 1 intended lines missing"
    assert verdict.evidence[0].source == "running (+) against intended (-)"
    assert {"+ip http server", "-no ip http server"} <= set(verdict.evidence[0].text.splitlines())
    text = replaced(district.text("switch"), " transport input ssh\n", " transport input all\n", 1)
    nested = district.judge("OPS-04", district.subject("switch", text))
    assert nested.summary == "drift: 1 lines not intended, 1 intended lines missing"
    assert nested.evidence[0].text.splitlines()[0] == "line vty 0 4"


def test_a_long_drift_is_cut_and_says_so(district):
    text = district.text("router").replace(" permit ", " deny ")
    verdict = district.judge("OPS-04", district.subject("router", text))
    assert len(verdict.evidence[0].text.splitlines()) == 41
    assert verdict.evidence[0].text.endswith("more lines; `homeroom diff` shows all")


@pytest.mark.parametrize("kind", ["router", "switch", "ap"])
def test_another_name_is_a_violation(district, kind):
    subject = district.subject(kind)
    rows = subject.readings["identity.name"]
    name = rows[""].value
    for given, status in [(f"{name}.{subject.intent.device.domain}", "compliant"), (f"{name}0", "violation")]:
        changed = {
            **subject.readings,
            "identity.name": {"": type(rows[""])(name, "identity.name", "", given, rows[""].at)},
        }
        assert district.judge("SNM-05", district.subject(kind, values=changed)).status == status


@pytest.mark.parametrize("kind", ["router", "switch", "ap"])
def test_vlans_must_be_equal_not_only_present(district, kind):
    subject = district.subject(kind)
    column, other = "vlans.name", "777"
    rows = subject.readings[column]
    index, first = next(iter(rows.items()))
    reading = type(first)

    def judged(changed):
        return district.judge("WL-04", district.subject(kind, values={**subject.readings, column: changed}))

    extra = judged({**rows, other: reading("d", column, other, "pupils-free", first.at)})
    missing = judged({key: value for key, value in rows.items() if key != index})
    renamed = judged({**rows, index: reading("d", column, index, "staff2", first.at)})
    assert (extra.status, extra.summary) == ("violation", "vlans differ from the plan: 1 not planned, 0 missing")
    assert extra.evidence[0].text == "+ 777 pupils-free (not planned)"
    assert missing.summary == "vlans differ from the plan: 0 not planned, 1 missing"
    assert renamed.summary == "vlans differ from the plan: 1 not planned, 1 missing"


def test_an_unplanned_wireless_network_is_a_violation(district):
    subject = district.subject("ap")
    rows = subject.readings["ssids.name"]
    first = next(iter(rows.values()))
    rogue = {**rows, "99": type(first)("d", "ssids.name", "99", "free-wifi", first.at)}
    verdict = district.judge("WL-04", district.subject("ap", values={**subject.readings, "ssids.name": rogue}))
    assert verdict.status == "violation"
    assert verdict.evidence[0].text == "+ free-wifi (not planned)"


def test_every_cell_of_rules_and_platforms_is_answered(district):
    platforms = district.renderer.platforms
    for rule in district.rules.values():
        for name, platform in platforms.items():
            if rule.scope != "device" or not set(platform.kinds) & set(rule.applies.kinds):
                continue
            check = rule.check
            said = (
                name in (check.config or {})
                or name in (check.reading or {})
                or check.proof is not None
                or check.record is not None
                or name in (check.getter or {})
            )
            assert said != (name in rule.applies.exempt), f"{rule.id} must answer for {name}, once"


def test_every_rule_is_written_for_people(district):
    for rule in district.rules.values():
        assert rule.title
        assert not rule.title.endswith(".")
        assert rule.why.endswith(".")
        assert rule.fix.endswith(".")
        assert rule.refs.stig or rule.refs.nist or rule.refs.dfe
        assert set(rule.applies.kinds) <= set(EVERY_KIND)
        assert all(reason.endswith(".") for reason in rule.applies.exempt.values())
    assert len(district.rules) == 89
