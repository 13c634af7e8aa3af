"""What a device is asked after a change, and what of the answers the change is to blame for."""

import dataclasses

import pytest

from homeroom.platforms.box import Question
from homeroom.rollout.services import Service, ask, blamed, services


class Box:
    """Answers by address; `cannot`: kinds of questions its platform has no words for."""

    def __init__(self, dead=(), cannot=()):
        self.dead, self.cannot, self.asked = set(dead), set(cannot), []

    def ask(self, questions):
        self.asked.append([(one.kind, one.address) for one in questions])
        return tuple(None if one.kind in self.cannot else one.address not in self.dead for one in questions)


def radius(number):
    return Service("logins", Question("echo", f"192.0.2.{number}", "10.0.0.2"), f"RADIUS {number}")


ONE, TWO = radius(5), radius(6)
UP = Service("uplink", Question("echo", "100.64.0.0"), "the uplink is dead")
NAMES = Service("names", Question("name", "2001:db8::53", "2001:db8:1::1", "x.example"), "no names")
RAN = "ip route 0.0.0.0 0.0.0.0 100.64.0.0\nserver 192.0.2.5\nserver 192.0.2.6\ndns 2001:DB8::53\n"


@pytest.mark.parametrize(
    ("after", "before", "said"),
    [
        ({UP: True, NAMES: True}, {UP: True, NAMES: True}, ()),
        ({UP: False}, {UP: True}, (UP,)),
        ({UP: False}, {UP: False}, ()),
        ({UP: False}, None, (UP,)),
        ({UP: None}, None, ()),
        ({UP: False}, {UP: None}, (UP,)),
        ({NAMES: False}, {NAMES: False}, ()),
        ({ONE: True, TWO: False}, {ONE: True, TWO: False}, ()),
        ({ONE: True, TWO: False}, {ONE: True, TWO: True}, (TWO,)),
        ({ONE: True, TWO: False}, {ONE: False, TWO: True}, (TWO,)),
        ({ONE: True, TWO: False}, None, ()),
        ({ONE: False, TWO: False}, None, (ONE, TWO)),
        ({ONE: False, TWO: False}, {ONE: False, TWO: False}, ()),
    ],
)
def test_what_the_change_is_blamed_for(after, before, said):
    assert blamed(after, before, RAN) == said


def test_what_is_new_must_work_though_nobody_could_be_asked_before():
    assert blamed({UP: False}, {UP: False}, "no such address 100.64.0.01 1100.64.0.0\n") == (UP,)
    assert blamed({ONE: False, TWO: False}, {ONE: False, TWO: False}, "") == (ONE, TWO)
    assert blamed({NAMES: False}, {NAMES: False}, "dns 2001:db8::53:1\n") == (NAMES,)


def test_a_router_is_asked_for_its_uplinks_and_for_each_resolver_once(whole):
    intent = next(one.intent for name, one in whole[0].members.items() if "-rtr" in name)
    found = services(intent)
    assert [one.question.address for one in found if one.kind == "uplink"] == [one.peer4 for one in intent.uplinks]
    resolvers = {a for one in intent.segments for a in (one.resolver4, one.resolver6) if a}
    names = [one for one in found if one.kind == "names"]
    assert sorted(one.question.address for one in names) == sorted(resolvers)
    gateways = {one.gateway4 for one in intent.segments} | {one.gateway6 for one in intent.segments}
    assert all(one.question.source in gateways and one.question.name == intent.device.domain for one in names)
    for one in names:
        assert (":" in one.question.source) == (":" in one.question.address)
        assert one.question.address in one.failure
        assert one.question.source in one.failure


def test_a_switch_is_asked_for_its_radius_servers_from_its_own_address(whole):
    intent = next(one.intent for name, one in whole[0].members.items() if "-sw" in name)
    found = services(intent)
    assert {one.kind for one in found} == {"logins"}
    assert [one.question.address for one in found] == list(intent.admission.radius)
    assert {one.question.source for one in found} == {intent.management.v4}
    bare = dataclasses.replace(intent, admission=None)
    assert services(bare) == ()


def test_where_a_platform_has_no_words_for_names_the_resolver_is_pinged():
    box = Box(cannot={"name"})
    one = dataclasses.replace(NAMES, instead=Question("echo", "2001:db8::53"))
    assert ask(box, [UP, one]) == {UP: True, one: True}
    assert box.asked == [[("echo", "100.64.0.0"), ("name", "2001:db8::53")], [("echo", "2001:db8::53")]]
    assert ask(Box(cannot={"name", "echo"}), [UP, one]) == {UP: None, one: None}


def test_a_device_without_services_is_not_asked_at_all():
    box = Box()
    assert ask(box, []) == {}
    assert box.asked == []
