"""Which platform is pushed by what; the others are answered with the reason why not, shown word for word.

Where a platform has several transports, `data: {transport: NAME}` in its group (inventory/groups.yaml), or on a
single device (hosts.yaml), chooses one: for ios `napalm` (the default) or `fast`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from homeroom.errors import UsageError
from homeroom.platforms.ability import Ability
from homeroom.platforms.box import Box, Login
from homeroom.platforms.eos.driver import ABILITY as EOS
from homeroom.platforms.eos.driver import GuardedEOS
from homeroom.platforms.eos.redact import redact as redact_eos
from homeroom.platforms.ios.driver import ABILITY as IOS
from homeroom.platforms.ios.driver import GuardedIOS
from homeroom.platforms.ios.fast import FastIOS
from homeroom.platforms.ios.redact import redact as redact_ios
from homeroom.platforms.junos.driver import ABILITY as JUNOS
from homeroom.platforms.junos.driver import GuardedJunos
from homeroom.platforms.junos.redact import redact as redact_junos
from homeroom.platforms.openwrt.driver import ABILITY as OPENWRT
from homeroom.platforms.openwrt.driver import OpenWrt
from homeroom.platforms.openwrt.redact import redact as redact_openwrt
from homeroom.platforms.ros.driver import ABILITY as ROS
from homeroom.platforms.ros.driver import RosDriver
from homeroom.platforms.ros.redact import redact as redact_ros
from homeroom.redaction import Mark


class Session(Box, Protocol):
    """A box that can be opened and closed; closing cleans up and never raises."""

    def open(self) -> None:
        """Connect; DeviceError when that fails."""
        ...

    def close(self) -> None:
        """Remove what was left on the device, and hang up."""
        ...


Enter = Callable[[Login], Session]


@dataclass(frozen=True, slots=True)
class Driver:
    """How a platform is entered, and how secrets that are none of ours are taken out of its configurations.

    `port`: the name of the port it is entered by. `transports`: other ways to enter it, by the name that chooses them.
    """

    session: Enter
    redact: Callable[[str, Mark], str]
    ability: Ability
    port: str = "ssh"
    transports: Mapping[str, Enter] = field(default_factory=dict[str, Enter])

    def over(self, transport: object) -> Enter:
        """Return how to enter by a transport (None: the usual way); UsageError names those there are."""
        if transport is None:
            return self.session
        if isinstance(transport, str) and transport in self.transports:
            return self.transports[transport]
        known = ", ".join(self.transports) or "none to choose from"
        raise UsageError(f"inventory: there is no transport {transport!r}; transports of this platform: {known}")


DRIVERS: Final[Mapping[str, Driver | str]] = {
    "ios": Driver(GuardedIOS, redact_ios, IOS, transports={"napalm": GuardedIOS, "fast": FastIOS}),
    "openwrt": Driver(OpenWrt, redact_openwrt, OPENWRT),
    "ros": Driver(RosDriver, redact_ros, ROS, port="api-ssl"),
    "junos": Driver(GuardedJunos, redact_junos, JUNOS, port="netconf"),
    "eos": Driver(GuardedEOS, redact_eos, EOS, port="https"),
}
"""Platform -> its driver, or the reason why it is not pushed."""


def driver_for(lineage: tuple[str, ...]) -> Driver | str:
    """Return the answer of a platform, its own or its nearest parent's."""
    found = next((DRIVERS[name] for name in lineage if name in DRIVERS), None)
    return found or f"{lineage[0]} devices are not pushed: nobody wrote a driver for them"
