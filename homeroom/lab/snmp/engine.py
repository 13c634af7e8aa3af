"""The SNMP engine of one emulated device: who may speak to it (RFC 3414 section 3.2), and what it remembers."""

from __future__ import annotations

import hmac
import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.errors import Malformed
from homeroom.lab.emulated import Emulated, SnmpUser
from homeroom.lab.snmp import counters as count
from homeroom.lab.snmp.counters import Counters
from homeroom.snmp import ber, message, usm
from homeroom.snmp.ber import Oid, Reader
from homeroom.snmp.message import AUTHENTICATED, ENCRYPTED, LEVEL, Header, Scoped, Sealed, read_scoped

ENTERPRISES: Final[Mapping[str, int]] = {"ios": 9, "openwrt": 8072, "eos": 30065, "junos": 2636, "ros": 14988}
"""Whose engine ids a platform's agents have: Cisco's, net-snmp's, Arista's, Juniper's, MikroTik's."""
MAX_SIZE: Final = 1472
"""The largest message sent: what an Ethernet frame carries, as most devices have it."""
_PRIVATE: Final = 1 << 31
_IPV4: Final = 1
TIME_WINDOW: Final = 150
_LAST_BOOT: Final = (1 << 31) - 1
_SALT_MASK: Final = (1 << 64) - 1


def engine_id(device: Emulated) -> bytes:
    """Name a device's engine by its address (RFC 3411: enterprise, format 1, IPv4)."""
    enterprise = _PRIVATE | ENTERPRISES.get(device.platform, 0)
    return enterprise.to_bytes(4, "big") + bytes((_IPV4,)) + ipaddress.IPv4Address(device.address).packed


@dataclass(frozen=True, slots=True)
class Admitted:
    """A message that passed: its scoped PDU, whose keys answer it, and whether its level is the user's."""

    scoped: Scoped
    keys: usm.Keys | None
    sufficient: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that did not: the counter that says why. With `keys` the report of it is authenticated."""

    counter: Oid
    keys: usm.Keys | None = None


class LocalEngine:
    """One device's engine. Keys are kept for life; users and communities until the device's version changes."""

    __slots__ = ("_keys", "_salts", "_users", "_version", "communities", "counters", "device", "id")

    def __init__(self, device: Emulated, salts: Iterator[int]) -> None:
        self.device = device
        self._salts = salts
        self.id = engine_id(device)
        self.counters: Counters = Counter()
        self.communities: Mapping[str, str] = {}
        self._users: Mapping[str, SnmpUser] = {}
        self._keys: dict[SnmpUser, usm.Keys] = {}
        self._version: int | None = None

    def refresh(self) -> None:
        """Look at the device's configuration again if it changed."""
        if self._version != self.device.version:
            self._version = self.device.version
            self._users = self.device.snmp_users()
            self.communities = self.device.communities()

    def time(self, now: float) -> int:
        """Return snmpEngineTime: seconds since the engine booted."""
        return max(0, int(now - self.device.boot))

    def admit(self, sealed: Sealed, now: float) -> Admitted | Refused:
        """Check engine, user, level, tag and time in the order of RFC 3414 3.2, then open the payload."""
        header = sealed.header
        if header.engine_id != self.id:
            return Refused(count.UNKNOWN_ENGINES)
        user = self._users.get(header.user.decode("utf-8", "replace"))
        if user is None:
            return Refused(count.UNKNOWN_USERS)
        level, most = header.flags & LEVEL, _level(user)
        if level > most:
            return Refused(count.UNSUPPORTED_LEVELS)
        if not level:
            return Admitted(_clear(sealed), None, sufficient=not most)
        keys = self._localized(user)
        return self._distrust(sealed, keys, now) or _open(sealed, keys, sufficient=level == most)

    def _distrust(self, sealed: Sealed, keys: usm.Keys, now: float) -> Refused | None:
        """Check the tag, then the time; None: the message is genuine and fresh."""
        header = sealed.header
        if not hmac.compare_digest(keys.tag(sealed.untagged()), header.tag):
            return Refused(count.WRONG_DIGESTS)
        boots = self.device.engine_boots
        if boots == _LAST_BOOT or header.boots != boots or abs(header.time - self.time(now)) > TIME_WINDOW:
            return Refused(count.NOT_IN_TIME_WINDOWS, keys)
        return None

    def seal(self, request: Header, level: int, keys: usm.Keys | None, pdu: bytes, now: float) -> bytes:
        """Wrap an encoded PDU as the answer to a request, at the given level."""
        boots, time = self.device.engine_boots, self.time(now)
        payload, salt = message.scoped(self.id, b"", pdu), b""
        if level & ENCRYPTED and keys:
            salt = (next(self._salts) & _SALT_MASK).to_bytes(usm.SALT, "big")
            payload = ber.octets(keys.encrypt(payload, boots, time, salt))
        header = Header(request.message_id, MAX_SIZE, level, self.id, boots, time, request.user, salt=salt)
        return message.write_v3(header, payload, keys)

    def _localized(self, user: SnmpUser) -> usm.Keys:
        keys = self._keys.get(user)
        if keys is None:
            keys = self._keys[user] = usm.keys(user.auth, user.auth_key, user.priv_key, self.id)
        return keys


def _level(user: SnmpUser) -> int:
    """Return the highest level that a user has keys for."""
    if user.auth not in usm.AUTH or not user.auth_key:
        return 0
    return AUTHENTICATED | (ENCRYPTED if user.priv in usm.PRIV and user.priv_key else 0)


def _clear(sealed: Sealed) -> Scoped:
    reader = _again(sealed.payload)
    scoped = read_scoped(reader)
    reader.finish()
    return scoped


def _open(sealed: Sealed, keys: usm.Keys, *, sufficient: bool) -> Admitted | Refused:
    if not sealed.header.flags & ENCRYPTED:
        return Admitted(_clear(sealed), keys, sufficient)
    scoped = _decrypt(sealed, keys)
    return Admitted(scoped, keys, sufficient) if scoped else Refused(count.DECRYPTION_ERRORS)


def _decrypt(sealed: Sealed, keys: usm.Keys) -> Scoped | None:
    """Open an encrypted payload; None when it makes no sense. Padding behind it is allowed: some clients send it."""
    header = sealed.header
    reader = _again(sealed.payload)
    secret = reader.take(ber.OCTETS)
    reader.finish()
    if len(header.salt) != usm.SALT:
        return None
    try:
        return read_scoped(Reader(keys.decrypt(secret, header.boots, header.time, header.salt)))
    except Malformed:
        return None


def _again(reader: Reader) -> Reader:
    return Reader(reader.data, reader.pos, reader.end)


def readable(sealed: Sealed) -> Scoped | None:
    """Read a payload that nobody vouches for, to learn what an error report answers; None when it cannot be read."""
    if sealed.header.flags & ENCRYPTED:
        return None
    try:
        return _clear(sealed)
    except Malformed:
        return None
