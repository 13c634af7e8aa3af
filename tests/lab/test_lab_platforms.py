"""One lab, five platforms, two processes: each answered by a client that knows nothing of us."""

import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from homeroom.errors import LabError
from homeroom.lab import boot, client
from homeroom.lab.faults import Fault
from homeroom.lab.fleet import Shards
from homeroom.lab.hands import edit
from homeroom.lab.platforms import PLATFORMS, SERVICES, drop, emulation
from homeroom.secret import Vault
from homeroom.store.world import World
from playbooks.cli import main
from tests.lab import mixed

paramiko = pytest.importorskip("paramiko")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return mixed.project(tmp_path_factory.mktemp("mixed") / "project")


@pytest.fixture(scope="module")
def lab(project):
    info = client.up(project, minute=0.5, processes=2)
    yield info
    client.down(project)


@pytest.fixture
def password(project):
    return Vault.open(project).get("device_password").reveal()


@pytest.fixture
def healthy(project, lab):
    """Heal whatever a test broke."""
    broken = []
    yield broken.append
    for name in broken:
        client.heal(project, name)


def named(lab, platform, count=1):
    """Return devices of a platform."""
    return [device for device in lab.devices if device.platform == platform][:count]


def shell(device, lab, user, password, command):
    """Run a command over SSH, as paramiko does it."""
    with paramiko.SSHClient() as connection:
        connection.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        connection.connect(
            device.address,
            port=lab.served(device)["ssh"],
            username=user,
            password=password,
            timeout=20,
            look_for_keys=False,
            allow_agent=False,
        )
        return connection.exec_command(command, timeout=20)[1].read().decode()


def test_every_platform_is_made_and_edited_and_dropped(project):
    """In this process: what the lab's own does."""
    opened = World.open(project)
    records = list(boot.records(opened, 0))
    cancelled = SimpleNamespace(cancel=lambda: None)
    make = boot.maker(project, opened, {record.name: record.site for record in records}, lambda *_: cancelled, 1)
    for platform, line, wrong in (
        ("ios", "hostname edited", "bogus"),
        ("eos", "hostname edited", "bogus"),
        ("junos", "set system host-name edited", "set bogus 1"),
        ("ros", "/system identity set name=edited", "/bogus add"),
        ("openwrt", "uci set system.@system[0].notes=edited", "uci bogus"),
    ):
        record = next(record for record in records if record.platform == platform)
        device = make(record)
        assert (device.hostname, device.platform) == (record.name, platform)
        assert list(device.snmp_users()) == ["homeroom"]
        assert edit(device, [line])["hostname"] == (record.name if platform == "openwrt" else "edited")
        with pytest.raises(LabError, match=f"{record.name} refuses '{wrong}': "):
            edit(device, [wrong])
        drop(device)
    opened.close()


def test_every_port_is_one_of_the_table_and_every_platform_says_which_are_its(lab):
    assert set(lab.ports) == {*SERVICES, "snmp"}
    for platform, one in PLATFORMS.items():
        device = named(lab, platform)[0]
        assert set(lab.served(device)) == {*one.ports, "snmp"}
    with pytest.raises(
        LabError, match="the lab emulates ios, openwrt, eos, junos, ros; not vos: emulate sites without"
    ):
        emulation("vos")


def test_ios_and_openwrt_and_junos_and_eos_share_the_ssh_port(lab, password):
    ios, openwrt, junos, eos = (named(lab, name)[0] for name in ("ios", "openwrt", "junos", "eos"))
    assert f"Hostname: {eos.name}" in shell(eos, lab, "netops", password, "show hostname")
    assert f"hostname {ios.name}" in shell(ios, lab, "netops", password, "show running-config")
    assert shell(openwrt, lab, "root", password, "uci get system.@system[0].hostname").strip() == openwrt.name
    assert f"Hostname: {junos.name}" in shell(junos, lab, "netops", password, "show version")


def test_netconf_has_a_port_of_its_own(lab, password):
    manager = pytest.importorskip("ncclient.manager")
    device = named(lab, "junos")[0]
    with manager.connect(
        host=device.address,
        port=lab.ports["netconf"],
        username="netops",
        password=password,
        hostkey_verify=False,
        look_for_keys=False,
        allow_agent=False,
        device_params={"name": "junos"},
        timeout=30,
    ) as session:
        assert device.name in str(session.get_config("running"))


def test_eapi_answers_over_https(lab, password):
    pyeapi = pytest.importorskip("pyeapi")
    device = named(lab, "eos")[0]
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    node = pyeapi.connect(
        transport="https",
        host=device.address,
        port=lab.ports["https"],
        username="netops",
        password=password,
        context=context,
    )
    assert node.execute(["show hostname"])["result"][0]["hostname"] == device.name


@pytest.mark.parametrize("port", ["api", "api-ssl"])
def test_routeros_answers_on_both_its_ports(lab, password, port):
    librouteros = pytest.importorskip("librouteros")
    device = named(lab, "ros")[0]
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    options = {"ssl_wrapper": context.wrap_socket} if port == "api-ssl" else {}
    api = librouteros.connect(
        host=device.address, port=lab.ports[port], username="netops", password=password, **options
    )
    assert next(iter(api.path("/system/identity")))["name"] == device.name
    api.close()


def test_a_port_is_closed_to_devices_of_other_platforms(lab):
    for port, platform in (("https", "ios"), ("api", "openwrt"), ("netconf", "eos"), ("ssh", "ros")):
        with socket.create_connection((named(lab, platform)[0].address, lab.ports[port]), timeout=10) as connection:
            assert connection.recv(100) == b""


def test_snmp_answers_for_every_device_of_every_platform(lab, project, capsys):
    assert main(["--project", str(project.root), "--json", "poll"]) == 0
    capsys.readouterr()
    status = client.status(project)
    assert (status["processes"], status["devices"]) == (2, len(lab.devices))
    assert status["touched"] == len(lab.devices)


@pytest.mark.skipif(shutil.which("snmpbulkwalk") is None, reason="net-snmp's tools are not installed")
@pytest.mark.parametrize(
    "platform", [pytest.param(name, marks=pytest.mark.stock("net-snmp", name)) for name in PLATFORMS]
)
def test_netsnmp_walks_every_platform(lab, project, platform):
    device, vault = named(lab, platform)[0], Vault.open(project)
    keys = {f"snmp_{word}": vault.get(f"snmp_{word}").reveal() for word in ("auth", "priv")}
    done = subprocess.run(
        ["snmpbulkwalk", "-v3", "-On", "-l", "authPriv", "-u", "homeroom", "-a", "SHA-256", "-A", keys["snmp_auth"],
         "-x", "AES", "-X", keys["snmp_priv"], f"{device.address}:{lab.ports['snmp']}", ".1"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f'.1.3.6.1.2.1.1.5.0 = STRING: "{device.name}' in done.stdout
    assert done.stdout.count(".1.3.6.1.2.1.2.2.1.2.") > 3, "interfaces"


def test_each_process_has_its_own_devices(lab, project):
    """Edits find the process that has the device, whichever it is."""
    for device in named(lab, "ios", 4):
        client.edit(project, device.name, ["ip domain name edited.example"])
    with contextlib.closing(World.open(project)) as opened:
        shards = Shards.among(boot.records(opened, 0), 2)
    assert {shards.of(device.address) for device in named(lab, "ios", 4)} == {0, 1}


def test_hand_edits_speak_the_devices_language(lab, project, password):
    for platform, line, wrong, message in (
        ("eos", "dns domain edited.example", "bogus", "refuses 'bogus': "),
        ("junos", "set system domain-name edited.example", "set bogus 1", "refuses 'set bogus 1': "),
        ("ros", "/system identity set name=edited", "/bogus add", "refuses '/bogus add': "),
        ("openwrt", "uci set system.@system[0].notes=edited; uci commit", "uci bogus", "refuses 'uci bogus': "),
    ):
        device = named(lab, platform)[0]
        client.edit(project, device.name, [line])
        with pytest.raises(LabError, match=message):
            client.edit(project, device.name, [wrong])
    openwrt = named(lab, "openwrt")[0]
    assert shell(openwrt, lab, "root", password, "uci get system.@system[0].notes") == "edited\n"


def test_faults_are_armed_and_shown_and_healed_from_the_command_line(lab, project, capsys, healthy):
    root = ["--project", str(project.root), "lab"]
    device = named(lab, "ios")[0].name
    healthy(device)
    assert main([*root, "fault", device, "cut", "--step", "commit", "--late", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"devices": [device], "fault": "cut at commit, late"}
    assert main([*root, "fault", device, "packet_loss", "--share", "0.5"]) == 0
    assert main([*root, "status"]) == 0
    printed = capsys.readouterr().err
    assert "cut at commit, late" in printed
    assert "packet_loss, 50%" in printed
    assert main([*root, "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == {device: ["cut at commit, late", "packet_loss, 50%"]}
    assert main([*root, "fault", device, "clear", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"devices": [device], "fault": "healed"}
    assert client.status(project)["faults"] == {}
    for words, message in (
        (["nobody", "offline"], "the lab has no device or school called nobody"),
        ([device, "cut"], "cut needs a step"),
        ([device, "flood"], "no fault flood at None: kinds are clock_jump, cut, "),
        ([device, "edit"], "an edit by hand needs what is typed: --line, once or more"),
    ):
        assert main([*root, "fault", *words]) == 2
        assert message in capsys.readouterr().err


def test_a_school_goes_off_line_and_comes_back(lab, project, password):
    device = named(lab, "ios")[0]
    school = device.name.rpartition("-")[0]
    with socket.create_connection((device.address, lab.ports["ssh"]), timeout=10) as held:
        assert held.recv(4).startswith(b"SSH-")
        names = client.fault(project, school, Fault("offline", seconds=3))
        assert device.name in names
        assert len(names) > 3
        assert {name.rpartition("-")[0] for name in names} == {school}
        while held.recv(4096):  # the connection ends
            pass
    with socket.create_connection((device.address, lab.ports["ssh"]), timeout=10) as connection:
        assert connection.recv(100) == b""
    deadline = time.monotonic() + 30
    while client.status(project)["faults"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert device.name in shell(device, lab, "netops", password, "show running-config")


@pytest.mark.parametrize(("platform", "port"), [("ios", "ssh"), ("openwrt", "ssh"), ("junos", "netconf")])
def test_an_impostor_shows_another_host_key(lab, project, platform, port, healthy):
    device = named(lab, platform)[0]
    healthy(device.name)

    def key():
        transport = paramiko.Transport(socket.create_connection((device.address, lab.ports[port]), timeout=10))
        try:
            transport.start_client(timeout=20)
            return transport.get_remote_server_key().asbytes()
        finally:
            transport.close()

    right = key()
    client.fault(project, device.name, Fault("wrong_host_key"))
    wrong = key()
    client.heal(project, device.name)
    assert right != wrong
    assert key() == right


def test_a_device_that_restarts_counts_anew(lab, project):
    """Reboot at a step: startup configuration, boot time, engine boots; on every platform by the same fault."""
    assert all(callable(one.drop) for one in PLATFORMS.values())
    for platform in ("ios", "junos"):
        device = named(lab, platform)[0]
        client.fault(project, device.name, Fault("reboot", "connect"))
        where = (device.address, lab.ports["ssh"])
        with contextlib.suppress(ConnectionResetError), socket.create_connection(where, timeout=10) as connection:
            assert connection.recv(100) == b""
        assert client.status(project)["faults"] == {}


def test_a_process_that_is_killed_takes_the_others_with_it(project, tmp_path):
    root = tmp_path / "small"
    assert main(["sample", "py", "--sites", "2", "--out", str(root)]) == 0
    assert main(["--project", str(root), "plan"]) == 0
    code = (
        "import sys; from pathlib import Path; from homeroom.project import Project; from homeroom.lab import client;"
        "p = Project.locate(Path(sys.argv[1])); i = client.up(p, sites=1, processes=3); print(i.pid, i.ports['snmp'])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    pid, port = map(int, done.stdout.split())
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.1)
                continue
            break
    else:
        pytest.fail("its port is still taken")
