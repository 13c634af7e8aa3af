"""What a RouterOS device is asked to try: `/ping`, `:resolve`, its clock and its flash; odd and hostile answers."""

import time
from datetime import UTC, datetime

import pytest
from around import ECHO, NAME, Around, asked_from_its_own_addresses, asked_under_faults, refused_before_it_is_asked
from roshouse import House, driver

from homeroom.errors import CommandRejected, Unreachable
from homeroom.lab.faults import Fault
from homeroom.platforms.box import Question
from homeroom.platforms.ros.client import Reply


@pytest.fixture(scope="module")
def house():
    found = House()
    yield found
    found.close()


@pytest.fixture
def device(house):
    return house.fresh(1, minute=60)


@pytest.fixture
def box(house, device):
    found = driver(house, device)
    found.open()
    yield found
    found.close()


def test_each_question_gets_its_answer_in_order_in_one_round_trip(box, device, house):
    device.beyond = Around("10.1.1.1", "2001:db8::53", resolving=("2001:db8::53",))
    before, commands = device.version, house.counters.commands
    assert box.ask(
        [
            ECHO,
            Question("echo", "10.1.1.2"),
            Question("echo", "2001:DB8:0::53"),
            NAME,
            Question("name", "2001:db8::53", name="nothing.invalid"),
            Question("name", "2001:db8::53", name="www.school.example"),
        ]
    ) == (True, False, True, False, True, True)
    assert device.beyond.asked == ["10.1.1.1", "10.1.1.2", "2001:db8::53", "10.1.1.1", *["2001:db8::53"] * 2]
    assert (device.version, house.counters.commands - commands) == (before, 6)
    assert box.ask([]) == ()


def test_it_asks_from_its_own_addresses_only(box, device):
    device.run("/ipv6 address add address=2001:db8:0:99::1/64 interface=management")
    assert asked_from_its_own_addresses(box, device) == (True, False, True, False)


def test_faults_around_the_device(box, device):
    assert asked_under_faults(box, device) == [(True, False), (False, False)]


@pytest.mark.parametrize(
    "question",
    [
        Question("echo", "10.1.1.1 count=9"),
        Question("echo", "fe80::1%;/system reboot"),
        Question("echo", "10.1.1.1", "2001:db8::1"),
        Question("name", "10.1.1.1", name='a"; /system reboot; "'),
        Question("name", "10.1.1.1", name="$a"),
    ],
)
def test_what_is_no_address_and_no_name_never_reaches_the_device(box, device, question):
    assert refused_before_it_is_asked(box, device, question)


def test_its_clock_is_read_in_its_own_zone(box, device):
    device.run("/system clock set time-zone-name=Asia/Bishkek")
    shown = box._api.call("/system/clock/print").rows[0]
    assert (shown["gmt-offset"], shown["dst-active"]) == ("+06:00", "false")
    clock, free = box.vitals()
    assert abs(clock - time.time()) < 60
    assert free == 96763904
    device.run("/system clock set time-zone-name=manual")
    device.faults.arm(Fault("clock_jump", seconds=-86400))
    device.faults.arm(Fault("full_flash"))
    clock, free = box.vitals()
    assert abs(clock + 86400 - time.time()) < 60
    assert free == 0


def said(box, monkeypatch, *replies):
    """Have the device answer its next questions with something else."""
    monkeypatch.setattr(box._api, "together", lambda commands: list(replies))


def test_a_ping_answered_late_is_answered(box, monkeypatch):
    said(box, monkeypatch, Reply(({"received": "0", "status": "timeout"}, {"received": "1"}), ""))
    assert box.ask([ECHO]) == (True,)
    said(box, monkeypatch, Reply(({"received": "0", "status": "no route to host"},), ""))
    assert box.ask([ECHO]) == (False,)


@pytest.mark.parametrize("rows", [(), ({"status": "timeout"},), ({"received": "\u0662"},), ({"received": "-1"},)])
def test_an_answer_to_a_ping_that_is_none(box, monkeypatch, rows):
    said(box, monkeypatch, Reply(rows, ""))
    with pytest.raises(CommandRejected, match="how many of its pings were answered"):
        box.ask([ECHO])


@pytest.mark.parametrize(
    ("ret", "meant"),
    [
        ("192.0.2.1\r\n", True),
        ("2001:db8::1", True),
        ("failure: dns name does not exist", True),
        ("failure: dns server failure", False),
        ("failure: timeout", False),
    ],
)
def test_what_resolve_prints(box, monkeypatch, ret, meant):
    said(box, monkeypatch, Reply((), ret))
    assert box.ask([NAME]) == (meant,)


@pytest.mark.parametrize(
    "ret", ["", "failure: not enough permissions (9)", "bad command name resolve (line 1 column 7)", "x timeout"]
)
def test_an_answer_to_a_query_that_is_none(box, monkeypatch, ret):
    said(box, monkeypatch, Reply((), ret))
    with pytest.raises(CommandRejected, match="it answers a DNS query with"):
        box.ask([NAME])


def test_a_refusal_is_told_and_the_connection_goes_on(box):
    commands = [("/ping", {"address": "10.1.1.1", "loudly": "yes"}), ("/system/identity/print", {})]
    with pytest.raises(CommandRejected, match="unknown parameter"), box._translated():
        box._api.together(commands)
    assert box.ask([ECHO]) == (True,)


CLOCK = {"date": "2026-09-22", "time": "13:33:20", "gmt-offset": "+06:00"}


def test_odd_vitals(box, monkeypatch):
    said(box, monkeypatch, Reply((CLOCK,), ""), Reply(({"free-hdd-space": "12"},), ""))
    assert box.vitals() == (datetime(2026, 9, 22, 7, 33, 20, tzinfo=UTC).timestamp(), 12)
    said(box, monkeypatch, Reply(({"time": "13:33:20"},), ""), Reply((), ""))
    assert box.vitals() == (None, None)
    for row, space, what in (
        (CLOCK | {"date": "sep/22/2026"}, "12", "its clock says"),
        (CLOCK | {"gmt-offset": "soon"}, "12", "its clock says"),
        (CLOCK | {"date": "0001-01-01"}, "lots", "it has 'lots' bytes free"),
    ):
        said(box, monkeypatch, Reply((row,), ""), Reply(({"free-hdd-space": space},), ""))
        with pytest.raises(CommandRejected, match=what):
            box.vitals()


def test_answers_in_any_order_are_told_apart(box, monkeypatch):
    sentences = [["!re", "=received=0", ".tag=1"], ["!done", ".tag=1"], ["!re", "=received=2", ".tag=0"]]
    queue = iter([*sentences, ["!done", ".tag=0"]])
    monkeypatch.setattr(box._api, "_sentence", lambda: next(queue))
    assert box.ask([ECHO, ECHO]) == (True, False)


@pytest.mark.parametrize("sentence", [["!done", ".tag=7"], ["!done"], ["!fatal", "session terminated"]])
def test_an_answer_that_nobody_asked_for_ends_the_connection(box, monkeypatch, sentence):
    monkeypatch.setattr(box._api, "_sentence", lambda: sentence)
    with pytest.raises(Unreachable):
        box.ask([ECHO])
    assert not box._api.alive


def test_a_lost_connection_is_told(box, device, house):
    house.do(lambda: [hang_up() for hang_up in list(device.hang_up)])
    with pytest.raises(Unreachable):
        box.ask([ECHO])
    with pytest.raises(Unreachable):
        box.vitals()
