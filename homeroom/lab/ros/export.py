"""Prints a configuration as `/export` does: what differs from the defaults, menu by menu, properties by name.

Sources: the vendor's manual, Configuration Management, and published exports of RouterOS 7.11 to 7.19.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.lab.ros.config import Config, Entry
from homeroom.lab.ros.schema import Menu, menus

_PLAIN: Final = re.compile(r"[A-Za-z0-9_.,:/@*!+<>^~%|-]+")
_UNIT: Final = re.compile(r"\\[0-9A-F]{2}|\\.|.")
_WIDTH: Final = 79
_INDENT: Final = "    "
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "$": "\\$", "?": "\\?", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Style:
    """How to print. `terse`: a whole command a line; `verbose`: defaults too; `sensitive`: passwords and keys too."""

    terse: bool = False
    verbose: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What the comment on top says."""

    at: float
    version: str
    software_id: str
    model: str
    serial: str


def quote(value: str) -> str:
    """Print a value, in quotes where it needs them."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + "".join(_char(char) for char in value) + '"'


def _char(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if " " <= char <= "~":
        return char
    return "".join(f"\\{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def export(config: Config, head: Head, style: Style, under: str = "") -> str:
    """Return the export of everything, or of the menus under one."""
    lines = [f"# {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(head.at))} by RouterOS {head.version}"]
    lines += [f"# software id = {head.software_id}", "#", f"# model = {head.model}", f"# serial number = {head.serial}"]
    for path, menu in menus().items():
        if not menu.hidden and (path == under or path.startswith(f"{under} ") or not under):
            commands = [command for entry in config.table(path) if (command := _command(entry, style))]
            if commands and style.terse:
                lines += [f"{path} {command}" for command in commands]
            elif commands:
                lines += [path, *(part for command in commands for part in _wrapped(command))]
    return "".join(f"{line}\r\n" for line in lines)


def _command(entry: Entry, style: Style) -> str:
    """Return the command that makes an entry what it is; empty when it is as the factory made it."""
    menu, words = entry.menu, list(_properties(entry, style))
    if menu.kind == "single":
        return f"set {' '.join(words)}" if words else ""
    if entry.hardware:
        return f"set {_selector(entry)}{' '.join(words)}" if words else ""
    return f"add {' '.join(words)}".rstrip()


def _selector(entry: Entry) -> str:
    if entry.get("default-name"):
        return f"[ find default-name={entry.get('default-name')} ] "
    if entry.menu.path in {"/ip service", "/ip firewall service-port"}:
        return f"{entry.name} "
    if "default" in entry.values or entry.menu.path in {"/snmp community", "/ip hotspot profile", "/ipv6 nd"}:
        return "[ find default=yes ] "
    return f"{entry.number - 1} "


def _properties(entry: Entry, style: Style) -> Iterator[str]:
    menu = entry.menu
    for name, field in menu.fields.items():
        value = entry.values.get(name, field.default if style.verbose or field.always else None)
        if value is None or field.readonly or (field.secret and not style.sensitive):
            continue
        if field.kind == "flag":
            if not entry.hardware:
                yield name
        elif field.always or style.verbose or value != (_factory(menu, entry, name) or ""):
            yield f"{name}={quote(value)}"


def _factory(menu: Menu, entry: Entry, name: str) -> str | None:
    """Return what a property is when nobody set it: a port is called by its default name."""
    if entry.hardware:
        made = entry.values.get(f".{name}")
        if made is not None:
            return made
        if name == "name" and entry.get("default-name"):
            return entry.get("default-name")
    return menu.fields[name].default


def _wrapped(command: str) -> Iterator[str]:
    """Break a long line as RouterOS does: between words, behind `=`, or inside quotes; the rest is indented."""
    line, quoted = command, False
    while len(line) > _WIDTH:
        cut, quoted = _cut(line, quoted=quoted)
        if not cut:
            break
        yield line[:cut] + "\\"
        line = _INDENT + line[cut:]
    yield line


def _cut(line: str, *, quoted: bool) -> tuple[int, bool]:
    """Return where a line is broken (0: nowhere), and whether that is inside quotes."""
    at, best = 0, (0, False)
    for unit in _UNIT.findall(line):
        at += len(unit)
        if at >= _WIDTH:
            break
        quoted = quoted != (unit == '"')
        after = line[at : at + 1]
        if (
            at > len(_INDENT) and ((not quoted and unit in {" ", "="}) or (quoted and not best[0] and after != " "))
        ) or (quoted and best[1] and after != " "):
            best = (at, quoted)
    return best
