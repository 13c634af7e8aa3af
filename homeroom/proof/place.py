"""Where in a text an entry of a list stands: the shortest beginning of the text that has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from homeroom.errors import HomeroomError
from homeroom.platforms.access import Access, Parser
from homeroom.policy.model import AccessList, Family, Rule


def line_of(parser: Parser, text: str, family: Family, name: str, entry: int) -> int:
    """Return the line of the entry numbered `entry` of a list; 0 when it cannot be told."""
    lines = text.splitlines()
    wanted = _rule(parser, lines, len(lines), (family, name), entry)
    if wanted is None:
        return 0
    low, high = 0, len(lines)  # at `high` the entry is there, at `low` it is not
    while high - low > 1:
        middle = (low + high) // 2
        if _rule(parser, lines, middle, (family, name), entry) == wanted:
            high = middle
        else:
            low = middle
    return high


def _rule(parser: Parser, lines: list[str], until: int, key: tuple[Family, str], entry: int) -> Rule | None:
    """Return the entry as the first lines of a text have it; sections in braces are closed."""
    text = "\n".join(lines[:until])
    text += "\n" + "}\n" * (text.count("{") - text.count("}"))
    found = _lists(parser.access, text).get(key)
    return found.rules[entry - 1] if found and len(found.rules) >= entry else None


@lru_cache(maxsize=32)
def _lists(access: Callable[[str], Access], text: str) -> Mapping[tuple[Family, str], AccessList]:
    """Read a text's lists; none when it cannot be read. Of the entries of one list many searches begin alike."""
    try:
        return access(text).by_name()
    except HomeroomError:
        return {}
