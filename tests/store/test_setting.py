"""Where the store is, is one setting, strictly read; what opens it is named, never written there."""

import pytest
from postgres import OWNER, PASSWORD

from homeroom.errors import InputError, StoreError
from homeroom.project import CONFIG, Project
from homeroom.secret import Vault
from homeroom.store.db import connect, connect_series
from homeroom.store.setting import Keep, StoreConfig, store_config


def configured(tmp_path, text):
    (tmp_path / CONFIG).write_text(text, encoding="utf-8")
    return Project(tmp_path)


@pytest.mark.parametrize("text", ["", "logging: {enabled: false}\n", "store: {keep: {raw: 2}}\n"])
def test_nothing_said_is_sqlite(tmp_path, text):
    project = configured(tmp_path, text)
    assert store_config(project) == StoreConfig()
    engine = connect(project)
    assert engine.dialect.name == "sqlite"
    engine.dispose()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "store: {url: 'postgresql+psycopg://me:geheim@db/x'}",
            "store: url holds a password: put it into a secret, and its name into `password`; correct it",
        ),
        (
            "store: {url: 'mysql://db/x'}",
            "store: url is of mysql: write postgresql+psycopg://user@host/database; correct it",
        ),
        (
            "store: {url: 'db.example'}",
            "store: url cannot be read: write postgresql+psycopg://user@host/database; correct it",
        ),
        (
            "store: {keep: {raw: 9}}",
            "store.keep: raw, outages and readings need 2 days at least, and each coarser roll-up no fewer than the finer; correct it",
        ),
        (
            "store: {keep: {minutes: 9}}",
            "store.keep.minutes: unknown key; the keys are raw, five_minutes, hours, days, outages, readings; did you mean five_minutes?",
        ),
    ],
)
def test_golden_settings(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        connect(configured(tmp_path, text))
    assert str(caught.value) == f"{CONFIG}:1: {message}"
    assert "geheim" not in str(caught.value)


def test_what_is_kept_is_a_setting(tmp_path):
    assert store_config(configured(tmp_path, "store: {keep: {hours: 30}}")).keep == Keep(hours=30)


@pytest.mark.parametrize("kept", ["environment", "file"])
def test_a_password_is_named_and_found(tmp_path, cluster, monkeypatch, kept):
    url = f"postgresql+psycopg://{OWNER}@127.0.0.1:{cluster.port}/{OWNER}"
    project = configured(tmp_path, f"store: {{url: '{url}', password: store_password}}")
    with pytest.raises(StoreError) as caught:
        connect(project)
    assert str(caught.value) == "no secret is called store_password: run `homeroom secret set store_password`"
    if kept == "environment":
        monkeypatch.setenv("HOMEROOM_SECRET_STORE_PASSWORD", PASSWORD)
    else:
        Vault.put(project, "store_password", PASSWORD)
    for opened in (connect(project), connect_series(project)):
        assert opened.dialect.name == "postgresql"
        assert PASSWORD not in repr(opened) + str(opened.url)
        opened.dispose()


def test_a_wrong_password_is_told_without_it(tmp_path, cluster, monkeypatch):
    url = f"postgresql+psycopg://{OWNER}@127.0.0.1:{cluster.port}/postgres"
    monkeypatch.setenv("HOMEROOM_SECRET_STORE_PASSWORD", "quite-wrong")
    with pytest.raises(StoreError) as caught:
        connect(configured(tmp_path, f"store: {{url: '{url}', password: store_password}}"))
    assert "password authentication failed" in str(caught.value)
    assert str(caught.value).endswith(
        "; check `store` in nornir_config.yaml, and that the server runs and lets this account in"
    )
    assert "quite-wrong" not in str(caught.value)


def test_a_server_that_is_not_there_is_said_so(tmp_path):
    pytest.importorskip("psycopg")
    url = f"postgresql+psycopg://{OWNER}@/x?host={tmp_path}"
    with pytest.raises(StoreError) as caught:
        connect(configured(tmp_path, f"store: {{url: '{url}'}}"))
    assert "check `store` in nornir_config.yaml" in str(caught.value)


def test_without_the_driver_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(StoreError) as caught:
        connect(configured(tmp_path, "store: {url: 'postgresql+psycopg://me@db/x'}"))
    assert str(caught.value) == "PostgreSQL's driver is not installed: pip install 'homeroom[postgresql]'"
