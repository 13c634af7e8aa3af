"""What a Junos device is asked to try: `<ping>`, `show host`, its clock and its space; odd and hostile answers."""

import pytest
from around import ECHO, NAME, Around, asked_from_its_own_addresses, asked_under_faults, refused_before_it_is_asked
from junos_house import House, Visits, quick
from lxml import etree

from homeroom.errors import CommandRejected, Unreachable
from homeroom.lab.faults import Fault
from homeroom.lab.junos.records import Complaint, Denied
from homeroom.platforms.box import Question
from homeroom.platforms.junos import asking


@pytest.fixture(scope="module")
def house():
    house = House()
    house.numbers = iter(range(1, 240))
    with quick():
        yield house
    house.close()


@pytest.fixture
def number(house):
    return next(house.numbers)


@pytest.fixture
def device(house, number):
    return house.device(number)


@pytest.fixture
def box(house, number, device):
    visits = Visits(house, number)
    yield visits()
    visits.close()


def test_each_question_gets_its_answer_in_order(box, device):
    device.beyond = Around("10.1.1.1", "2001:db8::53", resolving=("2001:db8::53",))
    before = device.running
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
    assert box.ask([]) == ()
    assert (device.running, device.base.modified, device.base.lock) == (before, False, None)


def test_it_asks_from_its_own_addresses_only(box, device):
    assert asked_from_its_own_addresses(box, device) == (True, False, True, False)


def test_faults_around_the_device(box, device):
    assert asked_under_faults(box, device) == [(True, False), (False, False)]


@pytest.mark.parametrize(
    "question",
    [
        Question("echo", "10.1.1.1 count 9"),
        Question("echo", "fe80::1%;request system reboot"),
        Question("echo", "10.1.1.1", "2001:db8::1"),
        Question("echo", "10.1.1.1", "10.1.1.1\n"),
        Question("name", "10.1.1.1"),
        Question("name", "10.1.1.1", name="a | save x"),
        Question("name", "10.1.1.1", name="-a"),
        Question("name", "10.1.1.1", name="a\n"),
        Question("name", "10.1.1.1", name="a." * 130 + "b"),
    ],
)
def test_what_is_no_address_and_no_name_never_reaches_the_device(box, device, question):
    assert refused_before_it_is_asked(box, device, question)


def test_its_clock_and_its_space(box, device):
    device.faults.arm(Fault("clock_jump", seconds=-86400))
    clock, free = box.vitals()
    assert clock == int(clock)
    assert abs(clock - device.clock()) < 60
    assert free == (2796512 * 92 // 100 - 1667792) * 512
    device.faults.arm(Fault("full_flash"))
    assert box.vitals().free == 0


def said(box, monkeypatch, answer):
    """Have the device answer its next questions with something else."""
    reply = etree.fromstring(answer)
    for name in ("ping", "cli", "get_system_uptime_information", "get_system_storage"):
        monkeypatch.setattr(box.device.rpc, name, lambda *_, **__: reply, raising=False)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ("<output>hello</output>", "it answers a ping with something else"),
        ("<ping-results/>", "it does not say how many of its pings were answered"),
        (
            (
                "<ping-results><probe-results-summary><responses-received>\u0662</responses-received>"
                "</probe-results-summary></ping-results>"
            ),
            "it does not say how many of its pings were answered",
        ),
    ],
)
def test_an_answer_to_a_ping_that_is_none(box, monkeypatch, answer, what):
    said(box, monkeypatch, answer)
    with pytest.raises(CommandRejected) as failed:
        box.ask([ECHO])
    assert failed.value.what == what


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (";; connection timed out; no servers could be reached", False),
        (";; communications error to 10.1.1.1#53: timed out\n;; no servers could be reached", False),
        ("www.example.com is an alias for a.example.com.\na.example.com has address 192.0.2.1", True),
        ("a.example.com has IPv6 address 2001:db8::1", True),
        ("Host a.example.com not found: 2(SERVFAIL)", True),
        ("Host a.example.com not found: 5(REFUSED)", True),
        ("a.example.com has no A record", True),
        ("Using domain server:\nName: 10.1.1.1\nAddress: 10.1.1.1#53\nAliases: \n", True),
    ],
)
def test_what_host_prints(box, monkeypatch, answer, meant):
    said(box, monkeypatch, f"<output>\n{answer}\n</output>")
    assert box.ask([NAME]) == (meant,)


def test_an_answer_to_a_query_that_is_none_keeps_secrets(box, monkeypatch):
    from junos_house import HASH

    said(box, monkeypatch, f"<output>\n\n  {HASH} {'x' * 500}\n</output>")
    with pytest.raises(CommandRejected) as failed:
        box.ask([NAME])
    assert "<<secret:device_hash>>" in failed.value.what
    assert len(failed.value.what) < 300


def test_a_release_without_a_choice_of_the_server_cannot_ask(box, monkeypatch):
    def refuse(device, operation):
        raise Denied(Complaint("syntax error", "server"))

    monkeypatch.setitem(operations(), "command", refuse)
    assert box.ask([NAME, ECHO]) == (None, True)


def test_a_refusal_is_told(box, monkeypatch):
    def refuse(device, operation):
        raise Denied(Complaint("permission denied", "host"))

    monkeypatch.setitem(operations(), "command", refuse)
    with pytest.raises(CommandRejected, match="permission denied"):
        box.ask([NAME])


def operations():
    from homeroom.lab.junos import operational

    return operational.OPERATIONS


@pytest.mark.parametrize("when", ["", "yesterday", "\u0661"])
def test_a_clock_that_says_nothing(box, monkeypatch, when):
    said(
        box,
        monkeypatch,
        f'<i><current-time><date-time seconds="{when}">2026-01-01 00:00:00 UTC</date-time></current-time></i>',
    )
    with pytest.raises(CommandRejected) as failed:
        box.vitals()
    assert failed.value.what == "it does not say what time it is"


def test_space_that_says_nothing():
    system = "<i><filesystem><mounted-on>{}</mounted-on><available-blocks>{}</available-blocks></filesystem></i>"
    assert asking.free(etree.fromstring(system.format("/elsewhere", "10"))) is None
    assert asking.free(etree.fromstring(system.format("\n/config\n", "-4"))) == 0
    with pytest.raises(asking.Odd, match="blocks free"):
        asking.free(etree.fromstring(system.format("/var", "lots")))


def test_a_lost_connection_is_told(box, device, house):
    house.do(lambda: [client.drop() for client in list(device.clients)])
    with pytest.raises(Unreachable):
        box.ask([ECHO])
    with pytest.raises(Unreachable):
        box.vitals()
