"""Rules, waivers and CIS numbers from their files: every problem of all files at once, or all of them loaded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from homeroom.audit.rule import Rule
from homeroom.audit.waiver import FILE, WaiverFile, Waivers, problems
from homeroom.errors import InputError, Problem
from homeroom.strict import load

CIS: Final = "cis.yaml"


def load_rules(roots: Sequence[Path]) -> Mapping[str, Rule]:
    """Read every rule, one file each, sorted by id; the nearest root wins. InputError with all problems."""
    rules: dict[str, Rule] = {}
    wrong = [problem for root in roots for problem in _overlooked(root)]
    for path in _nearest(roots):
        try:
            rule = load(Rule, path, shown=f"rules/{path.name}", check=partial(_named, path, frozenset(rules)))
        except InputError as error:
            wrong.extend(error.problems)
            continue
        rules[rule.id] = rule
    if wrong:
        raise InputError(*wrong)
    if not rules:
        remedy = "add inventory/rules/<ID>.yaml"
        raise InputError(Problem("rules", 0, "(folder)", "no rule stands in any rule folder", remedy))
    return rules


def load_waivers(path: Path, rules: Mapping[str, Rule], today: dt.date) -> Waivers:
    """Read waivers and standing decisions; none when there is no file.

    InputError when one is malformed or names no rule. One that does not hold today is loaded, among the faults.
    """
    if not path.exists():
        return Waivers()
    file = load(WaiverFile, path, shown=f"inventory/{FILE}", check=lambda found: problems(found, rules))
    return Waivers.of(file, rules, today)


@dataclass(frozen=True, slots=True)
class Cis:
    """cis.yaml: the benchmark with its version, and rule -> numbers of its recommendations."""

    benchmark: str
    numbers: Mapping[str, tuple[str, ...]]

    def of(self, rule: str) -> tuple[str, ...]:
        """Return how they are quoted beside a rule."""
        return tuple(f"{self.benchmark} {number}" for number in self.numbers.get(rule, ()))


def load_cis(path: Path, rules: Mapping[str, Rule]) -> Cis:
    """Read the numbers; none when there is no file. InputError for what is no rule or no number."""
    if not path.exists():
        return Cis("", {})
    return load(Cis, path, shown=f"inventory/{CIS}", check=lambda found: [*_numbers(found, rules)])


def _numbers(cis: Cis, rules: Mapping[str, Rule]) -> Iterator[Problem]:
    for rule, numbers in cis.numbers.items():
        if rule not in rules:
            yield Problem("", 0, f"numbers.{rule}", f"no rule is called {rule}", "correct the id, or remove the line")
        for place, number in enumerate(numbers):
            if not re.fullmatch(r"\d+(?:\.\d+)+", number):
                where, what = f"numbers.{rule}[{place}]", f"{number!r} is no number of a recommendation"
                yield Problem("", 0, where, what, 'write the number alone, as "1.2.3": no words of the benchmark')


def _named(path: Path, before: frozenset[str], rule: Rule) -> list[Problem]:
    """Hold the id against the file's name and the rules read before."""
    if rule.id == path.stem:
        return []
    message, remedy = f"is {rule.id}, the file's name says otherwise", f"rename the file to {rule.id}.yaml"
    if rule.id in before or path.with_stem(rule.id).exists():
        message, remedy = f"{rule.id} is the id of rules/{rule.id}.yaml too", "give one of them another id and name"
    return [Problem("", 0, "id", message, remedy)]


def _nearest(roots: Sequence[Path]) -> list[Path]:
    """Return one path a file name: a project's own rule replaces the shipped one."""
    found: dict[str, Path] = {}
    for root in roots:
        for path in root.glob("*.yaml"):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]


def _overlooked(root: Path) -> Iterator[Problem]:
    """Find what looks like a rule and would not be read."""
    for path in sorted(root.rglob("*.y*ml")):
        name = path.relative_to(root).as_posix()
        if path.suffix != ".yaml" or path.parent != root:
            remedy = f"move it to rules/{path.stem}.yaml"
            yield Problem(f"rules/{name}", 0, "(file)", "would not be read: it is not like rules/MGT-01.yaml", remedy)
