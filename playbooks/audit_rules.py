"""`homeroom audit rules`: list the rules, show one, or try the examples of those that the project has written."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from homeroom.audit import catalogue
from homeroom.audit.load import CIS, load_cis, load_rules
from homeroom.audit.rule import Rule
from homeroom.errors import HomeroomError, UsageError
from homeroom.project import Project
from playbooks import console


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("rule", nargs="?", default="", metavar="ID", help="show this rule only")
    parser.add_argument(
        "--check",
        action="store_true",
        help="try the examples (fixtures) of the rule, or of every rule that stands in the project's inventory/rules",
    )


def run(args: argparse.Namespace) -> int:
    """List, show or try rules; 0, or 1 when an example does not show what it should. Malformed rules: InputError."""
    project = Project.locate(args.project)
    rules = load_rules(project.rule_roots)
    if args.rule and args.rule not in rules:
        raise UsageError(f"no rule is called {args.rule}; `homeroom audit rules` lists them")
    own = frozenset(path.stem for path in (project.inventory / "rules").glob("*.yaml"))
    if args.check:
        return _check({args.rule: rules[args.rule]} if args.rule else {name: rules[name] for name in sorted(own)}, args)
    cis = load_cis(project.inventory / CIS, rules)
    if args.rule:
        _show(rules[args.rule], cis.of(args.rule), args)
    else:
        _list(rules, own, args)
    return 0


def _list(rules: Mapping[str, Rule], own: frozenset[str], args: argparse.Namespace) -> None:
    if args.json:
        console.emit({"rules": [_short(rule, own) for rule in rules.values()]})
        return
    columns = ("rule", "severity", "judges", "by", "on", "whose")
    rows = [
        (
            f"{rule.id} {rule.title}",
            rule.severity,
            catalogue.judged(rule),
            catalogue.by(rule),
            catalogue.on(rule),
            "the project's" if rule.id in own else "Homeroom's",
        )
        for rule in rules.values()
    ]
    console.table("rules", columns, rows)


def _short(rule: Rule, own: frozenset[str]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "version": rule.version,
        "title": rule.title,
        "severity": rule.severity,
        "scope": rule.scope,
        "by": catalogue.by(rule),
        "platforms": sorted(rule.platforms),
        "exempt": dict(rule.applies.exempt),
        "own": rule.id in own,
    }


def _show(rule: Rule, cis: tuple[str, ...], args: argparse.Namespace) -> None:
    if args.json:
        console.emit({**dataclasses.asdict(rule), "scope": rule.scope, "cis": cis})
        return
    console.say(f"{rule.id} {rule.title}", style="bold")
    console.say(catalogue.section(rule) + "".join(f"- Related: {number}\n" for number in cis))


def _check(rules: Mapping[str, Rule], args: argparse.Namespace) -> int:
    """Try every example; 1 when one fails."""
    if not rules:
        raise UsageError("the project has no rules of its own: name one, or write inventory/rules/<ID>.yaml")
    faults = [found for rule in rules.values() for found in _faults(rule)]
    tried = sum(len(given) for rule in rules.values() for given in rule.fixtures.values())
    if args.json:
        console.emit({"rules": sorted(rules), "examples": tried, "faults": faults})
    else:
        for fault in faults:
            console.say("{rule} on {platform}, example {example} ({kind}): {what}".format_map(fault), style="red")
        console.say(f"{tried} examples of {len(rules)} rules tried, {len(faults)} things wrong")
    return 1 if faults else 0


def _faults(rule: Rule) -> Iterator[dict[str, Any]]:
    from homeroom.audit import fixture

    for platform, given in rule.fixtures.items():
        for number, one in enumerate(given, 1):
            where = {"rule": rule.id, "platform": platform, "example": number, "kind": one.kind}
            try:
                yield from ({**where, "what": what} for what in fixture.faults(rule, platform, one))
            except (HomeroomError, ValueError) as error:
                yield {**where, "what": str(error)}
