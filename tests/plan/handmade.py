"""Small facts made by hand for the plan's tests."""

import datetime as dt

from homeroom.plan.ledger import Ledger
from homeroom.prefix import Prefix
from homeroom.programme.model import Central, Equipment, Facts, Model, Profile, Programme, Region, School, Site

DAY = dt.date(2026, 9, 1)
EMPTY = Ledger({})
CENTRAL = Central(
    domain="schools.example",
    resolvers={"pupil": ("192.0.2.11", "2001:db8:ffff::11")},
    ntp=("192.0.2.1",),
    syslog=("192.0.2.3",),
    radius=("192.0.2.5",),
    noc=(Prefix.parse("198.51.100.0/24"),),
)
EQUIPMENT = Equipment(
    models={
        "R": Model("ios", "router", ("wan0",), tuple(f"r{n}" for n in range(8))),
        "S": Model("ios", "switch", ("up0", "up1"), tuple(f"s{n}" for n in range(24))),
        "A": Model("openwrt", "ap", ("eth0",), (), {"radio0": "5g"}),
    },
    profiles=(
        Profile("small", 100, "S", "R", "S", "A", 0.5, 1, 3, 0),
        Profile("medium", 1000, "M", "R", "S", "A", 0.5, 4, 26, 1),
        Profile("large", 5000, "L", "R", "S", "A", 0.5, 20, 40, 2),
    ),
)
PUPILS = {"S": 50, "M": 500, "L": 3000}


def region(number, pool4="10.{n}.0.0/16", pool6="2001:db8:{n}00::/40"):
    return Region(
        f"PY-{number}", f"R{number}", Prefix.parse(pool4.format(n=number)), Prefix.parse(pool6.format(n=number))
    )


def programme(*regions, wan="100.64.0.0/16", legacy=()):
    return Programme(
        id="test",
        name="Test",
        country="PY",
        timezone="UTC",
        regions=regions or (region(1), region(2)),
        wan_pool=Prefix.parse(wan),
        central=CENTRAL,
        management_user="netops",
        banner=("Staff only",),
        legacy=tuple(Prefix.parse(text) for text in legacy),
    )


def site(name, size="M", region="PY-1", state="connected", classrooms=8):
    pupils = PUPILS[size]
    school = School(f"s{name}", f"g{name}", f"School {name}", "primary", pupils, classrooms, state, 2)
    return Site(
        name, region, f"Site {name}", -25.0, -57.0, "urban", "fiber", 100.0, state, pupils, classrooms, (school,)
    )


def facts(*sites, held=(), of=None):
    return Facts(of or programme(), EQUIPMENT, tuple(sorted(sites, key=lambda s: s.id)), frozenset(held))
