"""The funnel as a whole: its table, how a site stands, the counts, the words, and the facts out of a real store."""

import ast
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from funnel_site import NOW, SITE, changed, site

from homeroom.observe import acceptance_words, funnel, funnel_steps, funnel_words
from homeroom.observe.funnel import STEPS, Step, gaps, judge, looks, tallied
from homeroom.observe.funnel_gather import Sources, air, gather
from homeroom.observe.funnel_words import ENGLISH, Phrase, listed
from homeroom.observe.school_days import last_school_days
from homeroom.project import Project
from homeroom.reading import Reading, Status
from homeroom.store import audited, milestones, readings, samples, speeds, subjects
from homeroom.store.audited import Audited
from homeroom.store.db import connect, connect_series
from homeroom.store.inventory import Selector
from homeroom.store.milestones import Milestone
from homeroom.store.samples import Sample
from homeroom.store.site_facts import Said
from homeroom.store.speeds import Measured
from homeroom.store.world import World
from playbooks import cli

ROOT = Path(__file__).parents[2]
NAMES = [step.name for step in STEPS]


def verdicts(stand):
    return [one.verdict for _, one in stand.outcomes]


def test_a_site_that_has_everything_has_no_next_step():
    stand = judge(site())
    assert verdicts(stand) == ["yes"] * 7
    assert (stand.passed, stand.next) == (7, None)


def test_the_next_step_is_the_first_that_is_not_yes():
    stand = judge(site(clients=None, audited=None))
    assert (stand.passed, stand.next[0].name, stand.next[0].responsible) == (4, "clients", "school")
    assert verdicts(stand) == ["yes"] * 4 + ["unknown", "yes", "unknown"], "what follows is looked at all the same"


def test_a_site_without_devices_has_reached_nothing_but_its_contract():
    stand = judge(site(devices=(), site=replace(SITE, state="not_planned", mbps=0.0), audited=None))
    assert verdicts(stand) == ["no"] * 7
    assert stand.outcomes[1][1].said.text() == "no device is planned: the site is not planned"


def test_another_step_is_one_line_of_the_table():
    other = Step("school", "school", lambda facts: funnel_steps.Outcome("no", Phrase("audit_never"), "from_audit"))
    stand = judge(site(), (*STEPS, other))
    assert (stand.passed, stand.next[0]) == (7, other)


def test_sites_and_schools_are_counted_by_region():
    far = replace(SITE, id="s2", region="R2", schools=SITE.schools * 3)
    stands = [judge(site()), judge(site(site=far, audited=None)), judge(site(site=replace(far, id="s3", mbps=0.0)))]
    whole, regions = tallied(stands)
    assert (whole.sites, whole.schools, list(regions)) == (3, 7, ["R1", "R2"])
    assert list(whole.steps) == NAMES
    last = whole.steps["compliant"]
    assert (last.sites, last.schools, dict(last.answers)) == (1, 1, {"yes": 2, "unknown": 1})
    assert regions["R2"].steps["speed"].sites == 1, "what is contracted is missing, so nothing after it is passed"
    for count in whole.steps.values():
        assert sum(count.answers.values()) == whole.sites


def test_gaps_are_by_step_and_the_longest_waiting_is_first():
    stands = [judge(site(site=replace(SITE, id=name), clients=None)) for name in ("s1", "s2")]
    stands += [judge(site(site=replace(SITE, id="s0", mbps=0.0))), judge(site(site=replace(SITE, id="s9")))]
    held = {
        (one.site, one.step): Milestone(one.site, one.step, one.verdict, NOW, NOW, "") for one in looks(stands, NOW)
    }
    held["s2", "clients"] = replace(held["s2", "clients"], since=NOW - 99)
    assert [(gap.site.id, gap.step.name) for gap in gaps(stands, held)] == [
        ("s0", "contracted"),
        ("s2", "clients"),
        ("s1", "clients"),
    ]


def test_what_is_kept_of_a_look():
    one = list(looks([judge(site())], NOW))[1]
    assert (one.site, one.step, one.verdict, one.at, one.since) == ("s1", "installed", "yes", NOW, NOW - 500)
    assert one.detail == "all 5 planned devices are there"


def test_every_word_is_used_and_every_used_word_is_there():
    words = {name: set() for name in ENGLISH}
    used = set()
    for module in (funnel, funnel_steps, funnel_words):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        used |= constants if module is not funnel_words else {"and_more"}
    assert {one for one in used if re.fullmatch(r"from_\w+", str(one))} <= set(ENGLISH)
    states = {"connected", "pipeline", "hard_to_reach", "not_planned"}
    assert set(words) - used - states == set()
    for table in (ENGLISH, acceptance_words.ENGLISH):
        for text in table.values():
            assert all(name for _, name, _, _ in Formatter().parse(text) if name is not None), text
    for step in STEPS:
        assert funnel.title(step)
        assert step.responsible in ENGLISH
    assert funnel.title(STEPS[5]) == "speed at least 80 % of contract"


def test_every_word_of_the_sheet_is_printed():
    text = (ROOT / "homeroom/observe/acceptance.html.j2").read_text(encoding="utf-8")
    code = (ROOT / "homeroom/observe/acceptance.py").read_text(encoding="utf-8")
    assert {name for name in acceptance_words.ENGLISH if f'"{name}"' not in text + code} == set()


def test_a_phrase_shows_what_devices_gave_and_cuts_it():
    said = Phrase("other_model", {"device": "d", "said": "a\x1b[31m{planned}" + "z" * 99, "planned": "M"}).text()
    assert said.startswith("d says a\\x1b[31m{planned}z")
    assert len(said) < 100
    assert listed(["a", "b"]) == "a, b"
    assert listed(map(str, range(8))) == "0, 1, 2, 3, 4 and 3 more"


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ({}, None),
        ({"ssids.name": ["x", ""]}, {"x"}),
        ({"ssids.name": [""]}, None),
        ({"ssids.name": ["x", "y"], "ssids.enabled": ["yes", "no"]}, {"x"}),
        ({"ssids.name": ["x", "y"], "bsss.ssid": ["x", "x", "y"], "bsss.up": ["no", "yes", "no"]}, {"x"}),
        ({"bsss.ssid": ["x", "y"]}, {"x", "y"}),
        ({"bsss.ssid": ["x"], "bsss.up": ["no"]}, set()),
    ],
)
def test_what_an_access_point_sends(rows, names):
    told = {name: [Said(str(n), value, 1.0, 2.0) for n, value in enumerate(row)] for name, row in rows.items()}
    found = air(told)
    assert (None if found is None else set(found.names)) == names


BISHKEK = ZoneInfo("Asia/Bishkek")


def at(day, hour=12):
    return dt.datetime(2026, 9, day, hour, tzinfo=BISHKEK).timestamp()


@pytest.mark.parametrize(
    ("now", "holidays", "name", "hours"),
    [
        (at(23), (), "2026-09-22, 2026-09-23", [24, 12]),
        (at(21, 6), (), "2026-09-18, 2026-09-21", [24, 6]),
        (at(20), (), "2026-09-18", [24]),
        (at(23), (22, 23), "2026-09-21", [24]),
        (at(23), range(1, 32), "2026-08-31", [24]),
    ],
)
def test_the_last_school_day(now, holidays, name, hours):
    off = {dt.date(2026, 9, day) for day in holidays if day < 31}
    found = last_school_days(now, BISHKEK, off.__contains__)
    assert found.name == name
    assert [(until - since) // 3600 for since, until in found.spans] == hours
    assert all(since <= now for since, _ in found.spans)


def test_a_year_of_holidays_has_no_school_day():
    found = last_school_days(at(23), BISHKEK, lambda day: True)
    assert found.spans == ()
    assert "all were holidays" in found.name


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    root = tmp_path_factory.mktemp("funnel") / "district"
    assert cli.main(["init", str(root)]) == 0
    assert cli.main(["--project", str(root), "plan"]) == 0
    return Project(root)


def test_facts_of_many_sites_come_out_of_the_store(district):
    world, state, series = World.open(district), connect(district), connect_series(district)
    try:
        sources = Sources(world, state, series)
        one, other = (site.id for site in list(world.sites())[:2])
        devices = world.devices(Selector(sites=(one,)))
        ssids = {role.ssid for role in world.policy.roles.values() if role.ssid}
        rows = [Reading(d.name, "identity.model", "", d.model, NOW - 20) for d in devices]
        rows += [Reading(d.name, "ssids.name", s, s, NOW - 20) for d in devices if d.kind == "ap" for s in ssids]
        readings.save(state, rows, [Status(d.name, NOW - 20, reachable=True) for d in devices])
        audited.save(state, [Audited(one, NOW - 20, 0, 0, 0, ())])
        subjects.sync(series, subjects.of_world(world))
        samples.save(series, [Sample(d.name, int(NOW) - 20, clients=5) for d in devices if d.kind == "ap"])
        school = next(world.sites(Selector(sites=(one,)))).schools[0].id
        speeds.save(series, [Measured(school, int(NOW) - 20, "probe", 1000.0, 5.0)])
        zone = ZoneInfo(world.programme.timezone)
        facts = tuple(gather(sources, Selector(), lambda _: last_school_days(NOW, zone, lambda _: False), NOW))
        assert [each.site.id for each in facts] == [site.id for site in world.sites()]
        by_site = {each.site.id: judge(each) for each in facts}
        assert verdicts(by_site[one]) == ["yes"] * 7
        assert verdicts(by_site[other]) == ["yes"] + ["unknown"] * 6
        bare = [each.site.id for each in facts if not each.devices]
        assert bare
        assert all(by_site[name].outcomes[1][1].verdict == "no" for name in bare)
        held = milestones.save(state, looks(by_site.values(), NOW))
        assert held[one, "installed"].reached == NOW - 20
        chosen = Selector(devices=(devices[-1].name,))
        (only,) = gather(sources, chosen, lambda _: last_school_days(NOW, zone, lambda _: False), NOW)
        assert only == next(each for each in facts if each.site.id == one), "a site is looked at as a whole"
    finally:
        world.close()
        state.dispose()
        series.dispose()


def test_what_was_reached_can_be_lost(district):
    state = connect(district)
    try:
        off = Status("r", NOW + 3600, reachable=False, reason="no answer", since=NOW + 3000)
        for now, facts in enumerate((site(), changed(site(), "r", status=off, down=NOW + 3000.0), site())):
            when = NOW + 3600 * now
            held = milestones.save(state, looks([judge(replace(facts, now=NOW))], when))
        one = held["s1", "reachable"]
        assert (one.verdict, one.reached, one.lost) == ("yes", NOW - 300, NOW + 3000)
    finally:
        state.dispose()
