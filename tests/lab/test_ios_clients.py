"""More clients nobody here wrote, against an emulated IOS device: Ansible's cisco.ios, scrapli, netmiko by Tcl."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PASSWORD, ROUTER_PORTS, SWITCH_PORTS
from netmiko import ConnectHandler, file_transfer

from homeroom.lab.hands import edit

pytestmark = [
    pytest.mark.full,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # in the libraries that these clients read with
]
PLAY = """\
- hosts: box
  gather_facts: false
  tasks:
    - cisco.ios.ios_facts: {gather_subset: [all], gather_network_resources: [interfaces, vlans, l3_interfaces]}
      register: facts
    - cisco.ios.ios_config: &lines
        parents: [interface Vlan99]
        lines: [description by ansible]
      register: first
    - {cisco.ios.ios_config: *lines, register: second}
    - cisco.ios.ios_config: &save {save_when: modified}
      register: saved
    - {cisco.ios.ios_config: *save, register: again}
    - cisco.ios.ios_vlans: &vlans {config: [{vlan_id: 30, name: guest}], state: merged}
      register: third
    - {cisco.ios.ios_vlans: *vlans, register: fourth}
    - cisco.ios.ios_interfaces: &ports
        config: [{name: "{{ port }}", description: "a classroom", enabled: true}]
        state: merged
      register: fifth
    - {cisco.ios.ios_interfaces: *ports, register: sixth}
    - cisco.ios.ios_banner: &banner {banner: motd, text: "by ansible", state: present}
      register: seventh
    - {cisco.ios.ios_banner: *banner, register: eighth}
    - cisco.ios.ios_command: {commands: [show version, show ip interface brief]}
      register: shown
    - cisco.ios.ios_config: {parents: [interface Vlan99], lines: [descriptoin x]}
      register: bad
      ignore_errors: true
    - copy:
        dest: "{{ playbook_dir }}/out.json"
        content: >-
          {{ {'facts': facts.ansible_facts, 'changed': [first.changed, second.changed, saved.changed, again.changed,
          third.changed, fourth.changed, fifth.changed, sixth.changed, seventh.changed, eighth.changed],
          'bad': bad.msg, 'shown': shown.stdout} | to_json }}
      delegate_to: localhost
      vars: {ansible_connection: local}
"""


@pytest.mark.stock("cisco.ios", "ios")
@pytest.mark.parametrize(
    ("number", "moved"), [(61, ROUTER_PORTS[-2:]), (62, SWITCH_PORTS[-1:])], ids=["router", "switch"]
)
def test_ansible(house, number, moved, tmp_path):
    pytest.importorskip("ansible_collections.cisco.ios", reason="Ansible's cisco.ios collection is missing")
    box = house.find(f"127.0.9.{number}")
    for port in moved:  # the collection loses the VLAN behind a row of fewer than three ports
        edit(box, [f"interface {port}", "switchport mode access", "switchport access vlan 99"])
    (tmp_path / "play.yaml").write_text(PLAY)
    (tmp_path / "hosts").write_text(
        f"box ansible_host={box.address} ansible_port={house.port} ansible_user=netops ansible_password={PASSWORD} "
        "ansible_connection=ansible.netcommon.network_cli ansible_network_os=cisco.ios.ios "
        "ansible_network_cli_ssh_type=libssh ansible_become=true ansible_become_method=enable "
        f"port={box.box.ports[0]} ansible_python_interpreter={sys.executable}\n"
    )
    environment = {"HOME": str(tmp_path), "ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "hosts", "play.yaml"],
        cwd=tmp_path, env=os.environ | environment | {"LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert (tmp_path / "out.json").exists(), done.stdout + done.stderr
    out = json.loads((tmp_path / "out.json").read_text())
    assert out["facts"]["ansible_net_hostname"] == box.name
    assert out["facts"]["ansible_net_model"] == box.box.model
    assert out["facts"]["ansible_net_interfaces"]["Vlan99"]["ipv4"][0]["address"] == "10.0.7.193"
    vlans = {vlan["vlan_id"]: vlan["name"] for vlan in out["facts"]["ansible_network_resources"]["vlans"]}
    assert vlans[99] == "management"
    assert out["changed"] == [True, False] * 5, done.stdout
    assert "Invalid input detected" in out["bad"]
    assert "uptime is" in out["shown"][0]
    assert " description by ansible\n" in box.startup
    assert "vlan 30\n name guest\n" in box.running
    assert " description a classroom\n" in box.running
    assert "by ansible" in box.running.partition("banner motd")[2]


@pytest.mark.stock("scrapli", "ios")
def test_scrapli(house):
    scrapli = pytest.importorskip("scrapli", reason="scrapli is missing")
    with scrapli.Cli(
        definition_file_or_name="cisco_iosxe",
        host="127.0.9.63",
        port=house.port,
        auth_options=scrapli.AuthOptions(username="netops", password=PASSWORD),
        transport_options=scrapli.TransportSsh2Options(),
    ) as line:
        assert line.get_prompt().result == "py11-0063-ro1#"
        assert "uptime is" in line.send_input(input_="show version").result
        assert "hostname py11-0063-ro1" in line.send_input(input_="show running-config").result, "more than one page"
        said = line.send_inputs(
            inputs=["interface Vlan99", "description by scrapli", "bogus"], requested_mode="configuration"
        )
        assert "% Invalid input detected at '^' marker." in said.result
        assert "[OK]" in line.send_input(input_="write memory").result
    assert " description by scrapli\n" in house.find("127.0.9.63").startup


@pytest.mark.stock("netmiko", "ios")
def test_netmiko_writes_files_by_tcl(house, tmp_path):
    (tmp_path / "up.txt").write_text("ntp server 10.9.9.9\nsnmp-server contact nobody\n", encoding="utf-8")
    with ConnectHandler(
        device_type="cisco_ios", host="127.0.9.64", port=house.port, username="netops", password=PASSWORD
    ) as device:
        device.send_config_set(["no ip scp server enable"])
        put = file_transfer(
            device, source_file=str(tmp_path / "up.txt"), dest_file="up.txt", inline_transfer=True, overwrite_file=True
        )
        assert put["file_transferred"]
        assert put["file_verified"]
        assert device.find_prompt() == "py11-0064-sw1#"
        assert "ntp server 10.9.9.9" in device.send_command("more flash:up.txt")
