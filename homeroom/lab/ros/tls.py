"""The TLS certificate of each emulated device: one each, always the same for the same lab seed."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ssl
import tempfile
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_FROM: Final = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
_UNTIL: Final = dt.datetime(2045, 1, 1, tzinfo=dt.UTC)


def pair(seed: bytes, device: str) -> tuple[bytes, bytes]:
    """Return the device's certificate (DER) and key (PEM); an Ed25519 signature is the same every time."""
    key = Ed25519PrivateKey.from_private_bytes(hmac.new(seed, f"tls {device}".encode(), hashlib.sha256).digest())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(device.encode()).digest()[:8], "big") | 1)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .sign(key, None)
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.DER), pem


def fingerprint(der: bytes) -> str:
    """Return a certificate's fingerprint as pins are written: `SHA256:...`."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")


def context(seed: bytes, device: str) -> ssl.SSLContext:
    """Return the TLS context of a device's server."""
    der, key = pair(seed, device)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.NamedTemporaryFile() as file:  # ssl reads certificates from files only
        file.write(ssl.DER_cert_to_PEM_cert(der).encode() + key)
        file.flush()
        made.load_cert_chain(file.name)
    return made
