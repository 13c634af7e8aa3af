"""SHA-512-crypt (`$6$`), in which Junos and EOS keep passwords; the standard library has none.

Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512" (public domain), steps numbered as there.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

_ROUNDS: Final = 5000
_SALT: Final = 16
_ALPHABET: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=64)
def sha512_crypt(password: str, salt: str) -> str:
    """Hash a password with up to 16 characters of salt and 5,000 rounds."""
    key, salted = password.encode(), salt[:_SALT].encode()
    long = hashlib.sha512(key + salted + key).digest()  # steps 4-8
    mixed = hashlib.sha512(key + salted + _stretch(long, len(key)))
    for bit in _bits(len(key)):  # step 11
        mixed.update(long if bit else key)
    digest = mixed.digest()
    p = _stretch(hashlib.sha512(key * len(key)).digest(), len(key))  # steps 13-16
    s = _stretch(hashlib.sha512(salted * (16 + digest[0])).digest(), len(salted))  # steps 17-20
    for number in range(_ROUNDS):  # step 21
        middle = (s if number % 3 else b"") + (p if number % 7 else b"")
        ends = (p, digest) if number % 2 else (digest, p)
        digest = hashlib.sha512(ends[0] + middle + ends[1]).digest()
    return f"$6${salt[:_SALT]}${_encoded(digest)}"


def _stretch(digest: bytes, length: int) -> bytes:
    return (digest * (length // 64 + 1))[:length]


def _bits(number: int) -> list[bool]:
    return [bool(number >> place & 1) for place in range(number.bit_length())]


def _encoded(digest: bytes) -> str:
    """Print the bytes in the order of step 22."""
    out = ""
    a, b, c = 0, 21, 42
    for _ in range(21):
        out += _four(digest[a] << 16 | digest[b] << 8 | digest[c], 4)
        a, b, c = b + 1, c + 1, a + 1
    return out + _four(digest[63], 2)


def _four(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> 6 * place & 0x3F] for place in range(count))
