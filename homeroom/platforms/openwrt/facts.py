"""NAPALM's getters for OpenWrt, from what ubus and the kernel say."""

# NAPALM has no types
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import json
import re
from typing import Any, Final

from napalm.base.models import (
    FactsDict,
    InterfaceDict,
    InterfacesIPDict,
    InterfacesIPDictEntry,
    NTPServerDict,
    UsersDict,
)

FACTS: Final = "ubus call system board && echo --- && ubus call system info"
LINKS: Final = "ip addr show"
USERS: Final = "cat /etc/passwd"
TIME_SERVERS: Final = "uci -q get system.ntp.server"
_NO_SHELL: Final = ("/false", "/nologin")
_LINK: Final = re.compile(r"^\d+: ([^:@\s]+)(?:@\S+)?: <([^>]*)> mtu (\d+)")
_MAC: Final = re.compile(r"^\s+link/\S+ ([0-9a-f:]{17}) ")
_ADDRESS: Final = re.compile(r"^\s+(inet6?) ([0-9a-fA-F.:]+)/(\d+)")


def facts(said: str, names: list[str]) -> FactsDict:
    """Read the answer to FACTS; `names` are those of the interfaces."""
    board, info = said.split("---\n")
    about: dict[str, Any] = json.loads(board)
    release: dict[str, Any] = about.get("release", {})
    return FactsDict(
        vendor="OpenWrt",
        model=str(about.get("model", "")),
        os_version=str(release.get("description") or release.get("version", "")),
        hostname=str(about.get("hostname", "")),
        fqdn=str(about.get("hostname", "")),
        serial_number="",
        uptime=float(json.loads(info)["uptime"]),
        interface_list=names,
    )


def users(said: str) -> dict[str, UsersDict]:
    """Read the answer to USERS: those that have a shell. 15 is user id 0; no password stands there."""
    rows = (line.split(":") for line in said.splitlines() if line.count(":") == 6)  # passwd(5)
    return {
        row[0]: UsersDict(level=15 if row[2] == "0" else 0, password="", sshkeys=[])
        for row in rows
        if not row[6].endswith(_NO_SHELL)
    }


def time_servers(said: str) -> dict[str, NTPServerDict]:
    """Read the answer to TIME_SERVERS: words on a line; none when the option is not set."""
    return {word.strip("'"): NTPServerDict() for word in said.split()}


def interfaces(said: str) -> dict[str, InterfaceDict]:
    """Read the answer to LINKS."""
    found: dict[str, InterfaceDict] = {}
    name = ""
    for line in said.splitlines():
        link, mac = _LINK.match(line), _MAC.match(line)
        if link:
            name, flags = link.group(1), link.group(2).split(",")
            found[name] = InterfaceDict(
                is_up="LOWER_UP" in flags,
                is_enabled="UP" in flags,
                description="",
                last_flapped=-1.0,
                speed=-1.0,
                mtu=int(link.group(3)),
                mac_address="",
            )
        elif mac and name:
            found[name]["mac_address"] = mac.group(1).upper()
    return found


def addresses(said: str) -> dict[str, InterfacesIPDict]:
    """Read the answer to LINKS."""
    found: dict[str, InterfacesIPDict] = {}
    name = ""
    for line in said.splitlines():
        link, address = _LINK.match(line), _ADDRESS.match(line)
        if link:
            name = link.group(1)
        elif address and name:
            one = {address.group(2): InterfacesIPDictEntry(prefix_length=int(address.group(3)))}
            on = found.setdefault(name, InterfacesIPDict())
            on.setdefault("ipv4" if address.group(1) == "inet" else "ipv6", {}).update(one)
    return found
