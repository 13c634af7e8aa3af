"""One entry of the router's configuration deleted, moved or widened: the comparison turns red, or nothing changes.

Neither is taken on trust: where two lists are called equal, packets at the borders of the entries are decided alike by
plain first match; where they are called different, a packet is decided differently.
"""

import ipaddress
import random
import re
from dataclasses import replace
from functools import cache

import pytest
from eos_site import PARSER, RENDERER, router

from homeroom.errors import ParseError
from homeroom.policy.compare import opens, same
from homeroom.policy.regions import holds, of_rule

LISTS = {entry.name: entry for entry in router().access}
QUICK = ("GUEST-IN", "EXAM-IN6", "MANAGEMENT-IN", "CCTV-IN6")


@cache
def printed(name):
    """The lines of one list, its head first."""
    entry = LISTS[name]
    lines = RENDERER.render(replace(router(), access=(entry,)), ["segmentation"]).text.splitlines()
    head = f"{'ip' if entry.family == 4 else 'ipv6'} access-list {name}"
    return tuple(lines[lines.index(head) :])


def read(name, lines):
    return PARSER.access("\n".join(lines)).by_name()[LISTS[name].family, name].rules


def mutants(lines):
    """Every deletion, every swap of neighbours (numbers stay), every widening of one entry."""
    for place in range(1, len(lines)):
        before, line, after = lines[:place], lines[place], lines[place + 1 :]
        yield f"delete {line}", (*before, *after)
        if after:
            (one, said), (two, other) = line.split(maxsplit=1), after[0].split(maxsplit=1)
            yield f"swap {line}", (*before, f"   {one} {other}", f"   {two} {said}", *after[1:])
        for changed in wider(line):
            if changed != line:
                yield f"widen {line}: {changed}", (*before, changed, *after)


def wider(line):
    """Every way to make one entry match or let pass more."""
    number, _, kind, *ends = line.split()
    for found in re.finditer(r"host \S+|\S+/\d+", line):
        yield line.replace(found.group(), "any", 1)
        yield line.replace(found.group(), shorter(found.group()), 1)
    for found in re.finditer(r" eq (\S+)| range (\S+) (\S+)", line):
        yield line.replace(found.group(), "", 1)
        yield line.replace(found.group(), " gt 1023", 1)
        yield line.replace(found.group(), " range 1 65535", 1)
    for word in (" established", *(f" {ends[-1]}" if kind.startswith("icmp") else "",)):
        yield line.replace(word, "") if word else line
    everything = "ipv6" if ":" in line or kind in {"ipv6", "icmpv6"} else "ip"
    addresses = re.findall(r"host \S+|\S+/\d+|any", line)
    yield f"   {number} permit {everything} {' '.join(addresses[:2])}"
    yield line.replace(" deny ", " permit ")


def shorter(said):
    """One bit less."""
    network = ipaddress.ip_network(said.removeprefix("host ")).supernet()
    return network.with_prefixlen


def points(regions):
    """Packets at the borders of the entries: a choice."""
    dice = random.Random(7)
    tops = [max(high for region in regions for _, high in region[n]) for n in range(7)]
    edges = [
        sorted({v for r in regions for low, high in r[n] for v in (low - 1, low, high, high + 1) if 0 <= v <= tops[n]})
        for n in range(7)
    ]
    for region in regions:
        yield tuple(spans[0][0] for spans in region)
        yield tuple(spans[-1][1] for spans in region)
    yield from (tuple(dice.choice(values) for values in edges) for _ in range(200))


def decide(regions, rules, point):
    """First match, as a switch does it."""
    return next((rule.action == "permit" for rule, one in zip(rules, regions, strict=True) if holds(one, point)), False)


def check(name):
    lines = printed(name)
    whole = read(name, lines)
    assert same(whole, [replace(rule, window="") for rule in LISTS[name].rules])
    red = equal = 0
    for label, changed in mutants(lines):
        try:
            found = read(name, changed)
        except (ParseError, KeyError):  # refused is noticed too
            red += 1
            continue
        old, new = [of_rule(rule) for rule in whole], [of_rule(rule) for rule in found]
        if same(whole, found):
            equal += 1
            assert all(decide(old, whole, p) == decide(new, found, p) for p in points(old + new)), label
        else:
            red += 1
            shown = (opens(whole, found) or opens(found, whole))[0].region
            point = tuple(spans[0][0] for spans in shown)
            assert decide(old, whole, point) != decide(new, found, point), label
    return red, equal


@pytest.mark.parametrize("name", QUICK)
def test_every_mutation_is_seen_or_changes_nothing(name):
    red, equal = check(name)
    assert red > 2 * equal, "most of them decide something"


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in LISTS if name not in QUICK])
def test_every_mutation_of_every_list(name):
    assert check(name)[0]


def test_a_list_taken_off_its_interface_is_seen():
    text = RENDERER.render(router(), ["segmentation", "uplinks"]).text
    whole = set(PARSER.access(text).applied)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if "access-group" in line:
            assert set(PARSER.access("\n".join(lines[:number] + lines[number + 1 :])).applied) != whole
            turned = [*lines[:number], line.replace(" in", " out"), *lines[number + 1 :]]
            assert set(PARSER.access("\n".join(turned)).applied) != whole
