"""BusyBox's ping and nslookup on an emulated OpenWrt device, letter by letter."""

import time

import pytest
from uci_house import made

from homeroom.lab.faults import Fault
from homeroom.lab.uci.streams import Io, Source


@pytest.fixture
def device():
    return made(1, time.time, lambda delay, call: None, 60.0)


@pytest.fixture
def run(device):
    def run(command):
        out, err, status = [], [], []
        device.run(command, Io(Source(), out.append, err.append), status.append)
        return "".join(out), "".join(err), status[0]

    return run


def test_ping(run, device):
    assert run("ping -c 2 -W 1 -I 10.0.7.200 10.1.1.1") == (
        (
            "PING 10.1.1.1 (10.1.1.1) from 10.0.7.200: 56 data bytes\n"
            "64 bytes from 10.1.1.1: seq=0 ttl=64 time=1.240 ms\n"
            "64 bytes from 10.1.1.1: seq=1 ttl=64 time=1.240 ms\n"
            "\n--- 10.1.1.1 ping statistics ---\n"
            "2 packets transmitted, 2 packets received, 0% packet loss\n"
            "round-trip min/avg/max = 1.240/1.240/1.240 ms\n"
        ),
        "",
        0,
    )
    device.faults.arm(Fault("uplink_down"))
    for command in ("ping -6 -q -c 1 2001:db8::1", "ping6 -c1 2001:db8::1"):
        assert run(command) == (
            (
                "PING 2001:db8::1 (2001:db8::1): 56 data bytes\n"
                "\n--- 2001:db8::1 ping statistics ---\n1 packets transmitted, 0 packets received, 100% packet loss\n"
            ),
            "",
            1,
        )


@pytest.mark.parametrize(
    ("command", "err"),
    [
        ("ping -c 1 nowhere", "ping: bad address 'nowhere'\n"),
        ("ping -4 2001:db8::1", "ping: bad address '2001:db8::1'\n"),
        ("ping6 10.1.1.1", "ping6: bad address '10.1.1.1'\n"),
        ("ping -c many 10.1.1.1", "ping: invalid number 'many'\n"),
        ("ping -c 1 -I 10.9.9.9 10.1.1.1", "ping: bind: Address not available\n"),
        ("nslookup a 10.1.1.1.1", "nslookup: bad address '10.1.1.1.1'\n"),
    ],
)
def test_what_is_refused(run, command, err):
    assert run(command)[1:] == (err, 1)


@pytest.mark.parametrize("command", ["ping", "ping -Z 10.1.1.1", "ping a b", "nslookup", "nslookup a b c"])
def test_usage(run, command):
    out, err, status = run(command)
    assert (out, status) == ("", 1)
    assert "BusyBox v1.36.1" in err
    assert f"Usage: {command.split()[0]} [" in err


def test_nslookup(run, device):
    assert run("nslookup www.school.example 10.1.1.1") == (
        (
            "Server:\t\t10.1.1.1\nAddress:\t10.1.1.1:53\n\n"
            "Non-authoritative answer:\nName:\twww.school.example\nAddress: 192.0.2.80\n\nNon-authoritative answer:\n\n"
        ),
        "",
        0,
    )
    assert run("nslookup no.invalid 2001:db8::53") == (
        "Server:\t\t2001:db8::53\nAddress:\t[2001:db8::53]:53\n\n"
        + "** server can't find no.invalid: NXDOMAIN\n\n" * 2,
        "",
        1,
    )
    device.faults.arm(Fault("dns_dead"))
    assert run("nslookup www.school.example") == (";; connection timed out; no servers could be reached\n\n", "", 1)
