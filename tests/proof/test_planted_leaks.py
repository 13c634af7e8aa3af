"""Whatever weakens a site is found, with a packet that gets through, the device and the rule that lets it."""

import pytest
from made import concerns, pairs

from homeroom.proof.place import line_of

ROLES = {"student", "staff", "guest", "eduroam", "iot", "admin", "cctv", "exam", "management"}
SWITCH_ROUTES = (
    ("no ip http server\n", "no ip http server\nip routing\n"),
    (
        "\ninterface Vlan99\n",
        "\ninterface Vlan10\n ip address 10.99.0.1 255.255.255.0\ninterface Vlan20\n ip address 10.99.1.1 255.255.255.0\ninterface Vlan99\n",
    ),
)


def test_a_site_that_runs_what_is_rendered_has_no_leak(house):
    for intents in house.sites.values():
        proof = house.nation().site(intents, house.texts(intents))
        assert (proof.leaks, proof.findings, proof.unknown) == ((), (), ())
        assert proof.proven
        assert proof.pairs == 9 * 8 + 9 + 10 * 4


def test_golden_the_planted_hole_of_a_textbook(house):
    name, text, proof = house.edited(
        "router",
        (
            "ip access-list extended STUDENT-IN\n",
            "ip access-list extended STUDENT-IN\n 5 permit udp any any eq bootps\n",
        ),
    )
    (leak,) = (leak for leak in proof.leaks if leak.target == "staff")
    v4 = {segment.role: segment.v4 for segment in house.largest[0].segments}
    assert leak.packet == f"udp {v4['student'].address(9)}:49152 -> {v4['staff'].address(11)}:67"
    assert (leak.source, leak.device, leak.interface) == ("student", name, "Vlan10")
    assert (leak.list, leak.entry, leak.rule) == ("STUDENT-IN", 1, "permit udp any any eq 67")
    assert text.splitlines()[leak.line - 1] == " 5 permit udp any any eq bootps"
    assert {leak.source for leak in proof.leaks} == {"student"}
    assert ("dead rule", "STUDENT-IN") in concerns(proof)


@pytest.mark.parametrize(
    ("line", "family"), [(" ip access-group STUDENT-IN in\n", 4), (" ipv6 traffic-filter STUDENT-IN6 in\n", 6)]
)
def test_a_list_taken_off_an_interface_opens_everything(house, line, family):
    name, _, proof = house.edited("router", (line, ""))
    assert {target for source, target in pairs(proof)} >= ROLES - {"student"}
    assert {(leak.source, leak.device, leak.interface, leak.family) for leak in proof.leaks} == {
        ("student", name, "Vlan10", family)
    }
    assert {leak.rule for leak in proof.leaks} == {"no list (in or through) on Vlan10: everything passes"}
    assert concerns(proof) >= {("no list", "Vlan10"), ("unused list", line.split()[2])}


def test_a_list_applied_out_instead_of_in_opens_everything(house):
    _, _, proof = house.edited("router", (" ip access-group STUDENT-IN in\n", " ip access-group STUDENT-IN out\n"))
    assert ("student", "staff") in pairs(proof)
    assert ("misplaced list", "STUDENT-IN") in concerns(proof)


def test_a_list_on_the_wrong_interface_lends_its_rights_to_a_forger(house):
    name, _, proof = house.edited(
        "router",
        (" ip access-group STUDENT-IN in\n", " ip access-group STAFF-IN in\n"),
    )
    assert pairs(proof) >= {("student", "internet"), ("student", "central")}
    leak = next(leak for leak in proof.leaks if leak.target == "internet")
    staff = next(segment.v4 for segment in house.largest[0].segments if segment.role == "staff")
    assert (leak.device, leak.list) == (name, "STAFF-IN")
    assert f" {staff.address(9)}" in leak.packet
    assert concerns(proof) >= {("misplaced list", "STAFF-IN"), ("unused list", "STUDENT-IN")}


def test_a_list_that_is_nowhere_defined_opens_everything(house):
    _, _, proof = house.edited("router", (" ip access-group STUDENT-IN in\n", " ip access-group STUDENTS in\n"))
    leak = next(leak for leak in proof.leaks if leak.target == "staff")
    assert leak.rule == "STUDENTS is applied to Vlan10 but nowhere defined: everything passes"
    assert ("undefined list", "STUDENTS") in concerns(proof)


def test_a_deny_that_became_a_permit_differs_between_the_families(house):
    rule = "deny ipv6 any FC00::/7 log"
    _, text, proof = house.edited("router", (rule, rule.replace("deny", "permit")))
    assert {leak.family for leak in proof.leaks} == {6}
    assert {leak.rule for leak in proof.leaks} == {"permit ip any fc00::/7"}
    assert "FC00::/7" in text.splitlines()[proof.leaks[0].line - 1]


def test_what_only_one_family_lets_through_is_a_finding(house):
    rule = " permit tcp 2001:DB8"
    text = house.texts(house.largest)[house.largest[0].device.name]
    line = next(line for line in text.splitlines() if " permit tcp " in line and line.endswith(" any eq 443"))
    assert rule.strip() in line or "permit tcp 1" in line
    _, _, proof = house.edited("router", (line + "\n", line.replace("permit", "deny") + "\n"))
    found = [one for one in proof.findings if one.concern == "families differ"]
    assert found
    assert "web to the Internet is refused (IPv" in found[0].text
    assert not proof.leaks


def test_a_second_uplink_without_its_list_lets_the_world_in(house):
    made = house.site(intents=backed(house))
    assert made.proof().proven
    router = made.access("router")
    second = [one.name for one in router.interfaces if not one.vlan][1]
    applied = tuple(use for use in router.applied if use.interface != second)
    proof = made.with_("router", applied=applied).proof()
    assert pairs(proof) >= {("wan", role) for role in ROLES}
    assert {leak.interface for leak in proof.leaks} == {second}


def backed(house):
    """The intents of a site with two uplinks; the sample has some."""
    return next(intents for intents in house.sites.values() if len(intents[0].uplinks) == 2)


def test_a_switch_that_routes_is_a_way_around_the_router(house):
    name, _, proof = house.edited("switch", *SWITCH_ROUTES)
    assert pairs(proof) >= {
        ("student", "device"),
        ("student", "staff"),
        ("student", "management"),
        ("staff", "student"),
    }
    leak = next(leak for leak in proof.leaks if (leak.source, leak.target) == ("student", "staff"))
    assert (leak.device, leak.interface, leak.packet.split(" -> ")[1]) == (name, "Vlan10", "10.99.1.11:22")


def test_a_way_through_two_devices_is_followed(house):
    """Pupils reach, through the switch, the router by the network of the devices: its list there lets answers out."""
    name, _, proof = house.edited("switch", *SWITCH_ROUTES)
    leak = next(leak for leak in proof.leaks if leak.via and leak.source == "student")
    assert (leak.via, leak.list, leak.target) == ((name,), "MANAGEMENT-IN6", "central")
    assert leak.device == house.largest[0].device.name


def test_a_port_in_the_wrong_vlan(house):
    port = next(p for p in next(i for i in house.largest if i.device.kind == "switch").ports if p.role == "staff")
    old = f"interface {port.name}\n description staff outlet\n switchport access vlan 20\n"
    name, _, proof = house.edited("switch", (old, old.replace("vlan 20", "vlan 30")))
    (leak,) = proof.leaks
    assert (leak.source, leak.target, leak.device, leak.interface) == ("staff", "admin", name, port.name)
    assert leak.rule == f"{port.name}: untagged VLAN 30 (admin), by the plan 20"


def test_an_unused_port_in_a_roles_vlan(house):
    port = next(p for p in next(i for i in house.largest if i.device.kind == "switch").ports if p.mode == "unused")
    text = house.texts(house.largest)[next(i.device.name for i in house.largest if i.device.kind == "switch")]
    start = text.index(f"interface {port.name}\n")
    section = text[start : text.index("interface ", start + 1)]
    opened = section.replace("vlan 999", "vlan 20").replace(" shutdown\n", "")
    _, _, proof = house.edited("switch", (section, opened))
    assert pairs(proof) == {("nobody", "staff")}


def test_a_roles_vlan_as_native_vlan_of_a_trunk(house):
    _, _, proof = house.edited("switch", ("switchport trunk native vlan 999\n", "switchport trunk native vlan 10\n"))
    assert ("student", "staff") in pairs(proof)
    leak = next(leak for leak in proof.leaks if leak.target == "staff")
    assert leak.packet == "a frame tagged 10, and within it 20"
    assert "native VLAN 10 of a trunk is student's" in leak.rule


def test_a_trunk_that_lost_a_vlan_is_a_finding(house):
    _, _, proof = house.edited(
        "switch",
        ("switchport trunk allowed vlan 10,20,30,40,50,60,70,80,99\n", "switchport trunk allowed vlan 10,20,30,99\n"),
    )
    assert not proof.leaks
    assert "link differs" in {one.concern for one in proof.findings}


def test_a_network_on_air_in_anothers_vlan(house):
    name, _, proof = house.edited(
        "ap",
        (
            "option ssid 'school-guest'\n\toption network 'guest'",
            "option ssid 'school-guest'\n\toption network 'staff'",
        ),
    )
    leak = next(leak for leak in proof.leaks if leak.source == "guest")
    assert (leak.target, leak.device, leak.interface) == ("staff", name, "SSID school-guest")


def test_lost_isolation_of_clients(house):
    _, _, proof = house.edited(
        "ap",
        (
            "option ssid 'school-guest'\n\toption network 'guest'\n\toption encryption 'owe'\n\toption ieee80211w '2'\n\toption isolate '1'",
            "option ssid 'school-guest'\n\toption network 'guest'\n\toption encryption 'owe'\n\toption ieee80211w '2'\n\toption isolate '0'",
        ),
    )
    assert pairs(proof) == {("guest", "guest")}


def test_a_line_that_is_not_understood_is_unknown_and_named(house):
    name, text, proof = house.edited(
        "router",
        ("ip access-list extended STUDENT-IN\n", "ip access-list extended STUDENT-IN\n 5 permit gre any any fluff\n"),
    )
    (one,) = proof.unknown
    assert (one.device, one.site) == (name, house.largest[0].device.site)
    assert text.splitlines()[one.line - 1] == " 5 permit gre any any fluff"
    assert not proof.proven


def test_a_missing_device_is_unknown(house):
    intents = house.largest
    texts = house.texts(intents)
    del texts[intents[-1].device.name]
    proof = house.nation().site(intents, texts)
    assert [(one.device, one.reason) for one in proof.unknown] == [
        (intents[-1].device.name, "no configuration of it is there")
    ]


@pytest.mark.parametrize("kind", ["router", "switch", "ap"])
def test_half_a_configuration_proves_nothing(house, kind):
    intents = house.largest
    texts = house.texts(intents)
    name = next(intent.device.name for intent in intents if intent.device.kind == kind)
    cut = texts[name].index("interface" if kind != "ap" else "package network")
    proof = house.nation().site(intents, texts | {name: texts[name][:cut]})
    assert [one.device for one in proof.unknown] == [name]
    wanted = "is on no interface of its configuration" if kind != "ap" else "the networks of its zones stand nowhere"
    assert wanted in proof.unknown[0].reason


def test_the_line_of_an_entry_is_where_it_begins_to_count(house):
    router = house.largest[0]
    parser = house.nation().parsers["ios"]
    text = house.texts([router])[router.device.name]
    for name, entry in (("STUDENT-IN", 1), ("STUDENT-IN", 7), ("WAN-IN", 3)):
        line = line_of(parser, text, 4, name, entry)
        shown = text.splitlines()[line - 1]
        assert shown.startswith(f" {entry}0 ")
    assert line_of(parser, text, 4, "NOWHERE", 1) == 0
    assert line_of(parser, text, 4, "STUDENT-IN", 99) == 0
    assert line_of(parser, text + "ip access-list extended X\n 10 permit fluff\n", 4, "STUDENT-IN", 1) == 0
