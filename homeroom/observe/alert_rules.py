"""What is wrong, as conditions: pure. One fault is one, however many schools it cuts off; so is one cause of drift."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from homeroom.observe.alert_settings import Limits, Own, Rule
from homeroom.snmp.ask.show import shown
from homeroom.store.alerts import Severity
from homeroom.store.outages import Outage
from homeroom.store.totals import Answers, Busy

_SHOWN: Final = 10
"""Lines, devices or rules that a text names; beyond that it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A device that runs other than intended: the lines, the rules they break, since when, and by whom if known."""

    device: str
    site: str
    region: str
    lines: tuple[str, ...]
    controls: tuple[str, ...]
    since: float
    by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules look at, at one time. `periods`: schedule -> seconds; `lost`: rows lost of late.

    `regions`: the ids there are; `places`: fault's root -> (site, region), of devices; `silent`: region -> (devices
    of which nobody knows how they are, and no fault above explains it; devices there are).
    """

    now: float
    regions: Sequence[str] = ()
    faults: Sequence[Outage] = ()
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    moved: Sequence[Moved] = ()
    answers: Mapping[str, Answers] = field(default_factory=dict[str, Answers])
    periods: Mapping[str, float] = field(default_factory=dict[str, float])
    silent: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    meters: Mapping[str, float] = field(default_factory=dict[str, float])
    lost: float = 0.0
    why: str = ""
    """What the store said when it last took nothing."""
    busy: Sequence[Busy] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong now. `since`: epoch, None where only who looks on can know."""

    key: str
    severity: Severity
    region: str
    site: str
    title: str
    body: str
    since: float | None = None

    @property
    def rule(self) -> str:
        """Return the rule that found it."""
        return self.key.partition(":")[0]


Find: TypeAlias = Callable[[Facts, Limits], Iterator[Condition]]


def conditions(facts: Facts, limits: Limits, own: Mapping[Rule, Own]) -> tuple[Condition, ...]:
    """Return what is wrong, by the rules that are on, no more than `limits.most` of one rule in one region."""
    found: list[Condition] = []
    for rule, (find, _, _) in RULES.items():
        if not own.get(rule, Own()).off:
            said = own.get(rule, Own()).severity
            each = (replace(one, severity=said) if said else one for one in find(facts, limits))
            found += _bounded(rule, each, limits.most)
    return tuple(found)


def after(rule: str, own: Mapping[Rule, Own]) -> float:
    """Return the seconds for which a rule's condition must hold before it is an alert."""
    said, usual = next(((own.get(name), one[1]) for name, one in RULES.items() if name == rule), (None, 0.0))
    return usual if said is None or said.after is None else said.after


def clear(rule: str) -> float:
    """Return the seconds for which a rule's condition must be gone before its alert is closed."""
    return next((one[2] for name, one in RULES.items() if name == rule), 0.0)


def _bounded(rule: Rule, found: Iterable[Condition], most: int) -> Iterator[Condition]:
    """Yield the first of each region, and one more in place of all the rest."""
    seen: defaultdict[str, int] = defaultdict(int)
    rest: dict[str, Condition] = {}
    for one in found:
        seen[one.region] += 1
        if seen[one.region] <= most:
            yield one
        else:
            rest.setdefault(one.region, one)
    for region, one in rest.items():
        more = seen[region] - most
        title = f"{more} more of the rule {rule}" + (f" in {region}" if region else "")
        body = f"Beyond {most} alerts of one rule in one region no more are opened one by one. The first: {one.title}"
        yield Condition(f"{rule}:{region}:more", one.severity, region, "", title, body, one.since)


def _faults(facts: Facts, limits: Limits) -> Iterator[Condition]:
    for one in sorted(facts.faults, key=lambda each: (-each.schools, -each.devices, each.root)):
        site, region = facts.places.get(one.root, ("", ""))
        word = one.root.partition(" ")[0]
        region = region or (word if word in facts.regions else "")
        severity: Severity = "critical" if one.schools >= limits.schools else "warning" if one.schools else "info"
        schools = _many(one.schools, "school")
        title = f"{shown(one.root)} is down" + (f": {schools} cut off" if one.schools else "")
        body = (
            f"{shown(one.root)} is down. Behind it: {_many(one.devices, 'device')} silent, {schools} without network."
        )
        yield Condition(f"fault:{one.root}", severity, region, site, title, body, float(one.since))


def _drift(facts: Facts, _limits: Limits) -> Iterator[Condition]:
    """One for all devices of a region that differ in the same lines: that is one cause."""
    causes: defaultdict[tuple[str, tuple[str, ...]], list[Moved]] = defaultdict(list)
    for one in facts.moved:
        causes[one.region, one.lines].append(one)
    for (region, lines), found in sorted(causes.items(), key=lambda each: (-len(each[1]), each[0])):
        mark = hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        by = ", ".join(sorted({one.by for one in found if one.by}))
        devices = sorted(one.device for one in found)
        controls = sorted({rule for one in found for rule in one.controls})
        sites = {one.site for one in found}
        who = f" by {shown(by, 64)}" if by else ""
        title = f"{_named(devices, 1)} changed by hand{who}" + (f": breaks {_named(controls, 3)}" if controls else "")
        body = "\n".join(
            (
                f"{_named(devices)}: runs other than intended{who}.",
                f"Rules broken: {_named(controls)}." if controls else "No rule is broken by it.",
                *(shown(line, 120) for line in lines[:_SHOWN]),
                *([f"and {len(lines) - _SHOWN} more lines"] if len(lines) > _SHOWN else []),
            )
        )
        site = sites.pop() if len(sites) == 1 else ""
        severity: Severity = "critical" if controls else "warning"
        yield Condition(f"drift:{region}:{mark}", severity, region, site, title, body, min(one.since for one in found))


def _poller(facts: Facts, _limits: Limits) -> Iterator[Condition]:
    """Devices that are asked late, and rounds that take longer than their period."""
    for every, period in facts.periods.items():
        overdue, asked = facts.meters.get(f"overdue_{every}", 0.0), facts.meters.get("devices", 0.0)
        seconds = facts.meters.get(f"seconds_{every}", 0.0)
        if seconds > period or (asked and overdue > asked / 10):
            title = f"the poller does not keep up with {every}"
            body = (
                f"Of {asked:.0f} devices {overdue:.0f} are overdue; the last round took {seconds:.0f} s,"
                f" and has {period:.0f} s. Give the poller more CPU, or a longer period in inventory/observe.yaml."
            )
            yield Condition(f"poller:{every}", "critical" if every == "status" else "warning", "", "", title, body)
    refused = facts.meters.get("engine_foreign", 0.0)
    strange = facts.meters.get("engine_malformed", 0.0)
    asked = facts.meters.get("engine_received", 0.0)
    if asked >= 1000 and refused + strange > asked / 20:
        title = "many SNMP answers are refused"
        body = (
            f"Of {asked:.0f} packets received {refused:.0f} came from addresses that were not asked, {strange:.0f} are"
            " no SNMP. Somebody may be sending forged answers: look at the poller's network."
        )
        yield Condition("poller:answers", "warning", "", "", title, body)


def _store(facts: Facts, _limits: Limits) -> Iterator[Condition]:
    why = f" It says: {shown(facts.why)}." if facts.why else ""
    if facts.lost:
        title = "what was polled is being lost"
        body = f"{facts.lost:.0f} rows were dropped of late, because the store takes nothing.{why} Look at its disk."
        yield Condition("store:lost", "critical", "", "", title, body)
    elif waiting := facts.meters.get("store_waiting", 0.0):
        title = "the store does not take what is polled"
        body = f"{waiting:.0f} rows wait in memory; when too many do, the oldest are dropped.{why} Look at its disk."
        yield Condition("store:waiting", "warning", "", "", title, body)


def _stale(facts: Facts, limits: Limits) -> Iterator[Condition]:
    """Nothing new at all from anybody: it is the poller, or its network."""
    for every, period in facts.periods.items():
        one = facts.answers.get(every)
        if one is None or one.newest is None or facts.now - one.newest <= period * limits.stale:
            continue
        title = f"no device has answered {every} for {_span(facts.now - one.newest)}"
        body = f"It is asked every {_span(period)}. Look whether `homeroom observe` runs and reaches the devices."
        severity: Severity = "critical" if every == "status" else "warning"
        yield Condition(f"stale:{every}", severity, "", "", title, body, one.newest)


def _silent(facts: Facts, limits: Limits) -> Iterator[Condition]:
    """Many of a region silent, and no fault explains it."""
    for region, (silent, there) in sorted(facts.silent.items()):
        if there and silent * 100 > there * limits.silent:
            title = f"{region}: nobody knows how {silent} of {_many(there, 'device')} are"
            body = "They do not answer, and no fault explains it. They may be switched off, or the way to them is cut."
            yield Condition(f"silent:{region}", "warning", region, "", title, body)


def _capacity(facts: Facts, limits: Limits) -> Iterator[Condition]:
    """One for each site whose access points had no air left over a whole hour."""
    sites: defaultdict[tuple[str, str], list[Busy]] = defaultdict(list)
    for one in facts.busy:
        sites[one.region, one.site].append(one)
    for (region, site), found in sorted(sites.items(), key=lambda each: (-max(one.util for one in each[1]), each[0])):
        names = _named(sorted(one.device for one in found), 3)
        title = f"{site}: {_many(len(found), 'access point')} at {max(one.util for one in found)} percent of the air"
        body = f"{names}: channels used {limits.busy} percent or more, over an hour. Add access points or channels."
        yield Condition(f"capacity:{site}", "info", region, site, title, body)


RULES: Final[Mapping[Rule, tuple[Find, float, float]]] = {
    "fault": (_faults, 120.0, 120.0),
    "drift": (_drift, 0.0, 0.0),
    "poller": (_poller, 600.0, 300.0),
    "store": (_store, 300.0, 300.0),
    "stale": (_stale, 60.0, 60.0),
    "silent": (_silent, 900.0, 600.0),
    "capacity": (_capacity, 0.0, 7500.0),
}
"""Rule -> what finds its conditions, the seconds that one must hold to be an alert, and be gone to be closed."""


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _named(names: Sequence[str], most: int = _SHOWN) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"
