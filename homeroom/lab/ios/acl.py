"""One entry of an access list: understood, and printed as IOS prints it (`host`, `any`, port names).

Source: Cisco IOS Security Command Reference, `permit (IP)`, `permit (IPv6)`; port and ICMP names as IOS-XE 17 shows
them in the running configuration.
"""

from __future__ import annotations

import ipaddress
from typing import Final

TCP_PORTS: Final = {
    7: "echo", 9: "discard", 13: "daytime", 19: "chargen", 20: "ftp-data", 21: "ftp", 23: "telnet",
    25: "smtp", 37: "time", 43: "whois", 49: "tacacs", 53: "domain", 70: "gopher", 79: "finger", 80: "www",
    101: "hostname", 109: "pop2", 110: "pop3", 111: "sunrpc", 113: "ident", 119: "nntp", 135: "msrpc", 179: "bgp",
    194: "irc", 496: "pim-auto-rp", 512: "exec", 513: "login", 514: "cmd", 515: "lpd", 517: "talk", 540: "uucp",
    543: "klogin", 544: "kshell", 3949: "drip",
}  # fmt: skip
UDP_PORTS: Final = {
    7: "echo", 9: "discard", 37: "time", 42: "nameserver", 49: "tacacs", 53: "domain", 67: "bootps", 68: "bootpc",
    69: "tftp", 111: "sunrpc", 123: "ntp", 137: "netbios-ns", 138: "netbios-dgm", 139: "netbios-ss", 161: "snmp",
    162: "snmptrap", 177: "xdmcp", 195: "dnsix", 434: "mobile-ip", 496: "pim-auto-rp", 500: "isakmp", 512: "biff",
    513: "who", 514: "syslog", 517: "talk", 520: "rip", 521: "ripv6", 4500: "non500-isakmp",
}  # fmt: skip
_NAMES: Final = {"tcp": TCP_PORTS, "udp": UDP_PORTS, "sctp": TCP_PORTS}
_PROTOCOLS: Final = {
    4: {
        "ip",
        "tcp",
        "udp",
        "icmp",
        "esp",
        "ahp",
        "gre",
        "igmp",
        "ospf",
        "eigrp",
        "pim",
        "ipinip",
        "nos",
        "pcp",
        "sctp",
    },
    6: {"ipv6", "tcp", "udp", "icmp", "esp", "ahp", "sctp", "pcp", "hbh"},
}
_OPERATORS: Final = {"eq": 10, "neq": 10, "gt": 1, "lt": 1, "range": 2}
"""Operator -> how many ports may follow it."""
_TAIL: Final = {
    "established", "log", "log-input", "fragments", "ack", "fin", "psh", "rst", "syn", "urg", "option", "precedence",
    "tos", "dscp", "time-range", "match-all", "match-any", "reflect", "ttl", "routing", "undetermined-transport",
    "flow-label", "mobility", "dest-option", "auth", "sequence", "timeout",
}  # fmt: skip


class Unreadable(ValueError):
    """An entry IOS would refuse; `word` is where its caret would point (-1: the entry ends too early)."""

    def __init__(self, word: int) -> None:
        self.word = word
        super().__init__(f"word {word}")


class _Entry:
    """A cursor over the words of one entry."""

    def __init__(self, words: list[str], family: int) -> None:
        self.words, self.family, self.at = words, family, 0
        self.out: list[str] = []

    def take(self) -> str:
        if self.at == len(self.words):
            raise Unreadable(-1)
        self.at += 1
        return self.words[self.at - 1]

    def refuse(self) -> Unreadable:
        return Unreadable(self.at - 1)

    @property
    def next(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def protocol(self) -> str:
        word = self.take()
        if word not in _PROTOCOLS[self.family] and not (word.isdecimal() and int(word) < 256):
            raise self.refuse()
        self.out.append(word)
        return word

    def address(self) -> None:
        word = self.take()
        if word in {"any", "object-group"}:
            self.out += [word] if word == "any" else [word, self.take()]
        elif word == "host":
            self.out += ["host", self.ip(self.take())]
        elif self.family == 6:
            self._prefix(word)
        else:
            self.wildcard(self.ip(word), self.ip(self.take()))

    def ip(self, word: str) -> str:
        try:
            return str(ipaddress.ip_address(word)).upper() if self._fits(word) else word
        except ValueError:
            raise self.refuse() from None

    def _fits(self, word: str) -> bool:
        if (":" in word) != (self.family == 6):
            raise self.refuse()
        return True

    def _prefix(self, word: str) -> None:
        try:
            net = ipaddress.IPv6Network(word, strict=False)
        except ValueError:
            raise self.refuse() from None
        host = [f"host {net.network_address}".upper().replace("HOST", "host")] if net.prefixlen == 128 else None
        self.out += ["any"] if net.prefixlen == 0 else host or [str(net).upper()]

    def wildcard(self, address: str, wildcard: str) -> None:
        bits = int(ipaddress.IPv4Address(wildcard))
        kept = ipaddress.IPv4Address(int(ipaddress.IPv4Address(address)) & ~bits & 0xFFFFFFFF)
        if bits == 0:
            self.out += ["host", address]
        elif bits == 0xFFFFFFFF:
            self.out.append("any")
        else:
            self.out += [str(kept), wildcard]

    def ports(self, protocol: str) -> None:
        if protocol not in _NAMES or self.next not in _OPERATORS:
            return
        operator = self.take()
        self.out.append(operator)
        names = _NAMES[protocol]
        for n in range(_OPERATORS[operator]):
            port = _port(self.next, names)
            if port is None and (n == 0 or operator == "range"):
                self.take()
                raise self.refuse()
            if port is None:
                return
            self.take()
            self.out.append(port)

    def tail(self, protocol: str) -> None:
        if protocol == "icmp" and self.next and self.next not in _TAIL:
            self.out.append(self.take())
            if self.next.isdecimal():
                self.out.append(self.take())
        while self.next:
            word = self.take()
            if word.lstrip("+-") not in _TAIL:
                raise self.refuse()
            self.out.append(word)
            if word in {"option", "precedence", "tos", "dscp", "time-range", "reflect", "ttl", "flow-label", "timeout"}:
                self.out.append(self.take())


def _port(word: str, names: dict[int, str]) -> str | None:
    if word.isdecimal() and int(word) < 65536:
        return names.get(int(word), str(int(word)))
    return word if word in names.values() else None


def extended(body: str, family: int) -> str:
    """Print `permit|deny PROTOCOL SOURCE [PORTS] TARGET [PORTS] [OPTIONS]` as IOS does; Unreadable when refused."""
    entry = _Entry(body.split(), family)
    entry.out.append(entry.take())
    if entry.out[0] == "evaluate":
        return body
    protocol = entry.protocol()
    entry.address()
    entry.ports(protocol)
    entry.address()
    entry.ports(protocol)
    entry.tail(protocol)
    return " ".join(entry.out)


def standard(body: str) -> str:
    """Print `permit|deny SOURCE [WILDCARD] [log]` as IOS does; Unreadable when refused."""
    entry = _Entry(body.split(), 4)
    entry.out.append(entry.take())
    if entry.next in {"any", "host", "object-group"}:
        entry.address()
    else:
        address = entry.ip(entry.take())
        if "." in entry.next:
            entry.wildcard(address, entry.ip(entry.take()))
        else:
            entry.out.append(address)
    if "host" in entry.out:
        entry.out.remove("host")
    entry.tail("ip")
    return " ".join(entry.out)
