"""What a device would be changed by: asked of the device itself, which is left as it was; and a lock that is held."""

import pytest
from fakebox import NEW, OLD, Device, Lines, lost

from homeroom.errors import CommandRejected, StoreError
from homeroom.rollout.lease import lease
from homeroom.rollout.work import Comparison, Work, compare, why

WORK = Work("a", NEW, Lines(), str, str)


def test_comparing_leaves_the_device_as_it_was():
    device = Device()
    with device.enter() as box:
        assert compare(WORK, box) == Comparison("a", "-vlan 10\n+vlan 20\n", OLD)
    assert (device.text, device.startup, device.before) == (OLD, OLD, None)


def test_a_device_that_runs_it_is_not_asked_to_load_it():
    device = Device(text=NEW)
    with device.enter() as box:
        assert compare(WORK, box) == Comparison("a", "", NEW)
    assert device.calls == ["open", "running", "close"]


def test_an_earlier_change_that_waits_there_is_not_compared():
    device = Device(before="hostname a\n", due=60.0)
    with pytest.raises(CommandRejected, match="an earlier change still waits there for its confirmation; try again"):
        compare(WORK, device)
    assert "candidate" not in device.calls


def test_a_device_that_sees_no_difference_where_we_do_is_read_wrongly():
    with pytest.raises(CommandRejected) as caught:
        compare(WORK, Device(deaf=True))
    assert why(caught.value) == "it sees no difference where we see `-vlan 10`; report the line: it is read wrongly"


def test_why_leaves_out_the_name_that_stands_beside_it():
    assert why(lost("reset")) == "no connection (reset); check its power"


def test_a_lock_is_held_by_one_and_given_back(tmp_path):
    folder = tmp_path / "locks"
    with lease(folder, "c") as mine, lease(folder, "c") as second, lease(folder, "d") as other:
        assert (mine, second, other) == (True, False, True)
    with lease(folder, "c") as again:
        assert again


def test_a_lock_that_cannot_be_taken_stops_what_needs_it(tmp_path):
    (tmp_path / "locks").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="no device is changed without its lease"), lease(tmp_path / "locks", "c"):
        pass
