"""The host keys of the emulated devices: one each, always the same for the same lab seed.

So pinning means something, and an impostor can be told from the device.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def seed(path: Path) -> bytes:
    """Return the lab's seed, made at random on first use (mode 0600)."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()


def host_key(lab: bytes, device: str) -> asyncssh.SSHKey:
    """Return the Ed25519 host key of `device`."""
    raw = hmac.new(lab, f"host key {device}".encode(), hashlib.sha256).digest()
    pem = Ed25519PrivateKey.from_private_bytes(raw).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return asyncssh.import_private_key(pem)
