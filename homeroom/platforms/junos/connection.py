"""PyEZ's connection with our key check, and its errors as ours.

PyEZ takes any host key, and what ncclient offers (`hostkey_b64`, known_hosts) needs the key itself, not a pin. So the
key is checked where ncclient is about to authenticate: a refused key never sees the password.
"""

# PyEZ and ncclient have no types: this file and driver.py are where they meet ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportOptionalMemberAccess=false, reportPrivateUsage=false

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, Final

import paramiko  # type: ignore[import-untyped]  # it has none
from jnpr.junos.device import JXML, Device, DeviceSessionListener  # type: ignore[import-untyped]  # it has none
from jnpr.junos.exception import (  # type: ignore[import-untyped]  # it has none
    ConnectClosedError,
    ConnectError,
    RpcError,
    RpcTimeoutError,
)
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]  # its types are a package of their own
from napalm.base.exceptions import ConnectionException, NapalmException
from ncclient.manager import Manager, make_device_handler  # type: ignore[import-untyped]  # it has none
from ncclient.operations.errors import OperationError  # type: ignore[import-untyped]  # it has none
from ncclient.transport.errors import AuthenticationError, TransportError  # type: ignore[import-untyped]  # it has none
from ncclient.transport.ssh import SSHSession  # type: ignore[import-untyped]  # it has none

from homeroom.errors import CommandRejected, LoginRefused, Unreachable
from homeroom.platforms.box import Login
from homeroom.platforms.pin import fingerprint

_NONE: Final = "-"
"""What the libraries hold in place of the password, which is revealed when it is sent."""
_PARTING: Final = 5
"""Seconds that a device may take to say good-bye."""
_LOST: Final = (
    RpcTimeoutError,
    ConnectClosedError,
    ConnectError,
    TransportError,
    ConnectionException,
    paramiko.SSHException,
    OSError,
    EOFError,
)


class _PinnedSession(SSHSession):  # type: ignore[misc]  # ncclient has no types
    """ncclient's session; `accept` gets the fingerprint of the host key before anything is said about who we are."""

    def __init__(self, handler: Any, accept: Callable[[str], None], seconds: int) -> None:
        super().__init__(handler)
        self._accept = accept
        self._seconds = seconds

    def _auth(
        self, username: str, password: str, key_filenames: object, allow_agent: object, look_for_keys: object
    ) -> None:
        """Check the key, then log in by password; ncclient would take a lost connection for a refusal."""
        del key_filenames, allow_agent, look_for_keys
        self._accept(fingerprint(self._transport.get_remote_server_key()))
        self._transport.auth_timeout = self._seconds
        try:
            self._transport.auth_password(username, password)
        except paramiko.AuthenticationException as error:
            if not self._transport.is_active() or "timeout" in str(error):
                raise TransportError(f"lost while logging in: {error}") from error
            raise AuthenticationError(str(error)) from error


class PinnedDevice(Device):  # type: ignore[misc]  # PyEZ has no types
    """PyEZ's device, entered by password alone: no agent, no keys, no files of the user's."""

    def __init__(self, login: Login, seconds: int) -> None:
        super().__init__(login.host, user=login.user, passwd=_NONE, port=login.port)
        self._login = login
        self._seconds = seconds

    def open(self, *args: Any, **options: Any) -> PinnedDevice:
        """Connect; the errors are the libraries' and the pin's."""
        del args, options
        handler = make_device_handler({"name": "junos", "local": False, "use_filter": False})
        session = _PinnedSession(handler, self._login.pin, self._seconds)
        try:
            session.connect(
                self._login.host,
                port=self._login.port,
                sock=self._greeted(),
                username=self._login.user,
                password=self._login.password.reveal(),
                hostkey_verify=False,  # it is, above, by its fingerprint
                allow_agent=False,
                look_for_keys=False,
                timeout=self._seconds,
            )
        except BaseException:
            if session.transport is not None:
                session.close()
            raise
        self._conn = Manager(session, handler, timeout=self._seconds)
        self._conn._session.add_listener(DeviceSessionListener(self))  # noqa: SLF001 -- as Device.open does
        self.connected = True
        self._nc_transform = self.transform
        self._norm_transform = JXML.normalize_xslt.encode
        return self

    def _greeted(self) -> socket.socket:
        """Return a socket on which SSH has begun to speak: ncclient would wait for that longer than we are told to."""
        sock = socket.create_connection((self._login.host, self._login.port), self._seconds)
        try:
            greeting = sock.recv(1, socket.MSG_PEEK)
        except BaseException:
            sock.close()
            raise
        if not greeting:
            sock.close()
            raise ConnectionResetError("it hung up at once")
        return sock

    def hang_up(self, *, politely: bool) -> None:
        """Close the session; never raises. Not politely: without waiting for a last answer."""
        with suppress(Exception):
            if politely:
                self.timeout = min(_PARTING, self._seconds)
                self.close()
        self.connected = False
        with suppress(Exception):
            self._conn._session.close()  # noqa: SLF001 -- nothing else frees the socket


def said(error: Exception) -> str:
    """Return what a library's error says, in one line."""
    reply: Any = getattr(error, "rpc_error", None) or {}
    message = str(reply.get("message") or getattr(error, "message", "") or getattr(error, "msg", "") or error)
    first = next((line.strip() for line in message.splitlines() if line.strip()), type(error).__name__)
    return first.rstrip(".")


@contextmanager
def translated(login: Login) -> Generator[None]:
    """Raise what the libraries raise as our own errors, without the secrets that a device may have repeated."""
    device = login.device
    try:
        yield
    except AuthenticationError as error:
        raise LoginRefused(device, "it refused our login", "check the device password and the user on it") from error
    except RpcTimeoutError as error:
        raise Unreachable(device, "it stopped answering", "look at its load, then try again") from error
    except _LOST as error:
        raise Unreachable(
            device, f"no connection ({said(error)})", "check its power, its uplink and its NETCONF"
        ) from error
    except (RpcError, OperationError, NapalmException, ValueError, XMLSyntaxError) as error:
        raise CommandRejected(
            device, f"refused ({login.conceal(said(error))})", "look at it, then try again"
        ) from error
