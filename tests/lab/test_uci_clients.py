"""Stock clients, unmodified, against an emulated OpenWrt device: OpenSSH, netmiko, paramiko, Ansible."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import paramiko
import pytest
from netmiko import ConnectHandler
from uci_house import PASSWORD, House, name

from homeroom.lab.faults import Fault

SSH = shutil.which("ssh")
ANSIBLE = shutil.which("ansible", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def askpass(tmp_path):
    script = tmp_path / "askpass"
    script.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
    script.chmod(0o700)
    return {**os.environ, "SSH_ASKPASS": str(script), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}


OPTIONS = ("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-F", "none")


def ssh(house, number, askpass, *words, data=""):
    line = [SSH, *OPTIONS, "-p", str(house.port), f"root@127.0.8.{number}", *words]
    return subprocess.run(line, input=data, capture_output=True, text=True, env=askpass, check=False, timeout=30)


@pytest.mark.stock("OpenSSH", "openwrt")
@pytest.mark.skipif(SSH is None, reason="OpenSSH is not installed")
def test_openssh_runs_commands(house, askpass):
    done = ssh(house, 1, askpass, "uci get system.@system[0].hostname; cat; exit 3", data="from here\n")
    assert (done.stdout, done.stderr, done.returncode) == (f"{name(1)}\nfrom here\n", "", 3)
    assert ssh(house, 1, askpass, "nocommand").stderr == "ash: nocommand: not found\n"


@pytest.mark.stock("OpenSSH", "openwrt")
@pytest.mark.skipif(SSH is None, reason="OpenSSH is not installed")
def test_openssh_opens_a_shell(house, askpass):
    done = ssh(house, 1, askpass, "-tt", data="cd /etc/config\nls system\nexit\n")
    assert "OpenWrt 23.05" in done.stdout
    assert f"root@{name(1)}:~# cd /etc/config\nroot@{name(1)}:/etc/config# ls system\nsystem\n" in done.stdout
    assert ssh(house, 1, askpass, "-T", data="echo no terminal\n").stdout == "no terminal\n"


@pytest.mark.stock("OpenSSH", "openwrt")
@pytest.mark.skipif(SSH is None, reason="OpenSSH is not installed")
def test_scp_both_ways(house, askpass, tmp_path):
    (tmp_path / "up").write_bytes(b"\x00\xffbytes\n")
    place = f"root@127.0.8.2:{{}}"  # noqa: F541
    for source, target in ((tmp_path / "up", "/tmp"), (tmp_path / "up", "/tmp/other"), (tmp_path / "up", "in-root")):
        line = ["scp", "-O", *OPTIONS, "-P", str(house.port), str(source), place.format(target)]
        assert subprocess.run(line, env=askpass, check=False, capture_output=True, timeout=30).returncode == 0
    line = ["scp", "-O", *OPTIONS, "-P", str(house.port), place.format("/tmp/up"), str(tmp_path / "down")]
    assert subprocess.run(line, env=askpass, check=False, capture_output=True, timeout=30).returncode == 0
    assert (tmp_path / "down").read_bytes() == b"\x00\xffbytes\n"
    assert ssh(house, 2, askpass, "ls /tmp/up /tmp/other /root/in-root").returncode == 0
    line[-2] = place.format("/nowhere/x")
    assert b"No such file" in subprocess.run(line, env=askpass, check=False, capture_output=True, timeout=30).stderr


def netmiko(house, number, **more):
    return ConnectHandler(
        device_type="linux", host=f"127.0.8.{number}", port=house.port, username="root", password=PASSWORD, **more
    )


@pytest.mark.stock("netmiko", "openwrt")
def test_netmiko_linux(house):
    with netmiko(house, 3) as box:
        assert box.find_prompt() == f"root@{name(3)}:~#"
        assert box.send_command("uci get network.management.ipaddr") == "10.0.7.200"
        assert box.send_command("cat /nofile") == "cat: can't open '/nofile': No such file or directory"
        assert "BOOT" not in box.send_command("ubus call system board")
        box.send_command("x=kept")
        assert box.send_command("echo $x $?") == "kept 0"


def test_a_terminal_edits_and_interrupts(house):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect("127.0.8.4", house.port, "root", PASSWORD, look_for_keys=False, allow_agent=False)
    shell = client.invoke_shell()
    shell.settimeout(10)

    def until(text):
        said = ""
        while text not in said:
            said += shell.recv(9999).decode()
        return said

    until("# ")
    shell.send("echo abX\x7fc\r")
    assert "\r\nabc\r\n" in until(f"\r\nabc\r\nroot@{name(4)}:~# ")
    shell.send("nonsense\x03")
    assert "^C" in until(":~# ")
    shell.send("sleep 100\r")
    time.sleep(0.2)
    shell.send("\x03")
    until(":~# ")
    shell.send("echo $?\r")
    until("130")
    shell.send("\x04")
    assert shell.recv_exit_status() == 0
    with pytest.raises(paramiko.SSHException):
        client.open_sftp()
    client.close()


def refused(house, number, user="root", password=PASSWORD):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    try:
        client.connect(f"127.0.8.{number}", house.port, user, password, look_for_keys=False, allow_agent=False)
    except paramiko.AuthenticationException:
        return True
    finally:
        client.close()
    return False


@pytest.mark.stock("paramiko", "openwrt")
def test_only_root_with_its_password_gets_in(house):
    assert refused(house, 5, user="netops")
    assert refused(house, 5, password="wrong-wrong")
    assert not refused(house, 5)
    device = house.device(5)
    house.call(lambda: device.faults.arm(Fault("refuse_login")))
    assert refused(house, 5)
    assert "Bad password attempt for 'netops'" in "".join(device.log)


def test_there_is_no_keyboard_interactive_login(house):
    with paramiko.Transport(("127.0.8.7", house.port)) as transport:
        transport.start_client(timeout=20)
        with pytest.raises(paramiko.BadAuthenticationType) as caught:
            transport.auth_none("root")
    assert caught.value.allowed_types == ["password"]


def test_nobody_at_an_address(house):
    client = paramiko.SSHClient()
    with pytest.raises((paramiko.SSHException, OSError, EOFError)):
        client.connect("127.0.8.99", house.port, "root", PASSWORD, look_for_keys=False, allow_agent=False)
    client.close()


@pytest.mark.stock("Ansible", "openwrt")
@pytest.mark.full
@pytest.mark.skipif(ANSIBLE is None or shutil.which("sshpass") is None, reason="Ansible or sshpass is not installed")
def test_ansible_raw(house, tmp_path):
    line = [ANSIBLE, "all", "-i", "127.0.8.6,", "-u", "root", "-m", "raw", "-a", "uci get network.management.ipaddr"]
    more = f"ansible_port={house.port} ansible_password={PASSWORD} ansible_ssh_common_args='{' '.join(OPTIONS[:4])}'"
    done = subprocess.run(
        [*line, "-e", more],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert "10.0.7.200" in done.stdout, done.stdout + done.stderr
