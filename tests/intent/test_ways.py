"""Second lines, controllers, traffic classes, 802.1X, and sites whose policy is not everybody's."""

import dataclasses
import datetime as dt

import pytest
from test_build import District

from homeroom.errors import PlanError
from homeroom.intent.build import Builder, scopes_of
from homeroom.intent.lines import line_class
from homeroom.intent.uplinks import BACKUP_DISTANCE
from homeroom.plan.layout import site_plan
from homeroom.policy.model import Override
from homeroom.prefix import Prefix
from homeroom.programme.model import Model


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    return District(tmp_path_factory.mktemp("rs"), dt.date(2026, 9, 1))


def routers(district):
    return [site[0] for site in district.sites if site]


def test_a_second_line_stands_in_the_backup_pool_where_the_first_stands_in_its_own(district):
    programme = district.facts.programme
    two = [router for router in routers(district) if len(router.uplinks) == 2]
    sites = {site.id: site for site in district.facts.sites}
    assert two
    assert all(sites[router.device.site].backup for router in two)
    for router in two:
        first, second = router.uplinks
        place = Prefix.parse(first.peer4).first - programme.wan_pool.first
        assert Prefix.parse(second.peer4).first == programme.backup_pool.first + place
        assert (first.backup, first.distance, second.backup, second.distance) == (False, 1, True, BACKUP_DISTANCE)
        assert (first.acl4, first.acl6) == (second.acl4, second.acl6) == ("WAN-IN", "WAN-IN6")
        assert second.interface not in {port.name for port in router.ports}
    one = next(router for router in routers(district) if len(router.uplinks) == 1)
    assert "GigabitEthernet0/0/1" in {port.name for port in one.ports if port.mode == "unused"}


def test_golden_a_backup_pool_that_is_too_small(district):
    programme = dataclasses.replace(district.facts.programme, backup_pool=Prefix.parse("100.96.0.0/31"))
    facts = dataclasses.replace(district.facts, programme=programme)
    builder = Builder(facts, district.policy)
    with pytest.raises(PlanError, match=r"^backup_pool 100\.96\.0\.0/31 is too small: .*make it as large as wan_pool$"):
        [list(builder.site(plan)) for plan in district.plans]


def test_a_router_that_tracks_connections(district):
    builder = Builder(district.facts, district.policy, {"ios"})
    (router, *_) = (intent for intent in builder.site(next(p for p in district.plans if p.devices)))
    assert {one.hook for one in router.access} == {"local", "through"}
    assert {(one.role, one.family) for one in router.redirects} == {
        (name, family) for name, role in district.policy.roles.items() if role.profile for family in (4, 6)
    }
    resolvers = district.facts.programme.central.resolvers
    assert {one.target for one in router.redirects if one.role == "student"} == set(resolvers["pupil"])
    assert not any(segment.acl4 or segment.acl6 for segment in router.segments)
    assert [(one.acl4, one.acl6) for one in router.uplinks[:1]] == [("", "")]


def test_what_lists_name_comes_along(district):
    router = routers(district)[0]
    assert {group.name for group in router.groups} == {"DOH", "DOH6", "EXAMS", "EXAMS6"}
    assert set(router.windows) == {"school_day"}
    assert router.redirects == ()
    assert [one.name for one in router.qos] == ["control", "office", "learning", "background"]
    assert sorted(role for one in router.qos for role in one.roles) == sorted(district.policy.roles)
    assert sum(one.percent for one in router.qos) == 100


def test_every_device_asks_radius_who_may_log_in(district):
    for site in district.sites:
        for intent in site:
            assert (intent.admission.fallback, intent.admission.fallback_vlan) == ("guest", 40)
            assert intent.admission.radius == ("192.0.2.5", "192.0.2.6")
    switch = next(i for site in district.sites for i in site if i.device.kind == "switch")
    assert {(port.role, port.admission) for port in switch.ports if port.mode == "access"} == {
        ("staff", "dot1x"), ("admin", "dot1x"), ("iot", "mab"), ("cctv", "mab"),
    }  # fmt: skip
    assert {(port.role, port.admission) for port in switch.ports if port.mode != "access"} == {("", "open")}


def test_a_controller_stands_in_the_plan_and_carries_the_wireless_networks(district):
    equipment = district.facts.equipment
    models = {**equipment.models, "C9800-L": Model("ios", "wlc", ("TenGigabitEthernet0/1/0",))}
    profiles = tuple(
        dataclasses.replace(profile, wlc="C9800-L" if profile.min_switches else "", max_aps=min(profile.max_aps, 3))
        for profile in equipment.profiles
    )
    equipment = dataclasses.replace(equipment, models=models, profiles=profiles)
    facts = dataclasses.replace(district.facts, equipment=equipment)
    site = next(s for s in facts.sites if s.state == "connected" and s.pupils > 200)
    plan = site_plan(site, district.ledger.entries[site.id], equipment, district.vlans)
    made = list(Builder(facts, district.policy).site(plan))
    wlc = next(intent for intent in made if intent.device.kind == "wlc")
    assert wlc.wlans
    assert (wlc.radios, wlc.ports, wlc.uplinks, wlc.access) == ((), (), (), ())
    switch = next(intent for intent in made if intent.device.name.endswith("-sw1"))
    (trunk,) = (port for port in switch.ports if port.description == wlc.device.name)
    assert set(trunk.vlans) == {segment.vlan for segment in wlc.segments}
    assert len({intent.management.v4 for intent in made}) == len(made)


def test_an_override_changes_its_sites_alone(district):
    chosen = next(site for site in district.facts.sites if site.state == "connected")
    review = dt.date(2027, 6, 30)
    one = Override(chosen.id, "profiles.pupil.quic", True, "a lesson needs it", "head", review)
    builder = Builder(district.facts, dataclasses.replace(district.policy, overrides=(one,)))
    for site, plan, before in zip(district.facts.sites, district.plans, district.sites, strict=True):
        after = list(builder.site(plan))
        if site is chosen:
            assert after[0].access != before[0].access
            assert builder.policy_of(site).profiles["pupil"].quic
        else:
            assert after == before
            assert builder.variant(site) is builder.variant(district.facts.sites[-1 if site is not chosen else 0])
    assert scopes_of(chosen, district.facts.programme) == ("RS", chosen.region, chosen.id)


@pytest.mark.parametrize(
    ("link", "line"),
    [("fiber", "fibre"), ("xDSL", "dsl"), ("cellular", "radio"), ("satellite", "satellite"), ("unknown", "dsl")],
)
def test_classes_of_lines(link, line):
    assert line_class(link) == line
