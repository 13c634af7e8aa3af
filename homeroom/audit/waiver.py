"""Waivers: a violation two people accepted, for a named scope, until a date. The raw verdict stays beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

from homeroom.audit.rule import Rule
from homeroom.audit.verdict import Verdict
from homeroom.errors import Problem

LONGEST: Final = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom the waiver covers: all three globs must match. A rule on sites has no device to match."""

    region: str = "*"
    site: str = "*"
    device: str = "*"

    @property
    def everything(self) -> bool:
        """True when it would switch the rule off."""
        return not (set(self.region + self.site + self.device) - set("*?"))

    def covers(self, verdict: Verdict) -> bool:
        """Tell whether the verdict's region, site and device all match."""
        pairs = ((verdict.region, self.region), (verdict.site, self.site), (verdict.device, self.device))
        return all(fnmatchcase(value, glob) for value, glob in pairs)

    def __str__(self) -> str:
        """Name what is narrowed only."""
        named = (("region", self.region), ("site", self.site), ("device", self.device))
        return ", ".join(f"{name} {glob}" for name, glob in named if glob != "*")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One accepted violation. `expires` is the last day it holds."""

    rule: str
    scope: Scope
    reason: str
    requested_by: str
    approved_by: str
    created: dt.date
    expires: dt.date
    ticket: str


@dataclass(frozen=True, slots=True)
class Waivers:
    """waivers.yaml."""

    waivers: tuple[Waiver, ...] = ()

    def apply(self, verdict: Verdict) -> Verdict:
        """Turn a violation that is covered into `waived`; unknown and error are not violations and stay."""
        if verdict.status != "violation":
            return verdict
        for waiver in self.waivers:
            if waiver.rule == verdict.rule and waiver.scope.covers(verdict):
                return replace(verdict, status="waived", waiver=waiver.ticket)
        return verdict


def problems(waivers: Waivers, file: str, rules: Mapping[str, Rule], today: dt.date) -> list[Problem]:
    """Find what is wrong with each waiver: an expired one is wrong too, because nobody decided anew."""
    out: list[Problem] = []
    for number, waiver in enumerate(waivers.waivers):
        for field, message, remedy in (*_who_and_what(waiver, rules), *_when(waiver, today)):
            out.append(Problem(file, 0, f"waivers[{number}].{field} ({waiver.ticket})", message, remedy))
    return out


def _who_and_what(waiver: Waiver, rules: Mapping[str, Rule]) -> list[tuple[str, str, str]]:
    out: list[tuple[str, str, str]] = []
    if waiver.rule not in rules:
        out.append(("rule", f"no rule is called {waiver.rule}", f"the rules are {', '.join(sorted(rules))}"))
    if waiver.scope.everything:
        out.append(("scope", "covers everything", "name a region, site or device; to drop a rule, replace its file"))
    empty = [name for name in ("reason", "requested_by", "approved_by", "ticket") if not getattr(waiver, name).strip()]
    out += [(name, "is empty", "fill it") for name in empty]
    if not empty and _person(waiver.requested_by) == _person(waiver.approved_by):
        out.append(("approved_by", f"{waiver.approved_by} approved the own request", "a second person approves"))
    return out


def _when(waiver: Waiver, today: dt.date) -> list[tuple[str, str, str]]:
    if waiver.created > today:
        return [("created", f"{waiver.created} is in the future", "write the day it was approved")]
    if waiver.expires < waiver.created:
        return [("expires", f"{waiver.expires} is before it was created", "correct one of the dates")]
    if waiver.expires > waiver.created + LONGEST:
        return [("expires", f"{waiver.expires} is more than 365 days after {waiver.created}", "choose an earlier day")]
    if waiver.expires < today:
        return [("expires", f"expired on {waiver.expires}", "mend the device and remove the waiver, or ask anew")]
    return []


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()
