"""Whole configurations: replace, commit-confirm and its timer, in IOS's own words.

Source: Cisco IOS XE 17 System Management Configuration Guide, "Configuration Replace and Configuration Rollback"
and "Configuration Rollback Confirmed Change"; transcripts of real devices in napalm-automation/napalm #135, #1701
and napalm-automation/napalm-ios #210.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from homeroom.lab.ios import diff, steps
from homeroom.lab.ios.apply import Loaded, load
from homeroom.lab.ios.config import shown
from homeroom.lab.ios.device import IosDevice, Pending
from homeroom.lab.section import Section

ARCHIVE_OFF: Final = "%Please turn config archive on before using this command\n"
NOT_VALID: Final = "%The input file is not a valid config file.\n"
NOTHING_PENDING: Final = "%No Rollback Confirmed Change pending\n"
IN_PROGRESS: Final = "%A Rollback Confirmed Change is already in progress; confirm it or revert it first\n"
NO_BACKUP: Final = "%Error writing the archive ({error})\n"
_PASSES: Final = 5
_DONE: Final = "Total number of passes: {passes}\nRollback Done\n\n"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `configure replace`; `minutes` 0: no timer."""

    listed: bool = False
    on_error: bool = False
    minutes: int = 0


def valid(config: str) -> bool:
    """Tell whether a file is a whole configuration: IOS wants a `version` and an `end`."""
    lines = [line.rstrip() for line in config.splitlines()]
    return any(line.startswith("version ") for line in lines) and "end" in lines


def replace(device: IosDevice, path: str, options: Options, user: str) -> str:
    """`configure replace PATH force`: make the running configuration equal to the file; return what IOS prints."""
    config = (device.read(path) or b"").decode("utf-8", "replace")
    objection = _objection(device, path, options)
    if objection:
        return objection
    if device.faults.standing("ignore_rollback") and steps.step(f"configure replace {path}") == "rollback":
        return "\n" + _DONE.format(passes=1)
    try:
        backup = arm(device, options.minutes, user) if options.minutes else ""
        before = device.tree.copy()
        said = _replace(device, config, options, user)
        if steps.step(f"configure replace {path}") == "commit":
            device.changes.committed += before != device.tree
    except OSError as error:
        return NO_BACKUP.format(error=error)
    device.say(f"%SYS-5-CONFIG_I: Configured from {path} by {user} on vty0")
    return f"{backup}{said}"


def _objection(device: IosDevice, path: str, options: Options) -> str:
    """Return what IOS has against replacing by a file; empty when nothing."""
    data = device.read(path)
    if data is None:
        return f"%Error opening {path} (No such file or directory)\n"
    if (options.on_error or options.minutes) and not device.archiving:
        return ARCHIVE_OFF
    if options.minutes and device.pending:
        return IN_PROGRESS
    return "" if valid(data.decode("utf-8", "replace")) else NOT_VALID


def _replace(device: IosDevice, config: str, options: Options, user: str) -> str:
    loaded = load(config, device.chassis.scratch())
    wanted = loaded.tree
    steps = diff.commands(device.tree, wanted)
    if not steps and not loaded.rejected:
        return "\n" + _DONE.format(passes=0)
    if loaded.rejected and options.on_error:
        return _undone(device, loaded)
    device.swap(wanted, user)
    if loaded.rejected or loaded.hashed:
        return _aborted(loaded, steps)
    listed = f"!Pass 1\n\n!List of Rollback Commands:\n{_lines(steps)}end\n\n\n" if options.listed else ""
    return listed + "\n" + _DONE.format(passes=1)


def _lines(lines: list[str]) -> str:
    return "".join(f"{shown(line)}\n" for line in lines)


def _undone(device: IosDevice, loaded: Loaded) -> str:
    """Print how `revert trigger error` ends when a line fails: the device runs what it ran before (napalm #135)."""
    back = device.archive()
    return (
        f"Failed to apply command {shown(loaded.rejected[0].line.strip())}\nAborting Rollback.\n\n"
        f"Rollback failed.Reverting back to the original configuration: {back} ...\n\n"
        f"{_DONE.format(passes=1)}The original configuration has been successfully restored.\n\n"
    )


def _aborted(loaded: Loaded, steps: list[str]) -> str:
    """Print how a plain replace ends when some lines never stick: the others stay applied (napalm #135)."""
    bad = [shown(rejected.line.strip()) for rejected in loaded.rejected]
    left = bad or [line for line in steps if "secret" in line or "password" in line]
    out = (
        "The rollback configlet from the last pass is listed below:\n********\n!List of Rollback Commands:\n"
        f"{_lines(left)}end\n********\n\n\nRollback aborted after {_PASSES} passes\n"
    )
    if bad:
        out += f"The following commands are failed to apply to the IOS image.\n********\n{_lines(bad)}********\n"
    return out + "\n"


def arm(device: IosDevice, minutes: int, user: str) -> str:
    """Archive the running configuration and start the timer that goes back to it; return what IOS prints."""
    file = device.archive()
    _start(device, minutes, user, file)
    device.say(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to {file}")
    device.say(
        f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER: User: {user}: Scheduled to rollback to config {file} "
        f"in {minutes} minutes"
    )
    return f"Rollback Confirmed Change: Backing up current running config to {file}\n\n"


def _start(device: IosDevice, minutes: int, user: str, file: str) -> None:
    handle = device.later(minutes * device.minute, lambda: expire(device))
    device.pending = Pending(user, device.clock(), minutes, file, handle)


def expire(device: IosDevice) -> None:
    """Take the change back because nobody confirmed it in time."""
    if device.pending is not None:
        device.say(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK: Rolling to: {device.pending.file}")
        before = device.tree.copy()
        _revert(device)
        device.changes.reverted += before != device.tree


def _revert(device: IosDevice, *, ignored: bool = False) -> str:
    """Go back to the archived configuration, or (`ignored`) only say so; return its file."""
    pending = device.pending
    if pending is None:
        raise LookupError("nothing is pending")
    pending.handle.cancel()
    device.pending = None
    data = device.flash.read(pending.file) or b""
    if not ignored:
        device.swap(load(data.decode(), device.chassis.scratch()).tree, pending.user)
    return pending.file


def confirm(device: IosDevice) -> str:
    """`configure confirm`: keep the change."""
    if device.pending is None:
        return NOTHING_PENDING
    device.pending.handle.cancel()
    device.say(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: {device.pending.user}: Confirming the changes")
    device.pending = None
    return ""


def revert_now(device: IosDevice) -> str:
    """`configure revert now`: take the change back at once."""
    if device.pending is None:
        return NOTHING_PENDING
    file = _revert(device, ignored=device.faults.standing("ignore_rollback") is not None)
    return f"Rollback Confirmed Change: rolling to: {file}\n\n{_DONE.format(passes=1)}"


def retime(device: IosDevice, minutes: int) -> str:
    """`configure revert timer MINUTES`: start the timer anew."""
    if device.pending is None:
        return NOTHING_PENDING
    device.pending.handle.cancel()
    _start(device, minutes, device.pending.user, device.pending.file)
    return ""


def merged(device: IosDevice, config: str) -> tuple[Section, Loaded]:
    """Return the running configuration as it would be after a merge, without doing it."""
    tree = device.tree.copy()
    return tree, load(config, device.chassis.scratch(), onto=tree)
