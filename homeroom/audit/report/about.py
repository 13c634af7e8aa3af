"""What a report says of itself: whose it is, of when, of what, and what was real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class About:
    """The title block. `at`: seconds since the epoch; `basis`: one sentence on what was real and what emulated."""

    programme: str
    name: str
    country: str
    scope: str
    basis: str
    at: float
    devices: int
    sites: int
    schools: int
    tool: str
    command: str

    def as_json(self) -> Mapping[str, Any]:
        """Return it for a JSON document."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Unreached:
    """One device that did not answer, or was never asked; `since` 0: never asked."""

    device: str
    site: str
    reason: str
    since: float
