"""Address books of a Junos configuration: what the names in policies stand for.

Source: "Security Policies User Guide for Security Devices": address books and address sets.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from homeroom.platforms.junos.stems import NOTHING, Stem, only, wrong
from homeroom.policy.model import Family, Group, Place
from homeroom.prefix import ANY, BITS, Prefix

Places: TypeAlias = tuple[Place, ...]
_ANY: Final[dict[str, Places]] = {"any": (ANY[4], ANY[6]), "any-ipv4": (ANY[4],), "any-ipv6": (ANY[6],)}


@lru_cache(maxsize=8192)
def prefix(text: str) -> Prefix:
    """Read a prefix or address; host bits are dropped, as Junos does. ValueError when it is none."""
    net = ipaddress.ip_network(text, strict=False)
    return Prefix(net.version, int(net.network_address), net.prefixlen)


def covering(first: int, last: int, family: Family) -> Iterator[Prefix]:
    """Yield the prefixes that make up a range of addresses."""
    bits = BITS[family]
    while first <= last:
        size = (first & -first).bit_length() - 1 if first else bits
        size = min(size, (last - first + 1).bit_length() - 1)
        yield Prefix(family, first, bits - size)
        first += 1 << size


class Books:
    """The address books: `place` finds a name in the book attached to a zone, then in the global one."""

    def __init__(self, root: Stem) -> None:
        self._books = root.at("security", "address-book")
        zones = root.at("security", "zones", "security-zone")
        self._of_zone = {zone: stem["address-book"] for zone, stem in zones.items() if "address-book" in stem}
        for book in self._books.values():
            only(book, frozenset({"address", "address-set", "attach", "description"}), "security address-book")
            self._of_zone |= dict.fromkeys(book.at("attach", "zone"), book)
        self._known: dict[tuple[str, str], Places] = {}

    def places(self, name: str, zone: str, stem: Stem) -> Places:
        """Return what a name stands for: a prefix, or a set as a group of each family; ParseError when nothing."""
        if name in _ANY:
            return _ANY[name]
        key = (zone if zone in self._of_zone else "", name)
        if key not in self._known:
            self._known[key] = self._look(name, zone, stem)
        return self._known[key]

    def _look(self, name: str, zone: str, stem: Stem) -> Places:
        for book in (self._of_zone.get(zone, NOTHING), self._books.at("global")):
            if name in book.at("address"):
                return (self._prefix(book.at("address", name), name),)
            if name in book.at("address-set"):
                return tuple(_groups(name, self._members(book, book.at("address-set", name), (name,))))
        raise wrong(stem, name, "no address book has it")

    def _prefix(self, stem: Stem, name: str) -> Prefix:
        words = [word for word in stem if word != "description"]
        value = words[0] if len(words) == 1 else ""
        value = stem["ip-prefix"].word() if value == "ip-prefix" else value
        try:
            return prefix(value)
        except ValueError as error:
            raise wrong(stem, f"address {name} {value}".strip(), "only prefixes are read") from error

    def _members(self, book: Stem, stem: Stem, above: tuple[str, ...]) -> Iterator[Prefix]:
        only(stem, frozenset({"address", "address-set", "description"}), f"address-set {above[-1]}")
        for name, at in stem.at("address").items():
            if name not in book.at("address"):
                raise wrong(at, f"address-set {above[-1]} address {name}", "the book does not have it")
            yield self._prefix(book.at("address", name), name)
        for name, at in stem.at("address-set").items():
            if name in above or name not in book.at("address-set"):
                raise wrong(at, f"address-set {above[-1]} address-set {name}", "a circle, or not in the book")
            yield from self._members(book, book.at("address-set", name), (*above, name))

    def groups(self) -> tuple[Group, ...]:
        """Return every set of the books, in the order of the text."""
        books = [*self._books.values(), *(book for book in self._of_zone.values() if book not in self._books.values())]
        return tuple(
            group
            for book in books
            for name, stem in book.at("address-set").items()
            for group in _groups(name, self._members(book, stem, (name,)))
        )


def _groups(name: str, members: Iterator[Prefix]) -> Iterator[Group]:
    prefixes = sorted(set(members), key=lambda one: (one.family, one.first, one.length))
    families: tuple[Family, ...] = (4, 6)
    for family in families:
        own = tuple(one for one in prefixes if one.family == family)
        if own:
            yield Group(name, family, own)
