"""The junos driver against an emulated device over real SSH: what it promises when nothing goes wrong."""

import time

import pytest
from junos_house import HASH, PASSWORD, House, Visits, quick

from homeroom.errors import CommandRejected
from homeroom.lab.faults import Fault
from homeroom.platforms.ability import VERBS
from homeroom.platforms.box import Login
from homeroom.platforms.junos.driver import ABILITY, GuardedJunos
from homeroom.secret import Secret

MERGE = "system {\n    ntp {\n        server 10.9.9.9;\n    }\n}\n"


@pytest.fixture(scope="module")
def house():
    house = House()
    with quick():
        yield house
    house.close()


@pytest.fixture
def number(house, request):
    """A device of its own for each test."""
    numbers = house.__dict__.setdefault("numbers", iter(range(1, 240)))
    return next(numbers)


@pytest.fixture
def device(house, number):
    return house.device(number)


@pytest.fixture
def enter(house, number):
    """Open connections to the device; all are closed at the end."""
    visits = Visits(house, number)
    yield visits
    visits.close()


@pytest.fixture
def new(device):
    return device.running.replace("Main street 1", "Second street 2")


def test_the_ability_table_promises_everything():
    assert not ABILITY.lacks(*VERBS)
    assert "timer" in ABILITY.lost_connection


def test_replace_shows_the_difference_and_a_second_push_is_empty(enter, device, new):
    box = enter()
    name, text, pending = box.running()
    assert (name, text, pending) == (device.name, device.running, False)
    assert box.candidate(new) == '[edit snmp]\n-  location "Main street 1";\n+  location "Second street 2";'
    box.commit(5)
    assert box.running() == (device.name, new, True)
    box.confirm()
    assert box.running() == (device.name, new, False)
    assert box.candidate(new) == ""


def test_replace_removes_what_the_text_lacks(enter, device, new):
    box = enter()
    assert "-   irb" in box.candidate(
        new.replace("    irb {", "    lo0 {").replace("        l3-interface irb.99;\n", "")
    )


def test_the_devices_own_version_is_no_difference(enter, device):
    box = enter()
    assert box.candidate(device.running.replace("version 22.4R3.25;\n", "")) == ""


def test_what_a_device_repeats_is_concealed(enter, device):
    box = enter()
    box.load_merge_candidate(config=f'set interfaces irb unit 99 family inet filter input "{HASH}"')
    with pytest.raises(CommandRejected, match="Referenced filter '<<secret:device_hash>>' is not defined"):
        box.commit_config()


def test_merge_keeps_the_rest(enter, device):
    box = enter()
    box.load_merge_candidate(config=MERGE)
    assert box.compare_config() == "[edit system ntp]\n+   server 10.9.9.9;"
    box.commit_config()
    assert device.tree.value("snmp", "location") == "Main street 1"
    assert [server.key for server in device.tree.entries("system", "ntp", "server")] == ["10.1.1.1", "10.9.9.9"]
    assert not box.has_pending_commit()
    box.load_merge_candidate(config="set system ntp server 10.9.9.9")
    assert box.compare_config() == ""
    box.discard_config()
    assert device.base.lock is None


def test_a_commit_left_alone_is_taken_back_by_the_device(house, enter, device, new):
    old = device.running
    box = enter()
    box.candidate(new)
    box.commit(1)
    box.close()
    assert device.running == new
    house.expire()
    assert device.running == old
    assert not enter().running().pending


def test_the_timer_is_the_devices_own(number):
    house = House(minute=0.5)
    try:
        device = house.device(number)
        old = device.running
        login = Login("d", device.address, house.port, "netops", Secret("p", PASSWORD), lambda key: None, str, "c")
        box = GuardedJunos(login)
        box.open()
        box.candidate(old.replace("Main street 1", "x"))
        box.commit(2)
        box.close()
        until = time.monotonic() + 20
        while device.running != old and time.monotonic() < until:
            time.sleep(0.05)
        assert device.running == old
    finally:
        house.close()


def test_another_process_confirms(house, enter, device, new):
    box = enter()
    box.candidate(new)
    box.commit(1)
    box.close()
    other = enter()
    assert other.has_pending_commit()
    other.confirm()
    assert not other.has_pending_commit()
    house.expire()
    assert device.running == new


def test_closing_neither_confirms_nor_takes_back(enter, device, new):
    box = enter()
    box.candidate(new)
    box.commit(1)
    box.close()
    assert device.running == new
    assert device.base.pending


def test_confirm_refuses_what_it_did_not_commit(house, enter, device, new):
    box = enter("theirs")
    box.candidate(new)
    box.commit(1)
    box.close()
    mine = enter("mine")
    with pytest.raises(CommandRejected) as refused:
        mine.confirm()
    assert str(refused.value).endswith(": it waits for the confirmation of another change (theirs); ask who made it")
    assert device.base.pending
    assert device.base.lock is None
    house.expire()
    with pytest.raises(CommandRejected, match="it waits for no confirmation; read what it runs"):
        enter("theirs").confirm()


def test_confirm_refuses_while_somebody_elses_edits_lie_in_the_candidate(house, enter, device, new):
    box = enter()
    box.candidate(new)
    box.commit(1)
    box.close()
    hand = house.do(lambda: device.login("other", "192.0.2.1", "cli", lambda: None))
    house.do(lambda: device.base.command(hand, "set system services telnet"))
    with pytest.raises(CommandRejected) as refused:
        enter().confirm()
    assert str(refused.value).endswith(
        ": somebody else is changing its configuration (refused (configuration database modified)); "
        "ask them, then try again"
    )
    assert device.base.pending
    assert device.base.modified
    assert "telnet" not in device.running


def test_two_pushes_cannot_load_at_once(enter, device, new):
    first = enter("one")
    first.candidate(new)
    second = enter("two")
    with pytest.raises(CommandRejected, match=r"refused \(configuration database locked by:\)"):
        second.candidate(new)
    second.close()
    assert device.base.lock is not None
    first.close()


@pytest.mark.parametrize("confirmed", [True, False])
def test_rollback_restores_byte_for_byte(enter, device, new, confirmed):
    old = device.running
    box = enter()
    box.candidate(new)
    box.commit(1)
    if confirmed:
        box.confirm()
    box.close()
    back = enter()
    back.revert()
    assert device.running == old
    assert back.running() == (device.name, old, False)
    back.revert()  # again: nothing to do
    assert device.running == old
    assert device.base.lock is None


def test_rollback_after_the_timer_took_it_back_does_nothing(house, enter, device, new):
    old = device.running
    box = enter()
    box.candidate(new)
    box.commit(1)
    house.expire()
    box.revert()
    assert device.running == old
    assert [commit.client for commit in device.base.commits] == ["other", "netconf", "other"]


def test_rollback_refuses_what_would_undo_somebody_elses_commit(house, enter, device, new):
    box = enter()
    box.candidate(new)
    box.commit(1)
    box.confirm()
    hand = house.do(lambda: device.login("other", "192.0.2.1", "cli", lambda: None))
    house.do(lambda: device.base.command(hand, "set system services telnet"))
    house.do(lambda: device.base.commit(hand, "needed telnet"))
    with pytest.raises(CommandRejected, match=r"other committed after this change \(needed telnet\); ask them first"):
        box.revert()
    assert "telnet" in device.running


def test_rollback_of_a_change_that_never_was(enter):
    with pytest.raises(
        CommandRejected, match="its history knows no commit of this change; look at `show system commit`"
    ):
        enter("never").revert()


def test_a_rollback_that_is_ignored_is_found_out_and_nothing_is_confirmed(enter, device, new):
    box = enter()
    box.candidate(new)
    box.commit(1)
    device.faults.arm(Fault("ignore_rollback"))
    with pytest.raises(CommandRejected, match="the rollback was answered like a success and did nothing; look at it"):
        box.revert()
    assert device.base.pending
    assert device.base.lock is None


def test_two_connections_a_lock_and_a_pending_commit_end_with_the_test(house, enter, device, new):
    box = enter()
    box.candidate(new)
    box.close()
    assert device.base.lock is None
    assert not device.base.modified
    until = time.monotonic() + 20
    while device.clients and time.monotonic() < until:
        time.sleep(0.02)
    assert not device.clients
