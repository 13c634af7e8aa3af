"""What the database of a Junos device deals in: its clients, its commits, its refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from homeroom.lab.junos.tree import Node

Action = Literal["merge", "replace", "override", "update"]


@dataclass(slots=True, eq=False)
class Client:
    """One session that may edit. `drop` ends its connection. `private`: its own candidate, if it asked for one."""

    user: str
    host: str
    pid: int
    kind: Literal["netconf", "cli"]
    at: float
    drop: Callable[[], None]
    private: Node | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """One `<rpc-error>`."""

    message: str
    element: str = ""
    path: str = ""
    severity: str = "error"
    tag: str = "operation-failed"
    session: int = 0


class Denied(Exception):
    """What the device refuses, as it says it."""

    def __init__(self, *complaints: Complaint) -> None:
        self.complaints = complaints
        super().__init__("; ".join(one.message for one in complaints))


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `minutes`: how long it waits for its confirmation; 0: it does not."""

    text: str
    at: float
    number: int
    user: str
    client: str
    log: str = ""
    minutes: int = 0

    @property
    def comment(self) -> str:
        """Return Junos's own remark on it, which stays when it was confirmed."""
        return f"commit confirmed, rollback in {self.minutes}mins" if self.minutes else ""

    @property
    def revision(self) -> str:
        """Return its identifier."""
        return f"re0-{int(self.at)}-{self.number}"
