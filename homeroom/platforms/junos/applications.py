"""Applications of a Junos configuration: what the headers of a packet must say.

Source: "Security Policies User Guide for Security Devices": applications and application sets, predefined ones too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.platforms.junos.stems import Stem, only, wrong
from homeroom.policy.model import ANY_PORT, Span
from homeroom.policy.regions import ICMP

_TOP: Final = 65535


@dataclass(frozen=True, slots=True)
class Match:
    """What a packet's headers must say. `family` 0: of either family. `icmp`: the policy's word for a type."""

    protocol: str
    family: int = 0
    sports: tuple[Span, ...] = ANY_PORT
    dports: tuple[Span, ...] = ANY_PORT
    icmp: str = ""


EVERYTHING: Final = Match("ip")
_PROTOCOLS: Final = {"gre": "47", "esp": "50", "ah": "51", "ospf": "89", "igmp": "2", "pim": "103", "vrrp": "112"} | {
    "ipip": "4", "sctp": "132", "egp": "8", "rsvp": "46", "ipv6": "41"
}  # fmt: skip
_NUMBERS: Final = {"6": "tcp", "17": "udp"}
PORTS: Final[dict[str, int]] = {
    "afs": 1483, "bgp": 179, "bootpc": 68, "bootps": 67, "dhcp": 67, "domain": 53, "finger": 79, "ftp": 21,
    "ftp-data": 20, "http": 80, "https": 443, "ident": 113, "imap": 143, "klogin": 543, "kpasswd": 761, "kshell": 544,
    "ldap": 389, "ldp": 646, "login": 513, "msdp": 639, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ssn": 139,
    "nfsd": 2049, "nntp": 119, "ntp": 123, "pop3": 110, "pptp": 1723, "printer": 515, "radacct": 1813, "radius": 1812,
    "rip": 520, "rkinit": 2108, "smtp": 25, "snmp": 161, "snmptrap": 162, "snpp": 444, "socks": 1080, "ssh": 22,
    "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517, "telnet": 23, "tftp": 69, "timed": 525, "who": 513,
    "xdmcp": 177, "zephyr-clt": 2103, "zephyr-hm": 2104, "cmd": 514, "biff": 512, "exec": 512,
}  # fmt: skip
"""Ports that Junos has names for. Source: "Routing Policies, Firewall Filters, and Traffic Policers User Guide"."""
_PREDEFINED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "junos-http": (("tcp", "80"),), "junos-https": (("tcp", "443"),), "junos-ssh": (("tcp", "22"),),
    "junos-telnet": (("tcp", "23"),), "junos-ntp": (("udp", "123"),), "junos-syslog": (("udp", "514"),),
    "junos-smtp": (("tcp", "25"),), "junos-smtps": (("tcp", "465"),), "junos-pop3": (("tcp", "110"),),
    "junos-pop3s": (("tcp", "995"),), "junos-imap": (("tcp", "143"),), "junos-imaps": (("tcp", "993"),),
    "junos-dns-udp": (("udp", "53"),), "junos-dns-tcp": (("tcp", "53"),), "junos-radius": (("udp", "1812"),),
    "junos-radacct": (("udp", "1813"),), "junos-ldap": (("tcp", "389"),), "junos-bgp": (("tcp", "179"),),
    "junos-ike": (("udp", "500"),), "junos-ike-nat": (("udp", "4500"),), "junos-ftp": (("tcp", "21"),),
    "junos-tftp": (("udp", "69"),), "junos-dhcp-client": (("udp", "68"),), "junos-dhcp-server": (("udp", "67"),),
    "junos-tcp-any": (("tcp", ""),), "junos-udp-any": (("udp", ""),), "junos-icmp-all": (("icmp", ""),),
    "junos-icmp6-all": (("icmp6", ""),), "junos-gre": (("47", ""),), "junos-ospf": (("89", ""),),
    "junos-ping": (("icmp", "echo"),), "junos-icmp-ping": (("icmp", "echo"),),
    "junos-pingv6": (("icmp6", "echo-request"),), "junos-icmp6-echo-request": (("icmp6", "echo-request"),),
    "junos-dns": (("udp", "53"), ("tcp", "53")), "junos-dhcp-relay": (("udp", "67"),),
    "junos-tacacs": (("tcp", "49"),), "junos-snmp-agentx": (("tcp", "705"),), "junos-netconf": (("tcp", "830"),),
}  # fmt: skip
"""Applications every device has. Source: `show configuration groups junos-defaults applications`."""
_SAFE: Final = frozenset({"inactivity-timeout", "description", "application-protocol", "alg"})
_TERM: Final = _SAFE | {
    "protocol", "source-port", "destination-port", "icmp-type", "icmp-code", "icmp6-type", "icmp6-code"
}  # fmt: skip


class Applications:
    """The applications by name."""

    def __init__(self, root: Stem) -> None:
        stem = root.at("applications")
        only(stem, frozenset({"application", "application-set"}), "applications")
        self._own, self._sets = stem.at("application"), stem.at("application-set")
        self._known: dict[str, tuple[Match, ...]] = {"any": (EVERYTHING,)}

    def matches(self, name: str, stem: Stem) -> tuple[Match, ...]:
        """Return what an application or set matches; ParseError when nobody knows it."""
        if name not in self._known:
            self._known[name] = tuple(self._look(name, stem, ()))
        return self._known[name]

    def _look(self, name: str, stem: Stem, above: tuple[str, ...]) -> Iterator[Match]:
        if name in self._sets and name not in above:
            entries = self._sets[name]
            only(entries, frozenset({"application", "application-set", "description"}), f"application-set {name}")
            for kind in ("application", "application-set"):
                for member, at in entries.at(kind).items():
                    yield from self._look(member, at, (*above, name))
        elif name in self._own:
            own = self._own[name]
            terms = own.at("term")
            if not terms:
                yield from _term(own, name)
            for label, term in terms.items():
                yield from _term(term, f"{name} term {label}")
        elif name in _PREDEFINED:
            yield from (_predefined(*one) for one in _PREDEFINED[name])
        else:
            raise wrong(stem, f"application {name}", "it is defined nowhere")


def _predefined(protocol: str, value: str) -> Match:
    if protocol.startswith("icmp"):
        return Match("icmp", 6 if protocol == "icmp6" else 4, icmp=value)
    return Match(protocol, dports=((int(value), int(value)),) if value else ANY_PORT)


def _unfolded(stem: Stem) -> Stem:
    """Return a term whose statements may stand on one line as one with each on its own."""
    out = Stem(stem.line)
    for word, values in stem.items():
        for value, more in values.items():
            out.grow([word, value], values.line)
            for further, under in _unfolded(more).items():
                out.grow([further, *under], under.line)
    return out


def _term(folded: Stem, name: str) -> Iterator[Match]:
    only(folded, _TERM, f"application {name}")
    stem = _unfolded(folded)
    only(stem, _TERM, f"application {name}")
    said = stem.at("protocol")
    if not said:
        raise wrong(stem, f"application {name}", "it names no protocol")
    protocol, family = of_protocol(said.word(), said)
    if protocol == "icmp":
        family = family or 4
        yield Match(protocol, family, icmp=_icmp(stem, family, name))
        return
    sports, dports = (spans(tuple(stem.at(end)), stem) for end in ("source-port", "destination-port"))
    if (sports or dports) and protocol not in {"tcp", "udp"}:
        raise wrong(stem, f"application {name}", "ports of a protocol that has none")
    yield Match(protocol, family, sports, dports)


def of_protocol(word: str, stem: Stem) -> tuple[str, int]:
    """Return a protocol as the policy names it, and its family (0: either); ParseError when it is unknown."""
    if word in {"icmp", "1"}:
        return "icmp", 4
    if word in {"icmp6", "icmpv6", "58"}:
        return "icmp", 6
    if word in {"tcp", "udp"}:
        return word, 0
    number = _PROTOCOLS.get(word, word)
    if number.isdecimal() and int(number) <= 255:
        return _NUMBERS.get(number, number), 0
    raise wrong(stem, f"protocol {word}")


def _icmp(stem: Stem, family: int, name: str) -> str:
    prefix_ = "icmp" if family == 4 else "icmp6"
    kinds, codes = stem.at(f"{prefix_}-type"), stem.at(f"{prefix_}-code")
    if not kinds and not codes:
        return ""
    return icmp_word(kinds.word(), codes.word(), family, stem, f"application {name}")


_KINDS: Final[dict[int, dict[str, int]]] = {
    4: {
        "echo-reply": 0, "unreachable": 3, "echo-request": 8, "time-exceeded": 11, "parameter-problem": 12
    },
    6: {
        "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
        "echo-request": 128, "echo-reply": 129, "router-solicit": 133, "router-advertisement": 134,
        "neighbor-solicit": 135, "neighbor-advertisement": 136
    },
}  # fmt: skip


def icmp_word(kind: str, code: str, family: int, stem: Stem, said: str) -> str:
    """Return the policy's word for an ICMP type and code; ParseError when it has none."""
    number = int(kind) if kind.isdecimal() else _KINDS[family].get(kind, -1)
    wanted = (number << 8 | int(code), 0) if code.isdecimal() else (number << 8, 255)
    found = next((word for word, span in ICMP[family].items() if span == wanted), "")
    if not found or (code and not code.isdecimal()):
        raise wrong(stem, f"{said} icmp-type {kind} {code}".strip())
    return found


def spans(words: Sequence[str], stem: Stem) -> tuple[Span, ...]:
    """Read ports: numbers, names, ranges; ParseError when one is none."""
    return tuple(_span(word, stem) for word in words)


def _span(word: str, stem: Stem) -> Span:
    low, high = (word, word) if word in PORTS else re.fullmatch(r"([^-]*)-?(.*)", word).groups()  # type: ignore[union-attr]  # it fits any text
    try:
        first = PORTS[low] if low in PORTS else int(low)
        last = PORTS[high] if high in PORTS else int(high or low)
    except ValueError as error:
        raise wrong(stem, f"port {word}") from error
    if not 0 <= first <= last <= _TOP:
        raise wrong(stem, f"port {word}")
    return first, last
