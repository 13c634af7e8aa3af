"""The addresses that rules name beside a site's own: what is internal, and the fixed ones of DHCP and discovery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeroom.policy.model import Family, Group, Policy
from homeroom.prefix import Prefix

_parse = Prefix.parse
BROADCAST: Final = _parse("255.255.255.255/32")
LINK_LOCAL: Final = _parse("fe80::/10")
LINK_MULTICAST: Final = _parse("ff02::/16")
ALL_ROUTERS: Final = _parse("ff02::2/128")
ALL_DHCP: Final = _parse("ff02::1:2/128")
PRIVATE: Final[Mapping[Family, tuple[Prefix, ...]]] = {
    4: tuple(map(_parse, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))),
    6: (_parse("fc00::/7"), LINK_LOCAL),
}
"""What no role reaches unless the matrix says so; the programme's own pools are added. A link's own addresses are here
because a router answers on one in every network."""

BOGUS: Final[Mapping[Family, tuple[Prefix, ...]]] = {
    4: tuple(map(_parse, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                          "192.168.0.0/16", "224.0.0.0/3"))),
    6: tuple(map(_parse, ("::/16", "fc00::/7", "fe80::/10", "ff00::/8"))),
}  # fmt: skip
"""Senders that no packet from the Internet has (RFC 6890). Left out are the prefixes of documentation, which examples
use, and 64:ff9b::/96, which NAT64 answers from."""


def gateway(role: str) -> str:
    """Name the place that is a role's gateway."""
    return f"{role}/gateway"


def group(policy: Policy, name: str, family: Family) -> Group | None:
    """Return an endpoint group's addresses of one family; None when it has none."""
    prefixes = tuple(_joined([prefix for prefix in policy.endpoints[name] if prefix.family == family]))
    return Group(f"{name.upper()}{'' if family == 4 else '6'}", family, prefixes) if prefixes else None


def internal(family: Family, pools: tuple[Prefix, ...]) -> tuple[Prefix, ...]:
    """Return what is internal, as few prefixes as possible, the private ones first."""
    private = PRIVATE[family]
    others = [p for p in pools if p.family == family and not any(known.contains(p) for known in private)]
    return private + tuple(_joined(others))


def bogus(family: Family, pools: tuple[Prefix, ...]) -> tuple[Prefix, ...]:
    """Return the senders that may not come in by an uplink: what nobody has, and the programme's own."""
    own = [p for p in pools if p.family == family and not any(known.contains(p) for known in BOGUS[family])]
    return BOGUS[family] + tuple(_joined(own))


def _joined(prefixes: list[Prefix]) -> list[Prefix]:
    """Join neighbours that make one prefix, and drop what another contains."""
    out: list[Prefix] = []
    for prefix in sorted(prefixes, key=lambda p: (p.first, p.length)):
        if out and out[-1].contains(prefix):
            continue
        out.append(prefix)
        while len(out) > 1 and out[-2].length == out[-1].length and out[-2].last + 1 == out[-1].first:
            whole = Prefix(prefix.family, out[-2].first & ~(out[-1].last - out[-1].first + 1), out[-1].length - 1)
            if whole.first != out[-2].first:
                break
            out[-2:] = [whole]
    return out
