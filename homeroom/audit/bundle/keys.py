"""The project's signing key (Ed25519), made on first use.

It stands in `.homeroom/audit.age`, encrypted to the owner's key as all secrets are. Whoever checks a bundle needs
`audit.pub` beside the project's configuration: PEM, as OpenSSL reads it.
"""

from __future__ import annotations

import fcntl
import json
import re
import secrets as random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from homeroom import sealed
from homeroom.errors import SecretError, UsageError
from homeroom.project import Project

SEALED: Final = "audit.age"
PUBLIC: Final = "audit.pub"
_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs; the key never prints."""

    _private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """Return the public key, 32 bytes."""
        return _raw(Ed25519PrivateKey.from_private_bytes(self._private).public_key())

    @property
    def public_hex(self) -> str:
        """Return the public key as a header has it."""
        return self.public.hex()

    @property
    def pem(self) -> bytes:
        """Return the public key as a file for others."""
        key = Ed25519PrivateKey.from_private_bytes(self._private).public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, data: bytes) -> bytes:
        """Sign; the same data has always the same signature (RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self._private).sign(data)

    @property
    def kept(self) -> bytes:
        """Return the key as it is encrypted: for that only."""
        return json.dumps({"sign": self._private.hex()}).encode()


def fresh() -> Signer:
    """Return a signer with a new key."""
    return Signer(random.token_bytes(_BYTES))


def signer(project: Project) -> Signer:
    """Return the project's signer, made on first use, and see to it that `audit.pub` is its public key."""
    with (project.state / "audit.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path, key_file = project.state / SEALED, sealed.key_path(project.root)
        found = _kept(path, key_file) if path.exists() else _made(path, key_file)
        _publish(project.root / PUBLIC, found)
        return found


def public(path: Path) -> bytes:
    """Read a public key file: PEM, or 64 hexadecimal digits; UsageError when it is neither."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): name the public key by --key") from error
    if re.fullmatch(rb"\s*[0-9a-fA-F]{64}\s*", data):
        return bytes.fromhex(data.decode())
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path} is no public key in PEM: name the project's {PUBLIC} by --key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path} is a key of another kind: bundles are signed with Ed25519; name the right one")
    return _raw(key)


def signed_by(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether the signature is of this key over this data."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _made(path: Path, key_file: Path) -> Signer:
    made = fresh()
    sealed.seal(path, made.kept, sealed.make_key(key_file))
    return made


def _kept(path: Path, key_file: Path) -> Signer:
    if not key_file.exists():
        raise SecretError(f"{path} is there, its key {key_file} is not: {_lost(path)}")
    data = sealed.unseal(path, sealed.read_key(key_file), key_file)
    try:
        found = json.loads(data)
        keys = Signer(bytes.fromhex(found["sign"]))
        keys.sign(b"")
    except (ValueError, KeyError, TypeError) as error:
        raise SecretError(f"{path} holds no signing key: {_lost(path)}") from error
    return keys


def _lost(path: Path) -> str:
    return (
        f"restore it from a backup; if it is lost, move {path.name} away to have a new key made, and hand its"
        f" {PUBLIC} to those who check"
    )


def _publish(path: Path, found: Signer) -> None:
    """Write the public key where it can be handed out; another one there is somebody's mistake, or worse."""
    try:
        if not path.exists():
            path.write_bytes(found.pem)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): correct the permissions") from error
    if public(path) != found.public:
        raise SecretError(f"{path} is not the key that signs here: find out who changed it, then remove the file")
