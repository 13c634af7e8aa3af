"""Text that people or devices supplied is tainted: it reaches a device only when it cannot add or end a line.

The same check stands twice, on purpose: `homeroom check` refuses the text where it was entered, and the
renderer refuses it again where it would be printed.
"""

from __future__ import annotations

import re
from typing import Final

from homeroom.errors import UnsafeText

# Unicode 15 categories Cc, Cf, Zl, Zp, Cs, Co; tests compare this table with `unicodedata`.
_INVISIBLE: Final = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f\U000f0000-\U000ffffd\U00100000-\U0010fffd"
)
# Comment, quote, help, escape, variable, block, separator and banner-delimiter characters of the platforms we drive.
_PUNCTUATION: Final = "\"'`!#^?\\\\$;{}<>"

SPECIAL: Final = frozenset("\"'`!#^?\\$;{}<>")
unsafe: Final = re.compile(f"[{_INVISIBLE}{_PUNCTUATION}]").search
"""Find the first character that no text bound for a device may hold; None when the text is clean."""

REMEDY: Final = "write it without control, quote or comment characters (’ « » “ ” are fine)"


def describe(character: str) -> str:
    """Name a refused character so that a person finds it: `'"'` or `U+202E`."""
    return repr(character) if character in SPECIAL else f"U+{ord(character):04X}"


def clean(text: str, field: str) -> str:
    """Return `text` unchanged, or raise UnsafeText naming the field and the character."""
    found = unsafe(text)
    if found is not None:
        raise UnsafeText(f"{field}: {describe(found.group())} at position {found.start() + 1} is refused; {REMEDY}")
    return text
