"""Which lines of an EOS configuration bear on what passes: each is either read, known to do nothing, or an error.

The command families that can pass, drop, translate or steer packets are named here; of them only what stands in
these lists goes on. Every other family (spanning tree, LLDP, AAA...) decides about no packet.
"""

from __future__ import annotations

import re
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.tree import Node

_TOP_FAMILIES: Final = frozenset(
    {
        "class-map", "dps", "ip", "ipv6", "mac", "match-list", "nat", "policy-map", "route-map", "service-policy",
        "switchport", "traffic-policies", "vrf", "zone", "firewall", "tunnel", "patch", "monitor",
    }
)  # fmt: skip
_TOP: Final = re.compile(
    r"""(?:
      (?:ip|ipv6)\ access-list\ (?:standard\ )?\S+
    | (?:ip|ipv6)\ route\ (?!vrf\ ).+
    | ip\ routing | ip\ routing\ ipv6\ interfaces | ipv6\ unicast-routing | (?:ip|ipv6)\ routing\ vrf\ \S+
    | ipv6\ unicast-routing\ vrf\ \S+
    | ip\ (?:arp\ inspection|as-path|community-list|dhcp\ (?:relay|snooping)|domain|extcommunity-list|ftp|hardware|http
        |icmp|igmp|load-sharing|name-server|prefix-list|radius|source\ binding|ssh|tacacs|telnet|tftp|verify\ source
        |virtual-router\ mac-address)\b.*
    | ipv6\ (?:dhcp\ (?:relay|snooping)|hardware|icmp|nd|neighbor|prefix-list)\b.*
    | mac\ (?:address-table|security)\b.*
    | (?:class|policy)-map\ type\ (?:qos|quality-of-service|copp|control-plane)\ .+
    | vrf\ instance\ \S+
    | switchport\ (?:default\ mode\ access|port-security)\b.*
    | monitor\ (?:session\ \S+\ (?:source|destination)|telemetry|connectivity|layer1)\b.*
    )$""",
    re.VERBOSE,
)
_PORT_FAMILIES: Final = frozenset(
    {
        "bridge", "channel-group", "dps", "encapsulation", "flow", "ip", "ipv6", "ip-policy", "l2-protocol", "mac",
        "mpls", "nat", "policy", "profile", "pvlan", "service-policy", "switchport", "traffic-policy", "tunnel", "vrf",
        "vxlan", "xconnect", "zone",
    }
)  # fmt: skip
_PORT: Final = re.compile(
    r"""(?:
      (?:ip|ipv6)\ access-group\ \S+\ (?:in|out)
    | (?:ip|ipv6)\ address\ (?:virtual\ )?\S+/\d+(?:\ secondary)? | (?:ip|ipv6)\ virtual-router\ address\ \S+
    | ip\ address\ dhcp | ipv6\ address\ (?:auto-config|\S+\ link-local)
    | ip\ (?:arp|attached-host|dhcp|helper-address|icmp|igmp|local-proxy-arp|mtu|ospf|pim|proxy-arp|verify)\b.*
    | ipv6\ (?:attached-host|dhcp|enable|icmp|mtu|nd|ospf|verify)\b.*
    | mac\ (?:address|security|timestamp)\b.*
    | channel-group\ \d+\ mode\ \S+
    | encapsulation\ dot1q\ vlan\ \d+
    | service-policy\ (?:type\ (?:qos|quality-of-service)\ )?(?:input|output)\ \S+
    | switchport | switchport\ mode\ (?:access|trunk) | switchport\ access\ vlan\ \d+
    | switchport\ trunk\ (?:native\ vlan\ (?:\d+|tag)|allowed\ vlan\ .+)
    | switchport\ port-security\b.*
    )$""",
    re.VERBOSE,
)
_NAME: Final = re.compile(
    r"interface (?:Ethernet|Loopback|Management|Port-Channel|Recirc-Channel|Tunnel|Vlan)\d[\d/.]*$"
)
"""One interface by its full name. Ranges, profiles and defaults of interfaces stand in no running configuration or say
something of other interfaces; VXLAN carries VLANs elsewhere."""
_HEADS: Final = _TOP_FAMILIES | {"interface"}
_WHOLE: Final = frozenset({"management", "no", "router", "service"})
"""Keywords of other families that begin as one of those does."""
_STRAY: Final = re.compile(r"(?:\d+ )?(?:permit|deny) |access-list |vlan \d", re.IGNORECASE)
"""Lines that stand under none of the heads they belong to, are of another vendor, or open VLANs there are none of."""
_SHALLOW: Final = re.compile(r"(?:ip|ipv6|mac) access-list ")
_VLAN: Final = re.compile(r"vlan \d+$")
_IN_VLAN: Final = re.compile(r"(?:name|state) .+")


def check(root: Node) -> None:
    """Raise ParseError at the first line that bears on what passes and is not understood."""
    for node in root.children.values():
        line = _plain(node.text)
        _deeper(node)
        if line.startswith("interface "):
            _interface(node)
        elif _VLAN.match(node.text):
            _vlan(node)
        elif _short(line) or _STRAY.match(line):
            raise ParseError(f"line {node.number}: {node.text!r} is not understood, written so or there")
        elif line.partition(" ")[0] in _TOP_FAMILIES:
            if not _TOP.match(line):
                raise ParseError(f"line {node.number}: {node.text!r} is not understood, and may decide what passes")
            if "access-list" not in line:  # whether a list stands below its removal is the parser's to see
                _one_way(node, line, root, "")


def _short(line: str) -> bool:
    """Tell whether a line may open what decides, in a spelling of a keyword that is taken at the prompt only."""
    word = line.partition(" ")[0]
    if word.lower() in _HEADS:
        return word not in _HEADS
    return len(word) > 1 and word not in _WHOLE and any(head.startswith(word.lower()) for head in _HEADS)


def _deeper(node: Node) -> None:
    """Refuse lines that stand deeper than those of their list or interface: they would be read as part of a line."""
    if node.text.startswith("interface ") or _SHALLOW.match(node.text):
        for child in node.children.values():
            for below in child.children.values():
                if _SHALLOW.match(node.text) or _plain(below.text).partition(" ")[0].lower() in _PORT_FAMILIES:
                    raise ParseError(f"line {below.number}: {below.text!r} stands deeper than the lines beside it")


def _plain(line: str) -> str:
    return line.removeprefix("no ").removeprefix("default ")


def _interface(node: Node) -> None:
    if not _NAME.match(node.text):
        raise ParseError(f"line {node.number}: {node.text!r} is not understood, and may decide what passes")
    for child in node.children.values():
        line = _plain(child.text)
        absent = line != child.text and not line.startswith("switchport trunk")  # `no ip nat ...`: it is not there
        if line.partition(" ")[0].lower() in _PORT_FAMILIES and not absent and not _PORT.match(line):
            raise ParseError(f"line {child.number}: {node.text}: {child.text!r} is not understood")
        _one_way(child, line, node, f"{node.text}: ")


def _one_way(node: Node, line: str, parent: Node, place: str) -> None:
    """Refuse a text that says a thing and its opposite: what comes last holds, which nobody should have to guess."""
    if line != node.text and line in parent.children:
        raise ParseError(f"line {node.number}: {place}it says both `{line}` and `{node.text}`")


def _vlan(node: Node) -> None:
    for child in node.children.values():
        if not _IN_VLAN.match(child.text):
            raise ParseError(f"line {child.number}: {node.text}: {child.text!r} is not understood")
