"""The state of one emulated RouterOS device: configuration, files, schedulers, and what others see of it.

The configuration is made only when somebody looks: an untouched device costs a record.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from homeroom.lab.boxed import Boxed
from homeroom.lab.clock import Clock, Later
from homeroom.lab.emulated import Interface, SnmpUser
from homeroom.lab.faults import Faults
from homeroom.lab.ros import hardware, probing, view
from homeroom.lab.ros.config import Config, Entry
from homeroom.lab.ros.export import Head, Style, export
from homeroom.lab.ros.files import Files
from homeroom.lab.ros.hardware import Box
from homeroom.lab.ros.operators import Value
from homeroom.lab.ros.runner import Runner
from homeroom.lab.ros.schedule import Schedule
from homeroom.lab.ros.trap import Trap, no_item

_OWN: Final = frozenset({"/system script", "/system scheduler"})
"""What a device keeps for itself while it is changed."""


class Halted(Exception):  # it is an event, not an error
    """The device stopped in the middle of a script, as when its power is cut."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What the box boots with: its configuration, the passwords of its users, SNMP users that no export shows."""

    config: str
    passwords: Mapping[str, str] = field(default_factory=dict[str, str])
    users: Mapping[str, SnmpUser] = field(default_factory=dict[str, SnmpUser])


class RosDevice(Boxed[Box]):
    """One device. `staged` is asked once, on first touch; `minute` is how long a minute of its timers lasts."""

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
        self.clock, self.later, self.minute = clock, later, minute
        self.faults = Faults()
        self.files = Files()
        self.backups: dict[str, dict[str, list[Entry]]] = {}
        self.globals: dict[str, Value] = {}
        self.log: deque[str] = deque(maxlen=200)
        self.boot = self.changed_at = clock() if booted is None else booted
        self.changed_by = ""
        """Who was the last to type a command."""
        self.engine_boots = 1
        self.stop_after: int | None = None
        self.hang_up: set[Callable[[], None]] = set()
        self._staged = staged
        self._users: Mapping[str, SnmpUser] = {}
        self._config: Config | None = None
        self._schedule = Schedule(self, self._fire)

    # --- configuration

    @property
    def config(self) -> Config:
        """Return the configuration."""
        if self._config is None:
            staged = self._staged()
            self._users = staged.users
            self._config = Config(self._touched)
            self._fill(self._config, staged.passwords)
            Runner(self).run(staged.config)
            self.changed_at, self.version = self.boot, 0
        return self._config

    def _fill(self, config: Config, passwords: Mapping[str, str]) -> None:
        hardware.factory(config, self.box)
        for name, password in passwords.items():
            config.add("/user", {"name": name, "group": "full", "password": password})

    def reset(self, script: str) -> None:
        """Go back to the factory's configuration, keep the users, run a script, and start again."""
        users = {entry.name: entry.get("password") for entry in self.config.table("/user")}
        fresh = Config()
        self._fill(fresh, users)
        self.config.restore(fresh.snapshot())
        try:
            self.run(script)
        except Trap as trap:
            self.say(f"run-after-reset failed: {trap.message}")
        self.reboot()

    def _touched(self) -> None:
        self.version += 1
        self.changed_at = self.clock()
        self._schedule.plan()

    @property
    def running(self) -> str:
        """Return the configuration as `/export` prints it."""
        return self.export(Style())

    def outline(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Return what is configured, but for scripts and schedulers, to be compared."""
        tables = self.config.snapshot()
        return {path: [entry.values for entry in tables[path]] for path in tables.keys() - _OWN}

    @property
    def now(self) -> float:
        """Return what the device takes for the time."""
        jump = self.faults.standing("clock_jump")
        return self.clock() + (jump.seconds if jump else 0)

    def export(self, style: Style, under: str = "") -> str:
        """Return the configuration as `/export` prints it."""
        head = Head(self.now, hardware.VERSION, self.box.software_id, self.box.model, self.box.serial)
        return export(self.config, head, style, under)

    def run(self, text: str) -> Value:
        """Run a script; Trap as RouterOS refuses it."""
        return Runner(self).run(text)

    def say(self, message: str) -> None:
        """Log a message."""
        self.log.append(message)

    def tick(self) -> None:
        """Count one changing command of a script; Halted when the device is to fail here."""
        if self.stop_after is not None:
            self.stop_after -= 1
            if self.stop_after < 0:
                self.stop_after = None
                raise Halted

    def opens(self, user: str, password: str) -> bool:
        """Tell whether a user's password is right."""
        entries = [entry for entry in self.config.table("/user") if entry.name == user and not entry.on("disabled")]
        return any(entry.get("password") == password for entry in entries)

    # --- what scripts do beside changing the configuration

    def act(self, action: str, words: Sequence[Value], params: Mapping[str, str]) -> Value:
        """Do one of homeroom.lab.ros.verbs.ACTIONS."""
        said = [word if isinstance(word, str) else ",".join(word) for word in words]
        match action:
            case "/system script run":
                self.run_script(said[0] if said else params.get("number", ""))
            case "/import":
                self.run(self.files.read(params.get("file-name") or said[0]).decode())
            case "/file find":
                return [row[".id"] for row in self.files.rows() if row["name"] == params.get("name")]
            case "/file remove":
                self.files.remove(said[0])
            case "/system script environment find":
                return [name for name in self.globals if name == params.get("name")]
            case "/system script environment remove":
                for name in filter(None, said[0].split(",")):
                    self.globals.pop(name, None)
            case "/log info" | "/log warning" | "/log error":
                self.say(said[0])
            case _:
                raise Trap("no such command", 0)
        return ""

    def ping(self, params: Mapping[str, str]) -> list[dict[str, str]]:
        """Ping, and return a row for each try."""
        return probing.ping(self, params)

    def resolve(self, name: str, server: str) -> str:
        """Return the address of a name, from one server or the configured ones."""
        return probing.resolve(self, name, server)

    def run_script(self, name: str) -> None:
        """Run a script of the repository by its name or id."""
        if not name:
            raise no_item()
        for entry in self.config.pick("/system script", name):
            self.run(entry.get("source"))

    # --- time

    def due(self, entry: Entry) -> float:
        """Return when a scheduler runs next."""
        return self._schedule.due(entry)

    def _fire(self, entry: Entry) -> None:
        """Do what a scheduler is for: its event is the name of a script, or a script."""
        event = entry.get("on-event")
        known = any(script.name == event for script in self.config.table("/system script"))
        before = self.outline()
        try:
            self.run_script(event) if known else self.run(event)
        except Trap as trap:
            self.say(f"executing script from scheduler ({entry.name}) failed: {trap.message}")
        self.changes.reverted += before != self.outline()

    def reboot(self) -> None:
        """Start again: configuration, files and schedulers stay, sessions and global variables do not."""
        for hang_up in list(self.hang_up):
            hang_up()
        self.globals.clear()
        self.boot = self.clock()
        self.engine_boots += 1
        self.version += 1
        self._schedule.restart()

    # --- as others see it (homeroom.lab.emulated.Emulated)

    @property
    def hostname(self) -> str:
        """Return the identity, which is also sysName."""
        return self.config.single("/system identity").get("name")

    @property
    def location(self) -> str:
        """Return sysLocation."""
        return self.config.single("/snmp").get("location")

    @property
    def contact(self) -> str:
        """Return sysContact."""
        return self.config.single("/snmp").get("contact")

    @property
    def running_changed(self) -> float:
        """Return when the configuration last changed."""
        return self.changed_at

    running_saved = startup_changed = running_changed

    def interfaces(self) -> Sequence[Interface]:
        """Return the interfaces by ascending index."""
        return view.interfaces(self.config)

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs: id -> name."""
        return view.vlans(self.config)

    def ssids(self) -> Sequence[str]:
        """Return the networks it serves."""
        return view.ssids(self.config)

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        """Return the SNMPv3 users it answers: the communities with security, and those made at staging."""
        config = self.config
        return {**view.snmp_users(config), **self._users} if config.single("/snmp").on("enabled") else {}

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities it answers."""
        return view.communities(self.config)
