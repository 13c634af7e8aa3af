"""The junos driver when it is refused: at the door, at a line, at the commit; nothing is left behind."""

import pytest
from junos_house import PASSWORD, House, Visits, quick

from homeroom.errors import CommandRejected, HostKeyChanged, LoginRefused, Unreachable
from homeroom.lab.faults import Fault
from homeroom.platforms.box import Login
from homeroom.platforms.junos.driver import GuardedJunos
from homeroom.secret import Secret


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


@pytest.mark.parametrize("load", ["load_replace_candidate", "load_merge_candidate"])
def test_a_typo_is_named_by_device_and_line_and_nothing_is_applied(enter, device, number, new, load):
    old = device.running
    box = enter()
    with pytest.raises(CommandRejected) as refused:
        getattr(box, load)(config=new.replace("    location", "    locatin"))
    assert str(refused.value).startswith(f"d{number}: line ")
    assert str(refused.value).endswith(' `locatin "Second street 2";`: syntax error; correct it')
    assert device.running == old
    assert device.base.lock is None
    assert not device.base.modified


def test_a_typo_in_a_line_with_a_secret_does_not_show_it(enter, new):
    box = enter()
    with pytest.raises(CommandRejected) as refused:
        box.candidate(new.replace("encrypted-password", "encripted-password", 1))
    assert '`encripted-password "<<secret:device_hash>>"; ## SECRET-DATA`: syntax error' in str(refused.value)
    with pytest.raises(CommandRejected, match="`encripted-password` in one of the lines 6, 14, 21, 28: syntax error"):
        box.candidate(new.replace("encrypted-password", "encripted-password"))


def test_a_bad_value_is_named(enter, tmp_path):
    box = enter()
    file = tmp_path / "candidate.conf"
    file.write_text("vlans {\n    a {\n        vlan-id 5000;\n    }\n}\n")
    with pytest.raises(CommandRejected, match=r"line 3 `vlan-id 5000;`: Value 5000 is not within range \(1..4094\)"):
        box.load_merge_candidate(filename=str(file))


def test_a_file_that_cannot_be_read(enter, number, tmp_path):
    with pytest.raises(CommandRejected) as refused:
        enter().load_merge_candidate(filename=str(tmp_path / "none"))
    assert str(refused.value) == (
        f"d{number}: there is nothing to load: {tmp_path / 'none'} cannot be read; name a text file"
    )


def test_nothing_to_load_and_nothing_loaded(enter, device):
    box = enter()
    box.load_merge_candidate()
    assert box.compare_config() == ""
    box.discard_config()
    with pytest.raises(CommandRejected, match="nothing of ours is loaded; load a candidate first"):
        box.commit_config()


def test_the_timer_is_faster_than_the_confirmation(house, enter, device, new, monkeypatch):
    box = enter()
    box.candidate(new)
    box.commit(1)
    commit = box._commit
    monkeypatch.setattr(box, "_commit", lambda log: (house.expire(), commit(log)))
    with pytest.raises(CommandRejected, match="its timer took the change back before it was kept; push it again"):
        box.confirm()
    assert device.base.lock is None


def test_a_rollback_that_does_not_hold_is_found_out(enter, device, new, monkeypatch):
    box = enter()
    box.candidate(new)
    box.commit(1)
    monkeypatch.setattr(box, "_commit", lambda log: None)
    with pytest.raises(CommandRejected, match="the rollback was answered like a success and did nothing; look at it"):
        box.revert()


def test_what_the_commit_refuses_leaves_nothing_behind(enter, device):
    old = device.running
    box = enter()
    box.load_merge_candidate(config="set interfaces irb unit 99 family inet filter input NONE")
    with pytest.raises(CommandRejected, match="Referenced filter 'NONE' is not defined"):
        box.commit_config()
    assert device.running == old
    assert device.base.lock is None
    assert not device.base.modified


def test_the_way_back_stays_open(enter, new):
    with pytest.raises(CommandRejected, match="the new configuration would close the way back; keep `netconf"):
        enter().candidate(new.replace("netconf", "telnet"))


@pytest.mark.parametrize("seconds", [30, 0])
def test_it_counts_whole_minutes(enter, device, new, seconds):
    box = enter()
    box.candidate(new)
    with pytest.raises(CommandRejected, match=f"it counts whole minutes, not {seconds} s; give a multiple of 60"):
        box.commit_config(revert_in=seconds)
    assert device.base.lock is None


def test_a_foreign_host_key_never_sees_the_password(house, enter, device, number):
    seen = []
    enter(pin=seen.append)
    device.faults.arm(Fault("wrong_host_key"))

    def pin(key):
        if key not in seen:
            raise HostKeyChanged("d", "it showed another host key", "find out why")

    before = house.counters.refused
    with pytest.raises(HostKeyChanged, match="d: it showed another host key; find out why"):
        enter(pin=pin, password="wrong")
    assert house.counters.refused == before
    assert seen[0].startswith("SHA256:")


def test_a_refused_login(enter, number):
    with pytest.raises(LoginRefused) as refused:
        enter(password="wrong")
    assert str(refused.value) == f"d{number}: it refused our login; check the device password and the user on it"


def test_nobody_there(house):
    login = Login("d", "127.0.12.250", house.port, "netops", Secret("p", PASSWORD), lambda key: None, str, "c")
    box = GuardedJunos(login, 5)
    with pytest.raises(Unreachable, match=r"d: no connection .*; check its power, its uplink and its NETCONF"):
        box.open()
    assert box.is_alive() == {"is_alive": False}
    box.close()


def test_a_reader_may_look_and_nothing_else(enter, device, new):
    box = enter(user="reader")
    assert box.running().text == device.running
    for act in (lambda: box.candidate(new), box.confirm, box.revert):
        with pytest.raises(CommandRejected, match=r"refused \(permission denied\)"):
            act()


def test_the_getters_are_napalms(enter, device, tmp_path):
    box = enter()
    assert box.is_alive() == {"is_alive": True}
    assert box.get_facts()["hostname"] == device.name
    assert box.get_facts()["serial_number"] == device.box.serial
    assert box.get_interfaces()["ge-0/0/0"]["description"] == "uplink"
    assert box.get_interfaces_ip()["irb.99"]["ipv4"] == {"10.0.7.193": {"prefix_length": 27}}
    assert "host-name" in box.get_config(retrieve="running")["running"]
    assert "Model:" in box.cli(["show version"])["show version"]
