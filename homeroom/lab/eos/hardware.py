"""The box: model, serial number, ports, software, all following from the record the lab was started with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

RELEASE: Final = "4.33.1F"
_BUILDS: Final = {"4.33.1F": "39879738.4331F", "4.31.5M": "38783123.4315M"}


@dataclass(frozen=True, slots=True)
class Box:
    """One device as it left the crate. `ports` are its physical interfaces; `release` decides what its API shows."""

    name: str
    address: str
    platform: str
    kind: str
    model: str
    ports: tuple[str, ...] = ()
    release: str = RELEASE

    @property
    def digest(self) -> bytes:
        """Return bytes that follow from the name alone: serial number and MAC addresses come from them."""
        return hashlib.sha256(self.name.encode()).digest()

    @property
    def serial(self) -> str:
        """Return the serial number, in Arista's form."""
        return f"JPE{2100 + self.digest[0] % 60:04d}" + "".join(f"{byte % 10}" for byte in self.digest[1:5])

    @property
    def build(self) -> str:
        """Return `internalVersion`."""
        return f"{self.release}-{_BUILDS.get(self.release, '1000000')}"

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the release as numbers: (4, 33)."""
        return tuple(int(part) for part in self.release.split(".")[:2])

    def mac(self, number: int) -> str:
        """Return the MAC address of interface `number`: aa:bb:cc:dd:ee:ff."""
        value = int.from_bytes(self.digest[5:8], "big") & 0xFFFF00 | number & 0xFF
        return ":".join(f"{byte:02x}" for byte in bytes([0x00, 0x1C, 0x73]) + value.to_bytes(3, "big"))


def speed(interface: str) -> int:
    """Return the bandwidth of an interface in bit/s, by its name."""
    return 10**9 if interface.startswith(("Ethernet", "Management", "Port-Channel")) else 0


def dotted(mac: str) -> str:
    """Print a MAC address as EOS tables do: aabb.ccdd.eeff."""
    digits = mac.replace(":", "")
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
