"""The configuration commands an emulated device knows, a table a mode, in the order of `show running-config`.

Each line is a pattern (homeroom.lab.ios.grammar) and, after `::`, what is particular about it:

    N           the command holds one value: setting it again replaces what its first N words name
    on          it is on by default, so that only its `no` form is ever shown
    both        its default depends on the model: it is shown as it was configured, either way
    mode X      it opens mode X
    form X      homeroom.lab.ios.forms prints it
    hidden      it is accepted and never shown in the running configuration

Source: Cisco IOS XE 17 command references (Fundamentals, Security, Interface, LAN Switching, IP Addressing,
SNMP, Network Management); the order is that of the running-config of a C9200L and an ISR1111.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from homeroom.lab.ios import air_tables as air
from homeroom.lab.ios import guard_tables as guards
from homeroom.lab.ios import mode_tables as tables
from homeroom.lab.ios.global_table import GLOBAL
from homeroom.lab.ios.grammar import Node, build, expand
from homeroom.lab.ios.mode_tables import ANY


@dataclass(frozen=True, slots=True)
class Rule:
    """One command of a mode; `mark` is its place in the mode's table."""

    pattern: str
    mark: int
    key: int = 0
    on: bool = False
    both: bool = False
    mode: str = ""
    form: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode: what its prompt says, and its table."""

    prompt: str
    table: str


MODES: Final = {
    "global": Mode("config", GLOBAL),
    "if": Mode("config-if", tables.INTERFACE),
    "subif": Mode("config-subif", tables.INTERFACE),
    "if-range": Mode("config-if-range", tables.INTERFACE),
    "vlan": Mode("config-vlan", tables.VLAN),
    "vlan-config": Mode("config-vlan-config", ANY),
    "line": Mode("config-line", tables.LINES),
    "archive": Mode("config-archive", tables.ARCHIVE),
    "archive-log-cfg": Mode("config-archive-log-cfg", tables.ARCHIVE_LOG),
    "dhcp": Mode("dhcp-config", tables.DHCP),
    "std-nacl": Mode("config-std-nacl", tables.ACL4),
    "ext-nacl": Mode("config-ext-nacl", tables.ACL4),
    "ipv6-acl": Mode("config-ipv6-acl", tables.ACL6),
    "radius-server": Mode("config-radius-server", tables.RADIUS),
    "server-tacacs": Mode("config-server-tacacs", tables.RADIUS),
    "server-group": Mode("config-sg-radius", tables.GROUP),
    "cc-policy": Mode("config-cc-policy", tables.PASSWORDS),
    "aaa-da": Mode("config-locsvr-da-radius", ANY),
    "keychain": Mode("config-keychain", tables.KEYCHAIN),
    "keychain-key": Mode("config-keychain-key", tables.KEY),
    "pmap": Mode("config-pmap", tables.POLICYMAP),
    "pmap-c": Mode("config-pmap-c", guards.POLICYCLASS),
    "cmap": Mode("config-cmap", guards.CLASSMAP),
    "ca-trustpoint": Mode("ca-trustpoint", tables.TRUSTPOINT),
    "cert-chain": Mode("config-cert-chain", ANY),
    "router": Mode("config-router", tables.ROUTER),
    "router-af": Mode("config-router-af", ANY),
    "vrf": Mode("config-vrf", tables.VRF),
    "vrf-af": Mode("config-vrf-af", ANY),
    "route-map": Mode("config-route-map", ANY),
    "object-group": Mode("config-service-group", ANY),
    "og-network": Mode("config-network-group", guards.NETWORKS4),
    "og-v6-network": Mode("config-v6network-group", guards.NETWORKS6),
    "time-range": Mode("config-time-range", guards.TIMERANGE),
    "raguard": Mode("config-nd-raguard", guards.RAGUARD),
    "dhcp-guard": Mode("config-dhcp-guard", guards.DHCPGUARD),
    "snooping": Mode("config-ipv6-snooping", guards.SNOOPING),
    "wlan": Mode("config-wlan", air.WLAN),
    "wireless-policy": Mode("config-wireless-policy", air.POLICY),
    "policy-tag": Mode("config-policy-tag", air.TAG),
    "ap-filter": Mode("config-ap-filter", air.FILTER),
    "ap-tag": Mode("config-ap-tag", air.POINT),
    "air-any": Mode("config-wireless", ANY),
    "red": Mode("config-red", ANY),
    "cp": Mode("config-cp", ANY),
    "xcvr-type": Mode("config-xcvr-type", "monitoring"),
    "track": Mode("config-track", ANY),
    "ip-sla": Mode("config-ip-sla", ANY),
    "flow": Mode("config-flow-record", ANY),
    "sec-zone": Mode("config-sec-zone", ANY),
    "call-home": Mode("cfg-call-home", ANY),
    "template": Mode("config-template", ANY),
    "applet": Mode("config-applet", ANY),
}
"""Every mode by the name that the tables use."""


def _rule(mark: int, line: str) -> Rule:
    pattern, _, marks = f"{line} ".partition(" :: ")
    words = marks.split()
    named = {name: words[n + 1] for n, name in enumerate(words) if name in {"mode", "form"}}
    key = next((int(word) for word in words if word.isdecimal()), 0)
    return Rule(
        pattern.strip(),
        mark,
        key,
        "on" in words,
        "both" in words,
        named.get("mode", ""),
        named.get("form", ""),
        "hidden" in words,
    )


def rules(mode: str) -> list[Rule]:
    """Return the commands of a mode in the order of its table."""
    lines = [line for line in MODES[mode].table.splitlines() if line.strip()]
    return [_rule(mark, line) for mark, line in enumerate(lines)]


@cache
def slots(mode: str) -> frozenset[tuple[str, ...]]:
    """Return what single-valued commands give a value to: `("switchport", "mode")`; `no` takes it without a value."""
    return frozenset(words[: rule.key] for rule in rules(mode) if rule.key for words in expand(rule.pattern))


@cache
def grammar(mode: str) -> Node[Rule]:
    """Return the command tree of a mode, built once when it is first entered."""
    return build((rule.pattern, rule) for rule in rules(mode))
