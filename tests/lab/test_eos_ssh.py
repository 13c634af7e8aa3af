"""An EOS device's command line over SSH, by clients that know such devices: netmiko, scrapli, paramiko."""

import asyncio
import time

import paramiko
import pytest
from eoslab import PASSWORD, SEED, USER, House, config
from netmiko import ConnectHandler
from netmiko.exceptions import NetmikoAuthenticationException

from homeroom.lab import ssh
from homeroom.lab.eos.ssh import Door
from homeroom.lab.eos.terminal import Session, Terminal
from homeroom.lab.faults import Fault

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # in the library that netmiko reads templates with
]


class SshHouse(House):
    """A house with a door for SSH beside the one for the API."""

    async def main(self, started):
        sock = ssh.listener(0)
        self.ssh = sock.getsockname()[1]
        serving = asyncio.create_task(ssh.Front(self.find, SEED, self.counters, {"eos": Door}).serve(sock))
        await super().main(started)
        serving.cancel()
        sock.close()
        await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def house():
    house = SshHouse()
    yield house
    house.close()


@pytest.fixture
def device(house):
    return house.fresh(1)


def netmiko(house, device, **more):
    options = {"username": USER, "password": PASSWORD, "fast_cli": True, **more}
    return ConnectHandler(device_type="arista_eos", host=device.address, port=house.ssh, **options)


@pytest.mark.stock("netmiko", "eos")
def test_netmiko(house, device):
    with netmiko(house, device) as line:
        assert line.find_prompt() == f"{device.name}>"
        line.enable()
        assert line.find_prompt() == f"{device.name}#"
        assert "vlan 99" in line.send_command("show running-config"), "more than one page"
        rows = line.send_command("show version", use_textfsm=True)
        assert rows[0]["model"] == "CCS-720XP-24ZY4"
        said = line.send_config_set(["interface Ethernet2", "description by netmiko", "descriptoin x"])
        assert "(config-if-Et2)#" in said
        assert "% Invalid input (at token 0: 'descriptoin')" in said
        assert "Copy completed successfully." in line.save_config()
    assert "description by netmiko" in device.startup


@pytest.mark.stock("netmiko", "eos")
def test_netmiko_pings_and_asks_for_names(house, device):
    with netmiko(house, device) as line:
        assert "2 packets transmitted, 2 received, 0% packet loss" in line.send_command(
            "ping 10.0.7.193 re 2 timeout 1"
        )
        assert line.send_command("ping ipv6 2001:db8:1::1") == "ping: connect: Network is unreachable"
        assert line.send_command("ping 10.0.7.193 source 10.9.9.9") == "ping: bind: Cannot assign requested address"
        assert line.send_command("ping a-name") == "ping: a-name: Name or service not known"
        assert "PING 2001:db8:0:99::9(2001:db8:0:99::9) 52 data bytes" in line.send_command("ping 2001:db8:0:99::9")
        line.enable()
        assert "** server can't find x.invalid: NXDOMAIN" in line.send_command(
            "bash timeout 5 nslookup x.invalid 10.1.1.1"
        )
        device.faults.arm(Fault("dns_dead"))
        silent = ";; connection timed out; no servers could be reached"
        assert line.send_command("bash timeout 5 nslookup x.example 10.1.1.1").strip() == silent
        assert line.send_command("bash timeout 5 nslookup x.example").strip() == silent
        assert line.send_command("bash timeout 5 id") == "% bash: line 1: id: command not found"


@pytest.mark.stock("netmiko", "eos")
def test_netmiko_with_a_wrong_password(house, device):
    with pytest.raises(NetmikoAuthenticationException):
        netmiko(house, device, password="wrong")


@pytest.mark.stock("scrapli", "eos")
def test_scrapli(house, device):
    scrapli = pytest.importorskip("scrapli", reason="scrapli is missing")
    with scrapli.Cli(
        definition_file_or_name="arista_eos",
        host=device.address,
        port=house.ssh,
        auth_options=scrapli.AuthOptions(username=USER, password=PASSWORD),
        transport_options=scrapli.TransportSsh2Options(),
    ) as line:
        assert line.get_prompt().result == f"{device.name}#"
        assert "vlan 99" in line.send_input(input_="show running-config").result
        said = line.send_inputs(inputs=["vlan 30", "name guest", "bogus"], requested_mode="configuration").result
        assert "% Invalid input (at token 0: 'bogus')" in said
        assert "Copy completed" in line.send_input(input_="write memory").result
    assert "vlan 30\n   name guest\n" in device.startup


@pytest.mark.stock("paramiko", "eos")
def test_one_command(house, device):
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(device.address, house.ssh, USER, PASSWORD, look_for_keys=False, allow_agent=False)
        assert client.exec_command("show hostname")[1].read().decode().startswith(f"Hostname: {device.name}")
        said = client.exec_command("show running-config")[1].read().decode()
        assert said == "% Command not permitted: enable is needed (at token 0: 'enable')\r\n"


# --- the command line itself


class Typing:
    """What a user types and sees."""

    def __init__(self, device, user=USER):
        self.seen, self.ended, self.broken = "", [], []
        session = Session(device, user)
        self.terminal = Terminal(session, self.see, lambda: self.ended.append(1), lambda: self.broken.append(1))
        self.terminal.start()

    def see(self, text):
        self.seen += text

    def __call__(self, *lines):
        self.seen = ""
        for line in lines:
            self.terminal.feed(f"{line}\r")
        return self.seen.replace("\r\n", "\n")


@pytest.fixture
def typing(house, device):
    return Typing(device)


def test_prompts_say_where_one_is(typing, device):
    name = device.name
    assert typing("enable") == f"enable\n{name}#"
    assert typing("conf t").endswith(f"{name}(config)#")
    assert typing("interface Vlan99").endswith(f"{name}(config-if-Vl99)#")
    assert typing("vlan 10").endswith(f"{name}(config-vlan-10)#")
    assert typing("management api http-commands").endswith("(config-mgmt-api-http-cmds)#")
    assert typing("exit", "end").endswith(f"{name}#")
    assert typing("configure session s1", "vlan 10").endswith(f"{name}(config-s-s1-vlan-10)#")
    assert typing("abort").endswith(f"{name}#")
    assert typing("exit").endswith("exit\n")
    assert typing.ended


def test_pages_and_sizes(typing):
    assert typing("terminal width 511").startswith("terminal width 511\nWidth set to 511 columns.\n")
    typing("enable")
    assert typing("show running-config").endswith("--More-- ")
    typing.terminal.feed("q")
    assert typing("terminal length 0").startswith("terminal length 0\nPagination disabled.\n")
    assert typing("show running-config").endswith(f"end\n{typing.terminal.session.prompt}")
    assert typing("terminal length 10").startswith("terminal length 10\nPagination set to 10 lines.\n")


def test_a_banner_is_typed_up_to_its_end(typing, device):
    typing("enable", "configure")
    assert "Type 'EOF' on its own line to end." in typing("banner login")
    assert typing("Staff", "only", "EOF").endswith("(config)#")
    assert "banner login\nStaff\nonly\nEOF\n" in device.running
    typing("banner motd", "half")
    typing.terminal.feed("\x03")
    assert typing("show hostname").endswith("(config)#")
    assert "half" not in device.running


def test_enable_asks_for_its_password(house):
    device = house.fresh(2)
    house.do(device.merge, "enable password geheim\nusername reader privilege 1 secret x\n", "somebody")
    typing = Typing(device, "reader")
    assert typing("enable") == "enable\nPassword: "
    assert typing("wrong") == f"\n% Bad secret\n{device.name}>"
    typing("enable")
    assert typing("geheim") == f"\n{device.name}#"


@pytest.mark.parametrize(
    ("fault", "saved", "broken"),
    [
        (Fault("cut", "save"), False, True),
        (Fault("cut", "save", late=True), True, True),
        (Fault("reboot", "save"), False, True),
        (Fault("half_open", "save"), True, False),
    ],
    ids=lambda value: value.said if isinstance(value, Fault) else "",
)
def test_faults_strike_at_their_step(device, fault, saved, broken):
    typing = Typing(device)
    typing("enable", "configure", "hostname other", "end")
    device.faults.arm(fault)
    assert typing("write") == "write"
    assert ("hostname other" in device.startup) == saved
    assert bool(typing.broken) == broken
    assert typing("show clock") == ""


def test_a_slow_answer_comes_later_and_what_was_typed_meanwhile_is_done_then(house, device):
    typing = Typing(device)
    device.faults.arm(Fault("slow", "save", seconds=5))
    typing("enable", "write", "show hostname")
    assert "Copy completed" not in typing.seen
    house.do(house.timers.fire)
    end = time.monotonic() + 20
    while "Hostname: " not in typing.seen and time.monotonic() < end:
        time.sleep(0.01)
    assert typing.seen.index("Copy completed") < typing.seen.index("Hostname: ")


def test_a_whole_configuration_is_typed_as_it_is_pushed(typing, device):
    typing("enable", "terminal length 0", "configure session whole", "rollback clean-config")
    typing(*config(device.name, "vlan 20", "banner login", "   Staff", "EOF").splitlines()[:-1])
    typing("commit")
    assert "vlan 20" in device.running
    assert "banner login\n   Staff\nEOF" in device.running
