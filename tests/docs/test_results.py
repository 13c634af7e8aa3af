"""docs/results.md is what `make test-full` wrote: it has a result for all that the code knows, and no failure."""

from collections import Counter

import pytest
from beds import BEDS
from outcomes import CLIENTS, FAULTS, PAGE, PLATFORMS, PROMISES, Outcomes
from promises import PROMISES as WORDS
from test_promises import CELLS, ROUTES

from homeroom.lab.faults import STEPS, STRIKING
from homeroom.platforms.ability import VERBS
from homeroom.rollout.drivers import DRIVERS

WANTED = {
    "ios": ("NAPALM", "netmiko", "scrapli", "cisco.ios", "OpenSSH", "net-snmp"),
    "openwrt": ("netmiko", "Ansible", "OpenSSH", "paramiko", "net-snmp"),
    "ros": ("librouteros", "napalm-ros", "community.routeros", "net-snmp"),
    "junos": ("NAPALM", "netmiko", "PyEZ", "ncclient", "scrapli", "junipernetworks.junos", "net-snmp"),
    "eos": ("NAPALM", "netmiko", "pyeapi", "scrapli", "arista.eos", "net-snmp"),
}
"""Clients that must have been run against a platform."""
STALE = "docs/results.md is stale: run `make test-full`"


@pytest.fixture
def written(request):
    """The page is there to be read."""
    if request.config.getoption("--write-results"):
        pytest.skip("this run writes the page: `make test-full` reads it afterwards")


def rows(heading):
    """The cells of the table under a heading, by its row's first two and its column's name."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    assert rest, STALE
    table = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table]
    head, _, *body = lines
    return {(*line[:2], name.strip("`")): cell for line in body for name, cell in zip(head[2:], line[2:], strict=True)}


def ways():
    """Every platform we drive, and every other transport to it."""
    for name, driver in DRIVERS.items():
        yield name
        yield from (f"{name} {other}" for other, enter in driver.transports.items() if enter is not driver.session)


def test_every_platform_promise_and_fault_that_the_code_knows_has_cases():
    assert list(BEDS) == list(ROUTES) == list(ways())
    assert set(PLATFORMS) == set(DRIVERS)
    for bed, routes in ROUTES.items():
        assert routes.keys() == WORDS.keys()
        assert {step for route in routes.values() for step in route.split()} <= STEPS
        cases = {cell.values[1:] for cell in CELLS if cell.values[0] == bed}
        for promise, route in routes.items():
            found = Counter(fault.kind for one, fault in cases if one == promise)
            assert found.keys() == set(FAULTS)
            assert all(found[kind] >= len(route.split()) for kind in STRIKING)


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_is_able_to_all_that_is_promised(name):
    assert DRIVERS[name].ability.lacks(*VERBS) == {}, "tests/platforms/promises.py has cases for what it cannot do"


def test_the_page_counts_every_case_and_no_failure(written):
    counts = Counter((f"`{bed}`", WORDS[promise], fault.kind) for bed, promise, fault in (one.values for one in CELLS))
    assert rows(PROMISES.split("\n")[1]) == {cell: str(count) for cell, count in counts.items()}, STALE


def test_every_stock_client_was_run_and_none_failed(written):
    found = {(client, platform): cell for (client, _, platform), cell in rows(CLIENTS.split("\n")[1]).items()}
    for platform, clients in WANTED.items():
        for client in clients:
            assert found[client, platform].isdecimal(), f"{client} on {platform}: {STALE}"
    assert not any(word in cell for cell in found.values() for word in ("failed", "skipped")), STALE


def test_a_failure_stands_out_and_what_was_skipped_is_no_success():
    outcomes = Outcomes()
    outcomes.found["promise"]["ios", "merge", "cut"] = Counter(passed=2, failed=1)
    outcomes.found["stock"]["netmiko", "ios"] = Counter(skipped=1)
    assert "| `ios` | merge | none | none | 2, **1 failed** | none |" in outcomes.page()
    assert "| skipped |  |  |  |  |\n" in outcomes.page()
