"""The socket: one for all loopback addresses, answers from the address asked, errors survived."""

from __future__ import annotations

import asyncio
import socket

import pytest

from homeroom.errors import LabError
from homeroom.lab.agent import attach
from homeroom.lab.snmp.udp import listen
from homeroom.snmp import message
from tests.snmp.box import BOOT, Box, serving
from tests.snmp.wire import SYS_NAME, Manager, get, values


def test_the_answer_comes_from_the_address_that_was_asked():
    boxes = [Box(address=f"127.{n}.2.{n}", hostname=f"host{n}", clubs={"public": "RO"}) for n in (1, 77, 255)]
    request = message.community(b"public", get(SYS_NAME).encode())
    with serving(*boxes) as port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        for box in boxes:
            client.sendto(request, (box.address, port))
            answer, source = client.recvfrom(2048)
            assert source == (box.address, port)
            _, pdu = message.read_community(message.version(answer)[1])
            assert values(pdu) == [box.hostname.encode()]


def test_garbage_and_vanished_clients_do_not_stop_it():
    box = Box(clubs={"public": "RO"})
    request = message.community(b"public", get(SYS_NAME).encode())
    with serving(box) as port:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            for data in (b"", b"\x30", b"x" * 9000, request):
                client.sendto(data, (box.address, port))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(request, (box.address, port))
            assert client.recv(2048)


def test_more_than_a_burst_is_answered():
    box = Box(clubs={"public": "RO"})
    with serving(box) as port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        client.settimeout(5)
        client.connect((box.address, port))
        for number in range(300):
            client.send(message.community(b"public", get(SYS_NAME, request_id=number).encode()))
        seen = [message.read_community(message.version(client.recv(2048))[1])[1].request_id for _ in range(300)]
    assert seen == list(range(300))


def test_the_clock_is_an_argument():
    box = Box()
    manager = Manager(box, BOOT + 5000)
    loop = asyncio.new_event_loop()
    sock = listen(0)
    attach(loop, sock, {box.address: box}.get, clock=lambda: BOOT + 5000)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(manager.request(get("1.3.6.1.6.3.10.2.1.3.0")), (box.address, sock.getsockname()[1]))
        loop.call_later(0.05, loop.stop)
        loop.run_forever()
        assert values(manager.open(client.recv(2048))[1].pdu) == [5000]
    loop.remove_reader(sock)
    sock.close()
    loop.close()


def test_a_port_in_use_is_named():
    with listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LabError) as caught:
            listen(port)
    assert str(caught.value) == (
        f"UDP port {port} of the loopback device: Address already in use; choose another SNMP port"
    )
