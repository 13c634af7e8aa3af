"""How devices are asked: the Protocol of a polling engine, what it needs to know, and a fake that records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from homeroom.errors import DeviceError, Unreachable
from homeroom.secret import Secret
from homeroom.snmp.ber import Oid, Value


@dataclass(frozen=True, slots=True)
class Credentials:
    """One SNMPv3 user; algorithms in net-snmp's spelling."""

    user: str
    auth_key: Secret
    priv_key: Secret
    auth: str = "SHA-256"
    priv: str = "AES"


@dataclass(frozen=True, slots=True)
class Target:
    """One device to ask."""

    device: str
    platform: str
    host: str
    port: int
    credentials: Credentials


class Engine(Protocol):
    """Asks devices. Errors are of homeroom.errors.DeviceError; no method waits for ever."""

    async def get(self, target: Target, names: Sequence[Oid]) -> Sequence[Value]:
        """Read instances, in the order asked; None for one that the device does not have."""
        ...

    async def walk(self, target: Target, columns: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:
        """Read whole columns: object type -> index -> value. `rows`: how many the longest is thought to have."""
        ...

    def close(self) -> None:
        """Give back sockets and timers."""
        ...


@dataclass
class RecordingEngine:
    """An engine without a network: it answers from `devices`, fails as `failing` says, and records calls."""

    devices: Mapping[str, Mapping[Oid, Value]] = field(default_factory=dict[str, Mapping[Oid, Value]])
    failing: Mapping[str, DeviceError] = field(default_factory=dict[str, DeviceError])
    calls: list[tuple[str, str, tuple[Oid, ...]]] = field(default_factory=list[tuple[str, str, tuple[Oid, ...]]])
    closed: bool = False

    async def get(self, target: Target, names: Sequence[Oid]) -> Sequence[Value]:
        """Answer from the mapping."""
        values = self._values("get", target, names)
        return [values.get(name) for name in names]

    async def walk(self, target: Target, columns: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:  # noqa: ARG002 -- a mapping has the rows it has
        """Answer from the mapping."""
        values = self._values("walk", target, columns)
        return {
            column: {name[len(column) :]: value for name, value in values.items() if name[: len(column)] == column}
            for column in columns
        }

    def close(self) -> None:
        """Record that it was closed."""
        self.closed = True

    def _values(self, call: str, target: Target, names: Sequence[Oid]) -> Mapping[Oid, Value]:
        self.calls.append((call, target.device, tuple(names)))
        if target.device in self.failing:
            raise self.failing[target.device]
        if target.device not in self.devices:
            raise Unreachable(target.device, "no answer", "look whether it has power")
        return self.devices[target.device]
