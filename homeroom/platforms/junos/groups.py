"""Configuration groups: what `apply-groups` puts into a Junos configuration.

Source: "CLI User Guide for Junos OS": configuration groups, wildcards, `apply-groups-except`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final, TypeAlias

from homeroom.platforms.junos.stems import NOTHING, Stem, wrong

_ORDERED: Final = frozenset({"policy", "term", "rule"})
"""Lists whose order decides: what a group adds to them stands in an order nobody reads off the text."""
_BEARING: Final = frozenset(
    ("applications", "firewall", "interfaces", "policy-options", "routing-options", "schedulers", "security", "vlans")
)
"""Where a value that may be one of several, or another in the place of the first, is not guessed at."""

_Trail: TypeAlias = list[tuple[str, Stem]]
"""What each group says at the place the walk has come to."""


def inherited(root: Stem) -> Stem:
    """Return the configuration with what its groups give put in, and without them; ParseError where that is unclear."""
    groups = root.pop("groups", NOTHING)
    if _asks(root):
        _inherit(root, list(groups.items()), (), "")
    return root


def _inherit(stem: Stem, trail: _Trail, active: tuple[str, ...], top: str) -> None:
    """Put in what groups give to a word and to all below it."""
    asked, refused = stem.pop("apply-groups", NOTHING), stem.pop("apply-groups-except", NOTHING)
    known = {name for name, _ in trail}
    for name, at in asked.items():
        if not top and name not in known:
            raise wrong(at, f"apply-groups {name}", "no group is called so")
    active = tuple(name for name in (*active, *asked) if name not in refused)
    own = bool(stem)
    for name in active:
        for _, said in (one for one in trail if one[0] == name):
            _add(stem, said, top, own=own)
    for word, under in stem.items():
        further = [(name, to) for name, said in trail for mark, to in said.items() if _fits(mark, word)]
        if further or _asks(under):
            _inherit(under, further, active, top or word)


def _add(stem: Stem, said: Stem, top: str, *, own: bool) -> None:
    """Add the words that a group says and the configuration does not; what only fits others adds none itself."""
    for word, under in said.items():
        if word[:1] == "<" or word in stem:
            continue
        unclear = own and not under and any(not other for other in stem.values())
        if unclear and top in _BEARING:
            raise wrong(under, f"groups ... {word}", "the configuration says something else there")
        if not unclear:
            stem.grow([word], under.line)
    if own and top in _BEARING and _ORDERED & said.keys() & stem.keys():
        for word in _ORDERED & said.keys():
            if any(name[:1] != "<" and name not in stem[word] for name in said[word]) and stem[word]:
                raise wrong(said[word], f"groups ... {word}", "its place in the order is not known")


def _fits(mark: str, word: str) -> bool:
    """Tell whether a group's word stands for one of the configuration: itself, or `<ge-*>`."""
    return mark == word or (mark[:1] == "<" and fnmatchcase(word, mark[1:-1]))


def _asks(stem: Stem) -> bool:
    return "apply-groups" in stem or any(_asks(under) for under in stem.values())
