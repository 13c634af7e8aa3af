"""The controller: waves one after another, hours kept, stand-ins for canaries that are off, a restart in the middle."""

import contextlib
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from nations import nation

from homeroom.rollout.breaker import Breaker, Checked, Rules
from homeroom.rollout.calendar import Closed
from homeroom.rollout.control import Answer, Controller
from homeroom.rollout.waves import CANARY, STAGES, plan_waves

BLIND = Rules(interval=None)


def control(targets, **other):
    return Controller(plan_waves(targets), Breaker(targets, BLIND), **other)


def drive(controller, outcome=lambda _device: "passed", now=0.0, most=100_000):
    """Run to the end, a second a device; return what was begun, wave by wave, and the last order."""
    waves = []
    for _ in range(most):
        order = controller.step(now)
        if order.action == "start":
            waves.append(order.devices)
            for device in order.devices:
                now += 1
                controller.record(Checked(device, outcome(device), now), now)
        elif order.action == "wait" and order.until is not None:
            now = order.until
        else:
            break
    return waves, order


def test_a_good_change_reaches_every_device_wave_by_wave():
    targets = nation(1_000, 3)
    controller = control(targets)
    waves, order = drive(controller)
    assert waves == [wave.devices for wave in plan_waves(targets).waves]
    assert (order.action, order.reason) == (
        "done",
        f"all {len(waves)} waves have ended: 0 of 1000 devices failed, as few as are accepted",
    )
    assert controller.wave is None


def test_the_next_wave_waits_until_every_device_is_known():
    controller = control(nation(100, 1))
    first = controller.step(0)
    assert first.reason == "wave 1, canary"
    assert controller.in_flight == set(first.devices)
    assert controller.step(1).action == "wait"
    assert controller.step(1).reason == "wave 1 is under way"
    controller.record(Checked(first.devices[0], "passed", 2), 2)
    assert controller.in_flight == set()
    assert controller.step(2).wave.number == 2


def test_a_stage_is_watched_before_the_next_begins():
    controller, now = control(nation(300, 1)), 0.0
    while (order := controller.step(now)).action == "start":
        for device in order.devices:
            controller.record(Checked(device, "passed", now), now)
    assert order.reason == f"wave {order.wave.number}, canary, is watched for slow faults"
    assert order.until == STAGES[0].bake
    assert controller.step(now + 899).until == 900
    assert controller.step(now + 900).wave.stage != CANARY


def test_a_canary_that_fails_halts_and_nothing_more_is_begun():
    targets = nation(1_000, 3)
    waves, order = drive(control(targets), lambda _device: "failed")
    assert [len(wave) for wave in waves] == [1]
    assert order.action == "halt"


def test_a_late_failure_of_a_canary_halts_too():
    controller = control(nation(1_000, 3))
    (canary,) = controller.step(0).devices
    controller.record(Checked(canary, "passed", 1), 1)
    assert controller.record(Checked(canary, "failed", 2), 2).action == "halt"


def test_for_a_canary_that_is_off_another_of_its_kind_stands_in():
    targets = nation(1_000, 3)
    plan = plan_waves(targets)
    off = set(plan.canaries[:3])
    breaker = Breaker(targets, BLIND)
    controller = Controller(plan, breaker)
    waves, order = drive(controller, lambda device: "skipped" if device in off else "passed")
    assert order.action == "done"
    begun = [device for wave in waves for device in wave]
    assert sorted(begun) == sorted(one.device for one in targets), "each once"
    by_name = {one.device: one for one in targets}
    last = next(n for n, wave in enumerate(waves) if not set(wave) <= set(plan.canaries) and len(wave) > 1)
    proven = {by_name[d].stratum for wave in waves[:last] for d in wave if breaker.outcomes[d] == "passed"}
    several = {stratum for stratum, some in plan.candidates.items() if len(some) > 1}
    assert several <= proven


def test_a_stand_in_that_fails_halts_as_the_canary_would_have():
    targets = nation(1_000, 3)
    plan = plan_waves(targets)
    first = plan.canaries[0]
    waves, order = drive(Controller(plan, Breaker(targets, BLIND)), lambda d: "skipped" if d == first else "failed")
    assert len(waves) == 2
    assert order.reason == f"the canary {waves[1][0]} failed: no canary may"


def test_a_kind_of_which_every_device_is_off_holds_nobody_up():
    targets = nation(60, 1)
    _, order = drive(control(targets), lambda _device: "skipped")
    assert order.action == "done"


def test_a_school_that_is_closed_waits_for_its_hours_and_the_others_of_the_wave_do_not():
    targets = nation(2_000, 1)
    plan = plan_waves(targets)
    wave = next(wave for wave in plan.waves if len(wave.devices) > 20)
    late = set(wave.devices[::2])
    opens = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)

    def may_start(device, now):
        return Closed("exams", opens) if device in late and now < opens.timestamp() else True

    controller, now = Controller(plan, Breaker(targets, BLIND), may_start), 0.0
    seen = []
    while (order := controller.step(now)).action != "done":
        if order.action == "wait":
            assert order.until is not None
            seen.append((order.reason, order.until))
            now = order.until
        for device in order.devices:
            assert may_start(device, now) is True
            controller.record(Checked(device, "passed", now), now)
    assert (f"exams; {len(late) - 1} more wait for their hours", opens.timestamp()) in seen


def test_a_school_that_never_opens_is_said_and_nobody_knows_until_when():
    controller = control(nation(10, 1), may_start=lambda _device, _now: Closed("rebuilding", None))
    order = controller.step(0)
    assert (order.action, order.reason, order.until) == ("wait", "rebuilding", None)


def test_unknown_pauses_until_it_is_known():
    controller = control(nation(100, 1))
    (canary,) = controller.step(0).devices
    assert controller.record(Checked(canary, "unknown", 0), 0).action == "pause"
    assert controller.step(1).action == "pause"
    controller.record(Checked(canary, "passed", 2), 2)
    assert controller.step(2).action == "start"


def test_what_was_ordered_and_never_touched_is_ordered_again():
    controller = control(nation(100, 1))
    first = controller.step(0).devices
    controller.withdraw(first[0])
    assert controller.step(1).devices == first


@given(st.integers(0, 200), st.integers(0, 3))
def test_after_a_restart_the_rest_is_done_and_nothing_twice(stop, off_number):
    targets = nation(200, 2)
    plan = plan_waves(targets)
    off = set(plan.canaries[:off_number])
    ended = {}

    class Stop(Exception):
        pass

    def outcome(device):
        if len(ended) == stop:
            raise Stop
        ended[device] = "skipped" if device in off else "passed"
        return ended[device]

    with contextlib.suppress(Stop):
        drive(Controller(plan, Breaker(targets, BLIND)), outcome)
    before = dict(ended)
    stop = -1
    controller = Controller(plan, Breaker(targets, BLIND))
    controller.recall(Checked(device, how, 0.0) for device, how in before.items())
    waves, order = drive(controller, outcome)
    again = [device for wave in waves for device in wave]
    assert order.action == "done"
    assert sorted([*before, *again]) == sorted(one.device for one in targets)


def test_after_a_restart_the_halt_is_known_again():
    targets = nation(200, 2)
    plan = plan_waves(targets)
    controller = Controller(plan, Breaker(targets, BLIND))
    controller.recall([Checked(plan.canaries[0], "failed", 0.0)])
    assert controller.step(0).action == "halt"
    assert controller.wave.stage == CANARY


def test_after_a_restart_what_a_person_answered_for_halts_no_more_and_what_failed_since_does():
    targets = nation(200, 2)
    plan = plan_waves(targets)
    first, second = plan.canaries[:2]
    answered = [Answer(2.0, "noc", "the line was cut by a digger")]
    controller = Controller(plan, Breaker(targets, BLIND))
    controller.recall([Checked(first, "failed", 1.0)], answered)
    assert controller.step(3).action == "start"
    controller = Controller(plan, Breaker(targets, BLIND))
    controller.recall([Checked(second, "failed", 3.0), Checked(first, "failed", 1.0)], answered)
    assert controller.step(4).action == "halt"


def test_after_a_restart_no_wave_is_watched_again_that_had_baked():
    targets = nation(200, 2)
    plan = plan_waves(targets)
    first = plan.waves[-1].number
    done = [name for wave in plan.waves if wave.number < first for name in wave.devices]
    controller = Controller(plan, Breaker(targets, BLIND))
    controller.recall([Checked(name, "passed", 1.0) for name in done], wave=first)
    order = controller.step(2)
    assert (order.action, order.wave.number) == ("start", first)
