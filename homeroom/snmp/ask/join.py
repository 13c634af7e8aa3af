"""What only several tables together say: the chassis, a radio's noise, the wire's other end, heard networks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from homeroom.snmp.ask.decode import channel_of
from homeroom.snmp.ask.model import Vendor
from homeroom.snmp.ask.rows import Readings, Refused
from homeroom.snmp.ask.wired import Identity, Interface, LocalPort, Neighbour, Part, Port, Sensor, Totals
from homeroom.snmp.ask.wireless import AccessPoint, Air, Bss, Radio, Rogue

_MAX_DESCR: Final = 1024
_MAX_HEARD: Final = 200
_HEARD: Final = re.compile(r"([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}) ([0-9]{1,3}) (-?[0-9]{1,3}) (.*)").fullmatch
_MAC_KINDS: Final[Mapping[str, int]] = {"chassis": 4, "port": 3}
"""LldpChassisIdSubtype and LldpPortIdSubtype macAddress (IEEE 802.1AB)."""
_ADDRESS_KINDS: Final[Mapping[str, int]] = {"chassis": 5, "port": 4}
_SENSOR_SCALE: Final = 9
"""RFC 3433: units(9); each step is a factor of 1,000."""


def joined(
    vendor: Vendor,
    singles: Mapping[str, Any],
    tables: Mapping[str, tuple[Any, ...]],
    refused: tuple[Refused, ...],
    refusals: int,
) -> Readings:
    """Put the tables together."""
    parts: tuple[Part, ...] = tables.get("parts", ())
    interfaces: tuple[Interface, ...] = tables.get("interfaces", ())
    bsss: tuple[Bss, ...] = tables.get("bsss", ())
    return Readings(
        identity=_identity(vendor, singles["identity"], parts),
        changes=singles["changes"],
        totals=_totals(singles["totals"], tables),
        interfaces=interfaces,
        ports=tables.get("ports", ()),
        vlans=tables.get("vlans", ()),
        ssids=tables.get("ssids", ()),
        bsss=bsss,
        access_points=_access_points(tables.get("access_points", ()), tables.get("radios", ())),
        radios=_radios(tables.get("radios", ()), tables.get("air", ()), bsss),
        rogues=tuple(_rogues(tables.get("rogues", ()))),
        neighbours=_neighbours(
            tables.get("neighbours", ()), tables.get("local_ports", ()), interfaces, tables.get("ports", ())
        ),
        parts=parts,
        sensors=tuple(map(_sensor, tables.get("sensors", ()))),
        refused=refused,
        refusals=refusals,
    )


def _identity(vendor: Vendor, said: Identity, parts: Sequence[Part]) -> Identity:
    """Fill from sysDescr, then from the chassis, what no object of the vendor's own said."""
    found: dict[str, str] = {}
    for pattern in vendor.describe:
        match = pattern.search((said.description or "")[:_MAX_DESCR])
        found |= {name: text.strip() for name, text in match.groupdict().items() if text} if match else {}
    chassis = _chassis(parts)
    if chassis:
        of_chassis = {
            "model": chassis.model or chassis.name,
            "serial": chassis.serial,
            "software": chassis.software,
            "hardware": chassis.hardware,
        }
        found = {name: text for name, text in of_chassis.items() if text} | found
    missing: dict[str, Any] = {name: text for name, text in found.items() if getattr(said, name) is None}
    if said != Identity() or parts:
        missing["maker"] = said.maker or vendor.maker or (chassis.maker if chassis else None)
    return replace(said, **missing)


def _totals(said: Totals, tables: Mapping[str, tuple[Any, ...]]) -> Totals:
    """Count all clients where the device does not: by its SSIDs, else by its networks on radios, else by its radios."""
    if said.clients is not None:
        return said
    for group in ("ssids", "bsss", "radios"):
        counts = [row.clients for row in tables.get(group, ()) if row.clients is not None]
        if counts:
            return replace(said, clients=sum(counts))
    return said


def _chassis(parts: Sequence[Part]) -> Part | None:
    """Return the first chassis, or where no class is told the first part that is within nothing, with a serial."""
    ordered = sorted(parts, key=lambda part: int(part.key))
    chassis = [part for part in ordered if part.kind == "chassis"]
    outer = [part for part in ordered if part.kind is None and part.within == 0]
    candidates = chassis or outer
    return next((part for part in candidates if part.serial), candidates[0] if candidates else None)


def _access_points(points: Sequence[AccessPoint], radios: Sequence[Radio]) -> tuple[AccessPoint, ...]:
    """Count the clients of an access point by its radios where the controller does not."""
    sums: defaultdict[str, int] = defaultdict(int)
    for radio in radios:
        if radio.ap is not None and radio.clients is not None:
            sums[radio.ap] += radio.clients
    return tuple(
        replace(point, clients=sums[point.key]) if point.clients is None and point.key in sums else point
        for point in points
    )


def _radios(radios: Sequence[Radio], air: Sequence[Air], bsss: Sequence[Bss]) -> tuple[Radio, ...]:
    """Add to each radio what its channel's air and its networks tell of it."""
    heard = {(one.ap, one.slot, one.channel): one for one in air}
    carried: defaultdict[tuple[str | None, str], list[Bss]] = defaultdict(list)
    for bss in bsss:
        if (radio := bss.radio or bss.slot) is not None:
            carried[bss.ap, radio].append(bss)
    return tuple(_radio(radio, heard, carried) for radio in radios)


def _radio(
    radio: Radio,
    heard: Mapping[tuple[str | None, str | None, int | None], Air],
    carried: Mapping[tuple[str | None, str], Sequence[Bss]],
) -> Radio:
    bsss = [
        bss for name in {radio.slot or radio.key, radio.name or radio.key} for bss in carried.get((radio.ap, name), ())
    ]
    more: dict[str, Any] = {}
    for name in ("channel", "power"):
        if getattr(radio, name) is None:
            more[name] = next((said for bss in bsss if (said := getattr(bss, name)) is not None), None)
    if radio.clients is None and any(bss.clients is not None for bss in bsss):
        more["clients"] = sum(bss.clients or 0 for bss in bsss)
    if radio.frequency is not None and radio.channel is None:
        more["channel"] = channel_of(radio.frequency)
    if radio.power is None and radio.power_level and radio.power_levels:
        more["power"] = _level(radio.power_levels, radio.power_level)
    air = heard.get((radio.ap, radio.slot, radio.channel))
    if air is not None:
        more |= {name: getattr(air, name) for name in ("noise", "interference") if getattr(radio, name) is None}
    return replace(radio, **more)


def _level(levels: str, level: int) -> float | None:
    """Return dBm of a power level: level 1 is the first of `17,14,11`."""
    said = levels.split(",")
    try:
        dbm = float(said[level - 1])
    except (IndexError, ValueError):
        return None
    return dbm if -40 <= dbm <= 40 else None


def _rogues(rogues: Sequence[Rogue]) -> Iterator[Rogue]:
    """Yield rows; what an access point's script prints becomes a row a line, ill-formed lines left out."""
    seen: set[str] = set()
    for rogue in rogues:
        if rogue.heard is None:
            yield rogue
            continue
        for line in rogue.heard.splitlines()[:_MAX_HEARD]:
            match = _HEARD(line)
            key = f"{rogue.key}/{match[1].lower()}" if match else ""
            if match and key not in seen and 1 <= int(match[2]) <= 253 and -127 <= int(match[3]) <= 0:
                seen.add(key)
                mac = match[1].lower()
                yield Rogue(key, mac, match[4], int(match[2]), float(match[3]), kind="heard", heard_by=rogue.key)


def _neighbours(
    neighbours: Sequence[Neighbour],
    local: Sequence[LocalPort],
    interfaces: Sequence[Interface],
    ports: Sequence[Port],
) -> tuple[Neighbour, ...]:
    """Name each neighbour's interface, and write its identifiers as their subtypes say."""
    lldp = {one.number: one.port or one.description for one in local}
    described = {one.number: one.description for one in local}
    names = {one.index: one.name or one.description for one in interfaces}
    bridge = {one.port: one.interface for one in ports}
    out: list[Neighbour] = []
    for one in neighbours:
        known = one.interface
        if known is None:
            said = lldp.get(one.local)
            known = names.get(int(said)) if said and said.isascii() and said.isdigit() and len(said) < 10 else None
            known = known or said or described.get(one.local) or names.get(bridge.get(one.local, one.local))
        chassis = _identifier(one.chassis, one.chassis_kind, "chassis")
        out.append(replace(one, interface=known, chassis=chassis, port=_identifier(one.port, one.port_kind, "port")))
    return tuple(out)


def _identifier(said: str | None, kind: int | None, what: str) -> str | None:
    """Write an identifier that came as hexadecimal octets: as MAC, address or text; without a subtype it is text."""
    if said is None or kind is None:
        return said
    octets = bytes.fromhex(said)
    if kind == _MAC_KINDS[what] and len(octets) == 6:
        return octets.hex(":")
    if kind == _ADDRESS_KINDS[what] and len(octets) == 5 and octets[0] == 1:
        return ".".join(map(str, octets[1:]))
    return octets.decode(errors="backslashreplace")


def _sensor(sensor: Sensor) -> Sensor:
    """Work out the value of an ENTITY-SENSOR-MIB row: raw, times its scale, without its digits."""
    if sensor.value is not None or sensor.raw is None:
        return sensor
    power = 3 * ((sensor.scale or _SENSOR_SCALE) - _SENSOR_SCALE) - (sensor.digits or 0)
    return replace(sensor, value=round(sensor.raw * 10.0**power, 6))
