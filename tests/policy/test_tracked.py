"""Lists of a platform that tracks connections say the same of new connections as those of one that does not."""

import itertools

import pytest
from shipped_policy import CENTRAL, POLICY, PREFIXES, lists, tracked

from homeroom.policy.compare import everything, opens
from homeroom.policy.draft import list_name
from homeroom.policy.load import GROUPS, MANAGEMENT
from homeroom.policy.model import WAN, Service
from homeroom.policy.proof import Prover, connections
from homeroom.policy.regions import NEW, subtract
from homeroom.prefix import ANY, Prefix

ROLES = tuple(POLICY.roles)


def new(regions):
    """The packets of regions that open a connection."""
    return [(*region[:-1], NEW) for region in regions if region[-1][0][0] == 0]


def passes(rules, question):
    """What a list permits of a question, as regions."""
    return [region for _, region in Prover(rules).permitted(question)]


def beyond(some, others):
    """The packets of some regions that are in none of the others."""
    rest = list(some)
    for other in others:
        rest = [piece for region in rest for piece in subtract(region, other)]
    return rest


def router(family):
    """Every packet to the router's own addresses."""
    own = [Prefix(family, p.first + 1, 32 if family == 4 else 128) for p in PREFIXES[family].values()]
    return [connections(ANY[family], address) for address in own]


@pytest.mark.parametrize(("role", "family"), [*itertools.product(ROLES, (4, 6))])
def test_law_through_is_what_in_lets_out(role, family):
    elsewhere = beyond(new([everything(family)]), router(family))
    stateless = passes(lists()[role, family].rules, elsewhere)
    stateful = passes(tracked()[role, family, "through"].rules, elsewhere)
    # a router without connections must also pass new-looking errors, replies by port, and what is on the link
    assert beyond(stateful, stateless) == []
    for extra in beyond(stateless, stateful):
        _, _, protocol, sports, *_ = extra
        icmp = protocol in (((1, 1),), ((58, 58),))
        answers = sports != ((0, 65535),) and role == MANAGEMENT
        dhcp = protocol == ((17, 17),) and sports in (((68, 68),), ((546, 546),))
        assert icmp or answers or dhcp, extra


@pytest.mark.parametrize(("role", "family"), [*itertools.product(ROLES, (4, 6))])
def test_law_local_is_what_in_lets_to_the_router(role, family):
    """The device's own services are reached by the NOC alone, which comes in by an uplink."""
    found = passes(tracked()[role, family, "local"].rules, new(router(family)))
    assert beyond(found, passes(lists()[role, family].rules, new(router(family)))) == []
    assert all(region[2] != ((6, 6),) for region in found)


@pytest.mark.parametrize("family", [4, 6])
def test_law_from_outside_only_the_noc_opens_anything(family):
    noc = [prefix for prefix in CENTRAL.noc if prefix.family == family]
    for role in ROLES:
        question = [connections(ANY[family], PREFIXES[family][role])]
        for prefix in noc if role == MANAGEMENT else ():
            question = [piece for one in question for piece in subtract(one, connections(prefix, ANY[family]))]
        for hook in ("local", "through"):
            assert passes(tracked()[WAN, family, hook].rules, question) == []
        answers = passes(lists()[WAN, family].rules, question)
        assert all(region[3] != ((0, 65535),) or region[2] in (((1, 1),), ((58, 58),)) for region in answers)


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("hook", ["local", "through"])
def test_the_noc_reaches_the_devices(family, hook):
    noc = next(prefix for prefix in CENTRAL.noc if prefix.family == family)
    rules = tracked()[WAN, family, hook].rules
    for service in (Service("tcp", ((22,),)), Service("udp", ((161,),))):
        question = connections(noc, PREFIXES[family][MANAGEMENT], service)
        assert passes(rules, [question]) == [question]


def test_names_and_order():
    assert [(one.name, one.hook) for one in tracked().values()][:4] == [
        ("STUDENT-LOCAL", "local"),
        ("STUDENT-FWD", "through"),
        ("STUDENT-LOCAL6", "local"),
        ("STUDENT-FWD6", "through"),
    ]
    assert list_name("wan", 6, "through") == "WAN-FWD6"
    for one in tracked().values():
        assert one.rules[0].established
        assert (one.rules[-1].action, one.rules[-1].log) == ("deny", True)
        assert Prover(one.rules).dead() == ()


def test_what_a_change_opens_and_closes():
    rules = lists()["student", 4].rules
    assert opens(rules, rules) == ()
    without = tuple(rule for rule in rules if rule.dports != ((443, 443),) or rule.protocol != "tcp")
    closed, *more = opens(without, rules)
    assert {one.rule_index for one in more} <= {closed.rule_index}
    assert (closed.window, closed.packet.split()[0], closed.packet[-4:]) == ("school_day", "tcp", ":443")
    assert rules[closed.rule_index].note == "profiles.pupil.egress: web"
    assert opens(rules, without) == ()
    assert opens(rules, ()) == ()
    assert GROUPS
