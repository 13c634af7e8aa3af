"""nornir_config.yaml as data: the inventory, Nornir's runner and log, and where the store keeps what."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from homeroom import strict
from homeroom.errors import StoreError
from homeroom.project import CONFIG, Project
from homeroom.secret import Vault

DRIVER: Final = "postgresql+psycopg"


@dataclass(frozen=True, slots=True)
class Options:
    """Where the project is; relative to nornir_config.yaml."""

    project: str = "."


@dataclass(frozen=True, slots=True)
class InventoryConfig:
    """Which inventory."""

    plugin: Literal["HomeroomInventory"] = "HomeroomInventory"
    options: Options = Options()


@dataclass(frozen=True, slots=True)
class Workers:
    """How many devices at once."""

    num_workers: int = 20


@dataclass(frozen=True, slots=True)
class RunnerConfig:
    """Which runner of Nornir's; pushes run on our own."""

    plugin: Literal["threaded", "serial"] = "threaded"
    options: Workers | None = None


@dataclass(frozen=True, slots=True)
class LoggingConfig:
    """Nornir's own log."""

    enabled: bool = False
    level: str = "INFO"
    log_file: str = "nornir.log"


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days each kind of history is kept."""

    raw: int = 2
    five_minutes: int = 7
    hours: int = 90
    days: int = 1826
    outages: int = 1826
    readings: int = 366
    """What slow readings held before, counted from when they no longer did."""

    def __post_init__(self) -> None:
        """Refuse a span in which the next coarser roll-up could not be made from this one."""
        rising = self.raw <= self.five_minutes <= self.hours <= self.days
        if min(self.raw, self.outages, self.readings) < 2 or not rising:
            least = "raw, outages and readings need 2 days at least"
            raise ValueError(f"{least}, and each coarser roll-up no fewer than the finer")


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where state and history are: no `url` means SQLite files in .homeroom.

    A `url` is a PostgreSQL database's and holds no password: `password` names a secret, and without one the server
    knows us otherwise (the system's account over its socket, ~/.pgpass).
    """

    url: str = ""
    password: str = ""
    keep: Keep = Keep()

    def __post_init__(self) -> None:
        """Refuse what is no PostgreSQL URL, and a password that stands in it."""
        if not self.url:
            return
        try:
            parsed = sa.make_url(self.url)
        except (ArgumentError, ValueError) as error:
            raise ValueError(f"url cannot be read: write {DRIVER}://user@host/database") from error
        if parsed.drivername != DRIVER:
            raise ValueError(f"url is of {parsed.drivername}: write {DRIVER}://user@host/database")
        if parsed.password is not None or "password" in parsed.query:
            raise ValueError("url holds a password: put it into a secret, and its name into `password`")


@dataclass(frozen=True, slots=True)
class NornirConfig:
    """nornir_config.yaml; Nornir itself would ignore a misspelt key."""

    inventory: InventoryConfig = field(default_factory=InventoryConfig)
    runner: RunnerConfig = field(default_factory=RunnerConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)
    store: StoreConfig = StoreConfig()


def store_config(project: Project) -> StoreConfig:
    """Return where the project's store is; the default where its file says nothing. Raises InputError."""
    path = project.root / CONFIG
    if not path.is_file() or not path.stat().st_size:
        return StoreConfig()
    return strict.load(NornirConfig, path, shown=CONFIG).store


def database_url(project: Project, config: StoreConfig, file: str) -> URL:
    """Return the URL to open: the database of the setting, or the SQLite file of that name in .homeroom."""
    if not config.url:
        return URL.create("sqlite", database=str(project.state / file))
    url = sa.make_url(config.url)
    return url.set(password=_password(project, config.password)) if config.password else url


def _password(project: Project, name: str) -> str:
    if given := os.environ.get(f"HOMEROOM_SECRET_{name.upper()}"):
        return given
    vault = Vault.open(project)
    if name not in vault.names:
        raise StoreError(f"no secret is called {name}: run `homeroom secret set {name}`")
    return vault.get(name).reveal()
