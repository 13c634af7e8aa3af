"""The wave controller: which devices may be begun now, and why no more. It does nothing itself and reads no clock.

Whoever drives it begins what `step` orders, tells each device's checks to `record`, and asks again. A wave ends when
every device of it is known; the next one begins after it has baked, if the breaker says go on and the school is open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.rollout.breaker import Breaker, Checked, Verdict
from homeroom.rollout.calendar import Closed
from homeroom.rollout.waves import CANARY, Stratum, Wave, WavePlan

MayStart: TypeAlias = Callable[[str, float], Literal[True] | Closed]
"""Device, seconds since the epoch -> whether work on it may begin."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to do now. `devices`: to begin, with `start`. `until`: when to ask again, if that is known."""

    action: Literal["start", "wait", "pause", "halt", "done"]
    reason: str
    wave: Wave | None = None
    devices: tuple[str, ...] = ()
    until: float | None = None


def any_hour(_device: str, _now: float) -> Literal[True]:
    """Open always."""
    return True


@dataclass(frozen=True, slots=True)
class Answer:
    """A person went on after a halt. `at`: seconds since the epoch."""

    at: float
    by: str
    why: str


class Controller:
    """One change under way."""

    def __init__(self, plan: WavePlan, breaker: Breaker, may_start: MayStart = any_hour) -> None:
        self._waves = list(plan.waves)
        self._candidates = plan.candidates
        self._strata: dict[str, Stratum] = {some[0]: stratum for stratum, some in plan.candidates.items()}
        self._breaker = breaker
        self._may_start = may_start
        self._begun: set[str] = set()
        self._at = 0
        self._baked: float | None = None

    def recall(self, ended: Iterable[Checked], answers: Iterable[Answer] = (), wave: int = 0) -> None:
        """Learn what a journal knows from before a restart: how devices ended, what people answered for, and how far.

        Waves before `wave` had baked; what ended before an answer was in that person's sight.
        """
        later = deque(sorted(answers, key=lambda one: one.at))
        for checked in sorted(ended, key=lambda one: one.seen):
            while later and later[0].at < checked.seen:
                self._answer(later.popleft())
            self.record(checked, checked.seen)
        while later:
            self._answer(later.popleft())
        while (past := self.wave) and past.number < wave and self._breaker.outcomes.keys() >= set(past.devices):
            self._at += 1

    def _answer(self, answer: Answer) -> None:
        self._breaker.go_on(answer.by, answer.why)

    @property
    def wave(self) -> Wave | None:
        """Return the wave under way; None when all have ended."""
        return self._waves[self._at] if self._at < len(self._waves) else None

    @property
    def in_flight(self) -> frozenset[str]:
        """Return the devices that were begun and of which nothing is known yet."""
        return frozenset(self._begun.difference(self._breaker.outcomes))

    def record(self, checked: Checked, now: float) -> Verdict:
        """Tell what a device's checks found; `halt` and `pause` mean: begin nothing that was ordered before."""
        self._begun.add(checked.device)
        return self._tell(checked, now)

    def _tell(self, checked: Checked, now: float) -> Verdict:
        return self._breaker.record(checked, now, canary=checked.device in self._strata)

    def begin(self, device: str) -> None:
        """Note that a device was begun by somebody before; it is not ordered again."""
        self._begun.add(device)

    def withdraw(self, device: str) -> None:
        """Take back that a device was begun: it was ordered but never touched, and is ordered again."""
        self._begun.discard(device)

    def step(self, now: float) -> Order:
        """Say what to do now; each device is ordered once."""
        verdict = self._breaker.verdict(now)
        if verdict.action != "go on":
            return Order(verdict.action, verdict.reason, self.wave)
        while wave := self.wave:
            left = [device for device in wave.devices if device not in self._begun]
            if left:
                return self._begin(wave, left, now)
            if not self._breaker.outcomes.keys() >= set(wave.devices):
                return Order("wait", f"wave {wave.number} is under way", wave)
            if order := self._close(wave, now):
                return order
        return Order("done", f"all {len(self._waves)} waves have ended: {verdict.reason}")

    def _begin(self, wave: Wave, left: list[str], now: float) -> Order:
        closed: list[Closed] = []
        ready: list[str] = []
        for device in left:
            answer = self._may_start(device, now)
            if isinstance(answer, Closed):
                closed.append(answer)
            else:
                ready.append(device)
        if ready:
            self._begun.update(ready)
            return Order("start", f"wave {wave.number}, {wave.stage}", wave, tuple(ready))
        first = min(closed, key=lambda one: one.opens.timestamp() if one.opens else float("inf"))
        reason = first.reason + (f"; {len(closed) - 1} more wait for their hours" if len(closed) > 1 else "")
        return Order("wait", reason, wave, until=first.opens.timestamp() if first.opens else None)

    def _close(self, wave: Wave, now: float) -> Order | None:
        """End a wave: stand-ins for canaries that were off, then the time in which slow faults are seen."""
        if wave.stage == CANARY and self._stand_in(wave):
            self._at += 1
            return None
        if wave.bake and self._baked is None:
            self._baked = now + wave.bake
        if self._baked is not None and now < self._baked:
            reason = f"wave {wave.number}, {wave.stage}, is watched for slow faults"
            return Order("wait", reason, wave, until=self._baked)
        self._baked = None
        self._at += 1
        return None

    def _stand_in(self, wave: Wave) -> bool:
        """Put a wave behind this one for each canary that was skipped, with another device of its kind.

        A kind of which every device was skipped needs no canary: none of them is changed.
        """
        outcomes = self._breaker.outcomes
        fresh: list[Wave] = []
        for device in wave.devices:
            stratum = self._strata.get(device)
            if stratum is None or outcomes[device] != "skipped":
                continue
            others = self._candidates[stratum]
            other = next((name for name in others if name not in self._begun), None)
            if other and not any(outcomes.get(name) == "passed" for name in others):
                del self._strata[device]
                self._strata[other] = stratum
                fresh.append(Wave(wave.number, CANARY, (other,), wave.bake))
        self._waves[self._at + 1 : self._at + 1] = fresh
        return bool(fresh)
