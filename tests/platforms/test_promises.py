"""Every promise of every driver under every fault the lab knows, at every step on its way.

The marks say which cell of docs/results.md a case counts for; `pytest --write-results` writes that page.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from beds import BEDS
from junos_house import quick
from promises import JUMP, PROMISES, Story, Watched

from homeroom.lab.faults import BEYOND, KINDS, STRIKING, Fault

pytestmark = [
    pytest.mark.full,  # more than a thousand cases, some waiting for an answer that never comes
    pytest.mark.timeout(1800),  # the first case of a platform waits for all of them, which are told at once
]

IOS = {
    "merge": "connect login read load compare commit save close",
    "replace": "connect login read load compare commit save close",
    "empty": "connect login read load compare close",
    "alone": "connect login read load compare commit close",
    "confirm": "connect login read compare confirm save close",
    "rollback": "connect login read compare rollback save close",
}
ROUTES = {
    "ios": IOS,
    "ios fast": IOS,
    "openwrt": {
        "merge": "connect login read load compare commit confirm close",
        "replace": "connect login read load compare commit confirm close",
        "empty": "connect login read load compare close",
        "alone": "connect login read load compare commit close",
        "confirm": "connect login read confirm close",
        "rollback": "connect login read rollback close",
    },
    "ros": {
        "merge": "connect login read load compare save commit confirm close",
        "replace": "connect login read load compare save commit confirm close",
        "empty": "connect login read close",
        "alone": "connect login read load compare save commit close",
        "confirm": "connect login read confirm close",
        "rollback": "connect login read rollback close",
    },
    "junos": {
        "merge": "connect login read load compare commit close",
        "replace": "connect login read load compare commit close",
        "empty": "connect login read load compare close",
        "alone": "connect login read load compare commit close",
        "confirm": "connect login read confirm close",
        "rollback": "connect login read rollback confirm close",
    },
    "eos": {
        "merge": "connect login read load compare commit save",
        "replace": "connect login read load compare commit save",
        "empty": "connect login read load compare close",
        "alone": "connect login read load compare commit",
        "confirm": "connect login read confirm save close",
        "rollback": "connect login read rollback save close",
    },
}
"""Platform -> promise -> the steps its change comes by: where a fault can strike."""
NUMBERS = [number for number in range(1, 190) if number != 99]
"""Of the devices that every platform's house has an address for."""
EXTRA = {"slow": {"seconds": 0.1}, "clock_jump": {"seconds": JUMP}, "packet_loss": {"share": 0.5}}


def faults(route):
    """Every fault of every kind on a way."""
    for kind in sorted(KINDS - BEYOND):
        more = EXTRA.get(kind, {})
        for step in route.split() if kind in STRIKING else [None]:
            yield Fault(kind, step, **more)
            if kind in {"cut", "reboot"} and step not in {"connect", "login"}:
                yield Fault(kind, step, late=True, **more)


def word(value):
    return value if isinstance(value, str) else "-".join(filter(None, (value.kind, value.step, "late" * value.late)))


CELLS = [
    pytest.param(bed, promise, fault, marks=pytest.mark.promise(bed, PROMISES[promise], fault.kind))
    for bed, routes in ROUTES.items()
    for promise, route in routes.items()
    for fault in faults(route)
]


class Stories:
    """Tells the wanted stories of a platform, many at once: they wait most of the time."""

    def __init__(self, wanted):
        self.wanted, self.told = wanted, {}
        self.stack = ExitStack()
        self.stack.enter_context(quick())
        self.beds, self.targets = {}, {}

    def bed(self, name):
        if name not in self.beds:
            bed = self.beds[name] = BEDS[name]()
            self.stack.callback(bed.close)
        return self.beds[name]

    def pilot(self, name, promise):
        """A change that nothing strikes: where it comes by, what the device then holds."""
        bed = self.bed(name)
        device = bed.fresh(199 - list(PROMISES).index(promise))
        device.faults = Watched()
        return Story(bed, device, promise).run()

    def target(self, name, promise):
        """What the device holds with the new configuration."""
        change = "merge" if promise == "merge" else "replace"
        if (name, change) not in self.targets:
            self.targets[name, change] = self.pilot(name, change).last
        return self.targets[name, change]

    def __call__(self, name, promise, fault):
        if name not in self.told:
            self.told[name] = self.tell(name, [cell for cell in self.wanted if cell[0] == name])
        return self.told[name][promise, fault].result()

    def tell(self, name, cells):
        bed, futures = self.bed(name), {}
        targets = {promise: self.target(name, promise) for _, promise, _ in cells}

        def one(number, promise, fault):
            return Story(bed, bed.fresh(number), promise, fault, targets[promise]).run()

        for start in range(0, len(cells), len(NUMBERS)):
            with ThreadPoolExecutor(24) as pool:
                for number, (_, promise, fault) in zip(NUMBERS, cells[start : start + len(NUMBERS)], strict=False):
                    futures[promise, fault] = pool.submit(one, number, promise, fault)
        return futures


@pytest.fixture(scope="module")
def stories(request):
    wanted = [tuple(item.callspec.params.values()) for item in request.session.items if _is_cell(item)]
    found = Stories(wanted)
    yield found
    found.stack.close()


def _is_cell(item):
    return getattr(item, "originalname", "") == test_a_promise_under_a_fault.__name__


@pytest.mark.parametrize(("bed", "promise", "fault"), CELLS, ids=word)
def test_a_promise_under_a_fault(stories, bed, promise, fault):
    stories(bed, promise, fault).check()


@pytest.mark.parametrize(("bed", "promise"), [(bed, promise) for bed, routes in ROUTES.items() for promise in routes])
def test_a_promise_is_kept_and_its_way_is_the_one_written_down(stories, bed, promise):
    story = stories.pilot(bed, promise)
    story.target = stories.target(bed, promise)
    assert (story.stage, story.error) == ("done", None)
    story.check()
    assert set(story.steps) == set(ROUTES[bed][promise].split())
