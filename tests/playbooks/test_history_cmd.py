"""`homeroom history`, the export of `homeroom backup`, and `homeroom secret`."""

import io
import json
import subprocess
import sys

import pytest
from bygone import FOREIGN, ROUTES, SECRETS

from homeroom.secret import Vault
from homeroom.store.configs import save_running
from playbooks import history
from playbooks.moments import brief, moment, shown

ZONE = "America/Asuncion"


def test_the_versions_of_a_device_and_what_changed_between(past, call):
    name = past.devices["ios"]
    assert call("backup", *past.words("ios"))[0] == 0
    past.edit(SECRETS, "ios")
    assert call("backup", *past.words("ios"))[0] == 0
    staged, one, other = past.versions("ios")
    code, [found], _ = call("history", name)
    assert (code, found["device"]) == (0, name)
    kept = [(1, staged.sha), (2, one.sha), (3, other.sha)]
    assert [(v["number"], v["sha"]) for v in found["versions"]] == kept, "what ran before the first push is kept too"
    assert found["versions"][1]["first_at"] == shown(one.first_at, ZONE)
    code, [found], _ = call("history", name, "--diff", "2", other.sha[:10])
    mark = Vault.open(past.project).mark(FOREIGN)
    assert (code, found["diff"]) == (0, f"+snmp-server community {mark} RO\n")
    assert (found["from"]["number"], found["to"]["number"]) == (2, 3)
    code, documents, words = call("history", name, people=True)
    assert (code, documents) == (0, [])
    assert f"{name} ({ZONE})" in words
    assert f"│ 3 │ {other.sha[:12]} │" in words
    code, documents, words = call("history", name, "--diff", "3", "2", people=True)
    assert f"- version 3 ({other.sha[:12]}), seen {brief(other.first_at, ZONE)}" in words
    assert words.endswith(f"-snmp-server community {mark} RO")
    assert "they are the same text" in call("history", name, "--diff", "1", "1", people=True)[2]


def test_a_difference_without_a_meaning_says_so(past, call):
    name = past.spare[1]
    for at, text in enumerate(("package system\n", "package system\n\n", "option 'x\n")):
        save_running(past.engine, name, text, 1000.0 + at)
    assert call("history", name, "--diff", "1", "2", people=True)[2].endswith(
        "the texts differ, their meaning does not"
    )
    code, [found], _ = call("history", name, "--diff", "1", "3")
    assert (code, found["diff"]) == (0, "-package system\n+option 'x\n"), (
        "what its parser cannot read is compared line by line"
    )


def test_colours_are_those_of_a_diff(past, call, monkeypatch):
    name = past.spare[2]
    for at, text in enumerate(("package a\n", "package b\n")):
        save_running(past.engine, name, text, 1000.0 + at)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in call("history", name, "--diff", "1", "2", people=True)[2]


def test_a_device_that_left_the_inventory_keeps_its_past(past, call):
    for at, text in enumerate(("hostname a\nb\n", "hostname a\nc\n")):
        save_running(past.engine, "gone-sw1", text, 1000.0 + at)
    code, [found], _ = call("history", "gone-sw1", "--diff", "1", "2")
    assert (code, found["diff"]) == (0, "-b\n+c\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [(["nobody"], "nobody was never read: look up its name with `homeroom render`"),
     (["{spare}"], "was never read: run `homeroom backup`"),
     (["{ios}", "--diff", "1", "99"], "99 names no version: give a number of 1 to")],
)  # fmt: skip
def test_what_is_not_there_is_refused(past, call, words, message):
    call("backup", *past.words("ios"))
    words = [word.format(spare=past.spare[3], ios=past.devices["ios"]) for word in words]
    code, documents, said = call("history", *words)
    assert (code, documents, message in said) == (2, [], True)


def test_an_export_has_a_file_for_each_device_and_its_history(past, call, tmp_path):
    out = tmp_path / "export"
    past.edit(SECRETS, "eos")
    chosen = past.words("eos", "ros")
    code, [found], _ = call("backup", *chosen, "--export", str(out), "--git")
    assert code == 0
    names = sorted(past.devices[platform] for platform in ("eos", "ros"))
    assert [name.rpartition("/")[2] for name in sorted(found["exported"])] == names
    regions = {name.partition("/")[0] for name in found["exported"]}
    assert {path.name for path in out.iterdir()} == {*regions, ".git"}
    past.edit(ROUTES, "eos")
    code, _, words = call("backup", *chosen, "--export", str(out), "--git", people=True)
    assert (code, f"1 files changed in {out}" in words) == (0, True)
    log = subprocess.run(["git", "-C", out, "log", "-p"], check=True, capture_output=True, text=True).stdout
    assert log.count("\ncommit ") + 1 == 2
    assert "+ip route 10.99.0.0/16 10.0.0.1" in log
    assert f"snmp-server community {Vault.open(past.project).mark(FOREIGN)} ro" in log
    assert FOREIGN not in log
    assert call("backup", *chosen, "--export", str(out))[1][0]["exported"] == []


def test_git_without_an_export_is_refused(call):
    assert call("backup", "--git")[2].endswith("--git keeps the history of an export: add --export DIR")


def test_times_are_those_of_the_programme():
    now = 1795000000.0
    assert moment("2026-01-02T03:04:05Z", ZONE, now) == moment("2026-01-02 00:04:05", ZONE, now)
    assert moment("2026-01-02T03:04:05.25Z", ZONE, now) == 1767323045.25
    at = moment("2026-01-02", ZONE, now)
    assert (shown(at, ZONE), brief(at, ZONE)) == ("2026-01-02T00:00:00-03:00", "2026-01-02 00:00:00")
    assert 0 < moment(shown(at + 0.0, ZONE), ZONE, now) - int(at) < 1, "what is shown names what it was shown for"


def test_secrets_are_named_and_given_but_never_shown(past, call, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("given-by-the-federation\n"))
    assert call("secret", "set", "federation")[:2] == (0, [{"set": "federation"}])
    assert Vault.open(past.project).get("federation").reveal() == "given-by-the-federation"
    monkeypatch.setattr(sys, "stdin", io.StringIO("given-by-the-federation-2\n"))
    assert "federation is kept, encrypted" in call("secret", "set", "federation", people=True)[2]
    monkeypatch.setenv("HOMEROOM_SECRET_RADIUS", "from-the-environment")
    code, [found], _ = call("secret", "list")
    sources = {one["name"]: one["source"] for one in found["secrets"]}
    assert (code, sources["radius"], sources["federation"], sources["device_hash"]) == (
        0, "HOMEROOM_SECRET_RADIUS", ".homeroom/secrets.age", "made of another",
    )  # fmt: skip
    assert "from-the-environment" not in json.dumps(found)
    assert "device_password │ .homeroom/secrets.age" in call("secret", "list", people=True)[2]
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert call("secret", "set", "radius")[2].endswith("radius is shorter than 8 characters; choose a longer one")


def test_a_terminal_is_asked_without_an_echo(past, call, monkeypatch):
    monkeypatch.setattr(sys, "stdin", type("Terminal", (io.StringIO,), {"isatty": lambda _: True})())
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"typed-for-{prompt.strip(': ')}")
    assert call("secret", "set", "federation")[0] == 0
    assert Vault.open(past.project).get("federation").reveal() == "typed-for-federation"


def test_line_by_line_is_for_platforms_nobody_reads(past):
    assert history.differ(past.project, "")("a\nb\n", "a\nc\n") == "-b\n+c\n"
