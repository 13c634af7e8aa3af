"""The TLS certificates of the emulated devices: one each, self-signed, always the same for the same lab seed.

So pinning means something, and an impostor can be told from the device. A real device makes an RSA key at first boot;
Ed25519 is used here because thousands must be made.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ssl
import tempfile
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_FROM: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_UNTIL: Final = dt.datetime(2050, 1, 1, tzinfo=dt.UTC)


def pem(lab: bytes, device: str) -> bytes:
    """Return the private key and the certificate of `device`."""
    raw = hmac.new(lab, f"certificate {device}".encode(), hashlib.sha256).digest()
    key = Ed25519PrivateKey.from_private_bytes(raw)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "self.signed")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(int.from_bytes(raw[:8], "big") | 1).not_valid_before(_FROM).not_valid_after(_UNTIL)
    certificate = made.sign(key, None).public_bytes(Encoding.PEM)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate


def fingerprint(lab: bytes, device: str) -> str:
    """Return the fingerprint of a device's certificate, as a pin has it."""
    der = x509.load_pem_x509_certificate(pem(lab, device)).public_bytes(Encoding.DER)
    return "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")


def context(lab: bytes, device: str) -> ssl.SSLContext:
    """Return what a server needs to speak TLS as `device`."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:  # the ssl module reads keys from files only
        path = Path(folder, "device.pem")
        path.touch(mode=0o600)
        path.write_bytes(pem(lab, device))
        made.load_cert_chain(path)
    return made
