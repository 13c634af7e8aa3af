"""The line to all devices: one UDP socket an address family, a window, one timer; it knows no SNMP but request ids.

Measured rules: what has arrived is read before anything expires, or a busy process calls live devices dead; sending
pauses for reading, or a burst of answers overruns the buffer; and when the kernel did drop answers for want of
buffer, that silence is ours and not the device's: it is asked again and fewer are asked at once.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from homeroom.errors import DeviceError
from homeroom.snmp import refusals
from homeroom.snmp.wire.call import Call
from homeroom.snmp.wire.peers import Address
from homeroom.snmp.wire.request import ids

Write: TypeAlias = Callable[[Call], bytes]
Take: TypeAlias = Callable[[bytes, Address], None]

WINDOW: Final = 8192
_BUFFER: Final = 16 << 20
_LARGEST: Final = 65535
_SENDS: Final = 64
"""Requests sent before the loop gets to read again."""
_READS: Final = 256
_MANY: Final = 64
"""While more than so many are awaited, answers are looked for by the clock, each `_PAUSE` seconds."""
_PAUSE: Final = 0.001
_BACKLOG: Final = 2 * _BUFFER // 512
"""More datagrams than the buffer holds: who has read so many has read all that were there at the beginning."""
_TICK: Final = 0.05
_FEWEST: Final = 64
_OUR_LOSSES: Final = 4
"""How often one request is repeated because we lost answers ourselves."""
_SO_RCVBUFFORCE: Final = 33  # asm-generic/socket.h: more than the system's limit, for root
_SO_MEMINFO: Final = 55
_MEMINFO: Final = struct.Struct("=9I")  # linux/sock_diag.h; the last is SK_MEMINFO_DROPS


@dataclass(slots=True)
class Stats:
    """What a line counts: `lost` answers for want of buffer, `strange` datagrams, and those from a wrong address."""

    sent: int = 0
    received: int = 0
    repeated: int = 0
    expired: int = 0
    lost: int = 0
    strange: int = 0
    foreign: int = 0
    malformed: int = 0
    discovered: int = 0
    resynchronised: int = 0


class Line:
    """Sends calls, at most `window` at once, and hands what comes to `take`, which ends them by `finish`."""

    def __init__(self, write: Write, *, timeout: float, retries: int, window: int) -> None:
        """`write` makes a call's octets when they are sent, and for its last try. Make it in a running loop."""
        self.stats = Stats()
        self.pending: dict[bytes, Call] = {}
        self._loop = asyncio.get_running_loop()
        self._write = write
        self.take: Take = _nobody
        self._timeout = timeout
        self._retries = retries
        self._window = self._room = window
        self._ids = ids()
        self._sockets: dict[int, socket.socket] = {}
        self._waiting: deque[Call] = deque()
        self._sources: deque[Iterator[Call]] = deque()
        self._deadlines: deque[tuple[float, bytes]] = deque()
        self._burst = self._blocked = 0
        self._pumping = False
        self._timer: asyncio.TimerHandle | None = None

    def submit(self, call: Call) -> None:
        """Send a call now, or when there is room."""
        call.tries = self._tries(call)
        if self._waiting or self._burst >= _SENDS or len(self.pending) >= self._room:
            self._waiting.append(call)
            self._pump_soon()
        else:
            self._burst += 1
            self._launch(call, self._loop.time())

    def go_on(self, call: Call) -> None:
        """Send a call when what has come is read: the next question of somebody who has just been answered."""
        call.tries = self._tries(call)
        self._waiting.append(call)
        self._pump_soon()

    def feed(self, source: Iterator[Call]) -> None:
        """Send the calls of a source as there is room."""
        self._sources.append(source)
        self._pump_soon()

    def again(self, call: Call) -> None:
        """Send a call anew under another id: what it is made of has changed."""
        self.pending.pop(call.request_id, None)
        self._waiting.append(call)
        self._pump_soon()

    def finish(self, call: Call) -> None:
        """Take a call off the line."""
        self.pending.pop(call.request_id, None)

    def close(self) -> list[Call]:
        """Give back sockets and timer; return what is not answered."""
        if self._timer is not None:
            self._timer.cancel()
        for sock in self._sockets.values():
            self._loop.remove_reader(sock)
            sock.close()
        left = [*self.pending.values(), *self._waiting]
        for kept in (self._sockets, self.pending, self._waiting, self._sources, self._deadlines):
            kept.clear()
        return left

    def _pump_soon(self) -> None:
        if not self._pumping:
            self._pumping = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        """Send what there is room for, a burst at most; come again after the loop has read."""
        self._pumping = False
        now = self._loop.time()
        for _ in range(min(_SENDS, self._room - len(self.pending))):
            call = self._next()
            if call is None:
                return
            self._launch(call, now)
        if (self._waiting or self._sources) and len(self.pending) < self._room:
            self._pump_soon()

    def _next(self) -> Call | None:
        if self._waiting:
            return self._waiting.popleft()
        while self._sources:
            call = next(self._sources[0], None)
            if call is not None:
                call.tries = self._tries(call)
                return call
            self._sources.popleft()
        return None

    def _tries(self, call: Call) -> int:
        retries = call.target.retries
        return self._retries if retries is None else retries

    def _launch(self, call: Call, now: float) -> None:
        request_id = next(self._ids)
        while request_id in self.pending:
            request_id = next(self._ids)
        call.request_id = request_id
        call.lost = self.stats.lost
        try:
            call.packet = self._write(call)
        except DeviceError as error:
            call.done(call, error)
            return
        self.pending[request_id] = call
        self._send(call, now)

    def _send(self, call: Call, now: float) -> None:
        sock = self._sockets.get(call.family) or self._open(call.family)
        try:
            sock.sendto(call.packet, call.address)
            self.stats.sent += 1
        except BlockingIOError:
            self._blocked += 1  # it is repeated as if its answer had been lost
        except OSError as error:
            self.finish(call)
            call.done(call, refusals.unsent(call.target, error.strerror or str(error)))
            return
        call.due = now + self._timeout
        self._deadlines.append((call.due, call.request_id))  # not the call: what is answered need not be kept
        if self._timer is None:
            self._timer = self._loop.call_later(_TICK, self._tick)

    def _open(self, family: int) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.settimeout(0)
        try:
            sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        except OSError:  # not root: as much as the system allows
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        sock.bind(("", 0))
        self._sockets[family] = sock
        self._loop.add_reader(sock, self._ready, sock)
        return sock

    def _ready(self, sock: socket.socket) -> None:
        self._read(sock)
        if len(self.pending) > _MANY:
            self._loop.remove_reader(sock)
            self._loop.call_later(_PAUSE, self._look, sock)

    def _look(self, sock: socket.socket) -> None:
        """Read, and look again a moment later: while many are awaited, waking for each answer costs a third."""
        if sock.fileno() < 0:  # closed meanwhile
            return
        self._read(sock)
        if len(self.pending) > _MANY:
            self._loop.call_later(_PAUSE, self._look, sock)
        else:
            self._loop.add_reader(sock, self._ready, sock)

    def _read(self, sock: socket.socket, most: int = _READS) -> None:
        """Read what waits, a burst at most."""
        receive, take = sock.recvfrom, self.take
        for _ in range(most):
            try:
                datagram, address = receive(_LARGEST)
            except OSError:  # nothing waits
                break
            self.stats.received += 1
            take(datagram, address)
        self._burst = 0
        if self._waiting or self._sources:
            self._pump()

    def _tick(self) -> None:
        """Read all that had come when this began, then let expire what was overdue by then."""
        now = self._loop.time()
        for sock in [*self._sockets.values()]:
            self._read(sock, _BACKLOG)
        self._account()
        self._expire(now)
        self._timer = self._loop.call_later(_TICK, self._tick) if self._deadlines else None

    def _account(self) -> None:
        """Ask fewer at once when the kernel dropped answers, slowly more again when it does not."""
        lost = self._blocked + sum(map(_dropped, self._sockets.values()))
        if lost > self.stats.lost:
            self.stats.lost = lost
            self._room = max(_FEWEST, min(self._room, len(self.pending)) // 2)
        elif self._room < self._window:
            self._room = min(self._window, self._room + self._room // 8)

    def _expire(self, now: float) -> None:
        deadlines, pending = self._deadlines, self.pending
        while deadlines and deadlines[0][0] <= now:
            due, request_id = deadlines.popleft()
            call = pending.get(request_id)
            if call is not None and call.due == due:
                self._overdue(call, now)
        if self._waiting or self._sources:
            self._pump_soon()

    def _overdue(self, call: Call, now: float) -> None:
        if call.lost < self.stats.lost and call.losses < _OUR_LOSSES:
            call.losses += 1
            call.lost = self.stats.lost
        elif call.tries > 0:
            call.tries -= 1
            if not call.tries:
                call.packet = self._write(call)
        else:
            self.stats.expired += 1
            self.finish(call)
            call.done(call, None)
            return
        self.stats.repeated += 1
        self._send(call, now)


def _nobody(_datagram: bytes, _address: Address) -> None:
    """Stand where the reader of datagrams is put."""


def _dropped(sock: socket.socket) -> int:
    """Return how many datagrams the kernel had no room for."""
    try:
        return int(_MEMINFO.unpack(sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))[-1])
    except (OSError, struct.error):  # an old kernel does not tell
        return 0
