"""When work may begin: windows, holidays and freezes in each site's own time, summer time included."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import InputError
from homeroom.project import Project
from homeroom.rollout.calendar import DAYS, Calendar, Closed, Days, Local, OpeningHours, Slot, load_calendar

ASUNCION = "America/Asuncion"
NIGHTS = Slot(("mon", "tue", "wed", "thu"), "22:00", "05:00")
EXAMS = Days("Final exams", dt.date(2026, 11, 26), dt.date(2026, 12, 4))
SUMMER = Days("Summer holidays", dt.date(2026, 12, 21), dt.date(2027, 2, 19))


def hours(calendar, timezone=ASUNCION):
    return OpeningHours(calendar, timezone, {"s1": "R1", "s2": "R2"})


def at(text, zone=ASUNCION):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(zone)).timestamp()


def closed(answer):
    return (answer.reason, answer.opens and f"{answer.opens:%a %Y-%m-%d %H:%M}")


def test_without_a_calendar_any_hour_will_do():
    assert hours(Calendar()).may_start("s1", at("2026-11-24 10:00")) is True


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-24 10:00", "Tue 2026-11-24 22:00"),
        ("2026-11-24 22:00", None),
        ("2026-11-25 04:59", None),
        ("2026-11-25 05:00", "Wed 2026-11-25 22:00"),
        ("2026-11-27 04:00", None),  # Thursday's night
        ("2026-11-28 01:00", "Mon 2026-11-30 22:00"),
        ("2026-11-30 01:00", "Mon 2026-11-30 22:00"),  # Sunday's night is none
    ],
)
def test_a_window_belongs_to_the_day_it_begins_on(when, opens):
    answer = hours(Calendar((NIGHTS,))).may_start("s1", at(when))
    if opens is None:
        assert answer is True
    else:
        assert closed(answer)[1] == opens


def test_the_reason_says_the_time_there_and_the_hours():
    answer = hours(Calendar((NIGHTS,))).may_start("s1", at("2026-11-24 10:00"))
    assert answer.reason == (
        "tue 10:00 at s1 is outside its maintenance windows (mon tue wed thu 22:00-05:00), or too near their end"
    )


def test_what_takes_too_long_for_the_rest_of_a_window_waits_for_the_next():
    open_ = hours(Calendar((NIGHTS,)))
    assert open_.may_start("s1", at("2026-11-25 04:50"), takes=600) is True
    assert closed(open_.may_start("s1", at("2026-11-25 04:51"), takes=600))[1] == "Wed 2026-11-25 22:00"
    assert open_.may_start("s1", at("2026-11-24 23:00"), takes=5 * 3600) is True, "past midnight is one window"
    assert open_.may_start("s1", at("2026-11-24 23:00"), takes=9 * 3600).opens is None, "longer than any window"


def test_under_a_freeze_nothing_begins_and_a_night_before_it_ends_at_midnight():
    open_ = hours(Calendar((NIGHTS,), freezes=(EXAMS,)))
    assert open_.may_start("s1", at("2026-11-25 23:59")) is True
    assert closed(open_.may_start("s1", at("2026-11-26 00:00"))) == (
        "Final exams: nothing is changed at s1 from 2026-11-26 to 2026-12-04",
        "Mon 2026-12-07 22:00",
    )
    assert closed(open_.may_start("s1", at("2026-11-25 23:30"), takes=3600))[1] == "Mon 2026-12-07 22:00"


def test_a_freeze_without_windows_ends_at_midnight():
    answer = hours(Calendar(freezes=(EXAMS,))).may_start("s1", at("2026-12-01 09:00"))
    assert closed(answer)[1] == "Sat 2026-12-05 00:00"


def test_on_a_holiday_any_hour_will_do_but_a_freeze_wins():
    audit = Days("Audit", dt.date(2027, 1, 4), dt.date(2027, 1, 5))
    open_ = hours(Calendar((NIGHTS,), holidays=(SUMMER,), freezes=(audit,)))
    assert open_.may_start("s1", at("2026-12-22 10:00")) is True
    assert closed(open_.may_start("s1", at("2027-01-04 10:00")))[1] == "Wed 2027-01-06 00:00"
    assert closed(open_.may_start("s1", at("2026-12-20 10:00")))[1] == "Mon 2026-12-21 00:00"


def test_days_may_be_those_of_a_region_or_a_site():
    local = Days("Local exams", dt.date(2026, 11, 24), dt.date(2026, 11, 24), regions=("R1",))
    mine = Days("Feast", dt.date(2026, 11, 25), dt.date(2026, 11, 25), sites=("s2",))
    open_ = hours(Calendar(freezes=(local, mine)))
    assert isinstance(open_.may_start("s1", at("2026-11-24 10:00")), Closed)
    assert open_.may_start("s2", at("2026-11-24 10:00")) is True
    assert isinstance(open_.may_start("s2", at("2026-11-25 10:00")), Closed)
    assert open_.may_start("s1", at("2026-11-25 10:00")) is True


def test_a_site_s_hours_win_over_its_region_s_and_those_over_the_nation_s():
    noon, dawn = Slot(DAYS, "12:00", "13:00"), Slot(DAYS, "04:00", "06:00")
    calendar = Calendar(
        (NIGHTS,), regions={"R1": Local("Europe/Madrid", (noon,))}, sites={"s1": Local(windows=(dawn,))}
    )
    assert closed(hours(calendar).may_start("s1", at("2026-11-24 08:00", "Europe/Madrid")))[1] == "Wed 2026-11-25 04:00"
    assert (
        hours(Calendar((NIGHTS,), regions={"R1": Local(windows=(noon,))})).may_start("s1", at("2026-11-24 12:30"))
        is True
    )
    assert hours(calendar).may_start("s2", at("2026-11-24 22:30")) is True
    always = Calendar((NIGHTS,), sites={"s1": Local(windows=())})
    assert hours(always).may_start("s1", at("2026-11-24 10:00")) is True


def test_a_site_that_is_frozen_for_years_has_no_opening():
    ever = Days("Rebuilding", dt.date(2026, 1, 1), dt.date(2036, 1, 1))
    assert hours(Calendar(freezes=(ever,))).may_start("s1", at("2026-11-24 10:00")).opens is None


def test_the_hour_that_summer_time_takes_is_not_in_a_window_and_the_one_it_gives_counts_twice():
    berlin = OpeningHours(Calendar((Slot(DAYS, "01:00", "04:00"),)), "Europe/Berlin", {})
    spring, autumn = at("2026-03-29 01:00", "Europe/Berlin"), at("2026-10-25 01:00", "Europe/Berlin")
    assert berlin.may_start("x", spring, takes=2 * 3600) is True
    assert isinstance(berlin.may_start("x", spring, takes=2 * 3600 + 1), Closed)
    assert berlin.may_start("x", autumn, takes=4 * 3600) is True
    gone = OpeningHours(Calendar((Slot(DAYS, "02:00", "03:00"),)), "Europe/Berlin", {})
    answer = gone.may_start("x", spring)
    assert closed(answer)[1] == "Mon 2026-03-30 02:00", "on the 29th there is no such hour"


slots = st.builds(
    Slot,
    st.sets(st.sampled_from(DAYS), min_size=1).map(tuple),
    *[st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))] * 2,
)
days = st.builds(
    lambda first, more: Days(
        "days", dt.date(2026, 3, 1) + dt.timedelta(first), dt.date(2026, 3, 1) + dt.timedelta(first + more)
    ),
    st.integers(0, 60),
    st.integers(0, 9),
)


calendars = st.builds(
    Calendar,
    st.lists(slots, max_size=3).map(tuple),
    st.lists(days, max_size=2).map(tuple),
    st.lists(days, max_size=2).map(tuple),
)


@given(
    calendars,
    st.integers(0, 60 * 96),
    st.sampled_from(["Europe/Berlin", ASUNCION, "Asia/Kathmandu", "Africa/Cairo"]),
    st.sampled_from([0, 1800, 7200]),
)
def test_at_the_next_opening_it_may_start_and_until_then_it_may_not(calendar, quarters, zone, takes):
    open_ = hours(calendar, zone)
    now = at("2026-03-01 00:00", zone) + 900 * quarters
    answer = open_.may_start("s1", now, takes=takes)
    if isinstance(answer, Closed) and answer.opens:
        opens = answer.opens.timestamp()
        assert opens > now
        assert open_.may_start("s1", opens, takes=takes) is True
        assert open_.may_start("s1", (opens + now) / 2, takes=takes).opens == answer.opens


FULL = """
windows:
  - {days: [mon, tue, wed, thu], start: "22:00", until: "05:00"}
holidays:
  - {name: Summer holidays, first: 2026-12-21, last: 2027-02-19}
freezes:
  - {name: Final exams, first: 2026-11-26, last: 2026-12-04, regions: [PY-11]}
regions:
  PY-11: {timezone: America/Asuncion}
sites:
  PY-11-1107: {windows: [{days: [sat], start: "08:00", until: "24:00"}]}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "inventory").mkdir()
    (tmp_path / "nornir_config.yaml").write_text("{}", encoding="utf-8")
    return Project.locate(tmp_path)


def written(project, text):
    (project.inventory / "calendar.yaml").write_text(text, encoding="utf-8")
    return project


def test_the_file_is_optional(project):
    assert load_calendar(project) == Calendar()


def test_the_file_is_read_strictly(project):
    calendar = load_calendar(written(project, FULL), ("PY-11",))
    assert calendar.windows == (NIGHTS,)
    assert calendar.holidays == (SUMMER,)
    assert calendar.freezes[0].regions == ("PY-11",)
    assert calendar.sites["PY-11-1107"].windows == (Slot(("sat",), "08:00", "24:00"),)
    assert load_calendar(project) == calendar


WRONG = """
windows: [{days: [], start: "25:00", until: "5:00"}]
holidays: [{name: Backwards, first: 2026-12-21, last: 2026-12-20}]
freezes: [{name: Exams, first: 2026-11-26, last: 2026-12-04, regions: [PY-99]}]
regions: {PY-98: {timezone: Mars/Olympus}}
sites: {s: {windows: [{days: [sat], start: "24:30", until: "05:00"}]}}
"""


def test_everything_wrong_is_said_with_its_line(project):
    with pytest.raises(InputError) as error:
        load_calendar(written(project, WRONG), ("PY-11",))
    assert str(error.value).split("\n") == [
        "inventory/calendar.yaml:3: holidays[0].last: 2026-12-20 is before 2026-12-21; give the first and the last day",
        "inventory/calendar.yaml:4: freezes[0].regions[0]: there is no region 'PY-99'; choose PY-11",
        "inventory/calendar.yaml:2: windows[0].days: names no day; write some of mon, tue, wed, thu, fri, sat, sun",
        "inventory/calendar.yaml:2: windows[0].start: '25:00' is no time of day; write one such as \"22:00\"",
        "inventory/calendar.yaml:2: windows[0].until: '5:00' is no time of day; write one such as \"22:00\"",
        "inventory/calendar.yaml:5: regions.PY-98: there is no region 'PY-98'; choose PY-11",
        "inventory/calendar.yaml:5: regions.PY-98.timezone: 'Mars/Olympus' is not a time zone; write one such as America/Asuncion",
        "inventory/calendar.yaml:6: sites.s.windows[0].start: '24:30' is no time of day; write one such as \"22:00\"",
    ]


def test_an_unknown_key_is_an_error(project):
    with pytest.raises(InputError, match="unknown key; the keys are windows, holidays, freezes, regions, sites"):
        load_calendar(written(project, "freeze: []"))
