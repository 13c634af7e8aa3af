"""Access lists read back from an IOS configuration, strictly: what is not understood is an error, never skipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeroom.platforms.ios.entry import Named, Words, address4, place4, place6, ports
from homeroom.platforms.tree import Node
from homeroom.policy import regions
from homeroom.policy.model import Action, Family, Rule
from homeroom.prefix import ANY

_ACTIONS: Final[Mapping[str, Action]] = {"permit": "permit", "deny": "deny"}
_COMMON: Final = {"tcp": "tcp", "udp": "udp", "icmp": "icmp", "ahp": "51", "esp": "50", "pcp": "108", "sctp": "132"}
_IPV4: Final = {"eigrp": "88", "gre": "47", "igmp": "2", "ipinip": "4", "nos": "94", "ospf": "89", "pim": "103"}
PROTOCOLS: Final[Mapping[Family, Mapping[str, str]]] = {
    4: {"ip": "ip", "6": "tcp", "17": "udp", "1": "icmp", **_COMMON, **_IPV4},
    6: {"ipv6": "ip", "6": "tcp", "17": "udp", "58": "icmp", **_COMMON},
}
"""What IOS calls protocols, and what rules call them: a number where they have no name."""
_ICMP_NUMBERS: Final[Mapping[int, Mapping[tuple[int, int], str]]] = {
    family: {spans: name for name, spans in names.items()} for family, names in regions.ICMP.items()
}
NEIGHBOURS: Final = ("nd-na", "nd-ns")


def extended(section: Node, family: Family, named: Named) -> tuple[Rule, ...]:
    """Read the entries of a named extended (IPv4) or IPv6 list, in the order the device takes them."""
    return tuple(_entry(Words(node, section.text, named), family) for node in section.listed() if not _remark(node))


def implied(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Add what an IPv6 list permits before its implicit deny, unless an entry of its own has decided everything.

    Source: Cisco IOS IPv6 Command Reference, `ipv6 access-list`: neighbour discovery, from and to anywhere.
    """
    if not rules or rules[0].source.family == 4 or any(_total(rule) for rule in rules):
        return rules
    return (*rules, *(Rule("permit", "icmp", ANY[6], ANY[6], icmp=kind) for kind in NEIGHBOURS))


def _total(rule: Rule) -> bool:
    return rule.protocol == "ip" and rule.source == rule.target == ANY[6] and not rule.window


def standard(section: Node) -> tuple[Rule, ...]:
    """Read the entries of a named standard list: they look at the source only."""
    rules: list[Rule] = []
    for node in section.listed():
        if not _remark(node):
            words = Words(node, section.text, Named())
            action = _action(words)
            source = address4(words, bare=True)
            rules.append(Rule(action, "ip", source, ANY[4], log=words.skip("log")))
            _nothing_more(words)
    return tuple(rules)


def _remark(node: Node) -> bool:
    words = node.text.removeprefix("sequence ").split(" ", 2)
    return "remark" in words[:2]


def _entry(words: Words, family: Family) -> Rule:
    action = _action(words)
    protocol = _protocol(words, family)
    place = place4 if family == 4 else place6
    source = place(words)
    sports = ports(words, protocol)
    target = place(words)
    dports = ports(words, protocol)
    icmp = _icmp(words, family) if protocol == "icmp" else ""
    established = protocol == "tcp" and words.skip("established")
    log = words.skip("log", "log-input")
    window = _window(words)
    log = words.skip("log", "log-input") or log
    _nothing_more(words)
    return Rule(action, protocol, source, target, sports, dports, icmp, established, log, window=window)


def _protocol(words: Words, family: Family) -> str:
    word = words.take()
    found = PROTOCOLS[family].get(word)
    if found is None and word.isdecimal() and int(word) < 256:
        return word
    if found is None:
        raise words.wrong(f"protocol {word}")
    return found


def _icmp(words: Words, family: Family) -> str:
    """Read an ICMP type: a word, or a number with or without a code; empty where there is none."""
    word = words.words[0] if words.words else ""
    if word in regions.ICMP[family]:
        return words.take()
    if not word.isdecimal():
        return ""
    code = int(words.words[1]) if words.words[1:2] and words.words[1].isdecimal() else None
    asked = (int(word) << 8, 255) if code is None else (int(word) << 8 | code, 0)
    if asked not in _ICMP_NUMBERS[family]:
        return ""
    del words.words[: 1 if code is None else 2]
    return _ICMP_NUMBERS[family][asked]


def _window(words: Words) -> str:
    if not words.skip("time-range"):
        return ""
    name = words.take()
    if name not in words.named.windows:
        raise words.wrong(f"time range {name} is defined nowhere")
    return name


def _nothing_more(words: Words) -> None:
    if words.words:
        raise words.wrong(f"what {words.words[0]} does")


def _action(words: Words) -> Action:
    words.skip("sequence")
    word = words.take()
    word = words.take() if word.isdecimal() else word
    if word in _ACTIONS:
        return _ACTIONS[word]
    raise words.wrong(f"action {word}")
