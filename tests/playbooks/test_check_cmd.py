"""`homeroom check`: counts, quarantined rows with their remedies, exit codes."""

import json

import pytest

from playbooks import check
from playbooks.cli import main


@pytest.fixture
def project(tmp_path):
    assert main(["init", str(tmp_path / "P"), "--json"]) == 0
    return tmp_path / "P"


@pytest.fixture
def edit(project):
    def go(name, old, new):
        path = project / "inventory" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return go


@pytest.fixture
def run(project, capsys):
    def go(*words):
        capsys.readouterr()
        code = main(["--project", str(project), "check", *words])
        return code, *capsys.readouterr()

    return go


def test_json_has_the_promised_keys(run):
    code, out, err = run("--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert document["sites"] == 12
    assert document["schools"] == 18 == sum(document["states"].values())
    assert document["states"] == {"connected": 16, "pipeline": 1, "hard_to_reach": 0, "not_planned": 1}
    assert document["devices"] == sum(document["kinds"].values())
    assert document["kinds"]["router"] == 11
    assert document["quarantined"] == []


def test_people_see_counts_on_stderr(run):
    code, out, err = run()
    assert (code, out) == (0, "")
    for text in ("Escuelas Conectadas de Central", "sites", "12", "schools pipeline", "every row is good"):
        assert text in err


def test_a_bad_row_is_quarantined_and_the_rest_goes_on(run, edit):
    edit("schools.csv", "-25.39512,-57.53607", "-25.50000,-54.65000")
    code, out, _ = run("--json")
    document = json.loads(out)
    assert code == 1
    assert (document["sites"], document["schools"]) == (11, 17)
    assert document["quarantined"] == [
        {
            "file": "inventory/schools.csv",
            "row": 11,
            "field": "latitude",
            "message": "-25.5, -54.65 lies in PY-10 (Alto Paraná), not in PY-11 (Central)",
            "remedy": "correct the coordinates or admin1",
        }
    ]


def test_people_see_row_field_and_remedy(run, edit, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    edit("schools.csv", ",276,11,", ",many,11,")
    edit("schools.csv", "Escuela Básica N.º 61 ", "[bold]Escuela[/bold]{} ")
    code, out, err = run()
    assert (code, out) == (1, "")
    for text in ("num_students", "'many' is not a whole number", "write digits only", "2 rows were quarantined"):
        assert text in err


def test_a_long_list_is_cut_for_people_only(run, edit, monkeypatch, project):
    monkeypatch.setattr(check, "SHOWN", 2)
    path = project / "inventory" / "schools.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",urban,", ",?,"), encoding="utf-8")
    code, _, err = run()
    assert code == 1
    assert "(11 more: --json shows all)" in err.replace("\n", " ")
    assert len(json.loads(run("--json")[1])["quarantined"]) == 13


def test_an_unusable_file_is_one_message_a_problem(run, edit):
    edit("programme.yaml", "id: central", "id: 7")
    edit("schools.csv", "school_name", "name")
    code, out, err = run("--json")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "homeroom check: inventory/programme.yaml:2: id: '7' is not text; put it in quotes",
        "inventory/schools.csv:1: name: unknown column; remove it: columns are Giga's, site_id and programme_state",
        "inventory/schools.csv:1: school_name: missing column; add it",
    ]


def test_an_unknown_platform(run, edit):
    edit("profiles.yaml", "platform: openwrt", "platform: openwtr")
    code, _, err = run()
    assert code == 2
    assert err == (
        "homeroom check: inventory/profiles.yaml: models.EAP-AX3000.platform: no platform is called 'openwtr';"
        " choose one of eos, ios, junos, openwrt, ros, or add templates/openwtr/platform.yaml\n"
    )


def test_a_filter_profile_without_a_resolver(run, edit):
    edit("programme.yaml", '    pupil: [192.0.2.11, "2001:db8:ffff::11"]\n', "")
    code, _, err = run()
    assert code == 2
    assert err == (
        "homeroom check: inventory/programme.yaml: central.resolvers: names no resolver for the filter profile"
        " 'pupil' of policy.yaml; add pupil: [IPv4, IPv6]\n"
    )
