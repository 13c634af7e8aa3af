"""Two rules at once: what a rule of a chain matches of the packets that a jump sends there."""

from __future__ import annotations

from dataclasses import replace

from homeroom.platforms.ros.places import meet
from homeroom.policy.model import Rule, Span


def narrowed(rule: Rule, by: Rule) -> Rule | None:
    """Return a rule for the packets that also match `by`, from whose chain it is reached; None when there are none.

    ValueError when the two together are no rule.
    """
    if by.protocol not in {"ip", rule.protocol} and rule.protocol != "ip":
        return None
    source, target = meet(rule.source, by.source), meet(rule.target, by.target)
    sports, dports = _meet_ports(rule.sports, by.sports), _meet_ports(rule.dports, by.dports)
    if source is None or target is None or sports is None or dports is None:
        return None
    if rule.icmp and by.icmp and rule.icmp != by.icmp:
        raise ValueError(f"a jump for ICMP {by.icmp} to a rule for {rule.icmp}")
    if rule.window and by.window and rule.window != by.window:
        raise ValueError("a jump at some hours to a rule of others")
    return replace(
        rule,
        protocol=by.protocol if rule.protocol == "ip" else rule.protocol,
        source=source,
        target=target,
        sports=sports,
        dports=dports,
        icmp=rule.icmp or by.icmp,
        established=rule.established or by.established,
        window=rule.window or by.window,
    )


def _meet_ports(one: tuple[Span, ...], other: tuple[Span, ...]) -> tuple[Span, ...] | None:
    if not one or not other:
        return one or other
    spans = [(max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other]
    return tuple(span for span in spans if span[0] <= span[1]) or None
