"""What the shipped policy compiles to, and the laws every compiled list obeys."""

import dataclasses
import itertools

import pytest
from shipped_policy import CENTRAL, POLICY, POOLS, PREFIXES, V4, V6, lists, prover, shown, tracked

from homeroom.errors import PolicyError
from homeroom.plan.layout import prefixes4
from homeroom.policy.compile import Compiler, access_lists
from homeroom.policy.draft import ECHO, ERRORS
from homeroom.policy.load import between, check
from homeroom.policy.model import Allow, FilterProfile, Group, Role, Rule, Service
from homeroom.policy.proof import connections, leaks
from homeroom.policy.regions import subtract
from homeroom.prefix import ANY, Prefix

ROLES = tuple(POLICY.roles)
PAIRS = [(a, b, family) for a, b in itertools.permutations(ROLES, 2) for family in (4, 6)]


def uncovered(role, family, question):
    """The packets of a question that the role's list does not permit."""
    rest = [question]
    for _, region in prover(role, family).permitted([question]):
        rest = [piece for part in rest for piece in subtract(part, region)]
    return rest


def test_golden_lists(golden):
    text = "".join(
        f"{access.name}\n" + "".join(f"{shown(rule)}\n" for rule in access.rules) for access in lists().values()
    )
    golden("policy/access.txt", text)


def test_golden_lists_of_a_platform_that_tracks_connections(golden):
    text = "".join(
        f"{access.name}\n" + "".join(f"{shown(rule)}\n" for rule in access.rules) for access in tracked().values()
    )
    golden("policy/tracked.txt", text)


@pytest.mark.parametrize(("source", "target", "family"), PAIRS)
def test_law_nothing_but_the_matrix_passes(source, target, family):
    ends = PREFIXES[family][source], PREFIXES[family][target]
    assert prover(source, family).leaks(*ends, between(POLICY, source, target)) == ()


@pytest.mark.parametrize("family", [4, 6])
def test_law_everything_in_the_matrix_passes(family):
    cells = [cell for cell in POLICY.matrix if cell.source in POLICY.roles and cell.target in POLICY.roles]
    assert cells
    for cell in cells:
        for name in cell.services:
            ends = PREFIXES[family][cell.source], PREFIXES[family][cell.target]
            assert uncovered(cell.source, family, connections(*ends, POLICY.services[name])) == []


@pytest.mark.parametrize("family", [4, 6])
def test_law_replies_pass_and_open_nothing(family):
    """What the matrix lets in is answered, and only as an established connection."""
    for cell in POLICY.matrix:
        if cell.source in POLICY.roles and cell.target in POLICY.roles:
            answers = [
                rule
                for rule in lists()[cell.target, family].rules
                if rule.action == "permit" and rule.target == PREFIXES[family][cell.source]
            ]
            assert answers
            assert all(rule.established and rule.sports and rule.protocol == "tcp" for rule in answers)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("family", [4, 6])
def test_law_shape_of_every_list(role, family):
    access = lists()[role, family]
    assert access.name == f"{role.upper()}-IN{'6' if family == 6 else ''}"
    last = access.rules[-1]
    assert (last.action, last.protocol, last.log) == ("deny", "ip", True)
    assert last.source.is_any
    assert last.target.is_any
    assert all(rule.note for rule in access.rules)
    assert all(len(rule.sports) <= 1 and len(rule.dports) <= 1 for rule in access.rules)
    assert all(rule.source.family == rule.target.family == family for rule in access.rules)
    assert len(set(access.rules)) == len(access.rules)
    assert prover(role, family).dead() == ()


@pytest.mark.parametrize("role", ROLES)
def test_law_a_forged_source_opens_nothing(role):
    """From an address that is not the role's own, only DHCP's and neighbour discovery's first packets pass."""
    other = Prefix.parse("203.0.113.0/24")
    assert prover(role, 4).leaks(other, Prefix.parse("198.51.100.0/24")) == ()
    assert prover(role, 4).leaks(other, V4["iot"]) == ()


@pytest.mark.parametrize("role", [role for role in ROLES if POLICY.roles[role].profile])
@pytest.mark.parametrize("family", [4, 6])
def test_law_names_are_asked_of_the_own_resolver_only(role, family):
    own = CENTRAL.resolvers[POLICY.roles[role].profile]
    every = {address for addresses in CENTRAL.resolvers.values() for address in addresses} | {"8.8.8.8", "2001:4860::8"}
    for address in every:
        resolver = Prefix.parse(address)
        if resolver.family == family:
            for protocol in ("udp", "tcp"):
                question = connections(PREFIXES[family][role], resolver, Service(protocol, ((53,),)))
                assert bool(uncovered(role, family, question)) == (address not in own)
                encrypted = connections(PREFIXES[family][role], resolver, Service(protocol, ((853,),)))
                assert uncovered(role, family, encrypted) == [encrypted]


def test_quic_is_refused_before_the_web_is_let_out():
    for role, made in POLICY.roles.items():
        if made.profile:
            question = connections(V4[role], Prefix.parse("203.0.113.7/32"), Service("udp", ((443,),)))
            assert bool(uncovered(role, 4, question)) != POLICY.profiles[made.profile].quic


def test_hosts_never_advertise_a_route():
    kinds = {rule.icmp for (_, family), access in lists().items() if family == 6 for rule in access.rules}
    assert "router-advertisement" not in kinds
    assert {"nd-ns", "nd-na", "router-solicitation", "packet-too-big", "echo-request"} <= kinds


def test_only_the_noc_speaks_with_management():
    """Devices open what the matrix says towards the central services, answer the NOC, and nothing else."""
    for target in ("10.0.0.0/8", "203.0.113.0/24", "192.168.0.0/16"):
        found = prover("management", 4).leaks(V4["management"], Prefix.parse(target))
        assert {leak.note for leak in found} <= {"ping the gateway"}
    noc = next(prefix for prefix in CENTRAL.noc if prefix.family == 4)
    found = prover("management", 4).leaks(V4["management"], noc)
    assert {(leak.protocol, lists()["management", 4].rules[leak.rule_index].sports) for leak in found} == {
        ("udp", ((161, 161),)),
        ("icmp", ()),
    }


def meaning(rule, family):
    """A rule without its family: places by name, ICMP by meaning."""
    places = {prefix: role for role, prefix in PREFIXES[family].items()}
    gateways = {Prefix(family, p.first + 1, 32 if family == 4 else 128): f"{r}'s" for r, p in PREFIXES[family].items()}
    resolvers = {Prefix.parse(address): name for name, addresses in DUAL.resolvers.items() for address in addresses}
    central = {
        Prefix.parse(address): f"{group}{number // 2}"
        for group in ("ntp", "syslog", "radius")
        for number, address in enumerate(getattr(DUAL, group))
    }
    groups = {end: end.name.removesuffix("6") for end in (rule.source, rule.target) if isinstance(end, Group)}
    names = {
        ANY[family]: "any",
        **groups,
        **places,
        **gateways,
        **resolvers,
        **central,
        **dict.fromkeys(DUAL.noc, "noc"),
    }
    icmp = "echo" if rule.icmp in ECHO.values() else rule.icmp
    kind = "errors" if rule.icmp in {*ERRORS[4], *ERRORS[6]} else icmp
    ends = names[rule.source], names.get(rule.target, "internal")
    return rule.action, rule.protocol, *ends, rule.sports, rule.dports, kind, rule.established, rule.log, rule.note


DUAL = dataclasses.replace(
    CENTRAL,
    ntp=("192.0.2.1", "2001:db8:ffff::1"),
    syslog=("192.0.2.3", "2001:db8:ffff::3"),
    radius=("192.0.2.5", "2001:db8:ffff::5"),
    noc=(Prefix.parse("198.51.100.0/24"), Prefix.parse("2001:db8:ffff:100::/64")),
)


@pytest.mark.parametrize("role", ROLES)
def test_law_both_families_mean_the_same(role):
    """Where the centre has both families, both lists are the same decisions in the same order."""
    made = {(access.role, access.family): access for access in access_lists(POLICY, DUAL, V4, V6, POOLS)}
    both = []
    for family in (4, 6):
        rules = [r for r in made[role, family].rules if r.note not in ("dhcp", "neighbour discovery")]
        both.append(list(dict.fromkeys(meaning(rule, family) for rule in rules)))
    assert both[0] == both[1]


def test_rules_that_name_no_place_are_shared_between_sites():
    compiler = Compiler(POLICY, CENTRAL)
    one, two = compiler.lists(V4, V6), compiler.lists(prefixes4(Prefix.parse("10.16.16.0/21"), "M"), V6)
    denies = [
        (a, b)
        for x, y in zip(one, two, strict=True)
        for a, b in zip(x.rules, y.rules, strict=True)
        if a.action != "permit" and not isinstance(a.target, Group)
    ]
    assert denies
    assert all(a is b for a, b in denies)


def test_a_site_has_lists_for_its_roles_only():
    made = access_lists(POLICY, CENTRAL, {"student": V4["student"], "iot": V4["iot"]}, {})
    assert [(access.role, access.family) for access in made] == [
        ("student", 4),
        ("iot", 4),
        ("wan", 4),
        ("wan", 6),
    ]


def test_pools_outside_the_private_ranges_are_internal():
    pools = tuple(
        map(
            Prefix.parse,
            (
                "203.0.112.0/24",
                "203.0.113.0/24",
                "203.0.113.0/25",
                "198.51.100.0/24",
                "198.51.101.0/24",
                "198.51.99.0/24",
            ),
        )
    )
    rules = access_lists(POLICY, CENTRAL, V4, V6, pools)[0].rules
    denied = [rule.target.cidr for rule in rules if rule.note.startswith("internal")]
    assert denied == [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "198.51.99.0/24",
        "198.51.100.0/23",
        "203.0.112.0/23",
    ]


def test_a_service_of_everything():
    policy = dataclasses.replace(
        POLICY,
        services={**POLICY.services, "any": Service("ip")},
        profiles={**POLICY.profiles, "pupil": FilterProfile(("any",))},
    )
    rules = access_lists(policy, CENTRAL, V4, V6)[0].rules
    assert Rule("permit", "ip", V4["student"], ANY[4], note="profiles.pupil.egress: any") in rules


def test_golden_a_profile_without_a_resolver():
    with pytest.raises(PolicyError) as caught:
        Compiler(POLICY, dataclasses.replace(CENTRAL, resolvers={"pupil": CENTRAL.resolvers["pupil"]}))
    assert str(caught.value) == (
        "programme.yaml names no resolver for exam, guest, office, staff, things, visitor: add it to central.resolvers"
    )


def test_a_role_more_needs_no_code():
    role = Role(85, "", "none", "staff")
    cell = Allow("lab", "iot", ("print",), "the lab prints", "school IT", POLICY.matrix[0].review)
    policy = dataclasses.replace(POLICY, roles={**POLICY.roles, "lab": role}, matrix=(*POLICY.matrix, cell))
    assert check(policy) == []
    v4 = {**V4, "lab": Prefix.parse("10.16.15.224/27")}
    made = {access.name: access for access in access_lists(policy, CENTRAL, v4, V6)}
    assert leaks(made["LAB-IN"].rules, v4["lab"], v4["iot"], between(policy, "lab", "iot")) == ()
    assert leaks(made["LAB-IN"].rules, v4["lab"], v4["staff"]) == ()
