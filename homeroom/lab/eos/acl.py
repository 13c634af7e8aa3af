"""Entries of EOS access lists, read and printed back as EOS does: prefixes, names of ports, no default.

Source: Arista EOS User Manual, "ACLs and Route Maps" (permit/deny, IPv4 and IPv6); `default-control-plane-acl` as
public transcripts print it, for the names of ports.
"""

from __future__ import annotations

import ipaddress
from typing import Final

_TCP: Final = {
    20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 49: "tacacs", 53: "domain", 80: "www", 110: "pop3",
    161: "snmp", 179: "bgp", 389: "ldap", 443: "https", 639: "msdp", 830: "netconf-ssh", 6030: "gnmi",
}  # fmt: skip
_UDP: Final = {
    53: "domain", 67: "bootps", 68: "bootpc", 69: "tftp", 123: "ntp", 161: "snmp", 162: "snmptrap", 389: "ldap",
    514: "syslog", 520: "rip", 1812: "radius", 1813: "radius-acct", 3784: "bfd",
}  # fmt: skip
_PROTOCOLS: Final = {
    1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "ahp", 58: "icmpv6", 89: "ospf", 103: "pim",
    112: "vrrp",
}  # fmt: skip
_FLAGS: Final = frozenset({"established", "log", "fragments", "tracked", "ack", "fin", "psh", "rst", "syn", "urg"})
_ICMP: Final = frozenset(
    {
        "echo", "echo-reply", "unreachable", "time-exceeded", "ttl-exceeded", "redirect", "packet-too-big",
        "port-unreachable", "parameter-problem", "router-solicitation", "router-advertisement", "neighbor-solicitation",
        "neighbor-advertisement", "net-unreachable", "host-unreachable", "reassembly-timeout", "echo-request",
        "protocol-unreachable", "administratively-prohibited", "source-quench", "timestamp-request", "timestamp-reply",
        "mask-request", "mask-reply", "traceroute", "no-route", "no-admin", "beyond-scope", "address-unreachable",
        "redirect-message", "all",
    }
)  # fmt: skip


class BadWord(Exception):
    """A word of an entry that EOS does not take; `index` counts from the action."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(index)


class _Words:
    """The words of one entry, taken one by one."""

    def __init__(self, words: list[str]) -> None:
        self._words, self.at = words, 0

    def peek(self) -> str:
        return self._words[self.at] if self.at < len(self._words) else ""

    def take(self) -> str:
        if self.at >= len(self._words):
            raise BadWord(self.at)
        self.at += 1
        return self._words[self.at - 1]


def entry(text: str, family: int) -> str:
    """Print `permit ...` or `deny ...` as EOS shows it; BadWord when a word does not fit."""
    words = _Words(text.split())
    out = [words.take(), protocol := _protocol(words, family)]
    for _ in ("source", "target"):
        out.append(_address(words, family))
        if protocol in {"tcp", "udp"}:
            out += _ports(words, _TCP if protocol == "tcp" else _UDP)
    while word := words.peek():
        out += _flag(words, word, protocol)
    return " ".join(out)


def standard(text: str, family: int) -> str:
    """Print an entry of a standard list, which names a source only."""
    words = _Words(text.split())
    out = [words.take(), _address(words, family)]
    if words.peek() == "log":
        out.append(words.take())
    if words.peek():
        raise BadWord(words.at)
    return " ".join(out)


def _protocol(words: _Words, family: int) -> str:
    word = words.take()
    if word.isdecimal() and int(word) < 256:
        return _PROTOCOLS.get(int(word), word)
    if word in {"ip", "ipv6"}:
        wanted = "ip" if family == 4 else "ipv6"
        if word == wanted:
            return word
    elif word in _PROTOCOLS.values():
        return word
    raise BadWord(words.at - 1)


def _address(words: _Words, family: int) -> str:
    word = words.take()
    if word == "any":
        return word
    host = word == "host"
    text = words.take() if host else word
    if family == 4 and not host and "/" not in text:  # address and wildcard mask
        text = f"{text}/{words.take()}"
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise BadWord(words.at - 1) from None
    if network.version != family:
        raise BadWord(words.at - 1)
    if network.prefixlen == 0:
        return "any"
    single = network.prefixlen == network.max_prefixlen
    return f"host {network.network_address}" if single else str(network)


def _ports(words: _Words, names: dict[int, str]) -> list[str]:
    operator = words.peek()
    if operator not in {"eq", "neq", "gt", "lt", "range"}:
        return []
    out = [words.take()]
    if operator == "range":
        return [*out, _port(words, names), _port(words, names)]
    out.append(_port(words, names))
    while operator == "eq" and (words.peek() in names.values() or words.peek().isdecimal()):
        out.append(_port(words, names))
    return out


def _port(words: _Words, names: dict[int, str]) -> str:
    word = words.take()
    if word.isdecimal() and int(word) < 65536:
        return names.get(int(word), word)
    if word in names.values():
        return word
    raise BadWord(words.at - 1)


def _flag(words: _Words, word: str, protocol: str) -> list[str]:
    words.take()
    if word in _FLAGS and (word != "established" or protocol == "tcp"):
        return [word]
    if protocol in {"icmp", "icmpv6"} and (word in _ICMP or word.isdecimal()):
        return [word]
    if word in {"dscp", "ttl", "hop-limit", "vlan"}:
        return [word, words.take()]
    raise BadWord(words.at - 1)
