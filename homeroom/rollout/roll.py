"""A change under way: the controller says what may be begun, the engine does it, the store keeps how far it is.

Whoever stops it stops it through the store: another process moves the change to paused or aborting, and this one
sees it within a second. What is under way is always brought to its end. Killed, it is begun again with the same
schedule and what the store knows; what was under way then is settled side by side with what is begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from homeroom.errors import Unsettled
from homeroom.rollout.breaker import Checked
from homeroom.rollout.control import Controller, Order
from homeroom.rollout.crew import LATER, Crew, Happening, Refused, What
from homeroom.rollout.engine import Engine, Event, chunks
from homeroom.rollout.states import CHANGE, CLAIMING
from homeroom.rollout.transitions import outcome
from homeroom.rollout.waves import CANARY, Wave
from homeroom.store.change_tables import IN_FLIGHT, ChangeState
from homeroom.store.changes import Change, Changes, Row

TICK: Final = 0.25
"""Seconds between looks at the store and the controller while nothing happens."""
AGAIN: Final = 2.0
"""Seconds until a device is asked for again that could not be had."""
ENOUGH: Final = 30.0
"""Seconds after which a device that somebody else has is left to `homeroom change late`."""


class Roll:
    """One change, as it is driven by this process.

    `by`: who drives it; `watch`: called at every turn with the time; `stays`: devices that are off get it later.
    """

    def __init__(
        self,
        change: str,
        store: Changes,
        controller: Controller,
        crew: Crew,
        *,
        by: str,
        tell: Callable[[Happening], None],
        watch: Callable[[float], None],
        stays: bool = True,
    ) -> None:
        self._name = change
        self._store = store
        self._controller = controller
        self._crew = crew
        self._by = by
        self._tell = tell
        self._watch = watch
        self._stays = stays
        self._change = store.change(change)
        self._wave: Wave | None = None
        self._again: dict[str, tuple[Engine, float]] = {}
        self._refused: dict[str, float] = {}
        self._said = ""
        self._stopping = False
        self._interrupted = False
        self._broken: BaseException | None = None

    def cancel(self) -> None:
        """Begin nothing more, and leave what nobody has hands on; a signal handler may call it at any moment."""
        self._interrupted = True
        self._crew.begins.cancel()
        self._crew.settles.cancel()

    def run(self) -> Change:
        """Drive the change until it has ended, stands still, or is stopped; return it as it is then.

        What is no device's fault is raised, after the devices under way have ended.
        """
        for row in self._store.rows(self._name):
            if row.state in IN_FLIGHT:
                self._controller.begin(row.device)
                self._again[row.device] = self._crew.settles, 0.0
        while self._turn():
            for engine, tick in ((self._crew.settles, 0.0), (self._crew.begins, TICK)):
                event = next(iter(engine.events(tick)), None)
                if event:
                    self._ended(event, engine)
        if self._broken:
            raise self._broken
        self._close()
        return self._change

    def _turn(self) -> bool:
        """Do what is due now; False when nothing is left for this process to do."""
        now = self._crew.clock()
        if not self._broken:
            self._turned(now)
        busy = any(one.workers().open for one in (self._crew.begins, self._crew.settles))
        left = (self._again and not self._interrupted and not self._broken) or not self._stopping
        if left and not busy:
            self._crew.wait(TICK)
        return bool(busy or left)

    def _turned(self, now: float) -> None:
        self._watch(now)
        self._change = self._store.change(self._name)
        if self._interrupted or self._change.state in {"paused", "halted", "aborting"}:
            self._stop()
        if not self._stopping:
            self._follow(self._controller.step(now))
        for device, (engine, at) in list(self._again.items()):
            if at <= now and not self._interrupted:
                del self._again[device]
                self._submit([device], engine)

    def _follow(self, order: Order) -> None:
        """Do what the controller orders."""
        if order.action == "start" and order.wave:
            self._open(order.wave, order.reason)
            self._submit(order.devices, self._crew.begins)
        elif order.action == "wait":
            idle = not self._controller.in_flight
            if idle and self._change.state in {"canary", "wave"}:
                self._move("baking", order.reason)
            if idle or order.until:
                self._say("wait", order.reason, order.until)
        elif order.action == "done":
            self._stop()
        elif order.action == "pause":
            self._move("paused", order.reason)
            self._say("pause", order.reason)
            self._stop()
        elif order.action == "halt":
            self._move("halted", order.reason)
            self._say("halt", order.reason)
            self._stop()

    def _rest(self, reason: str) -> None:
        """Wait: for the wave that is under way, of which the devices themselves tell, or for a moment to come."""
        if not self._controller.in_flight:
            if self._change.state in {"canary", "wave"}:
                self._move("baking", reason)
            self._say("wait", reason)

    def _open(self, wave: Wave, reason: str) -> None:
        """Let a wave's devices be claimed."""
        if wave is self._wave:
            return
        self._wave = wave
        self._say("wave", reason)
        if self._change.state == "late":
            return
        state: ChangeState = "canary" if wave.stage == CANARY else "wave"
        if self._change.state != state or self._change.wave < wave.number:
            if self._change.state in {"canary", "wave"}:
                self._move("baking", "the wave before has ended")
            self._move(state, reason, wave.number)
        self._store.advance(self._name, wave.devices, wave.number)

    def _submit(self, devices: Iterable[str], engine: Engine) -> None:
        for chunk in chunks(self._name, ((device, self._crew.sites.get(device, "")) for device in devices)):
            engine.submit(chunk)

    def _ended(self, event: Event, engine: Engine) -> None:
        """Tell the controller how a device ended; what could not be had is asked for again."""
        now, value = self._crew.clock(), event.value
        if isinstance(value, Refused) and not (self._stopping and engine is self._crew.begins):
            self._ask_again(value, engine, now)
        elif isinstance(event.error, Unsettled):
            self._controller.record(Checked(event.device, "unknown", now), now)
        elif event.error:
            self._broken = self._broken or event.error
            self._stop()
        elif isinstance(value, Row) and value.state != "pending":
            self._controller.record(Checked(event.device, outcome(value), value.at), now)
        else:  # not begun, or given back untouched
            self._controller.withdraw(event.device)

    def _ask_again(self, refused: Refused, engine: Engine, now: float) -> None:
        """Ask for a device again in a moment; one that another change has for long is left for later."""
        device = refused.device
        if device not in self._refused:
            self._refused[device] = now
            self._say("refused", f"{device}: {refused.reason}")
        row = self._store.row(self._name, device)
        if row.state == "pending" and refused.elsewhere and now - self._refused[device] >= ENOUGH:
            skipped = replace(row, state="skipped", cause="off", at=now, detail=refused.reason)
            if self._store.write(row, skipped):
                self._controller.record(Checked(device, "skipped", now), now)
                self._tell(Happening(now, "device", refused.reason, row.wave, "", skipped))
                return
        self._again[device] = engine, now + AGAIN

    def _stop(self) -> None:
        """Begin nothing new."""
        if not self._stopping:
            self._stopping = True
            self._crew.begins.cancel()
            self._again = {name: one for name, one in self._again.items() if one[0] is self._crew.settles}

    def _close(self) -> None:
        """Say how it stands now that this process has nothing under way."""
        self._change = self._store.change(self._name)
        sums = self._store.sums(self._name)
        if self._change.state == "aborting":
            self._store.skip_pending(self._name, "the change was aborted before it was touched", self._crew.clock())
            if self._move("aborted", "none is in flight"):
                self._say("aborted", "nothing more is changed; what was confirmed stays")
        elif self._interrupted and "paused" in CHANGE[self._change.state]:
            self._move("paused", "stopped at the keyboard")
            self._say("pause", "stopped at the keyboard")
        elif self._change.state in {*CLAIMING, "baking", "approved"} and not any(
            sums.get(one) for one in (*IN_FLIGHT, "pending")
        ):
            self._end()

    def _end(self) -> None:
        """End the change, or leave it open for the devices that are off."""
        rows = self._store.rows(self._name) if self._stays else ()
        off = sum(1 for row in rows if row.state == "skipped" and row.cause in LATER)
        if self._change.state in {"canary", "wave"}:
            self._move("baking", "the last wave has ended")
        if off and self._change.state != "late":
            self._move("late", f"{off} devices were off or unwell")
        if off:
            self._say(
                "late", f"{off} devices were off or unwell; `homeroom change late` gives it to them when they are back"
            )
        elif self._move("done", "every device has ended"):
            self._say("done", "every device has ended")

    def _move(self, state: ChangeState, reason: str, wave: int = -1) -> bool:
        """Put the change into another state, unless somebody else did meanwhile; tell whether it is in it now."""
        was = self._change
        if state not in CHANGE[was.state]:
            return was.state == state
        moved = self._store.move(was, state, self._crew.clock(), by=self._by, reason=reason, wave=max(wave, was.wave))
        self._change = self._store.change(self._name)
        return moved

    def _say(self, what: What, text: str, until: float | None = None) -> None:
        """Tell those who watch; the same thing again is not told again."""
        said = f"{what}: {text}"
        if said != self._said:
            self._said = said
            number, stage = (self._wave.number, self._wave.stage) if self._wave else (0, "")
            self._tell(Happening(self._crew.clock(), what, text, number, stage, until=until))
