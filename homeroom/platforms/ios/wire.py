"""One SSH connection to an IOS device that carries both its terminal and its file transfers, on asyncio.

Nothing is sent that a device need not answer: the prompt is learned once, commands that only read go out together.
"""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import re
from typing import Final

import asyncssh

from homeroom.platforms.box import Login
from homeroom.platforms.ios import lean, terminal
from homeroom.platforms.ios.terminal import Ends, Refused

_LOST: Final = "the connection was lost"
_PATIENCE: Final = 1.0
"""Seconds a device may take to hang up."""
_ENDS: Final = (b"#", b">", b"? ", b"?", b"]")


class _Shell(asyncssh.SSHClientSession[bytes]):
    """The terminal: collects what the device prints until it is our turn."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._lost: Exception | None = None
        self._ends: Ends = bool
        self._turn: asyncio.Future[str] | None = None

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Take what was printed."""
        del datatype
        self._buffer += data
        if data.endswith(_ENDS):
            self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake up who waits: nothing more will come."""
        self._lost = exc or ConnectionResetError(_LOST)
        if self._turn is not None and not self._turn.done():
            self._turn.set_exception(self._lost)

    def until(self, ends: Ends) -> asyncio.Future[str]:
        """Return what will be printed until `ends` holds."""
        self._ends, self._turn = ends, asyncio.get_running_loop().create_future()
        self._look()
        if self._lost is not None and not self._turn.done():
            self._turn.set_exception(self._lost)
        return self._turn

    def _look(self) -> None:
        if self._turn is None or self._turn.done():
            return
        said = self._buffer.decode("utf-8", "replace").replace("\r", "")
        if self._ends(said):
            self._buffer.clear()
            self._turn.set_result(said)


class _Put(asyncssh.SSHClientSession[bytes]):
    """One file sent by SCP: each of the device's NULs is our turn. Source: the rcp protocol (`scp -t`)."""

    def __init__(self, name: str, data: bytes) -> None:
        self._turns = [f"C0644 {len(data)} {name}\n".encode(), data + b"\0", b""]
        self._chan: asyncssh.SSHClientChannel[bytes] | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """Keep the channel."""
        self._chan = chan

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Go on with each NUL; anything else is a refusal."""
        del datatype
        if self._chan is None or self.done.done():
            return
        refused = data.strip(b"\0\x01\x02\r\n ")
        if refused:
            self.done.set_exception(Refused(refused.decode("utf-8", "replace")))
            self._chan.close()
            return
        for _ in data:
            turn = self._turns.pop(0) if self._turns else b""
            if turn:
                self._chan.write(turn)
            else:
                self._chan.write_eof()

    def eof_received(self) -> bool:
        """End, as the device does."""
        self._end(None)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End: the file is written when the device closes."""
        self._end(exc)

    def _end(self, exc: Exception | None) -> None:
        if self.done.done():
            return
        if exc is None and not self._turns:
            self.done.set_result(None)
        else:
            self.done.set_exception(exc or Refused("the transfer was broken off"))


class Wire:
    """An open connection. Every method raises what asyncssh raises, OSError, TimeoutError, Garbled or Refused."""

    def __init__(self, login: Login, timeout: float) -> None:
        self._login, self._timeout = login, timeout
        self._conn: asyncssh.SSHClientConnection | None = None
        self._chan: asyncssh.SSHClientChannel[bytes] | None = None
        self._shell = _Shell()
        self.prompt = ""

    async def open(self) -> None:
        """Connect, and learn the prompt."""
        async with asyncio.timeout(self._timeout):
            self._conn = await lean.enter(self._login)
            self._chan = (
                await self._conn.create_session(
                    lambda: self._shell, term_type="vt100", term_size=(511, 0), encoding=None
                )
            )[0]
            await self._shell.until(terminal.greeted)
            self._write("\n".join(terminal.HELLO))
            self.prompt = terminal.prompt(await self._shell.until(terminal.learned))

    def _write(self, line: str) -> None:
        if self._chan is None or self._chan.is_closing():
            raise ConnectionResetError(_LOST)
        self._chan.write(f"{line}\n".encode())

    async def ask(self, *commands: str) -> list[str]:
        """Send commands that ask nothing back and do not change the prompt, all at once; return their answers."""
        async with asyncio.timeout(self._timeout):
            self._write("\n".join(commands))
            said = await self._shell.until(terminal.answered(self.prompt, len(commands)))
        return terminal.split(said, self.prompt, commands)

    async def say(self, command: str) -> str:
        """Send a command, and accept what the device asks as it stands; the prompt may be another one then."""
        async with asyncio.timeout(self._timeout):
            self._write(command)
            said = await self._shell.until(terminal.turn)
            while terminal.asks(said):
                self._write("")
                said += await self._shell.until(terminal.turn)
        self.prompt = terminal.prompt(said)
        return terminal.body(said)

    async def put(self, path: str, text: str) -> None:
        """Send a file; Refused when the device does not take it."""
        if self._conn is None:
            raise ConnectionResetError(_LOST)
        async with asyncio.timeout(self._timeout):
            try:
                await self._put(self._conn, path, text)
            except asyncssh.ChannelOpenError:  # some images have one channel a connection
                if self._chan is None or self._chan.is_closing():
                    raise
                conn = await lean.enter(self._login)
                try:
                    await self._put(conn, path, text)
                finally:
                    conn.abort()

    @staticmethod
    async def _put(conn: asyncssh.SSHClientConnection, path: str, text: str) -> None:
        file = _Put(re.split("[:/]", path)[-1], text.encode())
        await conn.create_session(lambda: file, command=f"scp -t {path}", encoding=None)
        await file.done

    async def close(self) -> None:
        """Hang up."""
        conn, self._conn = self._conn, None
        if conn is not None:
            conn.close()
            try:
                async with asyncio.timeout(_PATIENCE):
                    await conn.wait_closed()
            except TimeoutError:
                conn.abort()
