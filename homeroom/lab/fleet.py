"""The emulated devices by address: a record each until somebody talks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from homeroom.errors import LabError
from homeroom.lab.emulated import Emulated
from homeroom.lab.ios.device import IosDevice

FIRST = 0x7F010000
"""127.1.0.0: device number 1 is 127.1.0.1. 127.0.0.1 stays the machine's own."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a device before it is touched."""

    name: str
    address: str
    platform: str
    kind: str
    model: str


def address(number: int) -> str:
    """Return the lab address of device `number`."""
    value = FIRST + number
    if not 0 < number < 0xFEFFFF:
        raise LabError(f"device number {number} has no address in 127.0.0.0/8: emulate fewer sites")
    return ".".join(str(octet) for octet in value.to_bytes(4, "big"))


class Fleet:
    """All devices of a lab. `make` builds one from its record, on first touch."""

    def __init__(self, records: Iterable[Record], make: Callable[[Record], Emulated]) -> None:
        self._make = make
        self.records = {record.address: record for record in records}
        self._names = {record.name: record.address for record in self.records.values()}
        self._devices: dict[str, Emulated] = {}

    def find(self, where: str) -> Emulated | None:
        """Return the device at an address; None when there is none."""
        found = self._devices.get(where)
        if found is None and (record := self.records.get(where)) is not None:
            found = self._devices[where] = self._make(record)
        return found

    def ssh(self, where: str) -> IosDevice | None:
        """Return the device at an address if it has SSH; None otherwise."""
        record = self.records.get(where)
        device = self.find(where) if record is not None and record.platform == "ios" else None
        return device if isinstance(device, IosDevice) else None

    def named(self, name: str) -> Emulated:
        """Return a device by its name."""
        device = self.find(self._names.get(name, ""))
        if device is None:
            raise LabError(f"the lab has no device called {name}; `homeroom lab status` lists them")
        return device

    @property
    def touched(self) -> int:
        """Return how many devices somebody talked to."""
        return len(self._devices)
