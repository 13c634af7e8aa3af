"""`homeroom poll` as typed: a planned project, agents on real UDP, the store afterwards."""

from __future__ import annotations

import json
import os
import time

import pytest

from homeroom.lab.emulated import SnmpUser
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.store.db import connect
from homeroom.store.readings import all_status, latest
from homeroom.store.world import World
from playbooks import poll
from playbooks.cli import main
from tests.snmp.box import Box, serving


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("poll") / "district"
    assert main(["init", str(root)]) == 0
    assert main(["--project", str(root), "plan", "--json"]) == 0
    return Project.locate(root)


@pytest.fixture(scope="module")
def devices(project):
    world = World.open(project)
    rows = [next(row for row in world.devices() if row.kind == kind) for kind in ("router", "switch", "ap")]
    world.close()
    return rows


@pytest.fixture
def lab(project, devices):
    """Serve three devices of the project and say so in lab.json; the fourth that it names is dead."""
    vault, now = Vault.open(project), time.time()
    user = SnmpUser("SHA-256", vault.get("snmp_auth").reveal(), "AES", vault.get("snmp_priv").reveal())
    boxes = [
        Box(
            address=f"127.5.0.{number}",
            name=row.name,
            hostname=row.name,
            platform=row.platform,
            kind=row.kind,
            model=row.model,
            boot=now - 500,
            running_changed=now - 60,
            users={"homeroom": user},
        )
        for number, row in enumerate(devices, 1)
    ]
    path = project.state / "lab.json"
    with serving(*boxes) as port:

        def publish(*dead: str) -> None:
            listed = [{"name": box.name, "address": box.address, "platform": box.platform} for box in boxes]
            listed += [{"name": name, "address": "127.5.9.9", "platform": "ios"} for name in dead]
            path.write_text(json.dumps({"pid": os.getpid(), "ports": {"ssh": 1, "snmp": port}, "devices": listed}))

        publish()
        yield publish
    path.unlink()


def polled(project: Project, capsys, *words: str) -> tuple[int, dict]:
    code = main(["--project", str(project.root), "--json", "poll", "--timeout", "0.5", "--retries", "0", *words])
    return code, json.loads(capsys.readouterr().out)


def test_both_engines_poll_the_same(project, devices, lab, capsys):
    documents = [polled(project, capsys, "--engine", engine)[1] for engine in ("wire", "pysnmp")]
    for document in documents:
        assert document.pop("seconds") >= 0
    assert documents[0] == documents[1]
    assert len(json.loads((project.state / "snmp-engines.json").read_text())["engines"]) == 3


def test_everything_that_answers_is_in_the_store(project, devices, lab, capsys):
    code, document = polled(project, capsys, "--once")
    assert code == 0
    assert document.pop("seconds") >= 0
    readings = document.pop("readings")
    assert document == {"polled": 3, "reachable": 3, "unreachable": []}
    store = connect(project)
    statuses = all_status(store)
    found = {row.name: latest(store, row.name) for row in devices}
    store.dispose()
    assert {name: one.reachable for name, one in statuses.items()} == {row.name: True for row in devices}
    names = {row.name: row.name for row in devices}
    assert {name: one["identity.name"][""].value for name, one in found.items()} == names
    assert sum(len(rows) for one in found.values() for rows in one.values()) == readings
    router, switch, ap = (found[row.name] for row in devices)
    assert router["vlans.name"]["10"].value == switch["vlans.name"]["10"].value == ap["vlans.name"]["10"].value
    assert router["changes.running"][""].value == "44000"
    assert router["interfaces.oper"]["1"].value == "up"
    assert router["identity.serial"][""].value


def test_a_round_of_one_schedule_asks_only_that(project, devices, lab, capsys):
    whole = polled(project, capsys)[1]["readings"]
    each = {every: polled(project, capsys, "--class", every)[1]["readings"] for every in poll.CLASSES}
    assert sum(each.values()) == whole
    assert min(each.values()) > 0
    assert polled(project, capsys, "--class", "radio", "--class", "status")[1]["readings"] < whole


def test_who_does_not_answer_is_named_and_the_exit_code_is_3(project, devices, lab, capsys):
    dead = next(name for name in _names(project) if name not in {row.name for row in devices})
    lab(dead)
    code, document = polled(project, capsys)
    assert code == 3
    assert (document["polled"], document["reachable"]) == (4, 3)
    [lost] = document["unreachable"]
    assert lost["device"] == dead
    assert lost["reason"].startswith("no SNMP answer from 127.5.9.9:")
    store = connect(project)
    assert not all_status(store)[dead].reachable
    store.dispose()


def _names(project):
    world = World.open(project)
    names = [row.name for row in world.devices()]
    world.close()
    return names


def test_selectors_select(project, devices, lab, capsys):
    assert polled(project, capsys, "--kind", "ap")[1]["polled"] == 1
    assert polled(project, capsys, "--device", devices[0].name, "--device", devices[1].name)[1]["polled"] == 2


def test_people_see_a_bar_a_table_and_a_line(project, devices, lab, capsys):
    lab("nobody-here", next(name for name in _names(project) if name not in {row.name for row in devices}))
    code = main(["--project", str(project.root), "poll", "--timeout", "0.5", "--retries", "0"])
    shown = capsys.readouterr()
    assert code == 3
    assert shown.out == ""
    assert "polling" in shown.err
    assert "no answer" in shown.err
    assert "3 of 4 devices answered: " in shown.err


def test_what_cannot_be_saved_is_said(project, lab, capsys):
    assert polled(project, capsys)[0] == 0
    state = connect(project)
    with state.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE asked RENAME TO elsewhere")
        connection.exec_driver_sql("CREATE VIEW asked AS SELECT * FROM elsewhere")
    try:
        assert main(["--project", str(project.root), "--json", "poll"]) != 0
        assert "what was asked cannot be saved" in capsys.readouterr().err
    finally:
        with state.begin() as connection:
            connection.exec_driver_sql("DROP VIEW asked")
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO asked")
        state.dispose()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--device", "nobody"], "no device is selected: widen --region, --site, --device, --platform or --kind"),
        (["--timeout", "0"], "--timeout must be above 0, --retries 0 or more"),
        (["--retries", "-1"], "--timeout must be above 0, --retries 0 or more"),
    ],
)
def test_bad_usage_is_one_line(project, lab, capsys, words, message):
    assert main(["--project", str(project.root), "poll", *words]) == 2
    assert capsys.readouterr().err == f"homeroom poll: {message}\n"


def test_no_secret_is_printed(project, lab, capsys):
    vault = Vault.open(project)
    code = main(["--project", str(project.root), "poll", "--json"])
    shown = capsys.readouterr()
    assert code == 0
    for name in ("snmp_auth", "snmp_priv"):
        assert vault.get(name).reveal() not in shown.out + shown.err
