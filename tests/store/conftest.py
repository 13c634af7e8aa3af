"""The store on both databases: a project of its own for each test, SQLite's and PostgreSQL's."""

import re

import pytest
from postgres import Cluster, programs

from homeroom.project import CONFIG, Project
from homeroom.store.db import connect, connect_series


@pytest.fixture(scope="session")
def cluster():
    if programs() is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="no driver of PostgreSQL here: pip install 'homeroom[postgresql]'")
    running = Cluster()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def project(request, tmp_path):
    """A project that keeps its state in SQLite, and one that does so in PostgreSQL."""
    text = ""
    if request.param == "postgresql":
        text = f"store: {{url: '{request.getfixturevalue('cluster').database()}'}}\n"
    (tmp_path / CONFIG).write_text(text, encoding="utf-8")
    return Project(tmp_path)


@pytest.fixture
def engine(project):
    opened = connect(project)
    yield opened
    opened.dispose()


@pytest.fixture
def series(project):
    opened = connect_series(project)
    yield opened
    opened.dispose()


@pytest.fixture
def said(engine):
    """A message as the database at hand words it."""

    def worded(message):
        if engine.dialect.name == "sqlite":
            return message
        return re.sub(r"no such table: (\w+)", r'relation "\1" does not exist', message)

    return worded
