"""SEG-01 on running access lists: whatever weakens them turns the proof red, with the packet that passes."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judged import replaced

from homeroom.audit.judge import judge
from homeroom.audit.proof import _Gate, _separate
from homeroom.audit.rule import Check, Proof
from homeroom.policy.regions import of_prefix

STUDENT = re.compile(r"(?:ip access-list extended STUDENT-IN|ipv6 access-list STUDENT-IN6)\n((?: .*\n)+)")


def verdict(district, text):
    return district.judge("SEG-01", district.subject("router", text))


def inserted(text, head, entry):
    return replaced(text, f"{head}\n", f"{head}\n {entry}\n", 1)


@pytest.mark.parametrize(
    ("head", "entry", "packet"),
    [
        ("ip access-list extended STUDENT-IN", "5 permit ip any any", "tcp "),
        ("ip access-list extended STUDENT-IN", "5 permit udp any any eq 67", ":67"),
        ("ipv6 access-list STUDENT-IN6", "sequence 5 permit tcp any any eq 22", "]:22"),
    ],
)
def test_a_permit_too_many_is_found_with_its_packet(district, head, entry, packet):
    found = verdict(district, inserted(district.text("router"), head, entry))
    assert found.status == "violation"
    assert packet in found.summary
    assert found.evidence[0].text.startswith(f"{head.split()[-1]} entry 1 permits ")


def test_the_example_bears_the_senders_own_address(district):
    text = inserted(district.text("router"), "ip access-list extended STUDENT-IN", "5 permit ip any any")
    segments = {segment.role: segment for segment in district.intent("router").segments}
    found = verdict(district, text)
    assert found.summary.startswith("student reaches staff: tcp " + segments["student"].v4.network.rpartition(".")[0])


def test_a_forged_sender_is_found_too(district):
    staff = {segment.role: segment for segment in district.intent("router").segments}["staff"].v4
    entry = f"5 permit ip {staff.network} {staff.wildcard} any"
    text = inserted(district.text("router"), "ip access-list extended STUDENT-IN", entry)
    assert verdict(district, text).status == "violation"


@pytest.mark.parametrize(
    ("line", "family"), [(" ip access-group STUDENT-IN in\n", 4), (" ipv6 traffic-filter STUDENT-IN6 in\n", 6)]
)
def test_a_list_that_is_not_applied_filters_nothing(district, line, family):
    found = verdict(district, replaced(district.text("router"), line, ""))
    assert found.status == "violation"
    assert found.summary == f"no IPv{family} access list filters what student sends"
    assert found.evidence[0].text == "interface Vlan10: (no inbound list)"
    outbound = replaced(district.text("router"), line, line.replace(" in\n", " out\n"))
    assert verdict(district, outbound).status == "violation"


def test_a_list_that_is_nowhere_defined_passes_everything(district):
    text = replaced(district.text("router"), " ip access-group STUDENT-IN in\n", " ip access-group STUDENTS in\n")
    found = verdict(district, text)
    assert found.status == "violation"
    assert found.summary == "STUDENTS is applied but nowhere defined: everything student sends may pass"


def test_a_list_of_another_role_does_not_do(district):
    text = replaced(district.text("router"), " ip access-group STUDENT-IN in\n", " ip access-group MANAGEMENT-IN in\n")
    assert verdict(district, text).status == "violation"


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


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_permitted_packet_escapes_the_proof(district, data):
    """Turn any one deny of the pupils' lists into a permit: where a packet then passes, the verdict is violation."""
    text = district.text("router")
    chosen = data.draw(st.sampled_from(list(STUDENT.finditer(text))))
    entry = data.draw(st.sampled_from([line for line in chosen[1].splitlines() if " deny " in line]))
    weaker = replaced(chosen[0], f"{entry}\n", entry.replace(" deny ", " permit ") + "\n")
    text = text[: chosen.start()] + weaker + text[chosen.end() :]
    subject = district.subject("router", text)
    name = chosen[0].split("\n")[0].split()[-1]
    rules = next(found.rules for found in subject.access.lists if found.name == name)
    segments = {segment.role: segment for segment in subject.intent.segments}
    family = 6 if name.endswith("6") else 4
    ends = {role: getattr(segment, f"v{family}") for role, segment in segments.items()}
    senders = [ends["student"].first + 9, ends["staff"].first + 9, 1]
    passing = [
        (protocol, source, ends[role].first + 9, port)
        for protocol in ("tcp", "udp")
        for source in senders
        for role in ("staff", "admin", "cctv", "management")
        for port in (22, 53, 80, 443, 853, 5000)
        if permitted(rules, protocol, source, ends[role].first + 9, port)
    ]
    found = district.judge("SEG-01", subject)
    assert found.status == ("violation" if passing else "compliant")


def test_every_pair_and_both_families_are_in_the_proof(district):
    found = verdict(district, district.text("router"))
    targets = {piece.text.split()[4] for piece in found.evidence if not piece.text.startswith("...")}
    assert found.status == "compliant"
    assert targets == {"staff", "admin", "cctv", "management"}
    assert {piece.text.split(":")[0] for piece in found.evidence} == {"STUDENT-IN", "STUDENT-IN6"}


def test_a_router_that_routes_no_source_has_nothing_to_prove(district):
    subject = district.subject("router")
    bridged = tuple(replace(s, routed=False) for s in subject.intent.segments)
    found = district.judge("SEG-01", replace(subject, intent=replace(subject.intent, segments=bridged)))
    assert (found.status, found.summary) == ("not_applicable", "routes no student at this site")


def test_a_platform_without_a_named_gateway_is_unknown(district):
    proof = Proof("unreachable", ("student",), ("staff",), {"junos": "irb.{vlan}"})
    rule = replace(district.rules["SEG-01"], check=Check(proof=proof))
    found = judge(rule, district.subject("router"))
    assert (found.status, found.summary) == ("unknown", "the rule names no gateway interface for platform ios")


def test_a_list_that_sees_all_that_is_forwarded_counts_as_one_that_sees_all_that_enters(district):
    subject = district.subject("router")
    access = subject.access
    segments = {segment.role: segment for segment in subject.intent.segments}
    gate = _Gate(segments["student"], 4, "Vlan10", subject.running)
    for hook, status in (("in", "compliant"), ("through", "compliant"), ("local", "violation"), ("out", "violation")):
        moved = replace(access, applied=tuple(replace(use, hook=hook) for use in access.applied))
        assert _separate(moved, gate, [segments["staff"]]).status == status
