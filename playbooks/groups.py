"""How groups of differences are shown to people, and said to machines: the same in `diff` and in `change`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from homeroom.rollout.review import Part, odd
from playbooks import console

_SIGN: Final = re.compile(r"^( +)([+-])", re.MULTILINE)
_SHOWN: Final = 40
"""Lines of a group's example that people see; all of it is in the JSON."""
_NAMED: Final = 6
"""Members of a group that people see named."""


def plain(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return the groups as JSON says them."""
    return [{name: value for name, value in asdict(one).items() if name != "shape"} for one in parts]


def show(parts: Sequence[Part], *, members: bool = False) -> None:
    """Print the groups, those that stand apart last. `members`: name every device of each."""
    apart = odd(parts)
    for number, one in enumerate(parts, 1):
        if one not in apart:
            _show(f"group {number}", one, members=members)
    if apart:
        console.say("\napart from the others:")
    for number, one in enumerate(parts, 1):
        if one in apart:
            _show(f"group {number}", one, members=members)


def _show(title: str, one: Part, *, members: bool) -> None:
    touches = ", ".join(one.touches)
    console.say(f"\n{title}: {count(len(one.devices))}, touches {touches}; on {one.devices[0]}:")
    if one.risk:
        console.say(f"  at risk: {', '.join(one.risk)}")
    lines = signs_first(one.diff).splitlines()
    console.diff("\n".join(lines[:_SHOWN]))
    if len(lines) > _SHOWN:
        console.say(f"  ... {len(lines) - _SHOWN} more lines (all of them with --json)")
    for word, packets in (("opens", one.opens), ("closes", one.closes)):
        for packet in packets:
            console.say(f"  {word} {packet}")
    if one.unknown:
        console.say(f"  what it opens and closes is unknown: {one.unknown}")
    console.say(f"  devices: {_names(one.devices, members=members)}")


def _names(devices: Sequence[str], *, members: bool) -> str:
    shown = devices if members else devices[:_NAMED]
    return ", ".join(shown) + (f" and {len(devices) - len(shown)} more" if len(shown) < len(devices) else "")


def signs_first(diff: str) -> str:
    """Put the signs of a difference before its indentation, where colours are looked for."""
    return _SIGN.sub(r"\2\1", diff)


def count(number: int) -> str:
    """Say how many devices."""
    return "1 device" if number == 1 else f"{number} devices"
