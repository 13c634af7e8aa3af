"""OSCAL plan of action and milestones: what is violated and what is waived, each with its risk and deadline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from homeroom.audit.bundle.model import RuleEntry, SubjectEntry, WaiverEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import facts, oscal_json
from homeroom.audit.report.facts import Facts, Seen
from homeroom.audit.report.fresh import Fresh
from homeroom.audit.report.observed import DEADLINE, Observed, told
from homeroom.audit.report.oscal_json import Names, Thing, array, dumps, line, markdown, prop
from homeroom.audit.verdict import Status

_TOLD: Final[frozenset[Status]] = frozenset({"violation", "waived"})


def write(bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
    """Write the document, in English whatever the language asked for: it is for machines."""
    del lang
    with Fresh(path) as file:
        _Plan(bundle).write(file)
    return path


class _Plan:
    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.names = Names(bundle.header, bundle.root)
        self.rules: Mapping[str, RuleEntry] = {rule.id: rule for rule in bundle.rules}
        self.facts = Facts(bundle.rules, _TOLD)
        self.observed = Observed(bundle.header, self.names, self.rules)

    def write(self, file: IO[str]) -> None:
        """Write it from top to bottom."""
        header, names = self.bundle.header, self.names
        top = {
            "uuid": names.of_run("plan"),
            "metadata": oscal_json.metadata(header, names, "Plan of action and milestones", self.bundle.root),
            "system-id": {"identifier-type": oscal_json.NS, "id": names.lasting("system")},
        }
        parts = {"components": [oscal_json.tool(header, names)]}
        file.write(f'{{"plan-of-action-and-milestones":{dumps(top)[:-1]}')
        file.write(f',\n"local-definitions":{dumps(parts)[:-1]}')
        array(file, ',\n"inventory-items":', (dumps(thing) for thing in self._inventory()))
        file.write("}")
        seen = self.facts.seen()
        listed = (one for every in seen.values() for one in every)
        array(file, ',\n"observations":', (self.observed.observation(one, self.facts.subjects) for one in listed))
        planned = list(self._planned(seen))
        array(file, ',\n"risks":', (dumps(risk) for risk, _ in planned))
        array(file, ',\n"poam-items":', map(dumps, [item for _, item in planned] or [self._nothing()]))
        file.write(f',\n"back-matter":{dumps(oscal_json.resources(header, names, self.bundle.root))}}}}}\n')

    def _inventory(self) -> Iterator[Thing]:
        for entry in self.bundle.subjects():
            if self.facts.take(entry, self._reference):
                yield oscal_json.item(entry, self.names)

    def _reference(self, entry: SubjectEntry) -> str:
        return f'{{"subject-uuid":"{self.names.subject(entry)}","type":"inventory-item"}}'

    def _planned(self, seen: Mapping[str, Sequence[Seen]]) -> Iterator[tuple[Thing, Thing]]:
        """Return each risk with its item: the violations of each rule, then each waiver, even if it covers none."""
        for rule in self.bundle.rules:
            violated = facts.of(seen, rule.id, "violation")
            if violated:
                said = f"{sum(len(one.on) for one in violated)} violations. {rule.why}"
                yield self.observed.risk(violated), {**self._item(rule, "", said, violated), "remarks": DEADLINE}
        for waiver in self.bundle.waivers:
            if waiver.rule in self.rules:
                yield self._waived(waiver, seen)

    def _waived(self, waiver: WaiverEntry, seen: Mapping[str, Sequence[Seen]]) -> tuple[Thing, Thing]:
        rule = self.rules[waiver.rule]
        covered = facts.of(seen, waiver.rule, "waived", waiver.ticket)
        number = sum(len(one.on) for one in covered)
        item = dict(self._item(rule, waiver.ticket, f"{told(waiver)} Violations covered: {number}.", covered))
        item["title"] = line(f"{rule.id} {rule.title} ({waiver.ticket})")
        return self.observed.accepted(waiver, covered), item

    def _item(self, rule: RuleEntry, ticket: str, said: str, seen: Sequence[Seen]) -> Thing:
        item: dict[str, Any] = {
            "uuid": self.names.lasting("item", rule.id, ticket),
            "title": line(f"{rule.id} {rule.title}"),
            "description": markdown(said),
            "props": [prop("severity", rule.severity), prop("rule", rule.id)],
            "related-risks": [{"risk-uuid": self.observed.risk_name(rule.id, ticket)}],
        }
        if ticket:
            item["props"].append(prop("ticket", ticket))
        if seen:
            item["related-observations"] = [{"observation-uuid": self.observed.name(one)} for one in seen]
        return item

    def _nothing(self) -> Thing:
        """Return what stands for a plan that asks for nothing: OSCAL wants one item at least."""
        said = "No rule is violated and no waiver is in force: there is nothing to do."
        return {"uuid": self.names.of_run("nothing"), "title": "No open item", "description": said}
