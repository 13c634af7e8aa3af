"""The polling engine that is ours: SNMPv1, v2c and v3 to many devices over one socket an address family."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from homeroom.errors import DeviceError, HomeroomError, SecretError
from homeroom.snmp import dialogue, refusals, usm
from homeroom.snmp.ber import Oid, Value
from homeroom.snmp.dialogue import Status
from homeroom.snmp.engine import Answer, Question, Secrets, Target
from homeroom.snmp.tables import BINDINGS, Columns
from homeroom.snmp.wire import request, sealed
from homeroom.snmp.wire.call import Call, Outcome
from homeroom.snmp.wire.inbox import Inbox
from homeroom.snmp.wire.keyring import Keyring, Shared
from homeroom.snmp.wire.line import WINDOW, Line, Stats
from homeroom.snmp.wire.peers import Address, Peers
from homeroom.snmp.wire.request import Request
from homeroom.snmp.wire.sweep import Sweep
from homeroom.snmp.wire.walk import Walk

_SALTS: Final = (1 << 64) - 1
_CLOSED: Final = "the engine was closed"
_MOST_KEPT: Final = 1024
"""Kept requests; a nation's poll has a few dozen."""


class WireEngine:
    """Asks by our own wire code. Make, use and `close` it inside one running event loop."""

    def __init__(
        self,
        secrets: Secrets,
        *,
        timeout: float = 3.0,
        retries: int = 1,
        window: int = WINDOW,
        state: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`window`: requests on their way at once, at most; `state`: where SNMPv3 engines are remembered."""
        self._loop = asyncio.get_running_loop()
        self._keyring = Keyring(secrets)
        self._peers = Peers(state, self._loop.time(), clock)
        self._line = Line(self._write, timeout=timeout, retries=retries, window=window)
        self._inbox = Inbox(self._line, self._keyring, self._loop.time)
        self._line.take = self._inbox.receive
        self._salts = itertools.count(int.from_bytes(os.urandom(8), "big"))
        self._sweeps: set[Sweep] = set()
        self._kept: dict[tuple[Oid, ...], Request] = {}
        self._last: tuple[Sequence[Oid], Request] | None = None

    @property
    def stats(self) -> Stats:
        """Return what was counted so far."""
        return self._line.stats

    async def get(self, target: Target, names: Sequence[Oid]) -> Sequence[Value]:
        """Read instances, in the order asked; None for one that the device does not have."""
        if not names:
            return []
        outcome = await self._ask(target, self._request(names))
        if isinstance(outcome, list):
            return outcome
        return await self.mend(target, names, outcome)

    async def columns(self, target: Target, columns: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:
        """Read whole columns, all in each request until each has ended."""
        bulk = not dialogue.first_version(target)
        table = Columns(target, columns, rows, bulk=bulk)
        if not table.done:
            walk = Walk(self._line, table, self.fault, bulk=bulk)
            self._line.submit(self._call(target, walk.ask(), walk.answered))
            await walk.end
        return table.rows

    async def walk(self, target: Target, root: Oid) -> Mapping[Oid, Value]:
        """Read everything below `root`, by its full name, in the device's order."""
        found = await self.columns(target, [root], BINDINGS)
        return {root + index: value for index, value in found[root].items()}

    async def sweep(self, questions: Iterable[Question], done: Callable[[Target, Answer], None]) -> None:
        """Ask many devices once each, a window at a time; hand over each answer as it comes."""
        sweep = Sweep(self, done)
        self._sweeps.add(sweep)
        self._line.feed(sweep.calls(questions))
        try:
            await sweep.ended()
        finally:
            self._sweeps.discard(sweep)

    async def mend(self, target: Target, names: Sequence[Oid], outcome: Outcome) -> Sequence[Value]:
        """Ask again for less where the answer to a GET was an error that allows it; else raise that error."""
        if isinstance(outcome, Status):
            return await dialogue.mend(self.get, target, names, outcome)
        raise self.fault(target, outcome)

    def prepare(self, target: Target, names: Sequence[Oid], done: Callable[[Call, Outcome], None]) -> Call:
        """Make the call of a GET; DeviceError when it cannot be."""
        return self._call(target, self._request(names), done)

    def save(self) -> bool:
        """Write down what is known of SNMPv3 engines; False when that cannot be."""
        return self._peers.save(self._loop.time())

    def close(self) -> None:
        """Give back sockets and timer; remember the engines; what is still asked ends with an error."""
        for call in self._line.close():
            call.done(call, refusals.failed(call.target, _CLOSED))
        for sweep in self._sweeps:
            sweep.stop(HomeroomError(f"a sweep was not finished: {_CLOSED}"))
        self.save()

    async def _ask(self, target: Target, asked: Request) -> Outcome:
        future: asyncio.Future[Outcome] = self._loop.create_future()

        def done(_call: Call, outcome: Outcome) -> None:
            if not future.done():
                future.set_result(outcome)

        self._line.submit(self._call(target, asked, done))
        return await future

    def fault(self, target: Target, outcome: Outcome) -> DeviceError:
        """Return the error that an outcome without values is."""
        if isinstance(outcome, DeviceError):
            return outcome
        return refusals.silent(target, self._inbox.heard(target))

    def _request(self, names: Sequence[Oid]) -> Request:
        """Return the request for instances, kept: a nation is asked the same."""
        if self._last is not None and self._last[0] is names:
            return self._last[1]
        key = tuple(names)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = request.get(key)
        if key is names:  # a list may be changed by who gave it
            self._last = (names, found)
        return found

    def _call(self, target: Target, asked: Request, done: Callable[[Call, Outcome], None]) -> Call:
        family, address = _address(target)
        call = Call(target, family, address, asked, done)
        try:
            opened = self._keyring.open(target.credentials)
        except SecretError as error:
            raise refusals.keyless(target, error) from error
        if isinstance(opened, Shared):
            call.shared = opened
        else:
            call.users = opened
            call.peer = self._peers.at(target.host, target.port)
        return call

    def _write(self, call: Call) -> bytes:
        """Make the octets of a call as they must be at this moment.

        The last try of SNMPv3 asks who is there: some agents are silent where RFC 3414 has them report a wrong engine
        id or time, and what answers that question is asked ours again.
        """
        peer = call.peer
        if call.shared is not None:
            head, tail = call.request.community(call.shared.version, call.shared.name)
            return head + call.request_id + tail
        if peer is None:
            raise refusals.keyless(call.target, "there are none")
        session = call.session = peer.open(call.users)
        last = call.packet and not (call.tries or call.synced or call.refused)
        if session is None or last:
            self.stats.discovered += 1
            return sealed.discovery(call.request_id)
        salt = (next(self._salts) & _SALTS).to_bytes(usm.SALT, "big")
        return session.seal(call.request, call.request_id, peer.boots, peer.time(self._loop.time()), salt)


def _address(target: Target) -> tuple[int, Address]:
    """Return family and address as the socket module has it; names are not looked up: that would stop the poll."""
    try:
        return _place(target.host, target.port)
    except (OSError, ValueError) as error:
        raise refusals.no_address(target) from error


@functools.lru_cache(maxsize=1 << 16)
def _place(host: str, port: int) -> tuple[int, Address]:
    if ":" in host:
        return socket.AF_INET6, socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)[0][4]
    socket.inet_pton(socket.AF_INET, host)
    return socket.AF_INET, (host, port)
