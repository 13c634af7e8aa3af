"""`homeroom restore` on emulated devices of all five platforms, and what all of it leaves on disk."""

import zlib

import pytest
import sqlalchemy as sa
from bygone import FOREIGN, ROUTES, SECRETS

from homeroom import secret_file
from homeroom.secret import Vault
from homeroom.store.changes import Changes
from homeroom.store.db import config_blob, event
from homeroom.store.journal import Journal

WHY = ["--reason", "the change of last night broke it"]
FIVE = ("eos", "ios", "junos", "openwrt", "ros")


def test_what_a_secret_nobody_knows_stands_in_comes_back_with_it(past, call):
    """The way of a district: a hand edit with a secret, another without, and back to between them."""
    first = past.moment()
    past.edit(SECRETS)
    assert call("backup", *past.words())[1][0]["stored"] == sorted(past.devices.values())
    between = past.moment()
    past.edit(ROUTES)
    assert call("backup", *past.words())[0] == 0

    code, [dry], words = call("restore", *past.words(), "--at", between)
    assert (code, dry["unreachable"], dry["unchanged"]) == (0, [], 0)
    assert [one["device"] for one in dry["restores"]] == sorted(past.devices.values())
    assert {one["number"] for one in dry["restores"]} == {past.versions("ios")[-2].number}
    assert sorted(name for group in dry["groups"] for name in group["devices"]) == sorted(past.devices.values())
    assert all(line.lstrip()[:1] != "+" for group in dry["groups"] for line in group["diff"].splitlines())
    assert "nothing was changed: this was a dry run" in words
    assert "10.99.0.0" in past.running("ios")

    code, documents, _ = call("restore", *past.words(), "--at", between, "--commit", *WHY)
    *events, last = documents
    assert (code, last["states"]) == (0, {"confirmed": sorted(past.devices.values())})
    for platform in FIVE:
        count = str(len(past.versions(platform)))
        code, [found], _ = call("history", past.devices[platform], "--diff", str(int(count) - 2), count)
        assert (code, found["diff"]) == (0, ""), platform
        assert FOREIGN in past.running(platform), platform
    assert {one["device"] for one in events if one["event"] == "device"} == set(past.devices.values())
    assert {one.state for one in Journal(past.engine).states(last["change"]).values()} == {"confirmed"}
    code, [shown], _ = call("change", "show", last["change"])
    assert (shown["state"], shown["reason"]) == ("done", "the change of last night broke it")
    assert shown["title"].startswith("restore of what ran at ")

    code, [_, *_], _ = call("restore", *past.words(), "--at", first, "--commit", *WHY)
    assert code == 0
    assert not any(FOREIGN in past.running(platform) for platform in FIVE)
    code, [*_, last], _ = call("restore", *past.words(), "--at", between, "--commit", *WHY)
    assert (code, last["states"]) == (3, {"skipped": sorted(past.devices.values())})
    reasons = {row.device: row.detail for row in Changes(past.engine).rows(last["change"])}
    mark = Vault.open(past.project).mark(FOREIGN)
    assert reasons[past.devices["ios"]] == (
        f"`snmp-server community {mark} RO` held a secret that only the device knew, and it runs that line no more;"
        " choose another time, or change the rest by hand"
    )
    assert call("diff", *past.words())[1][0]["unchanged"] == len(FIVE)


def test_what_a_restore_replaces_was_kept_first(past, call):
    before = past.moment()
    past.edit(ROUTES, "ios")  # nobody backs it up
    code, _, words = call("restore", *past.words("ios"), "--at", before, "--commit", *WHY, people=True)
    assert (code, "is done: 1 of 1 ended, 1 confirmed" in words) == (0, True)
    assert "10.99.0.0" not in past.running("ios")
    name, number = past.devices["ios"], len(past.versions("ios")) - 1
    code, [found], _ = call("history", name, "--diff", str(number), str(number + 1))
    assert found["diff"] == "-ip route 10.99.0.0 255.255.0.0 Null0\n"


def test_people_see_which_version_and_what_would_change(past, call):
    before = past.moment()
    past.edit(ROUTES, "ios")
    code, documents, words = call("restore", *past.words("ios"), "--at", before, "--dry-run", people=True)
    assert (code, documents) == (0, [])
    assert "what would be given back (America/Asuncion)" in words
    assert "-ip route 10.99.0.0 255.255.0.0 Null0" in words
    assert "`homeroom restore --commit --reason TEXT` pushes" in words
    assert call("restore", *past.words("ios"), "--at", before, "--commit", *WHY)[0] == 0


def test_a_device_that_was_not_read_by_then_is_left_alone(past, call):
    code, [found], _ = call("restore", "--device", past.spare[0], *past.words("ios"), "--at", "2020-02-02")
    reason = "nobody had read its configuration by then"
    assert (code, found["groups"], found["restores"]) == (0, [], [])
    assert {one["reason"] for one in found["not_pushed"]} == {reason}
    code, [*_, last], _ = call("restore", "--device", past.spare[0], "--at", "2020-02-02", "--commit", *WHY)
    assert (code, last["states"]) == (0, {})
    assert last["not_pushed"] == [{"device": past.spare[0], "reason": reason}]


def test_a_damaged_history_is_never_pushed(past, call):
    sha = past.versions("eos")[-1].sha
    where = config_blob.c.sha == sha
    with past.engine.begin() as connection:
        good = connection.execute(sa.select(config_blob.c.text).where(where)).scalar_one()
        connection.execute(sa.update(config_blob).where(where).values(text=zlib.compress(b"hostname x\n")))
    try:
        code, [found], _ = call("restore", *past.words("eos"), "--at", past.moment())
        assert (code, found["restores"]) == (0, [])
        assert found["not_pushed"][0]["reason"] == (
            f"what ran then cannot be used: {sha[:12]}: the configuration that is kept is damaged;"
            " restore state.db from a backup"
        )
    finally:
        with past.engine.begin() as connection:
            connection.execute(sa.update(config_blob).where(where).values(text=good))


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--at", "2026-01-01"], "say what is restored: --device, --site or --region"),
     (["--device", "x", "--at", "2026-01-01", "--commit"], "--commit needs --reason TEXT: the journal keeps why"),
     (["--device", "x", "--at", "2026-01-01", "--commit", "--reason", " "], "--commit needs --reason TEXT"),
     (["--device", "x", "--at", "2026-01-01", "--confirm-minutes", "0"], "must be between 1 and 120"),
     (["--device", "x", "--at", "yesterday"], "yesterday is no time: write it as 2026-11-24T10:30"),
     (["--device", "x", "--at", "2999-01-01"], "2999-01-01 lies in the future (America/Asuncion)")],
)  # fmt: skip
def test_what_is_called_wrongly_changes_nothing(call, words, message):
    code, documents, said = call("restore", *words)
    assert (code, documents) == (2, [])
    assert message in said


def test_dry_run_and_commit_exclude_each_other(call):
    with pytest.raises(SystemExit):
        call("restore", "--device", "x", "--at", "2026-01-01", "--commit", "--dry-run")


def test_no_secret_is_in_any_artefact(past, call, tmp_path):
    """Ours and others': the project with its database and logs, what was exported, rendered, reported and said."""
    root, out = past.project.root, tmp_path
    past.edit(SECRETS)
    for words in (
        ["poll", *past.words()],
        ["backup", *past.words(), "--export", str(out / "export"), "--git"],
        ["render", *past.words(), "--out", str(out / "configs")],
        ["diff", *past.words()],
        ["restore", *past.words(), "--at", past.moment()],
        ["services", "--out", str(out / "services")],
        ["audit", *past.words(), "--out", str(out / "report")],
        *(
            ["history", name, "--diff", "1", str(len(past.versions(platform)))]
            for platform, name in past.devices.items()
        ),
    ):
        for people in (False, True) if words[0] in {"diff", "history", "restore"} else (False,):
            assert call(*words, people=people)[0] in {0, 1, 3}, words
    vault = Vault.open(past.project)
    values = {name: vault.get(name).reveal().encode() for name in vault.names} | {"foreign": FOREIGN.encode()}
    values["redaction"] = secret_file.SecretFile(past.project).read()["redaction"].encode()
    with past.engine.connect() as connection:
        texts = [zlib.decompress(blob) for (blob,) in connection.execute(sa.select(config_blob.c.text))]
        texts += [repr(tuple(row)).encode() for row in connection.execute(sa.select(event))]
    files = {str(path): path.read_bytes() for top in (root, out) for path in top.rglob("*") if path.is_file()}
    files |= {f"text {n}": text for n, text in enumerate(texts)} | {"terminal": past.said.encode()}
    assert len(files) > 50
    assert any(vault.mark(FOREIGN).encode() in data for data in files.values())
    assert not any(b"<redacted>" in text for text in texts)
    assert [(name, secret) for name, data in files.items() for secret, value in values.items() if value in data] == []
    assert b"age-encryption.org/v1" in files[str(past.project.state / "secrets.age")]
