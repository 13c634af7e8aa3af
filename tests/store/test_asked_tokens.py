"""When devices answered and what their change tokens are: the newest of each, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from homeroom.errors import StoreError
from homeroom.store import asked, tokens
from homeroom.store.asked import Asked
from homeroom.store.tokens import Token


def test_the_newest_answer_of_each_schedule_is_kept(engine):
    asked.save(engine, [Asked("sw1", "status", 1.0, 900, "any"), Asked("sw1", "radio", 2.0, 800, "any")])
    asked.save(engine, [Asked("sw1", "status", 61.5, 700, "cisco-ios"), Asked("sw2", "status", 61.0, 1, "arista")])
    asked.save(engine, [])
    assert asked.times(engine, "status") == {"sw1": 61.5, "sw2": 61.0}
    assert asked.times(engine, "radio") == {"sw1": 2.0}
    assert asked.times(engine, "inventory") == {}
    assert asked.vendors(engine) == {"sw1": "cisco-ios", "sw2": "arista"}


def test_what_is_said_leaves_what_is_held(engine):
    tokens.said(engine, {"sw1": "[1]", "sw2": ""}, 1.0)
    tokens.hold(engine, "sw1", "[1]", 5.0)
    tokens.hold(engine, "new", "[9]", 5.0)
    tokens.said_at(engine, [("sw1", "[2]", 7.0), ("sw1", "[3]", 8.0)])
    tokens.said(engine, {}, 9.0)
    assert tokens.all_tokens(engine) == {
        "sw1": Token("[3]", 8.0, "[1]", 5.0),
        "sw2": Token("", 1.0, "", 0.0),
        "new": Token("[9]", 5.0, "[9]", 5.0),
    }


def test_a_database_without_them_is_an_error_of_ours(engine, said):
    with engine.begin() as connection:
        for table in ("asked", "token"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
    with pytest.raises(StoreError) as caught:
        asked.save(engine, [Asked("sw1", "status", 1.0, 1, "any")])
    assert str(caught.value).startswith(said("what was asked cannot be saved: no such table: asked"))
    with pytest.raises(StoreError) as caught:
        tokens.said(engine, {"sw1": ""}, 1.0)
    assert str(caught.value).startswith(said("change tokens cannot be saved: no such table: token"))
    with pytest.raises(StoreError, match="change tokens cannot be read"):
        tokens.all_tokens(engine)
    with pytest.raises(StoreError, match="what was asked cannot be read"):
        asked.vendors(engine)
