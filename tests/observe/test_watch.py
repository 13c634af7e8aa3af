"""The daemon as typed: it polls a lab of agents on real UDP, judges, ends cleanly; and the parts' common life."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from homeroom.errors import StoreError, UsageError
from homeroom.lab.emulated import SnmpUser
from homeroom.observe import watch as watching
from homeroom.observe.meters import Meters
from homeroom.observe.seen import Seen
from homeroom.observe.watch import Ticking, stopping, watch
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.snmp.wire.line import Stats
from homeroom.store.db import connect
from homeroom.store.inventory import inventory_path
from homeroom.store.readings import all_status, latest
from homeroom.store.world import World
from playbooks.cli import main
from playbooks.observe import Screen
from tests.snmp.box import Box, serving


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("observe") / "district"
    assert main(["init", str(root)]) == 0
    assert main(["--project", str(root), "plan", "--json"]) == 0
    quick = "periods: {status: 1, radio: 4, inventory: 60}\ntimeout: 0.5\nretries: 0\nmetrics: {port: 0}\n"
    (root / "inventory" / "observe.yaml").write_text(quick)
    return Project.locate(root)


@pytest.fixture
def lab(project):
    """Serve a router, a switch and an access point of the project; a fourth that lab.json names is dead."""
    world = World.open(project)
    rows = [next(row for row in world.devices() if row.kind == kind) for kind in ("router", "switch", "ap")]
    dead = next(row for row in world.devices() if row.name not in {one.name for one in rows})
    world.close()
    vault, now = Vault.open(project), time.time()
    user = SnmpUser("SHA-256", vault.get("snmp_auth").reveal(), "AES", vault.get("snmp_priv").reveal())
    boxes = [
        Box(
            address=f"127.6.0.{number}", name=row.name, hostname=row.name, platform=row.platform, kind=row.kind,
            model=row.model, boot=now - 500, running_changed=now - 60, users={"homeroom": user},
        )
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    path = project.state / "lab.json"
    with serving(*boxes) as port:
        listed = [{"name": box.name, "address": box.address} for box in boxes]
        listed += [{"name": dead.name, "address": "127.6.9.9"}]
        path.write_text(json.dumps({"pid": os.getpid(), "ports": {"ssh": 1, "snmp": port}, "devices": listed}))
        yield [row.name for row in rows], dead.name
    path.unlink()


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def test_it_observes_for_a_while(project, lab, capsys):
    names, dead = lab
    assert main(["--project", str(project.root), "--json", "observe", "--for", "6"]) == 0
    told = events(capsys.readouterr().out)
    assert told[0]["event"] == "began"
    assert told[0]["devices"] == 4
    assert [(one["event"], one["device"]) for one in told[1:-1]] == [("lost", dead)]
    assert told[-1]["event"] == "ended"
    assert told[-1]["unsaved"] == 0
    assert told[-1]["answered_status"] >= 6
    assert told[-1]["answered_radio"] >= 3
    assert told[-1]["engine_sent"] > 10
    state = connect(project)
    statuses = all_status(state)
    found = {name: latest(state, name) for name in names}
    state.dispose()
    assert {name: one.reachable for name, one in statuses.items()} == dict.fromkeys(names, True) | {dead: False}
    assert {name: one["identity.name"][""].value for name, one in found.items()} == {name: name for name in names}
    assert len(json.loads((project.state / "snmp-engines.json").read_text())["engines"]) == 3


def test_it_follows_the_inventory(project, lab, capsys, monkeypatch):
    monkeypatch.setattr(watching, "FOLLOW", 0.2)
    names, dead = lab
    path = project.state / "lab.json"
    state = json.loads(path.read_text())
    whole = state["devices"]
    path.write_text(json.dumps(state | {"devices": whole[:1]}))

    def grow():
        time.sleep(2)
        path.write_text(json.dumps(state))
        os.utime(inventory_path(project))

    growing = threading.Thread(target=grow)
    growing.start()
    assert main(["--project", str(project.root), "--json", "observe", "--for", "6"]) == 0
    growing.join()
    told = events(capsys.readouterr().out)
    assert (told[0]["devices"], told[-1]["devices"]) == (1, 4)
    assert dead in {one["device"] for one in told if one["event"] == "lost"}
    assert told[-1]["answered_radio"] >= len(names)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(project, lab, number):
    command = [sys.executable, "-m", "playbooks.cli", "--project", str(project.root), "--json", "observe"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert json.loads(running.stdout.readline())["event"] == "began"
        running.stdout.readline()  # the dead one is lost
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert events(out)[-1]["event"] == "ended"
    assert events(out)[-1]["unsaved"] == 0


def test_people_see_lines(project, lab, capsys):
    assert main(["--project", str(project.root), "observe", "--for", "0.5"]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "observing 4 devices; Ctrl-C ends it" in shown.err
    assert "ended: " in shown.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--device", "nobody"], "no device is selected: widen --region, --site, --device, --platform or --kind"),
        (["--for", "0"], "--for must be above 0"),
        (["--timeout", "0"], "--timeout must be above 0, --retries 0 or more"),
    ],
)
def test_bad_usage_is_one_line(project, lab, capsys, words, message):
    assert main(["--project", str(project.root), "observe", *words]) == 2
    assert capsys.readouterr().err == f"homeroom observe: {message}\n"


def test_a_terminals_line_is_written_over(monkeypatch, capsys):
    screen = Screen()
    screen._over = True
    meters = Meters(devices=4, dead=1)
    meters.answered["status"] = 30
    meters.overdue["radio"] = 7
    meters.waiting, meters.store_why = 9, "database is locked"
    screen.saw(Seen("a", "status", 1.0, 0, "", None, "no answer"))
    screen.tick(meters)
    screen.ended(meters)
    shown = capsys.readouterr().err
    assert "\r\x1b[K3 of 4 answer, " in shown
    assert "7 overdue, 9 rows wait: database is locked" in shown
    assert "9 rows could not be saved: database is locked" in shown


class Part:
    def __init__(self, error=None):
        self.error, self.ended = error, False

    async def run(self):
        try:
            if self.error:
                raise self.error
            await asyncio.sleep(60)
        finally:
            self.ended = True


def test_one_part_that_fails_ends_all_with_its_error():
    quiet, broken = Part(), Part(StoreError("no room"))

    async def work():
        with stopping(None) as end:
            await watch([quiet, broken], end)

    with pytest.raises(StoreError, match="no room"):
        asyncio.run(work())
    assert quiet.ended


def test_an_error_within_a_group_within_a_part_is_found():
    class Deep(Part):
        async def run(self):
            async with asyncio.TaskGroup() as group:
                group.create_task(Part(UsageError("deep")).run())

    async def work():
        with stopping(None) as end:
            await watch([Deep()], end)

    with pytest.raises(UsageError, match="deep"):
        asyncio.run(work())


def test_the_end_ends_all_and_what_ticks_ticks():
    ticks, quiet = [], Part()

    async def work():
        with stopping(0.2) as end:
            await watch([Ticking(lambda: ticks.append(1), 0.01), quiet], end)

    asyncio.run(work())
    assert ticks
    assert quiet.ended


def test_in_another_thread_it_ends_without_signals():
    def work():
        async def inner():
            with stopping(0.01) as end:
                await end

        asyncio.run(inner())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def test_meters_are_plain_numbers():
    meters = Meters(engine=Stats(sent=5), devices=2)
    meters.count("status", answered=True, refused=2, octets=100)
    meters.count("status", answered=False, refused=0, octets=50)
    found = meters.snapshot()
    assert found["answered_status"] == found["silent_status"] == 1.0
    assert found["refused_status"] == 2.0
    assert (found["engine_sent"], found["octets"], found["devices"]) == (5.0, 150.0, 2.0)
    assert all(type(value) is float for value in found.values())
    assert "engine_sent" not in Meters().snapshot()
