"""Text that people or devices supplied, made safe to look at."""

from __future__ import annotations

import unicodedata
from typing import Final

_KEPT: Final = frozenset("\n")


def visible(text: str) -> str:
    """Show what would hide or turn the text around it (control, format, private characters) as U+XXXX."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c in _KEPT or unicodedata.category(c)[0] != "C" else f"⟨U+{ord(c):04X}⟩" for c in text)


def short(text: str, most: int = 400) -> str:
    """Show a text as `visible` does, its end cut when it is long."""
    shown = visible(text[: most + 1])
    return shown if len(text) <= most else f"{visible(text[:most])}…"


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its English noun: `1 device`, `2,137 devices`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
