"""The emulated RouterOS device: its menus, its words when it refuses, its export, what SNMP sees of it."""

from contextlib import suppress

import pytest
from roshouse import PASSWORD, USER, House, box, made, shown

from homeroom.errors import LabError
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.faults import Fault
from homeroom.lab.ros import schema
from homeroom.lab.ros.device import RosDevice, Staged
from homeroom.lab.ros.export import Style, quote
from homeroom.lab.ros.query import holds
from homeroom.lab.ros.session import Session
from homeroom.lab.ros.trap import Trap
from homeroom.lab.ros.values import duration, reader, seconds
from homeroom.lab.ros.wire import Nonsense, Sentences, sentence


class World:
    """A clock that moves when told to, and timers that go off with it."""

    def __init__(self):
        self.now, self.timers = 1_790_000_000.0, []

    def clock(self):
        return self.now

    def later(self, delay, call):
        timer = Timer(self, self.now + delay, call)
        self.timers.append(timer)
        return timer

    def wait(self, delay):
        self.now += delay
        while due := [timer for timer in self.timers if timer.at <= self.now]:
            self.timers.remove(due[0])
            due[0].call()


class Timer:
    def __init__(self, world, at, call):
        self.world, self.at, self.call = world, at, call

    def cancel(self):
        if self in self.world.timers:
            self.world.timers.remove(self)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def device(world):
    return made(1, world.clock, world.later)


class Talk:
    """An API session in memory."""

    def __init__(self, device):
        self.session = Session(device)
        self("/login", f"=name={USER}", f"=password={PASSWORD}")

    def __call__(self, *words):
        return list(self.session.answer(words))

    def rows(self, *words):
        answer = self(*words)
        assert answer[-1][0] == "!done", answer
        return [dict(word[1:].partition("=")[::2] for word in one[1:]) for one in answer if one[0] == "!re"]

    def refusal(self, *words):
        first, last = self(*words)
        assert (first[0], last) == ("!trap", ["!done"])
        return next(word.removeprefix("=message=") for word in first if word.startswith("=message="))

    def ret(self, *words):
        (answer,) = self(*words)
        return next((word.removeprefix("=ret=") for word in answer if word.startswith("=ret=")), "")


@pytest.fixture
def talk(device):
    return Talk(device)


# --- the API


def test_nothing_is_answered_before_the_login(device):
    session = Session(device)
    assert list(session.answer(["/system/identity/print"])) == [["!fatal", "not logged in"]]
    wrong = list(session.answer(["/login", f"=name={USER}", "=password=x"]))
    assert wrong == [["!trap", "=message=invalid user name or password (6)"], ["!done"]]
    assert list(device.log) == ["login failure for user netops via api"]


def test_replies_carry_the_tag_of_the_question(talk):
    answer = talk("/system/identity/print", ".tag=7")
    assert answer == [["!re", "=name=py11-0001-rtr1", ".tag=7"], ["!done", ".tag=7"]]
    assert talk("/no/such", ".tag=8")[0][-1] == ".tag=8"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["/frob/print"], "no such command prefix"),
        (["/ip/frob/print"], "no such command prefix"),
        (["/ip/address/frob"], "no such command"),
        (["frob"], "no such command"),
        (["/interface/ethernet/add", "=name=x"], "no such command"),
        (["/ip/address/print", "=frob=1"], "unknown parameter frob"),
        (["/ip/address/add", "=frob=1"], "unknown parameter frob"),
        (["/ip/address/add", "=address=10.0.0.1/24"], "missing value(s) of argument(s) interface"),
        (["/ip/address/add", "=address=10.0.0.1/24", "=interface=asdf"], "input does not match any value of interface"),
        (["/ip/address/add", "=address=10.0.0/24", "=interface=ether1"], "invalid value for argument address"),
        (["/ip/address/add", "=address=10.0.7.193/27", "=interface=management"], "failure: already have such address"),
        (["/interface/bridge/add", "=name=management"], "failure: already have interface with such name"),
        (["/interface/vlan/set", "=.id=*FF", "=mtu=1400"], "no such item"),
        (["/interface/vlan/set", "=mtu=1400"], "no such item"),
        (
            ["/interface/bridge/set", "=.id=bridge", "=vlan-filtering=maybe"],
            "invalid value for argument vlan-filtering",
        ),
        (
            ["/interface/bridge/set", "=.id=bridge", "=protocol-mode=x"],
            "input does not match any value of protocol-mode",
        ),
        (
            ["/interface/bridge/set", "=.id=bridge", "=protocol-mode="],
            "input does not match any value of protocol-mode",
        ),
        (["/interface/ethernet/set", "=.id=ether1", "=default-name=x"], "unknown parameter default-name"),
        (["/interface/ethernet/remove", "=.id=ether1"], "failure: can not remove this item"),
        (["/snmp/community/remove", "=.id=public"], "failure: can not remove builtin"),
        (["/ip/address/move", "=.id=*1"], "no such command"),
        (["/file/add"], "missing value(s) of argument(s) name"),
        (["/file/remove", "=.id=*9"], "no such item"),
        (["/file/read", "=file=none"], "no such item"),
        (["/file/read", "=file=none", "=chunk-size=99999"], "invalid value for argument chunk-size"),
        (["/import", "=file-name=none.rsc"], "no such item"),
        (["/import", "=file_name=none.rsc"], "unknown parameter file_name"),
        (["/import", "=file-name=none.rsc", "=dry-run="], "dry-run is allowed only with verbose"),
        (["/system/script/run", "=number=none"], "no such item"),
        (["/system/script/run"], "no such item"),
        (["/ping"], "missing value(s) of argument(s) address"),
        (["/ip/address/print", "?#x"], "invalid query"),
        (["/ip/address/print", "?#!"], "invalid query"),
        (["/ip/address/print", "?"], "invalid query"),
    ],
)
def test_refusals_in_the_vendors_words(talk, words, message):
    assert talk.refusal(*words) == message


def test_entries_are_added_changed_listed_and_removed(talk):
    new = talk.ret("/ip/address/add", "=address=10.9.0.1/24", "=interface=ether4", "=comment=x")
    assert talk.rows("/ip/address/print", f"?.id={new}", "=.proplist=address,network,comment,disabled") == [
        {"address": "10.9.0.1/24", "network": "10.9.0.0", "comment": "x", "disabled": "false"}
    ]
    talk("/ip/address/disable", f"=.id={new}")
    talk("/ip/address/comment", f"=numbers={new}", "=comment=y")
    assert talk.rows("/ip/address/getall", "?disabled=yes", "=.proplist=comment") == [{"comment": "y"}]
    talk("/ip/address/enable", f"=.id={new}")
    talk("/ip/address/unset", f"=.id={new}", "=value-name=comment")
    talk("/ip/address/set", f"=.id={new}", "=address=10.9.1.1/24", "=!comment=")
    assert talk.ret("/ip/address/get", f"=.id={new}", "=value-name=network") == "10.9.1.0"
    talk("/ip/address/remove", f"=.id={new}")
    assert talk.ret("/ip/address/print", "=count-only=") == "2"


def test_ordered_menus_keep_the_order_they_are_given(talk):
    first = talk.rows("/ip/firewall/filter/print", "=.proplist=.id")[0][".id"]
    new = talk.ret("/ip/firewall/filter/add", "=chain=input", "=protocol=icmp", f"=place-before={first}")
    ids = [row[".id"] for row in talk.rows("/ip/firewall/filter/print", "=.proplist=.id")]
    assert ids[:2] == [new, first]
    talk("/ip/firewall/filter/move", f"=.id={new}", f"=destination={ids[-1]}")
    talk("/ip/firewall/filter/move", f"=.id={first}")
    assert [row[".id"] for row in talk.rows("/ip/firewall/filter/print")][-1] == first


def test_a_new_name_is_carried_to_whatever_refers_to_it(talk, device):
    talk("/interface/set", "=.id=ether2", "=name=uplink")
    assert "tagged=bridge,uplink,ether3" in shown(device)
    assert "bridge=bridge interface=uplink" in shown(device)
    assert "/interface ethernet set [ find default-name=ether2 ] name=uplink" in shown(device)
    talk("/interface/vlan/remove", "=.id=management")
    assert "address=10.0.7.193/27 interface=*9" in shown(device)
    talk("/interface/ethernet/set", "=.id=uplink", "=name=ether2")
    assert "default-name=ether2" not in shown(device)


@pytest.mark.parametrize(
    ("words", "holding"),
    [
        (["?name=a"], True),
        (["?=name=a"], True),
        (["?name"], True),
        (["?-name"], False),
        (["?-comment"], True),
        (["?comment=x"], False),
        (["?disabled=no"], True),
        (["?disabled=true"], False),
        (["?>mtu=1400"], True),
        (["?<mtu=1400"], False),
        (["?<name=b"], True),
        (["?>name=b"], False),
        (["?name=a", "?name=b", "?#|"], True),
        (["?name=a", "?name=b"], False),
        (["?name=b", "?#!", "?mtu=1500", "?#&"], True),
    ],
)
def test_queries(words, holding):
    assert holds({"name": "a", "mtu": "1500", "disabled": "false"}, words) is holding


def test_words_of_every_length_go_there_and_back():
    for length in (0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000):
        words = ["/x", "=y=" + "z" * length]
        data = sentence(words)
        found = Sentences()
        half = len(data) // 2
        assert found.feed(data[:half]) == []
        assert found.feed(data[half:]) == [words]
    assert Sentences().feed(b"\0\0") == []
    for nonsense in (b"\xf1abc", b"\xf0\xff\xff\xff\xff", b"\xef\xff\xff\xff"):
        with pytest.raises(Nonsense):
            Sentences().feed(nonsense)


def test_files_come_and_go(talk, device):
    talk("/file/add", "=name=a.rsc", "=contents=/ip dns set servers=10.1.1.1\n")
    assert talk.refusal("/file/add", "=name=a.rsc", "=contents=x") == "failure: file with such name already exists"
    assert talk.refusal("/file/add", "=name=b", "=contents=" + "x" * 60_001) == "failure: contents too long"
    (row,) = talk.rows("/file/print", "?name=a.rsc")
    assert (row["type"], row["size"]) == ("script", "29")
    assert talk.rows("/file/read", "=file=a.rsc", "=offset=1", "=chunk-size=6") == [{"data": "ip dns"}]
    talk("/import", "=file-name=a.rsc", "=verbose=", "=dry-run=")
    assert "servers" not in shown(device)
    talk("/import", "=file-name=a.rsc")
    assert "servers=10.1.1.1" in shown(device)
    talk("/file/set", f"=.id={row['.id']}", "=contents=:put x")
    assert talk.rows("/file/print", "?name=a.rsc")[0]["contents"] == ":put x"
    talk("/file/remove", "=numbers=a.rsc")
    assert talk.rows("/file/print") == []
    device.files.write("big", b"x" * 60_001, 0)
    assert "contents" not in talk.rows("/file/print")[0]


def test_export_into_a_file(talk, device):
    talk("/export", "=file=all", "=terse=", "=show-sensitive=")
    assert "all.rsc" in device.files
    talk("/ip/address/export", "=file=some")
    text = device.files.read("some.rsc").decode()
    assert text.split("\r\n")[5:] == [
        "/ip address",
        "add address=10.0.7.193/27 interface=management network=10.0.7.192",
        "add address=192.0.2.1/31 interface=ether1 network=192.0.2.0",
        "",
    ]
    assert talk("/export") == [["!done"]]


def test_what_a_device_only_reports(talk, world):
    world.wait(90061)
    (resource,) = talk.rows("/system/resource/print")
    assert (resource["uptime"], resource["board-name"]) == ("1d1h1m1s", "RB5009UG+S+")
    assert talk.rows("/system/routerboard/print")[0]["serial-number"].startswith("HF")
    assert [row["name"] for row in talk.rows("/system/package/print")] == ["routeros", "wifi-qcom"]
    assert talk.rows("/system/package/update/print")[0]["installed-version"] == "7.18.2"
    assert talk.rows("/system/clock/print")[0]["date"] == "2026-09-22"
    assert talk.rows("/system/license/print")[0]["nlevel"] == "5"
    assert talk.rows("/system/health/print")[0]["name"] == "cpu-temperature"
    assert len(talk.rows("/system/resource/cpu/print")) == 4
    assert talk.rows("/ip/arp/print")[0]["address"] == "192.0.2.0"
    assert talk.rows("/ip/neighbor/print") == []
    assert talk.rows("/ip/vrf/print")[0]["name"] == "main"
    assert talk.rows("/snmp/print")[0]["contact"] == ""
    assert talk.rows("/user/print")[0] == {
        ".id": "*1", "disabled": "false", "group": "full", "inactivity-policy": "none", "inactivity-timeout": "10m",
        "name": "netops", "invalid": "false", "dynamic": "false",
    }  # fmt: skip
    (bridge,) = talk.rows("/interface/bridge/print")
    assert (bridge["vlan-filtering"], bridge["running"], bridge["actual-mtu"]) == ("true", "true", "1500")
    assert {row["type"] for row in talk.rows("/interface/print")} == {"ether", "wifi", "bridge", "vlan"}
    assert len(talk.rows("/ping", "=address=10.1.1.1", "=count=2")) == 2
    assert talk.rows("/log/print") == []


def test_a_clock_that_jumped(talk, device):
    device.faults.arm(Fault("clock_jump", seconds=86400))
    assert talk.rows("/system/clock/print")[0]["date"] == "2026-09-22"
    assert device.export(Style()).startswith("# 2026-09-22 ")


def test_execute_returns_what_was_printed_a_refusal_included(talk):
    def said(script):
        return talk.ret("/execute", f"=script={script}", "=as-string=")

    assert said(":put [:len [/ip address find]]") == "2"
    assert said("/system/identity/print") == "  name: py11-0001-rtr1"
    assert said("/ip route print") == " 0   dst-address=0.0.0.0/0 gateway=192.0.2.0"
    assert said("/frob") == "bad command name frob (line 1 column 1)"


# --- scripts


def test_variables_conditions_and_errors(device):
    script = """\
:global seen "a b"
:local list [/ip address find]
:local n [:len $list]
:if ($n = 2 && "x" != "y") do={ :set seen "$seen c$n" } else={ :error "no" }
:if (($n > 5) || (1 < 0)) do={ :error "no" }
:do { /ip address add address=10.0.7.193/27 interface=management } on-error={ :set seen ($seen . "!") }
:onerror e in={ /ip pool set nowhere ranges=10.0.0.1 } do={ :set seen "$seen $e" }
:onerror e in={ :error "mine" } do={ :log info $e }
/log warning "done"
:delay 1s
:put $seen; :put ($list->0); :put ($list->9)
:local late; :set late x
:global seen
[:put $seen]
$seen
{ :local inner 1; /interface bridge; port set [ find interface=ether3 ] comment=$inner }
"""
    assert device.run(script) == ""
    assert device.globals == {"seen": "a b c2! no such item"}
    assert list(device.log) == ["mine", "done"]
    assert "comment=1 interface=ether3" in shown(device)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (':error "x y"', "x y"),
        (":do { :error z }", "z"),
        ("{ :put x", "expected closing brace (line 1 column 9)"),
        (":put [:len x", "expected closing bracket (line 1 column 13)"),
        (':put "x', "expected closing quote (line 1 column 6)"),
        (":put x }", "syntax error (line 1 column 8)"),
        (":put $", "syntax error (line 1 column 6)"),
        (':put "\\z"', "syntax error (line 1 column 7)"),
        (':put a"b"', "syntax error (line 1 column 7)"),
        (":put (1 ~ 2)", "syntax error (line 1 column 9)"),
        (":frob", "bad command name frob (line 1 column 1)"),
        ("/ip\nadress add x=y", "bad command name adress (line 2 column 1)"),
        ("/ip address\nadd frob=y", "expected end of command (line 2 column 5)"),
        ("/ip address add address=1.2.3", "invalid value for argument address (line 1 column 17)"),
        (":if (1 = 1) do={\n /ip frob }", "bad command name frob (line 2 column 6)"),
        (
            "/interface ethernet set [ find default-name=ether1 ] default-name=x",
            "expected end of command (line 1 column 54)",
        ),
        ("/system script run none", "no such item"),
        ("/import none.rsc", "no such item"),
    ],
)
def test_scripts_are_refused_in_the_vendors_words(device, script, message):
    before = shown(device)
    with pytest.raises(Trap) as trap:
        device.run(script)
    assert trap.value.message == message
    assert shown(device) == before


def test_a_script_may_import_and_tidy(device):
    device.files.add("x.rsc", "/ip dns set servers=10.1.1.1", 0)
    device.run("/import x.rsc; /file remove [ /file find name=x.rsc ]; :global g 1")
    device.run("/system script environment remove [ /system script environment find name=g ]")
    assert device.files.names() == []
    assert device.globals == {}
    assert "servers=10.1.1.1" in shown(device)


# --- schedulers


def test_a_scheduler_runs_each_interval_and_survives_a_restart(device, world):
    device.run('/system scheduler add interval=1m name=tick on-event="/ip dns set servers=10.1.1.1"')
    (entry,) = device.config.table("/system scheduler")
    assert (entry.get("start-date"), entry.get("start-time")) == ("2026-09-21", "14:13:20")
    world.wait(50)
    device.reboot()
    assert (device.boot, device.engine_boots) == (world.now, 2)
    world.wait(9)
    assert "dns set" not in shown(device).replace('"/ip dns', "")
    world.wait(1)
    assert "/ip dns set servers=10.1.1.1\n" in shown(device)
    assert device.due(entry) == world.now + 60
    device.run("/system scheduler remove tick")
    assert world.timers == []
    assert device.due(entry) == 0


def test_a_scheduler_runs_a_script_by_name_at_the_start_and_logs_what_fails(device, world):
    device.run('/system script add name=s source="/ip dns set servers=10.1.1.1; :error broken"')
    device.run("/system scheduler add name=boot on-event=s start-time=startup")
    device.run("/system scheduler add disabled=yes interval=1s name=off on-event=s")
    device.run("/system scheduler add name=once on-event=s")
    world.timers.clear()
    device.reboot()
    world.wait(2.5)
    assert "dns set" not in shown(device).replace('"/ip dns', "")
    world.wait(1)
    assert "/ip dns set servers=10.1.1.1\n" in shown(device)
    assert list(device.log) == ["executing script from scheduler (boot) failed: broken"]


# --- export


def test_defaults_are_not_shown_unless_asked_for(device):
    text = device.export(Style())
    assert text.startswith("# 2026-09-21 14:13:20 by RouterOS 7.18.2\r\n# software id = ")
    assert "\r\n/interface bridge port\r\nadd bridge=bridge interface=ether2\r\n" in text
    assert "pvid" not in text
    assert "pvid=1" in device.export(Style(verbose=True, terse=True))


def test_secrets_are_shown_only_when_asked_for(device):
    device.run("/radius add address=10.1.1.2 secret=radius-secret service=wireless")
    assert "radius-secret" not in device.export(Style(terse=True))
    assert "radius-secret" in device.export(Style(terse=True, sensitive=True))


def test_long_lines_are_broken_and_read_back(device):
    device.run(f"/ip dns set servers={','.join(f'10.1.1.{n}' for n in range(9))}")
    device.run(
        f'/ip firewall filter add chain=input comment="{"long comment " * 16}" protocol=tcp dst-port=1,2,3 log=yes'
    )
    device.run('/system note set note="' + "\\\\é" * 60 + '"')
    lines = device.export(Style()).split("\r\n")
    broken = [line for line in lines if line.endswith("\\")]
    assert len(broken) > 5
    assert any(line.endswith("note=\\") for line in broken)
    assert [line for line in lines if len(line) > 79] == ["    " + ",".join(f"10.1.1.{n}" for n in range(9))]
    again = made(2, config="\n".join(lines))
    assert shown(again) == shown(device)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", '"a b"'),
        ("", '""'),
        ('a"$?\\', '"a\\"\\$\\?\\\\"'),
        ("é\n", '"\\C3\\A9\\n"'),
        ("10.0.0.0/8", "10.0.0.0/8"),
    ],
)
def test_values_are_quoted_where_they_must(value, text):
    assert quote(value) == text


def test_a_profile_a_radio_and_a_virtual_interface(device):
    device.run(
        '/interface wifi configuration add name=guest ssid="School guest"\n'
        "/interface wifi set wifi1 configuration.ssid=school disabled=no\n"
        "/interface wifi add configuration=guest disabled=no master-interface=wifi1 name=wifi1-guest\n"
        "/snmp community set [ find default=yes ] disabled=yes\n"
    )
    assert list(device.ssids()) == ["school", "School guest"]
    text = shown(device)
    assert "/interface wifi set [ find default-name=wifi1 ] configuration.ssid=school disabled=no\n" in text
    assert "/snmp community set [ find default=yes ] disabled=yes\n" in text
    macs = {one.name: one.mac for one in device.interfaces()}
    assert macs["wifi1-guest"] == macs["wifi1"]


# --- as others see it


def test_snmp_sees_the_configuration(device):
    device.run(
        "/snmp community add authentication-password=authauth authentication-protocol=SHA1 encryption-password=privpriv "
        "encryption-protocol=AES name=noc security=private\n"
        "/snmp community add name=half authentication-password=authauth security=authorized\n"
        "/snmp community add name=rw write-access=yes\n"
        "/snmp set contact=noc@example\n"
        "/interface bridge vlan add bridge=bridge vlan-ids=10-12\n"
        "/interface wireguard add name=wg0\n"
        "/interface ethernet set ether5 comment=printer disabled=yes\n"
    )
    assert device.snmp_users() == {
        "noc": SnmpUser("SHA", "authauth", "AES", "privpriv"),
        "half": SnmpUser("MD5", "authauth", "", ""),
    }
    assert device.communities() == {"public": "RO", "rw": "RW"}
    assert device.vlans() == {10: "vlan10", 11: "vlan11", 12: "vlan12", 99: "management"}
    assert (device.hostname, device.location, device.contact) == (device.name, "Main street 1", "noc@example")
    rows = {one.name: one for one in device.interfaces()}
    assert not rows["ether5"].oper_up
    assert rows["ether5"].alias == "printer"
    assert rows["management"].mac == rows["bridge"].mac == rows["ether1"].mac
    assert rows["wg0"].mac == ""
    assert rows["ether1"].index == 1
    assert (device.platform, device.kind, device.model, device.address) == (
        "ros",
        "router",
        "RB5009UG+S+",
        "127.0.10.1",
    )
    device.run("/snmp set enabled=no")
    assert device.snmp_users() == device.communities() == {}


def test_every_change_is_seen(device, world):
    version = device.version
    world.wait(5)
    device.run("/ip dns set servers=10.1.1.1")
    assert device.version > version
    assert device.running_changed == device.running_saved == device.startup_changed == world.now


def test_staged_snmp_users_are_answered(world):
    staged = Staged("/snmp set enabled=yes", {}, {"homeroom": SnmpUser("SHA-256", "a" * 8, "AES", "p" * 8)})
    device = RosDevice(box(3), lambda: staged, world.clock, world.later)
    assert device.snmp_users() == staged.users


def test_a_backup_is_put_back_by_a_restart(talk, device, world):
    before = shown(device)
    talk("/system/backup/save", "=name=b")
    talk("/ip/dns/set", "=servers=10.1.1.1")
    talk("/system/backup/load", "=name=b", "=password=")
    assert (shown(device), device.engine_boots) == (before, 2)


def test_a_reset_keeps_the_users_and_runs_a_script(talk, device):
    talk("/file/add", "=name=r.rsc", "=contents=/system identity set name=new")
    talk("/system/reset-configuration", "=run-after-reset=r.rsc", "=no-defaults=", "=keep-users=")
    assert shown(device) == "/system identity set name=new\n"
    assert device.opens(USER, PASSWORD)
    talk("/file/set", "=numbers=r.rsc", "=contents=/frob")
    talk("/system/reset-configuration", "=run-after-reset=r.rsc")
    assert list(device.log) == ["run-after-reset failed: bad command name frob (line 1 column 1)"]
    talk("/system/reset-configuration")
    talk("/system/reboot")
    assert device.engine_boots == 5


# --- values


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bool", "true", "yes"),
        ("bool", "x", None),
        ("time", "90", "1m30s"),
        ("time", "1w1d", "1w1d"),
        ("time", "1d02:00:05", "1d2h5s"),
        ("time", "300ms", "300ms"),
        ("time", "", None),
        ("time", "soon", None),
        ("mac", "48:a9:8a:00:00:01", "48:A9:8A:00:00:01"),
        ("mac", "48:a9", None),
        ("addr", "2001:DB8::1", "2001:db8::1"),
        ("addr", "x", None),
        ("ip", "10.0.0.256", None),
        ("cidr", "10.0.0.1", "10.0.0.1/32"),
        ("cidr", "10.0.0.1/33", None),
        ("cidr6", "2001:db8::1", "2001:db8::1/64"),
        ("cidr6", "10.0.0.1", None),
        ("net", "10.0.0.0/8", "10.0.0.0/8"),
        ("net", "10.0.0.1/8", None),
        ("net6", "2001:db8::/32", "2001:db8::/32"),
        ("net6", "2001:db8::1/32", None),
        ("ports", "1,2-3", "1,2-3"),
        ("ports", "http", None),
        ("vlans", "10,20-30", "10,20-30"),
        ("vlans", "20-10", None),
        ("vlans", "0", None),
        ("flag", "yes", ""),
        ("flag", "no", None),
        ("1-10", "07", "7"),
        ("1-10", "11", None),
        ("none|1-4094", "20", "20"),
        ("none|1-4094", "none", "none"),
        ("none|1-4094", "4095", None),
        ("no|yes", "true", "yes"),
        ("list", "a,b", "a,b"),
    ],
)
def test_each_kind_of_value(kind, text, value):
    assert reader(kind)[0](text) == value


def test_times_are_printed_as_they_are_read():
    for value in (0, 1, 59, 60, 3600, 86400, 604800, 90061, 0.3, 1.5):
        assert seconds(duration(value)) == value


def test_menus_that_make_no_sense_are_refused():
    with pytest.raises(LabError, match="no kind in '/ip frob'"):
        schema._menu("/ip frob", [])
    with pytest.raises(LabError, match="'!' is no property"):
        schema._field("!")


@pytest.mark.parametrize("path", sorted(schema.menus()))
def test_every_menu_can_be_printed_and_refers_to_menus_that_exist(talk, path):
    answer = talk("/" + path[1:].replace(" ", "/") + "/print")
    assert answer[-1] == ["!done"]
    for field in schema.menus()[path].fields.values():
        assert not field.menu or field.menu == "/interface" or field.menu in schema.menus()
        assert field.default is None or field.menu or field.value(field.default) == field.default or field.default == ""


# --- the door


def test_nonsense_and_strangers_cost_only_themselves():
    import socket

    house = House()
    try:
        device = house.fresh(1)
        for where, data in (
            (device.address, b"\xf1\xff"),
            (device.address, b""),
            ("127.0.10.250", b"x"),
            ("127.0.11.1", b"x"),
        ):
            with socket.create_connection((where, house.ports["api"]), 5) as sock:
                sock.sendall(data)
                with suppress(ConnectionResetError):
                    assert not data or sock.recv(10) == b""
        with socket.create_connection((device.address, house.ports["api"]), 5) as sock:
            sock.sendall(sentence(["/system/identity/print"]))
            assert b"not logged in" in sock.recv(100)
            assert sock.recv(10) == b""
        with socket.create_connection((device.address, house.ports["api-ssl"]), 5) as sock:
            sock.sendall(b"no TLS at all\r\n\r\n")
            with suppress(ConnectionResetError):
                while sock.recv(100):
                    pass
    finally:
        house.close()
