"""SSH host keys, pinned per device: the first key seen is kept, another one is refused before any password is sent.

A pin belongs to the device, not to its address: whoever takes over the address still has to hold the key.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import HostKeyChanged, StoreError
from homeroom.store.bulk import new_row, told
from homeroom.store.db import host_key


class HostKeys:
    """The pins of one project. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def check(self, device: str, fingerprint: str, now: float) -> None:
        """Accept `fingerprint` (`SHA256:...`) if it is the pinned one, or the first; HostKeyChanged otherwise."""
        known, state = self._pin(device) or self._first(device, fingerprint, now)
        if state == "revoked":
            raise HostKeyChanged(
                device, f"host key {known} was revoked and no password was sent", "pin its new key once it is verified"
            )
        if known != fingerprint:
            raise HostKeyChanged(
                device,
                f"it shows host key {fingerprint}, pinned is {known}; no password was sent",
                "find out who answers there; if the device was replaced, forget its old key",
            )

    def forget(self, device: str) -> None:
        """Drop the pin: the next contact pins anew. For a device that was replaced, after a person verified it."""
        self._write(sa.delete(host_key).where(host_key.c.device == device))

    def revoke(self, device: str, now: float) -> None:
        """Refuse the pinned key from now on: it is known to be in the wrong hands."""
        change = {"state": "revoked", "at": now}
        self._write(sa.update(host_key).where(host_key.c.device == device).values(change))

    def _pin(self, device: str) -> tuple[str, str] | None:
        query = sa.select(host_key.c.fingerprint, host_key.c.state).where(host_key.c.device == device)
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).one_or_none()
        except DBAPIError as error:
            raise StoreError(f"host keys cannot be read: {told(error)}; no device is entered without them") from error
        return (row.fingerprint, row.state) if row else None

    def _first(self, device: str, fingerprint: str, now: float) -> tuple[str, str]:
        """Pin, unless another contact was faster; return what is pinned now."""
        row = {"device": device, "fingerprint": fingerprint, "state": "pinned", "at": now}
        self._write(new_row(self._engine.dialect.name, host_key, row))
        return self._pin(device) or (fingerprint, "pinned")

    def _write(self, statement: sa.Executable) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(statement)
        except DBAPIError as error:
            raise StoreError(f"host keys cannot be written: {told(error)}; check the disk of .homeroom") from error
