"""What is known of each device's SNMPv3 engine: id, boots, time (RFC 3414 section 2.3); kept on disk, without keys.

With it the first request after a restart needs no discovery. It is a memory, not a record: a file that is damaged,
old or gone costs one more packet a device.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from homeroom.snmp.wire.keyring import User
from homeroom.snmp.wire.sealed import Session

Address: TypeAlias = tuple[Any, ...]
"""As the socket module has it: host, port, and for IPv6 flow and scope."""
TIME_WINDOW: Final = 150
LAST_BOOT: Final = (1 << 31) - 1
_LAST_SECOND: Final = (1 << 31) - 1
_ENGINE_OCTETS: Final = range(5, 33)
_FORMAT: Final = 1
_KEPT: Final = 90 * 86400.0
"""Seconds after which a device that did not answer is forgotten."""


class Peer:
    """One device's engine. `started`: when its time was 0, by our clock; `seen`: when it last proved who it is."""

    __slots__ = ("boots", "engine_id", "latest", "seen", "session", "started", "turn", "users")

    def __init__(self) -> None:
        self.engine_id = b""
        self.boots = 0
        self.latest = 0
        self.started = 0.0
        self.seen = 0.0
        self.users: tuple[User, ...] = ()
        self.turn = 0
        self.session: Session | None = None

    def learn(self, engine_id: bytes, boots: int, time: int, now: float) -> bool:
        """Take what an engine says of itself, unproven until it answers; False when that cannot be an engine."""
        if len(engine_id) not in _ENGINE_OCTETS:
            return False
        if engine_id != self.engine_id:
            self.engine_id, self.session, self.seen = engine_id, None, 0.0
        elif not boots and not time and self.seen:  # an engine may keep its clock to itself until we authenticate
            return True
        self.boots, self.latest, self.started = boots, time, now - time
        return True

    def open(self, users: tuple[User, ...]) -> Session | None:
        """Return the session with one of the users; None while the engine is not known."""
        if users is not self.users:
            self.users, self.turn, self.session = users, 0, None
        if self.session is None and self.engine_id:
            self.session = users[self.turn].session(self.engine_id)
        return self.session

    def time(self, now: float) -> int:
        """Return what its engine time should be."""
        return min(max(0, int(now - self.started)), _LAST_SECOND)

    def next_user(self) -> None:
        """Take the next of the users, round and round."""
        self.turn = (self.turn + 1) % len(self.users)
        self.session = None

    def fresh(self, boots: int, time: int, now: float) -> bool:
        """Say whether a genuine message is of now (RFC 3414 3.2 7b); if so, set our notion of its clock by it."""
        if boots == LAST_BOOT or boots < self.boots:
            return False
        if boots == self.boots and time < now - self.started - TIME_WINDOW:
            return False
        if boots > self.boots or time > self.latest:
            self.boots, self.latest, self.started = boots, time, now - time
        self.seen = now
        return True


class Peers:
    """All engines by address, in a file where one is given. `clock` is the wall's: it goes on while we do not run."""

    def __init__(self, path: Path | None, now: float, clock: Callable[[], float]) -> None:
        """`now`: the running clock that peers are told the time by."""
        self._path = path
        self._clock = clock
        self._by_address: dict[tuple[str, int], Peer] = {}
        if path is not None:
            self._load(path, clock() - now)

    def __len__(self) -> int:
        return len(self._by_address)

    def at(self, host: str, port: int) -> Peer:
        """Return the engine at an address."""
        found = self._by_address.get((host, port))
        if found is None:
            found = self._by_address[host, port] = Peer()
        return found

    def save(self, now: float) -> bool:
        """Write the file, all or nothing; False when it cannot be written."""
        if self._path is None:
            return True
        ahead = self._clock() - now
        rows = [
            [host, port, one.engine_id.hex(), one.boots, round(one.started + ahead), round(one.seen + ahead)]
            for (host, port), one in self._by_address.items()
            if one.seen and now - one.seen < _KEPT
        ]
        fresh = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"format": _FORMAT, "engines": rows}, file, separators=(",", ":"))
            fresh.replace(self._path)
        except OSError:
            fresh.unlink(missing_ok=True)
            return False
        return True

    def _load(self, path: Path, ahead: float) -> None:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            found = dict(_peer(row, ahead) for row in _rows(document))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return
        self._by_address = found


def _rows(document: Any) -> list[Any]:
    if document["format"] != _FORMAT:
        raise ValueError("not ours")
    return list(document["engines"])


def _peer(row: Any, ahead: float) -> tuple[tuple[str, int], Peer]:
    host, port, engine_id, boots, started, seen = row
    numbers = (port, boots, started, seen)
    if not isinstance(host, str) or any(not isinstance(number, int) for number in numbers):
        raise ValueError("damaged")
    one = Peer()
    if not 0 <= boots < LAST_BOOT or not one.learn(bytes.fromhex(engine_id), boots, 0, started - ahead):
        raise ValueError("damaged")
    one.seen = seen - ahead
    return (host, port), one
