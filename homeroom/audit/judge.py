"""One rule on one subject gives one verdict. Pure: everything it knows is in the subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeroom.audit import config, probe, proof, reading, record
from homeroom.audit.rule import Rule, Scope
from homeroom.audit.scan import Page, Scan
from homeroom.audit.subject import DeviceSubject, SiteSubject, Subject
from homeroom.audit.verdict import Evidence, Finding, Verdict, combine
from homeroom.errors import HomeroomError


class Judge:
    """A set of rules; their patterns are learnt once, and every line that was seen is remembered."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = rules
        self._scans: dict[str, Scan] = {}

    def verdicts(self, subject: Subject) -> Iterator[Verdict]:
        """Judge a subject by every rule of its scope, in the rules' order."""
        scope, page = scope_of(subject), self._page(subject)
        for rule in self.rules.values():
            if rule.scope == scope:
                yield _named(rule, subject, _finding(rule, subject, page))

    def _page(self, subject: Subject) -> Page | None:
        if not isinstance(subject, DeviceSubject):
            return None
        return Page(subject, self.scan(subject.intent.device.platform))

    def scan(self, platform: str) -> Scan:
        """Return what is known of the lines of a platform."""
        if platform not in self._scans:
            self._scans[platform] = Scan(patterns(self.rules, platform))
        return self._scans[platform]


def judge(rule: Rule, subject: Subject) -> Verdict:
    """Judge a subject by one rule."""
    platform = subject.intent.device.platform if isinstance(subject, DeviceSubject) else ""
    page = Page(subject, Scan(patterns({rule.id: rule}, platform))) if isinstance(subject, DeviceSubject) else None
    return _named(rule, subject, _finding(rule, subject, page))


def scope_of(subject: Subject) -> Scope:
    """Return which rules are for a subject."""
    if isinstance(subject, DeviceSubject):
        return "device"
    return "site" if isinstance(subject, SiteSubject) else "programme"


def patterns(rules: Mapping[str, Rule], platform: str) -> Iterator[str]:
    """Yield the patterns that the rules look for on a platform."""
    for rule in rules.values():
        for demand in (rule.check.config or {}).get(platform, ()):
            yield from demand.patterns


def _finding(rule: Rule, subject: Subject, page: Page | None) -> Finding:
    """Judge; what cannot be read is unknown, a check that breaks is an error, and neither stops the audit."""
    try:
        return _outside(rule, subject) or combine(_checks(rule, subject, page))
    except HomeroomError as error:
        return Finding("unknown", f"cannot be judged: {error}", (Evidence(str(error), "parser"),))
    except Exception as error:  # noqa: BLE001  # a rule that breaks on one device must not hide all other verdicts
        text = f"{type(error).__name__}: {error}"
        return Finding("error", f"the check itself failed: {text}", (Evidence(text, "check"),))


def _outside(rule: Rule, subject: Subject) -> Finding | None:
    """Say why the rule is not for this subject; None when it is."""
    if isinstance(subject, SiteSubject):
        lacking = rule.applies.roles and not set(rule.applies.roles) & {*subject.plan.v4, *subject.plan.v6}
        return Finding("not_applicable", f"the site has no {' or '.join(rule.applies.roles)}") if lacking else None
    if not isinstance(subject, DeviceSubject):
        return None
    device = subject.intent.device
    if device.kind not in rule.applies.kinds:
        return Finding("not_applicable", f"is for {', '.join(rule.applies.kinds)}, not for a {device.kind}")
    if device.platform in rule.applies.exempt:
        return Finding("not_applicable", rule.applies.exempt[device.platform])
    return None


def _checks(rule: Rule, subject: Subject, page: Page | None) -> Iterator[Finding]:
    """Make every check that the rule has for the subject."""
    check = rule.check
    if check.proof is not None:
        yield proof.check(rule, check.proof, subject)
    if check.probe is not None:
        yield probe.check(rule, check.probe, subject)
    if check.record is not None:
        yield record.check(rule, check.record, subject)
    if page is not None:
        yield from _on_platform(rule, page)


def _on_platform(rule: Rule, page: Page) -> Iterator[Finding]:
    check, subject = rule.check, page.subject
    platform = subject.intent.device.platform
    if rule.platforms and platform not in rule.platforms:
        yield Finding(
            "unknown", f"the rule says nothing for platform {platform}; add it to {rule.id}.yaml, or exempt it"
        )
    if check.config is not None and platform in check.config:
        yield config.check(rule, check.config[platform], page)
    if check.reading is not None and platform in check.reading:
        yield reading.check(rule, check.reading[platform], subject, reading.by_snmp(subject))
    if check.getter is not None and platform in check.getter:
        yield reading.check(rule, check.getter[platform], subject, reading.by_napalm(subject))


def _named(rule: Rule, subject: Subject, finding: Finding) -> Verdict:
    device, site, region = whose(subject)
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


def whose(subject: Subject) -> tuple[str, str, str]:
    """Return device, site and region of a subject; empty where it has none."""
    if isinstance(subject, SiteSubject):
        return "", subject.plan.entry.site, subject.plan.entry.region
    if isinstance(subject, DeviceSubject):
        owner = subject.intent.device
        return owner.name, owner.site, owner.region
    return "", "", ""
