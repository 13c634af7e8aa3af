"""Host keys over paramiko: what a key is called, and the question whether it is the pinned one."""

# paramiko has no types
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import paramiko  # type: ignore[import-untyped]  # it has none

from homeroom.errors import HomeroomError


def fingerprint(key: paramiko.PKey) -> str:
    """Return a host key's fingerprint as OpenSSH prints it: `SHA256:` and base64 without padding."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"SHA256:{digest}"


class Pin(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko has no types
    """Ask our own pins; paramiko calls this before it authenticates, so a refused key never sees the password."""

    def __init__(self, accept: Callable[[str], None]) -> None:
        self._accept = accept

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Return when the key is the pinned one; close the connection and raise otherwise."""
        del hostname
        try:
            self._accept(fingerprint(key))
        except HomeroomError:
            client.close()
            raise
