"""The proof of a site's running configurations, made when a rule first asks; alike devices are proven once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from homeroom.audit.subject import Stored
from homeroom.intent.model import Intent
from homeroom.platforms.access import Parser
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.policy.model import Policy
from homeroom.programme.model import Programme
from homeroom.proof.ground import Powers
from homeroom.proof.model import Leak, SiteProof, Unknown
from homeroom.proof.nation import Nation
from homeroom.proof.place import line_of
from homeroom.proof.site import terms_of

NEVER = "no running configuration is stored; run `homeroom backup`"


class Proofs:
    """The proofs of all sites, under each policy that holds somewhere."""

    def __init__(self, programme: Programme, renderer: Renderer) -> None:
        self.programme = programme
        self.parsers: dict[str, Parser] = {name: code_for(one).parse for name, one in renderer.platforms.items()}
        self._powers = Powers.of(renderer.platforms)
        self._nations: dict[int, tuple[Policy, Nation]] = {}

    def nation(self, policy: Policy) -> Nation:
        """Return the proofs under one policy; lines are looked up for the leaks that are shown, no others."""
        known = self._nations.get(id(policy))
        if known is None:
            terms = terms_of(policy, self.programme.central, self.programme.pools)
            known = self._nations[id(policy)] = policy, Nation(terms, self.parsers, self._powers, lines=False)
        return known[1]


@dataclass(frozen=True, slots=True)
class Proven:
    """One site as it runs: `prove` and `line` of its subject."""

    proofs: Proofs
    policy: Policy
    intents: Sequence[Intent]
    running: Mapping[str, Stored | None]
    _lines: dict[tuple[str, str, int, int], int] = field(default_factory=dict[tuple[str, str, int, int], int])

    def prove(self) -> SiteProof:
        """Prove the site; a device without a stored configuration is unknown."""
        texts = {name: stored.text if stored else Unknown(name, NEVER) for name, stored in self.running.items()}
        return self.proofs.nation(self.policy).site(self.intents, texts)

    def line(self, leak: Leak) -> int:
        """Return the line of the rule that lets a leak through; 0 when no rule of a list does, or it cannot be told."""
        stored = self.running.get(leak.device)
        if not leak.family or not leak.entry or stored is None:
            return 0
        key = (leak.device, leak.list, leak.family, leak.entry)
        if key not in self._lines:
            platform = next(one.device.platform for one in self.intents if one.device.name == leak.device)
            parser = self.proofs.parsers[platform]
            self._lines[key] = line_of(parser, stored.text, leak.family, leak.list, leak.entry)
        return self._lines[key]
