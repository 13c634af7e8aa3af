"""The state of one emulated EOS device: configurations, sessions, files, times.

The running configuration is made and parsed only when somebody looks: an untouched device costs a record.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.lab.boxed import Boxed
from homeroom.lab.clock import Clock, Later, logged
from homeroom.lab.emulated import Interface, SnmpUser
from homeroom.lab.eos import view
from homeroom.lab.eos.apply import Refusal, factory, load
from homeroom.lab.eos.config import text
from homeroom.lab.eos.forms import Chassis
from homeroom.lab.eos.hardware import Box
from homeroom.lab.eos.sessions import Sessions
from homeroom.lab.faults import Faults
from homeroom.lab.flash import Flash
from homeroom.lab.section import Section
from homeroom.lab.snmp.engine import engine_id
from homeroom.snmp import usm

OUT_OF_BAND: Final = "Management1"
"""The port that every model has beside those of its model in the inventory."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What the box boots with: its configuration as text."""

    config: str


class EosDevice(Boxed[Box]):
    """One device. `staged` is asked once, on first touch; `minute` is how long a minute of its timers lasts.

    `booted`: when it did, if not just now.
    """

    __slots__ = (
        "_changed_by", "_chassis", "_clock", "_counter", "_staged", "_text", "_tree", "boot", "drops",
        "engine_boots", "faults", "flash", "later", "log", "minute", "running_changed", "running_saved", "sessions",
        "startup", "startup_changed",
    )  # fmt: skip

    def __init__(
        self,
        box: Box,
        staged: Callable[[], Staged],
        clock: Clock,
        later: Later,
        minute: float = 60,
        *,
        booted: float | None = None,
    ) -> None:
        super().__init__(box)
        self._clock, self.later, self.minute = clock, later, minute
        self._staged = staged
        self._tree: Section | None = None
        self._text: tuple[int, str] = (-1, "")
        self._counter = itertools.count(1)
        self._changed_by = ""
        self.faults = Faults()
        self.drops: dict[object, Callable[[], None]] = {}
        """What ends each connection to it."""
        self._chassis = Chassis(frozenset({*box.ports, OUT_OF_BAND}), self._salt, self._localize, engine_id(self).hex())
        self.boot = clock() if booted is None else booted
        self.running_changed = self.running_saved = self.startup_changed = self.boot
        self.engine_boots = 1
        self.startup = ""
        self.flash = Flash()
        self.sessions = Sessions(self._copy, self.swap)
        self.log: deque[str] = deque(maxlen=200)

    def _copy(self) -> Section:
        return self.tree.copy()

    def _salt(self) -> str:
        return f"{self.box.digest.hex()[:8]}{next(self._counter):06x}"

    def _localize(self, algorithm: str, phrase: str) -> str:
        digest = algorithm if algorithm.startswith("sha") and algorithm != "sha" else "sha1"
        return usm.localize(usm.master_key(phrase, digest), engine_id(self), digest).hex()

    # --- time

    def clock(self) -> float:
        """Return what the device's clock says; a fault can set it off."""
        jump = self.faults.standing("clock_jump")
        return self._clock() + (jump.seconds if jump else 0)

    @property
    def uptime(self) -> float:
        """Return how long it has run: no clock jump changes that."""
        return max(0.0, self._clock() - self.boot)

    # --- the configurations

    @property
    def tree(self) -> Section:
        """Return the running configuration."""
        if self._tree is None:
            self._tree = factory(self._chassis)
            load(self._staged().config, self._chassis, self._tree)
            self.startup = self.print(self._tree, "startup-config")
        return self._tree

    @property
    def chassis(self) -> Chassis:
        """Return what a configuration meets on this box."""
        return self._chassis

    @property
    def running(self) -> str:
        """Return the running configuration as `show running-config` prints it."""
        tree = self.tree
        if self._text[0] != self.version:
            self._text = (self.version, self.print(tree, "running-config"))
        return self._text[1]

    def print(self, tree: Section, what: str) -> str:
        """Print a configuration under what EOS says above it."""
        head = f"! Command: show {what}\n"
        if what == "startup-config":
            stamp = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(self.startup_changed))
            head += f"! Startup-config last modified at {stamp} by {self._changed_by or 'root'}\n"
        return text(tree, f"{head}! device: {view.hostname(tree)} ({self.box.model}, EOS-{self.box.release})")

    @property
    def changed_by(self) -> str:
        """Return who last changed the running configuration."""
        return self._changed_by

    def swap(self, tree: Section, user: str) -> None:
        """Put another running configuration in place of this one."""
        if tree != self.tree:
            self.running_changed, self._changed_by = self._clock(), user
            self.version += 1
        self._tree = tree

    def touched(self, before: str, user: str) -> None:
        """Note who changed the running configuration in place, if it prints another text than `before`."""
        if self.print(self.tree, "running-config") != before:
            self.version += 1
            self.running_changed, self._changed_by = self._clock(), user

    def merge(self, config: str, user: str) -> tuple[Refusal, ...]:
        """Apply commands on top of what runs, as typed in configure mode; bad lines are skipped and returned."""
        tree = self.tree.copy()
        refused = load(config, self._chassis, tree)
        self.swap(tree, user)
        return refused

    def save(self) -> None:
        """Write the startup configuration; OSError when the flash is full."""
        self.check_space()
        self.startup_changed = self.running_saved = self._clock()
        self.startup = self.print(self.tree, "startup-config")
        self.version += 1

    def read(self, config: str) -> tuple[Section, tuple[Refusal, ...]]:
        """Read a configuration's text as `configure replace` does: onto a clean one."""
        tree = factory(self._chassis)
        return tree, load(config, self._chassis, tree)

    def commit(self, name: str, seconds: float | None) -> None:
        """Commit a session, on trial when `seconds` are given."""
        before = self.sessions.commit(name, self.clock())
        self.changes.committed += before != self.tree
        if seconds is not None:
            handle = self.later(seconds * self.minute / 60, self.expire)
            self.sessions.arm(name, before, self.uptime + seconds, handle)
            self.say(
                f"%SYS-5-CONFIG_SESSION_COMMIT_TIMER_STARTED: committed session {name}, with timer {seconds:.0f} s"
            )

    def expire(self) -> None:
        """Take back the commit whose timer ran out."""
        if self.sessions.waiting is not None:
            name, ran = self.sessions.waiting.name, self.tree
            self.sessions.expire()
            self.changes.reverted += ran != self.tree
            self.say(
                f"%SYS-5-CONFIG_SESSION_COMMIT_TIMER_EXPIRED: The commit timer on session {name} has expired. "
                "The system configuration has been rolled back."
            )

    def reboot(self) -> None:
        """Boot again: the startup configuration runs, sessions and connections are gone, SNMP counts a boot."""
        self.tree  # noqa: B018 -- it fills the startup configuration on first touch
        self.sessions.clear()
        self.swap(self.read(self.startup)[0], "")
        self.boot = self.running_changed = self._clock()
        self.engine_boots += 1
        for drop in tuple(self.drops.values()):
            drop()

    def check_space(self) -> None:
        """Raise OSError when the flash is full."""
        if self.faults.standing("full_flash"):
            raise OSError("No space left on device")

    def write(self, path: str, data: str) -> None:
        """Write a file to flash; OSError as Flash.write."""
        self.check_space()
        self.flash.write(path, data.encode(), self.clock())

    def say(self, message: str) -> None:
        """Log a message: `%SYS-5-...`."""
        self.log.append(f"{logged(self.clock())} {self.hostname} ConfigAgent: {message}")

    # --- as others see it (homeroom.lab.emulated.Emulated)

    @property
    def hostname(self) -> str:
        """Return the configured host name."""
        return view.hostname(self.tree)

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
        return view.interfaces(self.tree, self.box)

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs: id -> name."""
        return view.vlans(self.tree)

    def ssids(self) -> Sequence[str]:
        """Return no network: these models have no radio."""
        return ()

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        """Return the SNMPv3 users of the configuration whose pass phrases were typed here or staged."""
        return view.snmp_users(self.tree, self._chassis.typed)

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities of the configuration: community -> `RO` or `RW`."""
        return view.communities(self.tree)
