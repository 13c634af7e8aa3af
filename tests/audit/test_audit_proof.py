"""Rules that prove a site as it runs: whatever weakens its lists turns the verdict, with the packet that passes."""

import re
from dataclasses import replace

import pytest
from judged import HOUR, NOW, replaced

from homeroom.audit.checks import Check, Proof
from homeroom.audit.judge import judge
from homeroom.policy.regions import of_prefix

STUDENT = re.compile(r"(?:ip access-list extended STUDENT-IN|ipv6 access-list STUDENT-IN6)\n((?: .*\n)+)")
OUT = "ip access-list extended STUDENT-IN"


def verdict(district, text, rule="SEG-01"):
    return district.judge(rule, district.proven("router", text))


def inserted(text, head, entry):
    return replaced(text, f"{head}\n", f"{head}\n {entry}\n", 1)


def claiming(district, **claim):
    """SEG-01 with another claim."""
    return replace(district.rules["SEG-01"], check=Check(proof=Proof("no_leak", **claim)))


@pytest.mark.parametrize(
    ("head", "entry", "packet"),
    [
        (OUT, "5 permit ip any any", "tcp "),
        (OUT, "5 permit udp any any eq 5000", ":5000"),
        ("ipv6 access-list STUDENT-IN6", "sequence 5 permit tcp any any eq 22", "]:22"),
    ],
)
def test_a_permit_too_many_is_found_with_its_packet_rule_line_and_configuration(district, head, entry, packet):
    text = inserted(district.text("router"), head, entry)
    subject = district.proven("router", text)
    found = district.judge("SEG-01", subject)
    name = district.intent("router").device.name
    assert (found.status, found.device, found.site) == ("violation", "", subject.plan.entry.site)
    assert packet in found.summary
    shown = found.evidence[0]
    line = text.splitlines().index(f" {entry}") + 1
    assert f"{head.split()[-1]} entry 1 (permit " in shown.text
    assert shown.text.endswith(f"; line {line}: {entry}")
    assert (shown.source, shown.at) == (f"running configuration of {name}", NOW - HOUR)
    assert shown.sha == subject.running[name].sha


def test_the_example_bears_the_senders_own_address(district):
    text = inserted(district.text("router"), OUT, "5 permit ip any any")
    segments = {segment.role: segment for segment in district.intent("router").segments}
    found = verdict(district, text)
    assert found.summary.startswith("student reaches ")
    assert f" {segments['student'].v4.network.rpartition('.')[0]}." in found.summary


def test_a_forged_sender_is_found_too(district):
    staff = {segment.role: segment for segment in district.intent("router").segments}["staff"].v4
    text = inserted(district.text("router"), OUT, f"5 permit ip {staff.network} {staff.wildcard} any")
    assert verdict(district, text).status == "violation"


@pytest.mark.parametrize("line", [" ip access-group STUDENT-IN in\n", " ipv6 traffic-filter STUDENT-IN6 in\n"])
def test_a_list_that_is_not_applied_or_stands_on_the_way_out_filters_nothing(district, line):
    for other in ("", line.replace(" in\n", " out\n")):
        found = verdict(district, replaced(district.text("router"), line, other))
        assert found.status == "violation"
        assert "no list (in or " in found.evidence[0].text


def test_a_list_that_is_nowhere_defined_passes_everything_and_is_named(district):
    text = replaced(district.text("router"), " ip access-group STUDENT-IN in\n", " ip access-group STUDENTS in\n")
    assert verdict(district, text).status == "violation"
    found = verdict(district, text, "RTR-08")
    assert found.status == "violation"
    assert "STUDENTS is applied to Vlan10 but nowhere defined" in found.evidence[0].text


def permitted(rules, protocol, source, target, port):
    """First match, packet by packet: the plainest reading of a list, against which the proof is held."""
    for rule in rules:
        if rule.protocol not in ("ip", protocol) or rule.established or rule.icmp or rule.sports:
            continue
        ports = rule.dports or ((0, 65535),)
        ends = ((rule.source, source), (rule.target, target))
        inside = all(any(low <= at <= high for low, high in of_prefix(place)) for place, at in ends)
        if inside and any(low <= port <= high for low, high in ports):
            return rule.action == "permit"
    return False


def weakened(text):
    """The text with each deny of the pupils' lists in turn made a permit, and the list's name."""
    for chosen in STUDENT.finditer(text):
        for entry in chosen[1].splitlines():
            if " deny " in entry:
                weaker = chosen[0].replace(f"{entry}\n", entry.replace(" deny ", " permit ") + "\n")
                name = chosen[0].split("\n")[0].split()[-1]
                yield name, text[: chosen.start()] + weaker + text[chosen.end() :]


def test_no_permitted_packet_escapes_the_proof(district):
    """Where a packet passes by the plain reading of a list, the verdict is violation, and only there."""
    text, intent = district.text("router"), district.intent("router")
    parser = district.subject("router").parser
    rule = claiming(district, sources=("student",), targets=("staff", "admin", "cctv", "management"))
    tried = list(weakened(text))
    assert {name for name, _ in tried} == {"STUDENT-IN", "STUDENT-IN6"}
    for name, weaker in tried:
        rules = next(found.rules for found in parser.access(weaker).lists if found.name == name)
        family = 6 if name.endswith("6") else 4
        ends = {segment.role: getattr(segment, f"v{family}") for segment in intent.segments}
        passing = [
            (protocol, source, ends[role].first + 9, port)
            for protocol in ("tcp", "udp")
            for source in (ends["student"].first + 9, ends["staff"].first + 9, 1)
            for role in ("staff", "admin", "cctv", "management")
            for port in (22, 53, 80, 443, 853, 5000)
            if permitted(rules, protocol, source, ends[role].first + 9, port)
        ]
        found = judge(rule, district.proven("router", weaker))
        assert found.status == ("violation" if passing else "compliant"), found.summary


def test_a_proof_names_what_it_was_made_of(district):
    subject = district.proven()
    found = district.judge("SEG-01", subject)
    (piece,) = found.evidence
    assert (found.status, found.summary) == ("compliant", "proved for every packet, IPv4 and IPv6")
    assert all(name in piece.text for name in subject.running)
    assert piece.at == NOW - HOUR
    assert len(piece.sha) == 64
    other = {name: replace(stored, sha="0" * 64) for name, stored in subject.running.items()}
    assert district.judge("SEG-01", replace(subject, running=other)).evidence[0].sha != piece.sha


@pytest.mark.parametrize("kind", ["router", "switch", "ap"])
def test_a_site_with_a_device_that_was_never_read_is_unknown(district, kind):
    found = district.judge("SEG-01", district.proven(kind, None))
    name = district.intent(kind).device.name
    assert found.status == "unknown"
    assert found.summary.startswith(f"not proven, because of {name}: no running configuration is stored; run ")


def test_a_site_with_an_old_configuration_is_unknown_by_the_rules_own_age(district):
    subject = district.proven(at=NOW - 8 * 24 * HOUR)
    rule = district.rules["SEG-01"]
    assert judge(rule, subject).status == "unknown"
    assert judge(replace(rule, max_age_hours=24 * 9), subject).status == "compliant"


def test_a_line_that_nobody_understands_makes_the_site_unknown(district):
    text = inserted(district.text("router"), OUT, "5 permit ip any any telepathy")
    found = verdict(district, text)
    assert found.status == "unknown"
    assert "telepathy" in found.summary


def test_a_leak_stays_a_leak_while_another_device_is_unknown(district):
    text = inserted(district.text("router"), OUT, "5 permit ip any any")
    subject = district.proven("router", text)
    missing = district.intent("switch").device.name
    intents = {**subject.running, missing: None}
    found = district.judge("SEG-01", replace(subject, running=intents))
    assert found.status == "violation"
    assert found.summary.endswith("; 1 devices are unknown beside it")


def test_a_leak_of_an_old_configuration_decides_nothing(district):
    text = inserted(district.text("router"), OUT, "5 permit ip any any")
    subject = district.proven("router", text, at=NOW - 8 * 24 * HOUR)
    assert district.judge("SEG-01", subject).status == "unknown"


def test_ports_are_found_in_whatever_lets_them_through(district):
    text = inserted(district.text("router"), OUT, "5 permit udp any any")
    subject = district.proven("router", text)
    dns = judge(claiming(district, sources=("student",), ports=("udp:53",)), subject)
    assert dns.status == "violation"
    assert ":53 passes " in dns.summary
    assert judge(claiming(district, sources=("student",), ports=("tcp:53",)), subject).status == "compliant"
    assert judge(claiming(district, sources=("student",), families=(6,)), subject).status == "compliant"


def test_targets_and_sources_narrow_the_claim(district):
    text = inserted(district.text("router"), OUT, "5 permit tcp any any eq 8443")
    subject = district.proven("router", text)
    statuses = {
        targets: judge(claiming(district, sources=("student",), targets=targets), subject).status
        for targets in (("internet",), ("staff",), ("internal",), ("student",))
    }
    assert list(statuses.values()) == ["violation", "violation", "violation", "compliant"]
    assert judge(claiming(district, sources=("guest",)), subject).status == "compliant"


def test_forged_senders_are_told_from_true_ones(district):
    rule = claiming(district, sources=("wan",), bogus=True)
    head = "ip access-list extended WAN-IN"
    stranger = inserted(district.text("router"), head, "5 permit tcp 203.0.113.0 0.0.0.255 any eq 22")
    assert judge(rule, district.proven("router", stranger)).status == "compliant"
    forged = inserted(district.text("router"), head, "5 permit tcp 10.0.0.0 0.255.255.255 any eq 22")
    found = judge(rule, district.proven("router", forged))
    assert found.status == "violation"
    assert "tcp 10." in found.summary


def test_a_site_without_the_role_or_without_devices_has_nothing_to_prove(district):
    rule = claiming(district, sources=("pupils",))
    assert judge(rule, district.proven()).summary == "the site has no pupils"
    assert judge(rule, district.site()).summary == "no device stands at the site"


def test_the_proof_is_made_once_and_only_when_a_rule_asks(district):
    made = []
    subject = district.proven()
    counted = replace(subject, prove=lambda: made.append(1) or subject.prove())
    assert district.judge("PLN-01", counted).status == "compliant"
    assert made == []
    for rule in ("SEG-01", "SEG-02", "RTR-01"):
        assert district.judge(rule, counted).status == "compliant"
    assert made == [1]


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ({"claim": "prefixes", "sources": ("student",)}, "belong to the claim no_leak"),
        ({"claim": "no_finding"}, "no_finding needs some"),
        ({"claim": "as_intended", "concerns": ("dead rule",)}, "concerns belong to"),
        ({"claim": "no_leak", "ports": ("53",)}, "'53' is no port"),
    ],
)
def test_a_claim_that_means_nothing_is_refused(claim, says):
    with pytest.raises(ValueError, match=says):
        Proof(**claim)
