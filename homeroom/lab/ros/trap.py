"""What RouterOS answers when it refuses: one message, and the category its API gives it."""

from __future__ import annotations

from typing import Final

MISSING: Final = 0
ARGUMENT: Final = 1
INTERRUPTED: Final = 2
SCRIPT: Final = 3
GENERAL: Final = 4
"""Source: the vendor's manual, API, `category`."""


class Trap(Exception):
    """A refusal, in RouterOS's own words."""

    def __init__(self, message: str, category: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.category = category


def failure(what: str) -> Trap:
    """Return `failure: ...`, what a menu itself objects to."""
    return Trap(f"failure: {what}", GENERAL)


def bad_value(field: str) -> Trap:
    """Return the refusal of a value that is not of the field's kind."""
    return Trap(f"invalid value for argument {field}", ARGUMENT)


def no_match(field: str) -> Trap:
    """Return the refusal of a word that is none of the field's."""
    return Trap(f"input does not match any value of {field}", ARGUMENT)


def no_item() -> Trap:
    """Return the refusal of an item that is not there."""
    return Trap("no such item", GENERAL)
