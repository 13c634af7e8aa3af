"""SSH to an OpenWrt device: one connection, a channel without a terminal for each command, the host key pinned."""

# paramiko has no types
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import paramiko  # type: ignore[import-untyped]  # it has none

from homeroom.errors import LoginRefused, Unreachable
from homeroom.platforms.box import Login
from homeroom.platforms.pin import Pin

USER: Final = "root"
"""OpenWrt has no other user that may write /etc/config: dropbear lets root in, and nothing else exists by default."""
_CHUNK: Final = 1 << 16


class Answer(NamedTuple):
    """What a command said."""

    status: int
    out: str
    err: str


class Shell:
    """A connection as root. `timeout`: seconds a device may be silent."""

    def __init__(self, login: Login, timeout: float = 60) -> None:
        self._login, self._timeout = login, timeout
        self._client: Any = None

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(Pin(self._login.pin))
        with self._translated():
            client.connect(
                self._login.host,
                self._login.port,
                USER,
                self._login.password.reveal(),
                look_for_keys=False,
                allow_agent=False,
                timeout=self._timeout,
                banner_timeout=self._timeout,
                auth_timeout=self._timeout,
                channel_timeout=self._timeout,
            )
        self._client = client

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @property
    def alive(self) -> bool:
        """Tell whether the connection stands."""
        transport = self._client.get_transport() if self._client is not None else None
        return transport is not None and bool(transport.is_active())

    def run(self, command: str, data: str = "") -> Answer:
        """Run a command with `data` on its standard input; Unreachable unless its exit status came back."""
        if not self.alive:
            raise self._lost("the connection is closed")
        with self._translated():
            channel = self._client.get_transport().open_session(timeout=self._timeout)
            try:
                return self._talk(channel, command, data)
            finally:
                channel.close()

    def _talk(self, channel: Any, command: str, data: str) -> Answer:
        channel.settimeout(self._timeout)
        channel.exec_command(command)
        try:
            channel.sendall(data.encode("utf-8", "surrogateescape"))
            channel.shutdown_write()
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise  # otherwise it may have refused before it had read everything: its answer says why
        out, err = (_all(read) for read in (channel.recv, channel.recv_stderr))
        if not channel.status_event.wait(self._timeout) or channel.exit_status < 0:
            raise EOFError("it hung up before it answered")
        return Answer(int(channel.exit_status), out, err)

    @contextmanager
    def _translated(self) -> Generator[None]:
        """Raise what paramiko raises as our own errors."""
        device = self._login.device
        try:
            yield
        except paramiko.AuthenticationException as error:
            raise LoginRefused(device, "it refused our login", "check the password of its root user") from error
        except TimeoutError as error:
            raise Unreachable(device, "it stopped answering", "look at its load, then try again") from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._lost(str(error).rstrip(".") or type(error).__name__) from error

    def _lost(self, why: str) -> Unreachable:
        return Unreachable(self._login.device, f"no connection ({why})", "check its power, its uplink and its SSH")


def _all(receive: Callable[[int], bytes]) -> str:
    """Read until the other side has no more to say."""
    return b"".join(iter(lambda: receive(_CHUNK), b"")).decode("utf-8", "surrogateescape")
