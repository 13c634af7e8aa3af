"""NAPALM's getters, from what the API prints. Shapes: napalm.base.models."""

# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import re
from typing import Any, Final

from napalm.base import models

from homeroom.platforms.ros.client import Api

_UNITS: Final = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_YES: Final = frozenset({"true", "yes"})


def seconds(text: str) -> float:
    """Return the seconds of `1w2d3h4m5s`."""
    return float(sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([wdhms])", text)))


def facts(api: Api) -> models.FactsDict:
    """Return what the device is."""
    resource = api.call("/system/resource/print").rows[0]
    board = api.call("/system/routerboard/print").rows[0]
    name = api.call("/system/identity/print").rows[0]["name"]
    return {
        "hostname": name,
        "fqdn": name,
        "vendor": "MikroTik",
        "model": resource.get("board-name", ""),
        "serial_number": board.get("serial-number", ""),
        "os_version": resource["version"],
        "uptime": seconds(resource.get("uptime", "")),
        "interface_list": [row["name"] for row in api.call("/interface/print", proplist="name").rows],
    }


def users(api: Api) -> dict[str, models.UsersDict]:
    """Return who can log in; 15 is group `full`, as napalm-ros has it. RouterOS prints no password."""
    return {
        row["name"]: {"level": 15 if row.get("group") == "full" else 0, "password": "", "sshkeys": []}
        for row in api.call("/user/print").rows
        if row.get("disabled") not in _YES
    }


def time_servers(api: Api) -> dict[str, models.NTPServerDict]:
    """Return the servers that the clock is set by."""
    return {row["address"]: models.NTPServerDict() for row in api.call("/system/ntp/client/servers/print").rows}


def interfaces(api: Api) -> dict[str, models.InterfaceDict]:
    """Return the interfaces."""
    return {
        row["name"]: {
            "is_up": row.get("running") in _YES,
            "is_enabled": row.get("disabled") not in _YES,
            "description": row.get("comment", ""),
            "last_flapped": -1.0,
            "speed": -1.0,
            "mtu": int(row.get("actual-mtu") or 0),
            "mac_address": row.get("mac-address", ""),
        }
        for row in api.call("/interface/print").rows
    }


def addresses(api: Api) -> dict[str, models.InterfacesIPDict]:
    """Return the addresses by interface and family."""
    found: dict[str, Any] = {}
    for menu, family in (("/ip/address/print", "ipv4"), ("/ipv6/address/print", "ipv6")):
        for row in api.call(menu).rows:
            address, _, length = row["address"].partition("/")
            found.setdefault(row["interface"], {}).setdefault(family, {})[address] = {"prefix_length": int(length)}
    return found
