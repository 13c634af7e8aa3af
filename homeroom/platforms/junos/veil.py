"""The form in which Junos shows secrets (`$9$`): hidden from a glance, not encrypted, and another one each time.

The text is cut into gaps between neighbouring letters of a fixed alphabet. Source: Crypt::Juniper (Kevin Brintnall),
after "CLI User Guide for Junos OS: encoding of passwords".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

MAGIC: Final = "$9$"
_FAMILIES: Final = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
_EXTRA: Final = {letter: 3 - n for n, letters in enumerate(_FAMILIES) for letter in letters}
"""How many letters without meaning follow the first one."""
_LETTERS: Final = "".join(_FAMILIES)
_PLACE: Final = {letter: n for n, letter in enumerate(_LETTERS)}
_WEIGHTS: Final = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))
_HIDDEN: Final = re.compile(r'"(\$9\$[^"\s]+)"')


def veil(text: str, salt: str = "u") -> str:
    """Hide a text; `salt` is the letter it begins with, which Junos chooses at random."""
    out = salt + _LETTERS[: _EXTRA[salt]]
    last = salt
    for n, letter in enumerate(text.encode("latin-1", "replace")):
        rest, gaps = letter, list[int]()
        for weight in reversed(_WEIGHTS[n % len(_WEIGHTS)]):
            gaps.insert(0, rest // weight)
            rest %= weight
        for gap in gaps:
            last = _LETTERS[(gap + _PLACE[last] + 1) % len(_LETTERS)]
            out += last
    return MAGIC + out


def unveil(hidden: str) -> str:
    """Read a hidden text; ValueError when it is none."""
    body = hidden.removeprefix(MAGIC)
    if body == hidden or not body or not set(body) <= _PLACE.keys():
        raise ValueError(f"{hidden!r} is not in the form $9$")
    last, rest, out = body[0], body[1 + _EXTRA[body[0]] :], bytearray()
    while rest:
        weights = _WEIGHTS[len(out) % len(_WEIGHTS)]
        if len(rest) < len(weights):
            raise ValueError(f"{hidden!r} ends too early")
        value = 0
        for weight, letter in zip(weights, rest, strict=False):
            value += ((_PLACE[letter] - _PLACE[last]) % len(_LETTERS) - 1) * weight
            last = letter
        out.append(value % 256)
        rest = rest[len(weights) :]
    return out.decode("latin-1")


def recognised(text: str, conceal: Callable[[str], str]) -> str:
    """Exchange what hides a secret of ours for its marker; what hides anybody else's stays hidden."""

    def known(found: re.Match[str]) -> str:
        try:
            plain = unveil(found[1])
        except ValueError:
            return found.group()
        marker = conceal(plain)
        return f'"{marker}"' if marker != plain and marker.startswith("<<secret:") else found.group()

    return _HIDDEN.sub(known, text)
