"""Which devices' configurations are to be read again, and what a difference says: pure.

What a device's config-changed objects say is a token: it is only ever compared with what they said just before the
stored configuration was read. A reboot moves most of them; so that they moved is a reason to look, and no drift.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.snmp.ask.rows import Readings
from homeroom.snmp.ask.show import shown, token
from homeroom.store.heard import Heard
from homeroom.store.tokens import Token

Look: TypeAlias = Literal["new", "moved", "due", "same", "trusted"]
"""new: its configuration was never read; moved; due: it tells nothing, and was last read a period ago; same: it says
that nothing changed; trusted: it tells nothing, and was read within the period."""
TO_READ: Final[frozenset[Look]] = frozenset({"new", "moved", "due"})
LOGIN: Final = "login"
MOST: Final = 200
"""Lines kept of one device; how many more there were is said."""
_WIDE: Final = 500
_TICKS: Final = 100


@dataclass(frozen=True, slots=True)
class Word:
    """What a device says of its last change. `token` empty: it has no object for it; `changed`: when, 0: unknown."""

    token: str
    at: float
    changed: float = 0.0
    who: str = ""


def word(said: Readings, at: float) -> Word:
    """Return what a status, answered at a time (epoch), says of changes."""
    told, changes = token(said.identity, said.changes), said.changes
    if told is None:
        return Word("", at)
    changed = _date(changes.when)
    if not changed and changes.running is not None and said.identity.uptime is not None:
        ago = said.identity.uptime - changes.running / _TICKS
        changed = at - ago if ago >= 0 else 0.0  # sysUpTime has wrapped since
    return Word(json.dumps(told), at, changed, shown(changes.who or ""))


def _date(text: str | None) -> float:
    """Return the epoch of a date that says its distance from UTC; 0 where it does not, or is none."""
    try:
        date = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return 0.0
    return date.timestamp() if date.tzinfo else 0.0


def look(said: Word, held: Token | None, heard: float, period: float) -> Look:
    """Say whether a configuration is to be read. `heard`: when a change of it was last heard of by syslog or trap.

    `period`: seconds after which the configuration of a device that tells nothing is read again.
    """
    if held is None or not held.held_at:
        return "new"
    if said.token:
        return "same" if said.token == held.held else "moved"
    if held.held or heard > held.held_at:  # held, and silent now: its software was exchanged
        return "moved"
    return "due" if said.at - held.held_at >= period else "trusted"


@dataclass(frozen=True, slots=True)
class Edit:
    """One line of a difference. `sign`: + for what nobody intended, - for what is missing; `above`: its sections."""

    sign: str
    above: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        """Show it with its sections before it: `+ interface Vlan10: ip access-group X in`."""
        return shown(f"{self.sign} {': '.join((*self.above, self.text))}", _WIDE)


def edits(diff: str) -> tuple[Edit, ...]:
    """Read a difference, from what is intended to what runs, as the platforms' parsers print it."""
    return tuple(_edits(diff))


def _edits(diff: str) -> Iterator[Edit]:
    above: list[tuple[int, str]] = []
    for line in diff.splitlines():
        text = line.lstrip(" ")
        indent, sign = len(line) - len(text), text[:1] if text[:1] in {"+", "-"} else ""
        text = text.removeprefix(sign).strip()
        while above and above[-1][0] >= indent:
            above.pop()
        if sign and text:
            yield Edit(sign, tuple(one for _, one in above), text)
        above.append((indent, text))


def lines(found: Sequence[Edit]) -> tuple[str, ...]:
    """Return the first MOST edits as people read them, and how many more there are."""
    more = len(found) - MOST
    kept = tuple(map(str, found[:MOST]))
    return (*kept, f"... and {more} more lines; `homeroom diff` shows all") if more > 0 else kept


def features(found: Iterable[Edit], intended: Mapping[str, str]) -> tuple[str, ...]:
    """Return the features of a configuration (feature -> intended text) that edits belong to, in its order.

    A line that is missing stands in one; one that nobody intended belongs where its section does, or where
    alone lines begin as it does. What belongs to none is left out.
    """
    texts = {name: tuple(line.strip() for line in text.splitlines()) for name, text in intended.items()}
    hit = {_feature(one, texts) for one in found}
    return tuple(name for name in intended if name in hit)


def _feature(edit: Edit, texts: Mapping[str, Sequence[str]]) -> str:
    for part in (edit.text, *reversed(edit.above)):
        name = next((name for name, rows in texts.items() if part in rows), "")
        if name:
            return name
    words = (*edit.above, edit.text)[0].split()
    alike = {name: max((_common(words, row.split()) for row in rows), default=0) for name, rows in texts.items()}
    most = [name for name, count in alike.items() if count and count == max(alike.values())]
    return most[0] if len(most) == 1 else ""


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two lines begin with alike."""
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(map(len, (one, other)))
    )


def event(heard: Sequence[Heard], found: float, ours: str) -> Heard | None:
    """Return the change that was heard of nearest before drift was found; one of `ours`, our own user, only if alone.

    `heard`: messages of the device about changes, and who came in, the oldest first; these only if there is no change.
    """
    known = [one for one in heard if one.at <= found]
    before = [one for one in known if one.kind != LOGIN] or known
    others = [one for one in before if one.who != ours]
    return next(reversed(others or before), None)


def by(heard: Heard | None, said: Word) -> str:
    """Return who changed it, and from where, as was heard; else as the device itself says; empty: nobody told.

    Of a device that tells nobody who changes it, whoever came in last is named, as that.
    """
    if heard is None or not heard.who or (heard.kind == LOGIN and said.who):
        return said.who
    who = f"{heard.who} from {heard.origin}" if heard.origin else heard.who
    return f"{who} (who came in before)" if heard.kind == LOGIN else who


def since(heard: Heard | None, said: Word, held_at: float) -> float:
    """Return when it was changed: as was heard, as the device says, if it is later than what was read before; else now.

    A time that lies outside of what is possible is not believed.
    """
    told = (heard.at if heard and heard.kind != LOGIN else 0.0, said.changed)
    return next((at for at in told if held_at <= at <= said.at and at), said.at)
