"""Passwords as EOS keeps them: `secret sha512 $6$...` (SHA-crypt) or clear text that it hashes on entry.

Source: Arista EOS User Manual, `username`; Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512" (public domain).
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Final

from homeroom.lab.section import Section

_ITOA64: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ROUNDS: Final = 5000
_SIZE: Final = 64


@lru_cache(4096)
def sha512_crypt(password: str, salt: str) -> str:
    """Return the SHA-512-crypt of `password` (at most 16 characters of salt, 5,000 rounds)."""
    raw, salted = password.encode(), salt[:16].encode()
    alternate = hashlib.sha512(raw + salted + raw).digest()
    mixed = hashlib.sha512(raw + salted + _stretch(alternate, len(raw)))
    count = len(raw)
    while count:
        mixed.update(alternate if count & 1 else raw)
        count >>= 1
    start = mixed.digest()
    p = _stretch(hashlib.sha512(raw * len(raw)).digest(), len(raw))
    s = _stretch(hashlib.sha512(salted * (16 + start[0])).digest(), len(salted))
    return f"$6${salt[:16]}${_encode(_rounds(start, p, s))}"


def _stretch(block: bytes, size: int) -> bytes:
    return (block * (size // _SIZE + 1))[:size]


def _rounds(current: bytes, p: bytes, s: bytes) -> bytes:
    for n in range(_ROUNDS):
        middle = (s if n % 3 else b"") + (p if n % 7 else b"")
        current = hashlib.sha512((p if n & 1 else current) + middle + (current if n & 1 else p)).digest()
    return current


def _encode(digest: bytes) -> str:
    """Print 64 bytes in crypt's own alphabet and order."""
    text, places = "", (0, 21, 42)
    for _ in range(21):
        value = digest[places[0]] << 16 | digest[places[1]] << 8 | digest[places[2]]
        text += "".join(_ITOA64[value >> shift & 63] for shift in (0, 6, 12, 18))
        places = (places[1] + 1, places[2] + 1, places[0] + 1)
    return text + _ITOA64[digest[63] & 63] + _ITOA64[digest[63] >> 6]


def opens(tree: Section, user: str, password: str) -> bool:
    """Tell whether a local user's password is right."""
    words = tree.value(f"username {user} ").split()
    if "nopassword" in words:
        return not password
    return "secret" in words and _matches(words[-1], password)


def enables(tree: Section, password: str) -> bool:
    """Tell whether a password makes privileged; any does where none is configured."""
    kept = tree.value("enable password ")
    return not kept or _matches(kept.split()[-1], password)


def _matches(kept: str, password: str) -> bool:
    parts = kept.split("$")
    if len(parts) != 4 or parts[1] != "6":  # `*` and the older kinds open nothing here
        return False
    return hmac.compare_digest(sha512_crypt(password, parts[2]), kept)


def level(tree: Section, user: str) -> int:
    """Return a local user's privilege level: 1 unless configured."""
    words = tree.value(f"username {user} ").split()
    return int(words[words.index("privilege") + 1]) if "privilege" in words else 1
