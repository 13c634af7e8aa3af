"""What is on record: read from the project's files and the store, and written as homeroom.audit.record reads it."""

from __future__ import annotations

import csv
import datetime as dt
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.audit.age import stamp
from homeroom.audit.subject import Readings, Stored
from homeroom.central.settings import load_services
from homeroom.errors import InputError, Problem
from homeroom.policy.model import Policy
from homeroom.probe.load import load_targets
from homeroom.project import Project
from homeroom.secret_file import PLAIN
from homeroom.store import batches, readings
from homeroom.strict import load

SERIALS: Final = "serials.csv"
RECORDS: Final = "records.yaml"
SAID: Final = ("identity.serial", "facts.serial_number")
"""The readings that name a device's serial number, the first one preferred."""
DAY: Final = 86400.0
SLACK: Final = 600.0
"""Seconds by which a device's word of a change may come in after what was read behind it."""
_AGE: Final = b"age-encryption.org/v1"
_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-")
_WORD: Final = re.compile(
    r"^[^#\n]*(?<!<<)\b(?:password|passwd|secret|psk|community|api_?key|token)[\"']?\s*[:=]\s*[\"']?(?!<<secret:)[^\s\"'{\[<]",
    re.IGNORECASE | re.MULTILINE,
)
"""A word for a secret, with a value behind it."""
_NAMES_SECRETS: Final = frozenset({"alerts.yaml"})
"""Files where such a word has the name of a sealed secret behind it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A refused name that somebody saw on a log server after a probe: its line as it stands there; empty: none came."""

    at: dt.date
    by: str
    line: str


@dataclass(frozen=True, slots=True)
class Records:
    """inventory/records.yaml: what people looked at, where Homeroom cannot."""

    block_events: Seen | None = None


def of_programme(project: Project, policy: Policy) -> Mapping[str, str]:
    """Gather the programme's records; InputError when a file of them cannot be read."""
    logs = load_services(project).logs
    days = {"logs.online": logs.online, "logs.total": logs.online + logs.archive, "logs.blocked": logs.blocked}
    return {
        **{name: str(number) for name, number in days.items()},
        **dict(_permits(policy)),
        **dict(_files(project)),
        **dict(_seen(project)),
    }


def _permits(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield what is let through, and what part of the programme has it otherwise."""
    for number, cell in enumerate(policy.matrix, 1):
        where = f" ({cell.scope} only)" if cell.scope else ""
        name = f"permit {number} of the matrix: {cell.source} to {cell.target}, {' '.join(cell.services)}{where}"
        yield name, "|".join((cell.review.isoformat(), _plain(cell.owner), cell.reason))
    for number, one in enumerate(policy.overrides, 1):
        name = f"permit {number} of the overrides: {one.set} in {one.scope}"
        yield name, "|".join((one.review.isoformat(), _plain(one.owner), one.reason))


def _plain(text: str) -> str:
    return text.replace("|", "/")


def _files(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the files of secrets and what is wrong with each; of the inventory's files those that hold a secret."""
    for path in sorted(project.state.glob("*.age")):
        yield f"file {path.relative_to(project.root)}", _sealed(path)
    for path in (project.state / PLAIN, project.state / "secrets.new"):
        if path.exists():
            yield f"file {path.relative_to(project.root)}", "is plain text; any command that needs a secret seals it"
    for path in sorted(project.inventory.glob("*")):
        if path.suffix in (".yaml", ".yml", ".csv", ".txt", ".key", ".pem") and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            held = _KEY.search(text) or (None if path.name in _NAMES_SECRETS else _WORD.search(text))
            if held:
                line = held.string.count("\n", 0, held.end()) + 1
                yield f"file {path.relative_to(project.root)}", f"holds what looks like a secret in line {line}"


def _sealed(path: Path) -> str:
    mode = stat.S_IMODE(path.stat().st_mode)
    with path.open("rb") as file:
        sealed = file.read(len(_AGE)) == _AGE
    if not sealed:
        return "is not encrypted with age"
    return f"has mode {mode:04o}, 0600 wanted" if mode & 0o077 else "sealed"


def _seen(project: Project) -> Iterator[tuple[str, str]]:
    path = project.inventory / RECORDS
    seen = load(Records, path, shown=f"inventory/{RECORDS}").block_events if path.exists() else None
    if seen is None:
        return
    names = [name for found in load_targets(project).blocked_names.values() for name in found]
    if seen.line and not any(name in seen.line for name in names):
        remedy = "probe one of them, and write down the line that it made"
        message = "is of no name that probe.yaml's blocked_names have"
        raise InputError(Problem(f"inventory/{RECORDS}", 0, "block_events.line", message, remedy))
    yield "seen", "|".join((seen.at.isoformat(), _plain(seen.by), seen.line))


class OfDevices:
    """The records of devices. Serial numbers are read once for all: one that two devices have shows only together."""

    def __init__(self, project: Project, engine: Engine) -> None:
        said = [readings.values(engine, name) for name in SAID]
        self._known = dict(_serials(project.inventory / SERIALS))
        self._first = [batches.first_values(engine, name) for name in SAID]
        self._owners: dict[str, list[str]] = {}
        for device, serial in {**said[1], **said[0]}.items():
            self._owners.setdefault(serial, []).append(device)

    def of(
        self, device: str, values: Readings, running: Stored | None, last: tuple[float, str] | None, now: float
    ) -> Mapping[str, str]:
        """Return a device's records. `last`: when it was last changed, and how."""
        found = dict(self._serial(device, values))
        if last and running and last[0] > running.at + SLACK:
            late = "late" if now - last[0] > DAY else "due"
            found[f"changed.{late}"] = f"{last[1]}, {stamp(last[0])}"
        return found | dict(_startup(values))

    def _serial(self, device: str, values: Readings) -> Iterator[tuple[str, str]]:
        for name, first in zip(SAID, self._first, strict=True):
            for read in list(values.get(name, {}).values())[:1]:
                yield "serial.seen", read.value
                yield "serial.known", self._known.get(device) or first.get(device, read.value)
                others = [one for one in self._owners.get(read.value, ()) if one != device]
                if others:
                    yield "serial.other", others[0]
                return


def _startup(values: Readings) -> Iterator[tuple[str, str]]:
    """Compare when running and startup last changed, on devices that tell both by their own clock."""
    told = [next(iter(values.get(name, {}).values()), None) for name in ("changes.running", "changes.startup")]
    running, startup = (int(one.value) if one and one.value.isdecimal() else None for one in told)
    if running is not None and startup is not None:
        yield "startup", "saved" if startup >= running else "running was changed after it was last saved"


def _serials(path: Path) -> Iterator[tuple[str, str]]:
    """Read what was delivered: a CSV of device and serial; InputError when it is not one."""
    if not path.exists():
        return
    shown, remedy = f"inventory/{SERIALS}", "give the columns device and serial"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != ["device", "serial"]:
                raise InputError(Problem(shown, 1, "(header)", f"is {reader.fieldnames}", remedy))
            for row in reader:
                if not row["device"] or not row["serial"]:
                    raise InputError(Problem(shown, reader.line_num, "device", "or serial is empty", remedy))
                yield row["device"], row["serial"]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(Problem(shown, 0, "(file)", f"cannot be read: {error}", remedy)) from error
