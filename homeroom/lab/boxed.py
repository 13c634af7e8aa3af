"""What every emulated device is by its box, whatever is configured on it (part of homeroom.lab.emulated.Emulated)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from homeroom.lab.emulated import SnmpUser


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


_B = TypeVar("_B", bound=Crate)


class Boxed(Generic[_B]):
    """A device in its box."""

    __slots__ = ("box",)

    def __init__(self, box: _B) -> None:
        self.box = box

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
