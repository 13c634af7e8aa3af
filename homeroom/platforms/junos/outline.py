"""What two Junos configurations do not have in common, told from their lines: most of them are written alike.

Reading all words of a router's configuration takes many times longer than seeing that a block is the same in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

_WORDS: Final = r'(?:[^"{}\n#]|"(?:[^"\\\n]|\\.)*")+'
_ROW: Final = re.compile(rf"[ \t]*(?:(\}}|{_WORDS}[;{{])(?:[ \t]*##[^\n]*)?|#[^\n]*)?[ \t]*(?:\n|$)")
"""A line as Junos prints it: words and what ends them, a brace that closes, a remark, or nothing."""
_ORDERED: Final = re.compile(r"(?:^|\s)(?:term|policy|rule|inactive:|protect:|replace:|apply-groups\S*|apply-path)\s")
"""Below one of these it matters what stands beside it: who holds them is taken whole."""
Block: TypeAlias = dict[str, "Block | None"]
"""Lines in their order: what a line opens, None when it opens nothing."""


def differing(old: str, new: str) -> tuple[str, str]:
    """Return both texts without the blocks that are the same in both; whole where they are written in another way."""
    before, after = outline(old), outline(new)
    if before is None or after is None:
        return old, new
    left, right = _reduced(before, after)
    for key in {**left, **right}.keys() & before.keys() & after.keys():
        if key not in left or key not in right:  # that both have the word at the top is part of what they say
            left[key], right[key] = before[key], after[key]
    return "".join(_printed(left)), "".join(_printed(right))


def outline(text: str) -> Block | None:
    """Read a text line by line; None when it is not written as Junos prints it."""
    if "/*" in text:
        return None
    root: Block = {}
    stack = [root]
    at = 0
    while at < len(text):
        found = _ROW.match(text, at)
        if found is None:
            return None
        at = found.end()
        row = found[1]
        if row is None:
            continue
        if row == "}":
            stack.pop()
            if not stack:
                return None
        elif row[-1] == "{":
            inner = stack[-1].setdefault(row, {})
            if inner is None:
                return None
            stack.append(inner)
        else:
            stack[-1][row] = None
    return root if len(stack) == 1 else None


def _reduced(before: Block, after: Block) -> tuple[Block, Block]:
    """Leave out what is the same; a block that is left with nothing goes, for an empty one is a statement itself."""
    left: Block = {}
    right: Block = {}
    for key in {**before, **after}:
        one, other = before.get(key), after.get(key)
        if key in before and key in after and _same(one, other):
            continue
        if one and other and not (_bound(one) or _bound(other)):
            less, more = _reduced(one, other)
            left |= {key: less} if less else {}
            right |= {key: more} if more else {}
            continue
        left |= {key: one} if key in before else {}
        right |= {key: other} if key in after else {}
    return left, right


def _same(one: Block | None, other: Block | None) -> bool:
    """Tell whether two blocks have the same lines in the same order."""
    if one is None or other is None:
        return one is other
    return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)


def _bound(block: Block) -> bool:
    return any(_ORDERED.search(key) for key in block)


def _printed(block: Block) -> Iterator[str]:
    for key, inner in block.items():
        yield f"{key}\n"
        if inner is not None:
            yield from _printed(inner)
            yield "}\n"
