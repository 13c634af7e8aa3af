"""The report on paper, for a ministry: what the page says, in a bounded number of pages, from a bundle alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO, cast

from homeroom.audit.bundle.model import WaiverEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import choice, refer
from homeroom.audit.report.digest import Digest
from homeroom.audit.report.frameworks import Row, frameworks
from homeroom.audit.report.fresh import Fresh
from homeroom.audit.report.paper import Column, Paper
from homeroom.audit.report.speech import Language, language
from homeroom.audit.report.words import short
from homeroom.audit.tally import Counts
from homeroom.audit.verdict import WORST_FIRST, Status, Verdict

MOST_VIOLATIONS: Final = 120
"""Violations printed with their evidence; the others are in the workbook."""
MOST_OF_RULE: Final = 8
MOST_ROWS: Final = 60
"""Rows of the other lists; each says how many more there are."""
MOST_REQUIREMENTS: Final = 600
MOST_NARROW: Final = 7
"""Letters that the narrowest column of counts has room for."""
_COUNTED: Final[Sequence[Status]] = ("violation", "error", "unknown", "waived", "compliant")


def write(bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
    """Write the report; the one of before stays until this one is complete."""
    say = language(lang)
    digest = Digest(bundle.rules)
    for entry in bundle.subjects():
        digest.add(entry)
    data = _Report(bundle, digest, say).bytes()
    with Fresh(path) as file:
        cast("TextIO", file).buffer.write(data)
    return path


class _Report:
    """One report, printed from its title to its proof."""

    def __init__(self, bundle: Bundle, digest: Digest, say: Language) -> None:
        self.bundle, self.digest, self.say = bundle, digest, say
        header = bundle.header
        heading = f"{say('title')}: {header.name}"
        foot = f"{short(header.name, 40)} · {say.stamp(header.at)} · {bundle.root[:16]}"
        numbered = say("page_of", page="{page}", pages="{pages}")
        self.paper = Paper(heading, say.tag, header.at, foot=foot, numbered=numbered)

    def bytes(self) -> bytes:
        """Print all of it."""
        self._front()
        self._unjudged()
        self._regions()
        self._rules()
        self._frameworks()
        self._violations()
        self._waivers()
        self._method()
        return self.paper.bytes()

    def _front(self) -> None:
        say, paper, counts = self.say, self.paper, self.digest.counts()
        paper.paragraph(say("title"), quiet=True)
        paper.title(self.bundle.header.name)
        paper.facts(refer.about(self.bundle.header, say))
        paper.heading(say("view_summary"))
        paper.paragraph(refer.answer(counts, say), bold=True)
        paper.space(1)
        judged: dict[Status, int] = {status: counts[status] for status in _COUNTED}
        paper.bar(judged, paper.pdf.epw, 7)
        whole = sum(counts.values())
        paper.legend(
            [(s, say(s), say.number(counts[s]), say.share(counts[s], whole)) for s in WORST_FIRST],
        )
        paper.facts([(say("root"), self.bundle.root)], code=True)

    def _unjudged(self) -> None:
        """Say what was not judged: undecided verdicts by their reason, devices not reached by theirs."""
        say, paper = self.say, self.paper
        reasons = self.digest.undecided()
        if reasons:
            paper.heading(say("undecided"))
            paper.paragraph(say("undecided_intro"))
            columns = (
                Column(say("rule"), 0.12),
                Column(say("verdict"), 0.13),
                Column(say("how_many"), 0.12, "R"),
                Column(say("reason"), 0.63),
            )
            rows = [(r.rule, say(r.status), say.number(r.count), short(r.summary)) for r in reasons[:MOST_ROWS]]
            paper.table(columns, rows)
            told = sum(reason.count for reason in reasons[:MOST_ROWS])
            total = sum(reason.count for reason in reasons) + sum(self.digest.unexplained.values())
            self._more("more_reasons", total - told)
        paper.heading(say("unreached"))
        missed = choice.missed(self.bundle.unreached)
        if not missed.reasons:
            paper.paragraph(say("unreached_none"))
            return
        paper.paragraph(say("unreached_intro"))
        why = (Column(say("reason"), 0.8), Column(say("how_many"), 0.2, "R"))
        paper.table(why, [(short(reason), say.number(count)) for reason, count in missed.reasons])
        which = (Column(say("device"), 0.35), Column(say("site"), 0.25), Column(say("since_head"), 0.4))
        listed = self.bundle.unreached[:MOST_ROWS]
        paper.table(which, [(e.device, e.site, say.stamp(e.since) if e.since else "–") for e in listed])
        self._more("more_devices", len(self.bundle.unreached) - len(listed))

    def _regions(self) -> None:
        say, paper = self.say, self.paper
        names = {region.id: region.name for region in self.bundle.regions}
        counts = self.digest.by_region()
        listed = [region for region in counts if region]
        if not listed:
            return
        paper.heading(say("regions"))
        paper.paragraph(say("regions_intro"))
        ranked = sorted(listed, key=lambda region: (*(-counts[region][status] for status in WORST_FIRST[:4]), region))
        rows = [(short(names.get(region, region), 60), *self._numbers(counts[region])) for region in ranked]
        paper.table((Column(say("region"), 0.3), *self._count_columns(0.7)), rows[:MOST_ROWS])
        self._more("more_regions", len(rows) - MOST_ROWS)

    def _rules(self) -> None:
        say, paper, counts = self.say, self.paper, self.digest.by_rule()
        paper.heading(say("rules"))
        rows = [
            (f"{rule.id} {rule.title}", say(rule.severity), *self._numbers(counts.get(rule.id, Counts())))
            for rule in self.bundle.rules
        ]
        paper.table((Column(say("rule"), 0.3), Column(say("severity"), 0.12), *self._count_columns(0.58)), rows)

    def _frameworks(self) -> None:
        say, paper, left = self.say, self.paper, MOST_REQUIREMENTS
        paper.heading(say("frameworks"))
        paper.paragraph(say("frameworks_intro"))
        for framework in frameworks(self.bundle.rules, self.digest, say):
            rows = [(row.name, ", ".join(row.rules), *self._of_row(row)) for row in framework.rows[:left]]
            left -= len(rows)
            if rows:
                paper.heading(framework.name, level=1)
                columns = (Column(say("requirement"), 0.27), Column(say("rules_head"), 0.15))
                paper.table((*columns, *self._count_columns(0.58)), rows)

    def _violations(self) -> None:
        say, paper = self.say, self.paper
        groups = choice.groups(self.bundle.rules, self.digest)
        if not groups:
            return
        paper.heading(say("violations"))
        paper.paragraph(say("violations_intro"))
        left = MOST_VIOLATIONS
        for group in groups:
            listed = group.listed[: min(MOST_OF_RULE, left)]
            left -= len(listed)
            total = say.count("violations", group.total)
            paper.heading(f"{group.rule.id} {group.rule.title} ({say(group.rule.severity)}): {total}", level=1)
            paper.paragraph(f"{say('why')}: {short(group.rule.why)}", quiet=True)
            paper.paragraph(f"{say('how_to_mend')}: {short(group.rule.fix)}", quiet=True)
            for verdict in listed:
                self._violation(verdict)
            if group.total > len(listed):
                more = say.count("more_violations", group.total - len(listed))
                paper.paragraph(f"{more} {say('in_workbook')}", quiet=True)

    def _violation(self, verdict: Verdict) -> None:
        say, paper = self.say, self.paper
        where = say("site_region", site=verdict.site, region=verdict.region) if verdict.site else ""
        since = say("since", at=say.stamp(verdict.since)) if verdict.since else ""
        paper.keep(24)
        paper.space(1)
        paper.paragraph(verdict.subject, bold=True, size=8.5)
        paper.paragraph("; ".join(part for part in (short(verdict.summary), where, since) if part), size=8.5)
        for text, cut, piece in choice.grouped(verdict.evidence):
            paper.code(text + (f"\n{say('cut', n=say.number(cut))}" if cut else ""))
            read = say("read_at", at=say.stamp(piece.at)) if piece.at else ""
            sha = f"SHA-256 {piece.sha[:16]}…" if piece.sha else ""
            paper.paragraph(", ".join(part for part in (piece.source, read, sha) if part), quiet=True, size=7.5)

    def _waivers(self) -> None:
        say, paper = self.say, self.paper
        parts = (("waivers", False), ("standing", True))
        for key, standing in parts:
            listed = [waiver for waiver in self.bundle.waivers if waiver.standing == standing]
            if not listed and standing:
                continue
            paper.heading(say(key))
            paper.paragraph(say(f"{key}_intro") if listed else say("waivers_none"))
            columns = (
                Column(say("rule"), 0.11),
                Column(say("covers"), 0.19),
                Column(say("reason"), 0.34),
                Column(say("asked_approved"), 0.2),
                Column(say("until"), 0.16),
            )
            paper.table(columns, [self._waiver(waiver) for waiver in listed[:MOST_ROWS]])
            self._more("more_entries", len(listed) - MOST_ROWS)

    def _waiver(self, waiver: WaiverEntry) -> Sequence[str]:
        say = self.say
        covered = self.digest.covered.get((waiver.rule, waiver.ticket))
        count = say.count("violations", covered.count) if covered else say("covers_nothing")
        instead = f"\n{say('compensating')}: {short(waiver.compensating)}" if waiver.compensating else ""
        problem = f"\n{say('expired')}: {waiver.problem}" if waiver.problem else ""
        return (
            f"{waiver.rule}\n{waiver.ticket}",
            f"{short(waiver.scope, 120)}\n{count}",
            short(waiver.reason) + instead,
            f"{short(waiver.requested_by, 80)}, {short(waiver.approved_by, 80)}",
            say.date(waiver.expires) + problem,
        )

    def _method(self) -> None:
        say, paper = self.say, self.paper
        paper.heading(say("method"))
        paper.paragraph(say("method_intro"))
        for status in WORST_FIRST:
            paper.paragraph(f"{say(status)}: {say(f'means_{status}')}")
        paper.paragraph(say("limits"))
        paper.heading(say("proof"))
        paper.facts(refer.proof(self.bundle.header, self.bundle.root, say), code=True)

    def _more(self, key: str, count: int) -> None:
        if count > 0:
            self.paper.paragraph(f"{self.say.count(key, count)} {self.say('in_workbook')}", quiet=True)

    def _count_columns(self, width: float) -> Sequence[Column]:
        heads = [*(self.say(status) for status in _COUNTED), self.say("share")]
        letters = [max(MOST_NARROW, *(len(word) for word in head.split())) + 2 for head in heads]
        return [Column(head, width * n / sum(letters), "R") for head, n in zip(heads, letters, strict=True)]

    def _numbers(self, counts: Counts) -> Sequence[str]:
        judged = sum(counts[status] for status in _COUNTED)
        return [*(self.say.number(counts[s]) for s in _COUNTED), self.say.share(counts["compliant"], judged)]

    def _of_row(self, row: Row) -> Sequence[str]:
        return [*(self.say.number(row.counts[status]) for status in _COUNTED), row.share]
