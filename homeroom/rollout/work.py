"""What a device is to run, and how it differs from what runs there now, as the device itself sees it too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias

from homeroom.errors import CommandRejected, DeviceError
from homeroom.platforms.access import Parser
from homeroom.platforms.box import Box

Enter: TypeAlias = Callable[[], AbstractContextManager[Box]]
"""Opens a fresh connection to the device; leaving it cleans up and hangs up."""
Mask: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Work:
    """What one device is to run: the rendered text, with markers for secrets, and how its platform is read back."""

    device: str
    text: str
    parse: Parser
    reveal: Mask
    """Markers -> secrets."""
    conceal: Mask
    """Secrets, ours and others', -> markers."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What runs on a device, concealed."""

    device: str
    running: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a push would change; `diff` is empty when it would change nothing."""

    device: str
    diff: str
    running: str


def why(error: DeviceError) -> str:
    """Return what happened and what to do, without the device's name: it stands beside it."""
    return f"{error.what}; {error.remedy}"


def compare(work: Work, box: Box) -> Comparison:
    """Load the candidate, have the device compare it, and say what would change. Leaving the box discards it."""
    found = box.running()
    running = work.conceal(found.text)
    diff = work.parse.diff(running, work.text)
    if diff and found.pending:
        raise CommandRejected(
            work.device,
            "an earlier change still waits there for its confirmation",
            "try again when it was confirmed, or when its timer has taken it back",
        )
    if diff and not box.candidate(work.parse.wire(work.reveal(work.text))):
        raise CommandRejected(
            work.device, f"it sees no difference where we see `{_first(diff)}`", "report the line: it is read wrongly"
        )
    return Comparison(work.device, diff, running)


def _first(diff: str) -> str:
    """Return the first changed line of a difference."""
    return next((line for line in diff.splitlines() if line.lstrip().startswith(("+", "-"))), diff).strip()
