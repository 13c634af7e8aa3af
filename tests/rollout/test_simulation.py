"""Bad changes to 50,000 devices through the real plan, controller and breaker: how many devices each one harms.

`python tests/rollout/test_simulation.py` prints the table. A device is harmed when its checks fail or it is lost;
100 devices are under way at once, and those under way at the halt end as they would have and are counted.
"""

import random
import sys
from collections import deque
from functools import cache
from itertools import islice
from statistics import median

import pytest
from nations import nation

from homeroom.rollout.breaker import Breaker, Checked, Rules
from homeroom.rollout.control import Controller
from homeroom.rollout.waves import CANARY, plan_waves

DEVICES = 50_000
AT_ONCE = 100
RULES = Rules(interval=None)


@cache
def world():
    targets = nation(DEVICES)
    return targets, plan_waves(targets)


def run(breaks, dice):
    """Drive one change; `breaks(device)` tells whether it breaks there. Returns (harmed, stage of the halt or "")."""
    targets, plan = world()
    breaker = Breaker(targets, RULES)
    controller, now = Controller(plan, breaker), 0.0
    waiting, under_way = deque(), []
    while True:
        if not waiting and not under_way:
            order = controller.step(now)
            if order.action in ("done", "halt"):
                return len(breaker.harmed), order.wave.stage if order.action == "halt" else ""
            waiting.extend(order.devices)
            now = order.until or now
        while waiting and len(under_way) < AT_ONCE:
            under_way.append(waiting.popleft())
        if under_way:
            place = dice.randrange(len(under_way))
            under_way[place], under_way[-1] = under_way[-1], under_way[place]
            device = under_way.pop()
            now += 0.03
            outcome = "failed" if breaks(device) else "passed"
            if controller.record(Checked(device, outcome, now), now).action != "go on":
                waiting.clear()


def runs(rate, seeds):
    for seed in seeds:
        dice = random.Random(seed)
        yield run(lambda _device, dice=dice: dice.random() < rate, dice)


def after_the_canaries(rate, seeds):
    """As `runs`, but of a change that every canary happens to survive: what the sequential test is worth alone."""
    canaries = set(world()[1].canaries)
    for seed in seeds:
        dice = random.Random(seed)
        yield run(lambda device, dice=dice: device not in canaries and dice.random() < rate, dice)


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


@pytest.mark.parametrize("rate", [1.0, 0.1, 0.03])
def test_a_bad_change_harms_at_most_ten_devices_in_the_median(rate):
    found = list(runs(rate, range(9)))
    assert all(stage for _, stage in found), "every one was halted"
    assert median(harmed for harmed, _ in found) <= 10


def test_a_bad_change_that_every_canary_survives_harms_at_most_ten_devices_in_the_median():
    found = list(after_the_canaries(0.03, range(9)))
    assert {stage for _, stage in found}.isdisjoint({"", CANARY})
    assert median(harmed for harmed, _ in found) <= 10


def test_a_change_that_breaks_one_kind_of_device_is_stopped_by_its_canary():
    targets, plan = world()
    by_name = {one.device: one for one in targets}
    for stratum in islice(plan.candidates, 0, None, 7):
        harmed, stage = run(lambda device, stratum=stratum: by_name[device].stratum == stratum, random.Random(1))
        assert (harmed, stage) == (1, CANARY)


def test_a_change_that_breaks_nothing_reaches_every_device():
    assert run(lambda _device: False, random.Random(1)) == (0, "")


@pytest.mark.full
def test_three_per_cent_harm_at_most_ten_devices_in_the_median_of_two_hundred_runs():
    assert median(harmed for harmed, _ in runs(0.03, range(200))) <= 10
    assert median(harmed for harmed, _ in after_the_canaries(0.03, range(200))) <= 10


def table(number):
    yield "| breaks | halted | by a canary | harmed: median | p95 | most | canaries spared: halted | median | p95 | all at once |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for rate in (1.0, 0.1, 0.03, 0.01, 0.005):
        found, late = list(runs(rate, range(number))), list(after_the_canaries(rate, range(number)))
        harmed, later = [one for one, _ in found], [one for one, _ in late]
        halted, canary = sum(bool(s) for _, s in found), sum(s == CANARY for _, s in found)
        first = f"{halted / number:.0%} | {canary / number:.0%} | {median(harmed):g} | {quantile(harmed, 0.95)} | {max(harmed)}"
        second = f"{sum(bool(s) for _, s in late) / number:.0%} | {median(later):g} | {quantile(later, 0.95)}"
        yield f"| {rate:.1%} | {first} | {second} | {round(DEVICES * rate)} |"


if __name__ == "__main__":
    for row in table(200):
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
