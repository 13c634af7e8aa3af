"""The examples of a rule, tried: the passing one must be compliant, the failing one a violation that says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from homeroom.audit import example, fixture_site
from homeroom.audit.fixture_site import AT, NOW, changed, stored
from homeroom.audit.judge import judge
from homeroom.audit.outline import Section, outline
from homeroom.audit.rule import Fixture, Rule
from homeroom.audit.subject import DeviceSubject, Readings
from homeroom.audit.verdict import Verdict
from homeroom.platforms.registry import code_for
from homeroom.programme.model import Kind
from homeroom.reading import Reading


def tried(rule: Rule, platform: str, fixture: Fixture) -> tuple[Verdict, Verdict]:
    """Judge the passing and the failing example."""
    if rule.scope != "device":
        wide = fixture_site.subject(rule, platform, fixture)
        return judge(rule, wide), judge(rule, fixture_site.failing(wide, platform, fixture))
    passing = subject(rule, platform, fixture)
    return judge(rule, passing), judge(rule, failing(passing, fixture))


def faults(rule: Rule, platform: str, fixture: Fixture) -> Iterator[str]:
    """Say what is wrong with an example; nothing when it shows what it should."""
    good, bad = tried(rule, platform, fixture)
    if good.status != "compliant":
        yield f"the passing example is {good.status}: {good.summary}"
    if bad.status != "violation":
        yield f"the failing example is {bad.status}: {bad.summary}"
    elif fixture.says not in bad.summary:
        yield f"the failing example says {bad.summary!r}, not {fixture.says!r}"
    elif not bad.evidence:
        yield "the failing example has no evidence"


def subject(rule: Rule, platform: str, fixture: Fixture) -> DeviceSubject:
    """Return the passing example: as rendered, unless the fixture has a text of its own."""
    intent = example.example(platform, fixture.kind)
    bought, rendered = example.renderer().platforms[platform], _rendered(platform, fixture.kind)
    host = intent.device.name
    getters = {name for compare in (rule.check.getter or {}).get(platform, ()) for name in (compare.object,)}
    known = {name: _rows(host, name, rows) for name, rows in fixture.readings.items()}
    made = DeviceSubject(
        intent=intent,
        parser=code_for(bought).parse,
        render=lambda: rendered,
        running=stored(fixture.passes or rendered),
        readings={name: rows for name, rows in known.items() if name not in getters},
        now=NOW,
        driver=bought.napalm,
        getters={name: rows for name, rows in known.items() if name in getters},
        records=dict(fixture.records),
    )
    if not fixture.passes:
        vars(made)["sections"] = _sections(platform, fixture.kind)  # a hundred rules read the same text
    return made


@cache
def _rendered(platform: str, kind: Kind) -> str:
    return example.renderer().render(example.example(platform, kind)).text


@cache
def _sections(platform: str, kind: Kind) -> tuple[Section, ...]:
    return outline(code_for(example.renderer().platforms[platform]).parse.lines(_rendered(platform, kind)))


def failing(passing: DeviceSubject, fixture: Fixture) -> DeviceSubject:
    """Return the failing example; ValueError when its `change` changes nothing."""
    text = changed(passing.running.text if passing.running else "", fixture)
    host = passing.intent.device.name
    return replace(
        passing,
        running=stored(text),
        readings=_over(host, passing.readings, fixture, passing.getters),
        getters=_over(host, passing.getters, fixture, passing.readings),
        records={**passing.records, **fixture.failing.get("records", {})},
    )


def _over(host: str, known: Readings, fixture: Fixture, other: Readings) -> Readings:
    """Put the failing values over the passing ones; a name is of the one kind or of the other."""
    mine = {name: rows for name, rows in fixture.failing.items() if name not in ("records", "probes", *other)}
    return {**known, **{name: {**known.get(name, {}), **_rows(host, name, rows)} for name, rows in mine.items()}}


def _rows(host: str, name: str, rows: Mapping[str, str]) -> Mapping[str, Reading]:
    return {key: Reading(host, name, key, value.replace("%host%", host), AT) for key, value in rows.items()}
