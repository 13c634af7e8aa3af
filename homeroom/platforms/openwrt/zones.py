"""Zones of /etc/config/firewall: which interfaces they hold, and what holds where no rule decides.

Source: https://openwrt.org/docs/guide-user/firewall/firewall_configuration (Defaults, Zones).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.platforms.openwrt.network import Net, Network
from homeroom.platforms.openwrt.sections import Section
from homeroom.policy.model import Action

Side: TypeAlias = Literal["local", "through"]
ACTIONS: Final[Mapping[str, Action]] = {"accept": "permit", "reject": "reject", "drop": "deny"}
_POLICIES: Final[Mapping[Side, str]] = {"local": "input", "through": "forward"}
_ZONE: Final = frozenset(
    {
        *("enabled", "name", "network", "device", "input", "output", "forward", "log", "log_limit", "counter"),
        *("masq", "masq6", "masq_src", "masq_dest", "masq_allow_invalid", "mtu_fix", "auto_helper"),
    }
)
_DEFAULTS: Final = frozenset(
    {
        *("input", "output", "forward", "drop_invalid", "syn_flood", "synflood_protect", "synflood_rate"),
        *("synflood_burst", "tcp_reject_code", "any_reject_code", "tcp_syncookies", "tcp_ecn", "tcp_window_scaling"),
        *("accept_redirects", "accept_source_route", "auto_helper", "flow_offloading", "flow_offloading_hw"),
        *("auto_includes", "custom_chains", "disable_ipv6"),
    }
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone that is on; `nets` are those of its networks that are up."""

    name: str
    nets: tuple[Net, ...]
    policies: Mapping[Side, Action]
    log: bool

    @property
    def devices(self) -> tuple[str, ...]:
        """Return its interfaces."""
        return tuple(dict.fromkeys(net.device for net in self.nets))


def defaults(found: list[Section]) -> Mapping[Side, Action]:
    """Read the one section of defaults; without it firewall4 drops."""
    for section in found[1:]:
        raise section.wrong("defaults", "stands a second time")
    for section in found:
        section.only(_DEFAULTS)
        return {side: _policy(section, key, "deny") for side, key in _POLICIES.items()}
    return dict.fromkeys(_POLICIES, "deny")


def zones(found: list[Section], default: Mapping[Side, Action], network: Network) -> Mapping[str, Zone]:
    """Read the zones; ParseError when an interface is in two, for then their order decides."""
    made: dict[str, Zone] = {}
    seen: dict[str, str] = {}
    for section in found:
        zone = _zone(section, default, network)
        if zone.name in made:
            raise section.wrong("name", f"a zone is called '{zone.name}' already")
        made[zone.name] = zone
        for device in zone.devices:
            if seen.setdefault(device, zone.name) != zone.name:
                raise section.wrong("network", f"{device} is in zone '{seen[device]}' too")
    return made


def _zone(section: Section, default: Mapping[Side, Action], network: Network) -> Zone:
    section.only(_ZONE)
    for key in ("network", "device"):
        if any(word.startswith("!") or word.endswith("+") for word in section.many(key)):
            raise section.wrong(key, "negations and patterns are not understood")
    nets = [network.nets[word] for word in section.many("network") if word in network.nets]
    known = {net.device: net for net in network.nets.values()}
    nets += [known.get(word) or Net(word, word, 0, (), (), dynamic=True) for word in section.many("device")]
    policies: dict[Side, Action] = {side: _policy(section, key, default[side]) for side, key in _POLICIES.items()}
    return Zone(section.one("name"), tuple(nets), policies, log=section.one("log", "0") != "0")


def _policy(section: Section, key: str, missing: Action) -> Action:
    said = section.one(key).lower()
    if said and said not in ACTIONS:
        raise section.wrong(key, f"'{said}' is no policy")
    return ACTIONS[said] if said else missing
