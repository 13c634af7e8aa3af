"""One rule on one subject gives one verdict. Pure: everything it knows is in the subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeroom.audit import config, proof, reading
from homeroom.audit.rule import Check, Rule
from homeroom.audit.subject import DeviceSubject, SiteSubject, Subject
from homeroom.audit.verdict import Evidence, Finding, Verdict
from homeroom.audit.waiver import Waivers
from homeroom.errors import HomeroomError


def judge(rule: Rule, subject: Subject) -> Verdict:
    """Judge; what cannot be read is unknown, a check that breaks is an error, and neither stops the audit."""
    try:
        finding = _outside(rule, subject) or _check(rule, subject)
    except HomeroomError as error:
        finding = Finding("unknown", f"cannot be judged: {error}", (Evidence(str(error), "parser"),))
    except Exception as error:  # noqa: BLE001  # a rule that breaks on one device must not hide all other verdicts
        text = f"{type(error).__name__}: {error}"
        finding = Finding("error", f"the check itself failed: {text}", (Evidence(text, "check"),))
    return _named(rule, subject, finding)


def audit(rules: Mapping[str, Rule], subject: Subject, waivers: Waivers) -> Iterator[Verdict]:
    """Judge a subject by every rule of its scope, waivers applied."""
    scope = "site" if isinstance(subject, SiteSubject) else "device"
    for rule in rules.values():
        if rule.scope == scope:
            yield waivers.apply(judge(rule, subject))


def _outside(rule: Rule, subject: Subject) -> Finding | None:
    """Say why the rule is not for this subject; None when it is."""
    if isinstance(subject, SiteSubject):
        return None
    device = subject.intent.device
    if device.kind not in rule.applies.kinds:
        return Finding("not_applicable", f"is for {', '.join(rule.applies.kinds)}, not for a {device.kind}")
    if device.platform in rule.applies.exempt:
        return Finding("not_applicable", rule.applies.exempt[device.platform])
    return None


def _check(rule: Rule, subject: Subject) -> Finding:
    check: Check = rule.check
    if check.proof is not None:
        return proof.check(rule, check.proof, subject)
    assert isinstance(subject, DeviceSubject)  # noqa: S101  # only a proof has the scope site
    platform = subject.intent.device.platform
    if check.config is not None and platform in check.config:
        return config.check(rule, check.config[platform], subject)
    if check.reading is not None and platform in check.reading:
        return reading.check(rule, check.reading[platform], subject)
    return Finding("unknown", f"the rule says nothing for platform {platform}; add it to {rule.id}.yaml, or exempt it")


def _named(rule: Rule, subject: Subject, finding: Finding) -> Verdict:
    if isinstance(subject, SiteSubject):
        entry = subject.plan.entry
        device, site, region = "", entry.site, entry.region
    else:
        owner = subject.intent.device
        device, site, region = owner.name, owner.site, owner.region
    return Verdict(
        rule=rule.id,
        severity=rule.severity,
        device=device,
        site=site,
        region=region,
        status=finding.status,
        summary=finding.summary,
        evidence=finding.evidence,
        raw=finding.status,
    )
