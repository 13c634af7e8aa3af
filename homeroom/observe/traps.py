"""SNMP notifications of devices: traps and informs, received within bounds, and what they mean, as data.

Sources: RFC 3418 (coldStart, warmStart, authenticationFailure), RFC 2863 (linkDown, linkUp), CISCO-CONFIG-MAN-MIB,
JUNIPER-CFGMGMT-MIB, HUAWEI-CONFIG-MAN-MIB, HH3C-CONFIG-MAN-MIB, OLD-CISCO-SYSTEM-MIB (authAddr).
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets as random
import socket
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from homeroom.errors import StoreError
from homeroom.observe.hearing import Ear, Sender
from homeroom.observe.listening import Kind, TrapPort
from homeroom.observe.syslog import bound, plain
from homeroom.observe.syslog_words import Said
from homeroom.secret import SecretRef
from homeroom.snmp.ber import Oid, Value, dotted, text
from homeroom.snmp.engine import Community, Credentials, Secrets

if TYPE_CHECKING:  # pysnmp is read when a port is opened: it takes long
    from homeroom.snmp.notify import Identity, Notification, Receiver

_TURN: Final = 16
"""Datagrams that are read before others have their turn: pysnmp takes milliseconds for one."""
_LONGEST: Final = 65_535
_FILE: Final = "notify-engine.json"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One notification: its kind, its name, and the columns that say who did it and from where.

    `only`: a column and the value it must have, else the kind is `other`: saving a configuration changes none.
    """

    kind: Kind
    name: str
    who: str = ""
    origin: str = ""
    only: tuple[str, int] | None = None


_CISCO: Final = "1.3.6.1.4.1.9.9.43.1.1.6.1"
_JUNIPER: Final = "1.3.6.1.4.1.2636.3.18.1.7.1"
_HUAWEI: Final = "1.3.6.1.4.1.2011.6.10.1.1.7.1"
_H3C: Final = "1.3.6.1.4.1.25506.2.4.1.1.7.1"
MEANINGS: Final[Mapping[Oid, Meaning]] = MappingProxyType(
    {
        dotted(oid): meaning
        for oid, meaning in {
            "1.3.6.1.6.3.1.1.5.1": Meaning("restart", "coldStart"),
            "1.3.6.1.6.3.1.1.5.2": Meaning("restart", "warmStart"),
            "1.3.6.1.6.3.1.1.5.3": Meaning("link", "linkDown"),
            "1.3.6.1.6.3.1.1.5.4": Meaning("link", "linkUp"),
            "1.3.6.1.6.3.1.1.5.5": Meaning("refused", "authenticationFailure", origin="1.3.6.1.4.1.9.2.1.5"),
            "1.3.6.1.4.1.9.9.43.2.0.1": Meaning(
                "config", "ciscoConfigManEvent", f"{_CISCO}.8", f"{_CISCO}.10", only=(f"{_CISCO}.5", 3)
            ),
            "1.3.6.1.4.1.9.9.43.2.0.2": Meaning("config", "ccmCLIRunningConfigChanged", f"{_CISCO}.8"),
            "1.3.6.1.4.1.2636.4.5.0.1": Meaning("config", "jnxCmCfgChange", f"{_JUNIPER}.5"),
            "1.3.6.1.4.1.2011.6.10.2.1": Meaning(
                "config", "hwCfgManEventlog", f"{_HUAWEI}.7", only=(f"{_HUAWEI}.5", 2)
            ),
            "1.3.6.1.4.1.25506.2.4.2.1": Meaning("config", "hh3cCfgManEventlog", only=(f"{_H3C}.5", 2)),
        }.items()
    }
)
_SHOWN: Final = {
    dotted("1.3.6.1.2.1.31.1.1.1.1"): "ifName",
    dotted("1.3.6.1.2.1.2.2.1.2"): "ifDescr",
    dotted("1.3.6.1.2.1.2.2.1.1"): "ifIndex",
    dotted("1.3.6.1.2.1.2.2.1.8"): "ifOperStatus",
}
"""Columns that stand in the text."""


def meant(oid: Oid, bindings: Mapping[Oid, Value]) -> Said:
    """Say what a notification means; one that nobody wrote down is `other`."""
    found = MEANINGS.get(oid)
    if found is None:
        return Said("other", "", "", text(oid))
    kind = found.kind
    if found.only is not None and _of(bindings, found.only[0]) not in {None, found.only[1]}:
        kind = "other"
    said = [
        f"{name}={_told(value)}" for column, name in _SHOWN.items() if (value := _below(bindings, column)) is not None
    ]
    who, origin = (_told(_of(bindings, column)) if column else "" for column in (found.who, found.origin))
    return Said(kind, who, origin, " ".join([found.name, *said]))


def _of(bindings: Mapping[Oid, Value], column: str) -> Value:
    return _below(bindings, dotted(column))


def _below(bindings: Mapping[Oid, Value], column: Oid) -> Value:
    size = len(column)
    return next((value for name, value in bindings.items() if name[:size] == column), None)


def _told(value: Value) -> str:
    """Write a value for people; four octets that are no text are an address."""
    if isinstance(value, bytes):
        if len(value) == 4 and not value.isalnum():
            return str(ip_address(value))
        return value.decode("utf-8", "replace")
    return text(value) if isinstance(value, tuple) else "" if value is None else str(value)


class Taker:
    """Takes notifications of known devices, so many a second, and tells the ear what they mean."""

    def __init__(self, ear: Ear, receiver: Receiver, per_second: int) -> None:
        self._ear, self._receiver, self._most = ear, receiver, per_second
        self._second, self._taken = 0, 0

    def take(self, data: bytes, peer: tuple[str, int], answer: Callable[[bytes], object]) -> None:
        """Take one datagram; `answer` sends one back."""
        ear = self._ear
        found = ear.senders.get(plain(peer))
        if found is None:
            ear.counted["stranger"] += 1
            return
        second = int(ear.clock())
        if second != self._second:
            self._second, self._taken = second, 0
        self._taken += 1
        if self._taken > self._most:
            ear.counted["busy"] += 1
            return
        self._received(found, data, peer, answer)

    def _received(self, found: Sender, data: bytes, peer: tuple[str, int], answer: Callable[[bytes], object]) -> None:
        told, answers = self._receiver.take(data, peer, found.device)
        for one in answers:
            answer(one)
        if told is not None:
            self.heard(found, told)

    def heard(self, found: Sender, told: Notification) -> None:
        """Take what a device notifies of."""
        self._ear.counted["trap"] += 1
        self._ear.hear(found, "trap", meant(told.oid, told.bindings))

    def drain(self, sock: socket.socket) -> None:
        """Read what has come in, some at a time."""
        for _ in range(_TURN):
            try:
                data, peer = sock.recvfrom(_LONGEST)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an ICMP error of an answer that nobody took
            self.take(data, peer[:2], partial(_sent, sock, peer))


def _sent(sock: socket.socket, peer: Any, data: bytes) -> None:
    """Answer, or not, as UDP may: whoever waits asks again."""
    try:
        sock.sendto(data, peer)
    except OSError:
        return


@asynccontextmanager
async def listening(
    state: Path, port: TrapPort, ear: Ear, secrets: Secrets, users: Credentials | None
) -> AsyncGenerator[Sequence[str]]:
    """Listen while the body runs; yield the open addresses. Raises UsageError for one that cannot be opened."""
    from homeroom.snmp.notify import Receiver

    community = Community(SecretRef(port.community)) if port.community else None

    def refused(why: str) -> None:
        ear.counted[why] += 1

    loop, opened = asyncio.get_running_loop(), list[str]()
    receiver = Receiver(
        identity(state / _FILE), secrets, users=users, community=community, monotonic=time.monotonic, refused=refused
    )
    taker = Taker(ear, receiver, port.per_second)
    async with AsyncExitStack() as stack:
        for address in port.listen:
            sock = bound(address, port.port, stream=False)
            if sock is not None:
                stack.callback(sock.close)
                loop.add_reader(sock, taker.drain, sock)
                stack.callback(loop.remove_reader, sock)
                opened.append(address)
        yield tuple(opened)


def identity(path: Path) -> Identity:
    """Read who our engine is, counting this start; make it up the first time (RFC 3411 5, RFC 3414 2.2.2).

    Raises StoreError when it cannot be kept: with the same boots again, an old inform would be taken for a new one.
    """
    from homeroom.snmp.notify import Identity

    try:
        kept: Any = json.loads(path.read_text(encoding="utf-8"))
        mine = Identity(bytes.fromhex(kept["engine_id"]), int(kept["boots"]) + 1)
    except FileNotFoundError:
        mine = Identity(b"\x80\x00\x7e\xd9\x05" + random.token_bytes(12), 1)  # 32473: RFC 5612
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read ({error}): delete it, and senders of informs ask anew") from error
    fresh = path.with_suffix(".new")
    try:
        fresh.write_text(json.dumps({"engine_id": mine.engine_id.hex(), "boots": mine.boots}), encoding="utf-8")
        os.replace(fresh, path)  # noqa: PTH105 -- whole or not at all
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}; look at the disk") from error
    return mine
