"""What one rule of /etc/config/firewall matches, as the policy's own rules: one for each protocol, family and type.

Source: https://openwrt.org/docs/guide-user/firewall/firewall_configuration and the behaviour of firewall4 of 23.05:
a rule without protocol is for TCP and UDP; addresses or types of one family restrict it to that family.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from homeroom.platforms.openwrt.icmp import TYPES
from homeroom.platforms.openwrt.sections import Section
from homeroom.platforms.openwrt.sets import IpSet
from homeroom.platforms.openwrt.times import window
from homeroom.policy.model import Action, Family, Group, Place, Rule, Span, Window
from homeroom.prefix import ANY, Prefix

BOTH: Final[tuple[Family, ...]] = (4, 6)
_TCP_UDP: Final = ("tcp", "udp")
_PROTOCOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("ip",),
    "any": ("ip",),
    "*": ("ip",),
    "tcp": ("tcp",),
    "6": ("tcp",),
    "udp": ("udp",),
    "17": ("udp",),
    "tcpudp": _TCP_UDP,
    "icmp": ("icmp",),
    "1": ("icmp",),
    "icmpv6": ("icmp6",),
    "ipv6-icmp": ("icmp6",),
    "58": ("icmp6",),
    "igmp": ("2",),
    "gre": ("47",),
    "esp": ("50",),
    "ah": ("51",),
    "sctp": ("132",),
    "udplite": ("136",),
}
_TOP: Final = 65535
_SPAN: Final = re.compile(r"(\d{1,5})(?:[-:](\d{1,5}))?").fullmatch


@dataclass(frozen=True, slots=True)
class Names:
    """What rules may name: sets, and the windows found so far (a rule may add one)."""

    sets: Mapping[str, IpSet]
    windows: dict[str, Window]


def rules(section: Section, action: Action, names: Names) -> Iterator[Rule]:
    """Yield the rules that a section amounts to; ParseError with the line of what is not understood."""
    for protocol in protocols(section):
        yield from _Match(section, protocol, action, names).rules()


def protocols(section: Section) -> Sequence[str]:
    """Return the protocols of a rule or redirect."""
    found: list[str] = []
    for word in section.many("proto") or ("tcpudp",):
        known = _PROTOCOLS.get(word.lower())
        if known is None and not (word.isdecimal() and int(word) < 256):
            raise section.wrong("proto", f"'{word}' is not understood")
        found += known or (word,)
    return found


def family_of(section: Section) -> Family | None:
    """Return the one family a section is restricted to by name."""
    said = section.one("family", "any")
    if said in {"any", "all", "*"}:
        return None
    if said == "inet" or "4" in said:
        return 4
    if "6" in said:
        return 6
    raise section.wrong("family", f"'{said}' is no family")


def prefixes(section: Section, key: str) -> Sequence[Prefix]:
    """Return the addresses of an end; ParseError when one is negated, a range or a name."""
    try:
        return [_prefix(word) for word in section.many(key)]
    except ValueError as error:
        raise section.wrong(key, str(error)) from error


@lru_cache(maxsize=4096)
def _prefix(word: str) -> Prefix:
    return Prefix.parse(word)


def spans(section: Section, key: str) -> tuple[Span, ...]:
    """Return the ports of an end; ParseError when one is negated or none."""
    found: list[Span] = []
    for word in section.many(key):
        match = _SPAN(word)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not low <= high <= _TOP:
            raise section.wrong(key, f"'{word}' is not understood")
        found.append((low, high))
    return tuple(found)


class _Match:
    """One section for one protocol."""

    def __init__(self, section: Section, protocol: str, action: Action, names: Names) -> None:
        self.section = section
        self.action: Action = action
        self.only6 = protocol == "icmp6"
        self.protocol = "icmp" if self.only6 else protocol
        self.ends = {key: prefixes(section, f"{key}_ip") for key in ("src", "dest")}
        ported = protocol in _TCP_UDP
        self.sports = spans(section, "src_port") if ported else ()
        self.dports = spans(section, "dest_port") if ported else ()
        self.types = section.many("icmp_type") if self.protocol == "icmp" else ()
        self.set = self._set(names)
        self.window = window(section, names.windows)

    def _set(self, names: Names) -> IpSet | None:
        words = self.section.one("ipset").replace(",", " ").split()
        if not words:
            return None
        if words[0] not in names.sets or len(words) > 2:
            raise self.section.wrong(
                "ipset", f"'{' '.join(words)}' is not understood: no set of addresses is called so"
            )
        made = names.sets[words[0]]
        end = {"src": "src", "dest": "dest", "dst": "dest"}.get(words[1]) if len(words) > 1 else made.end
        if end is None or self.ends[end]:
            raise self.section.wrong("ipset", "a set beside addresses, or of an unknown end, is not understood")
        return IpSet(made.group, end)

    def rules(self) -> Iterator[Rule]:
        for family in self._families():
            for icmp in self._icmp(family):
                yield Rule(
                    self.action,
                    self.protocol,
                    self._place("src", family),
                    self._place("dest", family),
                    self.sports,
                    self.dports,
                    icmp,
                    log=self.section.one("log", "0") != "0",
                    note=self.section.one("name", self.section.name),
                    window=self.window,
                )

    def _families(self) -> Sequence[Family]:
        """Return the families that firewall4 makes rules for."""
        named = family_of(self.section)
        said: set[Family] = {named} if named else set()
        said |= {6} if self.only6 else set()
        said |= {self.set.group.family} if self.set else set()
        for end in self.ends.values():
            families = {prefix.family for prefix in end}
            said |= {f for f in BOTH if families == {f}}
        if len(said) > 1:
            raise self.section.wrong("family", "its ends are of different families, so firewall4 leaves the rule out")
        if said:
            return tuple(said)
        special: list[Family] = [
            f for f in BOTH if any(p.family == f for end in self.ends.values() for p in end) or self._known(f)
        ]
        return special if len(special) == 1 and "family" not in self.section.options else BOTH

    def _known(self, family: Family) -> list[str]:
        """Return the ICMP types of a family; ParseError for one that neither family has."""
        found: list[str] = []
        for word in self.types:
            kind, _, code = word.partition("/")
            if kind.isdecimal() and (code.isdecimal() or not code):
                found.append(word)
            elif word in TYPES[family]:
                found.append(TYPES[family][word])
            elif word not in TYPES[4] and word not in TYPES[6]:
                raise self.section.wrong("icmp_type", f"'{word}' is not understood")
        return found

    def _icmp(self, family: Family) -> Sequence[str]:
        return self._known(family) or ("",)

    def _place(self, key: str, family: Family) -> Place:
        if self.set is not None and self.set.end == key:
            return self.set.group
        found = [prefix for prefix in self.ends[key] if prefix.family == family]
        if len(found) > 1:
            return Group("", family, tuple(found))
        return found[0] if found else ANY[family]
