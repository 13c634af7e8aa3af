"""One round of looking for drift: whom to read, what was read against what is intended, and what is kept of it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.errors import DeviceError, HomeroomError
from homeroom.observe import drift
from homeroom.observe.drift import LOGIN, TO_READ, Look, Word
from homeroom.project import Project
from homeroom.rollout.effect import effect
from homeroom.rollout.fleet import Fleet, Member, muster
from homeroom.rollout.work import Reading, why
from homeroom.store import configs, drifts, heard, history, tokens
from homeroom.store.drifts import Drift
from homeroom.store.inventory import Selector
from homeroom.store.tokens import Token
from playbooks import devices
from playbooks.drift_controls import Controls
from tasks.fetch_running import fetch_running

BATCH: Final = 500
"""Devices that are rendered and read before the next ones are: a nation's texts would fill the memory."""
_CONFIG: Final = frozenset({"config"})
_PEOPLE: Final = frozenset({"config", LOGIN})


@dataclass(frozen=True, slots=True)
class Found:
    """A device that drifted. `features`: where in its configuration; `opens`: examples of what newly passes."""

    drift: Drift
    features: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(slots=True)
class Round:
    """What one round found. `words`: what each device said of its last change; `lost`: why one said nothing.

    `checked`: the devices of which it is known now; `unasked` counts those that tell nothing of changes and were read
    within the period; `read` those that were entered.
    """

    project: Project
    engine: Engine
    controls: Controls
    words: Mapping[str, Word]
    period: float
    everything: bool = False
    checked: set[str] = field(default_factory=set[str])
    unasked: int = 0
    read: int = 0
    found: dict[str, Found] = field(default_factory=dict[str, Found])
    unknown: dict[str, str] = field(default_factory=dict[str, str])
    cleared: list[str] = field(default_factory=list[str])
    stopped: bool = False
    _tokens: Mapping[str, Token] = field(default_factory=dict[str, Token])
    _known: Mapping[str, Drift] = field(default_factory=dict[str, Drift])
    _shas: Mapping[str, str] = field(default_factory=dict[str, str])
    _ours: str = ""

    def run(self, lost: Mapping[str, str], args: argparse.Namespace) -> None:
        """Read whom there is a reason to read, judge, and list again what is known to have drifted."""
        self._tokens, self._known = tokens.all_tokens(self.engine), drifts.all_drifts(self.engine)
        self._shas = configs.hashes(self.engine)
        for device, reason in lost.items():
            self._lose(device, reason)
        looks = {device: self._look(device) for device in self.words}
        wanted = [device for device, one in looks.items() if one in TO_READ]
        listed = [device for device, one in looks.items() if one not in TO_READ and device in self._known]
        self.checked = {device for device, one in looks.items() if one == "same"}
        self.unasked = sum(one == "trusted" for one in looks.values())
        for batch in _batches(listed):
            self._list(self._fleet(batch))
        for batch in _batches(wanted):
            if not self.stopped:
                self._read(self._fleet(batch), args)
        for device in wanted:
            if self.stopped and device not in self.checked:
                self.unknown.setdefault(device, "it was not read, for the round was stopped; run it again")

    def _look(self, device: str) -> Look:
        said, held = self.words[device], self._tokens.get(device)
        if self.everything or device not in self._shas:
            return "new"
        told: Sequence[heard.Heard] = ()
        if not said.token and held is not None and held.held_at:
            told = heard.about(self.engine, device, _CONFIG, held.held_at)
        return drift.look(said, held, told[-1].at if told else 0.0, self.period)

    def _fleet(self, batch: Sequence[str]) -> Fleet:
        """Render some devices; those that cannot be are unknown."""
        fleet = muster(self.project, Selector(devices=tuple(batch)), self.engine, time.time, prove=False)
        self._ours = fleet.keyring.user
        for device, reason in fleet.not_pushed.items():
            self._lose(device, reason)
        return fleet

    def _list(self, fleet: Fleet) -> None:
        """Hold what is stored of devices that did not change since against the intent, which may have."""
        for device, member in fleet.members.items():
            stored = configs.running(self.engine, device)
            if stored is not None:
                self._judge(member, stored.text, 0.0)

    def _read(self, fleet: Fleet, args: argparse.Namespace) -> None:
        change = devices.change_id(time.time())

        def failed(error: DeviceError) -> None:
            self._lose(error.device, why(error))

        def done(one: Reading) -> None:
            self._took(fleet.members[one.device], one.running)

        whole = devices.each(fleet, fetch_running, "reading", args=args, done=done, failed=failed, change=change)
        self.read += len(fleet.members)
        self.stopped = not whole

    def _took(self, member: Member, text: str) -> None:
        """Keep a configuration and judge it; only then is the token held: a crash before has it read again."""
        device, now = member.work.device, time.time()
        said, held = self.words[device], self._tokens.get(device)
        before = history.at(self.engine, device, held.held_at) if held is not None and held.held_at else None
        configs.save_running(self.engine, device, text, now)
        self.checked.add(device)
        if before is None or before.sha != configs.digest(text) or device in self._known:
            self._judge(member, text, held.held_at if held else 0.0)
        tokens.hold(self.engine, device, said.token, now)

    def _judge(self, member: Member, text: str, held_at: float) -> None:
        """Hold what runs against the intent; keep, confirm or clear drift."""
        device, known = member.work.device, self._known.get(member.work.device)
        try:
            edits = () if self._intended(member, text) else drift.edits(member.work.parse.diff(member.work.text, text))
        except HomeroomError as error:
            reason = f"what runs there cannot be compared: {error}"
            drifts.save(self.engine, [replace(_row(known, text, self.words[device], device), reason=reason)])
            self.unknown[device] = reason
            self.checked.discard(device)
            return
        if not edits or drifts.put_there(self.engine, device) == configs.digest(text):
            if known is not None:
                drifts.clear(self.engine, [device])
                self.cleared.append(device)
            return
        row = self._attributed(_row(known, text, self.words[device], device), known, held_at)
        row = replace(row, lines=drift.lines(edits), controls=self.controls.broken(member, text, time.time()))
        drifts.save(self.engine, [row])
        opens = effect(member.work.parse, member.work.text, text).opens
        self.found[device] = Found(row, drift.features(edits, member.features), opens)

    def _intended(self, member: Member, text: str) -> bool:
        """Tell, cheaply, whether it runs what it should."""
        work = member.work
        return work.parse.lines(work.text) == work.parse.lines(text)

    def _attributed(self, row: Drift, known: Drift | None, held_at: float) -> Drift:
        """Say who and since when: of drift that is known already only who, if nobody told until now."""
        if known is not None and not known.reason and known.sha == row.sha and known.by:
            return row
        said = self.words[row.device]
        new = known is None or bool(known.reason)
        begun = held_at if new else row.since
        told = heard.about(self.engine, row.device, _PEOPLE if begun else _CONFIG, begun)
        nearest = drift.event(told, said.at if new else row.since, self._ours)
        by = drift.by(nearest, said) or row.by
        return replace(row, by=by, since=drift.since(nearest, said, held_at) if new else row.since)

    def _lose(self, device: str, reason: str) -> None:
        """Note a device of which nothing is known now; what was known before is said."""
        known = self._known.get(device)
        before = "it had drifted when it was last read; " if known is not None and not known.reason else ""
        self.unknown[device] = before + reason


def _row(known: Drift | None, text: str, said: Word, device: str) -> Drift:
    """Make the row of a device, without its lines; it drifted since it first did."""
    drifted = known is not None and not known.reason
    since, by = (known.since, known.by) if known is not None and drifted else (said.at, "")
    return Drift(device, configs.digest(text), since, said.at, (), (), by)


def _batches(names: Iterable[str]) -> Iterator[Sequence[str]]:
    waiting = iter(names)
    while batch := list(islice(waiting, BATCH)):
        yield batch
