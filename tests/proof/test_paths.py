"""Paths and places that few real texts have: hand-made devices say them."""

from dataclasses import replace

import pytest
from made import concerns, pairs, value

from homeroom.platforms.access import Access, Applied, Bridged, Interface, Route, Ssid
from homeroom.policy.model import AccessList, Group, Rule, Window
from homeroom.prefix import ANY, Prefix
from homeroom.proof import words
from homeroom.proof.against import changes
from homeroom.proof.forward import Router
from homeroom.proof.ground import Ground
from homeroom.proof.week import alike, states


def tracked_intents(house):
    """The largest site's intents as they are for a platform that tracks connections."""
    from homeroom.intent.build import Builder
    from homeroom.programme.model import Facts

    world = house.world
    site = next(site for site in world.sites() if site.id == house.largest[0].device.site)
    plan = next(plan for plan in world.plans() if plan.entry.site == site.id)
    facts = Facts(world.programme, world.equipment, (site,))
    return list(Builder(facts, world.policy, {"ios"}).site(plan, site))


@pytest.fixture(scope="module")
def tracked(house):
    return house.site(tracked=True, intents=tracked_intents(house))


def test_a_perfect_site_of_either_kind_is_proven(house, tracked):
    for made in (house.site(), tracked):
        proof = made.proof()
        assert (proof.leaks, proof.findings, proof.unknown) == ((), (), ())


def test_without_its_local_list_a_role_reaches_the_router_only(tracked):
    applied = tuple(use for use in tracked.access("router").applied if use.name != "STUDENT-LOCAL")
    proof = tracked.with_("router", applied=applied).proof()
    assert pairs(proof) == {("student", "device")}
    assert {leak.rule for leak in proof.leaks} == {"no list (in or local) on Vlan10: everything passes"}


def test_without_its_through_list_a_role_reaches_all_but_the_router(tracked):
    applied = tuple(use for use in tracked.access("router").applied if use.name != "STUDENT-FWD6")
    proof = tracked.with_("router", applied=applied).proof()
    assert ("student", "device") not in pairs(proof)
    assert pairs(proof) >= {("student", "staff"), ("student", "internet"), ("student", "elsewhere")}
    assert {leak.family for leak in proof.leaks} == {6}


def test_a_redirect_to_another_resolver_is_found(tracked):
    redirects = tuple(
        replace(one, target="192.0.2.12") if one.role == "Vlan10" and one.family == 4 else one
        for one in tracked.access("router").redirects
    )
    (leak,) = tracked.with_("router", redirects=redirects).proof().leaks
    assert (leak.source, leak.target, leak.interface) == ("student", "central", "Vlan10")
    assert leak.rule == "port 53 of what enters Vlan10 goes to 192.0.2.12, by the plan to 192.0.2.11"


def test_a_missing_redirect_is_a_finding(tracked):
    redirects = tuple(one for one in tracked.access("router").redirects if one.role != "Vlan10" or one.family == 4)
    proof = tracked.with_("router", redirects=redirects).proof()
    assert not proof.leaks
    assert concerns(proof) == {("redirect missing", "Vlan10")}
    assert "IPv6" in proof.findings[0].text


def test_a_list_on_the_way_out_holds_back_what_came_in(house):
    """Pupils' list is gone; the ones who would be reached have a list of their own that looks at what leaves."""
    made = house.site()
    router = made.access("router")
    applied = tuple(use for use in router.applied if use.name != "STUDENT-IN")
    nothing = AccessList("NOTHING", "", 4, (Rule("deny", "ip", ANY[4], ANY[4]),))
    stopped = (*applied, Applied("Vlan20", "out", 4, "NOTHING"), Applied("Vlan30", "out", 4, "NOWHERE"))
    proof = made.with_("router", applied=stopped, lists=(*router.lists, nothing)).proof()
    assert ("student", "staff") not in pairs(proof)
    assert pairs(proof) >= {("student", "admin"), ("student", "cctv")}


def test_two_lists_at_one_place_both_decide(house):
    made = house.site()
    router = made.access("router")
    wide = AccessList("WIDE", "", 4, (Rule("permit", "ip", ANY[4], ANY[4]),))
    both = (Applied("Vlan10", "in", 4, "WIDE"), *router.applied)
    assert not made.with_("router", applied=both, lists=(*router.lists, wide)).proof().leaks


def test_a_network_without_a_vlan_is_its_roles(house):
    """A routed port with an address in the pupils' network is theirs, whatever VLAN it has or has not."""
    made = house.site()
    router = made.access("router")
    net = Ground.of(made.intents).nets[4]["student"]
    port = Interface("GigabitEthernet0/0/5", 0, ((net.first + 2, net),))
    proof = made.with_("router", interfaces=(*router.interfaces, port)).proof()
    assert {(leak.source, leak.interface) for leak in proof.leaks} == {("student", port.name)}


def test_a_loopback_lets_nobody_in(house):
    made = house.site()
    router = made.access("router")
    loops = (
        Interface("lo", 0, ((value("127.0.0.1"), Prefix.parse("127.0.0.0/8")),)),
        Interface("Loopback0", 0, ((value("192.0.2.99"), Prefix.parse("192.0.2.99/32")),)),
    )
    assert made.with_("router", interfaces=(*router.interfaces, *loops)).proof().proven


def test_a_routed_port_nobody_planned_is_the_outside(house):
    made = house.site()
    router = made.access("router")
    port = Interface("GigabitEthernet0/0/5", 0, ((value("192.168.7.1"), Prefix.parse("192.168.7.0/24")),))
    proof = made.with_("router", interfaces=(*router.interfaces, port)).proof()
    assert ("wan", "student") in pairs(proof)
    assert ("no list", port.name) in concerns(proof)


def test_a_window_of_other_hours_holds_always(house):
    made = house.site()
    longer = {"school_day": Window(("mon", "sun"), "00:00", "23:59")}
    proof = made.with_("router", windows=longer).proof()
    assert {(leak.source, leak.during) for leak in proof.leaks} == {("student", ())}
    assert ("student", "internet") in pairs(proof)
    assert concerns(proof) >= {("window differs", "school_day")}
    proof = made.with_("router", windows={}).proof()
    assert "is no window of the policy: nowhere defined" in {one.text for one in proof.findings}


def test_windows_cut_the_week():
    windows = {"day": Window(("mon",), "07:00", "12:00"), "noon": Window(("mon", "tue"), "11:00", "13:00")}
    assert states(windows) == (frozenset(), frozenset({"day"}), frozenset({"noon"}), frozenset({"day", "noon"}))
    assert alike(windows, ["D", "X"], {"D": windows["day"]}) == {"D": "day", "X": ""}


def router_of(made):
    return Router(made.access("router"), Ground.of(made.intents), {})


def test_routes_lead_where_they_say(house):
    made = house.site()
    router = made.access("router")
    staff = next(one for one in router.interfaces if one.name == "Vlan20")
    hop = staff.addresses[0][1].address(5)
    target = Prefix.parse("192.168.9.0/24")
    routes = (*router.routes, Route(target, hop, 1), Route(Prefix.parse("192.168.10.0/24"), "198.51.100.77", 1))
    walk = router_of(made.with_("router", routes=routes))
    (way,) = walk.ways(((target.first, target.last),), 4)
    assert (way.interface.name, way.at_home, way.hop) == ("Vlan20", False, value(hop))
    outward = {way.interface.name for way in walk.ways(((value("192.168.10.1"),) * 2,), 4)}
    assert outward == {one.interface for one in made.intents[0].uplinks}
    proof = made.with_("router", routes=(Route(target, hop, 1),), applied=()).proof()
    assert ("student", "elsewhere") in pairs(proof)


def test_what_no_route_is_known_for_may_leave_by_any_uplink(house):
    made = house.site().with_("router", routes=())
    found = {way.interface.name for way in router_of(made).ways(((value("203.0.113.1"),) * 2,), 4)}
    assert found == {one.interface for one in made.intents[0].uplinks}


def test_two_devices_that_route_do_not_run_in_circles(house):
    made = house.site()
    switch = made.access("switch")
    net = {one.role: one.v4 for one in made.intents[0].segments}
    extra = tuple(
        Interface(f"Vlan{vlan}", vlan, ((net[role].first + 2, net[role]),))
        for vlan, role in ((10, "student"), (20, "staff"))
    )
    routes = (Route(ANY[4], made.intents[0].management.gateway4, 1), Route(ANY[4], "", 1))
    proof = made.with_("switch", interfaces=(*switch.interfaces, *extra), routes_between=True, routes=routes).proof()
    assert pairs(proof) >= {("student", "staff"), ("staff", "student"), ("student", "management")}


def test_an_address_in_a_roles_network_is_reached_by_the_role(house):
    """A switch that does not route, with an address among the pupils, can be managed by them."""
    made = house.site()
    switch = made.access("switch")
    net = Ground.of(made.intents).nets[4]["student"]
    extra = Interface("Vlan10", 10, ((net.first + 7, net),))
    proof = made.with_("switch", interfaces=(*switch.interfaces, extra)).proof()
    assert pairs(proof) == {("student", "device")}


def test_ends_of_a_link_that_join_two_roles(house):
    made = house.site()
    trunk = made.intents[0].ports[0]
    near = tuple(replace(p, untagged=10) if p.name == trunk.name else p for p in made.access("router").bridged)
    far = tuple(
        replace(p, untagged=20) if p.name == made.intents[1].trunks[0] else p for p in made.access("switch").bridged
    )
    proof = made.with_("router", bridged=near).with_("switch", bridged=far).proof()
    assert any("untagged VLAN 10 here, 20 on" in leak.rule for leak in proof.leaks)


def test_an_end_of_a_link_that_is_no_port_is_a_finding(house):
    made = house.site()
    far = tuple(p for p in made.access("switch").bridged if p.name != made.intents[1].trunks[0])
    assert "link differs" in {one.concern for one in made.with_("switch", bridged=far).proof().findings}


def test_an_access_port_that_carries_tags(house):
    made = house.site()
    port = next(p for p in made.access("switch").bridged if p.untagged)
    tagged = tuple(replace(p, tagged=frozenset({10, 998})) if p is port else p for p in made.access("switch").bridged)
    (leak,) = made.with_("switch", bridged=tagged).proof().leaks
    assert (leak.target, leak.packet) == ("student", "a frame tagged 10")


def test_a_native_vlan_of_a_trunk_that_carries_nothing_else(house):
    made = house.site()
    switch = made.access("switch")
    name = made.intents[1].trunks[0]
    bare = tuple(Bridged(name, 20, frozenset()) if p.name == name else p for p in switch.bridged)
    assert ("nobody", "staff") in pairs(made.with_("switch", bridged=bare).proof())


def test_networks_on_air(house):
    made = house.site()
    ap = made.access("ap")
    more = (*ap.ssids, Ssid("free", 20, False, True), Ssid("lab", 998, False, True))
    assert pairs(made.with_("ap", ssids=more).proof()) == {("nobody", "staff")}
    dynamic = tuple(replace(one, dynamic=True) for one in ap.ssids)
    assert ("vlan name", "school-guest") in concerns(made.with_("ap", ssids=dynamic).proof())
    less = made.with_("ap", ssids=ap.ssids[:1]).proof()
    assert {one.concern for one in less.findings} == {"ssid missing"}


def test_names_of_vlans_put_people_where_radius_says(house):
    made = house.site()
    names = dict(made.access("ap").vlan_names) | {10: "staff", 20: "student"}
    assert pairs(made.with_("ap", vlan_names=names).proof()) == {("staff", "student"), ("student", "staff")}
    proof = made.with_("ap", vlan_names={10: "student"}).proof()
    assert {one.concern for one in proof.findings} == {"vlan name"}


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("switch", {"bridged": ()}, "none of its ports is in its configuration"),
        ("ap", {"ssids": ()}, "none of its networks on air is in its configuration"),
        ("router", {"routes_between": False}, "its configuration forwards nothing"),
    ],
)
def test_what_is_hollow_proves_nothing(house, kind, changes, reason):
    made = house.site()
    proof = made.with_(kind, **changes).proof()
    assert [(one.device, one.site) for one in proof.unknown] == [(made.name(kind), proof.site)]
    assert reason in proof.unknown[0].reason


def test_a_router_without_a_roles_interface_proves_nothing(house):
    made = house.site()
    router = made.access("router")
    less = tuple(one for one in router.interfaces if one.vlan != 10)
    assert (
        "no interface of its configuration is in VLAN 10 (student)"
        in made.with_("router", interfaces=less).proof().unknown[0].reason
    )


def test_a_device_without_an_access_is_unknown(house):
    made = house.site()
    del made.accesses[made.name("switch")]
    assert [one.device for one in made.proof().unknown] == [made.name("switch")]


def test_dead_rules_name_what_shadows_them(house):
    made = house.site()
    router = made.access("router")
    net = Prefix.parse("192.0.2.0/24")
    rules = (
        Rule("deny", "tcp", net, ANY[4]),
        Rule("deny", "udp", ANY[4], ANY[4], dports=((0, 100),)),
        Rule("deny", "udp", ANY[4], ANY[4], dports=((101, 65535),)),
        Rule("permit", "tcp", net, ANY[4], dports=((80, 80),)),
        Rule("permit", "udp", net, ANY[4]),
    )
    spare = AccessList("SPARE", "", 4, rules)
    found = [f.text for f in made.with_("router", lists=(*router.lists, spare)).proof().findings if f.where == "SPARE"]
    assert found == [
        "entry 4 (permit tcp 192.0.2.0/24 any eq 80) decides nothing: before it stands 1 (deny tcp 192.0.2.0/24 any)",
        "entry 5 (permit udp 192.0.2.0/24 any) decides nothing: before it stands 2 (deny udp any any eq 0-100), 3 (deny udp any any eq 101-65535)",
        "is defined but applied nowhere",
    ]


def test_what_the_policy_allows_and_no_family_lets_through_is_a_finding(house):
    made = house.site()
    router = made.access("router")
    shut = tuple(
        replace(entry, rules=(Rule("deny", "ip", ANY[entry.family], ANY[entry.family]),))
        if entry.role == "iot"
        else entry
        for entry in router.lists
    )
    proof = made.with_("router", lists=shut).proof()
    assert not proof.leaks
    found = {(one.concern, one.text) for one in proof.findings if one.where == "iot"}
    assert any(concern == "not let through" and text.startswith("https to the Internet") for concern, text in found)
    gone = tuple(entry for entry in router.lists if entry.name != "IOT-IN")
    assert made.with_("router", lists=gone).proof().leaks


def test_rules_read_the_same_on_every_platform():
    rule = Rule(
        "permit", "udp", Group("DOH", 4, (ANY[4],)), Prefix.parse("192.0.2.1/32"), ((5, 5), (7, 9)), window="day"
    )
    assert words.rule(rule) == "permit udp DOH eq 5,7-9 192.0.2.1 during day"
    assert words.rule(Rule("deny", "icmp", ANY[6], ANY[6], icmp="nd-ns")) == "deny icmp any any nd-ns"
    assert words.rule(Rule("permit", "tcp", ANY[4], ANY[4], established=True)) == "permit tcp any any established"


def test_what_a_change_opens_and_closes():
    web = Rule("permit", "tcp", ANY[4], ANY[4], dports=((80, 80),))
    deny = Rule("deny", "ip", ANY[4], ANY[4])
    port, other = Interface("Vlan10", 10, ()), Interface("Vlan20", 20, ())
    use = Applied("Vlan10", "in", 4, "A")
    old = Access(lists=(AccessList("A", "", 4, (web, deny)),), applied=(use,), interfaces=(port, other))
    assert list(changes("d", old, old)) == []
    wider = replace(web, dports=((80, 81),), window="day")
    new = replace(old, lists=(AccessList("A", "", 4, (wider, deny)),))
    (change,) = changes("d", old, new)
    assert (change.interface, change.hook, change.list) == ("Vlan10", "in", "A")
    assert change.opens == ("tcp 0.0.0.9:49152 -> 0.0.0.9:81 during day (permit tcp any any eq 80-81 during day)",)
    assert change.closes == ("tcp 0.0.0.9:49152 -> 0.0.0.9:80 (permit tcp any any eq 80)",)
    (change,) = changes("d", old, replace(old, applied=()))
    assert change.opens
    assert not change.closes
    assert change.document()["opens"] == list(change.opens)
    (change,) = changes("d", replace(old, lists=()), old)
    assert not change.opens
    (change,) = changes("d", Access(), old)
    assert change.opens
    assert not change.closes


def test_what_a_change_does_beside_lists():
    old = Access(
        bridged=(Bridged("p", 10, frozenset()), Bridged("q", 0, frozenset({5}))), ssids=(Ssid("a", 10, False, True),)
    )
    new = Access(bridged=(Bridged("p", 20, frozenset()),), ssids=(Ssid("a", 20, False, False),), routes_between=True)
    notes = [change.note for change in changes("d", old, new)]
    assert notes == [
        "forwards packets between its networks now",
        "VLANs: untagged 10, tagged [] -> untagged 20, tagged []",
        "VLANs: untagged 0, tagged [5] -> no port",
        "VLAN 10, isolated: on air no more",
        "VLAN 20, not isolated: on air now",
    ]
    assert next(changes("d", new, old)).note == "forwards packets no more"
