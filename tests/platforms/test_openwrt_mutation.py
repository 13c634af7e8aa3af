"""One rule of the router's configuration deleted, moved or widened: the comparison turns red, or nothing changes.

That nothing changes is asked of another judge: both lists decide every packet at the borders of their rules alike.
"""

import re

import pytest
import uci_site
from first_match import alike

from homeroom.platforms.openwrt.parser import UciParser
from homeroom.policy.compare import same

PARSER = UciParser()
ROUTER = uci_site.router()
TEXT = uci_site.RENDERER.render(ROUTER, ["segmentation", "filtering"]).text
BLOCKS = re.split(r"(?m)^(?=config |package )", TEXT)
RULES = [block for block in BLOCKS if block.startswith("config rule")]
REST = "".join(block for block in BLOCKS if not block.startswith(("config rule", "config redirect")))
LISTS = {entry.name: entry for entry in ROUTER.access}
QUICK = ("STUDENT-LOCAL", "STUDENT-FWD", "IOT-FWD6", "WAN-LOCAL6", "WAN-FWD", "CCTV-FWD6")


def of(entry):
    """The rules of one list, as the configuration prints them."""
    wanted = {f"\toption src '{entry.role}'\n", f"\toption family 'ipv{entry.family}'\n"}
    through = entry.hook == "through"
    return [r for r in RULES if all(line in r for line in wanted) and ("\toption dest '*'\n" in r) == through]


def read(entry, rules):
    return PARSER.access(REST + "package firewall\n\n" + "".join(rules)).by_name()[entry.family, entry.name].rules


def without(rule, key):
    return re.sub(rf"\t(?:option|list) (?:{key}) .*\n", "", rule)


def wider(rule):
    """Every way to make one rule match or let pass more."""
    for key in ("src_ip", "dest_ip"):
        for found in re.finditer(rf"\tlist {key} '(\S+)/(\d+)'\n", rule):
            yield without(rule, key)
            yield rule.replace(found.group(), f"\tlist {key} '{_shorter(found[1], int(found[2]))}'\n")
    for key in ("src_port", "dest_port"):
        if found := re.search(rf"\toption {key} '(\d+)(?:-(\d+))?'\n", rule):
            yield without(rule, key)
            yield rule.replace(found.group(), f"\toption {key} '{found[1]}-{int(found[2] or found[1]) + 1}'\n")
            yield rule.replace(found.group(), f"\toption {key} '{int(found[1]) - 1}-{found[2] or found[1]}'\n")
    for key in ("icmp_type", "ipset", "start_time|stop_time|weekdays"):
        if without(rule, key) != rule:
            yield without(rule, key)
    if "'ACCEPT'" not in rule:
        yield re.sub(r"option target '\w+'", "option target 'ACCEPT'", rule)
    if "option proto 'udp'" in rule:
        yield rule.replace("option proto 'udp'", "option proto 'tcp udp'")


def _shorter(address, length):
    import ipaddress

    return str(ipaddress.ip_network(f"{address}/{max(length - 1, 0)}", strict=False))


def mutants(rules):
    for n, rule in enumerate(rules):
        yield f"delete {n}", [*rules[:n], *rules[n + 1 :]]
        if n + 1 < len(rules):
            yield f"swap {n}", [*rules[:n], rules[n + 1], rule, *rules[n + 2 :]]
        for m, widened in enumerate(wider(rule)):
            yield f"widen {n}.{m}", [*rules[:n], widened, *rules[n + 1 :]]


def check(entry):
    rules = of(entry)
    whole = read(entry, rules)
    assert same(entry.rules, whole)
    red = equal = 0
    for name, mutant in mutants(rules):
        changed = read(entry, mutant)
        if same(entry.rules, changed):
            equal += 1
            assert alike(whole, changed, more=100), f"{entry.name}: {name} changes what passes and nobody noticed"
        else:
            red += 1
    assert red >= len(rules) / 2, f"{entry.name}: {red} red, {equal} equal"
    return red, equal


@pytest.mark.parametrize("name", QUICK)
def test_every_mutation_is_noticed_or_changes_nothing(name):
    check(LISTS[name])


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in LISTS if name not in QUICK])
def test_every_mutation_of_every_list_is_noticed_or_changes_nothing(name):
    if of(LISTS[name]):
        check(LISTS[name])


def test_lost_without_a_trace_is_nothing():
    """A package of the firewall that is away, a zone that is away: the law's look-up fails."""
    assert not PARSER.access(TEXT.split("package firewall")[0]).lists
    zone = next(block for block in BLOCKS if block.startswith("config zone 'zone_student'"))
    assert (4, "STUDENT-FWD") not in PARSER.access(REST.replace(zone, "")).by_name()
