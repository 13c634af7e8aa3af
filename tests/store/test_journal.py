"""The journal: append-only, in order, durable, and honest about a store it cannot use."""

import os
import signal
import subprocess
import sys
import threading
from typing import get_args

import pytest

from homeroom.errors import StoreError
from homeroom.store.db import connect
from homeroom.store.journal import END_STATES, STATES, Event, Journal, State


def test_the_last_event_of_each_device_is_its_state(engine):
    journal = Journal(engine)
    journal.append("c1", "a", "leased", 1.0)
    journal.append("c1", "b", "leased", 2.0)
    journal.append("c1", "a", "committing", 3.0, sha="ab12")
    journal.append("c2", "a", "confirmed", 4.0)
    assert journal.states("c1") == {
        "a": Event(3.0, "a", "committing", "ab12", ""),
        "b": Event(2.0, "b", "leased", "", ""),
    }


def test_events_come_back_in_the_order_they_were_written(engine):
    journal = Journal(engine)
    for state in STATES:
        journal.append("c", "a", state, 5.0, detail=f"to {state}")
    assert [event.state for event in journal.events("c")] == list(STATES)
    assert journal.events("c")[1].detail == "to leased"
    assert journal.events("unknown") == ()


def test_there_is_no_failed_state():
    assert get_args(State) == STATES
    assert set(STATES) > END_STATES
    assert not [state for state in STATES if "fail" in state]


def test_many_threads_lose_nothing(engine):
    journal = Journal(engine)

    def work(name: str) -> None:
        for number in range(20):
            journal.append("c", name, "leased", float(number))

    threads = [threading.Thread(target=work, args=(f"d{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in (f"d{n}" for n in range(8)):
        assert [e.at for e in journal.events("c") if e.device == name] == [float(n) for n in range(20)]


def test_an_event_survives_kill_9_right_after_it_was_appended(project):
    script = (
        "import os, signal, sys, pathlib\n"
        "from homeroom.project import Project\n"
        "from homeroom.store.db import connect\n"
        "from homeroom.store.journal import Journal\n"
        "Journal(connect(Project(pathlib.Path(sys.argv[1])))).append('c', 'a', 'committing', 1.0)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, os.fspath(project.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    engine = connect(project)
    assert Journal(engine).states("c")["a"].state == "committing"
    engine.dispose()


def test_a_journal_that_cannot_be_written_says_that_nothing_more_is_changed(engine, said):
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE event")
    with pytest.raises(StoreError) as caught:
        Journal(engine).append("c", "a", "leased", 1.0)
    assert str(caught.value) == said("the journal cannot be written: no such table: event; nothing more is changed")
    with pytest.raises(StoreError) as caught:
        Journal(engine).events("c")
    assert str(caught.value) == said("the journal cannot be read: no such table: event; restore state.db from a backup")
