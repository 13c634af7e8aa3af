"""What an emulated Junos device prints when it pings and asks for names, at each of its doors."""

import pytest
from junos_house import PASSWORD, House, quick

from homeroom.lab.faults import Fault
from homeroom.lab.junos.records import Client
from homeroom.lab.junos.shell import Shell


@pytest.fixture(scope="module")
def house():
    house = House()
    house.numbers = iter(range(1, 240))
    with quick():
        yield house
    house.close()


@pytest.fixture
def device(house):
    return house.device(next(house.numbers))


@pytest.fixture
def type_(device):
    return Shell(device, Client("netops", "127.0.0.1", 1, "cli", 0.0, lambda: None)).run


def test_a_ping_at_the_prompt(type_, device):
    assert type_("ping 10.1.1.1 count 2 source 10.0.7.193") == (
        "PING 10.1.1.1 (10.1.1.1): 56 data bytes\n"
        "64 bytes from 10.1.1.1: icmp_seq=0 ttl=64 time=1.240 ms\n"
        "64 bytes from 10.1.1.1: icmp_seq=1 ttl=64 time=1.240 ms\n"
        "\n--- 10.1.1.1 ping statistics ---\n"
        "2 packets transmitted, 2 packets received, 0% packet loss\n"
        "round-trip min/avg/max/stddev = 1.240/1.240/1.240/0.000 ms\n"
    )
    assert type_("ping 2001:db8::1 count 1").splitlines()[:2] == [
        "PING6(104=40+8+56 bytes) :: --> 2001:db8::1",
        "64 bytes from 2001:db8::1, icmp_seq=0 hlim=64 time=1.240 ms",
    ]
    device.faults.arm(Fault("uplink_down"))
    assert type_("ping 10.1.1.1 rapid | match loss") == "5 packets transmitted, 0 packets received, 100% packet loss\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ping 10.1.1.1 source 10.9.9.9", "ping: bind: Can't assign requested address\n"),
        ("ping 10.1.1.1 count 0", "error: invalid value '0'\n"),
        ("ping nobody.invalid", "error: could not resolve host: nobody.invalid\n"),
        ("ping 10.1.1.1 loudly", "^\nunknown command.\n"),
        ("ping 10.1.1.1 count", "^\nunknown command.\n"),
        ("show host a b c", "^\nunknown command.\n"),
    ],
)
def test_what_is_refused(type_, line, said):
    assert type_(line) == said


def test_names_at_the_prompt(type_, device):
    assert type_("show host www.school.example") == ";; connection timed out; no servers could be reached\n"
    assert type_("show host www.school.example server 10.1.1.1").splitlines() == [
        "Using domain server:", "Name: 10.1.1.1", "Address: 10.1.1.1#53", "Aliases: ", "",
        "www.school.example has address 192.0.2.80",
    ]  # fmt: skip
    device.edit(["set system name-server 10.1.1.2"], "netops")
    assert type_("show host no.invalid") == "Host no.invalid not found: 3(NXDOMAIN)\n"
    assert type_("ping www.school.example count 1").startswith("PING www.school.example (192.0.2.80): 56 data bytes\n")
    device.faults.arm(Fault("dns_dead"))
    assert type_("show host no.invalid server 10.1.1.1") == ";; connection timed out; no servers could be reached\n"


@pytest.mark.stock("NAPALM", "junos")
def test_napalm_pings(house, device):
    from napalm import get_network_driver

    driver = get_network_driver("junos")(device.address, "netops", PASSWORD, optional_args={"port": house.port})
    driver.open()
    try:
        done = driver.ping("10.1.1.1", count=2, source="10.0.7.193")["success"]
        assert (done["probes_sent"], done["packet_loss"], done["rtt_avg"]) == (2, 0, 1.24)
        assert done["results"] == [{"ip_address": "10.1.1.1", "rtt": 1.24}] * 2
        assert driver.ping("10.1.1.1")["success"]["probes_sent"] == 5
        device.faults.arm(Fault("uplink_down"))
        assert driver.ping("2001:db8::1") == {"error": "Packet loss 100"}
    finally:
        driver.close()


@pytest.mark.stock("PyEZ", "junos")
def test_pyez_pings_and_reads_the_space(house, device):
    from jnpr.junos import Device
    from jnpr.junos.utils.fs import FS

    with Device(device.address, user="netops", passwd=PASSWORD, port=house.port) as dev:
        assert dev.rpc.ping(host="10.1.1.1", count="1", rapid=True).find("ping-success") is not None
        wrong = dev.rpc.ping(host="10.1.1.1", source="10.9.9.9")
        assert wrong.findtext("ping-error-message").strip() == "bind: Can't assign requested address"
        assert FS(dev).storage_usage()["/dev/gpt/junos"] == {
            "mount": "/.mount", "total": "1.3G", "total_blocks": 2796512, "used": "814M", "used_blocks": 1667792,
            "used_pct": "64", "avail": "442M", "avail_block": 904999,
        }  # fmt: skip
