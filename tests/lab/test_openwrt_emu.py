"""An access point's view follows from its UCI text."""

from __future__ import annotations

import pytest

from homeroom.errors import LabError
from homeroom.lab.emulated import Emulated, SnmpUser
from homeroom.lab.openwrt import AccessPoint, sections
from homeroom.platforms.render import Renderer
from homeroom.project import Project
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks.cli import main
from tests.snmp.box import BOOT, USER

CONFIG = """\
package system

config system 'system'
\toption hostname 'py01-0001-ap01'
\tlist comment 'not # a comment'

package snmpd

config agent 'agent'
\toption agentaddress 'udp:161'

config system 'system'
\toption sysLocation 'Escuela Básica 1, aula 3'
\toption sysContact 'noc'

config group 'homeroom'
\toption secname 'homeroom'

package network

config interface 'loopback'
\toption device 'lo'

config device 'bridge'
\toption name 'br0'
\toption type 'bridge'
\tlist ports 'eth0'
\tlist ports 'eth1'

config bridge-vlan 'vlan10'
\toption device 'br0'
\toption vlan '10'

config bridge-vlan 'vlan99'
\toption device 'br0'
\toption vlan '99'

config bridge-vlan 'vlan50'
\toption device 'br0'
\toption vlan '50'

config interface 'management'
\toption device 'br0.99'

config interface 'student'
\toption device 'br0.10'

package wireless

config wifi-device 'radio0'
\toption phy 'phy0'
\toption band '2g'
\toption disabled '0'

config wifi-device 'radio1'
\toption phy 'phy1'
\toption band '5g'
\toption disabled '1'

config wifi-iface
\toption device 'radio0'
\toption ssid 'school'

config wifi-iface 'guest'
\toption device 'radio0'
\toption ssid 'school-guest'
\toption disabled '1'

config wifi-iface 'five'
\toption device 'radio1'
\toption ssid 'school'

config wifi-iface 'lost'
\toption device 'radio7'
\toption ssid 'nowhere'
"""


def access_point(config: str = CONFIG) -> AccessPoint:
    users = {"homeroom": USER, "other": SnmpUser("SHA", "x" * 8, "AES", "y" * 8)}
    return AccessPoint(
        name="py01-0001-ap01", address="127.1.0.9", model="EAP-AX3000", config=config, boot=BOOT, users=users
    )


def test_names_and_places():
    one: Emulated = access_point()
    assert (one.platform, one.kind, one.model, one.hostname) == ("openwrt", "ap", "EAP-AX3000", "py01-0001-ap01")
    assert (one.location, one.contact) == ("Escuela Básica 1, aula 3", "noc")


def test_interfaces():
    rows = access_point().interfaces()
    assert [(row.index, row.name, row.oper_up) for row in rows] == [
        (1, "lo", True),
        (2, "eth0", True),
        (3, "eth1", True),
        (4, "br0", True),
        (5, "br0.99", True),
        (6, "br0.10", True),
        (7, "phy0-ap0", True),
        (8, "phy0-ap1", False),
        (9, "phy1-ap0", False),
    ]
    assert rows[0].mac == ""
    assert len({row.mac for row in rows}) == len(rows)
    assert rows[6].speed_bps == 574_000_000


def test_vlans_have_the_name_of_their_interface():
    assert access_point().vlans() == {10: "student", 99: "management", 50: "vlan50"}


def test_ssids_are_in_the_order_of_the_wireless_interfaces():
    assert access_point().ssids() == ["school", "school-guest", "school"]


def test_only_users_let_in_by_the_configuration_are_answered():
    assert access_point().snmp_users() == {"homeroom": USER}
    assert access_point(CONFIG.replace("option secname", "option nobody")).snmp_users() == {}


def test_communities_are_those_of_the_configuration():
    assert access_point().communities() == {}
    community = "package snmpd\n\nconfig com2sec 'public'\n\toption secname 'ro'\n\toption community 'public'\n"
    assert access_point(community).communities() == {"public": "RO"}


def test_a_new_configuration_is_a_new_version():
    one = access_point()
    first = one.version
    one.load(CONFIG.replace("option hostname 'py01-0001-ap01'", "option hostname 'a'\n\toption hostname 'b'"), BOOT + 9)
    assert one.hostname == "b"
    assert one.version > first
    assert one.running_changed == one.running_saved == one.startup_changed == BOOT + 9
    assert one.engine_boots == 1
    one.reboot(BOOT + 20)
    assert (one.boot, one.engine_boots) == (BOOT + 20, 2)


def test_net_snmps_own_name_wins():
    assert access_point("package snmpd\nconfig system\n\toption sysName 'x'\n" + CONFIG).hostname == "x"


def test_an_empty_configuration_is_an_empty_box():
    one = access_point("")
    assert (one.hostname, one.vlans(), one.ssids()) == ("", {}, [])
    assert [row.name for row in one.interfaces()] == ["lo"]


def test_sections_know_their_package():
    found = list(sections("package a\nconfig x\n\toption k 'it'\\''s'\npackage b\nconfig y 'n' # comment\n"))
    assert [(one.package, one.kind, one.name) for one in found] == [("a", "x", ""), ("b", "y", "n")]
    assert found[0].options == {"k": "it's"}


def test_it_understands_what_the_shipped_templates_print(tmp_path):
    """The way round: intent -> our templates -> the access point's own reading of them -> the intent's facts."""
    assert main(["init", str(tmp_path / "district")]) == 0
    project = Project.locate(tmp_path / "district")
    assert main(["--project", str(project.root), "plan", "--json"]) == 0
    world, renderer = World.open(project), Renderer.of(project)
    intents = list(world.intents(Selector(kinds=("ap",))))
    world.close()
    for intent in intents:
        one = access_point(renderer.render(intent).text)
        assert one.hostname == intent.device.name
        assert one.location == intent.management.location
        assert one.vlans() == {segment.vlan: segment.role for segment in intent.segments}
        assert one.ssids() == [wlan.ssid for _ in intent.radios for wlan in intent.wlans]
        assert {row.name for row in one.interfaces()} >= {*intent.trunks, "br0", "phy0-ap0"}
        assert list(one.snmp_users()) == ["homeroom"]
        assert one.communities() == {}
    assert intents


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("package a\nrubbish\n", "line 2 of the access point's configuration is no UCI: 'rubbish'"),
        ("option a b\n", "line 1 of the access point's configuration is no UCI: 'option a b'"),
        ("config a\n\toption b 'c\n", "line 2 of the access point's configuration is no UCI: No closing quotation"),
    ],
)
def test_what_is_no_uci_is_refused_with_its_line(text, message):
    with pytest.raises(LabError) as caught:
        access_point(text)
    assert str(caught.value) == message
