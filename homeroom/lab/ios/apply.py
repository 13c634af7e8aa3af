"""Commands into a configuration: set, `no`, `default`, fall back to the mode above; one line or a whole file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from homeroom.lab.ios.call import Call, Refused
from homeroom.lab.ios.commands import MODES, Rule, grammar, rules, slots
from homeroom.lab.ios.config import Chassis, Rejected, banner, root, statements
from homeroom.lab.ios.forms import FORMS, acl_line
from homeroom.lab.ios.grammar import Fault, Match, walk
from homeroom.lab.ios.mode_tables import ANY
from homeroom.lab.ios.words import VIRTUAL, interface, rank, split, vlan_ids
from homeroom.lab.section import Entry, Section

_NEGATED: Final = re.compile(r"\s*(no|default)\s+(?=\S)")
_DASH: Final = re.compile(r"^\s*ip domain-", re.IGNORECASE)
"""The older spelling: `ip domain-name`."""
_MOST: Final = 128
"""The most interfaces of one span in `interface range`."""
_RANGE: Final = re.compile(r"\s*interface\s+range\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next command goes: the sections it applies to (several after `interface range`), and the way up."""

    sections: tuple[Section, ...]
    above: Place | None = None
    ranged: bool = False

    @property
    def mode(self) -> str:
        """Return the mode's name."""
        return self.sections[0].mode

    @property
    def prompt(self) -> str:
        """Return what the prompt says in brackets."""
        return MODES["if-range" if self.ranged else self.mode].prompt

    @property
    def top(self) -> Place:
        """Return the global mode."""
        return self.above.top if self.above else self


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a command: where the next one goes, and IOS's refusal as a function of the prompt's length."""

    place: Place
    refusal: Callable[[int], str] | None = None


_ADDRESS: Final = next(rule for rule in rules("if") if rule.pattern.startswith("ip address "))


@lru_cache(65536)
def _read(mode: str, line: str) -> Match[Rule] | Fault:
    return walk(grammar(mode), line)


def type_line(place: Place, line: str, chassis: Chassis) -> Said:
    """Apply one command as if it were typed at `place`; what the mode does not know is tried in the modes above."""
    words = line.split()
    if not words or words[0].startswith("!"):
        return Said(place)
    if words == ["exit"]:
        return Said(place.above or place)
    if words == ["end"]:
        return Said(place.top)
    found = _try(place, line, chassis)
    return Said(found) if isinstance(found, Place) else Said(place, _refusal(found, line))


def _try(place: Place, line: str, chassis: Chassis) -> Place | Fault | str:
    """Try a command in this mode, then in those above; where a mode takes any line, the global one comes first."""
    free = MODES[place.mode].table is ANY
    first = _at(place.top if free else place, line, chassis)
    if isinstance(first, Place):
        return first
    if free:
        return _at(place, line, chassis)
    if place.above is None or not (isinstance(first, Fault) and first.kind == "invalid"):
        return first
    above = _try(place.above, line, chassis)
    further = not isinstance(above, Fault) or above.column > first.column
    return above if further else first


def _refusal(fault: Fault | str, line: str) -> Callable[[int], str]:
    if isinstance(fault, str):
        return lambda _prompt: fault
    return lambda prompt: fault.message(line, prompt)


def _at(place: Place, line: str, chassis: Chassis) -> Place | Fault | str:
    """Apply `line` in exactly this mode: the next place, or why not (IOS's own message, or a fault with its caret)."""
    if place.mode == "global" and (span := _RANGE.match(line)):
        return _range(place, span, chassis)
    negated = _NEGATED.match(line)
    start = negated.end() if negated else 0
    read = _read_banner(place.mode, line) or _read(place.mode, _DASH.sub("ip domain ", line[start:]))
    if isinstance(read, Fault) and not (negated and _enough(read, place.mode)):
        return Fault(read.kind, read.column + start, read.words)
    try:
        if negated:
            for section in place.sections:
                _unset(section, read, keep=negated.group(1) == "no", chassis=chassis)
            return place
        return _set(place, read, chassis) if isinstance(read, Match) else read
    except Refused as refused:
        return refused.message or Fault("invalid", _column(line, refused.word or 0, start))


def _enough(read: Fault, mode: str) -> bool:
    """Tell whether an incomplete command is enough for `no`: only a value is missing."""
    return bool(read.words) and read.kind == "incomplete" and (read.open or read.words in slots(mode))


def _read_banner(mode: str, line: str) -> Match[Rule] | Fault | None:
    """Read a banner, whose text the grammar must not touch; None when `line` is something else."""
    found = banner(line)
    if found is None:
        return None
    read = _read(mode, f"banner {found[0]} text")
    return Match(read.what, (*read.words[:2], found[1]), (found[1],)) if isinstance(read, Match) else read


def _column(line: str, word: int, start: int) -> int:
    """Return where word number `word` of the command begins."""
    found = [match.start() for match in re.finditer(r"\S+", line[start:])]
    return start + (found[word] if word < len(found) else len(line) - start)


def _range(place: Place, span: re.Match[str], chassis: Chassis) -> Place | Fault:
    """Open several interfaces: `interface range Gi1/0/1 - 8, Gi1/0/10`."""
    names: list[str] = []
    for part in span.group(1).split(","):
        low, _, high = (piece.strip() for piece in part.partition("-"))
        read = interface(low)
        if read is None or read[0] != len(low) or (high and not re.fullmatch(r"(?:[A-Za-z]\S*/)?\d+", high)):
            return Fault("invalid", span.start(1))
        kind, number = split(read[1])
        stem, first = number.rpartition("/")[0], int(number.rpartition("/")[2])
        last = int(re.findall(r"\d+", high)[-1]) if high else first
        if not 0 <= last - first < _MOST:
            return Fault("invalid", span.start(1))
        names += [f"{kind}{stem}{'/' if stem else ''}{n}" for n in range(first, last + 1)]
    opened: list[Section] = []
    for name in names:
        below = _at(place.top, f"interface {name}", chassis)
        if not isinstance(below, Place):
            return Fault("invalid", span.start(1))
        opened += below.sections
    return Place(tuple(opened), place.top, ranged=True)


def _set(place: Place, read: Match[Rule], chassis: Chassis) -> Place:
    rule = read.what
    if rule.form == "acl":
        return _numbered(place, read, chassis)
    if rule.form == "vlan":
        return _vlans(place, read, rule)
    opened: list[Section] = []
    for section in place.sections:
        kept = _kept(read, section, chassis, place.top.sections[0])
        if kept is None:
            continue
        slot, line = kept
        if not line:
            section.entries.pop(slot, None)
            continue
        below = Section(rule.mode) if rule.mode else None
        if rule.form == "interface":
            below = _fresh_interface(line)
        section.put(slot, Entry(line, _order(rule, slot, line), below))
        if (inner := section.entries[slot].below) is not None:
            opened.append(inner)
    return Place(tuple(opened), place) if opened else place


def _fresh_interface(line: str) -> Section:
    """Return an interface without configuration; one that can only route says that it has no address."""
    name = line.partition(" ")[2]
    section = Section("subif" if "." in name else "if")
    if split(name)[0] in VIRTUAL - {"Port-channel"}:
        section.put("ip address", Entry("no ip address", (_ADDRESS.mark,)))
    return section


def _kept(read: Match[Rule], section: Section, chassis: Chassis, whole: Section) -> tuple[str, str] | None:
    """Return the slot and the line to keep there (empty: the default); None when nothing is kept."""
    rule = read.what
    if rule.form:
        words = read.words
        return FORMS[rule.form](Call(words, read.values, section, chassis, whole))
    if rule.hidden:
        return None
    slot = " ".join(read.words[: rule.key]) if rule.key else read.line
    default = rule.on and len(read.words) == rule.key
    return slot, "" if default else read.line


def _order(rule: Rule, slot: str, line: str) -> tuple[int, ...]:
    """Return the sort key of a line among the lines of its mode."""
    if rule.form == "interface":
        place, numbers = rank(line.partition(" ")[2])
        return rule.mark, place, *numbers
    if rule.form in {"ace4", "ace6"}:
        return 0, int(slot)
    if rule.form == "member":  # as they were entered
        return (1,)
    if rule.form == "vlan":
        return rule.mark, int(line.split()[1])
    return (rule.mark,)


def _vlans(place: Place, read: Match[Rule], rule: Rule) -> Place:
    """Open one section a VLAN: `vlan 10,20`."""
    opened: list[Section] = []
    for vlan in sorted(vlan_ids(read.values[0])):
        line = f"vlan {vlan}"
        for section in place.sections:
            section.put(line, Entry(line, _order(rule, line, line), Section("vlan")))
            below = section.entries[line].below
            opened += [below] if below else []
    return Place(tuple(opened), place)


def _numbered(place: Place, read: Match[Rule], chassis: Chassis) -> Place:
    """Put an `access-list N ...` line into the list it belongs to."""
    found = acl_line(read.words)
    opened = _at(place, found[0], chassis) if found else place
    if found and isinstance(opened, Place):
        result = _at(opened, found[1], chassis)
        if isinstance(result, str):
            raise Refused(result)
        if isinstance(result, Fault):
            raise Refused("% Incomplete command.\n") if result.kind == "incomplete" else Refused(word=2)
    return place


def _unset(section: Section, read: Match[Rule] | Fault, *, keep: bool, chassis: Chassis) -> None:
    """Remove what a negated command names; a command that is on by default stays as its `no` form."""
    if isinstance(read, Fault):
        section.drop(" ".join(read.words))
        if keep and read.words == ("ip", "address"):
            section.put("ip address", Entry("no ip address", (_ADDRESS.mark,)))
        return
    rule, line = read.what, read.line
    if rule.form in {"ace4", "ace6"}:
        _unset_entry(section, read.words)
    elif rule.form == "snmp-user":
        chassis.users.pop(read.values[0], None)
    elif rule.form == "interface":
        _unset_interface(section, read.values[0], keep=keep)
    elif rule.form == "vlan":
        for vlan in vlan_ids(read.values[0]):
            section.entries.pop(f"vlan {vlan}", None)
    elif (found := acl_line(read.words)) and rule.form == "acl":
        section.entries.pop(found[0], None)
    else:
        _unset_plain(section, read, line, keep=keep, chassis=chassis)


def _unset_plain(section: Section, read: Match[Rule], line: str, *, keep: bool, chassis: Chassis) -> None:
    rule = read.what
    slot = " ".join(read.words[: rule.key]) if rule.key else line
    if rule.form not in {"", "enable"} and not rule.key and not rule.hidden:
        kept = FORMS[rule.form](Call(read.words, read.values, section, chassis))
        slot, line = kept or (slot, line)
    section.entries.pop(slot, None)
    if not rule.key:
        section.drop(line)
    if keep and (rule.on or rule.both):
        section.put(slot, Entry(f"no {slot}", (rule.mark,)))


def _unset_entry(section: Section, words: tuple[str, ...]) -> None:
    """Remove an access list entry, by its number or by what it says."""
    number = words[1] if words[0] == "sequence" else words[0]
    if number.isdecimal():
        section.entries.pop(number, None)
        return
    body = " ".join(words)
    for slot in [slot for slot, entry in section.entries.items() if entry.line.endswith(f"{slot} {body}")]:
        del section.entries[slot]


def _unset_interface(section: Section, name: str, *, keep: bool) -> None:
    """Remove a virtual interface; a physical one loses its configuration and stays."""
    line = f"interface {name}"
    if split(name)[0] in VIRTUAL or "." in name:
        section.entries.pop(line, None)
    elif keep:
        raise Refused("% Removal of physical interfaces is not permitted\n")
    elif line in section.entries:
        section.entries[line].below = Section("if")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration file read: the tree, and the lines that were refused."""

    tree: Section
    rejected: tuple[Rejected, ...]
    hashed: bool
    """A secret in it was in clear text."""


def load(config: str, chassis: Chassis, onto: Section | None = None) -> Loaded:
    """Read a configuration file, onto an existing tree (a merge, in place) or onto an empty one.

    A `!` in column 0 ends a section here, which on a device it does not: in the files IOS prints it makes no
    difference, because a section with something in it always stands between two commands of the same words.
    """
    tree = root() if onto is None else onto
    place = Place((tree,))
    rejected: list[Rejected] = []
    for statement in statements(config):
        if statement.strip() == "end":
            break
        said = type_line(place, statement, chassis)
        place = said.place.top if statement == "!" else said.place
        if said.refusal is not None:
            rejected.append(Rejected(statement, said.refusal(0)))
    return Loaded(tree, tuple(rejected), chassis.hashed)
