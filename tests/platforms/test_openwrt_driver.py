"""OpenWrt's driver against emulated devices on real SSH: every verb, every fault at every step."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from uci_house import NEW, OLD, PASSWORD, House, config, left, name

from homeroom.errors import CommandRejected, DeviceError, HostKeyChanged, LoginRefused, Unreachable
from homeroom.lab.faults import Fault
from homeroom.platforms.box import Login
from homeroom.platforms.openwrt.driver import ABILITY, IMAGE, OpenWrt
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.secret import Secret

PARSER = UciParser()


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def number(house):
    house.last = getattr(house, "last", 100) + 1
    return house.last


def new(number):
    return NEW.format(name=name(number))


def settled(house, number, seconds=10.0):
    """Wait until nothing runs on the device any more; return what is left there."""
    device, end = house.device(number), time.monotonic() + seconds
    while (rest := house.call(lambda: left(device))) and time.monotonic() < end:
        time.sleep(0.02)
    return rest


# --- the verbs


def test_a_replacement_is_compared_put_on_trial_and_kept(house, number, golden):
    box = house.enter(number)
    seen = box.running()
    assert (seen.name, seen.pending) == (name(number), False)
    diff = box.candidate(new(number))
    golden("openwrt/push.diff", diff.replace(name(number), "NAME"))
    box.commit(1)
    box.close()
    again = house.enter(number)
    assert again.running().pending
    again.confirm()
    last = again.running()
    again.close()
    assert not last.pending
    assert PARSER.diff(new(number), last.text) == ""
    assert settled(house, number) == []
    assert house.device(number).ssids() == ["school"]


def test_a_second_push_is_empty(house, number):
    box = house.enter(number)
    box.load_replace_candidate(config=new(number))
    box.commit_config()
    box.load_replace_candidate(config=new(number))
    assert box.compare_config() == ""
    box.close()
    assert settled(house, number) == []


def test_a_merge_adds_and_a_second_one_changes_nothing(house, number, tmp_path):
    piece = tmp_path / "piece"
    piece.write_text("package network\nconfig device 'bridge'\n\tlist ports 'eth0'\n\tlist ports 'eth1'\n")
    box = house.enter(number)
    box.load_merge_candidate(filename=str(piece))
    assert box.compare_config() == "package network\n config device 'bridge'\n  +list ports 'eth1'\n"
    box.commit_config(message="two ports")
    box.load_merge_candidate(filename=str(piece))
    assert box.compare_config() == ""
    box.close()
    assert "two ports" in "".join(house.device(number).log)


def test_a_commit_left_alone_goes_back_byte_for_byte(house, number):
    before = house.call(lambda: config(house.device(number)))
    box = house.enter(number)
    box.candidate(new(number))
    box.commit(1)
    box.close()
    assert settled(house, number) == []
    assert house.call(lambda: config(house.device(number))) == before
    again = house.enter(number)
    with pytest.raises(CommandRejected) as caught:
        again.confirm()
    again.close()
    assert str(caught.value) == (
        f"{name(number)}: could not be confirmed: nothing waits there for it; look at it, then try again"
    )


def test_another_process_confirms(house, number):
    box = house.enter(number, "first")
    box.candidate(new(number))
    box.commit(1)
    box.close()
    other = house.enter(number, "second")
    assert other.has_pending_commit()
    other.confirm_commit()
    other.close()
    time.sleep(2 * house.minute)
    assert settled(house, number) in ([], ["/tmp/homeroom-first"])
    assert "wireless" in house.call(lambda: config(house.device(number)))


def test_taking_back_restores_byte_for_byte(house, number):
    device = house.device(number)
    edited = b'# by hand\n\nconfig system\n\toption hostname  "by-hand"\n'
    house.call(lambda: device.files.write("/etc/config/system", edited))
    before = house.call(lambda: config(device))
    box = house.enter(number)
    box.candidate(new(number))
    box.commit(5)
    box.rollback()
    box.close()
    assert settled(house, number) == []
    assert house.call(lambda: config(device)) == before


def test_rollback_after_a_confirmed_commit_puts_back_what_ran_before(house, number):
    box = house.enter(number)
    before = box.running().text
    box.load_replace_candidate(config=new(number))
    box.commit_config()
    box.rollback()
    assert PARSER.diff(before, box.running().text) == ""
    with pytest.raises(CommandRejected) as caught:
        box.rollback()
    assert "nothing waits there that could be taken back" in str(caught.value)
    box.close()


def test_discarding_leaves_nothing(house, number):
    box = house.enter(number)
    box.load_replace_candidate(config=new(number))
    assert settled(house, number, 0) == ["/tmp/homeroom-c1"]
    box.discard_config()
    assert box.compare_config() == ""
    assert settled(house, number) == []
    box.close()


def test_what_belongs_to_the_image_is_neither_read_nor_replaced(house, number):
    device = house.device(number)
    box = house.enter(number)
    box.load_replace_candidate(config=new(number))
    box.commit_config()
    assert not any(f"package {package}\n" in box.running().text for package in IMAGE)
    assert {"rpcd", "luci", "ucitrack"} <= house.call(lambda: config(device)).keys()
    with pytest.raises(CommandRejected) as caught:
        box.candidate("package rpcd\n")
    assert "`package rpcd` is its image's own" in str(caught.value)
    box.close()


def test_the_getters(house, number):
    box = house.enter(number)
    facts = box.get_facts()
    assert (facts["vendor"], facts["hostname"], facts["model"]) == ("OpenWrt", name(number), "EAP-AX3000")
    assert facts["interface_list"] == ["lo", "eth0", "br0", "br0.99"]
    assert box.get_interfaces()["br0"]["is_up"]
    assert box.get_interfaces_ip() == {"br0.99": {"ipv4": {"10.0.7.200": {"prefix_length": 27}}}}
    assert box.get_config()["running"] == box.get_config()["startup"]
    assert box.get_config("running")["startup"] == ""
    assert box.cli(["echo hello"]) == {"echo hello": "hello\n"}
    assert box.is_alive() == {"is_alive": True}
    box.close()
    assert box.is_alive() == {"is_alive": False}
    with pytest.raises(Unreachable):
        box.running()


def test_secrets_of_ours_are_taken_out_on_demand(house, number):
    box = house.enter(number)
    box.load_replace_candidate(config=new(number))
    box.commit_config()
    assert "geheim-geheim" in box.get_config()["running"]
    assert "<<secret:key>>" in box.get_config(sanitized=True)["running"]
    box.close()


def test_the_ability_is_complete():
    assert ABILITY.lacks() == {}


# --- what is refused, before anything changes


def refused(house, number, text):
    box = house.enter(number)
    with pytest.raises(CommandRejected) as caught:
        box.candidate(text)
    box.close()
    assert settled(house, number) == []
    return str(caught.value).removeprefix(f"{name(number)}: ")


def test_a_typo_is_named_by_its_line_and_nothing_changes(house, number):
    before = house.call(lambda: config(house.device(number)))
    text = new(number).replace("option key 'geheim-geheim'", "optoin key 'geheim-geheim'")
    line = text.splitlines().index("\toptoin key 'geheim-geheim'") + 1
    assert refused(house, number, text) == (
        f"line {line} of the candidate is no UCI: `optoin key '<<secret:key>>'` (invalid command);"
        " correct the line; nothing was changed"
    )
    assert house.call(lambda: config(house.device(number))) == before


def test_a_typo_in_a_merge_is_named_too(house, number):
    box = house.enter(number)
    with pytest.raises(CommandRejected) as caught:
        box.load_merge_candidate(config="package a\nrubbish\n")
    assert str(caught.value).endswith("the candidate is no UCI: line 2: 'rubbish' is not understood; correct it")
    box.close()


def test_a_package_named_twice_is_refused(house, number):
    assert "Duplicate entry" in refused(house, number, "package a\n\npackage b\n\npackage a\n")


def test_somebodys_uncommitted_changes_are_respected(house, number):
    box = house.enter(number)
    box.cli(["uci set network.management.mtu=1400"])
    with pytest.raises(CommandRejected) as caught:
        box.candidate(new(number))
    assert "somebody's changes to network are not committed there" in str(caught.value)
    assert "1400" not in box.running().text, "what runs is what is committed"
    box.cli(["uci commit network"])
    assert "1400" in box.running().text
    box.close()


def test_a_hand_edit_between_comparison_and_commit_stops_it(house, number):
    device = house.device(number)
    box = house.enter(number)
    box.candidate(new(number))
    house.call(lambda: device.files.write("/etc/config/system", b"config system\n"))
    with pytest.raises(CommandRejected) as caught:
        box.commit(1)
    assert "its configuration changed since it was read" in str(caught.value)
    box.close()
    assert settled(house, number) == []


def test_a_pending_change_is_not_overtaken(house, number):
    box = house.enter(number)
    box.candidate(new(number))
    box.commit(60)
    with pytest.raises(CommandRejected) as caught:
        box.candidate(OLD.format(name="x"))
    assert "an earlier change still waits there for its confirmation" in str(caught.value)
    box.revert()
    box.close()


def test_a_candidate_that_is_gone_is_not_committed(house, number):
    box, other = house.enter(number, "one"), house.enter(number, "two")
    box.candidate(new(number))
    other.candidate(new(number))
    with pytest.raises(CommandRejected):
        box.commit(1)
    for each in (box, other):
        each.close()
    assert settled(house, number) == []


def test_a_hand_edit_between_reading_and_comparing_is_noticed(house, number):
    box = house.enter(number)
    box.running()
    house.call(lambda: house.device(number).files.write("/etc/config/system", b"config system\n"))
    with pytest.raises(CommandRejected) as caught:
        box.candidate(new(number))
    assert "its configuration changed since it was read" in str(caught.value)
    assert PARSER.diff(new(number), box.running().text) != ""
    assert "dhcp" in box.candidate(new(number))
    box.close()


def test_an_empty_candidate_is_refused(house, number):
    assert refused(house, number, "\n") == "the candidate is empty; push a whole configuration"


def test_something_else_than_openwrt_is_noticed(house, number):
    box = house.enter(number)
    box._shell.run("mkdir /etc/homeroom; echo 'echo hello' >/etc/homeroom/box")
    with pytest.raises(CommandRejected) as caught:
        box.running()
    assert "it does not answer as OpenWrt does: `hello`; look at what answers there" in str(caught.value)
    box.close()


def test_a_configuration_that_is_no_uci_is_named(house, number):
    house.call(lambda: house.device(number).files.write("/etc/config/junk", b"what is this\n"))
    box = house.enter(number)
    with pytest.raises(CommandRejected) as caught:
        box.running()
    assert "its configuration is no UCI (line " in str(caught.value)
    box.close()


def test_the_change_names_files():
    login = Login("a", "127.0.0.1", 1, "u", Secret("p", "x" * 8), lambda _: None, str, "$(reboot)")
    with pytest.raises(CommandRejected):
        OpenWrt(login)


# --- getting in


def test_a_wrong_password(house, number):
    login = house.login(number)
    other = Login(login.device, login.host, login.port, login.user, Secret("p", "wrong-wrong"), login.pin, str, "c")
    with pytest.raises(LoginRefused) as caught:
        OpenWrt(other).open()
    assert str(caught.value) == f"{name(number)}: it refused our login; check the password of its root user"


def test_a_host_key_that_is_not_the_pinned_one_gets_no_password(house, number):
    seen = []
    house.enter(number, pin=seen.append).close()
    assert seen[0].startswith("SHA256:")
    house.call(lambda: house.device(number).faults.arm(Fault("wrong_host_key")))

    def pin(fingerprint):
        if fingerprint != seen[0]:
            raise HostKeyChanged(name(number), "it shows another host key", "find out who answers")

    counted = house.counters.refused
    with pytest.raises(HostKeyChanged):
        house.enter(number, pin=pin)
    assert house.counters.refused == counted
    assert PASSWORD not in repr(seen)


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    login = Login("a", "127.0.0.1", port, "u", Secret("p", "x" * 8), lambda _: None, str, "c")
    with pytest.raises(Unreachable):
        OpenWrt(login).open()


# --- every fault at every step: the old configuration or the new one, the truth about it, and nothing left

STEPS = ("connect", "login", "read", "load", "compare", "commit", "confirm", "rollback", "close")
STRIKES = [
    *(Fault("cut", step) for step in STEPS),
    *(Fault("cut", step, late=True) for step in STEPS[2:]),
    *(Fault("half_open", step) for step in STEPS),
    *(Fault("slow", step, seconds=0.1) for step in STEPS),
    *(Fault("reboot", step) for step in STEPS),
    *(Fault("reboot", step, late=True) for step in STEPS[2:]),
    Fault("full_flash"),
    Fault("refuse_login"),
    Fault("ignore_rollback"),
    Fault("clock_jump", seconds=86400),
    Fault("offline"),
]


def attempt(house, number, ends):
    """Push: commit on one connection, `confirm` or `revert` on another; return what the driver said last."""
    said = "nothing"
    box = None
    try:
        box = house.enter(number, timeout=1.5)
        box.candidate(new(number))
        box.commit(2)
        said = "committed"
        box.close()
        box = house.enter(number, timeout=1.5)
        getattr(box, ends)()
        said = ends
    except DeviceError as error:
        return said, error
    finally:
        if box is not None:
            box.close()
    return said, None


def story(house, number, fault):
    device = house.held(number)
    before = house.call(lambda: config(device))
    house.call(lambda: device.faults.arm(fault))
    ends = "revert" if fault.step == "rollback" or fault.kind == "ignore_rollback" else "confirm"
    said, error = attempt(house, number, ends)
    house.call(device.faults.clear)
    house.call(house.times[number].expire)
    last = house.enter(number)
    seen = last.running()
    last.close()
    rest = settled(house, number)
    after = house.call(lambda: config(device))
    state = "old" if after == before else "new" if PARSER.diff(new(number), seen.text) == "" else "neither"
    return SimpleNamespace(said=said, error=error, ends=ends, state=state, pending=seen.pending, left=rest)


@pytest.fixture(scope="module")
def stories(house):
    with ThreadPoolExecutor(12) as pool:
        runs = {fault: pool.submit(story, house, n, fault) for n, fault in enumerate(STRIKES, 1)}
        return {fault: run.result() for fault, run in runs.items()}


@pytest.mark.full
@pytest.mark.parametrize("fault", STRIKES, ids=lambda f: "-".join(filter(None, (f.kind, f.step, "late" * f.late))))
def test_whatever_strikes_the_device_runs_the_old_or_the_new_configuration(stories, fault):
    end = stories[fault]
    assert end.state in {"old", "new"}
    assert not end.pending
    assert end.left == []
    if end.said == "confirm":
        assert end.state == "new", "it said that it was kept"
    if end.said == "revert":
        assert end.state == "old", "it said that it was taken back"
    if end.said == "nothing":
        assert end.state == "old", "it never said that it was put on trial"
    if end.state == "new":
        assert end.said == "confirm" or "nobody knows whether it keeps the change" in str(end.error)
    if isinstance(end.error, CommandRejected):
        assert end.state == "old"


@pytest.mark.full
def test_a_full_flash_is_named_before_anything_is_written(stories):
    assert "its flash is full: 0 kB are free, " in str(stories[Fault("full_flash")].error)


@pytest.mark.full
def test_a_rollback_that_does_nothing_is_found_out(stories):
    assert "was told to take the change back and did not" in str(stories[Fault("ignore_rollback")].error)


@pytest.mark.full
def test_a_lost_answer_is_said_to_be_unknown(stories):
    error = stories[Fault("cut", "commit", late=True)].error
    assert isinstance(error, Unreachable)
    assert "nobody knows whether it took the change; read it again; it goes back by itself unless" in str(error)
