"""The polling engine on pysnmp, SNMPv3 authPriv: the only file that knows pysnmp.

Measured rules it keeps: one SnmpEngine is shared and lives as long as this object, in shards of 200 devices (with
more, each reply searches a table of all targets); MIB look-up is off; only the asked addresses are listened to.
"""

# pysnmp has no types: this file is where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]  # it has none
from pysnmp.carrier.asyncio.dgram import udp  # type: ignore[import-untyped]  # it has none
from pysnmp.entity import config  # type: ignore[import-untyped]  # it has none
from pysnmp.error import PySnmpError  # type: ignore[import-untyped]  # it has none
from pysnmp.hlapi.v3arch import asyncio as _hlapi  # type: ignore[import-untyped]  # it has none
from pysnmp.proto import errind  # type: ignore[import-untyped]  # it has none
from pysnmp.proto.rfc1902 import Null, ObjectName  # type: ignore[import-untyped]  # it has none

from homeroom.errors import DeviceError, LoginRefused, Unreachable
from homeroom.snmp.ber import Oid, Value, text
from homeroom.snmp.engine import Credentials, Target

hlapi: Any = _hlapi
_Address: TypeAlias = tuple[str, int]
_Bindings: TypeAlias = list[tuple[Oid, Value]]

SHARD: Final = 200
_ROWS: Final = 25
"""Rows asked at once, at most; the device sends as many as fit into one datagram."""
_AUTH: Final = {
    "SHA": hlapi.usmHMACSHAAuthProtocol,
    "SHA-224": hlapi.usmHMAC128SHA224AuthProtocol,
    "SHA-256": hlapi.usmHMAC192SHA256AuthProtocol,
    "SHA-384": hlapi.usmHMAC256SHA384AuthProtocol,
    "SHA-512": hlapi.usmHMAC384SHA512AuthProtocol,
}
_PRIV: Final = {"AES": hlapi.usmAesCfb128Protocol}
_REFUSED: Final[Mapping[type[Exception], str]] = {
    errind.UnknownUserName: "it does not know our SNMP user",
    errind.WrongDigest: "it refused our SNMP authentication key",
    errind.AuthenticationFailure: "it refused our SNMP authentication key",
    errind.DecryptionError: "it could not decrypt what we sent: another privacy key",
    errind.UnsupportedSecurityLevel: "its SNMP user has no privacy",
}
_AUTHORIZATION_ERROR: Final = 16
_LIMIT: Final = 10_000
"""Requests in one walk; only a device that never ends needs more."""


class _Transport(udp.UdpAsyncioTransport):  # type: ignore[misc]  # pysnmp has no types
    """A UDP socket that hears only those who were asked: pysnmp itself takes replies from anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[_Address] = set()

    def datagram_received(self, datagram: bytes, transportAddress: Any) -> None:  # noqa: N803 -- pysnmp's name
        """Hand over a reply from an asked address; drop everything else."""
        if tuple(transportAddress) in self.asked:
            super().datagram_received(datagram, transportAddress)


@dataclass
class _Shard:
    """One SnmpEngine, its socket and the targets that live in it."""

    user: Any
    engine: Any = field(default_factory=hlapi.SnmpEngine)
    transport: _Transport = field(default_factory=_Transport)
    targets: dict[_Address, Any] = field(default_factory=dict[_Address, Any])

    def open(self) -> _Shard:
        """Open the socket, in the running loop."""
        transport: Any = self.transport.open_client_mode()
        config.add_transport(self.engine, udp.DOMAIN_NAME, transport)
        return self


class PysnmpEngine:
    """Asks by pysnmp. Make and use it inside one running event loop; `close` it there."""

    def __init__(self, *, timeout: float = 3.0, retries: int = 1) -> None:
        self._timeout = timeout
        self._retries = retries
        self._deadline = 5 * (retries + 2) * timeout
        """For one request, seconds: far beyond pysnmp's own end of waiting, so that nothing ever waits for ever."""
        self._homes: dict[tuple[_Address, tuple[str, ...]], _Shard] = {}
        self._filling: dict[tuple[str, ...], _Shard] = {}
        self._shards: list[_Shard] = []

    async def get(self, target: Target, names: Sequence[Oid]) -> Sequence[Value]:
        """Read instances, in the order asked; None for one that the device does not have."""
        found = dict(await self._ask(target, "get_cmd", (), names))
        return [found.get(name) for name in names]

    async def walk(self, target: Target, columns: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:
        """Read whole columns by GETBULK, all in each request until each has ended; one row more shows the end."""
        table: dict[Oid, dict[Oid, Value]] = {column: {} for column in columns}
        last = {column: column for column in columns}
        for _ in range(_LIMIT):
            if not last:
                return table
            missing = rows + 1 - max(len(table[column]) for column in last)
            times = min(max(missing, 1), _ROWS)
            found = await self._ask(target, "bulk_cmd", (0, times), list(last.values()))
            last = _advance(target, table, last, found)
        raise DeviceError(target.device, "a table of it does not end", "look at its SNMP agent; report it to its maker")

    def close(self) -> None:
        """Give back sockets and timers."""
        for shard in self._shards:
            shard.engine.close_dispatcher()
        self._shards.clear()
        self._homes.clear()
        self._filling.clear()

    async def _ask(self, target: Target, command: str, options: tuple[int, ...], names: Sequence[Oid]) -> _Bindings:
        shard = self._shard(target)
        endpoint = await self._endpoint(shard, target)
        asked = [(ObjectName(name), Null("")) for name in names]
        call = getattr(hlapi, command)
        context = hlapi.ContextData()
        reply = call(shard.engine, shard.user, endpoint, context, *options, *asked, lookupMib=False)
        indication, status, index, bindings = await self._reply(target, reply)
        if indication:
            raise _unanswered(target, indication)
        if status:
            raise _error(target, int(status), names[int(index) - 1 : int(index)])
        return [(tuple(name), _value(value)) for name, value in bindings]

    async def _reply(self, target: Target, reply: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(self._deadline):
                return await reply
        except TimeoutError as error:
            raise _silent(target) from error
        except (PySnmpError, PyAsn1Error, errind.ErrorIndication) as error:
            raise DeviceError(target.device, f"SNMP failed: {error}", "look at its SNMP agent") from error

    def _shard(self, target: Target) -> _Shard:
        """Return the target's engine for life, or the one that is filling up, or a new one."""
        key = _secret_key(target.credentials)
        home = ((target.host, target.port), key)
        shard = self._homes.get(home)
        if shard is None:
            shard = self._filling.get(key)
            if shard is None or len(shard.targets) >= SHARD:
                shard = self._filling[key] = _Shard(_user(target.credentials)).open()
                self._shards.append(shard)
            self._homes[home] = shard
        return shard

    async def _endpoint(self, shard: _Shard, target: Target) -> Any:
        address = (target.host, target.port)
        if address not in shard.targets:
            try:
                made = await hlapi.UdpTransportTarget.create(address, timeout=self._timeout, retries=self._retries)
            except PySnmpError as error:
                raise Unreachable(target.device, f"{target.host} is no address", "correct its address") from error
            shard.targets[address] = made
            shard.transport.asked.add(made.transport_address)
        return shard.targets[address]


def _secret_key(credentials: Credentials) -> tuple[str, ...]:
    one = credentials
    return one.user, one.auth, one.priv, one.auth_key.reveal(), one.priv_key.reveal()


def _user(credentials: Credentials) -> Any:
    return hlapi.UsmUserData(
        credentials.user,
        credentials.auth_key.reveal(),
        credentials.priv_key.reveal(),
        authProtocol=_AUTH[credentials.auth],
        privProtocol=_PRIV[credentials.priv],
    )


def _advance(
    target: Target, rows: dict[Oid, dict[Oid, Value]], last: Mapping[Oid, Oid], found: _Bindings
) -> dict[Oid, Oid]:
    """Take what one GETBULK brought; return where to go on: column -> last name seen."""
    going: dict[Oid, Oid] = {}
    for position, (column, start) in enumerate(last.items()):
        name = start
        for found_name, value in found[position :: len(last)]:
            if found_name[: len(column)] != column or value is None:
                break
            if found_name <= name:
                raise DeviceError(target.device, f"its tables run backwards at {text(name)}", "report it to its maker")
            name = found_name
            rows[column][name[len(column) :]] = value
        else:
            going[column] = name
    return going


def _value(value: Any) -> Value:
    """Turn a value of pysnmp's into one of ours; exceptions and NULL become None."""
    kind = value.tagSet.baseTag.tagId
    if kind == 4:
        return bytes(value.asOctets())
    if kind == 2:
        return int(value)
    return tuple(value) if kind == 6 else None


def _silent(target: Target) -> Unreachable:
    return Unreachable(
        target.device, f"no SNMP answer from {target.host}:{target.port}", "look whether it has power and a link"
    )


def _unanswered(target: Target, indication: Any) -> DeviceError:
    """Name what went wrong before a device answered."""
    if isinstance(indication, errind.RequestTimedOut):
        return _silent(target)
    refusal = _REFUSED.get(type(indication))
    if refusal is not None:
        return LoginRefused(target.device, refusal, "compare its SNMP user with our secrets; stage it again")
    return DeviceError(target.device, f"SNMP failed: {indication}", "look at its SNMP agent")


def _error(target: Target, status: int, names: Sequence[Oid]) -> DeviceError:
    """Name an error that the device answered."""
    if status == _AUTHORIZATION_ERROR:
        return LoginRefused(target.device, "its SNMP group does not let us read", "compare its SNMP group and view")
    where = "".join(f" at {text(name)}" for name in names)
    return DeviceError(target.device, f"it answered SNMP error {status}{where}", "look at its SNMP agent")
