"""The kinds of words an EOS command takes, each with the form in which EOS prints it back.

Source: Arista EOS User Manual (command syntax conventions); running configurations in public projects.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final

from homeroom.lab.ios.words import Reader, vlan_ids

INTERFACES: Final = ("Port-Channel", "Ethernet", "Loopback", "Management", "Tunnel", "Vlan", "Vxlan")
"""Interface types in the order in which `show running-config` lists them."""
VIRTUAL: Final = frozenset(INTERFACES) - {"Ethernet", "Management"}
"""Types that come into being when they are configured."""
BASES: Final = {
    "Ethernet": 0,
    "Management": 999_000,
    "Port-Channel": 1_000_000,
    "Vlan": 2_000_000,
    "Tunnel": 3_000_000,
    "Loopback": 5_000_000,
}
"""Where the ifIndex of each type begins, as EOS numbers them."""
_INTERFACE: Final = re.compile(r"([A-Za-z][A-Za-z-]*) *(\d+(?:/\d+)*(?:\.\d+)?)(?:-(\d+))?((?:,\d+(?:-\d+)?)*)(?=\s|$)")
_LAST: Final = 65535
_TOKEN: Final = re.compile(r"\S+")
_VLANS: Final = re.compile(r"\d+(?:[-,]\d+)*(?=\s|$)")


def interfaces(rest: str) -> tuple[int, tuple[str, ...]] | None:
    """Read `Ethernet1`, `ethernet 1`, `Et1`, `Ethernet1-4,7`: (characters, the names in full)."""
    found = _INTERFACE.match(rest)
    if found is None:
        return None
    kinds = [name for name in INTERFACES if name.lower().startswith(found[1].lower())]
    kinds = [name for name in kinds if name.lower() == found[1].lower()] or kinds
    if len(kinds) != 1:
        return None
    stem, number = re.fullmatch(r"(.*?)(\d+)", found[2]).groups()  # type: ignore[union-attr]  # it ends in a digit
    spans = [(number, found[3]), *(part.partition("-")[::2] for part in found[4].split(",") if part)]
    if any(len(bound or "") > 6 or int(bound or 0) > _LAST for span in spans for bound in span):
        return None
    numbers = [n for low, high in spans for n in range(int(low), int(high or low) + 1)]
    return (found.end(), tuple(f"{kinds[0]}{stem}{n}" for n in numbers)) if numbers else None


def _interface(rest: str) -> tuple[int, str] | None:
    found = interfaces(rest)
    return (found[0], found[1][0]) if found and len(found[1]) == 1 else None


def _interface_list(rest: str) -> tuple[int, str] | None:
    found = interfaces(rest)
    return (found[0], ",".join(found[1])) if found else None


def split(name: str) -> tuple[str, str]:
    """Split `Vlan10` into (`Vlan`, `10`)."""
    kind = name.rstrip("0123456789/.")
    return kind, name[len(kind) :]


def rank(name: str) -> tuple[int, ...]:
    """Return the sort key that puts interfaces in the order of `show running-config`."""
    kind, number = split(name)
    place = INTERFACES.index(kind) if kind in INTERFACES else len(INTERFACES)
    return place, *(int(part) for part in re.findall(r"\d+", number))


def vlan_text(ids: Iterable[int]) -> str:
    """Print a VLAN list as EOS does: sorted, neighbours joined, two as well (`10-11,20`)."""
    spans: list[list[int]] = []
    for vlan in sorted(ids):
        if spans and vlan == spans[-1][-1] + 1:
            spans[-1].append(vlan)
        else:
            spans.append([vlan])
    return ",".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else f"{span[0]}" for span in spans) or "none"


def _vlans(rest: str) -> tuple[int, str] | None:
    found = _VLANS.match(rest)
    try:
        return (found.end(), vlan_text(vlan_ids(found.group()))) if found else None
    except ValueError:
        return None


def _word(rest: str) -> tuple[int, str] | None:
    found = _TOKEN.match(rest)
    return (found.end(), found.group()) if found else None


def _line(rest: str) -> tuple[int, str] | None:
    return len(rest), rest.rstrip()


def _address(version: int) -> Reader:
    def read(rest: str) -> tuple[int, str] | None:
        found = _TOKEN.match(rest)
        try:
            address = ipaddress.ip_address(found.group()) if found else None
        except ValueError:
            return None
        return (found.end(), str(address)) if found and address and address.version == version else None

    return read


def _prefix(version: int) -> Reader:
    """Read `10.0.0.1/24`: host bits stay, it may be an interface's address."""

    def read(rest: str) -> tuple[int, str] | None:
        found = _TOKEN.match(rest)
        try:
            prefix = ipaddress.ip_interface(found.group()) if found and "/" in found.group() else None
        except ValueError:
            return None
        return (found.end(), str(prefix)) if found and prefix and prefix.version == version else None

    return read


def _network(version: int) -> Reader:
    """Read the target of a route; host bits go."""

    def read(rest: str) -> tuple[int, str] | None:
        found = _prefix(version)(rest)
        return (found[0], str(ipaddress.ip_interface(found[1]).network)) if found else None

    return read


def _time(rest: str) -> tuple[int, str] | None:
    """Read `HH:MM:SS` or `HH:MM` (commit timer)."""
    found = re.match(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?=\s|$)", rest)
    if found is None or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return None
    return found.end(), f"{int(found[1])}:{int(found[2])}:{int(found[3] or 0)}"


def _number(low: int, high: int) -> Reader:
    def read(rest: str) -> tuple[int, str] | None:
        found = _TOKEN.match(rest)
        if found is None or not found.group().isdecimal() or not low <= int(found.group()) <= high:
            return None
        return found.end(), str(int(found.group()))

    return read


KINDS: Final[dict[str, Reader]] = {
    "WORD": _word,
    "LINE": _line,
    "A.B.C.D": _address(4),
    "A.B.C.D/E": _prefix(4),
    "NET/E": _network(4),
    "A:B::C": _address(6),
    "A:B::C/E": _prefix(6),
    "NET6/E": _network(6),
    "IFACE": _interface,
    "IFACES": _interface_list,
    "VLANS": _vlans,
    "H:M:S": _time,
}
"""The kinds of words that patterns name; `<low-high>` beside them is a whole number."""
_RANGE: Final = re.compile(r"<(\d+)-(\d+)>")


def reader(name: str) -> Reader | None:
    """Return the reader for a pattern's word; None when it is a keyword."""
    span = _RANGE.fullmatch(name)
    return _number(int(span.group(1)), int(span.group(2))) if span else KINDS.get(name)
