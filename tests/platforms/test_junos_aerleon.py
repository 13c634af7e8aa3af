"""Security policies that aerleon writes for an SRX mean, read by our parser, what was asked of it."""

import pytest

api = pytest.importorskip("aerleon.api")
naming = pytest.importorskip("aerleon.lib.naming")

from homeroom.platforms.junos.parser import JunosParser  # noqa: E402
from homeroom.policy.compare import same  # noqa: E402
from homeroom.policy.model import Group, Rule  # noqa: E402
from homeroom.prefix import ANY, Prefix  # noqa: E402

P = Prefix.parse
OWN = {4: P("10.16.8.0/22"), 6: P("2001:db8:10::/64")}
RESOLVER = {4: P("192.0.2.11/32"), 6: P("2001:db8:ffff::11/128")}
DOH = {
    4: Group("DOH", 4, (P("1.1.1.1/32"), P("8.8.8.8/32"))),
    6: Group("DOH", 6, (P("2606:4700:4700::1111/128"), P("2620:fe::fe/128"))),
}
INTERNAL = {4: P("10.0.0.0/8"), 6: P("fc00::/7")}
TERMS = [
    {"name": "dns", "source-address": "OWN", "destination-address": "DNS", "protocol": "udp tcp",
     "destination-port": "DNS", "action": "accept"},
    {"name": "no-doh", "destination-address": "DOH", "action": "deny"},
    {"name": "inside", "destination-address": "INTERNAL", "action": "deny"},
    {"name": "no-quic", "protocol": "udp", "destination-port": "QUIC", "action": "deny"},
    {"name": "web", "source-address": "OWN", "protocol": "tcp", "destination-port": "WEB", "action": "accept"},
    {"name": "range", "source-address": "OWN", "protocol": "udp", "source-port": "HIGH", "destination-port": "HIGH",
     "action": "accept"},
    {"name": "default-deny", "action": "deny", "logging": "true"},
]  # fmt: skip
ZONES = """
security { zones { security-zone student { interfaces { irb.10; } } security-zone wan { interfaces { ge-0/0/0.0; } } } }
interfaces { irb { unit 10 { family inet { address 10.16.8.1/22; } family inet6 { address 2001:db8:10::1/64; } } }
ge-0/0/0 { unit 0 { family inet { address 100.64.0.1/31; } family inet6; } } }
routing-options { static { route 0.0.0.0/0 next-hop 100.64.0.0; }
rib inet6.0 { static { route ::/0 { qualified-next-hop fe80::1 { interface ge-0/0/0.0; } } } } }
"""


def definitions():
    made = naming.Naming()
    places = {"OWN": OWN, "DNS": RESOLVER, "INTERNAL": INTERNAL}
    for name, by_family in places.items():
        made.ParseNetworkList([f"{name} = {by_family[4].cidr}", f"  {by_family[6].cidr}"])
    doh = [prefix.cidr for group in DOH.values() for prefix in group.prefixes]
    made.ParseNetworkList([f"DOH = {doh[0]}", *(f"  {one}" for one in doh[1:])])
    made.ParseServiceList(["WEB = 80/tcp 443/tcp", "DNS = 53/udp 53/tcp", "QUIC = 443/udp", "HIGH = 1024-65535/udp"])
    return made


def asked(family):
    anywhere, own = ANY[family], OWN[family]
    return [
        Rule("permit", "ip", anywhere, anywhere, established=True),
        *(Rule("permit", one, own, RESOLVER[family], dports=((53, 53),)) for one in ("udp", "tcp")),
        Rule("deny", "ip", anywhere, DOH[family]),
        Rule("deny", "ip", anywhere, INTERNAL[family]),
        Rule("deny", "udp", anywhere, anywhere, dports=((443, 443),)),
        Rule("permit", "tcp", own, anywhere, dports=((80, 80), (443, 443))),
        Rule("permit", "udp", own, anywhere, sports=((1024, 65535),), dports=((1024, 65535),)),
    ]


@pytest.fixture(scope="module")
def read():
    target = {"srx": "from-zone student to-zone wan mixed"}
    policy = {"filename": "student", "filters": [{"header": {"targets": target}, "terms": TERMS}]}
    (text,) = api.Generate([policy], definitions()).values()
    return JunosParser().access(text + ZONES).by_name()


@pytest.mark.parametrize("family", [4, 6])
def test_what_leaves_by_the_uplink(read, family):
    own = OWN[family]
    inside = Rule("deny", "ip", ANY[family], own)  # what stays in the zone matches no policy towards `wan`
    found = read[family, f"STUDENT-FWD{'' if family == 4 else '6'}"].rules
    assert same(found, [asked(family)[0], inside, *asked(family)[1:]])
    assert not same(found, asked(family)[:-1])
