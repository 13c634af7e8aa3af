"""How busy a device is, and what time it believes it is.

HOST-RESOURCES-MIB (RFC 2790) where the platform has it; CISCO-PROCESS-MIB on IOS; JUNIPER-MIB on Junos.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from homeroom.lab import life
from homeroom.lab.emulated import Emulated
from homeroom.lab.place import Place
from homeroom.lab.snmp.cells import column, date, gauge, integer, name, scalar, text, ticks
from homeroom.lab.snmp.table import Object

_HOST: Final = "1.3.6.1.2.1.25"
_PROCESSOR: Final = 1
_HR_PROCESSOR: Final = f"{_HOST}.3.1.3"
_CPM: Final = "1.3.6.1.4.1.9.9.109.1.1.1.1"
_JNX: Final = "1.3.6.1.4.1.2636.3.1.13.1"


def objects(device: Emulated, place: Place) -> Iterator[Object]:
    """Yield the load; and the clock and the uptime, where the platform shows them."""

    def load(now: float) -> bytes:
        return gauge(life.load(place.timezone, device.name, now))

    if device.platform == "ios":
        yield column(f"{_CPM}.2", {_PROCESSOR: integer(0)})
        for number in (6, 7, 8):  # over five seconds, one minute, five minutes
            yield column(f"{_CPM}.{number}", {_PROCESSOR: load})
        return
    if device.platform == "junos":
        yield column(f"{_JNX}.5.9.1.0", {0: text("Routing Engine")})
        yield column(f"{_JNX}.8.9.1.0", {0: load})
    yield scalar(f"{_HOST}.1.1", lambda now: ticks(now - device.boot))
    yield scalar(f"{_HOST}.1.2", lambda now: _clock(now, device))
    yield column(f"{_HOST}.3.2.1.2", {_PROCESSOR: name(_HR_PROCESSOR)})
    yield column(f"{_HOST}.3.3.1.2", {_PROCESSOR: lambda now: integer(life.load(place.timezone, device.name, now))})


def _clock(now: float, device: Emulated) -> bytes:
    """Encode the device's own clock."""
    jump = device.faults.standing("clock_jump")
    return date(now + (jump.seconds if jump else 0), "+")
