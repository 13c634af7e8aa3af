"""Does what was signed hang together? Counts, names that occur twice, findings that there are not, missing verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from homeroom.audit.bundle import records
from homeroom.audit.bundle.fault import Fault
from homeroom.audit.bundle.model import Header, RuleEntry, SubjectEntry
from homeroom.audit.bundle.subjects import Subjects
from homeroom.audit.rule import Scope
from homeroom.audit.verdict import PROGRAMME
from homeroom.errors import BundleError

_ORDER: Final = {kind: place for place, kind in enumerate((*records.PRELUDE, "subject", "index", "root", "signature"))}


def faults(path: Path) -> Iterator[Fault]:
    """Read a bundle whose bytes are as signed; yield what its writer did wrong, or wrongly on purpose."""
    found = _Content()
    start = 0
    with path.open("rb", buffering=1 << 20) as file:
        for raw in file:
            end = start + len(raw)
            try:
                what = found.line(records.kind_of(raw), records.payload(raw))
            except BundleError as error:
                what = str(error)
            if what:
                yield Fault(start, end, what)
            start = end


class _Content:
    """What was read so far."""

    def __init__(self) -> None:
        self.header: Header | None = None
        self.rules: dict[str, RuleEntry] = {}
        self.reader = Subjects({})
        self.counts: Counter[str] = Counter()
        self.scopes: Counter[Scope] = Counter()
        self.names: set[str] = set()
        self.place = 0
        self.wanted: dict[Scope, tuple[str, ...]] = {}

    def line(self, kind: str, said: Mapping[str, Any]) -> str:
        """Take the next line; return what is wrong with it."""
        self.counts[kind] += 1
        place = _ORDER["subject" if kind == "finding" else kind]
        if place < self.place:
            return f"a {kind} stands too late"
        self.place = place
        if kind in records.PRELUDE:
            return self.prelude(records.made(records.PRELUDE[kind], said))
        if kind == "finding":
            self.reader.finding(said)
        elif kind == "subject":
            return self.subject(self.reader.subject(said))
        return self.end(said) if kind == "root" else ""

    def prelude(self, entry: object) -> str:
        """Take a title block or a rule; of the other entries nothing more is asked."""
        if isinstance(entry, Header):
            twice, self.header = self.header is not None, entry
            return "a second header" if twice else ""
        if isinstance(entry, RuleEntry):
            twice = entry.id in self.rules
            self.rules[entry.id] = entry
            self.reader = Subjects({rule.id: rule.severity for rule in self.rules.values()})
            self.wanted[entry.scope] = (*self.wanted.get(entry.scope, ()), entry.id)
            return f"{entry.id} is there twice" if twice else ""
        return ""

    def subject(self, entry: SubjectEntry) -> str:
        """Take a subject: once each, with a verdict of every rule that is for its like."""
        scope: Scope = "device" if entry.device else "site" if entry.site else "programme"
        name = f"{scope} {entry.device or entry.site or PROGRAMME}"
        self.scopes[scope] += 1
        if name in self.names:
            return f"{name} is there twice"
        self.names.add(name)
        wanted = self.wanted.get(scope, ())
        judged = tuple(verdict.rule for verdict in entry.verdicts)
        if judged == wanted:
            return ""
        off = sorted(set(wanted) ^ set(judged)) or ["an order of its own"]
        return f"{name} lacks verdicts, or has too many: {', '.join(off)}"

    def end(self, said: Mapping[str, Any]) -> str:
        """Hold the root's counts and the header's against what was read."""
        header, counts = self.header, {kind: self.counts[kind] for kind in records.COUNTED}
        if header is None:
            return "there is no header"
        if said.get("counts") != counts or said.get("lines") != sum(counts.values()):
            return f"the root counts {said.get('counts')}, there are {counts}"
        if said.get("previous") != header.previous:
            return "header and root name different runs before"
        judged, sites = header.sampled or header.devices, self.scopes["site"]
        if (self.scopes["device"], sites) != (judged, header.sites):
            return f"the header says {judged} devices, {header.sites} sites; there are {self.scopes['device']}, {sites}"
        return ""
