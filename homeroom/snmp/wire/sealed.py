"""SNMPv3 messages (RFC 3412, RFC 3414) of the one shape that a poller sends and gets, fast.

`homeroom.snmp.message` writes and reads every shape; the tests hold the two, and pysnmp, against each other.
"""

from __future__ import annotations

import functools
import hmac
from typing import Final, NamedTuple

from homeroom.errors import Malformed
from homeroom.snmp import ber, message, usm
from homeroom.snmp.message import AUTHENTICATED, ENCRYPTED, GET, REPORTABLE, RESPONSE, Header
from homeroom.snmp.wire import reply
from homeroom.snmp.wire.reply import span
from homeroom.snmp.wire.request import ID, Request

MAX_SIZE: Final = 65507
"""The largest message we take: what UDP over IPv4 carries."""
_VERSION: Final = b"\x02\x01\x03"
_USM: Final = b"\x02\x01\x03"
_MAX_SIZE: Final = ber.integer(MAX_SIZE)
_HEAD: Final = _VERSION + b"\x30\x11\x02\x04"
"""The version, and msgGlobalData up to its message id: of four octets always."""


class Session:
    """What a message to one device's engine is made of: the engine, the user and its keys there."""

    __slots__ = ("_boots", "_common", "_front", "_room", "_scope", "engine_id", "flags", "keys")

    def __init__(self, engine_id: bytes, user: bytes, keys: usm.Keys) -> None:
        self.engine_id = engine_id
        self.keys = keys
        self.flags = AUTHENTICATED | (ENCRYPTED if keys.priv_key else 0)
        self._boots = -1
        self._front = b""
        self._scope = ber.octets(engine_id) + b"\x04\x00"
        self._common, self._room = _common(user, keys.auth.tag, self.flags)

    def seal(self, request: Request, request_id: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """Write a request; its message id is its request id."""
        keys = self.keys
        if boots != self._boots:
            self._boots = boots
            self._front = ber.octets(self.engine_id) + ber.integer(boots)
        payload = ber.tlv(ber.SEQUENCE, self._scope + request.head + request_id + request.tail)
        if self.flags & ENCRYPTED:
            payload = ber.tlv(ber.OCTETS, keys.encrypt(payload, boots, time, salt))
        else:
            salt = b""
        params = b"".join((self._front, ber.integer(time), self._room, bytes((ber.OCTETS, len(salt))), salt))
        params = ber.tlv(ber.OCTETS, ber.tlv(ber.SEQUENCE, params))
        body = b"".join((_HEAD, request_id, self._common, params, payload))
        whole = ber.tlv(ber.SEQUENCE, body)
        end = len(whole) - len(payload) - len(salt) - 2
        return whole[: end - keys.auth.tag] + keys.tag(whole) + whole[end:]

    def genuine(self, data: bytes, envelope: Envelope) -> bool:
        """Say whether a message that is marked as authenticated was made with our key."""
        at, size = envelope.tag_at, self.keys.auth.tag
        if envelope.tag_size != size or not envelope.flags & AUTHENTICATED:
            return False
        blank = data[:at] + bytes(size) + data[at + size :]
        return hmac.compare_digest(self.keys.tag(blank), data[at : at + size])

    def open(self, data: bytes, envelope: Envelope) -> tuple[bytes, reply.Pdu]:
        """Decrypt where it is encrypted; return the octets and the PDU in them."""
        pos, end = envelope.payload, len(data)
        encrypted = envelope.flags & ENCRYPTED
        if encrypted:
            if not self.flags & ENCRYPTED or len(envelope.salt) != usm.SALT:
                raise Malformed("an encryption that was not agreed")
            start, stop = span(data, pos, ber.OCTETS, end)
            if stop != end:
                raise Malformed("octets after the end")
            data = self.keys.decrypt(data[start:stop], envelope.boots, envelope.time, envelope.salt)
            pos, end = 0, len(data)
        start, stop = span(data, pos, ber.SEQUENCE, end)
        if stop != end and not encrypted:  # behind an encrypted one there may be padding
            raise Malformed("octets after the end")
        first, last = span(data, start, ber.OCTETS, stop)
        _, start = span(data, last, ber.OCTETS, stop)
        pdu = reply.pdu(data, start, stop)
        if pdu.kind == RESPONSE and data[first:last] != self.engine_id:
            raise Malformed("an answer of another context engine")
        return data, pdu


class Envelope(NamedTuple):
    """A v3 message's header and security parameters; `tag_at` and `payload` are where those begin."""

    message_id: bytes
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    tag_at: int
    tag_size: int
    salt: bytes
    payload: int


def read(data: bytes) -> Envelope:
    """Read a v3 message up to its payload."""
    whole = len(data)
    pos, end = span(data, 0, ber.SEQUENCE, whole)
    if end != whole or data[pos : pos + 3] != _VERSION:
        raise Malformed("no SNMPv3 message")
    start, pos = span(data, pos + 3, ber.SEQUENCE, end)
    first, last = span(data, start, ber.INTEGER, pos)
    message_id = data[first:last]
    first, last = span(data, last, ber.INTEGER, pos)
    if data[last : last + 2] != b"\x04\x01" or data[last + 3 : pos] != _USM:
        raise Malformed("no message of the user-based security model")
    flags = data[last + 2]
    start, payload = span(data, pos, ber.OCTETS, end)
    start, stop = span(data, start, ber.SEQUENCE, payload)
    if stop != payload:
        raise Malformed("octets after the security parameters")
    first, pos = span(data, start, ber.OCTETS, stop)
    engine_id = data[first:pos]
    first, pos = span(data, pos, ber.INTEGER, stop)
    boots = ber.signed(data[first:pos])
    first, pos = span(data, pos, ber.INTEGER, stop)
    time = ber.signed(data[first:pos])
    first, pos = span(data, pos, ber.OCTETS, stop)
    user = data[first:pos]
    tag_at, pos = span(data, pos, ber.OCTETS, stop)
    first, last = span(data, pos, ber.OCTETS, stop)
    if last != stop or boots < 0 or time < 0:
        raise Malformed("security parameters that cannot be")
    return Envelope(message_id, flags, engine_id, boots, time, user, tag_at, pos - tag_at, data[first:last], payload)


def clear(data: bytes, envelope: Envelope) -> reply.Pdu:
    """Read the PDU of a message that is not encrypted, of whatever context."""
    whole = len(data)
    start, stop = span(data, envelope.payload, ber.SEQUENCE, whole)
    if stop != whole:
        raise Malformed("octets after the end")
    _, start = span(data, start, ber.OCTETS, stop)
    _, start = span(data, start, ber.OCTETS, stop)
    return reply.pdu(data, start, stop)


def discovery(request_id: bytes) -> bytes:
    """Ask an engine for its id (RFC 3414 section 4): nothing is asked of it, by nobody."""
    return request_id.join(_discovery())


@functools.cache
def _discovery() -> list[bytes]:
    number = int.from_bytes(ID, "big")
    pdu = message.Pdu(GET, number, 0, 0, (), b"").encode()
    header = Header(number, MAX_SIZE, REPORTABLE, b"", 0, 0, b"")
    return message.write_v3(header, message.scoped(b"", b"", pdu), None).split(ID)


@functools.lru_cache(maxsize=256)
def _common(user: bytes, tag: int, flags: int) -> tuple[bytes, bytes]:
    """Write what all engines' messages of one user share: msgGlobalData behind the id, and user and empty tag."""
    common = b"".join((_MAX_SIZE, b"\x04\x01", bytes((flags | REPORTABLE,)), _USM))
    return common, ber.octets(user) + ber.octets(bytes(tag))
