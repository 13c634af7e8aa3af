"""Rules on the text of the running configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from homeroom.audit import places
from homeroom.audit.age import too_old
from homeroom.audit.checks import Count, Demand, Equals, Silent, Value
from homeroom.audit.rule import Rule
from homeroom.audit.scan import Hits, Page, attributes, suits
from homeroom.audit.subject import DeviceSubject, Stored
from homeroom.audit.verdict import Evidence, Finding, combine, shortened

SOURCE: Final = "running configuration"
Wanted = Mapping[str, str]


def check(rule: Rule, demands: Sequence[Demand], page: Page) -> Finding:
    """Hold the running configuration against the demands; unknown when there is none or it is too old."""
    subject = page.subject
    stored = usable(rule, subject)
    if isinstance(stored, Finding):
        return stored
    kind = subject.intent.device.kind
    meant = [demand for demand in demands if kind in demand.kinds]
    if not meant:
        platform = subject.intent.device.platform
        return Finding("unknown", f"the rule demands nothing of a {kind} of platform {platform}")
    key = (rule.id, kind, tuple(map(page.inputs, meant)))
    known = page.scan.before(key)
    if known is not None:
        status, summary, texts = known
        return Finding(status, summary, tuple(line(text, stored) for text in texts))
    finding = combine(_demand(demand, page, stored) for demand in meant)
    page.scan.remember(key, finding.status, finding.summary, tuple(piece.text for piece in finding.evidence))
    return finding


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


def _demand(demand: Demand, page: Page, stored: Stored) -> Finding:
    """Judge one demand, or one for each place; all places in order make one finding."""
    if demand.each is None:
        return _one(demand, page, page.attributes, stored)
    found = places.each(page.subject.intent, demand.each)
    if not found:
        return Finding("not_applicable", f"has no {demand.each.replace('.', ' ')}")
    findings = [_placed(demand, page, place, stored) for place in found]
    wrong = [finding for finding in findings if finding.status != "compliant"]
    if wrong:
        return combine(wrong)
    evidence = tuple(piece for finding in findings for piece in finding.evidence)
    return Finding("compliant", f"holds for each of {len(found)} {demand.each.replace('.', ' ')}", shortened(evidence))


def _placed(demand: Demand, page: Page, place: Wanted, stored: Stored) -> Finding:
    finding = _one(demand, page, {**page.attributes, **place}, stored)
    if finding.status == "compliant":
        return finding
    name = next(iter(place.values()))
    return Finding(finding.status, f"{name}: {finding.summary}", finding.evidence)


def _one(demand: Demand, page: Page, wanted: Wanted, stored: Stored) -> Finding:
    judged = _Judged(demand, page, wanted, stored)
    if not demand.section:
        return judged.below(page.hits, "")
    names = attributes(demand.section)
    headers = [match for match in page.hits.get(demand.section, ()) if suits(match, names, wanted)]
    if not headers:
        return judged.idle() if demand.per else judged.silence("")
    sections = (section for match in headers for section in page.below[match.string])
    return combine(judged.below(page.scan.block(section), section.header) for section in sections)


class _Judged:
    """One demand on one device at one place."""

    def __init__(self, demand: Demand, page: Page, wanted: Wanted, stored: Stored) -> None:
        self.demand = demand
        self.page = page
        self.intent = page.subject.intent
        self.wanted = wanted
        self.stored = stored
        self.names = attributes(demand.line)

    def below(self, hits: Hits, header: str) -> Finding:
        """Judge the lines of a section, once for every line that `per` matches."""
        if not self.demand.per:
            return self.lines(hits, header)
        found = dict.fromkeys(_held(match) for match in hits.get(self.demand.per, ()))
        if not found:
            return self.idle()
        return combine(self.one(item, hits, header) for item in found)

    def one(self, item: str, hits: Hits, header: str) -> Finding:
        judged = _Judged(self.demand, self.page, {**self.wanted, "it": item}, self.stored)
        finding = judged.lines(hits, header)
        return finding if finding.status == "compliant" else replace(finding, summary=f"{item}: {finding.summary}")

    def idle(self) -> Finding:
        return Finding("not_applicable", f"has no line like {self.demand.per!r}")

    def lines(self, hits: Hits, header: str) -> Finding:
        demand = self.demand
        found = hits.get(demand.line, ())
        if self.names:
            found = [match for match in found if suits(match, self.names, self.wanted)]
        if not found:
            return self.silence(header)
        if demand.count is not None:
            return self.count(demand.count, found, header)
        if demand.value is not None:
            return self.value(demand.value, found, header)
        if demand.equals is not None:
            return self.equals(demand.equals, found, header)
        evidence = self.evidence(found, header)
        if demand.present:
            return Finding("compliant", f"has {evidence[0].text!r}", evidence)
        return Finding("violation", f"has {evidence[0].text!r}, which must not be there", evidence)

    def count(self, count: Count, found: Sequence[re.Match[str]], header: str) -> Finding:
        distinct = {_held(match): match for match in found}
        evidence = self.evidence(tuple(distinct.values()), header)
        if len(distinct) < count.at_least:
            return Finding("violation", f"has {len(distinct)}, needs at least {count.at_least}", evidence)
        if count.at_most and len(distinct) > count.at_most:
            return Finding("violation", f"has {len(distinct)}, may have {count.at_most}", evidence)
        limit = f"at least {count.at_least}" if count.at_least else f"at most {count.at_most}"
        return Finding("compliant", f"has {len(distinct)} of {limit}", evidence)

    def value(self, value: Value, found: Sequence[re.Match[str]], header: str) -> Finding:
        wrong = [match for match in found if not fits(_held(match), value)]
        if not wrong:
            return Finding("compliant", f"is {_held(found[0])}", self.evidence(found, header))
        return Finding("violation", f"is {_held(wrong[0])}, {limits(value)}", self.evidence(wrong, header))

    def equals(self, equals: Equals, found: Sequence[re.Match[str]], header: str) -> Finding:
        said = {value: match for match in found for value in places.parts(equals.planned, _held(match))}
        wanted = places.planned(self.intent, equals.planned)
        more = [match for value, match in said.items() if value not in wanted]
        less = sorted(wanted - set(said))
        if not more and not less:
            return Finding("compliant", f"{equals.planned} equal the plan", self.evidence(found, header))
        summary = f"{equals.planned} differ from the plan: {len(more)} not planned, {len(less)} missing"
        missing = tuple(line(_below(header, f"(missing: {value})"), self.stored) for value in less)
        return Finding("violation", summary, (*self.evidence(more, header), *missing))

    def silence(self, header: str) -> Finding:
        silent: Silent = self.demand.silent
        return Finding(silent.verdict, silent.because, (line(_below(header, "(no such line)"), self.stored),))

    def evidence(self, found: Sequence[re.Match[str]], header: str) -> tuple[Evidence, ...]:
        return shortened(tuple(line(_below(header, match.string), self.stored) for match in found))


def fits(text: str, value: Value) -> bool:
    """Tell whether a value is one of the words, or a number within the limits; another word is neither."""
    if value.one_of:
        return text in value.one_of
    try:
        number = float(text)
    except ValueError:
        return False
    return (value.at_least is None or number >= value.at_least) and (value.at_most is None or number <= value.at_most)


def limits(value: Value) -> str:
    """Say what is allowed."""
    return ", ".join(_limits(value))


def _limits(value: Value) -> Iterator[str]:
    if value.one_of:
        yield f"must be {' or '.join(value.one_of)}"
    if value.at_least is not None:
        yield f"must be at least {value.at_least:g}"
    if value.at_most is not None:
        yield f"must be at most {value.at_most:g}"


def _below(header: str, text: str) -> str:
    return f"{header}: {text}" if header else text


def _held(match: re.Match[str]) -> str:
    """Return what the first group of the rule's own holds, an attribute's group left out; else the whole line."""
    for number, text in enumerate(match.groups(), 1):
        if number not in match.re.groupindex.values():
            return text or ""
    return match.string
