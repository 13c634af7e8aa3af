"""`homeroom plan` as a person and a program use it."""

import csv
import json
import shutil

import pytest

from homeroom.plan.allocate import Changes
from homeroom.programme.sample import write_sample
from playbooks import cli
from playbooks.plan import _tell


@pytest.fixture
def folder(tmp_path):
    write_sample("py", tmp_path / "p", sites=25, seed=11)
    return tmp_path / "p"


def run(capsys, folder, *words):
    code = cli.main(["--project", str(folder), "plan", *words])
    return code, capsys.readouterr()


def document(capsys, folder, *words):
    code, out = run(capsys, folder, "--json", *words)
    assert code == 0
    assert out.err == ""
    return json.loads(out.out)


def test_twice_the_second_changes_nothing(capsys, folder):
    first = document(capsys, folder)
    ledger = (folder / "ledger.csv").read_bytes()
    second = document(capsys, folder)
    assert first["changed"] == len(first["changes"]) == first["sites"] == second["sites"] == 25
    assert first["devices"] == second["devices"] > 25
    assert set(first["changes"][0]) == {"site", "code", "v4", "what"}
    assert second["changed"] == 0
    assert (folder / "ledger.csv").read_bytes() == ledger


def test_people_are_told(capsys, folder):
    code, out = run(capsys, folder)
    assert code == 0
    assert out.out == ""
    assert "25 sites" in out.err
    assert ": 25 changed" in out.err
    assert "5 more" in out.err
    assert run(capsys, folder)[1].err.endswith("devices: no change\n")


def test_a_dry_run_writes_nothing(capsys, folder):
    assert document(capsys, folder, "--dry-run")["changed"] == 25
    assert not (folder / "ledger.csv").exists()
    assert "25 would change" in run(capsys, folder, "--dry-run")[1].err


def rows(folder):
    with (folder / "inventory" / "schools.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(folder, schools):
    with (folder / "inventory" / "schools.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, schools[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(schools)


def lines(folder):
    return {line.split(",")[0]: line for line in (folder / "ledger.csv").read_text(encoding="utf-8").splitlines()}


def test_taking_a_school_out_of_the_middle_and_back_moves_no_other(capsys, folder):
    document(capsys, folder)
    before, schools = lines(folder), rows(folder)
    gone = schools[len(schools) // 2]["site_id"]
    rewrite(folder, [school for school in schools if school["site_id"] != gone])
    assert [change["what"] for change in document(capsys, folder)["changes"]] == ["released"]
    after = lines(folder)
    assert {site: line for site, line in after.items() if site != gone} == {
        site: line for site, line in before.items() if site != gone
    }
    rewrite(folder, schools)
    assert [change["what"] for change in document(capsys, folder)["changes"]] == ["back"]
    assert lines(folder) == before


def test_the_order_of_the_csv_does_not_matter(capsys, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "q")
    rewrite(tmp_path / "q", rows(folder)[::-1])
    document(capsys, folder)
    document(capsys, tmp_path / "q")
    assert lines(folder) == lines(tmp_path / "q")


def test_a_quarantined_row_is_left_out_and_its_site_keeps_its_block(capsys, folder):
    document(capsys, folder)
    before, schools = lines(folder), rows(folder)
    schools[3]["num_students"] = "many"
    rewrite(folder, schools)
    found = document(capsys, folder)
    assert found["quarantined"] == 1
    assert found["changed"] == 0
    assert lines(folder) == before
    assert "1 rows are quarantined and left out: see `homeroom check`" in run(capsys, folder)[1].err


def test_a_school_that_grew_is_told(capsys, folder):
    document(capsys, folder)
    before, schools = lines(folder), rows(folder)
    small = {site for site, line in before.items() if ",S," in line}
    grown = next(school for school in schools if school["site_id"] in small)
    grown |= {"num_students": "200", "num_classrooms": "4"}
    rewrite(folder, [row for row in schools if row["site_id"] != grown["site_id"] or row is grown])
    found = document(capsys, folder)
    assert found["outgrown"] == [grown["site_id"]]
    assert found["changed"] == 0
    assert lines(folder) == before
    assert (
        f"site {grown['site_id']} has outgrown its block and keeps it; to renumber it, delete its line in ledger.csv"
    ) in " ".join(run(capsys, folder)[1].err.split())


def test_many_of_one_kind_are_counted(capsys):
    found = {"quarantined": 0, "dry_run": False, "sites": 30, "devices": 90}
    _tell(found, Changes((), (), tuple(f"s{n}" for n in range(30))), ["student to iot, 2026-01-01"])
    shown = capsys.readouterr().err
    assert "policy.yaml allows student to iot, 2026-01-01: its review is overdue\n" in shown
    assert "s19 changed its region" in shown
    assert "s20 changed its region" not in shown
    assert "... and 10 more like it" in shown


def test_a_policy_that_does_not_fit_the_layout_is_told(capsys, folder):
    path = folder / "inventory" / "policy.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("vlan: 80", "vlan: 180"), encoding="utf-8")
    code, out = run(capsys, folder)
    assert code == 2
    assert out.err == "homeroom plan: VLAN 180 has no IPv6 subnet in a /56: use VLANs up to 99\n"
    assert not (folder / "ledger.csv").exists()


def test_a_wrong_ledger_is_told_and_kept(capsys, folder):
    document(capsys, folder)
    spoilt = (folder / "ledger.csv").read_text(encoding="utf-8").replace("/31", "/30", 1)
    (folder / "ledger.csv").write_text(spoilt, encoding="utf-8")
    code, out = run(capsys, folder)
    assert code == 2
    assert "homeroom plan: ledger.csv:2: wan4:" in out.err
    assert (folder / "ledger.csv").read_text(encoding="utf-8") == spoilt


def test_a_pool_that_is_too_small_writes_nothing(capsys, folder):
    path = folder / "inventory" / "programme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("100.64.0.0/11", "100.64.0.0/28"), encoding="utf-8")
    code, out = run(capsys, folder)
    assert code == 2
    assert out.err == (
        "homeroom plan: wan_pool: pool 100.64.0.0/28 is exhausted, 17 more /31 find no room: "
        "give it a shorter prefix in programme.yaml\n"
    )
    assert not (folder / "ledger.csv").exists()
