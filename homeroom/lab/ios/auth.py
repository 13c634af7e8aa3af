"""Whether a password opens a device: `username ... secret`, `enable secret`, in the forms IOS keeps them.

Source: Cisco IOS Security Command Reference, `username`: type 0 clear text, 7 Vigenere, 8 PBKDF2-SHA256, 9 scrypt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Final

from homeroom.lab.section import Section
from homeroom.secret import type7, type9

_ITOA64: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_STD64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def opens(tree: Section, user: str, password: str) -> bool:
    """Tell whether a local user's password is right."""
    words = tree.value(f"username {user} ").split()
    return any(_matches(words[n + 1 :], password) for n, word in enumerate(words) if word in {"secret", "password"})


def level(tree: Section, user: str) -> int:
    """Return a local user's privilege level: 1 unless configured."""
    words = tree.value(f"username {user} ").split()
    return int(words[1]) if words[:1] == ["privilege"] else 1


def enables(tree: Section, password: str) -> bool | None:
    """Tell whether the enable password is right; None when none is set."""
    for kind in ("secret", "password"):
        words = tree.value(f"enable {kind} ").split()
        if words:
            return _matches(words, password)
    return None


def _matches(words: list[str], password: str) -> bool:
    kind, kept = (words[0], " ".join(words[1:])) if len(words) > 1 else ("0", words[0])
    return hmac.compare_digest(_kept(kind, kept, password).encode(), kept.encode())


@lru_cache(4096)
def _kept(kind: str, kept: str, password: str) -> str:
    """Return what IOS would keep for `password`, in the form (and with the salt) of `kept`."""
    if kind == "9" and kept.count("$") == 3:
        return type9(password, kept.split("$")[2])
    if kind == "8" and kept.count("$") == 3:
        return _type8(password, kept.split("$")[2])
    if kind == "7":
        return type7(password, int(kept[:2])) if kept[:2].isdecimal() else ""
    return password if kind == "0" else ""


def _type8(password: str, salt: str) -> str:
    raw = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 20000)
    text = base64.b64encode(raw).decode().rstrip("=").translate(str.maketrans(_STD64, _ITOA64))
    return f"$8${salt}${text}"
