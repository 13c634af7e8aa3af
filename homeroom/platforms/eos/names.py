"""What EOS calls ports, protocols and ICMP messages in access lists.

Source: Arista EOS User Manual, "ACLs and Route Maps" (permit/deny, IPv4 and IPv6); the options of Ansible's module
arista.eos.eos_acls; `default-control-plane-acl` and other lists in public configurations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeroom.policy.model import Family

SHOWN: Final[Mapping[str, Mapping[int, str]]] = {
    "tcp": {
        20: "ftp-data",
        21: "ftp",
        22: "ssh",
        23: "telnet",
        25: "smtp",
        49: "tacacs",
        53: "domain",
        80: "www",
        110: "pop3",
        161: "snmp",
        179: "bgp",
        389: "ldap",
        443: "https",
        639: "msdp",
        830: "netconf-ssh",
        6030: "gnmi",
    },
    "udp": {
        53: "domain",
        67: "bootps",
        68: "bootpc",
        69: "tftp",
        123: "ntp",
        161: "snmp",
        162: "snmptrap",
        389: "ldap",
        514: "syslog",
        520: "rip",
        3784: "bfd",
    },
}
"""Ports that we print by name, as `show running-config` does; others may be shown by name, and are read as the same."""
_BOTH: Final = {
    "discard": 9,
    "domain": 53,
    "echo": 7,
    "pim-auto-rp": 496,
    "sunrpc": 111,
    "tacacs": 49,
    "talk": 517,
    "time": 37,
}
_TYPED: Final[Mapping[str, Mapping[str, int]]] = {
    "tcp": _BOTH
    | {
        "chargen": 19, "daytime": 13, "exec": 512, "finger": 79, "gopher": 70, "hostname": 101, "ident": 113,
        "irc": 194, "kshell": 544, "klogin": 543, "login": 513, "lpd": 515, "nntp": 119, "pop2": 109, "uucp": 540,
        "whois": 43,
    },
    "udp": _BOTH
    | {
        "biff": 512, "isakmp": 500, "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137,
        "non500-isakmp": 4500, "radius": 1812, "radius-acct": 1813, "who": 513, "xdmcp": 177,
    },
}  # fmt: skip
"""Names that are understood beside those shown."""
PORTS: Final[Mapping[str, Mapping[str, int]]] = {
    protocol: {**_TYPED[protocol], **{name: number for number, name in shown.items()}}
    for protocol, shown in SHOWN.items()
}
"""Every name of a port, by protocol."""
PROTOCOLS: Final[Mapping[Family, Mapping[str, str]]] = {
    4: {"ip": "ip", "icmp": "icmp"},
    6: {"ipv6": "ip", "icmpv6": "icmp"},
}
NUMBERED: Final[Mapping[str, str]] = {
    "tcp": "tcp", "udp": "udp", "igmp": "2", "rsvp": "46", "gre": "47", "esp": "50", "ahp": "51", "ospf": "89",
    "pim": "103", "vrrp": "112",
}  # fmt: skip
"""Protocols of both families, as rules name them."""
ICMP: Final[Mapping[Family, Mapping[str, str]]] = {
    4: {
        "echo": "echo",
        "echo-reply": "echo-reply",
        "unreachable": "unreachable",
        "packet-too-big": "packet-too-big",
        "time-exceeded": "time-exceeded",
        "parameter-problem": "parameter-problem",
        "net-unreachable": "3/0",
        "host-unreachable": "3/1",
        "protocol-unreachable": "3/2",
        "port-unreachable": "3/3",
        "administratively-prohibited": "3/13",
        "source-quench": "4",
        "redirect": "5",
        "router-advertisement": "9",
        "router-solicitation": "10",
        "ttl-exceeded": "11/0",
        "reassembly-timeout": "11/1",
        "timestamp-request": "13",
        "timestamp-reply": "14",
        "mask-request": "17",
        "mask-reply": "18",
        "traceroute": "30",
    },
    6: {
        "unreachable": "unreachable",
        "packet-too-big": "packet-too-big",
        "time-exceeded": "time-exceeded",
        "parameter-problem": "parameter-problem",
        "echo-request": "echo-request",
        "echo-reply": "echo-reply",
        "router-solicitation": "router-solicitation",
        "router-advertisement": "router-advertisement",
        "neighbor-solicitation": "nd-ns",
        "neighbor-advertisement": "nd-na",
        "no-route": "1/0",
        "no-admin": "1/1",
        "beyond-scope": "1/2",
        "address-unreachable": "1/3",
        "port-unreachable": "1/4",
        "redirect-message": "137",
    },
}
"""EOS's word for a message -> ours, or type and code."""
