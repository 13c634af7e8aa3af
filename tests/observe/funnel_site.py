"""A site for the funnel's tests: everything about it is as it should be."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from homeroom.observe.funnel_facts import Air, DeviceFacts, SiteFacts
from homeroom.programme.model import School, Site
from homeroom.reading import Status
from homeroom.store.audited import Audited
from homeroom.store.site_facts import Clients, Said
from homeroom.store.speeds import Against

NOW = 1_790_000_000.0
SSIDS = frozenset({"school", "guest"})
SCHOOL = School("7", "", "Escuela Ñandutí", "primary", 100, 5, "connected", 2)
SITE = Site("s1", "R1", "Escuela Ñandutí", 1.0, 2.0, "urban", "fiber", 100.0, "connected", 100, 5, (SCHOOL,))


def said(value, since=NOW - 500, at=NOW - 50):
    return Said("", value, since, at)


def device(name, kind, planned="M", **changes):
    air = Air(SSIDS, NOW - 400, NOW - 40) if kind == "ap" else None
    status = Status(name, NOW - 30, reachable=True, since=NOW - 300)
    one = DeviceFacts(name, kind, planned, model=said(planned), status=status, air=air)
    return replace(one, **changes)


def site(**changes):
    devices = (device("r", "router"), device("w", "switch"), *(device(f"a{n}", "ap") for n in range(1, 4)))
    facts = SiteFacts(
        SITE,
        devices,
        SSIDS,
        NOW,
        ZoneInfo("Asia/Bishkek"),
        clients=Clients(3, 17, NOW - 20),
        days="2026-09-18",
        speeds=(Against("7", "s1", "R1", 100.0, 9, 88.0, 99.0),),
        measured=NOW - 10,
        audited=Audited("s1", NOW - 5, 0, 0, 1, ()),
    )
    return replace(facts, **changes)


def changed(facts, name, **changes):
    """The facts with one device changed."""
    return replace(facts, devices=tuple(replace(d, **changes) if d.name == name else d for d in facts.devices))
