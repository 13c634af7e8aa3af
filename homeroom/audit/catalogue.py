"""The rules as a page of documentation: docs/rules.md is printed from the rule files, never written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.audit.rule import Rule

HEAD: Final = """\
# Audit rules
Printed from `inventory/rules/*.yaml` (`pytest tests/audit --update-golden` prints it anew). A project adds a rule, or
replaces one, with a file of the rule's id in its own `inventory/rules/`. What a rule cannot decide is unknown, and
unknown is never compliant.

| rule | severity | judges | by | on | references |
|---|---|---|---|---|---|
"""
_CLAIMS: Final = {
    "prefixes": "proof: the plan's prefixes",
    "unreachable": "proof: the running access lists",
    "as_intended": "proof: running equals intended",
}


def markdown(rules: Mapping[str, Rule]) -> str:
    """Return the page."""
    rows = "".join(_row(rule) for rule in rules.values())
    return HEAD + rows + "".join(line for rule in rules.values() for line in _section(rule))


def _row(rule: Rule) -> str:
    judged = "site" if rule.scope == "site" else ", ".join(rule.applies.kinds)
    refs = (*(f"STIG {ref}" for ref in rule.refs.stig), *rule.refs.srg, *_nist(rule), *rule.refs.dfe, *rule.refs.other)
    return f"| {rule.id} {rule.title} | {rule.severity} | {judged} | {_by(rule)} | {_on(rule)} | {'; '.join(refs)} |\n"


def _nist(rule: Rule) -> Iterator[str]:
    return (f"NIST SP 800-53 {ref}" for ref in rule.refs.nist)


def _by(rule: Rule) -> str:
    if rule.check.proof:
        return _CLAIMS[rule.check.proof.claim]
    return "running configuration" if rule.check.config else "SNMP reading"


def _on(rule: Rule) -> str:
    if rule.check.proof:
        return ", ".join(rule.check.proof.gateway) or "every platform"
    return ", ".join(rule.check.config or rule.check.reading or ())


def _section(rule: Rule) -> Iterator[str]:
    yield f"\n## {rule.id} {rule.title}\n{rule.why}\n\nTo mend it: {rule.fix}\n"
    for platform, reason in rule.applies.exempt.items():
        yield f"\nNot on {platform}: {reason}\n"
