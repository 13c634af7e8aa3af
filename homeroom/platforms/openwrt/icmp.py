"""firewall4's names of ICMP types, and the policy's words for them; a number and code where it has none.

Source: firewall4 of OpenWrt 23.05 (`option icmp_type`), RFC 792, RFC 4443, RFC 4861.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeroom.policy.model import Family

_ICMP4: Final[Mapping[str, str]] = {
    "echo-reply": "echo-reply",
    "pong": "echo-reply",
    "destination-unreachable": "unreachable",
    "network-unreachable": "3/0",
    "host-unreachable": "3/1",
    "protocol-unreachable": "3/2",
    "port-unreachable": "3/3",
    "fragmentation-needed": "packet-too-big",
    "source-route-failed": "3/5",
    "network-unknown": "3/6",
    "host-unknown": "3/7",
    "network-prohibited": "3/9",
    "host-prohibited": "3/10",
    "TOS-network-unreachable": "3/11",
    "TOS-host-unreachable": "3/12",
    "communication-prohibited": "3/13",
    "host-precedence-violation": "3/14",
    "precedence-cutoff": "3/15",
    "source-quench": "4",
    "redirect": "5",
    "echo-request": "echo",
    "ping": "echo",
    "router-advertisement": "9",
    "router-solicitation": "10",
    "time-exceeded": "time-exceeded",
    "ttl-exceeded": "time-exceeded",
    "ttl-zero-during-transit": "11/0",
    "ttl-zero-during-reassembly": "11/1",
    "parameter-problem": "parameter-problem",
    "ip-header-bad": "12/0",
    "required-option-missing": "12/1",
    "timestamp-request": "13",
    "timestamp-reply": "14",
    "address-mask-request": "17",
    "address-mask-reply": "18",
}
_ICMP6: Final[Mapping[str, str]] = {
    "destination-unreachable": "unreachable",
    "no-route": "1/0",
    "communication-prohibited": "1/1",
    "address-unreachable": "1/3",
    "port-unreachable": "1/4",
    "packet-too-big": "packet-too-big",
    "time-exceeded": "time-exceeded",
    "ttl-exceeded": "time-exceeded",
    "ttl-zero-during-transit": "3/0",
    "ttl-zero-during-reassembly": "3/1",
    "parameter-problem": "parameter-problem",
    "bad-header": "4/0",
    "unknown-header-type": "4/1",
    "unknown-option": "4/2",
    "echo-request": "echo-request",
    "ping": "echo-request",
    "echo-reply": "echo-reply",
    "pong": "echo-reply",
    "multicast-listener-query": "130",
    "multicast-listener-report": "131",
    "multicast-listener-done": "132",
    "router-solicitation": "router-solicitation",
    "router-advertisement": "router-advertisement",
    "neighbour-solicitation": "nd-ns",
    "neighbor-solicitation": "nd-ns",
    "neighbour-advertisement": "nd-na",
    "neighbor-advertisement": "nd-na",
    "redirect": "137",
    "v2-multicast-listener-report": "143",
}
TYPES: Final[Mapping[Family, Mapping[str, str]]] = {4: _ICMP4, 6: _ICMP6}
