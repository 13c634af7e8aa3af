"""When who is asked what: evenly, without a stampede, and the silent ever more rarely. Time is an argument."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from homeroom.errors import InputError
from homeroom.observe.budget import Budgets
from homeroom.observe.schedule import CATCH_UP, LONGEST_CATCH_UP, Schedule
from homeroom.observe.settings import Line, Periods, Settings, load_settings
from homeroom.project import Project, shipped
from homeroom.snmp.ask.declared import SCHEDULES

NOW = 1_800_000_000.0
USUAL = Periods()


def nation(count: int, periods: Periods = USUAL) -> dict[str, Periods]:
    return {f"py11-{number:05}-sw1": periods for number in range(count)}


def drained(schedule: Schedule, every, until: float, start: float = NOW, *, step=1.0, answered=True):
    """Run a schedule; return who was asked when."""
    asked = []
    now = start
    while now <= until:
        for device, _ in list(schedule.take(every, now, 1_000_000)):
            asked.append((now, device))
            schedule.done(device, every, now, answered=answered)
        now += step
    return asked


@pytest.mark.parametrize("every", SCHEDULES)
def test_everybody_is_asked_once_a_period_and_evenly(every):
    names = nation(3000)
    period = USUAL.of(every)
    last = {one: dict.fromkeys(names, NOW - 1) for one in SCHEDULES}
    schedule = Schedule(names, last, NOW)
    asked = drained(schedule, every, NOW + 1.12 * period, step=period / 60)
    times = {}
    for at, device in asked:
        assert at - times.get(device, 0) >= 0.9 * period
        times[device] = at
    assert set(times) == set(names)
    a_sixtieth = Counter(int((at - NOW) // (period / 60)) for at, _ in asked)
    assert max(a_sixtieth.values()) < 2.5 * len(names) / 60


def test_a_device_keeps_its_place():
    names = nation(50)
    last = {"status": dict.fromkeys(names, NOW)}
    one = {device: at for at, device in drained(Schedule(names, last, NOW), "status", NOW + 60)}
    last = {"status": dict.fromkeys(names, NOW + 6000)}
    two = {device: at for at, device in drained(Schedule(names, last, NOW + 6000), "status", NOW + 6060, NOW + 6000)}
    assert all((two[name] - one[name]) % 60 in (0, 1, 59) for name in names if name in one and name in two)
    assert len(one) > 40 < len(two)


def test_a_restart_asks_who_is_overdue_spread_and_the_others_in_their_time():
    names = nation(1000)
    fresh, old = list(names)[:500], list(names)[500:]
    last = {"inventory": dict.fromkeys(fresh, NOW - 60) | dict.fromkeys(old, NOW - 90_000)}
    schedule = Schedule(names, last, NOW)
    spread = min(CATCH_UP * USUAL.inventory, LONGEST_CATCH_UP)
    soon = drained(schedule, "inventory", NOW + spread, step=10)
    asked = Counter(device for _, device in soon)
    assert set(old) <= set(asked)
    assert sum(name in asked for name in fresh) < 0.1 * len(fresh)
    assert max(Counter(at for at, _ in soon).values()) < 50


def test_never_asked_is_overdue_and_a_time_in_the_future_counts_as_now():
    schedule = Schedule(nation(1), {"status": {"py11-00000-sw1": NOW + 10_000}, "gone": {}}, NOW)
    assert len(drained(schedule, "status", NOW + 61)) >= 1
    assert len(drained(schedule, "radio", NOW + 76)) >= 1


def test_nobody_is_handed_out_twice_before_done():
    schedule = Schedule(nation(10), {}, NOW)
    assert len(list(schedule.take("status", NOW + 60, 100))) == 10
    assert not list(schedule.take("status", NOW + 6000, 100))
    schedule.done("py11-00003-sw1", "status", NOW + 6000, answered=True)
    assert [device for device, _ in schedule.take("status", NOW + 6100, 100)] == ["py11-00003-sw1"]


def test_no_more_are_handed_out_than_there_is_room_for_and_the_longest_overdue_first():
    schedule = Schedule(nation(100), {}, NOW)
    assert schedule.overdue("status", NOW + 100) == 100
    took = list(schedule.take("status", NOW + 100, 30))
    assert len(took) == 30
    assert schedule.overdue("status", NOW + 100) == 70
    assert max(due for _, due in took) <= min(due for _, due in schedule.take("status", NOW + 100, 100))
    assert schedule.overdue("status", NOW + 100) == 0


def test_the_silent_are_asked_ever_more_rarely_for_their_status_only_and_as_usual_when_they_answer():
    schedule = Schedule(nation(1), {}, NOW, longest=600)
    name = "py11-00000-sw1"
    silent = [at for at, _ in drained(schedule, "status", NOW + 3600, answered=False)]
    gaps = [round(two - one) for one, two in pairwise(silent)]
    assert gaps[0] <= 66
    assert gaps[1:4] == [120, 240, 480]
    assert set(gaps[4:]) == {600}
    assert schedule.silent(name)
    assert schedule.dead == 1
    assert not list(schedule.take("radio", NOW + 90_000, 10))
    assert not list(schedule.take("inventory", NOW + 90_000, 10))
    [(device, _)] = schedule.take("status", NOW + 5000, 10)
    schedule.done(device, "status", NOW + 5000, answered=True)
    assert not schedule.silent(name)
    assert len(drained(schedule, "status", NOW + 5121, NOW + 5000)) == 2
    assert [one for one, _ in schedule.take("radio", NOW + 5076, 10)] == [name]
    assert [one for one, _ in schedule.take("inventory", NOW + 5901, 10)] == [name]


def test_the_wait_for_a_silent_device_is_never_shorter_than_its_period():
    slow = Periods(900, 1800, 86400)
    schedule = Schedule(nation(1, slow), {}, NOW, longest=600)
    silent = [at for at, _ in drained(schedule, "status", NOW + 9000, answered=False)]
    assert {round(two - one) for one, two in pairwise(silent[1:])} == {900}


def test_who_was_silent_before_a_restart_still_is():
    schedule = Schedule(nation(2), {}, NOW, silent=["py11-00001-sw1", "nobody"])
    assert schedule.dead == 1
    assert [device for device, _ in schedule.take("radio", NOW + 100, 10)] == ["py11-00000-sw1"]
    assert len(list(schedule.take("status", NOW + 15, 10))) == 2


def test_what_fails_of_a_device_that_answers_does_not_make_it_silent():
    schedule = Schedule(nation(1), {}, NOW)
    [(name, _)] = schedule.take("radio", NOW + 75, 1)
    schedule.done(name, "radio", NOW + 75, answered=False)
    assert not schedule.silent(name)
    assert len(list(schedule.take("radio", NOW + 75 + 331, 1))) == 1


def test_what_cannot_be_asked_now_comes_back_later():
    schedule = Schedule(nation(1), {}, NOW)
    [(name, _)] = schedule.take("status", NOW + 15, 1)
    schedule.later(name, "status", NOW + 40)
    assert not list(schedule.take("status", NOW + 39, 1))
    assert len(list(schedule.take("status", NOW + 40, 1))) == 1


def test_what_changed_is_read_soon_but_not_again_and_again():
    name = "py11-00000-sw1"
    schedule = Schedule(nation(1), {"inventory": {name: NOW - 10}}, NOW)
    schedule.hasten(name, "inventory", NOW)
    soonest = NOW - 10 + USUAL.inventory / 24
    assert not list(schedule.take("inventory", soonest - 1, 1))
    assert len(list(schedule.take("inventory", soonest, 1))) == 1
    schedule.hasten(name, "inventory", soonest)  # it is being read
    assert not list(schedule.take("inventory", soonest + 1000, 1))


def test_who_is_gone_while_it_is_asked_does_not_come_back():
    names = nation(3)
    schedule = Schedule(names, {}, NOW, silent=["py11-00002-sw1"])
    assert len(list(schedule.take("status", NOW + 15, 10))) == 3
    schedule.change({"py11-00000-sw1": USUAL}, NOW + 15)
    for name in names:
        schedule.done(name, "status", NOW + 15, answered=name == "py11-00000-sw1")
        schedule.hasten(name, "inventory", NOW + 15)
    assert schedule.dead == 0
    asked = {every: {one for one, _ in schedule.take(every, NOW + 90_000, 10)} for every in SCHEDULES}
    assert asked == {every: {"py11-00000-sw1"} for every in SCHEDULES}


def test_a_thin_line_gives_what_it_gives():
    budgets, line = Budgets(), Line(100.0, burst=1000.0, at_once=2)
    assert [budgets.wait("s1", line, NOW) for _ in range(2)] == [0.0, 0.0]
    assert budgets.wait("s1", line, NOW) > 0  # two at once
    assert budgets.wait("s2", line, NOW) == 0.0  # another site's own line
    for _ in range(2):
        budgets.spent("s1", line, 1500, NOW)
    assert budgets.wait("s1", line, NOW) == 20.0  # 2,000 octets in debt
    assert budgets.wait("s1", line, NOW + 19) == pytest.approx(1.0)
    assert budgets.wait("s1", line, NOW + 20) == 0.0
    budgets.spent("s1", line, 0, NOW + 100_000)
    budgets.spent("s1", line, 1001, NOW + 100_000)  # a pause is worth no more than the burst
    assert budgets.wait("s1", line, NOW + 100_000) > 0


def test_over_an_hour_a_line_carries_its_octets_and_no_more():
    budgets, line = Budgets(), Line(400.0, burst=10_000.0)
    now, used = NOW, 0
    while now < NOW + 3600:
        wait = budgets.wait("s1", line, now)
        if wait:
            now += wait
        else:
            budgets.spent("s1", line, 7000, now)
            used += 7000
    assert 3600 * 400 <= used <= 3600 * 400 + 10_000 + 7000


def test_the_shipped_settings_are_those_without_a_file(tmp_path):
    assert load_settings(Project(shipped())) == load_settings(Project(tmp_path)) == Settings()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("periods: {status: 0}", "periods go from 1 second to a week"),
        ("periods: {radio: 30}", "status no longer than radio"),
        ("lines: {sattelite: {octets: 400}}", "lines names sattelite; sites have fiber"),
        ("lines: {satellite: {octets: 0}}", "octets and burst must be above 0"),
        ("family: 5", "is not one of 4, 6"),
        ("at_once: 20000", "at_once goes from 1 to 16384"),
        ("timeout: 0", "timeout and longest must be above 0"),
        ("perids: {}", "did you mean periods?"),
    ],
)
def test_wrong_settings_are_named(tmp_path, text, says):
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "observe.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        load_settings(Project(tmp_path))
    assert says in str(caught.value)
    assert "inventory/observe.yaml" in str(caught.value)


def test_lines_have_periods_of_their_own():
    settings = Settings()
    assert settings.periods_of("fiber") == USUAL
    assert settings.periods_of("satellite").status == 300
