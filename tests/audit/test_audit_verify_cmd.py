"""`homeroom audit verify`: 0 as signed, 1 not, 2 no bundle; offline, outside every project."""

import argparse
import hashlib
import json

import bundles
import pytest
from bundles import OTHER, SIGNER

from homeroom.errors import BundleError, HomeroomError, UsageError
from homeroom.project import CONFIG
from playbooks import audit_verify
from playbooks.cli import main


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A folder with a bundle and its key, in no project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "audit.pub").write_bytes(SIGNER.pem)
    bundles.small(tmp_path)
    return tmp_path


def run(*words, project=None, as_json=False):
    parser = argparse.ArgumentParser()
    audit_verify.configure(parser)
    args = parser.parse_args([str(word) for word in words])
    args.project, args.json = project, as_json
    return audit_verify.run(args)


def test_as_signed_says_whose_and_when(outside, capsys):
    assert run("audit.homeroom", "--key", "audit.pub") == 0
    said = capsys.readouterr()
    assert said.out == ""
    root = hashlib.sha256((outside / "audit.homeroom").read_bytes().splitlines(keepends=True)[-2]).hexdigest()
    for words in ("audit.homeroom is as it was signed", "2027-01-15 08:00:00 UTC", "the whole programme", root):
        assert words in said.err
    assert "\u202e" not in said.err
    assert "⟨U+202E⟩" in said.err


def test_one_document_on_stdout(outside, capsys):
    del outside
    assert run("audit.homeroom", "--key", "audit.pub", "--previous", "none", as_json=True) == 0
    said = capsys.readouterr()
    assert said.err == ""
    document = json.loads(said.out)
    assert document["intact"] is True
    assert document["faults"] == []
    assert document["key"] == SIGNER.public_hex
    assert (document["devices"], document["sites"], document["unreached"]) == (12, 4, 2)


def test_a_changed_byte_is_1_with_its_range(outside, capsys):
    path = outside / "audit.homeroom"
    data = path.read_bytes()
    at = data.index(b'"serial":"FX000003"') + 12
    path.write_bytes(data[:at] + b"8" + data[at + 1 :])
    start, end = data.rindex(b"\n", 0, at) + 1, data.index(b"\n", at) + 1
    assert run(path, "--key", "audit.pub") == 1
    said = capsys.readouterr().err
    assert f"bytes {start} to {end}: was changed" in said.replace("\n", " ")
    assert "is not what was signed" in said
    assert run(path, "--key", "audit.pub", as_json=True) == 1
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["start"], fault["end"]) == (start, end)


def test_a_cut_file_is_1(outside, capsys):
    path = outside / "audit.homeroom"
    path.write_bytes(path.read_bytes()[:9000])
    assert run(path, "--key", "audit.pub") == 1
    assert "bytes 9000 to 9000: was cut off here" in capsys.readouterr().err


def test_many_faults_are_counted(outside, capsys):
    path = outside / "audit.homeroom"
    path.write_bytes(path.read_bytes().replace(b'"summary"', b'"Summary"'))
    assert run(path, "--key", "audit.pub") == 1
    assert "more; --json has them all" in capsys.readouterr().err


def test_a_wrong_key_and_an_older_run_are_1(outside, capsys):
    (outside / "other.pub").write_bytes(OTHER.pem)
    assert run("audit.homeroom", "--key", "other.pub") == 1
    assert "the header names the key" in capsys.readouterr().err
    assert run("audit.homeroom", "--key", "audit.pub", "--previous", "AB" * 32) == 1
    assert f"follows run none, not {'ab' * 32}" in capsys.readouterr().err


def test_what_is_no_bundle_or_no_key_is_2(outside):
    (outside / "page.html").write_text("<html>")
    cases = (
        (("page.html", "--key", "audit.pub"), BundleError),
        (("none", "--key", "audit.pub"), BundleError),
        (("audit.homeroom", "--key", "audit.homeroom"), UsageError),
        (("audit.homeroom", "--key", "none"), UsageError),
        (("audit.homeroom", "--key", "audit.pub", "--previous", "12"), UsageError),
    )
    for words, kind in cases:
        with pytest.raises(kind) as found:
            run(*words)
        assert isinstance(found.value, HomeroomError)
        assert found.value.exit_code == 2


def test_in_a_project_its_own_key_is_taken(outside, capsys):
    (outside / CONFIG).touch()
    assert run("audit.homeroom", project=outside) == 0
    (outside / "audit.pub").unlink()
    with pytest.raises(UsageError, match="name the public key by --key"):
        run("audit.homeroom", project=outside)
    assert capsys.readouterr().out == ""


def test_the_command_needs_no_project(outside, capsys):
    assert main(["audit", "verify", "audit.homeroom", "--key", "audit.pub", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["intact"] is True
    assert main(["audit", "verify", "audit.pub", "--key", "audit.pub"]) == 2
    assert "is no evidence bundle" in capsys.readouterr().err
    assert sorted(path.name for path in outside.iterdir()) == ["audit.homeroom", "audit.pub"]
