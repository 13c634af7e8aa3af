"""aerleon (Apache-2.0) generates the same matrix; our parsers read its text, and our comparison finds nothing different.

Where it differs, or would leave something open, the difference is asserted here and explained. aerleon is a second
opinion for tests only: nothing of it runs in the product.
"""

import re
from dataclasses import replace
from functools import cache

import pytest
from aerleon import api
from aerleon.aclgen import ACLGeneratorError
from aerleon.lib import naming
from aerleon_terms import Filter, networks, services
from shipped_policy import POLICY, lists, tracked

from homeroom.errors import ParseError
from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.junos.parser import JunosParser
from homeroom.policy.compare import opens, same
from homeroom.policy.model import Rule
from homeroom.prefix import ANY, Prefix

ROLES = tuple(POLICY.roles)
NAME = "ROLE"


@cache
def definitions():
    made = naming.Naming()
    made.ParseDefinitionsObject({"networks": networks(), "services": services()}, "shipped")
    return made


def generate(terms, **targets):
    """Have aerleon print one filter for a target; return the text."""
    header = {"targets": {name.replace("__", "-"): said for name, said in targets.items()}}
    made = api.Generate([{"filename": "role", "filters": [{"header": header, "terms": terms}]}], definitions())
    return next(iter(made.values()), "") if made else ""


def without_removals(text):
    """Drop the removal that stands before each list: see `test_a_list_is_removed_before_it_is_written`."""
    return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith(("no ip", "exit")))


def cisco_like(parser, text, family):
    return parser.access(without_removals(text)).by_name()[family, NAME if family == 4 else f"ipv6-{NAME}"].rules


def ios(terms, family):
    return cisco_like(IosParser(), generate(terms, cisco=f"{NAME} mixed"), family)


def eos(terms, family):
    return cisco_like(EosParser(), generate(terms, arista=f"{NAME} mixed"), family)


def junos(terms, family):
    name = "inet" if family == 4 else "inet6"
    text = generate(terms, juniper=f"{NAME} {name}").replace("replace: ", "")
    text += f"interfaces {{ ge-0/0/0 {{ unit 0 {{ family {name} {{ filter {{ input {NAME}; }} }} }} }} }}\n"
    return JunosParser().access(text).by_name()[family, NAME].rules


def wanted(role, family):
    """The compiled list of a role without its windows, for which aerleon has no word."""
    return [replace(rule, window="") for rule in lists()[role, family].rules]


@pytest.mark.parametrize("target", [ios, eos, junos], ids=lambda one: one.__name__)
@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("role", ROLES)
def test_aerleon_says_the_same(target, family, role):
    found = target(Filter(role).terms, family)
    assert not opens(wanted(role, family), found)
    assert not opens(found, wanted(role, family))


@pytest.mark.parametrize("target", [ios, eos, junos], ids=lambda one: one.__name__)
def test_a_term_left_out_is_seen(target):
    """But for those that only tell the sender at once what the last term denies anyway."""
    terms = Filter("student").terms
    for place, term in enumerate(terms[:-1]):
        if term["action"] == "reject" and "destination-port" in term:
            continue
        less = [target([*terms[:place], *terms[place + 1 :]], family) for family in (4, 6)]
        equal = [same(wanted("student", family), found) for family, found in zip((4, 6), less, strict=True)]
        assert not all(equal), term


# --- nftables: a stateful target, so it is held against the lists of platforms that track connections


PORTS = {"dport": "dports", "sport": "sports"}
MATCH = re.compile(
    r"(ip6?) ([sd])addr (\{[^}]*\}|\S+)|(tcp|udp) ([sd]port) (\{[^}]*\}|\S+)|(icmp|icmpv6) type (\{[^}]*\}|\S+)"
)


def members(said):
    return [one.strip() for one in said.strip("{}").split(",")]


def span(said):
    low, _, high = said.partition("-")
    return int(low), int(high or low)


def chains(text):
    """Chain -> its statements."""
    found, name = {}, ""
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["chain"]:
            name = words[1]
            found[name] = []
        elif name and words and words not in (["}"], ["{"]):
            found[name].append(line.strip())
    return found


def statement(line, family):
    """Read one statement as rules of a family; none when it is the other family's."""
    action = line.split()[-1]
    assert action in {"accept", "drop"}, line
    made = {"source": [ANY[family]], "target": [ANY[family]], "dports": (), "sports": (), "protocol": "ip"}
    rest = MATCH.sub("", line)
    assert not re.sub(r'ct state new|log prefix "[^"]*"|accept|drop', "", rest).strip(), line
    for ip, end, said, kind, port, spans, icmp, types in MATCH.findall(line):
        if ip:
            if (ip == "ip") != (family == 4):
                return []
            made["source" if end == "s" else "target"] = [Prefix.parse(one) for one in members(said)]
        elif kind:
            made |= {"protocol": kind, PORTS[port]: tuple(span(one) for one in members(spans))}
        else:
            assert not (icmp and types), "what is forwarded has no ICMP of its own"
    return [
        Rule(
            "permit" if action == "accept" else "deny", made["protocol"], source, target, made["sports"], made["dports"]
        )
        for source in made["source"]
        for target in made["target"]
    ]


def nftables(text, family):
    """Read aerleon's table: the base chain lets established connections pass and jumps to each term in turn."""
    found = chains(text)
    (base,) = (body for name, body in found.items() if name.startswith("root"))
    assert "type filter hook forward priority 0; policy drop;" in base
    assert "ct state established,related accept" in base
    rules = [Rule("permit", "ip", ANY[family], ANY[family], established=True)]
    for line in base:
        if line.startswith("jump "):
            rules += [rule for said in found[line.removeprefix("jump ")] for rule in statement(said, family)]
    return [*rules, Rule("deny", "ip", ANY[family], ANY[family])]


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("role", ROLES)
def test_aerleons_nftables_say_the_same(family, role):
    terms = Filter(role, stateful=True, reject="deny").terms
    found = nftables(generate(terms, nftables="mixed forward"), family)
    meant = [replace(rule, window="") for rule in tracked()[role, family, "through"].rules]
    assert not opens(meant, found)
    assert not opens(found, meant)


# --- its traps, each of which would leave a school open, or shut, without a word


TERMS = [
    {"name": "web", "protocol": "tcp", "source-address": "STUDENT", "destination-port": "HTTPS", "action": "accept"},
    {"name": "clocks", "protocol": "udp", "source-address": "STUDENT", "destination-address": "NTP",
     "destination-port": "NTP", "action": "accept"},
    {"name": "discovery", "protocol": "icmpv6", "icmp-type": ["neighbor-solicit", "echo-request"], "action": "accept"},
]  # fmt: skip
DEFAULT = {"name": "default", "action": "deny"}


def test_traffic_policies_lose_a_term_called_default():
    """`arista_tp` drops a last term called `default`: its own default passes nothing on, but the log is lost."""
    spoken = generate([*TERMS, {**DEFAULT, "name": "default-deny", "logging": "true"}], arista_tp=f"{NAME} mixed")
    silent = generate([*TERMS, {**DEFAULT, "logging": "true"}], arista_tp=f"{NAME} mixed")
    assert "log" in spoken
    assert "log" not in silent
    with pytest.raises(ParseError, match="'traffic-policies' is not understood"):
        EosParser().access(spoken)


@pytest.mark.parametrize(("target", "option"), [("cisco", "extended"), ("arista", "extended"), ("juniper", "inet")])
def test_inet_and_extended_are_ipv4_only(target, option):
    text = generate([*TERMS, DEFAULT], **{target: f"{NAME} {option}"})
    assert "2001:db8" not in text
    assert "ipv6 access-list" not in text
    assert "inet6" not in text


def test_reject_is_unknown_to_nftables():
    """So the test above says `deny` there; where it is known on a list without answers it is printed as deny."""
    with pytest.raises(ACLGeneratorError, match="reject"):
        generate([{**DEFAULT, "name": "no", "action": "reject"}], nftables="mixed forward")
    text = generate([{**DEFAULT, "name": "no", "action": "reject"}], cisco=f"{NAME} mixed")
    assert "deny ip any any" in text
    assert "reject" not in text.replace("remark", "")


def test_a_target_nobody_knows_prints_nothing():
    assert generate([*TERMS, DEFAULT], junipersrx=f"{NAME} inet") == ""


def test_a_list_is_removed_before_it_is_written():
    """Pushed as a merge, a list that is applied is nowhere for a moment, and on IOS everything passes by it."""
    for target, head in (("cisco", "no ip access-list extended "), ("arista", "no ip access-list ")):
        text = generate([*TERMS, DEFAULT], **{target: f"{NAME} mixed"})
        assert text.index(f"{head}{NAME}") < text.index(f"\n{head.removeprefix('no ')}{NAME}")


def test_nftables_of_one_family_open_what_the_other_family_was_meant_for():
    """A term none of whose addresses are of the family loses its addresses instead of itself: anybody, to anywhere."""
    found = chains(generate([*TERMS, DEFAULT], nftables="inet6 forward"))
    assert found["clocks"] == ["udp dport 123 ct state new accept"]
    assert found["web"] == ["ip6 saddr 2001:db8:0:4210::/64 tcp dport 443 ct state new accept"]


def test_nftables_cannot_print_a_single_type_of_icmpv6():
    with pytest.raises(TypeError):
        generate([{**TERMS[2], "icmp-type": ["neighbor-solicit"]}], nftables="mixed forward")


def test_nftables_of_ipv4_let_everything_pass_for_a_term_of_icmpv6():
    """Its warning says the term is not rendered; what is rendered is an accept without any match."""
    assert chains(generate([*TERMS, DEFAULT], nftables="inet forward"))["discovery"] == ["ct state new accept"]
