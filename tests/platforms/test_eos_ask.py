"""What an EOS device is asked before and after a change: clock, space, who answers it; and what is no answer."""

import gc
import json
import select
import socket
import struct
import threading
import warnings
from contextlib import contextmanager

import pytest
from around import Around
from eoslab import House, login
from pyeapi.eapilib import CommandError

from homeroom.errors import CommandRejected, Unreachable
from homeroom.lab.faults import Fault
from homeroom.platforms.box import Question
from homeroom.platforms.eos.driver import GuardedEOS
from homeroom.platforms.eos.transport import PinnedHTTPS

CENTRAL, OWN = "192.0.2.11", "10.0.7.194"


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def device(house):
    return house.fresh(5)


@contextmanager
def entered(house, device):
    driver = GuardedEOS(login(house, device), timeout=20)
    try:
        driver.open()
        yield driver
    finally:
        driver.close()


def echo(address, source=""):
    return Question("echo", address, source)


def name(server, text="www.example", source=""):
    return Question("name", server, source, text)


# --- who answers


def test_answers_come_in_the_order_of_the_questions(house, device):
    device.beyond = Around(CENTRAL, "10.1.1.53", resolving=(CENTRAL, "10.1.1.53"))
    asked = [
        echo(CENTRAL), name("10.1.1.53"), echo("192.0.2.12"), name("10.1.1.54"), echo(OWN), echo(CENTRAL, OWN),
        name("10.1.1.53", "x.invalid"), name("10.1.1.53", source=OWN), echo(CENTRAL),
    ]  # fmt: skip
    with entered(house, device) as driver:
        assert driver.ask(asked) == (True, True, False, False, True, True, True, None, True)
        assert driver.ask([]) == ()


def test_many_questions_go_in_a_few_requests(house, device):
    device.beyond = Around(*(f"192.0.2.{n}" for n in range(0, 40, 2)))
    with entered(house, device) as driver:
        before = driver.device.connection.requests
        assert driver.ask([echo(f"192.0.2.{n}") for n in range(40)]) == (True, False) * 20
        assert driver.device.connection.requests - before == 5


def test_it_asks_over_ipv6(house, device):
    device.merge("ipv6 route 2001:db8:1::/48 2001:db8:0:99::1\n", "test")
    device.beyond = Around("2001:db8:1::53", resolving=("2001:db8:1::53",))
    asked = [echo("2001:DB8:1::0:53"), name("2001:db8:1::53"), echo("2001:db8:1::53", "2001:db8:0:99::2")]
    with entered(house, device) as driver:
        assert driver.ask([*asked, echo("2001:db8:1::54")]) == (True, True, True, False)


def test_what_cannot_be_sent_is_not_answered(house, device):
    with entered(house, device) as driver:
        assert driver.ask([echo("2001:db8:2::1"), echo(CENTRAL, "10.9.9.9")]) == (False, False)


def test_asking_changes_nothing(house, device):
    before = device.running
    with entered(house, device) as driver:
        driver.ask([echo(CENTRAL), name("10.1.1.1")])
        driver.vitals()
    assert device.running == before
    assert device.flash.files == {}


@pytest.mark.parametrize(
    "question",
    [
        echo("192.0.2.11 ; reload"),
        echo("www.example"),
        echo("fe80::1%eth0;reload"),
        echo(CENTRAL, "Vlan99"),
        echo(CENTRAL, "2001:db8::1"),
        name(CENTRAL, "a;reload"),
        name(CENTRAL, "$(reload)"),
        name(CENTRAL, "-version"),
        name(CENTRAL, "a\nb"),
        name(CENTRAL, ""),
        name("$(reload)"),
    ],
)
def test_what_is_no_address_and_no_name_is_never_sent(house, device, question):
    device.beyond = Around()
    with entered(house, device) as driver, pytest.raises(ValueError):
        driver.ask([echo(CENTRAL), question])
    assert device.beyond.asked == []


def test_a_device_that_is_gone_is_unreachable(house, device):
    with entered(house, device) as driver:
        device.faults.arm(Fault("offline"))
        house.do(device.reboot)
        with pytest.raises(Unreachable):
            driver.ask([echo(CENTRAL)])
        with pytest.raises(Unreachable):
            driver.vitals()


# --- clock and space


def test_the_clock_and_the_space_are_the_devices_own(house, device):
    device.merge("clock timezone America/Asuncion\n", "test")
    with entered(house, device) as driver:
        before, now = driver.device.connection.requests, device.clock()
        found = driver.vitals()
        assert driver.device.connection.requests - before == 1
        assert now - 1 < found.clock < device.clock() + 1
        assert found.free == device.flash.free
        device.faults.arm(Fault("clock_jump", seconds=-86400))
        device.faults.arm(Fault("full_flash"))
        found = driver.vitals()
    assert found.clock < now - 86000
    assert found.free == 0


# --- what devices say that are not emulated


@pytest.fixture
def told(house, device, monkeypatch):
    """A driver whose device says what a test wants, by what it is asked."""
    driver = GuardedEOS(login(house, device), timeout=20)

    def tell(*said):
        left = list(said)

        def run(commands, encoding="json"):
            assert encoding == "text"
            first = left.pop(0)
            if isinstance(first, Exception):
                raise first
            return [{"output": text} for text in first]

        monkeypatch.setattr(driver, "_run_commands", run)
        return driver

    return tell


CLOCK = json.dumps({"utcTime": 1795501379.125, "timezone": "UTC"})
LISTING = (
    "Directory of flash:/\n\n       -rwx  1  Jan 1 00:00  a.swi\n\n3519041536 bytes total (1725014016 bytes free)\n"
)
SENT = "\n--- 192.0.2.11 ping statistics ---\n2 packets transmitted, {} received, {}% packet loss, time 10ms\n"


def test_the_vitals_of_a_device(told):
    assert told([CLOCK, LISTING]).vitals() == (1795501379.125, 1725014016)


@pytest.mark.parametrize(
    ("clock", "listing"),
    [
        ("Tue Nov 24 06:22:59 2026\nTimezone: UTC\n", LISTING),
        ("{}", LISTING),
        ("[]", LISTING),
        ('{"utcTime": "now"}', LISTING),
        ('{"utcTime": null}', LISTING),
        ('{"utcTime": NaN}', LISTING),
        ('{"utcTime": 1e999}', LISTING),
        (CLOCK, ""),
        (CLOCK, "3519041536 bytes total\n"),
    ],
)
def test_what_is_no_clock_and_no_listing_is_refused(told, clock, listing):
    with pytest.raises(CommandRejected, match="was answered by what is no answer"):
        told([clock, listing]).vitals()


@pytest.mark.parametrize("said", [[], [CLOCK], [CLOCK, LISTING, ""]])
def test_more_or_fewer_answers_than_commands_are_refused(told, said):
    with pytest.raises(CommandRejected, match=f"told 2 commands and answered {len(said)}"):
        told(said).vitals()
    with pytest.raises(CommandRejected, match="told 1 commands and answered 0"):
        told([]).ask([echo(CENTRAL)])


@pytest.mark.parametrize(("received", "answer"), [(2, True), (1, True), (0, False)])
def test_one_echo_of_two_is_enough(told, received, answer):
    assert told([SENT.format(received, 100 - 50 * received)]).ask([echo(CENTRAL)]) == (answer,)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Server:\t\t10.1.1.1\nAddress:\t10.1.1.1#53\n\n** server can't find www.example: NXDOMAIN\n\n", True),
        ("Server:\t\t10.1.1.1\nAddress:\t10.1.1.1#53\n\n** server can't find www.example: REFUSED\n\n", True),
        (
            ";; communications error to 10.1.1.1#53: timed out\nServer:\t\t10.1.1.1\nAddress:\t10.1.1.1#53\n\nName:\tx\n",
            True,
        ),
        (";; connection timed out; no servers could be reached\n\n", False),
        (";; communications error to 10.1.1.1#53: connection refused\n;; no servers could be reached\n\n", False),
    ],
)
@pytest.mark.parametrize("fails", [False, True])
def test_what_nslookup_says(told, said, answer, fails):
    error = CommandError(1000, "could not run command", output=[{}, {"output": said, "errors": ["exit status 1"]}])
    assert told(error if fails else [said]).ask([name("10.1.1.1")]) == (answer,)


@pytest.mark.parametrize(
    "said", ["", "bash: nslookup: command not found\n", "Name:\tx\nlabpass\n", "Success rate is 100\n"]
)
def test_what_is_no_answer_is_refused(told, said):
    for question in (echo(CENTRAL), name("10.1.1.1")):
        with pytest.raises(CommandRejected, match="was answered by what is no answer") as caught:
            told([said]).ask([question])
        assert "labpass" not in str(caught.value)


def test_after_a_command_that_fails_the_others_are_asked_again(told):
    failed = CommandError(
        1000,
        "could not run command",
        output=[{}, {"output": SENT.format(2, 0)}, {"errors": ["ping: connect: Network is unreachable"]}],
    )
    driver = told(failed, [SENT.format(0, 100)])
    assert driver.ask([echo(CENTRAL), echo("192.0.2.12"), echo("192.0.2.13")]) == (True, False, False)


@pytest.mark.parametrize("output", [None, [], [{}], [{}, {"errors": ["Command not permitted"]}], [{}, "text"]])
def test_a_request_that_fails_for_another_reason_is_refused(told, output):
    with pytest.raises(CommandRejected):
        told(CommandError(1005, "permission denied", output=output)).ask([echo(CENTRAL)])


# --- a connection that is cut before it is made


def test_a_reset_before_the_handshake_leaves_no_socket():
    server = socket.create_server(("127.0.0.1", 0))

    def reset():
        connection, _ = server.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def connect(*args, **options):
        """Connect, and see the reset before a word is said."""
        made = socket.create_connection(*args, **options)
        poll = select.poll()
        poll.register(made, select.POLLHUP)
        assert poll.poll(10_000)
        return made

    thread = threading.Thread(target=reset)
    thread.start()
    with server, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        https = PinnedHTTPS("127.0.0.1", server.getsockname()[1], 10, lambda fingerprint: None)
        https._create_connection = connect
        with pytest.raises(ConnectionError):
            https.connect()
        https.close()
        del https
        gc.collect()
    thread.join()
    assert [str(one.message) for one in warned] == []
