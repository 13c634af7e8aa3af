"""Lines of findings and subjects into entries: the part of reading where the time goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from homeroom.audit.bundle.model import SourceEntry, SubjectEntry
from homeroom.audit.bundle.shorten import WORDS
from homeroom.audit.rule import Severity
from homeroom.audit.verdict import STATUSES, Evidence, Status, Verdict
from homeroom.errors import BundleError

_STATUSES: Final = frozenset(STATUSES)


class _OpenVerdict:
    """A verdict while it is made: setting the fields of a frozen one takes five times as long."""

    __slots__ = Verdict.__slots__

    def __init__(
        self, found: _Found, subject: tuple[str, str, str], evidence: tuple[Evidence, ...], time: tuple[float, float]
    ) -> None:
        self.rule, self.severity, self.raw, self.summary = found
        self.device, self.site, self.region = subject
        self.status: str = self.raw
        self.evidence = evidence
        self.waiver = ""
        self.since, self.first = time


class _OpenEvidence:
    """The same for a piece of evidence."""

    __slots__ = Evidence.__slots__

    def __init__(self, text: str, source: str, stamp: tuple[float, str]) -> None:
        self.text = text
        self.source = source
        self.at, self.sha = stamp


_Found = tuple[str, Severity, Status, str]
"""Rule, severity, raw status, summary."""


class Subjects:
    """Reads one line after the other; holds the findings that have a number."""

    def __init__(self, severity: Mapping[str, Severity]) -> None:
        self._severity = severity
        self._findings: list[tuple[_Found, tuple[tuple[str, str], ...]]] = []

    def finding(self, line: Mapping[str, Any]) -> None:
        """Keep a finding; its number must be the next."""
        try:
            if line["number"] != len(self._findings):
                raise _broken(f"finding {line['number']} is not the next")
            pieces = tuple((str(text), str(source)) for text, source in line["evidence"])
            self._findings.append((self._found(line["rule"], line["raw"], line["summary"]), pieces))
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(f"a finding lacks {error}") from error

    def subject(self, line: Mapping[str, Any]) -> SubjectEntry:
        """Return a subject with all its verdicts; BundleError when it refers to what there is not."""
        try:
            return self._subject(line)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            name = line.get("device") or line.get("site")
            raise _broken(f"the line of {name!r} does not hang together ({type(error).__name__}: {error})") from error

    def _subject(self, line: Mapping[str, Any]) -> SubjectEntry:
        sources = [SourceEntry(name, float(at), sha) for name, at, sha in line["sources"]]
        who = (line["device"], line["site"], line["region"])
        return SubjectEntry(
            *who,
            verdicts=tuple(self._verdicts(line, who, sources)),
            sources=tuple(sources[: line["given"]]),
            **{name: line.get(name, "") for name in WORDS},
            latitude=float(line.get("latitude", 0)),
            longitude=float(line.get("longitude", 0)),
            mend=line.get("mend", {}),
        )

    def _verdicts(
        self, line: Mapping[str, Any], who: tuple[str, str, str], sources: list[SourceEntry]
    ) -> list[Verdict]:
        stamps = {source.name: (source.at, source.sha) for source in reversed(sources)}
        times = [(float(since), float(first)) for since, first in line["times"]]
        refs: list[Any] = line["verdicts"]
        when: list[int] = line["when"] if "when" in line else [0] * len(refs)
        if min(when, default=0) < 0:
            raise ValueError("a negative place")
        out: list[Any] = []
        for ref, moment in zip(refs, when, strict=True):
            if isinstance(ref, int):
                if ref < 0:
                    raise ValueError("a negative number")
                found, pieces = self._findings[ref]
                evidence = [_OpenEvidence(text, source, stamps[source]) for text, source in pieces]
            else:
                rule, raw, summary, placed = cast("tuple[str, Status, str, list[tuple[str, int]]]", ref)
                found = self._found(rule, raw, summary)
                evidence = [_piece(text, sources[place]) for text, place in placed]
            for piece in evidence:
                piece.__class__ = Evidence  # type: ignore[assignment]  # the same slots: see _OpenVerdict
            out.append(_OpenVerdict(found, who, tuple(cast("list[Evidence]", evidence)), times[moment]))
        for place, status, waiver in line.get("changed", ()):
            if status not in _STATUSES:
                raise ValueError(f"status {status!r}")
            out[place].status, out[place].waiver = status, waiver
        for one in out:
            one.__class__ = Verdict
        return out

    def _found(self, rule: str, raw: Status, summary: str) -> _Found:
        if raw not in _STATUSES:
            raise ValueError(f"status {raw!r}")
        return rule, self._severity[rule], raw, summary


def _piece(text: str, source: SourceEntry) -> _OpenEvidence:
    return _OpenEvidence(text, source.name, (source.at, source.sha))


def _broken(what: str) -> BundleError:
    return BundleError(f"{what}: get the file again, `homeroom audit verify` it")
