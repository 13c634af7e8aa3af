"""Which platform is pushed by what; the others are answered with the reason why not, shown word for word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from homeroom.platforms.box import Box, Login
from homeroom.platforms.ios.driver import GuardedIOS
from homeroom.platforms.ios.redact import redact as redact_ios


class Session(Box, Protocol):
    """A box that can be opened and closed; closing cleans up and never raises."""

    def open(self) -> None:
        """Connect; DeviceError when that fails."""
        ...

    def close(self) -> None:
        """Remove what was left on the device, and hang up."""
        ...


@dataclass(frozen=True, slots=True)
class Driver:
    """How a platform is entered, and how secrets that are none of ours are taken out of its configurations."""

    session: Callable[[Login], Session]
    redact: Callable[[str], str]


DRIVERS: Final[Mapping[str, Driver | str]] = {
    "ios": Driver(GuardedIOS, redact_ios),
    "openwrt": "access points are not pushed yet: OpenWrt has no driver here, stage them with the rendered file",
}
"""Platform -> its driver, or the reason why it is not pushed."""


def driver_for(lineage: tuple[str, ...]) -> Driver | str:
    """Return the answer of a platform, its own or its nearest parent's."""
    found = next((DRIVERS[name] for name in lineage if name in DRIVERS), None)
    return found or f"{lineage[0]} devices are not pushed: nobody wrote a driver for them"
