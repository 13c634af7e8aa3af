"""Both transports to IOS on emulated devices: what a push promises, what it refuses, what it leaves."""

import time

import pytest
from ios_house import TRANSPORTS, USER, House, bare, entering, litter

from homeroom.errors import CommandRejected
from homeroom.lab.flash import Flash
from homeroom.lab.ios.device import IosDevice

MERGED = "snmp-server contact nobody\nntp server 10.9.9.9\n"
RULES = "".join(f" {10 * n} permit tcp any host 10.0.0.{n} eq 443\n" for n in range(1, 200))


@pytest.fixture(scope="module")
def house():
    house = House(minute=1.0)
    yield house
    house.close()


@pytest.fixture
def device(house):
    return house.fresh(1)


@pytest.fixture(params=TRANSPORTS)
def enter(request, house, device):
    return entering(house, device, request.param)


def changed(device):
    return bare(device).replace("Main street 1", "Side street 2") + "ip access-list extended WEB\n" + RULES + "end\n"


def settle(device):
    end = time.monotonic() + 10
    while device.pending and time.monotonic() < end:
        time.sleep(0.02)


def push(enter, device, text, minutes=100):
    with enter() as box:
        box.running()
        diff = box.candidate(text)
        box.commit(minutes)
    return diff


# --- what a push promises


def test_it_reads_the_device(enter, device):
    with enter() as box:
        found = box.running()
    assert (found.name, found.pending) == ("py11-0001-rtr1", False)
    assert found.text.splitlines()[-1] == "end"
    assert "\nntp server 10.1.1.1\n" in found.text


def test_a_replace_shows_its_difference_and_is_confirmed_over_a_new_connection(enter, device):
    text = changed(device)
    diff = push(enter, device, text)
    assert "+snmp-server location Side street 2" in diff
    assert "-snmp-server location Main street 1" in diff
    assert device.pending
    with enter(change="c2") as box:
        assert box.running().pending
        box.confirm()
        assert not box.running().pending
    assert "Side street 2" in device.startup
    assert litter(device) == []


def test_a_second_push_is_empty(enter, device):
    push(enter, device, changed(device))
    with enter() as box:
        box.confirm()
        assert box.candidate(bare(device)) == ""
    assert litter(device) == []


def test_a_merge_says_what_it_would_do_and_is_saved(enter, device):
    with enter() as box:
        assert box.merge(MERGED).splitlines() == ["+snmp-server contact nobody", "+ntp server 10.9.9.9"]
        box.commit(0)
        assert box.merge(MERGED) == ""
        box.discard()
    assert "ntp server 10.9.9.9" in device.startup
    assert litter(device) == []


def test_a_merge_on_trial_goes_back_by_itself(enter, device):
    before = device.running
    with enter() as box:
        box.merge(MERGED)
        box.commit(1)
        assert "ntp server 10.9.9.9" in device.running
    settle(device)
    assert device.running == before


def test_a_commit_left_alone_is_taken_back_by_the_device(enter, device):
    before = device.running
    push(enter, device, changed(device), minutes=1)
    assert device.running != before
    settle(device)
    assert device.running == before
    with enter() as box:
        box.running()
    assert litter(device) == []


def test_a_rollback_restores_byte_for_byte_and_saves(enter, device):
    before = device.running
    push(enter, device, changed(device))
    with enter() as box:
        box.running()
        box.revert()
    assert device.running == device.startup == before
    assert litter(device) == []


def test_a_rollback_after_the_confirmation_goes_by_the_file(enter, device):
    before = device.running
    with enter() as box:
        box.candidate(changed(device))
        box.commit(100)
        box.confirm()
        box.revert()
    assert device.running == before
    assert litter(device) == []


def test_the_name_a_change_gives_the_device_is_seen(enter, device):
    with enter() as box:
        box.merge("hostname renamed\n")
        box.commit(0)
        assert box.running().name == "renamed"


# --- what is refused, and where


@pytest.mark.parametrize("wrong", ["ntp serrver 10.0.0.1", "interface Vlan99\n ip address 10.0.0.1", "snmp-server"])
def test_a_typo_in_a_merge_is_named_by_device_and_line_and_all_is_taken_back(enter, device, wrong):
    before = device.running
    with enter() as box:
        box.merge(f"snmp-server contact nobody\n{wrong}\n")
        with pytest.raises(CommandRejected) as caught:
            box.commit(0)
        box.discard()
    line = wrong.splitlines()[-1].strip()
    assert str(caught.value).startswith(f"{device.name}: `copy bootflash:homeroom-c1-merge.cfg` was refused: {line}: %")
    assert device.running == before
    assert litter(device) == []


def test_a_typo_in_a_replace_is_named_by_device_and_line_and_nothing_is_applied(enter, device):
    before = device.running
    with enter() as box:
        box.candidate(changed(device).replace("ntp server", "ntp serrver"))
        with pytest.raises(CommandRejected) as caught:
            box.commit(5)
        box.discard()
    assert str(caught.value) == (
        f"{device.name}: `configure replace` was refused: ntp serrver 10.1.1.1;"
        " correct the line it names, or the image that does not know it"
    )
    settle(device)
    assert device.running == before
    assert litter(device) == []


UNFIT = {
    "no archive": (USER, "its archive is off: nothing could be taken back; configure `archive`"),
    "no ip scp server enable": (USER, "it takes no files; configure `ip scp server enable`"),
    "! looks only": ("reader", "our user has privilege 1 on it, not 15; give it `privilege 15`"),
    "! half of it": ("half", "our user has privilege 7 on it, not 15; give it `privilege 15`"),
}


@pytest.mark.parametrize("line", UNFIT)
def test_a_device_that_cannot_be_taken_back_is_sent_nothing(house, enter, device, line):
    user, reason = UNFIT[line]
    text = changed(device)
    device.merge(f"{line}\n", "somebody")
    transfers = house.counters.transfers
    with enter(user=user) as box, pytest.raises(CommandRejected) as caught:
        box.merge(text)
    assert str(caught.value) == f"{device.name}: {reason}"
    assert house.counters.transfers == transfers


def test_a_flash_without_room_for_the_change_and_the_way_back_is_sent_nothing(house, enter, device):
    class Small(Flash):
        free = 9000

    device.flash = Small()
    text = changed(device)
    transfers = house.counters.transfers
    with enter() as box, pytest.raises(CommandRejected, match=r"its flash has 9000 bytes free, the change and the way"):
        box.candidate(text)
    assert house.counters.transfers == transfers


def test_a_configuration_that_would_close_the_way_back_is_not_sent(enter, device):
    with enter() as box, pytest.raises(CommandRejected) as caught:
        box.candidate(changed(device).replace("ip scp server enable\n", ""))
    assert caught.value.what == "the new configuration would close the way back"


def test_a_file_that_arrives_as_another_one_is_not_applied(enter, device, monkeypatch):
    write = IosDevice.write
    monkeypatch.setattr(IosDevice, "write", lambda self, path, data: write(self, path, data[:-1]))
    with enter() as box, pytest.raises(CommandRejected) as caught:
        box.candidate(changed(device))
    assert caught.value.what == "the file that arrived there is another one than was sent"
    assert litter(device) == []


def test_somebody_elses_trial_is_left_alone(enter, device):
    text = changed(device)
    with enter() as other:
        other.merge(MERGED)
        other.commit(100)
    device.pending.user = "somebody"
    with enter(change="c2") as box:
        box.candidate(text)
        with pytest.raises(CommandRejected, match="a change by somebody still waits for its confirmation"):
            box.commit(5)
        for verb in (box.confirm, box.revert):
            with pytest.raises(CommandRejected, match="the change that waits there is somebody's, not ours"):
                verb()
    assert device.pending


def test_a_confirmation_that_comes_too_late_is_refused(enter, device):
    with enter() as box, pytest.raises(CommandRejected, match=r"refused \(No pending configuration\)"):
        box.confirm()


def test_nothing_is_committed_that_was_not_loaded(enter):
    with enter() as box:
        with pytest.raises(CommandRejected, match="nothing was loaded"):
            box.commit(5)
        with pytest.raises(CommandRejected, match="no timer of 121 minutes; 1 to 120 it takes"):
            box.commit(121)


# --- what is left behind, and who cleans it up


def test_files_of_a_killed_push_go_at_the_next_contact_and_nobody_elses(enter, device):
    for name in ("homeroom-old-candidate.cfg", "homeroom-old-rollback.cfg", "old-rollback.cfg", "homeroom.cfg"):
        device.write(f"flash:{name}", b"x")
    with enter() as box:
        box.running()
    assert litter(device) == ["old-rollback.cfg", "homeroom.cfg"]


def test_while_a_trial_runs_the_way_back_stays(enter, device):
    push(enter, device, changed(device))
    with enter(change="c2") as box:
        assert box.running().pending
    assert "homeroom-c1-rollback.cfg" in device.flash.files


def test_no_session_is_left_on_the_device(enter, device):
    with enter() as box:
        box.running()
        assert len(device.logins) == 1
    end = time.monotonic() + 5
    while device.logins and time.monotonic() < end:
        time.sleep(0.02)
    assert device.logins == []
