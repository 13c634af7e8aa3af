"""History: versions in order, the one that ran at a time, any text, and nothing that is damaged."""

import zlib

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.errors import StoreError, UsageError
from homeroom.project import Project
from homeroom.store import history
from homeroom.store.configs import digest, save_running
from homeroom.store.db import config_blob, connect
from homeroom.store.history import Version, at, named, text_of, versions
from homeroom.store.journal import Journal


def save(engine, device, *seen):
    for moment, text in seen:
        save_running(engine, device, text, float(moment))


def test_versions_are_numbered_from_the_oldest(engine):
    save(engine, "a", (1, "x"), (2, "x"), (5, "y"), (7, "x"))
    save(engine, "b", (3, "z"))
    assert versions(engine, "a") == (
        Version("a", 1, digest("x"), 1.0, 2.0),
        Version("a", 2, digest("y"), 5.0, 5.0),
        Version("a", 3, digest("x"), 7.0, 7.0),
    )
    assert versions(engine, "nobody") == ()


@pytest.mark.parametrize(
    ("moment", "number"), [(0.9, None), (1.0, 1), (3.0, 1), (4.9, 1), (5.0, 2), (6.9, 2), (7.0, 3), (1e9, 3)]
)
def test_what_ran_at_a_time_is_the_newest_seen_by_then(engine, moment, number):
    save(engine, "a", (1, "x"), (2, "x"), (5, "y"), (7, "x"))
    found = at(engine, "a", moment)
    assert (found.number if found else None) == number


def test_a_version_is_named_by_number_or_hash(engine):
    save(engine, "a", (1, "x"), (2, "y"), (3, "x"))
    found = versions(engine, "a")
    assert named(found, "2").number == 2
    assert named(found, digest("y")[:8].upper()).number == 2
    assert named(found, digest("x")[:8]).number == 3, "of versions with one text, the newest"


@pytest.mark.parametrize("word", ["0", "4", "-1", "zzzz", digest("x")[:3], ""])
def test_what_names_no_version_is_refused(engine, word):
    save(engine, "a", (1, "x"), (2, "y"), (3, "x"))
    with pytest.raises(UsageError) as caught:
        named(versions(engine, "a"), word)
    assert str(caught.value) == f"{word} names no version: give a number of 1 to 3, or more of a hash"


def test_what_names_several_is_refused():
    found = [Version("a", 1, "abcd1", 0, 0), Version("a", 2, "abcd2", 0, 0)]
    with pytest.raises(UsageError, match="abcd names several versions: give a number of 1 to 2, or more of a hash"):
        named(found, "abcd")


def test_texts_come_back_and_are_kept_once(engine):
    text = "hostname a\n description Colegio Ñandutí\n"
    save(engine, "a", (1, text), (2, "y"), (3, text))
    save(engine, "b", (1, text))
    assert text_of(engine, digest(text)) == text
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(config_blob)).scalar_one() == 2


@pytest.mark.parametrize("blob", [b"not zlib", zlib.compress(b"another text"), zlib.compress(b"\xff")])
def test_a_damaged_text_is_never_given(engine, blob):
    save(engine, "a", (1, "x"))
    with engine.begin() as connection:
        connection.execute(sa.update(config_blob).values(text=blob))
    with pytest.raises(StoreError) as caught:
        text_of(engine, digest("x"))
    assert str(caught.value) == (
        f"{digest('x')[:12]}: the configuration that is kept is damaged; restore state.db from a backup"
    )


def test_what_is_not_there_says_so(engine, said):
    with pytest.raises(StoreError, match="no such configuration is kept; restore"):
        text_of(engine, "0" * 64)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE config_version")
    with pytest.raises(StoreError) as caught:
        versions(engine, "a")
    assert str(caught.value) == said("a: its history cannot be read: no such table: config_version; restore state.db")


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 3)), min_size=1, max_size=12), st.floats(0, 40))
def test_at_is_what_was_read_last_by_then(tmp_path_factory, seen, moment):
    engine = connect(Project(tmp_path_factory.mktemp("p")))
    now, last = 0, None
    for text, step in seen:
        now += step
        save(engine, "a", (now, text))
        last = text if now <= moment else last
    found = history.at(engine, "a", moment)
    assert (text_of(engine, found.sha) if found else None) == last
    engine.dispose()


def test_why_devices_are_changed_is_in_the_journal_before_anything_else(engine):
    journal = Journal(engine)
    journal.announce("c", {}, 1.0)
    journal.announce("c", {"a": "restore of version 1", "b": "the same"}, 2.0)
    assert [(one.device, one.state, one.detail) for one in journal.events("c")] == [
        ("a", "pending", "restore of version 1"),
        ("b", "pending", "the same"),
    ]
