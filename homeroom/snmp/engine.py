"""How devices are asked: the Protocol of a polling engine, what it needs to know, and a fake that records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from homeroom.errors import DeviceError, Unreachable
from homeroom.secret import Secret, SecretRef
from homeroom.snmp.ber import Oid, Value

Secrets: TypeAlias = Callable[[str], Secret]
"""Where an engine finds a secret by its name: `Vault.get`."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """One SNMPv3 user, keys by reference; algorithms in net-snmp's spelling. No `priv_key`: nothing is encrypted.

    `former`: what the device may still have while keys are being changed; it is tried when this user is refused.
    """

    user: str
    auth_key: SecretRef
    priv_key: SecretRef | None
    auth: str = "SHA-256"
    priv: str = "AES"
    former: Credentials | None = None


@dataclass(frozen=True, slots=True)
class Community:
    """A community, by reference, for devices that have no SNMPv3: everybody on the way can read it."""

    name: SecretRef
    version: Literal["1", "2c"] = "2c"


@dataclass(frozen=True, slots=True)
class Target:
    """One device to ask. `any_source`: its answers may come from another of its addresses.

    `retries`: how often it is asked again; None: as the engine does.
    """

    device: str
    platform: str
    host: str
    port: int
    credentials: Credentials | Community
    any_source: bool = False
    retries: int | None = None


Answer: TypeAlias = Sequence[Value] | DeviceError
"""What one device said to one question of a sweep, or why it did not."""
Question: TypeAlias = tuple[Target, Sequence[Oid]]
"""A device, and the instances to read; devices that are asked the same share one sequence."""


class Engine(Protocol):
    """Asks devices. Errors are of homeroom.errors.DeviceError; no method waits for ever."""

    async def get(self, target: Target, names: Sequence[Oid]) -> Sequence[Value]:
        """Read instances, in the order asked; None for one that the device does not have."""
        ...

    async def columns(self, target: Target, columns: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:
        """Read whole columns: object type -> index -> value. `rows`: how many the longest is thought to have."""
        ...

    async def walk(self, target: Target, root: Oid) -> Mapping[Oid, Value]:
        """Read everything below `root`, by its full name, in the device's order."""
        ...

    async def sweep(self, questions: Iterable[Question], done: Callable[[Target, Answer], None]) -> None:
        """Ask many devices once each, as many at a time as the engine can; hand over each answer as it comes."""
        ...

    def close(self) -> None:
        """Give back sockets and timers; what is still asked ends with an error."""
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

    async def columns(self, target: Target, columns: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:  # noqa: ARG002 -- a mapping has the rows it has
        """Answer from the mapping."""
        values = self._values("columns", target, columns)
        return {column: {name[len(column) :]: value for name, value in _below(values, column)} for column in columns}

    async def walk(self, target: Target, root: Oid) -> Mapping[Oid, Value]:
        """Answer from the mapping."""
        return dict(sorted(_below(self._values("walk", target, [root]), root)))

    async def sweep(self, questions: Iterable[Question], done: Callable[[Target, Answer], None]) -> None:
        """Answer from the mapping, one after the other."""
        for target, names in questions:
            try:
                done(target, await self.get(target, names))
            except DeviceError as error:
                done(target, error)

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


def _below(values: Mapping[Oid, Value], root: Oid) -> list[tuple[Oid, Value]]:
    return [(name, value) for name, value in values.items() if name[: len(root)] == root]
