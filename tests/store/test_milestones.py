"""Milestones: since when, first reached, lost again; and what an audit left of each site."""

import pytest

from homeroom.errors import StoreError
from homeroom.store import audited, milestones
from homeroom.store.audited import Audited
from homeroom.store.milestones import Look, Milestone, followed


def story(*looks):
    """Follow (verdict, at, since) one after the other."""
    held = None
    for verdict, at, since in looks:
        held = followed(held, Look("s", "x", verdict, at, "", since))
    return held


@pytest.mark.parametrize(
    ("looks", "since", "reached", "lost"),
    [
        ([("no", 10, None)], 10, None, None),
        ([("yes", 10, None)], 10, 10, None),
        ([("yes", 10, 4)], 4, 4, None),
        ([("yes", 10, 40)], 10, 10, None),
        ([("no", 10, None), ("no", 20, None)], 10, None, None),
        ([("unknown", 10, None), ("yes", 20, None), ("yes", 30, None)], 20, 20, None),
        ([("yes", 10, None), ("no", 20, None), ("no", 30, None)], 20, 10, 20),
        ([("yes", 10, None), ("no", 20, None), ("yes", 30, None)], 30, 10, 20),
        ([("yes", 10, None), ("unknown", 20, None)], 20, 10, None),
        ([("yes", 10, None), ("unknown", 20, None), ("no", 30, None)], 30, 10, 30),
        ([("no", 10, None), ("unknown", 20, None), ("no", 30, None)], 30, None, None),
        ([("yes", 10, 5), ("yes", 20, 5)], 5, 5, None),
        ([("yes", 10, 5), ("yes", 20, 15)], 15, 5, None),
        ([("yes", 10, None), ("no", 5, None)], 10, 10, None),
    ],
    ids=[
        "never reached",
        "reached when first seen",
        "reached before it was seen",
        "nothing begins after it was seen",
        "no goes on",
        "reached later",
        "reached and lost",
        "reached, lost, reached again",
        "unknown loses nothing",
        "lost after nobody knew",
        "what was never reached is never lost",
        "what it rests on began before",
        "interrupted between two looks",
        "an older look changes nothing",
    ],
)
def test_a_step_is_followed(looks, since, reached, lost):
    held = story(*looks)
    assert (held.since, held.reached, held.lost) == (since, reached, lost)


def test_what_is_kept_is_what_was_followed(engine):
    looks = [Look(f"s{n}", step, "yes", 10.0, "it is", 4.0) for n in range(3) for step in ("a", "b")]
    first = milestones.save(engine, looks)
    assert first["s1", "b"] == Milestone("s1", "b", "yes", 4.0, 10.0, "it is", 4.0, None)
    assert milestones.all_milestones(engine) == first
    now = milestones.save(engine, [Look("s1", "b", "no", 20.0, "it was")])
    assert now == {("s1", "b"): Milestone("s1", "b", "no", 20.0, 20.0, "it was", 4.0, 20.0)}
    assert milestones.all_milestones(engine, ["s1"]) == {("s1", "a"): first["s1", "a"], **now}
    assert milestones.save(engine, []) == {}


def test_a_table_that_is_gone_is_said(engine, said):
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE milestone")
    with pytest.raises(StoreError) as caught:
        milestones.all_milestones(engine)
    assert str(caught.value) == said("milestones cannot be read: no such table: milestone; restore the database")


def test_the_newest_audit_of_a_site_is_kept(engine):
    old = [Audited("s1", 1.0, 3, 0, 0, ("A-1", "B-2")), Audited("s2", 1.0, 0, 0, 1, ())]
    audited.save(engine, old)
    audited.save(engine, [Audited("s1", 2.0, 0, 2, 0, ())])
    assert audited.all_audited(engine) == {"s1": Audited("s1", 2.0, 0, 2, 0, ()), "s2": old[1]}
