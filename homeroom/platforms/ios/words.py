"""How IOS-XE 17 says what the intent holds: the filters of templates/ios, spelled as `show running-config` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from homeroom.platforms.ios import phrases
from homeroom.policy.model import ANY_PORT, Group, Place, Rule, Span
from homeroom.prefix import BITS

STEP: Final = 10
"""Distance between sequence numbers, IOS's own."""
ACTIONS: Final[Mapping[str, str]] = {"permit": "permit", "deny": "deny", "reject": "deny"}
_BOTH: Final = {7: "echo", 9: "discard", 37: "time", 49: "tacacs", 53: "domain", 111: "sunrpc", 496: "pim-auto-rp"}
PORT_NAMES: Final[Mapping[str, Mapping[int, str]]] = {
    "tcp": _BOTH
    | {
        13: "daytime",
        19: "chargen",
        20: "ftp-data",
        21: "ftp",
        23: "telnet",
        25: "smtp",
        43: "whois",
        70: "gopher",
        79: "finger",
        80: "www",
        101: "hostname",
        109: "pop2",
        110: "pop3",
        113: "ident",
        119: "nntp",
        135: "msrpc",
        179: "bgp",
        194: "irc",
        512: "exec",
        513: "login",
        514: "cmd",
        515: "lpd",
        517: "talk",
        540: "uucp",
        543: "klogin",
        544: "kshell",
        3949: "drip",
    },
    "udp": _BOTH
    | {
        42: "nameserver",
        67: "bootps",
        68: "bootpc",
        69: "tftp",
        123: "ntp",
        137: "netbios-ns",
        138: "netbios-dgm",
        139: "netbios-ss",
        161: "snmp",
        162: "snmptrap",
        177: "xdmcp",
        195: "dnsix",
        434: "mobile-ip",
        500: "isakmp",
        512: "biff",
        513: "who",
        514: "syslog",
        517: "talk",
        520: "rip",
        521: "ripv6",
        4500: "non500-isakmp",
    },
}
"""The ports that IOS prints by name. Source: Cisco IOS Security Command Reference, `permit (IP)`."""


def address(prefix: Place) -> str:
    """Print a prefix as an access list names it: `any`, `host A`, network and wildcard; IPv6 in capitals."""
    if isinstance(prefix, Group):
        return f"object-group {prefix.name}"
    if prefix.length == 0:
        return "any"
    if prefix.family == 4:
        return f"{prefix.network} {prefix.wildcard}" if prefix.length < BITS[4] else f"host {prefix.network}"
    return prefix.cidr.upper() if prefix.length < BITS[6] else f"host {prefix.network.upper()}"


def standard(prefix: Place) -> str:
    """Print a prefix as a standard list does: a host stands bare."""
    return address(prefix).removeprefix("host ")


def numbered(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """Pair items with sequence numbers."""
    return [(number * STEP, item) for number, item in enumerate(items, 1)]


def _ports(protocol: str, spans: tuple[Span, ...]) -> str:
    """Print one span with a leading blank; nothing for any port."""
    if not spans:
        return ""
    low, high = spans[0]
    names = PORT_NAMES.get(protocol, {})
    if low == high:
        return f" eq {names.get(low, low)}"
    return f" range {names.get(low, low)} {names.get(high, high)}"


def protocol(rule: Rule) -> str:
    """Print the protocol: IPv6 lists call everything `ipv6`."""
    return "ipv6" if rule.protocol == "ip" and rule.source.family == 6 else rule.protocol


def action(rule: Rule) -> str:
    """Print what becomes of the packet: IOS denies and rejects with one word."""
    return phrases.known(rule.action, ACTIONS, "action")


def source(rule: Rule) -> str:
    """Print where packets come from, with ports."""
    return address(rule.source) + _ports(rule.protocol, rule.sports)


def target(rule: Rule) -> str:
    """Print where packets go, with ports."""
    return address(rule.target) + _ports(rule.protocol, rule.dports)


def qualifiers(rule: Rule) -> str:
    """Print what else a rule asks for, each with a leading blank."""
    icmp = f" {rule.icmp}" if rule.icmp else ""
    window = f" time-range {rule.window}" if rule.window else ""
    return f"{icmp}{' established' if rule.established else ''}{' log' if rule.log else ''}{window}"


def entries(rules: Sequence[Rule]) -> list[tuple[int, Rule]]:
    """Pair the entries of a list with their numbers; a rule of several port spans takes one entry for each."""
    single = (entry for rule in rules for entry in spread(rule))
    return numbered(list(single))


def spread(rule: Rule) -> Iterator[Rule]:
    """Split a rule into entries of one source span and one target span: IPv6 lists know no other."""
    if len(rule.sports) < 2 and len(rule.dports) < 2:
        yield rule
        return
    for sport in rule.sports or (ANY_PORT,):
        for dport in rule.dports or (ANY_PORT,):
            yield _with_ports(rule, sport, dport)


def _with_ports(rule: Rule, sport: Any, dport: Any) -> Rule:
    return Rule(
        rule.action,
        rule.protocol,
        rule.source,
        rule.target,
        (sport,) if sport else ANY_PORT,
        (dport,) if dport else ANY_PORT,
        rule.icmp,
        rule.established,
        rule.log,
        rule.note,
        rule.window,
    )


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "action": action,
    "address": address,
    "entries": entries,
    "numbered": numbered,
    "protocol": protocol,
    "qualifiers": qualifiers,
    "source": source,
    "standard": standard,
    "target": target,
    **phrases.FILTERS,
}
