"""Distance: connections whose bytes leave late, in order, by timers of the event loop.

What is sent waits for the round trip to the site; what is received is there at once, so that an answer is as late as
it would be. Connecting itself is the kernel's and takes no time; the greeting that follows is late instead.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Any, Final

_AGAIN: Final = 0.01
_LINGER: Final = struct.Struct("ii")


class Outbox:
    """The bytes on their way through one socket; None is the end of them."""

    def __init__(self, sock: socket.socket, delay: float) -> None:
        self._sock, self._delay = sock, delay
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[float, memoryview | None]] = deque()

    def put(self, data: bytes | None) -> None:
        """Send, later."""
        idle = not self._waiting
        self._waiting.append((self._loop.time() + self._delay, None if data is None else memoryview(data)))
        if idle:
            self._loop.call_at(self._waiting[0][0], self._flush)

    def _flush(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._loop.time() + _AGAIN / 100:
            try:
                done = self._one(self._waiting[0][1])
            except OSError:  # the client is gone
                self._waiting.clear()
                self._sock.close()
                return
            if not done:
                self._loop.call_later(_AGAIN, self._flush)
                return
        if self._waiting:
            self._loop.call_at(self._waiting[0][0], self._flush)

    def _one(self, data: memoryview | None) -> bool:
        """Send the first that waits; tell whether all of it went."""
        if data is None:
            self._waiting.popleft()
            self._sock.close()
            return True
        try:
            sent = self._sock.send(data)
        except BlockingIOError:
            return False
        if sent < len(data):
            self._waiting[0] = (self._waiting[0][0], data[sent:])
            return False
        self._waiting.popleft()
        return True


class Late(socket.socket):
    """A connection whose bytes leave `delay` seconds after they were sent."""

    def __init__(self, connection: socket.socket, delay: float) -> None:
        self._out = connection.dup()
        self._out.settimeout(0)
        self._box = Outbox(self._out, delay)
        self._reset = False
        super().__init__(fileno=connection.detach())

    def send(self, data: Any, flags: int = 0, /) -> int:
        """Send, later."""
        del flags
        self._box.put(bytes(data))
        return len(data)

    def sendmsg(self, buffers: Any, *_: Any) -> int:
        """Send, later."""
        return self.send(b"".join(buffers))

    def setsockopt(self, *args: Any) -> None:
        """Set an option; SO_LINGER of no time means that what is on its way is lost."""
        super().setsockopt(*args)
        if args[1] == socket.SO_LINGER and _LINGER.unpack(args[2]) == (1, 0):
            self._reset = True

    def shutdown(self, how: int) -> None:
        """End what is sent when it has been sent; what is received ends now."""
        if how == socket.SHUT_RD:
            super().shutdown(how)

    def close(self) -> None:
        """Close when all was sent."""
        if self.fileno() >= 0:
            if self._reset:
                self._out.close()
            else:
                self._box.put(None)
        super().close()


class Listener(socket.socket):
    """A listening TCP socket; `delay` says how late a connection to an address answers."""

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.delay: Callable[[str], float] = lambda _: 0

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a connection."""
        connection, peer = super().accept()
        connection.settimeout(0)
        delay = self.delay(connection.getsockname()[0])
        return (Late(connection, delay) if delay else connection), peer
