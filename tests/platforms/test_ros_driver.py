"""The driver against an emulated device on a real socket, with TLS: what a change promises."""

import time

import pytest
from roshouse import House, Pins, driver, litter, login, shown

from homeroom.errors import CommandRejected, HostKeyChanged, LoginRefused, Unreachable, Unsettled
from homeroom.lab.faults import Fault
from homeroom.lab.ros.wire import sentence
from homeroom.platforms.ros import change, onbox
from homeroom.platforms.ros.client import Refused, Reply, encode
from homeroom.platforms.ros.driver import ABILITY, RosDriver
from homeroom.platforms.ros.parser import RosParser
from homeroom.platforms.ros.redact import redact

MERGE = "/interface vlan add interface=bridge name=student vlan-id=10\n/ip dns\nset servers=10.1.1.1\n"


@pytest.fixture(scope="module")
def house():
    found = House()
    yield found
    found.close()


@pytest.fixture
def device(house):
    return house.fresh(1, minute=60)


@pytest.fixture
def opened(house):
    """Opens drivers, and closes them."""
    found = []

    def enter(device, **options):
        found.append(driver(house, device, **options))
        found[-1].open()
        return found[-1]

    yield enter
    for one in found:
        one.close()


def lines(device):
    return RosParser().lines(shown(device))


def replaced(device):
    text = shown(device)
    text = text.replace("src-address=10.1.0.0/16", "src-address=10.2.0.0/16").replace("Main street 1", "Side street 2")
    return text.replace(
        "/ip firewall filter add action=drop",
        "/ip firewall filter add action=accept chain=input protocol=icmp\n/ip firewall filter add action=drop",
    )


def test_a_merge_adds_its_lines_and_nothing_else(device, opened):
    before = set(lines(device))
    box = opened(device)
    box.load_merge_candidate(config=MERGE)
    assert box.compare_config() == (
        "/interface vlan\n+add interface=bridge name=student vlan-id=10\n/ip dns\n+set servers=10.1.1.1\n"
    )
    box.commit_config(message="first VLAN")
    assert set(lines(device)) - before == {
        "/interface vlan add interface=bridge name=student vlan-id=10",
        "/ip dns set servers=10.1.1.1",
    }
    assert before <= set(lines(device))
    box.load_merge_candidate(config=MERGE.replace("add interface=bridge name=student", "set [ find name=student ]"))
    assert box.compare_config() == ""
    assert not box.has_pending_commit()


def test_a_replace_shows_its_difference_and_the_second_push_has_none(device, opened):
    box, wanted = opened(device), replaced(device)
    assert box.candidate(wanted) == (
        "/ip firewall filter\n"
        "-add chain=input src-address=10.1.0.0/16\n"
        "+add chain=input src-address=10.2.0.0/16\n"
        "+add chain=input protocol=icmp\n"
        "/snmp\n"
        '-set enabled=yes location="Main street 1"\n'
        '+set enabled=yes location="Side street 2"\n'
    )
    box.commit(1)
    box.confirm()
    assert lines(device) == RosParser().lines(wanted)
    box = opened(device)
    assert box.candidate(wanted) == ""
    box.commit_config()
    box.close()
    assert litter(device) == []


def test_rules_that_stay_are_not_touched(device, opened):
    rules = {entry.number for entry in device.config.table("/ip firewall filter")}
    box = opened(device)
    box.load_replace_candidate(config=replaced(device))
    box.commit_config()
    assert len(rules & {entry.number for entry in device.config.table("/ip firewall filter")}) == len(rules) - 1


def test_a_confirmed_commit_left_alone_reverts_byte_for_byte(house, opened):
    device = house.fresh(2)
    box = opened(device)
    before = box.running()
    box.candidate(replaced(device))
    box.commit(4)
    assert box.running().pending
    assert box.running().text != before.text
    end = time.monotonic() + 10
    while device.config.table("/system scheduler") and time.monotonic() < end:
        time.sleep(0.05)
    assert box.running() == before
    box.close()
    assert litter(device) == []
    assert list(device.log) == ["homeroom: c1 was not confirmed and is taken back"]


def test_hanging_up_neither_confirms_nor_reverts(device, opened, house):
    box = opened(device)
    box.candidate(replaced(device))
    box.commit(5)
    committed = lines(device)
    box.close()
    assert lines(device) == committed
    assert litter(device) == ["homeroom-c1", "homeroom-c1"], "the script and its scheduler wait"
    assert opened(device).running().pending


def test_a_new_process_confirms_and_nothing_is_left(device, opened):
    box, wanted = opened(device), replaced(device)
    box.candidate(wanted)
    box.commit(5)
    box.close()
    later = opened(device)
    later.confirm()
    assert not later.has_pending_commit()
    later.close()
    assert lines(device) == RosParser().lines(wanted)
    assert litter(device) == []


def test_a_timer_that_is_faster_than_the_confirmation_is_noticed(house, device, opened, monkeypatch):
    box = opened(device)
    before = lines(device)
    box.candidate(replaced(device))
    box.commit(5)
    run = box._api.run

    def late(command, params, queries=()):
        if command == "/system/scheduler/remove":
            house.do(lambda: device.run_script("homeroom-c1"))
        return run(command, params, queries)

    monkeypatch.setattr(box._api, "run", late)
    with pytest.raises(CommandRejected) as error:
        box.confirm()
    assert str(error.value) == (
        "py11-0001-rtr1: its timer took the change back before it was confirmed; see what runs there, then push again"
    )
    assert lines(device) == before


def test_a_timer_that_has_begun_when_the_confirmation_comes_is_waited_for(house, device, opened, monkeypatch):
    box = opened(device)
    box.candidate(replaced(device))
    box.commit(5)
    call, asked = box._api.call, []

    def busy(command, *queries, **params):
        reply = call(command, *queries, **params)
        if command == "/system/script/job/print" and not asked:
            asked.append(command)
            house.do(lambda: device.run_script("homeroom-c1"))
            return type(reply)(({".id": "*1", "script": "homeroom-c1"},), "")
        return reply

    monkeypatch.setattr(box._api, "call", busy)
    with pytest.raises(CommandRejected, match="its timer took the change back before it was confirmed"):
        box.confirm()
    assert asked


def test_a_hand_edit_before_the_confirmation_is_said(device, opened):
    box = opened(device)
    box.candidate(replaced(device))
    box.commit(5)
    device.run("/ip dns set servers=10.3.3.3")
    with pytest.raises(CommandRejected, match="it keeps the change, but does not run what was committed"):
        box.confirm()
    assert not box.has_pending_commit()


def test_a_rollback_restores_byte_for_byte_also_from_a_new_process(device, opened):
    box = opened(device)
    before = box.running()
    box.candidate(replaced(device))
    box.commit(5)
    box.close()
    later = opened(device)
    later.revert()
    assert later.running() == before
    assert litter(device) == []


def test_a_plain_commit_can_be_rolled_back_until_the_session_ends(device, opened):
    box = opened(device)
    before = box.running()
    box.load_merge_candidate(config=MERGE)
    box.commit_config()
    box.rollback()
    assert box.running() == before
    with pytest.raises(CommandRejected, match="there is nothing to take back"):
        box.rollback()


def test_a_restart_in_between_does_not_stop_the_timer(house, opened):
    device = house.fresh(3)
    box = opened(device)
    before = lines(device)
    box.candidate(replaced(device))
    box.commit(2)
    house.do(device.reboot)
    end = time.monotonic() + 10
    while device.config.table("/system scheduler") and time.monotonic() < end:
        time.sleep(0.05)
    assert lines(device) == before


def test_a_second_change_waits_for_the_first(device, opened):
    box = opened(device)
    box.candidate(replaced(device))
    box.commit(5)
    other = opened(device, change="c2")
    other.load_merge_candidate(config="/ip dns set servers=10.9.9.9\n")
    with pytest.raises(CommandRejected) as error:
        other.commit_config()
    assert str(error.value) == (
        "py11-0001-rtr1: an earlier change still waits there for its confirmation; "
        "try again when it was confirmed, or when its timer has taken it back"
    )
    other.close()
    assert box.has_pending_commit(), "the other's leaving took the first one's timer away"


def test_two_changes_that_arm_at_once_do_not_both_go_on(device, opened, monkeypatch):
    box = opened(device)
    box.load_merge_candidate(config=MERGE)
    prepare = onbox.OnBox.prepare

    def and_another(self, scripts, old, new):
        prepare(self, scripts, old, new)
        device.config.add("/system scheduler", {"name": "homeroom-c9", "interval": "5m", "on-event": "homeroom-c9"})

    monkeypatch.setattr(onbox.OnBox, "prepare", and_another)
    before = lines(device)
    with pytest.raises(CommandRejected, match="another change began there at the same time"):
        box.commit_config()
    assert [entry.name for entry in device.config.table("/system scheduler")] == ["homeroom-c9"]
    device.config.remove(device.config.table("/system scheduler")[:])
    assert lines(device) == before


def test_a_hand_edit_since_the_comparison_is_noticed(device, opened):
    box = opened(device)
    box.candidate(replaced(device))
    device.run("/ip dns set servers=10.3.3.3")
    with pytest.raises(CommandRejected, match="somebody changed it since it was compared; compare again"):
        box.commit(1)


@pytest.mark.parametrize(
    ("typo", "message"),
    [
        (
            "/ip address add addres=10.9.0.1/24 interface=ether4\n",
            (
                "line 3: `/ip address add addres=10.9.0.1/24 interface=ether4` was refused: "
                "expected end of command; nothing was changed; correct it"
            ),
        ),
        (
            "/ip adress add address=10.9.0.1/24 interface=ether4\n",
            (
                "line 3: `/ip adress add address=10.9.0.1/24 interface=ether4` was refused: "
                "bad command name adress; nothing was changed; correct it"
            ),
        ),
        (
            "/ip firewall filter add action=dropp chain=input\n",
            (
                "line 3: `/ip firewall filter add action=dropp chain=input` was refused: "
                "input does not match any value of action; nothing was changed; correct it"
            ),
        ),
        (
            "/interface vlan add interface=bridge name=x vlan-id=5000\n",
            (
                "line 3: `/interface vlan add interface=bridge name=x vlan-id=5000` was refused: "
                "invalid value for argument vlan-id; nothing was changed; correct it"
            ),
        ),
        (
            "/ip address add address=10.9.0.1/24 interface=ether9\n",
            (
                "line 3: `/ip address add address=10.9.0.1/24 interface=ether9` was refused: "
                "input does not match any value of interface; everything was taken back; correct it"
            ),
        ),
        ("nonsense\n", "line 3: 'nonsense' is not understood: only add, set and remove are; correct the line it names"),
        (
            '/ip dns set servers="10.1.1.1\n',
            "line 3: '/ip dns set servers=\"10.1.1.1' is not understood: 'servers=\"10.1.1.1'; correct the line it names",
        ),
        (
            "/ip dns unset servers\n",
            "line 3: '/ip dns unset servers' is not understood: only add, set and remove are; correct the line it names",
        ),
    ],
)
def test_a_typo_is_named_by_device_and_line_and_the_device_runs_what_it_ran(device, opened, typo, message):
    before, box = lines(device), opened(device)

    def push():
        box.load_merge_candidate(config="/interface vlan\nadd interface=bridge name=student vlan-id=10\n" + typo)
        box.commit_config()

    with pytest.raises(CommandRejected) as error:
        push()
    assert str(error.value) == f"py11-0001-rtr1: {message}"
    assert lines(device) == before
    assert litter(device) == []


def test_a_device_too_old_to_check_takes_back_what_it_did(device, opened, monkeypatch):
    box, before = opened(device), lines(device)
    monkeypatch.setattr(box, "_checks", False)
    text = MERGE + "/ip firewall filter add action=drop chain=input in-interface=nowhere\n"
    box.load_merge_candidate(config=text)
    with pytest.raises(CommandRejected) as error:
        box.commit_config()
    assert str(error.value) == (
        "py11-0001-rtr1: line 4: `/ip firewall filter add action=drop chain=input in-interface=nowhere` was refused: "
        "input does not match any value of in-interface; everything was taken back; correct it"
    )
    assert lines(device) == before
    assert litter(device) == []


def test_a_change_that_fails_and_does_not_go_back_is_unsettled_until_the_timer(house, opened):
    device = house.fresh(4)
    box, before = opened(device), lines(device)
    box.load_merge_candidate(config=MERGE + "/ip address add address=10.9.0.1/24 interface=nowhere\n")
    device.faults.arm(Fault("ignore_rollback"))
    with pytest.raises(Unsettled, match="a commit failed half-way and could not be taken back; its scheduler takes"):
        box.commit_config(revert_in=240)
    assert lines(device) != before
    end = time.monotonic() + 10
    while device.config.table("/system scheduler") and time.monotonic() < end:
        time.sleep(0.05)
    assert lines(device) == before


def test_a_device_that_takes_the_text_and_runs_something_else_is_taken_back(device, opened, monkeypatch):
    box, before = opened(device), lines(device)
    box.load_merge_candidate(config=MERGE)
    run = device.run

    def cunning(text):
        value = run(text)
        if "servers=10.1.1.1" in text:
            run("/ip dns set servers=10.6.6.6")
        return value

    monkeypatch.setattr(device, "run", cunning, raising=True)
    with pytest.raises(
        CommandRejected, match=r"it took the text, but then ran `-set servers=10\.1\.1\.1`; everything was"
    ):
        box.commit_config()
    assert lines(device) == before


def test_what_cannot_be_unset_is_refused_before_anything_is_sent(device, opened):
    device.run("/interface ethernet set ether4 l2mtu=1600")
    box = opened(device)
    with pytest.raises(CommandRejected) as error:
        box.load_replace_candidate(config=shown(device).replace(" l2mtu=1600", " comment=x"))
    assert (
        error.value.what == "/interface ethernet: nobody knows what l2mtu is when nothing is said: say it in the text"
    )


def test_nothing_loaded_nothing_pending_nothing_to_take_back(device, opened):
    box = opened(device)
    with pytest.raises(CommandRejected, match="no candidate is loaded; load one first"):
        box.commit_config()
    with pytest.raises(CommandRejected, match="no change waits there for its confirmation; see what runs there"):
        box.confirm_commit()
    with pytest.raises(CommandRejected, match="there is nothing to take back; see what runs there"):
        box.rollback()
    box.load_merge_candidate(config=MERGE)
    box.discard()
    assert box.compare_config() == ""


def test_secrets_are_concealed_in_all_that_is_shown(house, device):
    device.run('/radius add address=10.1.1.2 secret="radius-secret-1" service=wireless')
    box = RosDriver(
        login(house, device, conceal=lambda text: redact(text.replace("radius-secret-1", "<<secret:radius>>")))
    )
    box.open()
    assert "radius-secret-1" in box.running().text, "as on every platform: who keeps or shows it conceals it"
    assert "radius-secret-1" in box.get_config(retrieve="running")["running"]
    assert "radius-secret-1" not in box.get_config(retrieve="running", sanitized=True)["running"]
    box.load_merge_candidate(config="/radius set [ find address=10.1.1.2 ] secret=other-secret-2\n")
    assert "secret=<redacted>" in box.compare_config()
    assert "other-secret-2" in box.get_config(retrieve="candidate")["candidate"]
    box.close()


def test_a_long_configuration_goes_and_comes_in_pieces(device, opened):
    rules = [
        f"/ip firewall address-list add address=10.{n // 250}.{n % 250}.0/24 list=schools\n" for n in range(1, 900)
    ]
    box = opened(device)
    box.load_merge_candidate(config="".join(rules))
    assert len(change.files(box._candidate.steps)) > 1
    box.commit_config()
    assert len(device.config.table("/ip firewall address-list")) == 899
    assert len(box.running().text) > onbox.INLINE
    assert len(device.config.table("/system script")) > 2
    box.rollback()
    assert device.config.table("/ip firewall address-list") == []


def test_getters_and_commands(device, opened, tmp_path):
    box = opened(device)
    facts = box.get_facts()
    assert (facts["hostname"], facts["vendor"], facts["model"]) == ("py11-0001-rtr1", "MikroTik", "RB5009UG+S+")
    assert facts["os_version"] == "7.18.2 (stable)"
    assert facts["interface_list"][:2] == ["ether1", "ether2"]
    assert box.get_interfaces()["management"]["mac_address"].startswith("48:A9:8A")
    assert box.get_interfaces_ip()["management"] == {"ipv4": {"10.0.7.193": {"prefix_length": 27}}}
    assert box.cli([":put [/system identity get name]", "/nonsense"]) == {
        ":put [/system identity get name]": "py11-0001-rtr1",
        "/nonsense": "bad command name nonsense (line 1 column 1)",
    }
    assert box.is_alive() == {"is_alive": True}
    path = tmp_path / "new.rsc"
    path.write_text(MERGE)
    box.load_merge_candidate(filename=str(path))
    assert "+set servers=10.1.1.1" in box.compare_config()
    box.close()
    assert box.is_alive() == {"is_alive": False}


def test_the_certificate_is_pinned_before_a_password_is_sent(house, device, opened):
    pin = Pins()
    opened(device, pin=pin)
    assert pin.seen.startswith("SHA256:")
    device.faults.arm(Fault("wrong_host_key"))
    asked = house.counters.commands
    with pytest.raises(HostKeyChanged):
        opened(device, pin=pin)
    assert house.counters.commands == asked


def test_doors_that_do_not_open(house, device, opened):
    with pytest.raises(LoginRefused) as error:
        opened(device, password="wrong-password")
    assert str(error.value) == (
        "py11-0001-rtr1: it refused our login; check the device password, the user on it and what that user may do"
    )
    device.run("/ip service set api-ssl disabled=yes")
    with pytest.raises(Unreachable, match="check its power, its uplink and its api-ssl service"):
        opened(device)
    with pytest.raises(Unreachable, match="no connection"):
        opened(device, port="api", timeout=0.5)


def test_plain_api_when_asked_for(house, device):
    box = RosDriver(login(house, device, port="api"), encrypted=False)
    box.open()
    assert box.running().name == device.name
    box.close()
    box.close()


def test_device_mode_is_explained(device, opened, monkeypatch):
    box = opened(device)
    box.load_merge_candidate(config=MERGE)

    def no(seconds, scripts):
        raise Refused("failure: not allowed by device-mode")

    monkeypatch.setattr(box._box, "arm", no)
    with pytest.raises(CommandRejected) as error:
        box.commit_config()
    assert error.value.remedy == "allow it: /system/device-mode/update scheduler=yes"


def test_an_export_that_is_not_understood_is_said(device, opened):
    box = opened(device)
    box._box.export = lambda: "/ip address frobnicate x=1\n"
    with pytest.raises(CommandRejected, match="its configuration is not understood"):
        box.load_replace_candidate(config="")


def test_an_export_that_is_gone_or_ends_early_is_said(device, opened, monkeypatch):
    box = opened(device)
    call = box._api.call
    monkeypatch.setattr(box._api, "call", lambda command, *queries, **params: Reply((), ""))
    with pytest.raises(CommandRejected, match="its export is not there; look at its free space"):
        box._box.export()

    def shorter(command, *queries, **params):
        reply = call(command, *queries, **params)
        rows = (
            [{**row, "size": "99999"} for row in reply.rows if row.pop("contents", "")]
            if "/file/print" in command
            else []
        )
        return Reply(tuple(rows) or reply.rows, "")

    monkeypatch.setattr(box._api, "call", shorter)
    with pytest.raises(CommandRejected, match=r"its export ends at \d+ of 99999 bytes; try again"):
        box._box.export()


def test_a_way_back_that_is_refused_is_unsettled(house, opened):
    device = house.fresh(5)
    box, before = opened(device), lines(device)
    box.load_merge_candidate(config=MERGE + "/ip address add address=10.9.0.1/24 interface=nowhere\n")
    run = box._api.run

    def no(command, params, queries=()):
        if command == "/system/script/run":
            raise Refused("not enough permissions (9)")
        return run(command, params, queries)

    box._api.run = no
    with pytest.raises(
        Unsettled, match=r"the way back was refused \(not enough permissions \(9\)\); its scheduler takes"
    ):
        box.commit_config(revert_in=60)
    end = time.monotonic() + 10
    while device.config.table("/system scheduler") and time.monotonic() < end:
        time.sleep(0.05)
    assert lines(device) == before


def test_a_device_that_cannot_be_read_after_the_commit_is_unsettled(house, opened, monkeypatch):
    device = house.fresh(6)
    box, before = opened(device), lines(device)
    box.load_merge_candidate(config=MERGE)
    apply = box._change._apply

    def full(sent, loaded):
        device.faults.arm(Fault("full_flash"))
        apply(sent, loaded)

    monkeypatch.setattr(box._change, "_apply", full)
    with pytest.raises(Unsettled, match=r"it cannot be read after the commit \(failure: not enough space\)"):
        box.commit_config(revert_in=60)
    device.faults.clear()
    end = time.monotonic() + 10
    while device.config.table("/system scheduler") and time.monotonic() < end:
        time.sleep(0.05)
    assert lines(device) == before


def test_words_of_every_length():
    for length in (0x7F, 0x80, 0x4000, 0x200000):
        words = ["/x", "=y=" + "z" * length]
        assert encode(words) == sentence(words)


def test_the_ability_says_how_a_lost_connection_ends():
    assert ABILITY.lacks() == {}
    assert "its own scheduler takes it back" in ABILITY.lost_connection
