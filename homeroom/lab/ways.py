"""Whether a device can be managed at all: what its configuration, and that of its site's router, let through.

A device whose running configuration cuts the way to itself is not reached any more, until its own timer takes the
configuration back or somebody corrects it by hand. What left staging and was never changed is always reached.
All devices of a site live in one process of the lab (homeroom.lab.fleet.Shards), so that nobody else has to be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.errors import HomeroomError
from homeroom.intent.model import Intent
from homeroom.lab.boxed import Connected
from homeroom.lab.clock import Later
from homeroom.lab.fleet import Record
from homeroom.lab.passage import Passage, Scene, read
from homeroom.lab.platforms import drop, emulation
from homeroom.platforms.access import Parser
from homeroom.prefix import Prefix

_AFTER: Final = 0.1
"""Seconds after which a cut ends the connections it has cut: the answer to the commit is on its way by then."""


@dataclass(frozen=True, slots=True)
class Lore:
    """What a configuration is read with.

    The intents of a site; the parser of a platform; the platforms whose routers track connections; the IPv4 networks
    that management comes from.
    """

    intents: Callable[[str], Mapping[str, Intent]]
    parser: Callable[[str], Parser]
    tracking: frozenset[str]
    noc: tuple[Prefix, ...]


class Ways:
    """The ways to the devices of one process. Read anew only when a device changed, and then when somebody comes."""

    def __init__(self, records: Iterable[Record], lore: Lore, later: Later) -> None:
        self.lore, self._later = lore, later
        self.known: Callable[[str], Connected | None] = lambda _: None
        """Gives a device that is more than a record (homeroom.lab.fleet.Fleet.known)."""
        self._records = {record.address: record for record in records}
        self._sites: dict[str, list[Record]] = {}
        for record in self._records.values():
            self._sites.setdefault(record.site, []).append(record)
        self._routers = {site: [one for one in found if one.kind == "router"] for site, found in self._sites.items()}
        self._changed: dict[str, Connected] = {}
        self._read: dict[str, tuple[int, int, Passage | None]] = {}
        self._cut: set[str] = set()
        self._planned: set[str] = set()

    def site(self, where: str) -> list[Record]:
        """Return the devices of the site of a device."""
        record = self._records.get(where)
        return [] if record is None else self._sites[record.site]

    def routers(self, where: str) -> list[Record]:
        """Return the routers of its site."""
        record = self._records.get(where)
        return [] if record is None else self._routers[record.site]

    def seen(self, where: str) -> Passage | None:
        """Return what a changed device's configuration says; None when it was never changed, or cannot be told."""
        return self.passage(self._changed[where]) if where in self._changed else None

    def watch(self, device: Connected) -> None:
        """Hear that a device has a new version."""
        where = device.address
        if not device.version:  # it has just been staged
            self._changed.pop(where, None)
            return
        self._changed[where] = device
        if where not in self._planned:
            self._planned.add(where)
            self._later(_AFTER, lambda: self._look(where))

    def lets(self, where: str, service: str) -> bool:
        """Tell whether the NOC reaches a device by one of the lab's ports."""
        record = self._records.get(where)
        if not self._changed or record is None:
            return True
        for place in dict.fromkeys((where, *(router.address for router in self.routers(where)))):
            passage = self.seen(place)
            if passage is not None and service not in passage.opened.get(record.name, (service,)):
                return False
        return True

    def at(self, where: str) -> Passage | None:
        """Return what the configuration of a device says that is more than a record, changed or not."""
        device = self.known(where)
        return None if device is None else self.passage(device)

    def passage(self, device: Connected) -> Passage | None:
        """Return what a device's running configuration says; None when it cannot be told."""
        where, version = device.address, device.version
        known = self._read.get(where)
        if known is not None and known[0] == version:
            return known[2]
        if where not in self._records:
            return None
        text = device.running
        same = known is not None and known[1] == hash(text)
        found = known[2] if known is not None and same else self.judge(self._records[where], text)
        self._read[where] = version, hash(text), found
        return found

    def judge(self, record: Record, text: str) -> Passage | None:
        """Return what a configuration would mean on a device; None when it cannot be told."""
        try:
            intents = self.lore.intents(record.site)
            behind = {name: one.management.v4 for name, one in intents.items() if not one.uplinks}
            scene = Scene(intents[record.name], behind, self.lore.noc, record.platform in self.lore.tracking)
            return read(self.lore.parser(record.platform).access(text), scene)
        except (HomeroomError, KeyError):
            return None

    def _look(self, where: str) -> None:
        """End the connections to devices whose last way has just been cut."""
        self._planned.discard(where)
        if where not in self._changed:
            return
        router = self._records[where].kind == "router"
        for record in self.site(where) if router else (self._records[where],):
            ports = emulation(record.platform).ports
            if any(self.lets(record.address, port) for port in ports):
                self._cut.discard(record.address)
            elif record.address not in self._cut:
                self._cut.add(record.address)
                device = self.known(record.address)
                if device is not None:
                    drop(device)
