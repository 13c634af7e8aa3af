"""The configuration database of one Junos device: a shared candidate, an exclusive lock, fifty commits, one timer.

Sources: "CLI User Guide for Junos OS" (commit confirmed, configure exclusive and private, rollback) and, for the words
of refusals, transcripts in public issues ("configuration database modified" when the candidate holds changes).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from homeroom.lab.boxed import Changes
from homeroom.lab.clock import Clock, Handle, Later
from homeroom.lab.faults import Faults
from homeroom.lab.junos import sets, text
from homeroom.lab.junos.checks import complaints
from homeroom.lab.junos.compare import compare
from homeroom.lab.junos.records import Action, Client, Commit, Complaint, Denied
from homeroom.lab.junos.tree import Bad, Node, empty, merge

KEPT: Final = 50
"""How many commits are kept: rollback 0 to 49."""
_VERSION: Final = ("version", "")


@dataclass(slots=True)
class Database:
    """Candidate, commits, lock and timer. `minute` is how long a minute of the timer lasts."""

    clock: Clock
    later: Later
    minute: float
    faults: Faults
    changed: Callable[[], None]
    """Called after every commit."""
    changes: Changes = field(default_factory=Changes)
    commits: list[Commit] = field(default_factory=list[Commit])
    active: Node = field(default_factory=empty)
    candidate: Node = field(default_factory=empty)
    lock: Client | None = None
    editor: Client | None = None
    """Who changed the candidate last."""
    timer: Handle | None = None
    number: int = 0

    def start(self, config: str) -> None:
        """Boot with a configuration for the first time."""
        self.active = text.Reader(config).tree
        self.candidate = self.active
        self._record(_root(self.clock()), "other", "", 0)

    # --- reading

    @property
    def pending(self) -> bool:
        """Tell whether the newest commit waits for its confirmation."""
        return self.timer is not None

    @property
    def running(self) -> str:
        """Return the active configuration in braces."""
        return self.commits[0].text

    @property
    def modified(self) -> bool:
        """Tell whether the shared candidate holds changes that nobody committed."""
        return self.editor is not None and text.show(self.candidate) != self.running

    def open(self, client: Client) -> Node:
        """Return the candidate this client edits, to be read."""
        return self.candidate if client.private is None else client.private

    def draft(self, client: Client) -> Node:
        """Return the candidate this client edits, to be changed; until then the shared one is what runs."""
        if client.private is None and self.candidate is self.active:
            self.candidate = self.active.copy()
        return self.open(client)

    def past(self, number: int) -> Node:
        """Return the configuration of a commit, 0 being the active one; Denied when there is none."""
        if not 0 <= number < len(self.commits):
            raise Denied(Complaint(f"rollback file {number} does not exist", str(number)))
        return self.active if number == 0 else text.Reader(self.commits[number].text).tree

    def compare(self, client: Client, number: int) -> str:
        """Return what the candidate would change from an earlier commit."""
        return compare(self.past(number), self.open(client))

    # --- locking

    def take(self, client: Client) -> None:
        """Lock the candidate for one client; Denied when another has it, or when it holds somebody's changes."""
        if self.lock is not None:
            raise Denied(self._held(self.lock))
        if self.modified:
            who = self.editor or client
            raise Denied(
                Complaint("configuration database modified", tag="lock-denied", session=0 if who is client else who.pid)
            )
        self.lock = client

    def release(self, client: Client) -> None:
        """Unlock; what was not committed goes. Denied when this client has no lock."""
        if self.lock is not client:
            raise Denied(Complaint("configuration database is not locked by this session", tag="operation-failed"))
        self._unlock()

    def _unlock(self) -> None:
        self.lock = None
        self._reset()

    def leave(self, client: Client) -> None:
        """End a client's session: its lock and what it did under it go; changes to the shared candidate stay."""
        if self.lock is client:
            self._unlock()

    def _mine(self, client: Client) -> None:
        """Denied while another client has the lock."""
        if self.lock is not None and self.lock is not client:
            raise Denied(self._held(self.lock))

    def _held(self, owner: Client) -> Complaint:
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(owner.at))
        message = (
            "configuration database locked by:\n"
            f"  {owner.user} terminal (pid {owner.pid}) on since {since}\n      exclusive [edit]"
        )
        return Complaint(message, tag="lock-denied", session=owner.pid)

    # --- editing

    def load(self, client: Client, action: Action, loaded: Node, errors: list[Bad]) -> None:
        """Load what was read, the good of it even when some was bad; Denied with all that was bad."""
        self._mine(client)
        if action in {"override", "update"}:
            into = empty()
            if _VERSION in self.active.nodes:  # it is the software's own, whatever is loaded
                into.nodes[_VERSION] = self.active.nodes[_VERSION].copy()
            merge(into, loaded)
            self._put(client, into)
        else:
            if action == "merge":
                _untag(loaded)
            merge(self.draft(client), loaded)
        self._touch(client)
        _deny(errors)

    def command(self, client: Client, commands: str) -> None:
        """Take `set` commands; Denied with all that was bad."""
        self._mine(client)
        errors = sets.load(self.draft(client), commands)
        self._touch(client)
        _deny(errors)

    def editing(self, client: Client) -> None:
        """Say that a client is about to edit its candidate; Denied while another has the lock."""
        self._mine(client)

    def edited(self, client: Client) -> None:
        """Say that a client has edited its candidate."""
        self._touch(client)

    def rollback(self, client: Client, number: int) -> None:
        """Put an earlier configuration into the candidate."""
        self._mine(client)
        past = self.past(number)
        if number and self.faults.standing("ignore_rollback"):
            return
        self._put(client, past.copy())
        self._touch(client)

    def _put(self, client: Client, tree: Node) -> None:
        if client.private is None:
            self.candidate = tree
        else:
            client.private = tree

    def _touch(self, client: Client) -> None:
        if client.private is None:
            self.editor = client

    def _reset(self) -> None:
        self.candidate = self.active
        self.editor = None

    # --- committing

    def check(self, client: Client) -> None:
        """Check the candidate; Denied with every complaint. A pending commit is confirmed by that, too."""
        self._mine(client)
        found = complaints(self.open(client))
        if found:
            raise Denied(
                *(Complaint(one.message, one.element, one.path) for one in found),
                Complaint("configuration check-out failed"),
            )

    def commit(self, client: Client, log: str = "", minutes: int = 0) -> None:
        """Put the candidate in force; with `minutes`, take it back unless a commit confirms it in time."""
        self.check(client)
        if self.faults.standing("full_flash"):
            # the words follow FreeBSD's; no public transcript was found
            raise Denied(Complaint("could not save to juniper.save+: No space left on device"))
        changed = text.show(self.open(client)) != self.running
        if not (changed or minutes or self.pending):
            return
        self._stop()
        self.changes.committed += changed
        clean = client.private is None or not self.modified
        self.active = self.candidate if client.private is None else client.private.copy()
        if clean:
            self._reset()
        self._record(client, client.kind, log, minutes)
        if minutes:
            self.timer = self.later(minutes * self.minute, self._expire)

    def confirm_by_check(self) -> None:
        """Confirm a pending commit without another one: what `commit check` does besides checking."""
        self._stop()

    def _stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _expire(self) -> None:
        """Take back what nobody confirmed: the commit before it becomes the newest."""
        self.timer = None
        self.changes.reverted += self.commits[0].text != self.commits[1].text
        edits = self.candidate if self.modified else None
        self.active = text.Reader(self.commits[1].text).tree
        self._record(_root(self.clock()), "other", "", 0)
        if edits is None:
            self._reset()

    def _record(self, client: Client, by: str, log: str, minutes: int) -> None:
        self.number += 1
        commit = Commit(text.show(self.active), self.clock(), self.number, client.user, by, log, minutes)
        self.commits.insert(0, commit)
        del self.commits[KEPT:]
        self.changed()


def _root(at: float) -> Client:
    """Return the device itself as a client."""
    return Client("root", "", 0, "cli", at, lambda: None)


def _untag(node: Node) -> None:
    """Take `replace:` off: a merge does not heed it."""
    for kid in node.nodes.values():
        kid.tag = "" if kid.tag == "replace" else kid.tag
        _untag(kid)


def _deny(errors: list[Bad]) -> None:
    if errors:
        raise Denied(*(Complaint(bad.message, bad.element, severity=bad.severity) for bad in errors))
