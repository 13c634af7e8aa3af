"""What `print` shows of each menu: its configuration, and what a device only reports.

Sources: the vendor's manual, one page a menu; the properties that NAPALM's and Ansible's clients read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from homeroom.lab.ros import hardware
from homeroom.lab.ros.config import INTERFACE, Entry
from homeroom.lab.ros.device import RosDevice
from homeroom.lab.ros.schema import Field, Menu, menus
from homeroom.lab.ros.values import duration
from homeroom.lab.ros.view import TYPES, mac

Row: TypeAlias = Mapping[str, str]
_BOOL: Final = {"yes": "true", "no": "false"}


def rows(device: RosDevice, path: str) -> Iterator[Row] | None:
    """Return what a menu prints; None when there is no such menu."""
    report = _REPORTS.get(path)
    if report is not None:
        return report(device)
    if path == INTERFACE:
        return (_interface(device, entry) for entry in device.config.interfaces())
    if path in menus():
        return (_row(device, entry) for entry in device.config.table(path))
    return None


def _row(device: RosDevice, entry: Entry) -> Row:
    menu = entry.menu
    row: dict[str, str] = {} if menu.kind == "single" else {".id": entry.id}
    for name, field in menu.fields.items():
        value = entry.values.get(name, field.default)
        if value is None and menu.kind == "single":
            value = ""
        if value is not None and (value or name != "comment") and not _hidden(menu, field):
            row[name] = _BOOL.get(value, value) if field.kind == "bool" else value
    if menu.iface:
        row |= _link(device, entry)
    elif menu.kind != "single":
        row |= {"invalid": "false", "dynamic": "false"}
    return {**row, **_more(device, entry)}


def _hidden(menu: Menu, field: Field) -> bool:
    """Tell whether a secret is never shown, not even to those who may see others: users' passwords."""
    return field.secret and menu.path == "/user"


def _more(device: RosDevice, entry: Entry) -> Row:
    """Return what some menus work out."""
    found = dict(_WORKED_OUT.get(entry.menu.path, {}))
    if "interface" in entry.values and entry.menu.path.endswith(" address"):
        found["actual-interface"] = entry.get("interface")
    if entry.menu.path == "/system scheduler":
        found["next-run"] = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(device.due(entry)))
    return found


_WORKED_OUT: Final[Mapping[str, Row]] = {
    "/ipv6 address": {"global": "true", "link-local": "false", "deprecated": "false"},
    "/system scheduler": {"run-count": "0", "owner": "admin"},
    "/snmp": {"engine-id": "80003a8c04"},
    "/ip route": {"active": "true", "static": "true"},
    "/ipv6 route": {"active": "true", "static": "true"},
}


def _link(device: RosDevice, entry: Entry) -> Row:
    up = "true" if not entry.on("disabled") else "false"
    return {"mac-address": mac(device.config, entry), "running": up, "actual-mtu": _mtu(entry)}


def _mtu(entry: Entry) -> str:
    mtu = entry.get("mtu")
    return mtu if mtu.isdecimal() else "1500"


def _interface(device: RosDevice, entry: Entry) -> Row:
    """Return a row of `/interface print`: what all kinds of interfaces have."""
    row = {
        ".id": entry.id,
        "name": entry.name,
        "default-name": entry.get("default-name"),
        "type": TYPES[entry.menu.path],
        "mtu": entry.get("mtu"),
        "actual-mtu": _mtu(entry),
        "l2mtu": entry.get("l2mtu") or "1598",
        "mac-address": mac(device.config, entry),
        "last-link-up-time": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(device.boot)),
        "link-downs": "0",
        "rx-byte": "0",
        "tx-byte": "0",
        "rx-packet": "0",
        "tx-packet": "0",
        "rx-drop": "0",
        "tx-drop": "0",
        "rx-error": "0",
        "tx-error": "0",
        "running": "false" if entry.on("disabled") else "true",
        "disabled": _BOOL[entry.get("disabled") or "no"],
        "comment": entry.get("comment"),
    }
    return {name: value for name, value in row.items() if value}


def _uptime(device: RosDevice) -> str:
    return duration(int(max(0.0, device.clock() - device.boot)))


def _resource(device: RosDevice) -> Iterator[Row]:
    full = device.faults.standing("full_flash") is not None
    yield hardware.resource(device.box, _uptime(device)) | ({"free-hdd-space": "0"} if full else {})


def _routerboard(device: RosDevice) -> Iterator[Row]:
    yield hardware.routerboard(device.box)


def _packages(device: RosDevice) -> Iterator[Row]:
    names = ("routeros", "wifi-qcom") if any(port.startswith("wifi") for port in device.box.ports) else ("routeros",)
    for number, name in enumerate(names, 1):
        yield {
            ".id": f"*{number}",
            "name": name,
            "version": hardware.VERSION,
            "build-time": "2025-03-11 11:59:04",
            "scheduled": "",
            "size": "12345678",
            "available": "false",
            "disabled": "false",
        }


def _update(device: RosDevice) -> Iterator[Row]:
    del device
    yield {"channel": "stable", "installed-version": hardware.VERSION}


def _clock(device: RosDevice) -> Iterator[Row]:
    zone = device.config.single("/system clock")
    now = datetime.fromtimestamp(device.now, _zone(zone.get("time-zone-name")))
    yield {
        "time": f"{now:%H:%M:%S}",
        "date": f"{now:%Y-%m-%d}",
        "time-zone-autodetect": _BOOL[zone.get("time-zone-autodetect")],
        "time-zone-name": zone.get("time-zone-name"),
        "gmt-offset": now.isoformat(timespec="seconds")[-6:],
        "dst-active": "true" if now.dst() else "false",
    }


def _zone(name: str) -> tzinfo:
    """Return a time zone; `manual`, and what the emulator's own machine does not know, is GMT."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _license(device: RosDevice) -> Iterator[Row]:
    yield {"software-id": device.box.software_id, "nlevel": "5", "features": ""}


def _health(device: RosDevice) -> Iterator[Row]:
    del device
    for number, (name, value, kind) in enumerate((("cpu-temperature", "47", "C"), ("voltage", "24.1", "V")), 1):
        yield {".id": f"*{number}", "name": name, "value": value, "type": kind}


def _cpus(device: RosDevice) -> Iterator[Row]:
    del device
    for number in range(4):
        yield {".id": f"*{number}", "cpu": f"cpu{number}", "load": "2", "irq": "0", "disk": "0"}


def _files(device: RosDevice) -> Iterator[Row]:
    yield from device.files.rows()


def _globals(device: RosDevice) -> Iterator[Row]:
    for number, (name, value) in enumerate(device.globals.items(), 1):
        yield {".id": f"*{number}", "name": name, "value": value if isinstance(value, str) else ",".join(value)}


def _log(device: RosDevice) -> Iterator[Row]:
    for number, message in enumerate(device.log, 1):
        yield {".id": f"*{number}", "topics": "script,warning", "message": message}


def _arp(device: RosDevice) -> Iterator[Row]:
    """Yield the gateway of each static default route, as if it had just been asked for."""
    gateways = {entry.get("gateway") for entry in device.config.table("/ip route")}
    for number, gateway in enumerate(sorted(filter(None, gateways)), 1):
        yield {
            ".id": f"*{number}",
            "address": gateway,
            "mac-address": device.box.mac(200 + number),
            "interface": "ether1",
            "published": "false",
            "invalid": "false",
            "DHCP": "false",
            "dynamic": "true",
            "complete": "true",
            "disabled": "false",
        }


def _vrfs(device: RosDevice) -> Iterator[Row]:
    del device
    yield {".id": "*1", "name": "main", "interfaces": "all", "builtin": "true", "disabled": "false"}


def _nothing(device: RosDevice) -> Iterator[Row]:
    del device
    return iter(())


_REPORTS: Final[Mapping[str, Callable[[RosDevice], Iterator[Row]]]] = {
    "/system resource": _resource,
    "/system resource cpu": _cpus,
    "/system routerboard": _routerboard,
    "/system package": _packages,
    "/system package update": _update,
    "/system clock": _clock,
    "/system license": _license,
    "/system health": _health,
    "/system script environment": _globals,
    "/system script job": _nothing,
    "/file": _files,
    "/log": _log,
    "/ip arp": _arp,
    "/ip vrf": _vrfs,
    "/ip neighbor": _nothing,
    "/routing bgp connection": _nothing,
    "/routing bgp session": _nothing,
    "/routing ospf instance": _nothing,
    "/routing ospf neighbor": _nothing,
    "/ipv6 neighbor": _nothing,
    "/interface bridge host": _nothing,
    "/interface wifi registration-table": _nothing,
    "/user active": _nothing,
}
"""Menus that report something; nothing in them is configuration, save the clock's zone."""
REPORTS: Final = frozenset(_REPORTS)
