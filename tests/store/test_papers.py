"""The papers of changes: texts kept once under their hashes, acts appended, a name taken once."""

import dataclasses
import threading
import zlib

import pytest
import sqlalchemy as sa

from homeroom.errors import StoreError, UsageError
from homeroom.store.change_docs import Done, Papers, change_text
from homeroom.store.configs import digest
from homeroom.store.journal import Journal


def done(**other):
    return dataclasses.replace(Done("chg", "judged", 1.0, "ana", "ana", "content", "sha", "NOC-1"), **other)


def test_texts_are_kept_once_and_checked_when_read(engine):
    papers = Papers(engine)
    texts = [f"+line {number}\n" for number in range(1200)]
    papers.put(texts)
    papers.put([*texts, texts[0]])
    papers.put([])
    assert papers.texts([digest(text) for text in texts]) == {digest(text): text for text in texts}
    with engine.begin() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(change_text)).scalar_one() == 1200
        wrong = sa.update(change_text).where(change_text.c.sha == digest(texts[7]))
        db.execute(wrong.values(text=zlib.compress(b"+line 7 or so\n")))
    with pytest.raises(StoreError, match=f"{digest(texts[7])[:12]} of a change is missing or damaged"):
        papers.texts([digest(texts[7])])
    with pytest.raises(StoreError, match="missing or damaged"):
        papers.texts(["0" * 64])


def test_acts_are_appended_and_a_name_is_taken_once(engine):
    papers = Papers(engine)
    papers.begin(done())
    papers.begin(done(change="other"))
    with pytest.raises(UsageError, match="there is a change 'chg' already; give it another --id"):
        papers.begin(done())
    papers.add(done(act="approved", by="beto", at=2.0))
    assert [one.act for one in papers.acts("chg")] == ["judged", "approved"]
    assert papers.acts("chg")[1] == done(act="approved", by="beto", at=2.0)
    assert papers.names() == ("other", "chg")
    with pytest.raises(UsageError, match="there is no change 'nope'"):
        papers.acts("nope")


def test_two_that_begin_one_name_at_once_do_not_both_get_it(engine):
    papers, outcomes = Papers(engine), []

    def begin():
        try:
            papers.begin(done())
            outcomes.append("begun")
        except UsageError:
            outcomes.append("taken")

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["begun", *["taken"] * 7]


def test_what_was_proved_last_is_read_from_the_journal(engine):
    journal, papers = Journal(engine), Papers(engine)
    assert papers.proved() == {}
    for at, device, state, sha in (
        (1.0, "a", "confirmed", "s1"),
        (2.0, "a", "rolled_back", "s2"),
        (3.0, "a", "needs_human", ""),
        (4.0, "b", "confirmed", ""),
        (5.0, "c", "skipped", "s5"),
    ):
        journal.append("chg", device, state, at, sha=sha)
    assert papers.proved() == {"a": ("s2", 2.0)}


def test_a_store_that_cannot_be_used_says_so(engine, said):
    papers = Papers(engine)
    with engine.begin() as db:
        db.exec_driver_sql("DROP TABLE change_act")
    with pytest.raises(StoreError) as caught:
        papers.add(done())
    assert str(caught.value) == said("the changes cannot be kept: no such table: change_act; check .homeroom")
