"""The funnel: how far each site has come from a contract to a compliant network, and whose turn it is.

The steps are one table: a new one is a line there, a function that observes it, and its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from homeroom.observe import funnel_steps as steps
from homeroom.observe.funnel_facts import SiteFacts
from homeroom.observe.funnel_steps import Outcome
from homeroom.observe.funnel_words import ENGLISH, Words
from homeroom.programme.model import Site
from homeroom.store.milestones import Answer, Key, Look, Milestone
from homeroom.store.speeds import ENOUGH

Party: TypeAlias = Literal["contracts", "installer", "engineer", "school", "provider", "auditor"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `name` is its word too; `on_devices`: a site without planned devices cannot have reached it."""

    name: str
    responsible: Party
    observe: Callable[[SiteFacts], Outcome]
    on_devices: bool = True


STEPS: Final[tuple[Step, ...]] = (
    Step("contracted", "contracts", steps.contracted, on_devices=False),
    Step("installed", "installer", steps.installed),
    Step("reachable", "engineer", steps.reachable),
    Step("ssids", "engineer", steps.ssids_up),
    Step("clients", "school", steps.clients_seen),
    Step("speed", "provider", steps.fast_enough),
    Step("compliant", "auditor", steps.compliant),
)
"""In the order in which a site takes them."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How one site stands: an outcome for each step, in their order."""

    site: Site
    outcomes: tuple[tuple[Step, Outcome], ...]

    @property
    def passed(self) -> int:
        """Return how many steps from the first on are all yes."""
        return next((n for n, (_, one) in enumerate(self.outcomes) if one.verdict != "yes"), len(self.outcomes))

    @property
    def next(self) -> tuple[Step, Outcome] | None:
        """Return the first step that is not yes; None when there is none left."""
        return self.outcomes[self.passed] if self.passed < len(self.outcomes) else None


def judge(facts: SiteFacts, table: Sequence[Step] = STEPS) -> Stand:
    """Judge every step of one site."""
    found = ((one, one.observe if facts.devices or not one.on_devices else steps.nothing) for one in table)
    return Stand(facts.site, tuple((one, observe(facts)) for one, observe in found))


def looks(stands: Iterable[Stand], now: float, words: Words = ENGLISH) -> Iterator[Look]:
    """Yield what is kept of each step."""
    for stand in stands:
        for step, one in stand.outcomes:
            yield Look(stand.site.id, step.name, one.verdict, now, one.said.text(words), one.since)


def title(step: Step, words: Words = ENGLISH) -> str:
    """Name a step."""
    return words[step.name].format(share=f"{ENOUGH:.0%}".rstrip("%"))


@dataclass(slots=True)
class Count:
    """One step in some region: sites by answer, and the sites and schools that passed it and all before it."""

    answers: Counter[Answer] = field(default_factory=Counter[Answer])
    sites: int = 0
    schools: int = 0


@dataclass(slots=True)
class Tally:
    """A region, or the nation."""

    sites: int = 0
    schools: int = 0
    steps: dict[str, Count] = field(default_factory=dict[str, Count])

    def add(self, stand: Stand) -> None:
        """Count one site."""
        schools, passed = len(stand.site.schools), stand.passed
        self.sites += 1
        self.schools += schools
        for number, (step, one) in enumerate(stand.outcomes):
            count = self.steps.setdefault(step.name, Count())
            count.answers[one.verdict] += 1
            if number < passed:
                count.sites += 1
                count.schools += schools


def tallied(stands: Iterable[Stand]) -> tuple[Tally, Mapping[str, Tally]]:
    """Count all sites, and those of each region."""
    whole, regions = Tally(), dict[str, Tally]()
    for stand in stands:
        whole.add(stand)
        regions.setdefault(stand.site.region, Tally()).add(stand)
    return whole, regions


@dataclass(frozen=True, slots=True)
class Gap:
    """What a site lacks next, and whose turn it is."""

    site: Site
    step: Step
    outcome: Outcome
    stands: Milestone


def gaps(stands: Iterable[Stand], held: Mapping[Key, Milestone]) -> tuple[Gap, ...]:
    """Return the next step of every site that has one; by step, then the longest waiting first."""
    found = [
        Gap(stand.site, stand.next[0], stand.next[1], held[stand.site.id, stand.next[0].name])
        for stand in stands
        if stand.next
    ]
    order = {step.name: number for number, step in enumerate(STEPS)}
    return tuple(sorted(found, key=lambda gap: (order[gap.step.name], gap.stands.since, gap.site.id)))
