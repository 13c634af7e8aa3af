"""The polling engine on pysnmp: the fallback, and what ours is compared with. The only file that knows pysnmp.

Measured rules it keeps: one SnmpEngine is shared and lives as long as this object, in shards of 200 devices (with
more, each reply searches a table of all targets); MIB look-up is off; only the asked addresses are listened to.
"""

# pysnmp has no types: this file is where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Final, TypeAlias

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]  # it has none
from pysnmp.carrier.asyncio.dgram import udp  # type: ignore[import-untyped]  # it has none
from pysnmp.entity import config  # type: ignore[import-untyped]  # it has none
from pysnmp.error import PySnmpError  # type: ignore[import-untyped]  # it has none
from pysnmp.hlapi.v3arch import asyncio as _hlapi  # type: ignore[import-untyped]  # it has none
from pysnmp.proto import errind  # type: ignore[import-untyped]  # it has none
from pysnmp.proto.rfc1902 import Null, ObjectName  # type: ignore[import-untyped]  # it has none
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject  # type: ignore[import-untyped]  # it has none

from homeroom.errors import DeviceError, LoginRefused, SecretError
from homeroom.snmp import dialogue, refusals
from homeroom.snmp.ber import Oid, Value, oid_content, subids
from homeroom.snmp.dialogue import Rows, Status, chain
from homeroom.snmp.engine import Answer, Community, Credentials, Question, Secrets, Target
from homeroom.snmp.tables import BINDINGS, END

hlapi: Any = _hlapi
_Address: TypeAlias = tuple[str, int]
_Bindings: TypeAlias = list[tuple[bool, Oid, Value]]
"""Whether it is an exception, its name, its value."""
_Who: TypeAlias = Community | Credentials
_Key: TypeAlias = tuple[str, ...]

SHARD: Final = 200
AT_ONCE: Final = 40
"""Devices asked at the same time: beyond some 50 pysnmp takes live devices for dead (its timers win over replies)."""
AUTH: Final = {
    "SHA": hlapi.usmHMACSHAAuthProtocol,
    "SHA-224": hlapi.usmHMAC128SHA224AuthProtocol,
    "SHA-256": hlapi.usmHMAC192SHA256AuthProtocol,
    "SHA-384": hlapi.usmHMAC256SHA384AuthProtocol,
    "SHA-512": hlapi.usmHMAC384SHA512AuthProtocol,
}
PRIV: Final = {
    "AES": hlapi.usmAesCfb128Protocol,
    "AES-192": hlapi.usmAesBlumenthalCfb192Protocol,
    "AES-256": hlapi.usmAesBlumenthalCfb256Protocol,
    "AES-192-C": hlapi.usmAesCfb192Protocol,
    "AES-256-C": hlapi.usmAesCfb256Protocol,
}
_MODELS: Final = {"1": 0, "2c": 1}
_EXCEPTIONS: Final = (NoSuchObject, NoSuchInstance, EndOfMibView)
_REFUSED: Final[Mapping[type[Exception], str]] = {
    errind.UnknownUserName: refusals.UNKNOWN_USER,
    errind.WrongDigest: refusals.WRONG_KEY,
    errind.AuthenticationFailure: refusals.WRONG_KEY,
    errind.DecryptionError: refusals.WRONG_PRIVACY,
    errind.UnsupportedSecurityLevel: refusals.NO_PRIVACY,
}


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
    targets: dict[_Address, dict[int, Any]] = field(default_factory=dict[_Address, dict[int, Any]])
    """By address, then by how often it is asked again."""

    def open(self) -> _Shard:
        """Open the socket, in the running loop."""
        transport: Any = self.transport.open_client_mode()
        config.add_transport(self.engine, udp.DOMAIN_NAME, transport)
        return self


class PysnmpEngine:
    """Asks by pysnmp. Make and use it inside one running event loop; `close` it there."""

    def __init__(self, secrets: Secrets, *, timeout: float = 3.0, retries: int = 1) -> None:
        self._secrets = secrets
        self._timeout = timeout
        self._retries = retries
        self._deadline = 5 * (retries + 2) * timeout
        """For one request, seconds: far beyond pysnmp's own end of waiting, so that nothing ever waits for ever."""
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._homes: dict[tuple[_Address, _Key], _Shard] = {}
        self._filling: dict[_Key, _Shard] = {}
        self._shards: list[_Shard] = []

    async def get(self, target: Target, names: Sequence[Oid]) -> Sequence[Value]:
        """Read instances, in the order asked; None for one that the device does not have."""
        answer = await self._ask(target, "get_cmd", (), names) if names else []
        if isinstance(answer, Status):
            return await dialogue.mend(self.get, target, names, answer)
        found = {name: value for _, name, value in answer}
        return [found.get(name) for name in names]

    async def columns(self, target: Target, columns: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:
        """Read whole columns, all in each request until each has ended."""
        return await dialogue.columns(self._follow, target, columns, rows)

    async def walk(self, target: Target, root: Oid) -> Mapping[Oid, Value]:
        """Read everything below `root`, by its full name, in the device's order."""
        found = await self.columns(target, [root], BINDINGS)
        return {root + index: value for index, value in found[root].items()}

    async def sweep(self, questions: Iterable[Question], done: Callable[[Target, Answer], None]) -> None:
        """Ask many devices once each, some at a time; hand over each answer as it comes."""
        waiting = iter(questions)

        async def work() -> None:
            for target, names in waiting:
                try:
                    answer: Answer = await self.get(target, names)
                except DeviceError as error:
                    answer = error
                done(target, answer)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())

    def close(self) -> None:
        """Give back sockets and timers."""
        for shard in self._shards:
            shard.engine.close_dispatcher()
        self._shards.clear()
        self._homes.clear()
        self._filling.clear()

    async def _follow(self, target: Target, names: Sequence[bytes], times: int) -> Rows | Status:
        command, options = ("next_cmd", ()) if dialogue.first_version(target) else ("bulk_cmd", (0, times))
        answer = await self._ask(target, command, options, [subids(name) for name in names])
        if isinstance(answer, Status):
            return answer
        found = [END if end else oid_content(name) for end, name, _ in answer]
        values = [value for _, _, value in answer]
        return Rows((found, values), sum(len(value) for value in values if isinstance(value, bytes)))

    async def _ask(
        self,
        target: Target,
        command: str,
        options: tuple[int, ...],
        names: Sequence[Oid],
        values: Sequence[Any] = (),
    ) -> _Bindings | Status:
        """Ask with each of the device's users until one is let in. `values`: pysnmp's, of what is set."""
        refusal: LoginRefused | None = None
        for user in _users(target.credentials):
            try:
                return await self._ask_as(user, target, command, options, names, values=values)
            except LoginRefused as error:
                refusal = refusal or error
        raise refusal or refusals.keyless(target, "there are none")

    async def _ask_as(
        self,
        who: _Who,
        target: Target,
        command: str,
        options: tuple[int, ...],
        names: Sequence[Oid],
        *,
        values: Sequence[Any],
    ) -> _Bindings | Status:
        shard = self._shard(who, target)
        endpoint = await self._endpoint(shard, target)
        asked = [(ObjectName(name), value) for name, value in zip(names, values or repeat(Null("")), strict=False)]
        call = getattr(hlapi, command)
        context = hlapi.ContextData()
        async with self._turn:
            reply = call(shard.engine, shard.user, endpoint, context, *options, *asked, lookupMib=False)
            indication, status, index, bindings = await self._reply(target, reply)
        if indication:
            raise _unanswered(target, indication)
        if status:
            return Status(int(status), int(index))
        return [(isinstance(value, _EXCEPTIONS), tuple(name), plain_value(value)) for name, value in bindings]

    async def _reply(self, target: Target, reply: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(self._deadline):
                return await reply
        except TimeoutError as error:
            raise refusals.silent(target) from error
        except (PySnmpError, PyAsn1Error, errind.ErrorIndication) as error:
            raise refusals.failed(target, error) from error

    def _shard(self, who: _Who, target: Target) -> _Shard:
        """Return the target's engine for life, or the one that is filling up, or a new one."""
        try:
            key = _reveal(who, self._secrets)
        except SecretError as error:
            raise refusals.keyless(target, error) from error
        home = ((target.host, target.port), key)
        shard = self._homes.get(home)
        if shard is None:
            shard = self._filling.get(key)
            if shard is None or len(shard.targets) >= SHARD:
                shard = self._filling[key] = _Shard(_user(who, key)).open()
                self._shards.append(shard)
            self._homes[home] = shard
        return shard

    async def _endpoint(self, shard: _Shard, target: Target) -> Any:
        address = (target.host, target.port)
        retries = self._retries if target.retries is None else target.retries
        known = shard.targets.setdefault(address, {})
        if retries not in known:
            try:
                made = await hlapi.UdpTransportTarget.create(address, timeout=self._timeout, retries=retries)
            except PySnmpError as error:
                raise refusals.no_address(target) from error
            known[retries] = made
            shard.transport.asked.add(made.transport_address)
        return known[retries]


def _users(credentials: Community | Credentials) -> Iterable[_Who]:
    return [credentials] if isinstance(credentials, Community) else chain(credentials)


def _reveal(who: _Who, secrets: Secrets) -> _Key:
    """Return what tells two users apart: their secrets are in it."""
    if isinstance(who, Community):
        return who.version, secrets(who.name.name).reveal()
    if who.auth not in AUTH or who.priv not in PRIV:
        raise SecretError(f"no protocols are called {who.auth} and {who.priv}")
    priv = "" if who.priv_key is None else secrets(who.priv_key.name).reveal()
    return who.user, who.auth, who.priv, secrets(who.auth_key.name).reveal(), priv


def _user(who: _Who, key: _Key) -> Any:
    if isinstance(who, Community):
        return hlapi.CommunityData(key[1], mpModel=_MODELS[who.version])
    priv = {"privKey": key[4], "privProtocol": PRIV[who.priv]} if who.priv_key else {}
    return hlapi.UsmUserData(who.user, key[3], authProtocol=AUTH[who.auth], **priv)


def plain_value(value: Any) -> Value:
    """Turn a value of pysnmp's into one of ours; exceptions and NULL become None."""
    kind = value.tagSet.baseTag.tagId
    if kind == 4:
        return bytes(value.asOctets())
    if kind == 2:
        return int(value)
    return tuple(value) if kind == 6 else None


def _unanswered(target: Target, indication: Any) -> DeviceError:
    """Name what went wrong before a device answered."""
    if isinstance(indication, errind.RequestTimedOut):
        return refusals.silent(target)
    refusal = _REFUSED.get(type(indication))
    return refusals.failed(target, indication) if refusal is None else refusals.refused(target, refusal)
