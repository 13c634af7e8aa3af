"""Seven hand edits in a nation of 50,000 emulated devices: found in one round, with line and control."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "bench"))
import bench_drift

from homeroom.lab import client
from homeroom.project import Project
from playbooks.cli import main


def nation(root, sites, dense):
    assert main(["sample", "rs", "--sites", str(sites), "--seed", "1", "--out", str(root)]) == 0
    if dense:
        bench_drift.denser(root / "inventory" / "profiles.yaml")
    assert main(["--project", str(root), "plan", "--json"]) == 0
    return Project(root)


@pytest.mark.parametrize(
    ("sites", "least", "dense"),
    [
        pytest.param(3, 20, False, id="small"),
        pytest.param(4000, 50_000, True, id="nation", marks=pytest.mark.full),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the lab outlives the call that starts it, on purpose
def test_hand_edits_are_found_in_one_round_and_nobody_else_is_entered(tmp_path, capsys, sites, least, dense):
    project = nation(tmp_path / "nation", sites, dense)
    client.up(project)
    try:
        found = bench_drift.measured(project, 7)
    finally:
        client.down(project)
    still, edited = found["unchanged"], found["edited"]
    assert found["devices"] >= least
    assert (still["code"], still["checked"], still["unknown"], still["connections"]) == (0, found["devices"], 0, 0)
    assert (edited["code"], edited["checked"], edited["connections"]) == (1, found["devices"], 7)
    assert (len(found["found"]), found["wrong"]) == (7, 0)
    for one in found["found"]:
        assert any("community" in line for line in one["lines"])
        assert "SNM-01" in one["controls"]
        assert one["features"] == ["management"]
    assert sum(one["by"] == "technician" for one in found["found"]) == 4  # IOS says who; OpenWrt cannot
