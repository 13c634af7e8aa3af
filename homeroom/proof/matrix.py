"""The matrix of a proof: who was asked for, towards whom, and between whom the policy allows something."""

from __future__ import annotations

from typing import Final

from homeroom.policy.load import GROUPS
from homeroom.policy.model import WAN, Policy
from homeroom.proof.model import CENTRAL, DEVICE, INTERNET, OUTSIDE

TARGETS: Final = OUTSIDE


def sources(policy: Policy) -> tuple[str, ...]:
    """Return who sends: the roles and what comes in by the uplinks."""
    return (*policy.roles, WAN)


def targets(policy: Policy) -> tuple[str, ...]:
    """Return whom they may try to reach."""
    return (*policy.roles, *TARGETS)


def allowed(policy: Policy) -> frozenset[tuple[str, str]]:
    """Return the pairs between which the policy allows something, be it a ping or an answer that has no handshake."""
    found = {(role, DEVICE) for role in (*policy.roles, WAN)}
    for cell in policy.matrix:
        source, target = (WAN if cell.source in GROUPS else cell.source), cell.target
        found.add((source, CENTRAL if target in GROUPS else target))
        if any(policy.services[name].protocol != "tcp" for name in cell.services):
            found.add((WAN, cell.source) if target in GROUPS else (target, CENTRAL if source == WAN else source))
    for role, made in policy.roles.items():
        if made.profile:
            found |= {(role, INTERNET), (role, CENTRAL), (WAN, role)}
    return frozenset(found)
