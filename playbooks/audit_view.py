"""What `homeroom audit` prints: the counts of each rule, the first violations, the files; and the same for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report.words import visible
from homeroom.audit.tally import Counts, Tally
from homeroom.audit.verdict import WORST_FIRST
from playbooks import console

SHORT: Final = {"not_applicable": "n/a"}
MOST_SHOWN: Final = 30
"""Violations printed for people; the report lists them all."""


def document(tally: Tally, bundle: Bundle, path: Path, files: Mapping[str, Path]) -> Mapping[str, Any]:
    """Return what `--json` prints."""
    violations = [
        {"rule": v.rule, "device": v.device, "site": v.site, "severity": v.severity, "summary": v.summary,
         "since": v.since, "evidence": [piece.text for piece in v.evidence]}
        for v in tally.ranked()
    ]  # fmt: skip
    return {
        "verdicts": tally.verdicts,
        "rules": len(bundle.rules),
        "devices": bundle.header.sampled or bundle.header.devices,
        "sites": bundle.header.sites,
        "skipped": tally.skipped,
        "bundle": str(path),
        "root": bundle.root,
        "previous": bundle.header.previous,
        "report": str(files["html"]) if "html" in files else None,
        "files": {name: str(file) for name, file in files.items()},
        "violations": violations,
    }


def show(tally: Tally, bundle: Bundle, files: Sequence[Path]) -> None:
    """Print it for people."""
    columns = ("rule", *(SHORT.get(status, status) for status in WORST_FIRST))
    counts = {rule.id: tally.by_rule.get(rule.id, Counts()) for rule in bundle.rules}
    console.table(
        "verdicts",
        columns,
        [
            (f"{rule.id} {rule.title}", *(counts[rule.id][status] or "" for status in WORST_FIRST))
            for rule in bundle.rules
        ],
    )
    if tally.violations:
        console.table("violations", ("rule", "where", "what decided"), _violations(tally))
        if len(tally.violations) > MOST_SHOWN:
            console.say(f"... and {len(tally.violations) - MOST_SHOWN} more violations in the report")
    if tally.skipped:
        console.say(f"{tally.skipped} devices are as they were at the audit before, and were not judged again")
    console.say(f"root {bundle.root}")
    for path in files:
        console.say(str(path))


def _violations(tally: Tally) -> Iterator[tuple[str, str, str]]:
    for verdict in tally.ranked()[:MOST_SHOWN]:
        first = verdict.evidence[0].text.splitlines()[:4] if verdict.evidence else []
        decided = "\n".join([verdict.summary, *(text for text in first if text not in verdict.summary)])
        yield verdict.rule, visible(verdict.subject), visible(decided)
