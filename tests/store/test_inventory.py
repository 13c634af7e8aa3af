"""The compiled inventory: made anew when a source changed, replaced whole, disposable."""

import contextlib
import datetime as dt
import os
import sqlite3

import pytest

from homeroom.errors import InputError, PlanError, StoreError, UsageError
from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import Ledger, read_ledger, write_ledger
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.store import inventory
from homeroom.store.inventory import compile_inventory, inventory_path
from homeroom.store.pack import pack, unpack


def plan(project):
    facts, _ = load_facts(project)
    ledger, _ = allocate(facts, read_ledger(project.ledger), dt.date(2026, 9, 1))
    write_ledger(project.ledger, ledger)
    return facts, ledger


@pytest.fixture
def project(tmp_path):
    write_sample("py", tmp_path, sites=12, seed=3)
    made = Project(tmp_path)
    plan(made)
    return made


def compiled(project):
    """Compile; tell which file it is now."""
    compile_inventory(project)
    return inventory_path(project).stat().st_ino


def rows(project, statement):
    with contextlib.closing(sqlite3.connect(inventory_path(project))) as db, db:
        return db.execute(statement).fetchall()


def test_nothing_is_done_twice(project):
    first = compiled(project)
    assert compiled(project) == first


@pytest.mark.parametrize("name", ["programme.yaml", "profiles.yaml", "policy.yaml", "schools.csv"])
def test_law_every_source_counts(project, name):
    """Even a change that keeps size and time is seen: contents are compared."""
    before = compiled(project)
    path = project.inventory / name
    stat, text = path.stat(), path.read_text(encoding="utf-8")
    changes = {"schools.csv": (text[-40:], text[-40:].swapcase()), "policy.yaml": ("pupils print", "PUPILS print")}
    old, new = changes.get(name, ("# ", "#-"))
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    if name == "schools.csv":
        plan(project)
    assert compiled(project) != before


def test_the_ledger_counts(project):
    before = compiled(project)
    entries = read_ledger(project.ledger).entries
    swapped = dict(entries)
    a, b = (entry for entry in list(entries.values())[:2])
    import dataclasses

    swapped[a.site] = dataclasses.replace(a, code=b.code)
    swapped[b.site] = dataclasses.replace(b, code=a.code)
    write_ledger(project.ledger, Ledger(swapped))
    assert compiled(project) != before


def test_rows_follow_the_plan(project):
    facts, ledger = plan(project)
    compile_inventory(project)
    names = [name for (name,) in rows(project, "SELECT name FROM device ORDER BY number")]
    sites = {entry.code: site for site, entry in ledger.entries.items()}
    assert [number for (number,) in rows(project, "SELECT number FROM device ORDER BY number")] == [
        *range(1, len(names) + 1)
    ]
    assert all(sites[name.rpartition("-")[0]] for name in names)
    assert rows(project, "SELECT count(*), sum(schools), sum(pupils) FROM site") == [
        (len(facts.sites), sum(len(s.schools) for s in facts.sites), sum(s.pupils for s in facts.sites))
    ]


def test_packed_sites_are_whole(project):
    facts, ledger = plan(project)
    for site in facts.sites:
        assert unpack(pack(site, ledger.entries[site.id])) == (site, ledger.entries[site.id])


def test_golden_a_site_without_a_ledger_entry(project):
    entries = dict(read_ledger(project.ledger).entries)
    first = min(entries)
    del entries[first]
    write_ledger(project.ledger, Ledger(entries))
    with pytest.raises(PlanError) as caught:
        compile_inventory(project)
    assert str(caught.value) == f"1 sites have no address block yet ({first}, ...): run `homeroom plan`"


def test_a_released_site_that_is_back_needs_a_plan(project):
    import dataclasses

    entries = {
        site: dataclasses.replace(entry, released="2026-10-01")
        for site, entry in read_ledger(project.ledger).entries.items()
    }
    write_ledger(project.ledger, Ledger(entries))
    with pytest.raises(PlanError, match=r"^12 sites have no address block yet"):
        compile_inventory(project)


def test_a_broken_file_is_made_again(project):
    first = compiled(project)
    inventory_path(project).write_bytes(b"not a database")
    assert compiled(project) != first
    assert rows(project, "SELECT count(*) FROM site") == [(12,)]


def test_an_empty_database_is_made_again(project):
    inventory_path(project).unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(inventory_path(project))) as db, db:
        db.execute("CREATE TABLE source (digest TEXT)")
    compile_inventory(project)
    assert rows(project, "SELECT count(*) FROM site") == [(12,)]


def test_a_failure_leaves_the_old_file_and_no_other(project, monkeypatch):
    compiled(project)
    (project.inventory / "policy.yaml").write_text(
        (project.inventory / "policy.yaml").read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8"
    )
    monkeypatch.setattr(inventory, "SCHEMA", inventory.SCHEMA + "CREATE TABLE site (id);")
    before = inventory_path(project).read_bytes()
    with pytest.raises(StoreError, match="cannot be written: table site already exists"):
        compile_inventory(project)
    assert inventory_path(project).read_bytes() == before
    assert [path.name for path in project.state.iterdir()] == ["inventory.db"]


def test_wrong_facts_are_told_as_such(project):
    (project.inventory / "programme.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"inventory/programme\.yaml:1"):
        compile_inventory(project)


def test_a_reader_keeps_what_it_opened(project):
    compile_inventory(project)
    with contextlib.closing(sqlite3.connect(f"file:{inventory_path(project)}?mode=ro", uri=True)) as reader:
        reader.execute("SELECT count(*) FROM device").fetchone()
        (project.inventory / "policy.yaml").write_text(
            (project.inventory / "policy.yaml").read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8"
        )
        compile_inventory(project)
        assert reader.execute("SELECT count(*) FROM site").fetchone() == (12,)


def test_the_shipped_project_of_a_wheel_is_read_only(tmp_path, monkeypatch):
    monkeypatch.setattr("homeroom.project.BUNDLED", tmp_path)
    with pytest.raises(UsageError, match="read-only"):
        inventory_path(Project(tmp_path))
