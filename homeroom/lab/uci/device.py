"""The state of one emulated OpenWrt device: files, processes, the configuration in force, who is connected.

What its services run is what they last read from /etc/config; what stands there now may be something else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from homeroom.lab.boxed import Boxed
from homeroom.lab.clock import Clock, Later
from homeroom.lab.emulated import Edition, Interface, SnmpUser
from homeroom.lab.faults import Faults, Step
from homeroom.lab.ios.hardware import Box
from homeroom.lab.uci.builtins import BUILTINS
from homeroom.lab.uci.files import Files
from homeroom.lab.uci.filing import FILING
from homeroom.lab.uci.model import Importer, Package, UciError
from homeroom.lab.uci.probing import PROBING
from homeroom.lab.uci.process import Killed, Process, Steps, Table, Wait
from homeroom.lab.uci.shell import Applet, Shell
from homeroom.lab.uci.streams import Io, Source, silent
from homeroom.lab.uci.system import IMAGE, SYSTEM
from homeroom.lab.uci.texts import TEXTS
from homeroom.lab.uci.view import View

CONFIG: Final = "/etc/config"
CHECKSUM: Final = ("config", "/bin/sh", '-c "cat /etc/config/* | sha256sum"')
"""Name, program and arguments of the extend that prints the checksum (templates/openwrt/management.j2)."""
APPLETS: Final[Mapping[str, Applet]] = {**FILING, **TEXTS, **SYSTEM, **PROBING, **BUILTINS}
ENVIRONMENT: Final = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SHELL": "/bin/ash", "USER": "root"}
_PATIENCE: Final = 20_000
"""Commands after which a script that never waits is ended: it would hold up every other device."""
_TIMER: Final = "/box wait "
"""The command line of the process that takes a change back (homeroom/platforms/openwrt/box.sh)."""
_BOARD: Final = (
    "package luci\n\nconfig core 'main'\n\toption lang 'auto'\n\n"
    "package rpcd\n\nconfig rpcd\n\toption socket '/var/run/ubus/ubus.sock'\n\toption timeout '30'\n\n"
    "package ucitrack\n\nconfig network\n\toption init 'network'\n\n"
)
"""Packages of the image, which no plan of a network has anything to do with."""


_PARTS: Final = re.compile(r"^(?=package )", re.MULTILINE).split
_ALIKE: Final = 1024


@dataclass(frozen=True, slots=True)
class Staged:
    """What the box boots with: UCI text, root's password, and its SNMP users, which no UCI text shows."""

    config: str
    password: str
    users: Mapping[str, SnmpUser] = field(default_factory=dict[str, SnmpUser])


@lru_cache(maxsize=_ALIKE)
def _shipped(part: str) -> tuple[tuple[Package, str], ...]:
    """Return the packages of a text, each with its file's: most devices of a nation have most of them in common."""
    return tuple((one, one.text(header=False, names=False)) for one in Importer(part).run())


@lru_cache(maxsize=_ALIKE)
def _read(part: str) -> tuple[Package, ...]:
    """Return the package of a file, for everybody and so only to be looked at; none when it is no UCI."""
    try:
        return tuple(Importer(f"package {part}").run())
    except UciError:
        return ()


class UciDevice(Boxed[Box]):
    """One device. `staged` is asked once, on first touch; `minute` is how long a minute of its timers lasts.

    `booted`: when it was switched on; now, unless said otherwise.
    """

    __slots__ = (
        "_active", "_clock", "_files", "_fresh", "_indexes", "_later", "_patience", "_staged", "_state", "boot",
        "drops", "engine_boots", "faults", "fuse", "log", "minute", "processes", "running_changed", "running_saved",
        "startup_changed", "step",
    )  # fmt: skip

    applets: Mapping[str, Applet] = APPLETS

    def __init__(
        self,
        box: Box,
        staged: Callable[[], Staged],
        clock: Clock,
        later: Later,
        *,
        minute: float = 60,
        booted: float | None = None,
    ) -> None:
        super().__init__(box)
        self._clock, self._later, self.minute = clock, later, minute
        self._staged = staged
        self._state: Staged | None = None
        self._files: Files | None = None
        self._fresh: dict[str, Package] = {}
        """What was staged, by the text of its file, until it is first taken over: nobody reads it a second time."""
        self._active: tuple[str, View] | None = None
        self._indexes: dict[str, int] = {}
        self._patience = 0
        self.boot = clock() if booted is None else booted
        self.running_changed = self.running_saved = self.startup_changed = self.boot
        self.engine_boots = 1
        self.step: Step | None = None
        """What a session was last at of a change: whose work it is that its services take over."""
        self.processes = Table()
        self.faults = Faults()
        self.fuse = 0
        """After how many more commands the power goes; 0: it stays."""
        self.log: list[str] = []
        self.drops: dict[object, Callable[[], None]] = {}
        """What ends each connection to it."""

    # --- what it holds

    @property
    def staged(self) -> Staged:
        """Return what it booted with the first time."""
        if self._state is None:
            self._state = self._staged()
        return self._state

    @property
    def files(self) -> Files:
        """Return its files."""
        if self._files is None:
            live = {
                "/proc/sys/kernel/hostname": lambda: f"{self.node}\n",
                "/proc/uptime": lambda: f"{self.uptime:.2f} {self.uptime:.2f}\n",
                "/tmp/sysinfo/model": lambda: f"{self.model}\n",  # noqa: S108  # a path of the emulated device
            }
            full = lambda: self.faults.standing("full_flash") is not None  # noqa: E731
            files = self._files = Files(IMAGE, live, full=full, title=self._title)
            for part in (_BOARD, *_PARTS(self.staged.config)):
                for package, text in _shipped(part):
                    files.ship(f"{CONFIG}/{package.name}", text.encode())
                    self._fresh[f"{package.name}\n{text}\n"] = package
        return self._files

    def _title(self, pid: int) -> str | None:
        process = self.processes.running.get(pid)
        return process.title if process is not None else None

    def stored(self) -> str:
        """Return the committed configuration, as its files have it now."""
        files = self.files
        texts = {name: files.read(f"{CONFIG}/{name}").decode("utf-8", "replace") for name in files.names(CONFIG)}
        return "".join(f"package {name}\n{text}\n" for name, text in texts.items() if not name.startswith("."))

    @property
    def view(self) -> View:
        """Return the configuration its services run."""
        if self._active is None:
            self._take()
        return self._active[1] if self._active else View(())

    def _take(self) -> bool:
        """Read the stored configuration; tell whether it is another one. A package that is no UCI counts as empty."""
        text = self.stored()
        if self._active is not None and self._active[0] == text:
            return False
        parts = text.split("package ")[1:]
        packages = (one for part in parts for one in ((self._fresh[part],) if part in self._fresh else _read(part)))
        self._active = (text, View(packages, self.box.ports))
        self._fresh = {}
        return True

    def reload(self, by: str = "") -> None:
        """Have the services take the stored configuration over (`reload_config`). `by`: who says so, as `ps` has it."""
        if self._active is None:
            self._take()
        elif self._take():
            self.version += 1
            self.running_changed = self.running_saved = self.startup_changed = self._clock()
            timer = _TIMER in by
            self.changes.reverted += timer
            self.changes.committed += not timer and self.step == "commit"
            self.step = None

    @property
    def running(self) -> str:
        """Return the configuration its services run, as text."""
        self.view  # noqa: B018 -- it is read on first touch
        return self._active[0] if self._active else ""

    # --- time and power

    def now(self) -> float:
        """Return the device's own time."""
        jump = self.faults.standing("clock_jump")
        return self._clock() + (jump.seconds if jump else 0)

    @property
    def uptime(self) -> float:
        """Return the seconds since it booted."""
        return max(0.0, self._clock() - self.boot)

    def sleep(self, seconds: float) -> Wait:
        """Wait so long by the device's clock."""
        self._patience = 0

        def wait(resume: Callable[[], None]) -> Callable[[], None]:
            return self._later(seconds * self.minute / 60, resume).cancel

        return wait

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Call later, in real seconds."""
        self._later(seconds, call)

    def tick(self) -> None:
        """Take note of a command; Killed when the power goes, or when the script runs wild."""
        self._patience += 1
        if self._patience > _PATIENCE:
            self._patience = 0
            raise Killed
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                self.reboot()
                raise Killed

    def reboot(self) -> None:
        """Start again: nothing runs on, memory is empty, connections are gone, the boot scripts run."""
        self.fuse, self.step = 0, None
        for drop in list(self.drops.values()):
            drop()
        self.processes.restart()
        self.files.restart()
        self.boot = self._clock()
        self.engine_boots += 1
        self.version += 1
        self.log.clear()
        for name in self.files.names("/etc/rc.d"):
            if name.startswith("S"):
                self.run(f"/etc/rc.d/{name} boot")
        self.reload()

    def run(self, command: str, io: Io | None = None, ended: Callable[[int], None] | None = None) -> Process:
        """Start a command as a process of its own."""
        self.view  # noqa: B018 -- the services ran before anybody came
        quiet = Io(Source(), silent, silent)
        self._patience = 0

        def steps(process: Process) -> Steps:
            return Shell(self, process, variables=dict(ENVIRONMENT)).script(command, io or quiet)

        return self.processes.spawn(command.splitlines()[0] if command else "ash", steps, ended)

    # --- as others see it (homeroom.lab.emulated.Emulated)

    @property
    def edition(self) -> Edition:
        """Return the checksum of its configuration's files, if net-snmp is told to run what prints it.

        It is of what stands in the files, also before any service has taken it over.
        """
        if CHECKSUM not in self.view.extends():
            return Edition()
        files = self.files
        names = sorted(name for name in files.names(CONFIG) if not name.startswith("."))
        whole = b"".join(files.read(f"{CONFIG}/{name}") for name in names)
        return Edition(checksum=f"{hashlib.sha256(whole).hexdigest()}  -")

    @property
    def hostname(self) -> str:
        """Return sysName."""
        return self.view.name

    @property
    def node(self) -> str:
        """Return the kernel's host name."""
        return self.view.hostname

    @property
    def location(self) -> str:
        """Return the configured sysLocation."""
        return self.view.location

    @property
    def contact(self) -> str:
        """Return the configured sysContact."""
        return self.view.contact

    def interfaces(self) -> Sequence[Interface]:
        """Return the interfaces; an index once given stays."""
        rows: list[Interface] = []
        for row in self.view.rows():
            index = self._indexes.setdefault(row.name, len(self._indexes) + 1)
            mac = "" if row.name == "lo" else self._mac(index)
            rows.append(Interface(index, row.name, "", row.up, row.up, row.speed, mac))
        return sorted(rows, key=lambda row: row.index)

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs: id -> name."""
        return self.view.vlans()

    def ssids(self) -> Sequence[str]:
        """Return the names of the wireless networks, one for each wireless interface."""
        return self.view.ssids()

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        """Return the staged users whom the configuration lets in."""
        let_in = self.view.let_in()
        return {name: user for name, user in self.staged.users.items() if name in let_in}

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities, all of them read-only."""
        return self.view.communities()

    def _mac(self, number: int) -> str:
        """Return a locally administered address that follows from the device's name."""
        return (b"\x02" + self.box.digest[:4] + bytes([number & 0xFF])).hex(":")
