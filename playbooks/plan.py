"""`homeroom plan`: give every site its block and its names, and keep them in the ledger."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from playbooks import console

if TYPE_CHECKING:
    from homeroom.plan.allocate import Change, Changes

SHOWN: Final = 20
"""Changes shown to a person; the ledger itself can be diffed."""
RENUMBER: Final = "to renumber it, delete its line in ledger.csv"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `plan`."""
    parser.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")


def run(args: argparse.Namespace) -> int:
    """Allocate, write the ledger if it changed, say what changed."""
    from homeroom.plan.allocate import allocate
    from homeroom.plan.layout import check_roles, count
    from homeroom.plan.ledger import read_ledger, write_ledger
    from homeroom.policy.load import load_policy, overdue
    from homeroom.programme.bill import bill
    from homeroom.programme.load import load_facts
    from homeroom.project import Project

    project = Project.locate(args.project)
    facts, quarantined = load_facts(project)
    policy = load_policy(project, facts)
    check_roles({name: role.vlan for name, role in policy.roles.items()})
    today = dt.datetime.now(tz=dt.UTC).date()
    ledger, changes = allocate(facts, read_ledger(project.ledger), today)
    if changes.changed and not args.dry_run:
        write_ledger(project.ledger, ledger)
    bills = (bill(site, facts.equipment) for site in facts.sites)
    devices = sum(count(things) for things in bills if things is not None)
    late = overdue(policy, today)
    document = {
        "sites": len(facts.sites),
        "devices": devices,
        "changed": len(changes.changed),
        "changes": [{"site": c.site, "code": c.code, "v4": c.v4, "what": c.what} for c in changes.changed],
        "outgrown": changes.outgrown,
        "moved": changes.moved,
        "quarantined": len({(problem.file, problem.row) for problem in quarantined}),
        "overdue": late,
        "dry_run": args.dry_run,
    }
    if args.json:
        console.emit(document)
    else:
        _tell(document, changes, late)
    return 0


def _tell(document: Mapping[str, object], changes: Changes, late: Sequence[str]) -> None:
    """Tell a person: what was left out, what waits for a decision, what changed."""
    if document["quarantined"]:
        console.say(f"{document['quarantined']} rows are quarantined and left out: see `homeroom check`")
    _list("policy.yaml allows {}: its review is overdue", late)
    _list("site {} has outgrown its block and keeps it; " + RENUMBER, changes.outgrown)
    _list("site {} changed its region and keeps its block; " + RENUMBER, changes.moved)
    if changes.changed:
        _show(changes.changed)
    number = len(changes.changed)
    verdict = f"{number} {'would change' if document['dry_run'] else 'changed'}" if number else "no change"
    console.say(f"{document['sites']} sites, {document['devices']} devices: {verdict}")


def _list(sentence: str, names: Sequence[str]) -> None:
    for name in names[:SHOWN]:
        console.say(sentence.format(name))
    if len(names) > SHOWN:
        console.say(f"... and {len(names) - SHOWN} more like it")


def _show(changed: Sequence[Change]) -> None:
    rows = [(c.site, c.code, c.v4, c.what) for c in changed[:SHOWN]]
    if len(changed) > SHOWN:
        rows.append(("...", "", "", f"{len(changed) - SHOWN} more"))
    console.table("Ledger", ("site", "code", "block", "what"), rows)
