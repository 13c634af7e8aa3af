r"""Values as SNMP has them into values as Homeroom has them: one function a kind, None for "nothing was said".

A text is kept as it was said, octets that are no UTF-8 as `\xNN`; it is made harmless where it is shown (`show`).
What cannot be what it claims to be raises ValueError, and the reader refuses that one value.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from homeroom.snmp import ber
from homeroom.snmp.ask import portlist
from homeroom.snmp.ber import Value

Decode: TypeAlias = Callable[[Value], Any]
MAX_TEXT: Final = 4096
"""RFC 2578 lets a text have 65,535 octets; what is longer than this is cut, and says so by its end."""
_CUT: Final = "…"
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}").search
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?").search
_MAC_TEXT: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[-:. ]?[0-9A-Fa-f]{2}){5}").fullmatch
_PADDING: Final = " \t\r\n\0"
_MAX_PHYS: Final = 32


@dataclass(frozen=True, slots=True)
class Options:
    """What a field's line says beyond its kind. Numbers stand as text: a device may send either."""

    scale: float = 1.0
    nothing: frozenset[str] = frozenset()
    true: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict[str, str])


def text(value: Value) -> str:
    """Decode UTF-8; octets that are none stay readable as hexadecimal escapes, numbers and OIDs are written out."""
    if isinstance(value, bytes):
        if len(value) > MAX_TEXT:
            return value[:MAX_TEXT].decode(errors="backslashreplace") + _CUT
        return value.decode(errors="backslashreplace")
    return ber.text(value) if isinstance(value, tuple) else str(value)


def _whole(value: Value) -> int:
    if isinstance(value, int):
        return value
    raise ValueError("is not a number")


def _octets(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    raise ValueError("is not a string of octets")


def _text(options: Options) -> Decode:
    nothing = options.nothing
    return lambda value: None if (said := text(value)) in nothing else said


def _label(options: Options) -> Decode:
    """Take a name's padding away; None when nothing is left."""
    nothing = options.nothing | {""}
    return lambda value: None if (said := text(value).strip(_PADDING)) in nothing else said


def _int(options: Options) -> Decode:
    nothing = frozenset(int(one) for one in options.nothing)
    return lambda value: None if (said := _whole(value)) in nothing else said


def _number(options: Options) -> Decode:
    nothing, scale = frozenset(int(one) for one in options.nothing), options.scale
    return lambda value: None if (said := _whole(value)) in nothing else round(said * scale, 6)


def _ticks(options: Options) -> Decode:
    """Turn hundredths of a second into seconds; `x` where an agent counts in other units."""
    scale = options.scale / 100
    return lambda value: round(_whole(value) * scale, 2)


def _digits(options: Options) -> Decode:
    """Find the first whole number of a text such as `36+` or `-95 dBm`."""
    nothing = options.nothing

    def decode(value: Value) -> int | None:
        found = _INTEGER(text(value))
        return None if found is None or found[0] in nothing else int(found[0])

    return decode


def _decimal(options: Options) -> Decode:
    """Find the first number of a text such as `22.00 degrees Celsius`."""
    scale = options.scale

    def decode(value: Value) -> float | None:
        found = _DECIMAL(text(value))
        return None if found is None else round(float(found[0]) * scale, 6)

    return decode


def _mac(_: Options) -> Decode:
    def decode(value: Value) -> str | None:
        octets = _octets(value)
        if len(octets) == 6:
            return octets.hex(":") if any(octets) else None
        said = text(octets).strip(_PADDING)
        if not said:
            return None
        if _MAC_TEXT(said) is None:
            raise ValueError("is not a MAC address")
        return bytes.fromhex(re.sub("[-:. ]", "", said)).hex(":")

    return decode


def _phys(_: Options) -> Decode:
    """Write a link-layer address: mostly six octets, eight of Fibre Channel, twenty of InfiniBand."""

    def decode(value: Value) -> str | None:
        octets = _octets(value)
        if len(octets) > _MAX_PHYS:
            raise ValueError(f"is longer than {_MAX_PHYS} octets")
        return octets.hex(":") if any(octets) else None

    return decode


def _ip(_: Options) -> Decode:
    def decode(value: Value) -> str | None:
        octets = _octets(value)
        if len(octets) in (4, 16):
            return str(ipaddress.ip_address(octets)) if any(octets) else None
        said = text(octets).strip(_PADDING)
        try:
            return str(ipaddress.ip_address(said)) if said else None
        except ValueError:
            raise ValueError("is not an IP address") from None  # the library's message would repeat what was sent

    return decode


def _oid(_: Options) -> Decode:
    def decode(value: Value) -> str:
        if isinstance(value, tuple):
            return ber.text(value)
        raise ValueError("is not an object identifier")

    return decode


def _hex(_: Options) -> Decode:
    return lambda value: _octets(value).hex() or None


def _flag(options: Options) -> Decode:
    true = options.true
    return lambda value: text(value) in true


def _word(options: Options) -> Decode:
    """Name an enumeration's number; a number without a word stays a number."""
    words, nothing = options.words, options.nothing
    return lambda value: None if (said := text(value)) in nothing else words.get(said, said)


def _date(_: Options) -> Decode:
    """Read a DateAndTime (RFC 2579): 8 octets, or 11 with the distance from UTC."""

    def decode(value: Value) -> str | None:
        octets = _octets(value)
        if not any(octets):
            return None
        if len(octets) not in (8, 11):
            raise ValueError("is not a date and time of 8 or 11 octets")
        year, (month, day, hour, minute, second, tenth) = int.from_bytes(octets[:2], "big"), octets[2:8]
        zone = None
        if len(octets) == 11:
            ahead = dt.timedelta(hours=octets[9], minutes=octets[10])
            zone = dt.timezone(-ahead if octets[8:9] == b"-" else ahead)
        moment = dt.datetime(year, month, day, hour, minute, min(second, 59), tenth % 10 * 100_000, tzinfo=zone)
        return moment.isoformat(timespec="seconds")

    return decode


def channel_of(mhz: int) -> int | None:
    """Return the channel whose centre is at a frequency (IEEE 802.11: 2.4, 5 and 6 GHz); None for none."""
    if mhz == 2484:
        return 14
    if 2412 <= mhz <= 2472:
        return (mhz - 2407) // 5
    if 5160 <= mhz <= 5895:
        return (mhz - 5000) // 5
    return (mhz - 5950) // 5 if 5955 <= mhz <= 7115 else None


def _mhz(_: Options) -> Decode:
    digits = _digits(Options())

    def decode(value: Value) -> int | None:
        said = digits(value)
        return None if said is None else channel_of(said)

    return decode


def _plain(decode: Callable[[bytes], Any]) -> Callable[[Options], Decode]:
    """Make a kind without options of a decoder of octets."""
    return lambda _: lambda value: decode(_octets(value))


KINDS: Final[Mapping[str, tuple[Callable[[Options], Decode], type[Any]]]] = {
    "text": (_text, str),
    "label": (_label, str),
    "int": (_int, int),
    "number": (_number, float),
    "ticks": (_ticks, float),
    "digits": (_digits, int),
    "decimal": (_decimal, float),
    "mac": (_mac, str),
    "phys": (_phys, str),
    "ip": (_ip, str),
    "oid": (_oid, str),
    "hex": (_hex, str),
    "flag": (_flag, bool),
    "word": (_word, str),
    "ports": (_plain(portlist.ports), tuple),
    "ports-reversed": (_plain(portlist.reverse), tuple),
    "port-names": (_plain(portlist.written), tuple),
    "date": (_date, str),
    "mhz": (_mhz, int),
}
"""Kind -> what makes its decoder, and the type of what comes out."""
