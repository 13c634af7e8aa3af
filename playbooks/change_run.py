"""`homeroom change`, the verbs of the rollout: apply, pause, resume, abort, rollback, late.

Pausing and aborting only move the change in the store: whoever carries it out, maybe elsewhere, sees it within a
second and obeys. Every step is in the record, with who, from which account, when and why.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from homeroom.errors import UsageError
from homeroom.project import Project
from homeroom.rollout.lease import lease
from homeroom.rollout.settings import PACES
from homeroom.rollout.states import require_change
from homeroom.store.change_tables import CHANGE_ENDS, IN_FLIGHT, ChangeState
from homeroom.store.changes import Change, Changes
from playbooks import apply, change_case, change_view, console, late, rolling

Add: TypeAlias = Callable[..., argparse.ArgumentParser]
"""`add_parser` of the verbs."""


def configure(add: Add, common: argparse.ArgumentParser) -> None:
    """Add the verbs. `common`: the options that every command has."""

    def verb(name: str, text: str, **why: Any) -> argparse.ArgumentParser:
        made = add(name, help=text, description=text, parents=[common])
        made.add_argument("id", help="the change's name")
        add_name(made)
        if why:
            made.add_argument("--reason", metavar="TEXT", **why)
        return made

    run = verb("apply", "apply an approved change in waves; goes on until it has ended or stands still")
    run.add_argument(
        "--pace", choices=tuple(PACES), help="how long each stage is watched (default: what rollout.yaml says)"
    )
    verb("pause", "begin no further device; what is under way is brought to its end", required=True, help="why")
    again = verb(
        "resume",
        "go on: after a pause, a halt, or when the process that applied it is gone",
        default="",
        help="why; after a halt it must be said",
    )
    verb(
        "abort",
        "give a change up; what is under way is taken back, what was confirmed stays",
        required=True,
        help="why",
    )
    back = verb("rollback", "give devices back what they ran before the change", required=True, help="why")
    back.add_argument("--wave", type=int, metavar="N", help="only the devices of this wave (default: all)")
    apply.add_minutes(back)
    back_again = add("late", help="bring changes to devices that were off and are back", parents=[common])
    back_again.add_argument(
        "--every", type=int, default=0, metavar="SECONDS", help="look again and again (default: once, now)"
    )
    add_name(back_again)
    for one in (run, again, back, back_again):
        one.add_argument("--workers", type=int, default=100, metavar="N", help="devices at once (default: 100)")


def add_name(parser: argparse.ArgumentParser) -> None:
    """Add `--as`."""
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="who you are (default: your account)")


def _apply(args: argparse.Namespace) -> int:
    """Apply an approved change; 0 all got it, 1 it stands still or was given up, 3 some devices did not get it."""
    was = _case(args)
    if was.live:
        raise UsageError(f"{args.id} was applied already, it is {was.state}; {_next(was.live)}")
    if was.state == "planned":
        raise UsageError(
            f"{args.id} is not approved: a second person reads it with `homeroom change show {args.id}` and approves it"
        )
    if was.state != "approved":
        raise UsageError(f"{args.id} was {was.state}; make another change")
    return rolling.start(args, was)


def _pause(args: argparse.Namespace) -> int:
    """Move a change to paused."""
    person, reason = change_case.who(args.name), change_case.line(args.reason, "--reason")
    with change_case.opened(args) as desk:
        _live(desk.case(args.id))
        _move(desk.changes, args.id, "paused", person, reason)
        change_view.moved_to(desk.case(args.id), desk.changes.moves(args.id)[-1], args)
    if not args.json:
        console.say(f"what is under way is brought to its end; to go on: homeroom change resume {args.id}")
    return 0


def _resume(args: argparse.Namespace) -> int:
    """Go on with a change; what a person answers for is in the record before anything is done."""
    if args.reason:
        change_case.line(args.reason, "--reason")
    was = _case(args)
    live = _live(was)
    if live.state == "halted" and not args.reason:
        raise UsageError(f"{args.id} was halted; say with --reason TEXT why it may go on all the same")
    return late.one(args, was) if live.state == "late" else rolling.go_on(args, was)


def _abort(args: argparse.Namespace) -> int:
    """Give a change up; one that nobody works on, with nothing in flight, ends at once."""
    person, reason = change_case.who(args.name), change_case.line(args.reason, "--reason")
    with change_case.opened(args) as desk:
        was = desk.case(args.id)
        if was.state in CHANGE_ENDS or (was.live and was.state == "aborting"):
            raise UsageError(f"{args.id} was {was.state} already")
        if was.live:
            _move(desk.changes, args.id, "aborting", person, reason)
        desk.papers.add(change_case.act(was.document, "aborted", person, reason))
        left = _close(desk, args, person, reason) if was.live else ""
        change_view.said(desk.case(args.id), args)
    if left and not args.json:
        console.say(left)
    return 0


def _close(desk: change_case.Desk, args: argparse.Namespace, person: change_case.Person, reason: str) -> str:
    """End a change that is aborting if nobody else will; return what is still to come, in words."""
    with lease(Project.locate(args.project).state / "changes", args.id) as free:
        if not free:
            return "the process that carries it out takes back what is under way, and ends it"
        flying = sum(number for state, number in desk.changes.sums(args.id).items() if state in IN_FLIGHT)
        if flying:
            return f"{flying} devices were under way: `homeroom change resume {args.id}` takes them back, and ends it"
        desk.changes.skip_pending(args.id, "the change was aborted before it was touched", time.time())
        _move(desk.changes, args.id, "aborted", person, reason)
    return ""


def _rollback(args: argparse.Namespace) -> int:
    """Give devices back what they ran before the change."""
    apply.check_minutes(args)
    change_case.line(args.reason, "--reason")
    was = _case(args)
    live = _live(was, ended=True)
    if args.wave is not None and not 1 <= args.wave <= live.wave:
        raise UsageError(f"--wave {args.wave}: {args.id} has come to wave {live.wave}; choose one from 1 on")
    return rolling.rollback(args, was)


def _late(args: argparse.Namespace) -> int:
    """Bring changes to devices that are back."""
    if args.every < 0:
        raise UsageError("--every must be 0 (once) or more seconds")
    return late.run(args)


def _case(args: argparse.Namespace) -> change_case.Case:
    with change_case.opened(args) as desk:
        return desk.case(args.id)


def _live(one: change_case.Case, *, ended: bool = False) -> Change:
    """Return how far a change is; UsageError when it was not applied, or has ended and may not have."""
    if one.live is None:
        raise UsageError(f"{one.document.id} is {one.state} and was not applied")
    if one.live.state in CHANGE_ENDS and not ended:
        raise UsageError(f"{one.document.id} is {one.live.state}; {_next(one.live)}")
    return one.live


def _next(live: Change) -> str:
    if live.state in CHANGE_ENDS:
        return f"`homeroom change show {live.id}` has its record"
    return f"`homeroom change resume {live.id}` goes on with it"


def _move(changes: Changes, name: str, state: ChangeState, person: change_case.Person, reason: str) -> Change:
    """Put a change into a state, whatever it comes into meanwhile; UsageError where that does not lead there."""
    while True:
        was = changes.change(name)
        require_change(was.state, state, name)
        if changes.move(was, state, time.time(), by=person.label, reason=reason):
            return changes.change(name)
        time.sleep(0.05)  # somebody moved it, or a device is in flight for another moment


VERBS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "apply": _apply,
    "pause": _pause,
    "resume": _resume,
    "abort": _abort,
    "rollback": _rollback,
    "late": _late,
}
"""The verb as it is typed -> what does it."""
