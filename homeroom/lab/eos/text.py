"""What `show` commands print, where a client reads the text rather than the JSON.

Source: Arista EOS User Manual (examples at each command); NAPALM's recorded outputs; ansible-modules-core #4945.
"""

from __future__ import annotations

import difflib
import time

from homeroom.lab.clock import uptime
from homeroom.lab.eos import ports, show, view
from homeroom.lab.eos.cli import Cli, Refusal
from homeroom.lab.eos.config import body, diffs, spelt_out
from homeroom.lab.eos.hardware import dotted
from homeroom.lab.eos.sessions import MAX_OPEN, MAX_SAVED, SessionError
from homeroom.lab.flash import IMAGE, SIZE, name, running, startup

V = tuple[str, ...]


def version(cli: Cli, _words: V, _values: V) -> str:
    """`show version`."""
    box = cli.device.box
    return (
        f"Arista {box.model}\nHardware version: 11.00\nSerial number: {box.serial}\n"
        f"Hardware MAC address: {dotted(box.mac(0))}\nSystem MAC address: {dotted(box.mac(0))}\n\n"
        f"Software image version: {box.release}\nArchitecture: x86_64\nInternal build version: {box.build}\n"
        f"Internal build ID: {box.digest.hex()[:8]}-homeroom\nImage format version: 3.0\n\n"
        f"Uptime: {uptime(cli.device.uptime)}\nTotal memory: 8099816 kB\nFree memory: 5230396 kB\n\n"
    )


def hostname(cli: Cli, words: V, values: V) -> str:
    """`show hostname`."""
    said = show.hostname(cli, words, values)
    return f"Hostname: {said['hostname']}\nFQDN:     {said['fqdn']}\n"


def running_config(cli: Cli, words: V, values: V) -> str:
    """`show running-config [all|sanitized|interfaces NAME|diffs]`."""
    with cli.step("read"):
        device = cli.device
        if "diffs" in words:
            return _unified(device.startup, device.running, "flash:/startup-config", "system:/running-config")
        if values:
            return _interfaces(device.running, values[0].split(","))
        shown = spelt_out(device.running) if "all" in words else device.running
    return _sanitized(shown) if "sanitized" in words else shown


def _interfaces(config: str, names: list[str]) -> str:
    kept, on = "", False
    for line in config.splitlines():
        if not line.startswith(" "):
            on = line.removeprefix("interface ") in names
        kept += f"{line}\n" if on else ""
    return kept


def _sanitized(config: str) -> str:
    """Take secrets out as `sanitized` does."""
    return "".join(f"{_clean(line)}\n" for line in config.splitlines())


def _clean(line: str) -> str:
    words = line.split(" ")
    if "secret" in words or line.startswith("enable password"):
        return " ".join([*words[:-1], "<removed>"])
    if line.startswith("snmp-server community "):
        return " ".join(["snmp-server community <removed>", *words[3:]])
    return f"{line.partition(' auth ')[0]} auth <removed>" if line.startswith("snmp-server user ") else line


def startup_config(cli: Cli, _words: V, _values: V) -> str:
    """`show startup-config`."""
    with cli.step("read"):
        cli.device.tree  # noqa: B018 -- it fills the startup configuration on first touch
        return cli.device.startup


def sessions(cli: Cli, words: V, _values: V) -> str:
    """`show configuration sessions [detail]`."""
    device, waiting = cli.device, cli.device.sessions.waiting
    head = (
        f"Maximum number of completed sessions: {MAX_SAVED}\nMaximum number of pending sessions: {MAX_OPEN}\n"
        "Merge on commit is disabled\nAutosave to startup-config on commit is disabled\n\n"
    )
    if waiting is not None and "detail" in words:
        left = max(0, int(waiting.until - device.uptime))
        head += f"Commit timer session name: {waiting.name}\nCommit timer expires in {left} seconds\n\n"
    rows = "".join(f"  {one.name:<32} {one.state:<12} {one.user:<12}\n" for one in device.sessions.open.values())
    return f"{head}  {'Name':<32} {'State':<12} {'User':<12}\n  {'-' * 32} {'-' * 12} {'-' * 12}\n{rows}"


def session_config(cli: Cli, words: V, values: V) -> str:
    """`show session-config [named NAME] [diffs|sanitized]`."""
    device = cli.device
    session = device.sessions.find(values[0]) if values else cli.session
    if session is None:
        raise SessionError("Not in a configuration session")
    if "diffs" in words:
        with cli.step("compare"):
            return diffs(device.running, device.print(session.tree, "session-config"), session.name)
    shown = device.print(session.tree, f"session-config named {session.name}")
    return _sanitized(shown) if "sanitized" in words else shown


def banner(cli: Cli, words: V, _values: V) -> str:
    """`show banner {login|motd}`."""
    return view.banner(cli.device.tree, words[-1])


def clock(cli: Cli, _words: V, _values: V) -> str:
    """`show clock`."""
    zone = cli.device.tree.value("clock timezone ", "UTC")
    stamp = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(cli.device.clock()))
    return f"{stamp}\nTimezone: {zone}\nClock source: local\n"


def vlan(cli: Cli, words: V, values: V) -> str:
    """`show vlan [ID]`."""
    rows = ""
    for number, one in ports.vlan(cli, words, values)["vlans"].items():
        rows += f"{number:<5} {one['name']:<32} {one['status']:<9} {', '.join(one['interfaces'])}\n"
    return f"{'VLAN':<5} {'Name':<32} {'Status':<9} Ports\n{'-' * 5} {'-' * 32} {'-' * 9} {'-' * 31}\n{rows}"


def lldp(_cli: Cli, _words: V, _values: V) -> str:
    """`show lldp neighbors`."""
    return (
        "Last table change time   : never\nNumber of table inserts  : 0\nNumber of table deletes  : 0\n"
        "Number of table drops    : 0\nNumber of table age-outs : 0\n\n"
        "Port          Neighbor Device ID       Neighbor Port ID    TTL\n"
        "---------- ------------------------ ---------------------- ---\n"
    )


def status(cli: Cli, _words: V, _values: V) -> str:
    """`show interfaces status`."""
    rows = ""
    for port, found in view.bodies(cli.device.tree).items():
        admin, oper = view.up(port, found)
        state = "connected" if oper else "notconnect" if admin else "disabled"
        kind = "trunk" if view.trunk(found) else found.value("switchport access vlan ", "1")
        if port.startswith(("Ethernet", "Management", "Port-Channel")):
            carried = kind if view.switched(port, found) else "routed"
            rows += f"{port:<15} {found.value('description ')[:20]:<20} {state:<12} {carried:<8} a-full a-1G\n"
    return f"{'Port':<15} {'Name':<20} {'Status':<12} {'Vlan':<8} Duplex Speed\n{rows}"


def top(_cli: Cli, _words: V, _values: V) -> str:
    """`show processes top once`: a device that is nearly idle."""
    return (
        "top - 14:03:41 up 1 day,  0:26,  1 user,  load average: 0.39, 0.29, 0.32\n"
        "Tasks: 183 total,   1 running, 182 sleeping,   0 stopped,   0 zombie\n"
        "%Cpu(s):  3.5 us,  0.5 sy,  0.0 ni, 95.7 id,  0.0 wa,  0.2 hi,  0.1 si,  0.0 st\n"
        "MiB Mem :   7909.9 total,   5107.8 free,   1104.5 used,   1697.6 buff/cache\n"
        "MiB Swap:      0.0 total,      0.0 free,      0.0 used.   6399.0 avail Mem\n"
    )


def ntp(cli: Cli, _words: V, _values: V) -> str:
    """`show ntp associations`."""
    servers = [line.split()[0] for line in cli.device.tree.lines("ntp server ")]
    rows = "".join(
        f" {server:<16}.GPS.            1 u   26   64  377    1.294   -0.040   0.105\n" for server in servers
    )
    return f"     remote           refid      st t when poll reach   delay   offset  jitter\n{'=' * 78}\n{rows}"


def logging(cli: Cli, _words: V, _values: V) -> str:
    """`show logging`."""
    return "".join(f"{line}\n" for line in cli.device.log)


def directory(cli: Cli, _words: V, _values: V) -> str:
    """`dir [flash:|all-filesystems]`."""
    files = cli.device.flash.files
    rows = "".join(
        f"       -rw-  {len(file.data):>11}           {time.strftime('%b %e %H:%M', time.gmtime(file.at))}  {path}\n"
        for path, file in sorted(files.items())
    )
    free = 0 if cli.device.faults.standing("full_flash") else cli.device.flash.free
    image = f"       -rwx  {IMAGE:>11}           Jan 10 12:00  EOS64-{cli.device.box.release}.swi\n"
    return f"Directory of flash:/\n\n{image}{rows}\n{SIZE} bytes total ({free} bytes free)\n"


def content(cli: Cli, path: str) -> str:
    """Return the text of a file or configuration; Refusal when there is no such thing."""
    if running(path):
        return cli.device.running
    if startup(path) or path in {"flash:startup-config", "flash:/startup-config"}:
        cli.device.tree  # noqa: B018 -- it fills the startup configuration on first touch
        return cli.device.startup
    data = cli.device.flash.read(path) if name(path) else None
    if data is None:
        raise Refusal(1000, f"Error opening {path} (No such file or directory)")
    return data.decode()


def more(cli: Cli, _words: V, values: V) -> str:
    """`more FILE`."""
    with cli.step("read"):
        return content(cli, values[0])


def diff(cli: Cli, _words: V, values: V) -> str:
    """`diff FILE FILE`."""
    return _unified(content(cli, values[0]), content(cli, values[1]), *values[:2])


def _unified(old: str, new: str, before: str, after: str) -> str:
    return "".join(f"{line}\n" for line in difflib.unified_diff(body(old), body(new), before, after, lineterm=""))
