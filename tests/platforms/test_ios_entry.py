"""The way into an IOS device by both transports: keys, logins, old SSH, many at once; and NAPALM's own verbs."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import asyncssh
import paramiko
import pytest
from ios_house import PASSWORD, SEED, TRANSPORTS, USER, House, Pins, bare, entering, litter, login

from homeroom.errors import CommandRejected, HostKeyChanged, LoginRefused, Unreachable
from homeroom.lab import legacy
from homeroom.lab.ios.ssh import Server
from homeroom.lab.keys import host_key
from homeroom.platforms.ability import VERBS
from homeroom.platforms.ios.driver import ABILITY, GuardedIOS
from homeroom.platforms.ios.fast import FastIOS

MERGED = "snmp-server contact nobody\nntp server 10.9.9.9\n"


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


def test_a_wrong_password_is_a_refused_login(enter, device):
    with pytest.raises(LoginRefused) as caught, enter(password="wrong"):
        pass
    assert str(caught.value) == f"{device.name}: it refused our login; check the device password and the user on it"


def test_nobody_at_home_is_unreachable(house, enter, device):
    port, house.port = house.port, 9
    try:
        with pytest.raises(Unreachable) as caught, enter():
            pass
    finally:
        house.port = port
    assert str(caught.value) == (
        f"{device.name}: no connection (TCP connection to device failed); check its power, its uplink and its SSH"
    )


def test_another_key_never_sees_the_password(house, enter, device, monkeypatch):
    pin, asked = Pins(), []
    with enter(pin=pin):
        pass
    assert pin.seen == host_key(SEED, device.name).get_fingerprint()
    monkeypatch.setattr("homeroom.lab.gate.host_key", lambda seed, name: host_key(b"other", name))
    monkeypatch.setattr(Server, "validate_password", lambda *args: asked.append(args))
    house.devices[device.address] = fresh = house.fresh(2)
    house.devices[device.address] = fresh
    with pytest.raises(HostKeyChanged), enter(pin=pin):
        pass
    assert asked == []


def test_a_device_that_asks_by_keyboard_interactive_is_answered_by_the_fast_transport(house, device, monkeypatch):
    monkeypatch.setattr(Server, "password_auth_supported", lambda self: False)
    box = FastIOS(login(house, device))
    box.open()
    assert box.running().text
    box.close()
    box = FastIOS(login(house, device, password="wrong"))
    with pytest.raises(LoginRefused):
        box.open()


def test_what_looks_like_a_prompt_in_a_banner_is_none(enter, device):
    device.merge("banner exec ^C\nthe one and only\nyour-prompt#\n^C\n", "x")
    with enter() as box:
        assert box.running().name == device.name


def one_channel(_self, _chan=None):
    raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "one channel a connection")


def test_an_image_with_one_channel_a_connection_gets_the_file_over_a_second_one(house, enter, device, monkeypatch):
    asks = Server.session_requested
    seen = []

    def session_requested(self):
        if self in seen:
            one_channel(self)
        seen.append(self)
        return asks(self)

    monkeypatch.setattr(Server, "session_requested", session_requested)
    pins = []
    with enter(pin=pins.append) as box:
        box.merge(MERGED)
        box.commit(0)
        box.discard()
    assert len(pins) == 2, "both connections asked for the key"
    assert "ntp server 10.9.9.9" in device.startup


@pytest.mark.parametrize("session", TRANSPORTS.values())
def test_older_ssh_is_spoken_where_there_is_no_better(session, monkeypatch):
    monkeypatch.setenv("HOMEROOM_LAB_SSH", "legacy")
    assert legacy.options()["kex_algs"] == ["diffie-hellman-group14-sha256"]
    house = House()
    try:
        device = house.fresh(9)
        box = session(login(house, device))
        box.open()
        assert box.merge(MERGED)
        box.commit(0)
        box.close()
        assert "ntp server 10.9.9.9" in device.startup
    finally:
        house.close()


def test_what_is_closed_already_says_so_and_closes_again(enter):
    with enter() as box:
        box.close()
        with pytest.raises(Unreachable, match="the connection was lost"):
            box.merge(MERGED)


def test_a_connection_that_is_lost_while_nothing_is_asked_is_noticed(house, enter, device):
    with enter() as box:
        house.loop.call_soon_threadsafe(lambda: [drop() for drop in list(device.drops.values())])
        while device.drops:
            time.sleep(0.01)
        with pytest.raises(Unreachable):
            box.running()


def test_a_secret_in_what_the_device_says_is_concealed(enter, device):
    with enter(conceal=lambda text: text.replace("hunter2", "<secret>")) as box:
        box.merge("snmp-servr community hunter2\n")
        with pytest.raises(CommandRejected) as caught:
            box.commit(0)
    assert "hunter2" not in str(caught.value)
    assert "<secret>" in str(caught.value)


# --- many at once, and NAPALM's own verbs


def test_many_threads_share_the_fast_transports_loop(house):
    devices = [house.fresh(20 + n) for n in range(40)]

    def one(device):
        box = FastIOS(login(house, device))
        box.open()
        box.merge(MERGED)
        box.commit(0)
        box.discard()
        box.close()
        return "ntp server 10.9.9.9" in device.startup and not litter(device)

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(one, devices))
    assert [thread.name for thread in threading.enumerate()].count("homeroom-fast") == 1


@pytest.fixture
def napalm(house, device):
    box = GuardedIOS(login(house, device))
    box.open()
    yield box
    box.close()


def test_napalms_getters_go_on_working(napalm, device):
    assert napalm.is_alive() == {"is_alive": True}
    facts = napalm.get_facts()
    assert (facts["hostname"], facts["model"]) == (device.name, "C1121-8P")
    assert "ntp server 10.1.1.1" in napalm.get_config(retrieve="running")["running"]
    assert "Vlan99" in napalm.get_interfaces()
    assert napalm.get_interfaces_ip()["Vlan99"]["ipv4"] == {"10.0.7.193": {"prefix_length": 27}}
    assert "17.9" in napalm.cli(["show version"])["show version"]


def test_napalms_verbs_change_the_device(napalm, device, tmp_path):
    before, file = device.running, tmp_path / "merge.cfg"
    assert napalm.compare_config() == ""
    file.write_text(MERGED, encoding="utf-8")
    napalm.load_merge_candidate(filename=str(file))
    assert "+ntp server 10.9.9.9" in napalm.compare_config()
    napalm.discard_config()
    assert napalm.compare_config() == ""
    napalm.load_replace_candidate(config=bare(device).replace("Main street 1", "Side street 2"))
    assert "+snmp-server location Side street 2" in napalm.compare_config()
    napalm.commit_config(revert_in=600)
    assert napalm.has_pending_commit()
    napalm.rollback()
    assert not napalm.has_pending_commit()
    assert device.running == before
    napalm.load_merge_candidate(config=MERGED)
    napalm.commit_config(revert_in=600)
    napalm.confirm_commit()
    assert "ntp server 10.9.9.9" in device.startup
    napalm.close()
    assert litter(device) == []


@pytest.mark.parametrize(
    ("verb", "options", "reason"),
    [
        ("commit_config", {"message": "why"}, "IOS keeps no message with a change; leave it out"),
        ("commit_config", {"revert_in": 90}, "IOS counts in minutes: it cannot wait 90 seconds; give a multiple of 60"),
        ("commit_config", {"revert_in": 0}, "IOS counts in minutes: it cannot wait 0 seconds; give a multiple of 60"),
        ("load_merge_candidate", {}, "nothing was given to load; give a file name or a text"),
        (
            "load_replace_candidate",
            {"filename": "/none"},
            "/none cannot be read: No such file or directory; name another",
        ),
    ],
)
def test_what_napalms_verbs_cannot_do_is_said(napalm, device, verb, options, reason):
    with pytest.raises(CommandRejected) as caught:
        getattr(napalm, verb)(**options)
    assert str(caught.value).startswith(f"{device.name}: {reason}")


def test_ios_can_do_everything():
    assert ABILITY.lacks(*VERBS) == {}


def test_a_stock_client_sees_what_we_left(house, device):
    """Paramiko, on its own: one command on the exec channel after a push by each transport."""
    for number, session in enumerate(TRANSPORTS.values()):
        box = session(login(house, device, change=f"c{number}"))
        box.open()
        box.merge(f"ntp server 10.8.8.{number}\n")
        box.commit(0)
        box.close()
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(device.address, house.port, USER, PASSWORD, look_for_keys=False, allow_agent=False)
        _, out, _ = client.exec_command("show startup-config | include ntp")
        assert out.read().decode().split() == [
            "ntp",
            "server",
            "10.1.1.1",
            "ntp",
            "server",
            "10.8.8.0",
            "ntp",
            "server",
            "10.8.8.1",
        ]
