"""Hand-made intents of one small site: its router, switch, access point, controller. Shared by every room's tests.

The site is made up; the policy, and with it access lists, traffic classes and SSIDs, is the shipped one.
"""

from __future__ import annotations

from dataclasses import replace

from homeroom.intent.cabling import PARKING
from homeroom.intent.model import Device, Intent, Management, Port, Radio, Segment, Uplink
from homeroom.intent.variant import Variant
from homeroom.policy.compile import groups_of
from homeroom.policy.draft import list_name
from homeroom.policy.load import MANAGEMENT, load_policy
from homeroom.policy.model import WAN, AccessList
from homeroom.prefix import Prefix
from homeroom.programme.load import load_facts
from homeroom.project import Project, shipped
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
SECRET = SecretRef("radius")
PROJECT = Project(shipped())
POLICY = load_policy(PROJECT)
PROGRAMME = load_facts(PROJECT)[0].programme
VARIANT = Variant(POLICY, PROGRAMME)
VLANS = VARIANT.carried["switch"]
RADIUS = PROGRAMME.central.radius


class Site:
    """One site: a /21 and a /56, and the intents of its devices."""

    def __init__(self, v4: Prefix, v6: Prefix, code: str) -> None:
        self.code = code
        self.v4 = {role: v4.subnet(offset, length) for role, (_, offset, length) in ROLES.items()}
        self.v6 = {role: v6.subnet(int(str(vlan), 16) << 64, 64) for role, (vlan, _, _) in ROLES.items()}

    def access(self) -> tuple[AccessList, ...]:
        return VARIANT.access.lists(self.v4, self.v6)

    def segment(self, role: str, *, routed: bool) -> Segment:
        resolver4, resolver6 = VARIANT.resolvers[role]
        return Segment(
            role=role,
            vlan=ROLES[role][0],
            v4=self.v4[role],
            v6=self.v6[role],
            gateway4=self.v4[role].address(1),
            gateway6=self.v6[role].address(1),
            routed=routed,
            dhcp=routed and role != MANAGEMENT,
            resolver4=resolver4,
            resolver6=resolver6,
            acl4=list_name(role, 4) if routed else "",
            acl6=list_name(role, 6) if routed else "",
        )

    def management(self, offset: int) -> Management:
        v4, v6 = self.v4[MANAGEMENT], self.v6[MANAGEMENT]
        central = PROGRAMME.central
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
            ntp=central.ntp,
            syslog=central.syslog,
            noc4=(*(prefix for prefix in central.noc if prefix.family == 4), Prefix.parse("198.51.101.9/32")),
            noc6=tuple(prefix for prefix in central.noc if prefix.family == 6),
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

    def trunk(self, name: str, other: str, kind: str) -> Port:
        return Port(name, "trunk", f"{self.code}-{other}", 0, VARIANT.carried[kind])

    def router(self) -> Intent:
        access = self.access()
        lists = {"acl4": list_name(WAN, 4), "acl6": list_name(WAN, 6)}
        ports = {
            0: self.trunk("GigabitEthernet0/1/0", "sw1", "switch"),
            7: Port("GigabitEthernet0/1/7", "access", "admin outlet", 30, (), "admin", "dot1x"),
        }
        return self.intent(
            device=self.device("rtr1", "router", "ios", "C1121-8P"),
            management=self.management(1),
            segments=tuple(self.segment(role, routed=True) for role in ROLES),
            access=access,
            groups=groups_of(access),
            windows=VARIANT.windows(access),
            uplinks=(
                Uplink(
                    "GigabitEthernet0/0/0",
                    "100.64.0.1",
                    "255.255.255.254",
                    "100.64.0.0",
                    "fibre",
                    300_000,
                    backup=False,
                    distance=1,
                    **lists,
                ),
                Uplink(
                    "GigabitEthernet0/0/1",
                    "100.96.0.1",
                    "255.255.255.254",
                    "100.96.0.0",
                    "radio",
                    0,
                    backup=True,
                    distance=250,
                    **lists,
                ),
            ),
            qos=VARIANT.qos("fibre"),
            admission=VARIANT.admission,
            ports=tuple(
                ports.get(n) or Port(f"GigabitEthernet0/1/{n}", "unused", "unused", PARKING, ()) for n in range(8)
            ),
        )

    def switch(self, ordinal: int = 1) -> Intent:
        return self.intent(
            device=self.device(f"sw{ordinal}", "switch", "ios", "C9200L-24P-4G"),
            management=self.management(1 + ordinal),
            segments=tuple(self.segment(role, routed=False) for role in ROLES),
            admission=VARIANT.admission,
            trunks=("GigabitEthernet1/1/1",),
            ports=(
                self.trunk("GigabitEthernet1/0/1", "ap01", "ap"),
                Port("GigabitEthernet1/0/2", "access", "room 1, wall socket", 20, (), "staff", "dot1x"),
                Port("GigabitEthernet1/0/3", "access", "camera", 60, (), "cctv", "mab"),
                Port("GigabitEthernet1/0/4", "access", "guest outlet", 40, (), "guest", "open"),
                Port("GigabitEthernet1/0/5", "unused", "unused", PARKING, ()),
            ),
        )

    def access_point(self, ordinal: int = 1) -> Intent:
        return self.intent(
            device=self.device(f"ap{ordinal:02d}", "ap", "openwrt", "EAP-AX3000"),
            management=self.management(30 - ordinal),
            segments=self.wireless(),
            admission=VARIANT.admission,
            trunks=("eth0",),
            radios=(Radio("radio0", "2g", "auto"), Radio("radio1", "5g", "auto")),
            wlans=VARIANT.wlans,
        )

    def wlc(self) -> Intent:
        return self.intent(
            device=self.device("wlc1", "wlc", "ios", "C9800-L-C-K9"),
            management=self.management(5),
            segments=self.wireless(),
            admission=VARIANT.admission,
            trunks=("TenGigabitEthernet0/1/0",),
            wlans=VARIANT.wlans,
        )

    def wireless(self) -> tuple[Segment, ...]:
        return tuple(self.segment(role, routed=False) for role in VARIANT.bridged)

    def intent(self, **known: object) -> Intent:
        """An intent; what a kind of device does not have is left out."""
        empty = {"windows": {}, "admission": None} | dict.fromkeys(
            ("access", "groups", "redirects", "uplinks", "qos", "trunks", "ports", "radios", "wlans"), ()
        )
        return Intent(**empty | known)


SITE = Site(Prefix.parse("10.11.8.0/21"), Prefix.parse("2001:db8:11:800::/56"), "py11-0042")
INTENTS = {"router": SITE.router(), "switch": SITE.switch(), "ap": SITE.access_point()}
CONTROLLER = SITE.wlc()


def without_notes(lists: tuple[AccessList, ...]) -> tuple[AccessList, ...]:
    """Drop what no device stores."""
    return tuple(replace(entry, rules=tuple(replace(rule, note="") for rule in entry.rules)) for entry in lists)
