"""Secrets: never printed, never in a text, made once."""

import concurrent.futures
import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import SecretError
from homeroom.project import Project
from homeroom.redaction import keyed
from homeroom.secret import MARKER, NAMES, Secret, SecretRef, Vault, shown7, type7, type9
from homeroom.secret_file import SecretFile

VALUES = {
    "device_password": "correct-horse-1",
    "snmp_auth": "battery-staple-2",
    "snmp_priv": "tr0ub4dor-and-3",
    "radius": "zxcvbnm-asdf-4",
    "ntp": "ntp-sixteen-char",
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in (*NAMES, "redaction"):
        monkeypatch.delenv(f"HOMEROOM_SECRET_{name.upper()}", raising=False)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_type9_is_cisco_s():
    """The published example of hashcat's mode 9300; password `hashcat`."""
    assert type9("hashcat", "2MJBozw/9R3UsU") == "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"


def test_a_secret_never_prints():
    secret = Secret("radius", "hunter2-hunter2")
    for shown in (str(secret), repr(secret), f"{secret}", json.dumps({"a": secret}, default=str), f"{[secret]}"):
        assert "hunter2" not in shown
        assert "<secret>" in shown
    assert secret.reveal() == "hunter2-hunter2"


def test_a_reference_prints_its_marker():
    assert str(SecretRef("snmp_auth")) == "<<secret:snmp_auth>>"
    assert MARKER.fullmatch(str(SecretRef("snmp_auth")))


def test_reveal_and_conceal_are_inverse():
    vault = Vault(VALUES)
    text = "\n".join(f"x {SecretRef(name)} y" for name in (*NAMES, "device_hash"))
    revealed = vault.reveal(text)
    assert all(value in revealed for value in VALUES.values())
    assert "<<" not in revealed
    assert vault.conceal(revealed) == text


@given(st.text(), st.sampled_from(NAMES), st.text())
def test_nothing_concealed_shows_a_value(before, name, after):
    vault = Vault(VALUES)
    concealed = vault.conceal(before + VALUES[name] + after)
    assert not any(value in concealed for value in VALUES.values())
    assert str(SecretRef(name)) in concealed


def test_a_value_inside_another_is_concealed_whole():
    vault = Vault(VALUES | {"radius": "horse-1-battery", "snmp_auth": "horse-1-battery-longer"})
    assert vault.conceal("horse-1-battery-longer") == "<<secret:snmp_auth>>"


def test_a_value_that_is_a_marker_s_word_does_not_spoil_markers():
    vault = Vault(VALUES | {"radius": "snmp_auth"})
    assert vault.conceal("a battery-staple-2 b snmp_auth") == "a <<secret:snmp_auth>> b <<secret:radius>>"


def test_the_hash_is_that_of_the_password_and_stable():
    one, two = Vault(VALUES), Vault(VALUES)
    found = one.get("device_hash").reveal()
    assert found == two.get("device_hash").reveal()
    assert found == type9(VALUES["device_password"], found.split("$")[2])


def test_an_unknown_name_is_refused():
    with pytest.raises(SecretError) as caught:
        Vault(VALUES).reveal("<<secret:enable>>")
    assert str(caught.value) == (
        "no secret is called enable; there are device_crypt, device_hash, device_password, ntp, ntp_hidden, radius, radius_hidden, snmp_auth, snmp_priv"
    )


def test_missing_ones_are_named_together():
    with pytest.raises(SecretError) as caught:
        Vault({"radius": "zxcvbnm-asdf-4", "snmp_auth": "battery-staple-2", "snmp_priv": ""})
    assert str(caught.value) == (
        "missing secrets: device_password, snmp_priv, ntp; set HOMEROOM_SECRET_<NAME>, or `homeroom secret set`"
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [("short", "radius is shorter than 8 characters; choose a longer one"),
     ("two words 1", "radius holds a blank, which not every device takes; choose another"),
     ("line\nend12", "radius holds U+000A, which not every device takes; choose another"),
     ("no\xa0break12", "radius holds U+00A0, which not every device takes; choose another"),
     ('quote"quote', "radius holds '\"', which not every device takes; choose another")],
)  # fmt: skip
def test_a_value_a_device_would_not_take_is_refused_unseen(value, message):
    with pytest.raises(SecretError) as caught:
        Vault(VALUES | {"radius": value})
    assert str(caught.value) == message


def test_a_key_that_is_no_key_of_aes_is_refused():
    with pytest.raises(SecretError) as caught:
        Vault(VALUES | {"ntp": "too-short-key"})
    assert str(caught.value) == "ntp has 13 characters; give 16, as AES-128-CMAC needs"


def test_two_secrets_of_one_value_are_refused():
    with pytest.raises(SecretError, match="two secrets are the same; give each its own value"):
        Vault(VALUES | {"radius": VALUES["snmp_auth"]})


def test_open_makes_secrets_once_into_a_private_file(project):
    first = Vault.open(project)
    assert (project.state / "secrets.age").stat().st_mode & 0o777 == 0o600
    assert project.state.stat().st_mode & 0o777 == 0o700
    again = Vault.open(project)
    assert all(first.get(name).reveal() == again.get(name).reveal() for name in (*NAMES, "device_hash"))
    assert len({first.get(name).reveal() for name in NAMES}) == len(NAMES)


def test_opening_at_once_from_many_sides_gives_one_set(project):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: Vault.open(project), range(8)))
    assert len({vault.get("radius").reveal() for vault in vaults}) == 1


def test_the_environment_wins_and_is_not_written(project, monkeypatch):
    monkeypatch.setenv("HOMEROOM_SECRET_RADIUS", "from-the-environment")
    assert Vault.open(project).get("radius").reveal() == "from-the-environment"
    monkeypatch.delenv("HOMEROOM_SECRET_RADIUS")
    assert Vault.open(project).get("radius").reveal() != "from-the-environment"


def test_all_in_the_environment_writes_nothing(project, monkeypatch):
    for name, value in VALUES.items():
        monkeypatch.setenv(f"HOMEROOM_SECRET_{name.upper()}", value)
    Vault.open(project)
    assert sorted(path.name for path in project.state.iterdir()) == ["secrets.lock"]


def test_all_in_the_environment_can_be_given_the_key_of_marks_too(project, monkeypatch):
    for name, value in VALUES.items():
        monkeypatch.setenv(f"HOMEROOM_SECRET_{name.upper()}", value)
    monkeypatch.setenv("HOMEROOM_SECRET_REDACTION", "k" * 32)
    assert Vault.open(project).mark("public") == keyed("k" * 32)("public")
    assert sorted(path.name for path in project.state.iterdir()) == ["secrets.lock"]


def test_without_a_project_a_mark_says_nothing():
    assert Vault(VALUES).mark("public") == "<redacted>"


def test_the_key_of_marks_is_made_once_when_the_first_is_needed(project):
    first = Vault.open(project)
    kept = SecretFile(project).read()
    assert "redaction" not in kept
    found = first.mark("public")
    made = SecretFile(project).read()
    assert kept.items() < made.items()
    assert len(made["redaction"]) >= 32
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        marks = set(pool.map(lambda _: Vault.open(project).mark("public"), range(8)))
    assert marks == {found} == {first.mark("public")}
    assert Vault.open(project).mark("private") != found


def test_two_projects_mark_the_same_secret_differently(tmp_path):
    marks = set()
    for name in "ab":
        (tmp_path / name).mkdir()
        marks.add(Vault.open(Project(tmp_path / name)).mark("public"))
    assert len(marks) == 2


def test_the_key_of_marks_is_no_secret_that_a_text_can_ask_for(project):
    vault = Vault.open(project)
    vault.mark("public")
    vault = Vault.open(project)
    assert "redaction" not in vault.names
    with pytest.raises(SecretError, match="no secret is called redaction"):
        vault.reveal("snmp-server community <<secret:redaction>>")


def test_a_key_of_marks_that_can_be_guessed_is_refused(project):
    with pytest.raises(SecretError) as caught:
        Vault.put(project, "redaction", "k" * 31)
    assert str(caught.value) == "redaction is shorter than 32 characters; choose a longer one"
    Vault.put(project, "redaction", "k" * 32)
    assert Vault.open(project).mark("public") == keyed("k" * 32)("public")


@pytest.mark.parametrize("mark", ["<redacted>", keyed("k" * 32)("public")])
def test_what_only_a_device_knows_is_never_sent(mark):
    with pytest.raises(SecretError, match="where a secret stood that only a device knows"):
        Vault(VALUES).reveal(f"ntp <<secret:ntp>>\nsnmp-server community {mark} RO\n")
    assert Vault(VALUES).reveal("banner <redacted: no>") == "banner <redacted: no>"


@given(st.text(st.characters(max_codepoint=255), min_size=1), st.integers(0, 15))
def test_what_type_7_hides_is_shown(secret, seed):
    assert shown7(type7(secret, seed)) == secret


@pytest.mark.parametrize("text", ["", "07", "0822455D0A1", "xx22", "sesame"])
def test_what_is_not_of_type_7_stays(text):
    assert shown7(text) == text


def test_a_secret_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SecretRef("a").name = "b"
