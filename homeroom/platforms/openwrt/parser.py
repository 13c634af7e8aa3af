"""Reads UCI text back as `uci export` prints it: packages, sections, options and lists."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Access
from homeroom.platforms.openwrt.firewall import Firewall, firewall
from homeroom.platforms.openwrt.network import network
from homeroom.platforms.openwrt.radio import ssids
from homeroom.platforms.tree import Node, changes, walk

_PLAIN: Final = re.compile(r"\s*(?:(config|option|list) ([\w-]+)(?: '([^']*)')?|(package) ([\w-]+)|)").fullmatch
"""A line as `uci export` itself writes it; whatever else a person wrote goes through the shell's rules."""

_EXPORT: Final = re.compile(
    r"(?:(?:package [\w-]+|config [\w-]+(?: '[^'\n]*')?|[ \t]*(?:option|list) [\w-]+ '[^'\n]*')?\n)*"
).fullmatch
"""A text whose every line is one that `uci export` writes, and every value ends on the line it begins on."""
FIREWALL: Final = "firewall"
_DECIDING: Final = frozenset(f"package {name}" for name in ("mwan3", "pbr", "upnpd", "banip", "vpn-policy-routing"))
"""Packages that open, block or route past what the firewall says."""
_ORDERED: Final = frozenset({"rule", "redirect", "forwarding", "nat"})
"""Sections of the firewall whose order decides."""


class UciParser:
    """The parser of `openwrt`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the packages, each with its sections, each with its options; lists and rules keep their order."""
        return tuple(_walk(_comparable(text)))

    def diff(self, old: str, new: str) -> str:
        """Return the difference from `old` to `new`, under its package and section; empty when they mean the same."""
        try:
            before, after = (_comparable(text) for text in _differing(old, new))
        except ParseError:  # it is to name the line of the whole text
            before, after = _comparable(old), _comparable(new)
        return "".join(f"{line}\n" for line in changes(before, after))

    def access(self, text: str) -> Access:
        """Read zones, rules, networks and SSIDs; ParseError with the line of what decides and is not understood.

        On a device with one interface at layer 3 nothing passes between networks: its lists say who may manage it.
        """
        root = parse(text)
        for name in _DECIDING & root.children.keys():
            raise ParseError(f"line {root.children[name].number}: {name}: what it lets pass is not understood")
        made = network(root)
        live = [net for net in made.nets.values() if net.live]
        routes = len({net.device for net in live}) > 1
        known = f"package {FIREWALL}" in root.children
        if known and "package network" not in root.children and "zone" in _kinds(root):
            raise ParseError(
                f"line {root.children['package firewall'].number}: the networks of its zones stand nowhere"
            )
        filters = firewall(root, made) if known else Firewall((), (), (), {}, ())
        return Access(
            lists=filters.lists if routes else (),
            applied=filters.applied if routes else (),
            guards=() if routes else tuple(entry for entry in filters.lists if entry.hook == "local"),
            groups=filters.groups,
            windows=filters.windows,
            interfaces=tuple(net.interface for net in live),
            bridged=made.bridged,
            ssids=ssids(root, made),
            routes=made.routes,
            redirects=filters.redirects,
            vlan_names=made.vlan_names,
            routes_between=routes,
        )

    def wire(self, text: str) -> str:
        """Return the text with each package once: features share packages, and `uci import` takes none twice."""
        return "".join(_gathered(text))


def _kinds(root: Node) -> frozenset[str]:
    """Return the kinds of sections of the firewall."""
    return frozenset(node.text.split()[1] for node in root.children[f"package {FIREWALL}"].children.values())


def parse(text: str) -> Node:
    """Read UCI text into package, section, option; ParseError with the line when one is not understood.

    A section without a name is named as `uci show` does: by its place among the nameless ones of its type.
    """
    root = Node("")
    package = section = None
    nameless: Counter[tuple[str, str]] = Counter()
    for number, words in _statements(text):
        match words:
            case []:
                continue
            case ["package", name]:
                package, section = root.add(Node(f"package {name}", number)), None
            case ["config", kind, *names] if package is not None and len(names) < 2:
                name = names[0] if names else f"@{kind}[{nameless[package.text, kind]}]"
                before = len(package.children)
                section = package.add(Node(f"config {kind} '{name}'", number))
                nameless[package.text, kind] += name.startswith("@") and len(package.children) > before
            case ["option", _, ""] if section is not None:
                continue  # an empty value is none: uci reads over it
            case ["option", key, value] if section is not None:
                _set(section, key, f"option {key} '{value}'", number)
            case ["list", key, value] if section is not None:
                _item(section, key, value, number)
            case _:
                raw = text.splitlines()[number - 1]
                raise ParseError(f"line {number}: {raw.strip()!r} is not understood")
    return root


def _statements(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield line number and words of each statement; a value in quotes may go on over several lines."""
    pending, start, trouble = "", 0, ""
    quote = ""
    for number, raw in enumerate(text.splitlines(), 1):
        start = start if pending else number
        plain = None if pending else _plain(raw)
        if plain is not None:
            yield number, plain
            continue
        quote = _open(raw, quote)
        if quote and pending:
            pending += f"{raw}\n"
            continue
        try:
            words = shlex.split(pending + raw, comments=True)
        except ValueError as error:
            pending, trouble = f"{pending}{raw}\n", str(error)
        else:
            pending = quote = ""
            yield start, words
    if pending:
        raise ParseError(f"line {start}: {pending.splitlines()[0].strip()!r} is not understood: {trouble}")


@lru_cache(maxsize=1 << 16)
def _plain(raw: str) -> Sequence[str] | None:
    """Return the words of a line as `uci export` writes it; None for any other. Devices are configured alike."""
    found = _PLAIN(raw)
    return [word for word in found.groups() if word is not None] if found else None


def _open(line: str, quote: str) -> str:
    """Return the quote that a line leaves open, of one that begins within `quote`: each line is looked at once."""
    escaped, blank = False, True
    for mark in line:
        if escaped:
            escaped = False
        elif mark == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if mark == quote else quote
        elif mark in "'\"":
            quote = mark
        elif mark == "#" and blank:
            break
        blank = not quote and mark.isspace()
    return quote


def _set(section: Node, key: str, text: str, number: int) -> None:
    """Set an option: the last one said holds; a list of that name is no more."""
    children = section.children
    children.pop(f"list {key}", None)
    head = f"option {key} "
    for said in [line for line in children if line.startswith(head)]:
        del children[said]
    children[text] = Node(text, number)


def _item(section: Node, key: str, value: str, number: int) -> None:
    """Put an item at the end of a list; an option of that name becomes its first item."""
    items = section.add(Node(f"list {key}", number, ordered=True, hidden=True))
    for said in [line for line in section.children if line.startswith(f"option {key} ")]:
        old = section.children.pop(said).text.split(" ", 2)[2]
        items.children["0"] = Node(f"list {key} {old}", number)
    place = len(items.children)
    items.children[f"{place}"] = Node(f"list {key} '{value}'", number, place)


def _comparable(text: str) -> Node:
    """Read a text for comparison: what the firewall takes in order stands in order, a section a line."""
    root = parse(text)
    package = root.children.get(f"package {FIREWALL}")
    if package is None:
        return root
    rules = Node("rules", ordered=True, hidden=True)
    for key, section in list(package.children.items()):
        if section.text.split(" ", 2)[1] in _ORDERED:
            del package.children[key]
            rules.children[f"{len(rules.children)}"] = Node(_flat(section), section.number, len(rules.children))
    if rules.children:
        package.add(rules)
    return root


def _flat(section: Node) -> str:
    """Print a section in one line; a nameless one by its type alone."""
    kind, name = section.text.split(" ", 2)[1:]
    head = f"config {kind}" if name.startswith("'@") else section.text
    options = sorted(walk(section), key=lambda line: not line.startswith("option name "))
    return "; ".join((head, *options))


def _differing(old: str, new: str) -> tuple[str, str]:
    """Return of both texts only the packages that are not written alike: those that are mean the same.

    Whole texts where a value could go on over several lines: there a line is no package for how it begins.
    """
    if not (exported(old) and exported(new)):
        return old, new
    before, after = packages(old), packages(new)
    named = [head for head in before | after if _said(before.get(head)) != _said(after.get(head))]
    if len(named) == len(before | after):
        return old, new
    return _only(before, named), _only(after, named)


def _only(packages: Mapping[str, Sequence[str]], named: Sequence[str]) -> str:
    return "".join(line for head in named if head in packages for line in (head, *packages[head]))


def _said(lines: list[str] | None) -> list[str] | None:
    return None if lines is None else [line for line in lines if line != "\n"]


def _gathered(text: str) -> Iterator[str]:
    """Yield the packages in the order of their first lines, what belongs to each together."""
    for head, lines in packages(text).items():
        yield head
        yield from lines


def exported(text: str) -> bool:
    """Tell whether a text is written line for line as `uci export` writes it."""
    return _EXPORT(text) is not None


def packages(text: str) -> dict[str, list[str]]:
    """Return each package's lines under the line that names it; what stands before the first under nothing."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if line.startswith("package "):
            name = line
            found.setdefault(name, [])
        else:
            found.setdefault(name, []).append(line)
    return found


def _walk(root: Node) -> Iterator[str]:
    """Print packages and sections at the margin, as `uci export` does."""
    for package in root.listed():
        yield package.text
        for section in package.listed():
            yield section.text
            yield from (f"\t{line}" for line in walk(section))
