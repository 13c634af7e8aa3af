"""The fast transport to IOS devices: the same change, over one asyncssh connection, without NAPALM.

What is done on the device is in `change`, for both transports. What is saved is on our side: one login, no question
for the prompt before each command, and one event loop for all devices instead of threads that wake each other.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, TypeVar

import asyncssh

from homeroom.errors import CommandRejected, DeviceError, LoginRefused, Unreachable
from homeroom.platforms.box import Login
from homeroom.platforms.ios.change import Ask, Say, Steps, Word
from homeroom.platforms.ios.terminal import Garbled, Refused
from homeroom.platforms.ios.verbs import Verbs
from homeroom.platforms.ios.wire import Wire

_T = TypeVar("_T")


class _Loop:
    """The event loop of all fast sessions, in a thread of its own that never keeps the program up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do the work there; wait for its result."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="homeroom-fast", daemon=True).start()
        ended, tasks = threading.Lock(), list[asyncio.Task[_T]]()
        ended.acquire()

        def start() -> None:
            tasks.append(loop.create_task(work))
            tasks[0].add_done_callback(lambda _task: ended.release())

        loop = self._loop
        loop.call_soon_threadsafe(start)
        with ended:  # a bare lock: asyncio.run_coroutine_threadsafe wakes a thread with five
            return tasks[0].result()


_LOOP: Final = _Loop()


class FastIOS(Verbs):
    """One IOS device on the fast transport: a Session (homeroom.rollout.drivers) for worker threads to call."""

    def __init__(self, login: Login, timeout: float = 90) -> None:
        super().__init__(login)
        self._wire = Wire(login, timeout)

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        self._run(self._wire.open())

    def close(self) -> None:
        """Delete our files from the flash and hang up; never raises."""
        with suppress(DeviceError):  # whatever broke the connection has been reported where it happened
            self._run(self._close())

    @property
    def _name(self) -> str:
        return self._wire.prompt[:-1]

    def _do(self, steps: Steps[_T]) -> _T:
        return self._run(self._take(steps))

    async def _close(self) -> None:
        try:
            if self._wire.prompt:
                await self._take(self._change.leave())
        finally:
            await self._wire.close()

    async def _take(self, steps: Steps[_T]) -> _T:
        answer: Any = None
        while True:
            try:
                word = steps.send(answer)
            except StopIteration as end:
                result: _T = end.value
                return result
            answer = await self._answer(word)

    async def _answer(self, word: Word) -> Any:
        if isinstance(word, Ask):
            return await self._wire.ask(*word.commands)
        if isinstance(word, Say):
            return await self._wire.say(word.command)
        return await self._wire.put(word.path, word.text)

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do the work on the event loop, and raise what stops it as one of our own errors."""
        device, conceal = self._login.device, self._login.conceal
        try:
            return _LOOP.run(work)
        except asyncssh.PermissionDenied as error:
            raise LoginRefused(
                device, "it refused our login", "check the device password and the user on it"
            ) from error
        except TimeoutError as error:
            raise Unreachable(device, "it stopped answering", "look at its load, then try again") from error
        except (asyncssh.Error, OSError) as error:
            what = "TCP connection to device failed" if isinstance(error, ConnectionRefusedError) else str(error)
            said = conceal(what.strip().rstrip(".") or type(error).__name__)
            raise Unreachable(device, f"no connection ({said})", "check its power, its uplink and its SSH") from error
        except (Garbled, Refused) as error:
            raise CommandRejected(device, f"refused ({conceal(str(error))})", "look at it, then try again") from error
