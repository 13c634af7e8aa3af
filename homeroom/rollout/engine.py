"""What runs a wave: the `Engine` protocol, and how a wave is cut into the chunks that are handed to one.

A change is submitted in chunks; whatever runs them says of every device, exactly once, how it ended or that it was
withdrawn untouched.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final, Literal, Protocol

LARGEST: Final = 250
"""Devices in a chunk: at 100 to 250 a queue costs less than 0.2 ms of a device, at one 4 ms and more."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Devices that are handed over together: a site's, or those of several sites."""

    id: str
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """How one device of a chunk ended. `withdrawn`: it was never begun.

    `value` is what the task returned; `error` what it raised, instead.
    """

    chunk: str
    device: str
    state: Literal["done", "failed", "withdrawn"]
    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Workers:
    """How much goes on: devices at once at most, under way, waiting; `open`: whose event nobody has taken yet."""

    limit: int
    busy: int
    queued: int
    open: int = 0


class Stopped(Protocol):
    """What can be told to begin nothing more."""

    def cancel(self) -> None:
        """Begin nothing more, for good; a signal handler may call it at any moment."""
        ...


class Engine(Protocol):
    """Runs chunks somewhere. Every device submitted comes back as exactly one event."""

    def submit(self, chunk: Chunk) -> None:
        """Queue a chunk; UsageError after `cancel`."""
        ...

    def events(self, tick: float = 0.5) -> Iterator[Event | None]:
        """Yield events as they come, None after `tick` seconds without one, until nothing submitted is left."""
        ...

    def cancel(self) -> None:
        """Begin nothing more, for good: what waits comes back as withdrawn, what is under way ends."""
        ...

    def pause(self) -> None:
        """Begin nothing more until `resume`; what is under way ends, what waits goes on waiting."""
        ...

    def resume(self) -> None:
        """Go on after `pause`."""
        ...

    def workers(self) -> Workers:
        """Tell how much goes on."""
        ...


def chunks(change: str, devices: Iterable[tuple[str, str]], largest: int = LARGEST) -> tuple[Chunk, ...]:
    """Cut (device, site) pairs into chunks: whole sites, as many as fit; a larger site is cut. Keeps their order."""
    sites: dict[str, list[str]] = {}
    for device, site in devices:
        sites.setdefault(site, []).append(device)
    packed: list[list[str]] = [[]]
    for names in sites.values():
        for start in range(0, len(names), largest):
            part = names[start : start + largest]
            if len(packed[-1]) + len(part) > largest:
                packed.append([])
            packed[-1] += part
    return tuple(Chunk(f"{change}-{number}", tuple(part)) for number, part in enumerate(packed, 1) if part)


@contextmanager
def stopped_by_ctrl_c(engine: Stopped) -> Generator[None]:
    """Within this block the first Ctrl-C cancels the engine, the second leaves at once; in the main thread only."""
    pressed = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        engine.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
