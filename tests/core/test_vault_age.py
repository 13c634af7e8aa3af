"""Secrets at rest: encrypted to a key outside the project, taken in from a plain file once, never plain again."""

import os
import shutil
import stat
import subprocess
import sys

import pytest
import yaml

from homeroom import sealed
from homeroom.errors import SecretError
from homeroom.project import Project
from homeroom.secret import DERIVED, NAMES, Vault

CANARIES = {
    "device_password": "canary-password-1",
    "snmp_auth": "canary-snmp-auth-2",
    "snmp_priv": "canary-snmp-priv-3",
    "radius": "canary-radius-4",
    "ntp": "canary-ntp-key-5",
}
NO_NAME = (
    "cannot be set: choose a name of a-z and _ that is none of device_crypt, device_hash, ntp_hidden, radius_hidden"
)


@pytest.fixture(autouse=True)
def key(monkeypatch, tmp_path):
    """The key's file, outside the project; nothing is in the environment but its name."""
    for name in NAMES:
        monkeypatch.delenv(f"HOMEROOM_SECRET_{name.upper()}", raising=False)
    path = tmp_path / "keys" / "key.txt"
    monkeypatch.setenv("HOMEROOM_KEY", str(path))
    return path


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project")


def plain(project, values):
    path = project.state / "secrets.yaml"
    os.close(os.open(path, os.O_CREAT, 0o600))
    path.write_text(values if isinstance(values, str) else yaml.safe_dump(values))
    return path


def holding(root, *values):
    """Return the files below `root` in which one of the values stands."""
    files = [path for path in root.rglob("*") if path.is_file()]
    return [path.name for path in files if any(value.encode() in path.read_bytes() for value in values)]


def refused(project):
    with pytest.raises(SecretError) as caught:
        Vault.open(project)
    return str(caught.value)


def test_the_key_is_made_once_and_privately_as_age_writes_it(project, key):
    Vault.open(project)
    made = key.read_text()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert [line.partition(":")[0] for line in made.splitlines()[:2]] == ["# created", "# public key"]
    assert made.splitlines()[2].startswith("AGE-SECRET-KEY-1")
    Vault.open(project)
    assert key.read_text() == made
    assert [path.name for path in key.parent.iterdir()] == ["key.txt"]
    assert sorted(path.name for path in project.state.iterdir()) == ["secrets.age", "secrets.lock"]


def test_no_file_of_the_project_holds_a_secret(project, key):
    vault = Vault.open(project)
    values = [vault.get(name).reveal() for name in vault.names]
    assert holding(project.root, *values) == []
    assert (project.state / "secrets.age").read_bytes().startswith(b"age-encryption.org/v1\n")
    assert holding(project.root, key.read_text().splitlines()[2]) == []


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_age_itself_opens_the_file(project, key):
    vault = Vault.open(project)
    words = ["age", "-d", "-i", str(key), str(project.state / "secrets.age")]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert yaml.safe_load(done.stdout)["radius"] == vault.get("radius").reveal()


def test_a_plain_file_is_taken_in_and_removed(project):
    path = plain(project, CANARIES | {"federation": "canary-federation-5"})
    path.with_name("secrets.new").write_text("radius: canary-radius-4\n")
    vault = Vault.open(project)
    assert {name: vault.get(name).reveal() for name in CANARIES} == CANARIES
    assert vault.get("federation").reveal() == "canary-federation-5"
    assert holding(project.root, *CANARIES.values()) == []
    assert sorted(one.name for one in project.state.iterdir()) == ["secrets.age", "secrets.lock"]


def test_a_plain_file_adds_to_what_is_kept_and_never_overrides_it(project):
    before = Vault.open(project)
    plain(project, {"federation": "canary-federation-5", "radius": before.get("radius").reveal()})
    assert Vault.open(project).get("federation").reveal() == "canary-federation-5"
    path = plain(project, {"radius": "another-radius-1"})
    assert refused(project) == (
        f"{path} and secrets.age differ in radius: take from secrets.yaml what the devices do not have;"
        " `homeroom secret set NAME` replaces a single one"
    )
    path.unlink()
    assert Vault.open(project).get("radius").reveal() == before.get("radius").reveal()


def test_a_plain_file_stays_until_its_copy_was_read_back(project, monkeypatch):
    path = plain(project, CANARIES)
    monkeypatch.setattr(sealed, "unseal", lambda *_: b"radius: other\n")
    assert refused(project) == (
        f"{project.state / 'secrets.age'} does not hold what was written: secrets.yaml was kept; look at the disk"
    )
    assert yaml.safe_load(path.read_text()) == CANARIES


@pytest.mark.parametrize(
    ("text", "message"),
    [("- a", "must map names to strings; put the values in quotes"),
     ("radius: 12345678", "must map names to strings; put the values in quotes"),
     ("a: [", "cannot be read as YAML; correct it, or remove it to have new secrets made")],
)  # fmt: skip
def test_a_plain_file_that_holds_something_else_is_refused(project, text, message):
    path = plain(project, text)
    assert refused(project) == f"{path} {message}"


def test_a_plain_file_others_can_read_is_refused(project):
    path = plain(project, CANARIES)
    path.chmod(0o640)
    assert refused(project) == f"{path} can be read by others: chmod 600 it"
    path.unlink()
    path.mkdir(mode=0o700)
    assert refused(project) == f"{path} cannot be read (Is a directory): correct the permissions"


def test_without_its_key_nothing_is_made_and_nothing_is_lost(project, key):
    before = Vault.open(project)
    kept = key.rename(key.with_name("elsewhere"))
    sealed_file = project.state / "secrets.age"
    assert refused(project) == (
        f"{sealed_file} is there, its key {key} is not: put the key it was encrypted to back, or name it by HOMEROOM_KEY;"
        " if it is lost, move secrets.age away to have new secrets made, which the devices must be given again"
    )
    assert not key.exists()
    kept.rename(key)
    assert Vault.open(project).get("radius").reveal() == before.get("radius").reveal()


def test_a_wrong_key_says_so(project, key):
    Vault.open(project)
    key.unlink()
    sealed.make_key(key)
    assert refused(project).startswith(
        f"{key} does not open {project.state / 'secrets.age'}: put the key it was encrypted to back"
    )


def test_each_key_of_the_file_opens(project, key):
    vault = Vault.open(project)
    old = key.read_text()
    key.unlink()
    sealed.make_key(key)
    new = key.read_text()
    key.write_text(f"{old}{new}")
    Vault.put(project, "federation", "canary-federation-5")
    for one in (old, new):
        key.write_text(one)
        assert Vault.open(project).get("radius").reveal() == vault.get("radius").reveal()


@pytest.mark.parametrize(
    ("text", "message"),
    [("AGE-SECRET-KEY-1NONE\n", "holds something else than age keys: restore it from where you keep it"),
     ("# public key: age1\n\n", "holds no key: restore it from where you keep it")],
)  # fmt: skip
def test_a_key_file_that_holds_no_key_is_refused(project, key, text, message):
    Vault.open(project)
    key.write_text(text)
    assert refused(project) == f"{key} {message}"


def test_a_key_others_can_read_is_refused(project, key):
    Vault.open(project)
    key.chmod(0o644)
    assert refused(project) == f"{key} can be read by others: chmod 600 it"


def test_a_key_inside_the_project_is_refused(project, monkeypatch):
    path = project.root / "key.txt"
    monkeypatch.setenv("HOMEROOM_KEY", str(path))
    assert refused(project) == f"{path} lies inside the project it protects: set HOMEROOM_KEY to a file elsewhere"
    assert not path.exists()


def test_a_damaged_file_is_no_wrong_key(project):
    Vault.open(project)
    path = project.state / "secrets.age"
    path.write_bytes(path.read_bytes()[:-9])
    assert refused(project).startswith(f"{path} is damaged (")
    assert refused(project).endswith("): restore it from a backup")
    path.unlink()
    path.mkdir()
    assert refused(project) == f"{path} cannot be read (Is a directory): correct the permissions"


def test_a_place_that_takes_no_key_or_no_secrets_says_so(project, key, monkeypatch):
    monkeypatch.setenv("HOMEROOM_KEY", "/proc/self/nowhere/key.txt")
    assert refused(project) == (
        "/proc/self/nowhere/key.txt cannot be made (No such file or directory): set HOMEROOM_KEY to a file that can"
    )
    monkeypatch.setenv("HOMEROOM_KEY", str(key))
    key.mkdir(parents=True, mode=0o700)
    assert refused(project).startswith(f"{key} cannot be read (Is a directory): put the key there")
    key.rmdir()
    keys = sealed.make_key(key)
    with pytest.raises(SecretError, match=r"secrets.age cannot be written \(.*\): free some space"):
        sealed.seal(project.root / "nowhere" / "secrets.age", b"", keys)


def test_two_that_make_the_key_at_once_end_with_one(key, monkeypatch):
    first = sealed.make_key(key)
    monkeypatch.setattr(sealed.Path, "exists", lambda _: False)  # as the slower one saw it
    assert str(sealed.make_key(key)[0]) == str(first[0])


def test_the_usual_key_is_in_the_home_directory(project, tmp_path, monkeypatch):
    monkeypatch.delenv("HOMEROOM_KEY")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert sealed.key_path(project.root) == tmp_path / "home/.config/homeroom/key.txt"
    Vault.open(project)
    assert stat.S_IMODE((tmp_path / "home/.config/homeroom/key.txt").stat().st_mode) == 0o600


def test_without_a_home_the_key_is_named_or_everything_given(project, key, monkeypatch):
    """As in a container whose user has no entry in /etc/passwd."""

    def nowhere(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("HOMEROOM_KEY")
    monkeypatch.setattr(sealed.Path, "home", classmethod(nowhere))
    assert refused(project) == "there is no home directory for the key: set HOMEROOM_KEY to a file for it"
    monkeypatch.setenv("HOMEROOM_KEY", str(key))
    Vault.open(project)
    monkeypatch.delenv("HOMEROOM_KEY")
    shutil.rmtree(project.state)
    for name, value in CANARIES.items():
        monkeypatch.setenv(f"HOMEROOM_SECRET_{name.upper()}", value)
    assert Vault.open(project).get("radius").reveal() == "canary-radius-4"


def test_a_process_without_home_works(project, key):
    code = (
        "import sys; from homeroom.secret import Vault; from homeroom.project import Project; from pathlib import Path;"
    )
    code += "Vault.open(Project(Path(sys.argv[1])))"
    env = {"PATH": "/usr/bin:/bin", "HOMEROOM_KEY": str(key)}
    subprocess.run([sys.executable, "-c", code, str(project.root)], check=True, env=env)
    assert (project.state / "secrets.age").exists()


def test_a_secret_that_was_given_is_kept_in_place_of_the_old(project):
    Vault.put(project, "radius", "canary-radius-4")
    Vault.put(project, "federation", "canary-federation-5")
    vault = Vault.open(project)
    assert (vault.get("radius").reveal(), vault.get("federation").reveal()) == (
        "canary-radius-4",
        "canary-federation-5",
    )
    assert set(vault.names) == {*NAMES, *DERIVED, "federation"}
    assert holding(project.root, "canary-radius-4", "canary-federation-5") == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [("device_hash", "x" * 9, f"device_hash {NO_NAME}"),
     ("Wi-Fi", "x" * 9, f"Wi-Fi {NO_NAME}"),
     ("radius", "short", "radius is shorter than 8 characters; choose a longer one")],
)  # fmt: skip
def test_what_cannot_be_a_secret_is_not_kept(project, name, value, message):
    before = Vault.open(project)
    with pytest.raises(SecretError) as caught:
        Vault.put(project, name, value)
    assert str(caught.value) == message
    assert Vault.open(project).get("radius").reveal() == before.get("radius").reveal()
