"""Commands into a configuration: set, `no`, `default`, fall back to the mode above; one line or a whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.lab.eos.commands import FREE, Rule, grammar
from homeroom.lab.eos.forms import FORMS, Call, Chassis, Refused
from homeroom.lab.eos.grammar import Fault, walk
from homeroom.lab.eos.words import VIRTUAL, rank, split
from homeroom.lab.ios.grammar import Match
from homeroom.lab.ios.words import vlan_ids
from homeroom.lab.section import Entry, Section

_NEGATED: Final = re.compile(r"\s*(no|default)\s+(?=\S)")
HEREDOC: Final = re.compile(r"\s*(?:banner (?:login|motd)|comment)$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next command goes: the sections it applies to (several after `interface Ethernet1-4`), the way up."""

    sections: tuple[Section, ...]
    above: Place | None = None

    @property
    def mode(self) -> str:
        """Return the mode's name."""
        return self.sections[0].mode

    @property
    def top(self) -> Place:
        """Return the global mode."""
        return self.above.top if self.above else self


def type_line(place: Place, line: str, chassis: Chassis, text: str = "", *, short: bool = False) -> Place | Fault | str:
    """Apply one command with its lines of input; the next place, or why not (a fault, or EOS's own words)."""
    words = line.split()
    if not words or words[0].startswith("!"):
        return place
    if words == ["exit"]:
        return place.above or place
    first: Fault | None = None
    for mode in _modes(place, line):
        said = _at(mode, line, chassis, text, short=short)
        if not isinstance(said, Fault) or said.kind != "Invalid input":
            return said
        first = first or said
    return first or place


def _modes(place: Place, line: str) -> Iterator[Place]:
    """Yield where a line may belong, in the order in which it is tried: here, then further up.

    A mode that takes any line comes last, and one further up takes from it only what opens a section.
    """
    if place.mode not in FREE:
        yield place
    above = place.above
    while above is not None:
        if above.mode not in FREE or _opens(above.mode, line):
            yield above
        above = above.above
    if place.mode in FREE:
        yield place


def _opens(mode: str, line: str) -> bool:
    read = walk(grammar(mode), line)
    return isinstance(read, Match) and bool(read.what.mode)


def _at(place: Place, line: str, chassis: Chassis, text: str, *, short: bool) -> Place | Fault | str:
    """Apply `line` in exactly this mode."""
    negated = _NEGATED.match(line)
    start = negated.end() if negated else 0
    offset = 1 if negated else 0
    read = walk(grammar(place.mode), line[start:], short=short)
    if isinstance(read, Fault) and not (negated and _named(place.mode, read)):
        return Fault(read.kind, read.token + offset, read.text, read.words)
    try:
        if negated:
            for section in place.sections:
                _unset(section, read, keep=negated[1] == "no", chassis=chassis)
            return place
        return _set(place, read, chassis, text) if isinstance(read, Match) else read
    except Refused as refused:
        typed = line.split()
        token = min((refused.token or 0) + offset, len(typed) - 1)
        return refused.message or Fault("Invalid input", token, typed[token])


def _named(mode: str, fault: Fault) -> Rule | None:
    """Return the command that the words of an incomplete line name: enough for `no`."""
    node = grammar(mode).find(fault.words) if fault.kind == "Incomplete command" and fault.words else None
    if node is None:
        return None
    rules = list(node.below())
    exact = next((rule for rule in rules if rule.key == len(fault.words)), None)
    return exact or (rules[0] if node.kinds or rules[0].form == "ace" else None)


def _set(place: Place, read: Match[Rule], chassis: Chassis, text: str) -> Place:
    rule = read.what
    if rule.form == "interface":
        return _interfaces(place, read, rule, chassis)
    if rule.form == "vlan":
        lines = [f"vlan {vlan}" for vlan in sorted(vlan_ids(read.values[0]))]
        return _open(place, rule, lines)
    if rule.mode:
        return _open(place, rule, [read.line])
    for section in place.sections:
        kept = _kept(read, section, chassis, text)
        if kept is not None:
            _keep(section, rule, *kept)
    return place


def _open(place: Place, rule: Rule, lines: list[str]) -> Place:
    opened: list[Section] = []
    mode = rule.mode
    for section in place.sections:
        for line in lines:
            old = section.entries.get(line)
            below = old.below if old and old.below is not None else Section(mode)
            section.entries[line] = Entry(line, _order(rule, line, line), below)
            opened.append(below)
    return Place(tuple(opened), place)


def _interfaces(place: Place, read: Match[Rule], rule: Rule, chassis: Chassis) -> Place:
    names = read.values[0].split(",")
    for name in names:
        kind, _ = split(name)
        if kind not in VIRTUAL and chassis.ports and name.partition(".")[0] not in chassis.ports:
            raise Refused("Interface does not exist")
    return _open(place, rule, [f"interface {name}" for name in names])


def _kept(read: Match[Rule], section: Section, chassis: Chassis, text: str) -> tuple[str, str] | None:
    """Return the slot and the line to keep there (empty: the default); None when nothing is kept."""
    rule = read.what
    if rule.form:
        return FORMS[rule.form](Call(read.words, read.values, section, chassis, rule.key, text))
    slot = " ".join(read.words[: rule.key]) if rule.key else read.line
    return slot, "" if rule.unset or rule.on else read.line


def _keep(section: Section, rule: Rule, slot: str, line: str) -> None:
    if line:
        section.put(slot, Entry(line, _order(rule, slot, line)))
    else:
        section.entries.pop(slot, None)


def _order(rule: Rule, slot: str, line: str) -> tuple[int, ...]:
    """Return the sort key of a line among the lines of its mode; its first number is its group."""
    if rule.form == "interface":
        return rule.group, rule.mark, *rank(line.partition(" ")[2])
    if rule.form == "ace":
        return rule.group, 99, int(slot)
    if rule.form == "vlan":
        return rule.group, rule.mark, int(line.split()[1])
    return rule.group, rule.mark


def _unset(section: Section, read: Match[Rule] | Fault, *, keep: bool, chassis: Chassis) -> None:
    """Remove what a negated command names; a command that is on by default stays as its `no` form."""
    if isinstance(read, Fault):
        start, named = " ".join(read.words), _named(section.mode, read)
        if named and named.form == "ace":
            _unset_entry(section, read.words)
            return
        section.drop(start)
        if keep and named and (named.on or named.both):
            section.put(start, Entry(f"no {start}", _order(named, start, start)))
        return
    rule, line = read.what, read.line
    if rule.form == "interface":
        _unset_interfaces(section, read.values[0].split(","))
    elif rule.form == "vlan":
        for vlan in vlan_ids(read.values[0]):
            section.entries.pop(f"vlan {vlan}", None)
    elif rule.form == "ace":
        _unset_entry(section, read.words)
    else:
        _unset_plain(section, read, line, keep=keep, chassis=chassis)


def _unset_plain(section: Section, read: Match[Rule], line: str, *, keep: bool, chassis: Chassis) -> None:
    rule = read.what
    slot = " ".join(read.words[: rule.key]) if rule.key else line
    if rule.form in {"nameserver", "direction"}:
        slot, line = FORMS[rule.form](Call(read.words, read.values, section, chassis, rule.key)) or (slot, line)
    section.entries.pop(slot, None)
    if not rule.key:
        section.drop(line)
    if keep and (rule.on or rule.both):
        section.put(slot, Entry(f"no {slot}", _order(rule, slot, line)))


def _unset_entry(section: Section, words: tuple[str, ...]) -> None:
    """Remove an access list entry, by its number or by what it says."""
    if words[0].isdecimal():
        section.entries.pop(words[0], None)
        return
    body = " ".join(words)
    for slot in [slot for slot, entry in section.entries.items() if entry.line == f"{slot} {body}"]:
        del section.entries[slot]


def _unset_interfaces(section: Section, names: list[str]) -> None:
    """Remove virtual interfaces; physical ones lose their configuration and stay."""
    for name in names:
        entry = section.entries.get(f"interface {name}")
        if entry is None:
            continue
        if split(name)[0] in VIRTUAL or "." in name:
            del section.entries[f"interface {name}"]
        elif entry.below is not None:
            entry.below.entries.clear()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line of a configuration that was refused, and in which words."""

    number: int
    line: str
    message: str


def load(config: str, chassis: Chassis, onto: Section) -> tuple[Refusal, ...]:
    """Apply a configuration's text onto a tree, in place; return the lines that were refused."""
    place, refused = Place((onto,)), list[Refusal]()
    for number, line, text in statements(config):
        if line.strip() == "end":
            break
        said = type_line(place, line, chassis, text)
        if isinstance(said, Place):
            place = said
        else:
            refused.append(Refusal(number, line, said if isinstance(said, str) else said.message))
    return tuple(refused)


def statements(config: str) -> Iterator[tuple[int, str, str]]:
    """Split a text into commands with their line numbers; what follows a banner up to `EOF` is its input."""
    lines = enumerate(config.replace("\r\n", "\n").split("\n"), 1)
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("!"):
            continue
        text = ""
        if HEREDOC.match(line):
            for _, more in lines:
                if more == "EOF":
                    break
                text += f"{more}\n"
        yield number, line, text


def factory(chassis: Chassis) -> Section:
    """Return the configuration that `rollback clean-config` leaves: the ports, and what is always shown."""
    tree = Section("global")
    start = "no aaa root\nspanning-tree mode mstp\nno ip routing\n"
    load(start + "".join(f"interface {port}\n" for port in sorted(chassis.ports, key=rank)), chassis, tree)
    return tree
