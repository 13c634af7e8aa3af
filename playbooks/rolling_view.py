"""How people and machines watch a change that is under way: a live picture, plain lines, or one JSON event a line."""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from homeroom.project import Project
from homeroom.rollout.crew import Happening
from homeroom.rollout.progress import Progress
from homeroom.rollout.schedule import Schedule
from homeroom.rollout.settings import load_settings
from homeroom.store.changes import Change, Changes
from homeroom.store.world import World
from playbooks import console, groups
from playbooks.moments import brief, utc
from playbooks.rolling_end import report, said, summary
from playbooks.rolling_screen import Frame, Shown, flat

if TYPE_CHECKING:
    from rich.live import Live as Picture

_SECONDS: Final = 0.5
"""Between two pictures: bars move, times pass."""


class Live:
    """Tells of a change under way as it happens; a context manager. Safe to be told from several threads.

    On a terminal a picture that stays where it is; elsewhere a line a wave and a line for each device that ended
    badly, both on stderr; with `--json` one event a line on stdout.
    """

    def __init__(
        self,
        args: argparse.Namespace,
        change: str,
        title: str,
        schedule: Schedule,
        store: Changes,
        *,
        not_pushed: Mapping[str, str] | None = None,
    ) -> None:
        """Begin with what the store knows. `not_pushed`: devices that were selected and are no part of the change."""
        project = Project.locate(args.project)
        self._progress = Progress(schedule.plan, store.rows(change), load_settings(project).breaker)
        self._shown = Shown(change, title, zone_of(project))
        self._store = store
        self._not_pushed = not_pushed or {}
        self._lock = threading.RLock()
        self._console = console.screen()
        self._json = bool(args.json)
        self._picture: Picture | None = None
        self._open = 0

    def __enter__(self) -> Self:
        if not self._json and self._console.is_terminal:
            from rich.live import Live as Picture

            self._picture = Picture(
                get_renderable=self._draw,
                console=self._console,
                refresh_per_second=1 / _SECONDS,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._picture.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        """Draw or say how it stands for the last time; the last picture stays."""
        if self._picture:
            self._picture.stop()
            self._picture = None
        elif not self._json:
            self._closed()

    def end(self, ended: Change) -> None:
        """Say how it ended, or why it stands: to a machine the summary, to people whom it missed and what to do."""
        self._stop()
        rows = self._store.rows(ended.id)
        if self._json:
            console.emit(summary(ended, rows, self._not_pushed))
        else:
            report(ended, rows, self._not_pushed, self._store.moves(ended.id))

    def tell(self, one: Happening) -> None:
        """Take note of what happened, and say it."""
        with self._lock:
            bad = one.row is not None and self._progress.tell(one.row, one.at)
            self._note(one)
            if self._json:
                console.emit(event(self._shown.change, one, self._progress))
            elif self._picture is None:
                self._say(one, bad=bad)

    def _note(self, one: Happening) -> None:
        if one.what == "wave":
            self._progress.at = one.wave
        if one.what == "refused":
            self._shown.refused = one.text
        elif one.row and self._shown.refused.startswith(f"{one.row.device}:"):
            self._shown.refused = ""
        if one.what not in {"device", "refused"}:
            self._shown.what, self._shown.text, self._shown.until = one.what, one.text, one.until

    def _say(self, one: Happening, *, bad: bool) -> None:
        """Say it in one plain line, if a log should have it."""
        if one.what == "wave":
            self._closed()
            self._open = one.wave
            total = groups.count(self._progress.count(one.wave).total)
            self._line(one.at, f"wave {one.wave} of {len(self._progress.waves)}, {one.stage}: {total}")
        elif one.what == "device":
            if bad and one.row:
                self._line(one.at, f"{one.row.device} {one.row.state.replace('_', ' ')}: {one.row.detail}")
        else:
            if one.what in {"late", "done", "aborted"}:
                self._closed()
            until = f"; goes on at {brief(one.until, self._shown.zone)}" if one.until else ""
            self._line(one.at, f"{one.what}: {one.text}{until}")

    def _closed(self) -> None:
        """Say how the wave that was open stands now."""
        if self._open:
            count = self._progress.count(self._open)
            self._line(time.time(), f"wave {self._open}: {said(count)}")
            self._open = 0

    def _line(self, at: float, text: str) -> None:
        console.say(f"{brief(at, self._shown.zone)} {flat(text)}")

    def _draw(self) -> Frame:
        with self._lock:
            return Frame(self._shown, self._progress, time.time(), self._console.size.height - 1)


def event(change: str, one: Happening, progress: Progress) -> dict[str, Any]:
    """Return a happening as a line of `--json` says it; what it is not about is empty."""
    row = one.row
    wave = progress.wave_of(row) if row else one.wave
    return {
        "event": one.what,
        "at": utc(one.at),
        "change": change,
        "wave": wave,
        "stage": progress.stage(wave),
        "device": row.device if row else "",
        "state": row.state if row else "",
        "cause": row.cause if row else "",
        "sha": row.sha if row else "",
        "detail": row.detail if row else one.text,
        "until": utc(one.until) if one.until else "",
    }


def zone_of(project: Project) -> str:
    """Return the programme's time zone: people read its times."""
    with closing(World.open(project)) as world:
        return world.programme.timezone
