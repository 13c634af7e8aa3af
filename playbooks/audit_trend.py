"""`homeroom audit trend`: how the verdicts moved from audit to audit, by region, rule or framework, or by a change."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.audit.age import stamp
from homeroom.audit.load import load_rules
from homeroom.audit.rule import Rule
from homeroom.audit.verdict import WORST_FIRST
from homeroom.project import Project
from homeroom.store import audits
from homeroom.store.audits import Move, Run
from homeroom.store.db import connect
from playbooks import console

BY: Final = ("rule", "region", "framework")
_BAD: Final = ("violation", "error", "unknown")
MOST_SHOWN: Final = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--by", choices=BY, default="rule", help="what the counts are of (default: rule)")
    parser.add_argument("--days", type=float, default=90.0, metavar="N", help="how far back (default: 90)")
    parser.add_argument("--change", default="", metavar="ID", help="only what a change made better or worse")


def run(args: argparse.Namespace) -> int:
    """Print the runs and what moved; 1 when there was no audit in that time."""
    project = Project.locate(args.project)
    since = time.time() - args.days * 86400
    with contextlib.closing(_Connected(project)) as store:
        runs, moves = audits.runs(store.engine, since), audits.moves(store.engine, since, args.change)
    rules = load_rules(project.rule_roots)
    if args.json:
        console.emit({"runs": [_run(one, args.by, rules) for one in runs], "moves": [_move(one) for one in moves]})
    else:
        _show(runs, moves, args.by, rules)
    return 0 if runs else 1


class _Connected:
    def __init__(self, project: Project) -> None:
        self.engine = connect(project)

    def close(self) -> None:
        self.engine.dispose()


def counted(run: Run, by: str, rules: Mapping[str, Rule]) -> Mapping[str, Mapping[str, int]]:
    """Return name -> status -> verdicts of a run; a framework counts the verdicts of every rule that refers to it."""
    if by != "framework":
        return run.counts.get(by, {})
    found: dict[str, Counter[str]] = {}
    for name, counts in run.counts.get("rule", {}).items():
        for framework in _frameworks(rules.get(name)):
            found.setdefault(framework, Counter()).update(counts)
    return found


def _frameworks(rule: Rule | None) -> Iterator[str]:
    if rule is None:
        return
    refs = rule.refs
    named = {"DISA": refs.stig or refs.srg, "NIST SP 800-53": refs.nist, "DfE": refs.dfe, "CIPA": refs.cipa}
    yield from (name for name, given in named.items() if given)
    if not any(named.values()):
        yield "national"


def better(move: Move) -> bool:
    """Tell whether a verdict moved towards compliant."""
    order: Sequence[str] = WORST_FIRST
    return order.index(move.after) > order.index(move.before)


def _run(run: Run, by: str, rules: Mapping[str, Rule]) -> Mapping[str, object]:
    return {"at": run.at, "root": run.root, "scope": run.scope, "devices": run.devices, by: counted(run, by, rules)}


def _move(move: Move) -> Mapping[str, object]:
    names = ("at", "subject", "site", "region", "rule", "before", "after", "change")
    return {**{name: getattr(move, name) for name in names}, "better": better(move)}


def _show(runs: Sequence[Run], moves: Sequence[Move], by: str, rules: Mapping[str, Rule]) -> None:
    scope = runs[-1].scope if runs else ""
    shown = [run for run in runs if run.scope == scope][-6:]  # a part has less of everything, and is not better
    names = sorted({name for run in shown for name in counted(run, by, rules)})
    console.table(
        f"violations, errors and unknown of {scope or 'the whole programme'}",
        (by, *(stamp(run.at)[:16] for run in shown), "trend"),
        [(name, *_row([counted(run, by, rules).get(name, {}) for run in shown])) for name in names],
    )
    if moves:
        worse = sum(not better(move) for move in moves)
        console.say(f"{len(moves)} verdicts moved: {len(moves) - worse} better, {worse} worse")
        console.table(
            "the newest of them",
            ("when", "subject", "rule", "was", "is", "with change"),
            [
                (stamp(m.at)[:16], m.subject, m.rule, m.before, m.after, m.change)
                for m in sorted(moves, key=lambda move: -move.at)[:MOST_SHOWN]
            ],
        )


def _row(counts: Sequence[Mapping[str, int]]) -> Sequence[str]:
    bad = [sum(one.get(status, 0) for status in _BAD) for one in counts]
    way = "" if len(bad) < 2 or bad[-1] == bad[-2] else "better" if bad[-1] < bad[-2] else "worse"
    return (*(str(number) if number else "." for number in bad), way)
