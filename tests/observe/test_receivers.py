"""The receivers as the daemon runs them: a lab that tells, `logger`, a trap, rows in the store, what it counts."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time

import pytest

from homeroom.errors import InputError, StoreError, UsageError
from homeroom.observe import receivers as room
from homeroom.observe.listening import Listening, SyslogPorts, TrapPort
from homeroom.observe.receivers import Receivers, ours, senders
from homeroom.observe.settings import Settings
from homeroom.project import Project
from homeroom.secret import SecretRef, Vault
from homeroom.snmp.engine import Credentials
from homeroom.store import heard
from homeroom.store.db import connect
from homeroom.store.world import World
from homeroom.strict import load
from playbooks.cli import main

USER = Credentials("homeroom", SecretRef("snmp_auth"), SecretRef("snmp_priv"))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("heard") / "district"
    assert main(["init", str(root)]) == 0
    assert main(["--project", str(root), "plan", "--json"]) == 0
    return Project.locate(root)


@pytest.fixture
def world(project):
    world = World.open(project)
    yield world
    world.close()


@pytest.fixture
def store(project):
    engine = connect(project)
    yield engine
    engine.dispose()


@pytest.fixture
def lab(project, world):
    """Say that the first device of each platform is in a lab, at an address of this machine."""
    rows = {row.platform: row for row in world.devices()}
    listed = [
        {"name": row.name, "address": f"127.6.0.{n}", "platform": row.platform}
        for n, row in enumerate(rows.values(), 1)
    ]
    path = project.state / "lab.json"
    path.write_text(json.dumps({"pid": os.getpid(), "ports": {"ssh": 1, "snmp": 2}, "devices": listed}))
    yield {one["platform"]: one for one in listed}
    path.unlink()


def free():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def run(made, act, until=lambda: True):
    """Run the receivers while `act()` does its work and until `until()` holds."""

    async def main():
        task = asyncio.create_task(made.run())
        await asyncio.sleep(0.05)
        if not task.done():
            await asyncio.to_thread(act)
        for _ in range(400):
            if task.done() or until():
                break
            await asyncio.sleep(0.05)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())


def say(source, port, text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((source, 0))
        sock.sendto(text.encode(), ("127.0.0.1", port))


@pytest.mark.skipif(shutil.which("snmptrap") is None, reason="net-snmp is not installed (Debian: apt install snmp)")
def test_what_devices_say_is_in_the_store_a_second_later(project, world, store, lab, tmp_path):
    vault = Vault.open(project)
    syslog, traps = free(), free()
    listening = Listening(SyslogPorts(("127.0.0.1",), udp=syslog), TrapPort(("127.0.0.1",), traps))
    made = Receivers.of(project, world, store, listening, vault=vault, users=USER)
    device = lab["ios"]
    keys = [vault.get(name).reveal() for name in ("snmp_auth", "snmp_priv")]

    def act():
        say(device["address"], syslog, "<189>4: %SYS-5-CONFIG_I: Configured from console by ana on vty0 (192.0.2.9)")
        say("127.0.0.1", syslog, "<189>4: %SYS-5-CONFIG_I: Configured from console by mallory on vty0 (192.0.2.9)")
        words = ["-v3", "-u", "homeroom", "-l", "authPriv", "-a", "SHA-256", "-A", keys[0], "-x", "AES", "-X", keys[1]]
        words += ["-e", "8000000001020304", "--clientaddr=" + device["address"], f"127.0.0.1:{traps}", ""]
        environment = {"MIBS": "", "PATH": "/usr/bin:/bin", "SNMP_PERSISTENT_DIR": str(tmp_path)}
        subprocess.run(["snmptrap", *words, "1.3.6.1.6.3.1.1.5.1"], env=environment, check=True, timeout=20)

    def rows():
        return heard.about(store, device["name"], ("config", "restart"), time.time() - 60)

    run(made, act, lambda: len(rows()) == 2)
    assert sorted((row.source, row.kind, row.who) for row in rows()) == [
        ("syslog", "config", "ana"),
        ("trap", "restart", ""),
    ]
    counted = made.snapshot()
    assert (counted["heard_kept"], counted["heard_stranger"], counted["heard_waiting"]) == (2, 1, 0)
    assert json.loads((project.state / "notify-engine.json").read_text())["boots"] >= 1


def test_who_may_speak_are_the_labs_devices_while_one_runs_and_else_everybodys_addresses(project, world, lab):
    assert {one.device for one in senders(project, world).values()} == {one["name"] for one in lab.values()}
    (project.state / "lab.json").rename(project.state / "away.json")
    everybody = senders(project, world)
    (project.state / "away.json").rename(project.state / "lab.json")
    devices = world.devices()
    assert len(everybody) == 2 * len(devices)
    assert everybody[devices[0].v4] is everybody[devices[0].v6]
    assert all(one.words and one.redact for one in everybody.values())


def test_it_is_homeroom_that_logs_in_only_from_the_nocs_networks(world):
    mine = ours(world.programme)
    user, noc = world.programme.management_user, str(world.programme.central.noc[0]).partition("/")[0]
    assert mine(user, noc)
    assert not mine("ana", noc)
    assert not mine(user, "203.0.113.7")
    assert not mine(user, "console")


def test_what_the_store_does_not_take_waits_and_is_kept_at_the_end(project, world, store, lab):
    port, kept, broken = free(), [], [True]

    def keep(rows):
        if broken[0]:
            raise StoreError("the disk is full")
        kept.extend(rows)

    listening = Listening(SyslogPorts(("127.0.0.1",), udp=port))
    made = Receivers.of(project, world, store, listening, vault=Vault.open(project), users=USER)
    made = Receivers(project, listening, made.ear, keep=keep, forget=lambda _: None, vault=Vault.open(project))
    message = "<189>4: %SYS-5-CONFIG_I: Configured from console by ana on vty0"
    waited = []

    def until():
        waited.append(made.snapshot()["heard_waiting"])
        if waited[-1]:
            broken[0] = False
        return bool(waited[-1])

    run(made, lambda: say(lab["ios"]["address"], port, message), until)
    assert [row.who for row in kept] == ["ana"]


def test_what_is_old_is_forgotten_at_the_start_and_a_silent_store_does_not_matter(project, world, store, monkeypatch):
    asked = []

    def forget(before):
        asked.append(before)
        raise StoreError("locked")

    listening = Listening(days=10)
    made = Receivers.of(project, world, store, listening, vault=Vault.open(project), users=USER)
    made = Receivers(project, listening, made.ear, keep=list, forget=forget, vault=Vault.open(project))
    monkeypatch.setattr(room, "_FLUSH", 0.01)
    run(made, lambda: None, lambda: bool(asked))
    assert len(asked) == 1
    assert 9 * 86_400 < time.time() - asked[0] < 11 * 86_400


def test_other_devices_can_be_listened_to_from_now_on(project, world, store):
    made = Receivers.of(project, world, store, Listening(), vault=Vault.open(project), users=USER)
    made.knows({})
    made.ear.syslog(b"<1>x", world.devices()[0].v4)
    assert made.snapshot()["heard_stranger"] == 1


def test_a_port_that_is_taken_ends_it_with_the_reason(project, world, store):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        listening = Listening(SyslogPorts(("127.0.0.1",), udp=taken.getsockname()[1]))
        made = Receivers.of(project, world, store, listening, vault=Vault.open(project), users=USER)
        with pytest.raises(UsageError, match="cannot be listened on"):
            asyncio.run(made.run())


def test_nothing_is_opened_until_somebody_asks_and_the_settings_are_strict(tmp_path):
    assert not Settings().listening.wanted
    path = tmp_path / "observe.yaml"
    path.write_text("listening: {syslog: {udp: 1514, relays: [192.0.2.3]}, traps: {port: 1162}, kinds: [config]}\n")
    assert load(Settings, path).listening == Listening(
        SyslogPorts(udp=1514, relays=("192.0.2.3",)), TrapPort(port=1162), kinds=("config",)
    )
    path.write_text("listening: {syslog: {upd: 1514}, kinds: [confg], days: 0}\n")
    with pytest.raises(InputError) as error:
        load(Settings, path)
    assert "did you mean udp?" in str(error.value)
    assert "did you mean config?" in str(error.value)
    with pytest.raises(ValueError, match="days and per_minute"):
        Listening(days=0)
