"""The state of one emulated Junos device. Its configuration is made and parsed only when somebody looks."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from homeroom.errors import LabError
from homeroom.lab.boxed import Boxed, Staged
from homeroom.lab.clock import Clock, Later
from homeroom.lab.emulated import Edition, Interface, SnmpUser
from homeroom.lab.faults import Faults
from homeroom.lab.junos import crypt, view
from homeroom.lab.junos.database import Database
from homeroom.lab.junos.hardware import Box
from homeroom.lab.junos.records import Client, Denied
from homeroom.lab.junos.tree import Node


class JunosDevice(Boxed[Box]):
    """One device. `staged` is asked once, on first touch; `minute` is how long a minute of its timers lasts.

    `booted`: when it started; now, unless it is told.
    """

    __slots__ = (
        "_base", "_first", "_pids", "_staged", "_started", "_true", "_users", "boot", "clients", "engine_boots",
        "faults", "indexes", "running_changed", "running_saved", "startup_changed",
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
        self._true = clock
        self._staged = staged
        self._started = False
        self._users: Mapping[str, SnmpUser] = {}
        self._pids = itertools.count(2101)
        self.faults = Faults()
        self.boot = clock() if booted is None else booted
        self.running_changed = self.running_saved = self.startup_changed = self.boot
        self.engine_boots = self._first = 1
        self.clients: list[Client] = []
        self.indexes: dict[str, int] = {port: 500 + n for n, port in enumerate(box.ports, 1)}
        self._base = Database(self.clock, later, minute, self.faults, self._changed, self.changes)

    def _changed(self) -> None:
        """Note a commit: Junos runs what it has on disk, so that all three times are one."""
        if self._started:
            self.version += 1
            self.running_changed = self.running_saved = self.startup_changed = self._true()

    def clock(self) -> float:
        """Return what its clock says, which a fault can set off."""
        jump = self.faults.standing("clock_jump")
        return self._true() + (jump.seconds if jump else 0)

    @property
    def uptime(self) -> float:
        """Return how long it has run: no clock jump changes that."""
        return max(0.0, self._true() - self.boot)

    # --- the configuration

    @property
    def base(self) -> Database:
        """Return the configuration database."""
        if not self._started:
            staged = self._staged()
            self._users = staged.users
            self._base.start(staged.config)
            self._started = True
        return self._base

    @property
    def tree(self) -> Node:
        """Return the active configuration."""
        return self.base.active

    @property
    def running(self) -> str:
        """Return the active configuration in braces."""
        return self.base.running

    def reboot(self) -> None:
        """Boot again: what was committed runs, a pending commit still waits, the rest is gone."""
        base = self.base
        for client in list(self.clients):
            client.drop()
            self.logout(client)
        base.lock = base.editor = None
        base.candidate = base.active
        self.boot = self._true()
        self._first = base.number
        self.engine_boots += 1
        self.version += 1

    def edit(self, lines: Sequence[str], user: str) -> None:
        """Change the configuration as somebody at the console would, and commit; LabError says what is refused."""
        client = self.login(user, "console", "cli", lambda: None)
        try:
            self.base.take(client)
            self.base.command(client, "\n".join(lines))
            self.base.commit(client)
        except Denied as denied:
            raise LabError(f"{self.name} refuses it: {denied}") from denied
        finally:
            self.logout(client)

    # --- who is here

    def opens(self, user: str, password: str) -> bool:
        """Tell whether a password opens the device for a user."""
        if self.faults.standing("refuse_login"):
            return False
        path = ("root-authentication",) if user == "root" else ("login", "user", user, "authentication")
        return crypt.opens(password, self.tree.value("system", *path, "encrypted-password"))

    def reader(self, user: str) -> bool:
        """Tell whether a user may only look."""
        return user != "root" and self.tree.value("system", "login", "user", user, "class") == "read-only"

    def login(self, user: str, host: str, kind: Literal["netconf", "cli"], drop: Callable[[], None]) -> Client:
        """Begin a session."""
        client = Client(user, host, next(self._pids), kind, self.clock(), drop)
        self.clients.append(client)
        return client

    def logout(self, client: Client) -> None:
        """End a session: its lock is freed, what it changed under the lock is gone."""
        if client in self.clients:
            self.clients.remove(client)
            self.base.leave(client)

    # --- as others see it (homeroom.lab.emulated.Emulated)

    @property
    def edition(self) -> Edition:
        """Return how often it was committed since it booted, and by whom the last time."""
        number = self.base.number - self._first + 1
        return Edition(number, self.base.commits[0].user if number > 1 else "root")

    @property
    def hostname(self) -> str:
        """Return the configured host name."""
        return self.tree.value("system", "host-name", default="Amnesiac")

    @property
    def location(self) -> str:
        """Return the configured sysLocation."""
        return self.tree.value("snmp", "location")

    @property
    def contact(self) -> str:
        """Return the configured sysContact."""
        return self.tree.value("snmp", "contact")

    def interfaces(self) -> Sequence[Interface]:
        """Return the interfaces by ascending index, physical and logical."""
        return view.interfaces(self.tree, self.box, self.indexes)

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs: id -> name."""
        return view.vlans(self.tree)

    def ssids(self) -> Sequence[str]:
        """Return no network: these models have no radio."""
        return ()

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        """Return the staged SNMPv3 users that the configuration still names."""
        named = {node.key for node in self.tree.entries("snmp", "v3", "usm", "local-engine", "user")}
        return {name: user for name, user in self._users.items() if name in named}

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities of the configuration: community -> `RO` or `RW`."""
        writes = {"read-write": "RW"}
        entries = self.tree.entries("snmp", "community")
        return {node.key: writes.get(node.value("authorization"), "RO") for node in entries}
