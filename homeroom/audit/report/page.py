"""The HTML page: Python decides what stands on it, the template prints it. Self-contained, without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from homeroom.audit.age import stamp
from homeroom.audit.report import chart, palette, words
from homeroom.audit.report.about import About, Unreached
from homeroom.audit.report.chart import Pin
from homeroom.audit.rule import Rule
from homeroom.audit.tally import Counts, Tally
from homeroom.audit.verdict import LABELS, STATUSES, WORST_FIRST, Evidence, Status, Verdict
from homeroom.audit.waiver import Waiver, Waivers
from homeroom.programme.model import Programme, Site

MOST_SITES: Final = 40
MOST_PER_RULE: Final = 60
MOST_ROWS: Final = 100
"""Rows of the other lists; each says how many more there are, and audit.json holds them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of counts. `judged`: verdicts other than not applicable; `share`: the compliant ones."""

    id: str
    name: str
    counts: Mapping[Status, int]
    judged: int
    share: str
    worst: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The violations of one rule: those listed, and how many more there are."""

    rule: Rule
    total: int
    listed: Sequence[Verdict]

    @property
    def more(self) -> int:
        """Return how many are not listed."""
        return self.total - len(self.listed)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page is made of."""

    about: About
    programme: Programme
    sites: Sequence[Site]
    rules: Mapping[str, Rule]
    waivers: Waivers
    tally: Tally
    unreached: Sequence[Unreached]


def page(facts: Facts) -> str:
    """Return the whole document."""
    return environment().get_template("page.html.j2").render(_context(facts))


@cache
def environment() -> Environment:
    """Make the environment once: everything is escaped, a misspelt variable is an error."""
    loader = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    filters: dict[str, Any] = {"visible": words.visible, "stamp": stamp, "counted": words.count, "grouped": _grouped}
    made.filters.update(filters)
    return made


def _context(facts: Facts) -> Mapping[str, Any]:
    tally = facts.tally
    rows = _sites(facts)
    listed = [row for row in rows if row.counts["violation"] + row.counts["error"] + row.counts["unknown"]][:MOST_SITES]
    shown = {row.id for row in listed}
    pins = [Pin(site, tally.mark(site.id), site.id in shown) for site in facts.sites]
    return {
        "about": facts.about,
        "light": palette.variables(palette.LIGHT, dark=False),
        "dark": palette.variables(palette.DARK, dark=True),
        "statuses": WORST_FIRST,
        "labels": LABELS,
        "total": _row("", "", tally.counts),
        "shares": _shares(tally.counts),
        "chart": chart.draw(facts.programme.country, facts.programme.regions, pins),
        "icons": {status: chart.icon(status) for status in STATUSES},
        "regions": _regions(facts),
        "rules": [_rule(rule, tally) for rule in facts.rules.values()],
        "catalogue": list(facts.rules.values()),
        "sites": listed,
        "other_sites": len(rows) - len(listed),
        "violations": _groups(facts),
        "reasons": tally.undecided()[:MOST_ROWS],
        "more_reasons": max(0, len(tally.reasons) - MOST_ROWS),
        "waived": _waived(facts)[:MOST_ROWS],
        "more_waived": max(0, len(tally.waived) - MOST_ROWS),
        "unreached": facts.unreached[:MOST_ROWS],
        "more_unreached": max(0, len(facts.unreached) - MOST_ROWS),
    }


def _row(id_: str, name: str, counts: Counts, extra: str = "") -> Row:
    full: dict[Status, int] = {status: counts[status] for status in WORST_FIRST}
    judged = sum(full.values()) - full["not_applicable"]
    worst = next((status for status in WORST_FIRST if full[status]), "not_applicable")
    return Row(id_, name, full, judged, words.share(full["compliant"], judged), worst, extra)


def _shares(counts: Counts) -> Mapping[Status, str]:
    whole = sum(counts.values())
    return {status: words.share(counts[status], whole) for status in STATUSES}


def _rule(rule: Rule, tally: Tally) -> Row:
    return _row(rule.id, rule.title, tally.by_rule.get(rule.id, Counts()), rule.severity)


def _regions(facts: Facts) -> Sequence[Row]:
    sites: dict[str, int] = {}
    for site in facts.sites:
        sites[site.region] = sites.get(site.region, 0) + 1
    return [
        _row(region.id, region.name, facts.tally.by_region.get(region.id, Counts()), f"{sites[region.id]:,}")
        for region in facts.programme.regions
        if region.id in sites
    ]


def _sites(facts: Facts) -> Sequence[Row]:
    """Rank the sites, the worst first."""
    names = {region.id: region.name for region in facts.programme.regions}
    rows = [
        _row(site.id, site.name, facts.tally.by_site.get(site.id, Counts()), names.get(site.region, site.region))
        for site in facts.sites
    ]
    return sorted(rows, key=lambda row: (*(-row.counts[status] for status in WORST_FIRST[:4]), row.id))


def _groups(facts: Facts) -> Sequence[Group]:
    found: dict[str, list[Verdict]] = {}
    for verdict in facts.tally.ranked():
        found.setdefault(verdict.rule, []).append(verdict)
    return [Group(facts.rules[rule], len(all_), all_[:MOST_PER_RULE]) for rule, all_ in found.items()]


def _grouped(evidence: Sequence[Evidence]) -> Sequence[tuple[Sequence[str], Evidence]]:
    """Join the texts of neighbouring pieces that come from the same reading of the same source."""
    groups = groupby(evidence, key=lambda piece: (piece.source, piece.at, piece.sha))
    joined = (list(pieces) for _, pieces in groups)
    return [([piece.text for piece in pieces], pieces[0]) for pieces in joined]


def _waived(facts: Facts) -> Sequence[tuple[Verdict, Waiver]]:
    """Pair each waived verdict with its waiver: who asked, who approved, until when."""
    return [(verdict, waiver) for verdict in facts.tally.waived for waiver in _first(facts.waivers.waivers, verdict)]


def _first(waivers: Iterable[Waiver], verdict: Verdict) -> Sequence[Waiver]:
    fitting = (w for w in waivers if w.ticket == verdict.waiver and w.rule == verdict.rule)
    return [next(fitting)]
