"""What one policy means for every site it holds at, made once: sites without overrides share one variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.intent.cabling import PARKING
from homeroom.intent.model import Admission, QosClass, Wlan
from homeroom.policy.compile import Compiler
from homeroom.policy.load import MANAGEMENT
from homeroom.policy.model import AccessList, Line, Policy, Window
from homeroom.prefix import Prefix
from homeroom.programme.model import Programme
from homeroom.secret import SecretRef

RADIUS: Final = SecretRef("radius")


class Variant:
    """A policy as it holds at some sites, with everything that follows from it alone."""

    def __init__(self, policy: Policy, programme: Programme) -> None:
        central = programme.central
        self.policy = policy
        self.roles = policy.roles
        self.vlans = {name: role.vlan for name, role in policy.roles.items()}
        self.access = Compiler(policy, central, programme.pools)
        self.wlans = tuple(_wlans(policy, central.radius))
        self.admission = _admission(policy, central.radius)
        self.resolvers = {name: _resolvers(central.resolvers, role.profile) for name, role in policy.roles.items()}
        bridged = {role for wlan in self.wlans for role in wlan.roles} | {MANAGEMENT}
        self.bridged = tuple(role for role in self.roles if role in bridged)
        every = tuple(sorted(self.vlans.values()))
        wireless = tuple(sorted(self.vlans[role] for role in self.bridged))
        self.carried = {"switch": every, "ap": wireless, "wlc": wireless}
        self._qos: dict[Line, tuple[QosClass, ...]] = {}

    def qos(self, line: Line) -> tuple[QosClass, ...]:
        """Return the traffic classes of a line of this class, in the policy's order."""
        if line not in self._qos:
            self._qos[line] = tuple(_classes(self.policy, line))
        return self._qos[line]

    def windows(self, access: tuple[AccessList, ...]) -> Mapping[str, Window]:
        """Return the windows that lists name, in the policy's order."""
        named = {rule.window for one in access for rule in one.rules}
        return {name: window for name, window in self.policy.windows.items() if name in named}


def _classes(policy: Policy, line: Line) -> Iterator[QosClass]:
    least = tuple(policy.traffic)[-1] if policy.traffic else ""
    for name, made in policy.traffic.items():
        roles = tuple(role for role, one in policy.roles.items() if (one.traffic or least) == name)
        yield QosClass(name, made.dscp, made.share[line], made.limit.get(line, 100), roles)


def _admission(policy: Policy, radius: tuple[str, ...]) -> Admission | None:
    if not radius:
        return None
    vlan = policy.roles[policy.fallback].vlan if policy.fallback else PARKING
    return Admission(radius, RADIUS, policy.fallback, vlan)


def _resolvers(resolvers: Mapping[str, tuple[str, ...]], profile: str) -> tuple[str, str]:
    """Return a profile's first IPv4 and IPv6 resolver; empty where there is none."""
    addresses = resolvers[profile] if profile else ()
    v4 = next((address for address in addresses if Prefix.parse(address).family == 4), "")
    return v4, next((address for address in addresses if Prefix.parse(address).family == 6), "")


def _wlans(policy: Policy, radius: tuple[str, ...]) -> Iterator[Wlan]:
    """Yield one WLAN an SSID. Whoever RADIUS names no VLAN for gets the SSID's first role, the least trusted."""
    ssids = dict.fromkeys(role.ssid for role in policy.roles.values() if role.ssid)
    for ssid in ssids:
        members = {name: role for name, role in policy.roles.items() if role.ssid == ssid}
        first, role = next(iter(members.items()))
        yield Wlan(
            ssid=ssid,
            security=role.security,
            role=first,
            vlan=role.vlan,
            roles=tuple(members),
            isolate=any(member.isolate for member in members.values()),
            radius=radius if role.security == "enterprise" else (),
            radius_secret=RADIUS,
        )
