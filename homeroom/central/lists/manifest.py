"""What was published: which names, from where, by whom; signed, so that a resolver takes nothing else."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from homeroom.errors import StoreError

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"


@dataclass(frozen=True, slots=True)
class Source:
    """One file an operator brought, as it was read."""

    file: str
    sha256: str
    format: str
    origin: str
    licence: str
    lines: int
    refused: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One category: `names` in `file`. `left_out`: taken out by name. `accepted`: why a change of size was let pass."""

    file: str
    sha256: str
    names: int
    time: str
    by: str
    sources: tuple[Source, ...]
    left_out: tuple[str, ...] = ()
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One publication. `previous`: SHA-256 of the manifest before it, empty for the first."""

    version: str
    time: str
    by: str
    previous: str
    categories: Mapping[str, Listed]

    def document(self) -> bytes:
        """Return the bytes that are signed: the same object always gives the same."""
        return (json.dumps(dataclasses.asdict(self), sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def parse(cls, document: bytes) -> Manifest:
        """Read a manifest whose signature was good; StoreError when it is none of ours."""
        try:
            data: Any = json.loads(document)
            data["categories"] = {name: listed(one) for name, one in data["categories"].items()}
            return cls(**data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(f"the manifest of the lists is not understood: {error}; publish again") from error


def listed(data: Mapping[str, Any]) -> Listed:
    """Read one category of a manifest."""
    sources = tuple(Source(**source) for source in data["sources"])
    changed: dict[str, Any] = {**data, "sources": sources, "left_out": tuple(data["left_out"])}
    return Listed(**changed)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Key:
    """The key publications are signed with, in a private file; made when there is none."""

    def __init__(self, folder: Path) -> None:
        self._private = folder / "lists.key"
        self._public = folder / "lists.pub"

    def sign(self, document: bytes) -> str:
        """Return the signature, as base64."""
        return base64.b64encode(self._key().sign(document)).decode()

    def verify(self, document: bytes, signature: str) -> None:
        """Raise StoreError unless the signature is ours."""
        try:
            raw = serialization.load_pem_public_key(self._public.read_bytes())
            if not isinstance(raw, Ed25519PublicKey):
                raise StoreError(f"{self._public} is no Ed25519 key; put the right one back")
            raw.verify(base64.b64decode(signature, validate=True), document)
        except (OSError, ValueError, UnsupportedAlgorithm) as error:
            raise StoreError(f"the lists' signature cannot be checked with {self._public}: {error}") from error
        except InvalidSignature as error:
            raise StoreError("the manifest of the lists was changed after it was signed; publish again") from error

    def _key(self) -> Ed25519PrivateKey:
        if not self._private.exists():
            self._make()
        try:
            if self._private.stat().st_mode & 0o077:
                raise StoreError(f"{self._private} can be read by others: chmod 600 it")
            key = serialization.load_pem_private_key(self._private.read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise StoreError(f"{self._private} cannot be read: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise StoreError(f"{self._private} is no Ed25519 key; put the right one back")
        return key

    def _make(self) -> None:
        key = Ed25519PrivateKey.generate()
        form = serialization.PrivateFormat.PKCS8
        secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        handle = os.open(self._private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
        form_public = serialization.PublicFormat.SubjectPublicKeyInfo
        self._public.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form_public))
