"""Text for the page: device text made visible, counts in words."""

from __future__ import annotations

import unicodedata
from typing import Final

_KEPT: Final = frozenset("\n")


def visible(text: str) -> str:
    """Show what would hide or turn the text around it (control, format, private characters) as U+XXXX."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in _KEPT or unicodedata.category(c)[0] != "C" else f"⟨U+{ord(c):04X}⟩" for c in text)


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun: `1 device`, `2,137 devices`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """Write a share in percent; never 100 % unless it is all, never 0 % unless it is none."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < part < whole:
        percent = min(99.9, max(0.1, percent))
    return f"{percent:.1f}".removesuffix(".0") + " %"
