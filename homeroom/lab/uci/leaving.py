"""How a command leaves what it stands in."""

from __future__ import annotations


class Exit(Exception):
    """`exit`."""

    def __init__(self, status: int) -> None:
        self.status = status


class Return(Exit):
    """`return`."""


class Break(Exception):
    """`break`, or `continue` when it goes on."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
