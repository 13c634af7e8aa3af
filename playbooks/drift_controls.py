"""Which audit rules a device breaks by what drifted: those whose verdict on what runs is worse than on the intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeroom.audit.judge import judge
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject
from homeroom.audit.verdict import WORST_FIRST
from homeroom.rollout.fleet import Member
from homeroom.store.configs import digest


@dataclass(frozen=True, slots=True)
class _Text:
    """A configuration as the audit takes it."""

    text: str
    sha: str
    at: float


def controls(rules: Mapping[str, Rule], member: Member, running: str, now: float) -> tuple[str, ...]:
    """Return the rules on configuration that the drifted lines of a device break, by id; that it drifted comes last.

    `running` is concealed, as the intended text is. What the device says by SNMP is not looked at.
    """
    intended, runs = _subject(member, member.work.text, now), _subject(member, running, now)
    of_text = {name: rule for name, rule in rules.items() if rule.scope == "device" and not rule.check.reading}
    return tuple(
        sorted((one for one in of_text if _worse(rules[one], intended, runs)), key=lambda one: _drift(rules[one]))
    )


def _drift(rule: Rule) -> bool:
    proof = rule.check.proof
    return proof is not None and proof.claim == "as_intended"


def _worse(rule: Rule, intended: DeviceSubject, runs: DeviceSubject) -> bool:
    before, after = (WORST_FIRST.index(judge(rule, one).status) for one in (intended, runs))
    return after < before


def _subject(member: Member, text: str, now: float) -> DeviceSubject:
    work = member.work
    return DeviceSubject(
        intent=member.intent,
        parser=work.parse,
        render=lambda: work.text,
        running=_Text(text, digest(text), now),
        readings={},
        now=now,
        driver=member.intent.device.platform,
    )
