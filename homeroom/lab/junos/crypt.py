"""SHA-512 crypt (`$6$`), which Junos keeps passwords in; the standard library dropped `crypt` in Python 3.13.

Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512" (akkadia.org), steps numbered as there.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

_ROUNDS: Final = 5000
_ALPHABET: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=1024)
def sha512(password: str, salt: str) -> str:
    """Hash a password with up to 16 characters of salt."""
    salt = salt[:16]
    key, salted = password.encode(), salt.encode()
    long = hashlib.sha512(key + salted + key).digest()  # steps 4-8
    mixed = key + salted + _stretch(long, len(key))
    for bit in _bits(len(key)):  # step 11
        mixed += long if bit else key
    digest = hashlib.sha512(mixed).digest()
    p = _stretch(hashlib.sha512(key * len(key)).digest(), len(key))  # steps 13-16
    s = _stretch(hashlib.sha512(salted * (16 + digest[0])).digest(), len(salted))  # steps 17-20
    for number in range(_ROUNDS):  # step 21
        block = p if number % 2 else digest
        block += (s if number % 3 else b"") + (p if number % 7 else b"")
        digest = hashlib.sha512(block + (digest if number % 2 else p)).digest()
    return f"$6${salt}${_encoded(digest)}"


def opens(password: str, hashed: str) -> bool:
    """Tell whether a password fits a hash."""
    parts = hashed.split("$")
    return len(parts) == 4 and parts[1] == "6" and sha512(password, parts[2]) == hashed


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
