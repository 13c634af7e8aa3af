"""Sets of addresses of /etc/config/firewall, which rules name.

Source: https://openwrt.org/docs/guide-user/firewall/firewall_configuration (IP Sets).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from homeroom.platforms.openwrt.sections import Section
from homeroom.policy.model import Family, Group
from homeroom.prefix import Prefix

_IPSET: Final = frozenset(
    {"enabled", "name", "family", "match", "entry", "comment", "counters", "maxelem", "hashsize", "storage"}
)


@dataclass(frozen=True, slots=True)
class IpSet:
    """A `config ipset` of addresses, and the end it is asked for unless a rule says otherwise."""

    group: Group
    end: str


def ipset(section: Section) -> IpSet:
    """Read a set; ParseError when it holds anything but addresses or networks of its family."""
    section.only(_IPSET)
    said = section.one("family", "ipv4")
    family: Family = 6 if "6" in said else 4
    match section.many("match"):
        case [kind] if kind.removeprefix("src_").removeprefix("dest_").removeprefix("dst_") in {"ip", "net"}:
            end = "dest" if kind.startswith("d") else "src"
        case _:
            raise section.wrong("match", "only sets of addresses or networks are understood")
    try:
        entries = tuple(Prefix.parse(word) for word in section.many("entry"))
    except ValueError as error:
        raise section.wrong("entry", str(error)) from error
    if any(prefix.family != family for prefix in entries):
        raise section.wrong("entry", "an address of another family")
    return IpSet(Group(section.one("name"), family, entries), end)
