"""`homeroom prove`: for every ordered pair of roles at every site, denied as the policy says, or one packet."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from homeroom.errors import HomeroomError, ParseError, UsageError
from homeroom.intent.model import Intent
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.project import Project
from homeroom.proof.against import Change, changes
from homeroom.proof.ground import Powers
from homeroom.proof.model import Unknown
from homeroom.proof.nation import Nation
from homeroom.proof.site import terms_of
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks import console
from playbooks.proven import Tally
from playbooks.selectors import add_selectors, selector

if TYPE_CHECKING:
    from homeroom.policy.model import Policy


def configure(parser: argparse.ArgumentParser) -> None:
    """Add which configurations are proven, and what they are compared with."""
    parser.add_argument(
        "--running", type=Path, metavar="DIR", help="prove DIR/<device>.cfg (default: what is rendered)"
    )
    parser.add_argument("--against", type=Path, metavar="OLD", help="say what opens and closes since OLD/<device>.cfg")
    parser.add_argument("--cold", action="store_true", help="prove every device, also of a shape already proven")
    add_selectors(parser)


def run(args: argparse.Namespace) -> int:
    """Prove the sites of the selected devices; 1 for a leak or an unknown device, 3 when one cannot be rendered."""
    project = Project.locate(args.project)
    for folder in (args.running, args.against):
        if folder and not folder.is_dir():
            raise UsageError(f"{folder} is no directory: name one that holds <device>.cfg files")
    with contextlib.closing(World.open(project)) as world:
        command = _Command(world, Renderer.of(project), args)
        tally = command.run(selector(args))
    if args.json:
        console.emit(tally.document(against=bool(args.against)))
    else:
        tally.show(world.policy)
    return tally.answer()


class _Command:
    """The sites one after the other: texts, proof, comparison."""

    def __init__(self, world: World, renderer: Renderer, args: argparse.Namespace) -> None:
        self.world = world
        self.renderer = renderer
        self.running: Path | None = args.running
        self.against: Path | None = args.against
        self.cold: bool = args.cold
        self.parsers = {name: code_for(platform).parse for name, platform in renderer.platforms.items()}
        self.powers = Powers.of(renderer.platforms)
        self.nations: dict[int, Nation] = {}

    def run(self, chosen: Selector) -> Tally:
        """Prove the sites of the selected devices."""
        tally = Tally()
        sites = {site.id: site for site in self.world.sites(chosen)}
        selected = Selector(sites=tuple(sites)) if chosen != Selector() else chosen
        if not sites:
            raise UsageError("no site is selected: `homeroom plan` first, or loosen the selectors")
        with console.progress() as progress:
            step = progress.add_task("prove", total=len(sites))
            for site, group in groupby(self.world.intents(selected), key=lambda intent: intent.device.site):
                intents = list(group)
                nation = self._nation(self.world.policy_of(sites[site]))
                texts = {intent.device.name: self._text(intent) for intent in intents}
                tally.add(nation.site(intents, texts))
                if self.against:
                    tally.changes += self._changes(intents, texts, self.against)
                progress.advance(step)
            progress.update(step, completed=len(sites))
        tally.cold = sum(nation.cold for nation in self.nations.values())
        return tally

    def _nation(self, policy: Policy) -> Nation:
        """Return the proofs under one policy: overrides make several."""
        if id(policy) not in self.nations:
            programme = self.world.programme
            terms = terms_of(policy, programme.central, programme.pools)
            self.nations[id(policy)] = Nation(terms, self.parsers, self.powers, remember=not self.cold)
        return self.nations[id(policy)]

    def _text(self, intent: Intent) -> str | Unknown:
        if self.running:
            return _read(self.running, intent)
        try:
            return self.renderer.render(intent).text
        except HomeroomError as error:
            return Unknown(intent.device.name, f"cannot be rendered: {error}", failed=True)

    def _changes(self, intents: Sequence[Intent], texts: Mapping[str, str | Unknown], folder: Path) -> Iterator[Change]:
        for intent in intents:
            name = intent.device.name
            new, old = texts[name], _read(folder, intent)
            if isinstance(old, Unknown):
                yield Change(name, "", "", 0, "", (), (), f"not compared: {old.reason}")
            elif isinstance(new, str) and new != old:
                parser = self.parsers[intent.device.platform]
                try:
                    yield from changes(name, parser.access(old), parser.access(new))
                except ParseError as error:
                    yield Change(name, "", "", 0, "", (), (), f"not compared: {error}")


def _read(folder: Path, intent: Intent) -> str | Unknown:
    path = folder / f"{intent.device.name}.cfg"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        return Unknown(intent.device.name, f"{path}: {reason}")
