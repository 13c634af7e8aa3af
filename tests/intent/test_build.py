"""Intents of a sample district: complete, consistent with the plan, cabled without contradiction."""

import dataclasses
from collections import Counter

import pytest

from homeroom.errors import PlanError
from homeroom.intent.build import Builder
from homeroom.intent.cabling import PARKING
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger
from homeroom.policy.load import load_policy
from homeroom.prefix import Prefix
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project


class District:
    """A sample of sixty sites, planned."""

    def __init__(self, folder, today):
        write_sample("rs", folder, sites=60, seed=7)
        project = Project(folder)
        self.facts, _ = load_facts(project)
        self.policy = load_policy(project)
        self.ledger, _ = allocate(self.facts, Ledger({}), today)
        self.vlans = {name: role.vlan for name, role in self.policy.roles.items()}
        self.plans = [self.plan(site) for site in self.facts.sites]
        self.builder = Builder(self.facts, self.policy)
        self.sites = [list(self.builder.site(plan)) for plan in self.plans]

    def plan(self, site):
        return site_plan(site, self.ledger.entries[site.id], self.facts.equipment, self.vlans)


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    import datetime as dt

    return District(tmp_path_factory.mktemp("rs"), dt.date(2026, 9, 1))


def of_kind(district, kind):
    return [intent for site in district.sites for intent in site if intent.device.kind == kind]


def test_one_intent_a_device_in_the_order_of_the_plan(district):
    for plan, site in zip(district.plans, district.sites, strict=True):
        assert [intent.device.name for intent in site] == [device.name for device in plan.devices]
        assert [intent.management.v4 for intent in site] == [device.v4 for device in plan.devices]
    kinds = Counter(intent.device.kind for site in district.sites for intent in site)
    assert all(kinds[kind] for kind in ("router", "switch", "ap"))


def test_law_built_twice_is_equal(district):
    again = Builder(district.facts, district.policy)
    assert [list(again.site(plan)) for plan in district.plans] == district.sites


def test_router(district):
    for plan, router in zip(district.plans, (site[0] for site in district.sites if site), strict=False):
        assert {segment.role for segment in router.segments} == set(district.policy.roles)
        assert all(segment.routed for segment in router.segments)
        assert [segment.role for segment in router.segments if not segment.dhcp] == ["management"]
        assert {segment.acl4 for segment in router.segments} | {segment.acl6 for segment in router.segments} == {
            access.name for access in router.access if access.role != "wan"
        }
        first = router.uplinks[0]
        assert {first.acl4, first.acl6} == {access.name for access in router.access if access.role == "wan"}
        for segment in router.segments:
            assert Prefix.parse(segment.gateway4).first == segment.v4.first + 1
            assert Prefix.parse(segment.gateway6).first == segment.v6.first + 1
        assert first.netmask == "255.255.255.254"
        assert Prefix.parse(first.v4).first == plan.entry.wan4.last
        assert Prefix.parse(first.peer4).first == plan.entry.wan4.first
        assert router.trunks == router.radios == router.wlans == ()


def test_access_lists_stand_on_the_router_only(district):
    assert all(len(router.access) == 2 * (len(district.policy.roles) + 1) for router in of_kind(district, "router"))
    for intent in (*of_kind(district, "switch"), *of_kind(district, "ap")):
        assert intent.access == ()
        assert intent.uplinks == ()
        assert not any(segment.routed or segment.dhcp or segment.acl4 or segment.acl6 for segment in intent.segments)
        assert len(intent.trunks) == 1


def test_resolvers_follow_the_profile(district):
    router = of_kind(district, "router")[0]
    central = district.facts.programme.central
    for segment in router.segments:
        profile = district.policy.roles[segment.role].profile
        wanted = central.resolvers[profile] if profile else ("", "")
        assert (segment.resolver4, segment.resolver6) == wanted


def test_access_points_carry_wireless_roles_only(district):
    for ap in of_kind(district, "ap"):
        assert {segment.role for segment in ap.segments} == {
            "student", "staff", "admin", "exam", "guest", "eduroam", "management",
        }  # fmt: skip
        assert ap.wlans is of_kind(district, "ap")[0].wlans
        assert [(radio.name, radio.band, radio.channel) for radio in ap.radios] == [
            ("radio0", "2g", "auto"),
            ("radio1", "5g", "auto"),
        ]


def test_golden_wlans(district):
    shown = [
        (w.ssid, w.security, w.role, w.vlan, w.roles, w.isolate, bool(w.radius))
        for w in of_kind(district, "ap")[0].wlans
    ]
    assert shown == [
        ("school", "enterprise", "student", 10, ("student", "staff", "admin", "exam"), True, True),
        ("school-guest", "owe", "guest", 40, ("guest",), True, False),
        ("eduroam", "enterprise", "eduroam", 80, ("eduroam",), True, True),
    ]


def test_law_every_port_once_and_every_neighbour_cabled(district):
    for site in district.sites:
        names = Counter(port.description for intent in site for port in intent.ports if port.mode == "trunk")
        below = [intent.device.name for intent in site if intent.device.kind != "router"]
        assert names == Counter(below)
        for intent in site:
            ports = [port.name for port in intent.ports]
            model = district.facts.equipment.models[intent.device.model]
            assert len(set(ports)) == len(ports)
            if intent.device.kind != "ap":
                assert set(ports) == {*model.ports, *model.uplinks[max(1, len(intent.uplinks)) :]}
            assert not set(ports) & set(intent.trunks)


def test_law_ports_by_mode(district):
    vlans = {segment.vlan for segment in of_kind(district, "router")[0].segments}
    for intent in (*of_kind(district, "router"), *of_kind(district, "switch")):
        for port in intent.ports:
            if port.mode == "trunk":
                assert port.vlan == 0
                assert list(port.vlans) == sorted(port.vlans)
                assert 99 in port.vlans
                assert set(port.vlans) <= vlans
            elif port.mode == "unused":
                assert (port.vlan, port.vlans, port.description) == (PARKING, (), "unused")
            else:
                assert port.vlan in vlans - {99}


def test_trunks_carry_what_the_other_end_needs(district):
    by_name = {intent.device.name: intent for site in district.sites for intent in site}
    for intent in by_name.values():
        for port in intent.ports:
            if port.mode == "trunk":
                assert set(port.vlans) == {segment.vlan for segment in by_name[port.description].segments}


def test_law_one_more_access_point_moves_no_cable(district):
    """With a classroom more, a port that had a neighbour keeps it, and an outlet stays an outlet."""
    site = next(s for s in district.facts.sites if len(district.sites[district.facts.sites.index(s)]) > 8)
    grown = dataclasses.replace(site, classrooms=site.classrooms + 1)
    before = {i.device.name: i.ports for i in district.builder.site(district.plan(site))}
    after = {i.device.name: i.ports for i in district.builder.site(district.plan(grown), grown)}
    for name, ports in before.items():
        now = {port.name: port for port in after[name]}
        assert [now[port.name] for port in ports if port.mode != "unused"] == [p for p in ports if p.mode != "unused"]


def test_outlets_of_a_switch_and_of_a_router_without_switches(district):
    switch = next(i for i in of_kind(district, "switch") if i.device.name.endswith("-sw1"))
    assert Counter(p.description for p in switch.ports if p.mode == "access") == {
        "staff outlet": 2, "admin outlet": 2, "iot outlet": 2, "cctv outlet": 1,
    }  # fmt: skip
    alone = next(site[0] for site in district.sites if site and not any(i.device.kind == "switch" for i in site))
    assert [p.description for p in alone.ports if p.mode == "access"] == ["admin outlet"]
    beside = next(site[0] for site in district.sites if any(i.device.kind == "switch" for i in site))
    assert [p for p in beside.ports if p.mode == "access"] == []


def test_management_and_identity(district):
    for site, intents in zip(district.facts.sites, district.sites, strict=True):
        for intent in intents:
            programme = district.facts.programme
            region = next(r.name for r in programme.regions if r.id == site.region)
            assert intent.device.site == site.id
            assert intent.management.location == f"{site.name}, {region}"
            assert intent.management.gateway4 == intents[0].management.v4
            assert intent.management.gateway6 == intents[0].management.v6
            assert (*intent.management.noc4, *intent.management.noc6) == programme.central.noc
            assert "device_password" not in str(intent.management.password_hash)
            assert str(intent.management.password) == "<<secret:device_password>>"


def test_devices_of_a_site_share_what_they_have_in_common(district):
    site = max(district.sites, key=len)
    switches = [intent for intent in site if intent.device.kind == "switch"]
    aps = [intent for intent in site if intent.device.kind == "ap"]
    assert all(intent.segments is switches[0].segments for intent in switches)
    assert all(intent.segments is aps[0].segments for intent in aps)


def test_golden_a_site_nobody_knows(district):
    stranger = dataclasses.replace(district.plans[0].entry, site="99-9999")
    with pytest.raises(PlanError) as caught:
        list(district.builder.site(dataclasses.replace(district.plans[0], entry=stranger)))
    assert str(caught.value) == "site 99-9999 is in the ledger but not in the facts: run `homeroom plan`"


def test_golden_more_neighbours_than_ports(district):
    plan = max(district.plans, key=lambda plan: len(plan.devices))
    models = {
        name: dataclasses.replace(model, ports=model.ports[:1]) if model.kind == "switch" else model
        for name, model in district.facts.equipment.models.items()
    }
    facts = dataclasses.replace(district.facts, equipment=dataclasses.replace(district.facts.equipment, models=models))
    with pytest.raises(PlanError) as caught:
        list(Builder(facts, district.policy).site(plan))
    switch = next(device for device in plan.devices if device.kind == "switch")
    hanging = -(-sum(d.kind == "ap" for d in plan.devices) // sum(d.kind == "switch" for d in plan.devices))
    assert str(caught.value) == (
        f"{switch.name} needs {hanging} ports for its neighbours, {switch.model} has 1: "
        "change the profile or the model in profiles.yaml"
    )


def test_a_site_without_devices_has_no_intents(district):
    site = dataclasses.replace(district.facts.sites[0], state="not_planned")
    assert list(district.builder.site(district.plan(site), site)) == []
