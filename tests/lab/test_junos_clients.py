"""Stock clients, unmodified, against an emulated Junos device: NAPALM, ncclient, PyEZ, netmiko; Ansible in `full`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from junos_house import PASSWORD, House, staged

MERGE = "system {\n    ntp {\n        server 10.9.9.9;\n    }\n}\n"


@pytest.fixture(scope="module")
def house():
    house = House()
    house.numbers = iter(range(1, 240))
    yield house
    house.close()


@pytest.fixture
def device(house):
    return house.device(next(house.numbers))


@pytest.fixture
def switch(house):
    return house.device(next(n for n in house.numbers if n % 2 == 0))


# --- NAPALM


@pytest.fixture
def napalm(house, request):
    from napalm import get_network_driver

    opened = []

    def open_(device):
        driver = get_network_driver("junos")(device.address, "netops", PASSWORD, optional_args={"port": house.port})
        driver.open()
        opened.append(driver)
        return driver

    yield open_
    for driver in opened:
        driver.close()


@pytest.mark.stock("NAPALM", "junos")
def test_napalm_getters(napalm, switch):
    driver = napalm(switch)
    facts = driver.get_facts()
    assert (facts["vendor"], facts["model"], facts["os_version"]) == ("Juniper", "EX2300-C-12P", "22.4R3.25")
    assert facts["fqdn"] == f"{switch.name}.school.example"
    assert facts["interface_list"][-2:] == ["xe-0/1/3", "irb"]
    assert driver.get_interfaces()["ge-0/0/0"]["speed"] == 1000.0
    assert driver.get_interfaces_ip() == {
        "irb.99": {
            "ipv4": {"10.0.7.193": {"prefix_length": 27}},
            "ipv6": {"2001:db8:0:99::1": {"prefix_length": 64}},
        }
    }
    assert driver.get_users()["netops"]["level"] == 15
    assert driver.get_vlans() == {"99": {"name": "management", "interfaces": ["ge-0/0/0.0"]}}
    assert driver.get_ntp_servers() == {"10.1.1.1": {}}
    assert driver.get_snmp_information()["location"] == "Main street 1"
    assert driver.get_lldp_neighbors() == driver.get_lldp_neighbors_detail() == {}
    assert driver.get_arp_table() == driver.get_mac_address_table() == []
    assert driver.get_interfaces_counters()["ge-0/0/1"]["rx_octets"] == 0
    assert driver.get_environment()["cpu"]["0"]["%usage"] == 8.0
    assert driver.is_alive() == {"is_alive": True}


@pytest.mark.stock("NAPALM", "junos")
def test_napalm_configuration(napalm, device):
    driver = napalm(device)
    driver.load_merge_candidate(config=MERGE)
    assert driver.compare_config() == "[edit system ntp]\n+   server 10.9.9.9;"
    driver.discard_config()
    driver.load_replace_candidate(config=staged("other-name"))
    assert driver.compare_config() == f"[edit system]\n-  host-name {device.name};\n+  host-name other-name;"
    driver.commit_config(message="renamed", revert_in=300)
    assert driver.has_pending_commit()
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert device.hostname == "other-name"
    assert device.base.commits[1].log == "renamed"
    driver.load_merge_candidate(config="set system host-name third")
    driver.commit_config()
    driver.rollback()
    assert device.hostname == "other-name"
    assert driver.get_config(retrieve="running")["running"].strip().endswith(device.running.strip())
    assert "Hostname: other-name" in driver.cli(["show version"])["show version"]


@pytest.mark.stock("NAPALM", "junos")
def test_napalm_private_candidates(house, device):
    from napalm import get_network_driver

    options = {"port": house.port, "config_private": True}
    with get_network_driver("junos")(device.address, "netops", PASSWORD, optional_args=options) as driver:
        driver.load_merge_candidate(config=MERGE)
        assert "10.9.9.9" in driver.compare_config()
        assert not device.base.modified
        driver.commit_config()
    assert "10.9.9.9" in device.running


@pytest.mark.stock("NAPALM", "junos")
def test_napalm_refusals(napalm, device):
    from napalm.base.exceptions import LockError, MergeConfigException

    driver, second = napalm(device), napalm(device)
    with pytest.raises(MergeConfigException) as refused:
        driver.load_merge_candidate(config="system {\n    host-nam x;\n}\n")
    assert refused.value.args[0][0]["bad_element"] == "host-nam"
    assert refused.value.args[0][0]["message"] == "syntax error"
    driver.load_merge_candidate(config=MERGE)
    with pytest.raises(LockError, match="configuration database locked by:"):
        second.load_merge_candidate(config=MERGE)


# --- ncclient, PyEZ


@pytest.mark.stock("ncclient", "junos")
@pytest.mark.parametrize("name", ["junos", "default"])
def test_ncclient(house, device, name):
    from ncclient import manager
    from ncclient.operations import RPCError

    with manager.connect(
        host=device.address,
        port=house.port,
        username="netops",
        password=PASSWORD,
        hostkey_verify=False,
        look_for_keys=False,
        allow_agent=False,
        device_params={"name": name},
    ) as session:
        assert ":candidate" in session.server_capabilities
        with session.locked("candidate"):
            session.edit_config(
                target="candidate",
                config="<config><configuration><system><host-name>nc</host-name></system></configuration></config>",
            )
            session.validate("candidate")
            session.commit(confirmed=True, timeout="120")
        assert device.hostname == "nc"
        assert device.base.commits[0].minutes == 2
        session.commit()
        assert not device.base.pending
        assert "<host-name>nc</host-name>" in str(session.get_config("running"))
        with pytest.raises(RPCError, match="syntax error"):
            session.edit_config(
                target="candidate",
                config="<config><configuration><system><hostname>nc</hostname></system></configuration></config>",
            )
        session.discard_changes()
        assert not device.base.modified


@pytest.mark.stock("ncclient", "junos")
def test_ncclient_operations_of_junos(house, device):
    from ncclient import manager

    with manager.connect(
        host=device.address,
        port=house.port,
        username="netops",
        password=PASSWORD,
        hostkey_verify=False,
        look_for_keys=False,
        allow_agent=False,
        device_params={"name": "junos"},
    ) as session:
        assert b"Model: srx345" in session.command("show version", format="text").tostring or device.box.switch
        assert b"set system ntp server 10.1.1.1" in session.get_configuration(format="set").tostring
        session.load_configuration(action="set", config=["set system host-name by-set"])
        assert b"+  host-name by-set;" in session.compare_configuration().tostring
        session.discard_changes()


@pytest.mark.stock("PyEZ", "junos")
def test_pyez(house, device):
    from jnpr.junos import Device
    from jnpr.junos.exception import LockError, RpcError
    from jnpr.junos.utils.config import Config

    with Device(device.address, user="netops", passwd=PASSWORD, port=house.port) as pyez:
        assert pyez.facts["hostname"] == device.name
        assert pyez.facts["serialnumber"] == device.box.serial
        assert pyez.facts["switch_style"] == "VLAN_L2NG"
        assert pyez.facts["RE0"]["status"] == "OK"
        assert pyez.facts["master"] == "RE0"
        assert pyez.facts["HOME"] == "/var/home/netops"
        config = Config(pyez)
        config.lock()
        with pytest.raises(LockError):
            config.lock()
        config.load("set system host-name ez", format="set")
        assert config.diff() == f"\n[edit system]\n-  host-name {device.name};\n+  host-name ez;\n"
        assert config.commit_check()
        config.commit(comment="by hand")
        config.load('{"configuration": {"system": {"host-name": "json"}}}', format="json")
        config.commit()
        assert device.hostname == "json"
        config.rollback(1)
        config.commit()
        assert device.hostname == "ez"
        config.unlock()
        assert pyez.rpc.get_config(options={"format": "json"})["configuration"]["system"]["host-name"] == "ez"
        assert "host-name ez;" in pyez.cli("show configuration system", warning=False)
        with pytest.raises(RpcError, match="syntax error"):
            pyez.rpc.get_weather_information()


# --- netmiko


@pytest.mark.stock("netmiko", "junos")
def test_netmiko(house, device):
    from netmiko import ConnectHandler

    with ConnectHandler(
        device_type="juniper_junos", host=device.address, port=house.port, username="netops", password=PASSWORD
    ) as line:
        assert f"Hostname: {device.name}" in line.send_command("show version")
        assert line.send_command("show configuration system ntp").strip() == "server 10.1.1.1;"
        assert "unknown command." in line.send_command("show weather")
        said = line.send_config_set(["set system ntp server 10.4.4.4", "show | compare"], exit_config_mode=False)
        assert "[edit system ntp]\n+   server 10.4.4.4;" in said
        line.commit(confirm=True, confirm_delay=5, comment="from the line")
        assert device.base.pending
        line.commit(and_quit=True)
        assert not device.base.pending
        assert "from the line" in line.send_command("show system commit")


# --- scrapli


@pytest.mark.stock("scrapli", "junos")
def test_scrapli(house, device):
    scrapli = pytest.importorskip("scrapli", reason="scrapli is missing")
    if not hasattr(scrapli, "Netconf"):
        pytest.skip("this scrapli is older than its NETCONF client")
    common = {
        "host": device.address,
        "port": house.port,
        "auth_options": scrapli.AuthOptions(username="netops", password=PASSWORD),
    }
    with scrapli.Cli(
        definition_file_or_name="juniper_junos", transport_options=scrapli.TransportSsh2Options(), **common
    ) as line:
        assert f"Hostname: {device.name}" in line.send_input(input_="show version").result
        lines = ["set system host-name by-scrapli", "show | compare", "commit"]
        said = line.send_inputs(inputs=lines, requested_mode="configuration").result
        assert "+  host-name by-scrapli;" in said
        assert "commit complete" in said
    with scrapli.Netconf(transport_options=scrapli.TransportSsh2Options(), **common) as session:
        assert "<host-name>by-scrapli</host-name>" in session.get_config().result
        assert "<ok/>" in session.lock().result
        assert "<ok/>" in session.unlock().result


# --- any SSH client


def test_one_command_over_ssh(house, device):
    import paramiko

    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(device.address, house.port, "netops", PASSWORD, look_for_keys=False, allow_agent=False)
        _, out, _ = client.exec_command("show version | match model", get_pty=True)
        assert out.read().decode() == f"Model: {device.box.product}\r\n"
        _, out, _ = client.exec_command("show version")
        out.channel.shutdown_write()
        assert "Hostname" in out.read().decode()


def test_a_password_asked_for_at_the_keyboard(house, device):
    import paramiko

    with paramiko.Transport((device.address, house.port)) as transport:
        transport.start_client()
        transport.auth_interactive("netops", lambda title, how, asked: [PASSWORD for _ in asked])
        assert transport.is_authenticated()
        assert transport.get_banner() == b"Authorised staff only\r\n"


def test_no_netconf_where_the_configuration_serves_none(house, device):
    import paramiko

    hand = house.do(lambda: device.login("other", "192.0.2.1", "cli", lambda: None))
    house.do(lambda: device.base.command(hand, "delete system services netconf\ndelete system login message"))
    house.do(lambda: device.base.commit(hand))
    with paramiko.Transport((device.address, house.port)) as transport:
        transport.connect(username="netops", password=PASSWORD)
        with pytest.raises(paramiko.SSHException):
            transport.open_session().invoke_subsystem("netconf")


def test_an_address_without_a_device_is_silent(house):
    import socket

    with socket.create_connection(("127.0.12.250", house.port), 10) as sock:
        sock.settimeout(10)
        assert sock.recv(10) == b""


# --- Ansible

PLAY = """\
- hosts: all
  gather_facts: false
  tasks:
    - name: facts
      junipernetworks.junos.junos_facts:
        gather_subset: ["default", "hardware", "interfaces"]
      register: facts
    - name: first
      junipernetworks.junos.junos_config:
        lines:
          - set system ntp server 10.7.7.7
          - set snmp contact "the office"
        comment: by ansible
      register: first
    - name: second
      junipernetworks.junos.junos_config:
        lines:
          - set system ntp server 10.7.7.7
          - set snmp contact "the office"
      register: second
    - name: replaced
      junipernetworks.junos.junos_config:
        src: "{{ playbook_dir }}/whole.conf"
        src_format: text
        update: override
      register: third
    - name: bad
      junipernetworks.junos.junos_config:
        lines: ["set system host-nam x"]
      register: bad
      ignore_errors: true
    - copy:
        dest: "{{ playbook_dir }}/out.json"
        content: "{{ {'facts': facts, 'first': first, 'second': second, 'third': third, 'bad': bad} | to_json }}"
      delegate_to: localhost
      vars: {ansible_connection: local}
"""


@pytest.mark.stock("junipernetworks.junos", "junos")
@pytest.mark.full
def test_ansible(house, device, tmp_path):
    pytest.importorskip("ansible_collections.junipernetworks.junos", reason="Ansible's junos collection is missing")
    tool = Path(sys.executable).parent / "ansible-playbook"
    if not (tool.exists() or shutil.which("ansible-playbook")):
        pytest.skip("ansible-playbook is missing")
    (tmp_path / "play.yaml").write_text(PLAY)
    (tmp_path / "whole.conf").write_text(device.running.replace(device.name, "by-ansible"))
    (tmp_path / "hosts").write_text(
        f"box ansible_host={device.address} ansible_port={house.port} ansible_user=netops ansible_password={PASSWORD} "
        "ansible_connection=ansible.netcommon.netconf ansible_network_os=junipernetworks.junos.junos "
        f"ansible_python_interpreter={sys.executable}\n"
    )
    environment = os.environ | {
        "HOME": str(tmp_path),
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [str(tool) if tool.exists() else "ansible-playbook", "-i", "hosts", "play.yaml"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert (tmp_path / "out.json").exists(), done.stdout + done.stderr
    out = json.loads((tmp_path / "out.json").read_text())
    facts = out["facts"]["ansible_facts"]
    assert facts["ansible_net_hostname"] == device.name
    assert facts["ansible_net_serialnum"] == device.box.serial
    assert facts["ansible_net_interfaces"]["ge-0/0/0"]["oper-status"] == "up"
    assert out["first"]["changed"]
    assert not out["second"]["changed"]
    assert out["third"]["changed"]
    assert out["bad"]["failed"]
    assert "host-nam" in out["bad"]["msg"]
    assert device.hostname == "by-ansible"
    assert device.base.lock is None
