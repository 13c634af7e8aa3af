"""OpenWrt's driver on a real BusyBox ash: what it runs on devices is plain POSIX sh and BusyBox applets."""

import os
import signal
import time
from pathlib import Path

import pytest
from busybox_bed import BUSYBOX, PASSWORD, Bed

from homeroom.errors import CommandRejected
from homeroom.platforms.box import Login
from homeroom.platforms.openwrt.driver import OpenWrt
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.secret import Secret

pytestmark = pytest.mark.skipif(BUSYBOX is None, reason="BusyBox is not installed (Debian package busybox)")
PARSER = UciParser()
OLD = {
    "system": '# by hand\nconfig system\n\toption hostname  "old"\n',
    "dhcp": "\nconfig dnsmasq 'dns'\n\toption domain 'lan'\n\n",
    "network": "\nconfig interface 'lan'\n\toption device 'br0'\n\tlist dns '1.1.1.1'\n\n",
    "rpcd": "\nconfig rpcd\n\toption timeout '30'\n\n",
}
NEW = """\
package system

config system
\toption hostname 'new'
\toption description 'it'\\''s new'

package network

config interface 'lan'
\toption device 'br0'

"""


@pytest.fixture
def bed(tmp_path):
    bed = Bed(tmp_path / "root", OLD)
    yield bed
    bed.close()


def enter(bed, change="c1"):
    login = Login("bed", "127.0.0.1", bed.port, "u", Secret("p", PASSWORD), lambda _: None, str, change)
    box = OpenWrt(login, 20)
    box.open()
    return box


def settled(bed, seconds=10.0):
    end = time.monotonic() + seconds
    while (rest := bed.left()) and time.monotonic() < end:
        time.sleep(0.05)
    return rest


def until(check, seconds=10.0):
    end = time.monotonic() + seconds
    while not check() and time.monotonic() < end:
        time.sleep(0.05)
    return check()


def test_replace_confirm_from_another_process_and_push_again(bed):
    box = enter(bed, "first")
    assert box.running().name == "bed"
    assert "package dhcp" in box.candidate(NEW)
    box.commit(5)
    box.close()
    other = enter(bed, "second")
    assert other.has_pending_commit()
    assert (bed.root / "tmp/reloads").exists(), "it was read before its services took the change over"
    other.confirm()
    assert PARSER.diff(NEW, other.running().text) == ""
    assert other.candidate(NEW) == ""
    other.close()
    assert settled(bed) == []
    assert sorted(bed.files()) == ["network", "rpcd", "system"], "dhcp is gone, rpcd is the image's"


def test_merge_twice(bed):
    box = enter(bed)
    piece = "package network\nconfig interface 'lan'\n\tlist dns '2.2.2.2'\n"
    box.load_merge_candidate(config=piece)
    assert box.compare_config() == "package network\n config interface 'lan'\n  +list dns '2.2.2.2'\n"
    box.commit_config()
    box.load_merge_candidate(config=piece)
    assert box.compare_config() == ""
    box.close()
    assert settled(bed) == []


def test_left_alone_it_goes_back_byte_for_byte(bed):
    before = bed.files()
    box = enter(bed)
    box.load_replace_candidate(config=NEW)
    box.commit_config(revert_in=1)
    assert bed.files() != before
    box.close()
    assert until(lambda: bed.files() == before)
    assert settled(bed) == []


def test_taken_back_it_is_as_before(bed):
    before = bed.files()
    box = enter(bed)
    box.candidate(NEW)
    box.commit(5)
    box.revert()
    assert bed.files() == before
    box.close()
    assert settled(bed) == []


def test_a_restart_before_the_confirmation_takes_it_back(bed):
    before = bed.files()
    box = enter(bed)
    box.candidate(NEW)
    box.commit(5)
    bed.reboot()
    assert bed.files() == before
    assert settled(bed) == []
    box.close()


def test_a_killed_timer_is_found_by_the_next_visitor(bed):
    before = bed.files()
    box = enter(bed)
    box.candidate(NEW)
    box.commit(5)
    for pid in bed.pids():
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: not bed.pids())
    assert not enter(bed).running().pending
    assert bed.files() == before
    box.close()
    assert settled(bed) == []


def test_typos_and_full_flash_are_refused_before_anything_changes(bed):
    before = bed.files()
    box = enter(bed)
    with pytest.raises(CommandRejected) as caught:
        box.candidate(NEW.replace("option device", "opion device"))
    assert str(caught.value) == (
        "bed: line 10 of the candidate is no UCI: `opion device 'br0'` (invalid command);"
        " correct the line; nothing was changed"
    )
    bed._script("df", "echo; echo 'overlayfs:/overlay 5120 5119 1 100% /'")
    with pytest.raises(CommandRejected) as caught:
        box.candidate(NEW)
    assert "its flash is full: 1 kB are free, " in str(caught.value)
    box.close()
    assert bed.files() == before
    assert settled(bed) == []


def test_a_hand_edit_in_between_stops_the_commit(bed):
    box = enter(bed)
    box.candidate(NEW)
    (bed.root / "etc/config/system").write_text("config system\n")
    with pytest.raises(CommandRejected) as caught:
        box.commit(5)
    assert "its configuration changed since it was read" in str(caught.value)
    box.close()
    assert settled(bed) == []


def test_uncommitted_changes_of_others_are_respected(bed):
    (bed.root / "tmp/.uci").mkdir()
    (bed.root / "tmp/.uci/network").write_text("network.lan.mtu='1400'\n")
    box = enter(bed)
    with pytest.raises(CommandRejected) as caught:
        box.candidate(NEW)
    assert "somebody's changes to network are not committed there" in str(caught.value)
    box.close()


def test_the_script_parses_and_needs_no_other_applets():
    script = Path(__file__).parents[2] / "homeroom/platforms/openwrt/box.sh"
    assert os.spawnv(os.P_WAIT, BUSYBOX, ["busybox", "sh", "-n", str(script)]) == 0
    assert len(script.read_bytes()) < 8500, "dropbear takes commands of up to 9000 bytes"
