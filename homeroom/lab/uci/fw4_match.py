"""What a rule of /etc/config/firewall matches, in nftables' words: one line for each protocol and family.

Source: firewall4's behaviour, and https://openwrt.org/docs/guide-user/firewall/firewall_configuration
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.lab.uci.model import Section, UciError
from homeroom.lab.uci.view import many, one

CODES: Final = {"tcp_reject_code": "tcp-reset", "any_reject_code": "port-unreachable"}
DSCP: Final = {f"CS{n}": 8 * n for n in range(8)} | {
    f"AF{c}{d}": 8 * c + 2 * d for c in range(1, 5) for d in range(1, 4)
}
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PROTOCOLS: Final = {"icmpv6": "ipv6-icmp", "58": "ipv6-icmp", "1": "icmp", "6": "tcp", "17": "udp"}
_ICMP4: Final[Mapping[str, tuple[int, int]]] = {
    "echo-reply": (0, -1), "destination-unreachable": (3, -1), "fragmentation-needed": (3, 4), "echo-request": (8, -1),
    "router-advertisement": (9, -1), "router-solicitation": (10, -1), "time-exceeded": (11, -1),
    "parameter-problem": (12, -1),
}  # fmt: skip
_ICMP6: Final[Mapping[str, tuple[int, int]]] = {
    "destination-unreachable": (1, -1), "packet-too-big": (2, -1), "time-exceeded": (3, -1),
    "parameter-problem": (4, -1), "bad-header": (4, 0), "unknown-header-type": (4, 1), "echo-request": (128, -1),
    "echo-reply": (129, -1), "router-solicitation": (133, -1), "router-advertisement": (134, -1),
    "neighbour-solicitation": (135, -1), "neighbour-advertisement": (136, -1),
}  # fmt: skip
"""firewall4's names -> type and code; -1: every code."""


def truth(word: str) -> bool:
    """Read a yes or no as firewall4 does."""
    if word in {"1", "on", "true", "yes"}:
        return True
    if word in {"0", "off", "false", "no"}:
        return False
    raise UciError(f"'{word}' is neither yes nor no")


def policy(section: Section, key: str, behind: Section) -> str:
    """Return a policy as one of three words; `behind` says what holds where the section says nothing."""
    said = one(section, key, one(behind, key, "drop")).lower()
    if said not in {"accept", "reject", "drop"}:
        raise UciError(f"{key} '{said}' is no policy")
    return said


def quoted(text: str) -> str:
    """Quote a comment: the kernel keeps at most 128 bytes."""
    return '"' + text.replace('"', "'").encode()[:120].decode(errors="ignore") + '"'


def braces(items: Sequence[str]) -> str:
    """Print a set."""
    return "{ " + ", ".join(dict.fromkeys(items)) + " }"


@dataclass(slots=True)
class Zone:
    """A zone: `into` and `out` match its interfaces, empty where none is up."""

    name: str
    into: str
    out: str
    policies: Mapping[str, str]
    masquerade: str
    redirected: bool = False

    @classmethod
    def of(cls, section: Section, defaults: Section, devices: Mapping[str, str]) -> Zone:
        """Read a zone; UciError for one that is told by addresses."""
        if "subnet" in section.options or "family" in section.options:
            raise UciError(f"zone '{one(section, 'name')}': subnet and family are not translated")
        names = [devices[network] for network in many(section, "network") if network in devices]
        shown = braces([f'"{name}"' for name in (*names, *many(section, "device"))])
        masked = {key: truth(one(section, key, "0")) for key in ("masq", "masq6")}
        families = {(True, True): "", (True, False): "meta nfproto ipv4 ", (False, True): "meta nfproto ipv6 "}
        chosen = families.get((masked["masq"], masked["masq6"]))
        some = bool(names or many(section, "device"))
        return cls(
            one(section, "name"),
            f"iifname {shown}" if some else "",
            f"oifname {shown}" if some else "",
            {hook: policy(section, hook, defaults) for hook in ("input", "forward", "output")},
            "" if chosen is None else f"{chosen}masquerade",
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """What rules name."""

    zones: Mapping[str, Zone]
    sets: Mapping[str, Section]


def netfilter(section: Section) -> str:
    """Match the family a section is restricted to."""
    family = _family(section)
    return f"meta nfproto ipv{family}" if family else ""


def matches(section: Section, bench: Bench) -> Iterator[str]:
    """Yield what a rule matches, a line for each protocol and family; nothing where its ends contradict each other."""
    for protocol in _protocols(section):
        yield from _Match(section, protocol, bench).lines()


def _protocols(section: Section) -> Iterator[str]:
    for word in many(section, "proto") or ["tcpudp"]:
        said = word.lower()
        if said.startswith("!"):
            raise UciError(f"proto '{word}' is not translated")
        yield from ("tcp", "udp") if said == "tcpudp" else (_PROTOCOLS.get(said, said),)


def _family(section: Section) -> int:
    said = one(section, "family", "any")
    return 0 if said in {"any", "all", "*"} else 4 if "4" in said or said == "inet" else 6


class _Match:
    """One rule for one protocol."""

    def __init__(self, section: Section, protocol: str, bench: Bench) -> None:
        self.section, self.protocol = section, protocol
        self.ends = {key: many(section, f"{key}_ip") for key in ("src", "dest")}
        self.ports = (
            {key: many(section, f"{key}_port") for key in ("src", "dest")} if protocol in {"tcp", "udp"} else {}
        )
        self.icmp = many(section, "icmp_type") if protocol in {"icmp", "ipv6-icmp"} else []
        self.set, self.set_family, self.direction = _of_set(section, bench)

    def lines(self) -> Iterator[str]:
        for family in self._families():
            types, codes = self._types(family)
            if types or not codes:
                yield self._line(family, types, "type")
            if codes:
                yield self._line(family, codes, "type . code")

    def _families(self) -> Sequence[int]:
        """Say for which families a line is made; 0: one line for both."""
        said = {_family(self.section), self.set_family, *map(_only, self.ends.values())} - {0}
        said |= {6} if self.protocol == "ipv6-icmp" else set()
        if said:
            return sorted(said) if len(said) == 1 else ()
        special = [family for family in (4, 6) if any(_of(end, family) for end in self.ends.values())]
        special += [family for family in (4, 6) if any(self._types(family))]
        if len(set(special)) == 1 and "family" not in self.section.options:
            return special[:1]
        return (4, 6) if special else (0,)

    def _types(self, family: int) -> tuple[list[str], list[str]]:
        known = _ICMP4 if family == 4 else _ICMP6
        types: list[str] = []
        codes: list[str] = []
        for word in self.icmp:
            number, _, code = word.partition("/")
            if number.isdecimal():
                kind, found = int(number), int(code) if code else -1
            elif word in _ICMP4 or word in _ICMP6:
                kind, found = known.get(word, (-1, -1))
            else:
                raise UciError(f"icmp_type '{word}' is not translated")
            if kind >= 0 and family:
                (types if found < 0 else codes).append(str(kind) if found < 0 else f"{kind} . {found}")
        return types, codes

    def _line(self, family: int, icmp: Sequence[str], form: str) -> str:
        ip = "ip6" if family == 6 else "ip"
        words = [f"meta nfproto ipv{family}"] if family else []
        if icmp:
            word = "icmpv6" if family == 6 else "icmp"
            words.append(f"{form.replace('type', f'{word} type').replace('code', f'{word} code')} {braces(icmp)}")
        elif self.protocol not in {"all", "any", "*"} and not any(self.ports.values()):
            words.append(f"meta l4proto {_layer4(self.protocol, family)}")
        for key, field in (("src", "saddr"), ("dest", "daddr")):
            words += _parts(f"{ip} {field}", _of(self.ends[key], family))
        for key, field in (("src", "sport"), ("dest", "dport")):
            words += _parts(f"{self.protocol} {field}", [p.replace(":", "-") for p in self.ports.get(key, ())])
        words += [f"{ip} {self.direction} @{self.set}"] if self.set else []
        return " ".join([*words, *_times(self.section), *_limit(self.section)])


def _layer4(protocol: str, family: int) -> str:
    if protocol == "icmp":
        return {0: "{ icmp, ipv6-icmp }", 4: "icmp", 6: "ipv6-icmp"}[family]
    return protocol


def _of_set(section: Section, bench: Bench) -> tuple[str, int, str]:
    """Read `option ipset 'NAME dir'`: the set, its family, which end it is asked for."""
    words = one(section, "ipset").replace(",", " ").split()
    if not words:
        return "", 0, ""
    if words[0] not in bench.sets:
        raise UciError(f"rule '{section.name}' names the unknown set '{words[0]}'")
    made = bench.sets[words[0]]
    first = next(iter(many(made, "match")), "").partition("_")[0]
    direction = words[1] if len(words) > 1 else first
    return words[0], _family(made) or 4, "daddr" if direction in {"dst", "dest"} else "saddr"


def _bare(address: str) -> str:
    return address.lstrip("! ")


def _of(addresses: Sequence[str], family: int) -> list[str]:
    return [address for address in addresses if (":" in address) == (family == 6)] if family else []


def _only(addresses: Sequence[str]) -> int:
    """Return the family of addresses that are all of one; 0 otherwise."""
    families = {6 if ":" in address else 4 for address in addresses}
    return families.pop() if len(families) == 1 else 0


def _parts(field: str, values: Sequence[str]) -> list[str]:
    """Match a field: the values, and those that are negated."""
    some = [value for value in values if not value.startswith("!")]
    none = [_bare(value) for value in values if value.startswith("!")]
    return ([f"{field} {braces(some)}"] if some else []) + ([f"{field} != {braces(none)}"] if none else [])


def _times(section: Section) -> Iterator[str]:
    """Match the hours of the week; dates are not translated."""
    if {"start_date", "stop_date", "monthdays"} & section.options.keys():
        raise UciError(f"rule '{section.name}': dates are not translated")
    start, stop = one(section, "start_time"), one(section, "stop_time")
    if start and stop:
        yield f'meta hour "{start}"-"{stop}"'
    elif start or stop:
        yield f'meta hour {">=" if start else "<="} "{start or stop}"'
    days = [day for word in many(section, "weekdays") for day in _DAYS if day.lower().startswith(word.lower())]
    if days:
        yield f"meta day {braces(days)}"


def _limit(section: Section) -> Iterator[str]:
    rate, burst = one(section, "limit"), one(section, "limit_burst")
    if rate:
        shown = rate if "/" in rate else f"{rate}/second"
        yield f"limit rate {shown}" + (f" burst {burst} packets" if burst else "")
