"""The state of one emulated IOS device: configurations, files, times, who is logged in.

The running configuration is made and parsed only when somebody looks: an untouched device costs a record.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from homeroom.lab.boxed import Boxed, Staged
from homeroom.lab.clock import Clock, Handle, Later, archived, logged
from homeroom.lab.emulated import Edition, Interface, SnmpUser
from homeroom.lab.faults import Faults
from homeroom.lab.flash import Flash, running, startup
from homeroom.lab.ios import view
from homeroom.lab.ios.apply import Loaded, load
from homeroom.lab.ios.config import Chassis, text
from homeroom.lab.ios.hardware import Box
from homeroom.lab.section import Section


@dataclass(slots=True)
class Login:
    """One session on a line."""

    user: str
    host: str
    at: float
    line: int


@dataclass(slots=True)
class Pending:
    """A change that will be taken back unless somebody confirms it."""

    user: str
    at: float
    minutes: int
    file: str
    """The archived configuration it would go back to."""
    handle: Handle


class IosDevice(Boxed[Box]):
    """One device. `staged` is asked once, on first touch; `minute` is how long a minute of its timers lasts.

    `booted`: since when it runs (default: now).
    """

    __slots__ = (
        "_chassis", "_counter", "_staged", "_text", "_tree", "_true", "archives", "boot", "changed_by", "drops",
        "engine_boots", "faults", "flash", "generation", "indexes", "later", "log", "logins", "minute", "pending",
        "revision", "running_changed", "running_saved", "saved_by", "startup", "startup_changed",
    )  # fmt: skip

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
        self._true, self.later, self.minute = clock, later, minute
        self._staged = staged
        self.faults = Faults()
        self.drops: dict[object, Callable[[], None]] = {}
        """What ends each connection to it."""
        self._tree: Section | None = None
        self._text: tuple[int, str] = (-1, "")
        self._chassis = Chassis(frozenset(box.ports), box.kind, self._salt)
        self._counter = itertools.count(1)
        self.boot = clock() if booted is None else booted
        self.running_changed = self.running_saved = self.startup_changed = self.boot
        self.changed_by = self.saved_by = ""
        self.revision = 1
        """Its Config Change Tracking Identifier: it counts anew from each boot."""
        self.engine_boots = 1
        self.generation = 0
        self.startup = ""
        self.flash = Flash()
        self.archives: list[str] = []
        self.pending: Pending | None = None
        self.logins: list[Login] = []
        self.log: deque[str] = deque(maxlen=200)
        self.indexes: dict[str, int] = {port: n for n, port in enumerate(box.ports, 1)}

    def clock(self) -> float:
        """Return what its clock says, which a fault can set off."""
        jump = self.faults.standing("clock_jump")
        return self._true() + (jump.seconds if jump else 0)

    @property
    def uptime(self) -> float:
        """Return how long it has run: no clock jump changes that."""
        return max(0.0, self._true() - self.boot)

    def _salt(self) -> str:
        return f"{self.box.digest.hex()[:8]}{next(self._counter):06x}"

    # --- the configurations

    @property
    def tree(self) -> Section:
        """Return the running configuration."""
        if self._tree is None:
            staged = self._staged()
            self._chassis.users.update(staged.users)
            self._tree = load(staged.config, self._chassis).tree
            self.startup = text(self._tree)
        return self._tree

    @property
    def chassis(self) -> Chassis:
        """Return what a configuration meets on this box."""
        return self._chassis

    @property
    def running(self) -> str:
        """Return the running configuration as a file's text."""
        tree = self.tree
        if self._text[0] != self.version:
            self._text = (self.version, text(tree))
        return self._text[1]

    @contextmanager
    def change(self, user: str) -> Generator[Section]:
        """Change the running configuration in place; who and when is kept only if it changed."""
        before, users = self.tree.copy(), dict(self._chassis.users)
        try:
            yield self.tree
        finally:  # lines before a refused one stay
            if before != self.tree or users != self._chassis.users:
                self.revision += 1
                self.running_changed, self.changed_by = self._true(), user
                self.version += 1

    def swap(self, tree: Section, user: str) -> None:
        """Put another running configuration in place of this one; open configure sessions start at the top again."""
        with self.change(user) as now:
            now.entries = tree.entries
        self.generation += 1

    def merge(self, config: str, user: str) -> Loaded:
        """Apply a configuration file on top of the running configuration, line by line; bad lines are skipped."""
        with self.change(user) as tree:
            return load(config, self._chassis, onto=tree)

    def save(self, user: str) -> None:
        """Copy the running configuration to the startup configuration."""
        self.startup = self.running
        self.startup_changed = self.running_saved = self._true()
        self.saved_by = user
        self.version += 1

    def saved(self) -> None:
        """Note that the running configuration was written somewhere."""
        self.running_saved = self._true()
        self.version += 1

    def erase(self) -> None:
        """Empty the startup configuration."""
        self.tree  # noqa: B018 -- it fills the startup configuration on first touch
        self.startup, self.startup_changed = "", self._true()

    def restore(self, config: str) -> None:
        """Write a text as the startup configuration."""
        self.erase()
        self.startup = config

    def reboot(self) -> None:
        """Boot again: connections break, the startup configuration runs, nothing is pending, a boot is counted."""
        self.tree  # noqa: B018 -- it fills the startup configuration on first touch
        for drop in list(self.drops.values()):
            drop()
        if self.pending is not None:
            self.pending.handle.cancel()
            self.pending = None
        self.swap(load(self.startup, self._chassis.scratch()).tree, "")
        self.boot = self.running_changed = self._true()
        self.revision = 1
        self.engine_boots += 1
        self.version += 1
        self.logins.clear()
        self.log.clear()

    # --- files

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file or of a configuration; None when there is no such thing."""
        if running(path):
            return self.running.encode()
        if startup(path):
            self.tree  # noqa: B018 -- it fills the startup configuration on first touch
            return self.startup.encode() or None
        return b"" if path.startswith("null:") else self.flash.read(path)

    def write(self, path: str, data: bytes) -> None:
        """Write a file to flash; OSError as homeroom.lab.flash.Flash.write."""
        if self.faults.standing("full_flash"):
            raise OSError("No space left on device")
        if not path.startswith("null:"):
            self.flash.write(path, data, self.clock())

    @property
    def free(self) -> int:
        """Return how many bytes of its flash are free."""
        return 0 if self.faults.standing("full_flash") else self.flash.free

    def archive(self) -> str:
        """Put the running configuration into the archive; return the file's name."""
        section = self.tree.section("archive")
        path = section.value("path ") if section else ""
        number = len(self.archives)
        file = f"{path or 'flash:archive'}-{archived(self.clock())}-{number}"
        self.write(file, self.running.encode())
        self.running_saved = self._true()
        self.archives.append(file)
        keep = int(section.value("maximum ", "10")) if section else 10
        for old in self.archives[:-keep]:
            self.flash.delete(old)
        return file

    @property
    def archiving(self) -> bool:
        """Tell whether the archive is on: it is once it has a path."""
        section = self.tree.section("archive")
        return section is not None and bool(section.value("path "))

    # --- who is here, and what was said

    def login(self, user: str, host: str) -> Login:
        """Take a line for a session."""
        taken = {login.line for login in self.logins}
        login = Login(user, host, self.clock(), next(n for n in itertools.count() if n not in taken))
        self.logins.append(login)
        return login

    def logout(self, login: Login) -> None:
        """Give the line back."""
        if login in self.logins:
            self.logins.remove(login)

    def say(self, message: str) -> None:
        """Log a message: `%SYS-5-CONFIG_I: ...`."""
        self.log.append(f"{logged(self.clock())}: {message}")

    # --- as others see it (homeroom.lab.emulated.Emulated)

    @property
    def edition(self) -> Edition:
        """Return its CTID, and who changed it last."""
        return Edition(self.revision, self.changed_by if self.revision > 1 else "system")

    @property
    def hostname(self) -> str:
        """Return the configured host name."""
        return self.tree.value("hostname ", self.box.unnamed)

    @property
    def location(self) -> str:
        """Return the configured sysLocation."""
        return self.tree.value("snmp-server location ")

    @property
    def contact(self) -> str:
        """Return the configured sysContact."""
        return self.tree.value("snmp-server contact ")

    def interfaces(self) -> Sequence[Interface]:
        """Return the interfaces by ascending index."""
        return view.interfaces(self.tree, self.box, self.indexes)

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs: id -> name."""
        return view.vlans(self.tree)

    def ssids(self) -> Sequence[str]:
        """Return the SSIDs that a controller has its access points send; the other models have no radio."""
        return tuple(view.ssids(self.tree))

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        """Return the SNMPv3 users."""
        self.tree  # noqa: B018 -- it makes the staged users on first touch
        return self._chassis.users

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities of the configuration: community -> `RO` or `RW`."""
        lines = (line.split() for line in self.tree.lines("snmp-server community "))
        return {words[0]: next((word for word in words if word in {"RO", "RW"}), "RO") for words in lines}
