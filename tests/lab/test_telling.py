"""What emulated devices tell a log server when they were changed, and that Homeroom understands it."""

from __future__ import annotations

import socket
import time

import pytest

from homeroom.errors import LabError
from homeroom.lab import client
from homeroom.lab.telling import target
from homeroom.observe.hearing import Ear, Rules, sender
from tests.lab import mixed

SERVER = "192.0.2.3"
EDITS = {
    "ios": ["logging host 192.0.2.3", "ip domain name edited.example"],
    "eos": ["logging host 192.0.2.3", "hostname edited"],
    "junos": ["set system syslog host 192.0.2.3 any notice", "set system host-name edited"],
    "ros": ["/system logging action add name=noc remote=192.0.2.3 target=remote", "/system identity set name=edited"],
    "openwrt": ["uci set system.@system[0].log_ip='192.0.2.3'", "uci commit", "reload_config"],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return mixed.project(tmp_path_factory.mktemp("telling") / "district", sites=6)


@pytest.fixture
def server():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(20)
        yield sock


@pytest.mark.parametrize("processes", [1, 2])
def test_who_changed_a_device_by_hand_is_told_from_its_own_address(project, server, processes):
    at = f"127.0.0.1:{server.getsockname()[1]}"
    info = client.up(project, syslog=at, processes=processes)
    try:
        chosen = {device.platform: device for device in info.devices}
        assert set(chosen) == set(EDITS)
        ear = Ear(
            {one.address: sender(one.name, [one.platform]) for one in info.devices},
            str,
            time.time,
            Rules(per_minute=99),
        )
        for platform, lines in EDITS.items():
            client.edit(project, chosen[platform].name, lines)
            data, peer = server.recvfrom(4096)
            assert peer[0] == chosen[platform].address
            ear.syslog(data, peer[0])
            (row, *_) = ear.fetched()
            kind, who = ("login", "root") if platform == "openwrt" else ("config", "technician")
            assert (row.device, row.kind, row.who) == (chosen[platform].name, kind, who)
    finally:
        client.down(project)


def test_a_device_that_names_no_log_server_tells_nobody(project, server):
    info = client.up(project, sites=1, syslog=f"127.0.0.1:{server.getsockname()[1]}")
    try:
        names = {device.platform: device.name for device in info.devices}
        client.edit(
            project, names["openwrt"], ["uci set system.@system[0].hostname='x'", "uci commit", "reload_config"]
        )
    finally:
        client.down(project)
    server.setblocking(False)
    with pytest.raises(BlockingIOError):
        server.recvfrom(4096)


@pytest.mark.parametrize("text", ["localhost", "noc:514", "127.0.0.1:x", ""])
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(LabError, match=r"write --syslog 127\.0\.0\.1:5514"):
        target(text)
