"""Which words count, and what the nation is by them: one uplink down is one fault, a device off is unknown."""

from contextlib import closing

import nation
import pytest
from nation import EVEN, NOW, answering

from homeroom.observe import evidence
from homeroom.observe.evidence import Others, heard, neighbours, tops, weigh
from homeroom.observe.settings import Settings
from homeroom.observe.topology import POLLER, line_name
from homeroom.reading import Status
from homeroom.store.reachable import Fault, Judged
from homeroom.store.told import Told
from homeroom.store.world import World


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return nation.project(tmp_path_factory.mktemp("nation"))


@pytest.fixture(scope="module")
def found(made):
    return nation.of(made)


def known(*statuses):
    return {one.device: one for one in statuses}


def agents(topology, but=(), **options):
    return heard(topology, known(*answering(topology.links, but=but, **options)), EVEN, NOW)


def of_site(devices, site):
    return [one.name for one in devices if one.site == site]


def below_line(topology, line):
    """Everything that hangs on a line, and the schools there."""
    parents = {node.name: node.parent for node in topology.nodes}

    def on(name):
        while name and name != line:
            name = parents[name]
        return name == line

    return [one for one in topology.links if on(one)], [one for one, router in topology.routers.items() if on(router)]


def busiest(topology):
    """The line of most routers."""
    lines = [node.parent for node in topology.nodes if node.name.endswith("-rtr1")]
    return max(sorted(set(lines)), key=lines.count)


def test_when_all_answer_all_are_up_and_there_is_no_fault(found):
    topology, _ = found
    weighed = weigh(topology, agents(topology), {})
    assert set(weighed.devices.values()) == set(weighed.schools.values()) == {Judged("up")}
    assert set(weighed.devices) == set(topology.links)
    assert set(weighed.schools) == set(topology.routers)
    assert weighed.faults == ()


def test_one_uplink_down_is_one_fault_with_its_schools(found):
    topology, _ = found
    line = busiest(topology)
    cut, schools = below_line(topology, line)
    weighed = weigh(topology, agents(topology, but=cut), {})
    assert weighed.faults == (Fault(line, len(cut), len(schools)),)
    assert {weighed.devices[name] for name in cut} == {Judged("unknown", line)}
    assert {weighed.schools[name] for name in schools} == {Judged("down", line)}
    assert {one.state for name, one in weighed.devices.items() if name not in cut} == {"up"}


def test_a_site_cut_off_is_one_fault_at_its_router(found):
    topology, devices = found
    router = max(set(topology.routers.values()), key=list(topology.routers.values()).count)
    site = next(one.site for one in devices if one.name == router)
    gone = of_site(devices, site)
    schools = [name for name, its in topology.routers.items() if its == router]
    assert len(schools) > 1
    weighed = weigh(topology, agents(topology, but=gone), {router: {"ssh": False}})
    assert weighed.faults == (Fault(router, len(gone), len(schools)),)
    assert {weighed.devices[name] for name in gone} == {Judged("down"), Judged("unknown", router)}
    assert {weighed.schools[name] for name in schools} == {Judged("down", router)}


def test_a_device_that_is_off_is_unknown_until_two_agree(found):
    topology, devices = found
    point = next(one.name for one in devices if one.kind == "ap")
    silent = agents(topology, but=[point])
    assert weigh(topology, silent, {}).devices[point] == Judged("unknown")
    assert weigh(topology, silent, {}).faults == ()
    down = weigh(topology, silent, {point: {"ssh": False}})
    assert (down.devices[point], down.faults) == (Judged("down"), (Fault(point, 1, 0),))
    assert weigh(topology, silent, {point: {"port": False, "ssh": True}}).devices[point] == Judged("up")


def test_when_nothing_at_all_answers_we_are_suspected_first(found):
    topology, _ = found
    others = {name: {"ssh": False} for name in topology.links}
    for said in (agents(topology, but=topology.links), {}):
        weighed = weigh(topology, said, others if said else {})
        assert set(weighed.devices.values()) == set(weighed.schools.values()) == {Judged("unknown", POLLER)}
        assert weighed.faults == ()
    one = next(iter(topology.links))
    assert weigh(topology, agents(topology, but=set(topology.links) - {one}), others).faults != ()


def test_old_words_are_none():
    settings = Settings(longest=600.0)
    topology = evidence.Topology(links={"fast": "fiber", "slow": "satellite", "off": "fiber"})

    def fresh(name, ago, *, reachable=True):
        return name in heard(topology, known(Status(name, NOW - ago, reachable)), settings, NOW)

    assert fresh("fast", 149)
    assert not fresh("fast", 151)
    assert fresh("slow", 749)
    assert not fresh("slow", 751)
    assert fresh("off", 749, reachable=False)
    assert not fresh("off", 751, reachable=False)
    assert fresh("fast", -59)
    assert not fresh("fast", -61)
    assert heard(topology, known(Status("nobody's", NOW, reachable=True)), settings, NOW) == {}


def test_only_the_tops_of_a_silence_are_looked_at(found):
    topology, devices = found
    router = next(one for one in devices if one.kind == "router")
    gone = of_site(devices, router.site)
    silent = agents(topology, but=gone)
    assert list(tops(topology, silent)) == [router.name]
    below = {node.name for node in topology.nodes if node.parent == router.name}
    assert set(tops(topology, silent, there=[router.name])) == {router.name, *below}
    assert list(tops(topology, agents(topology))) == []


def test_a_port_speaks_of_what_hangs_there_only_since_it_is_silent(found):
    topology, devices = found
    point = next(one.name for one in devices if one.kind == "ap")
    plug = topology.plugs[point]
    status = Status(point, NOW - 10, False, "no answer", since=NOW - 400)

    def said(value, ago):
        ports = {plug.above: {plug.port: Told(value, NOW - ago), "other": Told("down", NOW)}}
        return neighbours(topology, {point: status}, Others(ports), EVEN, NOW)

    assert said("down", 300) == {point: {"port": False}}
    assert said("not-present", 300) == {point: {"port": False}}
    assert said("up", 300) == {}, "a link says only that it has power"
    assert said("down", 401) == {}, "then it still answered"
    old = Status(point, NOW - 10, False, "no answer", since=NOW - 9000)
    ports = {plug.above: {plug.port: Told("down", NOW - 751)}}
    assert neighbours(topology, {point: old}, Others(ports), EVEN, NOW) == {}, "the switch is not asked any more"


def test_a_controller_speaks_for_its_access_points():
    topology = evidence.Topology(links={"ap": "fiber"}, plugs={}, controllers={"ap": "wlc"})
    status = {"ap": Status("ap", NOW, False, "no answer", since=NOW - 100)}

    def said(value, ago):
        return neighbours(topology, status, Others({}, {"wlc": {"ap": Told(value, NOW - ago)}}), EVEN, NOW)

    assert said("yes", 30) == {"ap": {"controller": True}}
    assert said("no", 30) == {"ap": {"controller": False}}
    assert said("yes", 101) == {}
    assert neighbours(topology, status, Others(), EVEN, NOW) == {}


def test_lines_are_named_by_region_and_kind(made, found):
    topology, _ = found
    with closing(World.open(made)) as world:
        sites = {line_name(site.region, site.link) for site in world.sites() if not site.backup}
    assert {node.name for node in topology.nodes} >= {busiest(topology)}
    assert busiest(topology) in sites
