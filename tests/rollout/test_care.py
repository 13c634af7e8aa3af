"""Before and after: what worked must work again, in time; what gets through counts at once."""

from types import SimpleNamespace

import pytest
from fakebox import Device

from homeroom.rollout import care as room
from homeroom.rollout.care import Care
from homeroom.rollout.neighbours import Neighbour
from homeroom.rollout.services import services

ONE, TWO = Neighbour("ap1", "127.0.0.1", 22, banner=True), Neighbour("ap2", "127.0.0.1", 23, banner=True)
RAN = "default via 100.64.0.0; radius 192.0.2.5"


class Around:
    """A site with two access points, of which a test says who answers, and what gets through."""

    def __init__(self, monkeypatch):
        self.answer, self.found, self.asked = {"ap1", "ap2"}, "", []
        monkeypatch.setattr(room, "answering", self.answering)

    def answering(self, some, within):
        del within
        self.asked.append([one.device for one in some])
        return frozenset(one.device for one in some if one.device in self.answer)

    def neighbours(self, intent):
        return (ONE, TWO) if intent.device.kind != "ap" else ()

    def leak(self, intent, running, before):
        self.compared = (running, before)
        return self.found


@pytest.fixture
def around(monkeypatch):
    return Around(monkeypatch)


@pytest.fixture
def member(whole):
    return next(one for name, one in whole[0].members.items() if "-rtr" in name)


@pytest.fixture
def checks(around, member):
    device = Device()
    care = Care(around, patience=10.0, clock=lambda: device.now, wait=device.wait)
    return SimpleNamespace(device=device, start=lambda one=member: care.checks(one), around=around)


def test_what_works_before_and_after_is_well_and_nobody_waits(checks):
    one = checks.start()
    one.before(checks.device, RAN)
    assert one.after(checks.device, "new") == ""
    assert checks.device.now == 0.0
    assert checks.around.compared == ("new", RAN)
    assert checks.around.asked == [["ap1", "ap2"], ["ap1", "ap2"]]
    assert checks.device.asked[0] == checks.device.asked[1]


def test_a_leak_is_said_at_once_and_nothing_else_is_asked(checks):
    one = checks.start()
    checks.around.found = "student reaches staff"
    assert one.after(checks.device, "new") == "student reaches staff"
    assert checks.device.asked == []


def test_what_a_person_asked_back_is_not_held_to_the_policy_of_today(checks, member):
    old = SimpleNamespace(
        intent=member.intent, features=member.features, work=SimpleNamespace(text=member.work.text + "!\n")
    )
    checks.around.found = "student reaches staff"
    assert checks.start(old).after(checks.device, "new") == ""


def test_a_service_has_time_to_come_back_and_only_it_is_asked_again(checks, member):
    one = checks.start()
    one.before(checks.device, RAN)
    checks.device.answers = lambda question: question.kind == "echo" or checks.device.now > 5
    assert one.after(checks.device, "new") == ""
    assert 5 < checks.device.now <= 10
    names = {one.question.address for one in services(member.intent) if one.kind == "names"}
    assert len(checks.device.asked) > 3
    assert all(set(asked) == names for asked in checks.device.asked[2:])


def test_a_service_that_stays_dead_is_said_when_its_time_is_over(checks):
    one = checks.start()
    one.before(checks.device, RAN)
    checks.device.answers = lambda question: question.kind == "echo"
    assert "the resolver " in one.after(checks.device, "new")
    assert 10 <= checks.device.now <= 12


def test_an_uplink_that_was_dead_before_is_not_the_change_s(checks, member):
    one = checks.start()
    peers = {link.peer4 for link in member.intent.uplinks}
    checks.device.answers = lambda question: question.address not in peers
    one.before(checks.device, " ".join(peers))
    assert one.after(checks.device, "new") == ""
    assert checks.start().after(checks.device, "new").startswith(member.intent.uplinks[0].peer4), (
        "after a resume nobody knows, and everything must work"
    )


def test_neighbours_that_answered_before_must_answer_again(checks):
    one = checks.start()
    one.before(checks.device, RAN)
    checks.around.answer = {"ap1"}
    said = one.after(checks.device, "new")
    assert said == "ap2, behind it, does not answer at 127.0.0.1:23: look at the trunk towards it"
    assert checks.around.asked[-1] == ["ap2"], "who answered is not asked again"


def test_neighbours_that_were_off_are_not_asked_for(checks):
    one = checks.start()
    checks.around.answer = {"ap1"}
    one.before(checks.device, RAN)
    assert one.after(checks.device, "new") == ""
    assert checks.around.asked[-1] == ["ap1"]


@pytest.mark.parametrize(("answer", "well"), [({"ap1"}, True), (set(), False)])
def test_without_memory_one_neighbour_that_answers_shows_the_way_to_be_open(checks, answer, well):
    checks.around.answer = answer
    assert (checks.start().after(checks.device, "new") == "") is well
