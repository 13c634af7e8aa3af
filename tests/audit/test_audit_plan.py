"""PLN-01: what is wrong with a site's prefixes is found and named."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from homeroom.audit.plan import clashes
from homeroom.plan.model import Entry, SitePlan
from homeroom.prefix import Prefix

P = Prefix.parse


def verdict(district, **changes):
    return district.judge("PLN-01", district.site(**changes))


def test_a_block_outside_its_aggregate(district):
    found = verdict(district, v4=P("192.0.2.0/24"))
    pool = district.site().region.pool4
    assert found.status == "violation"
    assert found.summary == f"192.0.2.0/24 is outside {pool}, the aggregate of {found.region}"
    assert verdict(district, v6=P("2001:db8:ffff::/56")).status == "violation"
    assert "is outside the WAN pool" in verdict(district, wan4=P("192.0.2.0/31")).summary


def test_a_region_that_is_gone(district):
    assert "is not in the programme" in verdict(district, known_region=None).summary


def test_an_overlap_names_the_other_site(district):
    found = verdict(district, clashes=("PY-1-0009",))
    assert found.status == "violation"
    assert found.summary.endswith("overlaps a prefix of site PY-1-0009")


def test_roles_outside_the_block_or_into_each_other(district):
    plan = district.site().plan
    outside = verdict(district, v4_roles={**plan.v4, "guest": P("10.255.255.0/24")})
    assert outside.summary == f"guest 10.255.255.0/24 is outside the site's block {plan.entry.v4}"
    inside = verdict(district, v6_roles={**plan.v6, "guest": plan.v6["student"]})
    assert "overlaps" in inside.summary


def test_a_device_outside_management(district):
    first, *rest = district.site().plan.devices
    found = verdict(district, devices=(replace(first, v4="10.255.0.1"), *rest))
    assert found.summary.startswith(f"{first.name} 10.255.0.1 is outside the management prefix ")
    plan = district.site().plan
    homeless = verdict(district, v4_roles={r: p for r, p in plan.v4.items() if r != "management"})
    assert "is outside the management prefix (none)" in homeless.summary


def site(name, v4, v6="2001:db8::/56", wan="100.64.0.0/31"):
    entry = Entry(name, "R", name, "M", P(v4), P(v6), P(wan), "2026-01-01")
    return SitePlan(entry, {}, {}, ())


def test_clashes_have_two_ends():
    plans = [
        site("a", "10.0.0.0/20", "2001:db8:0:100::/56", "100.64.0.0/31"),
        site("b", "10.0.8.0/21", "2001:db8:0:200::/56", "100.64.0.2/31"),
        site("c", "10.0.16.0/21", "2001:db8:0:300::/56", "100.64.0.2/31"),
        site("d", "10.0.24.0/21", "2001:db8:0:400::/56", "100.64.0.4/31"),
    ]
    assert clashes(plans) == {"a": ("b",), "b": ("a", "c"), "c": ("b",)}


@given(st.lists(st.tuples(st.integers(0, 63), st.integers(26, 32)), min_size=2, max_size=8))
def test_clashes_are_exactly_the_overlaps(blocks):
    plans = []
    for number, (start, length) in enumerate(blocks):
        first = 0x0A000000 + (start >> (32 - length) << (32 - length))
        text = Prefix(4, first, length).cidr
        plans.append(site(f"s{number}", text, f"2001:db8:0:{number:x}00::/56", f"100.64.0.{2 * number}/31"))
    expected = {}
    for one in plans:
        others = tuple(
            other.entry.site for other in plans if other is not one and one.entry.v4.overlaps(other.entry.v4)
        )
        if others:
            expected[one.entry.site] = tuple(sorted(others))
    assert clashes(plans) == expected
