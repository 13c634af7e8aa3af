"""What answers an emulated device when it asks beyond itself: its site, its provider, the central services.

One truth for every platform's `ping` and `nslookup`. A central service answers at the addresses the programme gave
when the lab was started, and at any other address of their networks (/24, /64) that is no other service's; anywhere
else nothing answers, until `homeroom lab service` says so.
"""

from __future__ import annotations

from typing import Final, Protocol

from homeroom.lab.emulated import Emulated


class Beyond(Protocol):
    """Asked by the platforms' sessions; both return at once."""

    def echoes(self, device: Emulated, address: str) -> bool:
        """Tell whether `address` answers an ICMP or ICMPv6 echo of `device`."""
        ...

    def resolves(self, device: Emulated, server: str) -> bool:
        """Tell whether a DNS server answers `device` at `server`."""
        ...


class Open:
    """What a device without a lab has around it: all answers, as far as its own faults let it."""

    def echoes(self, device: Emulated, address: str) -> bool:
        """Answer from everywhere."""
        del address
        return not device.faults.standing("uplink_down")

    def resolves(self, device: Emulated, server: str) -> bool:
        """Answer from everywhere."""
        return self.echoes(device, server) and not device.faults.standing("dns_dead")


OPEN: Final = Open()
