"""A small district in the emulated lab, shared by the tests of this room; each test takes devices of its own."""

import contextlib
import socket
import threading
import time
import warnings

import paramiko
import pytest
from benches import Bench, Greedy, Wire

from homeroom.lab import client
from homeroom.project import Project
from homeroom.rollout.fleet import muster
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from playbooks import cli

MINUTE = 1.0
"""Seconds that a minute of the devices' own timers lasts in these tests."""


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    """A project of a few sites with its lab running."""
    root = tmp_path_factory.mktemp("district")
    assert cli.main(["sample", "py", "--out", str(root), "--sites", "32"]) == 0
    assert cli.main(["--project", str(root), "plan"]) == 0
    project = Project.locate(root)
    with warnings.catch_warnings():  # the lab outlives the call that starts it, on purpose
        warnings.simplefilter("ignore", ResourceWarning)
        client.up(project, minute=MINUTE)
    yield project
    client.down(project)


@pytest.fixture(scope="session")
def whole(district):
    """The whole fleet of the district, and the store behind it."""
    engine = connect(district)
    yield muster(district, Selector(), engine, time.time), engine
    engine.dispose()


@pytest.fixture(scope="session")
def spare(whole):
    """Names of devices that no test has taken yet."""
    return {kind: [n for n in whole[0].members if kind in n] for kind in ("-sw", "-rtr")}


@pytest.fixture
def bench(district, whole, spare):
    """Return a maker of benches: the switch it returns is used by no other test."""
    made = []

    def make():
        made.append(Bench(district, whole[1], whole[0], spare["-sw"].pop()))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def pushed(district, whole, spare):
    """A router that was pushed, and how that ended."""
    one = Bench(district, whole[1], whole[0], spare["-rtr"].pop())
    yield one, one.push()
    one.close()


@pytest.fixture
def wired():
    """Put a wire before a bench's device and return it."""
    wires = []

    def put(bench):
        host = bench.host
        wire = Wire(host.hostname, host["ports"]["ssh"])
        host.hostname, host.data["ports"] = "127.0.0.1", {"ssh": wire.port}
        wires.append(wire)
        return wire

    yield put
    for wire in wires:
        wire.close()


@pytest.fixture
def impostor():
    """An SSH server with a key of its own, which keeps every password it is told: (host, port, passwords)."""
    key, passwords, transports = paramiko.RSAKey.generate(2048), [], []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                transport = paramiko.Transport(listener.accept()[0])
                transport.add_server_key(key)
                transports.append(transport)
                with contextlib.suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=Greedy(passwords))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield (*listener.getsockname(), passwords)
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for transport in transports:
        transport.close()
    thread.join(5)
