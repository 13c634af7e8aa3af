"""One story a device: what its shell says, what SNMP would say, and its files follow its configuration."""

import json
import tracemalloc

import pytest
from uci_bench import CONFIG, USER, bench, run

from homeroom.lab.emulated import Emulated
from homeroom.lab.faults import Fault
from homeroom.lab.ios.hardware import Box
from homeroom.lab.uci.device import Staged, UciDevice
from homeroom.lab.uci.files import FLASH, Files
from homeroom.lab.uci.model import Importer
from homeroom.lab.uci.view import View

WIRELESS = """\
package network

config interface 'loopback'
\toption device 'lo'
\tlist ipaddr '127.0.0.1/8'

config device 'bridge'
\toption name 'br0'
\tlist ports 'eth0'
\tlist ports 'eth1'

config bridge-vlan 'vlan10'
\toption device 'br0'
\toption vlan '10'

config bridge-vlan 'vlan50'
\toption device 'br0'
\toption vlan '50'

config interface 'student'
\toption device 'br0.10'

config interface 'management'
\toption device 'br0.99'
\toption ipaddr '10.0.7.200'
\toption netmask '255.255.255.224'
\tlist ip6addr '2001:db8::9'

package snmpd

config system
\toption sysName 'snmp-name'
\toption sysLocation 'Escuela Básica 1, aula 3'
\toption sysContact 'noc'

config group
\toption secname 'homeroom'

config com2sec 'public'
\toption community 'public'

package system

config system
\toption hostname 'py01-0001-ap01'

package wireless

config wifi-device 'radio0'
\toption phy 'phy0'
\toption band '2g'

config wifi-device 'radio1'
\toption band '5g'
\toption disabled '1'

config wifi-iface
\toption device 'radio0'
\toption ssid 'school'

config wifi-iface 'guest'
\toption device 'radio0'
\toption ssid 'guest'
\toption disabled '1'

config wifi-iface 'five'
\toption device 'radio1'
\toption ssid 'school'

config wifi-iface 'lost'
\toption device 'radio7'
\toption ssid 'nowhere'
"""


def test_it_is_what_the_snmp_agent_sees():
    device, _ = bench(WIRELESS)
    one: Emulated = device
    assert (one.name, one.address, one.platform, one.kind, one.model) == (
        "bench", "127.0.8.1", "openwrt", "ap", "EAP-AX3000",
    )  # fmt: skip
    assert (one.hostname, one.location, one.contact) == ("snmp-name", "Escuela Básica 1, aula 3", "noc")
    assert run(device, "cat /proc/sys/kernel/hostname; hostname; uname -n").out == "py01-0001-ap01\n" * 3
    assert one.vlans() == {10: "student", 50: "vlan50"}
    assert one.ssids() == ["school", "guest", "school"]
    assert one.snmp_users() == {"homeroom": USER}
    assert one.communities() == {"public": "RO"}


def test_interfaces():
    rows = bench(WIRELESS)[0].interfaces()
    assert [(row.index, row.name, row.oper_up) for row in rows] == [
        (1, "lo", True),
        (2, "eth0", True),
        (3, "eth1", True),
        (4, "br0", True),
        (5, "br0.10", True),
        (6, "br0.99", True),
        (7, "phy0-ap0", True),
        (8, "phy0-ap1", False),
        (9, "phy1-ap0", False),
    ]
    assert rows[0].mac == ""
    assert len({row.mac for row in rows}) == len(rows)
    assert rows[6].speed_bps == 574_000_000


def test_an_empty_configuration_is_an_empty_box():
    device, _ = bench("", ports=())
    assert (device.hostname, device.location, device.vlans(), device.ssids()) == ("OpenWrt", "", {}, [])
    assert [row.name for row in device.interfaces()] == ["lo"]


def test_only_users_let_in_by_the_configuration_are_answered():
    assert bench(WIRELESS.replace("option secname", "option nobody"))[0].snmp_users() == {}
    assert bench(CONFIG)[0].communities() == {}


def test_the_last_word_holds():
    text = "package system\nconfig system\n\toption hostname 'a'\n\toption hostname 'b'\n"
    assert bench(text)[0].hostname == "b"


def test_a_router_has_its_ports_whatever_is_configured():
    rows = bench(CONFIG, box="router", ports=("wan", "lan1"))[0].interfaces()
    assert [row.name for row in rows] == ["lo", "wan", "lan1", "br0"]


def test_an_index_stays_when_others_come():
    device, _ = bench(WIRELESS)
    before = {row.name: row.index for row in device.interfaces()}
    run(device, "uci delete network.student; uci set network.new=interface; uci set network.new.device=br0.20")
    run(device, "uci commit; reload_config")
    after = {row.name: row.index for row in device.interfaces()}
    assert after["br0.99"] == before["br0.99"]
    assert after["br0.20"] == 10
    assert "br0.10" not in after


def test_services_run_what_they_last_read():
    device, clock = bench(WIRELESS)
    assert device.ssids()
    version, changed = device.version, device.running_changed
    clock.wait(60)
    run(device, "uci set system.@system[0].hostname=fresh; uci set wireless.guest.ssid=visitors; uci commit")
    assert (device.ssids()[1], device.version) == ("guest", version)
    run(device, "reload_config")
    assert (device.ssids()[1], device.version) == ("visitors", version + 1)
    assert device.running_changed == device.running_saved == device.startup_changed == changed + 60
    assert run(device, "uname -n; reload_config").out == "fresh\n"
    assert device.version == version + 1, "nothing changed since"
    assert device.stored().count("package ") == 7


@pytest.mark.parametrize(
    "command", ["wifi", "service network restart", "ubus call network reload", "/sbin/wifi reload"]
)
def test_other_ways_to_reload(command):
    device, _ = bench(WIRELESS)
    assert device.ssids()
    run(device, f"uci set wireless.guest.ssid=visitors; uci commit; {command}")
    assert device.ssids()[1] == "visitors"


def test_a_package_that_is_no_uci_counts_as_empty():
    device, _ = bench(WIRELESS)
    run(device, "echo rubbish >/etc/config/wireless; reload_config")
    assert device.ssids() == []
    assert device.hostname == "snmp-name"


def test_a_restart():
    device, clock = bench()
    dropped = []
    device.drops["x"] = lambda: dropped.append(1)
    run(device, "echo x >/tmp/f; echo y >/etc/f; echo '#!/bin/sh\necho $1 >/etc/booted' >/etc/rc.d/S99x; sleep 600 &")
    run(device, "echo '#!/bin/sh' >/etc/rc.d/K10x; uci set network.lan.mtu=1400; logger -t me hello")
    assert "me: hello" in run(device, "logread -e hello -l 1").out
    clock.wait(100)
    said = run(device, "reboot; echo never; sleep 1; echo at all")
    assert (said.out, said.status) == ("never\n", 137)
    assert dropped == [1]
    assert run(device, "cat /etc/f /etc/booted; ls /tmp/f /tmp/.uci; logread").out == "y\nboot\n"
    assert (device.boot, device.engine_boots, device.uptime) == (clock.now, 2, 0)
    assert device.processes.running == {}


def test_the_power_goes_at_a_command():
    device, _ = bench()
    device.fuse = 2
    said = run(device, "echo 1 >/etc/f; echo 2 >/etc/f; echo 3 >/etc/f")
    assert said.status == 137
    assert run(device, "cat /etc/f").out == "1\n"


def test_a_full_flash():
    device, _ = bench()
    device.faults.arm(Fault("full_flash"))
    assert run(device, "echo x >/etc/f").err == "ash: /etc/f: No space left on device\n"
    assert run(device, "cp /etc/banner /etc/f").err == "cp: can't create '/etc/f': No space left on device\n"
    assert run(device, "mkdir /etc/d").err == "mkdir: can't create directory '/etc/d': No space left on device\n"
    assert run(device, "mv /etc/banner /etc/g; echo x >/tmp/f; cat /tmp/f; uci commit").out == "x\n"
    assert run(device, "echo 'package n' | uci import").err == "uci: I/O error\n"
    assert run(device, "df /etc | tail -n 1").out.split()[3:5] == ["0", "100%"]
    device.faults.clear()
    big = run(device, "cat >/etc/big", "x" * (FLASH + 1))
    assert (big.err, big.status) == ("cat: /etc/big: No space left on device\n", 1)


def test_a_clock_that_jumped():
    device, clock = bench()
    device.faults.arm(Fault("clock_jump", seconds=3600))
    assert device.now() == clock.now + 3600
    assert run(device, "date +%s").out == f"{int(clock.now) + 3600}\n"


def test_what_the_system_says():
    device, clock = bench()
    clock.wait(3 * 86400 + 7260)
    board = json.loads(run(device, "ubus call system board").out)
    assert (board["hostname"], board["model"], board["release"]["distribution"]) == ("bench", "EAP-AX3000", "OpenWrt")
    assert json.loads(run(device, "ubus -S call system info").out)["uptime"] == 3 * 86400 + 7260
    assert " up 3 days,  2:01,  load average" in run(device, "uptime").out
    assert run(device, "cat /proc/uptime").out == "266460.00 266460.00\n"
    assert (
        run(device, "cat /tmp/sysinfo/model; . /etc/openwrt_release; echo $DISTRIB_ID").out == "EAP-AX3000\nOpenWrt\n"
    )
    assert run(device, "uname -a").out.startswith("Linux bench 5.15")
    assert run(device, "uname; uname -m").out == "Linux\naarch64\n"
    assert run(device, "id -u; id; which ls; which no || echo none").out == (
        "0\nuid=0(root) gid=0(root) groups=0(root)\n/bin/ls\nnone\n"
    )
    assert run(device, "date").out == "Thu Sep 24 16:14:20 UTC 2026\n"
    assert "network.interface" in run(device, "ubus list").out
    assert run(device, "ip route; echo message | logger; logread | tail -n 1 | cut -d ' ' -f 6-").out == (
        "user.notice root: message\n"
    )


def test_addresses():
    said = run(bench(WIRELESS)[0], "ip addr show").out
    assert "6: br0.99: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500" in said
    assert "    inet 10.0.7.200/27 scope global br0.99\n" in said
    assert "    inet6 2001:db8::9/128 scope global br0.99\n" in said
    assert "inet" not in run(bench(WIRELESS)[0], "ip link").out


def test_dropbear_may_refuse_passwords():
    for key in ("PasswordAuth", "RootPasswordAuth"):
        text = f"package dropbear\nconfig dropbear\n\toption {key} 'off'\n"
        assert not View(Importer(text).run()).passwords
    assert View(()).passwords


def test_files_know_links_and_limits():
    files = Files({"/etc/x": b"1"}, {}, full=lambda: False, title=lambda pid: None)
    files.link("loop", "/etc/loop")
    with pytest.raises(OSError, match="Too many levels"):
        files.resolve("/etc/loop")
    files.link("../etc/x", "/etc/l")
    assert files.read("/etc/l") == b"1"
    assert files.resolve("/var/run/y") == "/tmp/run/y"
    files.remove("/etc/x")
    assert files.node("/etc/x") is None
    with pytest.raises(OSError, match="Is a directory"):
        files.read("/etc")
    with pytest.raises(OSError, match="Is a directory"):
        files.write("/etc", b"")
    with pytest.raises(OSError, match="No such file"):
        files.chmod("/nope", 0o600)
    with pytest.raises(OSError, match="No such file"):
        files.rename("/etc/config", "/nope/x")
    with pytest.raises(OSError, match="not empty"):
        files.remove("/etc")
    files.write("/dev/null", b"x")


def test_a_device_nobody_talks_to_is_small():
    staged = Staged(CONFIG, "password")
    tracemalloc.start()
    clock = bench()[1]
    boxes = [Box(f"a{n}", f"127.1.0.{n}", "openwrt", "ap", "X") for n in range(200)]
    before = tracemalloc.get_traced_memory()[0]
    devices = [UciDevice(box, lambda: staged, clock, clock.later) for box in boxes]
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert used / len(devices) < 10_000
