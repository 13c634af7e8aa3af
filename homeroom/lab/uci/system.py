"""OpenWrt's own programs: uci, ubus, reload_config, logread, wifi, and what the kernel tells.

Sources: https://openwrt.org/docs/techref/ubus, https://openwrt.org/docs/techref/procd (config.change events),
iproute2 as BusyBox prints it; `ubus call system board` and `info` as OpenWrt 23.05 answers them.
"""

from __future__ import annotations

import itertools
import json
import posixpath
import time
from collections.abc import Mapping
from typing import Any, Final, Protocol, cast

from homeroom.lab.emulated import Interface
from homeroom.lab.uci.command import Uci
from homeroom.lab.uci.filing import split
from homeroom.lab.uci.process import Steps
from homeroom.lab.uci.shell import Applet, Machine, Shell
from homeroom.lab.uci.streams import Io
from homeroom.lab.uci.view import View

RELEASE: Final = "23.05.5"
REVISION: Final = "r24106-10cc5fcd00"
KERNEL: Final = "5.15.167"
TARGET: Final = "mediatek/filogic"
BANNER: Final = rf"""
BusyBox v1.36.1 (2024-09-23 12:34:46 UTC) built-in shell (ash)

  _______                     ________        __
 |       |.-----.-----.-----.|  |  |  |.----.|  |_
 |   -   ||  _  |  -__|     ||  |  |  ||   _||   _|
 |_______||   __|_____|__|__||________||__|  |____|
          |__| W I R E L E S S   F R E E D O M
 -----------------------------------------------------
 OpenWrt {RELEASE}, {REVISION}
 -----------------------------------------------------
"""
IMAGE: Final[Mapping[str, bytes]] = {
    "/dev/null": b"",
    "/etc/banner": BANNER.partition("\n\n")[2].encode(),
    "/etc/openwrt_release": (
        f"DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='{RELEASE}'\nDISTRIB_REVISION='{REVISION}'\n"
        f"DISTRIB_TARGET='{TARGET}'\nDISTRIB_ARCH='aarch64_cortex-a53'\n"
        f"DISTRIB_DESCRIPTION='OpenWrt {RELEASE} {REVISION}'\nDISTRIB_TAINTS=''\n"
    ).encode(),
    "/etc/openwrt_version": f"{REVISION}\n".encode(),
    "/etc/passwd": b"root:x:0:0:root:/root:/bin/ash\ndaemon:*:1:1:daemon:/var:/bin/false\n",
    "/etc/os-release": f'NAME="OpenWrt"\nVERSION="{RELEASE}"\nID="openwrt"\nID_LIKE="lede openwrt"\n'.encode(),
    "/proc/cpuinfo": b"processor\t: 0\nBogoMIPS\t: 26.00\nCPU implementer\t: 0x41\n",
    "/proc/version": f"Linux version {KERNEL} (builder@buildhost) #0 SMP Mon Sep 23 12:34:46 2024\n".encode(),
    "/proc/meminfo": b"MemTotal:         243204 kB\nMemFree:          131072 kB\nMemAvailable:     150000 kB\n",
}
"""Files that are the same on every device."""
_BAD: Final = "Command failed: Not found\n"


class Host(Machine, Protocol):
    """What OpenWrt's programs ask their device."""

    log: list[str]

    @property
    def node(self) -> str:
        """Return the kernel's host name."""
        ...

    @property
    def model(self) -> str:
        """Return the hardware model."""
        ...

    @property
    def view(self) -> View:
        """Return the configuration in force."""
        ...

    @property
    def uptime(self) -> float:
        """Return the seconds since it booted."""
        ...

    def now(self) -> float:
        """Return the device's own time."""
        ...

    def interfaces(self) -> Any:
        """Return the interfaces."""
        ...

    def reload(self, by: str = "") -> None:
        """Have the services take the stored configuration over, as the process called `by` says."""
        ...

    def reboot(self) -> None:
        """Start again."""
        ...


def _host(shell: Shell) -> Host:
    return cast("Host", shell.machine)


class _Disk:
    """A device's files as `uci` wants them."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def text(self, path: str) -> str | None:
        where = self._shell.path(path)
        if self._shell.files.kind(where) != "f":
            return None
        return self._shell.files.read(where).decode("utf-8", "surrogateescape")

    def save(self, path: str, text: str) -> None:
        self._shell.files.write(self._shell.path(path), text.encode("utf-8", "surrogateescape"))

    def names(self, folder: str) -> list[str] | None:
        where = self._shell.files.resolve(self._shell.path(folder))
        if self._shell.files.kind(where) != "d":
            return None
        names = self._shell.files.names(where)
        return [name for name in names if self._shell.files.kind(posixpath.join(where, name)) == "f"]

    def make(self, folder: str) -> None:
        self._shell.files.make(self._shell.path(folder), 0o700)


def uci(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `uci`."""
    said = ""
    if {"import", "batch"} & set(arguments) and "-f" not in arguments:
        said = yield from io.stdin.all()
    return Uci(_Disk(shell), lambda: said, io.out, io.err).run(arguments)


def reload_config(shell: Shell, _arguments: list[str], _io: Io) -> int:
    """Do `reload_config`: tell the services whose configuration changed."""
    _host(shell).reload(shell.process.title)
    return 0


def service(shell: Shell, arguments: list[str], _io: Io) -> int:
    """Do `wifi`, `service NAME reload` and the like: the configuration is taken over."""
    if not arguments or {"reload", "restart", "up", "start"} & set(arguments):
        _host(shell).reload()
    return 0


def reboot(shell: Shell, _arguments: list[str], _io: Io) -> int:
    """Do `reboot`."""
    _host(shell).reboot()
    return 0


def sleep(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `sleep`."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    seconds = 0
    for word in arguments:
        number = word.rstrip("smhd")
        if not number.isdecimal():
            io.err(f"sleep: invalid number '{word}'\n")
            return 1
        seconds += int(number) * units.get(word[-1], 1)
    yield shell.machine.sleep(seconds)
    return 0


def logger(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `logger`."""
    words = list(arguments)
    tag = "root"
    while words and words[0].startswith("-"):
        flag = words.pop(0)
        if flag in {"-t", "-p"} and words:
            tag = words.pop(0) if flag == "-t" else tag
            tag = tag if flag == "-t" or not words else (words.pop(0), tag)[1]
    said = " ".join(words) or (yield from io.stdin.all()).rstrip("\n")
    host = _host(shell)
    host.log.append(f"{time.strftime('%a %b %e %H:%M:%S %Y', time.gmtime(host.now()))} user.notice {tag}: {said}\n")
    return 0


def logread(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `logread`, with `-e PATTERN` and `-l COUNT`."""
    lines = list(_host(shell).log)
    for flag, value in itertools.pairwise(arguments):
        if flag == "-e":
            lines = [line for line in lines if value in line]
        elif flag == "-l":
            lines = lines[-int(value) :]
    io.out("".join(lines))
    return 0


def _json(answer: Mapping[str, Any], arguments: list[str]) -> str:
    if "-S" in arguments:
        return json.dumps(answer, ensure_ascii=False) + "\n"
    return json.dumps(answer, indent="\t", ensure_ascii=False) + "\n"


def ubus(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `ubus list` and `ubus call system board|info`."""
    host = _host(shell)
    words = [word for word in arguments if not word.startswith("-")]
    match words:
        case ["list", *_]:
            io.out("".join(f"{name}\n" for name in ("log", "network", "network.device", "network.interface", "system")))
        case ["call", "system", "board", *_]:
            io.out(_json(_board(host), arguments))
        case ["call", "system", "info", *_]:
            io.out(_json(_info(host), arguments))
        case ["call", "service", "event", *_] | ["call", "network", "reload", *_]:
            host.reload()
        case _:
            io.err(_BAD)
            return 4
    return 0


def _board(host: Host) -> dict[str, Any]:
    return {
        "kernel": KERNEL,
        "hostname": host.node,
        "system": "ARMv8 Processor rev 4",
        "model": host.model,
        "board_name": host.model.lower().replace(" ", ","),
        "rootfs_type": "squashfs",
        "release": {
            "distribution": "OpenWrt",
            "version": RELEASE,
            "revision": REVISION,
            "target": TARGET,
            "description": f"OpenWrt {RELEASE} {REVISION}",
        },
    }


def _info(host: Host) -> dict[str, Any]:
    free = host.files.free // 1024
    return {
        "localtime": int(host.now()),
        "uptime": int(host.uptime),
        "load": [1000, 900, 800],
        "memory": {"total": 249040896, "free": 134217728, "shared": 131072, "buffered": 4096, "available": 153600000},
        "root": {"total": 5120, "free": free, "used": 5120 - free, "avail": free},
        "tmp": {"total": 121600, "free": 121000, "used": 600, "avail": 121000},
        "swap": {"total": 0, "free": 0},
    }


def ip(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `ip addr`, `ip link`, `ip route`."""
    host = _host(shell)
    what = next((word for word in arguments if not word.startswith("-")), "addr")
    if what.startswith("r"):
        return 0
    addresses = list(host.view.addresses()) if what.startswith("a") else []
    for row in host.interfaces():
        io.out(_link(row))
        for address in (address for device, address in addresses if device == row.name):
            family = "inet6" if ":" in address else "inet"
            io.out(f"    {family} {address} scope global {row.name}\n       valid_lft forever preferred_lft forever\n")
    return 0


def _link(row: Interface) -> str:
    flags = ["LOOPBACK"] if row.name == "lo" else ["BROADCAST", "MULTICAST"]
    flags += ["UP"] * row.admin_up + ["LOWER_UP"] * row.oper_up
    kind, mac = ("loopback", "00:00:00:00:00:00") if row.name == "lo" else ("ether", row.mac)
    mtu, end = (65536, "00:00:00:00:00:00") if row.name == "lo" else (1500, "ff:ff:ff:ff:ff:ff")
    state = "UNKNOWN" if row.name == "lo" else "UP" if row.oper_up else "DOWN"
    return (
        f"{row.index}: {row.name}: <{','.join(flags)}> mtu {mtu} qdisc noqueue state {state} qlen 1000\n"
        f"    link/{kind} {mac} brd {end}\n"
    )


def uptime(shell: Shell, _arguments: list[str], io: Io) -> int:
    """Do `uptime`."""
    host = _host(shell)
    minutes = int(host.uptime) // 60
    days, rest = divmod(minutes, 1440)
    said = f"{days} day{'s' * (days != 1)}, " if days else ""
    said += f"{rest // 60:2d}:{rest % 60:02d}" if rest >= 60 else f"{rest} min"
    io.out(f" {time.strftime('%H:%M:%S', time.gmtime(host.now()))} up {said},  load average: 0.01, 0.01, 0.00\n")
    return 0


def date(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `date`, with `+FORMAT`."""
    form = next((word[1:] for word in arguments if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    moment = time.gmtime(_host(shell).now())
    io.out(time.strftime(form.replace("%s", str(int(_host(shell).now()))), moment) + "\n")
    return 0


def uname(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `uname`."""
    said = {
        "s": "Linux",
        "n": _host(shell).node,
        "r": KERNEL,
        "v": "#0 SMP Mon Sep 23 12:34:46 2024",
        "m": "aarch64",
    }
    flags, _ = split(arguments)
    shown = " ".join(said[flag] for flag in "snrvm" if flag in flags or "a" in flags) or "Linux"
    io.out(shown + (" GNU/Linux" if "a" in flags else "") + "\n")
    return 0


def hostname(shell: Shell, _arguments: list[str], io: Io) -> int:
    """Do `hostname`."""
    io.out(f"{_host(shell).node}\n")
    return 0


def who(_shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `id` and `whoami`."""
    io.out({"-u": "0\n", "-un": "root\n"}.get(" ".join(arguments), "uid=0(root) gid=0(root) groups=0(root)\n"))
    return 0


def ps(shell: Shell, _arguments: list[str], io: Io) -> int:
    """Do `ps`."""
    io.out("  PID USER       VSZ STAT COMMAND\n    1 root      1636 S    /sbin/procd\n")
    for process in shell.machine.processes.running.values():
        io.out(f"{process.pid:5d} root      1332 S    {process.title}\n")
    return 0


def which(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `which`."""
    status = 0
    for name in arguments:
        if name in shell.machine.applets:
            io.out(f"/bin/{name}\n")
        else:
            status = 1
    return status


SYSTEM: Final[Mapping[str, Applet]] = {
    "date": date,
    "hostname": hostname,
    "id": who,
    "ip": ip,
    "logger": logger,
    "logread": logread,
    "ps": ps,
    "reboot": reboot,
    "reload_config": reload_config,
    "service": service,
    "sleep": sleep,
    "ubus": ubus,
    "uci": uci,
    "uname": uname,
    "uptime": uptime,
    "which": which,
    "wifi": service,
}
