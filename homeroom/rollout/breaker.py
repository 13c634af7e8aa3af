"""When a change must stop: after each device's checks it says go on, pause or halt, and why.

Canaries: one failure halts. After them a sequential test of the checks' results: Wald's probability ratio (1945)
between the failure rate that is accepted and the one that must be caught, in Page's form (CUSUM, 1954), which sees
a rate that rises late as soon as one that was high from the start. Beside it an error budget for each region, and
a school that lost all of its network halts at once. What is not known never counts as success: it pauses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, log
from typing import Final, Literal, TypeAlias

from homeroom.errors import UsageError
from homeroom.rollout.apart import Planned

Outcome: TypeAlias = Literal["passed", "failed", "lost", "skipped", "unknown"]
"""Of one device: `failed`: its checks did, it has its old configuration again; `lost`: nobody reaches it; `skipped`:
it was never touched; `unknown`: what was read was too old, or nothing was."""
Action: TypeAlias = Literal["go on", "pause", "halt"]


@dataclass(frozen=True, slots=True)
class Rules:
    """`accepted`: the failure rate nobody is stopped for; `caught`: the one that must be stopped.

    `false_halt`, `missed`: how often the test may err, at the accepted and at the caught rate. `budget`: the part of
    a region's devices of this change that may fail, but `least` devices in any case. `interval`: seconds between
    two polls; None: nothing polls, and verdicts rest on each device's own checks.
    """

    accepted: float = 0.005
    caught: float = 0.03
    false_halt: float = 1e-3
    missed: float = 1e-2
    budget: float = 0.01
    least: int = 5
    interval: float | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for rules under which nothing could be told apart."""
        if not 0 < self.accepted < self.caught < 1:
            raise UsageError(f"accepted {self.accepted} and caught {self.caught}: give 0 < accepted < caught < 1")
        if not (0 < self.false_halt < 1 and 0 < self.missed < 1):
            raise UsageError(f"false_halt {self.false_halt} and missed {self.missed}: give each between 0 and 1")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a device's checks after the change found. `seen`: when that was read, seconds since the epoch, UTC."""

    device: str
    outcome: Outcome
    seen: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, and why in words."""

    action: Action
    reason: str


class Breaker:
    """The breaker of one change. `spent`: region -> failures of other changes that its budget has already paid for."""

    def __init__(
        self, targets: Iterable[Planned], rules: Rules | None = None, spent: Mapping[str, int] | None = None
    ) -> None:
        self._rules = rules or Rules()
        self._targets = {target.device: target for target in targets}
        self._sites: defaultdict[str, list[Planned]] = defaultdict(list)
        for target in self._targets.values():
            self._sites[target.site].append(target)
        self._sizes = Counter(target.region for target in self._targets.values())
        self._spent = Counter(spent or {})
        self._polled: dict[str, float] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._harmed: dict[str, None] = {}
        self._unknown: dict[str, None] = {}
        self._test = _Cusum(self._rules)
        self._halted = ""

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """Return what is known of each device so far; a failure stays one, whatever is seen later."""
        return self._outcomes

    @property
    def harmed(self) -> tuple[str, ...]:
        """Return the devices whose checks failed or that are lost, in the order it was seen."""
        return tuple(self._harmed)

    def polled(self, region: str, at: float) -> None:
        """Note how new the newest poll data of a region is; seconds since the epoch, UTC."""
        self._polled[region] = max(at, self._polled.get(region, at))

    def record(self, checked: Checked, now: float, *, canary: bool = False) -> Verdict:
        """Count one device's checks and say what to do. The same told twice counts once."""
        outcome = checked.outcome
        if outcome == "passed" and self._is_old(checked.seen, now):
            outcome = "unknown"
        before = self._outcomes.get(checked.device, "unknown")
        if _RANK[outcome] > _RANK[before] or checked.device not in self._outcomes:
            self._outcomes[checked.device] = outcome
            self._unknown.pop(checked.device, None)
            self._count(self._targets[checked.device], before, outcome, canary=canary)
        return self.verdict(now)

    def _count(self, target: Planned, before: Outcome, outcome: Outcome, *, canary: bool) -> None:
        if outcome == "unknown":
            self._unknown[target.device] = None
        elif outcome == "passed":
            self._test.add(failed=False)
        elif outcome != "skipped":
            if before != "failed":
                self._fail(target, canary=canary)
            if outcome == "lost":
                self._lose(target)

    def _fail(self, target: Planned, *, canary: bool) -> None:
        self._harmed[target.device] = None
        self._spent[target.region] += 1
        if canary:
            self._halt(f"the canary {target.device} failed: no canary may")
        if self._test.add(failed=True):
            self._halt(
                f"{len(self._harmed)} of {len(self._outcomes)} devices failed, which is no longer the accepted "
                f"{self._rules.accepted:.1%}: {_some(self._harmed)}"
            )
        budget = max(self._rules.least, ceil(self._rules.budget * self._sizes[target.region]))
        if self._spent[target.region] > budget:
            self._halt(f"region {target.region} has used up its error budget of {budget} devices")

    def _lose(self, target: Planned) -> None:
        """Halt if it was the school's last router, or the last of several devices, that was still reached."""
        site = self._sites[target.site]
        matter = [one for one in site if one.kind == "router"] or site
        if (matter[0].kind == "router" or len(matter) > 1) and all(
            self._outcomes.get(one.device) == "lost" for one in matter
        ):
            self.dark(target.site, f"nobody reaches {_some([one.device for one in matter])}")

    def dark(self, site: str, why: str) -> None:
        """Halt: none of a school's devices answers any more, whoever found out."""
        self._halt(f"the whole school {site} is lost: {why}")

    def _halt(self, reason: str) -> None:
        self._halted = self._halted or reason

    def _is_old(self, at: float | None, now: float) -> bool:
        """Tell whether something was read more than two polls ago, or never."""
        return self._rules.interval is not None and (at is None or now - at > 2 * self._rules.interval)

    def verdict(self, now: float) -> Verdict:
        """Say what to do at this moment."""
        if self._halted:
            return Verdict("halt", self._halted)
        if self._unknown:
            return Verdict("pause", f"nobody knows whether {_some(self._unknown)} passed; check again")
        stale = sorted(region for region in self._sizes if self._is_old(self._polled.get(region), now))
        if stale:
            return Verdict("pause", f"the poll data of {_some(stale)} is too old to judge by; see why polling stopped")
        return Verdict("go on", f"{len(self._harmed)} of {len(self._outcomes)} devices failed, as few as are accepted")

    def go_on(self, person: str, why: str) -> str:
        """Lift a halt that a person looked into, and return the sentence for the record.

        The test begins anew; a region whose budget is used up halts at its next failure.
        """
        said = f"{person} went on after: {self._halted or 'no halt'}; because: {why}"
        self._halted, self._test = "", _Cusum(self._rules)
        return said


class Tally(Breaker):
    """Counts, and never halts: for what a person does at once to devices they named themselves."""

    def _halt(self, reason: str) -> None:
        del reason


_RANK: Final[Mapping[Outcome, int]] = {"unknown": 0, "skipped": 1, "passed": 2, "failed": 3, "lost": 4}
"""What is learned later replaces only what says less or is better: a failure stays one."""


class _Cusum:
    """The sequential test: a sum that grows with each failure and shrinks, never below 0, with each success."""

    def __init__(self, rules: Rules) -> None:
        self._sum = 0.0
        self._halt_at = log((1 - rules.missed) / rules.false_halt)
        self._failed = log(rules.caught / rules.accepted)
        self._passed = log((1 - rules.caught) / (1 - rules.accepted))

    def add(self, *, failed: bool) -> bool:
        """Count one result; True when the failure rate is that which must be caught."""
        self._sum = max(0.0, self._sum + (self._failed if failed else self._passed))
        return self._sum >= self._halt_at


def _some(names: Iterable[str]) -> str:
    """Name a few, and say how many more there are."""
    given = list(names)
    more = f" and {len(given) - 5} more" if len(given) > 5 else ""
    return ", ".join(given[:5]) + more
