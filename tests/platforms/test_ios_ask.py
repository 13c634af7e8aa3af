"""What an IOS device is asked before and after a change, on both transports: clock, space, and who answers it."""

import pytest
from around import Around
from ios_house import TRANSPORTS, House, entering, login

from homeroom.errors import CommandRejected, Unreachable
from homeroom.lab.faults import Fault
from homeroom.platforms.box import Question
from homeroom.platforms.ios import asking
from homeroom.platforms.ios.change import Ask

CENTRAL, OWN = "192.0.2.11", "10.0.7.193"


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def device(house):
    device = house.fresh(3)
    device.merge("ip default-gateway 10.0.7.194\n", "test")
    return device


@pytest.fixture(params=TRANSPORTS)
def enter(request, house, device):
    return entering(house, device, request.param)


def echo(address, source=""):
    return Question("echo", address, source)


# --- who answers


def test_answers_come_in_the_order_of_the_questions(enter, device):
    device.beyond = Around(CENTRAL)
    name = Question("name", CENTRAL, name="www.example")
    with enter() as box:
        assert box.ask([echo(CENTRAL), name, echo("192.0.2.12"), echo(OWN), echo(CENTRAL, OWN)]) == (
            True, None, False, True, True,
        )  # fmt: skip
        assert box.ask([]) == ()
    assert device.beyond.asked == [CENTRAL, "192.0.2.12", CENTRAL]


def test_many_questions_are_asked_in_a_few_turns(enter, device):
    device.beyond = Around(*(f"192.0.2.{n}" for n in range(0, 40, 2)))
    with enter() as box:
        assert box.ask([echo(f"192.0.2.{n}") for n in range(40)]) == (True, False) * 20


def test_it_asks_over_ipv6(enter, device):
    device.merge(
        "ipv6 unicast-routing\ninterface Vlan99\n ipv6 address 2001:db8:0:99::1/64\n"
        "ipv6 route 2001:db8:1::/48 2001:db8:0:99::2\n",
        "test",
    )
    device.beyond = Around("2001:db8:1::53")
    asked = [echo("2001:DB8:1::0:53"), echo("2001:db8:1::53", "2001:db8:0:99::1"), echo("2001:db8:2::53")]
    with enter() as box:
        assert box.ask(asked) == (True, True, False)


def test_what_cannot_be_sent_is_not_answered(enter):
    with enter() as box:
        assert box.ask([echo("2001:db8::1"), echo(CENTRAL, "10.9.9.9")]) == (False, False)


def test_asking_changes_nothing(enter, device):
    before = device.running
    with enter() as box:
        box.ask([echo(CENTRAL)])
        box.vitals()
    assert device.running == before
    assert device.flash.files == {}


@pytest.mark.parametrize(
    "question",
    [
        echo("192.0.2.11\nreload"),
        echo("www.example"),
        echo(""),
        echo("fe80::1%\nreload"),
        echo(CENTRAL, "Vlan99"),
        echo(CENTRAL, "2001:db8::1"),
        Question("name", CENTRAL, name="a;b"),
        Question("name", CENTRAL, name="-version"),
        Question("name", CENTRAL),
    ],
)
def test_what_is_no_address_and_no_name_is_never_sent(enter, device, question):
    device.beyond = Around()
    with enter() as box, pytest.raises(ValueError):
        box.ask([echo(CENTRAL), question])
    assert device.beyond.asked == []


def test_a_lost_connection_is_unreachable(enter, device):
    with enter() as box:
        device.reboot()
        with pytest.raises(Unreachable):
            box.ask([echo(CENTRAL)])
        with pytest.raises(Unreachable):
            box.vitals()


# --- clock and space


def test_the_clock_and_the_space_are_the_devices_own(enter, device):
    device.write("flash:big", bytes(5000))
    with enter() as box:
        now = device.clock()
        found = box.vitals()
        assert now - 1 < found.clock < device.clock() + 1
        assert found.free == device.flash.free
        device.faults.arm(Fault("clock_jump", seconds=86400))
        device.faults.arm(Fault("full_flash"))
        found = box.vitals()
    assert found.clock > now + 86000
    assert found.free == 0


# --- what devices say that are not emulated


LISTING = "Directory of flash:/\n\nNo files in directory\n\n11353194496 bytes total (8294219776 bytes free)\n"
UTC = "06:22:59.125 UTC Tue Nov 24 2026\n"
AT = 1795501379.125


@pytest.fixture
def door(house, device):
    return login(house, device, conceal=lambda text: text.replace("s3cret", "<secret>"))


def play(steps, *answers):
    """Give a step its answers; return what came of it, and what it had asked."""
    asked, said = [], None
    given = iter(answers)
    while True:
        try:
            word = steps.send(said)
        except StopIteration as end:
            return end.value, asked
        assert isinstance(word, Ask)
        asked.append(word.commands)
        said = [next(given) for _ in word.commands]


@pytest.mark.parametrize("mark", ["", "*", "."])
def test_a_clock_that_is_not_synchronised_is_read_all_the_same(door, mark):
    found, asked = play(asking.vitals(door, ""), mark + UTC, LISTING)
    assert (found.clock, found.free) == (AT, 8294219776)
    assert asked == [("show clock", "dir")]


@pytest.mark.parametrize(
    ("zone", "config", "ahead"),
    [
        ("PYT", "clock timezone PYT -4 0\n", -4 * 3600),
        ("NPT", "clock timezone NPT 5 45\n", 5 * 3600 + 2700),
        ("NST", "clock timezone NST -3 30\n", -3 * 3600 - 1800),
        ("GMT", "", 0),
        ("CET", "clock timezone CET 1 0\nclock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00\n", 3600),
        (
            "CEST",
            "clock timezone CET 1 0\nclock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00\n",
            7200,
        ),
        (
            "LHDT",
            "clock timezone LHST 10 30\nclock summer-time LHDT recurring 1 Sun Oct 2:00 1 Sun Apr 2:00 30\n",
            39600,
        ),
        ("BST", "clock summer-time BST recurring\n", 3600),
    ],
)
@pytest.mark.parametrize("read", [True, False])
def test_a_zone_is_explained_by_the_configuration(door, zone, config, ahead, read):
    answers = [UTC.replace("UTC", zone), LISTING, *([] if read else [config])]
    found, asked = play(asking.vitals(door, config if read else ""), *answers)
    assert found.clock == AT - ahead
    assert len(asked) == (1 if read or zone == "GMT" else 2)


@pytest.mark.parametrize(
    ("zone", "config"),
    [
        ("CET", "hostname a\n"),
        ("X", "clock timezone X 1 0\nclock summer-time X date 1 Mar 2026 2:00 1 Oct 2026 3:00\n"),
    ],
)
def test_a_zone_that_nothing_explains_gives_no_clock(door, zone, config):
    assert play(asking.vitals(door, config), UTC.replace("UTC", zone), LISTING)[0].clock is None


@pytest.mark.parametrize(
    ("clock", "listing", "what"),
    [
        ("% Invalid input detected at '^' marker.\n", LISTING, "`show clock` was"),
        ("06:22:59.125 UTC Tue Smarch 13 2026\n", LISTING, "`show clock` was"),
        ("26:22:59.125 UTC Tue Nov 24 2026\n", LISTING, "`show clock` was"),
        ("06:22:59.125 UTC Tue Abc 24 2026\n", LISTING, "`show clock` was"),
        ("", LISTING, r"\(nothing\)"),
        (UTC, "%Error opening flash:/ (No such device)\n", "`dir` was"),
        (UTC, "s3cret\n", r"\(<secret>\)"),
    ],
)
def test_what_is_no_clock_and_no_listing_is_refused(door, clock, listing, what):
    with pytest.raises(CommandRejected, match=what):
        play(asking.vitals(door, ""), clock, listing)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "% Invalid input detected at '^' marker.\n",
        "Type escape sequence to abort.\nSending 2, 100-byte ICMP Echos to 192.0.2.11, timeout is 1 seconds:\n!!\n",
        "The Success rate is 100 percent (2/2)\n",
        "Success rate is high\n",
        "Password: s3cret\n",
    ],
)
def test_an_answer_without_a_success_rate_is_refused(door, said):
    with pytest.raises(CommandRejected, match=r"`ping [0-9.]+ repeat 2 timeout 1` was answered by") as caught:
        play(asking.told(door, [echo(CENTRAL)]), said)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(("percent", "answer"), [("100", True), ("50", True), ("0", False)])
def test_one_echo_of_two_is_enough(door, percent, answer):
    said = f"!.\nSuccess rate is {percent} percent (1/2), round-trip min/avg/max = 1/1/1 ms\n"
    assert play(asking.told(door, [echo(CENTRAL)]), said)[0] == (answer,)
