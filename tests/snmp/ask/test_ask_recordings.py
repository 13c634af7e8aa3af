"""Real devices, recorded: what each says is read right, and nothing of it is left out or refused without reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeroom.snmp.ask.declared import SCHEDULES
from homeroom.snmp.ask.load import load
from homeroom.snmp.ask.read import gathered, read, wanted
from homeroom.snmp.ask.show import token
from tests.snmp.ask.extract import vendor_of
from tests.snmp.ask.snmprec import varbinds
from tests.snmp.ask.summary import summary

FOLDER = Path(__file__).parents[1] / "recordings"
CATALOGUE = load()
PLATFORM = {"openwrt-snmpd": "openwrt"}

# name: vendor, maker, sysName, model, serial, software; as the recordings say it, checked by hand
DEVICES = {
    "arista-7150s": ("arista", "Arista", "DUMSYS-87", "DCS-7150S-52-CL", "JPE15151458", "4.20.5F"),
    "aruba-7010": ("aruba", "Aruba", "DUMSYS-58", "Aruba7010", None, "8.3.0.0"),
    "aruba-7210": ("aruba", "Aruba", "DUMSYS-03", "A7210", "CV0008612", "6.5.1.6"),
    "brocade-icx6430": ("icx", "Ruckus", "DUMSYS-91", "ICX6430-24", "BZN3215N09A", "ICX64S08030t"),
    "cisco-5508": ("cisco-airos", "Cisco", "DUMSYS-29", "AIR-CT5508-K9", "FCW1430L0CZ", "7.6.130.0"),
    "cisco-c3560": ("cisco-ios", "Cisco", "DUMSYS-04", "WS-C3560G-48TS-E", "FOC1408Z61U", "12.2(55)SE3"),
    "cisco-c3750": ("cisco-ios", "Cisco", "DUMSYS-90", "WS-C3750G-12S-S", "FDO1622Y10H", "12.2(50)SE5"),
    "cisco-n5000": ("cisco-nxos", "Cisco", "DUMSYS-52", "N5K-C5548UP", "SSI183706KP", "6.0(2)N2(3)"),
    "dcn-5980": (
        "any",
        "Digital China Networks Limited",
        "DUMSYS-07",
        "DCRS-5980-28T-DC",
        "GOSWE120F327000001",
        "7.0.3.1(B0232.0031)",
    ),
    "dlink-des3028": ("dlink-des30", "D-Link", "DUMSYS-49", "DES-3028", None, "Build 1.00-B32"),
    "dlink-des3200": ("dlink", "D-Link", "des3200-18-kotel.ryl", "DES-3200-18", None, "Build 4.04.004"),
    "fortinet-3000d": (
        "fortigate",
        "Fortinet",
        "DUMSYS-47",
        "FGT_3000D",
        "FGT3KD3Z16800461",
        "v5.4.5,build1138,170531 (GA)",
    ),
    "h3c-e528": ("comware", "H3C", "DUMSYS-02", "H3C Switch E528", "210235A0GKC158000929", "5.20, Release 1513P62"),
    "h3c-lsq1wcmd0": ("comware", "H3C", "DUMSYS-08", "LSQ1WCMD0", "210231A0FTB12A000014", "Release 2509P61"),
    "hpe-6120xg": ("procurve", "HPE", "DUMSYS-64", "516733-B21", "3C421900TX", "Z.14.31"),
    "huawei-acu2": ("huawei-ac", "Huawei", "DUMSYS-28", "ACU2", None, "V200R007C20SPC200"),
    "huawei-s5720": ("huawei", "Huawei", "DUMSYS-05", "S5720-36C-EI-AC", "210235956210F7000410", "V200R007C00SPC500"),
    "juniper-mx960": ("juniper", "Juniper", "DUMSYS-17", "mx960", "JN11FCEC5AFA", "12.3R6.6"),
    "openwrt-snmpd": ("openwrt", "OpenWrt", "ap-1-0001", "GL.iNet GL-B1300", None, "OpenWrt 23.05.5 r24106-10cc5fcd00"),
    "ruckus-scg": ("ruckus-scg", "Ruckus", "DUMSYS-77", "SmartCell Gateway", None, None),
    "ruijie-s5750": (
        "ruijie",
        "Ruijie",
        "DUMSYS-06",
        "S5750-24GT/12SFP",
        "9017EHC410215",
        "RGOS 10.4(3)p4 Release(161753)",
    ),
    "ubiquiti-m5": (
        "airmax",
        "Ubiquiti",
        "Kotelinaya-to-Pat",
        "NanoStation M5",
        None,
        "XW.ar934x.v5.6-beta4.22359.140521.1836",
    ),
    "zte-5250": ("zte-5250", "ZTE", "DUMSYS-86", "ZXR10 5250-52TM-H", None, "V2.05.11B19"),
    "zte-9908": ("zte", "ZTE", "DUMSYS-89", "ZXR10 9908", None, "V1.01.10.B19P06"),
}


def of(name, *every):
    """Read a recording as one poll of the given schedules, all of them when none is given."""
    path = FOLDER / f"{name}.snmprec"
    vendor = vendor_of(CATALOGUE, path, PLATFORM.get(name, ""))
    columns = gathered(vendor, varbinds(path))
    if every:
        asks = [wanted(vendor, one) for one in every]
        kept = {oid for ask in asks for oid in ask.columns} | {oid[:-1] for ask in asks for oid in ask.singles}
        columns = {oid: cells for oid, cells in columns.items() if oid in kept}
    return vendor, read(vendor, columns)


def test_every_recording_is_named_here_and_has_its_licence():
    assert {path.stem for path in FOLDER.glob("*.snmprec")} == set(DEVICES)
    assert len({maker for _, maker, *_ in DEVICES.values()}) >= 12
    assert "Redistribution and use" in (FOLDER / "LICENSE.snmpsim-data.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_is_known_by_what_it_says(name, golden):
    vendor, readings = of(name)
    one = readings.identity
    assert (vendor.name, one.maker, one.name, one.model, one.serial, one.software) == DEVICES[name]
    assert "recording" in vendor.tried or "recorded" in vendor.tried
    golden(f"snmp/{name}.txt", summary(vendor.name, readings))


@pytest.mark.parametrize("name", DEVICES)
def test_all_that_was_recorded_was_asked_for_and_all_of_it_is_read(name):
    path = FOLDER / f"{name}.snmprec"
    vendor = vendor_of(CATALOGUE, path, PLATFORM.get(name, ""))
    asks = [wanted(vendor, every) for every in SCHEDULES]
    singles = {oid for ask in asks for oid in ask.singles}
    columns = {oid for ask in asks for oid in ask.columns}
    for oid, _ in varbinds(path):
        assert oid in singles or any(oid[:size] in columns for size in range(8, len(oid)))
    _, readings = of(name)
    assert {one.object for one in readings.refused} <= ({"ifHighSpeed"} if name == "dlink-des3028" else set())


@pytest.mark.parametrize(
    ("name", "interfaces", "vlan"),
    [
        ("arista-7150s", "Ethernet1 Ethernet2 Ethernet3", (40, "Baopan-Zhilian", (3, 4, 18, 47, 48, 100))),
        ("cisco-c3560", "Vl1 Vl2 Vl3", (2, "xiaodanwei2-hulian", None)),
        ("cisco-c3750", "Vl1 Vl100 Vl910", (21, "VLAN0021", None)),
        ("dlink-des3028", "1/1 1/2 1/3", (2004, None, (25, 26))),
        ("hpe-6120xg", "1 2 3", (50, "VLAN50", (1, 2, 3, 8, 9, 10, 11, 13, 15, 16, 17))),
        ("juniper-mx960", "fxp0 lsi dsc", (3, "XueShengQu+3", (62,))),
    ],
)
def test_interfaces_and_vlans(name, interfaces, vlan):
    _, readings = of(name)
    assert " ".join(one.name for one in readings.interfaces[:3]) == interfaces
    found = {one.id: one for one in readings.vlans}[vlan[0]]
    assert (found.name, found.egress) == vlan[1:] or (vlan[1] is None and found.egress == vlan[2])


def test_an_access_port_and_a_trunk_have_the_vlan_of_their_untagged_frames():
    _, c3560 = of("cisco-c3560")
    assert {one.interface: one.pvid for one in c3560.ports}[10101] == 3
    _, dlink = of("dlink-des3028")
    pvids = {one.port: one.pvid for one in dlink.ports}
    untagged = {one.id: one.untagged for one in dlink.vlans}
    assert all(pvids[port] == 602 for port in untagged[602] if port in pvids), "both tables tell the same story"


def test_the_air_of_a_cisco_controller_in_one_round():
    _, readings = of("cisco-5508", "radio")
    first, second = readings.radios[:2]
    assert (first.key, first.channel, first.power, first.utilisation, first.noise, first.interference) == (
        "00:3a:98:b0:2e:70/0",
        6,
        11.0,
        27.0,
        -87.0,
        -75.0,
    )
    assert (second.channel, second.power, second.clients, second.up) == (161, 17.0, 2, True)
    assert [(one.name, one.clients) for one in readings.ssids[:2]] == [("BUCEA", 71), ("srun", 0)]


def test_a_controller_speaks_for_its_access_points_each_minute():
    _, readings = of("cisco-5508", "status")
    assert readings.totals.access_points == 226
    assert readings.access_points[0].up is True
    assert readings.access_points[0].name is None, "a name is not asked for each minute"


def test_rogues_are_named_with_their_state():
    _, readings = of("cisco-5508")
    first = readings.rogues[0]
    assert (first.mac, first.ssid, first.signal, first.state, first.kind) == (
        "00:0c:43:d1:11:f2",
        "DVR_HZ_11F2",
        -73.0,
        "alert",
        "unclassified",
    )


@pytest.mark.parametrize(
    ("name", "ssids", "clients", "channels"),
    [
        ("aruba-7210", {"BUPT-1", "wrd-dot1x", "wrd-intranet"}, 67, {11, 161}),
        ("huawei-acu2", set(), 1149, {5, 149}),
        ("ruckus-scg", {"CNU"}, 13021, set()),
        ("h3c-lsq1wcmd0", {"BUPT-portal", "BUPT-2-OUTDOOR"}, 1218, {149, 1}),
        ("ubiquiti-m5", {"patrikeevo"}, 1, {172}),
        ("openwrt-snmpd", set(), 31, {6, 36}),
        ("cisco-5508", {"BUCEA", "srun"}, 95, {6, 161}),
    ],
)
def test_ssids_clients_and_channels(name, ssids, clients, channels):
    _, readings = of(name)
    assert ssids <= {one.name for one in readings.ssids}
    assert readings.totals.clients == clients
    assert channels <= {one.channel for one in readings.radios}


def test_access_points_behind_controllers_have_model_serial_and_software():
    told = {}
    for name in ("cisco-5508", "aruba-7210", "huawei-acu2", "ruckus-scg", "h3c-lsq1wcmd0"):
        one = of(name)[1].access_points[0]
        told[name] = one.name, one.model, one.serial, one.software
    assert told == {
        "cisco-5508": ("erjiao_sw", "AIR-LAP1242AG-C-K9", "FCW1424U0HZ", "7.6.130.0"),
        "aruba-7210": ("SH-JXL-B1-jifang", "93H", "BN0015340", "6.5.1.6"),
        "huawei-acu2": ("XY-2_F2_AD9430DN-24_82", "AD9430DN-24", "2102350KGF10G5000001", "V200R007C20SPC200"),
        "ruckus-scg": ("S-405", "H500", "911704006161", "3.1.2.0.150"),
        "h3c-lsq1wcmd0": ("jiao4-shiwai-ap02", "WA2620X-AGNP", "210235A0RXC122000439", "V100R005B09D054"),
    }


def test_the_networks_of_one_radio():
    _, readings = of("huawei-acu2")
    first = readings.bsss[0]
    assert (first.ap, first.slot, first.ssid, first.bssid) == (
        "4c:fa:ca:04:67:a0",
        "0",
        "web.wlan.bjtu",
        "4c:fa:ca:04:67:a0",
    )


def test_what_an_openwrt_access_point_hears_becomes_a_row_a_line():
    _, readings = of("openwrt-snmpd", "radio")
    assert [(one.mac, one.ssid, one.channel, one.signal, one.heard_by) for one in readings.rogues] == [
        ("00:1a:2b:3c:4d:5e", "Cafe del Sol", 6, -71.0, "phy0-ap0"),
        ("02:00:00:00:00:01", "", 11, -88.0, "phy0-ap0"),
    ]
    assert [(one.key, one.channel, one.noise, one.clients) for one in readings.radios] == [
        ("phy0-ap0", 6, -92.0, 9),
        ("phy1-ap0", 36, -104.5, 22),
    ]


@pytest.mark.parametrize(
    ("name", "interface", "neighbour", "chassis", "port"),
    [
        ("arista-7150s", "Ethernet47", "ZJ-BP-Bak-Arista", "44:4c:a8:31:3e:df", "Ethernet23"),
        ("cisco-c3560", "Gi0/49", "OLD-ShiTang-WIRELESS", None, "GigabitEthernet0/2"),
        ("hpe-6120xg", "8", "", "e8:39:35:1a:ca:99", "e8:39:35:1a:ca:99"),
        ("juniper-mx960", "xe-1/2/0", "re0-SNNU-CA-CORE-1", "a8:d0:e5:f5:af:c0", "628"),
    ],
)
def test_the_other_end_of_a_wire(name, interface, neighbour, chassis, port):
    first = of(name)[1].neighbours[0]
    assert (first.interface, first.name, first.chassis, first.port) == (interface, neighbour, chassis, port)


def test_temperatures_have_their_decimal_point():
    _, arista = of("arista-7150s")
    assert (arista.sensors[0].kind, arista.sensors[0].value, arista.sensors[0].status) == ("celsius", 28.2, "ok")
    _, cisco = of("cisco-c3560")
    assert {one.key: one.status for one in cisco.sensors}["temperature/1005"] == "warning"


def test_the_token_of_a_change_prefers_what_survives_a_reboot():
    ios, junos, huawei, airos = (of(name)[1] for name in ("cisco-c3750", "juniper-mx960", "huawei-s5720", "cisco-5508"))
    assert token(ios.identity, ios.changes) == ("serial", 75, None, "1994-04-13T23:47:24")
    assert token(junos.identity, junos.changes) == ("serial", 59, None, "2017-12-19T15:52:43+08:00")
    assert token(huawei.identity, huawei.changes)[0] == "ticks"
    assert token(airos.identity, airos.changes) is None
    assert (junos.changes.who, ios.changes.who) == ("snnu", "system")
