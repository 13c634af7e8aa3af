"""The arithmetic of SNMPv3's User-based Security Model: keys, tags, AES. No message, no clock, no state.

RFC 3414 (keys, SHA-1), RFC 7860 (SHA-2), RFC 3826 (AES-128 in CFB mode). MD5 and DES are left out on purpose.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

_EXPANDED: Final = 1 << 20
"""RFC 3414 A.2: the password is repeated to a megabyte, and hashed."""
AES_KEY: Final = 16
SALT: Final = 8


@dataclass(frozen=True, slots=True)
class Auth:
    """An authentication protocol: its hash and how many octets of the HMAC go over the wire."""

    digest: str
    tag: int


AUTH: Final[Mapping[str, Auth]] = MappingProxyType(
    {
        "SHA": Auth("sha1", 12),
        "SHA-224": Auth("sha224", 16),
        "SHA-256": Auth("sha256", 24),
        "SHA-384": Auth("sha384", 32),
        "SHA-512": Auth("sha512", 48),
    }
)
"""By net-snmp's name."""
PRIV: Final = frozenset({"AES"})


@functools.lru_cache(maxsize=256)
def master_key(password: str, digest: str) -> bytes:
    """Stretch a password to Ku. It costs milliseconds and is the same for every engine: kept."""
    raw = password.encode()
    return hashlib.new(digest, (raw * (_EXPANDED // len(raw) + 1))[:_EXPANDED]).digest()


def localize(master: bytes, engine_id: bytes, digest: str) -> bytes:
    """Turn Ku into Kul, the key that one engine knows."""
    return hashlib.new(digest, master + engine_id + master).digest()


@dataclass(frozen=True, slots=True)
class Keys:
    """One user's localized keys on one engine; `priv` is empty for a user without privacy."""

    auth: Auth
    auth_key: bytes = field(repr=False)
    priv_key: bytes = field(repr=False)

    def tag(self, message: bytes) -> bytes:
        """Return the truncated HMAC of a whole message in which the tag's place holds zeros."""
        return hmac.digest(self.auth_key, message, self.auth.digest)[: self.auth.tag]

    def encrypt(self, plain: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """Encrypt a scoped PDU."""
        return self._cipher(boots, time, salt).encryptor().update(plain)

    def decrypt(self, secret: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """Decrypt a scoped PDU; a wrong key gives noise, never an error."""
        return self._cipher(boots, time, salt).decryptor().update(secret)

    def _cipher(self, boots: int, time: int, salt: bytes) -> Cipher[CFB]:
        vector = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
        return Cipher(algorithms.AES(self.priv_key), CFB(vector))


def keys(auth: str, auth_password: str, priv_password: str, engine_id: bytes) -> Keys:
    """Make a user's keys on one engine from what people typed; `priv_password` may be empty."""
    protocol = AUTH[auth]
    digest = protocol.digest
    priv = localize(master_key(priv_password, digest), engine_id, digest)[:AES_KEY] if priv_password else b""
    return Keys(protocol, localize(master_key(auth_password, digest), engine_id, digest), priv)
