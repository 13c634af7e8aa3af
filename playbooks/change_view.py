"""How a change is shown: to people its groups and its record, to machines one document."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from homeroom.rollout.change import Document, Edit
from homeroom.store.change_docs import Done
from homeroom.store.changes import Moved
from playbooks import change_record, console, devices, groups
from playbooks.change_case import Case, Person
from playbooks.change_record import Record
from playbooks.moments import utc

_SHORT = 12
"""Digits of a hash that people see."""
_FEW = 12
"""Reasons that people see."""


def document(one: Case, record: Record | None = None) -> dict[str, Any]:
    """Return all that is known of a change, as JSON says it. `record`: of its rollout."""
    made = one.document
    return {
        **_head(one),
        "account": made.account,
        "policy": made.policy,
        "groups": groups.plain(made.parts),
        "unreachable": devices.reasons(made.unreachable),
        "not_pushed": devices.reasons(made.not_pushed),
        "unchanged": list(made.unchanged),
        "edits": [asdict(edit) for edit in made.edits],
        **change_record.plain(one, record),
        "approvals": [_plain(done) for done in one.approvals],
        "record": [_plain(done) for done in one.acts],
    }


def _head(one: Case) -> dict[str, Any]:
    made = one.document
    return {
        "id": made.id,
        "title": made.title,
        "reason": made.reason,
        "author": made.author,
        "created": utc(made.created),
        "state": one.state,
        "content": made.content,
    }


def _plain(done: Done) -> dict[str, str]:
    return {
        "what": done.act,
        "at": utc(done.at),
        "by": done.by,
        "account": done.account,
        "content": done.content,
        "reason": done.reason,
    }


def show(one: Case, args: argparse.Namespace, record: Record | None = None, *, members: bool = False) -> None:
    """Show a change: what it does first, then what it leaves alone, how its rollout went, then the record."""
    if args.json:
        console.emit(document(one, record))
        return
    made = one.document
    console.say(f"change {made.id}: {made.title}\n{one.state}; content {made.content[:_SHORT]}")
    groups.show(made.parts, members=members)
    console.say(
        f"\n{groups.count(len(made.devices))} would change, groups: {len(made.parts)};"
        f" {groups.count(len(made.unchanged))} as they should be"
    )
    for edit in made.edits:
        _edit(edit)
    for reason, count in Counter(made.not_pushed.values()).items():
        console.say(f"{count} not pushed: {reason}")
    if made.unreachable:
        rows = sorted(made.unreachable.items())
        console.table("not judged", ["device", "reason"], rows[:_FEW])
        if len(rows) > _FEW:
            console.say(f"... {len(rows) - _FEW} more (all of them with --json)")
    if record:
        change_record.show(record, members=members)
    _record(one)


_SAID = {
    "leave": "it is left as it is, and not part of the change",
    "adopt": "the rendered configuration says it now",
    "overwrite": "the change takes it back",
}


def _edit(edit: Edit) -> None:
    console.say(f"\n{edit.device} was changed by hand after {utc(edit.proved_at)}: {_SAID[edit.decision]}")
    if edit.diff:
        console.diff(groups.signs_first(edit.diff))
    else:
        console.say("  what ran there before is not kept, so what was changed cannot be shown")


def _record(one: Case) -> None:
    made = one.document
    console.say(f"\nwhy: {made.reason}\npolicy {made.policy[:_SHORT]}; every device's hashes before and after: --json")
    rows = [
        (
            utc(done.at),
            done.act,
            _person(done),
            done.content[:_SHORT],
            done.reason if done.act != "judged" else "",
        )
        for done in one.acts
    ]
    console.table("record", ["when", "what", "who", "content", "remark"], rows)


def _person(done: Done) -> str:
    return Person(done.by, done.account).label


def listed(found: Sequence[Case], args: argparse.Namespace) -> None:
    """List changes."""
    if args.json:
        console.emit({"changes": [{**_head(one), "devices": len(one.document.devices)} for one in found]})
        return
    rows = [
        (
            one.document.id,
            one.state,
            one.document.title,
            one.document.author,
            ", ".join(dict.fromkeys(done.by for done in one.approvals)),
            len(one.document.devices),
            len(one.document.parts),
        )
        for one in found
    ]
    console.table("changes", ["change", "state", "title", "author", "approved by", "devices", "groups"], rows)


def said(one: Case, args: argparse.Namespace) -> None:
    """Say what was just done to a change."""
    done = one.acts[-1]
    if args.json:
        console.emit({**_head(one), **_plain(done)})
        return
    console.say(f"change {one.document.id}: {done.act} by {_person(done)}; content {done.content[:_SHORT]}")
    if done.act == "approved" and done.account == one.document.account:
        console.say("it was made from the same account: the record says so")


def moved_to(one: Case, move: Moved, args: argparse.Namespace) -> None:
    """Say how a change was just moved, by whom and why."""
    if args.json:
        console.emit({**_head(one), "at": utc(move.at), "by": move.by, "was": move.was, "why": move.reason})
        return
    console.say(f"change {one.document.id}: {move.state}, it was {move.was}; by {move.by}: {move.reason}")


def moved(new: Document, found: Mapping[str, str], args: argparse.Namespace, what: str = "nothing was changed") -> None:
    """Say what moved since a change was read, and what was not done for it. `what`: that, in words."""
    if args.json:
        console.emit({"id": new.id, "state": "planned", "content": new.content, "moved": devices.reasons(found)})
        return
    rows = sorted(found.items())
    console.table("moved since it was judged", ["device", "how"], rows[:_FEW])
    if len(rows) > _FEW:
        console.say(f"... {len(rows) - _FEW} more (all of them with --json)")
    console.say(f"{what}: read it again with `homeroom change show {new.id}`, then approve what it says now")


def nothing(made: Document, args: argparse.Namespace) -> None:
    """Say that there is nothing to change, and that no change was made."""
    if args.json:
        console.emit({"id": "", "groups": [], "unreachable": [], "unchanged": list(made.unchanged)})
        return
    console.say(f"nothing would change, no change was made: {groups.count(len(made.unchanged))} as they should be")
