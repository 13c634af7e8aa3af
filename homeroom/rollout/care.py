"""What must work after a change: the device's services, those who hang on it, and that what is denied stays denied.

Each device is asked twice, by the same questions: before it is changed, over the connection that changes it, and
after, over a fresh one, which itself proves that it can be managed. A doubt gets some time; a leak gets none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from sqlalchemy.engine import Engine

from homeroom.intent.model import Intent
from homeroom.platforms.box import Box
from homeroom.project import Project
from homeroom.rollout.fleet import Fleet, Member
from homeroom.rollout.neighbours import Neighbour, answering
from homeroom.rollout.services import Answers, Service, ask, blamed, services
from homeroom.rollout.sites import Sites
from homeroom.rollout.target import Clock

PATIENCE: Final = 30.0
"""Seconds that services have after a change to work again: an operation ends within `Terms.operation` all the same."""
_AGAIN: Final = 2.0
_TRY: Final = 4.0
"""Seconds a neighbour has to answer."""


class Surroundings(Protocol):
    """What is known of a device's site: homeroom.rollout.sites.Sites."""

    def neighbours(self, intent: Intent) -> tuple[Neighbour, ...]:
        """Return who works only while this device does."""
        ...

    def leak(self, intent: Intent, running: str, before: str) -> str:
        """Say what gets through, now that the device runs `running`, and did not before; empty: nothing."""
        ...


class Care:
    """The checks of all devices of a change. Times in seconds."""

    def __init__(
        self,
        around: Surroundings,
        *,
        patience: float = PATIENCE,
        clock: Clock = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.around = around
        self.patience = patience
        self.clock = clock
        self.wait = wait

    @classmethod
    def of(cls, project: Project, fleet: Fleet, engine: Engine) -> Care:
        """Gather the sites of the fleet's devices."""
        return cls(Sites.of(project, fleet, engine))

    def checks(self, member: Member) -> Checks:
        """Return the checks of one device.

        What it ran once and is to run again is not held to the policy of today: a person asked for it all the same.
        """
        return Checks(self, member.intent, proves=member.work.text == "".join(member.features.values()))


class Checks:
    """One device's checks, and what worked there before."""

    def __init__(self, care: Care, intent: Intent, *, proves: bool = True) -> None:
        self._care = care
        self._intent = intent
        self._proves = proves
        self._services = services(intent)
        self._neighbours = care.around.neighbours(intent)
        self._before: Answers | None = None
        self._answered = frozenset[str]()
        self._ran = ""

    def before(self, box: Box, running: str) -> None:
        """Note what works while `running` does. DeviceError when the device cannot be asked."""
        self._before = ask(box, self._services)
        self._answered = answering(self._neighbours, _TRY)
        self._ran = running

    def after(self, box: Box, running: str) -> str:
        """Say in one sentence what does not work, and what to do; empty: all is well, or no worse than before."""
        leak = self._care.around.leak(self._intent, running, self._ran) if self._proves else ""
        if leak:
            return leak
        end = self._care.clock() + self._care.patience
        after = ask(box, self._services)
        missing = self._missing(self._neighbours)
        while ill := self._ill(after, missing):
            if self._care.clock() >= end:
                return ill
            self._care.wait(_AGAIN)
            after |= ask(box, [one for one, answer in after.items() if answer is False])
            missing = self._missing(missing)
        return ""

    def _missing(self, some: Sequence[Neighbour]) -> tuple[Neighbour, ...]:
        """Return those who do not answer, and did; all, where it is not known who did."""
        wanted = [one for one in some if self._before is None or one.device in self._answered]
        answered = answering(wanted, _TRY)
        return tuple(one for one in wanted if one.device not in answered)

    def _ill(self, after: Answers, missing: Sequence[Neighbour]) -> str:
        broken: Sequence[Service] = blamed(after, self._before, self._ran)
        if broken:
            return broken[0].failure
        if self._before is None and len(missing) < len(self._neighbours):
            return ""  # some may be off, and were before: one that answers shows the way to be open
        if missing:
            one = missing[0]
            return f"{one.device}, behind it, does not answer at {one.host}:{one.port}: look at the trunk towards it"
        return ""
