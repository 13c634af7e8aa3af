"""Each step of the funnel: yes only for what was observed, no with what is missing, else unknown."""

from dataclasses import replace

import pytest
from funnel_site import NOW, SITE, SSIDS, changed, device, said, site

from homeroom.observe import funnel_steps as steps
from homeroom.observe.funnel_facts import DAY, HOUR, Air
from homeroom.reading import Status
from homeroom.store.audited import Audited
from homeroom.store.site_facts import Clients
from homeroom.store.speeds import Against


def found(step, facts):
    one = step(facts)
    return one.verdict, one.said.text()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, ("yes", "100 Mbit/s, fiber")),
     ({"mbps": 0.0}, ("unknown", "is connected, but nobody entered download_speed_contracted in schools.csv")),
     ({"mbps": 0.0, "state": "pipeline"}, ("no", "no contract is entered; the site is in the pipeline")),
     ({"mbps": 2.5, "state": "pipeline"}, ("yes", "2.5 Mbit/s, fiber"))],
)  # fmt: skip
def test_contracted_is_what_people_entered(changes, expected):
    assert found(steps.contracted, site(site=replace(SITE, **changes))) == expected


@pytest.mark.parametrize(
    ("planned", "told", "same"),
    [
        ("C1121-8P", "C1121-8P", True),
        ("C1121-8P", "Cisco c1121-8p Router", True),
        ("C1121-8P", "C1121-8PLTEP", False),
        ("C1121-8P", "XC1121-8P", False),
        ("C1121-8P", "C1121-8P-K9", False),
        ("EAP (v2)", "EAP (v2)", True),
        ("M.1", "Mx1", False),
        ("M", "", False),
    ],
)
def test_a_model_is_the_planned_one_or_it_is_not(planned, told, same):
    assert steps.as_planned(device("d", "ap", planned, model=said(told))) is same


def test_installed_is_seen_by_snmp_or_has_taken_our_configuration():
    one = steps.installed(site())
    assert (one.verdict, one.said.text()) == ("yes", "all 5 planned devices are there")
    assert (one.since, one.at) == (NOW - 500, NOW - 50)
    mute = changed(site(), "w", model=None)
    assert found(steps.installed, mute) == ("unknown", "1 of 5 devices never seen: w")
    one = steps.installed(changed(mute, "w", confirmed=NOW - 200))
    assert (one.verdict, one.since) == ("yes", NOW - 200), "all are there since the last one came"
    other = changed(mute, "a1", model=said("Z\u202e<b>"))
    assert found(steps.installed, other) == ("no", "another model than planned: a1 says Z\\u202e<b>, planned is M")
    assert found(steps.installed, changed(other, "a1", confirmed=9.0))[0] == "unknown", "it took our configuration"


def test_the_router_and_nearly_all_others_answer():
    one = steps.reachable(site())
    assert (one.verdict, one.said.text()) == ("yes", "the router and all other devices answer: 5 of 5")
    assert (one.since, one.at) == (NOW - 300, NOW - 30)
    off = Status("a1", NOW - 30, reachable=False, reason="no answer", since=NOW - 60)
    assert found(steps.reachable, changed(site(), "a1", status=off)) == (
        "no",
        "only 4 of 5 devices answer; silent: a1",
    )
    asked = changed(site(), "a1", status=None)
    assert found(steps.reachable, asked) == ("unknown", "4 of 5 devices answer; not asked of late: a1")
    stale = replace(off, reachable=True, at=NOW - 2 * HOUR)
    assert found(steps.reachable, changed(site(), "a1", status=stale))[0] == "unknown", "an old word is no word"
    many = replace(site(), devices=(*site().devices, *(device(f"b{n}", "ap") for n in range(6))))
    assert found(steps.reachable, changed(many, "b0", status=off)) == (
        "yes",
        "the router and 10 of 11 devices answer; silent or not asked: b0",
    )


def test_a_router_that_is_silent_is_not_down_until_two_agree():
    silent = Status("r", NOW - 30, reachable=False, reason="no answer", since=NOW - 60)
    facts = changed(site(), "r", status=silent)
    verdict, text = found(steps.reachable, facts)
    assert verdict == "unknown"
    assert text == "r does not answer since 2026-09-21 20:12: switched off, or cut off (no answer)"
    one = steps.reachable(changed(facts, "r", down=NOW - 55))
    assert (one.verdict, one.since, one.source) == ("no", NOW - 55, "from_two")
    never = changed(site(), "r", status=None)
    assert found(steps.reachable, never) == ("unknown", "r was never asked; run `homeroom poll`")
    old = Status("r", NOW - 2 * HOUR, reachable=True)
    assert found(steps.reachable, changed(site(), "r", status=old))[0] == "unknown"
    assert found(steps.reachable, replace(site(), devices=site().devices[1:])) == ("no", "no router is planned")


def aired(*names, at=NOW - 40):
    return Air(frozenset(names), NOW - 400, at)


@pytest.mark.parametrize(
    ("air", "expected"),
    [
        (aired("school"), ("no", "a1 lacks guest")),
        (aired(*SSIDS, "free"), ("no", "a1 also sends free, which nobody planned")),
        (aired("free"), ("no", "a1 lacks guest, school, a1 also sends free, which nobody planned")),
        (None, ("unknown", "1 of 3 access points did not say their SSIDs of late: a1")),
        (aired(*SSIDS, at=NOW - 2 * DAY), ("unknown", "1 of 3 access points did not say their SSIDs of late: a1")),
        (aired(at=NOW - 2 * DAY), ("unknown", "1 of 3 access points did not say their SSIDs of late: a1")),
    ],
)
def test_ssids_equal_the_plan_on_every_access_point(air, expected):
    assert found(steps.ssids_up, site()) == ("yes", "guest, school on all 3 access points")
    assert found(steps.ssids_up, changed(site(), "a1", air=air)) == expected


def test_a_controller_speaks_for_its_access_points():
    points = tuple(device(f"a{n}", "ap", air=None) for n in range(2))
    facts = replace(site(), devices=(device("r", "router"), device("c", "wlc", air=aired(*SSIDS)), *points))
    assert found(steps.ssids_up, facts) == ("yes", "guest, school on all 2 access points")
    assert found(steps.ssids_up, changed(facts, "c", air=None))[0] == "unknown"
    assert found(steps.ssids_up, changed(facts, "a0", air=aired("school")))[0] == "no", "its own word counts too"


def test_no_ssid_or_no_access_point():
    wired = replace(site(), devices=site().devices[:2])
    assert found(steps.ssids_up, wired) == ("no", "no access point is planned")
    assert found(steps.ssids_up, replace(wired, ssids=frozenset())) == ("yes", "no SSID is planned")
    assert found(steps.ssids_up, replace(site(), ssids=frozenset()))[0] == "no", "what they send, nobody planned"


def test_clients_on_the_last_school_day():
    one = steps.clients_seen(site())
    assert (one.verdict, one.said.text(), one.at) == ("yes", "3 devices had clients, up to 17 on one", NOW - 20)
    assert found(steps.clients_seen, site(clients=Clients(0, 0, 0.0))) == (
        "no",
        "nobody was connected on 2026-09-18",
    )
    assert found(steps.clients_seen, site(clients=None)) == ("unknown", "no count of clients from 2026-09-18")


def line(median, contracted=100.0):
    return Against("7", "s1", "R1", contracted, 9 if median else 0, median, median)


@pytest.mark.parametrize(
    ("lines", "verdict", "text"),
    [
        ([line(80.0)], "yes", "median 80.0 Mbit/s of 100, 9 tests"),
        ([line(79.9)], "no", "median 79.9 Mbit/s of 100 contracted, 9 tests"),
        ([line(95.0), line(50.0), line(None)], "no", "median 50.0 Mbit/s of 100 contracted, 9 tests"),
        ([line(95.0), line(None)], "yes", "median 95.0 Mbit/s of 100, 9 tests"),
        ([line(None)], "unknown", "nobody measured in 30 days; `homeroom speeds import` takes measurements"),
        ([], "unknown", "nobody measured in 30 days; `homeroom speeds import` takes measurements"),
        ([line(95.0, None)], "unknown", "measured, but nobody entered the contracted speed"),
    ],
)
def test_the_line_gives_enough(lines, verdict, text):
    assert found(steps.fast_enough, site(speeds=tuple(lines))) == (verdict, text)


@pytest.mark.parametrize(
    ("audit", "expected"),
    [
        (None, ("unknown", "never audited as a whole; run `homeroom audit`")),
        (Audited("s1", NOW, 2, 0, 0, ("SEG-01", "WL-04")), ("no", "2 open violations: SEG-01, WL-04")),
        (Audited("s1", NOW, 2, 5, 0, ("SEG-01",)), ("no", "2 open violations: SEG-01")),
        (Audited("s1", NOW, 0, 5, 0, ()), ("unknown", "5 verdicts are unknown or an error: see the audit's report")),
        (Audited("s1", NOW, 0, 0, 3, ()), ("yes", "no open violation; 3 waived")),
        (Audited("s1", NOW - 8 * DAY, 0, 0, 0, ()), ("unknown", "last audited on 2026-09-13; run `homeroom audit`")),
        (Audited("s1", NOW - 8 * DAY, 4, 0, 0, ("X-1",)), ("unknown", "last audited on 2026-09-13; run `homeroom audit`")),
    ],
)  # fmt: skip
def test_compliant_is_what_the_last_audit_of_the_site_said(audit, expected):
    assert found(steps.compliant, site(audited=audit)) == expected
