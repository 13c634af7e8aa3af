"""From what a device said to one sample of its history: clients, its busiest channel, what its uplink counted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from homeroom.observe.seen import Seen
from homeroom.snmp.ask.rows import Readings
from homeroom.snmp.ask.wired import Interface
from homeroom.store.counters import Counters
from homeroom.store.samples import Sample

_TICKS: Final = 1 << 32
_NARROW: Final = 1 << 32


def sample(seen: Seen, uplink: str) -> Sample:
    """Return the sample of an answer; `uplink`: the key of the interface whose octets count, empty for none."""
    said = seen.said or Readings()
    at = int(seen.at)
    if seen.every != "radio":
        return Sample(seen.device, at, rtt=seen.rtt, clients=said.totals.clients)
    used = [radio.utilisation for radio in said.radios if radio.utilisation is not None]
    util = round(max(used)) if used else None
    return Sample(seen.device, at, None, said.totals.clients, util, counters(said, uplink))


def uplink_of(interfaces: Sequence[Interface], uplinks: Sequence[str]) -> str:
    """Return the key of the first of a model's uplinks that there is; empty for none."""
    named = {name: one.key for one in interfaces for name in (one.description, one.name) if name}
    return next((named[name] for name in uplinks if name in named), "")


def counters(said: Readings, uplink: str) -> Counters | None:
    """Return what the uplink counted; None where the device does not tell all of it, or tells what cannot be."""
    one = next((row for row in said.interfaces if row.key == uplink), None)
    uptime = said.identity.uptime
    octets = _octets(one) if one else None
    if one is None or uptime is None or octets is None:
        return None
    incoming, outgoing, bits = octets
    errors = ((one.in_errors or 0) + (one.out_errors or 0)) % _NARROW
    speed = round((one.speed or 0) * 1_000_000)
    try:
        boots = said.identity.engine_boots
        return Counters(round(uptime * 100) % _TICKS, incoming, outgoing, errors, bits, speed, boots)
    except ValueError:
        return None


def _octets(one: Interface) -> tuple[int, int, int] | None:
    """Return octets in and out and the counters' width: 64 bits where they count at all."""
    narrow, wide = (one.in_octets32, one.out_octets32), (one.in_octets, one.out_octets)
    if wide[0] is not None and wide[1] is not None and (any(wide) or not any(narrow)):
        return wide[0], wide[1], 64
    if narrow[0] is not None and narrow[1] is not None:
        return narrow[0], narrow[1], 32
    return None
