"""Which lines match which patterns, found once for every distinct line: rules are few, devices many, lines alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Final, TypeAlias

from homeroom.audit import places
from homeroom.audit.checks import Demand, Each
from homeroom.audit.outline import Section
from homeroom.audit.subject import DeviceSubject
from homeroom.audit.verdict import Status

Hits: TypeAlias = Mapping[str, Sequence[re.Match[str]]]
"""Pattern -> its matches, in the order of the lines."""

_Tried: TypeAlias = tuple[str, str, "Callable[[str], re.Match[str] | None]"]
"""A pattern, what every line that it matches begins with, and how it is matched."""
MOST: Final = 100_000
"""Distinct lines remembered; beyond that everything is forgotten once and learnt anew."""
_PLACE: Final = re.compile(r"%(\w+)%")
_META: Final = frozenset("\\.[]({^$*+?|")
_FREE: Final = frozenset({"description", "location", "ssid"})
"""Attributes that may hold blanks."""


class Scan:
    """The patterns of all rules on one platform."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._of_word: dict[str, list[_Tried]] = {}
        self._of_any: list[_Tried] = []
        for pattern in dict.fromkeys(patterns):
            tried = (pattern, literal := _literal(pattern), _compiled(pattern).fullmatch)
            word, blank, _ = literal.partition(" ")
            (self._of_word.setdefault(word, []) if blank else self._of_any).append(tried)
        self._lines: dict[str, tuple[tuple[str, re.Match[str]], ...]] = {}
        self._blocks: dict[tuple[str, ...], Hits] = {}
        self._found: dict[Hashable, tuple[Status, str, tuple[str, ...]]] = {}

    def lines(self, lines: Iterable[str]) -> Hits:
        """Return which patterns match which of some lines."""
        found: dict[str, list[re.Match[str]]] = {}
        known = self._lines
        for text in lines:
            hits = known.get(text)
            if hits is None:
                hits = self._line(text)
            for pattern, match in hits:
                found.setdefault(pattern, []).append(match)
        return found

    def block(self, section: Section) -> Hits:
        """Return the same of the lines below a header; ports are configured alike, so whole blocks are remembered."""
        hits = self._blocks.get(section.lines)
        if hits is None:
            if len(self._blocks) > MOST // 10:
                self._blocks.clear()
            hits = self._blocks[section.lines] = self.lines(section.lines)
        return hits

    def before(self, key: Hashable) -> tuple[Status, str, tuple[str, ...]] | None:
        """Return what was found by the same rule on the same lines: status, summary and the texts of the evidence."""
        return self._found.get(key)

    def remember(self, key: Hashable, status: Status, summary: str, texts: tuple[str, ...]) -> None:
        """Keep what was found."""
        if len(self._found) > MOST // 5:
            self._found.clear()
        self._found[key] = status, summary, texts

    def _line(self, text: str) -> tuple[tuple[str, re.Match[str]], ...]:
        if len(self._lines) > MOST:
            self._lines.clear()
        tried = (*self._of_any, *self._of_word.get(text.partition(" ")[0], ()))
        hits = tuple(
            (pattern, match)
            for pattern, literal, fullmatch in tried
            if text.startswith(literal) and (match := fullmatch(text)) is not None
        )
        self._lines[text] = hits
        return hits


class Page:
    """The running configuration of one device, as rules read it."""

    def __init__(self, subject: DeviceSubject, scan: Scan) -> None:
        self.subject = subject
        self.scan = scan
        self._places: dict[Each, Hashable] = {}
        self._below: dict[str, Sequence[tuple[str, Hits]]] = {}

    @cached_property
    def hits(self) -> Hits:
        """Return which patterns match which unindented lines."""
        return self.scan.lines(section.header for section in self.subject.sections)

    @cached_property
    def below(self) -> Mapping[str, Sequence[Section]]:
        """Return unindented line -> its sections: the same line may stand twice."""
        found: dict[str, list[Section]] = {}
        for section in self.subject.sections:
            found.setdefault(section.header, []).append(section)
        return found

    @cached_property
    def attributes(self) -> places.Named:
        """Return what `%attribute%` means on this device."""
        return places.device(self.subject.intent)

    def inputs(self, demand: Demand) -> Hashable:
        """Return everything that a demand looks at on this device: where it is the same, so is what is found."""
        seen: list[Hashable] = [tuple(self.attributes.get(name) for name in named(demand))]
        if demand.each is not None:
            seen.append(self._placed(demand.each))
        if demand.equals is not None:
            seen.append(places.planned(self.subject.intent, demand.equals.planned))
        if demand.section:
            for header, hits in self._sections(demand.section):
                seen += (header, *(match.string for match in hits.get(demand.line, ())))
                if demand.per:
                    seen += (match.string for match in hits.get(demand.per, ()))
        else:
            seen += (tuple(match.string for match in self.hits.get(one, ())) for one in (demand.line, demand.per))
        return tuple(seen)

    def _placed(self, each: Each) -> Hashable:
        """Return the places that a demand is repeated for, as values."""
        if each not in self._places:
            self._places[each] = tuple(tuple(place.values()) for place in places.each(self.subject.intent, each))
        return self._places[each]

    def _sections(self, pattern: str) -> Sequence[tuple[str, Hits]]:
        """Return the sections whose header a pattern matches, with what matches below it."""
        if pattern not in self._below:
            headers = dict.fromkeys(match.string for match in self.hits.get(pattern, ()))
            found = [(one.header, self.scan.block(one)) for header in headers for one in self.below[header]]
            self._below[pattern] = found
        return self._below[pattern]


@cache
def named(demand: Demand) -> tuple[str, ...]:
    """Return the attributes that a demand's patterns name."""
    return tuple(name for pattern in demand.patterns for name in attributes(pattern))


@cache
def attributes(pattern: str) -> tuple[str, ...]:
    """Return the attributes that a pattern names by `%attribute%`."""
    return tuple(dict.fromkeys(_PLACE.findall(pattern)))


def suits(match: re.Match[str], names: Sequence[str], wanted: Mapping[str, str]) -> bool:
    """Tell whether a match stands for these values."""
    return all(match.group(name) == wanted.get(name) for name in names)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern; an attribute becomes a group of its name, and the same again where it is named again."""
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)" if name in _FREE else rf"(?P<{name}>[^\s\"',;]+?)"

    return re.compile(_PLACE.sub(group, pattern))


def _literal(pattern: str) -> str:
    """Return the letters that every match begins with: nothing else needs to be tried on a line."""
    end = next((n for n, char in enumerate(pattern) if char in _META or char == "%"), len(pattern))
    if _alternatives(pattern):
        return ""
    if end < len(pattern) and pattern[end] in "*?{":
        end -= 1
    return pattern[: max(end, 0)]


def _alternatives(pattern: str) -> bool:
    """Tell whether a `|` stands outside of all brackets."""
    depth, skip, inside = 0, False, False
    for char in pattern:
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif inside:
            inside = char != "]"
        elif char == "[":
            inside = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            return True
    return False
