"""What a difference says once a device's own values are set aside: equal shapes are the same change.

Only values that the plan gave to the very device are exchanged for placeholders, and what has no effect or no plan
(descriptions, hardware addresses and keys that a device made itself and now loses, and which secret it was that is
redacted). An address that is not the device's own stays as it is, so a difference that reaches for somebody else's
stands out.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from homeroom.prefix import Prefix
from homeroom.redaction import unkeyed

_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)"
    r"(/\d{1,3}| (?:0|255)(?:\.\d{1,3}){3}(?![\w.]))?"
)
_TEXT: Final = re.compile(r"description (?<=[\s+-]description )[^;\n]*")
_PLACE: Final = re.compile(r"ocation[= ](?:\"[^\"\n]*\"|[^;\n]*)")
_COMMENT: Final = re.compile(r"comment=(?<!\wcomment=)(?:\"[^\"\n]*\"|[^\s;]*)")
_WRITTEN: Final = ((_TEXT, "description <text>"), (_COMMENT, "comment=<text>"), (_PLACE, "ocation <text>"))
"""What people wrote, which no device acts on: descriptions, comments, and where the device is."""
_MADE: Final = re.compile(
    r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b|\b[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}\b|\$\d\w?\$\S+"
)
"""Hardware addresses and hashed keys."""
_PORTS: Final = re.compile(r"<port>(?:[, ]<port>)+")
_VALUE: Final = re.compile(r"<|\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]*:")
"""Where the first value of a line stands: what is left of it says which kind of line it is."""
_SHARED: Final = frozenset({"port", "trunk"})
"""Names that devices of one model have in common."""
_MOST: Final = 65_536
"""Lines of one model that are kept cut."""
_HOST: Final = frozenset({"32", "128", "255.255.255.255", "0.0.0.0"})  # noqa: S104  # a wildcard, nobody listens there


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses that are a device's own, and the prefix whose mask is written beside them."""

    name: str
    addresses: Prefix
    net: Prefix


@dataclass(frozen=True, slots=True)
class Own:
    """What the plan gave to one device: its blocks, the narrowest first, and text -> what to call it.

    `mask`: the mask of its management network, which some platforms write on a line of its own. `vlan`: its
    management VLAN, 0 where nobody said.
    """

    blocks: tuple[Block, ...]
    names: Mapping[str, str]
    mask: str = ""
    vlan: int = 0


def shape(diff: str, own: Own) -> str:
    """Return the diff with the device's own values as placeholders, its sections sorted, equal ones only once.

    `<student4+1>` is the first address of the device's student prefix, `<student4-2>` its last host's,
    `<student4+0/>` the prefix with its mask, `<student4+1/host>` an address that is a prefix of its own. The order of
    lines counts, but for neighbours that are alike up to their first value: a platform sorts those by it.
    """
    text = unkeyed(diff)
    for pattern, said in _WRITTEN:
        text = pattern.sub(said, text)
    alone = (name for name, label in own.names.items() if label not in _SHARED and name in text)
    for name in sorted(alone, key=len, reverse=True):
        text = _swapped(text, name, f"<{own.names[name]}>")
    ports = tuple(sorted((item for item in own.names.items() if item[1] in _SHARED), key=_longest))
    places: dict[str, str] = {}
    cut = _cut(ports)
    pieces = [cut[line] for line in text.splitlines()]
    text = "\n".join([one[0] if len(one) == 1 else _said(one, own, places) for one in pieces])
    apart = "\n(?=/)" if text.startswith("/") else "\n(?! )"
    return "\n".join(sorted({_settled(section) for section in re.split(apart, text)}))


def _longest(item: tuple[str, str]) -> int:
    return -len(item[0])


def _swapped(text: str, name: str, label: str) -> str:
    """Exchange a name where it stands as a word of its own."""
    made, at = "", 0
    while name and (here := text.find(name, at)) >= 0:
        end = here + len(name)
        alone = not (here and _in_word(text[here - 1])) and not (end < len(text) and _in_word(text[end], "/"))
        made += text[at:here] + (label if alone else name)
        at = end
    return made + text[at:]


def _in_word(char: str, others: str = "") -> bool:
    return char.isalnum() or char == "_" or char in others


class _Cut(dict[str, tuple[str, ...]]):
    """Lines as text, address, mask, text and so on: most lines are the same on many devices, and cut once."""

    def __init__(self, ports: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._ports = ports

    def __missing__(self, line: str) -> tuple[str, ...]:
        if len(self) >= _MOST:
            self.clear()
        text = line
        if present := tuple(item for item in self._ports if item[0] in line):
            labels = dict(present)
            text = _words(present).sub(lambda found: f"<{labels[found[0]]}>", text)
            text = _PORTS.sub("<port>", text)
        self[line] = pieces = tuple(part or "" for part in _ADDRESS.split(text))
        return pieces


@lru_cache(maxsize=64)
def _cut(ports: tuple[tuple[str, str], ...]) -> _Cut:
    return _Cut(ports)


@lru_cache(maxsize=4096)
def _words(longest_first: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name, _ in longest_first)})(?![\w/])")


def _said(pieces: tuple[str, ...], own: Own, places: dict[str, str]) -> str:
    """Put a line together again, its addresses said as places of the device's own."""
    made = [pieces[0]]
    for at in range(1, len(pieces), 3):
        address, mask = pieces[at], pieces[at + 1]
        if (place := places.get(address + mask)) is None:
            place = places[address + mask] = _placed(address, mask, own)
        made += (place, pieces[at + 2])
    return "".join(made)


def _placed(text: str, mask: str, own: Own) -> str:
    """Say an address as an offset into the device's own block that holds it; leave any other as it is.

    The block's own mask is left away, so that sites of all sizes look alike; with another mask it is not the
    device's own address but a wider prefix that happens to begin there.
    """
    if text == own.mask:
        return "<mask>"
    family, value = _number(text)
    for block in own.blocks:
        held = block.addresses
        if held.family == family and held.first <= value <= held.last:
            if mask and mask[1:] in _HOST:
                return f"<{block.name}{_offset(held, value)}/host>"
            if mask and mask[1:] not in {block.net.netmask, block.net.wildcard, str(block.net.length)}:
                continue
            return f"<{block.name}{_offset(held, value)}{mask and '/'}>"
    return text + mask


def _offset(held: Prefix, value: int) -> str:
    """Say where in its block an address is; the last two are counted from the end, whatever the block's size."""
    return f"-{held.last - value + 1}" if held.last - value < 2 <= value - held.first else f"+{value - held.first:x}"


@lru_cache(maxsize=65536)
def _number(text: str) -> tuple[int, int]:
    """Return an address's family and value; family 0 when it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return 0, 0
    return address.version, int(address)


@lru_cache(maxsize=65536)
def _settled(section: str) -> str:
    """Return a section with neighbours of one kind sorted, equal ones once, on every level below its first line."""
    first, *lines = section.split("\n")
    return "\n".join([first, *_level(lines)]) if lines else _lost(first)


def _level(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines with what is indented below each, runs of one kind sorted."""
    run: set[str] = set()
    kind, at = "", 0
    while at < len(lines):
        line, end = lines[at], at + 1
        depth = _depth(line)
        while end < len(lines) and _depth(lines[end]) > depth:
            end += 1
        here = _kind(line)
        if here != kind:
            yield from sorted(run, key=_unsigned)
            run, kind = set[str](), here
        run.add("\n".join([_lost(line), *_level(lines[at + 1 : end])]))
        at = end
    yield from sorted(run, key=_unsigned)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _lost(line: str) -> str:
    """Leave out what the device made itself, where the line is taken away."""
    return _MADE.sub("<made>", line) if line.lstrip(" ").startswith("-") else line


def _kind(line: str) -> str:
    found = _VALUE.search(line)
    return (line[: found.start()] if found else line).replace("+", "-", 1)


def _unsigned(text: str) -> tuple[str, bool]:
    bare = text.lstrip(" ")
    return bare[1:], bare.startswith("+")
