"""Notifications received by pysnmp (traps and informs of v1, v2c and v3), behind a gate of our own.

pysnmp by itself takes a v3 notification without authentication, and takes an old one again. So nothing reaches it but
what has our community or our user's HMAC, is encrypted where the user is, is within the time window of its engine, and
comes from the device whose engine it is (homeroom.snmp.notify_gate). It needs a row for each engine and user, and some
30 ms to make one: there is one row for all engines, which is given the keys of whoever speaks.
"""

# pysnmp has no types: this file is where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]  # it has none
from pysnmp.carrier.asyncio.dgram import udp  # type: ignore[import-untyped]  # it has none
from pysnmp.entity import config  # type: ignore[import-untyped]  # it has none
from pysnmp.entity import engine as _entity
from pysnmp.entity.rfc3413 import ntfrcv  # type: ignore[import-untyped]  # it has none
from pysnmp.error import PySnmpError  # type: ignore[import-untyped]  # it has none
from pysnmp.proto.rfc1902 import OctetString  # type: ignore[import-untyped]  # it has none

from homeroom.errors import Malformed
from homeroom.snmp import usm
from homeroom.snmp.ber import Oid, Value
from homeroom.snmp.engine import Community, Credentials, Secrets
from homeroom.snmp.notify_gate import Gate, Passed, User, revealed
from homeroom.snmp.pysnmp_engine import AUTH, PRIV, plain_value

entity: Any = _entity
TRAP_OID: Final[Oid] = (1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0)
"""snmpTrapOID.0 (RFC 3418): which notification it is."""
_ANY: Final = bytes(5)
"""The engine id that stands for all others (pysnmp's wildcard)."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification: which, and what it says of what. `sealed`: it was authenticated."""

    oid: Oid
    bindings: Mapping[Oid, Value]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Our own engine, by which informs are sealed: its id, and how often it started."""

    engine_id: bytes
    boots: int


@dataclass(frozen=True, slots=True)
class _Row:
    """What pysnmp keeps of a user on an engine: usmUserAuthProtocol, usmUserPrivProtocol, and the localized keys."""

    auth: Any
    priv: Any
    auth_key: Any
    priv_key: Any

    def fit(self, who: Credentials, keys: usm.Keys) -> None:
        """Have it hold these keys."""
        privacy = PRIV[who.priv] if keys.priv_key else config.USM_PRIV_NONE
        values = (AUTH[who.auth], privacy, keys.auth_key, keys.priv_key)
        for node, value in zip((self.auth, self.priv, self.auth_key, self.priv_key), values, strict=True):
            node.syntax = node.syntax.clone(value)


class _Door:
    """What pysnmp takes for its transports: it answers by `reply`, and has no clock but the one it is given."""

    def __init__(self, reply: Callable[[bytes], None]) -> None:
        self.reply = reply
        self.ticks: list[Callable[[float], None]] = []

    def register_recv_callback(self, call: object, name: object = None) -> None:
        """Take note of nothing: messages are handed over one by one."""

    def register_timer_callback(self, call: Callable[[float], None]) -> None:
        """Keep what is to be called each second."""
        self.ticks.append(call)

    def send_message(self, data: bytes, domain: object, address: object) -> None:  # noqa: ARG002 -- pysnmp's names
        """Answer the sender of the message that is being taken."""
        self.reply(data)

    def get_timer_resolution(self) -> float:
        """Return the seconds of a tick."""
        return 1.0

    def get_timer_ticks(self) -> float:
        """Return no time: what expires here does so by `ticks`."""
        return 0.0


class Receiver:
    """Takes datagrams one by one. `monotonic`: seconds; `users`: ours, each with its former ones.

    `refused` counts what was not let in: `malformed`, or `unproven` (no community or HMAC of ours, too old, or of
    another device's engine).
    """

    def __init__(
        self,
        identity: Identity,
        secrets: Secrets,
        *,
        users: Credentials | None,
        community: Community | None,
        monotonic: Callable[[], float],
        refused: Callable[[str], None],
    ) -> None:
        self._identity, self._monotonic, self._refused = identity, monotonic, refused
        named = secrets(community.name.name).reveal() if community else ""
        self.gate = Gate(identity.engine_id, revealed(users, secrets), named.encode(), monotonic)
        self._answer: list[bytes] = []
        self._got: list[Sequence[tuple[Any, Any]]] = []
        self._second = monotonic()
        self._door = _Door(self._answer.append)
        self._engine = self._make(named)
        engines, names = (identity.engine_id, _ANY), {one.who.user: one for one in self.gate.users}
        self._rows = {(name, engine): self._row(one, engine) for name, one in names.items() for engine in engines}

    def take(self, data: bytes, address: tuple[str, int], device: str) -> tuple[Notification | None, list[bytes]]:
        """Take a datagram that came from a device; return what it notifies of, if it does, and what to answer."""
        self._answer.clear()
        self._got.clear()
        self._tick()
        try:
            passed = self.gate.let_in(data, device)
            if passed is None:
                self._refused("unproven")
                return None, []
            self._fit(passed)
            self._engine.message_dispatcher.receive_message(self._engine, udp.DOMAIN_NAME, address, data)
        except (Malformed, PySnmpError, PyAsn1Error):
            self._refused("malformed")
            return None, []
        return self._notified(sealed=passed.user is not None), list(self._answer)

    def _fit(self, passed: Passed) -> None:
        """Give pysnmp the keys of who sealed a datagram."""
        user, engine_id = passed.user, passed.engine_id
        if user is not None:
            row = self._rows[user.who.user, engine_id if engine_id == self._identity.engine_id else _ANY]
            row.fit(user.who, user.keys(engine_id))

    def _notified(self, *, sealed: bool) -> Notification | None:
        if not self._got:
            return None
        bindings = {tuple(int(one) for one in name): plain_value(value) for name, value in self._got[0]}
        which = bindings.get(TRAP_OID)
        return Notification(which, bindings, sealed) if isinstance(which, tuple) else None

    def _make(self, community: str) -> Any:
        engine = entity.SnmpEngine()
        symbols = engine.get_mib_builder().import_symbols("__SNMP-FRAMEWORK-MIB", "snmpEngineID", "snmpEngineBoots")
        symbols[0].syntax = symbols[0].syntax.clone(self._identity.engine_id)
        symbols[1].syntax = symbols[1].syntax.clone(self._identity.boots)
        engine.snmpEngineID = symbols[0].syntax
        engine.register_transport_dispatcher(self._door)
        if community:
            config.add_v1_system(engine, "notified", community)
        ntfrcv.NotificationReceiver(engine, self._heard)
        return engine

    def _heard(self, _engine: Any, _state: Any, _context: Any, _name: Any, bindings: Any, _own: Any) -> None:
        self._got.append(bindings)

    def _row(self, user: User, engine_id: bytes) -> _Row:
        """Make the row of a user on an engine."""
        priv = PRIV[user.who.priv] if user.priv else config.USM_PRIV_NONE
        keys = (AUTH[user.who.auth], user.auth, priv, user.priv or None)
        config.add_v3_user(self._engine, user.who.user, *keys, securityEngineId=OctetString(engine_id))
        names = ("SNMP-USER-BASED-SM-MIB", "usmUserEntry"), ("PYSNMP-USM-MIB", "pysnmpUsmKeyEntry")
        entry, secret = (self._engine.get_mib_builder().import_symbols(*name)[0] for name in names)
        at = entry.getInstIdFromIndices(self._engine.snmpEngineID.clone(engine_id), user.who.user)
        protocols = [entry.getNode((*entry.name, column, *at)) for column in (5, 8)]
        return _Row(*protocols, *(secret.getNode((*secret.name, column, *at)) for column in (1, 2)))

    def _tick(self) -> None:
        """Have pysnmp forget what is old, once a second at most."""
        now = self._monotonic()
        if now - self._second >= 1:
            self._second = now
            for call in self._door.ticks:
                call(now)
