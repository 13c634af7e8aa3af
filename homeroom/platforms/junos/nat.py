"""Forced DNS read back from destination NAT; any other translation of destinations is refused, as it moves packets.

Source: "Network Address Translation User Guide" (destination NAT: rule sets, rules, pools).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.platforms.junos.stems import Stem, only, wrong
from homeroom.platforms.junos.zones import Zone
from homeroom.policy.model import Family, Redirect

_EVERYWHERE: Final[dict[str, Family]] = {"0.0.0.0/0": 4, "::/0": 6}
_MATCH: Final = frozenset({"source-address", "destination-address", "destination-port", "protocol"})
_BOTH: Final = frozenset({"tcp", "udp"})


@dataclass(frozen=True, slots=True)
class _Sent:
    """What one rule sends on: from an interface, of a family and protocols, to a host."""

    interface: str
    family: Family
    target: str
    protocols: frozenset[str]
    stem: Stem


def redirects(root: Stem, zones: Sequence[Zone]) -> Iterator[Redirect]:
    """Yield the forced DNS, interface by interface; ParseError at any other destination or static NAT."""
    stem = root.at("security", "nat")
    only(stem, frozenset({"source", "destination", "proxy-arp", "proxy-ndp", "traceoptions"}), "security nat")
    destination = stem.at("destination")
    only(destination, frozenset({"pool", "rule-set"}), "security nat destination")
    found: dict[tuple[str, Family, str], frozenset[str]] = {}
    last: dict[tuple[str, Family, str], Stem] = {}
    for sent in _sent(destination, zones):
        key = (sent.interface, sent.family, sent.target)
        if any(other[:2] == key[:2] and other != key for other in found):
            raise wrong(sent.stem, f"destination-nat {sent.target}", "another rule sends the same elsewhere")
        found[key] = found.get(key, frozenset()) | sent.protocols
        last[key] = sent.stem
    for key, protocols in found.items():
        if protocols != _BOTH:
            raise wrong(last[key], f"destination-nat {key[2]}", "DNS is sent there over UDP or TCP only, not both")
        yield Redirect(*key)


def _sent(destination: Stem, zones: Sequence[Zone]) -> Iterator[_Sent]:
    for name, rules in destination.at("rule-set").items():
        only(rules, frozenset({"from", "rule", "description"}), f"destination rule-set {name}")
        ports = list(_from(rules.at("from"), zones, name))
        for label, rule in rules.at("rule").items():
            family, protocols = _match(rule, label)
            target = _target(destination.at("pool"), rule, label, family)
            yield from (_Sent(port, family, target, protocols, rule) for port in ports)


def _from(stem: Stem, zones: Sequence[Zone], name: str) -> Iterator[str]:
    known = {zone.name: zone for zone in zones}
    only(stem, frozenset({"zone", "interface"}), f"destination rule-set {name} from")
    for zone, at in stem.at("zone").items():
        if zone not in known:
            raise wrong(at, f"destination rule-set {name} from zone {zone}", "there is no such zone")
        yield from known[zone].inbound
    yield from stem.at("interface")


def _match(rule: Stem, label: str) -> tuple[Family, frozenset[str]]:
    """Read a match on all packets to port 53 of a family."""
    match = rule.at("match")
    only(rule, frozenset({"match", "then", "description"}), f"destination rule {label}")
    only(match, _MATCH, f"destination rule {label} match")
    target, source = match.at("destination-address").word(), match.at("source-address").word()
    port = match.at("destination-port")
    whole = target in _EVERYWHERE and source in {"", target} and list(port) == ["53"] and not port["53"]
    protocols = frozenset(match.at("protocol")) or _BOTH
    if not whole or not protocols <= _BOTH:
        raise wrong(
            match or rule, f"destination rule {label} match", "only what sends all of port 53 elsewhere is read"
        )
    return _EVERYWHERE[target], protocols


def _target(pools: Stem, rule: Stem, label: str, family: Family) -> str:
    then = rule.at("then", "destination-nat")
    only(then, frozenset({"pool"}), f"destination rule {label} then destination-nat")
    pool = pools.at(then.at("pool").word())
    only(pool, frozenset({"address", "description"}), f"destination pool {then.at('pool').word()}")
    text = pool.at("address").word()
    only(pool.at("address", text), frozenset({"port"}), f"destination rule {label} pool {text}")
    address, _, length = text.partition("/")
    port = pool.at("address", text, "port").word()
    whole = {4: "32", 6: "128"}[family]
    if not address or (":" in address) != (family == 6) or length not in {"", whole} or port not in {"", "53"}:
        raise wrong(pool or rule, f"destination rule {label} pool {text}", "one host of the same family")
    return address
