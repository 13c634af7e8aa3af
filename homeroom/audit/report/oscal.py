"""OSCAL assessment results: one finding a rule, observations with evidence, risks of what is violated or waived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from homeroom.audit.bundle.model import RuleEntry, SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import facts, oscal_json
from homeroom.audit.report.facts import Facts, Seen
from homeroom.audit.report.fresh import Fresh
from homeroom.audit.report.observed import Observed
from homeroom.audit.report.oscal_json import Names, Thing, array, controls, dumps, line, markdown, objective, prop, when
from homeroom.audit.tally import Counts
from homeroom.audit.verdict import STATUSES, WORST_FIRST, Status

_TOLD: Final = frozenset(STATUSES)
_OPEN: Final[Sequence[Status]] = ("violation", "error", "unknown", "waived")


def write(bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
    """Write the document, in English whatever the language asked for: it is for machines."""
    del lang
    with Fresh(path) as file:
        _Results(bundle).write(file)
    return path


class _Results:
    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.names = Names(bundle.header, bundle.root)
        self.rules: Mapping[str, RuleEntry] = {rule.id: rule for rule in bundle.rules}
        self.facts = Facts(bundle.rules, _TOLD)
        self.observed = Observed(bundle.header, self.names, self.rules)

    def write(self, file: IO[str]) -> None:
        """Write it from top to bottom; the inventory goes out as the subjects come."""
        header, names = self.bundle.header, self.names
        top = {
            "uuid": names.of_run("assessment-results"),
            "metadata": oscal_json.metadata(header, names, "Assessment results", self.bundle.root),
            "import-ap": {"href": f"#{names.of_run('rules')}"},
            "local-definitions": {"objectives-and-methods": self._objectives()},
        }
        file.write(f'{{"assessment-results":{dumps(top)[:-1]},\n"results":[{dumps(self._result())[:-1]}')
        assets = {"components": [oscal_json.tool(header, names)], "assessment-platforms": [self._platform()]}
        file.write(f',\n"local-definitions":{{"assessment-assets":{dumps(assets)}')
        array(file, ',\n"inventory-items":', self._inventory())
        file.write("}")
        seen = self.facts.seen()
        array(file, ',\n"observations":', (self._observation(one) for listed in seen.values() for one in listed))
        array(file, ',\n"risks":', map(dumps, self._risks(seen)))
        judged = (rule for rule in self.bundle.rules if _judged(self.facts.counts[rule.id]))
        array(file, ',\n"findings":', (dumps(self._finding(rule, seen[rule.id])) for rule in judged))
        file.write(f'}}],\n"back-matter":{dumps(oscal_json.resources(header, names, self.bundle.root))}}}}}\n')

    def _result(self) -> Thing:
        header = self.bundle.header
        sample = f" A sample of {header.sampled}, drawn with seed {header.seed}." if header.sampled else ""
        reached = f" {len(self.bundle.unreached)} devices were not reached: the bundle names them and says why."
        return {
            "uuid": self.names.of_run("result"),
            "title": line(f"Audit of {header.name}"),
            "description": markdown(f"{header.scope}: {header.devices} devices.{sample}{reached} {header.basis}"),
            "start": when(header.at),
            "end": when(header.at),
            "reviewed-controls": self._reviewed(),
        }

    def _reviewed(self) -> Thing:
        ids = sorted({control for rule in self.bundle.rules for control in controls(rule)})
        said = "Controls of NIST SP 800-53 that a rule tests in part; a rule that tests none stands under its own id."
        chosen = {"description": said, "include-controls": [{"control-id": control} for control in ids]}
        return {"control-selections": [chosen if ids else {"include-all": {}}]}

    def _objectives(self) -> Sequence[Thing]:
        """Return each rule as an objective of the first control that it tests."""
        grouped: dict[str, list[RuleEntry]] = {}
        for rule in self.bundle.rules:
            grouped.setdefault(controls(rule)[0], []).append(rule)
        return [{"control-id": control, "parts": [_part(rule) for rule in rules]} for control, rules in grouped.items()]

    def _platform(self) -> Thing:
        used = {"component-uuid": self.names.lasting("tool")}
        return {"uuid": self.names.lasting("platform"), "title": "Homeroom", "uses-components": [used]}

    def _inventory(self) -> Iterator[str]:
        for entry in self.bundle.subjects():
            if self.facts.take(entry, self._reference):
                yield dumps(oscal_json.item(entry, self.names))

    def _reference(self, entry: SubjectEntry) -> str:
        return f'{{"subject-uuid":"{self.names.subject(entry)}","type":"inventory-item"}}'

    def _observation(self, seen: Seen) -> str:
        return self.observed.observation(seen, () if seen.status == "not_applicable" else self.facts.subjects)

    def _risks(self, seen: Mapping[str, Sequence[Seen]]) -> Iterator[Thing]:
        for rule in self.bundle.rules:
            violated = facts.of(seen, rule.id, "violation")
            if violated:
                yield self.observed.risk(violated)
        for waiver in self.bundle.waivers:
            covered = facts.of(seen, waiver.rule, "waived", waiver.ticket)
            if covered:
                yield self.observed.accepted(waiver, covered)

    def _finding(self, rule: RuleEntry, own: Sequence[Seen]) -> Thing:
        counts = self.facts.counts[rule.id]
        state = "not-satisfied" if any(counts[status] for status in _OPEN) else "satisfied"
        reason = "pass" if state == "satisfied" else "fail" if counts["violation"] else "other"
        tickets = dict.fromkeys(one.waiver for one in own if one.status == "waived")
        risks = [self.observed.risk_name(rule.id)] if counts["violation"] else []
        risks += [self.observed.risk_name(rule.id, ticket) for ticket in tickets if self._known(rule.id, ticket)]
        finding: dict[str, Any] = {
            "uuid": self.names.of_run("finding", rule.id),
            "title": line(f"{rule.id} {rule.title}"),
            "description": markdown(rule.why),
            "props": [prop("severity", rule.severity), *(prop(status, counts[status]) for status in WORST_FIRST)],
            "target": {
                "type": "objective-id",
                "target-id": objective(rule),
                "status": {"state": state, "reason": reason, "remarks": markdown(_words(counts))},
            },
            "related-observations": [{"observation-uuid": self.observed.name(one)} for one in own],
        }
        if risks:
            finding["related-risks"] = [{"risk-uuid": name} for name in risks]
        return finding

    def _known(self, rule: str, ticket: str) -> bool:
        return any((waiver.rule, waiver.ticket) == (rule, ticket) for waiver in self.bundle.waivers)


def _judged(counts: Counts) -> bool:
    return any(counts[status] for status in STATUSES if status != "not_applicable")


def _words(counts: Counts) -> str:
    named: Sequence[Status] = [status for status in WORST_FIRST if counts[status]]
    return ", ".join(f"{status.replace('_', ' ')}: {counts[status]}" for status in named)


def _part(rule: RuleEntry) -> Thing:
    refs = (*rule.refs.srg, *(str(one) for one in rule.refs.stig), *rule.refs.dfe, *rule.refs.cipa)
    props = [prop("reference", ref) for ref in dict.fromkeys(refs)]
    props += [prop("control", control) for control in controls(rule)[1:]]
    return {
        "id": objective(rule),
        "name": "assessment-objective",
        "ns": oscal_json.NS,
        "title": line(rule.title),
        "props": [prop("version", rule.version), *props],
        "prose": markdown(rule.why),
    }
