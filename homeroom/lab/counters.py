"""What the lab counts, so that a test or a benchmark can ask it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Since the lab started. `refused`: wrong passwords; `lost`: connections that broke off."""

    connections: int = 0
    commands: int = 0
    transfers: int = 0
    refused: int = 0
    lost: int = 0
