"""The small web server that Prometheus scrapes: /metrics and /healthz, bounded in time, size and number.

Only GET and HEAD, nothing that a request says reaches anything but the choice of the page, and a page that was just
counted is given to everybody who asks meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.engine import Engine

from homeroom.errors import HomeroomError, UsageError
from homeroom.observe.alerting import Alerting, Meters
from homeroom.observe.census import Census
from homeroom.observe.metrics import Nation, families
from homeroom.observe.settings import Settings
from homeroom.project import Project
from homeroom.store.bulk import told

_HEAD: Final = 8192
"""Octets of a request's head at most."""
_PATIENCE: Final = 10.0
"""Seconds that a client has to ask, and to take the answer."""
_AT_ONCE: Final = 32
_TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: HTTPStatus
    body: bytes
    kind: str = _TEXT


class _Counted(Collector):
    """One count, for the library that writes it as text."""

    def __init__(self, nation: Nation) -> None:
        self._nation = nation

    def collect(self) -> list[Metric]:
        """Return the families."""
        return list(families(self._nation))


class Metrics:
    """One project's endpoint. `address`: where it listens, once it does."""

    def __init__(
        self,
        project: Project,
        state: Engine,
        series: Engine,
        settings: Settings,
        meters: Meters,
        *,
        alerting: Alerting | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._census = Census(project, state, series, settings, meters, alerting, clock)
        self._setting, self._clock = settings.metrics, clock
        self._stale = 3 * settings.periods.status
        self._lock = asyncio.Lock()
        self._nation: Nation | None = None
        self._until = 0.0
        self._clients: set[asyncio.Task[None]] = set()
        self.address: tuple[str, int] | None = None
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled; UsageError when the address cannot be listened on. Without an address: nothing."""
        if not self._setting.address:
            return
        try:
            server = await asyncio.start_server(
                self._accept, self._setting.address, self._setting.port, limit=_HEAD, backlog=_AT_ONCE
            )
        except OSError as error:
            where = f"{self._setting.address} port {self._setting.port}"
            raise UsageError(
                f"metrics cannot be served at {where}: {error.strerror}; choose another in inventory/observe.yaml"
            ) from error
        async with server:
            self.address = server.sockets[0].getsockname()[:2]
            self.listening.set()
            try:
                await server.serve_forever()
            finally:
                for task in self._clients:
                    task.cancel()
                await asyncio.gather(*self._clients, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a client, unless there are too many: then it is sent away unheard."""
        if len(self._clients) >= _AT_ONCE:
            writer.write(_written(Answer(HTTPStatus.SERVICE_UNAVAILABLE, b"too many at once\n"), bodyless=False))
            writer.close()
            return
        task = asyncio.create_task(self._client(reader, writer))
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, and close."""
        try:
            with suppress(TimeoutError, OSError, asyncio.IncompleteReadError):
                async with asyncio.timeout(_PATIENCE):
                    head = await _head(reader)
                answer, bodyless = await self._answer(head)
                async with asyncio.timeout(_PATIENCE):
                    writer.write(_written(answer, bodyless=bodyless))
                    await writer.drain()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, head: bytes) -> tuple[Answer, bool]:
        words = head.partition(b"\r\n")[0].split(b" ")
        if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
            return Answer(HTTPStatus.BAD_REQUEST, b"no request\n"), False
        if words[0] not in {b"GET", b"HEAD"}:
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"only GET\n"), False
        path = words[1].partition(b"?")[0]
        if path == b"/metrics":
            return await self._page(_accepted(head)), words[0] == b"HEAD"
        if path == b"/healthz":
            return await self._health(), words[0] == b"HEAD"
        return Answer(HTTPStatus.NOT_FOUND, b"/metrics or /healthz\n"), words[0] == b"HEAD"

    async def nation(self) -> Nation:
        """Return what was counted of late, or count now; those who ask meanwhile wait for the one count."""
        async with self._lock:
            now = time.monotonic()
            if self._nation is None or now >= self._until:
                self._nation = await asyncio.to_thread(self._census.count)
                self._until = time.monotonic() + self._setting.every
            return self._nation

    async def _page(self, accept: str) -> Answer:
        try:
            nation = await self.nation()
        except HomeroomError as error:
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"{told(error)}\n".encode())
        registry = CollectorRegistry()
        registry.register(_Counted(nation))
        encode, kind = choose_encoder(accept)
        return Answer(HTTPStatus.OK, encode(registry), kind)

    async def _health(self) -> Answer:
        """Say whether what is shown is new: 200, or 503 with the reason."""
        try:
            why = self._ill(await self.nation())
        except HomeroomError as error:
            why = told(error)
        if why:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, f"{why}\n".encode())
        return Answer(HTTPStatus.OK, b"ok\n")

    def _ill(self, nation: Nation) -> str:
        if not nation.ok:
            return "the store cannot be read"
        status = nation.answers.get("status")
        if status and status.newest is not None and nation.at - status.newest > self._stale:
            return "no device has answered of late"
        return ""


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Read a request's head; what is too long is none."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        return b""


def _accepted(head: bytes) -> str:
    """Return what the client says it reads."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"accept":
            return value.strip().decode("latin-1")
    return ""


def _written(answer: Answer, *, bodyless: bool) -> bytes:
    lines = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}",
        f"Content-Type: {answer.kind}",
        f"Content-Length: {len(answer.body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if bodyless else answer.body)
