"""RouterOS's API for the whole fleet on one socket: the destination address chooses the device.

One front serves one port: `api` (plain) or `api-ssl` (TLS, with a certificate of each device's own).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from homeroom.lab.counters import Counters
from homeroom.lab.faults import Fault
from homeroom.lab.ros import tls, wire
from homeroom.lab.ros.device import Halted, RosDevice
from homeroom.lab.ros.session import Session, step

_KEPT: Final = 512
"""How many devices' TLS contexts are kept ready."""
_HELD: Final = 3600
"""Seconds for which a connection that is half open is held."""
_LINGER: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing resets the connection."""


class Connection(asyncio.Protocol):
    """One connection to one device."""

    def __init__(self, device: RosDevice, counters: Counters) -> None:
        self._device, self._counters = device, counters
        self._session = Session(device)
        self._sentences = wire.Sentences()
        self._transport: asyncio.Transport | None = None
        self._silent = False
        self._waiting: list[list[str]] = []
        self._sleeping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # it is a stream
        self._transport = transport
        self._counters.connections += 1
        self._device.hang_up.add(self.reset)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._transport = None
        self._device.hang_up.discard(self.reset)
        self._counters.lost += exc is not None

    def data_received(self, data: bytes) -> None:
        """Answer what came, sentence by sentence."""
        try:
            self._waiting += self._sentences.feed(data)
        except wire.Nonsense:
            self.reset()
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self._transport is not None and not self._silent and not self._sleeping:
            self._one(self._waiting.pop(0))

    def _one(self, words: list[str]) -> None:
        params = {word[1:].partition("=")[0]: "" for word in words if word.startswith("=")}
        where = step(words[0], params)
        fault = self._device.faults.strike(where) if where else None
        self._counters.commands += 1
        if fault and fault.kind in {"cut", "reboot"} and not fault.late:
            self._strike(fault)
            return
        full = self._device.faults.standing("full_flash")
        self._device.files.full = full is not None
        try:
            answer = list(self._session.answer(words))
        except Halted:
            self._device.reboot()
            return
        if fault is None:
            self._send(answer)
        elif fault.kind == "half_open":
            self._silent = True
        elif fault.kind == "slow":
            self._sleeping = True
            asyncio.get_running_loop().call_later(fault.seconds, self._wake, answer)
        else:
            self._strike(fault)

    def _wake(self, answer: list[list[str]]) -> None:
        self._sleeping = False
        self._send(answer)
        self._go_on()

    def _strike(self, fault: Fault) -> None:
        if fault.kind == "reboot":
            self._device.reboot()
        self.reset()

    def _send(self, answer: list[list[str]]) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(b"".join(wire.sentence(words) for words in answer))
        if answer and answer[-1][0] == "!fatal":
            self._transport.close()

    def reset(self) -> None:
        """Break the connection off, as a device does that lost its power."""
        if self._transport is not None:
            raw = self._transport.get_extra_info("socket")
            if raw is not None:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
            self._transport.abort()
            self._transport = None


class Front:
    """The listening socket. `find` gives the device behind an address; None refuses the connection."""

    def __init__(
        self, find: Callable[[str], RosDevice | None], seed: bytes, counters: Counters, *, encrypted: bool = True
    ) -> None:
        self._find, self._seed, self._counters, self._encrypted = find, seed, counters, encrypted
        self._contexts: OrderedDict[str, ssl.SSLContext] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, listener: socket.socket) -> None:
        """Accept for ever."""
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.create_task(self._one(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _one(self, connection: socket.socket) -> None:
        """Serve one connection; a client that breaks off or talks nonsense costs only itself."""
        device = self._find(connection.getsockname()[0])
        try:
            if device is None or not self._open(device) or not await self._survives(device, connection):
                connection.close()
                return
            context = self._context(device) if self._encrypted else None
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(lambda: Connection(device, self._counters), connection, ssl=context)
        except OSError:
            self._counters.lost += 1
        except asyncio.CancelledError:
            connection.close()
            raise

    async def _survives(self, device: RosDevice, connection: socket.socket) -> bool:
        """Let a fault strike at the connection; tell whether it stands."""
        fault = device.faults.strike("connect")
        if fault and fault.kind == "reboot":
            device.reboot()
        if fault and fault.kind in {"cut", "reboot"}:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
            return False
        if fault:
            await asyncio.sleep(fault.seconds if fault.kind == "slow" else _HELD)
        return True

    def _open(self, device: RosDevice) -> bool:
        """Tell whether the service is on, as the configuration says."""
        name = "api-ssl" if self._encrypted else "api"
        service = next(entry for entry in device.config.table("/ip service") if entry.name == name)
        return not service.on("disabled") and not device.faults.standing("offline")

    def _context(self, device: RosDevice) -> ssl.SSLContext:
        wrong = " impostor" if device.faults.standing("wrong_host_key") else ""
        name = f"{device.name}{wrong}"
        context = self._contexts.pop(name, None) or tls.context(self._seed, name)
        self._contexts[name] = context
        if len(self._contexts) > _KEPT:
            self._contexts.popitem(last=False)
        return context
