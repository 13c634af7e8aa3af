"""Time as IOS prints it, and EOS after it. The device's clock is an argument everywhere; its zone is UTC."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeAlias

Clock: TypeAlias = Callable[[], float]
"""Seconds since the epoch."""


class Handle(Protocol):
    """What was planned and can be called off."""

    def cancel(self) -> None:
        """Call it off."""
        ...


Later: TypeAlias = Callable[[float, Callable[[], None]], Handle]
"""Plan a call in so many seconds (`loop.call_later`)."""


def stamp(at: float) -> str:
    """Print `06:22:59 UTC Tue Nov 24 2026`."""
    return time.strftime("%H:%M:%S UTC %a %b %-d %Y", time.gmtime(at))


def precise(at: float) -> str:
    """Print `06:22:59.125 UTC Tue Nov 24 2026` (show clock)."""
    return f"{time.strftime('%H:%M:%S', time.gmtime(at))}.{int(at * 1000) % 1000:03d}" + stamp(at)[8:]


def filed(at: float) -> str:
    """Print `Nov 24 2026 06:22:59 +00:00` (dir)."""
    return time.strftime("%b %d %Y %H:%M:%S +00:00", time.gmtime(at))


def archived(at: float) -> str:
    """Print the stamp in an archive file's name: `Nov-24-06-22-59.125-UTC`."""
    day = time.strftime("%b-%e-%H-%M-%S", time.gmtime(at)).replace(" ", "-")
    return f"{day}.{int(at * 1000) % 1000:03d}-UTC"


def logged(at: float) -> str:
    """Print the stamp of a log message: `Nov 24 06:22:59.125`."""
    return f"{time.strftime('%b %e %H:%M:%S', time.gmtime(at))}.{int(at * 1000) % 1000:03d}"


def uptime(seconds: float) -> str:
    """Print `3 weeks, 2 days, 4 hours, 12 minutes`."""
    minutes = int(seconds) // 60
    parts: list[str] = []
    for name, size in (("year", 525600), ("week", 10080), ("day", 1440), ("hour", 60), ("minute", 1)):
        count, minutes = divmod(minutes, size)
        if count or (name == "minute" and not parts):
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return ", ".join(parts)
