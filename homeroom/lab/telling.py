"""What a device tells the log servers when its configuration changed: a datagram of its own, in its vendor's words.

It tells only if its configuration names a log server of the programme; the lab then sends to the one it was told.
OpenWrt has no word for a change: what its log has of one is that somebody came in.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Final

from homeroom.errors import LabError
from homeroom.lab.boxed import Connected, Watch
from homeroom.lab.clock import logged
from homeroom.lab.snmp.udp import send

_FROM: Final = "127.0.0.1"
"""Where whoever changes a device of the lab comes from."""


def _ios(device: Any, at: float) -> tuple[str, str]:
    head = f"<189>{device.version}: {device.hostname}: {logged(at)}: %SYS-5-CONFIG_I"
    return device.changed_by, f"{head}: Configured from console by {{who}} on vty0 ({_FROM})"


def _eos(device: Any, at: float) -> tuple[str, str]:
    head = f"<189>{_bsd(at)} {device.hostname} ConfigAgent: %SYS-5-CONFIG_I"
    return device.changed_by, f"{head}: Configured from console by {{who}} on vty3 ({_FROM})"


def _junos(device: Any, at: float) -> tuple[str, str]:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))
    said = "User '{who}' requested 'commit' operation (comment: none)"
    data = '[junos@2636.1.1.1.2.57 username="{who}" command="commit" message="none"]'
    return device.base.commits[0].user, f"<189>1 {stamp} {device.hostname} mgd 3046 UI_COMMIT {data} {said}"


def _ros(device: Any, at: float) -> tuple[str, str]:
    return device.changed_by, f"<30>{_bsd(at)} {device.hostname} system,info item changed by {{who}}"


def _openwrt(device: Any, at: float) -> tuple[str, str]:
    return (
        "root",
        f"<37>{_bsd(at)} {device.node} dropbear[2201]: Password auth succeeded for '{{who}}' from {_FROM}:50022",
    )


def _bsd(at: float) -> str:
    return time.strftime("%b %e %H:%M:%S", time.gmtime(at))


_WORDS: Final[Mapping[str, Callable[[Any, float], tuple[str, str]]]] = {
    "ios": _ios,
    "eos": _eos,
    "junos": _junos,
    "ros": _ros,
    "openwrt": _openwrt,
}
"""Platform -> who changed it last, and the message with a place for him."""


class Teller:
    """Tells one address of every change. `hosts`: the programme's log servers; `soon` calls when a change is whole."""

    def __init__(
        self, target: tuple[str, int], hosts: Collection[str], soon: Callable[[Callable[[], None]], object]
    ) -> None:
        self._target, self._hosts, self._soon = target, hosts, soon
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._due: set[str] = set()
        self._told: dict[str, float] = {}

    def take(self, device: Connected) -> None:
        """Hear of a device's changes, beside who hears of them already."""
        device.ways = _Both(device.ways, self)

    def watch(self, device: Any) -> None:
        """Hear that a device has a new version."""
        if device.address not in self._due:
            self._due.add(device.address)
            self._soon(partial(self._tell, device))

    def _tell(self, device: Any) -> None:
        """Tell of a change; a start, or a version without one, is none."""
        self._due.discard(device.address)
        changed = float(device.running_changed)
        if changed in {device.boot, self._told.get(device.address)} or not self._logs(device.running):
            return
        self._told[device.address] = changed
        who, message = _WORDS[device.platform](device, time.time())
        if who:
            with contextlib.suppress(OSError):
                send(
                    self._socket, message.replace("{who}", who).encode(), socket.inet_aton(device.address), self._target
                )

    def _logs(self, running: str) -> bool:
        return any(host in running for host in self._hosts)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class _Both:
    """Two who hear of changes."""

    def __init__(self, first: Watch, second: Watch) -> None:
        self._first, self._second = first, second

    def watch(self, device: Any) -> None:
        """Tell both."""
        self._first.watch(device)
        self._second.watch(device)


def target(text: str) -> tuple[str, int]:
    """Read `HOST:PORT`; LabError when it is none."""
    host, _, port = text.rpartition(":")
    try:
        socket.inet_aton(host)
        found = host, int(port)
    except (OSError, ValueError) as error:
        raise LabError(f"{text!r} is no IPv4 address and port: write --syslog 127.0.0.1:5514") from error
    return found
