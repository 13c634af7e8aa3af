"""What is listened to, as observe.yaml says it: apart from the receivers, which whoever only polls need not load."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["config", "login", "refused", "restart", "link", "other"]
"""A configuration was changed; somebody was let in; was not; the device started; a port came or went; the rest."""


@dataclass(frozen=True, slots=True)
class SyslogPorts:
    """Where syslog is listened to; a port that is 0 is not opened, TLS needs `certificate` and `key` (PEM files).

    `ca`: with it, only who shows a certificate signed by it is let in. Files are relative to the project.
    `connections`: in all; `from_one`: of one address, the oldest gives way. `relays`: log servers that hand on.
    """

    listen: tuple[str, ...] = ("0.0.0.0", "::")  # noqa: S104 -- the ports are 0 until somebody asks for them
    udp: int = 0
    tcp: int = 0
    tls: int = 0
    certificate: str = ""
    key: str = ""
    ca: str = ""
    connections: int = 1024
    from_one: int = 4
    relays: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be listened on."""
        if not all(0 <= port <= 65535 for port in (self.udp, self.tcp, self.tls)):
            raise ValueError("ports go from 1 to 65535; 0 is closed")
        if self.tls and not (self.certificate and self.key):
            raise ValueError("tls needs certificate and key, the names of two PEM files")
        if self.connections < 1 or self.from_one < 1:
            raise ValueError("connections and from_one must be 1 or more")


@dataclass(frozen=True, slots=True)
class TrapPort:
    """Where notifications are listened to; a `port` that is 0 is not opened.

    `community` names a secret, with which v1 and v2c are taken too: anybody on the way can read it, and write as
    somebody else. `per_second`: how many are taken in all, what comes beyond that is dropped.
    """

    listen: tuple[str, ...] = ("0.0.0.0", "::")  # noqa: S104 -- the port is 0 until somebody asks for it
    port: int = 0
    community: str = ""
    per_second: int = 100

    def __post_init__(self) -> None:
        """Refuse what cannot be listened on."""
        if not 0 <= self.port <= 65535 or self.per_second < 1:
            raise ValueError("port goes from 1 to 65535 (0 is closed), per_second from 1")


@dataclass(frozen=True, slots=True)
class Listening:
    """What is listened to, and what of it is kept: these `kinds`, for so many `days`, `per_minute` of one device."""

    syslog: SyslogPorts = field(default_factory=SyslogPorts)
    traps: TrapPort = field(default_factory=TrapPort)
    kinds: tuple[Kind, ...] = ("config", "login", "refused", "restart")
    days: int = 90
    per_minute: int = 30

    def __post_init__(self) -> None:
        """Refuse what keeps nothing."""
        if self.days < 1 or self.per_minute < 1:
            raise ValueError("days and per_minute must be 1 or more")

    @property
    def wanted(self) -> bool:
        """Tell whether any port is to be opened."""
        return any((self.syslog.udp, self.syslog.tcp, self.syslog.tls, self.traps.port))
