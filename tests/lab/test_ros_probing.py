"""What an emulated RouterOS device prints when it pings and asks for names, over its API and in scripts."""

import librouteros
import pytest
from librouteros.exceptions import TrapError
from roshouse import PASSWORD, USER, House, made

from homeroom.lab.faults import Fault
from homeroom.lab.ros.session import Session


@pytest.fixture
def device():
    return made(1)


@pytest.fixture
def execute(device):
    session = Session(device)
    list(session.answer(["/login", f"=name={USER}", f"=password={PASSWORD}"]))

    def run(script):
        ((done, *ret),) = session.answer(["/execute", f"=script={script}", "=as-string="])
        assert done == "!done"
        return ret[0].removeprefix("=ret=") if ret else ""

    return run


def test_a_ping_in_the_console(execute, device):
    assert execute("/ping 10.1.1.1 count=2").split("\r\n") == [
        "  SEQ HOST                                     SIZE TTL TIME       STATUS",
        "    0 10.1.1.1                                   56  64 1ms200us",
        "    1 10.1.1.1                                   56  64 1ms200us",
        "    sent=2 received=2 packet-loss=0% min-rtt=1ms200us avg-rtt=1ms200us max-rtt=1ms200us ",
    ]
    device.faults.arm(Fault("uplink_down"))
    assert execute(":put [/ping address=2001:db8::1 count=1]").split("\r\n")[1:] == [
        "    0 2001:db8::1                                                  timeout",
        "    sent=1 received=0 packet-loss=100% ",
        "0",
    ]


def test_names_in_scripts(execute, device):
    assert execute(":put [:resolve www.school.example server=10.1.1.1]") == "192.0.2.80"
    assert execute(':put [:resolve domain-name="no.invalid" server=10.1.1.1]') == "failure: dns name does not exist"
    assert execute(":put [:resolve www.school.example]") == "failure: dns server failure"
    assert execute(":put [:resolve a server=b]") == "invalid value for argument server"
    device.run("/ip dns set servers=10.1.1.1,10.1.1.2")
    assert execute(":put [:resolve www.school.example]") == "192.0.2.80"
    assert execute("/ping www.school.example count=1").splitlines()[1].split()[1] == "192.0.2.80"
    assert execute(":onerror e in={:put [:resolve no.invalid]} do={:put $e}") == "failure: dns name does not exist"
    device.faults.arm(Fault("dns_dead"))
    assert execute(":put [:resolve www.school.example]") == "failure: dns server failure"


@pytest.mark.stock("librouteros", "ros")
def test_librouteros_pings():
    house = House()
    try:
        device = house.fresh(1)
        api = librouteros.connect(device.address, USER, PASSWORD, port=house.ports["api"])
        rows = tuple(api("/ping", address="10.1.1.1", count=2, **{"src-address": "10.0.7.193"}))
        assert [(row["seq"], row["received"], row["packet-loss"]) for row in rows] == [(0, 1, 0), (1, 2, 0)]
        assert rows[1]["avg-rtt"] == "1ms200us"
        device.faults.arm(Fault("uplink_down"))
        (row,) = api("/ping", address="10.1.1.1", count=1)
        assert row == {"seq": 0, "host": "10.1.1.1", "status": "timeout", "sent": 1, "received": 0, "packet-loss": 100}
        for wrong in ({"count": 0}, {"count": "x"}, {"src-address": "me"}, {"loudly": True}):
            with pytest.raises(TrapError):
                tuple(api("/ping", address="10.1.1.1", **wrong))
        api.close()
    finally:
        house.close()
