"""What ran on devices at a time, as what they are to run: the same dry run and the same guarded push as any change.

The history holds no secrets. Ours stand there as markers, and the device gets those of today. Others' stand there as
marks (homeroom.redaction): only the device knows them, so each is taken from the very line it runs now, while we talk
to it, and goes nowhere else. Where it runs that line no more, or with another secret, the device is left as it is, and
a person is told the line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.engine import Engine

from homeroom.errors import CommandRejected, ParseError, StoreError
from homeroom.redaction import PLAIN, marked, unkeyed
from homeroom.rollout.fleet import Fleet, Member
from homeroom.rollout.work import Work
from homeroom.store.history import Version, at, text_of


@dataclass(frozen=True, slots=True)
class Restoring:
    """The fleet with the old texts as what it is to run. `versions`: device -> what it gets back."""

    fleet: Fleet
    versions: Mapping[str, Version]


def restoring(fleet: Fleet, engine: Engine, moment: float) -> Restoring:
    """Turn what ran at `moment` (epoch) into what each device is to run; others are `not_pushed`, with the reason."""
    found = {name: at(engine, name, moment) for name in fleet.members}
    versions = {name: one for name, one in found.items() if one is not None}
    back = giving_back(fleet, engine, {name: one.sha for name, one in versions.items()})
    unread = {name: "nobody had read its configuration by then" for name, one in found.items() if one is None}
    back = replace(back, not_pushed={**back.not_pushed, **unread})
    return Restoring(back, {name: one for name, one in versions.items() if name in back.members})


def giving_back(fleet: Fleet, engine: Engine, shas: Mapping[str, str]) -> Fleet:
    """Turn what once ran (device -> sha256) into what each device is to run; other members are left out.

    What is not kept any more, or not understood, is `not_pushed`, with the reason.
    """
    members: dict[str, Member] = {}
    reasons: dict[str, str] = dict(fleet.not_pushed)
    for name, sha in shas.items():
        member = fleet.members.get(name)
        if member is None:
            continue
        try:
            text = text_of(engine, sha)
            member.work.parse.lines(text)
        except (StoreError, ParseError) as error:
            reasons[name] = f"what ran then cannot be used: {error}"
            continue
        members[name] = replace(member, work=Refill(member.work).work(text))
    return replace(fleet, members=members, not_pushed=reasons)


class Refill:
    """Knows, while one device is talked to, what stands in the lines that are redacted in its texts."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: Mapping[tuple[str, ...], frozenset[str]] = {}
        self._unkeyed = False

    def work(self, text: str) -> Work:
        """Return the device's work with an old text to run.

        One of before marks had a key says in which lines a secret stands, not which: those of the device say no more.
        """
        self._unkeyed = PLAIN in text
        return replace(self._work, text=text, reveal=self.reveal, conceal=self.conceal)

    def conceal(self, text: str) -> str:
        """Conceal what the device said, and remember what stood in the lines that are redacted now."""
        concealed = self._work.conceal(text)
        if self._unkeyed:
            concealed = unkeyed(concealed)
        self._known = _known(concealed, text)
        return concealed

    def reveal(self, text: str) -> str:
        """Put in what only the device knows, then our own secrets; CommandRejected when it runs such a line no more."""
        lines = [self._filled(path) if marked(path[-1]) else path[-1] for path in _paths(text)]
        return self._work.reveal("\n".join(lines))

    def _filled(self, path: tuple[str, ...]) -> str:
        found = self._known.get(path, frozenset[str]())
        line = next(iter(found), "")
        if len(found) == 1 and not marked(line):
            return line
        what = "runs that line with several" if len(found) > 1 else "runs that line no more"
        raise CommandRejected(
            self._work.device,
            f"`{' '.join(line.strip() for line in path)}` held a secret that only the device knew, and it {what}",
            "choose another time, or change the rest by hand",
        )


def _known(concealed: str, said: str) -> Mapping[tuple[str, ...], frozenset[str]]:
    """Return what stands in each redacted line, by the line and those it stands under; nothing when lines moved."""
    paths, lines = list(_paths(concealed)), said.split("\n")
    found: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    if len(paths) == len(lines):
        for path, line in zip(paths, lines, strict=True):
            if marked(path[-1]):
                found[path].add(line)
    return {path: frozenset(seen) for path, seen in found.items()}


def _paths(text: str) -> Iterator[tuple[str, ...]]:
    """Yield each line behind the lines it stands under, by indentation."""
    above: list[tuple[int, str]] = []
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip())
        if line.strip():
            while above and above[-1][0] >= depth:
                above.pop()
            above.append((depth, line))
            yield tuple(one for _, one in above)
        else:
            yield (line,)
