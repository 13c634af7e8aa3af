"""Packets as bytes, and those at the borders of a rule's region."""

import ipaddress
import itertools
import struct
from dataclasses import dataclass, replace

from homeroom.policy.model import Group
from homeroom.policy.regions import ANY_16, ICMP, NEW, PROTOCOLS, intersect, of_rule
from homeroom.prefix import BITS

NAMES = {4: {n: p for p, n in PROTOCOLS[4].items()}, 6: {n: p for p, n in PROTOCOLS[6].items()}}
ACK, SYN, SYN_ACK = 0x10, 0x02, 0x12


@dataclass(frozen=True)
class Packet:
    """One packet. `icmp`: type and code; ports where there are some."""

    family: int
    source: int
    target: int
    protocol: str
    sport: int = 0
    dport: int = 0
    icmp: tuple = (0, 0)
    flags: int = ACK

    @property
    def number(self):
        return PROTOCOLS[self.family].get(self.protocol) or int(self.protocol)

    @property
    def region(self):
        """The packet as the prover knows it: a new connection's."""
        ported = self.protocol in {"tcp", "udp"}
        sport, dport = (self.sport, self.dport) if ported else (0, 0)
        icmp = self.icmp[0] << 8 | self.icmp[1] if self.protocol == "icmp" else 0
        sizes = (self.source, self.target, self.number, sport, dport, icmp)
        return (*(((value, value),) for value in sizes), NEW)

    def frame(self, number, to):
        """The packet in an Ethernet frame whose sender tells its number."""
        kind = 0x0800 if self.family == 4 else 0x86DD
        return to + mac(number) + struct.pack("!H", kind) + self.data()

    def data(self):
        body = self.body()
        if self.family == 4:
            source, target = self.source.to_bytes(4, "big"), self.target.to_bytes(4, "big")
            head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, self.number, 0) + source + target
            return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body
        source, target = self.source.to_bytes(16, "big"), self.target.to_bytes(16, "big")
        hops = 255 if self.protocol == "icmp" else 64
        return struct.pack("!IHBB", 6 << 28, len(body), self.number, hops) + source + target + body

    def body(self):
        """What stands above IP, its checksum right."""
        if self.protocol == "tcp":
            made, place = struct.pack("!HHIIBBHHH", self.sport, self.dport, 1, 1, 5 << 4, self.flags, 1024, 0, 0), 16
        elif self.protocol == "udp":
            made, place = struct.pack("!HHHH", self.sport, self.dport, 12, 0) + b"test", 6
        elif self.protocol == "icmp":
            made, place = struct.pack("!BBHI", *self.icmp, 0, 0) + bytes(40), 2
        else:
            return b"test"
        pseudo = b"" if self.protocol == "icmp" and self.family == 4 else self._pseudo(len(made))
        return made[:place] + struct.pack("!H", checksum(pseudo + made)) + made[place + 2 :]

    def _pseudo(self, size):
        wide = BITS[self.family] // 8
        ends = self.source.to_bytes(wide, "big") + self.target.to_bytes(wide, "big")
        return ends + struct.pack(
            "!HH" if self.family == 4 else "!II", *((self.number, size) if self.family == 4 else (size, self.number))
        )

    def __str__(self):
        known = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}[self.family]
        tail = f" icmp {self.icmp}" if self.protocol == "icmp" else f" {self.sport}->{self.dport}"
        return f"{self.protocol} {known(self.source)} -> {known(self.target)}{tail}"


def mac(number):
    return b"\x02\x00" + struct.pack("!I", number)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def borders(rule):
    """The packets on both sides of each border of a rule, one border at a time; both ends' borders together."""
    family = rule.source.family
    sources, targets = (_around(_spans(place), BITS[family]) for place in (rule.source, rule.target))
    inside = Packet(family, sources[1], targets[1], rule.protocol, icmp=(8 if family == 4 else 128, 0))
    sports, dports = _ports(rule.sports, 40000), _ports(rule.dports, 9)
    inside = replace(inside, sport=sports[1], dport=dports[1])
    if rule.icmp:
        first, _ = ICMP[family][rule.icmp]
        inside = replace(inside, icmp=(first >> 8, first & 255))
    if rule.protocol == "ip":
        inside = replace(inside, protocol="udp")
    for source in sources:
        yield from (replace(inside, source=source, target=target) for target in targets)
    yield from (replace(inside, sport=port) for port in sports)
    yield from (replace(inside, dport=port) for port in dports)
    yield from (replace(inside, protocol=other) for other in ("tcp", "udp", "icmp", "47"))
    if rule.protocol == "icmp":
        kind, code = inside.icmp
        yield from (
            replace(inside, icmp=icmp) for icmp in ((kind - 1, 0), (kind + 1, 0), (kind, code + 1)) if min(icmp) >= 0
        )


def meetings(rules):
    """For any two rules, a packet that both are about: where the order decides."""
    family = rules[0].source.family
    regions = [of_rule(rule) for rule in rules if not rule.established]
    for one, two in itertools.combinations(regions, 2):
        both = intersect(one, two)
        if both:
            yield from _packets(both, family)


def _packets(region, family):
    source, target, protocols, sports, dports, icmp, _ = region
    ends = source[0][0] + 9 if source[0][1] > source[0][0] + 9 else source[0][0], target[-1][1]
    numbers = [n for n in NAMES[family] if any(low <= n <= high for low, high in protocols)] or [protocols[0][0]]
    for number in numbers:
        name = NAMES[family].get(number, str(number))
        low = icmp[0][0] if icmp != ANY_16 else (8 if family == 4 else 128) << 8
        yield Packet(family, *ends, name, sports[-1][1], dports[0][0] or 9, (low >> 8, low & 255))


def _spans(place):
    prefixes = place.prefixes if isinstance(place, Group) else (place,)
    return prefixes[0].first, prefixes[0].last, prefixes[-1].first, prefixes[-1].last


def _around(ends, bits):
    """Just outside, just inside, a host inside, of the first and the last span."""
    low, high, low2, high2 = ends
    found = (low - 1, min(low + 9, high), low, high, high + 1, low2, high2, high2 + 1)
    top = (1 << bits) - 1
    return list(dict.fromkeys(min(max(value, 0), top) for value in found))


def _ports(spans, missing):
    if not spans:
        return [1, missing, 65535]
    found = [value for low, high in spans for value in (low - 1, low, high, high + 1)]
    return [min(max(value, 0), 65535) for value in found]
