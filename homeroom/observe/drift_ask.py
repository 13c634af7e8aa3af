"""Asks devices for what they say of changes. Nothing else is kept of it: a round of drift is no round of polling."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import sqlalchemy as sa

from homeroom.errors import UsageError
from homeroom.observe.drift import Word, word
from homeroom.observe.fetch import fetch
from homeroom.observe.fleet import fleet
from homeroom.observe.known import Known
from homeroom.observe.seen import Seen
from homeroom.observe.settings import Settings
from homeroom.observe.station import NOBODY, EngineName, open_engine
from homeroom.project import Project
from homeroom.snmp.ask.load import load
from homeroom.snmp.engine import Target
from homeroom.store import asked, readings, tokens
from homeroom.store.asked import Asked
from homeroom.store.inventory import Selector

AT_ONCE: Final = 1024
"""Devices asked together, at most: a round has half a minute, and what answers for many is not overrun."""
_EVERY: Final = "drift"


@dataclass(slots=True)
class Answers:
    """What came in. `words`: what each device said; `lost`: why one said nothing; `vendors`: by whose file."""

    words: dict[str, Word] = field(default_factory=dict[str, Word])
    lost: dict[str, str] = field(default_factory=dict[str, str])
    vendors: dict[str, Asked] = field(default_factory=dict[str, Asked])

    def take(self, seen: Seen) -> None:
        """Take one outcome."""
        if seen.said is None:
            self.lost[seen.device] = seen.why
            return
        self.lost.pop(seen.device, None)
        self.words[seen.device] = word(seen.said, seen.at)
        self.vendors[seen.device] = Asked(seen.device, _EVERY, seen.at, seen.rtt, seen.vendor)

    def again(self, targets: Sequence[Target]) -> Sequence[Target]:
        """Return who is asked a second time: those who were silent, if they are no more than are asked together."""
        return [one for one in targets if one.device in self.lost] if len(self.lost) <= AT_ONCE else ()


async def ask(
    project: Project,
    selector: Selector,
    settings: Settings,
    state: sa.Engine,
    *,
    name: EngineName = "wire",
    saw: Callable[[Seen], None] = lambda _seen: None,
) -> Answers:
    """Ask the selected devices once; keep the tokens that moved and whose devices they are.

    UsageError when nobody is selected. `saw` is told each outcome.
    """
    gentle = replace(settings, at_once=min(settings.at_once, AT_ONCE))
    targets = [one.target for one in fleet(project, selector, gentle).devices]
    if not targets:
        raise UsageError(NOBODY)
    vendors = asked.vendors(state)
    known = Known.of(vendors, readings.values(state, "identity.object_id"))
    answers = Answers()

    def done(seen: Seen) -> None:
        answers.take(seen)
        saw(seen)

    engine, _, _ = open_engine(project, gentle, name)
    catalogue = load(project.inventory / "snmp")
    try:
        await fetch(engine, catalogue, known, targets, "status", done, time.time)
        if again := answers.again(targets):
            await fetch(engine, catalogue, known, again, "status", answers.take, time.time)
    finally:
        engine.close()
    asked.save(state, (row for device, row in answers.vendors.items() if vendors.get(device) != row.vendor))
    before = {device: one.said for device, one in tokens.all_tokens(state).items()}
    moved = ((device, one) for device, one in answers.words.items() if before.get(device) != one.token)
    tokens.said_at(state, [(device, one.token, one.at) for device, one in moved])
    return answers
