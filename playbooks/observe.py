"""`homeroom observe`: poll, listen, judge and tell, until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from homeroom.errors import UsageError
from homeroom.project import Project
from playbooks import console
from playbooks.poll import add_asking, check_asking
from playbooks.selectors import add_selectors, selector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from homeroom.observe.meters import Meters
    from homeroom.observe.seen import Seen
    from homeroom.observe.station import Station
    from homeroom.observe.watch import Part

_MINUTE: Final = 60.0
_SECOND: Final = 1.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `observe`."""
    add_selectors(parser)
    add_asking(parser)
    parser.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="end after so many seconds")


def run(args: argparse.Namespace) -> int:
    """Observe until stopped; 0."""
    check_asking(args)
    if args.seconds is not None and args.seconds <= 0:
        raise UsageError("--for must be above 0")
    return asyncio.run(_observe(Project.locate(args.project), args))


async def _observe(project: Project, args: argparse.Namespace) -> int:
    from homeroom.observe.station import settings_for, station
    from homeroom.observe.watch import stopping, watch

    show = Events() if args.json else Screen()
    settings = settings_for(project, args.timeout, args.retries)
    with stopping(args.seconds) as end, station(project, selector(args), settings, args.engine, show.saw) as opened:
        show.began(opened.meters)
        await watch(parts(opened, show), end)
        show.ended(opened.meters)
    return 0


def parts(opened: Station, show: Screen | Events) -> Sequence[Part]:
    """Return all that works together."""
    from homeroom.observe.alerting import Alerting
    from homeroom.observe.judging import Judging
    from homeroom.observe.metrics_http import Metrics
    from homeroom.observe.watch import Polling, Ticking

    of = (opened.project, opened.state, opened.series, opened.settings)
    alerting = Alerting(*of, opened.meters)
    return [
        Polling(opened),
        Judging(*of),
        alerting,
        Metrics(*of, opened.meters, alerting=alerting),
        *_receivers(opened),
        Ticking(lambda: show.tick(opened.meters), show.every),
    ]


def _receivers(opened: Station) -> Iterator[Part]:
    """Yield the receivers of syslog and notifications, where a port is to be opened."""
    from homeroom.observe.fleet import CREDENTIALS
    from homeroom.observe.receivers import Receivers
    from homeroom.secret import Vault
    from homeroom.store.world import World

    project, listening = opened.project, opened.settings.listening
    if listening.wanted:
        with closing(World.open(project)) as world:
            yield Receivers.of(project, world, opened.state, listening, vault=Vault.open(project), users=CREDENTIALS)


class Events:
    """What happens as JSON, one event a line: began, lost, back, round (each minute), ended."""

    every = _MINUTE

    def __init__(self) -> None:
        self._lost: set[str] = set()

    def saw(self, seen: Seen) -> None:
        """Tell whose silence begins or ends."""
        if seen.every != "status" or (seen.said is None) == (seen.device in self._lost):
            return
        if seen.said is None:
            self._lost.add(seen.device)
            self._emit("lost", device=seen.device, reason=seen.why)
        else:
            self._lost.discard(seen.device)
            self._emit("back", device=seen.device)

    def began(self, meters: Meters) -> None:
        """Tell that it began."""
        self._emit("began", devices=meters.devices)

    def tick(self, meters: Meters) -> None:
        """Tell how it goes."""
        self._emit("round", **meters.snapshot())

    def ended(self, meters: Meters) -> None:
        """Tell that it ended, and what could not be saved."""
        self._emit("ended", unsaved=meters.waiting + meters.dropped, why=meters.store_why, **meters.snapshot())

    def _emit(self, event: str, **more: Any) -> None:
        console.emit({"event": event, "at": round(time.time(), 3), **more})


class Screen:
    """What a person sees: one line that is written over on a terminal, elsewhere a line a minute."""

    def __init__(self) -> None:
        self._over = sys.stderr.isatty()
        self.every = _SECOND if self._over else _MINUTE
        self._last = 0.0
        self._at = time.monotonic()

    def saw(self, seen: Seen) -> None:
        """Leave single devices to the store."""

    def began(self, meters: Meters) -> None:
        """Say that it began."""
        console.say(f"observing {meters.devices} devices; Ctrl-C ends it")

    def tick(self, meters: Meters) -> None:
        """Say how it goes."""
        line = self._line(meters)
        if self._over:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        else:
            console.say(line)

    def ended(self, meters: Meters) -> None:
        """Say that it ended, and what could not be saved."""
        if self._over:
            sys.stderr.write("\r\x1b[K")
        unsaved = meters.waiting + meters.dropped
        console.say(f"ended: {int(sum(meters.answered.values()))} answers")
        if unsaved:
            console.say(f"{unsaved} rows could not be saved: {meters.store_why or 'the store was behind'}", style="red")

    def _line(self, meters: Meters) -> str:
        answers, now = sum(meters.answered.values()), time.monotonic()
        rate = (answers - self._last) / max(now - self._at, 0.001)
        self._last, self._at = answers, now
        said = f"{meters.devices - meters.dead} of {meters.devices} answer, {rate:.0f} answers/s"
        overdue = sum(meters.overdue.values())
        more = [f"{overdue:.0f} overdue"] if overdue else []
        more += [f"{meters.waiting} rows wait: {meters.store_why}"] if meters.store_why else []
        return ", ".join([said, *more])
