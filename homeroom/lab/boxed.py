"""What every emulated device is by its box, whatever is configured on it (part of homeroom.lab.emulated.Emulated)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

from homeroom.lab.beyond import OPEN, Beyond
from homeroom.lab.emulated import Edition, Emulated, SnmpUser


@dataclass(frozen=True, slots=True)
class Staged:
    """What the box boots with: its configuration as text, and its SNMP users, which no configuration shows."""

    config: str
    users: Mapping[str, SnmpUser] = field(default_factory=dict[str, SnmpUser])


class Crate(Protocol):
    """A box as it was delivered: the record the lab was started with."""

    @property
    def name(self) -> str:
        """Return the device's name in the inventory."""
        ...

    @property
    def address(self) -> str:
        """Return the lab address."""
        ...

    @property
    def platform(self) -> str:
        """Return the platform."""
        ...

    @property
    def kind(self) -> str:
        """Return the kind."""
        ...

    @property
    def model(self) -> str:
        """Return the hardware model."""
        ...


@dataclass(slots=True)
class Changes:
    """How often a commit of a session put another configuration in force, and the device's own timer the old one."""

    committed: int = 0
    reverted: int = 0


class Watch(Protocol):
    """What hears of changes."""

    def watch(self, device: Any) -> None:
        """Hear that a device has a new version."""
        ...


class Unwatched:
    """What a device without a lab has."""

    def watch(self, device: Any) -> None:
        """Do nothing."""


UNWATCHED: Final = Unwatched()


class Connected(Emulated, Protocol):
    """A device that a lab can put into its place."""

    beyond: Beyond
    ways: Watch

    @property
    def running(self) -> str:
        """Return the configuration in force, as the platform's parser reads it."""
        ...

    @property
    def changes(self) -> Changes:
        """Return how often it was changed."""
        ...


_B = TypeVar("_B", bound=Crate)


class Boxed(Generic[_B]):
    """A device in its box. `beyond`: what answers it when it asks; `ways` hear of each new version."""

    __slots__ = ("_version", "beyond", "box", "changes", "ways")

    def __init__(self, box: _B) -> None:
        self.box = box
        self.beyond: Beyond = OPEN
        self.ways: Watch = UNWATCHED
        self.changes = Changes()
        self._version = 0

    @property
    def version(self) -> int:
        """Return a number that changes whenever any answer may change."""
        return self._version

    @version.setter
    def version(self, value: int) -> None:
        self._version = value
        self.ways.watch(self)

    @property
    def edition(self) -> Edition:
        """Return that it counts nothing of its changes."""
        return Edition()

    @property
    def name(self) -> str:
        """Return the device's name in the inventory."""
        return self.box.name

    @property
    def address(self) -> str:
        """Return the lab address."""
        return self.box.address

    @property
    def platform(self) -> str:
        """Return the platform."""
        return self.box.platform

    @property
    def kind(self) -> str:
        """Return the kind."""
        return self.box.kind

    @property
    def model(self) -> str:
        """Return the hardware model."""
        return self.box.model
