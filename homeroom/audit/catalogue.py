"""The rules as a page of documentation: docs/rules.md is printed from the rule files, never written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.audit.checks import Check, Compare, Demand
from homeroom.audit.rule import Refs, Rule

HEAD: Final = """\
# Audit rules
Printed from `inventory/rules/*.yaml` (`pytest tests/audit --update-golden` prints it anew); `homeroom audit rules`
shows the same on a terminal. What a rule cannot decide is unknown, and unknown is never compliant. References say who
asks for something alike; "related" ones ask for it in other words. [How a rule is written](engineer.md).

"""
TABLE: Final = """\
| rule | severity | judges | by | on |
|---|---|---|---|---|
"""
_CLAIMS: Final = {
    "prefixes": "proof of the plan's prefixes",
    "no_leak": "proof of the running access lists",
    "no_finding": "proof of the running access lists",
    "as_intended": "proof that running equals intended",
}
_RECORDS: Final = "records"
EVERY: Final = "every platform"


def markdown(rules: Mapping[str, Rule]) -> str:
    """Return the page."""
    count = Counter(rule.severity for rule in rules.values())
    said = ", ".join(f"{count[name]} {name}" for name in ("critical", "high", "medium", "low"))
    rows = "".join(_row(rule) for rule in rules.values())
    sections = "".join(f"\n## {rule.id} {rule.title}\n{section(rule)}" for rule in rules.values())
    return f"{HEAD}{len(rules)} rules: {said}.\n\n{TABLE}{rows}{sections}"


def section(rule: Rule) -> str:
    """Return what there is to say of one rule, as Markdown below a heading."""
    lines = [f"{rule.why}\n", f"To mend it: {rule.fix}\n", f"- Severity {rule.severity}, version {rule.version}."]
    lines.append(
        f"- Judged: {judged(rule)}, by {by(rule)}; facts older than {rule.max_age_hours:g} hours do not count."
    )
    lines += [f"- References: {'; '.join(refs)}." for refs in [references(rule.refs)] if refs]
    lines += [f"- On {platform}: {'; '.join(said)}." for platform, said in _silent(rule.check).items()]
    lines += [f"- Not on {platform}: {reason}" for platform, reason in rule.applies.exempt.items()]
    return "\n".join(lines) + "\n"


def judged(rule: Rule) -> str:
    """Say what the rule is about."""
    roles = f" with {' or '.join(rule.applies.roles)}" if rule.applies.roles else ""
    return {
        "device": f"each {', '.join(rule.applies.kinds)}",
        "site": f"each site{roles}",
        "programme": "the programme",
    }[rule.scope]


def by(rule: Rule) -> str:
    """Say what evidence decides."""
    check = rule.check
    found = {
        "running configuration": check.config,
        "SNMP readings": check.reading,
        "NAPALM getters": check.getter,
        _CLAIMS[check.proof.claim] if check.proof else "": check.proof,
        "outcomes of `homeroom probe`": check.probe,
        _RECORDS: check.record,
    }
    return ", ".join(name for name, given in found.items() if given)


def on(rule: Rule) -> str:
    """Name the platforms that it can judge."""
    return ", ".join(sorted(rule.platforms)) or EVERY


def references(refs: Refs) -> Sequence[str]:
    """Return everything the rule refers to, as an auditor quotes it."""
    return (
        *(f"STIG {ref}" for ref in refs.stig),
        *(f"DISA {ref}" for ref in refs.srg),
        *(f"NIST SP 800-53 {ref}" for ref in refs.nist),
        *refs.dfe,
        *refs.cipa,
        *refs.other,
    )


def _row(rule: Rule) -> str:
    return f"| {rule.id} {rule.title} | {rule.severity} | {judged(rule)} | {by(rule)} | {on(rule)} |\n"


def _silent(check: Check) -> Mapping[str, Sequence[str]]:
    """Return platform -> what is demanded of it: what an absent line means, what a reading must be."""
    found: dict[str, dict[str, None]] = {}
    for platform, said in _said(check):
        found.setdefault(platform, {})[said] = None
    return {platform: list(said) for platform, said in found.items()}


def _said(check: Check) -> Iterator[tuple[str, str]]:
    for platform, demands in (check.config or {}).items():
        for demand in demands:
            yield platform, _demanded(demand)
    for source, compares in (("SNMP", check.reading), ("NAPALM", check.getter)):
        for platform, given in (compares or {}).items():
            for compare in given:
                yield platform, f"{source} `{compare.object}` {_limit(compare)}"


def _demanded(demand: Demand) -> str:
    each = f" (for each of {demand.each})" if demand.each else ""
    return f"without a line {demand.silent.verdict}, {demand.silent.because}{each}"


def _limit(compare: Compare) -> str:
    if compare.equals:
        return f"equals the plan's {compare.equals}"
    if compare.one_of:
        return f"is {' or '.join(compare.one_of)}"
    low, high = compare.at_least, compare.at_most
    words = [f"at least {low:g}" if low is not None else "", f"at most {high:g}" if high is not None else ""]
    return f"is {' and '.join(word for word in words if word)}"
