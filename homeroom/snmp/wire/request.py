"""Requests as octets that are kept: of a question asked again only the request id changes."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from typing import Final

from homeroom.snmp import ber
from homeroom.snmp.ber import Oid
from homeroom.snmp.message import GET, GETBULK, GETNEXT

ID: Final = b"\x7e\xdc\xba\x98"
"""Stands for the request id until it is known."""
_ID: Final = b"\x02\x04" + ID
_ZEROS: Final = b"\x02\x01\x00\x02\x01\x00"
_FOUR_OCTETS: Final = bytes(octet & 0x3F | 0x40 for octet in range(256))
"""First octets of ids that take four octets and no sign: 2^30 ids, of which nobody can guess one that is waited for."""
_IDS: Final = 1024
_SHORT: Final = 0x80 - 4


class Request:
    """A PDU with a hole for the request id; of a GET with the names, encoded, that its answer must have."""

    __slots__ = ("_wrapped", "head", "kind", "names", "octets", "size", "tail")

    def __init__(self, kind: int, names: Sequence[bytes], times: int = 0) -> None:
        """`names`: contents of OBJECT IDENTIFIERs; `times`: a GETBULK's max-repetitions."""
        self.kind = kind
        self.names = [ber.tlv(ber.OID, name) for name in names] if kind == GET else []
        bindings = ber.tlv(ber.SEQUENCE, b"".join(map(_binding, names)))
        numbers = b"\x02\x01\x00" + ber.integer(times) if kind == GETBULK else _ZEROS
        self.octets = ber.tlv(kind, _ID + numbers + bindings)
        self.head, self.tail = _cut(self.octets, len(self.octets) - len(bindings) - len(numbers) - len(ID))
        self.size = len(self.octets)
        self._wrapped: dict[tuple[int, bytes], tuple[bytes, bytes]] = {}

    def community(self, version: int, name: bytes) -> tuple[bytes, bytes]:
        """Return a community-based message around this PDU (RFC 1901), cut where the request id stands."""
        found = self._wrapped.get((version, name))
        if found is None:
            message = ber.sequence(ber.integer(version), ber.octets(name), self.octets)
            found = _cut(message, len(message) - len(self.tail) - len(ID))
            if len(self._wrapped) < _IDS:
                self._wrapped[version, name] = found
        return found


def _binding(name: bytes) -> bytes:
    """Encode a name with the empty value that a question has."""
    size = len(name)
    if size < _SHORT:
        return bytes((ber.SEQUENCE, size + 4, ber.OID, size)) + name + b"\x05\x00"
    return ber.sequence(ber.tlv(ber.OID, name), b"\x05\x00")


def _cut(octets: bytes, at: int) -> tuple[bytes, bytes]:
    return octets[:at], octets[at + len(ID) :]


def get(names: Sequence[Oid]) -> Request:
    """Make a request for instances."""
    return Request(GET, [ber.oid_content(name) for name in names])


@functools.lru_cache(maxsize=2048)
def following(names: tuple[bytes, ...], times: int, *, bulk: bool) -> Request:
    """Make a request for what follows names, `times` over; without `bulk` once. Devices of a model share it."""
    return Request(GETBULK, names, times) if bulk else Request(GETNEXT, names)


def ids() -> Iterator[bytes]:
    """Yield request ids as four octets, from the system's random source."""
    while True:
        pool = bytearray(os.urandom(4 * _IDS))
        pool[::4] = pool[::4].translate(_FOUR_OCTETS)
        whole = bytes(pool)
        for at in range(0, len(whole), 4):
            yield whole[at : at + 4]
