"""The box: model, serial number, ports, software, all following from the record the lab was started with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

VERSION: Final = "17.9.4a"
VERSION_LONG: Final = "17.09.04a"
_SPEEDS: Final = {"Fast": 10**8, "Gigabit": 10**9, "Two": 25 * 10**8, "Five": 5 * 10**9, "Ten": 10**10}
_MORE_SPEEDS: Final = {"TwentyFive": 25 * 10**9, "Forty": 4 * 10**10, "Hundred": 10**11}
_IMAGES: Final = {
    "router": "c1100-universalk9",
    "switch": "cat9k_lite_iosxe",
    "wlc": "C9800-L-universalk9_wlc",
}
_PRODUCTS: Final = {
    "router": "ISR Software (ARMV8EL_LINUX_IOSD-UNIVERSALK9-M)",
    "switch": "Catalyst L3 Switch Software (CAT9K_LITE_IOSXE)",
    "wlc": "C9800 Software (C9800_IOSXE-K9)",
}


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
        """Return the serial number, in Cisco's form."""
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
        return f"FCW{2000 + self.digest[0] * 10 % 700:04d}" + "".join(letters[b % 34] for b in self.digest[1:5])

    def mac(self, number: int) -> str:
        """Return the MAC address of interface `number`: aa:bb:cc:dd:ee:ff."""
        value = int.from_bytes(self.digest[5:8], "big") & 0xFFFF00 | number & 0xFF
        return ":".join(f"{b:02x}" for b in bytes([0x7C, 0xAD, 0x74]) + value.to_bytes(3, "big"))

    @property
    def switch(self) -> bool:
        """Tell whether it is a Catalyst switch rather than a router."""
        return self.kind == "switch"

    @property
    def unnamed(self) -> str:
        """Return the host name of a box that was given none."""
        return {"switch": "Switch", "wlc": "WLC"}.get(self.kind, "Router")

    @property
    def disk(self) -> str:
        """Return the name of the file system that `dir` shows."""
        return "flash:" if self.switch else "bootflash:"

    @property
    def image(self) -> str:
        """Return the file it booted."""
        stem = _IMAGES.get(self.kind, _IMAGES["router"])
        return f"{self.disk}{stem}.{VERSION_LONG}.SPA.bin"

    @property
    def software(self) -> str:
        """Return the line that names the software, as `show version` and sysDescr have it."""
        product = _PRODUCTS.get(self.kind, _PRODUCTS["router"])
        return f"Cisco IOS Software [Cupertino], {product}, Version {VERSION}, RELEASE SOFTWARE (fc3)"


def speed(interface: str) -> int:
    """Return the bandwidth of an interface in bit/s, by its name."""
    for start, bits in (_MORE_SPEEDS | _SPEEDS).items():
        if interface.startswith(start):
            return bits
    return 8 * 10**9 if interface.startswith("Loopback") else 10**9


def cisco_mac(mac: str) -> str:
    """Print a MAC address as IOS does: aabb.ccdd.eeff."""
    digits = mac.replace(":", "")
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
