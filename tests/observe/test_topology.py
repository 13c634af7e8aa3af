"""What hangs on what: every device once, on what it is cabled to, up to the poller."""

import csv
from contextlib import closing

import nation
import pytest
import yaml

from homeroom.observe.topology import POLLER, Plug, line_name
from homeroom.project import Project
from homeroom.store.reachable import judge
from homeroom.store.world import World
from playbooks.cli import main


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return nation.project(tmp_path_factory.mktemp("nation"))


@pytest.fixture(scope="module")
def found(made):
    return nation.of(made)


def test_every_device_is_a_node_once_and_can_be_judged(found):
    topology, devices = found
    names = [node.name for node in topology.nodes]
    assert len(names) == len(set(names))
    assert set(topology.links) == {one.name for one in devices} <= set(names)
    assert judge(topology.nodes, {})[POLLER].state == "unknown"


def test_access_points_and_switches_hang_on_their_router_and_routers_on_their_line(made, found):
    topology, devices = found
    parents = {node.name: node.parent for node in topology.nodes}
    with closing(World.open(made)) as world:
        sites = {site.id: site for site in world.sites()}
    for one in devices:
        way = [one.name]
        while parents[way[-1]]:
            way.append(parents[way[-1]])
        site = sites[one.site]
        line = line_name(one.region, site.link)
        assert way[-1] == POLLER
        assert way[-2] == one.region
        assert site.backup or way[-3] == line
        assert sum(name.startswith(site_code(one.name)) for name in way) == len(way) - (2 if site.backup else 3)
    assert {one.kind for one in devices} >= {"router", "switch", "ap"}


def site_code(name):
    return name.rpartition("-")[0]


def test_the_port_that_a_cable_ends_in_is_the_intent_s(made, found):
    topology, _ = found
    with closing(World.open(made)) as world:
        planned = {
            port.description: Plug(intent.device.name, port.name)
            for intent in world.intents()
            for port in intent.ports
            if port.mode == "trunk"
        }
    assert topology.plugs == planned


def test_schools_follow_the_router_of_their_site(made, found):
    topology, devices = found
    routers = {one.site: one.name for one in devices if one.kind == "router"}
    with closing(World.open(made)) as world:
        schools = {school.id: site.id for site in world.sites() for school in site.schools}
    assert topology.routers == {school: routers[site] for school, site in schools.items() if site in routers}
    assert len(set(topology.routers.values())) < len(topology.routers), "some sites host several schools"


def test_a_second_line_hangs_on_the_region_and_a_controller_has_its_access_points(tmp_path):
    made = nation.project(tmp_path, 12)
    path = made.inventory / "profiles.yaml"
    equipment = yaml.safe_load(path.read_text(encoding="utf-8"))
    equipment["models"]["C9800-L-C-K9"] = {"platform": "ios", "kind": "wlc", "uplinks": ["TenGigabitEthernet0/1/0"]}
    for profile in equipment["profiles"]:
        if profile["size"] != "S":
            profile["wlc"] = "C9800-L-C-K9"
    path.write_text(yaml.safe_dump(equipment), encoding="utf-8")
    with (made.inventory / "schools.csv").open(encoding="utf-8", newline="") as file:
        rows = [row | {"backup_link": "cellular"} for row in csv.DictReader(file)]
    with (made.inventory / "schools.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    programme = yaml.safe_load((made.inventory / "programme.yaml").read_text(encoding="utf-8"))
    programme["backup_pool"] = "100.127.0.0/16"
    (made.inventory / "programme.yaml").write_text(yaml.safe_dump(programme), encoding="utf-8")
    assert main(["--project", str(tmp_path), "plan"]) == 0
    topology, devices = nation.of(Project.locate(tmp_path))
    points = {one.name: one.site for one in devices if one.kind == "ap"}
    masters = {one.site: one.name for one in devices if one.kind == "wlc"}
    assert points
    assert topology.controllers == {name: masters[site] for name, site in points.items() if site in masters}
    assert topology.controllers
    parents = {node.name: node.parent for node in topology.nodes}
    assert {parents[one.name] == one.region for one in devices if one.kind == "router"} == {True}
