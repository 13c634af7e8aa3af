"""Rules on the text of the running configuration."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeroom.audit.age import too_old
from homeroom.audit.outline import Section, headers, matching
from homeroom.audit.rule import Count, Demand, Rule, Silent
from homeroom.audit.subject import DeviceSubject, Stored
from homeroom.audit.verdict import Evidence, Finding, combine

SOURCE = "running configuration"


def check(rule: Rule, demands: Sequence[Demand], subject: DeviceSubject) -> Finding:
    """Hold the running configuration against the demands; unknown when there is none or it is too old."""
    stored = usable(rule, subject)
    if isinstance(stored, Finding):
        return stored
    return combine(_demand(demand, subject.sections, stored) for demand in demands)


def usable(rule: Rule, subject: DeviceSubject) -> Stored | Finding:
    """Return the running configuration, or why nothing can be judged by it."""
    stored = subject.running
    if stored is None:
        platform = subject.intent.device.platform
        remedy = "run `homeroom backup`" if subject.driver else f"{platform} has no driver to read it by"
        return Finding("unknown", f"no running configuration is stored; {remedy}")
    stale = too_old("the running configuration", stored.at, subject.now, rule.max_age_hours, "backup")
    if stale:
        return Finding("unknown", stale, (Evidence("(not judged)", SOURCE, stored.at, stored.sha),))
    return stored


def line(text: str, stored: Stored) -> Evidence:
    """Make evidence of a configuration line."""
    return Evidence(text, SOURCE, stored.at, stored.sha)


def _demand(demand: Demand, sections: Sequence[Section], stored: Stored) -> Finding:
    if not demand.section:
        return _lines(demand, headers(sections), "", stored)
    chosen = [section for section in sections if matching(demand.section, [section.header])]
    if not chosen:
        return _silence(demand.silent, "", stored)
    return combine(_lines(demand, section.lines, section.header, stored) for section in chosen)


def _lines(demand: Demand, lines: Sequence[str], header: str, stored: Stored) -> Finding:
    if demand.count is not None:
        return _count(demand.count, demand.silent, lines, header, stored)
    found = matching(demand.present or demand.absent, lines)
    if not found:
        return _silence(demand.silent, header, stored)
    evidence = tuple(line(_placed(header, match.string), stored) for match in found)
    if demand.present:
        return Finding("compliant", f"has {evidence[0].text!r}", evidence)
    return Finding("violation", f"has {evidence[0].text!r}, which must not be there", evidence)


def _count(count: Count, silent: Silent, lines: Sequence[str], header: str, stored: Stored) -> Finding:
    found = {_distinct(match): match.string for match in matching(count.line, lines)}
    if not found:
        return _silence(silent, header, stored)
    evidence = tuple(line(_placed(header, text), stored) for text in found.values())
    if len(found) >= count.at_least:
        return Finding("compliant", f"has {len(found)} of at least {count.at_least}", evidence)
    return Finding("violation", f"has {len(found)}, needs at least {count.at_least}", evidence)


def _silence(silent: Silent, header: str, stored: Stored) -> Finding:
    return Finding(silent.verdict, silent.because, (line(_placed(header, "(no such line)"), stored),))


def _placed(header: str, text: str) -> str:
    return f"{header}: {text}" if header else text


def _distinct(match: re.Match[str]) -> str:
    return str(match.group(1)) if match.re.groups else match.string
