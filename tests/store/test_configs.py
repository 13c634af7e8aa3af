"""Configurations: a text is kept once, a sighting again only moves its date, history is never rewritten."""

import pytest
import sqlalchemy as sa

from homeroom.errors import StoreError
from homeroom.store import configs
from homeroom.store.configs import Stored, digest, hashes, running, save_running
from homeroom.store.db import config_blob, config_version


def _count(engine, table) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_what_was_saved_comes_back(engine):
    text = "hostname a\n description Colegio Ñandutí\n"
    assert running(engine, "a") is None
    assert save_running(engine, "a", text, 1.0)
    assert running(engine, "a") == Stored(text, digest(text), 1.0, 1.0)


def test_the_same_text_again_only_moves_its_date(engine):
    save_running(engine, "a", "x", 1.0)
    assert not save_running(engine, "a", "x", 5.0)
    assert running(engine, "a") == Stored("x", digest("x"), 5.0, 1.0)
    assert _count(engine, config_version) == 1


def test_a_text_that_comes_back_is_a_new_version_of_one_blob(engine):
    for at, text in enumerate(("x", "y", "x")):
        assert save_running(engine, "a", text, float(at))
    assert save_running(engine, "b", "x", 9.0)
    assert (_count(engine, config_version), _count(engine, config_blob)) == (4, 2)
    assert running(engine, "a") == Stored("x", digest("x"), 2.0, 2.0)


def test_hashes_are_those_of_the_newest_versions(engine):
    assert hashes(engine) == {}
    save_running(engine, "a", "x", 1.0)
    save_running(engine, "a", "y", 2.0)
    save_running(engine, "b", "x", 3.0)
    assert hashes(engine) == {"a": digest("y"), "b": digest("x")}


def test_texts_are_compressed(engine):
    save_running(engine, "a", "interface Vlan10\n" * 1000, 1.0)
    with engine.connect() as connection:
        assert len(connection.execute(sa.select(config_blob.c.text)).scalar_one()) < 200


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda e: save_running(e, "a", "x", 1.0),
            "a: its configuration cannot be kept: no such table: config_version; check .homeroom",
        ),
        (
            lambda e: running(e, "a"),
            "a: its configuration cannot be read: no such table: config_version; restore state.db",
        ),
        (hashes, "the configurations cannot be read: no such table: config_version; restore state.db"),
    ],
)
def test_a_broken_store_says_so(engine, said, call, message):
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE config_version")
    with pytest.raises(StoreError) as caught:
        call(engine)
    assert str(caught.value) == said(message)


def test_the_hash_is_sha256():
    assert configs.digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
