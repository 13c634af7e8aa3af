"""A second look at devices whose agent is silent: does somebody greet at the SSH port.

An SSH server speaks first (RFC 4253 section 4.2), so a greeting is waited for and nothing is sent: it shows nobody's
log-in, and it tells a device from what only accepts connections for it, as accelerators of satellite lines do.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

Door: TypeAlias = tuple[str, int]
"""An address and the port of SSH."""
WAIT: Final = 3.0
AT_ONCE: Final = 300
LONGEST: Final = 30.0
"""Seconds after which no further device is looked at: whoever is left comes first the next time."""
_OURS: Final = frozenset({
    errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.EAFNOSUPPORT, errno.EMFILE, errno.ENFILE,
    errno.ENOBUFS, errno.ENOMEM, errno.EPERM, errno.EACCES,
})  # fmt: skip
"""What is wrong with us, not with the device."""


async def greets(door: Door, wait: float = WAIT) -> bool | None:
    """Say whether somebody is there: a greeting, or a refusal, is from somebody. None: it could not be tried."""
    loop = asyncio.get_running_loop()
    try:
        with socket.socket(socket.AF_INET6 if ":" in door[0] else socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setblocking(False)  # noqa: FBT003 -- the socket's own
            async with asyncio.timeout(wait):
                await loop.sock_connect(sock, door)
                return bool(await loop.sock_recv(sock, 1))
    except ConnectionRefusedError:
        return True
    except TimeoutError:
        return False
    except OSError as error:
        return None if error.errno in _OURS else False


async def look(
    doors: Iterable[tuple[str, Door]], *, wait: float = WAIT, at_once: int = AT_ONCE, longest: float = LONGEST
) -> dict[str, bool]:
    """Look at devices in this order; return who is there (True) and who is not, of those that could be tried."""
    found: dict[str, bool] = {}
    waiting: Iterator[tuple[str, Door]] = iter(doors)
    ends = asyncio.get_running_loop().time() + longest

    async def work() -> None:
        for device, door in waiting:
            said = await greets(door, wait)
            if said is not None:
                found[device] = said
            if asyncio.get_running_loop().time() >= ends:
                return

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    return found
