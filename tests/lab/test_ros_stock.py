"""Stock clients, unmodified, against the emulated device. They are GPL, so they are here only, never in the product."""

import contextlib
import json
import shutil
import ssl
import subprocess
import sys
from importlib import metadata, util
from pathlib import Path

import pytest
from roshouse import PASSWORD, USER, House, litter, shown

pytestmark = pytest.mark.full
PLAYBOOK = """\
- hosts: localhost
  gather_facts: false
  connection: local
  module_defaults:
    group/community.routeros.api:
      hostname: {address}
      username: {user}
      password: {password}
      port: {port}
      tls: true
      validate_certs: false
  tasks:
    - {{community.routeros.api_facts: {{gather_subset: [all]}}, register: facts}}
    - {{community.routeros.api_info: {{path: ip address}}, register: addresses}}
    - community.routeros.api_modify: "{{{{ item }}}}"
      loop: &changes
        - path: interface vlan
          handle_absent_entries: remove
          handle_entries_content: remove_as_much_as_possible
          data:
            - {{name: management, interface: bridge, vlan-id: 99}}
            - {{name: student, interface: bridge, vlan-id: 10, comment: pupils}}
        - path: interface bridge port
          data: [{{bridge: bridge, interface: ether4, pvid: 10}}]
        - path: ip firewall filter
          ensure_order: true
          handle_absent_entries: remove
          handle_entries_content: remove_as_much_as_possible
          data:
            - {{chain: input, action: accept, protocol: icmp}}
            - {{chain: input, action: accept, connection-state: "established,related"}}
            - {{chain: input, action: drop, comment: the rest}}
        - path: ip dns
          data: [{{servers: "10.1.1.1,10.1.1.2", allow-remote-requests: true}}]
        - path: ip service
          data: [{{name: telnet, disabled: true}}, {{name: www, disabled: true, port: 8080}}]
      register: first
    - {{community.routeros.api_modify: "{{{{ item }}}}", loop: *changes, register: second}}
    - copy:
        dest: {out}
        content: "{{{{ dict(facts=facts.ansible_facts, addresses=addresses.result,
                   first=first.results | map(attribute='changed') | list,
                   second=second.results | map(attribute='changed') | list) | to_json }}}}"
"""


@pytest.fixture(scope="module")
def house():
    found = House()
    yield found
    found.close()


@pytest.fixture
def device(house):
    return house.fresh(1, minute=60)


@pytest.fixture
def api(house, device):
    librouteros = pytest.importorskip("librouteros", reason="librouteros is not installed")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    found = librouteros.connect(
        host=device.address,
        username=USER,
        password=PASSWORD,
        port=house.ports["api-ssl"],
        ssl_wrapper=context.wrap_socket,
    )
    yield found
    found.close()


@pytest.mark.stock("librouteros", "ros")
def test_librouteros_adds_queries_and_removes(api):
    from librouteros.exceptions import TrapError
    from librouteros.query import And, Key

    vlans = api.path("interface", "vlan")
    new = vlans.add(interface="bridge", name="student", **{"vlan-id": 10})
    name, number = Key("name"), Key("vlan-id")
    assert list(vlans.select(name).where(And(name == "student", number == 10))) == [{"name": "student"}]
    with pytest.raises(TrapError, match="failure: already have interface with such name"):
        vlans.add(interface="bridge", name="student")
    vlans.update(**{".id": new, "mtu": 1400})
    assert next(iter(vlans.select(Key("mtu")).where(name == "student"))) == {"mtu": 1400}
    vlans.remove(new)
    assert [row["name"] for row in vlans] == ["management"]


@pytest.mark.stock("librouteros", "ros")
def test_librouteros_exports_validates_imports_and_arms_its_own_rollback(api, device):
    config = api.config()
    assert "/ip address add address=10.0.7.193/27" in config.export(terse=True, show_sensitive=True)
    assert config.export(path="ip/address").count("add address=") == 2
    config.validate("/ip dns set servers=10.1.1.1\n")
    config.apply("/ip dns set servers=10.1.1.1\n")
    assert "/ip dns set servers=10.1.1.1" in shown(device)
    config.arm_rollback(300)
    assert config.rollback_pending()
    config.cancel_rollback()
    assert not config.rollback_pending()
    assert device.files.names() == []


@pytest.mark.stock("librouteros", "ros")
def test_librouteros_logs_in_to_the_plain_port_with_a_wrong_password(house, device):
    librouteros = pytest.importorskip("librouteros", reason="librouteros is not installed")
    with pytest.raises(librouteros.exceptions.TrapError, match=r"invalid user name or password \(6\)"):
        librouteros.connect(host=device.address, username=USER, password="x", port=house.ports["api"])


@pytest.fixture
def napalm(house, device):
    pytest.importorskip("napalm_ros", reason="napalm-ros is not installed")
    from napalm import get_network_driver

    found = get_network_driver("ros")(device.address, USER, PASSWORD, optional_args={"port": house.ports["api"]})
    found.open()
    yield found
    found.close()


@pytest.mark.stock("napalm-ros", "ros")
def test_napalm_ros_reads_everything_it_can(napalm):
    facts = napalm.get_facts()
    assert (facts["hostname"], facts["vendor"], facts["os_version"]) == (
        "py11-0001-rtr1",
        "MikroTik",
        "7.18.2 (stable)",
    )
    assert napalm.get_interfaces()["management"]["is_up"]
    assert napalm.get_interfaces_ip()["management"] == {"ipv4": {"10.0.7.193": {"prefix_length": 27}}}
    assert set(napalm.get_interfaces_counters()) == set(facts["interface_list"])
    assert napalm.get_environment()["temperature"]["cpu"]["temperature"] == 47.0
    assert napalm.get_users() == {USER: {"level": 15, "password": "", "sshkeys": []}}
    assert napalm.get_snmp_information()["location"] == "Main street 1"
    assert napalm.get_arp_table()[0]["ip"] == "192.0.2.0"
    for getter in ("get_bgp_neighbors", "get_network_instances", "get_lldp_neighbors", "get_mac_address_table"):
        assert not getattr(napalm, getter)()
    assert napalm.is_alive() == {"is_alive": True}
    assert napalm.cli(["/system/identity/print"]) == {"/system/identity/print": "  name: py11-0001-rtr1"}
    assert napalm.ping("10.1.1.1", count=2)["success"]["probes_sent"] == 2
    assert napalm.get_config(retrieve="running")["running"].startswith("# by RouterOS 7.18.2\n")


@pytest.mark.stock("napalm-ros", "ros")
def test_napalm_ros_merges_confirms_and_is_refused(napalm, device):
    from napalm.base.exceptions import MergeConfigException

    napalm.load_merge_candidate(config="/interface vlan add interface=bridge name=student vlan-id=10\n")
    assert "+/interface vlan add interface=bridge name=student vlan-id=10" in napalm.compare_config()
    napalm.commit_config(revert_in=600)
    assert napalm.has_pending_commit()
    napalm.confirm_commit()
    assert not napalm.has_pending_commit()
    assert "name=student" in shown(device)
    for wrong, why in (
        ("name=student vlan-id=11", "failure: already have interface with such name"),
        (
            "name=staff vlan-id=5000",
            "Candidate configuration failed dry-run validation: invalid value for argument vlan-id",
        ),
    ):
        napalm.load_merge_candidate(config=f"/interface vlan add interface=bridge {wrong}\n")
        with pytest.raises(MergeConfigException, match=why):
            napalm.commit_config()
    napalm.discard_config()


@pytest.mark.stock("napalm-ros", "ros")
def test_napalm_ros_rolls_back_by_a_restart(napalm, device):
    before = shown(device)
    napalm.load_merge_candidate(config="/ip dns set servers=10.1.1.1\n")
    napalm.commit_config()
    assert shown(device) != before
    with contextlib.suppress(Exception):  # the device restarts instead of answering
        napalm.rollback()
    assert shown(device) == before
    assert device.engine_boots == 2


@pytest.mark.skipif(
    not (util.find_spec("ansible_collections") and util.find_spec("ansible_collections.community.routeros")),
    reason="community.routeros is not installed",
)
@pytest.mark.stock("community.routeros", "ros")
def test_ansible_gathers_facts_and_changes_nothing_the_second_time(house, device, tmp_path):
    out = tmp_path / "out.json"
    text = PLAYBOOK.format(address=device.address, user=USER, password=PASSWORD, port=house.ports["api-ssl"], out=out)
    (tmp_path / "play.yml").write_text(text)
    command = shutil.which("ansible-playbook") or str(Path(sys.executable).parent / "ansible-playbook")
    done = subprocess.run(
        [command, "play.yml", "-i", "localhost,", "-e", f"ansible_python_interpreter={sys.executable}"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(out.read_text())
    assert found["first"] == [True] * 5
    assert found["second"] == [False] * 5
    assert found["facts"]["ansible_net_hostname"] == device.name
    assert found["facts"]["ansible_net_model"] == "RB5009UG+S+"
    assert [row["address"] for row in found["addresses"]] == ["10.0.7.193/27", "192.0.2.1/31"]
    assert (
        "/ip firewall filter add action=accept chain=input protocol=icmp\n/ip firewall filter add action=accept"
        in shown(device)
    )
    assert litter(device) == []


def test_the_clients_are_no_dependency_of_the_product():
    wanted = " ".join(metadata.requires("homeroom") or [])
    runtime = " ".join(line for line in (metadata.requires("homeroom") or []) if "extra ==" not in line)
    assert "routeros" not in runtime.lower()
    assert "napalm-ros" not in runtime.lower(), wanted
