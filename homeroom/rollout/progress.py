"""How far a change is: its waves counted, how fast it goes, what is left. Pure: it is told rows, and the time."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from homeroom.rollout.breaker import Rules
from homeroom.rollout.states import AT_REST
from homeroom.rollout.waves import CANARY, Wave, WavePlan
from homeroom.store.changes import Row
from homeroom.store.journal import END_STATES, State

BAD: Final[frozenset[State]] = frozenset({"rolled_back", "needs_human"})
"""Of a device that was told the new configuration and does not run it."""
_WINDOW: Final = 300.0
"""Seconds over which a rate is taken: long enough for a device's way, short enough to show that it slowed."""


def missed(row: Row) -> bool:
    """Tell whether a device has ended, or waits, without what it was to get; one that ran it already has it."""
    return row.state != "confirmed" and not (row.state == "skipped" and row.cause == "unchanged")


@dataclass(frozen=True, slots=True)
class Count:
    """Devices of a wave or a stage by how they are: `busy` are under way, the rest of `total` was not begun."""

    total: int = 0
    confirmed: int = 0
    rolled_back: int = 0
    needs_human: int = 0
    skipped: int = 0
    busy: int = 0

    @classmethod
    def of(cls, states: Mapping[State, int]) -> Count:
        """Count states; what is neither at rest nor pending is under way."""
        ends = {state: states.get(state, 0) for state in END_STATES}
        busy = sum(number for state, number in states.items() if state not in AT_REST)
        return cls(sum(states.values()), **ends, busy=busy)

    @property
    def bad(self) -> int:
        """Return how many were told and do not run it."""
        return self.rolled_back + self.needs_human

    @property
    def done(self) -> int:
        """Return how many have ended."""
        return self.confirmed + self.bad + self.skipped

    @property
    def left(self) -> int:
        """Return how many have not ended."""
        return self.total - self.done

    def __add__(self, other: Count) -> Count:
        return Count(
            self.total + other.total,
            self.confirmed + other.confirmed,
            self.rolled_back + other.rolled_back,
            self.needs_human + other.needs_human,
            self.skipped + other.skipped,
            self.busy + other.busy,
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """What the breaker has spent: `failed` of `tried` devices, and of one region, that is nearest to its limit."""

    failed: int
    tried: int
    accepted: float
    region: str = ""
    spent: int = 0
    limit: int = 0


class Progress:
    """One change's progress. `rows`: its devices as they are when somebody begins to look; others are not counted."""

    def __init__(self, plan: WavePlan, rows: Iterable[Row], rules: Rules) -> None:
        self.waves: Mapping[int, Wave] = {wave.number: wave for wave in plan.waves}
        self.bad: deque[Row] = deque(maxlen=50)
        self._rules = rules
        self._planned = {device: wave.number for wave in plan.waves for device in wave.devices}
        self._rows: dict[str, Row] = {}
        self._waves: dict[int, Counter[State]] = {number: Counter() for number in self.waves}
        self._ends: deque[float] = deque()
        self._ended: dict[int, float] = {}
        self._sizes: Counter[str] = Counter()
        self._spent: Counter[str] = Counter()
        for row in sorted(rows, key=lambda one: one.at):
            if row.device in self._planned:
                self._sizes[row.region] += 1
                self._put(row)
        self.at = next((number for number in self.waves if self.count(number).left), max(self.waves, default=0))

    @property
    def stages(self) -> Sequence[str]:
        """Return the stages in their order, those without a device left away."""
        return list(dict.fromkeys(wave.stage for number, wave in self.waves.items() if self._waves[number].total()))

    def wave_of(self, row: Row) -> int:
        """Return the wave a device is in: a stand-in comes earlier than planned, one that was off later."""
        return row.wave if row.wave in self.waves else self._planned[row.device]

    def stage(self, number: int) -> str:
        """Return the stage of a wave."""
        return self.waves[number].stage if number in self.waves else ""

    def numbers(self, stage: str) -> Sequence[int]:
        """Return the numbers of a stage's waves that have devices."""
        return [one.number for one in self.waves.values() if one.stage == stage and self._waves[one.number].total()]

    def count(self, *numbers: int) -> Count:
        """Count the devices of these waves; of all, when none is named."""
        return sum((Count.of(self._waves[number]) for number in numbers or self._waves), Count())

    def tell(self, row: Row, now: float) -> bool:
        """Take in a device's newest row; True when it has just ended badly."""
        was = self._rows.get(row.device)
        ended = row.state in END_STATES and (was is None or was.state not in END_STATES)
        self._put(row)
        if ended and row.state != "skipped":
            self._ends.append(now)
        return ended and row.state in BAD

    def _put(self, row: Row) -> None:
        was = self._rows.get(row.device)
        if was is not None:
            self._waves[self.wave_of(was)][was.state] -= 1
            self._spent[was.region] -= was.state in BAD
        self._rows[row.device] = row
        self._waves[self.wave_of(row)][row.state] += 1
        self._spent[row.region] += row.state in BAD
        if row.state in END_STATES:
            self._ended[self.wave_of(row)] = max(row.at, self._ended.get(self.wave_of(row), 0.0))
        if row.state in BAD and (was is None or was.state != row.state):
            self.bad.append(row)

    def rate(self, now: float) -> float:
        """Return how many devices a minute have ended of late; those that were skipped say nothing of the pace."""
        while self._ends and self._ends[0] < now - _WINDOW:
            self._ends.popleft()
        if len(self._ends) < 2:
            return 0.0
        return 60 * len(self._ends) / max(now - self._ends[0], 1.0)

    def watched_until(self) -> float | None:
        """Return until when the wave that has ended is watched for slow faults (epoch); None: none is."""
        wave = self.waves.get(self.at)
        if wave is None or not wave.bake or self.count(self.at).left or self.at not in self._ended:
            return None
        return self._ended[self.at] + wave.bake

    def left(self, now: float) -> tuple[float, float] | None:
        """Return the seconds this wave and the whole change still take, if nothing stops them; None: nobody knows."""
        rate = self.rate(now)
        if not rate:
            return None
        baking = sum(wave.bake for number, wave in self.waves.items() if number >= self.at and self._later(number))
        return 60 * self.count(self.at).left / rate, 60 * self.count().left / rate + baking

    def _later(self, number: int) -> bool:
        """Tell whether anything comes after this wave."""
        return any(other > number and self._waves[other].total() for other in self.waves)

    def budget(self) -> Budget:
        """Return what the breaker has spent; canaries have no budget: none of them may fail."""
        whole = self.count()
        limits = {
            region: max(self._rules.least, ceil(self._rules.budget * size)) for region, size in self._sizes.items()
        }
        worst = max(limits, key=lambda one: (self._spent[one] / limits[one], one), default="")
        tried = whole.confirmed + whole.bad
        return Budget(whole.bad, tried, self._rules.accepted, worst, self._spent[worst], limits.get(worst, 0))

    @property
    def on_canaries(self) -> bool:
        """Tell whether the wave under way is one of canaries."""
        wave = self.waves.get(self.at)
        return wave is not None and wave.stage == CANARY
