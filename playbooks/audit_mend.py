"""`homeroom audit mend`: the lines that would mend the violations of the last audit, and a change that brings them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeroom.errors import UsageError
from homeroom.project import Project
from playbooks import console
from playbooks.audit import NAME
from playbooks.selectors import add_selectors, selector

if TYPE_CHECKING:
    from homeroom.audit.bundle.model import SubjectEntry
    from homeroom.audit.bundle.read import Bundle
    from homeroom.audit.verdict import Verdict
    from homeroom.store.inventory import Selector

OF_INTENT: Final = "running (+) against intended (-)"
"""Source of the evidence that a device does not run what is intended: its mending is the intent as a whole."""
MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Mending:
    """One violation and what would mend it; `lines` empty: nothing that is intended would."""

    verdict: Verdict
    lines: str

    @property
    def offered(self) -> bool:
        """Tell whether pushing the intended configuration mends it."""
        return bool(self.lines)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--bundle", type=Path, metavar="FILE", help=f"of which audit (default: .homeroom/report/{NAME})"
    )
    parser.add_argument("--rule", action="append", default=[], metavar="ID", help="only this rule; repeatable")
    add_selectors(parser)
    parser.add_argument("--workers", type=int, default=20, metavar="N", help="devices at once (default: 20)")
    made = parser.add_argument_group("to make a change of it, which a second person approves")
    made.add_argument("--reason", default="", metavar="TICKET", help="why, or the ticket that says so")
    made.add_argument("--title", default="", help="what it is for (default: which rules it mends)")
    made.add_argument("--id", default="", metavar="NAME", help="what to call it (default: the time)")
    made.add_argument("--overwrite", action="store_true", help="take back the hand edits of these devices, by name")
    made.add_argument("--as", dest="name", default="", metavar="NAME", help="who you are (default: your account)")


def run(args: argparse.Namespace) -> int:
    """Show, or make the change; 1 when nothing is violated or nothing intended would mend it."""
    from homeroom.audit.bundle.read import Bundle

    path = args.bundle or Project.locate(args.project).state / "report" / NAME
    if not path.is_file():
        raise UsageError(f"{path} is not there: run `homeroom audit`, or name a --bundle")
    bundle = Bundle.open(path)
    unknown = sorted(set(args.rule) - {rule.id for rule in bundle.rules})
    if unknown:
        raise UsageError(f"no rule is called {unknown[0]}: see `homeroom audit rules`")
    found = [*mendings(bundle, selector(args), args.rule)]
    offered = [one for one in found if one.offered]
    if args.reason and offered:
        from playbooks import change

        return change.new(_order(args, offered), exact=False)
    if args.json:
        console.emit({"violations": [_document(one) for one in found], "devices": _names(offered)})
    else:
        _show(found, offered)
    return 0 if offered else 1


def mendings(bundle: Bundle, chosen: Selector, rules: Sequence[str]) -> Iterator[Mending]:
    """Yield the violations of the selected devices and rules, in the bundle's order."""
    for subject in bundle.subjects():
        if not subject.device or not _selected(subject, chosen):
            continue
        for verdict in subject.verdicts:
            if verdict.status == "violation" and (not rules or verdict.rule in rules):
                yield Mending(verdict, subject.mend.get(verdict.rule, "") or _drift(verdict))


def _drift(verdict: Verdict) -> str:
    """Return a drift turned round: what is missing comes, what nobody intended goes."""
    for piece in verdict.evidence:
        if piece.source == OF_INTENT:
            return piece.text.translate(str.maketrans("+-", "-+"))
    return ""


def _selected(subject: SubjectEntry, chosen: Selector) -> bool:
    pairs = (
        (chosen.regions, subject.region),
        (chosen.sites, subject.site),
        (chosen.devices, subject.device),
        (chosen.platforms, subject.platform),
        (chosen.kinds, subject.kind),
    )
    return all(not wanted or value in wanted for wanted, value in pairs)


def _names(offered: Sequence[Mending]) -> list[str]:
    return sorted({one.verdict.device for one in offered})


def _order(args: argparse.Namespace, offered: Sequence[Mending]) -> argparse.Namespace:
    """Return the arguments of `homeroom change new` for the devices."""
    names = _names(offered)
    rules = ", ".join(sorted({one.verdict.rule for one in offered}))
    nothing: Mapping[str, list[str]] = {name: [] for name in ("region", "site", "platform", "kind", "adopt")}
    return argparse.Namespace(
        project=args.project,
        json=args.json,
        workers=args.workers,
        name=args.name,
        id=args.id,
        title=args.title or f"mend {rules}",
        reason=args.reason,
        device=names,
        overwrite=names if args.overwrite else [],
        **nothing,
    )


def _document(one: Mending) -> Mapping[str, object]:
    verdict = one.verdict
    return {"rule": verdict.rule, "device": verdict.device, "site": verdict.site, "summary": verdict.summary,
            "lines": one.lines.splitlines()}  # fmt: skip


def _show(found: Sequence[Mending], offered: Sequence[Mending]) -> None:
    from homeroom.audit.report.words import visible

    nothing = "nothing intended mends it"
    rows = [
        (one.verdict.rule, one.verdict.device, visible(one.lines or f"{nothing}: {one.verdict.summary}"))
        for one in found
    ]
    console.table("what would mend it", ("rule", "device", "+ to add, - to remove"), rows[:MOST_SHOWN])
    if len(rows) > MOST_SHOWN:
        console.say(f"... and {len(rows) - MOST_SHOWN} more; narrow it, or --json")
    if offered:
        console.say(f"--reason TICKET makes a change of it for {len(_names(offered))} devices")
