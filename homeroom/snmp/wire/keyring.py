"""From credentials by reference to what messages are made with. A password is stretched once (RFC 3414 A.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from homeroom.errors import SecretError
from homeroom.secret import SHORTEST, SecretRef
from homeroom.snmp import usm
from homeroom.snmp.dialogue import chain
from homeroom.snmp.engine import Community, Credentials, Secrets
from homeroom.snmp.wire.sealed import Session

_VERSIONS: Final = {"1": 0, "2c": 1}
_USER_OCTETS: Final = 32


@dataclass(frozen=True, slots=True)
class User:
    """One user with its stretched passwords; `priv` is empty for one without privacy."""

    name: bytes
    protocol: usm.Auth
    privacy: usm.Privacy
    auth: bytes = field(repr=False)
    priv: bytes = field(repr=False)

    def session(self, engine_id: bytes) -> Session:
        """Localize the keys to one engine."""
        digest = self.protocol.digest
        priv = usm.privacy_key(self.priv, engine_id, digest, self.privacy) if self.priv else b""
        keys = usm.Keys(self.protocol, usm.localize(self.auth, engine_id, digest), priv)
        return Session(engine_id, self.name, keys)


@dataclass(frozen=True, slots=True)
class Shared:
    """A community as it stands in messages, with their version number."""

    version: int
    name: bytes = field(repr=False)


class Keyring:
    """What the credentials in use open with; SecretError where they name what there is not."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._shared: dict[Community, Shared] = {}
        self._users: dict[Credentials, tuple[User, ...]] = {}
        self._last: tuple[Community | Credentials | None, Shared | tuple[User, ...]] = (None, ())

    def open(self, one: Community | Credentials) -> Shared | tuple[User, ...]:
        """Return a community, or the users to try, the present one first; the same object until its keys change."""
        if one is not self._last[0]:  # devices with the same credentials come one after the other
            found = self._users.get(one) if isinstance(one, Credentials) else self._shared.get(one)
            self._last = (one, found or self._read(one))
        return self._last[1]

    def reread(self, one: Credentials) -> tuple[User, ...] | None:
        """Look at the secrets again; return the users when they changed since they were read."""
        try:
            fresh = self._make(one)
        except SecretError:
            return None
        if fresh == self._users.get(one):
            return None
        self._users[one] = fresh
        self._last = (None, ())
        return fresh

    def _read(self, one: Community | Credentials) -> Shared | tuple[User, ...]:
        if isinstance(one, Credentials):
            users = self._users[one] = self._make(one)
            return users
        shared = self._shared[one] = Shared(_VERSIONS[one.version], self._reveal(one.name).encode())
        return shared

    def _make(self, one: Credentials) -> tuple[User, ...]:
        return tuple(self._user(step) for step in chain(one))

    def _user(self, one: Credentials) -> User:
        if one.auth not in usm.AUTH:
            raise SecretError(f"no authentication protocol is called {one.auth}; there are {', '.join(usm.AUTH)}")
        if one.priv not in usm.PRIVACY:
            raise SecretError(f"no privacy protocol is called {one.priv}; there are {', '.join(usm.PRIVACY)}")
        name = one.user.encode()
        if not 1 <= len(name) <= _USER_OCTETS:
            raise SecretError(f"the SNMP user {one.user!r} has not 1 to 32 octets")
        protocol = usm.AUTH[one.auth]
        auth, priv = self._master(one.auth_key, protocol), b""
        if one.priv_key is not None:
            priv = self._master(one.priv_key, protocol)
        return User(name, protocol, usm.PRIVACY[one.priv], auth, priv)

    def _master(self, ref: SecretRef, protocol: usm.Auth) -> bytes:
        password = self._reveal(ref)
        if len(password) < SHORTEST:
            raise SecretError(f"{ref.name} is shorter than {SHORTEST} characters")
        return usm.master_key(password, protocol.digest)

    def _reveal(self, ref: SecretRef) -> str:
        return self._secrets(ref.name).reveal()
