"""Observations and risks of OSCAL, from what was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from homeroom.audit.bundle.model import Header, RuleEntry, WaiverEntry
from homeroom.audit.report.facts import Seen
from homeroom.audit.report.oscal_json import Names, Thing, dumps, end_of, line, markdown, origin, prop, when
from homeroom.audit.rule import Severity
from homeroom.audit.verdict import LABELS

DAYS: Final[Mapping[Severity, int]] = {"critical": 30, "high": 30, "medium": 90, "low": 180}
"""Days to mend a violation, as FedRAMP's continuous monitoring asks (high 30, moderate 90, low 180)."""
_DAY: Final = 86_400.0
DEADLINE: Final = "The deadline is proposed: days by severity, from when the violation was first seen."


class Observed:
    """Writes observations and risks of one bundle."""

    def __init__(self, header: Header, names: Names, rules: Mapping[str, RuleEntry]) -> None:
        self.header, self.names, self.rules = header, names, rules
        self._origins = [origin(names)]

    def name(self, seen: Seen) -> str:
        """Name an observation."""
        return self.names.of_run("observation", seen.rule, seen.status, str(seen.number))

    def observation(self, seen: Seen, subjects: Sequence[str]) -> str:
        """Return one observation as JSON. `subjects`: references as JSON."""
        rule = self.rules[seen.rule]
        counted = len(seen.on)
        said = seen.summary or _together(seen)
        start: dict[str, Any] = {
            "uuid": self.name(seen),
            "title": line(f"{rule.id} {LABELS[seen.status]}"),
            "description": markdown(said),
            "props": [prop("verdict", seen.status), prop("rule", rule.id), prop("subjects", counted)],
            "methods": ["TEST"],
            "types": ["finding" if seen.status == "violation" else "control-objective"],
            "origins": self._origins,
        }
        if seen.waiver:
            start["props"].append(prop("waiver", seen.waiver))
        evidence = self._evidence(seen) or [self._whole()]
        end = {"relevant-evidence": evidence, "collected": when(_latest(seen), self.header.at)}
        listed = f',"subjects":[{",".join(subjects[place] for place in seen.on)}]' if subjects else ""
        return f"{dumps(start)[:-1]}{listed},{dumps(end)[1:]}"

    def _evidence(self, seen: Seen) -> list[Thing]:
        """Return the evidence of the first subject; the others' said the same."""
        href = f"#{self.names.of_run('bundle')}"
        out: list[Thing] = []
        for (source, at, sha), pieces in groupby(seen.evidence, key=lambda piece: (piece.source, piece.at, piece.sha)):
            props = [prop("source", source)]
            props += [prop("read", when(at))] if at else []
            props += [prop("sha-256", sha)] if sha else []
            said = markdown("\n".join(piece.text for piece in pieces))
            out.append({"href": href, "description": said, "props": props})
        return out

    def _whole(self) -> Thing:
        return {"href": f"#{self.names.of_run('bundle')}", "description": "Each subject's evidence is in the bundle."}

    def risk_name(self, rule: str, ticket: str = "") -> str:
        """Name the risk of a rule's violations, or of those that a waiver covers; the same from run to run."""
        return self.names.lasting("risk", rule, ticket)

    def risk(self, seen: Sequence[Seen]) -> Thing:
        """Return the risk of the violations of one rule."""
        rule = self.rules[seen[0].rule]
        known = [one.since for one in seen if one.since]
        deadline = (min(known) if known else self.header.at) + DAYS[rule.severity] * _DAY
        return {
            **self._risk(rule, self.risk_name(rule.id), "open", end_of(_day(deadline), self.header.at)),
            "remediations": [self._remedy(rule)],
            "related-observations": self._related(seen),
        }

    def accepted(self, waiver: WaiverEntry, seen: Sequence[Seen]) -> Thing:
        """Return the risk that a waiver accepts; of one that no longer holds it is open again."""
        rule = self.rules[waiver.rule]
        deadline = end_of(waiver.expires, self.header.at)
        status = "open" if waiver.problem else "deviation-approved"
        risk = {**self._risk(rule, self.risk_name(rule.id, waiver.ticket), status, deadline)}
        risk["title"] = line(f"{rule.id} {rule.title}: {_kind(waiver)} {waiver.ticket}")
        risk["statement"] = markdown(told(waiver))
        if waiver.compensating:
            mitigating = {"uuid": self.names.lasting("mitigation", rule.id, waiver.ticket)}
            risk["mitigating-factors"] = [{**mitigating, "description": markdown(waiver.compensating)}]
        if seen:
            risk["related-observations"] = self._related(seen)
        return risk

    def _risk(self, rule: RuleEntry, name: str, status: str, deadline: str) -> Mapping[str, Any]:
        facet = {"name": "severity", "system": NS_FACETS, "value": rule.severity}
        return {
            "uuid": name,
            "title": line(f"{rule.id} {rule.title}"),
            "description": markdown(rule.why),
            "statement": markdown(rule.title),
            "status": status,
            "characterizations": [{"origin": origin(self.names), "facets": [facet]}],
            "deadline": deadline,
        }

    def _remedy(self, rule: RuleEntry) -> Thing:
        return {
            "uuid": self.names.lasting("remedy", rule.id),
            "lifecycle": "recommendation",
            "title": line(f"Mend {rule.id}"),
            "description": markdown(rule.fix),
        }

    def _related(self, seen: Sequence[Seen]) -> list[Thing]:
        return [{"observation-uuid": self.name(one)} for one in seen]


NS_FACETS: Final = "urn:homeroom:severity"


def told(waiver: WaiverEntry) -> str:
    """Say in sentences who accepted what, until when, and whether it still holds."""
    people = f"Asked by {waiver.requested_by}, approved by {waiver.approved_by} on {waiver.created}."
    ends = f"It holds until {waiver.expires}."
    problem = f"It no longer holds: {waiver.problem}." if waiver.problem else ends
    return f"{waiver.reason} Covers {waiver.scope or 'the whole programme'}. {people} {problem}"


def _kind(waiver: WaiverEntry) -> str:
    return "standing decision" if waiver.standing else "waiver"


def _together(seen: Seen) -> str:
    if seen.status == "compliant":
        return "The rule holds on each of the subjects."
    if seen.status == "not_applicable":
        return "The rule is not for these subjects."
    return "The rule was judged so on more subjects, each for reasons of its own: the bundle holds them."


def _latest(seen: Seen) -> float:
    return max((piece.at for piece in seen.evidence), default=0.0)


def _day(at: float) -> str:
    return when(at)[:10] if at < dt.datetime(9999, 1, 1, tzinfo=dt.UTC).timestamp() else ""
