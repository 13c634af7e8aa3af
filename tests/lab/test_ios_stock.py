"""Clients nobody here wrote, over real SSH and SCP: netmiko, NAPALM, OpenSSH, asyncssh."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time

import asyncssh
import pytest
from conftest import ENABLE, PASSWORD
from napalm import get_network_driver
from napalm.base.exceptions import CommitConfirmException, MergeConfigException, ReplaceConfigException
from netmiko import ConnectHandler, file_transfer
from netmiko.exceptions import NetmikoAuthenticationException

from homeroom.lab.keys import host_key, seed

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # in the libraries that netmiko reads templates with
]


def netmiko(house, number, user="netops", password=PASSWORD, **more):
    return ConnectHandler(
        device_type="cisco_ios",
        host=f"127.0.9.{number}",
        port=house.port,
        username=user,
        password=password,
        fast_cli=True,
        **more,
    )


@pytest.fixture
def driver(house):
    """Open NAPALM's ios driver on device `number`."""
    opened = []

    def connect(number, **more):
        found = get_network_driver("ios")(
            f"127.0.9.{number}",
            "netops",
            PASSWORD,
            optional_args={"port": house.port, "dest_file_system": "flash:", **more},
        )
        found.open()
        opened.append(found)
        return found

    yield connect
    for found in opened:
        with contextlib.suppress(OSError, AttributeError):  # one test hangs up itself
            found.close()


@pytest.mark.stock("netmiko", "ios")
def test_netmiko_shows_configures_and_saves(house):
    with netmiko(house, 11) as device:
        assert device.find_prompt() == "py11-0011-ro1#"
        assert "uptime is" in device.send_command("show version")
        rows = device.send_command("show ip interface brief", use_textfsm=True)
        assert {row["interface"]: row["ip_address"] for row in rows}["Vlan99"] == "10.0.7.193"
        out = device.send_config_set(["interface Vlan99", "description by netmiko", "bogus"])
        assert "% Invalid input detected at '^' marker." in out
        assert "[OK]" in device.save_config()
        assert "description by netmiko" in device.send_command("show startup-config")
        assert device.send_command("show run | include hostname") == "hostname py11-0011-ro1"


@pytest.mark.stock("asyncssh", "ios")
def test_letters_of_any_script_arrive_whole_however_they_are_cut(house):
    async def attempt():
        connection = await asyncssh.connect(
            "127.0.9.16", house.port, known_hosts=None, username="netops", password=PASSWORD, client_keys=None
        )
        async with connection:
            process = await connection.create_process(term_type="vt100", encoding=None)
            text = "configure terminal\rinterface Vlan99\rdescription Школа\rend\rexit\r".encode()
            for n in range(len(text)):
                process.stdin.write(text[n : n + 1])
                await process.stdin.drain()
            await process.stdout.read()

    asyncio.run(attempt())
    assert " description Школа\n" in house.find("127.0.9.16").running


@pytest.mark.stock("netmiko", "ios")
def test_netmiko_renames_the_device_and_goes_on(house):
    with netmiko(house, 12) as device:
        device.send_config_set(["hostname another-name-longer-than-twenty"])
        device.set_base_prompt()
        assert device.find_prompt() == "another-name-longer-than-twenty#"
        device.send_config_set(["interface Vlan99", "description x"])
        assert "description x" in device.send_command("show running-config interface Vlan99")


@pytest.mark.stock("netmiko", "ios")
def test_netmiko_enables(house):
    with netmiko(house, 13, user="reader", secret=ENABLE) as device:
        assert not device.check_enable_mode()
        device.enable()
        assert device.check_enable_mode()
        device.exit_enable_mode()
        assert not device.check_enable_mode()


@pytest.mark.stock("netmiko", "ios")
def test_netmiko_transfers_files_both_ways(house, tmp_path):
    (tmp_path / "up.txt").write_text("hello\nthere\n", encoding="utf-8")
    with netmiko(house, 14) as device:
        put = file_transfer(device, source_file=str(tmp_path / "up.txt"), dest_file="up.txt", overwrite_file=True)
        assert put == {"file_exists": True, "file_transferred": True, "file_verified": True}
        again = file_transfer(device, source_file=str(tmp_path / "up.txt"), dest_file="up.txt", overwrite_file=True)
        assert again["file_transferred"] is False
        got = file_transfer(
            device, source_file="up.txt", dest_file=str(tmp_path / "down.txt"), direction="get", overwrite_file=True
        )
        assert got["file_verified"]
    assert (tmp_path / "down.txt").read_text(encoding="utf-8") == "hello\nthere\n"


@pytest.mark.stock("netmiko", "ios")
def test_a_wrong_password_is_refused_and_logged(house):
    with pytest.raises(NetmikoAuthenticationException):
        netmiko(house, 15, password="wrong")
    with netmiko(house, 15) as device:
        assert "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: netops]" in device.send_command("show logging")
    assert house.counters.refused >= 1


GETTERS = {
    "get_facts": lambda r: (
        r["hostname"] == "py11-0021-ro1" and r["model"] == "C1121-8P" and r["fqdn"].endswith("example")
    ),
    "get_interfaces": lambda r: r["Vlan99"]["is_up"] and r["GigabitEthernet0/0/0"]["mac_address"],
    "get_interfaces_ip": lambda r: r["Vlan99"]["ipv4"] == {"10.0.7.193": {"prefix_length": 27}} and r["Vlan99"]["ipv6"],
    "get_interfaces_counters": lambda r: r["GigabitEthernet0/0/0"]["rx_octets"] == 0 and "tx_discards" in r["Vlan99"],
    "get_config": lambda r: "hostname" in r["running"] and "hostname" in r["startup"],
    "get_users": lambda r: r["netops"]["level"] == 15 and r["netops"]["password"].startswith("$9$"),
    "get_vlans": lambda r: r["99"]["name"] == "management" and "GigabitEthernet0/1/0" in r["1"]["interfaces"],
    "get_arp_table": lambda r: r[0]["ip"] == "10.0.7.193",
    "get_mac_address_table": lambda r: any(row["vlan"] == 99 for row in r),
    "get_ntp_servers": lambda r: r == {"10.1.1.1": {}},
    "get_ntp_peers": lambda r: r == {"10.1.1.1": {}},
    "get_ntp_stats": lambda r: r[0]["synchronized"] and r[0]["remote"] == "10.1.1.1",
    "get_snmp_information": lambda r: r["location"] == "Main street 1" and r["chassis_id"].startswith("FCW"),
    "get_lldp_neighbors": lambda r: r == {},
    "get_lldp_neighbors_detail": lambda r: r == {},
    "get_environment": lambda r: (
        r["cpu"][0]["%usage"] == 3.0 and r["memory"]["used_ram"] > 0 and r["temperature"]["inlet"]
    ),
    "get_optics": lambda r: r == {},
    "get_network_instances": lambda r: list(r) == ["default"],
    "get_ipv6_neighbors_table": lambda r: r == [],
    "get_probes_config": lambda r: r == {},
    "get_bgp_neighbors": lambda r: r == {},
    "get_bgp_config": lambda r: r == {},
}


@pytest.mark.stock("NAPALM", "ios")
def test_napalm_getters(driver):
    device = driver(21, dest_file_system=None)
    assert device.is_alive() == {"is_alive": True}
    for name, holds in GETTERS.items():
        result = getattr(device, name)()
        assert holds(result), (name, result)
    assert device.ping("10.0.7.194")["success"]["packet_loss"] == 0
    pinged = device.ping("192.0.2.11", source="10.0.7.193", count=2, size=64, timeout=1)["success"]
    assert (pinged["probes_sent"], pinged["packet_loss"], len(pinged["results"])) == (2, 0, 2)
    assert "Invalid source" in device.ping("192.0.2.11", source="10.9.9.9")["error"]
    assert device.traceroute("10.0.7.194")["success"][1]["probes"][1]["ip_address"] == "10.0.7.194"
    assert device.get_route_to("10.0.7.192/27")["10.0.7.192/27"][0]["protocol"] == "connected"


def plain(config):
    """Leave out comments, and what NAPALM itself puts into the running configuration."""
    return [line for line in config.splitlines() if line and not line.startswith(("!", "file prompt"))]


def described(config, word):
    return config.replace("description management", f"description {word}")


@pytest.mark.stock("NAPALM", "ios")
def test_napalm_merges_once(driver):
    device = driver(22)
    change = "interface Vlan99\n description merged\nvlan 30\n name guest\n"
    device.load_merge_candidate(config=change)
    assert device.compare_config() == "+vlan 30\n+ name guest\n+interface Vlan99\n+ description merged"
    device.commit_config()
    device.load_merge_candidate(config=change)
    assert device.compare_config() == ""
    device.discard_config()
    assert "description merged" in device.get_config()["startup"]
    device.rollback()
    assert "description management" in device.get_config()["running"]


@pytest.mark.stock("NAPALM", "ios")
def test_napalm_replaces_discards_and_rolls_back(driver):
    device = driver(23)
    running = device.get_config()["running"]
    device.load_replace_candidate(config=running)
    assert device.compare_config() == ""
    device.load_replace_candidate(config=described(running, "new"))
    assert device.compare_config() == (
        "interface Vlan99\n +description new\ninterface Vlan99\n -description management"
    )
    device.discard_config()
    assert device.compare_config() == ""
    device.load_replace_candidate(config=described(running, "new"))
    device.commit_config()
    assert "description new" in device.get_config()["running"]
    device.rollback()
    assert plain(device.get_config()["running"]) == plain(running)


@pytest.mark.stock("NAPALM", "ios")
def test_napalm_confirms_from_a_new_connection(driver, house):
    device = driver(24)
    device.load_replace_candidate(config=described(device.get_config()["running"], "kept"))
    device.commit_config(revert_in=600)
    other = driver(24)
    assert other.has_pending_commit()
    other.confirm_commit()
    assert not device.has_pending_commit()
    assert "description kept" in device.get_config()["startup"]
    with pytest.raises(CommitConfirmException):
        other.confirm_commit()
    assert house.find("127.0.9.24").pending is None


@pytest.mark.stock("NAPALM", "ios")
@pytest.mark.full  # as the test before it, the other way round
def test_napalm_rolls_a_pending_change_back(driver):
    device = driver(25)
    device.load_merge_candidate(config="interface Vlan99\n description pending\n")
    device.commit_config(revert_in=600)
    assert "description pending" in device.get_config()["running"]
    device.rollback()
    assert "description management" in device.get_config()["running"]
    assert not device.has_pending_commit()


@pytest.mark.stock("NAPALM", "ios")
def test_the_device_takes_back_what_nobody_confirms_even_when_nobody_is_connected(driver, house):
    device = driver(26)
    device.load_replace_candidate(config=described(device.get_config()["running"], "unconfirmed"))
    device.commit_config(revert_in=60)
    device.device.disconnect()
    box = house.find("127.0.9.26")
    end = time.monotonic() + 30
    while box.pending is not None and time.monotonic() < end:
        time.sleep(0.05)
    assert "description management" in box.running


@pytest.mark.stock("NAPALM", "ios")
def test_napalm_sees_what_the_device_refuses(driver):
    device = driver(27)
    running = device.get_config()["running"]
    device.load_replace_candidate(config=running.replace("aaa new-model", "aaa new-model\nxyzzy"))
    assert "+xyzzy" in device.compare_config()
    with pytest.raises(ReplaceConfigException, match="Failed to apply command xyzzy"):
        device.commit_config()
    assert plain(device.get_config()["running"]) == plain(running)
    device.load_replace_candidate(config="hostname only\n")
    with pytest.raises(ReplaceConfigException, match="not a valid config file"):
        device.commit_config()
    device.load_merge_candidate(config="xyzzy\n")
    with pytest.raises(MergeConfigException, match="Invalid input detected"):
        device.commit_config()
    assert plain(device.get_config()["running"]) == plain(running)


@pytest.mark.stock("NAPALM", "ios")
@pytest.mark.full  # netmiko sleeps several seconds in it
def test_napalm_writes_files_by_tcl_where_scp_is_off(driver):
    device = driver(28, inline_transfer=True)
    device.device.send_config_set(["no ip scp server enable"])
    device.load_merge_candidate(config="interface Vlan99\n description by tcl")
    assert "+ description by tcl" in device.compare_config()


def openssh(house, number, *command, user="netops", binary="ssh", options=()):
    """Run OpenSSH's own client with the password from SSH_ASKPASS."""
    ask = house.tmp / "ask"
    ask.write_text(f"#!/bin/sh\necho {PASSWORD}\n", encoding="utf-8")
    ask.chmod(0o700)
    environment = {**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
    base = ["-F", "none", "-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={house.tmp / 'known'}"]
    return subprocess.run(
        [binary, *base, *options, *command],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


@pytest.fixture
def known(house, tmp_path):
    """Pin the keys of two devices."""
    house.tmp = tmp_path
    lines = []
    for number in (31, 32):
        key = host_key(b"s" * 32, f"py11-{number:04d}-{'ro' if number % 2 else 'sw'}1")
        lines.append(f"[127.0.9.{number}]:{house.port} {key.export_public_key().decode()}")
    (tmp_path / "known").write_text("".join(lines), encoding="utf-8")
    return house


needs_openssh = pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH's client is not installed")


@pytest.mark.stock("OpenSSH", "ios")
@needs_openssh
def test_openssh_runs_one_command(known):
    done = openssh(known, 31, "netops@127.0.9.31", "show privilege", options=["-p", str(known.port)])
    assert (done.returncode, done.stdout) == (0, "Current privilege level is 15\n"), done.stderr
    assert "Authorised staff only" in done.stderr


@pytest.mark.stock("OpenSSH", "ios")
@needs_openssh
def test_openssh_answers_keyboard_interactive(known):
    options = ["-p", str(known.port), "-o", "PreferredAuthentications=keyboard-interactive"]
    assert openssh(known, 31, "netops@127.0.9.31", "show clock", options=options).returncode == 0


@pytest.mark.stock("OpenSSH", "ios")
@needs_openssh
def test_each_device_has_a_key_of_its_own(known):
    pinned = (known.tmp / "known").read_text(encoding="utf-8")
    (known.tmp / "known").write_text(pinned.replace("127.0.9.31", "127.0.9.33"), encoding="utf-8")
    done = openssh(known, 33, "netops@127.0.9.33", "show clock", options=["-p", str(known.port)])
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr


@pytest.mark.stock("OpenSSH", "ios")
@needs_openssh
def test_openssh_copies_files(known):
    options = ["-O", "-P", str(known.port)]
    (known.tmp / "a").write_bytes(bytes(range(256)) * 700)
    put = openssh(known, 32, str(known.tmp / "a"), "netops@127.0.9.32:flash:/a", binary="scp", options=options)
    assert put.returncode == 0, put.stderr
    got = openssh(known, 32, "netops@127.0.9.32:flash:/a", str(known.tmp / "b"), binary="scp", options=options)
    assert got.returncode == 0, got.stderr
    assert (known.tmp / "b").read_bytes() == (known.tmp / "a").read_bytes()
    missing = openssh(known, 32, "netops@127.0.9.32:flash:/no", str(known.tmp / "c"), binary="scp", options=options)
    assert missing.returncode == 1
    assert "flash:/no: No such file or directory" in missing.stderr
    with netmiko(known, 32) as device:
        device.send_config_set(["no ip scp server enable"])
    refused = openssh(known, 32, str(known.tmp / "a"), "netops@127.0.9.32:flash:/z", binary="scp", options=options)
    assert "Administratively disabled" in refused.stderr


@pytest.mark.stock("OpenSSH", "ios")
@needs_openssh
def test_there_is_no_sftp(known):
    options = ["-s", "-P", str(known.port)]
    assert openssh(known, 31, "netops@127.0.9.31:x", "/dev/null", binary="scp", options=options).returncode != 0


def test_an_address_without_a_device_closes_the_connection(house):
    async def attempt():
        await asyncssh.connect("127.0.9.99", house.port, known_hosts=None, username="x", password="x")

    with pytest.raises((asyncssh.Error, OSError)):
        asyncio.run(attempt())


def test_a_client_that_breaks_off_frees_its_line(house):
    async def attempt():
        connection = await asyncssh.connect(
            "127.0.9.34", house.port, known_hosts=None, username="netops", password=PASSWORD, client_keys=None
        )
        await connection.create_process(term_type="vt100")
        await asyncio.sleep(0.2)
        assert len(house.find("127.0.9.34").logins) == 1
        connection.abort()

    asyncio.run(attempt())
    end = time.monotonic() + 20
    while house.find("127.0.9.34").logins and time.monotonic() < end:
        time.sleep(0.02)
    assert house.find("127.0.9.34").logins == []


def test_the_lab_seed_is_private_and_kept(tmp_path):
    first = seed(tmp_path / "lab.seed")
    assert seed(tmp_path / "lab.seed") == first
    assert (tmp_path / "lab.seed").stat().st_mode & 0o777 == 0o600
    assert host_key(first, "a").export_public_key() != host_key(first, "b").export_public_key()
