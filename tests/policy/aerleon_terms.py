"""The shipped policy said once more, in aerleon's words: names for addresses and ports, terms for a role's list.

Written from policy.yaml and the order that docs/policy.md gives, not from the compiled rules: what is compared is two
ways from one policy to packets.
"""

import logging

from shipped_policy import CENTRAL, POLICY, V4, V6

from homeroom.policy.load import GROUPS
from homeroom.policy.places import PRIVATE, internal
from homeroom.prefix import Prefix

logging.getLogger("absl").setLevel(logging.ERROR)  # it warns of each term that one family has no addresses for

POOLS = (Prefix.parse("10.16.0.0/12"), Prefix.parse("2001:db8::/40"), Prefix.parse("2001:db8:100::/40"))
FIXED = {
    "BROADCAST": ["255.255.255.255/32"],
    "LINK_LOCAL": ["fe80::/10"],
    "LINK_MULTICAST": ["ff02::/16"],
    "ALL_ROUTERS": ["ff02::2/128"],
    "ALL_DHCP": ["ff02::1:2/128"],
}
ECHO = {"icmp": "echo-request", "icmpv6": "echo-request"}
ERRORS = {
    "icmp": ["unreachable", "time-exceeded"],
    "icmpv6": ["destination-unreachable", "packet-too-big", "time-exceeded", "parameter-problem"],
}


def networks():
    """Every name of addresses, both families in one."""
    made = dict(FIXED)
    for role in POLICY.roles:
        made[role.upper()] = [V4[role].cidr, V6[role].cidr]
        made[f"{role.upper()}_GATEWAY"] = [f"{V4[role].address(1)}/32", f"{V6[role].address(1)}/128"]
    for name in GROUPS:
        made[name.upper()] = [str(one) for one in getattr(CENTRAL, name)]
    for profile, addresses in CENTRAL.resolvers.items():
        made[f"RESOLVER_{profile.upper()}"] = list(addresses)
    for name, prefixes in POLICY.endpoints.items():
        made[f"ENDPOINTS_{name.upper()}"] = [prefix.cidr for prefix in prefixes]
    inside = [*internal(4, POOLS), *internal(6, POOLS)]
    assert set(PRIVATE[4]) <= set(inside)
    made["INTERNAL"] = [prefix.cidr for prefix in inside]
    return {name: {"values": [{"address": one} for one in values]} for name, values in made.items()}


def services():
    """Every name of ports."""
    made = {
        name.upper(): [(one.protocol, *span) for span in one.ports]
        for name, one in POLICY.services.items()
        if one.ports
    }
    made |= {
        "BOOTPC": [("udp", 68)],
        "BOOTPS": [("udp", 67)],
        "DHCP6C": [("udp", 546)],
        "DHCP6S": [("udp", 547)],
        "QUIC": [("udp", 443)],
    }
    made |= {"DNS": [("udp", 53), ("tcp", 53)], "DOT": [("udp", 853), ("tcp", 853)]}
    return {
        name: [{"protocol": kind, "port": "-".join(str(port) for port in span)} for kind, *span in ports]
        for name, ports in made.items()
    }


class Filter:
    """The terms of one role's list. `stateful`: only what is forwarded, for a platform that tracks connections."""

    def __init__(self, role, *, stateful=False, reject="reject"):
        self.role, self.name, self.reject = role, role.upper(), reject
        self.stateful = stateful
        self.terms = []
        self.made = POLICY.roles[role]
        if not stateful:
            self.dhcp()
            self.icmp()
        self.onward()
        self.say("deny", name="default-deny", log=True)

    def say(self, action, kind=None, source=None, target=None, *, name="", log=False, **more):
        term = {"name": name or f"t{len(self.terms)}", "action": action}
        given = {"protocol": kind, "source-address": source, "destination-address": target, **more}
        term |= {key.replace("_", "-"): value for key, value in given.items() if value}
        self.terms.append(term | ({"logging": "true"} if log else {}))

    def dhcp(self):
        if self.role == "management":
            return
        ports = {"source_port": "BOOTPC", "destination_port": "BOOTPS"}
        self.say("accept", "udp", None, "BROADCAST", **ports)
        self.say("accept", "udp", self.name, f"{self.name}_GATEWAY", restrict_address_family="inet", **ports)
        self.say("accept", "udp", "LINK_LOCAL", "ALL_DHCP", source_port="DHCP6C", destination_port="DHCP6S")

    def icmp(self):
        for kind in ("neighbor-solicit", "neighbor-advertisement"):
            for target in ("LINK_MULTICAST", "LINK_LOCAL", self.name):
                self.say("accept", "icmpv6", None, target, icmp_type=[kind])
        self.say("accept", "icmpv6", None, "ALL_ROUTERS", icmp_type=["router-solicit"])
        for kind, word in ECHO.items():
            self.say("accept", kind, self.name, f"{self.name}_GATEWAY", icmp_type=[word])

    def onward(self):
        if self.made.profile:
            both = ["udp", "tcp"]
            self.say("accept", both, self.name, f"RESOLVER_{self.made.profile.upper()}", destination_port="DNS")
            self.say(self.reject, both, destination_port="DNS")
            self.say(self.reject, both, destination_port="DOT")
        for cell in POLICY.matrix:
            if not cell.scope:
                self.cell(cell)
        if self.made.profile:
            self.say("deny", None, None, "INTERNAL", log=True)
            self.outside(POLICY.profiles[self.made.profile])

    def cell(self, cell):
        for name in cell.services:
            kind = POLICY.services[name].protocol
            if cell.source == self.role:
                self.say("accept", kind, self.name, cell.target.upper(), destination_port=name.upper())
            elif cell.target == self.role and not self.stateful:
                option = {"option": "tcp-established"} if kind == "tcp" else {}
                self.say("accept", kind, self.name, cell.source.upper(), source_port=name.upper(), **option)
        if cell.target == self.role and cell.source in GROUPS and not self.stateful:
            for kind in ECHO:
                self.say("accept", kind, self.name, cell.source.upper(), icmp_type=["echo-reply"])

    def outside(self, profile):
        if not self.stateful:
            for kind, words in ERRORS.items():
                self.say("accept", kind, self.name, icmp_type=words)
        for name in profile.blocked:
            self.say(self.reject, None, None, f"ENDPOINTS_{name.upper()}")
        if not profile.quic:
            self.say(self.reject, "udp", destination_port="QUIC")
        only = f"ENDPOINTS_{profile.only.upper()}" if profile.only else None
        if profile.quic:
            self.say("accept", "udp", self.name, only, destination_port="QUIC")
        for name in profile.egress:
            self.say("accept", POLICY.services[name].protocol, self.name, only, destination_port=name.upper())
