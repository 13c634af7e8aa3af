"""The title block, the tally and what was not reached, without the command around them."""

from hypothesis import given
from hypothesis import strategies as st
from judged import NOW
from reports import verdict

from homeroom.audit import scope
from homeroom.audit.outline import outline
from homeroom.audit.tally import MOST_NAMES, Tally
from homeroom.audit.verdict import BAD, STATUSES
from homeroom.reading import Status
from homeroom.store import readings
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from homeroom.store.world import World

VERDICTS = st.lists(
    st.builds(
        verdict,
        st.sampled_from(STATUSES),
        st.sampled_from(["LOG-01", "MGT-01"]),
        device=st.sampled_from(["d1", "d2", ""]),
        site=st.sampled_from(["a", "b", "c"]),
        region=st.sampled_from(["R1", "R2"]),
        severity=st.sampled_from(["critical", "low"]),
    ),
    max_size=40,
)


def tallied(verdicts):
    tally = Tally()
    for one in verdicts:
        tally.add(one)
    return tally


@given(VERDICTS)
def test_counts_add_up_however_they_are_grouped(verdicts):
    tally = tallied(verdicts)
    assert sum(tally.verdicts.values()) == len(verdicts)
    for group in (tally.by_rule, tally.by_region, tally.by_site):
        assert sum(sum(counts.values()) for counts in group.values()) == len(verdicts)
    assert set(tally.verdicts) == set(STATUSES)
    assert len(tally.violations) == tally.verdicts["violation"]
    assert len(tally.waived) == tally.verdicts["waived"]
    assert sum(reason.count for reason in tally.undecided()) == tally.verdicts["unknown"] + tally.verdicts["error"]
    assert tally.compliant == (not any(one.status in BAD for one in verdicts))


@given(VERDICTS)
def test_the_order_of_arrival_decides_nothing_that_is_shown(verdicts):
    there, back = tallied(verdicts), tallied(verdicts[::-1])
    assert there.verdicts == back.verdicts
    assert [(v.rule, v.subject) for v in there.ranked()] == [(v.rule, v.subject) for v in back.ranked()]
    assert {site: there.mark(site) for site in "abc"} == {site: back.mark(site) for site in "abc"}


@given(VERDICTS)
def test_a_site_with_anything_undecided_is_never_green(verdicts):
    tally = tallied(verdicts)
    for site in "abc":
        if any(one.site == site and one.status in BAD for one in verdicts):
            assert tally.mark(site) in BAD


def test_a_reason_names_a_few_devices_only():
    reason = tallied([verdict("error", device=f"d{n}") for n in range(40)]).undecided()[0]
    assert (reason.count, len(reason.examples)) == (40, MOST_NAMES)


def test_a_selector_is_said_in_words_and_as_it_is_typed():
    chosen = Selector(regions=("PY-1", "PY-2"), kinds=("ap",))
    assert scope.described(chosen) == "region PY-1, PY-2; kind ap"
    assert scope.options(chosen) == "--region PY-1 --region PY-2 --kind ap"
    assert scope.described(Selector()) == scope.options(Selector()) == ""


def test_who_did_not_answer_is_listed_with_the_reason(project):
    engine, world = connect(project), World.open(project)
    devices = world.devices()
    first, second = devices[0].name, devices[1].name
    readings.save(engine, [], [Status(first, NOW, False, "no answer in 6 s", NOW), Status(second, NOW, True, "", NOW)])
    missed = {entry.device: entry for entry in scope.unreached(engine, devices)}
    assert (missed[first].reason, missed[first].since) == ("no answer in 6 s", NOW)
    assert second not in missed
    assert missed[devices[2].name].reason == "never polled"
    assert len(missed) == len(devices) - 1
    world.close()
    engine.dispose()


@given(st.lists(st.text("ab \t", max_size=6), max_size=20))
def test_an_outline_loses_no_line(lines):
    sections = outline(lines)
    kept = [text for section in sections for text in ([section.header] if section.header else []) + [*section.lines]]
    assert kept == [line.strip() for line in lines if line.strip()]
