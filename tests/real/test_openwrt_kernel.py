"""The OpenWrt router's rendering in a real kernel: what nftables lets pass is what the prover says of the policy.

Needs root, nft and network namespaces; skipped with the reason elsewhere.
"""

import datetime as dt
from dataclasses import replace

import pytest
import uci_site
from border_packets import SYN, SYN_ACK, Packet, borders, meetings
from kernel_bench import Bench, wanted

from homeroom.lab.uci.fw4 import ruleset
from homeroom.policy.model import Window
from homeroom.policy.proof import Prover

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
QUICK = ("student", "staff", "iot", "cctv", "wan")
GROUPS = tuple((0xFF02 << 112) + host for host in (1, 2, 0x10002, 0x1FF000001))
"""Multicast groups a router is in: all nodes, all routers, all DHCP servers, its own solicited-node address."""


@pytest.fixture(scope="module")
def intent():
    wanted()
    return uci_site.router()


@pytest.fixture(scope="module")
def bench(intent):
    names = [*(f"br0.{segment.vlan}" for segment in intent.segments), *(one.interface for one in intent.uplinks)]
    with Bench(names) as made:
        made.ip(*addresses(intent))
        with made.joined("ff02::1:2"):
            yield made


def addresses(intent):
    for segment in intent.segments:
        device = f"br0.{segment.vlan}"
        yield f"address add {segment.gateway4}/{segment.v4.length} dev {device}"
        yield f"address add {segment.gateway6}/{segment.v6.length} dev {device} nodad"
    for uplink in intent.uplinks:
        yield f"address add {uplink.v4}/31 dev {uplink.interface}"
        yield f"route add default via {uplink.peer4} dev {uplink.interface} metric {uplink.distance}"
        yield f"route add ::/0 via fe80::1 dev {uplink.interface} metric {uplink.distance}"


def devices(intent):
    """Zone network -> interface, as the renderer names them."""
    names = {segment.role: f"br0.{segment.vlan}" for segment in intent.segments}
    return names | {"wan_backup" if one.backup else "wan": one.interface for one in intent.uplinks}


def load(bench, intent, change=lambda text: text):
    bench.nft(ruleset(change(uci_site.RENDERER.render(intent).text), devices(intent)), noon())


def windows(intent, made):
    return replace(intent, windows=dict.fromkeys(intent.windows, made))


def noon():
    """A time zone where it is a little after twelve: windows are then far from their borders, whenever the test runs.

    nft turns local hours into UTC, over midnight where that is how it comes out.
    """
    return f"LCL{dt.datetime.now(dt.UTC).hour - 12}"


def inside():
    return Window(DAYS, "06:00", "23:00")


def outside():
    return Window(DAYS, "00:00", "06:00")


def other_days():
    today = dt.datetime.now(dt.UTC).weekday()
    return Window((DAYS[(today + 3) % 7],), "00:00", "23:59")


def during(rules, *, on):
    return [replace(rule, window="") for rule in rules if on or not rule.window]


def of_role(intent, role):
    return {(entry.family, entry.hook): entry for entry in intent.access if entry.role == role}


def probes(intent, role):
    """Every border packet of a role's lists, each once, with the interface it comes in by."""
    lists = [entry.rules for entry in of_role(intent, role).values()]
    found = [packet for rules in lists for rule in rules for packet in borders(rule)]
    found += [packet for rules in lists for packet in meetings(rules)]
    found += [replace(packet, target=group) for packet in found if packet.target >> 112 == 0xFF02 for group in GROUPS]
    return [(devices(intent)[role], packet) for packet in dict.fromkeys(found)]


def disagreements(bench, intent, role, *, on):
    """Send a role's border packets; return those on which kernel and prover differ, and which rules decided."""
    bench.watch(tracked=False)
    sent = probes(intent, role)
    bench.send([(device, packet.frame(number, bench.macs[device])) for number, (device, packet) in enumerate(sent)])
    seen = bench.seen()
    wrong, decided = [], set()
    lists = {key: (entry, Prover(during(entry.rules, on=on))) for key, entry in of_role(intent, role).items()}
    for number, (_, packet) in enumerate(sent):
        for side, (before, behind) in seen.items():
            if number in before:
                entry, prover = lists[packet.family, side]
                index = next(index for index, _ in prover.decide([packet.region]))
                decided.add((entry.family, side, index))
                permitted = prover.rules[index].action == "permit"
                if permitted != (number in behind):
                    wrong.append(
                        f"{entry.name}: {packet}: rule {index} {prover.rules[index].action}, kernel {number in behind}"
                    )
    return wrong, decided, lists


@pytest.mark.parametrize(
    ("made", "on"),
    [(inside, True), (outside, False), (other_days, False)],
    ids=["in the window", "outside", "other day"],
)
def test_kernel_decides_as_the_prover(bench, intent, made, on):
    intent = windows(intent, made())
    load(bench, intent)
    for role in QUICK if on else ("student",):
        wrong, decided, lists = disagreements(bench, intent, role, on=on)
        assert wrong == []
        permits = [
            (family, side, index)
            for (family, side), (_, prover) in lists.items()
            for index, rule in enumerate(prover.rules)
            if rule.action == "permit" and not rule.established
        ]
        reached = [key for key in permits if key in decided]
        assert reached == permits, "every rule that lets something pass has let something pass"
        assert {"permit", "deny"} <= {lists[family, side][1].rules[index].action for family, side, index in decided}


@pytest.mark.full
def test_kernel_decides_as_the_prover_for_every_role(bench, intent):
    intent = windows(intent, inside())
    load(bench, intent)
    for role in devices(intent):
        if role != "wan_backup":
            assert disagreements(bench, intent, role, on=True)[0] == []


FAULTS = {
    "resolvers over HTTPS are no longer refused": ("option name 'profiles.pupil.blocked: doh'", "option enabled '0'"),
    "a denial became a permit": ("option target 'DROP'", "option target 'ACCEPT'"),
    "a port is one wider": ("option dest_port '53'", "option dest_port '53-54'"),
    "a network is twice as wide": ("/22'", "/21'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(bench, intent, fault):
    """The control of the tests above: a rule that is not the policy's makes kernel and prover differ."""
    intent = windows(intent, inside())
    old, new = FAULTS[fault]

    def change(text):
        head, rules = text.split("package firewall", 1)
        assert old in rules
        return f"{head}package firewall{rules.replace(old, new, 40 if 'port' in fault or '/22' in old else -1)}"

    load(bench, intent, change)
    assert disagreements(bench, intent, "student", on=True)[0]


def host(segment, family, offset=9):
    return (segment.v4 if family == 4 else segment.v6).first + offset


def outside_host(family):
    return int.from_bytes(b"\xcb\x00\x71\x09" if family == 4 else b"\x26\x20" + bytes(13) + b"\x09")


def exchange(bench, *sent):
    """Send packets one after the other, connections tracked; return the numbers of those that were forwarded."""
    for number, (device, packet) in enumerate(sent):
        bench.send([(device, packet.frame(number, bench.macs[device]))])
    return bench.seen()["through"][1]


@pytest.mark.parametrize("family", [4, 6])
def test_answers_come_back_and_nothing_else(bench, intent, family):
    intent = windows(intent, inside())
    load(bench, intent)
    bench.watch(tracked=True)
    student = next(segment for segment in intent.segments if segment.role == "student")
    here, there = host(student, family), outside_host(family)
    opened = Packet(family, here, there, "tcp", 40001, 443, flags=SYN)
    answer = Packet(family, there, here, "tcp", 443, 40001, flags=SYN_ACK)
    unasked = replace(answer, dport=40002)
    inward = replace(unasked, flags=SYN)
    passed = exchange(bench, ("wan", answer), ("br0.10", opened), ("wan", answer), ("wan", unasked), ("wan", inward))
    assert passed == {1, 2}


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_whoever_is_asked_the_roles_own_resolver_answers(bench, intent, family, protocol):
    load(bench, intent)
    bench.watch(tracked=True)
    target = next(one.target for one in intent.redirects if (one.role, one.family) == ("student", family))
    word = "ip" if family == 4 else "ip6"
    bench.nft(
        "table inet watch {\nchain seen {\ntype filter hook forward priority 20;\n"
        f"{word} daddr {target} {protocol} dport 53 ether saddr 02:00:00:00:00:07 counter\n}}\n}}\n"
    )
    student = next(segment for segment in intent.segments if segment.role == "student")
    asked = Packet(family, host(student, family), outside_host(family), protocol, 40100, 53, flags=SYN)
    bench.send([("br0.10", asked.frame(7, bench.macs["br0.10"]))])
    assert bench.seen()["through"][1] == {7}
    assert "packets 1 " in bench.shown("chain", "seen")


def test_refusals_are_told(bench, intent):
    """QUIC and DNS over TLS are answered at once; what is merely not allowed is not."""
    load(bench, windows(intent, inside()))
    bench.watch(tracked=True)
    student = next(segment for segment in intent.segments if segment.role == "student")
    me = b"\x02\x00\x00\x00\x00\x05"
    bench.ip(f"neigh replace {student.v4.address(9)} lladdr {me.hex(':')} dev br0.10 nud permanent")
    here, there = host(student, 4), outside_host(4)
    sent = [
        Packet(4, here, there, "udp", 40000, 443),
        Packet(4, here, there, "tcp", 40000, 853, flags=SYN),
        Packet(4, here, there, "tcp", 40000, 25, flags=SYN),
    ]
    heard = bench.send([("br0.10", p.frame(5, bench.macs["br0.10"])) for p in sent], ["br0.10"], 0.5)
    told = [data[14:] for _, data in heard if data[12:14] == b"\x08\x00"]
    assert sorted((data[9], data[20:22].hex()) for data in told) == [
        (1, "0303"),  # ICMP port unreachable
        (6, "0355"),  # from port 853, a reset
    ]
    assert next(data[33] & 0x04 for data in told if data[9] == 6)
