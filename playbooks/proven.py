"""What `homeroom prove` found, counted, as a document for machines and as a matrix and lists for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from homeroom.proof import matrix
from homeroom.proof.against import Change
from homeroom.proof.model import DEVICE, NOBODY, Finding, Leak, SiteProof, Unknown
from playbooks import console

if TYPE_CHECKING:
    from homeroom.policy.model import Policy

SHOWN: Final = 20
"""Leaks, findings and unknown devices that people see; all are in the JSON."""
_Pairs: TypeAlias = frozenset[tuple[str, str]]
_STYLES: Final[Mapping[str, str]] = {"✗": "bold red", "?": "yellow", "○": "green", "·": "dim", " ": "dim"}
_LEGEND: Final = "  · denied   ○ only what the policy lists   ✗ a packet gets through   ? not known"


@dataclass
class Tally:
    """What was proven, counted as it goes by. `doubtful`: sites with an unknown device."""

    sites: int = 0
    pairs: int = 0
    proven: int = 0
    doubtful: int = 0
    cold: int = 0
    """Devices that were proven and not remembered."""
    leaks: list[Leak] = field(default_factory=list[Leak])
    findings: list[Finding] = field(default_factory=list[Finding])
    unknown: list[Unknown] = field(default_factory=list[Unknown])
    changes: list[Change] = field(default_factory=list[Change])

    def add(self, proof: SiteProof) -> None:
        """Count a site."""
        self.sites += 1
        self.pairs += proof.pairs
        self.proven += 0 if proof.unknown else proof.pairs
        self.doubtful += bool(proof.unknown)
        self.leaks += proof.leaks
        self.findings += proof.findings
        self.unknown += proof.unknown

    def answer(self) -> int:
        """Return the exit code: 3 when all that is wrong is that devices could not be rendered."""
        failed = sum(one.failed for one in self.unknown)
        if self.leaks or failed < len(self.unknown):
            return 1
        return 3 if failed else 0

    def document(self, *, against: bool) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "sites": self.sites,
            "pairs": self.pairs,
            "proven": self.proven,
            "leaks": [leak.document() for leak in self.leaks],
            "unknown": [one.document() for one in self.unknown],
            "findings": [one.document() for one in self.findings],
            **({"changes": [one.document() for one in self.changes]} if against else {}),
        }

    def show(self, policy: Policy) -> None:
        """Print the matrix, then what is wrong, then one sentence."""
        self._matrix(policy)
        _listed([_leak(some) for some in _together(self.leaks)])
        _listed([f"? {one.device}: {one.reason}" for one in self.unknown])
        _listed([_finding(some) for some in _alike(self.findings)])
        _listed([_change(change) for change in self.changes])
        console.say(self._sentence())

    def _sentence(self) -> str:
        verdict = "every pair is as the policy says" if not (self.leaks or self.unknown) else "not proven"
        doubt = f", {self.doubtful} with an unknown device" if self.doubtful else ""
        return (
            f"sites: {self.sites}{doubt}; pairs of a sender and a target: {self.pairs}, each in IPv4 and IPv6; "
            f"leaks: {len(self.leaks)}; {verdict}"
        )

    def _matrix(self, policy: Policy) -> None:
        """Print who reaches whom: roles are numbered, so that the table fits a terminal."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        roles, senders = tuple(policy.roles), matrix.sources(policy)
        rows = (*senders, *sorted({leak.source for leak in self.leaks} - set(senders)))
        numbers = {role: f"{number}" for number, role in enumerate(roles, 1)}
        out = Table(title="from (row) to (column), over every path", title_justify="left", box=SIMPLE_HEAD, padding=0)
        out.add_column("", no_wrap=True)
        for column in matrix.targets(policy):
            out.add_column(numbers.get(column, column).center(2), justify="center", no_wrap=True)
        listed = matrix.allowed(policy)
        leaking = frozenset((leak.source, leak.target) for leak in self.leaks)
        for row in rows:
            cells = [self._mark(row, column, listed, leaking) for column in matrix.targets(policy)]
            out.add_row(f"{numbers.get(row, ''):>2} {row}", *(f"[{_STYLES[mark]}]{mark}[/]" for mark in cells))
        console.screen().print(out)
        console.say(_LEGEND)

    def _mark(self, source: str, target: str, listed: _Pairs, leaking: _Pairs) -> str:
        if (source, target) in leaking:
            return "✗"
        if source in (target, NOBODY):
            return " "
        if self.doubtful == self.sites:
            return "?"
        return "○" if (source, target) in listed else "·"


def _together(leaks: Sequence[Leak]) -> list[list[Leak]]:
    """Put leaks together that one rule lets through."""
    groups: dict[tuple[object, ...], list[Leak]] = {}
    for one in leaks:
        key = (one.source, one.device, one.interface, one.list, one.entry, one.rule, one.family, one.during, one.via)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _leak(some: Sequence[Leak]) -> str:
    leak = next((one for one in some if one.target != DEVICE), some[0])
    family = f" (IPv{leak.family})" if leak.family else ""
    entry = f", {leak.list} entry {leak.entry}" if leak.entry else ""
    line = f", line {leak.line}" if leak.line else ""
    lines = [
        f"✗ {leak.source} -> {leak.target}{family}: {leak.packet}",
        f"    by {leak.rule}",
        f"    on {leak.device}, {leak.interface}{entry}{line}",
    ]
    more = [one.target for one in some if one is not leak]
    if more:
        lines.insert(1, f"    and also -> {', '.join(more)}")
    if leak.during:
        lines.append(f"    during {', '.join(leak.during)}")
    if leak.via:
        lines.append(f"    after {', '.join(leak.via)}")
    return "\n".join(lines)


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Put findings together that say the same of several devices, the most frequent first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.concern, one.where), []).append(one)
    return sorted(groups.values(), key=len, reverse=True)


def _finding(some: Sequence[Finding]) -> str:
    first = some[0]
    more = f" (and {len(some) - 1} more)" if len(some) > 1 else ""
    return f"! {first.concern}: {first.device}{more}, {first.where}: {first.text}"


def _change(change: Change) -> str:
    where = " ".join(word for word in (change.interface, change.hook, change.list) if word)
    family = f" IPv{change.family}" if change.family else ""
    lines = [f"~ {change.device} {where}{family}{': ' if change.note else ''}{change.note}"]
    lines += [f"    + opens {text}" for text in change.opens]
    lines += [f"    - closes {text}" for text in change.closes]
    return "\n".join(lines)


def _listed(texts: Sequence[str]) -> None:
    """Print the first of a list, and how many more there are."""
    for text in texts[:SHOWN]:
        console.say(text)
    if len(texts) > SHOWN:
        console.say(f"... {len(texts) - SHOWN} more (all of them with --json)")
