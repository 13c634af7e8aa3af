"""The last line of a bundle: the signature over the line before it, the root."""

from __future__ import annotations

import base64
import hashlib

from homeroom.audit.bundle import keys, records
from homeroom.errors import BundleError


def sealed(root: bytes, signer: keys.Signer) -> bytes:
    """Return the line that signs the root's line (newline included)."""
    return _line(signer.public_hex, hashlib.sha256(root).hexdigest(), base64.b64encode(signer.sign(root)).decode())


def wrong(root: bytes, seal: bytes, public_key: bytes) -> str:
    """Say what is wrong with the two last lines: `root`, `signature` or nothing (empty); which is told by its name.

    Nothing in the last line may differ from how we would have written it: Base64 has several spellings of one value.
    """
    try:
        found = records.payload(seal)
        digest, value = str(found["root"]), str(found["value"])
        signature = base64.b64decode(value, validate=True)
    except (BundleError, KeyError, ValueError):
        return "signature"
    same = digest == hashlib.sha256(root).hexdigest()
    if not keys.signed_by(public_key, signature, root):
        return "signature" if same else "root"
    exact = _line(public_key.hex(), digest, base64.b64encode(signature).decode())
    return "" if same and exact == seal else "signature"


def _line(key: str, root: str, value: str) -> bytes:
    return records.line("signature", {"key": key, "root": root, "value": value})
