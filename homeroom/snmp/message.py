"""SNMP messages: community-based (RFC 3417, RFC 1901) and v3 (RFC 3412, RFC 3414), read strictly and written.

Everything here is about octets; who may do what is decided by those who call it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from homeroom.errors import Malformed
from homeroom.snmp import ber, usm
from homeroom.snmp.ber import Oid, Reader

GET: Final = 0xA0
GETNEXT: Final = 0xA1
RESPONSE: Final = 0xA2
SET: Final = 0xA3
GETBULK: Final = 0xA5
INFORM: Final = 0xA6
TRAP: Final = 0xA7
REPORT: Final = 0xA8
CONFIRMED: Final = frozenset({GET, GETNEXT, SET, GETBULK, INFORM})
"""PDUs that somebody waits for an answer to (RFC 3411 section 2.8)."""
_PDUS: Final = CONFIRMED | {RESPONSE, TRAP, REPORT}

AUTHENTICATED: Final = 1
ENCRYPTED: Final = 2
REPORTABLE: Final = 4
LEVEL: Final = AUTHENTICATED | ENCRYPTED

V2C: Final = 1
V3: Final = 3
USM_MODEL: Final = 3
MIN_SIZE: Final = 484
"""RFC 3412: every engine takes messages of this size."""
_MAX: Final = (1 << 31) - 1
_USER_OCTETS: Final = 32


@dataclass(frozen=True, slots=True)
class Pdu:
    """A PDU. `status`/`index` are non-repeaters and max-repetitions in a GETBULK; `bindings` is the list, encoded."""

    kind: int
    request_id: int
    status: int
    index: int
    names: tuple[Oid, ...]
    bindings: bytes

    def encode(self) -> bytes:
        """Return the PDU's octets; `names` is not looked at."""
        head = ber.integer(self.request_id) + ber.integer(self.status) + ber.integer(self.index)
        return ber.tlv(self.kind, head + ber.tlv(ber.SEQUENCE, self.bindings))


def binding(name: Oid, value: bytes) -> bytes:
    """Encode one variable binding of an encoded value."""
    return ber.sequence(ber.oid(name), value)


def read_pdu(reader: Reader) -> Pdu:
    """Read a PDU with every name and value in it."""
    kind, end = reader.head()
    if kind not in _PDUS:
        raise Malformed(f"no PDU has tag 0x{kind:02x}")
    inner = Reader(reader.data, reader.pos, end)
    reader.pos = end
    request_id, status, index = inner.integer(), inner.integer(), inner.integer()
    listed = inner.enter()
    inner.finish()
    start = listed.pos
    names = tuple(name for name, _, _ in _bindings(listed))
    return Pdu(kind, request_id, status, index, names, listed.data[start : listed.end])


def read_bindings(encoded: bytes) -> list[tuple[Oid, int, ber.Value]]:
    """Read a variable-binding list: name, tag, value each."""
    return _bindings(Reader(encoded))


def _bindings(listed: Reader) -> list[tuple[Oid, int, ber.Value]]:
    out: list[tuple[Oid, int, ber.Value]] = []
    while not listed.done:
        pair = listed.enter()
        name = pair.oid()
        tag, value = pair.value()
        pair.finish()
        out.append((name, tag, value))
    return out


def version(datagram: bytes) -> tuple[int, Reader]:
    """Open a datagram: its version, and a reader standing behind it."""
    outer = Reader(datagram)
    message = outer.enter()
    outer.finish()
    return message.integer(0, _MAX), message


def read_community(message: Reader) -> tuple[bytes, Pdu]:
    """Read the rest of a community-based message."""
    community = message.take(ber.OCTETS)
    pdu = read_pdu(message)
    message.finish()
    return community, pdu


def community(name: bytes, pdu: bytes) -> bytes:
    """Write a v2c message around an encoded PDU."""
    return ber.sequence(ber.integer(V2C), ber.octets(name), pdu)


@dataclass(frozen=True, slots=True)
class Scoped:
    """A PDU with the context it is about."""

    engine_id: bytes
    context: bytes
    pdu: Pdu


def read_scoped(reader: Reader) -> Scoped:
    """Read a scoped PDU; what follows it is left to the caller."""
    inner = reader.enter()
    engine_id, context = inner.take(ber.OCTETS), inner.take(ber.OCTETS)
    pdu = read_pdu(inner)
    inner.finish()
    return Scoped(engine_id, context, pdu)


def scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """Write a scoped PDU around an encoded PDU."""
    return ber.sequence(ber.octets(engine_id), ber.octets(context), pdu)


@dataclass(frozen=True, slots=True)
class Header:
    """A v3 message's header and security parameters. `tag`: the HMAC, or as many zeros while there is none."""

    message_id: int
    max_size: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    tag: bytes = b""
    salt: bytes = b""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A v3 message as it came: `payload` stands at the scoped PDU or its encryption, `tag_at` is where the HMAC is."""

    header: Header
    model: int
    payload: Reader
    tag_at: int

    def untagged(self) -> bytes:
        """Return the message with zeros for its HMAC, as it was when the HMAC was made."""
        data, at = self.payload.data, self.tag_at
        size = len(self.header.tag)
        return data[:at] + bytes(size) + data[at + size :]


def read_v3(message: Reader) -> Sealed:
    """Read the rest of a v3 message up to its payload."""
    common = message.enter()
    message_id, max_size = common.integer(0), common.integer(MIN_SIZE)
    flags = common.take(ber.OCTETS)
    model = common.integer(1)
    common.finish()
    if len(flags) != 1:
        raise Malformed("msgFlags is not one octet")
    wrapped = message.enter(ber.OCTETS)
    if model != USM_MODEL:
        return Sealed(Header(message_id, max_size, flags[0], b"", 0, 0, b""), model, message, 0)
    return _read_usm(message, wrapped, message_id, max_size, flags[0])


def _read_usm(message: Reader, wrapped: Reader, message_id: int, max_size: int, flags: int) -> Sealed:
    params = wrapped.enter()
    wrapped.finish()
    engine_id = params.take(ber.OCTETS)
    boots, time = params.integer(0), params.integer(0)
    user, tag = params.take(ber.OCTETS), params.take(ber.OCTETS)
    tag_at = params.pos - len(tag)
    salt = params.take(ber.OCTETS)
    params.finish()
    if len(user) > _USER_OCTETS:
        raise Malformed("a user name of more than 32 octets")
    return Sealed(
        Header(message_id, max_size, flags, engine_id, boots, time, user, tag, salt), USM_MODEL, message, tag_at
    )


def write_v3(header: Header, payload: bytes, keys: usm.Keys | None) -> bytes:
    """Write a v3 message around an encoded payload; with keys it is authenticated."""
    room = bytes(keys.auth.tag) if keys else b""
    params = ber.sequence(
        ber.octets(header.engine_id),
        ber.integer(header.boots),
        ber.integer(header.time),
        ber.octets(header.user),
        ber.octets(room),
        ber.octets(header.salt),
    )
    common = ber.sequence(
        ber.integer(header.message_id),
        ber.integer(header.max_size),
        ber.octets(bytes((header.flags,))),
        ber.integer(USM_MODEL),
    )
    message = ber.sequence(ber.integer(V3), common, ber.octets(params), payload)
    if keys is None:
        return message
    at = len(message) - len(payload) - len(header.salt) - 2 - len(room)
    return message[:at] + keys.tag(message) + message[at + len(room) :]
