"""The tables of states: closed, complete, every state leads to an end, and the page in docs is printed from them."""

from pathlib import Path

import pytest

from homeroom.errors import UsageError
from homeroom.rollout.states import (
    AT_REST,
    CHANGE,
    CLAIMING,
    DEVICE,
    RUNNING,
    change_diagram,
    device_diagram,
    require_change,
    require_device,
)
from homeroom.store.change_tables import CHANGE_ENDS, CHANGE_STATES, IN_FLIGHT
from homeroom.store.journal import END_STATES, STATES

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
TABLES = [(DEVICE, STATES, "pending", END_STATES), (CHANGE, CHANGE_STATES, "draft", CHANGE_ENDS)]


def reached(table, first):
    found, new = set(), {first}
    while new:
        found |= new
        new = {to for state in new for to in table[state]} - found
    return found


@pytest.mark.parametrize(("table", "states", "first", "ends"), TABLES)
def test_every_state_is_in_its_table_and_reached_from_the_first(table, states, first, ends):
    assert tuple(table) == states
    assert reached(table, first) == set(states)


@pytest.mark.parametrize(("table", "states", "first", "ends"), TABLES)
def test_every_state_leads_to_an_end(table, states, first, ends):
    assert all(reached(table, state) & ends for state in states)


def test_an_end_is_left_only_by_a_device_that_was_never_touched():
    assert {(end, to) for end in END_STATES for to in DEVICE[end]} == {("skipped", "pending")}
    assert not [to for end in CHANGE_ENDS for to in CHANGE[end]]
    assert set(IN_FLIGHT) | AT_REST == set(STATES)
    assert not set(IN_FLIGHT) & AT_REST


def test_only_an_intent_leads_to_where_a_device_may_have_changed():
    assert [was for was in STATES if "committing" in DEVICE[was]] == ["leased"]
    assert {was for was in STATES if "unconfirmed" in DEVICE[was]} == {"committing"}
    assert {was for was in STATES if "confirming" in DEVICE[was]} == {"unconfirmed"}


def test_a_running_change_can_be_paused_halted_and_aborted():
    for state in RUNNING - {"paused"}:
        assert {"paused", "halted", "aborting"} <= CHANGE[state].keys()
    assert CLAIMING < RUNNING


def test_a_change_waits_for_devices_that_are_off_only_when_its_waves_have_ended():
    assert {was for was in CHANGE if "late" in CHANGE[was]} == {"baking", "paused"}
    assert CHANGE["late"].keys() == {"done", "paused", "halted", "aborting"}
    assert "late" in CLAIMING


def test_what_is_not_in_the_table_is_refused_with_what_is():
    require_device("pending", "leased", "a")
    require_change("draft", "planned", "c")
    with pytest.raises(UsageError) as caught:
        require_device("unconfirmed", "pending", "a")
    assert str(caught.value) == (
        "a is unconfirmed, it cannot become pending; possible from there:"
        " confirming, confirmed, rolling_back, rolled_back, needs_human"
    )
    with pytest.raises(UsageError) as caught:
        require_change("done", "wave", "c")
    assert str(caught.value) == "change c is done, it cannot become wave; possible from there: nothing: it has ended"


@pytest.mark.parametrize("make", [device_diagram, change_diagram])
def test_the_page_shows_what_the_code_does(make, request):
    begin = f"<!-- generated: {make.__name__} -->\n"
    head, found, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    old, end, tail = rest.partition("<!-- end -->\n")
    assert found
    assert end
    new = f"```mermaid\n{make()}```\n"
    if request.config.getoption("--update-golden"):
        PAGE.write_text(f"{head}{begin}{new}{end}{tail}", encoding="utf-8")
    else:
        assert old == new, "docs/states.md is stale: run pytest --update-golden and review it"
