"""What would mend a violation: the lines of the intended configuration that the rule looks at, against the running."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, TypeAlias

from homeroom.audit import config
from homeroom.audit.checks import Demand
from homeroom.audit.rule import Rule
from homeroom.audit.scan import Hits, Page, Scan
from homeroom.audit.subject import DeviceSubject
from homeroom.store.configs import Stored, digest

MOST: Final = 40
"""Lines offered; how many more there were is said."""

_SATISFIED: Final = ("compliant", "not_applicable")
"""Not applicable: what the rule is about, such as a neighbour, stands on the device and is not intended at all."""
_Placed: TypeAlias = tuple[str, str]
"""A line and the header it stands below, empty when it is a header itself."""


class Mender:
    """What is intended on one device, read once for all its violations."""

    def __init__(self, subject: DeviceSubject, scan: Scan) -> None:
        text = subject.intended
        intended = replace(subject, running=Stored(text, digest(text), subject.now, subject.now))
        self._running, self._intended = Page(subject, scan), Page(intended, scan)

    def lines(self, rule: Rule) -> str:
        """Return `+ line` to add and `- line` to remove, below their headers; empty when the intent has no better.

        It has not when the rule looks at no configuration, or the intended one violates it too: then the facts, the
        policy or the templates are to be changed.
        """
        demands = (rule.check.config or {}).get(self._intended.subject.intent.device.platform, ())
        if not demands or config.check(rule, demands, self._intended).status not in _SATISFIED:
            return ""
        here, there = ([*_looked_at(demands, page)] for page in (self._running, self._intended))
        gone = [(header, "-", line) for header, line in here if (header, line) not in set(there)]
        new = [(header, "+", line) for header, line in there if (header, line) not in set(here)]
        return _written([*gone, *new])


def _looked_at(demands: Sequence[Demand], page: Page) -> Iterator[_Placed]:
    """Yield the lines that the demands' patterns match, where they look for them; each once."""
    seen: dict[_Placed, None] = {}
    for demand in demands:
        for header, hits in _where(demand, page):
            found = (match.string for one in (demand.per, demand.line) for match in hits.get(one, ()))
            seen |= dict.fromkeys((header, line) for line in found)
    yield from seen


def _where(demand: Demand, page: Page) -> Iterator[tuple[str, Hits]]:
    """Yield each header, empty for the unindented lines, with what matches below it."""
    if not demand.section:
        yield "", page.hits
        return
    for match in page.hits.get(demand.section, ()):
        for section in page.below[match.string]:
            yield section.header, page.scan.block(section)


def _written(changes: Sequence[tuple[str, str, str]]) -> str:
    ordered = sorted(changes, key=lambda change: change[0])  # stable: what goes stands before what comes
    out: list[str] = []
    for header, lines in groupby(ordered, key=lambda change: change[0]):
        out += [f"  {header}"] if header else []
        out += [f"{sign} {'  ' if header else ''}{line}" for _, sign, line in lines]
    more = len(out) - MOST
    return "\n".join([*out[:MOST], *([f"... and {more} more lines"] if more > 0 else [])])
