"""The SNMP agent of every emulated device: a pure function from datagram to datagram.

RFC 3412 (messages), RFC 3414 (users), RFC 3416 (operations). SNMPv2c is answered only to communities that the
device's configuration names; SNMPv1 never.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from typing import Final

from homeroom.errors import Malformed
from homeroom.lab import mib
from homeroom.lab.emulated import Emulated
from homeroom.lab.place import NOWHERE, Place
from homeroom.lab.snmp import counters as count
from homeroom.lab.snmp import operations, udp
from homeroom.lab.snmp.counters import Counters
from homeroom.lab.snmp.engine import MAX_SIZE, Admitted, LocalEngine, Refused, readable
from homeroom.lab.snmp.table import Table
from homeroom.snmp import ber, message
from homeroom.snmp.ber import Oid, Reader
from homeroom.snmp.message import AUTHENTICATED, CONFIRMED, ENCRYPTED, LEVEL, REPORT, REPORTABLE, Pdu, Sealed

_OPERATIONS: Final = frozenset({message.GET, message.GETNEXT, message.GETBULK, message.SET})
_V3_HEADERS: Final = 112  # octets around the bindings, at most; engine id (twice), user and tag come on top
_V2C_HEADERS: Final = 40
_TABLES: Final = 256
"""How many devices' tables are kept: a few hundred kilobytes each."""


class Agent:
    """All devices' agents. `salt` starts the sequence that no two encrypted messages share (RFC 3826 3.1.1.2).

    `places` says where the device at an address stands; `draw` is asked (0 to 1) whether a request is lost.
    """

    def __init__(
        self,
        salt: int | None = None,
        places: Callable[[str], Place] = lambda _: NOWHERE,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._places, self._draw = places, draw
        self._salts: Iterator[int] = itertools.count(secrets.randbits(64) if salt is None else salt)
        self._engines: dict[str, LocalEngine] = {}
        self._tables: dict[str, tuple[int, Table]] = {}
        self._counters: dict[str, Counters] = {}

    def handle(self, datagram: bytes, device: Emulated, now: float) -> bytes | None:
        """Answer one datagram as `device` does at `now`; None: with silence. Never raises for what came in."""
        if self._lost(device):
            return None
        engine = self._engine(device)
        engine.counters[count.IN_PKTS] += 1
        try:
            version, reader = message.version(datagram)
            if version == message.V3:
                return self._v3(engine, reader, now)
            if version == message.V2C:
                return self._v2c(engine, reader, now)
        except Malformed:
            engine.counters[count.PARSE_ERRORS] += 1
            return None
        engine.counters[count.BAD_VERSIONS] += 1
        return None

    def forget(self, address: str) -> None:
        """Forget a device that will be made anew when it is asked again; what its engine counted is kept."""
        engine = self._engines.pop(address, None)
        self._tables.pop(address, None)
        if engine is not None:
            self._counters[address] = engine.counters

    def _lost(self, device: Emulated) -> bool:
        """Tell whether a fault swallows a request."""
        faults = device.faults
        if faults.standing("snmp_silent") or faults.standing("offline"):
            return True
        loss = faults.standing("packet_loss")
        return loss is not None and self._draw() < loss.share

    def _engine(self, device: Emulated) -> LocalEngine:
        engine = self._engines.get(device.address)
        if engine is None or engine.device is not device:
            engine = self._engines[device.address] = LocalEngine(device, self._salts)
            engine.counters = self._counters.pop(device.address, engine.counters)
            self._tables.pop(device.address, None)
        engine.refresh()
        return engine

    def _table(self, engine: LocalEngine) -> Table:
        device = engine.device
        known = self._tables.get(device.address)
        if known is not None and known[0] == device.version:
            return known[1]
        while len(self._tables) >= _TABLES:
            self._tables.pop(next(iter(self._tables)))
        table = mib.table(device, engine.id, engine.counters, self._places(device.address))
        self._tables[device.address] = device.version, table
        return table

    def _v2c(self, engine: LocalEngine, reader: Reader, now: float) -> bytes | None:
        name, pdu = message.read_community(reader)
        if name.decode("utf-8", "replace") not in engine.communities:
            engine.counters[count.BAD_COMMUNITIES] += 1
            return None
        response = operations.answer(pdu, self._table(engine), now, MAX_SIZE - _V2C_HEADERS - len(name))
        return _fit(engine, pdu, response, MAX_SIZE, lambda encoded: message.community(name, encoded))

    def _v3(self, engine: LocalEngine, reader: Reader, now: float) -> bytes | None:
        sealed = message.read_v3(reader)
        if sealed.model != message.USM_MODEL:
            engine.counters[count.UNKNOWN_SECURITY_MODELS] += 1
            return None
        if sealed.header.flags & LEVEL == ENCRYPTED:
            engine.counters[count.INVALID_MESSAGES] += 1
            return None
        verdict = engine.admit(sealed, now)
        if isinstance(verdict, Refused):
            return self._refuse(engine, sealed, verdict, now)
        return self._serve(engine, sealed, verdict, now)

    def _refuse(self, engine: LocalEngine, sealed: Sealed, refused: Refused, now: float) -> bytes | None:
        """Report why a message did not pass, if its sender waits for an answer (RFC 3412 7.1 step 3)."""
        scoped = readable(sealed)
        waiting = scoped.pdu.kind in CONFIRMED if scoped else bool(sealed.header.flags & REPORTABLE)
        report = _report(engine, refused.counter, scoped.pdu.request_id if scoped else 0)
        if not waiting:
            return None
        level = AUTHENTICATED if refused.keys else 0
        return engine.seal(sealed.header, level, refused.keys, report.encode(), now)

    def _serve(self, engine: LocalEngine, sealed: Sealed, admitted: Admitted, now: float) -> bytes | None:
        pdu, header = admitted.scoped.pdu, sealed.header

        def seal(encoded: bytes) -> bytes:
            return engine.seal(header, header.flags & LEVEL, admitted.keys, encoded, now)

        if admitted.scoped.engine_id != engine.id or pdu.kind not in _OPERATIONS:
            report = _report(engine, count.UNKNOWN_PDU_HANDLERS, pdu.request_id)
            return seal(report.encode()) if pdu.kind in CONFIRMED else None
        if admitted.scoped.context:
            return seal(_report(engine, count.UNKNOWN_CONTEXTS, pdu.request_id).encode())
        limit = min(MAX_SIZE, header.max_size)
        if not admitted.sufficient:
            return _fit(engine, pdu, operations.unauthorized(pdu), limit, seal)
        room = limit - _V3_HEADERS - 2 * len(engine.id) - len(header.user) - len(header.tag)
        return _fit(engine, pdu, operations.answer(pdu, self._table(engine), now, room), limit, seal)


def _report(engine: LocalEngine, counter: Oid, request_id: int) -> Pdu:
    """Count, and make the report that says so."""
    engine.counters[counter] += 1
    value = ber.integer(engine.counters[counter] & 0xFFFFFFFF, ber.COUNTER32)
    return Pdu(REPORT, request_id, 0, 0, (counter,), message.binding(counter, value))


def _fit(
    engine: LocalEngine, request: Pdu, response: Pdu | None, limit: int, seal: Callable[[bytes], bytes]
) -> bytes | None:
    """Send a response; if it is too large say so; if even that is, say nothing (RFC 3416 4.2.1)."""
    if response is None:
        return None
    for candidate in (response, operations.too_big(request)):
        sent = seal(candidate.encode())
        if len(sent) <= limit:
            return sent
    engine.counters[count.SILENT_DROPS] += 1
    return None


def attach(
    loop: asyncio.AbstractEventLoop,
    sock: socket.socket,
    lookup: Callable[[str], Emulated | None],
    *,
    clock: Callable[[], float] = time.time,
    places: Callable[[str], Place] = lambda _: NOWHERE,
    latency: bool = False,
) -> Agent:
    """Serve a UDP socket (see `snmp.udp.listen`); `lookup` gives the device at an address, or None: silence.

    With `latency` an answer is as late as its device is far. Detach with `loop.remove_reader(sock)`.
    """
    agent = Agent(places=places)

    def handle(datagram: bytes, address: str) -> bytes | None:
        device = lookup(address)
        return agent.handle(datagram, device, clock()) if device is not None else None

    udp.serve(loop, sock, handle, (lambda address: places(address).round_trip) if latency else None)
    return agent
