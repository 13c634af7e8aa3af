"""Judging as the daemon does it: from what is stored to intervals and faults, each minute, whatever happens."""

import asyncio
import shutil
from contextlib import closing

import nation
import pytest
from nation import EVEN, NOW, answering

from homeroom.errors import InputError
from homeroom.lab import client
from homeroom.observe.judging import AGAIN, Judging
from homeroom.project import Project
from homeroom.reading import Reading
from homeroom.store.db import connect, connect_series
from homeroom.store.outages import faults, intervals
from homeroom.store.world import World
from playbooks.cli import main


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return nation.project(tmp_path_factory.mktemp("nation"), 12).root


class Watch:
    """A project, its databases, what the second look would find, and a clock."""

    def __init__(self, root):
        self.project = Project.locate(root)
        self.state, self.series = connect(self.project), connect_series(self.project)
        self.now, self.greets, self.asked = NOW, {}, []
        self.judging = Judging(self.project, self.state, self.series, EVEN, clock=lambda: self.now, look=self.look)
        self.topology, self.devices = nation.of(self.project)

    async def look(self, doors):
        found = dict(doors)
        self.asked.append(sorted(found))
        return {name: self.greets[name] for name in found if name in self.greets}

    def poll(self, but=()):
        nation.save(self.state, answering(self.topology.links, self.now - 20, but))

    def judge(self, but=(), after=60.0, rows=(), every="radio"):
        """Poll and judge; what else devices told since goes into `rows`."""
        self.now += after
        self.poll(but)
        nation.save(self.state, [], rows, every)
        return asyncio.run(self.judging.once())

    def first(self, kind):
        return next(one.name for one in self.devices if one.kind == kind)

    def states(self, name, kind="device"):
        return [(one.state, one.cause) for one in intervals(self.series, kind, name)]


@pytest.fixture
def watch(template, tmp_path):
    shutil.copytree(template, tmp_path / "project")
    made = Watch(tmp_path / "project")
    yield made
    made.state.dispose()
    made.series.dispose()


def test_a_round_is_kept_as_intervals(watch):
    one = watch.judge()
    assert one.devices == {"up": len(watch.topology.links)}
    assert one.schools == {"up": len(watch.topology.routers)}
    assert one.changed == len(watch.topology.links) + len(watch.topology.routers)
    assert watch.judge().changed == 0
    assert watch.asked == []
    assert watch.states(watch.first("ap")) == [("up", "")]


def test_an_access_point_is_unknown_until_a_second_source_agrees(watch):
    point = watch.first("ap")
    watch.judge()
    watch.judge(but=[point])
    assert watch.asked == [[point]]
    assert watch.states(point) == [("up", ""), ("unknown", "")]
    watch.greets = {point: False}
    watch.judge(but=[point])
    assert watch.asked == [[point]] * 2, "what gave no word is tried again"
    assert watch.states(point)[-1] == ("down", "")
    assert [(one.root, one.until, one.devices) for one in faults(watch.series)] == [(point, None, 1)]
    back = watch.judge()
    assert (watch.states(point)[-1], back.faults) == (("up", ""), ())
    assert [one.until for one in faults(watch.series)] == [int(watch.now)]


def test_a_silent_device_is_looked_at_again_only_after_a_while(watch):
    point = watch.first("ap")
    watch.greets = {point: False}
    watch.judge(but=[point])
    for _ in range(int(AGAIN // 60)):
        watch.judge(but=[point])
        assert watch.judging.last.devices["down"] == 1
    assert watch.asked == [[point]] * 2
    watch.greets = {point: True}
    watch.judge(but=[point], after=AGAIN)
    assert watch.judging.last.devices == {"up": len(watch.topology.links)}
    watch.judge()
    watch.judge(but=[point])
    assert len(watch.asked) == 4, "a new silence is looked at anew"


def test_a_port_without_link_is_the_second_source(watch):
    point = watch.first("ap")
    plug = watch.topology.plugs[point]
    watch.judge()
    watch.judge(but=[point], rows=nation.port(plug.above, plug.port, "down", NOW + 110))
    assert watch.states(point)[-1] == ("down", "")


def test_a_controller_says_that_its_access_point_is_there(watch):
    point, switch = watch.first("ap"), watch.first("switch")
    watch.judge()
    told = {"access_points.name": point, "access_points.up": "yes"}
    rows = [Reading(switch, name, "aa", value, NOW + 110) for name, value in told.items()]
    watch.judging.nation.topology.controllers[point] = switch
    watch.judge(but=[point], rows=rows, every="status")
    assert watch.states(point) == [("up", "")]


def test_a_site_without_its_line_is_one_fault_with_its_schools(watch):
    routers = list(watch.topology.routers.values())
    router = max(sorted(set(routers)), key=routers.count)
    site = next(one.site for one in watch.devices if one.name == router)
    gone = [one.name for one in watch.devices if one.site == site]
    watch.greets = dict.fromkeys(gone, False)
    watch.judge()
    one = watch.judge(but=gone)
    assert watch.asked == [[router]]
    assert [(found.root, found.devices, found.schools) for found in one.faults] == [
        (router, len(gone), routers.count(router))
    ]
    school = next(name for name, its in watch.topology.routers.items() if its == router)
    assert watch.states(school, "school") == [("up", ""), ("down", router)]


def test_while_nobody_polls_nothing_is_known(watch):
    watch.judge()
    watch.now += 170
    asyncio.run(watch.judging.once())
    assert watch.states(watch.first("router"))[-1] == ("unknown", "poller")
    assert watch.asked == []


def test_a_school_that_is_added_is_judged_from_the_next_round_on(watch, capsys):
    one = watch.judge()
    path = watch.project.inventory / "schools.csv"
    head, first, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line}\n" for line in (head, *rows)), encoding="utf-8")
    assert main(["--project", str(watch.project.root), "plan"]) == 0
    less = watch.judge()
    assert sum(less.schools.values()) == sum(one.schools.values()) - 1
    path.write_text("".join(f"{line}\n" for line in (head, first, *rows)), encoding="utf-8")
    assert main(["--project", str(watch.project.root), "plan"]) == 0
    assert sum(watch.judge().schools.values()) == sum(one.schools.values())
    assert watch.judging.why == ""
    capsys.readouterr()


def test_an_inventory_that_breaks_leaves_the_one_before_in_force(watch):
    one = watch.judge()
    path = watch.project.inventory / "programme.yaml"
    path.write_text("regions: [\n", encoding="utf-8")
    broken = watch.judge()
    assert broken.devices == one.devices
    assert watch.judging.why.startswith("the inventory before goes on to be judged: inventory/programme.yaml")


def test_a_database_that_does_not_take_it_ends_nothing(watch):
    watch.judge()
    with closing(watch.series.raw_connection()) as raw:
        raw.execute("ALTER TABLE standing RENAME TO gone")
        raw.commit()
        assert watch.judge(but=[watch.first("ap")]) is None
        assert watch.judging.why.startswith("availability cannot be saved: no such table: standing")
        raw.execute("ALTER TABLE gone RENAME TO standing")
        raw.commit()
    assert watch.judge().devices == {"up": len(watch.topology.links)}
    assert watch.judging.why == ""


def test_the_daemon_judges_keeps_up_and_ends_when_cancelled(watch):
    watch.poll()

    async def ran():
        task = asyncio.create_task(watch.judging.run())
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if watch.judging.last is not None and all(job.due for job in watch.judging._upkeep.jobs):
                break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(ran(), 30))
    assert watch.judging.last.devices == {"up": len(watch.topology.links)}
    assert watch.judging.undone == {}


def test_the_daemon_does_not_start_on_an_inventory_that_cannot_be_read(watch):
    (watch.project.inventory / "programme.yaml").write_text("regions: [\n", encoding="utf-8")
    with pytest.raises(InputError):
        asyncio.run(watch.judging.run())


@pytest.mark.timeout(120)
def test_a_device_of_the_lab_that_is_switched_off_is_down_by_two_sources(template, tmp_path, capsys):
    """Agent and SSH of a real lab: an access point whose agent alone is silent is up, one that is off is down."""
    root = tmp_path / "project"
    shutil.copytree(template, root)
    assert main(["--project", str(root), "lab", "up"]) == 0
    project = Project.locate(root)
    state, series = connect(project), connect_series(project)
    try:
        with closing(World.open(project)) as world:
            names = [one.name for one in world.devices()]
            off, mute = [one.name for one in world.devices() if one.kind == "ap"][:2]
        assert main(["--project", str(root), "lab", "fault", off, "offline"]) == 0
        assert main(["--project", str(root), "lab", "fault", mute, "snmp_silent"]) == 0
        nation.save(state, answering(names, NOW, but=[off, mute]))
        judging = Judging(project, state, series, EVEN, clock=lambda: NOW)
        one = asyncio.run(judging.once())
        assert one.devices == {"up": len(names) - 1, "down": 1}
        assert [found.root for found in one.faults] == [off]
    finally:
        client.down(project)
        state.dispose()
        series.dispose()
        capsys.readouterr()
