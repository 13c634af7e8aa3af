"""Alerts from fault to message: one fault is one alert, damped, grouped, silenced, told again, and told when over."""

import asyncio
import dataclasses
import datetime as dt

import pytest
from watched import NOW, fault

from homeroom.errors import InputError
from homeroom.observe import alert_rules, windows
from homeroom.observe.alert_rules import Condition, Facts, Moved, conditions
from homeroom.observe.alert_settings import Grouping, Limits, Own, Receiver
from homeroom.observe.alert_state import Clock, Due, Memory, due, messages, step
from homeroom.store import alerts
from homeroom.store.alerts import Alert, Notice, Told
from homeroom.store.outages import Outage
from homeroom.store.totals import Answers, Busy


def lasting(watched, rule="fault"):
    return [one for one in alerts.lasting(watched.state) if one.rule == rule]


def alert(key="fault:x", severity="critical", region="PY-1", opened=NOW, number=1, **more):
    return Alert(key, severity, region, "", f"title of {key}", "body", opened, id=number, **more)


def found(facts, limits=None, own=None):
    return {one.key: one for one in conditions(facts, limits or Limits(), own or {})}


def test_one_fault_is_one_alert_however_many_schools_it_cuts_off():
    one = found(Facts(NOW, ("PY-1",), [Outage("PY-1 fiber", NOW - 300, None, 900, 212)]))
    assert [*one] == ["fault:PY-1 fiber"]
    (said,) = one.values()
    assert (said.severity, said.region, said.since) == ("critical", "PY-1", NOW - 300)
    assert "212 schools" in said.title
    assert "900 devices" in said.body


def test_a_fault_is_as_severe_as_what_it_cuts_off():
    faults = [Outage(name, NOW, None, 3, schools) for name, schools in (("a", 0), ("b", 1), ("c", 10))]
    said = found(Facts(NOW, (), faults, {"a": ("site", "PY-2")}))
    assert [one.severity for one in said.values()] == ["critical", "warning", "info"]
    assert (said["fault:a"].site, said["fault:a"].region) == ("site", "PY-2")


def test_the_same_lines_on_many_devices_are_one_cause():
    lines = ("+ permit ip any any", "- deny ip any any")
    many = [Moved(f"d{n}", f"s{n}", "PY-1", lines, ("SEG-01",), NOW - n, "eva" if n else "") for n in range(7)]
    other = Moved("e", "s9", "PY-1", ("+ hostname \x1b[2J\u202eevil",), (), NOW, "")
    said = found(Facts(NOW, moved=[*many, other]))
    assert len(said) == 2
    first, second = said.values()
    assert (first.severity, first.since, first.site) == ("critical", NOW - 6, "")
    assert "d0 and 6 more changed by hand by eva: breaks SEG-01" in first.title
    assert "permit ip any any" in first.body
    assert (second.severity, second.site) == ("warning", "s9")
    assert "\x1b" not in second.body
    assert "\u202e" not in second.body


def test_more_than_enough_alerts_of_one_rule_become_one_more():
    faults = [Outage(f"r{n:03}", NOW, None, 1, 1) for n in range(120)]
    said = found(Facts(NOW, faults=faults), Limits(most=50))
    assert len(said) == 51
    assert said["fault::more"].title.startswith("70 more")


def test_the_poller_the_store_and_old_data_are_told_of():
    periods = {"status": 60.0}
    meters = {"devices": 100.0, "overdue_status": 11.0, "seconds_status": 20.0, "store_waiting": 5.0}
    answers = {"status": Answers(100, 0, NOW - 181.0)}
    said = found(Facts(NOW, periods=periods, meters=meters, answers=answers, why="disk full"))
    assert {*said} == {"poller:status", "store:waiting", "stale:status"}
    assert "disk full" in said["store:waiting"].body
    assert said["stale:status"].since == NOW - 181
    lost = found(Facts(NOW, meters=meters, lost=9.0))
    assert lost["store:lost"].severity == "critical"
    assert "store:waiting" not in lost
    forged = {"engine_received": 10_000.0, "engine_foreign": 400.0, "engine_malformed": 101.0}
    assert {*found(Facts(NOW, meters=forged))} == {"poller:answers"}
    well = {"devices": 100.0, "overdue_status": 10.0, "seconds_status": 20.0}
    assert not found(Facts(NOW, periods=periods, meters=well, answers={"status": Answers(100, 99, NOW - 20.0)}))


def test_a_silent_region_and_full_air_are_told_of():
    busy = [
        Busy("ap1", "s1", "PY-1", 91, 99, 30),
        Busy("ap2", "s1", "PY-1", 85, 99, 30),
        Busy("ap3", "s2", "PY-1", 80, 9, 3),
    ]
    said = found(Facts(NOW, silent={"PY-1": (81, 100), "PY-2": (80, 100), "PY-3": (0, 0)}, busy=busy))
    assert {*said} == {"silent:PY-1", "capacity:s1", "capacity:s2"}
    assert "2 access points at 91 percent" in said["capacity:s1"].title


def test_a_rule_can_be_off_milder_or_slower():
    facts = Facts(NOW, faults=[Outage("a", NOW, None, 1, 99)])
    assert not found(facts, own={"fault": Own(off=True)})
    assert found(facts, own={"fault": Own(severity="info")})["fault:a"].severity == "info"
    assert alert_rules.after("fault", {"fault": Own(after=7)}) == 7
    assert alert_rules.after("fault", {}) == 120


def rounds(*times, found_at, clear=60.0, after=100.0):
    """Run `step` at these times; return what was opened and closed at which."""
    memory, held, told, number = Memory(), {}, [], 0
    for now in times:
        said = [found_at] if callable(found_at) is False else found_at(now)
        moves = step(held.values(), said, now, memory, after=lambda _rule: after, clear=lambda _key: clear)
        for one in moves.opened:
            number += 1
            held[one.key] = dataclasses.replace(one, id=number)
            told.append((now, "opened", one.key))
        for closed in moves.closed:
            (key,) = (key for key, one in held.items() if one.id == closed)
            del held[key]
            told.append((now, "closed", key))
    return told


def condition(key="poller:x", since=None, severity="warning", title="t"):
    return Condition(key, severity, "", "", title, "b", since)


def test_what_lasts_is_opened_and_what_is_gone_is_closed_after_a_while():
    def at(now):
        return [condition()] if now < 300 and now != 150 else []

    assert rounds(0, 50, 99, 100, 150, 180, 300, 340, 360, found_at=at) == [
        (100, "opened", "poller:x"),
        (360, "closed", "poller:x"),
    ]


def test_what_says_since_when_it_lasts_is_opened_at_once_after_a_restart():
    assert rounds(1000, found_at=lambda _now: [condition(since=900.0)]) == [(1000, "opened", "poller:x")]


def test_what_comes_and_goes_before_it_lasts_is_never_opened():
    assert not rounds(0, 60, 120, 180, 240, found_at=lambda now: [condition()] if now % 120 else [])


def test_new_words_are_kept_without_opening_anew():
    held = alert("poller:x", "warning")
    moves = step(
        [held], [condition(severity="critical", title="worse")], NOW, Memory(), after=lambda _: 0.0, clear=lambda _: 0.0
    )
    assert not moves.opened
    assert not moves.closed
    assert [(one.id, one.severity, one.title) for one in moves.reworded] == [(1, "critical", "worse")]


NOC = Receiver(webhook="https://noc.example/hook", secret="hook", repeat=3600)


def what(one, notice=None, now=NOW + 10, receiver=NOC, muted=False):
    told = Told(one, {"noc": notice} if notice else {})
    said = due(told, "noc", receiver, now, muted=muted)
    return said.what if said else None


def test_who_is_told_of_what_and_when():
    told = Notice(1, "noc", "opened", "warning", NOW)
    closed = dataclasses.replace(alert(), closed=NOW + 5.0)
    assert what(alert()) == "opened"
    assert what(alert(), told) == "worse"
    assert what(alert(severity="warning"), told) is None
    assert what(alert(severity="warning"), told, now=NOW + 3600) == "again"
    assert what(alert(severity="warning"), told, now=NOW + 36000, receiver=dataclasses.replace(NOC, repeat=0)) is None
    assert what(closed, told) == "closed"
    assert what(closed, dataclasses.replace(told, what="closed")) is None
    assert what(closed) is None, "nobody hears of the end of what they never heard of"
    assert what(alert(severity="info")) is None
    assert what(alert(), receiver=dataclasses.replace(NOC, regions=("PY-2",))) is None
    assert what(alert(), receiver=dataclasses.replace(NOC, rules=("drift",))) is None
    later = dataclasses.replace(NOC, after=600)
    assert what(alert(), receiver=later) is None
    assert what(alert(), now=NOW + 600, receiver=later) == "opened"


def test_what_is_muted_is_not_told_until_it_is_no_longer_but_its_end_is():
    told = Notice(1, "noc", "opened", "warning", NOW)
    assert what(alert(), muted=True) is None
    assert what(alert(), told, now=NOW + 9000, muted=True) is None
    assert what(dataclasses.replace(alert(), closed=NOW + 5.0), told, muted=True) == "closed"


def dues(*regions):
    return [Due(alert(f"fault:{n}", region=one, number=n), "opened", None) for n, one in enumerate(regions, 1)]


def test_alerts_of_a_region_go_together_after_a_moment_and_not_too_often():
    clock, grouping = Clock(), Grouping(wait=30, every=300, most=5)
    assert not messages("noc", dues("a"), clock, grouping, 1000)
    assert not messages("noc", dues("a", "a", "b"), clock, grouping, 1029)
    (first,) = messages("noc", dues("a", "a", "b"), clock, grouping, 1030)
    assert (first.region, len(first.dues)) == ("a", 2)
    clock.went(first, 1030)
    assert not messages("noc", dues("a"), clock, grouping, 1100)
    assert [one.region for one in messages("noc", dues("a"), clock, grouping, 1330)] == ["a"]


def test_many_regions_at_once_are_one_message_and_the_worst_stands_first():
    clock = Clock()
    many = [*dues(*"abcdef"), Due(alert("drift:z", "warning", "a", number=9), "opened", None)]
    many.append(
        Due(dataclasses.replace(alert(number=10), closed=1.0), "closed", Notice(10, "noc", "opened", "critical", 1.0))
    )
    (one,) = messages("noc", many, clock, Grouping(wait=0), 1000)
    assert (one.region, len(one.dues)) == ("", 8)
    assert [each.what for each in one.dues][-1] == "closed"
    assert [each.alert.severity for each in one.dues][:7] == ["critical"] * 6 + ["warning"]


def test_a_message_that_is_sent_again_has_the_same_id():
    def once(found):
        return messages("noc", found, Clock(), Grouping(wait=0), 1000)[0].id

    first = once(dues("a", "a"))
    assert first == once([*reversed(dues("a", "a"))])
    assert first != once(dues("a"))
    told = Notice(1, "noc", "opened", "critical", 5.0)
    again = [once([Due(alert(), "again", dataclasses.replace(told, at=at))]) for at in (5.0, 9.0)]
    assert again[0] != again[1]


def test_a_round_opens_one_alert_for_a_fault_and_closes_it(watched):
    router = watched.router()
    one = watched.alerting()
    watched.judged(fault(router.name, schools=12), down=[router.name])
    one.judge()
    assert not lasting(watched), "it must last two minutes"
    watched.clock.now += 130
    one.judge()
    one.judge()
    (held,) = lasting(watched)
    assert (held.key, held.severity, held.region, held.site, held.told) == (
        f"fault:{router.name}",
        "critical",
        router.region,
        router.site,
        None,
    )
    watched.judged()
    one.judge()
    watched.clock.now += 119
    one.judge()
    assert lasting(watched)
    watched.clock.now += 1
    one.judge()
    assert not lasting(watched)
    assert [each.key for each in alerts.past(watched.state, 0)] == [f"fault:{router.name}"]


def test_what_flaps_stays_open_until_it_is_quiet(watched):
    watched.write("flap: {times: 2, within: 7200, quiet: 1800}\n")
    one, router = watched.alerting(), watched.router()

    def down(seconds):
        watched.judged(fault(router.name), down=[router.name])
        watched.clock.now += seconds
        one.judge()

    def up(seconds):
        watched.judged()
        one.judge()
        watched.clock.now += seconds
        one.judge()

    down(130)
    up(130)
    down(130)
    up(130)
    assert len(lasting(watched)) == 1, "it came twice"
    up(1600)
    assert lasting(watched)
    watched.clock.now += 200
    one.judge()
    assert not lasting(watched)


def test_drift_and_lost_rows_are_judged_from_the_store(watched):
    one = watched.alerting()
    watched.drifted(watched.devices[0].name, "+ snmp-server community public", controls=("SNM-01",), by="eva")
    watched.drifted(watched.devices[1].name, reason="no answer")
    one.judge()
    (held,) = alerts.lasting(watched.state)
    assert (held.rule, held.severity, held.region) == ("drift", "critical", watched.devices[0].region)
    watched.meters.numbers["store_dropped"] = 50.0
    one.judge()
    watched.clock.now += 301
    one.judge()
    assert {each.key.partition(":")[0] for each in alerts.lasting(watched.state)} >= {"drift", "store"}


def test_settings_that_went_wrong_leave_the_old_ones(watched):
    one = watched.alerting()
    watched.write("limits: {schols: 3}\n")
    asyncio.run(one.once())
    assert "schols" in one.why
    assert one.settings.limits == Limits()
    watched.write("limits: {schools: 3}\n")
    asyncio.run(one.once())
    assert not one.why
    assert one.settings.limits.schools == 3


def test_wrong_settings_end_the_daemon_before_it_begins(watched):
    watched.write("receivers: {noc: {webhook: 'http://noc.example/x', secret: hook}}\n")
    with pytest.raises(InputError, match="plain http is for this machine only"):
        watched.alerting()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("receivers: {noc: {mail: [noc@example.org]}}", "there is no server for e-mail"),
        ("receivers: {noc: {}}", "give either a webhook or mail"),
        ("receivers: {noc: {webhook: 'https://u:p@noc.example/x', secret: hook}}", "without a password in it"),
        ("receivers: {noc: {webhook: 'https://noc.example/x'}}", "a webhook needs `secret`"),
        ('receivers: {noc: {mail: ["a@b\\nBcc: c@d"]}}', "is no e-mail address"),
        ("mail: {host: mail.example, sender: a@b, tls: none}", "for a server on this machine only"),
        ("mail: {host: mail.example, sender: a@b, user: x}", "go together"),
        ("windows: [{name: x, days: [mon], start: '25:00', until: '01:00'}]", "is no time of day"),
        ("windows: [{name: x, days: [mon], start: '22:00', until: '01:00', regions: [PY-99]}]", "there is no region"),
        ("timezones: {PY-1: America/Nowhere}", "is not a time zone"),
        ("rules: {fault: {severity: loud}}", "is not one of"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(watched, text, said):
    watched.write(text + "\n")
    with pytest.raises(InputError, match=said):
        watched.alerting()


def test_windows_follow_the_clock_of_the_region():
    night = windows.Window("nights", ("mon",), "22:00", "06:00")
    calm = windows.Quiet("America/Asuncion", (night,), (), {"PY-2": "Asia/Bishkek"})
    monday = dt.datetime.fromisoformat("2027-01-11T00:00-03:00").timestamp()  # in Asuncion; 09:00 in Bishkek
    assert not calm.why(alert(region="PY-1"), monday), "it is Sunday's night there"
    assert calm.why(alert(region="PY-1"), monday + 24 * 3600) == "maintenance: nights"
    assert calm.why(alert(region="PY-1"), monday + 22.5 * 3600) == "maintenance: nights"
    assert not calm.why(alert(region="PY-1"), monday + 21.9 * 3600)
    assert not calm.why(alert(region="PY-1"), monday + 30 * 3600)
    assert calm.why(alert(region="PY-2"), monday + 13.1 * 3600) == "maintenance: nights"


def test_windows_and_silences_are_of_what_they_name():
    always = windows.Window(
        "w", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00", "24:00", sites=("s1",), rules=("fault",)
    )
    calm = windows.Quiet("UTC", (always,))
    at_site = dataclasses.replace(alert(), site="s1")
    assert calm.why(at_site, NOW)
    assert not calm.why(alert(), NOW), "a fault of several sites is not of one of them"
    assert not calm.why(dataclasses.replace(at_site, key="drift:x"), NOW)
    one = windows.made(NOW, 3600, "ana", "moving house", regions=("PY-1",), rules=("fault",))
    assert one.holds(alert(), NOW + 3599)
    assert not one.holds(alert(), NOW + 3600)
    assert not one.holds(alert("drift:x"), NOW)
    assert not one.holds(alert(region="PY-2"), NOW)
    assert "silenced by ana" in windows.Quiet("UTC", (), (one,)).why(alert(), NOW)
    for wrong in ({"by": " ", "reason": "x", "rules": ("fault",)}, {"by": "a", "reason": "x"}):
        with pytest.raises(InputError):
            windows.made(NOW, 3600, **wrong)
