"""Run checks, controls first, and judge: a closed door counts only where the control shows that doors can open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from homeroom.probe.model import Check, Outcome, Seen, Verdict, Want
from homeroom.probe.wire import TIMEOUT, ask

AT_ONCE: Final = 32
"""Questions in flight: a school's line is thin, and resolvers limit a client's rate."""
FITS: Final[Mapping[Want, frozenset[Seen]]] = {
    "open": frozenset({"open"}),
    "closed": frozenset({"rejected", "silent"}),
    "answered": frozenset({"answered", "redirected"}),
    "refused": frozenset({"refused", "empty"}),
    "unanswered": frozenset({"refused", "empty", "rejected", "silent"}),
    "empty": frozenset({"empty"}),
    "redirected": frozenset({"redirected"}),
}
"""What is wanted -> what shows it. That nothing left this machine shows nothing."""
NEGATIVE: Final = frozenset({"closed", "refused", "unanswered", "empty"})
_MEANINGLESS: Final = frozenset({"no_route", "error"})


def judge(check: Check, seen: Seen, control: Outcome | None) -> tuple[Verdict, str]:
    """Return the verdict and, where it is unknown, why."""
    if seen in _MEANINGLESS:
        return "unknown", "nothing was asked"
    if check.want in NEGATIVE and (control is None or control.verdict != "compliant"):
        return "unknown", f"its control did not hold: {check.control}" if check.control else "it has no control"
    return ("compliant" if seen in FITS[check.want] else "violation"), ""


async def run(
    every: Sequence[Check], done: Callable[[Outcome], None] = lambda _: None, *, wait: float = TIMEOUT
) -> tuple[Outcome, ...]:
    """Run the checks; `done` hears of each as it ends. The order of the result is that of the checks."""
    slots = asyncio.Semaphore(AT_ONCE)
    outcomes: dict[str, Outcome] = {}

    async def one(check: Check) -> None:
        async with slots:
            seen, detail = await ask(check, wait)
        verdict, why = judge(check, seen, outcomes.get(check.control))
        outcomes[check.id] = Outcome(check, seen, verdict, f"{detail}; {why}" if why else detail, time.time())
        done(outcomes[check.id])

    controls = {check.control for check in every}
    for batch in ([c for c in every if c.id in controls], [c for c in every if c.id not in controls]):
        await asyncio.gather(*map(one, batch))
    return tuple(outcomes[check.id] for check in every)
