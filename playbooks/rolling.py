"""What a person does to an approved change: begins it, goes on, gives it to devices that were off, takes it back.

And what a person does at once to devices they named (`apply --commit`, `restore --commit`): a change too, with one
wave and without canaries and approval, but with the same document, journal, claims and way of every device.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial

from sqlalchemy.engine import Engine

from homeroom.errors import UsageError
from homeroom.project import Project
from homeroom.rollout.box_target import Approved
from homeroom.rollout.change import Document, policy_digest
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.judge import Order, judge, refuse_strangers
from homeroom.rollout.restore import giving_back
from homeroom.rollout.schedule import Schedule, at_once, pack, planned, scheduled, unpack
from homeroom.rollout.settings import Settings, load_settings
from homeroom.rollout.sites import refuse_leaks
from homeroom.store.change_docs import Papers
from homeroom.store.change_tables import ChangeState
from homeroom.store.changes import Cause, Change, Changes, Row
from homeroom.store.configs import digest
from homeroom.store.history import text_of
from homeroom.store.inventory import Selector
from homeroom.store.readings import all_status, values
from homeroom.store.world import World
from playbooks import carry, change_case, change_view, devices, diff

_UNDER_WAY = frozenset({"canary", "wave", "baking", "aborting"})


def start(args: argparse.Namespace, case: change_case.Case) -> int:
    """Begin an approved change; 1 when something moved since it was approved."""
    project, who = Project.locate(args.project), change_case.who(args.name)
    settings = load_settings(project)
    with devices.mustered(args, _selector(case.document), prove=False) as (fleet, engine):
        if found := moved(project, case.document, fleet):
            change_view.moved(case.document, found, args)
            return 1
        schedule = _schedule(project, engine, case.document, settings, args.pace)
        _enter(engine, case.document, schedule, who)
        return carry.carry_out(job_of(project, fleet, engine, settings, schedule, case.document, who.label), args)


def go_on(args: argparse.Namespace, case: change_case.Case) -> int:
    """Go on with a change that stands still: paused, halted (a person answers for it), or its process is gone."""
    project, who = Project.locate(args.project), change_case.who(args.name)
    with devices.mustered(args, _selector(case.document), prove=False) as (rendered, engine):
        store, papers, document = Changes(engine), Papers(engine), case.document
        fleet = _fleet(rendered, engine, document)
        change = store.change(document.id)
        if change.state != "aborting":
            if found := moved(project, document, fleet):
                change_view.moved(document, found, args)
                return 1
            _stand_up(store, change, who.label, args.reason)
        schedule = unpack(papers.texts([case.schedule])[case.schedule])
        job = job_of(project, fleet, engine, load_settings(project), schedule, document, who.label)
        return carry.carry_out(job, args)


def rollback(args: argparse.Namespace, case: change_case.Case) -> int:
    """Give the devices that confirmed a change, or one wave of it, what they ran before: a change of its own."""
    document = case.document
    with devices.mustered(args, _selector(document)) as (fleet, engine):
        store = Changes(engine)
        if store.change(document.id).state in _UNDER_WAY:
            raise UsageError(f"{document.id} is under way: pause or abort it first")
        before = {
            row.device: row.pre_sha
            for row in store.rows(document.id)
            if row.state == "confirmed" and args.wave in {None, row.wave}
        }
        if not before:
            wave = "" if args.wave is None else f" in wave {args.wave}"
            raise UsageError(f"{document.id}: no device of it was confirmed{wave}")
        back = giving_back(fleet, engine, before)
        return push(back, engine, args, f"rollback of {document.id}", args.reason, restores=True, of=document)


def push(
    fleet: Fleet,
    engine: Engine,
    args: argparse.Namespace,
    title: str,
    reason: str,
    *,
    restores: bool = False,
    of: Document | None = None,
) -> int:
    """Judge every member and push to it at once; 0, or 3 when some did not get what they should have.

    A device that somebody changed by hand is left as it is unless `args.overwrite` names it, or it `restores`. `of`:
    the change that is taken back; its record says by which.
    """
    project, who, now = Project.locate(args.project), change_case.who(getattr(args, "name", "")), time.time()
    settings = load_settings(project)
    settings = replace(settings, terms=replace(settings.terms, timer=60.0 * args.confirm_minutes))
    if not restores:
        refuse_leaks(fleet)
    papers, found = Papers(engine), diff.compared(fleet, args)
    overwrite = frozenset(found.compared) if restores else frozenset(getattr(args, "overwrite", ()))
    order = Order(devices.change_id(now), title, reason, who.name, who.account, now, frozenset(), overwrite)
    document = judge(order, fleet, found.compared, found.unreachable, change_case.memory(args, papers, engine))
    if not restores:
        refuse_strangers(order, document)
    document = replace(document, restores=restores)
    change_case.keep(papers, engine, document, found.compared, who, first=True)
    if of:
        papers.add(change_case.act(of, "rolled back", who, f"by change {order.id}: {reason}"))
    with closing(World.open(project)) as world:
        schedule = at_once(planned(world, [one.device for one in document.devices], {}, {}), "all")
    _enter(engine, document, schedule, who)
    return carry.carry_out(job_of(project, fleet, engine, settings, schedule, document, who.label), args)


def _enter(engine: Engine, document: Document, schedule: Schedule, who: change_case.Person) -> None:
    """Put a change and its devices into the store, with the waves as they were planned."""
    papers, now = Papers(engine), time.time()
    papers.put([packed := pack(schedule)])
    before = {one.device: one.running for one in document.devices}
    left = [one.device for one in document.edits if one.decision == "leave"]
    rest = [
        *_left_out(document.id, "off", document.unreachable, now),
        *_left_out(document.id, "unfit", dict.fromkeys(left, _EDITED), now),
        *_left_out(document.id, "unchanged", dict.fromkeys(document.unchanged, ""), now),
    ]
    new = Change(document.id, "approved", "planned", 0, document.content, document.author, document.reason, now)
    papers.add(change_case.act(document, "applied", who, document.reason, digest(packed)))
    Changes(engine).add(new, [*schedule.rows(document.id, before, now), *rest])


def _left_out(change: str, cause: Cause, reasons: Mapping[str, str], now: float) -> Iterator[Row]:
    """Yield the rows of devices that are not in a wave."""
    for name, why in reasons.items():
        yield Row(change, name, "skipped", at=now, detail=why, cause=cause)


_EDITED = "somebody changed it by hand, and it is left as it is; adopt or overwrite the edit with another change"


def _stand_up(store: Changes, change: Change, by: str, reason: str) -> None:
    """Put a change that was stopped back to where it can go on."""
    if change.state == "halted":
        if not reason:
            raise UsageError(f"{change.id} was halted: say with --reason why it may go on; the record keeps it")
        store.move(change, "paused", time.time(), by=by, reason=reason)
        change = store.change(change.id)
    if change.state == "paused":
        back: ChangeState = "late" if change.came_from == "late" else "baking"
        store.move(change, back, time.time(), by=by, reason=reason or "resumed")


def _fleet(rendered: Fleet, engine: Engine, document: Document) -> Fleet:
    """Return the fleet with what the document says it is to run."""
    if not document.restores:
        return rendered
    return giving_back(rendered, engine, {one.device: one.target for one in document.devices})


def job_of(  # noqa: PLR0917  # each of its own kind
    project: Project, fleet: Fleet, engine: Engine, settings: Settings, schedule: Schedule, document: Document, by: str
) -> carry.Job:
    """Put together what carrying a document out takes; without canaries a person named devices and moment."""
    keys = frozenset(part.shape for part in document.parts)
    approved = {name: Approved("", digest(one.work.text), _unread, keys) for name, one in fleet.members.items()}
    for one in document.devices:
        approved[one.device] = Approved(one.running, one.target, partial(text_of, engine, one.running))
    named = not schedule.plan.candidates
    fleet = replace(fleet, not_pushed={**document.not_pushed, **fleet.not_pushed})
    return carry.Job(
        document.id, document.title, by, project, fleet, engine, settings, schedule, approved,
        stays=not named, careful=not named, any_hour=named,
    )  # fmt: skip


def _unread() -> str:
    """Return what a device ran that was never judged."""
    return ""


def _selector(document: Document) -> Selector:
    return Selector(devices=(*(one.device for one in document.devices), *document.unreachable))


def moved(
    project: Project, document: Document, fleet: Fleet, among: Collection[str] | None = None
) -> Mapping[str, str]:
    """Return device (`among` these) -> in what it differs from what was approved; `policy` for the policy."""
    with closing(World.open(project)) as world:
        found = {} if policy_digest(world.policy) == document.policy else {"policy": "the policy is another"}
    for one in document.devices:
        if among is not None and one.device not in among:
            continue
        member = fleet.members.get(one.device)
        if member is None:
            found[one.device] = "it is no longer in the inventory, or not pushed"
        elif digest(member.work.text) != one.target:
            found[one.device] = "what it is to run moved"
    return found


def _schedule(project: Project, engine: Engine, document: Document, settings: Settings, pace: str | None) -> Schedule:
    shapes = {name: str(number) for number, part in enumerate(document.parts, 1) for name in part.devices}
    silent = {name for name, seen in all_status(engine).items() if not seen.reachable}
    with closing(World.open(project)) as world:
        found = planned(world, shapes, shapes, values(engine, "identity.software"))
    return scheduled(found, settings, seed=document.id, pace=pace, avoid=silent)
