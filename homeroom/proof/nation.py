"""Site after site: a device whose text has a shape already proven is not proven again."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from homeroom.errors import HomeroomError
from homeroom.intent.model import Intent
from homeroom.platforms.access import Access, Parser
from homeroom.policy.model import Family
from homeroom.proof.allowed import Terms
from homeroom.proof.ground import Box, Ground, Powers, hollow
from homeroom.proof.layer2 import Wires
from homeroom.proof.model import Leak, SiteProof, Unknown
from homeroom.proof.place import line_of
from homeroom.proof.relation import Relation, Signature, constants, movable, named
from homeroom.proof.shape import Block, Estate, Shape, moved
from homeroom.proof.site import BoxProof, assemble, of_box
from homeroom.proof.walk import Walk

_LINE: Final = re.compile(r"(?:^|\W)line (\d+)\b")
_NONE: Final = Powers()
KEPT: Final = 32
"""Shapes kept of one kind of device: where texts differ more, remembering does not pay."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A device that was proven: its shape, what it said, and how its site lay."""

    shape: Shape
    access: Access
    proof: BoxProof
    blocks: Mapping[str, Block]
    relation: Relation
    signature: Signature

    def fits(self, text: str, blocks: Mapping[str, Block], name: str) -> bool:
        """Tell whether another device has the shape, and its site lies as this one's."""
        return self.shape.fits(text, blocks, name) and self.signature == self.relation.signature(blocks)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A device of the site in hand. `recalled`: what it says is known from another of the same shape."""

    box: Box
    text: str
    proof: BoxProof
    recalled: bool = False


class Nation:
    """Proves sites under one policy. `parsers`: platform -> parser; `powers`: what platforms can do.

    `lines`: look up on which line of its text a rule that leaks stands, which costs more than the proof.

    `keeps`: of how many devices the last proof is kept, for as long as their text stays the same.
    """

    def __init__(
        self,
        terms: Mapping[Family, Terms],
        parsers: Mapping[str, Parser],
        powers: Powers = _NONE,
        *,
        remember: bool = True,
        keeps: int = 0,
        lines: bool = True,
    ) -> None:
        self.terms = terms
        self.parsers = parsers
        self.powers = powers
        self.remember = remember
        self.lines = lines
        self.cold = 0
        """Devices that were proven, not remembered."""
        self._fixed = list(constants(terms))
        self._memory: dict[tuple[object, ...], list[_Known]] = {}
        self._keeps = keeps
        self._last: OrderedDict[str, _Seen] = OrderedDict()

    def site(self, intents: Sequence[Intent], texts: Mapping[str, str | Unknown]) -> SiteProof:
        """Prove a site from its devices' configurations, by name. What is missing or not understood is unknown."""
        ground = Ground.of(intents)
        estate = Estate.of(ground, intents)
        unknown: list[Unknown] = []
        seen: list[_Seen] = []
        for intent in intents:
            name = intent.device.name
            text = texts.get(name) or Unknown(name, "no configuration of it is there")
            found = text if isinstance(text, Unknown) else self._again(ground, intent, text, estate)
            if isinstance(found, Unknown):
                unknown.append(replace(found, site=ground.site))
            else:
                seen.append(found)
        if sum(one.box.access.routes_between for one in seen) > 1:
            seen = self._together(ground, seen)
        wires = Wires(ground, [one.box for one in seen], self.terms[4].policy)
        proof = assemble(ground, [one.proof for one in seen], wires, tuple(unknown))
        if not (proof.leaks and self.lines):
            return proof
        return replace(proof, leaks=tuple(self._placed(leak, seen) for leak in proof.leaks))

    def _again(self, ground: Ground, intent: Intent, text: str, estate: Estate) -> _Seen | Unknown:
        """Return what was found last of a device that still has the same text."""
        name = intent.device.name
        last = self._last.pop(name, None)
        found = last if last and last.text == text else self._look(ground, intent, text, estate, last)
        if self._keeps and isinstance(found, _Seen):
            self._last[name] = found
            if len(self._last) > self._keeps:
                self._last.popitem(last=False)
        return found

    def _look(
        self, ground: Ground, intent: Intent, text: str, estate: Estate, last: _Seen | None = None
    ) -> _Seen | Unknown:
        """Recall a device of the same shape, or else read and prove this one.

        `last`: the same device under another text, whose proof still holds where both let the same through.
        """
        blocks = estate.device(intent)
        key = (*_plan(intent), estate.layout)
        for known in self._memory.get(key, ()):
            if known.fits(text, blocks, intent.device.name):
                box = self.powers.box(intent, known.access)
                return _Seen(box, text, _recalled(known, intent, blocks), recalled=True)
        read = self._read(intent, text)
        if isinstance(read, Unknown):
            return read
        same = last is not None and not last.recalled and last.box.access == read.access
        proof = last.proof if last and same else self._prove(ground, [read])[0]
        self._learn(key, read, text, blocks, proof)
        return _Seen(read, text, proof)

    def _read(self, intent: Intent, text: str) -> Box | Unknown:
        device = intent.device
        try:
            access = self.parsers[device.platform].access(text)
        except HomeroomError as error:
            found = _LINE.search(str(error))
            return Unknown(device.name, str(error), int(found.group(1)) if found else 0)
        box = self.powers.box(intent, access)
        lacking = hollow(box)
        return Unknown(device.name, lacking) if lacking else box

    def _prove(self, ground: Ground, boxes: Sequence[Box]) -> list[BoxProof]:
        self.cold += len(boxes)
        walk, wires = Walk(ground, boxes, self.terms), Wires(ground, boxes, self.terms[4].policy)
        return [of_box(walk, wires, box) for box in boxes]

    def _together(self, ground: Ground, seen: Sequence[_Seen]) -> list[_Seen]:
        """Prove devices together, where paths lead through several; those recalled are read first."""
        boxes: list[Box] = []
        for one in seen:
            box = self._read(one.box.intent, one.text) if one.recalled else one.box
            assert isinstance(box, Box)  # noqa: S101 - its shape was read before
            boxes.append(box)
        proofs = self._prove(ground, boxes)
        return [_Seen(box, one.text, proof) for one, box, proof in zip(seen, boxes, proofs, strict=True)]

    def _learn(
        self, key: tuple[object, ...], box: Box, text: str, blocks: Mapping[str, Block], proof: BoxProof
    ) -> None:
        """Remember a device, unless it leaks: a leak is shown with a packet of the very site."""
        shapes = self._memory.setdefault(key, [])
        if self.remember and len(shapes) < KEPT and not proof.leaks and movable(box.access, blocks):
            relation = Relation((*self._fixed, *named(box.access, blocks)))
            signature = relation.signature(blocks)
            if signature is not None:
                shape = Shape(text, blocks, box.name)
                shapes.append(_Known(shape, box.access, proof, blocks, relation, signature))

    def _placed(self, leak: Leak, seen: Sequence[_Seen]) -> Leak:
        """Add the line of the rule that lets a packet through."""
        if not leak.entry or not leak.family:
            return leak
        one = next(one for one in seen if one.box.name == leak.device)
        parser = self.parsers[one.box.intent.device.platform]
        return replace(leak, line=line_of(parser, one.text, leak.family, leak.list, leak.entry))


def _recalled(known: _Known, intent: Intent, blocks: Mapping[str, Block]) -> BoxProof:
    """Return what was found on a device of the same shape, as it is of this one."""
    name = intent.device.name
    texts = ((one, moved(one.text, known.blocks, blocks)) for one in known.proof.findings)
    return BoxProof((), tuple(replace(one, device=name, text=text) for one, text in texts))


def _plan(intent: Intent) -> tuple[object, ...]:
    """Return what a device's proof takes from its plan beside addresses."""
    device = intent.device
    return (
        device.platform,
        device.kind,
        device.model,
        tuple((port.name, port.mode, port.vlan, port.vlans) for port in intent.ports),
        intent.trunks,
        tuple((wlan.ssid, wlan.vlan, wlan.role, wlan.roles, wlan.isolate, bool(wlan.radius)) for wlan in intent.wlans),
        tuple((entry.family, entry.name, entry.hook) for entry in intent.access),
        intent.redirects,
    )
