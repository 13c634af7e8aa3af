"""Every deletion, swap and widening of one entry of the router's lists is seen, or changes nothing for any packet.

The proof says which; where it says that nothing changed, a plain first-match evaluation of packets at every boundary of
both lists, which shares no code with the proof, must say so too.
"""

import contextlib
import itertools
import random
import re
from dataclasses import dataclass

import pytest
from intents import INTENTS

from homeroom.catalogue import load_platforms
from homeroom.errors import ParseError
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.render import Renderer
from homeroom.policy.compare import same
from homeroom.policy.model import Group
from homeroom.policy.regions import ICMP
from homeroom.project import shipped

PARSER = IosParser()
ROUTER = INTENTS["router"]
RENDERED = Renderer(load_platforms([shipped() / "templates"])).render(ROUTER)
NAMES = RENDERED.features["filtering"]
LISTS = {one.name: one for one in ROUTER.access}
FEW = ("STUDENT-IN", "EXAM-IN6", "CCTV-IN", "MANAGEMENT-IN6")
"""Read at every run; the others by the full suite."""


def section(name):
    """The lines of a list as they stand in the golden: head, entries."""
    lines = RENDERED.text.splitlines()
    at = next(n for n, line in enumerate(lines) if re.fullmatch(rf"ip(?:v6)? access-list (?:extended )?{name}", line))
    return lines[at], list(itertools.takewhile(lambda line: line.startswith(" "), lines[at + 1 :]))


def read(head, entries):
    """The rules of a list given by its entries' bodies, in this order."""
    text = "".join(f" {body}\n" for body in entries)
    (found,) = PARSER.access(f"{NAMES}{head}\n{text}").lists
    return found.rules


def body(entry):
    return re.sub(r"^ (?:sequence )?\d+ ", "", entry)


WIDER = (
    (r"\d+(?:\.\d+){3} 0(?:\.\d+){3}", "any"),
    (r"(?<!eq )host \d+(?:\.\d+){3}", "any"),
    (r"0\.0\.0\.(\d+)(?=\s|$)", "0.0.255.255"),
    (r"[0-9A-F:]+::/\d+", "any"),
    (r"host [0-9A-F:]+", "any"),
    (r" eq \S+(?= |$)", ""),
    (r" eq (\d+)(?= |$)", r" range 0 \1"),
    (r"^(permit|deny) (?:tcp|udp|icmp) ", r"\1 ip "),
    (r" established", ""),
    (r" time-range \S+", ""),
    (r" (?:echo|echo-request|nd-ns|nd-na|unreachable)$", ""),
    (r"object-group \S+", "any"),
    (r"^permit", "deny"),
    (r"^deny", "permit"),
)


def mutants(entries):
    for n in range(len(entries)):
        yield f"without {entries[n]}", entries[:n] + entries[n + 1 :]
    for n in range(len(entries) - 1):
        yield f"swapped {entries[n]}", [*entries[:n], entries[n + 1], entries[n], *entries[n + 2 :]]
    for n, entry in enumerate(entries):
        for pattern, wider in WIDER:
            changed = re.sub(pattern, wider, entry, count=1)
            if changed != entry:
                yield f"{entry} made {changed}", [*entries[:n], fitting(changed), *entries[n + 1 :]]


def fitting(entry):
    """Write an entry that a substitution has put together as its family has it."""
    if entry.split()[1] == "ip":
        entry = re.sub(r" eq \S+| range \S+ \S+| established| echo(?:-request|-reply)?$| nd-n[as]$", "", entry)
    network = re.sub(r"(\d+)\.(\d+)\.\d+\.\d+ 0\.0\.255\.255", r"\1.\2.0.0 0.0.255.255", entry)
    return re.sub(r"^(\w+) ip ", r"\1 ipv6 ", network) if ":" in network else network


@dataclass(frozen=True)
class Packet:
    source: int
    target: int
    protocol: str
    sport: int
    dport: int
    icmp: int
    established: bool
    inside: bool
    """Within the windows."""


def matches(rule, packet):
    def among(place, address):
        members = place.prefixes if isinstance(place, Group) else (place,)
        return any(member.first <= address <= member.last for member in members)

    def port(spans, number):
        return not spans or any(low <= number <= high for low, high in spans)

    icmp = ICMP[rule.source.family].get(rule.icmp)
    return (
        (not rule.window or packet.inside)
        and rule.protocol in {"ip", packet.protocol}
        and (not rule.established or packet.established)
        and (icmp is None or icmp[0] <= packet.icmp <= sum(icmp))
        and port(rule.sports, packet.sport)
        and port(rule.dports, packet.dport)
        and among(rule.source, packet.source)
        and among(rule.target, packet.target)
    )


def passes(rules, packet):
    return next((rule.action == "permit" for rule in rules if matches(rule, packet)), False)


def corners(one, other):
    """Packets at the places where a rule of either list begins, ends or lies next to: some thousand, always the same."""
    dice = random.Random(1)
    both = (*one, *other)

    def ends(place):
        members = place.prefixes if isinstance(place, Group) else (place,)
        return {n for member in members for n in (member.first, member.last, member.last + 1)}

    sources = sorted({n for rule in both for n in ends(rule.source)})
    targets = sorted({n for rule in both for n in ends(rule.target)})
    dports = sorted({40000} | {n for rule in both for low, high in rule.dports for n in (low, high, high + 1)})
    sports = sorted({40000} | {n for rule in both for low, high in rule.sports for n in (low, high, high + 1)})
    types = sorted({0, 65535} | {ICMP[rule.source.family][rule.icmp][0] for rule in both if rule.icmp})
    for _ in range(1500):
        yield Packet(
            dice.choice(sources),
            dice.choice(targets),
            dice.choice(("tcp", "udp", "icmp", "47")),
            dice.choice(sports),
            dice.choice(dports),
            dice.choice(types),
            dice.random() < 0.5,
            dice.random() < 0.5,
        )


def proven(name):
    """Try every mutant of a list; return how many there are, and those that the proof calls equivalent."""
    head, lines = section(name)
    entries = [body(line) for line in lines]
    golden = LISTS[name].rules
    assert same(read(head, entries), golden)
    tried, equal = 0, []
    for what, mutated in mutants(entries):
        tried += 1
        with contextlib.suppress(ParseError):  # refused is seen too
            rules = read(head, mutated)
            if same(rules, golden):
                equal.append(what)
                differ = [
                    packet for packet in corners(golden, rules) if passes(golden, packet) != passes(rules, packet)
                ]
                assert not differ, f"{name}: {what}: the proof calls it equal, {differ[0]} tells them apart"
    return tried, equal


@pytest.mark.parametrize("name", FEW)
def test_every_mutation_is_seen_or_changes_nothing(name):
    tried, equal = proven(name)
    assert tried > 20
    assert not [what for what in equal if what.startswith("without permit")], "no permit is there for nothing"
    assert len(equal) < tried / 2, "most of what the lists say decides something"


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(set(LISTS) - set(FEW)))
def test_every_mutation_of_every_list_is_seen_or_changes_nothing(name):
    tried, equal = proven(name)
    assert len(equal) < tried / 2


MEMBERS = [line for line in NAMES.splitlines() if line.startswith((" host ", " 1", " 2"))]
ALONE = [line for line in MEMBERS if line.startswith((" 192.0.2.", " 2001:DB8:"))]


@pytest.mark.parametrize("line", [line for line in MEMBERS if line not in ALONE])
def test_a_group_without_one_of_its_members_is_another_group(line):
    access = PARSER.access(RENDERED.text.replace(f"{line}\n", "", 1))
    assert access.groups != ROUTER.groups
    assert any(not same(access.by_name()[one.family, one.name].rules, one.rules) for one in ROUTER.access)


@pytest.mark.parametrize("line", ALONE)
def test_a_group_without_members_is_none(line):
    """IOS deletes an empty group; an entry that names it means nothing that we know of."""
    with pytest.raises(ParseError, match=r"object group EXAMS6? is defined nowhere"):
        PARSER.access(RENDERED.text.replace(f"{line}\n", "", 1))


def test_a_window_of_other_hours_is_another_window():
    for old, new in ((" 7:00 to", " 6:00 to"), ("20:00", "21:00"), ("Monday ", ""), (" periodic", " periodic Sunday")):
        changed = RENDERED.text.replace(old, new)
        assert changed != RENDERED.text
        assert PARSER.access(changed).windows != ROUTER.windows
