"""Clients nobody here wrote, over real HTTPS: NAPALM's eos driver, pyeapi, http.client, Ansible's arista.eos."""

import base64
import contextlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pyeapi
import pytest
from eoslab import PASSWORD, USER, House, config
from napalm import get_network_driver
from napalm.base.exceptions import (
    CommitError,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)

from homeroom.lab.eos.https import Front
from homeroom.lab.faults import Fault

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def device(house):
    return house.fresh(1)


@pytest.fixture
def driver(house, device):
    """Open NAPALM's own driver."""
    opened = []

    def connect(**more):
        options = {"port": house.port, **more}
        found = get_network_driver("eos")(device.address, USER, PASSWORD, timeout=20, optional_args=options)
        found.open()
        opened.append(found)
        return found

    yield connect
    for found in opened:
        with contextlib.suppress(Exception):
            found.close()
        found.config_session = None  # NAPALM closes again when it is collected, in whatever thread that happens


GETTERS = {
    "get_facts": lambda r: (
        r["hostname"] == "py11-0001-sw1" and r["vendor"] == "Arista" and r["model"] == "CCS-720XP-24ZY4"
        and r["fqdn"] == "py11-0001-sw1.school.example" and r["interface_list"][0] == "Ethernet1" and r["uptime"] >= 0
    ),
    "get_interfaces": lambda r: r["Ethernet1"]["is_up"] and not r["Ethernet2"]["is_up"] and r["Ethernet2"]["is_enabled"],
    "get_interfaces_ip": lambda r: (
        r["Vlan99"]["ipv4"] == {"10.0.7.194": {"prefix_length": 27}} and "2001:db8:0:99::2" in r["Vlan99"]["ipv6"]
    ),
    "get_interfaces_counters": lambda r: r["Ethernet1"]["rx_octets"] >= 0 and r["Ethernet2"]["tx_octets"] == 0,
    "get_config": lambda r: "hostname" in r["running"] and "hostname" in r["startup"] and r["candidate"] == "",
    "get_vlans": lambda r: r["99"] == {"name": "management", "interfaces": ["Cpu", "Ethernet1"]},
    "get_users": lambda r: r["netops"]["level"] == 15 and r["netops"]["password"].startswith("$6$"),
    "get_arp_table": lambda r: r[0]["ip"] == "10.0.7.193" and r[0]["interface"] == "Vlan99",
    "get_mac_address_table": lambda r: r == [],
    "get_lldp_neighbors": lambda r: r == {},
    "get_lldp_neighbors_detail": lambda r: r == {},
    "get_ntp_servers": lambda r: list(r) == ["10.1.1.1"],
    "get_ntp_stats": lambda r: r[0]["remote"] == "10.1.1.1",
    "get_snmp_information": lambda r: r["location"] == "Main street 1" and r["chassis_id"].startswith("JPE"),
    "get_environment": lambda r: (
        r["fans"]["1"]["status"] and r["power"]["1"]["capacity"] == 500.0 and r["cpu"][0]["%usage"] == 4.3
        and not r["temperature"]["TempSensor1"]["is_alert"] and r["memory"]["available_ram"] > 0
    ),
    "get_network_instances": lambda r: list(r["default"]["interfaces"]["interface"]) == ["Vlan99"],
}  # fmt: skip


@pytest.mark.stock("NAPALM", "eos")
def test_napalm_getters(driver):
    opened = driver()
    for name, right in GETTERS.items():
        result = getattr(opened, name)()
        assert right(result), (name, result)
    assert opened.cli(["show clock"])["show clock"].endswith("Clock source: local\n")
    assert opened.is_alive()["is_alive"]
    assert "$6$" not in opened.get_config(retrieve="running", sanitized=True)["running"]


class Deaf:
    """Nothing beyond the device answers it."""

    def echoes(self, device, address):
        return False

    resolves = echoes


@pytest.mark.stock("NAPALM", "eos")
def test_napalm_pings(driver, device):
    opened = driver()
    got = opened.ping("192.0.2.11", source="10.0.7.194", count=3, timeout=1)["success"]
    assert (got["probes_sent"], got["packet_loss"], got["rtt_avg"]) == (3, 0, 1.02)
    assert got["results"] == [{"ip_address": "192.0.2.11", "rtt": 1.02}] * 3
    assert opened.ping("2001:db8:0:99::7", source_interface="Vlan99")["success"]["packet_loss"] == 0
    assert opened.ping("2001:db8:1::1") == {"error": "ping: connect: Network is unreachable\n"}
    device.beyond = Deaf()
    lost = opened.ping("192.0.2.11", count=2)["success"]
    assert (lost["probes_sent"], lost["packet_loss"], lost["results"]) == (2, 2, [])


@pytest.mark.stock("pyeapi", "eos")
def test_pyeapi_asks_for_json_in_text_and_uses_bash(house, device):
    node = pyeapi.connect("https", device.address, USER, PASSWORD, house.port)
    asked = ["enable", "show clock | json", "bash timeout 5 nslookup www.example 10.1.1.1"]
    said = node.execute(asked, encoding="text")["result"]
    assert json.loads(said[1]["output"])["timezone"] == "UTC"
    assert said[2]["output"] == (
        "Server:\t\t10.1.1.1\nAddress:\t10.1.1.1#53\n\n"
        "Non-authoritative answer:\nName:\twww.example\nAddress: 192.0.2.80\n\n"
    )
    (pinged,) = node.execute(["ping vrf default 10.0.7.193 source Vlan99 size 100 df-bit repeat 1"])["result"]
    (text,) = pinged["messages"]
    assert text == (
        "PING 10.0.7.193 (10.0.7.193) from 10.0.7.194 : 72(100) bytes of data.\n"
        "80 bytes from 10.0.7.193: icmp_seq=1 ttl=64 time=1.02 ms\n\n--- 10.0.7.193 ping statistics ---\n"
        "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n"
        "rtt min/avg/max/mdev = 1.020/1.020/1.020/0.000 ms, ipg/ewma 10.000/1.020 ms\n"
    )
    with pytest.raises(pyeapi.eapilib.CommandError, match="permission to run command denied"):
        node.execute(["bash timeout 5 nslookup www.example"])


@pytest.mark.stock("NAPALM", "eos")
def test_napalm_merges(driver, device):
    opened = driver()
    opened.load_merge_candidate(
        config="hostname new-name\nbanner login\nStaff\n  only\nEOF\ninterface Ethernet2\n   description x\n"
    )
    assert opened.get_config(retrieve="candidate")["candidate"].count("hostname new-name") == 1
    assert opened.compare_config().splitlines() == [
        "@@ -3,7 +3,7 @@", " !", opened.compare_config().splitlines()[2], " !", "-hostname py11-0001-sw1", "+hostname new-name",
        " dns domain school.example", " !", " ntp server 10.1.1.1", "@@ -26,6 +26,7 @@", "    switchport mode trunk", " !",
        " interface Ethernet2", "+   description x", " !", " interface Ethernet3", " !", "@@ -49,4 +50,9 @@", " !",
        " ip route 0.0.0.0/0 10.0.7.193", " !", "+banner login", "+Staff", "+only", "+EOF", "+!", " end",
    ]  # fmt: skip
    opened.commit_config()
    assert device.hostname == "new-name"
    assert "hostname new-name" in device.startup
    opened.rollback()
    assert device.hostname == "py11-0001-sw1"


@pytest.mark.stock("NAPALM", "eos")
def test_napalm_replaces(driver, device):
    opened = driver()
    opened.load_replace_candidate(config=config(device.name).replace("name student", "name pupils"))
    lines = [line for line in opened.compare_config().splitlines() if line[0] in "+-"]
    assert lines == ["-   name student", "+   name pupils"]
    opened.commit_config()
    assert device.vlans()[10] == "pupils"
    again = driver()
    again.load_replace_candidate(config=device.running)
    assert again.compare_config() == ""
    again.discard_config()
    assert device.sessions.pending == []


@pytest.mark.stock("NAPALM", "eos")
@pytest.mark.parametrize("replace", [False, True])
def test_napalm_names_a_wrong_line(driver, device, replace):
    opened = driver()
    before = device.running
    load = opened.load_replace_candidate if replace else opened.load_merge_candidate
    kind = ReplaceConfigException if replace else MergeConfigException
    with pytest.raises(kind, match=r"Error \[1002\]: CLI command \d+ of \d+ 'descriptin x' failed: invalid command"):
        load(config="interface Ethernet2\n   descriptin x\n")
    assert (device.running, device.sessions.pending) == (before, [])


@pytest.mark.stock("NAPALM", "eos")
def test_napalm_commits_on_trial(house, driver, device):
    opened = driver()
    opened.load_merge_candidate(config="hostname trial")
    opened.commit_config(revert_in=300)
    assert opened.has_pending_commit()
    assert 290 < opened._get_pending_commits()[opened.config_session] <= 300
    with pytest.raises(CommitError):
        driver().rollback()
    opened.confirm_commit()
    assert not opened.has_pending_commit()
    assert device.hostname == "trial"
    opened.load_merge_candidate(config="hostname second")
    opened.commit_config(revert_in=300)
    opened.rollback()
    assert device.hostname == "trial"
    opened.load_merge_candidate(config="hostname third")
    opened.commit_config(revert_in=300)
    house.expire()
    assert device.hostname == "trial"


@pytest.mark.stock("NAPALM", "eos")
def test_what_the_stock_driver_does_on_closing(driver, device):
    """The reason for a wrapper: hanging up takes a waiting commit back."""
    opened = driver()
    opened.load_merge_candidate(config="hostname trial")
    opened.commit_config(revert_in=300)
    opened.close()
    assert device.hostname == "py11-0001-sw1"


@pytest.mark.stock("NAPALM", "eos")
def test_napalm_finds_the_session_of_another(house, driver, device, monkeypatch):
    house.do(device.sessions.enter, "somebody", "x")
    opened = driver()
    monkeypatch.setattr(opened, "_obtain_lock", lambda wait_time=None: opened._lock())
    with pytest.raises(SessionLockedException):
        opened.load_merge_candidate(config="hostname x")


@pytest.mark.stock("NAPALM", "eos")
def test_napalm_with_a_wrong_password(house, device):
    with pytest.raises((ConnectionException, pyeapi.eapilib.ConnectionError)):
        get_network_driver("eos")(device.address, USER, "wrong", optional_args={"port": house.port}).open()
    assert house.counters.refused


@pytest.mark.stock("pyeapi", "eos")
def test_pyeapi(house, device):
    node = pyeapi.connect("https", device.address, USER, PASSWORD, house.port, return_node=True)
    assert node.enable("show hostname")[0]["result"]["hostname"] == device.name
    assert node.version == "4.33.1F"
    assert node.api("vlans").get(10)["name"] == "student"
    assert node.api("vlans").create(30)
    assert node.api("vlans").set_name(30, "office")
    assert device.vlans()[30] == "office"
    assert node.api("interfaces").get("Ethernet1")["description"] == "uplink"
    assert node.api("system").set_hostname("by-pyeapi")
    assert device.hostname == "by-pyeapi"
    node.configure_session()
    node.config(["hostname in-session"])
    assert "+hostname in-session" in node.diff()
    node.commit()
    assert device.hostname == "in-session"
    with pytest.raises(pyeapi.eapilib.CommandError) as caught:
        node.enable("show nonsense")
    assert caught.value.error_code == 1002


# --- the HTTP server itself


class Plain:
    """One HTTPS connection, by http.client."""

    def __init__(self, house, device):
        context = ssl._create_unverified_context()
        self.broken = False
        self.http = http.client.HTTPSConnection(device.address, house.port, timeout=20, context=context)

    def ask(self, path="/command-api", method="POST", body=None, auth=True, **headers):
        self.http.close() if self.broken else None
        self.broken = True
        if auth:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = {"jsonrpc": "2.0", "method": "runCmds", "id": 1, "params": {"version": 1, "cmds": ["show hostname"]}}
        self.http.request(method, path, json.dumps(request) if body is None else body, headers)
        response = self.http.getresponse()
        self.broken = False
        return response.status, response.read(), response.headers


@pytest.fixture
def plain(house, device):
    found = Plain(house, device)
    yield found
    found.http.close()


def test_many_requests_on_one_connection(house, device, plain):
    connections = house.counters.connections
    for _ in range(3):
        status, body, headers = plain.ask()
        assert (status, json.loads(body)["result"][0]["hostname"]) == (200, device.name)
        assert headers["Connection"] == "keep-alive"
    assert plain.ask("/nowhere")[:2] == (404, b"Not found\n")
    assert plain.ask(method="GET")[0] == 405
    assert house.counters.connections == connections + 1
    assert plain.ask(Connection="close")[2]["Connection"] == "close"


@pytest.mark.parametrize("header", ["", "Basic ???", "Bearer x", "Basic " + base64.b64encode(b"netops:guess").decode()])
def test_who_may_not(plain, header):
    status, body, headers = plain.ask(auth=False, **({"Authorization": header} if header else {}))
    assert (status, headers["WWW-Authenticate"]) == (401, 'Basic realm="COMMAND_API_AUTH"')
    assert body == b"Unable to authenticate user: Bad username/password combination\n"


@pytest.mark.parametrize("header", [{"Content-Length": "x"}, {"Transfer-Encoding": "chunked"}])
def test_requests_that_are_none(plain, header):
    assert plain.ask(body="", **header)[0] == 400


def raw(house, device, *pieces):
    """Send bytes as they are; return what comes until the server hangs up."""
    context = ssl._create_unverified_context()
    with (
        socket.create_connection((device.address, house.port), 20) as sock,
        context.wrap_socket(sock) as tls,
    ):
        for piece in pieces:
            tls.sendall(piece)
        said = b""
        while more := tls.recv(65536):
            said += more
    return said


def test_requests_in_pieces_and_in_a_row(house, device):
    request = b"GET /command-api HTTP/1.1\r\nConnection: %s\r\n\r\n"
    said = raw(house, device, request[:10], request[10:] % b"keep-alive" + request % b"keep-alive", request % b"close")
    assert said.count(b"HTTP/1.1 405 Not Allowed") == 3
    assert raw(house, device, b"x" * 70000).startswith(b"HTTP/1.1 400 Bad Request")


def test_nobody_at_an_address(house):
    with socket.create_connection(("127.0.11.250", house.port), 20) as sock:
        assert sock.recv(1) == b""


def test_somebody_who_speaks_no_tls(house, device):
    lost = house.counters.lost
    with socket.create_connection((device.address, house.port), 20) as sock:
        sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with contextlib.suppress(OSError):
            while sock.recv(1024):
                pass
    house.do(lambda: None)
    assert house.counters.lost >= lost


def test_a_restart_ends_every_connection(house, device, plain):
    assert plain.ask()[0] == 200
    house.do(device.reboot)
    with pytest.raises(OSError):
        plain.ask()
    assert plain.ask()[0] == 200


def test_no_api_no_answer(house, device, plain):
    house.do(device.merge, "management api http-commands\nshutdown\n", "root")
    with pytest.raises(OSError):
        plain.ask()


@pytest.mark.parametrize("kind", ["cut", "reboot"])
def test_a_connection_that_is_refused(device, plain, kind):
    device.faults.arm(Fault(kind, "connect"))
    with pytest.raises(OSError):
        plain.ask()
    assert plain.ask()[0] == 200


def test_certificates_are_made_once_and_forgotten_in_order(house, device, monkeypatch):
    front = Front(house.find, b"x" * 32, house.counters)
    monkeypatch.setattr("homeroom.lab.eos.https._KEPT", 2)
    first = front._context(device)
    assert front._context(device) is first
    for number in (2, 3):
        front._context(house.fresh(number))
    assert front._context(device) is not first


# --- Ansible

PLAY = """\
- hosts: all
  gather_facts: false
  tasks:
    - arista.eos.eos_facts:
        gather_subset: [default, hardware, interfaces, config]
        gather_network_resources: [interfaces, vlans, l2_interfaces, l3_interfaces, lldp_global]
      register: facts
    - &line
      arista.eos.eos_config: {lines: ["description by ansible"], parents: ["interface Ethernet5"], save_when: modified}
      register: first
    - {<<: *line, register: second}
    - &vlan
      arista.eos.eos_vlans: {config: [{vlan_id: 55, name: office}], state: merged}
      register: third
    - {<<: *vlan, register: fourth}
    - &banner
      arista.eos.eos_banner: {banner: login, text: "hello\\nthere", state: present}
      register: fifth
    - {<<: *banner, register: sixth}
    - arista.eos.eos_config: {src: "{{ playbook_dir }}/whole.cfg", replace: config}
      register: seventh
    - arista.eos.eos_config: {lines: ["descriptoin x"], parents: ["interface Ethernet5"]}
      register: bad
      ignore_errors: true
    - arista.eos.eos_command: {commands: ["show version", "show interfaces status", {command: "show vlan", output: json}]}
      register: shown
    - copy:
        dest: "{{ playbook_dir }}/out.json"
        content: >-
          {{ {'facts': facts.ansible_facts, 'changed': [first.changed, second.changed, third.changed, fourth.changed,
          fifth.changed, sixth.changed, seventh.changed], 'bad': bad.msg, 'shown': shown.stdout} | to_json }}
      delegate_to: localhost
      vars: {ansible_connection: local}
"""


@pytest.mark.stock("arista.eos", "eos")
@pytest.mark.full
def test_ansible(house, device, tmp_path):
    pytest.importorskip("ansible_collections.arista.eos", reason="Ansible's arista.eos collection is missing")
    tool = Path(sys.executable).parent / "ansible-playbook"
    if not tool.exists():
        pytest.skip("ansible-playbook is missing")
    (tmp_path / "play.yaml").write_text(PLAY)
    (tmp_path / "whole.cfg").write_text(config(device.name, "vlan 66", "   name replaced"))
    (tmp_path / "hosts").write_text(
        f"box ansible_host={device.address} ansible_httpapi_port={house.port} ansible_user={USER} "
        f"ansible_password={PASSWORD} ansible_connection=ansible.netcommon.httpapi ansible_network_os=arista.eos.eos "
        "ansible_httpapi_use_ssl=true ansible_httpapi_validate_certs=false ansible_become=true "
        f"ansible_become_method=enable ansible_python_interpreter={sys.executable}\n"
    )
    environment = os.environ | {"HOME": str(tmp_path), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [str(tool), "-i", "hosts", "play.yaml"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert (tmp_path / "out.json").exists(), done.stdout + done.stderr
    out = json.loads((tmp_path / "out.json").read_text())
    assert out["facts"]["ansible_net_hostname"] == device.name
    assert out["facts"]["ansible_net_serialnum"] == device.box.serial
    assert out["facts"]["ansible_network_resources"]["vlans"][0] == {
        "name": "student",
        "state": "active",
        "vlan_id": 10,
    }
    assert out["changed"] == [True, False, True, False, True, False, True]
    assert "Invalid input (at token 0: 'descriptoin')" in out["bad"]
    assert out["shown"][2]["vlans"]["66"]["name"] == "replaced"
    assert device.vlans() == {1: "default", 10: "student", 66: "replaced", 99: "management"}
    assert device.sessions.pending == []
