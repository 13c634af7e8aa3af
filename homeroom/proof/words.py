"""A rule as text, the same on every platform."""

from __future__ import annotations

from homeroom.policy.model import Place, Rule, Span
from homeroom.prefix import Prefix


def rule(one: Rule) -> str:
    """Print a rule: `permit udp any any eq 67`."""
    words = [
        one.action,
        one.protocol,
        _place(one.source),
        _ports(one.sports),
        _place(one.target),
        _ports(one.dports),
        one.icmp,
        "established" if one.established else "",
        f"during {one.window}" if one.window else "",
    ]
    return " ".join(word for word in words if word)


def _place(place: Place) -> str:
    if not isinstance(place, Prefix):
        return place.name
    if place.is_any:
        return "any"
    return place.network if place.is_host else place.cidr


def _ports(spans: tuple[Span, ...]) -> str:
    if not spans:
        return ""
    return "eq " + ",".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)
