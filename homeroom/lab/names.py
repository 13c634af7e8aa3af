"""What the lab's name servers know: every name has one address, but those that the standard keeps free of any.

Source: RFC 6761, 6.4: nothing under `invalid` exists.
"""

from __future__ import annotations

from typing import Final

ADDRESS: Final = "192.0.2.80"
"""The address of every name (RFC 5737: documentation)."""


def lookup(name: str) -> str | None:
    """Return the IPv4 address of a name; None: there is no such name."""
    return None if name.lower().rstrip(".").rpartition(".")[2] == "invalid" else ADDRESS
