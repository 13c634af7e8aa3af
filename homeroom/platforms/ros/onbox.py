"""What we put on a device while a change is under way, and how it is read and taken away again.

A script `homeroom-<change>` holds the way back; a scheduler of the same name runs it when its time is up: the device
itself takes the change back, whatever became of us. Files of that name carry texts to and from the device.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from homeroom.errors import CommandRejected
from homeroom.platforms.ros.client import Api, Refused
from homeroom.platforms.ros.menus import menu
from homeroom.platforms.ros.model import MARK, Model, parse
from homeroom.platforms.ros.parser import lines_of
from homeroom.platforms.ros.scripts import COUNTER, Script
from homeroom.platforms.ros.words import logical, quote

CHUNK: Final = 32_768
"""The most that one `/file/read` returns."""
INLINE: Final = 50_000
"""Bytes that one file is written with: RouterOS takes 60,000."""
_SCRIPT, _SCHEDULER = "/system/script", "/system/scheduler"
_PATIENCE, _PAUSE = 60, 0.5
_VERB: Final = re.compile(r" (?:add|set)\b")


def digest(model: Model) -> str:
    """Return what a configuration means, in 16 digits."""
    return hashlib.sha256("\n".join(lines_of(model)).encode("utf-8", "surrogateescape")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class WayBack:
    """The script on the device that leads back. `old` and `new`: digests of the configurations it lies between."""

    name: str
    old: str
    new: str


class OnBox:
    """Our things on one device."""

    def __init__(self, api: Api, device: str, change: str) -> None:
        self._api, self._device = api, device
        self.name = f"{MARK}{change}"

    # --- reading

    def export(self) -> str:
        """Return the configuration as text, secrets included, a command a line, without the comment on top.

        The lines of a menu in which order means nothing are sorted: RouterOS lists them by the order of their making.
        """
        api = self._api
        api.run("/export", {"file": self.name, "terse": "", "show-sensitive": ""})
        file = f"{self.name}.rsc"
        try:
            text = self._read(file)
        finally:
            if api.alive:
                self._remove("/file", file)
        return "".join(f"{line}\n" for line in _sorted(text))

    def _read(self, file: str) -> str:
        rows = self._api.call("/file/print", f"?name={file}", proplist=".id,size,contents").rows
        if not rows:
            raise CommandRejected(self._device, "its export is not there", "look at its free space")
        if "contents" in rows[0]:
            return rows[0]["contents"]
        size, raw = int(rows[0]["size"]), b""
        while len(raw) < size:
            reply = self._api.call("/file/read", file=file, offset=f"{len(raw)}", chunk_size=f"{CHUNK}")
            data = "".join(row.get("data", "") for row in reply.rows).encode("utf-8", "surrogateescape")
            if not data:
                raise CommandRejected(self._device, f"its export ends at {len(raw)} of {size} bytes", "try again")
            raw += data
        return raw.decode("utf-8", "surrogateescape")

    # --- the way back

    def way_back(self) -> WayBack | None:
        """Return the way back that is on the device, of this change or another."""
        for row in self._rows(_SCRIPT):
            if _said(row, "old"):
                return WayBack(row["name"], _said(row, "old"), _said(row, "new"))
        return None

    def pending(self) -> list[str]:
        """Return the names of the schedulers that wait to take a change back."""
        return [row["name"] for row in self._rows(_SCHEDULER)]

    def prepare(self, scripts: Sequence[Script], old: str, new: str) -> None:
        """Put the way back on the device: what an earlier change left of one goes."""
        for row in self._rows(_SCRIPT):
            self._api.run(f"{_SCRIPT}/remove", {".id": row[".id"]})
        for script in scripts:
            comment = f"homeroom old={old} new={new}" if script.name == self.name else "homeroom"
            self._api.run(f"{_SCRIPT}/add", {"name": script.name, "source": script.source, "comment": comment})

    def arm(self, seconds: int, scripts: Sequence[Script]) -> None:
        """Have the device take the way back in so many seconds; CommandRejected unless it will."""
        event = f"/system script run {quote(self.name)}"
        self._api.run(f"{_SCHEDULER}/add", {"name": self.name, "interval": f"{seconds}s", "on-event": event})
        waiting, ready = self.pending(), {row["name"] for row in self._rows(_SCRIPT)}
        if waiting != [self.name] or ready != {script.name for script in scripts}:
            self._remove(_SCHEDULER, self.name)
            raise CommandRejected(self._device, "another change began there at the same time", "try again later")

    def disarm(self) -> None:
        """Have the device keep what it runs; CommandRejected when its timer was faster."""
        for row in self._rows(_SCHEDULER):
            try:
                self._api.run(f"{_SCHEDULER}/remove", {".id": row[".id"]})
            except Refused as error:
                raise self._too_late() from error
        for _ in range(_PATIENCE):  # a timer that has just begun to take the change back: what then runs is read below
            if not self._api.call("/system/script/job/print", f"?script={self.name}").rows:
                return
            time.sleep(_PAUSE)

    def kept(self, back: WayBack | None) -> None:
        """Make sure that it runs what was committed; CommandRejected when its timer was faster, or somebody else."""
        runs = digest(parse(self.export()))
        if back is not None and runs == back.old:
            raise self._too_late()
        if back is not None and runs != back.new:
            raise CommandRejected(
                self._device, "it keeps the change, but does not run what was committed", "see what runs there"
            )

    def _too_late(self) -> CommandRejected:
        return CommandRejected(
            self._device,
            "its timer took the change back before it was confirmed",
            "see what runs there, then push again",
        )

    # --- going forward

    def send(self, number: int, text: str) -> str:
        """Write a file; return its name."""
        file = f"{self.name}-{number}.rsc"
        self._remove("/file", file)
        self._api.run("/file/add", {"name": file, "contents": text})
        return file

    def step(self) -> int:
        """Return which step failed, as the script counted them; 0 when it counted none."""
        rows = self._api.call("/system/script/environment/print", f"?name={COUNTER}").rows
        return int(rows[0]["value"]) if rows and rows[0].get("value", "").isdecimal() else 0

    # --- leaving

    def clean(self) -> None:
        """Take away what may go: files always, scripts unless a change waits."""
        for where in ("/file",) if self.pending() else (_SCRIPT, "/file"):
            for row in self._rows(where):
                self._api.run(f"{where}/remove", {".id": row[".id"]})
        environment = "/system/script/environment"
        for row in self._api.call(f"{environment}/print", f"?name={COUNTER}").rows:
            with suppress(Refused):
                self._api.run(f"{environment}/remove", {".id": row[".id"]})

    def _rows(self, menu: str) -> list[Mapping[str, str]]:
        rows = self._api.call(f"{menu}/print", proplist=".id,name,comment").rows
        return [row for row in rows if row.get("name", "").startswith(MARK)]

    def _remove(self, menu: str, name: str) -> None:
        for row in self._api.call(f"{menu}/print", f"?name={name}", proplist=".id").rows:
            self._api.run(f"{menu}/remove", {".id": row[".id"]})


def _said(row: Mapping[str, str], what: str) -> str:
    found = re.search(rf"\b{what}=(\w+)", row.get("comment", ""))
    return found[1] if found else ""


def _sorted(text: str) -> Iterator[str]:
    said = [line for _, line in logical(text) if not _ours(line)]
    for path, lines in groupby(said, key=_path):
        together = list(lines)
        yield from together if menu(path).ordered else sorted(together)


def _path(line: str) -> str:
    """Return the menu of a command: what stands before its verb."""
    return _VERB.split(line, maxsplit=1)[0]


def _ours(line: str) -> bool:
    """Tell whether a line of an export is one of our scripts or schedulers."""
    return line.startswith(("/system script add ", "/system scheduler add ")) and f" name={MARK}" in line
