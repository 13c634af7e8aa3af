"""eAPI of an emulated device, request by request: sessions, timers, files, errors; no transport."""

import json
from types import SimpleNamespace

import pytest
from eoslab import PORTS, USER, Timers, config

from homeroom.errors import LabError
from homeroom.lab.emulated import Emulated, Interface, SnmpUser
from homeroom.lab.eos.api import answer
from homeroom.lab.eos.config import body
from homeroom.lab.eos.device import EosDevice, Staged
from homeroom.lab.eos.hardware import Box
from homeroom.lab.faults import Fault

NAME = "py11-0001-sw1"
UNCONVERTED = "Command cannot be used over the API at this time. To see ASCII output, set format='text' in your request"
TOO_MANY = (
    "Maximum number of pending sessions has been reached. "
    "Please commit or abort previous sessions before creating a new one."
)


class World:
    """A device with a clock and timers in our hands."""

    def __init__(self, release="4.33.1F", *more):
        self.now, self.timers = 1_790_000_000.0, Timers()
        box = Box(NAME, "127.0.11.1", "eos", "switch", "CCS-720XP-24ZY4", PORTS, release)
        self.device = EosDevice(box, lambda: Staged(config(NAME, *more)), lambda: self.now, self.timers)

    def reply(self, *cmds, form="json", user=USER, **params):
        request = {"version": 1, "cmds": ["enable", *cmds], "format": form, **params}
        body_ = json.dumps({"jsonrpc": "2.0", "method": "runCmds", "params": request, "id": "7"}).encode()
        return answer(self.device, user, body_)

    def __call__(self, *cmds, **more):
        said = json.loads(self.reply(*cmds, **more).body)
        assert (said["jsonrpc"], said["id"]) == ("2.0", "7")
        return said["result"][1:] if "result" in said else said["error"]

    def text(self, *cmds):
        return [one["output"] for one in self(*cmds, form="text")]

    def edit(self, *lines, session="s1"):
        return self(f"configure session {session}", *lines, "end")


@pytest.fixture
def world():
    return World()


def test_a_device_is_emulated(world):
    seen: Emulated = world.device
    assert (seen.name, seen.hostname, seen.platform, seen.kind, seen.model) == (
        NAME, NAME, "eos", "switch", "CCS-720XP-24ZY4",
    )  # fmt: skip
    assert (seen.location, seen.contact, seen.ssids(), seen.engine_boots) == ("Main street 1", "", (), 1)
    assert seen.vlans() == {1: "default", 10: "student", 99: "management"}
    assert [one.index for one in seen.interfaces()] == [1, 2, 3, 4, 5, 6, 7, 8, 999001, 2000099]
    assert seen.interfaces()[0] == Interface(1, "Ethernet1", "uplink", True, True, 10**9, world.device.box.mac(2))
    assert seen.interfaces()[-1].name == "Vlan99"
    assert seen.address == "127.0.11.1"
    assert seen.boot == seen.running_changed == seen.running_saved == seen.startup_changed == world.now


def test_snmp_follows_the_configuration(world):
    assert (world.device.snmp_users(), world.device.communities()) == ({}, {})
    version = world.device.version
    world.device.merge(
        "snmp-server user homeroom G v3 auth sha256 authauth priv aes privpriv\nsnmp-server community c rw\n"
        "snmp-server community d\nsnmp-server contact the office\n",
        "root",
    )
    assert world.device.version > version
    assert world.device.snmp_users() == {"homeroom": SnmpUser("SHA-256", "authauth", "AES", "privpriv")}
    assert world.device.communities() == {"c": "RW", "d": "RO"}
    assert world.device.contact == "the office"
    world.device.save()
    world.device.reboot()
    assert world.device.snmp_users()["homeroom"].auth_key == "authauth"
    assert world.device.engine_boots == 2


def test_merge_says_what_it_skipped(world):
    (refused,) = world.device.merge("vlan 20\nvaln 30\n", "somebody")
    assert (refused.number, refused.line, refused.message) == (2, "valn 30", "Invalid input (at token 0: 'valn')")
    assert 20 in world.device.vlans()


# --- requests


def test_results_in_both_formats(world):
    assert world("show hostname", "configure", "end") == [
        {"hostname": NAME, "fqdn": f"{NAME}.school.example"}, {}, {},
    ]  # fmt: skip
    assert world("show hostname", form="text") == [{"output": f"Hostname: {NAME}\nFQDN:     {NAME}.school.example\n"}]
    assert world("write memory") == [{"messages": ["Copy completed successfully."]}]
    assert json.loads(world.text("show vrf")[0])["vrfs"]["default"]["interfaces"] == ["Vlan99"]
    assert world("", "! nothing", {"cmd": "show hostname", "input": ""})[2]["hostname"] == NAME


def test_the_first_failure_ends_the_request(world):
    assert world("show hostname", "bad command", "show clock") == {
        "code": 1002,
        "message": "CLI command 3 of 4 'bad command' failed: invalid command",
        "data": [
            {},
            {"hostname": NAME, "fqdn": f"{NAME}.school.example"},
            {"errors": ["Invalid input (at token 0: 'bad')"]},
        ],
    }


def test_commands_without_json(world):
    assert world("show logging") == {
        "code": 1003,
        "message": "CLI command 2 of 2 'show logging' failed: unconverted command",
        "data": [
            {},
            {"errors": [UNCONVERTED]},
        ],
    }
    assert world("show running-config | section vlan")["code"] == 1003


def test_without_enable(world):
    request = {"jsonrpc": "2.0", "method": "runCmds", "id": 1}
    params = {"version": "latest", "cmds": ["show hostname", "show running-config"]}
    said = json.loads(answer(world.device, USER, json.dumps({**request, "params": params}).encode()).body)
    assert said["error"]["code"] == 1005
    assert said["error"]["data"][0]["hostname"] == NAME
    world.device.merge("enable password x\nusername reader secret y\n", "root")
    assert world("show hostname", user="reader")["data"] == [{"errors": ["Bad secret"]}]
    opened = {**params, "cmds": [{"cmd": "enable", "input": "x"}, "show clock"]}
    assert b"utcTime" in answer(world.device, "reader", json.dumps({**request, "params": opened}).encode()).body
    assert world("disable", "show running-config")["code"] == 1005


@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        (b"nonsense", -32700, "Parse error"),
        (b"[]", -32600, "Invalid request"),
        (b'{"method": "runCmd"}', -32601, "Method not found: runCmd"),
        (b'{"method": "runCmds"}', -32602, "Invalid params: expected an object"),
        (b'{"method": "runCmds", "params": {"version": 1}}', -32602, "cmds must be a list"),
        (b'{"method": "runCmds", "params": {"version": 3, "cmds": []}}', -32602, "unsupported version: 3"),
        (
            b'{"method": "runCmds", "params": {"version": 1, "cmds": [], "format": "xml"}}',
            -32602,
            "unsupported format: xml",
        ),
        (
            b'{"method": "runCmds", "params": {"version": 1, "cmds": [], "autocomplete": 1}}',
            -32602,
            "runCmds() got an unexpected keyword argument 'autocomplete'",
        ),
    ],
)
def test_requests_that_are_none(world, sent, code, message):
    said = json.loads(answer(world.device, USER, sent).body)
    assert (said["error"]["code"], said["error"]["message"]) == (code, message)


def test_shortened_words(world):
    assert world("sho hostn")["data"][1] == {"errors": ["Incomplete token (at token 0: 'sho')"]}
    assert world("sho hostn", autoComplete=True)[0]["hostname"] == NAME


# --- configuring


def test_configure_changes_what_runs(world):
    world.now += 5
    said = world("configure terminal", "interface Ethernet2", "description x", "exit", "show clock", "exit")
    assert said == [{}, {}, {}, {}, world("show clock")[0], {}]
    assert "description x" in world.device.running
    assert world.device.running_changed == world.now
    changed = world.device.version
    world("configure", "interface Ethernet2", "description x")
    assert world.device.version == changed


def test_exec_commands_in_configuration_mode(world):
    assert world.text("configure", "interface Ethernet2", "show hostname", "description y")[2].startswith("Hostname: ")
    assert "description y" in world.device.running
    assert world("configure", "interface Ethernet2", "descriptoin y")["data"][-1] == {
        "errors": ["Invalid input (at token 0: 'descriptoin')"]
    }
    assert world("configure", "interface Ethernet99")["message"] == (
        "CLI command 3 of 3 'interface Ethernet99' failed: could not run command"
    )


def test_a_session_changes_nothing_until_it_is_committed(world):
    before = world.device.running
    world.edit("hostname other")
    assert world.device.running == before
    (shown,) = world.text("show session-config named s1 diffs")
    assert shown.splitlines()[:3] == [
        "--- system:/running-config", "+++ session:/s1-session-config", "@@ -3,7 +3,7 @@",
    ]  # fmt: skip
    assert [line for line in shown.splitlines() if line[0] in "+-"][2:] == [f"-hostname {NAME}", "+hostname other"]
    assert "hostname other" in world.text("show session-config named s1")[0]
    world("configure session s1 commit")
    assert world.device.hostname == "other"
    assert world.text("show session-config named s1 diffs") == [""]
    assert "hostname other" not in world.device.startup


def test_a_session_as_ansible_uses_it(world):
    world("configure session a", "interface Ethernet3", "description x")
    said = world.text("configure session a", "show session-config diffs", "commit")
    assert "+   description x" in said[1]
    assert "description x" in world.device.running
    world("configure session b", "hostname z")
    world("configure session b", "show running-config", "abort", form="text")
    assert "b" not in world.device.sessions.open
    assert world("show session-config", form="text")["data"][-1] == {"errors": ["Not in a configuration session"]}


def test_clean_config(world):
    world.edit("rollback clean-config", "hostname new")
    assert body(world.text("show session-config named s1")[0])[:7] == [
        "!", "no aaa root", "!", "hostname new", "!", "spanning-tree mode mstp", "!",
    ]  # fmt: skip
    world("configure session s1 rollback clean-config")
    assert "hostname" not in world.text("show session-config named s1")[0]


def test_five_sessions_at_most(world):
    for number in range(5):
        world("configure session" if number == 4 else f"configure session n{number}")
    assert world("configure session one-more")["data"][-1] == {"errors": [TOO_MANY]}
    assert "sess-1" in world.device.sessions.open
    world("no configure session n0")
    assert world("configure session one-more") == [{}]
    for name in ("n1", "n2"):
        world(f"configure session {name} commit")
    assert [name for name, one in world.device.sessions.open.items() if one.state == "completed"] == ["n2"]


def test_sessions_that_cannot_be(world):
    assert world("configure session x commit")["data"][-1] == {"errors": ["Cannot find session x"]}
    world.edit()
    world("configure session s1 commit")
    said = [world(f"configure session s1 {verb}")["data"][-1]["errors"][0] for verb in ("commit", "abort")]
    assert said == ["Cannot commit session s1: it is completed", "Cannot abort session s1: it is completed"]
    assert world("configure session s1 commit timer 00:00:00")["code"] == 1002


def test_a_timer_takes_a_commit_back(world):
    before = world.device.running
    world.edit("hostname other")
    world("configure session s1 commit timer 00:05:00")
    assert [timer.delay for timer in world.timers.waiting] == [300]
    world.now += 100
    assert "Commit timer expires in 200 seconds" in world.text("show configuration sessions detail")[0]
    world.edit("hostname third", session="s2")
    assert world("configure session s2 commit")["data"][-1]["errors"] == [
        "Cannot commit session s2: session s1 is pending commit timer"
    ]
    assert world("configure replace startup-config")["data"][-1]["errors"] == [
        "Cannot replace the configuration: a commit timer is pending"
    ]
    world.timers.fire()
    assert world.device.running == before
    assert "has been rolled back" in world.text("show logging")[0]
    world.device.expire()
    assert world.device.running == before


def test_confirming_and_aborting(world):
    world.edit("hostname other")
    world("configure session s1 commit timer 01:00:00")
    world("configure session s1 commit")
    assert (world.timers.waiting, world.device.hostname) == ([], "other")
    world.edit("hostname third")
    world("configure session s1 commit timer 00:01:30")
    assert world.device.hostname == "third"
    world("configure session s1 abort")
    assert (world.timers.waiting, world.device.hostname) == ([], "other")
    assert "s1" not in world.device.sessions.open


@pytest.mark.parametrize(
    ("release", "state", "extra"),
    [
        ("4.31.5M", "pendingCommitTimer", {}),
        ("4.33.1F", "committed", {"commitTimerSessionName": "s1", "commitTimerExpireTime": 300.0}),
    ],
)
def test_what_the_api_shows_of_sessions(release, state, extra):
    """The shapes of napalm #2166: before 4.32 and since."""
    world = World(release)
    world.edit("hostname other")
    assert world("show configuration sessions")[0]["sessions"]["s1"] == {
        "state": "pending", "description": "", "instances": {},
    }  # fmt: skip
    world("configure session s1 commit timer 00:05:00")
    (said,) = world("show configuration sessions detail")
    one = said["sessions"]["s1"]
    assert one.pop("commitBy", None) == (300.0 if release == "4.31.5M" else None)
    assert one == {
        "state": state, "completedTime": world.now, "commitUser": USER, "description": "", "instances": {},
    }  # fmt: skip
    assert said | {"sessions": {}} == {
        "sessions": {}, "maxSavedSessions": 1, "maxOpenSessions": 5, "mergeOnCommit": False,
        "saveToStartupConfigOnCommit": False, **extra,
    }  # fmt: skip
    world("configure session s1 commit")
    done = world("show configuration sessions detail")[0]
    assert done["sessions"]["s1"]["state"] == ("completed" if release == "4.31.5M" else "committed")
    assert "commitTimerSessionName" not in done


def test_a_restart_forgets_what_was_not_saved(world):
    before = world.device.running
    world.edit("hostname other")
    world("configure session s1 commit timer 00:05:00")
    world.edit(session="s2")
    world.now += 10
    assert world.reply("reload now").body is None
    assert world.device.running == before
    assert (world.device.sessions.open, world.timers.waiting, world.device.uptime) == ({}, [], 0)


# --- files


def test_files(world):
    running = world.device.running
    assert world("copy running-config flash:a", "delete flash:/a", "copy startup-config flash:b")[0] == {
        "messages": ["Copy completed successfully."]
    }
    assert list(world.device.flash.files) == ["b"]
    assert "  b\n" in world.text("dir flash:")[0]
    assert world.text("dir all-filesystems")[0].startswith("Directory of flash:/\n")
    world("configure", "hostname other")
    world("copy running-config startup-config")
    assert "hostname other" in world.device.startup
    assert world.text("diff flash:b running-config")[0].splitlines()[:2] == ["--- flash:b", "+++ running-config"]
    assert world.text("show running-config diffs") == [""]
    world("configure replace flash:b")
    assert world.device.running == running
    assert "hostname other" in world.text("more flash:startup-config")[0]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("more flash:none", "Error opening flash:none (No such file or directory)"),
        ("more http://x", "Error opening http://x (No such file or directory)"),
        ("delete flash:none", "Error deleting flash:none (No such file or directory)"),
        ("copy flash:none flash:x", "Error opening flash:none (No such file or directory)"),
        (
            "copy startup-config running-config",
            "Error copying startup-config to running-config (Operation not supported)",
        ),
        ("configure replace flash:none", "Error opening flash:none (No such file or directory)"),
    ],
)
def test_files_that_are_not_there(world, command, said):
    assert world(command, form="text")["data"][-1] == {"errors": [said]}


def test_replace_is_all_or_nothing(world):
    before = world.device.running
    world.device.write("flash:bad", "hostname x\nvaln 10\n")
    assert world("configure replace flash:bad")["data"][-1] == {
        "errors": ["Invalid input (at token 0: 'valn') at line 2"]
    }
    assert world.device.running == before


# --- looking


def test_running_config(world):
    assert world.text("show running-config")[0] == world.device.running
    whole = world.text("show running-config all")[0]
    assert "interface Ethernet1\n   no description\n".replace("   no description\n", "   no shutdown\n") in whole
    assert "   switchport trunk native vlan 1\n" in whole
    assert whole.count("switchport mode access") == 7
    assert "vlan 10\n   state active\n   name student\n" in whole
    assert world.text("show startup-config")[0].splitlines()[1] == (
        "! Startup-config last modified at Mon Sep 21 14:13:20 2026 by root"
    )
    assert world.text("show running-config interfaces Ethernet1")[0] == (
        "interface Ethernet1\n   description uplink\n   switchport mode trunk\n"
    )
    (said,) = world("show running-config")
    assert said["header"] == [f"! device: {NAME} (CCS-720XP-24ZY4, EOS-4.33.1F)\n!\n"]
    assert said["cmds"]["interface Ethernet1"] == {
        "comments": [], "cmds": {"description uplink": None, "switchport mode trunk": None},
    }  # fmt: skip


def test_sanitized(world):
    world.device.merge(
        "snmp-server community topsecret ro\nsnmp-server user u g v3 auth sha topsecret priv aes topsecret\n"
        "enable password topsecret\n",
        "root",
    )
    (said,) = world.text("show running-config sanitized")
    assert "topsecret" not in said
    assert "$6$" not in said
    assert "snmp-server community <removed> ro\n" in said
    world.edit()
    assert "$6$" not in world.text("show session-config named s1 sanitized")[0]


@pytest.mark.parametrize(
    ("pipe", "lines"),
    [
        ("section ^vlan", ["vlan 10", "   name student", "vlan 99", "   name management"]),
        ("include hostname", [f"hostname {NAME}"]),
        ("begin ^ip route", ["ip route 0.0.0.0/0 10.0.7.193", "!", "end"]),
        ("exclude .", []),
    ],
)
def test_pipes(world, pipe, lines):
    assert world.text(f"show running-config | {pipe}")[0].splitlines() == lines


def test_pipes_that_are_none(world):
    assert world.text("show hostname | no-more")[0].startswith("Hostname")
    assert world("show hostname | count", form="text")["data"][-1] == {
        "errors": ["Invalid input (at token 0: 'count')"]
    }
    assert world("show hostname | include (", form="text")["code"] == 1002


def test_interfaces(world):
    world.device.merge(
        "interface Ethernet2\nshutdown\ninterface Ethernet3.10\nencapsulation dot1q vlan 10\ninterface Loopback0\n"
        "ip address 10.9.9.9/32\ninterface Vlan10\nip address 10.1.0.1/24\nip address 10.1.1.1/24 secondary\n"
        "ipv6 enable\ninterface Ethernet4\nno switchport\nmtu 9000\n",
        "root",
    )
    found = world("show interfaces")[0]["interfaces"]
    assert list(found)[:2] == ["Ethernet1", "Ethernet2"]
    states = {name: (one["interfaceStatus"], one["lineProtocolStatus"]) for name, one in found.items()}
    assert [states[f"Ethernet{n}"] for n in (1, 2, 5)] == [
        ("connected", "up"), ("disabled", "down"), ("notconnect", "down"),
    ]  # fmt: skip
    assert (found["Ethernet3.10"]["hardware"], found["Loopback0"]["hardware"]) == ("subinterface", "loopback")
    assert (found["Ethernet4"]["mtu"], found["Ethernet4"]["forwardingModel"]) == (9000, "routed")
    assert "physicalAddress" not in found["Loopback0"]
    assert list(world("show interfaces Ethernet1,3")[0]["interfaces"]) == ["Ethernet1", "Ethernet3"]
    address = world("show ip interface")[0]["interfaces"]["Vlan10"]["interfaceAddress"]
    assert address["secondaryIpsOrderedList"] == [{"address": "10.1.1.1", "maskLen": 24}]
    assert world("show ipv6 interface Vlan10")[0]["interfaces"]["Vlan10"]["linkLocal"]["address"].startswith(
        "fe80::21c:73ff:"
    )
    status = world.text("show interfaces status")[0]
    assert "Ethernet1       uplink               connected    trunk" in status
    assert "Vlan" in status.splitlines()[0]


def test_neighbours_and_tables(world):
    assert world("show arp vrf all", "show ip arp")[0]["vrfs"]["default"]["ipV4Neighbors"][0]["address"] == "10.0.7.193"
    assert world("show mac address-table", "show lldp neighbors", "show lldp neighbors Ethernet1 detail") == [
        {"unicastTable": {"tableEntries": []}, "multicastTable": {"tableEntries": []}},
        {
            "tablesLastChangeTime": 0.0, "tablesInserts": 0, "tablesDeletes": 0, "tablesDrops": 0, "lldpNeighbors": [],
        },
        {"lldpNeighbors": {}},
    ]  # fmt: skip
    assert "Neighbor Device ID" in world.text("show lldp neighbors")[0]
    vlans = world("show vlan")[0]["vlans"]
    assert vlans["99"]["interfaces"].keys() == {"Cpu", "Ethernet1"}
    assert world("show vlan 10")[0]["vlans"].keys() == {"10"}
    assert "99    management                       active    Cpu, Ethernet1\n" in world.text("show vlan")[0]


def test_the_rest(world):
    world.device.merge("username ada ssh-key ssh-rsa AAAA\nvrf instance MGMT\nclock timezone Asia/Bishkek\n", "root")
    users = world("show users accounts")[0]["users"]
    assert users["ada"] == {"username": "ada", "sshAuthorizedKey": "ssh-rsa AAAA"}
    assert users[USER]["privLevel"] == 15
    assert world("show snmp v2-mib location", "show snmp v2-mib chassis") == [
        {"location": "Main street 1"}, {"chassisId": world.device.box.serial},
    ]  # fmt: skip
    assert world("show vrf")[0]["vrfs"].keys() == {"default", "MGMT"}
    assert world("show clock")[0]["timezone"] == "Asia/Bishkek"
    assert "Timezone: Asia/Bishkek" in world.text("show clock")[0]
    assert f"Serial number: {world.device.box.serial}\n" in world.text("show version")[0]
    assert world("show management api http-commands")[0]["httpsServer"] == {
        "configured": True, "running": True, "port": 443,
    }  # fmt: skip
    assert world("show banner login") == [{"loginBanner": ""}]
    world("configure", {"cmd": "banner login", "input": "a\nb\n"})
    assert (world("show banner login"), world.text("show banner login")) == ([{"loginBanner": "a\nb\n"}], ["a\nb\n"])
    assert world("terminal length 0", "quit") == [{}, {}]


# --- faults


def test_faults_strike_at_their_step(world):
    world.edit("hostname other")
    world.device.faults.arm(Fault("cut", "commit"))
    assert (world.reply("configure session s1 commit").body, world.device.hostname) == (None, NAME)
    world.device.faults.arm(Fault("cut", "commit", late=True))
    assert (world.reply("configure session s1 commit").body, world.device.hostname) == (None, "other")
    world.device.faults.arm(Fault("slow", "save", seconds=3))
    assert world.reply("write memory").delay == 3
    world.device.faults.arm(Fault("half_open", "read"))
    assert world.reply("show running-config").silent
    world.device.faults.arm(Fault("reboot", "read"))
    assert (world.reply("show running-config").body, world.device.engine_boots) == (None, 2)
    assert world.reply("show running-config").body


def test_standing_faults(world):
    world.device.faults.arm(Fault("full_flash"))
    for command in ("copy running-config flash:a", "write memory"):
        assert "No space left on device" in world(command)["data"][-1]["errors"][0]
    assert "(0 bytes free)" in world.text("dir flash:")[0]
    world.device.faults.clear()
    world.device.faults.arm(Fault("clock_jump", seconds=3600))
    assert world("show clock")[0]["utcTime"] == world.now + 3600
    world.device.faults.clear()
    world.edit("hostname other")
    world("configure session s1 commit timer 00:05:00")
    world.device.faults.arm(Fault("ignore_rollback"))
    assert world("configure session s1 abort", "configure session s1 abort") == [{}, {}]
    assert world.device.hostname == "other"
    world("configure session s1 commit", "copy startup-config flash:a")
    assert world("configure replace flash:a") == [{}]
    assert world.device.hostname == "other"


def test_a_fault_that_could_never_strike():
    with pytest.raises(LabError):
        Fault("cut")


def test_untouched_devices_are_cheap():
    asked = []
    box = Box(NAME, "127.0.11.1", "eos", "switch", "CCS-720XP-24ZY4", PORTS)
    clock = SimpleNamespace(now=0.0)
    EosDevice(box, lambda: asked.append(1) or Staged(config(NAME)), lambda: clock.now, Timers())
    assert asked == []
