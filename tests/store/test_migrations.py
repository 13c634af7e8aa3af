"""Revisions: they make the tables that the code declares, take old databases in, and refuse newer ones."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from homeroom.errors import StoreError
from homeroom.project import Project
from homeroom.reading import Reading, Status
from homeroom.store import db, migrate, observed_tables, readings, series_tables
from homeroom.store.change_docs import Done, Papers
from homeroom.store.changes import Change, Changes, Moved, Row
from homeroom.store.configs import digest
from homeroom.store.journal import Journal
from homeroom.store.migrate import CHAINS, HEADS, SCRIPTS

OLD = (Path(__file__).parent / "old_state.sql").read_text(encoding="utf-8")
OLD_CHANGES = (Path(__file__).parent / "old_changes.sql").read_text(encoding="utf-8")
OPEN = {"state": db.connect, "series": db.connect_series}
KEPT = {"status", "reading", "reading_past", "config_blob", "config_version", "event", "host_key", "probe"}


@pytest.fixture
def old(tmp_path):
    """A project of SQLite with a state.db of before."""
    project = Project(tmp_path)
    with closing(sqlite3.connect(project.state / "state.db")) as file:
        file.executescript(OLD)
    return project


def version(engine, chain="state"):
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT version_num FROM {chain}_version").scalar_one()


@pytest.mark.parametrize("chain", CHAINS)
def test_the_head_that_the_code_names_is_the_head(chain):
    assert ScriptDirectory.from_config(migrate._config(chain)).get_current_head() == HEADS[chain]
    assert {path.name for path in (SCRIPTS / chain).glob("r*.py")}, "they are packaged beside the code"


@pytest.mark.parametrize("chain", CHAINS)
def test_the_revisions_make_what_the_code_declares(project, chain):
    tables = {"state": observed_tables.meta, "series": series_tables.meta}[chain]
    engine = OPEN[chain](project)
    ours = set(tables.tables)
    assert chain == "series" or ours > KEPT | {"asked", "change", "change_device", "change_move", "change_act"}

    def mine(one, name, kind, _reflected, _other):
        return (name if kind == "table" else one.table.name) in ours

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": mine, "compare_type": True})
        found = compare_metadata(context, tables)
    engine.dispose()
    indexes = ("add_index", "remove_index", "add_constraint", "remove_constraint")  # not declared with the tables
    assert [one for one in found if not (chain == "series" and one[0] in indexes)] == []


def test_an_old_database_is_taken_in_with_what_it_holds(old):
    engine = db.connect(old)
    assert version(engine) == HEADS["state"]
    name = Reading("sw1", "sysName", "", "sw1 «ñ»", 20.5)
    assert readings.latest(engine, "sw1") == {"sysName": {"": name}}
    assert [(one.value, one.since, one.until) for one in readings.past(engine, "sw1")] == [("sw1 «ñ»", 20.5, None)]
    assert readings.all_status(engine)["sw1"].since == 10.5
    assert Journal(engine).states("c1")["sw1"].state == "confirmed"
    engine.dispose()
    again = db.connect(old)
    assert version(again) == HEADS["state"]
    again.dispose()


@pytest.mark.parametrize("stamped", ["", "state1", "state2", "state3"])
def test_changes_from_before_they_had_revisions_are_taken_in(tmp_path, stamped):
    project = Project(tmp_path)
    with closing(sqlite3.connect(project.state / "state.db")) as file:
        file.executescript(OLD)
    if stamped:
        engine = sa.create_engine(f"sqlite:///{project.state / 'state.db'}")
        migrate.upgrade(engine, "state", stamped)
        engine.dispose()
    with closing(sqlite3.connect(project.state / "state.db")) as file:
        file.executescript(OLD_CHANGES)
    engine = db.connect(project)
    assert version(engine) == HEADS["state"]
    changes, papers = Changes(engine), Papers(engine)
    assert changes.changes() == (Change("c1", "wave", "canary", 1, "hash", "ana", "NOC-1", 1.5),)
    row = Row("c1", "sw1", "unconfirmed", 1, "north", "r1", "old", 3, "w1", 99.5, "new", 4.5, 5.5, "said «ñ»")
    assert changes.rows("c1") == (row,)
    assert changes.moves("c1") == (Moved(1.5, "ana", "canary", "wave", "well"),)
    assert papers.acts("c1") == (Done("c1", "judged", 0.5, "ana", "root", "hash", "sha", "NOC-1"),)
    assert papers.texts([digest("x")]) == {digest("x"): "x"}
    changes.add(Change("c2", "canary", "approved", 0, "", "ana", "", 2.0), [Row("c2", "sw1")])
    assert changes.superseded("c1") == {}, "the one that was there is the older one"
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        changes.claim("c2", "sw1", owner="w2", now=6.0, until=9.0, rule=lambda *_: "")
    assert ["change"] in [one["column_names"] for one in sa.inspect(engine).get_indexes("change_act")]
    engine.dispose()


def test_changes_stay_when_the_version_before_comes_back(engine):
    Changes(engine).add(Change("c1", "draft", "draft", 0, "", "ana", "", 1.0), [Row("c1", "a")])
    migrate.downgrade(engine, "state", "state3")
    assert Changes(engine).rows("c1") == (Row("c1", "a"),)
    migrate.upgrade(engine, "state")
    assert Changes(engine).rows("c1") == (Row("c1", "a"),)


def test_many_processes_take_an_old_database_in_once(old):
    script = (
        "import sys, pathlib\n"
        "from homeroom.project import Project\n"
        "from homeroom.store.db import connect\n"
        "sys.stdin.readline()\n"
        "connect(Project(pathlib.Path(sys.argv[1]))).dispose()\n"
    )
    command = [sys.executable, "-c", script, str(old.root)]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 4
    test_an_old_database_is_taken_in_with_what_it_holds(old)


def test_an_upgrade_that_is_killed_leaves_what_was_there(old):
    script = (
        "import os, signal, sys, pathlib\n"
        "from alembic import op\n"
        "from homeroom.project import Project\n"
        "from homeroom.store.db import connect\n"
        "def kill(name, *_, **__):\n"
        "    if name == 'reading_past_device':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "op.create_index = kill\n"
        "connect(Project(pathlib.Path(sys.argv[1])))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, os.fspath(old.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(old.state / "state.db")) as file:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = [row[1] for row in file.execute("PRAGMA table_info(reading)")]
    assert (tables, "since" in columns) == (KEPT - {"reading_past"}, False)
    test_an_old_database_is_taken_in_with_what_it_holds(old)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_newer_database_is_refused_and_not_touched(project, chain):
    engine = OPEN[chain](project)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {chain}_version SET version_num = 'state99'")
    with pytest.raises(StoreError) as caught:
        OPEN[chain](project)
    where, _, rest = str(caught.value).partition(" was ")
    assert where.endswith(f"{chain}.db") or where.startswith("postgresql+psycopg://t")
    assert rest == "written by a newer version (revision state99): use that version or a later one"
    assert version(engine, chain) == "state99"
    engine.dispose()


def test_down_and_up_again_with_data(engine):
    readings.save(engine, [Reading("a", "sysName", "", "x", 1.0)], [Status("a", 1.0, reachable=True)])
    readings.save(engine, [Reading("a", "sysName", "", "y", 2.0)], [Status("a", 2.0, reachable=True)])
    migrate.downgrade(engine, "state", "state1")
    assert "since" not in {column["name"] for column in sa.inspect(engine).get_columns("reading")}
    migrate.upgrade(engine, "state")
    assert readings.latest(engine, "a") == {"sysName": {"": Reading("a", "sysName", "", "y", 2.0)}}
    assert [(one.value, one.since) for one in readings.past(engine, "a")] == [("y", 2.0)]


def test_history_can_be_taken_down_whole(series):
    migrate.downgrade(series, "series", "base")
    assert set(sa.inspect(series).get_table_names()) <= {"series_version"}
    migrate.upgrade(series, "series")
    assert version(series, "series") == HEADS["series"]


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path):
    project = Project(tmp_path)
    path = project.state / "state.db"
    path.write_text("no database, and longer than a page would need it to be " * 20)
    with pytest.raises(StoreError) as caught:
        db.connect(project)
    assert str(caught.value) == f"{path}: file is not a database; move it away, or restore it from a backup"
