"""Waivers and standing decisions: what two people accepted, for a scope, until a date. The raw verdict stays beside it.

A waiver covers violations of a part of the programme for a year at most. A standing decision is a country's tailoring:
it may hold for the whole programme, a platform or a kind of device, and is looked at again within three years.
What does not hold (expired, without a scope, approved by who asked, given for another version of the rule) changes no
verdict and is a violation of its own (rule AUD-01); what is malformed is refused before anything is judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final, Literal, TypeAlias

from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, ProgrammeSubject, Subject
from homeroom.audit.verdict import Verdict
from homeroom.errors import Problem

FILE: Final = "waivers.yaml"
HOLD: Final = "AUD-01"
"""The rule that waivers hold: it has none itself."""
HOLDS: Final = "holds"
LONGEST: Final = dt.timedelta(days=365)
LONGEST_STANDING: Final = dt.timedelta(days=3 * 365)
_WORDS: Final = ("reason", "compensating", "requested_by", "approved_by", "ticket")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom it covers: all globs must match. A rule on sites has no device to match, nor platform and kind."""

    region: str = "*"
    site: str = "*"
    device: str = "*"
    platform: str = "*"
    kind: str = "*"

    @property
    def everywhere(self) -> bool:
        """True when no region, site or device narrows it."""
        return not (set(self.region + self.site + self.device) - set("*?"))

    def covers(self, verdict: Verdict, subject: Subject | None = None) -> bool:
        """Tell whether everything matches; platform and kind are the subject's."""
        device = subject.intent.device if isinstance(subject, DeviceSubject) else None
        return (
            fnmatchcase(verdict.region, self.region)
            and fnmatchcase(verdict.site, self.site)
            and fnmatchcase(verdict.device, self.device)
            and fnmatchcase(device.platform if device else "", self.platform)
            and fnmatchcase(device.kind if device else "", self.kind)
        )

    def __str__(self) -> str:
        """Name what is narrowed only."""
        names = ("region", "site", "device", "platform", "kind")
        narrowed = [f"{name} {glob}" for name in names if (glob := getattr(self, name)) != "*"]
        return ", ".join(narrowed) or "the whole programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What two people accepted. `version`: of the rule, as it was then; `compensating`: what is done instead."""

    rule: str
    version: int
    reason: str
    compensating: str
    requested_by: str
    approved_by: str
    created: dt.date
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Accepted):
    """One accepted violation. `expires` is the last day it holds."""

    scope: Scope
    expires: dt.date

    @property
    def until(self) -> dt.date:
        """Return the last day it holds."""
        return self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Accepted):
    """One standing decision; it must be looked at again by `review`.

    `becomes`: `waived`, violations are; `not_applicable`, every verdict is: the rule is off in that scope.
    """

    becomes: Literal["waived", "not_applicable"]
    review: dt.date
    scope: Scope = Scope()

    @property
    def until(self) -> dt.date:
        """Return the last day it holds."""
        return self.review


Entry: TypeAlias = Waiver | Decision


@dataclass(frozen=True, slots=True)
class WaiverFile:
    """waivers.yaml."""

    waivers: tuple[Waiver, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)  # not slotted: the index is made once
class Waivers:
    """All of them, waivers first; `faults`: why some do not hold, with what to do."""

    entries: tuple[Entry, ...] = ()
    faults: Mapping[Entry, str] = field(default_factory=dict[Entry, str])

    @classmethod
    def of(cls, file: WaiverFile, rules: Mapping[str, Rule], today: dt.date) -> Waivers:
        """Tell those that hold today from those that do not."""
        entries: tuple[Entry, ...] = (*file.waivers, *file.decisions)
        return cls(entries, {one: said for one in entries if (said := fault(one, rules[one.rule], today))})

    @cached_property
    def _holding(self) -> Mapping[str, Sequence[Entry]]:
        """Return rule -> what holds for it."""
        found: dict[str, list[Entry]] = {}
        for one in self.entries:
            if one not in self.faults:
                found.setdefault(one.rule, []).append(one)
        return found

    def apply(self, verdict: Verdict, subject: Subject | None = None) -> Verdict:
        """Put what covers a verdict over it, the first that does; its raw status stays.

        A waiver, or a decision that waives, covers violations only: unknown and error are none.
        """
        for one in self._holding.get(verdict.rule, ()):
            status = one.becomes if isinstance(one, Decision) else "waived"
            if (verdict.raw == "violation" or status == "not_applicable") and one.scope.covers(verdict, subject):
                return replace(verdict, status=status, waiver=one.ticket)
        return verdict

    def noted(self, subject: Subject) -> Subject:
        """Put on the programme's record what there is and what of it holds (rule AUD-01); leave others alone."""
        if not isinstance(subject, ProgrammeSubject):
            return subject
        return replace(subject, records={**subject.records, **self.records()})

    def records(self) -> Mapping[str, str]:
        """Return each waiver and decision by name -> that it holds, or why it does not and what to do."""
        found = {"waivers": f"{len(self.entries)} waivers and standing decisions"}
        for number, one in enumerate(self.entries, 1):
            name = f"waiver {number}: {one.ticket} for {one.rule} ({one.scope})"
            found[name] = self.faults.get(one, f"{HOLDS} until {one.until}")
        return found


def fault(one: Entry, rule: Rule, today: dt.date) -> str:
    """Say why a waiver or decision does not hold, and what to do; empty when it does."""
    return "; ".join(_faults(one, rule, today))


def _faults(one: Entry, rule: Rule, today: dt.date) -> Iterator[str]:
    if isinstance(one, Waiver) and one.scope.everywhere:
        yield "it has no scope: name a region, site or device, or make it a standing decision"
    if _person(one.requested_by) == _person(one.approved_by):
        yield f"{one.approved_by} approved what the same person asked for: a second person approves"
    if one.version != rule.version:
        yield f"it was given for version {one.version}, the rule is at version {rule.version} now: decide anew"
    if one.created > today:
        yield f"it is of {one.created}, which is in the future: write the day it was approved"
    longest = LONGEST if isinstance(one, Waiver) else LONGEST_STANDING
    if one.until > one.created + longest:
        yield f"{one.until} is more than {longest.days} days after {one.created}: choose an earlier day"
    if one.until < today:
        yield f"it expired on {one.until}: mend what it was for and remove it, or decide anew"


def problems(file: WaiverFile, rules: Mapping[str, Rule]) -> list[Problem]:
    """Find what is malformed; the file's name and the line are added by who loads it."""
    groups: tuple[tuple[str, Sequence[Entry]], ...] = (("waivers", file.waivers), ("decisions", file.decisions))
    return [
        Problem("", 0, f"{name}[{number}].{where}", message, remedy)
        for name, entries in groups
        for number, one in enumerate(entries)
        for where, message, remedy in _malformed(one, rules)
    ]


def _malformed(one: Entry, rules: Mapping[str, Rule]) -> Iterator[tuple[str, str, str]]:
    """Yield field, what is wrong, what to do."""
    if one.rule not in rules:
        yield "rule", f"no rule is called {one.rule}", f"the rules are {', '.join(rules)}"
    if one.rule == HOLD:
        yield "rule", f"{HOLD} says that waivers hold, and has none", "correct the waiver it speaks of"
    for name in _WORDS:
        if not getattr(one, name).strip():
            yield name, "is empty", "fill it" if name != "compensating" else 'say what is done instead, or "none"'
    if one.until < one.created:
        last = "expires" if isinstance(one, Waiver) else "review"
        yield last, f"{one.until} is before {one.created}, when it was created", "correct one of the dates"


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()
