"""Where a command points: words to a menu and a verb, as the console and the API resolve them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from homeroom.lab.ros.schema import menus

VERBS: Final = frozenset(
    {
        "add",
        "set",
        "remove",
        "find",
        "print",
        "enable",
        "disable",
        "comment",
        "move",
        "unset",
        "get",
        "getall",
        "export",
    }
)
ACTIONS: Final = frozenset(
    {
        "/system script run",
        "/import",
        "/ping",
        "/log info",
        "/log warning",
        "/log error",
        "/file remove",
        "/file find",
        "/system script environment remove",
        "/system script environment find",
    }
)
"""Commands that scripts of ours use beside the verbs of the menus."""
LOOKS: Final = frozenset({"find", "print", "get", "getall", "export"})


@cache
def prefixes() -> frozenset[str]:
    """Return every path that leads to a menu: `/ip`, `/ip firewall`, ..."""
    paths = [*menus(), *(action.rpartition(" ")[0] for action in ACTIONS)]
    return frozenset(" ".join(path.split()[:count]) for path in paths for count in range(1, len(path.split()) + 1))


def spread(words: Sequence[str]) -> list[str]:
    """Return the words of `/ip/address add` or `/ip address/add` one by one; the first keeps its slash."""
    parts = [part for word in words for part in word.split("/") if part]
    return [f"/{parts[0]}", *parts[1:]] if parts and words[0].startswith("/") else parts


def walk(start: str, words: Sequence[str]) -> tuple[str, int]:
    """Follow words from a menu as far as they lead; return the path and how many words it took."""
    path = start
    taken = 0
    for word in words:
        further = word if word.startswith("/") else f"{path} {word}" if path else f"/{word}"
        if further not in prefixes():
            break
        path, taken = further, taken + 1
    return path, taken
