"""What stands on an EOS device beside its configurations: sessions, a commit that waits, files of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PREFIX: Final = "homeroom-"
"""How the names of our sessions and files begin."""
SUFFIX: Final = "-rollback"
_FILE: Final = re.compile(rf"\s({PREFIX}\S+{SUFFIX})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting`: the session whose commit waits for its confirmation, or empty; `staged`: those nobody committed."""

    waiting: str
    staged: tuple[str, ...]


def read(detail: Mapping[str, Any]) -> Standing:
    """Read `show configuration sessions detail`; since 4.32 a waiting commit is named beside the sessions."""
    states = {str(name): str(one["state"]) for name, one in detail.get("sessions", {}).items()}
    old = next((name for name, state in states.items() if state == "pendingCommitTimer"), "")
    staged = tuple(name for name, state in states.items() if state == "pending")
    return Standing(str(detail.get("commitTimerSessionName") or old), staged)


def files(listing: str) -> frozenset[str]:
    """Return our files in what `dir flash:` printed."""
    return frozenset(f"flash:{name}" for name in _FILE.findall(listing))


def timer(seconds: int) -> str:
    """Print a commit timer: HH:MM:SS."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest:02d}"


def body(config: str) -> str:
    """Return a printed configuration without the lines above it, which say by which command it was printed."""
    lines = config.strip().splitlines()
    start = next((n for n, line in enumerate(lines) if not line.startswith("! ")), 0)
    return "\n".join(lines[start:])
