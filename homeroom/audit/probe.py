"""Rules on what was probed: the newest outcome of every check that `homeroom probe` made at a site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from homeroom.audit.age import SKEW, stamp
from homeroom.audit.checks import Probe, regex
from homeroom.audit.rule import Rule
from homeroom.audit.subject import SiteSubject, Subject
from homeroom.audit.verdict import Evidence, Finding, combine
from homeroom.store.probes import Probed

DAY: Final = 86400.0
COMMAND: Final = "homeroom probe --site SITE --role ROLE"


def check(rule: Rule, probe: Probe, subject: Subject) -> Finding:
    """Hold the outcomes against the rule, role by role; a role of the site that nobody probed is unknown."""
    if not isinstance(subject, SiteSubject):
        return Finding("unknown", f"{rule.id} asks for probes, which are made at sites")
    made = [one for one in subject.probes if regex(probe.check).fullmatch(one.check)]
    roles = tuple(_roles(probe, subject, made))
    probed = [role for role in roles if any(one.role == role for one in made)]
    never = [role for role in roles if role not in probed]
    findings = [_role(role, probe, subject, made) for role in probed]
    if never:
        said = f"never probed: {', '.join(never)}; run `{COMMAND}` in the network of each"
        findings.append(Finding("unknown", said))  # no site is named: of a thousand sites it is one reason
    return combine(findings)


def _roles(probe: Probe, subject: SiteSubject, made: Sequence[Probed]) -> Iterator[str]:
    """Yield the rule's roles that the site has; without any, those that were probed (at least one must have been)."""
    if probe.roles:
        yield from (role for role in probe.roles if role in {*subject.plan.v4, *subject.plan.v6})
    else:
        yield from dict.fromkeys(one.role for one in made) or ("ROLE",)


def _role(role: str, probe: Probe, subject: SiteSubject, made: Sequence[Probed]) -> Finding:
    """Judge what was seen from one role's network: one wrong outcome counts whatever the others are."""
    command = f"run `{COMMAND}` there"
    mine = [one for one in made if one.role == role]
    fresh = [one for one in mine if -SKEW <= subject.now - one.at <= probe.within_days * DAY]
    wrong = [one for one in fresh if one.verdict == "violation"]
    unsure = [one for one in fresh if one.verdict not in ("compliant", "violation")]
    if wrong:
        more = f"; {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return Finding("violation", f"{role}: {wrong[0].check} was {wrong[0].seen}{more}", _shown(wrong))
    if not fresh:
        last = f"{role} was last probed {stamp(max(one.at for one in mine))}"
        return Finding("unknown", f"{last}, not within {probe.within_days:g} days; {command}", _shown(mine))
    if unsure:
        return Finding("unknown", f"{role}: {unsure[0].check} could not be told; {command}", _shown(unsure))
    return Finding("compliant", f"{role}: as the policy says", _shown(fresh))


def _shown(outcomes: Sequence[Probed]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(f"{one.role}, {one.check}: {one.seen} ({one.detail})", f"probe at {one.site}", one.at)
        for one in outcomes
    )
