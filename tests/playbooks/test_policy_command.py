"""`homeroom policy`: what holds where, and why."""

import json

import pytest

from homeroom.project import shipped
from playbooks.cli import main

OVERRIDES = """
overrides:
  - {scope: PY-11, set: profiles.pupil.youtube, value: moderate, reason: lessons use it, owner: region,
     review: 2027-06-30}
  - {scope: luque-centro, set: profiles.pupil.safesearch, value: false, reason: a study, owner: head,
     review: 2027-06-30}
"""


@pytest.fixture
def project(tmp_path):
    assert main(["init", str(tmp_path)]) == 0
    with (tmp_path / "inventory" / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write(OVERRIDES)
    return tmp_path


def shown(capsys, *words):
    capsys.readouterr()
    assert main(["policy", "--json", *words]) == 0
    document = json.loads(capsys.readouterr().out)
    return {one["path"]: (one["value"], one["origin"]) for one in document["values"]}


def test_each_place_has_its_own(project, capsys):
    everywhere = shown(capsys, "--project", str(project))
    assert everywhere["profiles.pupil.youtube"] == ("strict", "programme")
    region = shown(capsys, "--project", str(project), "--region", "PY-11")
    assert region["profiles.pupil.youtube"][0] == "moderate"
    site = shown(capsys, "--project", str(project), "--site", "luque-centro")
    value, origin = site["profiles.pupil.safesearch"]
    assert (value, origin["scope"], origin["owner"]) == (False, "luque-centro", "head")
    assert site["profiles.pupil.youtube"][1]["reason"] == "lessons use it"


def test_for_people(project, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "240")
    assert main(["policy", "--project", str(project), "--site", "luque-centro"]) == 0
    err = capsys.readouterr().err
    assert "moderate*" in err
    assert "* profiles.pupil.safesearch: luque-centro, a study (head, review 2027-06-30)" in err


@pytest.mark.parametrize("words", [("--site", "nowhere"), ("--region", "PY-99")])
def test_a_place_nobody_knows(project, capsys, words):
    assert main(["policy", "--project", str(project), *words]) == 2
    assert "is called" in capsys.readouterr().err


def test_a_scope_nobody_knows_is_refused_where_the_policy_is_used(project, capsys):
    path = project / "inventory" / "policy.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("scope: PY-11", "scope: PY-77"), encoding="utf-8")
    for command in ("policy", "check", "plan"):
        assert main([command, "--project", str(project)]) == 2
        assert "overrides[0].scope: PY-77 is not of this programme" in capsys.readouterr().err


def test_the_shipped_policy_is_shown_as_it_is(capsys):
    assert shown(capsys, "--project", str(shipped()))["profiles.exam.names"] == ("allowed", "programme")
