"""What OpenWrt's firewall does with /etc/config/firewall: the nftables ruleset it loads, for a kernel to try.

Written after the behaviour of firewall4 of OpenWrt 23.05 (its source, and
https://openwrt.org/docs/guide-user/firewall/firewall_configuration): chains and their order are its own, because they
decide. Left out is what decides nothing: log entries, helpers, the accounting of zones without a device.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.lab.uci.fw4_match import CODES, DSCP, Bench, Zone, braces, matches, netfilter, policy, quoted, truth
from homeroom.lab.uci.model import Importer, Package, Section, UciError
from homeroom.lab.uci.view import many, one
from homeroom.platforms.openwrt.parser import UciParser

_IGNORED: Final = frozenset({"defaults", "zone", "ipset", "rule", "forwarding", "redirect"})
_ESTABLISHED: Final = "ct state vmap { established : accept, related : accept%s }"


def ruleset(config_text: str, devices: Mapping[str, str]) -> str:
    """Return the ruleset of a configuration, as `nft -f` takes it.

    `devices`: the kernel's interface of each network that is up (`student` -> `veth3`); zones of others match nothing.
    Times of day mean what TZ says where `nft` runs. UciError when a section is one that is not translated.
    """
    packages = Importer(UciParser().wire(config_text)).run()
    firewall = next((package for package in packages if package.name == "firewall"), Package("firewall"))
    table = _Table(firewall, devices)
    return "".join(f"{line}\n" for line in table.lines())


class _Table:
    """The sections of the package, in the order in which firewall4 takes them."""

    def __init__(self, firewall: Package, devices: Mapping[str, str]) -> None:
        live = [section for section in firewall.sections if truth(one(section, "enabled", "1"))]
        for section in live:
            if section.type not in _IGNORED:
                raise UciError(f"config {section.type} '{section.name}' is not translated")
        self.defaults = next((s for s in live if s.type == "defaults"), Section("defaults", "defaults"))
        self.sets = {one(s, "name"): s for s in live if s.type == "ipset"}
        self.zones = {z.name: z for z in (Zone.of(s, self.defaults, devices) for s in live if s.type == "zone")}
        self.bench = Bench(self.zones, self.sets)
        self.chains: dict[str, list[str]] = {}
        for kind, add in (("rule", self._rule), ("forwarding", self._forwarding), ("redirect", self._redirect)):
            for section in live:
                if section.type == kind:
                    add(section)

    def _put(self, chain: str, *words: str) -> None:
        self.chains.setdefault(chain, []).append(" ".join(word for word in words if word))

    def _rule(self, section: Section) -> None:
        """Put a rule where its ends say: `src` alone is input, both are forward, neither or `dest` alone output."""
        source, target = one(section, "src"), one(section, "dest")
        word = one(section, "target").lower()
        if word in {"dscp", "mark"}:
            self._mangle(section, source, word)
            return
        chain = ("forward" if target else "input") if source else "output"
        if source not in {"", "*"}:
            chain = f"{chain}_{self._zone(source).name}"
        elif not source and target not in {"", "*"}:
            chain = f"{chain}_{self._zone(target).name}"
        exit_ = [self._zone(target).out] if target not in {"", "*"} else []
        for match in matches(section, self.bench):
            self._put(chain, *exit_, match, "counter", _verdict(word), _comment(section))

    def _mangle(self, section: Section, source: str, word: str) -> None:
        """Set the traffic class of what a zone sends: before anything is decided, and of both families."""
        if word != "dscp" or source in {"", "*"} or one(section, "dest") != "*":
            raise UciError(f"rule '{section.name}': target {word} there is not translated")
        value = DSCP.get(one(section, "set_dscp").upper())
        if value is None:
            raise UciError(f"rule '{section.name}': class {one(section, 'set_dscp')} is none")
        zone = self._zone(source)
        for match in matches(section, self.bench):
            for word_ in ("ip6",) if "nfproto ipv6" in match else ("ip",) if "nfproto ipv4" in match else ("ip", "ip6"):
                self._put("mangle_prerouting", zone.into, match, f"{word_} dscp set {value:#x}", _comment(section))

    def _forwarding(self, section: Section) -> None:
        source, target = one(section, "src"), one(section, "dest")
        chain = "forward" if source == "*" else f"forward_{self._zone(source).name}"
        exit_ = "" if target == "*" else self._zone(target).out
        self._put(chain, netfilter(section), exit_, "counter accept", _comment(section))

    def _redirect(self, section: Section) -> None:
        """Send on what arrives in a zone (DNAT); the address decides the family, IPv4 when there is none."""
        if one(section, "target", "DNAT").lower() != "dnat":
            raise UciError(f"redirect '{section.name}': only DNAT is translated")
        zone = self._zone(one(section, "src"))
        zone.redirected = True
        address = one(section, "dest_ip")
        family = "6" if ":" in address else "4"
        port = one(section, "dest_port") or one(section, "src_dport")
        shown = f"[{address}]" if family == "6" and port else address
        to = f"ip{'6' if family == '6' else ''} to {shown}" if address else ""
        goal = f"{'dnat' if address else 'redirect'} {to}{':' + port if port else ''}".replace(
            "redirect :", "redirect to :"
        )
        view = Section("rule", section.name, options={**section.options, "family": f"ipv{family}"})
        renamed = {"src_dip": "dest_ip", "src_dport": "dest_port"}
        view.options = {k: v for k, v in view.options.items() if k not in renamed.values()}
        view.options |= {renamed[k]: v for k, v in section.options.items() if k in renamed}
        for match in matches(view, self.bench):
            self._put(f"dstnat_{zone.name}", match, "counter", goal, _comment(section))

    def _zone(self, name: str) -> Zone:
        if name not in self.zones:
            raise UciError(f"no zone is called '{name}'")
        return self.zones[name]

    def lines(self) -> Iterator[str]:
        """Print the table: whole, so that loading it replaces the one before."""
        yield from ("table inet fw4", "flush table inet fw4", "delete table inet fw4", "table inet fw4 {")
        for name, section in self.sets.items():
            yield from _set(name, section)
        yield from self._bases()
        for zone in self.zones.values():
            yield from self._of_zone(zone)
        yield from self._nat()
        yield "}"

    def _bases(self) -> Iterator[str]:
        """Print the chains that the kernel enters: open connections, rules of every zone, then zone by zone."""
        invalid = ", invalid : drop" if truth(one(self.defaults, "drop_invalid", "0")) else ""
        flood = truth(one(self.defaults, "synflood_protect", one(self.defaults, "syn_flood", "0")))
        for hook in ("input", "forward", "output"):
            last = policy(self.defaults, hook, Section("none", "none"))
            yield f"chain {hook} {{"
            yield f"type filter hook {hook} priority filter; policy {'accept' if last == 'accept' else 'drop'};"
            yield from {"input": ['iif "lo" accept'], "output": ['oif "lo" accept'], "forward": []}[hook]
            yield _ESTABLISHED % invalid
            if hook == "input" and flood:
                yield "tcp flags & (fin | syn | rst | ack) == syn jump syn_flood"
            yield from self.chains.get(hook, ())
            for zone in self.zones.values():
                way = zone.out if hook == "output" else zone.into
                yield from [f"{way} jump {hook}_{zone.name}"] if way else []
            yield from ["jump handle_reject"] if last == "reject" else []
            yield "}"
        tcp, other = (one(self.defaults, key, word) for key, word in CODES.items())
        yield from (
            "chain handle_reject {",
            f"meta l4proto tcp reject with {_code(tcp)}",
            f"reject with {_code(other)}",
        )
        yield from ("}", "chain syn_flood {", _rate(self.defaults), "drop", "}")

    def _of_zone(self, zone: Zone) -> Iterator[str]:
        """Print a zone's chains: its rules, what was redirected, its policy (forward: towards itself only)."""
        for hook in ("input", "forward", "output"):
            yield f"chain {hook}_{zone.name} {{"
            yield from self.chains.get(f"{hook}_{zone.name}", ())
            if zone.redirected and hook != "output":
                yield "ct status dnat accept"
            way = {"input": zone.into, "forward": zone.out, "output": zone.out}[hook]
            yield from [f"{way} counter {_verdict(zone.policies[hook])}"] if way else []
            yield "}"

    def _nat(self) -> Iterator[str]:
        jumps: dict[str, Sequence[str]] = {
            "dstnat": [f"{z.into} jump dstnat_{z.name}" for z in self.zones.values() if z.redirected and z.into],
            "srcnat": [f"{z.out} {z.masquerade}" for z in self.zones.values() if z.masquerade and z.out],
        }
        for hook, chain in (("prerouting", "dstnat"), ("postrouting", "srcnat")):
            yield from (
                f"chain {chain} {{",
                f"type nat hook {hook} priority {chain}; policy accept;",
                *jumps[chain],
                "}",
            )
        for zone in self.zones.values():
            yield from (f"chain dstnat_{zone.name} {{", *self.chains.get(f"dstnat_{zone.name}", ()), "}")
        yield from ("chain mangle_prerouting {", "type filter hook prerouting priority mangle; policy accept;")
        yield from (*self.chains.get("mangle_prerouting", ()), "}")


def _verdict(word: str) -> str:
    """Return nftables' verdict; UciError when it is none of the three."""
    verdicts = {"accept": "accept", "drop": "drop", "reject": "jump handle_reject"}
    if word not in verdicts:
        raise UciError(f"target {word or '(none)'} is not translated")
    return verdicts[word]


def _comment(section: Section) -> str:
    return f"comment {quoted('!fw4: ' + one(section, 'name', section.name))}"


def _code(word: str) -> str:
    return "tcp reset" if word == "tcp-reset" else f"icmpx type {word}"


def _rate(defaults: Section) -> str:
    rate, burst = one(defaults, "synflood_rate", "25/second"), one(defaults, "synflood_burst", "50")
    return f"limit rate {rate} burst {burst} packets return"


def _set(name: str, section: Section) -> Iterator[str]:
    kinds = [kind.removeprefix("src_").removeprefix("dest_").removeprefix("dst_") for kind in many(section, "match")]
    if len(kinds) != 1 or kinds[0] not in {"ip", "net"} or "loadfile" in section.options:
        raise UciError(f"ipset '{name}' is not translated")
    yield f"set {name} {{"
    yield f"type ipv{'6' if '6' in one(section, 'family', 'ipv4') else '4'}_addr"
    yield from ["flags interval", "auto-merge"] if kinds[0] == "net" else []
    entries = many(section, "entry")
    yield from [f"elements = {braces(entries)}"] if entries else []
    yield "}"
