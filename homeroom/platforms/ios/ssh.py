"""Netmiko's SSH to an IOS device, with pinned host keys; and where its, paramiko's and NAPALM's errors become ours."""

# NAPALM has no types: this file and the driver are where it meets ours.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import paramiko  # type: ignore[import-untyped]  # it has none
import scp  # type: ignore[import-untyped]  # it has none
from napalm.base.exceptions import ConnectionException, NapalmException
from netmiko.cisco import CiscoIosSSH
from netmiko.exceptions import NetmikoBaseException

from homeroom.errors import CommandRejected, HomeroomError, LoginRefused, Unreachable
from homeroom.platforms.box import Login


class _Pin(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko has no types
    """Ask our own pins; paramiko calls this before it authenticates, so a refused key never sees the password."""

    def __init__(self, accept: Callable[[str], None]) -> None:
        self._accept = accept

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Return when the key is the pinned one; close the connection and raise otherwise."""
        del hostname
        digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
        try:
            self._accept(f"SHA256:{digest}")
        except HomeroomError:
            client.close()
            raise


class PinnedSSH(CiscoIosSSH):
    """Netmiko's connection with our key check; netmiko builds SCP's connection by the same method."""

    def __init__(self, pin: Callable[[str], None], **options: Any) -> None:
        self._pin = _Pin(pin)
        super().__init__(**options)

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client = super()._build_ssh_client()
        client.set_missing_host_key_policy(self._pin)
        return client

    def _prompt_handler(self, auto_find_prompt: bool) -> str:  # noqa: FBT001  # netmiko calls it so
        """Wait for the prompt at the end of what came; netmiko would ask the device for it before each command."""
        del auto_find_prompt
        return rf"{re.escape(self.base_prompt)}\S*[#>]\s*$"

    def read_channel(self) -> str:
        """Read what came; EOFError as soon as the device hung up, where netmiko would wait for its time-out."""
        data = super().read_channel()
        if not data and getattr(self.remote_conn, "closed", False):
            raise EOFError("the connection was lost")
        return data

    def save_config(self, *args: Any, **options: Any) -> str:
        """Write the startup configuration; ValueError unless the device says it did."""
        answer = super().save_config(*args, **options)
        if "[OK]" not in answer:
            raise ValueError(f"`write memory` answered: {answer.strip()}")
        return answer


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
    except (paramiko.SSHException, OSError, EOFError, scp.SCPException, ConnectionException) as error:
        raise Unreachable(device, said("no connection", error), "check its power, its uplink and its SSH") from error
    except NetmikoBaseException as error:
        raise Unreachable(device, said("it stopped answering", error), "look at its load, then try again") from error
    except (NapalmException, ValueError) as error:
        raise CommandRejected(device, said("refused", error), "look at it, then try again") from error
