"""Distance: bytes leave late and in order, by TCP, TLS and SNMP; how late follows from the kind of link."""

import asyncio
import socket
import struct

import pytest

from homeroom.lab import client
from homeroom.lab.agent import attach
from homeroom.lab.latency import Late
from homeroom.lab.place import ROUND_TRIP, Place
from homeroom.lab.snmp.udp import listen
from homeroom.lab.ssh import listener
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.snmp import ber, message
from playbooks.cli import main
from tests.snmp.box import Box

RESET = struct.pack("ii", 1, 0)


class Clock:
    """For how long calls were put off: times themselves are never asserted."""

    def __init__(self, loop):
        self.delays, self._at, self._loop = [], loop.call_at, loop
        loop.call_at = self

    def __call__(self, when, call, *args, **more):
        self.delays.append(round(when - self._loop.time(), 2))
        return self._at(when, call, *args, **more)


async def pair(delay):
    """A listening socket, a client and the late end of their connection."""
    listening = listener(0, late=True)
    listening.delay = lambda _: delay
    loop = asyncio.get_running_loop()
    client = socket.create_connection(("127.0.9.1", listening.getsockname()[1]))
    client.setblocking(False)
    server, _ = await loop.sock_accept(listening)
    listening.close()
    return loop, client, server


async def read(loop, client, size):
    data = b""
    while len(data) < size and (more := await asyncio.wait_for(loop.sock_recv(client, 1 << 16), 20)):
        data += more
    return data


def test_what_is_sent_leaves_late_whole_and_in_order():
    async def scenario():
        loop, client, server = await pair(0.2)
        assert isinstance(server, Late)
        assert server.getsockname()[0] == "127.0.9.1"
        clock = Clock(loop)
        body = [bytes([n]) * 70_000 for n in range(60)]
        for part in body:
            assert server.send(part) == len(part)
        assert server.sendmsg([b"en", b"d"]) == 3
        server.shutdown(socket.SHUT_WR)
        server.close()
        server.close()
        assert await read(loop, client, 1 << 30) == b"".join(body) + b"end"
        assert 0.2 in clock.delays
        client.close()

    asyncio.run(scenario())


def test_a_reset_loses_what_is_on_its_way():
    async def scenario():
        loop, client, server = await pair(0.05)
        server.send(b"lost")
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        server.close()
        with pytest.raises(ConnectionResetError):
            await read(loop, client, 4)
        client.close()

    asyncio.run(scenario())


def test_a_client_that_is_gone_harms_nobody():
    async def scenario():
        loop, client, server = await pair(0.01)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.close()
        server.send(b"x")
        await asyncio.sleep(0.05)
        server.send(b"y")
        server.close()
        await asyncio.sleep(0.05)
        del loop

    asyncio.run(scenario())


def test_who_is_near_is_served_by_plain_sockets():
    async def scenario():
        _, client, server = await pair(0)
        assert not isinstance(server, Late)
        server.close()
        client.close()

    asyncio.run(scenario())


def test_snmp_answers_as_late_as_its_device_is_far():
    box = Box(address="127.0.9.1", clubs={"club": "RO"})
    name = ber.dotted("1.3.6.1.2.1.1.5.0")
    pdu = message.Pdu(message.GET, 1, 0, 0, (name,), message.binding(name, ber.null()))
    get = message.community(b"club", pdu.encode())

    async def scenario():
        loop = asyncio.get_running_loop()
        sock = listen(0)
        attach(loop, sock, lambda _: box, places=lambda _: Place(link="satellite"), latency=True)
        clock = Clock(loop)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.setblocking(False)
            asking.connect(("127.0.9.1", sock.getsockname()[1]))
            asking.send(get)
            answer = await asyncio.wait_for(loop.sock_recv(asking, 4096), 20)
        assert b"py01-0001-sw1" in answer
        assert 0.6 in clock.delays
        loop.remove_reader(sock)
        sock.close()

    asyncio.run(scenario())


def test_each_kind_of_link_has_its_distance():
    assert (ROUND_TRIP["fiber"], ROUND_TRIP["xdsl"], ROUND_TRIP["satellite"]) == (0.005, 0.04, 0.6)
    assert Place(link="carrier pigeon").round_trip == 0.04
    assert Place(mbps=2.5).uplink_bps == 2_500_000


def test_a_lab_far_away_is_entered_all_the_same(tmp_path):
    """Off by default; on by `lab up --latency`, for every protocol."""
    netmiko = pytest.importorskip("netmiko")
    root = tmp_path / "far"
    assert main(["sample", "py", "--sites", "1", "--out", str(root)]) == 0
    assert main(["--project", str(root), "plan"]) == 0
    project = Project.locate(root)
    assert main(["--project", str(root), "lab", "up", "--latency"]) == 0
    try:
        info = client.info(project)
        router = next(device for device in info.devices if device.kind == "router")
        with netmiko.ConnectHandler(
            device_type="cisco_ios",
            host=router.address,
            port=info.ports["ssh"],
            username="netops",
            password=Vault.open(project).get("device_password").reveal(),
        ) as device:
            assert device.find_prompt() == f"{router.name}#"
            assert "Cisco IOS" in device.send_command("show version")
        assert main(["--project", str(root), "poll"]) == 0
    finally:
        client.down(project)
