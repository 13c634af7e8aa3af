"""The traffic of a device's interfaces: what goes in at one goes out at others, and nothing is faster than its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homeroom.lab import air, life
from homeroom.lab.emulated import Emulated, Interface
from homeroom.lab.place import Place, chance

_BACK = 0.2
"""What a school sends for what it takes."""
_FULL = 0.9
"""How much of an interface the sum of those behind it fills at most."""
_VIRTUAL = ("Vlan", "irb", "br", "bridge", "vlan", "management")
_NEVER = ("lo", "Loopback", "Null", "Tunnel")


@dataclass(frozen=True, slots=True)
class Peaks:
    """What an interface carries at the bell, in bit/s, seen from the device: in and out."""

    into: float
    out: float


NOTHING = Peaks(0, 0)


def peaks(device: Emulated, place: Place) -> Mapping[int, Peaks]:
    """Return the peaks of every interface by its index."""
    interfaces = [one for one in device.interfaces() if not one.name.startswith(_NEVER)]
    radios = [one for one in interfaces if air.wireless(one)]
    virtual = [one for one in interfaces if one.name.startswith(_VIRTUAL)]
    wired = [one for one in interfaces if one not in radios and one not in virtual]
    ups = [one for one in wired if one.name in place.uplinks] or wired[:1]
    behind = radios or [one for one in wired if one not in ups]
    whole = _whole(device, place, ups, behind)
    found = dict.fromkeys((one.index for one in device.interfaces()), NOTHING)
    found |= _parted(device, ups, Peaks(whole, whole * _BACK))
    found |= _parted(device, behind, Peaks(whole * _BACK, whole))
    found |= _parted(device, virtual, Peaks(whole * _BACK, whole))
    return found


def _whole(device: Emulated, place: Place, ups: Sequence[Interface], behind: Sequence[Interface]) -> float:
    """Return what comes in from the Internet at the bell: a router's contracted link is full then."""
    fastest = sum(one.speed_bps for one in ups[:1])
    narrow = min((one.speed_bps for one in behind), default=fastest)
    share = min(fastest, narrow) * _FULL * (0.1 + 0.4 * chance("whole", device.name))
    if device.kind == "router":
        return min(fastest, place.uplink_bps or share, narrow * _FULL)
    return min(share, place.uplink_bps or share)


def _parted(device: Emulated, interfaces: Sequence[Interface], whole: Peaks) -> dict[int, Peaks]:
    """Part what goes through a device over interfaces, by weights that follow from their names."""
    weights = {one.index: 0.2 + chance("weight", device.name, one.name) for one in interfaces}
    total = sum(weights.values())
    return {index: Peaks(whole.into * w / total, whole.out * w / total) for index, w in weights.items()}


@dataclass(frozen=True, slots=True)
class Counting:
    """What one interface counts in one direction; it stands still while the interface is down."""

    device: Emulated
    zone: str
    up: bool
    peak: float

    def octets(self, now: float) -> int:
        """Return the octets since the device booted."""
        until = now if self.up else min(now, self.device.running_changed)
        return life.counted(self.zone, self.device.name, self.peak, self.device.boot, until)
