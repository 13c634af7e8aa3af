"""The API's commands that are no verb of a menu: files, export and import, scripts, ping.

Sources: the vendor's manual (Files; Configuration Management; Scripting; Ping); what librouteros and napalm-ros send.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from homeroom.lab.ros import probing, rows
from homeroom.lab.ros.check import check
from homeroom.lab.ros.device import RosDevice
from homeroom.lab.ros.export import Style
from homeroom.lab.ros.files import CHUNK
from homeroom.lab.ros.runner import Runner
from homeroom.lab.ros.trap import ARGUMENT, Trap

Row: TypeAlias = Mapping[str, str]
Reply: TypeAlias = "tuple[list[Row], str]"
"""Rows, and what `!done` returns."""
Whole: TypeAlias = "Callable[[RosDevice, Mapping[str, str]], Reply]"


def export(device: RosDevice, params: Mapping[str, str], under: str = "") -> Reply:
    """Export everything, or what is under a menu; over the API only into a file."""
    style = Style("terse" in params, "verbose" in params, "show-sensitive" in params)
    name = params.get("file", "")
    if name:
        device.files.write(
            f"{name}.rsc", device.export(style, under).encode("utf-8", "surrogateescape"), device.clock()
        )
    return [], ""


def _import(device: RosDevice, params: Mapping[str, str]) -> Reply:
    unknown = [name for name in params if name not in {"file-name", "verbose", "dry-run", "from-line"}]
    if unknown:
        raise Trap(f"unknown parameter {unknown[0]}")
    if "dry-run" in params and "verbose" not in params:
        raise Trap("dry-run is allowed only with verbose", ARGUMENT)
    text = device.files.read(params.get("file-name", "")).decode("utf-8", "surrogateescape")
    if "dry-run" in params:
        check(text)
    else:
        device.run(text)
    return [], ""


def _file_add(device: RosDevice, params: Mapping[str, str]) -> Reply:
    return [], device.files.add(params.get("name", ""), params.get("contents", ""), device.clock())


def _file_set(device: RosDevice, params: Mapping[str, str]) -> Reply:
    for name in device.files.pick(params.get(".id") or params.get("numbers", "")):
        device.files.remove(name)
        device.files.add(name, params.get("contents", ""), device.clock())
    return [], ""


def _file_remove(device: RosDevice, params: Mapping[str, str]) -> Reply:
    device.files.remove(params.get(".id") or params.get("numbers", ""))
    return [], ""


def _file_read(device: RosDevice, params: Mapping[str, str]) -> Reply:
    offset, size = int(params.get("offset") or 0), int(params.get("chunk-size") or CHUNK)
    if size > CHUNK:
        raise Trap("invalid value for argument chunk-size", ARGUMENT)
    data = device.files.read(params.get("file", ""))[offset : offset + size]
    return [{"data": data.decode("utf-8", "surrogateescape")}], ""


def _run(device: RosDevice, params: Mapping[str, str]) -> Reply:
    if not device.faults.standing("ignore_rollback"):
        device.run_script(params.get(".id") or params.get("number") or params.get("numbers", ""))
    return [], ""


def _execute(device: RosDevice, params: Mapping[str, str]) -> Reply:
    """Run a script as the console would; `as-string` returns what it printed, a refusal included (RouterOS 7)."""
    runner = Runner(device)
    try:
        runner.run(params.get("script", ""))
    except Trap as trap:
        runner.printed.append(trap.message)
    return [], "\r\n".join(runner.printed)


def _unset_globals(device: RosDevice, params: Mapping[str, str]) -> Reply:
    names = {row[".id"]: row["name"] for row in rows.rows(device, "/system script environment") or ()}
    for word in (params.get(".id") or params.get("numbers", "")).split(","):
        device.globals.pop(names.get(word, word), None)
    return [], ""


def _ping(device: RosDevice, params: Mapping[str, str]) -> Reply:
    return list(probing.ping(device, params)), ""


def _reboot(device: RosDevice, params: Mapping[str, str]) -> Reply:
    del params
    device.reboot()
    return [], ""


def _backup_save(device: RosDevice, params: Mapping[str, str]) -> Reply:
    name = f"{params.get('name') or 'backup'}.backup"
    device.files.write(name, b"\x88\xac\xa1\xb1 RouterOS backup", device.clock())
    device.backups[name] = device.config.snapshot()
    return [], ""


def _backup_load(device: RosDevice, params: Mapping[str, str]) -> Reply:
    """Put a backup back: RouterOS restarts to do it."""
    name = f"{params.get('name', '').removesuffix('.backup')}.backup"
    device.files.read(name)
    device.config.restore(device.backups[name])
    device.reboot()
    return [], ""


def _reset(device: RosDevice, params: Mapping[str, str]) -> Reply:
    script = params.get("run-after-reset", "")
    device.reset(device.files.read(script).decode("utf-8", "surrogateescape") if script else "")
    return [], ""


COMMANDS: Final[Mapping[str, Whole]] = {
    "/export": export,
    "/import": _import,
    "/file/add": _file_add,
    "/file/set": _file_set,
    "/file/remove": _file_remove,
    "/file/read": _file_read,
    "/system/script/run": _run,
    "/system/script/environment/remove": _unset_globals,
    "/execute": _execute,
    "/ping": _ping,
    "/tool/ping": _ping,
    "/system/reboot": _reboot,
    "/system/backup/save": _backup_save,
    "/system/backup/load": _backup_load,
    "/system/reset-configuration": _reset,
}
