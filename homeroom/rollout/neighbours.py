"""Who hangs on a device, and whether they still answer: a TCP connection to each from here, all at once."""

from __future__ import annotations

import errno
import ipaddress
import selectors
import socket
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from homeroom.intent.model import Intent

_BANNER: Final = b"SSH-"
_QUIET: Final = 0.3
"""Seconds that a port which says nothing first must stay open to count as one that answers."""
_UNDER_WAY: Final = frozenset({0, errno.EINPROGRESS})


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A device and where it is managed. `banner`: an SSH server says there who it is; others wait to be spoken to."""

    device: str
    host: str
    port: int
    banner: bool


def behind(intent: Intent, site: Mapping[str, Intent]) -> tuple[str, ...]:
    """Return the access points and switches of the site that work only while this device does.

    They hang on its ports, or on the ports of a switch that does; of a wireless controller, all access points.
    """
    if intent.device.kind == "wlc":
        return tuple(name for name, one in site.items() if one.device.kind == "ap")
    found = {intent.device.name: intent}
    todo = [intent]
    while todo:
        names = (port.description for port in todo.pop().ports if port.mode == "trunk")
        new = {name: site[name] for name in names if name in site and name not in found}
        new = {name: one for name, one in new.items() if one.device.kind in {"ap", "switch"}}
        found |= new
        todo += new.values()
    return tuple(name for name in found if name != intent.device.name)


def answering(some: Sequence[Neighbour], within: float) -> frozenset[str]:
    """Return the names of those that answer `within` seconds; what does not answer raises nothing."""
    answered: set[str] = set()
    end = time.monotonic() + within
    with selectors.DefaultSelector() as selector, _calls(some, selector) as calls:
        while calls and (left := end - time.monotonic()) > 0:
            for key, _ in selector.select(min(left, _QUIET)):
                call: _Call = key.data
                verdict = call.heard()
                if verdict is None:
                    selector.modify(call.socket, selectors.EVENT_READ, call)
                else:
                    selector.unregister(call.socket)
                    calls.remove(call)
                    answered |= {call.neighbour.device} if verdict else set()
            for call in [one for one in calls if one.quiet()]:
                selector.unregister(call.socket)
                calls.remove(call)
                answered.add(call.neighbour.device)
    return frozenset(answered)


class _Call:
    """A connection to one neighbour, as far as it has come."""

    def __init__(self, neighbour: Neighbour) -> None:
        self.neighbour = neighbour
        version = ipaddress.ip_address(neighbour.host).version
        self.socket = socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        self.socket.setblocking(False)  # noqa: FBT003  # the standard library's own
        self._failed = self.socket.connect_ex((neighbour.host, neighbour.port)) not in _UNDER_WAY
        self._open = 0.0
        self._said = b""

    def heard(self) -> bool | None:
        """Take what came; True: it answers, False: it does not, None: more must come."""
        if self._failed or self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return False
        if not self._open:
            self._open = time.monotonic()
            return None
        try:
            said = self.socket.recv(512)
        except BlockingIOError:
            return None
        except OSError:
            return False
        self._said += said
        if not said:
            return False
        return True if not self.neighbour.banner or _BANNER in self._said else None

    def quiet(self) -> bool:
        """Tell whether a port that speaks when spoken to has been open for long enough."""
        return bool(self._open) and not self.neighbour.banner and time.monotonic() - self._open >= _QUIET


@contextmanager
def _calls(some: Iterable[Neighbour], selector: selectors.BaseSelector) -> Generator[list[_Call]]:
    """Open a connection to each for this block."""
    calls: list[_Call] = []
    try:
        for one in some:
            calls.append(_Call(one))
            selector.register(calls[-1].socket, selectors.EVENT_WRITE, calls[-1])
        yield list(calls)
    finally:
        for call in calls:
            call.socket.close()
