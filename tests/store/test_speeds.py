"""Contracted against measured: a verdict for each school, unknown where nobody measured or nobody said."""

import statistics

import pytest

from homeroom.store import speeds, subjects
from homeroom.store.speeds import Against, Measured
from homeroom.store.subjects import Subject

T = 1_790_000_000


@pytest.fixture
def nation(series):
    contracts = {"good": 100.0, "poor": 100.0, "unmeasured": 50.0, "unsaid": None}
    subjects.sync(series, [Subject("school", name, f"s-{name}", "R1", mbps) for name, mbps in contracts.items()])
    subjects.sync(series, [Subject("school", "far", "s", "R2", 10.0)])
    return series


def test_each_school_has_its_verdict(nation):
    rows = [Measured("good", T + n, "probe", mbps, 5.0) for n, mbps in enumerate((60.0, 80.0, 99.0))]
    rows += [Measured("poor", T + n, "probe", mbps, 5.0) for n, mbps in enumerate((60.0, 79.0, 79.5, 120.0))]
    assert speeds.save(
        nation, [*rows, Measured("unsaid", T, "probe", 9.0, 1.0), Measured("who", T, "probe", 9.0, 1.0)]
    ) == {"who"}
    found = {one.school: one for one in speeds.against(nation, T, T + 60)}
    assert found["good"] == Against("good", "s-good", "R1", 100.0, 3, 80.0, 99.0)
    assert {name: one.verdict for name, one in found.items()} == {
        "good": "compliant",
        "poor": "violation",
        "unmeasured": "unknown",
        "unsaid": "unknown",
        "far": "unknown",
    }
    assert found["poor"].median == 79.25
    assert [one.school for one in speeds.against(nation, T, T + 60, "R2")] == ["far"]
    assert {one.tests for one in speeds.against(nation, T + 60, T + 99)} == {0}


@pytest.mark.parametrize(
    "values", [[5.0], [5.0, 1.0], [9.0, 1.0, 5.0], [4.0, 4.0, 1.0, 9.0], [1.0, 2.0, 2.0, 7.0, 8.0, 9.0]]
)
def test_the_median_is_the_median(nation, values):
    speeds.save(nation, [Measured("good", T + n, "probe", mbps, 1.0) for n, mbps in enumerate(values)])
    found = next(one for one in speeds.against(nation, T, T + 60) if one.school == "good")
    assert (found.median, found.best) == (statistics.median(values), max(values))


def test_two_who_measure_at_once_are_two_tests(nation):
    one = [Measured("good", T, source, 90.0, 1.0) for source in ("probe", "app", "app")]
    speeds.save(nation, one)
    assert max(each.tests for each in speeds.against(nation, T, T + 1)) == 2
