"""Waves as they are planned from a project and kept; how careful a programme is."""

import contextlib
import sys
from pathlib import Path

import pytest
from nations import nation

from homeroom.errors import InputError, StoreError, UsageError
from homeroom.project import Project
from homeroom.rollout.schedule import at_once, pack, planned, scheduled, unpack
from homeroom.rollout.settings import PACES, Settings, load_settings
from homeroom.rollout.waves import CANARY
from homeroom.store.world import World

sys.path.append(str(Path(__file__).parents[1] / "lab"))

import mixed


def test_what_is_kept_is_what_was_planned():
    made = scheduled(tuple(nation(300, 4)), Settings(), seed="c1", pace="quick", avoid=["s00001-rtr1"])
    assert unpack(pack(made)) == made
    assert unpack(pack(at_once(made.targets, "all"))).plan.candidates == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"targets": [], "waves": [{"number": 1}], "candidates": []}'])
def test_what_was_never_kept_so_is_refused(text):
    with pytest.raises(StoreError, match=r"restore state\.db"):
        unpack(text)


def test_rows_carry_the_wave_the_region_and_what_was_judged():
    made = scheduled(tuple(nation(40, 2, routers=2)), Settings(), seed="c1")
    rows = list(made.rows("c1", {one.device: f"sha of {one.device}" for one in made.targets}, 5.0))
    assert sorted(row.device for row in rows) == sorted(one.device for one in made.targets)
    assert all(row.state == "pending" and row.pre_sha == f"sha of {row.device}" for row in rows)
    assert {row.wave for row in rows} == {wave.number for wave in made.plan.waves}
    rooms = {row.device: row.room for row in rows}
    assert {rooms[one.device] for one in made.targets if one.kind != "router"} == {""}
    assert all(rooms[one.device] == one.site for one in made.targets if one.kind == "router")


def test_a_project_is_planned_as_it_is_cabled(tmp_path):
    project = mixed.project(tmp_path / "p", 3)
    with contextlib.closing(World.open(project)) as world:
        rows = world.devices()
        wanted = [row.name for row in rows if row.kind != "switch"]
        found = planned(world, wanted, dict.fromkeys(wanted, "1"), {wanted[0]: "17.3"})
    assert [one.device for one in found] == wanted
    assert [one.software for one in found][:2] == ["17.3", ""]
    assert {one.shape for one in found} == {"1"}
    by_name = {row.name: row for row in rows}
    for one in found:
        if one.kind == "router":
            assert one.above == ""
        else:
            above = by_name[one.above]
            assert above.site == one.site
            assert above.kind in {"switch", "router"}
    assert {one.server for one in found} == {"192.0.2.5"}


def settings(tmp_path, text):
    (tmp_path / "inventory").mkdir(exist_ok=True)
    (tmp_path / "inventory" / "rollout.yaml").write_text(text, encoding="utf-8")
    return load_settings(Project(tmp_path))


def test_without_a_file_all_is_as_usual(tmp_path):
    assert load_settings(Project(tmp_path)) == Settings()
    assert Settings().staged() == PACES["tonight"]


def test_a_file_says_what_is_other_than_usual(tmp_path):
    text = "pace: careful\nin_flight: {change: 30}\nbreaker: {interval: 300}\nterms: {timer: 900}\n"
    found = settings(tmp_path, text)
    assert (found.in_flight.change, found.in_flight.region) == (30, Settings().in_flight.region)
    assert found.breaker.interval == 300
    assert found.terms.timer == 900
    assert found.staged() == PACES["careful"]
    assert found.staged("quick") == PACES["quick"], "a person's word goes first"


def test_its_own_stages_go_before_the_pace(tmp_path):
    found = settings(tmp_path, "stages: [{name: canary, share: 0, bake: 5}, {name: the rest, share: 1, bake: 0}]\n")
    assert [(one.name, one.bake) for one in found.staged()] == [(CANARY, 5.0), ("the rest", 0.0)]


@pytest.mark.parametrize(
    "text",
    ["pace: slow\n", "limits: {region: 0}\n", "terms: {lease: 10}\n", "breaker: {accepted: 0.5}\n", "waves: 3\n"],
)
def test_what_no_rollout_could_work_with_is_refused_by_name(tmp_path, text):
    with pytest.raises(InputError, match=r"inventory/rollout\.yaml"):
        settings(tmp_path, text)


def test_an_unknown_pace_is_refused():
    with pytest.raises(UsageError, match="quick, tonight, careful"):
        Settings().staged("brisk")
