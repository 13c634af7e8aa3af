"""What a push needs of a device, whatever its platform: what it does, what it can tell, and how to log in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from homeroom.secret import Secret


@dataclass(frozen=True, slots=True)
class Login:
    """How to enter one device.

    `pin` accepts the fingerprint of its host key or raises HostKeyChanged. `conceal` takes secrets out of what the
    device says. `change` names the files left on it while a push is under way.
    """

    device: str
    host: str
    port: int
    user: str
    password: Secret
    pin: Callable[[str], None]
    conceal: Callable[[str], str]
    change: str


class Running(NamedTuple):
    """What a device said of itself: the name in its prompt, its configuration, whether a commit waits there."""

    name: str
    text: str
    pending: bool


class Vitals(NamedTuple):
    """`clock`: the device's own time, seconds since the epoch; `free`: bytes free where a candidate is put.

    None: it cannot tell.
    """

    clock: float | None
    free: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is tried from the device.

    `echo`: does `address` answer an ICMP echo; `name`: does the DNS server at `address` answer for `name`, whatever
    it answers. `source`: the device's own address to ask from; empty: as it routes.
    """

    kind: Literal["echo", "name"]
    address: str
    source: str = ""
    name: str = ""


class Box(Protocol):
    """One open connection. Every method raises DeviceError and nothing else."""

    def running(self) -> Running:
        """Read the device."""
        ...

    def candidate(self, text: str) -> str:
        """Load `text` (secrets revealed) to replace the whole configuration; return the device's own difference."""
        ...

    def commit(self, minutes: int) -> None:
        """Put the candidate in force; unless confirmed within `minutes`, the device itself takes it back."""
        ...

    def confirm(self) -> None:
        """Keep what was committed, and save it so that it survives a restart."""
        ...

    def save(self) -> None:
        """Save what runs, so that it survives a restart; nothing to do where a platform does so by itself."""
        ...

    def revert(self) -> None:
        """Take back what was committed, and save."""
        ...

    def discard(self) -> None:
        """Leave no file of this change on the device; closing the connection then removes them."""
        ...

    def vitals(self) -> Vitals:
        """Read the device's clock, and the space it has for a candidate."""
        ...

    def ask(self, questions: Sequence[Question]) -> tuple[bool | None, ...]:
        """Try each from the device, and return the answers in order; None: the platform cannot ask that."""
        ...
