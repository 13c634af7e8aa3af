"""Alerts while the daemon runs: what is wrong is judged, kept, and told. A receiver that is slow or away delays nobody.

The store is the queue: what a receiver has not taken is due again in the next round, in its newest words, so that
nothing piles up and nothing is lost in a restart.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy.engine import Engine

from homeroom.errors import HomeroomError
from homeroom.observe import alert_rules, send, windows
from homeroom.observe.alert_message import Sender
from homeroom.observe.alert_rules import Facts, Moved
from homeroom.observe.alert_settings import Settings, load_settings
from homeroom.observe.alert_state import Clock, Memory, Message, due, messages, step
from homeroom.observe.send import Channel, Reveal
from homeroom.observe.settings import Settings as Observing
from homeroom.observe.windows import Quiet
from homeroom.programme.load import read_programme
from homeroom.project import Project
from homeroom.snmp.ask.declared import SCHEDULES
from homeroom.store import alerts, drifts, outages, totals
from homeroom.store.totals import Busy

EVERY: Final = 20.0
"""Seconds from one round to the next."""
KEPT: Final = 400 * 86400.0
"""Seconds for which a closed alert is kept."""
_GIVEN_UP: Final = 7 * 86400.0
"""Seconds after which nobody is told any more that something is over."""
_LATELY: Final = 900.0
_CLOSING: Final = 5.0


class Meters(Protocol):
    """What the poller counts (homeroom.observe.meters)."""

    store_why: str

    def snapshot(self) -> Mapping[str, float]:
        """Return all numbers by name."""
        ...


@dataclass(slots=True)
class Delivery:
    """One receiver: messages taken and refused, and after failures when it is tried again and why."""

    clock: Clock = field(default_factory=Clock)
    taken: int = 0
    refused: int = 0
    failures: int = 0
    again: float = 0.0
    why: str = ""
    busy: bool = False


class Alerting:
    """One project's alerts. `why`: what went wrong in the last round; empty: nothing did."""

    def __init__(
        self,
        project: Project,
        state: Engine,
        series: Engine,
        observing: Observing,
        meters: Meters,
        *,
        clock: Callable[[], float] = time.time,
        reveal: Reveal | None = None,
    ) -> None:
        """Raise InputError when alerts.yaml, silences.yaml or the programme is wrong."""
        self._project, self._state, self._series = project, state, series
        self._observing, self._meters, self._clock = observing, meters, clock
        self._reveal = reveal or send.revealer(project)
        self._memory = Memory()
        self._dropped: deque[tuple[float, float]] = deque()
        self._busy: tuple[int, Sequence[Busy]] = (0, ())
        self._tasks: set[asyncio.Task[None]] = set()
        self._retired = 0.0
        self.deliveries: dict[str, Delivery] = {}
        self.why = ""
        self._stamp = self._files()
        self._load()

    async def run(self) -> None:
        """Judge and tell, until cancelled."""
        try:
            while True:
                await self.once()
                await asyncio.sleep(EVERY)
        finally:
            await self.settled(_CLOSING)

    async def once(self) -> None:
        """Judge once, and begin to tell what is due."""
        self.why = await asyncio.to_thread(self._refresh)
        try:
            await asyncio.to_thread(self.judge)
            ready = await asyncio.to_thread(self._ready)
        except HomeroomError as error:
            self.why = send.trouble(error)
            return
        for name, found in ready.items():
            task = asyncio.create_task(self._deliver(name, found))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self, seconds: float) -> None:
        """Wait for what is under way, so long at most; what is not taken by then is due again after a restart."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in self._tasks:
            task.cancel()

    def judge(self) -> None:
        """Compare what is wrong with what is open, and keep what moved. Blocks while the database works."""
        now, settings = self._clock(), self.settings
        found = alert_rules.conditions(self._facts(now), settings.limits, settings.rules)
        often = alerts.often(self._state, now - settings.flap.within)

        def clear(key: str) -> float:
            usual = alert_rules.clear(key.partition(":")[0])
            flaps = often.get(key, 0) >= settings.flap.times
            return max(usual, settings.flap.quiet) if flaps else usual

        def after(rule: str) -> float:
            return alert_rules.after(rule, settings.rules)

        moves = step(alerts.lasting(self._state), found, now, self._memory, after=after, clear=clear)
        if moves.opened or moves.reworded or moves.closed:
            alerts.change(self._state, moves.opened, moves.reworded, moves.closed, now)
        if now - self._retired > 86400:
            alerts.retire(self._state, now - KEPT)
            self._retired = now

    def _facts(self, now: float) -> Facts:
        faults = outages.faults(self._series, lasting=True)
        drifted = {name: one for name, one in drifts.all_drifts(self._state).items() if not one.reason}
        places = totals.places(self._series, [*(one.root for one in faults), *drifted])
        moved = [
            Moved(name, *places.get(name, ("", "")), tuple(one.lines), tuple(one.controls), one.since, one.by)
            for name, one in drifted.items()
        ]
        periods: dict[str, float] = {every: self._observing.periods.of(every) for every in SCHEDULES}
        meters = self._meters.snapshot()
        return Facts(
            now=now,
            regions=tuple(self._sender.regions),
            faults=faults,
            places=places,
            moved=moved,
            answers=totals.answers(self._state, {every: now - period for every, period in periods.items()}),
            periods=periods,
            silent=totals.unexplained(self._series),
            meters=meters,
            lost=self._lost(now, meters.get("store_dropped", 0.0)),
            why=self._meters.store_why,
            busy=self._busiest(),
        )

    def _lost(self, now: float, dropped: float) -> float:
        """Return how many rows were dropped within the last quarter of an hour."""
        self._dropped.append((now, dropped))
        while len(self._dropped) > 1 and now - self._dropped[0][0] > _LATELY:
            self._dropped.popleft()
        return dropped - min(one for _, one in self._dropped)

    def _busiest(self) -> Sequence[Busy]:
        """Look at an hour once: its roll-up does not change."""
        start = totals.last_hour(self._series)
        if start != self._busy[0]:
            self._busy = start, totals.busy(self._series, start, self.settings.limits.busy)
        return self._busy[1]

    def _ready(self) -> Mapping[str, Sequence[Message]]:
        """Return what each receiver that can be told now is to be told."""
        now = self._clock()
        found: dict[str, Sequence[Message]] = {}
        told = alerts.unsettled(self._state, now - _GIVEN_UP)
        muted = {one.alert.id: bool(self._quiet.why(one.alert, now)) for one in told}
        for name, receiver in self.settings.receivers.items():
            delivery = self.deliveries.setdefault(name, Delivery())
            if delivery.busy or now < delivery.again:
                continue
            each = (due(one, name, receiver, now, muted=muted[one.alert.id]) for one in told)
            ready = messages(
                name, [one for one in each if one is not None], delivery.clock, self.settings.grouping, now
            )
            if ready:
                delivery.busy = True
                found[name] = ready
        return found

    async def _deliver(self, name: str, found: Sequence[Message]) -> None:
        delivery = self.deliveries[name]
        try:
            for one in found:
                delivery.why = await asyncio.to_thread(self._hand_over, name, one)
                delivery.clock.went(one, self._clock())
                delivery.taken += 1
                delivery.failures = 0
        except HomeroomError as error:
            delivery.refused += 1
            delivery.failures += 1
            delivery.why = send.trouble(error)
            jitter = random.random()  # noqa: S311  # spreads retries, hides nothing
            delivery.again = self._clock() + send.pause(delivery.failures, jitter)
        finally:
            delivery.busy = False

    def _hand_over(self, name: str, message: Message) -> str:
        """Send a message, and write down that it was taken."""
        now = self._clock()
        why = self.channel(name).send(message, now)
        alerts.tell(self._state, message.notices(now))
        return why

    def channel(self, name: str) -> Channel:
        """Return the way to a receiver of the settings."""
        return send.channel(self.settings.receivers[name], self.settings.mail, self._sender, self._reveal)

    def _files(self) -> tuple[int, ...]:
        paths = (self._project.inventory / name for name in ("alerts.yaml", "silences.yaml", "programme.yaml"))
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)

    def _refresh(self) -> str:
        """Read the settings again when one of their files changed; return what is wrong: then the old ones hold."""
        stamp = self._files()
        if stamp != self._stamp:
            try:
                self._load()
            except HomeroomError as error:
                return send.trouble(error)
            self._stamp = stamp
        return ""

    def _load(self) -> None:
        sender = sender_of(self._project)
        settings = load_settings(self._project, tuple(sender.regions))
        silences = windows.load_silences(self._project)
        self.settings: Settings = settings
        self._quiet: Quiet = windows.quiet(settings, silences, sender.timezone)
        self._sender: Sender = sender


def sender_of(project: Project) -> Sender:
    """Return the programme as it signs its messages. Raises InputError."""
    programme = read_programme(project.inventory / "programme.yaml", "inventory/programme.yaml")
    names = {region.id: region.name for region in programme.regions}
    return Sender(programme.id, programme.name, programme.timezone, names)
