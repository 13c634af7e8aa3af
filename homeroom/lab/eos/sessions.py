"""Configuration sessions: candidates with a name, and the commit that waits for its confirmation.

Source: Arista EOS User Manual, "Configure Session"; EOS Central, "Config Session Commit Timer"; what the API shows of
them before and after 4.32 as in napalm #2166, what a device logs as in cnaas-nms #395.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.lab.clock import Handle
from homeroom.lab.section import Section

MAX_OPEN: Final = 5
MAX_SAVED: Final = 1
State: TypeAlias = Literal["pending", "completed"]


class SessionError(Exception):
    """What EOS answers to a session command that it refuses."""


@dataclass(slots=True)
class Candidate:
    """One session. `completed`: when it was committed."""

    name: str
    user: str
    tree: Section
    state: State = "pending"
    completed: float = 0


@dataclass(slots=True)
class Waiting:
    """A commit that is taken back unless it is confirmed. `before`: what ran, `until`: by the device's uptime."""

    name: str
    before: Section
    until: float
    handle: Handle


class Sessions:
    """The sessions of one device. `put` puts a configuration in force; `running` gives a copy of it."""

    __slots__ = ("_put", "_running", "open", "waiting")

    def __init__(self, running: Callable[[], Section], put: Callable[[Section, str], None]) -> None:
        self._running, self._put = running, put
        self.open: dict[str, Candidate] = {}
        self.waiting: Waiting | None = None

    @property
    def pending(self) -> list[Candidate]:
        """Return the sessions that nobody committed yet."""
        return [session for session in self.open.values() if session.state == "pending"]

    def enter(self, name: str, user: str) -> Candidate:
        """Enter a session, a new one with a copy of the running configuration."""
        found = self.open.get(name)
        if found is not None and (found.state == "pending" or (self.waiting and self.waiting.name == name)):
            return found
        if len(self.pending) >= MAX_OPEN:
            raise SessionError(
                "Maximum number of pending sessions has been reached. Please commit or abort previous sessions before "
                "creating a new one."
            )
        self.open[name] = Candidate(name, user, self._running())
        return self.open[name]

    def find(self, name: str) -> Candidate:
        """Return a session; SessionError when there is none."""
        if name not in self.open:
            raise SessionError(f"Cannot find session {name}")
        return self.open[name]

    def commit(self, name: str, now: float) -> Section:
        """Put a session in force for good; return what ran before. On a commit that waits, this confirms it."""
        session, before = self.find(name), self._running()
        if self.waiting is not None:
            if self.waiting.name != name:
                raise SessionError(f"Cannot commit session {name}: session {self.waiting.name} is pending commit timer")
            self._forget()
            return before
        if session.state != "pending":
            raise SessionError(f"Cannot commit session {name}: it is completed")
        self._put(session.tree.copy(), session.user)
        session.state, session.completed = "completed", now
        saved = sorted((s for s in self.open.values() if s.state != "pending"), key=lambda s: s.completed)
        for old in saved[:-MAX_SAVED]:
            del self.open[old.name]
        return before

    def arm(self, name: str, before: Section, until: float, handle: Handle) -> None:
        """Keep what ran before until the commit is confirmed."""
        self.waiting = Waiting(name, before, until, handle)

    def abort(self, name: str) -> None:
        """Forget a session; a commit that waits is taken back."""
        session = self.find(name)
        if self.waiting is not None and self.waiting.name == name:
            self.expire()
        elif session.state != "pending":
            raise SessionError(f"Cannot abort session {name}: it is completed")
        self.open.pop(name, None)

    def expire(self) -> None:
        """Take the waiting commit back."""
        waiting = self.waiting
        if waiting is not None:
            self._forget()
            self._put(waiting.before, "")

    def clear(self) -> None:
        """Forget everything: the device restarts."""
        if self.waiting is not None:
            self._forget()
        self.open.clear()

    def _forget(self) -> None:
        if self.waiting is not None:
            self.waiting.handle.cancel()
            self.waiting = None
