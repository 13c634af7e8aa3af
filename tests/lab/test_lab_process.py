"""The lab as a process: started, asked, edited, stopped; its parts in this process."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys

import pytest
from netmiko import ConnectHandler

from homeroom.errors import LabError
from homeroom.lab import boot, client, gate, server, sockets, ssh, staging, state
from homeroom.lab.control import Control
from homeroom.lab.counters import Counters
from homeroom.lab.door import SOCKET, ask
from homeroom.lab.faults import Fault
from homeroom.lab.fleet import Fleet, Record, Shards, address
from homeroom.lab.hands import edit
from homeroom.lab.ios import ssh as ios_ssh
from homeroom.lab.ios.apply import load
from homeroom.lab.ios.config import Chassis
from homeroom.lab.place import NOWHERE
from homeroom.lab.sockets import Sockets
from homeroom.lab.uci.device import UciDevice
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks.cli import main


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("a-long-directory-name-so-that-the-socket-path-is-longer-than-107-bytes") / "project"
    assert main(["sample", "py", "--sites", "3", "--seed", "7", "--out", str(root)]) == 0
    assert main(["--project", str(root), "plan"]) == 0
    return Project.locate(root)


@pytest.fixture(scope="module")
def lab(project):
    info = client.up(project, sites=1, minute=0.5)
    yield info
    client.down(project)


def test_it_tells_others_what_it_is(lab, project):
    written = json.loads((project.state / "lab.json").read_text(encoding="utf-8"))
    assert set(written) == {"pid", "ports", "platforms", "devices"}
    assert set(written["devices"][0]) == {"name", "address", "platform", "kind"}
    assert written["pid"] == lab.pid != os.getpid()
    assert written["devices"][0]["address"] == "127.1.0.1"
    kinds = {device.kind: device for device in lab.devices}
    assert lab.served(kinds["router"]) == lab.ports
    assert set(lab.served(kinds["ap"])) == {"ssh", "snmp"}


def test_it_is_started_once(lab, project):
    with pytest.raises(LabError, match=rf"a lab runs already \(process {lab.pid}\)"):
        client.up(project)


def test_a_stock_client_logs_in_with_the_credentials_of_lab_status(lab, project, capsys):
    assert main(["--project", str(project.root), "--json", "lab", "status"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"devices", "credentials", "faults", "changes", "services"}
    assert set(document["credentials"]) == {"username", "usernames", "password", "snmp"}
    assert document["credentials"]["usernames"] == {"openwrt": "root"}
    assert set(document["credentials"]["snmp"]) == {"user", "auth", "auth_key", "priv", "priv_key"}
    router = next(device for device in document["devices"] if device["kind"] == "router")
    assert set(router) == {"name", "address", "platform", "kind", "ports"}
    with ConnectHandler(
        device_type="cisco_ios",
        host=router["address"],
        port=router["ports"]["ssh"],
        username=document["credentials"]["username"],
        password=document["credentials"]["password"],
    ) as device:
        assert device.find_prompt() == f"{router['name']}#"
        assert "homeroom" in device.send_command("show snmp user")


def test_lab_status_for_people_prints_no_secret(lab, project, capsys):
    assert main(["--project", str(project.root), "lab", "status"]) == 0
    printed = capsys.readouterr().err
    vault = Vault.open(project)
    assert "Emulated devices" in printed
    assert all(vault.get(name).reveal() not in printed for name in ("device_password", "snmp_auth", "snmp_priv"))


def test_a_fault_is_a_hand_edit_by_somebody_else(lab, project, capsys):
    router = next(device.name for device in lab.devices if device.kind == "router")
    lines = ["--line", "interface Vlan99", "--line", " description by hand"]
    assert main(["--project", str(project.root), "lab", "fault", router, *lines, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"device": router, "lines": 2}
    ap = next(device.name for device in lab.devices if device.kind == "ap")
    for device, line, message in (
        (router, "bogus", f"{router} refuses 'bogus': "),
        (ap, "hostnam x", f"{ap} refuses 'hostnam x': ash: hostnam: not found"),
        ("nobody", "x", "the lab has no device called nobody"),
    ):
        with pytest.raises(LabError, match=message):
            client.edit(project, device, [line])
    assert client.status(project)["touched"] >= 1


def test_requests_that_are_none_are_refused(lab, project):
    path = project.state / SOCKET
    with pytest.raises(LabError, match="the lab cannot 'dance'; it can status, edit, fault, heal, service, stop"):
        ask(path, {"do": "dance"})
    with pytest.raises(LabError, match="the request is malformed"):
        ask(path, {"what": 1})


def test_a_taken_port_is_said(lab, project, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "homeroom.lab.server",
            "--project",
            str(project.root),
            "--port",
            f"ssh={lab.ports['ssh']}",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"TCP port {lab.ports['ssh']} cannot be used")


def test_up_and_down_from_the_command_line(project, capsys):
    root = ["--project", str(project.root)]
    client.down(project)
    assert main([*root, "lab", "down", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"stopped": False}
    assert main([*root, "lab", "status"]) == 2
    assert "no lab runs for this project" in capsys.readouterr().err
    assert main([*root, "lab", "up", "--sites", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ports"].keys() == {"ssh", "snmp"}
    pid = client.info(project).pid
    assert main([*root, "lab", "down"]) == 0
    assert "the lab is stopped" in capsys.readouterr().err
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_lab_that_died_is_cleared_away(project):
    info = client.up(project, sites=1)
    os.kill(info.pid, signal.SIGKILL)
    os.waitpid(info.pid, 0)
    assert (project.state / "lab.json").exists()
    with pytest.raises(LabError, match="no lab runs for this project: run `homeroom lab up`"):
        client.info(project)
    again = client.up(project, sites=1)
    assert again.pid != info.pid
    assert client.down(project)
    assert not (project.state / "lab.json").exists()


def test_a_lab_that_does_not_answer_is_ended(project):
    info = client.up(project, sites=1)
    (project.state / SOCKET).unlink()
    assert client.down(project)
    with pytest.raises(ProcessLookupError):
        os.kill(info.pid, 0)


def test_a_project_without_a_plan_says_so(tmp_path):
    assert main(["sample", "py", "--sites", "2", "--out", str(tmp_path / "p")]) == 0
    with pytest.raises(LabError, match=r"the lab did not start: .*homeroom plan"):
        client.up(Project.locate(tmp_path / "p"))


def test_a_broken_lab_json_is_said(tmp_path):
    (tmp_path / "lab.json").write_text('{"pid": 1}', encoding="utf-8")
    with pytest.raises(LabError, match="is not what a lab writes: delete it"):
        state.read(tmp_path / "lab.json")
    assert state.read(tmp_path / "none.json") is None


def test_the_server_runs_in_this_process_too(project):
    options = server.Options(sites=1, minute=1)
    world = World.open(project)
    records = list(boot.records(world, 1))
    world.close()
    open_ = Sockets(["ssh"], {})

    async def scenario():
        running = asyncio.create_task(server.work(project, options, server.Part(project.state), open_, records))
        while not (project.state / "lab.json").exists():
            await asyncio.sleep(0.02)
            assert not running.done(), running.result()
        info = await asyncio.to_thread(client.info, project)
        status = await asyncio.to_thread(client.status, project)
        router = next(device.name for device in info.devices if device.kind == "router")
        await asyncio.to_thread(client.edit, project, router, ["hostname edited"])
        assert status["devices"] == len(info.devices)
        assert await asyncio.to_thread(client.down, project)
        await running

    asyncio.run(scenario())
    open_.close()


def test_the_process_reports_our_errors_in_one_line(tmp_path, capsys, project):
    assert server.main(["--project", str(tmp_path)]) == 2
    assert "holds no nornir_config.yaml" in capsys.readouterr().err
    taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taken.bind(("127.0.0.1", 0))
    assert server.main(["--project", str(project.root), "--port", f"snmp={taken.getsockname()[1]}"]) == 2
    taken.close()
    assert "UDP port" in capsys.readouterr().err


def test_devices_are_made_when_touched():
    made = []
    records = [Record("a", "127.1.0.1", "ios", "router", "X"), Record("b", "127.1.0.2", "openwrt", "ap", "Y")]
    fleet = Fleet(records, lambda record: made.append(record.name) or record)
    assert fleet.touched == 0
    assert fleet.find("127.1.0.2") is fleet.find("127.1.0.2") is fleet.named("b")
    assert made == ["b"]
    assert fleet.find("127.1.0.9") is None
    assert fleet.enter("127.1.0.9") is None


def test_devices_that_are_only_looked_at_are_made_anew_when_there_are_many():
    records = [Record(f"x-{n}", f"127.1.0.{n}", "ios", "router", "X") for n in range(5)]
    fleet = Fleet(records, lambda record: [record.name], kept=2)
    gone = []
    fleet.forgotten = gone.append
    first = fleet.enter("127.1.0.0")
    for number in range(5):
        fleet.find(f"127.1.0.{number}")
    assert gone == ["127.1.0.1", "127.1.0.2"]
    assert fleet.find("127.1.0.0") is first
    assert list(fleet.entered) == [first]
    assert fleet.touched == 3
    assert fleet.addresses("x-3") == ("127.1.0.3",)
    assert len(fleet.all_named("x")) == 5
    with pytest.raises(LabError, match="the lab has no device or school called y"):
        fleet.all_named("y")


def test_addresses_count_from_127_1_0_1():
    assert [address(n) for n in (1, 255, 256, 50_000)] == ["127.1.0.1", "127.1.0.255", "127.1.1.0", "127.1.195.80"]
    for number in (0, 0xFEFFFF):
        with pytest.raises(LabError, match=r"has no address in 127\.0\.0\.0/8"):
            address(number)


@pytest.fixture(scope="module")
def opened(project):
    world = World.open(project)
    yield world
    world.close()


def test_staged_configurations_are_clean_and_hold_what_staging_makes(project, opened):
    vault = Vault.open(project)
    for intent in opened.intents(Selector(platforms=("ios",))):
        model = opened.equipment.models[intent.device.model]
        loaded = load(vault.reveal("\n".join(staging.ios(intent))), Chassis(frozenset((*model.uplinks, *model.ports))))
        assert loaded.rejected == ()
        assert not loaded.hashed
        tree = loaded.tree
        assert tree.value("hostname ") == intent.device.name
        assert tree.has("ip scp server enable")
        assert tree.section("archive").value("path ") == "flash:archive"
        assert f"Vlan{intent.management.vlan}" in [name for name, _ in tree.sections("interface ")]
        assert bool(list(tree.sections("ip access-list "))) is False


def test_each_platform_boots_as_it_should(project, opened, world):
    vault = Vault.open(project)
    records = list(boot.records(opened, 1))
    make = boot.maker(project, opened, {record.name: record.site for record in records}, world.later, 1)
    for record in records:
        device = make(record)
        assert device.hostname == record.name
        assert list(device.snmp_users()) == ["homeroom"]
        assert device.snmp_users()["homeroom"].auth_key == vault.get("snmp_auth").reveal()
        if record.platform == "openwrt":
            assert isinstance(device, UciDevice)
            assert not device.ssids()  # what it leaves staging with has no wireless network
        else:
            assert edit(device, ["hostname x"]) == {"hostname": "x"}
            assert device.changed_by == "technician"
    with pytest.raises(LabError, match="the inventory has no device called nobody any more"):
        boot.Intents(opened, {"nobody": "00-0001"})("nobody")
    assert len(list(boot.records(opened, 0))) > len(records)


def test_counters_start_at_zero():
    assert (Counters().connections, Counters().lost) == (0, 0)


def test_the_door_answers_every_request(tmp_path, router):
    """In this process: what is asked, what is refused."""
    record = Record(router.name, router.address, "ios", "router", router.model)
    stopped = []

    async def scenario():
        door = await Control(Fleet([record], lambda _: router), Counters(), lambda: stopped.append(1)).serve(
            tmp_path / "lab.sock"
        )

        def request(**what):
            return asyncio.to_thread(ask, tmp_path / "lab.sock", what)

        assert (await request(do="status"))["devices"] == 1
        edited = await request(do="edit", device=router.name, lines=["hostname x", "banner motd #", "hi", "#"])
        assert edited == {"hostname": "x"}
        fault = Fault("offline", seconds=0.01).packed()
        assert await request(do="fault", device=router.name, fault=fault) == {"armed": [router.name]}
        router.faults.arm(Fault("snmp_silent"))
        assert "snmp_silent" in (await request(do="status"))["faults"][router.name]
        assert await request(do="heal", device=router.name) == {"healed": [router.name]}
        assert router.faults.armed == ()
        for what, message in (
            ({"do": "fault", "device": "nobody", "fault": fault}, "the lab has no device or school called nobody"),
            ({"do": "fault", "device": router.name, "fault": {"kind": "cut"}}, "cut needs a step"),
            ({"do": "edit", "device": router.name, "lines": ["bogus"]}, "py11-0001-ro1 refuses 'bogus': "),
            ({"do": "edit", "device": "nobody", "lines": []}, "the lab has no device called nobody"),
            ({"do": "edit"}, "the request is malformed"),
            ({"do": "dance"}, "the lab cannot 'dance'"),
        ):
            with pytest.raises(LabError, match=message):
                await request(**what)
        await request(do="stop")
        door.close()
        await door.wait_closed()

    asyncio.run(scenario())
    assert stopped == [1]
    assert router.changed_by == "technician"
    assert "banner motd" in router.running


def test_nobody_answers_where_no_lab_is(tmp_path):
    with pytest.raises(LabError, match=r"no lab answers \(.*\): run `homeroom lab up`"):
        ask(tmp_path / "none.sock", {"do": "status"})


def test_a_lab_that_takes_too_long_is_given_up(project, monkeypatch):
    monkeypatch.setattr(client, "_START", 0.0)
    with pytest.raises(LabError, match="the lab was not ready after 0 s: see "):
        client.up(project, sites=1)
    client.down(project)


def test_a_lab_that_will_not_end_is_killed(project, monkeypatch):
    info = client.up(project, sites=1)
    monkeypatch.setattr(client, "_STOP", -1.0)
    os.kill(info.pid, signal.SIGSTOP)
    monkeypatch.setattr("homeroom.lab.client.ask", refuse)
    assert client.down(project)
    with pytest.raises(ProcessLookupError):
        os.kill(info.pid, 0)


def refuse(*_):
    raise LabError("nobody answers")


def test_no_free_port_is_said():
    def listen(_port):
        raise OSError("taken")

    with pytest.raises(LabError, match=r"UDP port 0 cannot be used \(taken\): choose another one"):
        sockets.opened(listen, 0, 1161, "UDP")
    with pytest.raises(LabError, match=r"UDP port 5 cannot be used"):
        sockets.opened(listen, 5, 1161, "UDP")


def test_ssh_options_are_kept_for_so_many_devices(monkeypatch, router, switch):
    monkeypatch.setattr(gate, "_KEPT", 1)
    door = ios_ssh.Door(b"s" * 32, Counters())
    door.option(router, "192.0.2.1")
    door.option(switch, "192.0.2.1")
    assert list(door._options) == [switch.name]


def test_the_front_goes_on_when_descriptors_run_out(house, monkeypatch):
    listener = ssh.listener(0)
    calls = []

    async def scenario():
        again = asyncio.Event()

        async def accept(_sock):
            calls.append(1)
            if len(calls) == 1:
                raise OSError(24, "Too many open files")
            again.set()
            await asyncio.sleep(60)

        monkeypatch.setattr(asyncio.get_running_loop(), "sock_accept", accept)
        serving = asyncio.create_task(ssh.Front(lambda _: None, b"s" * 32, Counters()).serve(listener))
        await asyncio.wait_for(again.wait(), 20)
        serving.cancel()

    asyncio.run(scenario())
    listener.close()


def test_two_processes_answer_as_one(tmp_path, router, switch):
    """Two doors, two fleets: the first asks the second; here both are in this process."""
    fleets = [
        Fleet([Record(one.name, one.address, "ios", one.kind, one.model)], lambda _, one=one: one)
        for one in (router, switch)
    ]

    async def scenario():
        second = await Control(fleets[1], Counters(), lambda: None).serve(tmp_path / "lab-1.sock")
        peers = [tmp_path / "lab-1.sock"]
        first = await Control(fleets[0], Counters(1, 2), lambda: None, peers).serve(tmp_path / "lab.sock")

        def request(**what):
            return asyncio.to_thread(ask, tmp_path / "lab.sock", what)

        status = await request(do="status")
        assert (status["devices"], status["processes"], status["counters"]["commands"]) == (2, 2, 2)
        for device in (router, switch):
            assert await request(do="edit", device=device.name, lines=["hostname x"]) == {"hostname": "x"}
        with pytest.raises(LabError, match="the lab has no device called nobody"):
            await request(do="edit", device="nobody", lines=[])
        second.close()
        await second.wait_closed()
        (tmp_path / "lab-1.sock").unlink(missing_ok=True)
        with pytest.raises(LabError, match="a process of the lab does not answer"):
            await request(do="status")
        first.close()

    asyncio.run(scenario())


def test_the_kernel_parts_connections_by_destination():
    records = [Record(f"r{last}", f"127.3.0.{last}", "ios", "switch", "m", f"{last // 2}") for last in range(1, 20)]
    shards = Shards.among(records, 3)
    open_ = Sockets(["ssh"], {}, shards)
    port = open_.ports["ssh"]
    assert {name: len(found) for name, found in open_.open.items()} == {"ssh": 3, "snmp": 3}
    for last in range(1, 20):
        where = f"127.3.0.{last}"
        with socket.create_connection((where, port), timeout=10):
            accepted, _ = open_.of(shards.of(where))["ssh"].accept()
            assert accepted.getsockname()[0] == where
            accepted.close()
    with pytest.raises(LabError, match=f"TCP port {port} cannot be used"):
        Sockets(["ssh"], {"ssh": port}, Shards((0,), 2))
    open_.keep(0)
    assert open_.open["ssh"][1].fileno() == -1
    open_.close()


def test_a_port_that_cannot_be_shared_is_said():
    def listen(port, shared):
        if shared:
            raise OSError("no")
        return ssh.listener(port)

    with pytest.raises(LabError, match=r"TCP port \d+ cannot be shared by 2 processes \(no\)"):
        sockets.shared(listen, 0, 2222, "TCP", Shards((0,), 2))


def test_a_nation_takes_a_process_for_each_core(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))
    options = server.Options()
    assert [server.processes(options, devices) for devices in (10, 4_999, 5_000)] == [1, 1, 4]
    assert server.processes(server.Options(processes=3), 10) == 3


def test_processes_that_do_not_come_are_waited_for_and_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "_READY", 0.05)
    with pytest.raises(LabError, match="a process of the lab did not start: see the lines above"):
        asyncio.run(server._all_there([tmp_path / "none.sock"]))


def test_places_follow_from_the_facts(project, opened):
    records = list(boot.records(opened, 1))
    places = boot.Places(opened, {record.address: record for record in records})
    assert places("127.9.9.9") == NOWHERE
    router = next(record for record in records if record.kind == "router")
    place = places(router.address)
    assert place.timezone == "America/Asuncion"
    assert place.uplinks == ("GigabitEthernet0/0/0", "GigabitEthernet0/0/1")
    assert place.points == sum(record.kind == "ap" for record in records)
    assert place is places(router.address)
