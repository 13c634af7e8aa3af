"""The way from a Nornir host to an open, guarded connection. No secret enters the inventory: it is handed over here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from nornir.core.configuration import Config
from nornir.core.inventory import Host
from nornir.core.plugins.connections import ConnectionPluginRegister

from homeroom.errors import UsageError
from homeroom.platforms.box import Login
from homeroom.rollout.drivers import Driver, Session
from homeroom.secret import Vault
from homeroom.store.hostkeys import HostKeys
from homeroom.store.reach import PORTS

CONNECTION: Final = "homeroom"


class Connection:
    """Nornir's connection plugin: opens the platform's own guarded session."""

    connection: Session

    def open(  # noqa: PLR0917  # Nornir calls it so
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Log in. All comes in `extras`: what stands in an inventory is neither secret nor believed."""
        del hostname, username, password, port, platform, configuration
        if not extras or "login" not in extras:
            raise UsageError("the `homeroom` connection is opened by homeroom.rollout.access.enter only")
        self.connection = extras["enter"](extras["login"])
        try:
            self.connection.open()
        except BaseException:  # a half-open connection is closed, whatever stopped it, Ctrl-C too
            self.connection.close()
            raise

    def close(self) -> None:
        """Clean up on the device and hang up."""
        self.connection.close()


def register() -> None:
    """Make the plugin known to Nornir, and keep its libraries from printing; doing it again changes nothing."""
    ConnectionPluginRegister.register(CONNECTION, Connection)
    for name in ("nornir", "netmiko", "paramiko", "asyncssh"):
        logger = logging.getLogger(name)
        if not logger.handlers:  # without any, Python prints their tracebacks between our own words
            logger.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Keyring:
    """What opens the devices of a project: one user, its password, the pinned host keys."""

    user: str
    vault: Vault
    keys: HostKeys
    clock: Callable[[], float]

    def conceal(self, driver: Driver) -> Callable[[str], str]:
        """Return what takes secrets, ours and others', out of a platform's texts."""
        return lambda text: driver.redact(self.vault.conceal(text), self.vault.mark)

    @contextmanager
    def enter(self, host: Host, driver: Driver, change: str) -> Generator[Session]:
        """Open a fresh connection to `host` for this block, by the transport its inventory names."""
        login = Login(
            device=host.name,
            host=host.hostname or host.name,
            port=host.get("ports", {}).get(driver.port) or host.port or PORTS[driver.port],
            user=self.user,
            password=self.vault.get("device_password"),
            pin=lambda fingerprint: self.keys.check(host.name, fingerprint, self.clock()),
            conceal=self.conceal(driver),
            change=change,
        )
        extras = {"login": login, "enter": driver.over(host.get("transport"))}
        plugin = host.open_connection(CONNECTION, Config(), extras=extras, default_to_host_attributes=False)
        try:
            yield plugin.connection
        finally:
            host.close_connection(CONNECTION)
