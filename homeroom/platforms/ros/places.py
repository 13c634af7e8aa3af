"""Addresses as rules of a firewall name them: prefixes, ranges, lists, and `!` for all others.

Source: the vendor's manual, Filter, Address-lists.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from homeroom.errors import ParseError
from homeroom.platforms.ros.model import Entry
from homeroom.policy.model import Family, Group, Place
from homeroom.prefix import BITS, Prefix


class AddressLists:
    """The address lists of one family, made into groups when a rule names them."""

    def __init__(self, path: str, family: Family, entries: Iterable[Entry]) -> None:
        self.path = path
        self.family: Family = family
        self.named: dict[str, Group] = {}
        """The groups that rules named, in the order in which they did."""
        self.missing: dict[str, None] = {}
        self._entries: dict[str, list[Entry]] = {}
        for entry in entries:
            if entry.params.get("disabled") != "yes":
                self._entries.setdefault(entry.params.get("list", ""), []).append(entry)

    def group(self, said: str) -> Group | None:
        """Return a list's addresses, `!`: all others; None when it has none. ParseError for a name instead of one."""
        name = said.removeprefix("!")
        if name not in self._entries:
            self.missing[name] = None
        if said.startswith("!"):
            return _others(said, self.family, self._prefixes(name))
        if name not in self._entries:
            return None
        if name not in self.named:
            self.named[name] = Group(name, self.family, self._prefixes(name))
        return self.named[name]

    def _prefixes(self, name: str) -> tuple[Prefix, ...]:
        return tuple(prefix for entry in self._entries.get(name, ()) for prefix in self._read(entry))

    def _read(self, entry: Entry) -> tuple[Prefix, ...]:
        if extra := entry.params.keys() - {"address", "list", "comment", "disabled"}:
            raise ParseError(f"line {entry.line}: {self.path}: not understood: {', '.join(sorted(extra))}")
        try:
            return _spread(entry.params.get("address", ""), self.family)
        except ValueError as error:
            raise ParseError(f"line {entry.line}: {self.path}: not understood: {error}") from error


@lru_cache(maxsize=8192)
def place(said: str, family: Family) -> Place:
    """Read `10.0.0.0/8`, a host, a range, or `!` and any of them; ValueError for anything else."""
    prefixes = _spread(said.removeprefix("!"), family)
    if said.startswith("!"):
        return _others(said, family, prefixes)
    return prefixes[0] if len(prefixes) == 1 else Group(said, family, prefixes)


def _spread(said: str, family: Family) -> tuple[Prefix, ...]:
    low, dash, high = said.partition("-")
    if not dash:
        prefix = _prefix(said)
        if prefix.family != family:
            raise ValueError(f"{said} is no IPv{family}")
        return (prefix,)
    first, last = int(ipaddress.ip_address(low)), int(ipaddress.ip_address(high))
    return _between(first, last, family)


@lru_cache(maxsize=16384)
def _prefix(said: str) -> Prefix:
    return Prefix.parse(said)


def _between(first: int, last: int, family: Family) -> tuple[Prefix, ...]:
    """Return the fewest prefixes that hold the addresses from `first` to `last`."""
    if first > last or last >> BITS[family]:
        raise ValueError("the end of a range is before its beginning, or of another family")
    found: list[Prefix] = []
    while first <= last:
        size = min((first & -first) or 1 << BITS[family], 1 << ((last - first + 1).bit_length() - 1))
        found.append(Prefix(family, first, BITS[family] - size.bit_length() + 1))
        first += size
    return tuple(found)


def _others(name: str, family: Family, prefixes: Iterable[Prefix]) -> Group:
    """Return every address that is in none of `prefixes`."""
    found: list[Prefix] = []
    at = 0
    for prefix in sorted(prefixes, key=lambda one: one.first):
        if prefix.first > at:
            found += _between(at, prefix.first - 1, family)
        at = max(at, prefix.last + 1)
    if not at >> BITS[family]:
        found += _between(at, (1 << BITS[family]) - 1, family)
    return Group(name, family, tuple(found))


def meet(one: Place, other: Place) -> Place | None:
    """Return the addresses that are in both; None when there are none."""
    if one == other or (isinstance(other, Prefix) and other.is_any):
        return one
    if isinstance(one, Prefix) and one.is_any:
        return other
    parts = [
        small
        for a in (one.prefixes if isinstance(one, Group) else (one,))
        for b in (other.prefixes if isinstance(other, Group) else (other,))
        if (small := a if b.contains(a) else b if a.contains(b) else None)
    ]
    if len(parts) < 2:
        return parts[0] if parts else None
    family: Family = 4 if parts[0].family == 4 else 6
    return Group(
        " and ".join(part.name if isinstance(part, Group) else part.cidr for part in (one, other)), family, tuple(parts)
    )
