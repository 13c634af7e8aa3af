"""One rule of the router's configuration deleted, moved or widened: the comparison turns red, or nothing changes.

Neither is taken on trust: where two lists are called equal, packets at the borders of their rules are decided alike by
plain first match; where they are called different, a packet is decided differently.
"""

import ipaddress
import re
from dataclasses import replace

import pytest
import ros_site
from first_match import alike, differ
from ros_site import PARSER, RENDERER

from homeroom.errors import ParseError
from homeroom.policy.compare import same

ROUTER = ros_site.router()
LISTS = {entry.name: entry for entry in ROUTER.access}
QUICK = ("STUDENT-LOCAL", "STUDENT-FWD", "STAFF-LOCAL6", "EXAM-FWD6", "WAN-LOCAL6", "WAN-FWD")


class Printed:
    """The part of the router's configuration in which one list stands."""

    def __init__(self, entry):
        self.entry = entry
        self.lines = RENDERER.render(replace(ROUTER, access=(entry,)), ["filtering", "segmentation"]).text.splitlines()
        self.own = [number for number, line in enumerate(self.lines) if f"chain={entry.name} " in f"{line} "]

    def read(self, lines=None):
        text = "\n".join(self.lines if lines is None else lines)
        return PARSER.access(text).by_name()[self.entry.family, self.entry.name].rules

    def mutants(self):
        for place, number in enumerate(self.own):
            before, line, after = self.lines[:number], self.lines[number], self.lines[number + 1 :]
            yield f"delete {place}", [*before, *after]
            if place + 1 < len(self.own):
                yield f"swap {place}", [*before, after[0], line, *after[1:]]
            for changed in wider(line):
                yield f"widen {place}: {changed}", [*before, changed, *after]


def wider(line):
    """Every way to make one rule match or let pass more."""
    for side in ("src", "dst"):
        if found := re.search(rf" {side}-address=(\S+)", line):
            yield line.replace(found.group(), "")
            yield line.replace(found.group(), f" {side}-address={shorter(found[1])}")
        yield re.sub(rf" {side}-address-list=\S+", "", line)
        if found := re.search(rf" {side}-port=(\d+)(?:-(\d+))?", line):
            yield line.replace(found.group(), "")
            yield line.replace(found.group(), f" {side}-port={found[1]}-{int(found[2] or found[1]) + 1}")
            yield line.replace(found.group(), f" {side}-port={int(found[1]) - 1}-{found[2] or found[1]}")
    for name in ("icmp-options", "connection-state", "time"):
        yield re.sub(rf" {name}=\S+", "", line)
    yield re.sub(r" (?:protocol|src-port|dst-port|icmp-options)=\S+", "", line)
    yield re.sub(r"action=(?:drop|reject)", "action=accept", line)


def shorter(said):
    """One bit less."""
    network = ipaddress.ip_network(said)
    return network.supernet().with_prefixlen


def check(entry):
    printed = Printed(entry)
    whole = printed.read()
    assert same(entry.rules, whole)
    red = equal = 0
    for name, lines in printed.mutants():
        if lines == printed.lines:
            continue
        try:
            changed = printed.read(lines)
        except ParseError:  # refused is noticed too
            red += 1
            continue
        if same(entry.rules, changed):
            equal += 1
            assert alike(whole, changed), f"{entry.name}: {name} changes what passes and nobody noticed"
        else:
            red += 1
            assert differ(whole, changed), f"{entry.name}: {name} is called a difference and is none"
    assert red >= len(printed.own) / 2, f"{entry.name}: {red} red, {equal} equal"


@pytest.mark.parametrize("name", QUICK)
def test_every_mutation_is_noticed_or_changes_nothing(name):
    check(LISTS[name])


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in LISTS if name not in QUICK])
def test_every_mutation_of_every_list_is_noticed_or_changes_nothing(name):
    check(LISTS[name])


WHOLE = RENDERER.render(ROUTER).text.splitlines()
JUMPS = [number for number, line in enumerate(WHOLE) if "action=jump" in line]
NAT = [number for number, line in enumerate(WHOLE) if "action=dst-nat" in line]
ACCESS = PARSER.access("\n".join(WHOLE))


def without(number):
    return PARSER.access("\n".join([*WHOLE[:number], *WHOLE[number + 1 :]]))


@pytest.mark.parametrize("number", JUMPS[:: max(1, len(JUMPS) // 12)], ids=lambda number: WHOLE[number].split("=")[-1])
def test_a_lost_jump_is_noticed(number):
    assert without(number).applied != ACCESS.applied


@pytest.mark.parametrize("number", NAT[:: max(1, len(NAT) // 8)], ids=lambda number: WHOLE[number].split()[-1])
def test_a_lost_redirect_is_refused_for_the_other_protocol_stays(number):
    with pytest.raises(ParseError, match="is not redirected alike over UDP and TCP"):
        without(number)


def test_jumps_in_another_order_are_the_same():
    first, second = JUMPS[:2]
    lines = list(WHOLE)
    lines[first], lines[second] = lines[second], lines[first]
    access = PARSER.access("\n".join(lines))
    assert set(access.applied) == set(ACCESS.applied)
    assert access.by_name() == ACCESS.by_name()
