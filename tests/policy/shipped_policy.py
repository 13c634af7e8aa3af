"""The shipped policy compiled for one site of the shipped example."""

from functools import cache

from homeroom.plan.layout import prefix6, prefixes4
from homeroom.policy.compile import access_lists
from homeroom.policy.load import load_policy
from homeroom.policy.model import Group
from homeroom.policy.proof import Prover
from homeroom.prefix import Prefix
from homeroom.programme.load import read_programme
from homeroom.project import Project, shipped

PROJECT = Project(shipped())
POLICY = load_policy(PROJECT)
CENTRAL = read_programme(PROJECT.inventory / "programme.yaml", "inventory/programme.yaml").central
V4 = {role: prefix for role, prefix in prefixes4(Prefix.parse("10.16.8.0/21"), "M").items() if role in POLICY.roles}
V6 = {role: prefix6(Prefix.parse("2001:db8:0:4200::/56"), made.vlan) for role, made in POLICY.roles.items()}
POOLS = (Prefix.parse("10.16.0.0/12"), Prefix.parse("2001:db8::/40"), Prefix.parse("2001:db8:100::/40"))
PREFIXES = {4: V4, 6: V6}


@cache
def lists():
    """Role and family -> access list."""
    made = access_lists(POLICY, CENTRAL, V4, V6, POOLS)
    return {(access.role, access.family): access for access in made}


@cache
def tracked():
    """Role, family and hook -> access list of a platform that tracks connections."""
    made = access_lists(POLICY, CENTRAL, V4, V6, POOLS, stateful=True)
    return {(access.role, access.family, access.hook): access for access in made}


@cache
def prover(role, family):
    return Prover(lists()[role, family].rules)


def end(place):
    """An end of a rule: a prefix, or a group's name."""
    return place.name if isinstance(place, Group) else place.cidr


def shown(rule):
    """One rule as a line a person reads."""
    words = [rule.action, rule.protocol, end(rule.source)]
    words += [f"from {low}-{high}" for low, high in rule.sports]
    words += ["->", end(rule.target)]
    words += [f"port {low}-{high}" if low != high else f"port {low}" for low, high in rule.dports]
    words += [rule.icmp] if rule.icmp else []
    words += ["established"] if rule.established else []
    words += ["log"] if rule.log else []
    words += [f"in {rule.window}"] if rule.window else []
    return f"  {' '.join(words):<95} # {rule.note}"
