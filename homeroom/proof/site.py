"""The proof of one site, cold: everything that its devices let through, held against the policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from homeroom.intent.model import Intent
from homeroom.platforms.access import Access
from homeroom.policy.model import Family, Policy
from homeroom.prefix import Prefix
from homeroom.programme.model import Central
from homeroom.proof.allowed import Terms
from homeroom.proof.findings import Oddities
from homeroom.proof.ground import FAMILIES, Box, Ground, Powers, hollow
from homeroom.proof.layer2 import Wires
from homeroom.proof.model import Finding, Leak, SiteProof, Unknown
from homeroom.proof.walk import Walk

_NONE: Final = Powers()


@dataclass(frozen=True, slots=True)
class BoxProof:
    """What was found on one device."""

    leaks: tuple[Leak, ...]
    findings: tuple[Finding, ...]


def terms_of(policy: Policy, central: Central, pools: Sequence[Prefix]) -> Mapping[Family, Terms]:
    """Return what is the same for every site under a policy; `pools` are the programme's own addresses."""
    return {family: Terms(policy, central, tuple(pools), family) for family in FAMILIES}


def prove_site(
    intents: Sequence[Intent],
    accesses: Mapping[str, Access | Unknown],
    terms: Mapping[Family, Terms],
    powers: Powers = _NONE,
) -> SiteProof:
    """Prove a site. `accesses`: what each device's text says, by name; one that is missing is unknown.

    `powers` says what the devices' platforms can do.
    """
    ground = Ground.of(intents)
    boxes: list[Box] = []
    unknown: list[Unknown] = []
    for intent in intents:
        name = intent.device.name
        found = accesses.get(name) or Unknown(name, "no configuration of it is there")
        if isinstance(found, Access):
            box = powers.box(intent, found)
            lacking = hollow(box)
            boxes += [] if lacking else [box]
            found = Unknown(name, lacking) if lacking else found
        if isinstance(found, Unknown):
            unknown.append(replace(found, site=ground.site))
    walk, wires = Walk(ground, boxes, terms), Wires(ground, boxes, terms[4].policy)
    return assemble(ground, [of_box(walk, wires, box) for box in boxes], wires, tuple(unknown))


def of_box(walk: Walk, wires: Wires, box: Box) -> BoxProof:
    """Prove what enters the site by one device."""
    oddities = Oddities(walk, box)
    leaks = (*walk.leaks(box), *oddities.leaks(), *wires.leaks(box))
    return BoxProof(leaks, (*oddities.findings(), *wires.findings(box)))


def assemble(ground: Ground, proofs: Sequence[BoxProof], wires: Wires, unknown: tuple[Unknown, ...]) -> SiteProof:
    """Put the devices' proofs together, and add what only two of them show."""
    links = list(wires.links())
    leaks = [leak for proof in proofs for leak in proof.leaks] + [one for one in links if isinstance(one, Leak)]
    findings = [one for proof in proofs for one in proof.findings] + [one for one in links if isinstance(one, Finding)]
    return SiteProof(ground.site, ground.roles, tuple(leaks), tuple(findings), unknown)
