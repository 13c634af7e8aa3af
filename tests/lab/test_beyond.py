"""What answers an emulated device beyond itself: itself, its site, the uplink, the central services; and nothing else."""

import contextlib
import json
import warnings
from types import SimpleNamespace

import pytest

from homeroom.errors import LabError
from homeroom.lab import boot, client
from homeroom.lab.beyond import OPEN
from homeroom.lab.faults import Fault
from homeroom.lab.fleet import Fleet
from homeroom.lab.hands import edit
from homeroom.lab.services import Services
from homeroom.programme.model import Central
from homeroom.store.world import World
from playbooks.cli import main
from tests.lab import mixed

RESOLVER, RESOLVER6 = "192.0.2.11", "2001:db8:ffff::11"
NTP, RADIUS = "192.0.2.1", "192.0.2.5"
FREE, FREE6 = "192.0.2.200", "2001:db8:ffff::200"
ELSEWHERE = "203.0.113.9"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return mixed.project(tmp_path_factory.mktemp("beyond") / "district", sites=6)


@pytest.fixture
def place(project):
    """A school with a Junos router, an EOS switch and access points."""
    with contextlib.closing(World.open(project)) as world:
        records = list(boot.records(world, 0))
        later = lambda _delay, _call: SimpleNamespace(cancel=lambda: None)  # noqa: E731
        around = boot.Around(project, world, records, later)
        sites = {record.name: record.site for record in records}
        fleet = Fleet(records, boot.maker(project, world, sites, later, 1, around=around))
        around.ways.known = fleet.known
        router = next(record for record in records if (record.platform, record.kind) == ("junos", "router"))
        there = [record for record in records if record.site == router.site]
        switch, ap = (next(record for record in there if record.kind == kind) for kind in ("switch", "ap"))
        made = {name: fleet.enter(r.address) for name, r in (("router", router), ("switch", switch), ("ap", ap))}
        intents = {name: around.intents(device.name) for name, device in made.items()}
        yield SimpleNamespace(**made, intents=intents, services=around.truth.services)


def echoes(device, *addresses):
    return [device.beyond.echoes(device, address) for address in addresses]


def test_a_device_answers_itself(place):
    management = place.intents["switch"].management
    assert echoes(place.switch, "127.0.0.1", "::1", management.v4, management.v6) == [True] * 4
    assert echoes(place.switch, "", "nonsense", "1.2.3", ELSEWHERE) == [False] * 4
    place.switch.faults.arm(Fault("uplink_down"))
    assert echoes(place.switch, management.v4, NTP) == [True, False]


def test_the_site_answers_as_the_plan_and_the_running_configuration_have_it(place):
    ap, router = place.intents["ap"].management, place.intents["router"]
    student = next(segment for segment in router.segments if segment.role == "student")
    assert echoes(place.switch, ap.v4, ap.v6, ap.gateway4, student.gateway4, student.gateway6) == [True] * 5
    unused = student.v4.address(-2)
    assert echoes(place.switch, unused) == [False]
    place.ap.faults.arm(Fault("offline"))
    assert echoes(place.switch, ap.v4, ap.gateway4) == [False, True]
    edit(place.router, [f"set interfaces irb unit {router.management.vlan} disable"])
    assert echoes(place.switch, ap.gateway4, NTP) == [False, False]
    assert echoes(place.router, NTP) == [True]


def test_the_uplink_answers_its_router_and_all_behind_it(place):
    peer = place.intents["router"].uplinks[0].peer4
    assert echoes(place.router, peer, "fe80::1", "fe80::1%ge-0/0/0.0") == [True] * 3
    assert echoes(place.ap, peer, "fe80::1") == [True, False]
    place.router.faults.arm(Fault("uplink_down"))
    for device in (place.router, place.switch, place.ap):
        assert echoes(device, peer, NTP, RESOLVER6) == [False] * 3
        assert not device.beyond.resolves(device, RESOLVER)
    place.router.faults.clear()
    edit(place.router, [f"set interfaces {place.intents['router'].uplinks[0].interface} disable"])
    assert echoes(place.ap, peer, NTP) == [False, False]


def test_central_services_answer_and_what_stands_beside_them(place):
    ask = place.ap.beyond
    assert echoes(place.ap, RESOLVER, RESOLVER6, NTP, RADIUS, FREE, FREE6, ELSEWHERE) == [True] * 6 + [False]
    resolve = {a: ask.resolves(place.ap, a) for a in (RESOLVER, RESOLVER6, NTP, RADIUS, FREE, FREE6, ELSEWHERE)}
    assert [where for where, answered in resolve.items() if answered] == [RESOLVER, RESOLVER6, FREE, FREE6]


def test_a_dead_service_is_dead_for_the_device_that_has_the_fault(place):
    place.ap.faults.arm(Fault("dns_dead"))
    place.switch.faults.arm(Fault("radius_dead"))
    assert echoes(place.ap, RESOLVER, RADIUS, NTP) == [False, True, True]
    assert echoes(place.switch, RESOLVER, RADIUS, NTP) == [True, False, True]
    assert [one.beyond.resolves(one, RESOLVER) for one in (place.ap, place.switch)] == [False, True]
    assert not place.ap.beyond.resolves(place.ap, FREE)


def test_services_are_switched_off_and_on_by_address():
    services = Services(Central("x.example", {"pupil": (RESOLVER, RESOLVER6)}, (NTP,), (), (RADIUS,), ()))
    services.set(RESOLVER, "dns", up=False)
    assert (services.echoes(RESOLVER), services.resolves(RESOLVER)) == (True, False)
    services.set(RADIUS, None, up=False)
    assert (services.echoes(RADIUS), services.resolves(RADIUS)) == (False, False)
    services.set("2001:DB8:99:0::1", None, up=True)
    assert (services.echoes("2001:db8:99::1"), services.resolves("2001:db8:99::1")) == (True, True)
    services.set(ELSEWHERE, "echo", up=True)
    assert (services.echoes(ELSEWHERE), services.resolves(ELSEWHERE)) == (True, False)
    for where in (RESOLVER, RADIUS):
        services.set(where, None, up=True)
    assert (services.resolves(RESOLVER), services.echoes(RADIUS), services.resolves(RADIUS)) == (True, True, False)
    assert set(services.changed) == {"2001:db8:99::1", ELSEWHERE}
    for address, kind, message in (("nonsense", None, "'nonsense' is no IP address"), (NTP, "ntp", "not ntp")):
        with pytest.raises(LabError, match=message):
            services.set(address, kind, up=True)


def test_without_a_lab_everything_answers_but_for_faults(place):
    assert OPEN.echoes(place.ap, ELSEWHERE)
    place.ap.faults.arm(Fault("dns_dead"))
    assert (OPEN.echoes(place.ap, ELSEWHERE), OPEN.resolves(place.ap, ELSEWHERE)) == (True, False)
    place.ap.faults.arm(Fault("uplink_down"))
    assert not OPEN.echoes(place.ap, ELSEWHERE)


def test_every_process_hears_of_a_service(project, capsys):
    with warnings.catch_warnings():  # the lab outlives the call that starts it, on purpose
        warnings.simplefilter("ignore", ResourceWarning)
        assert main(["--project", str(project.root), "lab", "up", "--processes", "2"]) == 0
    try:
        assert "192.0.2.0/24 and 2001:db8:ffff::/64 answer" in " ".join(capsys.readouterr().err.split())
        service = ["--project", str(project.root), "lab", "service"]
        assert main([*service, RESOLVER, "--down", "--kind", "dns"]) == 0
        assert main([*service, ELSEWHERE, "--up", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said == {"services": {RESOLVER: {"dns": False}, ELSEWHERE: {"dns": True, "echo": True}}}
        assert client.status(project)["services"] == said["services"]
        assert main(["--project", str(project.root), "lab", "status"]) == 0
        table = next(line for line in capsys.readouterr().err.splitlines() if "not dns" in line)
        assert RESOLVER in table
        assert main([*service, "nonsense", "--up"]) == 2
        assert "'nonsense' is no IP address" in capsys.readouterr().err
        assert main([*service, ELSEWHERE, "--down"]) == 0
        assert main([*service, RESOLVER, "--up"]) == 0
        assert client.status(project)["services"] == {ELSEWHERE: {"dns": False, "echo": False}}
    finally:
        client.down(project)
