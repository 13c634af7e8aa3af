"""The configuration database of an emulated Junos device: candidate, lock, commits, timer."""

import pytest
from junos_desk import Desk

from homeroom.lab.junos.database import KEPT
from homeroom.lab.junos.records import Denied


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def world(desk):
    return desk.world


@pytest.fixture
def device(desk):
    return desk.device


@pytest.fixture
def base(desk):
    return desk.base


@pytest.fixture
def enter(desk):
    return desk.enter


def test_the_shared_candidate_is_shared(base, enter):
    one, two = enter(), enter("other")
    base.command(one, "set system host-name theirs")
    assert base.modified
    base.commit(two, "mine")
    assert "host-name theirs;" in base.running
    assert not base.modified


def test_a_lock_keeps_others_out_and_ends_with_the_session(device, base, enter):
    one, two = enter(), enter("other")
    base.take(one)
    base.command(one, "set system host-name x")
    for act in (
        lambda: base.take(two),
        lambda: base.command(two, "set system host-name y"),
        lambda: base.commit(two),
        lambda: base.rollback(two, 0),
        lambda: base.editing(two),
    ):
        with pytest.raises(Denied) as denied:
            act()
        (complaint,) = denied.value.complaints
        assert complaint.message == (
            "configuration database locked by:\n"
            f"  netops terminal (pid {one.pid}) on since 2026-09-21 14:13:20 UTC\n      exclusive [edit]"
        )
        assert (complaint.tag, complaint.session) == ("lock-denied", one.pid)
    device.logout(one)
    device.logout(one)
    assert base.lock is None
    assert not base.modified
    base.take(two)
    base.release(two)
    with pytest.raises(Denied, match="configuration database is not locked by this session"):
        base.release(two)


def test_a_candidate_with_somebodys_changes_cannot_be_locked(base, enter):
    one, two = enter(), enter("other")
    base.command(one, "set system host-name x")
    with pytest.raises(Denied) as denied:
        base.take(two)
    assert (denied.value.complaints[0].message, denied.value.complaints[0].session) == (
        "configuration database modified",
        one.pid,
    )


def test_unlocking_discards_what_was_not_committed(base, enter):
    one = enter()
    base.take(one)
    base.command(one, "set system host-name x")
    base.release(one)
    assert not base.modified


def test_fifty_commits_are_kept(base, enter):
    one = enter()
    for number in range(KEPT + 5):
        base.command(one, f"set system host-name r{number}")
        base.commit(one, f"change {number}")
    assert len(base.commits) == KEPT
    assert "host-name r5;" in base.commits[49].text
    base.rollback(one, 49)
    base.commit(one)
    assert "host-name r5;" in base.running
    with pytest.raises(Denied, match="rollback file 50 does not exist"):
        base.rollback(one, 50)
    before = len(base.commits)
    base.commit(one)  # nothing to commit
    assert len(base.commits) == before


def test_a_commit_on_trial_is_taken_back_in_time(world, base, enter):
    one, old = enter(), base.running
    base.command(one, "set system host-name x")
    base.commit(one, "try", 2)
    assert base.pending
    world.wait(119)
    assert "host-name x;" in base.running
    world.wait(1)
    assert base.running == old
    assert not base.pending
    assert not base.modified
    assert [(commit.user, commit.client, commit.comment) for commit in base.commits] == [
        ("root", "other", ""),
        ("netops", "netconf", "commit confirmed, rollback in 2mins"),
        ("root", "other", ""),
    ]


def test_a_commit_or_a_check_confirms(world, base, enter):
    one = enter()
    base.command(one, "set system host-name x")
    base.commit(one, "", 2)
    base.commit(one)
    world.wait(1000)
    assert "host-name x;" in base.running
    base.commit(one, "", 2)
    base.check(one)
    base.confirm_by_check()
    world.wait(1000)
    assert "host-name x;" in base.running


def test_edits_survive_the_timer(world, base, enter):
    one = enter()
    base.command(one, "set system host-name x")
    base.commit(one, "", 2)
    base.command(one, "set snmp location y")
    world.wait(120)
    assert base.modified
    assert base.candidate.value("snmp", "location") == "y"


def test_what_does_not_fit_is_not_committed(base, enter):
    one, old = enter(), base.running
    commands = """
        delete system root-authentication
        set interfaces irb unit 99 family inet filter input NONE
        set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members [ nobody 99 management 5-7 ]
        set vlans other vlan-id 7
        set vlans other l3-interface irb.7
    """
    base.command(one, commands)
    with pytest.raises(Denied) as denied:
        base.commit(one)
    assert [(one.path, one.element, one.message) for one in denied.value.complaints] == [
        ("[edit system]", "root-authentication", "Missing mandatory statement: 'root-authentication'"),
        ("[edit interfaces irb unit 99 family inet]", "filter", "Referenced filter 'NONE' is not defined"),
        (
            "[edit interfaces ge-0/0/1 unit 0 family ethernet-switching vlan]",
            "members",
            "VLAN-Id or VLAN-name 'nobody' is not defined",
        ),
        ("[edit vlans other]", "l3-interface", "l3-interface irb.7 is not defined"),
        ("", "", "configuration check-out failed"),
    ]
    assert base.running == old


def test_a_private_candidate_is_ones_own(base, enter):
    one, two = enter(), enter("other")
    one.private = base.active.copy()
    base.command(one, "set system host-name mine")
    base.command(two, "set snmp location theirs")
    assert base.modified
    base.commit(one)
    assert "host-name mine;" in base.running
    assert base.candidate.value("snmp", "location") == "theirs"
    base.rollback(one, 1)
    assert "host-name mine;" in base.running
