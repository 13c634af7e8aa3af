"""Who may notify: what a datagram must prove before anything reads it further. No socket, no pysnmp."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from homeroom.snmp import message, usm
from homeroom.snmp.ber import OCTETS, Reader
from homeroom.snmp.dialogue import chain
from homeroom.snmp.engine import Credentials, Secrets

WINDOW: Final = 150
"""Seconds (RFC 3414 2.2.3)."""
_ENGINES: Final = 200_000
"""Engines of which the time is remembered: some 40 MB."""
_LAST: Final = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class User:
    """One of our users, with secrets revealed; `priv` is empty for one without privacy."""

    who: Credentials
    auth: str = field(repr=False)
    priv: str = field(repr=False)

    def keys(self, engine_id: bytes) -> usm.Keys:
        """Return its keys on an engine."""
        return usm.keys(self.who.auth, self.auth, self.priv, engine_id, self.who.priv)


@dataclass(frozen=True, slots=True)
class Passed:
    """A datagram that is let in. `user`: who sealed it, on which engine; None: nobody, as v1 and v2c have it."""

    user: User | None = None
    engine_id: bytes = b""


@dataclass(slots=True)
class _Engine:
    """An engine that was proven: whose it is, its boots and time when it last spoke, and when that was."""

    device: str
    boots: int
    time: int
    at: float


@dataclass(slots=True)
class Gate:
    """Lets datagrams in. `ours`: our own engine's id, by which informs are sealed; `monotonic`: seconds."""

    ours: bytes
    users: tuple[User, ...]
    community: bytes
    monotonic: Callable[[], float]
    _known: OrderedDict[bytes, _Engine] = field(default_factory=OrderedDict[bytes, _Engine])

    def let_in(self, data: bytes, device: str) -> Passed | None:
        """Return who sealed a datagram that came from a device; None: it has no business here. Raises Malformed."""
        version, reader = message.version(data)
        if version != message.V3:
            named = reader.take(OCTETS)
            return Passed() if self.community and hmac.compare_digest(named, self.community) else None
        sealed = message.read_v3(reader)
        header = sealed.header
        if not header.flags & message.LEVEL:
            return Passed() if _discovers(sealed) else None
        user = self._proven(sealed)
        if user is None or (user.priv and not header.flags & message.ENCRYPTED):
            return None
        in_time = header.engine_id == self.ours or self._in_time(header, device)
        return Passed(user, header.engine_id) if in_time else None

    def _proven(self, sealed: message.Sealed) -> User | None:
        """Return by which user of ours a message is authenticated."""
        header, plain = sealed.header, sealed.untagged()
        for user in self.users:
            same = user.who.user.encode() == header.user
            if same and hmac.compare_digest(user.keys(header.engine_id).tag(plain), header.tag):
                return user
        return None

    def _in_time(self, header: message.Header, device: str) -> bool:
        """Tell whether an engine of another's is the device's own and says nothing old (RFC 3414 3.2.7b); learn it."""
        now = self.monotonic()
        known = self._known.get(header.engine_id)
        if known is not None:
            late = known.time + (now - known.at) - header.time
            old = header.boots < known.boots or (header.boots == known.boots and late > WINDOW)
            if known.device != device or old:
                return False
        if header.boots >= _LAST:
            return False
        self._known[header.engine_id] = _Engine(device, header.boots, header.time, now)
        self._known.move_to_end(header.engine_id)
        if len(self._known) > _ENGINES:
            self._known.popitem(last=False)
        return True


def revealed(users: Credentials | None, secrets: Secrets) -> tuple[User, ...]:
    """Return our user, and its former ones, with their secrets."""
    return tuple(
        User(one, secrets(one.auth_key.name).reveal(), secrets(one.priv_key.name).reveal() if one.priv_key else "")
        for one in (chain(users) if users else ())
    )


def _discovers(sealed: message.Sealed) -> bool:
    """Tell whether a plain message only asks who we are, as a sender of informs does first (RFC 3414 4)."""
    if not sealed.header.flags & message.REPORTABLE or sealed.header.engine_id:
        return False
    scoped = message.read_scoped(Reader(sealed.payload.data, sealed.payload.pos, sealed.payload.end))
    return scoped.pdu.kind in message.CONFIRMED
