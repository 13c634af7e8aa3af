"""Verdicts made short: the part of writing where the time goes, and the bytes are saved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from homeroom.audit.bundle import canonical, records
from homeroom.audit.bundle.model import SubjectEntry
from homeroom.audit.bundle.redact import Conceal
from homeroom.audit.verdict import Verdict
from homeroom.errors import AuditError

WORDS: Final = ("platform", "kind", "model", "serial", "software", "name")
"""What a device or site is, where it is known."""
Key: TypeAlias = tuple[str, ...]
"""Rule, raw status and summary, then text and source of each piece of evidence: what makes two findings the same."""


class Findings:
    """What was found so far. Of what was found once only 8 bytes are kept: nothing may be left of most of it."""

    def __init__(self, conceal: Conceal) -> None:
        self.numbers: dict[Key, int] = {}
        self._conceal = conceal
        self._once: set[bytes] = set()
        self._fresh: list[bytes] = []

    def number(self, key: Key, verdict: Verdict) -> int | None:
        """Return the number of what is found for the second time; None for the first."""
        digest = hashlib.blake2b("\0".join(key).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        if digest not in self._once:
            self._once.add(digest)
            return None
        number = self.numbers[key] = len(self.numbers)
        rule, raw, summary, texts = self._said(verdict)
        evidence = [[text, piece.source] for text, piece in zip(texts, verdict.evidence, strict=True)]
        found = {"evidence": evidence, "number": number, "raw": raw, "rule": rule, "summary": summary}
        self._fresh.append(canonical.plain({"finding": found}) + b"\n")
        return number

    def inline(self, verdict: Verdict, places: list[int]) -> list[object]:
        """Return what stands in the subject's own line; `places`: where each piece's source is in its list."""
        rule, raw, summary, texts = self._said(verdict)
        return [rule, raw, summary, [[text, place] for text, place in zip(texts, places, strict=True)]]

    def taken(self) -> list[bytes]:
        """Return the lines of findings that got a number since this was last asked."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def _said(self, verdict: Verdict) -> tuple[str, str, str, list[str]]:
        """Return what was found, its secrets concealed."""
        texts = [self._conceal(piece.text) for piece in verdict.evidence]
        return verdict.rule, verdict.raw, self._conceal(verdict.summary), texts


class Subject:
    """One subject being written: its sources, its verdicts. AuditError when a verdict does not belong here."""

    def __init__(self, entry: SubjectEntry, severity: Mapping[str, str], findings: Findings) -> None:
        self.entry = entry
        self.findings = findings
        self.sources: list[list[object]] = []
        self.usual: dict[str, tuple[float, str]] = {}
        """Source -> of when and from what text its evidence is, unless the verdict says otherwise."""
        self.places: dict[tuple[str, float, str], int] = {}
        for one in entry.sources:
            self._add(one.name, one.at, one.sha)
        self.verdicts = self._verdicts(severity)

    def raw(self, conceal: Conceal) -> bytes:
        """Return the line."""
        entry = self.entry
        own: dict[str, Any] = {name: conceal(said) for name in WORDS if (said := getattr(entry, name))}
        if entry.mend:
            own["mend"] = {rule: conceal(text) for rule, text in entry.mend.items()}
        changed = [[n, v.status, v.waiver] for n, v in enumerate(entry.verdicts) if v.waiver or v.status != v.raw]
        if changed:
            own["changed"] = changed
        own |= _times(entry.verdicts)
        own |= {"device": entry.device, "region": entry.region, "site": entry.site}
        own |= {"given": len(entry.sources), "sources": self.sources, "verdicts": self.verdicts}
        if entry.latitude or entry.longitude:
            return records.line("subject", own | {"latitude": entry.latitude, "longitude": entry.longitude})
        return canonical.plain({"subject": own}) + b"\n"

    def _verdicts(self, severity: Mapping[str, str]) -> list[object]:
        """Return for each verdict the number of its finding, or the finding."""
        numbers, device, site, region = self.findings.numbers, self.entry.device, self.entry.site, self.entry.region
        source, at, sha, fits = "", 0.0, "", True
        out: list[object] = []
        for one in self.entry.verdicts:
            if (
                one.device != device
                or one.site != site
                or one.region != region
                or severity.get(one.rule) != one.severity
            ):
                raise self._foreign(one)
            said, usual = [one.rule, one.raw, one.summary], True
            for piece in one.evidence:
                said += (piece.text, piece.source)
                if piece.source is not source or piece.at is not at or piece.sha is not sha:  # mostly the same objects
                    source, at, sha = piece.source, piece.at, piece.sha
                    fits = self._as_usual(source, at, sha)
                usual = usual and fits
            key = tuple(said)
            number = numbers.get(key) if usual else None
            if number is None and usual:
                number = self.findings.number(key, one)
            out.append(self._inline(one) if number is None else number)
        return out

    def _as_usual(self, source: str, at: float, sha: str) -> bool:
        """Tell whether what a source says is of the usual moment and text; the first that is seen makes it so."""
        if (source, at, sha) not in self.places:
            self._add(source, at, sha)
        return self.usual[source] == (at, sha)

    def _inline(self, verdict: Verdict) -> list[object]:
        places = [self.places[piece.source, piece.at, piece.sha] for piece in verdict.evidence]
        return self.findings.inline(verdict, places)

    def _add(self, name: str, at: float, sha: str) -> None:
        """Put a source into the list."""
        self.usual.setdefault(name, (at, sha))
        self.places.setdefault((name, at, sha), len(self.sources))
        self.sources.append([name, canonical.number(at), sha])

    def _foreign(self, verdict: Verdict) -> AuditError:
        entry = self.entry
        if (verdict.device, verdict.site, verdict.region) != (entry.device, entry.site, entry.region):
            return AuditError(f"a verdict on {verdict.subject} was given as one on {entry.device or entry.site!r}")
        return AuditError(f"{verdict.rule} is no rule of this audit, or not of severity {verdict.severity}")


def _times(verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """Return since when each verdict is so, and since when it is judged: few moments, many verdicts."""
    known: dict[tuple[float, float], int] = {}
    when = [known.setdefault((one.since, one.first), len(known)) for one in verdicts]
    times = [[canonical.number(since), canonical.number(first)] for since, first in known]
    return {"times": times, "when": when} if len(times) > 1 else {"times": times}
