"""The list of all subjects with their verdicts, packed for the page's script: JSON, deflated, in base64.

One pack holds some hundred subjects of one region: `{"d": [subject, ...], "t": [text, ...]}`; texts are named by
number. A subject is [name, site, region, platform, kind, model, serial, software, place's name, marks, verdicts]:
`marks` has one letter a rule, see LETTERS; a verdict is [rule, status, raw, summary, since, first, ticket, lines to
mend, evidence] and a piece of evidence [text, source, time, SHA-256].
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeroom.audit.bundle.model import RuleEntry, SubjectEntry
from homeroom.audit.report.words import visible
from homeroom.audit.verdict import PROGRAMME, STATUSES, Status, Verdict

LETTERS: Final[dict[Status, str]] = dict(zip(STATUSES, "cvwnue", strict=True))
NOT_JUDGED: Final = "-"
MOST_SUBJECTS: Final = 1500
"""Subjects of one pack: a browser shows them at once, and its page stays small."""
MOST_OPEN: Final = 8
"""Packs being filled at a time; subjects that come region by region need one."""
FEW: Final = 400
"""Up to this many devices the compliant verdicts are packed with their evidence too; of more, only the others."""
NUMBER: Final = {status: number for number, status in enumerate(STATUSES)}
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Pack:
    """One finished pack. `names`: its subjects; `sites`: the identifiers and names of their sites."""

    region: str
    names: Sequence[str]
    sites: Sequence[tuple[str, str]]
    data: str


class _Open:
    """A pack being filled; only the texts and the deflated rest are in memory."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.names: list[str] = []
        self.sites: dict[str, str] = {}
        self._texts: dict[str, int] = {}
        self._deflate = zlib.compressobj(6)
        self._parts = [self._deflate.compress(b'{"d":[')]

    def text(self, given: str) -> int:
        """Return the number of a text, which is shown as a reader may safely see it."""
        number = self._texts.get(given)
        if number is None:
            number = self._texts[given] = len(self._texts)
        return number

    def add(self, entry: SubjectEntry, marks: str, verdicts: Sequence[Any]) -> None:
        names = (entry.platform, entry.kind, entry.model, entry.serial, entry.software, entry.name)
        name = entry.device or entry.site or PROGRAMME
        row = [visible(name), self.text(entry.site), self.text(entry.region), *map(self.text, names), marks, verdicts]
        before = "," if self.names else ""
        self._parts.append(self._deflate.compress(f"{before}{_dumps(row)}".encode()))
        self.names.append(visible(name))
        if entry.site and (entry.name or entry.site not in self.sites):
            self.sites[visible(entry.site)] = "" if entry.device else visible(entry.name)

    def finish(self) -> Pack:
        texts = _dumps([visible(text) for text in self._texts])
        self._parts += [self._deflate.compress(f'],"t":{texts}}}'.encode()), self._deflate.flush()]
        packed = base64.b64encode(b"".join(self._parts)).decode("ascii")
        return Pack(self.region, self.names, tuple(self.sites.items()), packed)


class Packer:
    """Takes each subject once; `add` returns the packs that became full."""

    def __init__(self, rules: Sequence[RuleEntry], devices: int) -> None:
        self._index = {rule.id: number for number, rule in enumerate(rules)}
        self._plain = NOT_JUDGED * len(rules)
        self.whole = devices <= FEW
        """Compliant verdicts are packed with their evidence."""
        self._open: dict[str, _Open] = {}

    def add(self, entry: SubjectEntry) -> Iterator[Pack]:
        """Pack one subject."""
        pack = self._open.pop(entry.region, None) or _Open(entry.region)
        self._open[entry.region] = pack
        marks = list(self._plain)
        listed: list[Any] = []
        for verdict in entry.verdicts:
            number = self._index[verdict.rule]
            status = verdict.status
            marks[number] = LETTERS[status]
            if status != "not_applicable" and (self.whole or status != "compliant"):
                listed.append(_verdict(pack, number, verdict, entry.mend.get(verdict.rule, "")))
        pack.add(entry, "".join(marks), listed)
        if len(pack.names) >= MOST_SUBJECTS:
            yield self._open.pop(entry.region).finish()
        elif len(self._open) > MOST_OPEN:
            yield self._open.pop(next(iter(self._open))).finish()

    def rest(self) -> Iterator[Pack]:
        """Finish the packs that are not full."""
        for pack in self._open.values():
            yield pack.finish()
        self._open.clear()


def _verdict(pack: _Open, number: int, verdict: Verdict, mend: str) -> list[Any]:
    text = pack.text
    return [
        number,
        NUMBER[verdict.status],
        NUMBER[verdict.raw],
        text(verdict.summary),
        round(verdict.since),
        round(verdict.first),
        text(verdict.waiver),
        text(mend),
        [[text(piece.text), text(piece.source), round(piece.at), text(piece.sha)] for piece in verdict.evidence],
    ]
