"""SHA-512 crypt (`$6$`), in which Junos keeps passwords."""

from __future__ import annotations

from homeroom.shacrypt import sha512_crypt as sha512

__all__ = ["opens", "sha512"]


def opens(password: str, hashed: str) -> bool:
    """Tell whether a password fits a hash."""
    parts = hashed.split("$")
    return len(parts) == 4 and parts[1] == "6" and sha512(password, parts[2]) == hashed
