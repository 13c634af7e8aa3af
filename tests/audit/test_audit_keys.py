"""The signing key is made once, kept encrypted, published as OpenSSL reads it; roots are only ever added."""

import base64
import json
import shutil
import subprocess

import bundles
import pytest
from bundles import SIGNER

from homeroom import sealed
from homeroom.audit.bundle import chain, keys, redact
from homeroom.errors import AuditError, SecretError, UsageError
from homeroom.project import CONFIG, Project
from homeroom.secret import Vault

X25519 = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
-----END PUBLIC KEY-----
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv(sealed.VARIABLE, str(tmp_path / "key.txt"))
    root = tmp_path / "p"
    root.mkdir()
    (root / CONFIG).touch()
    return Project(root)


def test_the_key_is_made_once_and_kept_sealed(project):
    made = keys.signer(project)
    assert keys.signer(project) == made
    assert made.public == keys.public(project.root / keys.PUBLIC)
    path = project.state / keys.SEALED
    assert path.read_bytes().startswith(b"age-encryption.org/v1")
    assert path.stat().st_mode & 0o077 == 0
    kept = json.loads(made.kept)
    everything = b"".join(one.read_bytes() for one in project.root.rglob("*") if one.is_file())
    for secret in kept.values():
        assert secret.encode() not in everything
        assert bytes.fromhex(secret) not in everything
        assert secret not in repr(made)
    assert "sign" not in repr(made)
    assert made.public_hex == made.public.hex()


def test_the_project_s_own_secrets_are_concealed(project):
    value = Vault.open(project).get("radius").reveal()
    assert redact.of(project)(f"key 7 {value}!") == "key 7 <<secret:radius>>!"


def test_two_projects_have_two_keys():
    assert keys.fresh().public != keys.fresh().public


def test_a_key_that_cannot_be_opened_is_said_and_kept(project, tmp_path, monkeypatch):
    keys.signer(project)
    path = project.state / keys.SEALED
    before = path.read_bytes()
    monkeypatch.setenv(sealed.VARIABLE, str(tmp_path / "other.txt"))
    with pytest.raises(SecretError, match=r"its key .* is not"):
        keys.signer(project)
    sealed.make_key(tmp_path / "other.txt")
    with pytest.raises(SecretError, match="does not open"):
        keys.signer(project)
    assert path.read_bytes() == before


@pytest.mark.parametrize("data", [b"hello", b"[]", b"{}", b'{"sign": "00"}', b'{"sign": 7}'])
def test_a_sealed_file_of_something_else_is_said(project, tmp_path, data):
    sealed.seal(project.state / keys.SEALED, data, sealed.make_key(tmp_path / "key.txt"))
    with pytest.raises(SecretError, match="holds no signing key"):
        keys.signer(project)


def test_a_public_key_that_somebody_exchanged_is_found(project):
    keys.signer(project)
    (project.root / keys.PUBLIC).write_bytes(bundles.OTHER.pem)
    with pytest.raises(SecretError, match="is not the key that signs here"):
        keys.signer(project)


def test_public_keys_are_read_as_pem_or_digits(tmp_path):
    path = tmp_path / "k"
    path.write_text(f"{SIGNER.public_hex}\n")
    assert keys.public(path) == SIGNER.public
    path.write_bytes(SIGNER.pem)
    assert keys.public(path) == SIGNER.public


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no public key in PEM"),
        ("ab" * 31, "no public key in PEM"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no public key in PEM"),
        (X25519, "a key of another kind"),
    ],
)
def test_what_is_no_key_is_said(tmp_path, text, what):
    path = tmp_path / "k"
    path.write_text(text)
    with pytest.raises(UsageError, match=what):
        keys.public(path)
    with pytest.raises(UsageError, match="cannot be read"):
        keys.public(tmp_path / "none")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_the_signature_without_homeroom(tmp_path):
    """The three commands of docs/auditor.md."""
    bundles.small(tmp_path)
    (tmp_path / "audit.pub").write_bytes(SIGNER.pem)
    commands = (
        "tail -n 2 audit.homeroom | head -n 1 > root.json",
        'tail -n 1 audit.homeroom | sed \'s/.*"value":"//; s/".*//\' | base64 -d > root.sig',
        "openssl pkeyutl -verify -pubin -inkey audit.pub -rawin -in root.json -sigfile root.sig",
    )
    for command in commands:
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "Signature Verified Successfully" in done.stdout
    text = (tmp_path / "root.json").read_text()
    (tmp_path / "root.json").write_text(text.replace('"lines":62', '"lines":61'))
    done = subprocess.run(["sh", "-c", commands[-1]], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert len(base64.b64encode((tmp_path / "root.sig").read_bytes())) == 88


def test_roots_are_only_added(project):
    assert chain.runs(project) == ()
    assert chain.previous(project) == ""
    first, second = "a" * 64, "b" * 64
    chain.remember(project, first, 1.0)
    before = (project.state / chain.FILE).read_bytes()
    chain.remember(project, second, 2.5)
    assert (project.state / chain.FILE).read_bytes().startswith(before)
    assert chain.runs(project) == (chain.Run(first, 1.0, ""), chain.Run(second, 2.5, first))
    assert chain.previous(project) == second


def test_half_a_line_of_a_power_cut_is_no_run(project):
    chain.remember(project, "a" * 64, 1.0)
    with (project.state / chain.FILE).open("ab") as file:
        file.write(b'{"at":2,"prev')
    assert chain.previous(project) == "a" * 64
    chain.remember(project, "b" * 64, 2.0)
    assert [run.root[0] for run in chain.runs(project)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"at":1,"previous":"","root":"short"}', ":1 has no root"),
        ('{"at":1,"root":"x"}', ":1 is no run"),
        ("[]", ":1 is no run"),
        ("x", ":1 is no run"),
        (json.dumps({"at": 1, "previous": "c" * 64, "root": "a" * 64}), "does not follow the line before"),
    ],
)
def test_a_record_that_was_edited_is_said(project, line, what):
    (project.state / chain.FILE).write_text(f"{line}\n")
    with pytest.raises(AuditError, match=what):
        chain.previous(project)


def test_a_record_that_cannot_be_read_or_written_is_said(project):
    (project.state / chain.FILE).mkdir()
    with pytest.raises(AuditError, match="cannot be read"):
        chain.runs(project)
