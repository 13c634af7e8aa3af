"""`show interfaces` as XML: terse, and in full."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from xml.sax.saxutils import escape

from homeroom.lab.junos import shows, view
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.hardware import speed


def chosen(device: JunosDevice, wanted: str) -> Iterator[view.Port]:
    """Yield the interfaces that a name or a pattern means."""
    for port in view.ports(device.tree, device.box):
        if not wanted or fnmatch.fnmatchcase(port.name, wanted.partition(".")[0]):
            yield port


def terse(device: JunosDevice, wanted: str) -> str:
    """Print a line's worth about each interface and its addresses."""
    rows = "".join(
        f"<physical-interface>\n<name>{port.name}</name>\n{_state(port.enabled)}"
        f"{''.join(_terse_unit(unit) for unit in port.units)}</physical-interface>\n"
        for port in chosen(device, wanted)
    )
    return f'<interface-information junos:style="terse">\n{rows}</interface-information>'


def _state(up: bool) -> str:  # noqa: FBT001 -- the one thing it says
    word = "up" if up else "down"
    return f"<admin-status>{word}</admin-status>\n<oper-status>{word}</oper-status>\n"


def _terse_unit(unit: view.Unit) -> str:
    families = "".join(
        f"<address-family>\n<address-family-name>{_family(name)}</address-family-name>\n"
        + "".join(
            f'<interface-address>\n<ifa-local junos:emit="emit">{address}</ifa-local>\n</interface-address>\n'
            for address in addresses
        )
        + "</address-family>\n"
        for name, addresses in unit.families.items()
    )
    return f"<logical-interface>\n<name>{unit.name}</name>\n{_state(unit.up)}{families}</logical-interface>\n"


def _family(name: str) -> str:
    return "eth-switch" if name == "ethernet-switching" else name


def full(device: JunosDevice, wanted: str) -> str:
    """Print all about each interface. No traffic is counted: the device has none."""
    rows = "".join(_port(device, port) for port in chosen(device, wanted))
    return f'<interface-information junos:style="normal">\n{rows}</interface-information>'


def _port(device: JunosDevice, port: view.Port) -> str:
    index = device.indexes.get(port.name, 0)
    since = device.clock() - device.uptime
    description = f"<description>{escape(port.description)}</description>\n" if port.description else ""
    real = (
        f"<speed>{speed(port.name) // 10**6}mbps</speed>\n"
        f"<current-physical-address>{device.box.mac(index)}</current-physical-address>\n"
        f"<hardware-physical-address>{device.box.mac(index)}</hardware-physical-address>\n"
        if port.name != "lo0"
        else ""
    )
    return (
        f"<physical-interface>\n<name>{port.name}</name>\n{_state(port.enabled)}<local-index>{index}</local-index>\n"
        f"<snmp-index>{index}</snmp-index>\n{description}<mtu>{port.mtu}</mtu>\n{real}"
        f'<interface-flapped junos:seconds="{int(device.uptime)}">{shows.date(since)}</interface-flapped>\n'
        f"{_COUNTS}{''.join(_unit(device, unit) for unit in port.units)}</physical-interface>\n"
    )


_COUNTS = (
    "<traffic-statistics>\n<input-bytes>0</input-bytes>\n<output-bytes>0</output-bytes>\n"
    "<input-packets>0</input-packets>\n<output-packets>0</output-packets>\n</traffic-statistics>\n"
    "<input-error-list>\n<input-errors>0</input-errors>\n<input-discards>0</input-discards>\n</input-error-list>\n"
    "<output-error-list>\n<output-errors>0</output-errors>\n<output-drops>0</output-drops>\n</output-error-list>\n"
)


def _unit(device: JunosDevice, unit: view.Unit) -> str:
    description = f"<description>{escape(unit.description)}</description>\n" if unit.description else ""
    down = "" if unit.up else "<iff-down/>\n"
    index = device.indexes.get(unit.name, 0)
    families = "".join(
        f"<address-family>\n<address-family-name>{_family(name)}</address-family-name>\n<mtu>1500</mtu>\n"
        + "".join(_address(address) for address in addresses)
        + "</address-family>\n"
        for name, addresses in unit.families.items()
    )
    return (
        f"<logical-interface>\n<name>{unit.name}</name>\n<local-index>{index}</local-index>\n{description}"
        f"<if-config-flags>\n<iff-snmp-traps/>\n{down}</if-config-flags>\n{families}</logical-interface>\n"
    )


def _address(address: str) -> str:
    host, _, length = address.partition("/")
    return (
        f"<interface-address>\n<ifa-destination>{host}/{length or '32'}</ifa-destination>\n"
        f"<ifa-local>{host}</ifa-local>\n</interface-address>\n"
    )


def internal() -> str:
    """Print the interface by which the routing engine knows itself, which PyEZ asks for."""
    return (
        '<interface-information junos:style="terse">\n<logical-interface>\n<name>em1.0</name>\n<address-family>\n'
        "<address-family-name>inet</address-family-name>\n<interface-address>\n<ifa-local>128.0.0.1/2</ifa-local>\n"
        "</interface-address>\n<interface-address>\n<ifa-local>128.0.0.4/2</ifa-local>\n</interface-address>\n"
        "</address-family>\n</logical-interface>\n</interface-information>"
    )
