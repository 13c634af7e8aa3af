"""Since when a verdict stands, what moved since the audit before, and which devices need no judging again."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy.engine import Engine

from homeroom import __version__
from homeroom.audit.config import SOURCE
from homeroom.audit.judge import whose
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, Readings, Subject
from homeroom.audit.verdict import PROGRAMME, Evidence, Verdict
from homeroom.store import audits
from homeroom.store.audits import Kept, Move

AHEAD: Final = 50
"""Subjects whose past is read together: they wait in memory."""
BATCH: Final = 500
"""Subjects saved together."""


MOST_WRITTEN: Final = 50_000
"""Findings that are remembered as they were written."""
Found: TypeAlias = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Rule, raw status, summary, and the evidence as (text, source)."""


BACKUP: Final = "backup"
DRIFT: Final = "running (+) against intended (-)"
"""Sources of evidence that are the running configuration too: records, and the proof that it is as intended."""


class _Then(NamedTuple):
    """What a rule said before, since when, and when it was first asked."""

    raw: str
    since: float
    first: float


@dataclass
class Past:
    """The audits before. Verdicts pass through it and come out with `since` and `first`; `close` saves the rest."""

    engine: Engine
    rules: Mapping[str, Rule]
    now: float
    skipped: int = 0
    """Devices of which nothing had changed."""
    _before: dict[str, Kept] = field(default_factory=dict[str, Kept])
    _written: dict[Found, str] = field(default_factory=dict[Found, str])
    _kept: list[Kept] = field(default_factory=list[Kept])
    _moves: list[tuple[float, Move]] = field(default_factory=list[tuple[float, Move]])

    def __post_init__(self) -> None:
        """Learn which readings are judged at all, and the hash of the rules."""
        self._rules = sha_of(self.rules)
        self._objects = frozenset(name for rule in self.rules.values() for name in rule.check.objects)
        self._ages = sorted({rule.max_age_hours * 3600 for rule in self.rules.values()})

    def expected(self, found: Iterable[Subject]) -> Iterator[Subject]:
        """Yield the subjects; what was said of them before is read for many in one go."""
        batch: list[Subject] = []
        for subject in found:
            batch.append(subject)
            if len(batch) == AHEAD:
                yield from self._known(batch)
                batch = []
        yield from self._known(batch)

    def _known(self, batch: Sequence[Subject]) -> Iterator[Subject]:
        self._before = dict(audits.kept(self.engine, [name_of(subject) for subject in batch]))
        yield from batch

    def unchanged(self, subject: Subject) -> Sequence[Verdict] | None:
        """Return the verdicts of before, when everything they were judged by is as it was; times are the new ones."""
        if not isinstance(subject, DeviceSubject):
            return None
        before = self._before.get(name_of(subject))
        if before is None or before.key != self.key(subject):
            return None
        self.skipped += 1
        times = dict(_times(subject))
        return [
            replace(verdict, evidence=tuple(_renewed(piece, times) for piece in verdict.evidence))
            for verdict in unpack(before.verdicts, subject, self.rules)
        ]

    def since(self, subject: Subject, verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
        """Return the verdicts with the times of their first and last change, and keep them."""
        name = name_of(subject)
        before = self._before.get(name)
        then: Mapping[str, _Then] = _then(before.verdicts) if before else {}
        dated = [self._dated(verdict, then.get(verdict.rule)) for verdict in verdicts]
        for verdict in dated:
            old = then.get(verdict.rule)
            if before and old and old.raw != verdict.raw:
                move = Move(self.now, name, verdict.site, verdict.region, verdict.rule, old.raw, verdict.raw)
                self._moves.append((before.at, move))
        key = self.key(subject) if isinstance(subject, DeviceSubject) else ""
        self._kept.append(Kept(name, key, self.now, pack(dated, self._written)))
        if len(self._kept) >= BATCH:
            self.close()
        return dated

    def _dated(self, verdict: Verdict, old: _Then | None) -> Verdict:
        since = old.since if old is not None and old.raw == verdict.raw else self.now
        return replace(verdict, since=since, first=old.first if old is not None else self.now)

    def close(self) -> None:
        """Save what is not saved yet."""
        audits.keep(self.engine, self._kept, self._with_changes())
        self._kept.clear()
        self._moves.clear()

    def _with_changes(self) -> Sequence[Move]:
        """Name the change that was confirmed on a device between the two audits."""
        if not self._moves:
            return ()
        names = {move.subject for _, move in self._moves}
        found = audits.confirmed(self.engine, names, min(at for at, _ in self._moves))
        return [replace(move, change=found.get(move.subject, "")) for _, move in self._moves]

    def key(self, subject: DeviceSubject) -> str:
        """Return the hash of everything a device is judged by: rules, intent, configuration, readings, their age."""
        running = subject.running
        whole = hashlib.sha256(f"{__version__} {self._rules} {subject.driver}".encode())
        whole.update(subject.intended.encode())
        whole.update(f"{running.sha} {self._age(subject, running.at)}".encode() if running else b"-")
        for values in (subject.readings, subject.getters):
            whole.update(repr([*self._said(subject, values)]).encode())
        whole.update(repr(sorted(subject.records.items())).encode())
        return whole.hexdigest()

    def _said(
        self, subject: DeviceSubject, values: Readings
    ) -> Iterator[tuple[str, Sequence[tuple[str, str]], tuple[int, float]]]:
        for name in sorted(self._objects & values.keys()):
            rows = values.get(name)
            if rows:
                age = self._age(subject, min(read.at for read in rows.values()))
                yield name, sorted((key, read.value) for key, read in rows.items()), age

    def _age(self, subject: DeviceSubject, at: float) -> tuple[int, float]:
        """Return how many of the rules' ages a time is beyond (-1: in the future), and then the time, which is said."""
        age = subject.now - at
        beyond = -1 if age < -300 else sum(age > most for most in self._ages)
        return beyond, at if beyond else 0.0


def name_of(subject: Subject) -> str:
    """Return how a subject is kept."""
    device, site, _ = whose(subject)
    return device or (f"site/{site}" if site else PROGRAMME)


def sha_of(rules: Mapping[str, Rule]) -> str:
    """Return the hash of a set of rules."""
    return hashlib.sha256(repr(sorted((rule.id, repr(rule)) for rule in rules.values())).encode()).hexdigest()


def pack(verdicts: Sequence[Verdict], written: dict[Found, str] | None = None) -> bytes:
    """Write verdicts small: the sources, then [rule, raw, summary, evidence] and [since, first] of each.

    `written`: what was found before, as it was written: most of it is found on thousands of devices.
    """
    known = written if written is not None else {}
    sources = {piece.source: (piece.at, piece.sha) for verdict in verdicts for piece in verdict.evidence}
    found = ",".join(_written(verdict, known) for verdict in verdicts)
    times = [(verdict.since, verdict.first) for verdict in verdicts]
    return zlib.compress(f'{{"sources":{_json(sources)},"found":[{found}],"times":{_json(times)}}}'.encode(), 1)


def _written(verdict: Verdict, known: dict[Found, str]) -> str:
    pieces = tuple([(piece.text, piece.source) for piece in verdict.evidence])
    key = (verdict.rule, verdict.raw, verdict.summary, pieces)
    text = known.get(key)
    if text is None:
        if len(known) > MOST_WRITTEN:
            known.clear()
        text = known[key] = _json(key)
    return text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpack(blob: bytes, subject: Subject, rules: Mapping[str, Rule]) -> Sequence[Verdict]:
    """Read them back, waivers left aside."""
    device, site, region = whose(subject)
    kept = _kept(blob)
    sources, times = kept["sources"], kept["times"]
    return [
        Verdict(rule, rules[rule].severity, device, site, region, raw, summary,
                tuple(Evidence(text, source, *sources[source]) for text, source in pieces), raw,
                since=since, first=first)
        for (rule, raw, summary, pieces), (since, first) in zip(kept["found"], times, strict=True)
    ]  # fmt: skip


def _kept(blob: bytes) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = json.loads(zlib.decompress(blob))
    return kept


def _then(blob: bytes) -> Mapping[str, _Then]:
    kept = _kept(blob)
    pairs = zip(kept["found"], kept["times"], strict=True)
    return {rule: _Then(raw, since, first) for (rule, raw, *_), (since, first) in pairs}


def _times(subject: DeviceSubject) -> Iterator[tuple[str, float]]:
    """Yield source -> when it was last seen so."""
    if subject.running:
        for source in (SOURCE, BACKUP, DRIFT):
            yield source, subject.running.at
    for source, values in (("SNMP", subject.readings), ("NAPALM", subject.getters)):
        for name, rows in values.items():
            if rows:
                yield f"{source} {name}", min(read.at for read in rows.values())


def _renewed(piece: Evidence, times: Mapping[str, float]) -> Evidence:
    at = times.get(piece.source, piece.at)
    return piece if at == piece.at else replace(piece, at=at)
