"""A change as it stands: its newest document, all that was done to it, and who does the next thing."""

from __future__ import annotations

import argparse
import getpass
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Engine

from homeroom.errors import StoreError, UsageError
from homeroom.project import Project
from homeroom.rollout.change import Document, pack, policy_digest, state_of, unpack
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.judge import Memory, Order
from homeroom.rollout.work import Comparison
from homeroom.store.change_docs import Act, Done, Papers
from homeroom.store.changes import Change, Changes
from homeroom.store.configs import digest, save_running
from homeroom.store.db import connect
from homeroom.store.history import text_of
from homeroom.store.world import World
from homeroom.taint import unsafe


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the name they gave, and the system's account they act from."""

    name: str
    account: str

    @property
    def label(self) -> str:
        """Return both, for the record; once where they are one."""
        return self.name if self.name == self.account else f"{self.name} (account {self.account})"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the changes of a project are kept: as papers, and under way."""

    engine: Engine
    papers: Papers
    changes: Changes

    def case(self, name: str) -> Case:
        """Read a change, with how far it is; UsageError when there is none of that name."""
        found = next((one for one in self.changes.changes() if one.id == name), None)
        return replace(case(self.papers, name), live=found)

    def cases(self) -> list[Case]:
        """Read all changes, the newest first."""
        live = {one.id: one for one in self.changes.changes()}
        return [replace(case(self.papers, name), live=live.get(name)) for name in self.papers.names()]


@dataclass(frozen=True, slots=True)
class Case:
    """A change's newest document, its acts, the oldest first, and how far it is since it was applied."""

    document: Document
    acts: tuple[Done, ...]
    live: Change | None = None

    @property
    def approvals(self) -> tuple[Done, ...]:
        """Return the approvals of what it says now."""
        return tuple(one for one in self.acts if one.act == "approved" and one.content == self.document.content)

    @property
    def schedule(self) -> str:
        """Return the hash of the waves it was begun with; UsageError when it was not begun."""
        found = next((one.text for one in reversed(self.acts) if one.act == "applied"), "")
        if not found:
            raise UsageError(f"{self.document.id} was not begun: `homeroom change apply {self.document.id}` begins it")
        return found

    @property
    def state(self) -> str:
        """Return its state: before it is rolled out by what people did, since then as the store keeps it."""
        if self.live:
            return self.live.state
        aborted = any(one.act == "aborted" for one in self.acts)
        return state_of(self.document, [one.by for one in self.approvals], aborted=aborted)


def who(name: str) -> Person:
    """Return the person at the keyboard: by the name given, or by their account."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # an account that the system has no name for
        account = ""
    if not (name or account):
        raise UsageError("your account has no name; say who you are with --as NAME")
    return Person(line(name or account, "--as"), account)


def line(text: str, option: str) -> str:
    """Return what a person wrote, as one line; UsageError when it is empty or would end a line."""
    if not text.strip() or unsafe(text):
        raise UsageError(f"{option} must be one line of plain text")
    return text.strip()


@contextmanager
def opened(args: argparse.Namespace) -> Generator[Desk]:
    """Open the project's changes for this block."""
    engine = connect(Project.locate(args.project))
    try:
        yield Desk(engine, Papers(engine), Changes(engine))
    finally:
        engine.dispose()


def case(papers: Papers, name: str) -> Case:
    """Read a change; UsageError when there is none of that name."""
    acts = papers.acts(name)
    last = next(one for one in reversed(acts) if one.act == "judged")
    return Case(unpack(papers.texts([last.text])[last.text], papers.texts), acts)


def act(document: Document, kind: Act, person: Person, reason: str, text: str = "") -> Done:
    """Make the record of what a person does now to what the document says."""
    return Done(document.id, kind, time.time(), person.name, person.account, document.content, text, reason)


def keep(
    papers: Papers,
    engine: Engine,
    document: Document,
    compared: Mapping[str, Comparison],
    person: Person,
    *,
    first: bool = False,
) -> None:
    """Keep a document with its differences, and what ran on its devices: the evidence before the change."""
    for name, one in compared.items():
        save_running(engine, name, one.running, time.time())
    text = pack(document, {one.diff: digest(one.diff) for one in document.parts})
    judged = {one.device for one in document.devices}
    papers.put([text, *(one.diff for name, one in compared.items() if name in judged)])
    done = act(document, "judged", person, document.reason, digest(text))
    if first:
        papers.begin(done)
    else:
        papers.add(done)


def memory(args: argparse.Namespace, papers: Papers, engine: Engine) -> Memory:
    """Return what is known of the devices, and by which policy they are judged."""
    with closing(World.open(Project.locate(args.project))) as world:
        return Memory(papers.proved(), partial(text_of, engine), policy_digest(world.policy))


def same_order(was: Document) -> Order:
    """Return what the author asked for, to judge it again."""
    adopt, overwrite = (
        frozenset(one.device for one in was.edits if one.decision == kind) for kind in ("adopt", "overwrite")
    )
    return Order(was.id, was.title, was.reason, was.author, was.account, was.created, adopt, overwrite)


def silent(
    was: Document, fleet: Fleet, unreachable: Mapping[str, str], papers: Papers, engine: Engine
) -> Mapping[str, Comparison]:
    """Return what was judged of the devices that are silent now, where what they are to run did not move."""
    before = was.by_device()
    same = [
        before[name]
        for name in unreachable
        if name in before and digest(fleet.members[name].work.text) == before[name].target
    ]
    diffs = papers.texts([one.diff for one in same])
    found: dict[str, Comparison] = {}
    for one in same:
        try:
            found[one.device] = Comparison(one.device, diffs[one.diff], text_of(engine, one.running))
        except StoreError:  # what ran there is not kept: it is judged when it answers
            continue
    return found


def with_rest(new: Document, was: Document, fleet: Fleet) -> Document:
    """Return a document judged again, with what was not judged again as it was."""
    return replace(
        new,
        unchanged=(*was.unchanged, *new.unchanged),
        not_pushed={**was.not_pushed, **new.not_pushed},
        edits=(*(one for one in was.edits if one.device not in fleet.members), *new.edits),
    )
