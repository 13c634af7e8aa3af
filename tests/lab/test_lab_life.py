"""The school day: counters never go back and never outrun their link; sums agree; the same story whenever it is told."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.lab import air, life, mib, traffic
from homeroom.lab.emulated import Interface
from homeroom.lab.faults import Fault
from homeroom.lab.place import NOWHERE, Place, chance
from homeroom.snmp import ber, message
from tests.snmp.box import BOOT, Box, ports

ZONES = ("UTC", "Europe/Belgrade", "America/Asuncion", "Asia/Bishkek", "Asia/Kathmandu")
MONDAY = 1_790_553_600 - 7 * 86_400  # 2026-09-21 00:00 UTC
TIMES = st.floats(BOOT, BOOT + 2e8)
PLACES = st.builds(
    Place,
    timezone=st.sampled_from(ZONES),
    mbps=st.sampled_from((0, 2, 20, 100, 1000)),
    pupils=st.integers(1, 5000),
    points=st.integers(1, 60),
    uplinks=st.sampled_from(((), ("GigabitEthernet1/0/1",))),
)


def radios(up=True):
    speeds = {"phy0-ap0": 574_000_000, "phy0-ap1": 574_000_000, "phy1-ap0": 1_201_000_000, "phy1-ap1": 1_201_000_000}
    rows = [Interface(1, "eth0", "", True, True, 10**9, ""), Interface(2, "br0", "", True, True, 10**9, "")]
    return [*rows, *(Interface(n, name, "", up, up, speed, "") for n, (name, speed) in enumerate(speeds.items(), 5))]


def point(**more):
    networks = ["school", "school-guest"] * 2
    return Box(platform="openwrt", kind="ap", name="py01-0001-ap02", ports=radios(), networks=networks, **more)


def shown(box, now, place):
    table = mib.table(box, b"\x80engine", Counter(), place)
    whole = b"".join(table.binding(n, now) for n in range(len(table)))
    return {ber.text(name): value for name, _, value in message.read_bindings(whole)}


def extend(view, name, number=1):
    index = ".".join(map(str, (len(name), *name.encode())))
    return view[f"1.3.6.1.4.1.8072.1.3.2.3.1.{number}.{index}"].decode()


@given(st.sampled_from(ZONES), TIMES, st.floats(0, 1e7), st.floats(1, 1e10), st.text())
def test_a_counter_never_goes_back_and_never_outruns_its_link(zone, start, seconds, peak, name):
    since = BOOT
    first = life.counted(zone, name, peak, since, start)
    last = life.counted(zone, name, peak, since, start + seconds)
    assert 0 <= first <= last
    passed = (start + seconds) - start  # what of so late a time a float can hold
    assert last - first <= peak / 8 * passed + 2
    assert life.counted(zone, name, peak, start, since) == 0


@given(PLACES, st.sampled_from(("router", "switch")), st.text("abc", min_size=1))
@settings(max_examples=60)
def test_what_an_interface_carries_fits_its_speed(place, kind, name):
    box = Box(kind=kind, name=name, ports=ports(12))
    for one in box.interfaces():
        carried = traffic.peaks(box, place)[one.index]
        assert 0 <= carried.into <= one.speed_bps
        assert 0 <= carried.out <= one.speed_bps


@given(PLACES, TIMES)
@settings(max_examples=30)
def test_what_the_air_takes_comes_in_by_the_wire(place, at):
    box = point()
    carried = traffic.peaks(box, place)
    assert sum(carried[n].out for n in (5, 6, 7, 8)) == pytest.approx(carried[1].into)
    assert sum(carried[n].into for n in (5, 6, 7, 8)) == pytest.approx(carried[1].out)
    view = shown(box, at, place)
    octets = "1.3.6.1.2.1.31.1.1.1"
    assert sum(view[f"{octets}.10.{n}"] for n in (5, 6, 7, 8)) == pytest.approx(view[f"{octets}.6.1"], abs=8)


@given(PLACES, TIMES)
@settings(max_examples=60)
def test_clients_by_network_and_by_radio_are_the_same_people(place, at):
    box = point()
    cells = air.cells(box)
    counts = air.clients(place, box.name, cells, at)
    by_ssid, by_radio = Counter(), Counter()
    for cell, count in zip(cells, counts, strict=True):
        assert count >= 0
        by_ssid[cell.ssid] += count
        by_radio[air.radio(cell.interface)] += count
    assert by_ssid.total() == by_radio.total() <= 60
    assert set(by_radio) == {"phy0", "phy1"}
    view = shown(box, at, place)
    assert [int(extend(view, f"clients-{cell.interface.name}")) for cell in cells] == counts


def test_schools_are_busy_by_local_time_and_quiet_at_night_and_on_sundays():
    for zone, ahead in (("UTC", 0), ("Asia/Bishkek", 6), ("America/Asuncion", -3), ("Asia/Kathmandu", 5.75)):
        at = MONDAY - ahead * 3600
        of = life.calendar(zone)
        assert of.level("traffic", at + 3 * 3600) == 0.01
        assert of.level("traffic", at + 7.75 * 3600) == 1.0  # the bell
        assert of.level("traffic", at + 8.5 * 3600) == 0.6
        assert of.level("people", at + 10 * 3600) == 0.95
        assert of.level("people", at + 23 * 3600) == 0
        assert of.level("traffic", at - 86_400 + 10 * 3600) == 0.01  # Sunday
        assert life.present(zone, "x", 50, at + 23 * 3600) == 0
        assert life.present(zone, "x", 50, at + 10 * 3600) > 30
    assert life.calendar("UTC").level("traffic", 0) == 0
    assert life.calendar("Nowhere/Nothing").level("traffic", MONDAY + 7.75 * 3600) == 1.0


def test_a_contracted_link_is_full_at_the_bell():
    router = Box(kind="router", model="C1121-8P", boot=MONDAY, ports=ports(2))
    place = Place("UTC", "xdsl", 20, 300, 4, ("GigabitEthernet1/0/1",))
    inward = "1.3.6.1.2.1.31.1.1.1.6.1"
    shift = chance("shift", router.name) * 900
    bell = MONDAY + 7.75 * 3600 - shift
    rate = (shown(router, bell + 800, place)[inward] - shown(router, bell + 100, place)[inward]) * 8 / 700
    assert rate == pytest.approx(20_000_000, rel=0.001)
    night = MONDAY + 3 * 3600
    rate = (shown(router, night + 800, place)[inward] - shown(router, night + 100, place)[inward]) * 8 / 700
    assert rate < 250_000


def test_a_restart_counts_anew():
    box = point()
    place = Place("UTC")
    at = BOOT + 10 * 86_400
    before = shown(box, at, place)
    box.boot, box.engine_boots = at - 60, box.engine_boots + 1
    after = shown(box, at, place)
    for oid in ("1.3.6.1.2.1.31.1.1.1.6.1", "1.3.6.1.2.1.31.1.1.1.10.5", "1.3.6.1.2.1.25.1.1.0"):
        assert after[oid] < before[oid]
    assert extend(after, "clients-phy1-ap0") == extend(before, "clients-phy1-ap0")


def test_the_air_is_told_by_extends_and_by_the_standards_objects():
    view = shown(point(), MONDAY + 10 * 3600, Place("UTC", pupils=300, points=6))
    assert extend(view, "interfaces") == "phy0-ap0,phy0-ap1,phy1-ap0,phy1-ap1"
    channel = view["1.2.840.10036.4.5.1.1.5"]
    assert channel in (1, 6, 11)
    assert int(extend(view, "frequency-phy0-ap0")) == 2407 + 5 * channel
    assert -100 <= int(extend(view, "noise-floor-phy1-ap0")) <= -85
    heard = extend(view, "neighbours-phy0-ap0", 2).splitlines()
    assert len(heard) >= 5  # the school's other access points at least
    for line in heard:
        bssid, number, dbm, ssid = line.split(" ", 3)
        assert len(bssid) == 17
        assert int(number) in (1, 6, 11)
        assert -90 <= int(dbm) <= -48
        assert ssid
    assert view["1.3.6.1.2.1.25.3.3.1.2.1"] in range(101)


def test_routeros_tells_the_same_in_its_own_table():
    cards = [Interface(1, "ether1", "", True, True, 10**9, ""), Interface(2, "wifi1", "", True, True, 574_000_000, "")]
    box = Box(platform="ros", kind="ap", model="cAP", ports=cards, networks=["school"])
    view = shown(box, MONDAY + 10 * 3600, Place("UTC"))
    table = "1.3.6.1.4.1.14988.1.1.1.3.1"
    assert view[f"{table}.4.2"] == b"school"
    assert view[f"{table}.6.2"] > 0
    assert view[f"{table}.7.2"] in (2412, 2437, 2462)
    assert view[f"{table}.8.2"] == b"2ghz-ax"
    assert view["1.3.6.1.2.1.1.2.0"] == ber.dotted("1.3.6.1.4.1.14988.1")


@pytest.mark.parametrize(
    ("platform", "load", "product"),
    [
        ("ios", "1.3.6.1.4.1.9.9.109.1.1.1.1.8.1", "1.3.6.1.4.1.9.1.2694"),
        ("eos", "1.3.6.1.2.1.25.3.3.1.2.1", "1.3.6.1.4.1.30065.1.3011"),
        ("junos", "1.3.6.1.4.1.2636.3.1.13.1.8.9.1.0.0", "1.3.6.1.4.1.2636.1.1.1"),
    ],
)
def test_every_platform_tells_how_busy_it_is(platform, load, product):
    box = Box(platform=platform)
    quiet, busy = (shown(box, MONDAY + hour * 3600, NOWHERE)[load] for hour in (3, 7.8))
    assert 0 <= quiet < 20 < busy <= 100
    assert shown(box, MONDAY, NOWHERE)["1.3.6.1.2.1.1.2.0"] == ber.dotted(product)


def test_the_clock_a_device_believes_in_may_be_off():
    box = Box(platform="eos")
    assert shown(box, MONDAY, NOWHERE)["1.3.6.1.2.1.25.1.2.0"] == bytes.fromhex("07ea0915000000002b0000")
    box.faults.arm(Fault("clock_jump", seconds=3600))
    view = shown(box, MONDAY, NOWHERE)
    assert view["1.3.6.1.2.1.25.1.2.0"] == bytes.fromhex("07ea0915010000002b0000")


@given(st.integers(0, 10_000), st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_a_whole_is_parted_without_a_rest(total, weights):
    parts = life.shared(total, weights)
    assert all(part >= 0 for part in parts)
    assert sum(parts) == (total if sum(weights) else 0)
    assert len(parts) == len(weights)
