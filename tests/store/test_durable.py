"""What is on disk when a call returns, and what a process that dies in the middle leaves behind: nothing."""

import os
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from homeroom.errors import StoreError
from homeroom.project import CONFIG
from homeroom.store.change_docs import Done, Papers
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.db import connect, connect_series
from homeroom.store.journal import Journal
from homeroom.store.setting import store_config

NEW = Change("c", "canary", "approved", 0, "hash1", "ana", "ticket 7", 1.0)
DIES = """
import os, pathlib, signal, sys
from homeroom.project import Project
from homeroom.store.changes import Changes
from homeroom.store.db import connect
Changes(connect(Project(pathlib.Path(sys.argv[1])))).claim(
    "c", "a", owner="w1", now=1.0, until=9.0, rule=lambda *_: os.kill(os.getpid(), signal.SIGKILL)
)
"""


def asked(engine, sqlite, postgresql):
    with engine.connect() as connection:
        statement = {"sqlite": f"PRAGMA {sqlite}", "postgresql": f"SHOW {postgresql}"}[engine.dialect.name]
        return connection.exec_driver_sql(statement).scalar_one()


def test_the_journal_is_on_disk_whatever_the_server_is_told(project):
    opened = connect(project)
    if opened.dialect.name == "postgresql":
        with opened.begin() as connection:
            connection.exec_driver_sql("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
        opened.dispose()
    assert asked(opened, "synchronous", "synchronous_commit") in {2, "on"}
    opened.dispose()


def test_what_is_polled_again_need_not_be(project):
    opened = connect_series(project)
    assert asked(opened, "synchronous", "synchronous_commit") in {1, "off"}
    opened.dispose()


def test_a_client_that_is_gone_does_not_keep_its_locks(project):
    url = sa.make_url(store_config(project).url or "sqlite://")
    if url.get_backend_name() == "sqlite":
        pytest.skip("the kernel gives a file's locks back")
    opened = connect(project)
    assert asked(opened, "", "idle_in_transaction_session_timeout") == "1min"
    opened.dispose()


def test_a_process_that_dies_while_it_claims_leaves_nothing_and_holds_nobody_up(engine, project):
    changes = Changes(engine)
    changes.add(NEW, [Row("c", "a")])
    done = subprocess.run([sys.executable, "-c", DIES, os.fspath(project.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert changes.row("c", "a") == Row("c", "a")
    assert Journal(engine).events("c") == ()
    assert changes.claim("c", "a", owner="w2", now=2.0, until=9.0, rule=lambda *_: "").fence == 1


def test_who_reads_does_not_wait_for_who_writes(engine, project):
    changes, other = Changes(engine), connect(project, wait=0.2)
    changes.add(NEW, [Row("c", "a")])
    seen = []

    def rule(*_):
        seen.append((Changes(other).row("c", "a").state, Papers(other).names(), Journal(other).events("c")))
        return ""

    assert changes.claim("c", "a", owner="w1", now=1.0, until=9.0, rule=rule).state == "leased"
    assert seen == [("pending", (), ())], "and sees nothing that is not written"
    other.dispose()


def test_who_writes_waits_for_who_writes_and_then_gives_up(engine, project):
    changes, other = Changes(engine), connect(project, wait=0.05)
    changes.add(NEW, [Row("c", "a")])
    refused = []

    def rule(*_):
        with pytest.raises(
            StoreError, match=r"the changes cannot be kept: .*lock.*; nothing more is changed"
        ) as caught:
            Changes(other).renew(Row("c", "a"), 5.0)
        refused.append(caught)
        return "not now"

    assert changes.claim("c", "a", owner="w1", now=1.0, until=9.0, rule=rule) == "not now"
    assert len(refused) == 1
    assert Changes(other).claim("c", "a", owner="w2", now=2.0, until=9.0, rule=lambda *_: "").fence == 1
    other.dispose()


def test_two_projects_of_one_server_do_not_wait_for_each_other(engine, project, request, tmp_path_factory):
    if engine.dialect.name == "sqlite":
        pytest.skip("two files")
    second = type(project)(tmp_path_factory.mktemp("second"))
    url = request.getfixturevalue("cluster").database()
    (second.root / CONFIG).write_text(f"store: {{url: '{url}'}}\n", encoding="utf-8")
    other = connect(second, wait=0.2)
    Changes(engine).add(NEW, [Row("c", "a")])
    Changes(other).add(NEW, [Row("c", "a")])

    def rule(*_):
        Papers(other).begin(Done("c", "judged", 1.0, "ana", "ana", "", ""))
        return ""

    assert Changes(engine).claim("c", "a", owner="w1", now=1.0, until=9.0, rule=rule).fence == 1
    other.dispose()
