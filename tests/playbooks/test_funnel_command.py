"""`homeroom funnel` and `homeroom speeds import`: counts, gaps, sheets, exit codes."""

import json
import time

import pytest

from homeroom.reading import Reading, Status
from homeroom.store import audited, milestones, readings, samples, subjects
from homeroom.store.audited import Audited
from homeroom.store.db import connect, connect_series
from homeroom.store.inventory import Selector
from homeroom.store.samples import Sample
from homeroom.store.world import World
from playbooks import cli

STEPS = ["contracted", "installed", "reachable", "ssids", "clients", "speed", "compliant"]
SITE = "aregua"


@pytest.fixture(scope="module")
def observed(project):
    """One site of the district has everything but measurements of its line."""
    now = time.time()
    world, state, series = World.open(project), connect(project), connect_series(project)
    try:
        devices = world.devices(Selector(sites=(SITE,)))
        ssids = {role.ssid for role in world.policy.roles.values() if role.ssid}
        rows = [Reading(d.name, "identity.model", "", d.model, now) for d in devices]
        rows += [Reading(d.name, "identity.serial", "", f"<{d.number}>", now) for d in devices]
        rows += [Reading(d.name, "ssids.name", s, s, now) for d in devices if d.kind == "ap" for s in ssids]
        readings.save(state, rows, [Status(d.name, now, reachable=True) for d in devices])
        audited.save(state, [Audited(SITE, now, 0, 0, 0, ())])
        subjects.sync(series, subjects.of_world(world))
        times = [int(now) - 86400 * day for day in range(10)]
        points = [d.name for d in devices if d.kind == "ap"]
        samples.save(series, [Sample(name, at, clients=5) for name in points for at in times])
        school = next(world.sites(Selector(sites=(SITE,)))).schools[0]
    finally:
        world.close()
        state.dispose()
        series.dispose()
    return school


@pytest.fixture
def call(project, observed, capsys):
    def run(*words):
        capsys.readouterr()
        code = cli.main(["--project", str(project.root), *words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, " ".join(err.split())

    return run


@pytest.fixture
def tests_of(tmp_path, observed):
    def write(*downs):
        path = tmp_path / "speeds.csv"
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400))
        lines = [f"{observed.id},{day}T0{n}:00Z,probe,{down},5" for n, down in enumerate(downs)]
        path.write_text("\n".join(["school,at,source,down_mbps,up_mbps", *lines]), encoding="utf-8")
        return str(path)

    return write


def test_where_every_site_stands(call):
    code, found, _ = call("funnel", "--json")
    assert code == 1
    assert (found["sites"], [one["step"] for one in found["steps"]]) == (12, STEPS)
    assert len(found["gaps"]) == 12, "each site has one next step"
    assert {one["region"]: one["sites"] for one in found["regions"]} == {"PY-11": 12}
    (own,) = (gap for gap in found["gaps"] if gap["site"] == SITE)
    assert (own["step"], own["verdict"], own["responsible"]) == ("speed", "unknown", "provider")
    assert own["missing"].startswith("nobody measured in 30 days")
    assert (own["reached"], own["lost"]) == (None, None)
    for one in found["steps"]:
        assert one["yes"] + one["no"] + one["unknown"] == 12
        assert one["passed"] <= one["yes"]
    assert found["steps"][5]["passed"] == 0


def test_people_see_bars_and_whose_turn_it_is(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    code, out, words = call("funnel")
    assert (code, out) == (1, None)
    assert "12 sites" in words
    assert "7 compliant ▓▓" in words
    assert "░ unknown" in words
    assert "│ Internet provider │ speed at least 80 % of contract │ 1 │ aregua: nobody measured in 30 days" in words
    words = call("funnel", "--for", "installer")[2]
    assert "│ capiata │" in words
    assert "aregua" not in words
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in call("funnel")[2]


def test_measurements_come_in_and_the_site_is_accepted(call, tests_of, project, observed, tmp_path):
    code, found, _ = call("speeds", "import", tests_of(1, 1, 1), "--json")
    assert (code, found) == (0, {"taken": 3, "quarantined": []})
    code, found, _ = call("funnel", "--site", SITE, "--json")
    assert (code, found["gaps"][0]["verdict"]) == (1, "no")
    assert (
        call("speeds", "import", tests_of(1000, 1000, 1000, 1000))[2]
        == "4 measurements were taken in, 0 rows quarantined"
    )
    code, found, _ = call("funnel", "--site", SITE, "--json")
    assert (code, found["gaps"], found["sites"]) == (0, [], 1)
    assert "every site has taken every step" in call("funnel", "--site", SITE)[2]
    sheet = tmp_path / "sheet.html"
    code, found, _ = call("funnel", "--sheet", SITE, "--out", str(sheet), "--json")
    assert (code, found) == (0, {"site": SITE, "sheet": str(sheet), "accepted": True})
    text = sheet.read_text(encoding="utf-8")
    assert "All steps are reached" in text
    assert "&lt;" in text
    assert text.count("1000.0") == 5, "each test, and their median"
    state = connect(project)
    try:
        held = milestones.all_milestones(state, [SITE])
    finally:
        state.dispose()
    assert [held[SITE, step].verdict for step in STEPS] == ["yes"] * 7
    assert held[SITE, "speed"].lost is None, "it was never reached before"


def test_bad_measurements_are_quarantined_and_the_others_taken(call, tests_of):
    path = tests_of("fast", 900)
    code, found, _ = call("speeds", "import", path, "--json")
    assert (code, found["taken"], [one["field"] for one in found["quarantined"]]) == (1, 1, ["down_mbps"])
    code, _, words = call("speeds", "import", path)
    assert "1 measurements were taken in, 1 rows quarantined" in words
    assert "'fast' is not a number of Mbit/s" in words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["funnel", "--sheet", SITE], "--sheet SITE and --out FILE belong together: name both"),
        (["funnel", "--out", "x.html"], "--sheet SITE and --out FILE belong together: name both"),
        (["funnel", "--site", "nowhere"], "no site is selected"),
        (["funnel", "--sheet", "nowhere", "--out", "x.html"], "no site is selected"),
        (["funnel", "--sheet", SITE, "--out", "/nowhere/x.html"], "name a file that can be written with --out"),
        (["speeds", "import", "/nowhere.csv"], "cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_refused(call, words, said):
    code, out, err = call(*words)
    assert (code, out) == (2, None)
    assert said in err


def test_holidays_are_no_school_days(call, project, tmp_path):
    path = project.inventory / "calendar.yaml"
    path.write_text("holidays:\n  - {name: long, first: 2020-01-01, last: 2099-01-01}\n", encoding="utf-8")
    try:
        _, found, _ = call("funnel", "--site", SITE, "--json")
        assert found["gaps"][0]["step"] == "clients"
        assert "all were holidays" in found["gaps"][0]["missing"]
        assert found["gaps"][0]["reached"] is not None, "unknown loses nothing"
        assert found["gaps"][0]["lost"] is None
    finally:
        path.unlink()


def test_an_audit_of_whole_sites_is_kept_in_numbers(call, project, tmp_path):
    assert call("audit", "--region", "PY-11", "--kind", "router", "--out", str(tmp_path), "--json")[0] == 1
    state = connect(project)
    try:
        assert audited.all_audited(state)[SITE].undecided == 0, "only some of its devices were judged"
        assert call("audit", "--site", SITE, "--out", str(tmp_path), "--json")[0] == 1
        kept = audited.all_audited(state)
        assert list(kept) == [SITE]
        assert kept[SITE].undecided > 0
    finally:
        state.dispose()
    _, found, _ = call("funnel", "--site", SITE, "--json")
    (last,) = (one for one in found["steps"] if one["step"] == "compliant")
    assert last["yes"] == 0
