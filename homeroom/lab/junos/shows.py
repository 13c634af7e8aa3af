"""Operational commands as text: what a person at the prompt sees, and `<command format="text">` returns.

Source: "Junos CLI Reference: Operational Commands".
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

from homeroom.lab.junos import probing, sets, text, view
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.hardware import VERSION
from homeroom.lab.junos.tree import Bad, Node, Place, enter


def date(at: float) -> str:
    """Print a time: `2026-11-24 06:22:59 UTC`."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))


def length(seconds: int) -> str:
    """Print a length of time: `2w3d 04:05`."""
    weeks, rest = divmod(seconds, 604800)
    days, rest = divmod(rest, 86400)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}"
    return f"{f'{weeks}w' if weeks else ''}{f'{days}d ' if weeks or days else ''}{clock}"


def run(device: JunosDevice, line: str) -> str | None:
    """Answer a command with its pipes; None when there is no such command."""
    command, *pipes = (part.strip() for part in line.split("|"))
    if command.startswith("show configuration"):
        return _configuration(device, command.split()[2:], pipes)
    said = _said(device, " ".join(command.split()))
    return None if said is None else piped(said, pipes)


def _said(device: JunosDevice, command: str) -> str | None:
    if command.startswith("ping "):
        done = probing.typed(device, command)
        return None if done is None else probing.shown(done)
    if command.startswith("show host "):
        return probing.host(device, command)
    found = _COMMANDS.get(command)
    return None if found is None else found(device)


def _configuration(device: JunosDevice, path: list[str], pipes: list[str]) -> str | None:
    try:
        part = under(device.tree, path)
    except Bad:
        return None
    if any(" ".join(pipe.split()) == "display set" for pipe in pipes):
        return piped(sets.show(part, path), pipes)
    newest = device.base.commits[0]
    head = "" if path else f"## Last commit: {date(newest.at)} by {newest.user}\n"
    return piped(head + text.show(part), pipes)


def under(tree: Node, path: list[str]) -> Node:
    """Return what words lead to, or an empty statement where nothing stands; Bad when nothing could."""
    return enter(Place(tree.copy()), path).node if path else tree


def piped(said: str, pipes: list[str]) -> str | None:
    """Pass an output through `| match`, `| except`, `| count`, `| no-more`, `| display set`."""
    for pipe in pipes:
        word, _, rest = pipe.partition(" ")
        lines = said.splitlines(keepends=True)
        if word in {"match", "except"}:
            wanted = re.compile(re.escape(rest.strip('" ')), re.IGNORECASE)
            said = "".join(line for line in lines if bool(wanted.search(line)) == (word == "match"))
        elif word == "count":
            said = f"Count: {len(lines)} lines\n"
        elif word not in {"no-more", "display"}:
            return None
    return said


def version(device: JunosDevice) -> str:
    """Answer `show version`."""
    box = device.box
    return (
        f"Hostname: {device.hostname}\nModel: {box.product}\nJunos: {VERSION}\n"
        f"JUNOS OS Kernel 64-bit  [20230830.4ad5a6a_builder_stable_12_224]\nJUNOS Software Release [{VERSION}]\n"
    )


def hardware(device: JunosDevice) -> str:
    """Answer `show chassis hardware`."""
    box = device.box
    return (
        "Hardware inventory:\nItem             Version  Part number  Serial number     Description\n"
        f"Chassis                                {box.serial:<17} {box.description}\n"
        f"Routing Engine 0 REV 03   650-044931   {box.serial:<17} RE-{box.model.upper()}\n"
    )


def uptime(device: JunosDevice) -> str:
    """Answer `show system uptime`."""
    now, newest = device.clock(), device.base.commits[0]
    return (
        f"Current time: {date(now)}\nTime Source:  LOCAL CLOCK \n"
        f"System booted: {date(now - device.uptime)} ({length(int(device.uptime))} ago)\n"
        f"Last configured: {date(newest.at)} ({length(int(now - newest.at))} ago) by {newest.user}\n"
    )


def commits(device: JunosDevice) -> str:
    """Answer `show system commit`."""
    out = ""
    for number, commit in enumerate(device.base.commits):
        remark = f" {commit.comment}" if commit.comment else ""
        out += f"{number:<3} {date(commit.at)} by {commit.user} via {commit.client}{remark}\n"
        out += f"    {commit.log}\n" if commit.log else ""
        out += "    rollback pending\n" if number == 0 and device.base.pending else ""
    return out


def terse(device: JunosDevice) -> str:
    """Answer `show interfaces terse`."""
    out = f"{'Interface':<24}{'Admin':<6}{'Link':<5}{'Proto':<9}{'Local':<22}Remote\n"
    for port in view.ports(device.tree, device.box):
        out += f"{port.name:<24}{_word(port.enabled):<6}{_word(port.enabled)}\n"
        for unit in port.units:
            head = f"{unit.name:<24}{_word(unit.up):<6}{_word(unit.up):<5}"
            for family, addresses in unit.families.items():
                name = "eth-switch" if family == "ethernet-switching" else family
                for address in addresses or ("",):
                    out += f"{head}{name:<9}{address:<22}".rstrip() + "\n"
                    head, name = " " * 35, ""
    return out


def _word(up: bool) -> str:  # noqa: FBT001 -- the one thing it says
    return "up" if up else "down"


def vlans(device: JunosDevice) -> str:
    """Answer `show vlans`."""
    inside = view.members(device.tree)
    out = "\nRouting instance        VLAN name             Tag          Interfaces\n"
    for number, name in view.vlans(device.tree).items():
        out += f"{'default-switch':<23} {name:<21} {number}\n"
        out += "".join(f"{'':<59}{port}*\n" for port in inside.get(name, []))
    return out


_COMMANDS: Final[Mapping[str, Callable[[JunosDevice], str]]] = {
    "show version": version,
    "show chassis hardware": hardware,
    "show system uptime": uptime,
    "show system commit": commits,
    "show interfaces terse": terse,
    "show vlans": vlans,
    "show lldp neighbors": lambda _device: "",
    "show arp": lambda _device: "Total entries: 0\n",
}
