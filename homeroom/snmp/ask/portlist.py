"""Which ports a VLAN has: the PortList of Q-BRIDGE-MIB (RFC 4363), and what agents send in its place."""

from __future__ import annotations

from typing import Final

_MAX_OCTETS: Final = 512
"""4,096 ports."""
_PADDING: Final = b" \t\r\n\0"
_DIGITS: Final = 9


def ports(octets: bytes) -> tuple[int, ...]:
    """Read a PortList: port 1 is the highest bit of the first octet."""
    if len(octets) > _MAX_OCTETS:
        raise ValueError(f"names more than {_MAX_OCTETS * 8} ports")
    bits, size = int.from_bytes(octets, "big"), len(octets) * 8
    return tuple(port for port in range(1, size + 1) if bits >> (size - port) & 1)


def reverse(octets: bytes) -> tuple[int, ...]:
    """Read a PortList of an agent that counts from the wrong end: port 1 is the lowest bit of the last octet."""
    size = len(octets) * 8
    return tuple(sorted(size + 1 - port for port in ports(octets)))


def written(octets: bytes) -> tuple[int, ...]:
    """Read a list of port numbers written out, `530,531`: what Junos sends for a PortList."""
    parts = [part for part in octets.strip(_PADDING).split(b",") if part]
    if len(octets) > _MAX_OCTETS * 8 or not all(part.isdigit() and len(part) <= _DIGITS for part in parts):
        raise ValueError("is not a list of port numbers")
    return tuple(map(int, parts))
