"""Which addresses lie behind a zone: firewall4 tells by the interface a packet leaves, a rule of ours by its target.

The route decides the interface: the longest prefix among connected networks and static routes, else the default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from homeroom.platforms.openwrt.network import Net
from homeroom.policy.model import Family, Group, Place
from homeroom.policy.regions import Spans, any_of, meet, minus, of_prefix, union
from homeroom.prefix import BITS, Prefix


class Reach:
    """The addresses behind each interface, by family. `vague`: some are not in the configuration (DHCP, PPP)."""

    def __init__(self, nets: Sequence[Net]) -> None:
        self._behind = {family: _behind(nets, family) for family in (4, 6)}
        self._default = {family: [net.device for net in nets if _leads_out(net, family)] for family in (4, 6)}
        self._dynamic = {net.device for net in nets if net.dynamic}

    def spans(self, devices: Sequence[str], family: Family) -> Spans:
        """Return all addresses that packets leaving by one of these interfaces may have."""
        behind, out = self._behind[family], self._default[family]
        own = union(span for device in devices for span in behind.get(device, ()))
        if set(devices) & set(out):
            return union((*own, *minus(any_of(family), union(span for spans in behind.values() for span in spans))))
        return own

    def exact(self, devices: Sequence[str], family: Family) -> bool:
        """Tell whether these are all, and no other interface may have them."""
        out = set(self._default[family])
        return not self._dynamic - out and (not out & set(devices) or out <= set(devices))


def _leads_out(net: Net, family: Family) -> bool:
    return net.dynamic or any(route.target.length == 0 and route.target.family == family for route in net.routes)


def _behind(nets: Sequence[Net], family: Family) -> Mapping[str, Spans]:
    """Give each address to the interface with the longest prefix for it; the default route is left out."""
    ways = [(prefix, net.device) for net in nets for _, prefix in net.addresses]
    ways += [(route.target, net.device) for net in nets for route in net.routes if route.target.length]
    taken: Spans = ()
    found: dict[str, Spans] = {}
    for prefix, device in sorted(ways, key=lambda way: -way[0].length):
        if prefix.family == family:
            left = minus(of_prefix(prefix), taken)
            found[device] = union((*found.get(device, ()), *left))
            taken = union((*taken, *left))
    return found


def within(place: Place, spans: Spans, family: Family) -> Place | None:
    """Return the part of a place that lies in the spans; None when there is none."""
    both = meet(of_prefix(place), spans)
    if both == of_prefix(place):
        return place
    parts = tuple(prefix for low, high in both for prefix in _prefixes(low, high, family))
    if len(parts) > 1:
        return Group("", family, parts)
    return parts[0] if parts else None


def _prefixes(low: int, high: int, family: Family) -> Iterator[Prefix]:
    """Yield the fewest prefixes that make a span."""
    bits = BITS[family]
    while low <= high:
        size = min(low & -low or 1 << bits, 1 << (high - low + 1).bit_length() - 1)
        yield Prefix(family, low, bits - size.bit_length() + 1)
        low += size
