"""A bundle, written: canonical JSON lines, each hashed; the hashes hashed into one root; the root signed.

What was found on more than one subject is written once, as a numbered `finding`, and referred to by its number; what
was found on one only stands in that subject's line. Same entries, same keys: same bytes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from homeroom.audit.bundle import records
from homeroom.audit.bundle.keys import Signer
from homeroom.audit.bundle.lines import Lines
from homeroom.audit.bundle.model import Header, Region, RuleEntry, SubjectEntry, UnreachedEntry, WaiverEntry
from homeroom.audit.bundle.redact import Conceal
from homeroom.audit.bundle.seal import sealed
from homeroom.audit.bundle.shorten import Findings, Subject
from homeroom.errors import AuditError


class BundleWriter:
    """Takes the entries in the order of records.PRELUDE, then the subjects; `close` puts the file in place."""

    def __init__(self, path: Path, header: Header, signer: Signer, conceal: Conceal) -> None:
        if header.key != signer.public_hex:
            raise AuditError("the header names another key than signs: take the signer's public_hex")
        self._header = header
        self._signer = signer
        self._conceal = conceal
        self._severity: dict[str, str] = {}
        self._findings = Findings(conceal)
        self._counts: Counter[str] = Counter()
        self._lines = Lines(path)
        self._entry("header", header)

    def rule(self, entry: RuleEntry) -> None:
        """Add a rule."""
        self._severity[entry.id] = entry.severity
        self._entry("rule", entry)

    def waiver(self, entry: WaiverEntry) -> None:
        """Add a waiver or standing decision."""
        self._entry("waiver", entry)

    def region(self, entry: Region) -> None:
        """Add a region."""
        self._entry("region", entry)

    def unreached(self, entry: UnreachedEntry) -> None:
        """Add a device that was not reached."""
        self._entry("unreached", entry)

    def subject(self, entry: SubjectEntry) -> None:
        """Add a device, a site or the programme; AuditError when a verdict is of another one, or of an unknown rule."""
        found = Subject(entry, self._severity, self._findings)
        for raw in self._findings.taken():
            self._put("finding", raw)
        self._put("subject", found.raw(self._conceal))

    def close(self) -> str:
        """Write index, root and signature, put the file in place, return the root (SHA-256, hex)."""
        counts = {kind: self._counts[kind] for kind in records.COUNTED}
        lines = self._lines
        root = {"counts": counts, "format": records.FORMAT, "lines": lines.count, "previous": self._header.previous}
        raw = records.line("root", {**root, "index": lines.index()})
        lines.last(raw)
        lines.last(sealed(raw, self._signer))
        lines.place()
        return hashlib.sha256(raw).hexdigest()

    def discard(self) -> None:
        """Leave nothing behind."""
        self._lines.discard()

    def _entry(self, kind: str, entry: Header | RuleEntry | WaiverEntry | Region | UnreachedEntry) -> None:
        later = records.COUNTED[records.COUNTED.index(kind) + 1 :]
        if any(self._counts[name] for name in later):
            raise AuditError(f"a {kind} comes too late: the order is {', '.join(records.COUNTED)}")
        self._put(kind, records.entry(kind, entry, self._conceal))

    def _put(self, kind: str, raw: bytes) -> None:
        self._counts[kind] += 1
        self._lines.put(raw)
