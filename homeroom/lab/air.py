"""The air around an access point: channels, noise, clients a network, the neighbours it hears; all by name and time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar

from homeroom.lab import life
from homeroom.lab.emulated import Emulated, Interface
from homeroom.lab.place import Place, chance

Band: TypeAlias = Literal["2g", "5g", "6g"]
_T = TypeVar("_T")
_CHANNELS: Final[dict[Band, tuple[int, ...]]] = {
    "2g": (1, 6, 11),
    "5g": (36, 40, 44, 48, 100, 104, 108, 112),
    "6g": (5, 21, 37, 53, 69, 85),
}
_BASES: Final[dict[Band, int]] = {"2g": 2407, "5g": 5000, "6g": 5950}
_LIKING: Final[dict[Band, float]] = {"2g": 0.3, "5g": 0.6, "6g": 0.1}
"""How clients part over the bands."""
_FLOOR: Final[dict[Band, int]] = {"2g": -93, "5g": -98, "6g": -100}
_MOST: Final = 60
"""The most clients of one access point."""
_STRANGERS: Final = (
    "FRITZ!Box 7590",
    "TP-Link_5C2A",
    "Vodafone-8D11",
    "AndroidAP",
    "Tenda_Home",
    "Kafana",
    "DIRECT-tv",
)
_HEARD: Final = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One network on one radio: a wireless interface of the device, up or not."""

    interface: Interface
    ssid: str
    band: Band


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A foreign access point that a radio hears."""

    bssid: str
    ssid: str
    channel: int
    dbm: int


def wireless(interface: Interface) -> bool:
    """Tell whether an interface is the radio side of a wireless network."""
    return interface.name.startswith(("phy", "wlan", "wifi"))


def cells(device: Emulated) -> list[Cell]:
    """Return the device's networks, each on its radio."""
    radios = [one for one in device.interfaces() if wireless(one)]
    return [Cell(one, ssid, band(one)) for one, ssid in zip(radios, device.ssids(), strict=False)]


def band(interface: Interface) -> Band:
    """Return the band of a wireless interface, by its speed."""
    return "2g" if interface.speed_bps < 10**9 else "5g" if interface.speed_bps < 2 * 10**9 else "6g"


def radio(interface: Interface) -> str:
    """Return the radio of a wireless interface: `phy0` of `phy0-ap1`."""
    return interface.name.partition("-")[0]


def channel(name: str, where: Band) -> int:
    """Return the channel that an access point chose."""
    return _choose(_CHANNELS[where], "channel", name, where)


def frequency(number: int, where: Band) -> int:
    """Return a channel's middle in MHz."""
    return _BASES[where] + 5 * number


def noise(place: Place, name: str, where: Band, at: float) -> int:
    """Return the noise floor in dBm: it rises with the school's traffic."""
    level = life.calendar(place.timezone).level("traffic", at)
    return _FLOOR[where] + int(4 * level + 3 * chance("noise", name, where, int(at // 300)))


def clients(place: Place, name: str, found: Sequence[Cell], at: float) -> list[int]:
    """Return how many clients each network of an access point has; a network that is down has none."""
    most = min(_MOST, int(place.pupils / max(1, place.points) * (0.5 + 0.5 * chance("most", name))))
    weights = [
        _LIKING[cell.band] * (0.2 + chance("liking", cell.ssid)) if cell.interface.oper_up else 0.0 for cell in found
    ]
    return life.shared(life.present(place.timezone, name, most, at), weights)


def neighbours(place: Place, name: str, where: Band, at: float) -> Iterator[Neighbour]:
    """Yield what a radio hears: the school's other access points near by, and the street."""
    site = name.rpartition("-")[0]
    for number in range(min(_HEARD, place.points - 1)):
        other = f"{site}-ap{number + 1:02d}"
        if other != name:
            yield _heard(name, other, "school", channel(other, where), at)
    for number in range(int(5 * chance("street", site))):
        ssid = _choose(_STRANGERS, "stranger", site, number)
        yield _heard(name, f"{site} {ssid} {number}", ssid, _choose(_CHANNELS[where], "stranger", ssid, where), at)


def _heard(name: str, other: str, ssid: str, number: int, at: float) -> Neighbour:
    """Make a neighbour; walls and people let its signal vary by the hour."""
    dbm = -48 - int(38 * chance("walls", *sorted((name, other))) + 4 * chance("people", name, other, int(at // 3600)))
    bssid = (b"\x02" + hashlib.sha256(other.encode()).digest()[:5]).hex(":")
    return Neighbour(bssid, ssid, number, dbm)


def _choose(some: Sequence[_T], *words: object) -> _T:
    return some[int(len(some) * chance(*words))]
