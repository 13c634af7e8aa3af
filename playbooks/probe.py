"""`homeroom probe`: run on a machine in a role's network at a site, it tries what the policy says, and keeps it."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from playbooks import console

if TYPE_CHECKING:
    from homeroom.probe.checks import Place
    from homeroom.probe.model import Check, Outcome
    from homeroom.store.world import World

MARKS: Final = {"compliant": "ok", "violation": "VIOLATION", "unknown": "unknown"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where the probe stands."""
    parser.add_argument("--site", required=True, help="the site it stands at")
    parser.add_argument("--role", required=True, help="the role whose network it is in, e.g. student")
    parser.add_argument("--wait", type=float, default=2.0, metavar="SECONDS", help="until silence is silence (2)")
    parser.add_argument("--family", type=int, choices=(4, 6), action="append", help="only this family (default: both)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked")
    parser.epilog = "exit codes: 0 all as the policy says; 1 a violation or an unknown; 2 bad usage or input"


def run(args: argparse.Namespace) -> int:
    """Probe; 1 when anything is not as the policy says, or could not be learned."""
    from homeroom.probe.checks import checks
    from homeroom.probe.load import load_targets
    from homeroom.project import Project
    from homeroom.store.world import World

    project = Project.locate(args.project)
    targets = load_targets(project)
    world = World.open(project)
    try:
        policy, place = _place(world, args)
    finally:
        world.close()
    every = tuple(checks(policy, place, targets, tuple(args.family or (4, 6))))
    if args.dry_run:
        return _announce(args, every)
    outcomes = _ask(args, every)
    _keep(project, args, outcomes)
    counts = Counter(outcome.verdict for outcome in outcomes)
    document = {"site": args.site, "role": args.role, "verdicts": counts, "outcomes": [_plain(o) for o in outcomes]}
    if args.json:
        console.emit(document)
    else:
        _show(args, outcomes)
    return 0 if set(counts) <= {"compliant"} and outcomes else 1


def _place(world: World, args: argparse.Namespace) -> tuple[Any, Place]:
    from homeroom.errors import UsageError
    from homeroom.probe.checks import Place
    from homeroom.store.inventory import Selector

    here = Selector(sites=(args.site,))
    site = next(world.sites(here), None)
    if site is None:
        raise UsageError(f"no site is called {args.site}: `homeroom check` lists what was quarantined")
    policy = world.policy_of(site)
    if args.role not in policy.roles:
        raise UsageError(f"no role is called {args.role}; there are {', '.join(policy.roles)}")
    profile = policy.roles[args.role].profile
    resolvers = world.programme.central.resolvers[profile] if profile else ()
    plan = next(iter(world.plans(here)))
    gateways = tuple(prefixes[args.role].address(1) for prefixes in (plan.v4, plan.v6))
    devices = tuple(address for device in world.devices(here) for address in (device.v4, device.v6))
    now = dt.datetime.now(tz=ZoneInfo(world.programme.timezone))
    return policy, Place(args.role, resolvers, gateways, world.programme.central.ntp, devices, now)


def _announce(args: argparse.Namespace, every: Sequence[Check]) -> int:
    if args.json:
        console.emit({"checks": [{"id": check.id, "want": check.want} for check in every]})
    else:
        rows = [(check.title, f"{check.address} {check.port}", check.want) for check in every]
        console.table(f"{args.site}, {args.role}", ("check", "asked of", "wanted"), rows)
    return 0


def _ask(args: argparse.Namespace, every: Sequence[Check]) -> tuple[Outcome, ...]:
    from homeroom.probe.run import run as ask

    if args.json:
        return asyncio.run(ask(every, wait=args.wait))
    with console.progress() as bar:
        task = bar.add_task("probing", total=len(every))
        return asyncio.run(ask(every, lambda _: bar.advance(task), wait=args.wait))


def _keep(project: Any, args: argparse.Namespace, outcomes: Sequence[Outcome]) -> None:
    from homeroom.store.db import connect
    from homeroom.store.probes import Probed, add

    kept = (Probed(args.site, args.role, o.check.id, o.verdict, o.seen, o.detail, o.at) for o in outcomes)
    add(connect(project), kept)


def _plain(one: Outcome) -> dict[str, object]:
    at = dt.datetime.fromtimestamp(one.at, tz=dt.UTC).isoformat(timespec="seconds")
    check = one.check
    return {
        "check": check.id,
        "want": check.want,
        "seen": one.seen,
        "verdict": one.verdict,
        "detail": one.detail,
        "at": at,
    }


def _show(args: argparse.Namespace, outcomes: Sequence[Outcome]) -> None:
    rows = [(o.check.title, o.check.want, o.seen, MARKS[o.verdict], o.detail) for o in outcomes]
    console.table(f"{args.site}, {args.role}", ("check", "wanted", "seen", "", "detail"), rows)
