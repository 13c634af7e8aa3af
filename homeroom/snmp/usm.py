"""The arithmetic of SNMPv3's User-based Security Model: keys, tags, AES. No message, no clock, no state.

RFC 3414 (keys, SHA-1), RFC 7860 (SHA-2), RFC 3826 (AES-128 in CFB mode), and AES-192 and AES-256 as net-snmp and
Cisco have them, which no RFC has. MD5 and DES are left out on purpose.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

_EXPANDED: Final = 1 << 20
"""RFC 3414 A.2: the password is repeated to a megabyte, and hashed."""
SALT: Final = 8


class _Digested(Protocol):
    """What hashlib's constructors return."""

    def digest(self) -> bytes:
        """Return the hash."""
        ...


_HASHES: Final[Mapping[str, Callable[[bytes], _Digested]]] = MappingProxyType(
    {
        "sha1": hashlib.sha1,
        "sha224": hashlib.sha224,
        "sha256": hashlib.sha256,
        "sha384": hashlib.sha384,
        "sha512": hashlib.sha512,
    }
)
"""Their constructors: a hash that is asked for by name is looked up each time."""


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
"""What the lab's agents speak."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """A privacy protocol: AES with a key of so many octets, and how a hash that is shorter is made longer."""

    key: int
    chained: bool = False
    """By hashing it as a password again (draft-reeder-snmpv3-usm-3desede 2.1: Cisco), else by appending its hash
    (draft-blumenthal-aes-usm 3.1.2.1: net-snmp). With SHA-256 and longer hashes there is no difference."""


PRIVACY: Final[Mapping[str, Privacy]] = MappingProxyType(
    {
        "AES": Privacy(16),
        "AES-192": Privacy(24),
        "AES-256": Privacy(32),
        "AES-192-C": Privacy(24, chained=True),
        "AES-256-C": Privacy(32, chained=True),
    }
)
"""By net-snmp's name."""


@functools.lru_cache(maxsize=256)
def master_key(password: str, digest: str) -> bytes:
    """Stretch a password to Ku. It costs milliseconds and is the same for every engine: kept."""
    return _stretch(password.encode(), digest)


def _stretch(raw: bytes, digest: str) -> bytes:
    return _HASHES[digest]((raw * (_EXPANDED // len(raw) + 1))[:_EXPANDED]).digest()


def localize(master: bytes, engine_id: bytes, digest: str) -> bytes:
    """Turn Ku into Kul, the key that one engine knows."""
    return _HASHES[digest](master + engine_id + master).digest()


def privacy_key(master: bytes, engine_id: bytes, digest: str, protocol: Privacy) -> bytes:
    """Turn Ku into the AES key that one engine knows."""
    key = last = localize(master, engine_id, digest)
    while len(key) < protocol.key:
        if protocol.chained:
            last = localize(_stretch(last, digest), engine_id, digest)
            key += last
        else:
            key += _HASHES[digest](key).digest()
    return key[: protocol.key]


class _Cfb(Cipher[CFB]):
    """AES in CFB mode. `Cipher` makes sure that the parts fit together; these always do, and there are two a device."""

    def __init__(self, key: bytes, vector: bytes) -> None:
        self.algorithm = algorithms.AES(key)
        self.mode = CFB(vector)


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
        return _Cfb(self.priv_key, boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt)


def keys(auth: str, auth_password: str, priv_password: str, engine_id: bytes, priv: str = "AES") -> Keys:
    """Make a user's keys on one engine from what people typed; `priv_password` may be empty."""
    protocol = AUTH[auth]
    digest = protocol.digest
    auth_key = localize(master_key(auth_password, digest), engine_id, digest)
    if not priv_password:
        return Keys(protocol, auth_key, b"")
    return Keys(protocol, auth_key, privacy_key(master_key(priv_password, digest), engine_id, digest, PRIVACY[priv]))
