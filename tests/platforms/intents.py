"""Hand-made intents of one small site: its router, its switch, an access point. Shared by every room's tests."""

from __future__ import annotations

from dataclasses import replace

from homeroom.intent.model import Device, Intent, Management, Port, Radio, Segment, Uplink, Wlan
from homeroom.policy.model import AccessList, Rule
from homeroom.prefix import ANY, Prefix
from homeroom.secret import SecretRef

ROLES = {
    "student": (10, 0, 22),
    "staff": (20, 4 * 256, 24),
    "guest": (40, 5 * 256, 24),
    "eduroam": (80, 6 * 256, 25),
    "iot": (50, 6 * 256 + 128, 25),
    "admin": (30, 7 * 256, 26),
    "cctv": (60, 7 * 256 + 64, 26),
    "exam": (70, 7 * 256 + 128, 26),
    "management": (99, 7 * 256 + 192, 27),
}
VLANS = tuple(sorted(vlan for vlan, _, _ in ROLES.values()))
EVERYONE = Prefix.parse("255.255.255.255/32")
SECRET = SecretRef("radius")
RADIUS = ("10.254.0.18", "10.254.1.18")


class Site:
    """One site: a /21 and a /56, and the intents of three devices."""

    def __init__(self, v4: Prefix, v6: Prefix, code: str) -> None:
        self.code = code
        self.block = {4: v4, 6: v6}
        self.v4 = {role: v4.subnet(offset, length) for role, (_, offset, length) in ROLES.items()}
        self.v6 = {role: v6.subnet(int(str(vlan), 16) << 64, 64) for role, (vlan, _, _) in ROLES.items()}

    def access(self, role: str, family: int) -> AccessList:
        """A list with every kind of rule that IOS has words for."""
        own = (self.v4 if family == 4 else self.v6)[role]
        everything = ANY[family]
        resolver = Prefix.parse("10.254.0.53" if family == 4 else "2001:db8:254::53")
        rules = (
            *_first(family, own),
            Rule("permit", "udp", own, resolver, dports=((53, 53),), note="resolver"),
            Rule("permit", "tcp", own, resolver, dports=((53, 53),), note="resolver"),
            Rule("deny", "udp", everything, everything, dports=((53, 53),), log=True, note="no other resolver"),
            Rule("permit", "tcp", own, everything, established=True, note="replies"),
            Rule("deny", "ip", everything, self.block[family], note="everything else inside"),
            Rule("permit", "tcp", own, everything, dports=((80, 80),), note="egress web"),
            Rule("permit", "tcp", own, everything, dports=((443, 443),), note="egress web"),
            Rule("permit", "udp", own, everything, sports=((1024, 65535),), dports=((33434, 33523),)),
            Rule("deny", "ip", everything, everything, log=True, note="default"),
        )
        return AccessList(f"{role.upper()}-IN" + ("" if family == 4 else "6"), role, family, rules)

    def segment(self, role: str, *, routed: bool) -> Segment:
        filtered = routed and role != "management"
        resolved = role not in {"cctv", "management"}
        return Segment(
            role=role,
            vlan=ROLES[role][0],
            v4=self.v4[role],
            v6=self.v6[role],
            gateway4=self.v4[role].address(1),
            gateway6=self.v6[role].address(1),
            routed=routed,
            dhcp=routed and role != "management",
            resolver4="10.254.0.53" if resolved else "",
            resolver6="2001:db8:254::53" if resolved else "",
            acl4=f"{role.upper()}-IN" if filtered else "",
            acl6=f"{role.upper()}-IN6" if filtered else "",
        )

    def management(self, offset: int) -> Management:
        v4, v6 = self.v4["management"], self.v6["management"]
        return Management(
            vlan=99,
            v4=v4.address(offset),
            netmask=v4.netmask,
            gateway4=v4.address(1),
            v6=v6.address(offset),
            length6=64,
            gateway6=v6.address(1),
            user="homeroom",
            password=SecretRef("device_password"),
            password_hash=SecretRef("device_hash"),
            snmp_auth=SecretRef("snmp_auth"),
            snmp_priv=SecretRef("snmp_priv"),
            location="Escuela Ñandutí, Asunción (PY-ASU)",
            ntp=("10.254.0.123", "10.254.1.123"),
            syslog=("10.254.0.14", "10.254.1.14"),
            noc4=(Prefix.parse("10.254.0.0/24"), Prefix.parse("10.254.9.9/32")),
            noc6=(Prefix.parse("2001:db8:254::/64"),),
            banner=("Ministry of Education.", "", "Authorised persons only: use is recorded."),
        )

    def device(self, suffix: str, kind: str, platform: str, model: str) -> Device:
        return Device(
            name=f"{self.code}-{suffix}",
            kind=kind,
            platform=platform,
            model=model,
            site="py-0042",
            site_name="Escuela Ñandutí",
            region="PY-ASU",
            region_name="Asunción",
            country="PY",
            timezone="America/Asuncion",
            domain="escuela.example",
        )

    def trunk(self, name: str, other: str) -> Port:
        return Port(name, "trunk", f"{self.code}-{other}", 0, VLANS)

    def router(self) -> Intent:
        filtered = [role for role in ROLES if role != "management"]
        return Intent(
            device=self.device("rtr1", "router", "ios", "C1121-8P"),
            management=self.management(1),
            segments=tuple(self.segment(role, routed=True) for role in ROLES),
            access=tuple(self.access(role, family) for role in filtered for family in (4, 6)),
            uplink=Uplink("GigabitEthernet0/0/0", "100.64.0.1", "255.255.255.254", "100.64.0.0"),
            trunks=(),
            ports=(
                self.trunk("GigabitEthernet0/1/0", "sw1"),
                *(Port(f"GigabitEthernet0/1/{n}", "unused", "", 0, ()) for n in range(1, 8)),
            ),
            radios=(),
            wlans=(),
        )

    def switch(self, ordinal: int = 1) -> Intent:
        return Intent(
            device=self.device(f"sw{ordinal}", "switch", "ios", "C9200L-24P-4G"),
            management=self.management(1 + ordinal),
            segments=tuple(self.segment(role, routed=False) for role in ROLES),
            access=(),
            uplink=None,
            trunks=("GigabitEthernet1/1/1",),
            ports=(
                self.trunk("GigabitEthernet1/0/1", "ap01"),
                Port("GigabitEthernet1/0/2", "access", "room 1, wall socket", 20, ()),
                Port("GigabitEthernet1/0/3", "access", "camera", 60, ()),
                Port("GigabitEthernet1/0/4", "unused", "", 0, ()),
            ),
            radios=(),
            wlans=(),
        )

    def access_point(self, ordinal: int = 1) -> Intent:
        return Intent(
            device=self.device(f"ap{ordinal:02d}", "ap", "openwrt", "EAP-AX3000"),
            management=self.management(30 - ordinal),
            segments=tuple(self.segment(role, routed=False) for role in ROLES),
            access=(),
            uplink=None,
            trunks=("eth0",),
            ports=(),
            radios=(Radio("radio0", "2g", "auto"), Radio("radio1", "5g", "auto")),
            wlans=(
                Wlan("school", "enterprise", "student", 10, ("student", "staff", "admin"), True, RADIUS, SECRET),
                Wlan("school-guest", "owe", "guest", 40, ("guest",), True, (), SECRET),
                Wlan("eduroam", "enterprise", "eduroam", 80, ("eduroam",), True, RADIUS, SECRET),
            ),
        )


def _first(family: int, own: Prefix) -> tuple[Rule, ...]:
    """How a host finds its way: DHCP or its neighbours, and an answer from the gateway."""
    if family == 6:
        return (
            Rule("permit", "icmp", ANY[6], ANY[6], icmp="nd-ns", note="neighbours"),
            Rule("permit", "icmp", ANY[6], ANY[6], icmp="nd-na", note="neighbours"),
            Rule("permit", "icmp", own, own, icmp="echo-request", note="ping the gateway"),
        )
    return (
        Rule("permit", "udp", ANY[4], EVERYONE, sports=((68, 68),), dports=((67, 67),), note="DHCP"),
        Rule("permit", "icmp", own, own, icmp="echo", note="ping the gateway"),
    )


_SITE = Site(Prefix.parse("10.11.8.0/21"), Prefix.parse("2001:db8:11:800::/56"), "py11-0042")
INTENTS = {"router": _SITE.router(), "switch": _SITE.switch(), "ap": _SITE.access_point()}


def without_notes(lists: tuple[AccessList, ...]) -> tuple[AccessList, ...]:
    """Drop what no device stores."""
    return tuple(replace(entry, rules=tuple(replace(rule, note="") for rule in entry.rules)) for entry in lists)
