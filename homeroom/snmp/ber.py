"""SNMP's subset of BER (RFC 3417 section 8): definite lengths, known tags, bounded sizes, nothing else.

Encoders return whole TLVs. `Reader` walks the bytes of a datagram and raises Malformed, and only Malformed,
whatever the bytes are. Lengths and integers longer than needed are read (stock tools send them), never written.
"""

from __future__ import annotations

import functools
from typing import Final, TypeAlias

from homeroom.errors import Malformed

Oid: TypeAlias = tuple[int, ...]
Value: TypeAlias = int | bytes | Oid | None

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
SEQUENCE: Final = 0x30
IP_ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TIME_TICKS: Final = 0x43
OPAQUE: Final = 0x44
COUNTER64: Final = 0x46
NO_SUCH_OBJECT: Final = 0x80
NO_SUCH_INSTANCE: Final = 0x81
END_OF_MIB_VIEW: Final = 0x82

MAX_SUBIDS: Final = 128
"""RFC 2578 section 3.5: at most 128 sub-identifiers, each below 2^32."""
_HALF: Final = 1 << 31
_UNSIGNED_BITS: Final = {COUNTER32: 32, GAUGE32: 32, TIME_TICKS: 32, COUNTER64: 64}
_EMPTY: Final = frozenset({NULL, NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW})
_SUBID_OCTETS: Final = 5  # 32 bits, seven an octet


def tlv(tag: int, content: bytes) -> bytes:
    """Encode one value of which the content is known."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Encode an INTEGER, or with another tag an unsigned type, in as few octets as there can be."""
    bits = (value if value >= 0 else ~value).bit_length()  # the sign takes one more
    return tlv(tag, value.to_bytes(bits // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return tlv(OCTETS, value)


def sequence(*parts: bytes) -> bytes:
    """Encode a SEQUENCE of encoded parts."""
    return tlv(SEQUENCE, b"".join(parts))


def null(tag: int = NULL) -> bytes:
    """Encode NULL, or with another tag one of the exceptions of RFC 3416."""
    return bytes((tag, 0))


def oid(value: Oid) -> bytes:
    """Encode an OBJECT IDENTIFIER of at least two sub-identifiers."""
    return tlv(OID, oid_content(value))


def oid_content(value: Oid) -> bytes:
    """Encode an OBJECT IDENTIFIER without tag and length."""
    return _subid(value[0] * 40 + value[1]) + b"".join(map(_subid, value[2:]))


@functools.lru_cache(maxsize=4096)
def _subid(value: int) -> bytes:
    if value < 0x80:
        return bytes((value,))
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))


def encode(tag: int, value: Value) -> bytes:
    """Encode `value` as the type that `tag` names: the inverse of `Reader.value`."""
    match value:
        case None:
            return null(tag)
        case int():
            return integer(value, tag)
        case bytes():
            return tlv(tag, value)
        case _:
            return oid(value)


def dotted(text: str) -> Oid:
    """Read an OID as people write it: `1.3.6.1.2.1.1.5.0`, with or without a leading dot."""
    return tuple(int(part) for part in text.removeprefix(".").split("."))


def text(value: Oid) -> str:
    """Write an OID as people read it."""
    return ".".join(map(str, value))


class Reader:
    """A cursor over the content of one value; positions are those of the whole datagram."""

    __slots__ = ("data", "end", "pos")

    def __init__(self, data: bytes, pos: int = 0, end: int | None = None) -> None:
        self.data = data
        self.pos = pos
        self.end = len(data) if end is None else end

    @property
    def done(self) -> bool:
        """True when nothing is left."""
        return self.pos >= self.end

    def finish(self) -> None:
        """Refuse what is left over."""
        if self.pos < self.end:
            raise Malformed(f"{self.end - self.pos} octets too many")

    def head(self) -> tuple[int, int]:
        """Read tag and length, stand before the content; return the tag and where the content ends."""
        data, pos, end = self.data, self.pos, self.end
        if pos + 2 > end:
            raise Malformed("the message ends within a header")
        tag, size = data[pos], data[pos + 1]
        pos += 2
        if size >= 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4 or pos + count > end:
                raise Malformed("indefinite, oversized or cut length")
            size = int.from_bytes(data[pos : pos + count], "big")
            pos += count
        if pos + size > end:
            raise Malformed("a value is longer than what holds it")
        self.pos = pos
        return tag, pos + size

    def take(self, tag: int) -> bytes:
        """Read the content of a value that must have this tag."""
        found, end = self.head()
        if found != tag:
            raise Malformed(f"tag 0x{found:02x} where 0x{tag:02x} must stand")
        content = self.data[self.pos : end]
        self.pos = end
        return content

    def enter(self, tag: int = SEQUENCE) -> Reader:
        """Step over a constructed value, returning a reader of its content."""
        found, end = self.head()
        if found != tag:
            raise Malformed(f"tag 0x{found:02x} where 0x{tag:02x} must stand")
        inner = Reader(self.data, self.pos, end)
        self.pos = end
        return inner

    def integer(self, low: int = -_HALF, high: int = _HALF - 1) -> int:
        """Read an INTEGER between two bounds, both included."""
        value = signed(self.take(INTEGER))
        if not low <= value <= high:
            raise Malformed(f"{value} is not between {low} and {high}")
        return value

    def oid(self) -> Oid:
        """Read an OBJECT IDENTIFIER."""
        return subids(self.take(OID))

    def value(self) -> tuple[int, Value]:
        """Read the value of a variable binding: its tag and the value as Python holds it."""
        tag, end = self.head()
        content = self.data[self.pos : end]
        self.pos = end
        return tag, decode(tag, content)


def signed(content: bytes) -> int:
    """Read the content of an Integer32; one octet too many is allowed, because pyasn1 writes -2^31 so."""
    if not 1 <= len(content) <= 5:
        raise Malformed(f"an INTEGER of {len(content)} octets")
    value = int.from_bytes(content, "big", signed=True)
    if not -_HALF <= value < _HALF:
        raise Malformed(f"{value} is no Integer32")
    return value


def unsigned(content: bytes, bits: int) -> int:
    """Read the content of a non-negative type of so many bits; one leading zero octet may keep it positive.

    Exactly as many octets as the type is wide are read without a sign: agents forget the zero, and net-snmp reads
    them so too.
    """
    value = int.from_bytes(content, "big", signed=len(content) != bits // 8)
    if not 1 <= len(content) <= bits // 8 + 1 or value < 0 or value >> bits:
        raise Malformed(f"no unsigned number of {bits} bits")
    return value


@functools.lru_cache(maxsize=4096)
def subids(content: bytes) -> Oid:
    """Read the content of an OBJECT IDENTIFIER."""
    if not content:
        raise Malformed("an empty or cut OBJECT IDENTIFIER")
    out = _subids(content)
    first = min(out[0] // 40, 2)
    result = (first, out[0] - 40 * first, *out[1:])
    if len(result) > MAX_SUBIDS or max(result) >> 32:
        raise Malformed("more than 128 sub-identifiers, or one above 2^32")
    return result


@functools.lru_cache(maxsize=16_384)
def index(content: bytes) -> Oid:
    """Read what follows an object type in the content of an OBJECT IDENTIFIER: the index of an instance, or nothing."""
    found = _subids(content)
    if len(found) > MAX_SUBIDS or (found and max(found) >> 32):
        raise Malformed("more than 128 sub-identifiers, or one above 2^32")
    return found


def _subids(content: bytes) -> Oid:
    if content and content[-1] & 0x80:
        raise Malformed("an empty or cut OBJECT IDENTIFIER")
    out: list[int] = []
    value = count = 0
    for octet in content:
        if (octet == 0x80 and not count) or count >= _SUBID_OCTETS:
            raise Malformed("a padded or oversized sub-identifier")
        value = value << 7 | octet & 0x7F
        count += 1
        if octet < 0x80:
            out.append(value)
            value = count = 0
    return tuple(out)


def decode(tag: int, content: bytes) -> Value:
    """Read the content of a value of a variable binding."""
    if tag in (OCTETS, OPAQUE):
        return content
    if tag == INTEGER:
        return signed(content)
    if tag in _UNSIGNED_BITS:
        return unsigned(content, _UNSIGNED_BITS[tag])
    if tag == OID:
        return subids(content)
    if tag == IP_ADDRESS and len(content) == 4:
        return content
    if tag in _EMPTY and not content:
        return None
    raise Malformed(f"no value has tag 0x{tag:02x} and {len(content)} octets")
