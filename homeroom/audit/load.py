"""Rules and waivers from their files: every problem of all files at once, or all of them loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from homeroom.audit.rule import Rule
from homeroom.audit.waiver import Waivers, problems
from homeroom.errors import InputError, Problem
from homeroom.strict import load


def load_rules(roots: Sequence[Path]) -> Mapping[str, Rule]:
    """Read every rule, one file each, sorted by id; the nearest root wins. InputError with all problems."""
    rules: dict[str, Rule] = {}
    wrong: list[Problem] = []
    for path in _nearest(roots):
        try:
            rule = load(Rule, path, shown=f"rules/{path.name}")
        except InputError as error:
            wrong.extend(error.problems)
            continue
        if rule.id != path.stem:
            message, remedy = f"is {rule.id}, the file's name says otherwise", f"rename the file to {rule.id}.yaml"
            wrong.append(Problem(f"rules/{path.name}", 0, "id", message, remedy))
        rules[rule.id] = rule
    if wrong:
        raise InputError(*wrong)
    if not rules:
        remedy = "add inventory/rules/<ID>.yaml"
        raise InputError(Problem("rules", 0, "(folder)", "no rule stands in any rule folder", remedy))
    return rules


def load_waivers(path: Path, rules: Mapping[str, Rule], today: dt.date) -> Waivers:
    """Read the waivers; none when there is no file. InputError when one is bad, expired or approved by its asker."""
    if not path.exists():
        return Waivers()
    return load(Waivers, path, check=lambda waivers: problems(waivers, path.name, rules, today))


def _nearest(roots: Sequence[Path]) -> list[Path]:
    """Return one path a file name: a project's own rule replaces the shipped one."""
    found: dict[str, Path] = {}
    for root in roots:
        for path in root.glob("*.yaml"):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]
