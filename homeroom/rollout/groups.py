"""4,000 diffs become a handful to review: those that are the same but for a site's own values are one group.

Only values that the plan gave to the very device are exchanged for placeholders. An address that is not the
device's own stays as it is, so a diff that reaches for somebody else's stands out as a group of its own.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.prefix import Prefix

_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(?P<address>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)"
    r"(?P<mask>/\d{1,3}| (?:0|255)(?:\.\d{1,3}){3}(?![\w.]))?"
)
_FREE_TEXT: Final = re.compile(r"^(\s*[+-]?\s*description ).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses that are a device's own, and the prefix whose mask is written beside them."""

    name: str
    addresses: Prefix
    net: Prefix


@dataclass(frozen=True, slots=True)
class Own:
    """What the plan gave to one device: its blocks, the narrowest first, and text -> what to call it.

    `mask`: the mask of its management network, which some platforms write on a line of its own.
    """

    blocks: tuple[Block, ...]
    names: Mapping[str, str]
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Devices whose diffs say the same. `diff` is the first device's, `shape` has placeholders."""

    devices: tuple[str, ...]
    diff: str
    shape: str


def shape(diff: str, own: Own) -> str:
    """Return the diff with the device's own values as placeholders, its sections sorted, equal ones only once.

    `<student4+1>` is the first address of the device's student prefix, `<student4+0/>` the prefix with its mask.
    """
    names = {text: f"<{name}>" for text, name in own.names.items() if text}
    if names:
        longest = sorted(names, key=len, reverse=True)
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?![\w/])")
        diff = pattern.sub(lambda found: names[found.group()], diff)
    diff = _FREE_TEXT.sub(r"\1<text>", diff)
    diff = _ADDRESS.sub(lambda found: _placed(found["address"], found["mask"] or "", own), diff)
    return "\n".join(sorted(set(_sections(diff))))


def _placed(text: str, mask: str, own: Own) -> str:
    """Say an address as an offset into the device's own block that holds it; leave any other as it is.

    The block's own mask is left away, so that sites of all sizes look alike; with another mask it is not the
    device's own address but a wider prefix that happens to begin there.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text + mask
    if text == own.mask:
        return "<mask>"
    value = int(address)
    for block in own.blocks:
        held = block.addresses
        if held.family == address.version and held.first <= value <= held.last:
            if mask and mask[1:] not in {block.net.netmask, block.net.wildcard, str(block.net.length)}:
                continue
            return f"<{block.name}+{value - held.first:x}{mask and '/'}>"
    return text + mask


def _sections(text: str) -> Iterator[str]:
    """Cut a text into its top-level lines, each with what is indented below it."""
    section: list[str] = []
    for line in text.splitlines():
        if section and not line.startswith(" "):
            yield "\n".join(section)
            section = []
        section.append(line)
    if section:
        yield "\n".join(section)


def group(diffs: Iterable[tuple[str, str, Own]]) -> tuple[Group, ...]:
    """Group (device, diff, own values) by shape: the largest group first, devices in the order given."""
    members: dict[str, list[tuple[str, str]]] = {}
    for device, diff, own in diffs:
        members.setdefault(shape(diff, own), []).append((device, diff))
    found = (Group(tuple(name for name, _ in some), some[0][1], form) for form, some in members.items())
    return tuple(sorted(found, key=lambda one: (-len(one.devices), one.devices)))


def risk(diff: str, features: Mapping[str, str]) -> tuple[str, ...]:
    """Name the features whose lines change, in the platform's order; `other` for lines that are no feature's.

    A removed line stands in no feature's text: it counts for the first feature that has its section.
    """
    owner: dict[tuple[str, str], str] = {}
    for feature, text in features.items():
        for section, line in _lines(text):
            owner.setdefault((section, line), feature)
            owner.setdefault((section, ""), feature)
    touched: set[str] = set()
    for section, line in _lines(diff):
        if line.startswith(("+", "-")):
            top = section.lstrip("+-")
            touched.add(owner.get((top, line[1:])) or owner.get((top, ""), "other"))
    return tuple(name for name in (*features, "other") if name in touched)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line behind the top-level line it stands under (itself, at top level)."""
    section = ""
    for raw in text.splitlines():
        line = raw.strip()
        section = section if raw.startswith(" ") else line
        yield section, line
