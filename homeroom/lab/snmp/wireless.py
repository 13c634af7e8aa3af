"""The air by SNMP: IEEE 802.11 (SSID, channel), net-snmp's extends as OpenWrt's operators name them, MIKROTIK-MIB.

Source: IEEE802dot11-MIB; NET-SNMP-EXTEND-MIB with LibreNMS's names (clients-, frequency-, noise-floor-IF);
MIKROTIK-MIB mtxrWlApTable. Our own are `neighbours-IF` (BSSID, channel, dBm and SSID, a line each) and `config`, the
checksum of what is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from homeroom.lab import air
from homeroom.lab.air import Cell
from homeroom.lab.emulated import Emulated
from homeroom.lab.place import Place
from homeroom.lab.snmp.cells import column, gauge, integer, text
from homeroom.lab.snmp.table import Live, Object
from homeroom.snmp import ber
from homeroom.snmp.ber import Oid

Script: TypeAlias = Callable[[float], str]
"""What an extend prints at a time."""
_DOT11: Final = "1.2.840.10036"
_EXTEND: Final = "1.3.6.1.4.1.8072.1.3.2.3.1"
_WLAP: Final = "1.3.6.1.4.1.14988.1.1.1.3.1"
_LINE, _FULL, _LINES, _RESULT = 1, 2, 3, 4


def objects(device: Emulated, place: Place) -> Iterator[Object]:
    """Yield what a device shows of its radios; nothing without some."""
    found = air.cells(device)
    if not found:
        return
    ssids = {cell.interface.index: text(cell.ssid, 32) for cell in found}
    if device.platform == "ros":
        yield from _mikrotik(device, place, found)
        return
    yield column(f"{_DOT11}.1.1.1.9", ssids)
    channels = {cell.interface.index: integer(air.channel(device.name, cell.band)) for cell in found}
    yield column(f"{_DOT11}.4.5.1.1", channels)


def extends(device: Emulated, place: Place) -> Iterator[Object]:
    """Yield what net-snmp's extends print on OpenWrt; nothing without some."""
    if device.platform == "openwrt" and (scripts := dict(_scripts(device, place, air.cells(device)))):
        yield from _extends(scripts)


def _counts(device: Emulated, place: Place, found: Sequence[Cell], number: int) -> Callable[[float], int]:
    return lambda now: air.clients(place, device.name, found, now)[number]


def _scripts(device: Emulated, place: Place, found: Sequence[Cell]) -> Iterator[tuple[str, Script]]:
    """Yield each extend's name and what its script prints."""
    if device.edition.checksum:
        yield "config", lambda _: device.edition.checksum
    if not found:
        return
    names = ",".join(cell.interface.name for cell in found)
    yield "interfaces", lambda _: names
    for number, cell in enumerate(found):
        for name, said in _of(device, place, cell, _counts(device, place, found, number)):
            yield f"{name}-{cell.interface.name}", said


def _of(device: Emulated, place: Place, cell: Cell, count: Callable[[float], int]) -> Iterator[tuple[str, Script]]:
    """Yield the extends of one wireless interface."""
    where = cell.band
    mhz = air.frequency(air.channel(device.name, where), where)
    yield "clients", lambda now: str(count(now))
    yield "frequency", lambda _: str(mhz)
    yield "noise-floor", lambda now: str(air.noise(place, device.name, where, now))
    yield "neighbours", lambda now: _heard(device, place, where, now)


def _heard(device: Emulated, place: Place, where: air.Band, now: float) -> str:
    lines = (f"{n.bssid} {n.channel} {n.dbm} {n.ssid}" for n in air.neighbours(place, device.name, where, now))
    return "\n".join(lines)


def _extends(scripts: dict[str, Script]) -> Iterator[Object]:
    """Yield nsExtendOutput1Table: first line, all lines, how many, the script's exit status."""

    def of(number: int, cell: Callable[[Script], Live]) -> Object:
        return Object(ber.dotted(f"{_EXTEND}.{number}"), {_index(name): cell(said) for name, said in scripts.items()})

    yield of(_LINE, lambda said: lambda now: text(said(now).partition("\n")[0]))
    yield of(_FULL, lambda said: lambda now: text(said(now), 1000))
    yield of(_LINES, lambda said: lambda now: integer(len(said(now).splitlines())))
    yield of(_RESULT, lambda _: lambda _now: integer(0))


def _index(name: str) -> Oid:
    """Index a row by a string: its length, then its octets."""
    return (len(name), *name.encode())


def _mikrotik(device: Emulated, place: Place, found: Sequence[Cell]) -> Iterator[Object]:
    counts = {cell.interface.index: _counts(device, place, found, n) for n, cell in enumerate(found)}
    mhz = {cell.interface.index: air.frequency(air.channel(device.name, cell.band), cell.band) for cell in found}
    yield column(f"{_WLAP}.4", {cell.interface.index: text(cell.ssid, 32) for cell in found})
    yield column(f"{_WLAP}.6", {index: _gauged(count) for index, count in counts.items()})
    yield column(f"{_WLAP}.7", {index: integer(value) for index, value in mhz.items()})
    yield column(f"{_WLAP}.8", {cell.interface.index: text(f"{cell.band[0]}ghz-ax") for cell in found})
    yield column(f"{_WLAP}.9", {cell.interface.index: _noise(device, place, cell) for cell in found})


def _gauged(count: Callable[[float], int]) -> Live:
    return lambda now: gauge(count(now))


def _noise(device: Emulated, place: Place, cell: Cell) -> Live:
    return lambda now: integer(air.noise(place, device.name, cell.band, now))
