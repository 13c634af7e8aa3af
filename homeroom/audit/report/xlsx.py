"""The workbook: counts, what is violated, waived or undecided, and every verdict, from a bundle alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from functools import lru_cache
from pathlib import Path
from typing import Final, TextIO, cast

from homeroom.audit.bundle.model import RuleEntry, SubjectEntry, WaiverEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import refer
from homeroom.audit.report.cells import LABEL, moment, row, share, text, title, whole
from homeroom.audit.report.digest import Digest
from homeroom.audit.report.fresh import Fresh
from homeroom.audit.report.speech import Language, language
from homeroom.audit.report.workbook import Column, Spool, Workbook
from homeroom.audit.tally import SEVERITIES, Counts
from homeroom.audit.verdict import BAD, STATUSES, WORST_FIRST, Status, Verdict

MOST_KEPT: Final = 50_000
"""Cells kept to be written again."""
_NARROW, _USUAL, _WIDE = 12, 20, 60
_WHERE: Final[Sequence[tuple[str, int]]] = (("region", 12), ("site", 14), ("device", 24))
_PROOF: Final[Sequence[tuple[str, int]]] = (
    ("found", _WIDE),
    ("evidence", _WIDE),
    ("source", _USUAL),
    ("read", _USUAL),
    ("since_head", _USUAL),
)
_ASIDE: Final = BAD | {"waived"}
_DETAIL: Final = (
    ("severity", 10),
    ("rule", 10),
    ("rule_title", 40),
    *_WHERE,
    ("platform", 10),
    *_PROOF,
    ("sha", _NARROW),
)
_ALL: Final = (*_WHERE, ("rule", 10), ("severity", 10), ("verdict", 16), ("raw", 16), ("ticket", 12), *_PROOF)


def write(bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
    """Write the workbook; the one of before stays until this one is complete."""
    say = language(lang)
    with Fresh(path) as file:
        heading = f"{say('title')}: {bundle.header.name}"
        with Workbook(cast("TextIO", file).buffer, heading, say.tag, bundle.header.at) as book:
            _Maker(bundle, book, say).make()
    return path


def _where(entry: SubjectEntry) -> str:
    return text(entry.region) + text(entry.site) + text(entry.device)


def _waiver(waiver: WaiverEntry) -> Sequence[str]:
    """Return the cells of a waiver; whether it is a standing decision is a mark."""
    plain = (waiver.scope, waiver.reason, waiver.compensating, waiver.requested_by, waiver.approved_by)
    return [
        text(waiver.ticket),
        text("✓" if waiver.standing else ""),
        text(waiver.rule),
        whole(waiver.version),
        *(text(value, wrapped=True) for value in plain),
        *(text(value) for value in (waiver.created, waiver.expires, waiver.problem)),
    ]


_cell = lru_cache(maxsize=MOST_KEPT)(text)
"""A cell of text; the last ones are kept, because a fleet says the same over and over."""


def _told(verdict: Verdict) -> str:
    """Return the cells of what was found and of the evidence."""
    pieces = verdict.evidence
    shown = pieces[0].text if len(pieces) == 1 else "\n".join([piece.text for piece in pieces])
    return _cell(verdict.summary) + _cell(shown)


@lru_cache(maxsize=8192)
def _moments(source: str, at: float, since: float) -> str:
    return text(source) + moment(at) + moment(since)


def _origin(verdict: Verdict) -> str:
    """Return whence the first piece of evidence is, of when, and since when the verdict stands."""
    if not verdict.evidence:
        return _moments("", 0.0, verdict.since)
    first = verdict.evidence[0]
    return _moments(first.source, first.at, verdict.since)


class _Maker:
    """Puts one workbook together."""

    def __init__(self, bundle: Bundle, book: Workbook, say: Language) -> None:
        self.bundle, self.book, self.say = bundle, book, say
        self.rules: Mapping[str, RuleEntry] = {rule.id: rule for rule in bundle.rules}
        self.digest = Digest(bundle.rules)
        self.severities = {severity: text(say(severity)) for severity in SEVERITIES}
        self.statuses: Mapping[Status, str] = {status: text(say(status)) for status in STATUSES}

    def make(self) -> None:
        """Write all sheets. Every verdict goes straight to its sheet, what is violated or open is kept aside."""
        say = self.say
        with ExitStack() as stack:
            spools = {name: stack.enter_context(closing(Spool())) for name in (*SEVERITIES, "waived", "undecided")}
            self._all(spools)
            self._summary()
            self._rules()
            self._regions()
            self._kept("violations", (*_DETAIL, ("mend", _WIDE)), [spools[name] for name in SEVERITIES])
            self._waivers()
            self._kept("waived", (*_DETAIL, ("ticket", _NARROW)), [spools["waived"]])
            self._kept("undecided", (*_DETAIL, ("verdict", _NARROW)), [spools["undecided"]])
            self._unreached()
        names = ("view_summary", "rules", "regions", "violations", "waivers", "waived", "undecided", "unreached")
        self.book.bind([say(name) for name in names])

    def _columns(self, keys: Sequence[tuple[str, int]]) -> Sequence[Column]:
        return [(self.say(key), width) for key, width in keys]

    def _all(self, spools: Mapping[str, Spool]) -> None:
        """Write every verdict."""
        titles = {
            id_: self.severities[rule.severity] + text(id_) + text(rule.title) for id_, rule in self.rules.items()
        }
        judged = self._judged()
        with self.book.table(self.say("all_verdicts"), self._columns(_ALL)) as table:
            for entry in self.bundle.subjects():
                self.digest.add(entry)
                where = _where(entry)
                start, platform = f"<row>{where}", text(entry.platform)
                rows: list[str] = []
                for verdict in entry.verdicts:
                    told, origin = _told(verdict), _origin(verdict)
                    of = judged[verdict.rule, verdict.status]
                    raw = self.statuses[verdict.raw] + text(verdict.waiver) if verdict.waiver else "<c/><c/>"
                    rows.append(f"{start}{of}{raw}{told}{origin}</row>")
                    if verdict.status in _ASIDE:
                        spool, last = self._aside(spools, entry, verdict)
                        sha = text(verdict.evidence[0].sha if verdict.evidence else "")
                        spool.add(f"<row>{titles[verdict.rule]}{where}{platform}{told}{origin}{sha}{last}</row>")
                table.add(rows)

    def _judged(self) -> Mapping[tuple[str, Status], str]:
        """Return the cells of each rule with each status."""
        return {
            (id_, status): text(id_) + self.severities[rule.severity] + cell
            for id_, rule in self.rules.items()
            for status, cell in self.statuses.items()
        }

    def _aside(self, spools: Mapping[str, Spool], entry: SubjectEntry, verdict: Verdict) -> tuple[Spool, str]:
        """Return where a verdict is also listed, and the last cell there."""
        if verdict.status == "violation":
            return spools[verdict.severity], text(entry.mend.get(verdict.rule, ""), wrapped=True)
        if verdict.status == "waived":
            return spools["waived"], text(verdict.waiver)
        return spools["undecided"], self.statuses[verdict.status]

    def _kept(self, name: str, columns: Sequence[tuple[str, int]], spools: Sequence[Spool]) -> None:
        with self.book.table(self.say(name), self._columns(columns)) as table:
            for spool in spools:
                table.take(spool)

    def _summary(self) -> None:
        say, header = self.say, self.bundle.header
        counts = self.digest.counts()
        judged = sum(counts.values()) - counts["not_applicable"]
        about = (*refer.about(header, say), *refer.proof(header, self.bundle.root, say))
        with self.book.table(say("view_summary"), (("", 34), ("", 24), ("", 14)), filtered=False) as table:
            table.add([row([title(f"{say('title')}: {header.name}")]), row([text(refer.answer(counts, say))]), row([])])
            table.add([row([text(label, style=LABEL), text(value)]) for label, value in about])
            table.add(
                [row([]), row([text(say(name), style=LABEL) for name in ("verdict", "how_many", "share_of_all")])]
            )
            whole_of = sum(counts.values())
            for status in WORST_FIRST:
                table.add([row([text(say(status)), whole(counts[status]), share(counts[status], whole_of)])])
            table.add([row([text(say("share"), style=LABEL), "<c/>", share(counts["compliant"], judged)])])

    def _counted(self, counts: Counts) -> Sequence[str]:
        judged = sum(counts.values()) - counts["not_applicable"]
        return [*(whole(counts[status]) for status in WORST_FIRST), share(counts["compliant"], judged)]

    def _count_columns(self) -> Sequence[tuple[str, int]]:
        return [*((status, _NARROW) for status in WORST_FIRST), ("share", _NARROW)]

    def _rules(self) -> None:
        counts = self.digest.by_rule()
        named = [("rule", 10), ("version", 8), ("severity", 10), ("rule_title", 50)]
        columns = self._columns([*named, *self._count_columns(), ("why", _WIDE), ("how_to_mend", _WIDE)])
        with self.book.table(self.say("rules"), [*columns, *((name, _USUAL) for name in refer.FRAMEWORKS)]) as table:
            for rule in self.rules.values():
                head = [text(rule.id), whole(rule.version), self.severities[rule.severity], text(rule.title)]
                told = [text(rule.why, wrapped=True), text(rule.fix, wrapped=True)]
                refs = refer.of(rule)
                asked = [text("\n".join(refs.get(name, ())), wrapped=True) for name in refer.FRAMEWORKS]
                table.add([row([*head, *self._counted(counts.get(rule.id, Counts())), *told, *asked])])

    def _regions(self) -> None:
        names = {region.id: region.name for region in self.bundle.regions}
        sites = Counter(place.region for place in self.digest.places.values())
        columns = self._columns([("region", 14), ("region_name", 30), ("sites_head", 10), *self._count_columns()])
        with self.book.table(self.say("regions"), columns) as table:
            for region, counts in sorted(self.digest.by_region().items()):
                head = [text(region), text(names.get(region, "")), whole(sites[region])]
                table.add([row([*head, *self._counted(counts)])])

    def _waivers(self) -> None:
        keys = (
            ("ticket", 14),
            ("standing", _NARROW),
            ("rule", 10),
            ("version", 8),
            ("covers", 30),
            ("reason", _WIDE),
            ("compensating", _WIDE),
            ("requested_by", _USUAL),
            ("approved_by", _USUAL),
            ("created", _NARROW),
            ("until", _NARROW),
            ("expired", 30),
            ("how_many", _NARROW),
        )
        with self.book.table(self.say("waivers"), self._columns(keys)) as table:
            for waiver in self.bundle.waivers:
                covered = self.digest.covered.get((waiver.rule, waiver.ticket))
                table.add([row([*_waiver(waiver), whole(covered.count if covered else 0)])])

    def _unreached(self) -> None:
        columns = self._columns([("device", 24), ("site", 14), ("reason", _WIDE), ("since_head", _USUAL)])
        with self.book.table(self.say("unreached"), columns) as table:
            for one in self.bundle.unreached:
                table.add([row([text(one.device), text(one.site), text(one.reason), moment(one.since)])])
