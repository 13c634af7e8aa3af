"""What RouterOS's menus are to us, as data (menus.txt): keys, order, and what needs no saying.

A menu that is not listed is still compared and changed: its entries are told apart by `name`, or by everything
they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Final

EVERYWHERE: Final[Mapping[str, str]] = {"disabled": "no", "comment": ""}
RADIO: Final = "/interface wifi"
_RADIOS: Final = frozenset({RADIO, "/interface wireless"})
"""Their radios are off until somebody switches them on; their virtual interfaces too."""
FACTORY: Final = frozenset(
    {
        ("/port", "name"),
        ("/interface wireless security-profiles", "supplicant-identity"),
        ("/ip hotspot profile", "html-directory"),
        ("/interface lte apn", "ip-type"),
        ("/interface lte apn", "use-network-apn"),
    }
)
"""What devices export although nobody said it."""


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu. `key`: properties that tell entries apart. `defaults`: what a property is when nothing is said.

    `unsets`: what has no default can be unset (`!name`), also on entries of the hardware.
    """

    key: tuple[str, ...] = ()
    ordered: bool = False
    unsets: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict[str, str])
    rank: int = 10_000
    known: bool = False


_UNKNOWN: Final = Menu()


@cache
def menus() -> Mapping[str, Menu]:
    """Return the listed menus by path."""
    text = resources.files("homeroom.platforms.ros").joinpath("menus.txt").read_text(encoding="utf-8")
    heads: dict[str, dict[str, str]] = {}
    found: dict[str, dict[str, str]] = {}
    path = ""
    for line in text.splitlines():
        if line.startswith("/"):
            path, options = _head(line)
            heads[path], found[path] = options, {}
        elif line.startswith(" "):
            found[path] |= dict(word.split("=", 1) for word in line.split())
    return {
        path: Menu(
            key=tuple(filter(None, options.get("key", "").split(","))),
            ordered="ordered" in options,
            unsets="unsets" in options,
            defaults=found[path],
            rank=rank,
            known=True,
        )
        for rank, (path, options) in enumerate(heads.items())
    }


def _head(line: str) -> tuple[str, dict[str, str]]:
    words = line.split()
    count = next(
        (n for n, word in enumerate(words) if word in {"ordered", "unsets"} or word.startswith("key=")), len(words)
    )
    return " ".join(words[:count]), {word.partition("=")[0]: word.partition("=")[2] for word in words[count:]}


def menu(path: str) -> Menu:
    """Return what is known of a menu."""
    return menus().get(path, _UNKNOWN)


@lru_cache(maxsize=4096)
def default(path: str, name: str) -> str | None:
    """Return what a property is when nothing is said; None when nobody knows."""
    if path in _RADIOS and name == "disabled":
        return "yes"
    found = menu(path).defaults.get(name)
    return EVERYWHERE.get(name) if found is None else found
