"""What a proof says: leaks with their packet, findings that are none yet, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from homeroom.policy.regions import Region

DEVICE: Final = "device"
"""As a target: the addresses of the device itself, and what every device on the wire hears."""
CENTRAL: Final = "central"
"""The NOC, the resolvers and the other central services."""
ELSEWHERE: Final = "elsewhere"
"""What is internal but neither this site's nor central: other schools."""
INTERNET: Final = "internet"
OUTSIDE: Final = (DEVICE, CENTRAL, ELSEWHERE, INTERNET)
"""The targets beside the roles."""
NOBODY: Final = "nobody"
"""As a source: whoever plugs into a port, or joins a network, that the plan gives to no role."""

Concern: TypeAlias = Literal[
    "dead rule",
    "undefined list",
    "unused list",
    "misplaced list",
    "no list",
    "families differ",
    "not let through",
    "redirect missing",
    "window differs",
    "link differs",
    "vlan name",
    "ssid missing",
]


@dataclass(frozen=True, slots=True)
class Leak:
    """One packet that gets through though the policy does not allow it, and what let it.

    `rule` is the text of the deciding rule, `entry` its number in `list` from 1 (0: no rule of a list decided), `line`
    its line in the configuration (0: not known). `family` is 0 for a frame. `during` names the windows in force.
    """

    site: str
    source: str
    target: str
    packet: str
    device: str
    interface: str
    rule: str
    family: Literal[0, 4, 6] = 0
    list: str = ""
    entry: int = 0
    line: int = 0
    during: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    """The devices that passed the packet on before this one."""
    regions: tuple[Region, ...] = field(default=(), compare=False)
    """All the packets that get through alike, of which `packet` is one; empty for frames: whatever is sent."""

    def document(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "site": self.site,
            "from": self.source,
            "to": self.target,
            "packet": self.packet,
            "device": self.device,
            "rule": self.rule,
            "interface": self.interface,
            "family": self.family,
            "list": self.list,
            "entry": self.entry,
            "line": self.line,
            "during": list(self.during),
            "via": list(self.via),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd about a device but lets no packet through by itself."""

    device: str
    concern: Concern
    where: str
    """The list, interface or network."""
    text: str

    def document(self) -> dict[str, str]:
        """Return what `--json` prints."""
        return {"device": self.device, "concern": self.concern, "where": self.where, "text": self.text}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A device of which nothing is proven, and why. `line`: the line that was not understood; 0 when it is no line."""

    device: str
    reason: str
    line: int = 0
    site: str = ""
    failed: bool = False
    """The configuration could not even be had."""

    def document(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {"device": self.device, "line": self.line, "reason": self.reason, "site": self.site}


@dataclass(frozen=True, slots=True)
class SiteProof:
    """What is known of a site. Nothing is proven of it while a device is unknown."""

    site: str
    roles: tuple[str, ...]
    leaks: tuple[Leak, ...] = ()
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def pairs(self) -> int:
        """Return how many ordered pairs were asked for: roles, the uplinks, and the targets beside the roles."""
        return pairs(len(self.roles))

    @property
    def proven(self) -> bool:
        """Tell whether every pair is as the policy says."""
        return not self.leaks and not self.unknown


def pairs(roles: int) -> int:
    """Return how many ordered pairs there are: each role and the uplinks towards every other and beside the roles."""
    return roles * (roles - 1) + roles + (roles + 1) * len(OUTSIDE)
