"""The emulated devices by address: a record each until somebody talks to it."""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from homeroom.errors import LabError
from homeroom.lab.boxed import Connected

FIRST = 0x7F010000
"""127.1.0.0: device number 1 is 127.1.0.1. 127.0.0.1 stays the machine's own."""
RUNS = 128
"""In how many runs of sites a lab of several processes is parted, at most: the kernel looks through them."""
KEPT = 8192
"""How many devices that are only looked at a lab keeps in all: some hundred megabytes."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a device before it is touched."""

    name: str
    address: str
    platform: str
    kind: str
    model: str
    site: str = ""


def address(number: int) -> str:
    """Return the lab address of device `number`."""
    value = FIRST + number
    if not 0 < number < 0xFEFFFF:
        raise LabError(f"device number {number} has no address in 127.0.0.0/8: emulate fewer sites")
    return ".".join(str(octet) for octet in value.to_bytes(4, "big"))


@dataclass(frozen=True, slots=True)
class Shards:
    """Which of `count` processes has a device; the kernel decides in the same way (homeroom.lab.sockets).

    A site is never parted: runs of neighbouring sites go to the processes in turn. `starts`: a run's first address.
    """

    starts: tuple[int, ...] = (0,)
    count: int = 1

    @classmethod
    def among(cls, records: Iterable[Record], count: int) -> Shards:
        """Part the devices, which come site by site, in runs of much the same length."""
        placed = sorted((int(ipaddress.IPv4Address(one.address)), one.site) for one in records)
        length = max(1, -(-len(placed) // RUNS))
        starts, first = [0], 0
        for number in range(1, len(placed)):
            site = placed[number][1]
            if number - first >= length and (not site or site != placed[number - 1][1]):
                starts.append(placed[number][0])
                first = number
        return cls(tuple(starts), count)

    def of(self, where: str) -> int:
        """Return the number of the process that has the device at an address."""
        return (bisect_right(self.starts, int(ipaddress.IPv4Address(where))) - 1) % self.count


class Fleet:
    """All devices of a lab. `make` builds one from its record, on first touch.

    Who only looks (`find`) may meet a device made anew: of those that nobody ever entered, the last `kept` are kept,
    and whoever `forgotten` names is told of the others. A device that somebody entered stays.
    """

    def __init__(self, records: Iterable[Record], make: Callable[[Record], Connected], kept: int = KEPT) -> None:
        self._make, self._most = make, kept
        self.records = {record.address: record for record in records}
        self.forgotten: Callable[[str], None] = lambda _: None
        self._names: dict[str, str] = {}
        self._seen: OrderedDict[str, Connected] = OrderedDict()
        self._entered: dict[str, Connected] = {}

    def find(self, where: str) -> Connected | None:
        """Return the device at an address, to look at; None when there is none."""
        found = self.known(where)
        if found is not None:
            return found
        record = self.records.get(where)
        if record is None:
            return None
        made = self._seen[where] = self._make(record)
        while len(self._seen) > self._most:
            self.forgotten(self._seen.popitem(last=False)[0])
        return made

    def known(self, where: str) -> Connected | None:
        """Return the device at an address if it was made already."""
        return self._entered.get(where) or self._seen.get(where)

    def enter(self, where: str) -> Connected | None:
        """Return the device at an address, to change it; None when there is none."""
        found = self.find(where)
        if found is not None and where not in self._entered:
            self._entered[where] = found
            self._seen.pop(where, None)
        return found

    def addresses(self, name: str) -> Sequence[str]:
        """Return where a device is, by its name; or where all devices of a site are, by the code they share."""
        if not self._names:
            self._names = {record.name: record.address for record in self.records.values()}
        if name in self._names:
            return (self._names[name],)
        return [where for known, where in self._names.items() if known.rpartition("-")[0] == name]

    def named(self, name: str) -> Connected:
        """Return a device by its name."""
        device = next((self.enter(where) for where in self.addresses(name) if self.records[where].name == name), None)
        if device is None:
            raise LabError(f"the lab has no device called {name}; `homeroom lab status` lists them")
        return device

    def all_named(self, name: str) -> Sequence[Connected]:
        """Return a device, or all devices of a site."""
        found = [device for where in self.addresses(name) if (device := self.enter(where)) is not None]
        if not found:
            raise LabError(f"the lab has no device or school called {name}; `homeroom lab status` lists them")
        return found

    @property
    def entered(self) -> Iterable[Connected]:
        """Return the devices that somebody entered, or changed from outside."""
        return self._entered.values()

    @property
    def touched(self) -> int:
        """Return how many devices are more than a record."""
        return len(self._entered) + len(self._seen)
