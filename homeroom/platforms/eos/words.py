"""How EOS says what the intent holds: the filters of templates/eos, spelled as `show running-config` prints."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from homeroom.errors import RenderError
from homeroom.intent.model import Port, QosClass, Segment
from homeroom.platforms.eos.names import ICMP, SHOWN
from homeroom.policy.model import ANY_PORT, Group, Place, Rule, Span
from homeroom.prefix import BITS, Prefix
from homeroom.secret import SecretRef
from homeroom.taint import clean

STEP: Final = 10
"""Distance between sequence numbers, EOS's own."""
_ICMP: Final[Mapping[int, Mapping[str, str]]] = {
    family: {ours: word for word, ours in words.items()} for family, words in ICMP.items()
}
_IN_IPV6: Final = {"ip": "ipv6", "icmp": "icmpv6"}


def address(prefix: Prefix) -> str:
    """Print a prefix as an access list names it: `any`, `host A`, `A/length`."""
    if prefix.length == 0:
        return "any"
    return prefix.cidr if prefix.length < BITS[prefix.family] else f"host {prefix.network}"


def cidr(pair: tuple[str, str]) -> str:
    """Print an address and its mask as EOS does, with a length."""
    return str(ipaddress.IPv4Interface(f"{pair[0]}/{pair[1]}"))


def numbered(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """Pair items with sequence numbers."""
    return [(number * STEP, item) for number, item in enumerate(items, 1)]


def entries(rules: Sequence[Rule]) -> list[tuple[int, Rule]]:
    """Pair the entries of a list with their numbers; EOS lists name no groups: each member is an entry."""
    return numbered([entry for rule in rules for entry in spread(rule)])


def spread(rule: Rule) -> Iterator[Rule]:
    """Split a rule into entries of one prefix and one span of ports at each end."""
    for source in _members(rule.source):
        for target in _members(rule.target):
            for sport in rule.sports or (None,):
                for dport in rule.dports or (None,):
                    yield _entry(rule, source, target, sport, dport)


def _members(place: Place) -> tuple[Prefix, ...]:
    return place.prefixes if isinstance(place, Group) else (place,)


def _entry(rule: Rule, source: Prefix, target: Prefix, sport: Span | None, dport: Span | None) -> Rule:
    """Make one entry. EOS has no hours in its lists: the entry holds always."""
    sports, dports = (sport,) if sport else ANY_PORT, (dport,) if dport else ANY_PORT
    ends = rule.action, rule.protocol, source, target, sports, dports
    return Rule(*ends, rule.icmp, rule.established, rule.log, rule.note)


def action(rule: Rule) -> str:
    """Print what becomes of the packet: EOS denies and rejects with one word."""
    return "permit" if rule.action == "permit" else "deny"


def protocol(rule: Rule) -> str:
    """Print the protocol; IPv6 lists call everything `ipv6`."""
    return _IN_IPV6.get(rule.protocol, rule.protocol) if rule.source.family == 6 else rule.protocol


def source(rule: Rule) -> str:
    """Print where packets come from, with ports."""
    return _address(rule.source) + _ports(rule.protocol, rule.sports)


def target(rule: Rule) -> str:
    """Print where packets go, with ports."""
    return _address(rule.target) + _ports(rule.protocol, rule.dports)


def _address(place: Place) -> str:
    (prefix,) = _members(place)  # `entries` has split them
    return address(prefix)


def _ports(protocol: str, spans: tuple[Span, ...]) -> str:
    """Print one span with a leading blank; nothing for any port."""
    if not spans:
        return ""
    names, (low, high) = SHOWN.get(protocol, {}), spans[0]
    if low == high:
        return f" eq {names.get(low, low)}"
    return f" range {names.get(low, low)} {names.get(high, high)}"


def qualifiers(rule: Rule) -> str:
    """Print what else a rule asks for, each with a leading blank."""
    icmp = f" {_message(rule)}" if rule.icmp else ""
    return f"{icmp}{' established' if rule.established else ''}{' log' if rule.log else ''}"


def _message(rule: Rule) -> str:
    """Print an ICMP message: by EOS's word, or by type and code."""
    return _ICMP[rule.source.family].get(rule.icmp) or rule.icmp.replace("/", " ")


def vlans(numbers: Sequence[int]) -> str:
    """Print VLANs as EOS stores them: `10,20,30-31`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def every_vlan(segments: Sequence[Segment]) -> str:
    """Print the VLANs of all segments, for a trunk that carries everything."""
    return vlans([segment.vlan for segment in segments])


def class_vlans(pair: tuple[Sequence[Segment], QosClass]) -> str:
    """Print the VLANs of a traffic class's roles."""
    segments, made = pair
    return vlans([segment.vlan for segment in segments if segment.role in made.roles])


def port_mode(mode: str) -> str:
    """Print a port's mode; refuse one that this platform does not know."""
    if mode not in {"trunk", "access"}:
        raise RenderError(f"no port mode is called {clean(mode, 'mode')}")
    return mode


def outlets(ports: Sequence[Port]) -> list[Port]:
    """Return the ports that people plug into."""
    return [port for port in ports if port.mode == "access"]


def first_lease(prefix: Prefix) -> str:
    """Return the first address that DHCP hands out: the one after the gateway."""
    return prefix.address(2)


def last_lease(prefix: Prefix) -> str:
    """Return the last address that DHCP hands out: the one before the broadcast address."""
    return prefix.address(-2)


def distance(number: int) -> str:
    """Print a route's distance with a leading blank; EOS shows none that is 1."""
    return "" if number == 1 else f" {number}"


def sha512(secret: SecretRef) -> SecretRef:
    """Return the password's hash in the form that EOS keeps: SHA-512-crypt."""
    return SecretRef(secret.name.replace("_hash", "_crypt"))


def hidden(secret: SecretRef) -> SecretRef:
    """Return a key as EOS shows it: type 7."""
    return SecretRef(f"{secret.name}_hidden")


def queues(classes: Sequence[QosClass]) -> list[tuple[int, QosClass]]:
    """Pair traffic classes with transmit queues: the first class has the highest one."""
    return [(len(classes) - number, one) for number, one in enumerate(classes, 1)]


def part(pair: tuple[int, int]) -> int:
    """Return so many percent of a rate."""
    rate, percent = pair
    return rate * percent // 100


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "action": action,
    "address": address,
    "cidr": cidr,
    "class_vlans": class_vlans,
    "distance": distance,
    "entries": entries,
    "every_vlan": every_vlan,
    "first_lease": first_lease,
    "hidden": hidden,
    "last_lease": last_lease,
    "numbered": numbered,
    "outlets": outlets,
    "part": part,
    "port_mode": port_mode,
    "protocol": protocol,
    "qualifiers": qualifiers,
    "queues": queues,
    "sha512": sha512,
    "source": source,
    "target": target,
    "vlans": vlans,
}
