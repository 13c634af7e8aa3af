"""What was said before: since when, what moved, and which devices need no judging again."""

from dataclasses import replace

import pytest
from judged import HOUR, NOW, replaced, stored

from homeroom.audit.judge import Judge
from homeroom.audit.past import BATCH, Past, name_of, pack, sha_of, unpack
from homeroom.audit.subject import ProgrammeSubject
from homeroom.reading import Reading
from homeroom.store import audits
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.db import connect

DAY = 24 * HOUR
TELNET = (" transport input ssh\n", " transport input telnet ssh\n")


@pytest.fixture
def engine(project):
    opened = connect(project)
    yield opened
    opened.dispose()


@pytest.fixture
def run(engine, district):
    """Audit some subjects at a time: (verdicts by subject and rule, the Past)."""

    def one(now, *subjects, rules=None):
        rules = rules or district.rules
        judge, past = Judge(rules), Past(engine, rules, now)
        said = {}
        for subject in past.expected(replace(subject, now=now) for subject in subjects):
            known = past.unchanged(subject)
            fresh = known if known is not None else [*judge.verdicts(subject)]
            said |= {(name_of(subject), verdict.rule): verdict for verdict in past.since(subject, fresh)}
        past.close()
        return said, past

    return one


def fresh(district, subject):
    """Rule -> verdict, as if there were no past."""
    return {verdict.rule: verdict for verdict in Judge(district.rules).verdicts(subject)}


def moved(engine):
    return [(move.subject, move.rule, move.before, move.after, move.at) for move in audits.moves(engine)]


def test_since_stands_until_the_verdict_is_another_and_first_for_ever(run, district, engine):
    good = district.subject("switch")
    name = good.intent.device.name
    bad = replace(good, running=stored(replaced(good.running.text, *TELNET)))
    times = [
        (verdict.status, verdict.since - NOW, verdict.first - NOW)
        for n, subject in enumerate((good, good, bad, bad, good))
        for verdict in [run(NOW + n, subject)[0][name, "MGT-01"]]
    ]
    assert times == [
        ("compliant", 0, 0), ("compliant", 0, 0), ("violation", 2, 0), ("violation", 2, 0), ("compliant", 4, 0),
    ]  # fmt: skip
    assert [move for move in moved(engine) if move[1] == "MGT-01"] == [
        (name, "MGT-01", "compliant", "violation", NOW + 2),
        (name, "MGT-01", "violation", "compliant", NOW + 4),
    ]
    assert {move[1] for move in moved(engine)} == {"MGT-01", "OPS-04"}, "and nothing else moved"


def test_a_move_names_the_change_confirmed_in_between_and_no_other(run, district, engine):
    good = district.subject("switch")
    name = good.intent.device.name
    bad = replace(good, running=stored(replaced(good.running.text, *TELNET)))
    changes = Changes(engine)

    def confirmed(change, at, state="confirmed"):
        changes.add(Change(change, "done", "wave", 0, "content", "amy", "why", at), [Row(change, name, state, at=at)])

    confirmed("before", NOW - 60)
    run(NOW, bad)
    confirmed("ours", NOW + 60)
    confirmed("failed", NOW + 90, "failed")
    run(NOW + 120, good)
    run(NOW + 180, bad)
    by_time = {move.at - NOW: move.change for move in audits.moves(engine) if move.rule == "MGT-01"}
    assert by_time == {120: "ours", 180: ""}
    assert {move.at - NOW for move in audits.moves(engine, change="ours")} == {120}
    assert audits.moves(engine, change="failed") == []


def test_a_rule_asked_for_the_first_time_is_new_and_moves_nothing(run, district, engine):
    subject = district.subject("switch")
    name = subject.intent.device.name
    few = {rule: district.rules[rule] for rule in ("MGT-01", "LOG-01")}
    run(NOW, subject, rules=few)
    said, past = run(NOW + 1, subject)
    assert past.skipped == 0
    assert (said[name, "MGT-01"].first, said[name, "NTP-01"].first, said[name, "NTP-01"].since) == (
        NOW,
        NOW + 1,
        NOW + 1,
    )
    assert moved(engine) == []


@pytest.mark.parametrize("kind", ["router", "switch", "ap"])
def test_what_is_unchanged_is_not_judged_again_and_comes_out_as_if_it_were(run, district, kind):
    """Read again later, everything is as it was: the evidence says when it was read last."""
    before = district.subject(kind)
    name = name_of(before)
    first, past = run(NOW, before)
    assert past.skipped == 0
    later = replace(_read(before, NOW + 30), now=NOW + 60)
    second, past = run(NOW + 60, later)
    assert past.skipped == 1
    assert {verdict.since for verdict in second.values()} == {NOW}
    assert fresh(district, later) == {rule: _undated(verdict) for (_, rule), verdict in second.items()}
    assert second[name, "SNM-05"].evidence != first[name, "SNM-05"].evidence


def test_a_drift_that_was_read_again_says_when(run, district):
    drifted = district.subject("switch", replaced(district.text("switch"), *TELNET))
    run(NOW, drifted)
    later = replace(_read(drifted, NOW + 30), now=NOW + 60)
    said, past = run(NOW + 60, later)
    assert past.skipped == 1
    assert said[name_of(later), "OPS-04"].evidence[0].at == NOW + 30


def test_what_is_too_old_says_of_when_it_is(run, district):
    old = _read(district.subject("switch"), NOW - 400 * DAY)
    run(NOW, old)
    less = _read(old, NOW - 300 * DAY)
    said, _ = run(NOW, less)
    assert {rule: _undated(verdict) for (_, rule), verdict in said.items()} == fresh(district, less)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("another text", lambda s: replace(s, running=stored(s.running.text + "ip http server\n"))),
        ("never fetched", lambda s: replace(s, running=None)),
        ("another intent", lambda s: replace(s, render=lambda: s.render() + "!")),
        ("another reading", lambda s: replace(s, readings=_said(s, "vlans.name", "9", "x"))),
        ("a reading is gone", lambda s: replace(s, readings={**s.readings, "vlans.name": {}})),
        ("another driver", lambda s: replace(s, driver="other")),
        ("a record", lambda s: replace(s, records={**s.records, "changed.late": "x"})),
        ("too old by now", lambda s: replace(s, running=stored(s.running.text, NOW - 400 * DAY))),
        ("from the future", lambda s: replace(s, running=stored(s.running.text, NOW + DAY))),
        ("readings too old", lambda s: replace(s, readings=_readings(s, NOW - 400 * DAY))),
    ],
)
def test_what_it_was_judged_by_changed_so_it_is_judged_again(run, district, what, change):
    before = district.subject("switch")
    run(NOW, before)
    said, past = run(NOW, change(before))
    assert past.skipped == 0, what
    assert {rule: _undated(verdict) for (_, rule), verdict in said.items()} == fresh(district, change(before))


def test_a_reading_that_no_rule_looks_at_and_age_within_limits_change_nothing(run, district):
    before = district.subject("switch")
    run(NOW, before)
    other = replace(before, readings=_said(before, "uptime.seconds", "", "7"), running=stored(before.running.text, NOW))
    assert run(NOW + HOUR, other)[1].skipped == 1


def test_another_rule_set_or_waiver_age_is_judged_anew(run, district):
    subject = district.subject("switch")
    run(NOW, subject)
    rules = dict(district.rules)
    rules["MGT-01"] = replace(rules["MGT-01"], version=99)
    assert sha_of(rules) != sha_of(district.rules)
    assert run(NOW, subject, rules=rules)[1].skipped == 0


def test_sites_and_the_programme_are_always_judged_and_have_a_past_too(run, district, engine):
    good, programme = district.site(), ProgrammeSubject(district.world.programme, {}, NOW)
    bad = district.site(clashes=("elsewhere",))
    run(NOW, good, programme)
    said, past = run(NOW + 1, bad, programme)
    site = good.plan.entry.site
    assert past.skipped == 0
    assert said[f"site/{site}", "PLN-01"].since == NOW + 1
    assert said["programme", "LOG-09"].since == NOW
    assert (f"site/{site}", "PLN-01", "compliant", "violation", NOW + 1) in moved(engine)
    assert {move.site for move in audits.moves(engine)} == {site}


def test_nothing_is_lost_between_batches(run, district, engine):
    one = district.subject("ap")
    many = [_called(one, f"ap{n}") for n in range(BATCH + 5)]
    few = {"LOG-01": district.rules["LOG-01"]}
    run(NOW, *many, rules=few)
    assert len(audits.kept(engine, [subject.intent.device.name for subject in many])) == BATCH + 5
    assert run(NOW + 1, *many, rules=few)[1].skipped == BATCH + 5


def test_verdicts_are_read_back_as_they_were_written(district):
    subject = district.subject("router", running=replaced(district.text("router"), *TELNET))
    dated = [replace(v, since=NOW - n, first=NOW - 9) for n, v in enumerate(Judge(district.rules).verdicts(subject))]
    assert unpack(pack(dated), subject, district.rules) == dated


def _said(subject, name, key, value):
    row = Reading(subject.intent.device.name, name, key, value, NOW - 60)
    return {**subject.readings, name: {**subject.readings.get(name, {}), key: row}}


def _readings(subject, at):
    return {name: {key: replace(row, at=at) for key, row in rows.items()} for name, rows in subject.readings.items()}


def _read(subject, at):
    """The same, backed up and polled at another time."""
    return replace(subject, running=replace(subject.running, at=at), readings=_readings(subject, at))


def _undated(verdict):
    return replace(verdict, since=0.0, first=0.0)


def _called(subject, name):
    return replace(subject, intent=replace(subject.intent, device=replace(subject.intent.device, name=name)))
