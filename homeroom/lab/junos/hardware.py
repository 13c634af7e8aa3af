"""The box: model, serial number, ports, software, all following from the record the lab was started with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

VERSION: Final = "22.4R3.25"
RELEASE: Final = "22.4R3"
_SPEEDS: Final = {"ge-": 10**9, "mge-": 25 * 10**8, "xe-": 10**10, "et-": 10**11}


@dataclass(frozen=True, slots=True)
class Box:
    """One device as it left the crate. `ports` are its physical interfaces in the vendor's order."""

    name: str
    address: str
    platform: str
    kind: str
    model: str
    ports: tuple[str, ...] = ()

    @property
    def digest(self) -> bytes:
        """Return bytes that follow from the name alone: serial number and MAC addresses come from them."""
        return hashlib.sha256(self.name.encode()).digest()

    @property
    def serial(self) -> str:
        """Return the serial number, in Juniper's form: two letters and ten digits."""
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        number = int.from_bytes(self.digest[2:7], "big") % 10**10
        return f"{letters[self.digest[0] % 24]}{letters[self.digest[1] % 24]}{number:010d}"

    def mac(self, number: int) -> str:
        """Return the MAC address of interface `number`: aa:bb:cc:dd:ee:ff."""
        value = int.from_bytes(self.digest[5:8], "big") & 0xFFFF00 | number & 0xFF
        return ":".join(f"{b:02x}" for b in bytes([0x4C, 0x96, 0x14]) + value.to_bytes(3, "big"))

    @property
    def switch(self) -> bool:
        """Tell whether it is an EX switch rather than an SRX router."""
        return self.kind == "switch"

    @property
    def product(self) -> str:
        """Return the model as Junos prints it: in small letters."""
        return self.model.lower()

    @property
    def description(self) -> str:
        """Return the inventory's name for the chassis."""
        return f"{self.model.upper()} {'Ethernet Switch' if self.switch else 'Services Gateway'}"


def speed(interface: str) -> int:
    """Return the bandwidth of an interface in bit/s, by its name."""
    return next((bits for start, bits in _SPEEDS.items() if interface.startswith(start)), 10**9)
