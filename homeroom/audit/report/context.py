"""Everything the page's template is given, from a bundle's title block and digest, in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeroom.audit.bundle.model import Header, WaiverEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import chart, choice, palette, refer
from homeroom.audit.report.chart import Chart, Pin
from homeroom.audit.report.digest import Covered, Digest
from homeroom.audit.report.frameworks import Row, frameworks, references, row
from homeroom.audit.report.packed import LETTERS
from homeroom.audit.report.speech import Language
from homeroom.audit.report.words import short, visible
from homeroom.audit.tally import Counts
from homeroom.audit.verdict import STATUSES, WORST_FIRST

MOST_SITES: Final = 40
MOST_REGIONS: Final = 120
MOST_AGREEMENTS: Final = 150
SOON: Final = 30
"""Days before its end at which a waiver is pointed out."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A waiver or standing decision, what it covers now, and how many days it still holds."""

    entry: WaiverEntry
    covered: Covered
    left: int

    @property
    def soon(self) -> bool:
        """Tell whether its end is near."""
        return self.left <= SOON


def context(bundle: Bundle, digest: Digest, say: Language) -> dict[str, Any]:
    """Return what the template prints."""
    counts = digest.counts()
    names = {region.id: region.name for region in bundle.regions}
    return {
        **_head(bundle, say),
        **_totals(counts, digest, say),
        **_tables(bundle, digest, names, say),
        "icons": {status: chart.icon(status) for status in STATUSES},
        "frameworks": frameworks(bundle.rules, digest, say),
        "catalogue": [(rule, references(rule)) for rule in bundle.rules],
        "groups": choice.groups(bundle.rules, digest),
        "top": choice.top(bundle.rules, bundle.regions, digest),
        "unreached": choice.missed(bundle.unreached),
        "region_names": names,
        "choices": {
            "verdict": [(LETTERS[status], say(status)) for status in WORST_FIRST],
            "rule": [(rule.id, f"{rule.id} {rule.title}") for rule in bundle.rules],
            "region": list(names.items()),
        },
        "facts": _facts(bundle, names, say),
    }


def _head(bundle: Bundle, say: Language) -> Mapping[str, Any]:
    header = bundle.header
    parts = {name: say.count(name, getattr(header, name)) for name in ("sites", "schools", "devices")}
    return {
        "header": header,
        "root": bundle.root,
        "extent": say("scope_of", **parts),
        "sample": _sample(header, say),
        "proof": refer.proof(header, bundle.root, say),
        "light": palette.variables(palette.LIGHT, dark=False),
        "dark": palette.variables(palette.DARK, dark=True),
        "statuses": WORST_FIRST,
    }


def _sample(header: Header, say: Language) -> str:
    if not header.sampled:
        return ""
    devices = say.count("devices", header.devices)
    return say("sample_of", sampled=say.number(header.sampled), devices=devices, seed=header.seed)


def _totals(counts: Counts, digest: Digest, say: Language) -> Mapping[str, Any]:
    whole = sum(counts.values())
    return {
        "total": row("", "", counts, say),
        "shares": {status: say.share(counts[status], whole) for status in STATUSES},
        "open": counts["error"] + counts["unknown"],
        "broken": len(digest.violations),
    }


def _tables(bundle: Bundle, digest: Digest, names: Mapping[str, str], say: Language) -> Mapping[str, Any]:
    ranked = digest.ranked()
    bad = [place for place in ranked if place.bad]
    listed = bad[:MOST_SITES]
    shown = {place.id for place in listed}
    drawn = _chart(bundle, [Pin(place, place.mark, place.id in shown) for place in ranked], say)
    regions = _regions(bundle, digest, say)
    reasons = digest.undecided()
    told = sum(reason.count for reason in reasons[: choice.MOST_ROWS])
    undecided = sum(reason.count for reason in reasons) + sum(digest.unexplained.values())
    return {
        "chart": drawn,
        "map_title": _map_title(bundle.header, drawn, say),
        "all_sites": len(ranked),
        "sites": [row(p.id, p.name, p.counts, say, extra=names.get(p.region, p.region)) for p in listed],
        "more_sites": len(bad) - len(listed),
        "regions": regions[:MOST_REGIONS],
        "more_regions": max(0, len(regions) - MOST_REGIONS),
        "rules": _rules(bundle, digest, say),
        "devices": [row("", d.name, d.counts, say, extra=d.platform) for d in digest.worst_devices()],
        "reasons": reasons[: choice.MOST_ROWS],
        "more_reasons": undecided - told,
        **_agreements(bundle, digest),
    }


def _chart(bundle: Bundle, pins: Sequence[Pin], say: Language) -> Chart:
    return chart.draw(bundle.header.country, bundle.regions, pins, say)


def _map_title(header: Header, drawn: Chart, say: Language) -> str:
    counts = ", ".join(f"{key.label} {say.number(key.count)}" for key in drawn.legend if key.count)
    return say("map_of", name=header.name, counts=counts or "–")


def _rules(bundle: Bundle, digest: Digest, say: Language) -> Sequence[Row]:
    counts = digest.by_rule()
    return [row(rule.id, rule.title, counts.get(rule.id, Counts()), say, extra=rule.severity) for rule in bundle.rules]


def _regions(bundle: Bundle, digest: Digest, say: Language) -> Sequence[Row]:
    sites: dict[str, int] = {}
    for place in digest.places.values():
        sites[place.region] = sites.get(place.region, 0) + 1
    counts = digest.by_region()
    return [
        row(region.id, region.name, counts.get(region.id, Counts()), say, extra=say.number(sites.get(region.id, 0)))
        for region in bundle.regions
    ]


def _agreements(bundle: Bundle, digest: Digest) -> Mapping[str, Any]:
    """Part the waivers from the standing decisions; what no longer holds first, then by the end."""
    today = dt.datetime.fromtimestamp(bundle.header.at, dt.UTC).date()
    found = [
        Agreement(entry, digest.covered.get((entry.rule, entry.ticket), Covered()), _left(entry, today))
        for entry in sorted(bundle.waivers, key=lambda one: (not one.problem, one.expires, one.rule, one.ticket))
    ]
    waivers = [one for one in found if not one.entry.standing]
    standing = [one for one in found if one.entry.standing]
    return {
        "waivers": waivers[:MOST_AGREEMENTS],
        "more_waivers": max(0, len(waivers) - MOST_AGREEMENTS),
        "standing": standing[:MOST_AGREEMENTS],
        "more_standing": max(0, len(standing) - MOST_AGREEMENTS),
    }


def _left(entry: WaiverEntry, today: dt.date) -> int:
    return max(0, (dt.date.fromisoformat(entry.expires) - today).days)


def _facts(bundle: Bundle, names: Mapping[str, str], say: Language) -> Mapping[str, Any]:
    """Return what the script knows: words, rules, icons, and the waivers that verdicts name."""
    icons = {status: chart.icon(status) for status in STATUSES}
    return {
        "say": {
            "texts": dict(say.texts),
            "counts": dict(say.counts),
            "plural": say.plural,
            "thousands": say.thousands,
            "months": say.months,
            "day": say.day,
            "moment": say.moment,
        },
        "statuses": STATUSES,
        "letters": "".join(LETTERS[status] for status in STATUSES),
        "rules": [(rule.id, visible(rule.title), rule.severity) for rule in bundle.rules],
        "icons": {status: (icon.style, icon.path, icon.width) for status, icon in icons.items()},
        "regions": {visible(region): visible(name) for region, name in names.items()},
        "waivers": {
            visible(f"{entry.rule} {entry.ticket}"): (
                *(short(text) for text in (entry.reason, entry.compensating, entry.requested_by, entry.approved_by)),
                say.date(entry.expires),
            )
            for entry in bundle.waivers[:MOST_AGREEMENTS]
        },
    }
