"""The examples of rules on sites and on the programme: a whole example site, in which one device is changed.

Of the passing site every device runs what Homeroom renders. `kind` names the device whose text is changed: the first
of that kind that runs the fixture's platform. `probes` has `ROLE CHECK` -> `compliant`, `violation` or `unknown`;
`failing` may have `plan`, which puts other values into the site's entry of the plan, or clashes with another site.
The programme is judged by `records` alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from homeroom.audit import example
from homeroom.audit.proven import Proofs, Proven
from homeroom.audit.rule import Fixture, Rule
from homeroom.audit.subject import ProgrammeSubject, SiteSubject
from homeroom.audit.subject import Stored as Running
from homeroom.errors import UsageError
from homeroom.intent.model import Intent
from homeroom.plan.model import SitePlan
from homeroom.prefix import Prefix
from homeroom.store.configs import Stored, digest
from homeroom.store.probes import Probed

NOW: Final = 1_800_000_000.0
AT: Final = NOW - 3600.0
"""When the examples were read: neither too old nor in the future."""
_CLASHES: Final = "clashes"


def subject(rule: Rule, platform: str, fixture: Fixture) -> SiteSubject | ProgrammeSubject:
    """Return the passing example of a rule on sites, or on the programme."""
    facts, _ = example.facts_of(platform)
    if rule.scope == "programme":
        return ProgrammeSubject(facts.programme, dict(fixture.records), NOW)
    plan = example.plan(platform)
    running: dict[str, Running | None] = dict(_rendered(platform))
    if fixture.passes:
        running[_named(platform, fixture)] = stored(fixture.passes)
    region = next(one for one in facts.programme.regions if one.id == plan.entry.region)
    made = SiteSubject(plan, region, facts.programme.wan_pool, (), NOW, probes=_probes(plan, fixture.probes))
    return _running(made, platform, running)


def failing(passing: SiteSubject | ProgrammeSubject, platform: str, fixture: Fixture) -> SiteSubject | ProgrammeSubject:
    """Return the failing example; ValueError when its `change` changes nothing."""
    if isinstance(passing, ProgrammeSubject):
        return replace(passing, records={**passing.records, **fixture.failing.get("records", {})})
    plan = fixture.failing.get("plan", {})
    probes = _probes(passing.plan, {**fixture.probes, **fixture.failing.get("probes", {})})
    clashes = tuple(plan.get(_CLASHES, "").split())
    made = replace(passing, plan=_planned(passing.plan, plan), clashes=clashes, probes=probes)
    if not (fixture.change or fixture.fails):
        return made
    name = _named(platform, fixture)
    known = passing.running[name]
    return _running(made, platform, {**passing.running, name: stored(changed(known.text if known else "", fixture))})


def changed(text: str, fixture: Fixture) -> str:
    """Return the failing text of a fixture that has one; ValueError when its `change` changes nothing."""
    if fixture.fails or not fixture.change:
        return fixture.fails or text
    other = re.sub(fixture.change, fixture.to, text, flags=re.MULTILINE)
    if other == text:
        raise ValueError(f"{fixture.change!r} changes nothing")
    return other


def stored(text: str) -> Stored:
    """Return a text as if it had been fetched."""
    return Stored(text, digest(text), AT, AT)


@cache
def _proofs(platform: str) -> Proofs:
    return Proofs(example.facts_of(platform)[0].programme, example.renderer())


@cache
def _rendered(platform: str) -> Mapping[str, Stored]:
    render = example.renderer().render
    return {intent.device.name: stored(render(intent).text) for intent in example.examples(platform)}


def _running(site: SiteSubject, platform: str, running: Mapping[str, Running | None]) -> SiteSubject:
    intents: Sequence[Intent] = example.examples(platform)
    proven = Proven(_proofs(platform), example.facts_of(platform)[1], intents, running)
    return replace(site, running=running, prove=proven.prove, line=proven.line)


def _named(platform: str, fixture: Fixture) -> str:
    """Return the device whose text a fixture changes."""
    for intent in example.examples(platform):
        if (intent.device.platform, intent.device.kind) == (platform, fixture.kind):
            return intent.device.name
    raise UsageError(f"the example site of {platform} has no {fixture.kind} of it: choose another kind")


def _planned(plan: SitePlan, values: Mapping[str, str]) -> SitePlan:
    """Put other prefixes into the entry of a plan."""
    entry = plan.entry
    v4, v6, wan4 = (Prefix.parse(values.get(name, str(getattr(entry, name)))) for name in ("v4", "v6", "wan4"))
    return replace(plan, entry=replace(entry, v4=v4, v6=v6, wan4=wan4))


def _probes(plan: SitePlan, said: Mapping[str, str]) -> tuple[Probed, ...]:
    found = [(*name.split(" ", 1), verdict) for name, verdict in said.items()]
    return tuple(Probed(plan.entry.site, role, check, verdict, verdict, "", AT) for role, check, verdict in found)
