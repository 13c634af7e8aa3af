"""IF-MIB (RFC 2863): the interfaces of a device's configuration, with traffic that only time moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from homeroom.lab.emulated import Emulated, Interface
from homeroom.lab.place import NOWHERE, Place
from homeroom.lab.snmp.cells import column, counter, gauge, integer, mac, name, scalar, text, ticks
from homeroom.lab.snmp.table import Cell, Live, Object
from homeroom.lab.traffic import Counting, peaks
from homeroom.snmp import ber

_IF: Final = "1.3.6.1.2.1.2"
_ENTRY: Final = f"{_IF}.2.1"
_MIX: Final = "1.3.6.1.2.1.31"
_XENTRY: Final = f"{_MIX}.1.1.1"
_UP, _DOWN = 1, 2
_TRUE, _FALSE = 1, 2
_TYPES: Final = (
    ("Vlan", 53),
    ("Loopback", 24),
    ("Tunnel", 131),
    ("Port-channel", 161),
    ("lo", 24),
    ("phy", 71),
    ("wlan", 71),
    ("wifi", 71),
    ("irb", 53),
)
"""IANAifType by the beginning of the name; everything else is Ethernet (6)."""
_ETHERNET: Final = 6
_WIRELESS: Final = 71
_SHORT: Final = {
    "GigabitEthernet": "Gi",
    "TenGigabitEthernet": "Te",
    "FastEthernet": "Fa",
    "Vlan": "Vl",
    "Loopback": "Lo",
    "Tunnel": "Tu",
    "Port-channel": "Po",
}
"""How IOS shortens a name for ifName."""
_PACKET: Final = 700
_WRAP64: Final = (1 << 64) - 1


def kind(interface: Interface) -> int:
    """Return ifType."""
    return next((number for start, number in _TYPES if interface.name.startswith(start)), _ETHERNET)


def is_wireless(interface: Interface) -> bool:
    """Tell whether it is the radio side of a wireless network."""
    return kind(interface) == _WIRELESS


def short(interface: Interface) -> str:
    """Return ifName as IOS shows it: `Gi1/0/1`; other names stay."""
    word = interface.name.rstrip("0123456789/.")
    return _SHORT.get(word, word) + interface.name[len(word) :]


def _live(read: Callable[[float], int], tag: int) -> Live:
    wrap = _WRAP64 if tag == ber.COUNTER64 else _WRAP64 >> 32
    return lambda now: ber.integer(read(now) & wrap, tag)


def changed(device: Emulated) -> Object:
    """Make ifTableLastChange: interfaces come and go with the configuration."""
    return scalar(f"{_MIX}.1.5", lambda _: ticks(device.running_changed - device.boot))


def objects(device: Emulated, place: Place = NOWHERE) -> Iterator[Object]:
    """Yield ifNumber, ifTable and ifXTable."""
    interfaces = device.interfaces()
    yield scalar(f"{_IF}.1", integer(len(interfaces)))
    yield from _table(device, interfaces)
    yield from _extension(device, interfaces)
    yield from _counters(device, interfaces, place)


def _table(device: Emulated, interfaces: Sequence[Interface]) -> Iterator[Object]:
    def changed(_: float) -> bytes:
        return ticks(device.running_changed - device.boot)

    def of(number: int, cell: Callable[[Interface], Cell]) -> Object:
        return column(f"{_ENTRY}.{number}", {one.index: cell(one) for one in interfaces})

    yield of(1, lambda one: integer(one.index))
    yield of(2, lambda one: text(one.name))
    yield of(3, lambda one: integer(kind(one)))
    yield of(4, lambda one: integer(65536 if kind(one) == 24 else 1500))
    yield of(5, lambda one: gauge(one.speed_bps))
    yield of(6, lambda one: mac(one.mac))
    yield of(7, lambda one: integer(_UP if one.admin_up else _DOWN))
    yield of(8, lambda one: integer(_UP if one.oper_up else _DOWN))
    yield of(9, lambda one: ticks(0) if one.oper_up else changed)
    for number in (13, 14, 15, 19, 20):  # discards, errors, unknown protocols: the emulated wires are clean
        yield of(number, lambda _: counter(0))
    yield of(21, lambda _: gauge(0))
    yield of(22, lambda _: name("0.0"))


def _extension(device: Emulated, interfaces: Sequence[Interface]) -> Iterator[Object]:
    ios = device.platform == "ios"

    def of(number: int, cell: Callable[[Interface], bytes]) -> Object:
        return column(f"{_XENTRY}.{number}", {one.index: cell(one) for one in interfaces})

    yield of(1, lambda one: text(short(one) if ios else one.name))
    yield of(14, lambda one: integer(_TRUE if kind(one) == _ETHERNET else _FALSE))
    yield of(15, lambda one: gauge(one.speed_bps // 1_000_000))
    yield of(16, lambda _: integer(_FALSE))
    yield of(17, lambda one: integer(_TRUE if kind(one) in (_ETHERNET, _WIRELESS) else _FALSE))
    yield of(18, lambda one: text(one.alias, 64))
    yield of(19, lambda _: ticks(0))


def _counters(device: Emulated, interfaces: Sequence[Interface], place: Place) -> Iterator[Object]:
    """Yield octets and packets: 32 bits in ifTable, 64 in ifXTable. All packets are unicast."""
    carried = peaks(device, place)

    def counting(one: Interface, peak: float) -> Counting:
        return Counting(device, place.timezone, one.oper_up, peak)

    arriving = {one.index: counting(one, carried[one.index].into) for one in interfaces}
    leaving = {one.index: counting(one, carried[one.index].out) for one in interfaces}
    for traffic, octets, packets, wide in ((arriving, 10, 11, 6), (leaving, 16, 17, 10)):
        for base, number, tag in ((_ENTRY, octets, ber.COUNTER32), (_XENTRY, wide, ber.COUNTER64)):
            yield column(f"{base}.{number}", {index: _live(one.octets, tag) for index, one in traffic.items()})
        for base, number, tag in ((_ENTRY, packets, ber.COUNTER32), (_XENTRY, wide + 1, ber.COUNTER64)):
            yield column(f"{base}.{number}", {index: _live(_packets(one), tag) for index, one in traffic.items()})
    still = {one.index: counter(0) for one in interfaces}
    wide_still = {one.index: ber.integer(0, ber.COUNTER64) for one in interfaces}
    for number in (2, 3, 4, 5):
        yield column(f"{_XENTRY}.{number}", still)
    for number in (8, 9, 12, 13):
        yield column(f"{_XENTRY}.{number}", wide_still)


def _packets(one: Counting) -> Callable[[float], int]:
    return lambda now: one.octets(now) // _PACKET
