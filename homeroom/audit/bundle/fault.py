"""What is wrong with a bundle, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes `start` up to `end` (not included) of the file; where something is missing both are the place."""

    start: int
    end: int
    what: str
