"""`homeroom change`: one person makes a change, another approves exactly that, and it is applied in waves."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from typing import Final

from homeroom.errors import UsageError
from homeroom.project import Project
from homeroom.rollout.change import Document, moved, same_person
from homeroom.rollout.judge import Order, judge, refuse_strangers
from homeroom.rollout.sites import refuse_leaks
from homeroom.store.change_docs import Papers
from homeroom.store.inventory import Selector
from playbooks import change_case, change_page, change_record, change_run, change_view, devices, diff
from playbooks.rolling_view import zone_of

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    parser.epilog = (
        "exit codes: 0 yes; 1 nothing to change, the change moved, was stopped or given up; 2 bad usage;"
        " 3 some devices are silent, or did not get it"
    )
    names = ",".join(("new", "show", "approve", "list", *change_run.VERBS))
    verbs = parser.add_subparsers(dest="verb", metavar=f"{{{names}}}", required=True)
    common = _common()
    made = verbs.add_parser("new", help="judge the selected devices and write the change down", parents=[common])
    devices.add_arguments(made)
    made.add_argument("--title", required=True, help="what it is for, in a few words")
    made.add_argument("--reason", required=True, metavar="TICKET", help="why, or the ticket that says so")
    made.add_argument("--id", default="", metavar="NAME", help="what to call it (default: the time)")
    hand = made.add_argument_group("a device that somebody changed by hand is left as it is, and shown, unless")
    hand.add_argument(
        "--adopt", action="append", default=[], metavar="DEVICE", help="what is rendered says the edit now; repeatable"
    )
    hand.add_argument(
        "--overwrite", action="append", default=[], metavar="DEVICE", help="its edit is taken back; repeatable"
    )
    show = verbs.add_parser("show", help="read a change", parents=[common])
    show.add_argument("--members", action="store_true", help="name every device of each group, and how each ended")
    show.add_argument("--html", type=Path, metavar="FILE", help="write the record as one page")
    approve = verbs.add_parser("approve", help="judge a change again and approve it if nothing moved", parents=[common])
    approve.add_argument("--workers", type=int, default=20, metavar="N", help="devices at once (default: 20)")
    approve.add_argument("--content", default="", metavar="HASH", help="approve only what `show` called so")
    approve.add_argument("--reason", default="", help="a remark for the record")
    verbs.add_parser("list", help="the changes there are, the newest first", parents=[common])
    for one in (show, approve):
        one.add_argument("id", help="the change's name")
    for one in (made, approve):
        change_run.add_name(one)
    change_run.configure(verbs.add_parser, common)


def _common() -> argparse.ArgumentParser:
    """Let the options that every command has stand after the verb too."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--project", type=Path, metavar="DIR", help="the project directory (default: found from here)")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    return common


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    verbs = {"new": new, "show": _show, "approve": _approve, "list": _list, **change_run.VERBS}
    return verbs[args.verb](args)


def new(args: argparse.Namespace, *, exact: bool = True) -> int:
    """Judge and write down; 1 when there is nothing to do, 3 when devices are silent.

    `exact`: `--adopt` and `--overwrite` may name only devices where a hand edit is found.
    """
    who = change_case.who(args.name)
    at = time.time()
    order = Order(
        _name(args.id or devices.change_id(at)),
        change_case.line(args.title, "--title"),
        change_case.line(args.reason, "--reason"),
        who.name,
        who.account,
        at,
        frozenset(args.adopt),
        frozenset(args.overwrite),
    )
    with devices.mustered(args) as (fleet, engine):
        papers = Papers(engine)
        if order.id in papers.names():
            raise UsageError(f"there is a change {order.id!r} already; give it another --id")
        refuse_leaks(fleet)
        found = diff.compared(fleet, args)
        document = judge(order, fleet, found.compared, found.unreachable, change_case.memory(args, papers, engine))
        if exact:
            refuse_strangers(order, document)
        if document.devices or document.unreachable or document.edits:
            change_case.keep(papers, engine, document, found.compared, who, first=True)
            change_view.show(change_case.case(papers, order.id), args)
        else:
            change_view.nothing(document, args)
            return 1
    return 3 if document.unreachable else 0


def _show(args: argparse.Namespace) -> int:
    with change_case.opened(args) as desk:
        one = desk.case(args.id)
        record = change_record.read(desk, one)
        if args.html:
            change_page.write(args.html, one, record, zone_of(Project.locate(args.project)))
        change_view.show(one, args, record, members=args.members)
    return 0


def _list(args: argparse.Namespace) -> int:
    with change_case.opened(args) as desk:
        change_view.listed(desk.cases(), args)
    return 0


def _approve(args: argparse.Namespace) -> int:
    """Judge again and approve; 1 when something moved, which is then the change's newest version."""
    who = change_case.who(args.name)
    with change_case.opened(args) as desk:
        was = desk.case(args.id)
    _may_approve(was, who.name, args.content)
    again = _again(was.document, args, who)
    if again.content != was.document.content:
        change_view.moved(again, moved(was.document, again), args, "not approved")
        return 1
    with change_case.opened(args) as desk:
        desk.papers.add(change_case.act(again, "approved", who, args.reason))
        change_view.said(desk.case(args.id), args)
    return 0


def _may_approve(was: change_case.Case, name: str, content: str) -> None:
    document = was.document
    if was.live:
        raise UsageError(f"{document.id} was applied, it is {was.state}; make another change")
    if was.state == "aborted":
        raise UsageError(f"{document.id} was aborted; make another change")
    if not document.devices:
        raise UsageError(f"{document.id}: no device of it was judged; make it again when they answer")
    if same_person(name, document.author):
        raise UsageError(
            f"{name} made {document.id}; a second person approves it: from their account, or with --as NAME"
        )
    if content and not document.content.startswith(content):
        raise UsageError(
            f"{document.id} no longer says {content}; read it again with `homeroom change show {document.id}`"
        )


def _again(was: Document, args: argparse.Namespace, who: change_case.Person) -> Document:
    """Judge the change's devices once more; a document that moved is kept as the newest version.

    What was not judged then is not asked now. A device that is silent now counts as it was judged if what it is to
    run did not move: it is pushed only while it still runs what it ran then.
    """
    with devices.mustered(args, Selector(devices=tuple(one.device for one in was.devices))) as (fleet, engine):
        refuse_leaks(fleet)
        papers, found = Papers(engine), diff.compared(fleet, args)
        answers = {**change_case.silent(was, fleet, found.unreachable, papers, engine), **found.compared}
        lost = {name: why for name, why in found.unreachable.items() if name not in answers}
        order = change_case.same_order(was)
        new = judge(order, fleet, answers, {**was.unreachable, **lost}, change_case.memory(args, papers, engine))
        new = change_case.with_rest(new, was, fleet)
        if new.content != was.content:
            change_case.keep(papers, engine, new, found.compared, who)
    return new


def _name(text: str) -> str:
    if not _ID.fullmatch(text):
        raise UsageError("--id is made of letters, digits, dots, dashes and underscores, 64 at most")
    return text
