"""Netmiko's SSH to an IOS device: pinned host keys, files over the same connection, reads that wait for the device.

Here paramiko's, netmiko's and NAPALM's errors become ours.
"""

# NAPALM has no types: this file and the driver are where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

import paramiko  # type: ignore[import-untyped]  # it has none
from napalm.base.exceptions import ConnectionException, NapalmException
from netmiko.cisco import CiscoIosSSH
from netmiko.exceptions import NetmikoBaseException

from homeroom.errors import CommandRejected, LoginRefused, Unreachable
from homeroom.platforms.box import Login
from homeroom.platforms.ios import terminal
from homeroom.platforms.ios.terminal import Ends, Garbled, Refused
from homeroom.platforms.pin import Pin

_LOST: Final = "the connection was lost"
_CHUNK: Final = 65536


class PinnedSSH(CiscoIosSSH):
    """Netmiko's connection with our key check, and beside netmiko's verbs the three of a change: ask, say, put."""

    remote_conn: Any
    remote_conn_pre: Any

    def __init__(self, pin: Callable[[str], None], *, patience: float, **options: Any) -> None:
        self._pin = Pin(pin)
        self._patience = patience
        self.prompt = ""
        super().__init__(**options)

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client = super()._build_ssh_client()
        client.set_missing_host_key_policy(self._pin)
        return client

    def session_preparation(self) -> None:
        """Make the terminal wide and long, and learn the prompt, in one answer and without pauses."""
        self._until(terminal.greeted)
        self.write_channel("\n".join([*terminal.HELLO, ""]))
        self.prompt = terminal.prompt(self._until(terminal.learned))
        self.base_prompt = self.prompt[:-1][:16]

    def _prompt_handler(self, auto_find_prompt: bool) -> str:  # noqa: FBT001  # netmiko calls it so
        """Wait for the prompt at the end of what came; netmiko would ask the device for it before each command."""
        del auto_find_prompt
        return rf"{re.escape(self.base_prompt)}\S*[#>]\s*$"

    def read_channel(self) -> str:
        """Read what came; EOFError as soon as the device hung up, where netmiko would wait for its time-out."""
        data = super().read_channel()
        if not data and getattr(self.remote_conn, "closed", False):
            raise EOFError(_LOST)
        return data

    def ask(self, *commands: str) -> list[str]:
        """Send commands that ask nothing back and do not change the prompt, all at once; return their answers."""
        self.write_channel("\n".join([*commands, ""]))
        said = self._until(terminal.answered(self.prompt, len(commands)))
        return terminal.split(said, self.prompt, commands)

    def say(self, command: str) -> str:
        """Send a command, and accept what the device asks as it stands; the prompt may be another one then."""
        self.write_channel(f"{command}\n")
        said = self._until(terminal.turn)
        while terminal.asks(said):
            self.write_channel("\n")
            said += self._until(terminal.turn)
        self.prompt = terminal.prompt(said)
        self.base_prompt = self.prompt[:-1][:16]
        return terminal.body(said)

    def _until(self, ends: Ends) -> str:
        """Return what is printed until `ends` holds; netmiko would look a hundred times a second."""
        end, said = time.monotonic() + self._patience, bytearray()
        while True:
            self.remote_conn.settimeout(max(0.01, end - time.monotonic()))
            data = self.remote_conn.recv(_CHUNK)
            if not data:
                raise EOFError(_LOST)
            said += data
            text = said.decode("utf-8", "replace").replace("\r", "")
            if ends(text):
                return text

    def put(self, path: str, text: str) -> None:
        """Send a file over this connection, or a second one where the device has one channel a connection."""
        transport = self.remote_conn_pre.get_transport()
        try:
            channel = transport.open_session(timeout=self._patience)
        except paramiko.ChannelException:
            with self._build_ssh_client() as client:
                client.connect(**self._connect_params_dict())
                other: Any = client.get_transport()
                _put(other.open_session(timeout=self._patience), path, text, self._patience)
        else:
            _put(channel, path, text, self._patience)


def _put(channel: paramiko.Channel, path: str, text: str, patience: float) -> None:
    """Send one file by SCP; Refused when the device does not take it. Source: the rcp protocol (`scp -t`)."""
    data = text.encode()
    with channel:
        channel.settimeout(patience)
        channel.exec_command(f"scp -t {path}")
        _nul(channel)
        channel.sendall(f"C0644 {len(data)} {re.split('[:/]', path)[-1]}\n".encode())
        _nul(channel)
        channel.sendall(data + b"\0")
        _nul(channel)
        channel.shutdown_write()
        while channel.recv(_CHUNK):  # the file is written when the device closes
            pass


def _nul(channel: paramiko.Channel) -> None:
    """Wait for the device's leave to go on."""
    said = channel.recv(_CHUNK)
    if not said:
        raise EOFError(_LOST)
    if said != b"\0":
        raise Refused(said.strip(b"\0\x01\x02\r\n ").decode("utf-8", "replace") or "the transfer was broken off")


@contextmanager
def translated(login: Login) -> Generator[None]:
    """Raise what the libraries raise as our own errors: Unreachable, LoginRefused, CommandRejected."""
    device = login.device

    def said(what: str, error: Exception) -> str:
        """Put the first line of a library's message behind ours, without secrets."""
        first = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        return f"{what} ({login.conceal(first).rstrip('.')})"

    try:
        yield
    except paramiko.AuthenticationException as error:
        raise LoginRefused(device, "it refused our login", "check the device password and the user on it") from error
    except TimeoutError as error:
        raise Unreachable(device, "it stopped answering", "look at its load, then try again") from error
    except (paramiko.SSHException, OSError, EOFError, ConnectionException) as error:
        raise Unreachable(device, said("no connection", error), "check its power, its uplink and its SSH") from error
    except NetmikoBaseException as error:
        raise Unreachable(device, said("it stopped answering", error), "look at its load, then try again") from error
    except (NapalmException, ValueError, Garbled, Refused) as error:
        raise CommandRejected(device, said("refused", error), "look at it, then try again") from error
