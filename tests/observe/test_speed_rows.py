"""Measurements handed in as CSV: a good row is taken, a bad one is named with its line, column, fault and remedy."""

from zoneinfo import ZoneInfo

import pytest

from homeroom.errors import InputError
from homeroom.observe.speed_rows import Known, read_speeds
from homeroom.store.speeds import Measured

NOW = 1_790_000_000.0
KNOWN = Known({"7": "7", "0e3f": "7", "8": "8"}, ZoneInfo("Asia/Bishkek"), NOW)
HEADER = "school,at,source,down_mbps,up_mbps\n"


@pytest.fixture
def read(tmp_path):
    def run(text, encoding="utf-8"):
        path = tmp_path / "speeds.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_speeds(path, KNOWN)

    return run


def test_good_rows_are_taken_in_any_order_of_columns_and_with_giga_ids(read):
    text = 'up_mbps,source,school,at,down_mbps\n1.5,"probe, Giga",0e3f,2026-09-20T10:00,88\n\n2,app,8,2026-09-20T10:00Z,9.25\n'
    rows = read(text, "utf-8-sig")
    assert rows.problems == []
    assert rows.good == [
        Measured("7", 1_789_876_800, "probe, Giga", 88.0, 1.5),
        Measured("8", 1_789_898_400, "app", 9.25, 2.0),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("9,2026-09-20,app,1,1", "speeds.csv:3: school: '9' is no school of schools.csv; correct the id"),
        ("7,yesterday,app,1,1", "speeds.csv:3: at: 'yesterday' is no time; write 2026-11-24T10:30, or 2026-11-24T10:30+03:00"),
        ("7,2027-01-01,app,1,1", "speeds.csv:3: at: '2027-01-01' lies in the future; correct it"),
        ("7,1970-01-01,app,1,1", "speeds.csv:3: at: '1970-01-01' lies before 2015; correct it"),
        ("7,0001-01-01,app,1,1", "speeds.csv:3: at: '0001-01-01' is no time; write 2026-11-24T10:30, or 2026-11-24T10:30+03:00"),
        ("7,2026-09-20,,1,1", "speeds.csv:3: source: has 0 characters; name who measured, in at most 40"),
        (f"7,2026-09-20,{'x' * 41},1,1", "speeds.csv:3: source: has 41 characters; name who measured, in at most 40"),
        ("7,2026-09-20,<b>,1,1", "speeds.csv:3: source: '<' is refused; write it without control, quote or comment characters (’ « » “ ” are fine)"),
        ("7,2026-09-20,app,fast,1", "speeds.csv:3: down_mbps: 'fast' is not a number of Mbit/s; write it as 100 or 2.5"),
        ("7,2026-09-20,app,-1,1", "speeds.csv:3: down_mbps: '-1' is not a number of Mbit/s; write it as 100 or 2.5"),
        ("7,2026-09-20,app,nan,1", "speeds.csv:3: down_mbps: 'nan' is not a number of Mbit/s; write it as 100 or 2.5"),
        ("7,2026-09-20,app,1,100001", "speeds.csv:3: up_mbps: 100001 is above 100000 Mbit/s; correct it: the unit is Mbit/s"),
        ("7,2026-09-20,app,1", "speeds.csv:3: (row): has 4 cells, the header has 5; quote cells that hold a comma"),
        ("8,2026-09-20T10:00+06:00,app,7,7", "speeds.csv:3: at: the same school, time and source as row 2; remove one of them"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_the_others_are_taken(read, row, said):
    rows = read(f"{HEADER}8,2026-09-20T10:00,app,9,9\n{row}\n7,2026-09-20T11:00,app,9,9\n")
    assert [str(problem) for problem in rows.problems] == [said]
    assert [one.school for one in rows.good] == ["8", "7"]


def test_every_fault_of_a_row_is_named(read):
    rows = read(f"{HEADER}9,now,,x,y\n")
    assert [problem.field for problem in rows.problems] == ["school", "at", "source", "down_mbps", "up_mbps"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "speeds.csv: (file): is empty"),
        ("school;at;source\n", "speeds.csv:1: (header): is not separated by commas"),
        ("school,at,source,down_mbps\n", "speeds.csv:1: up_mbps: stands there 0 times"),
        ("school,at,at,source,down_mbps,up_mbps\n", "speeds.csv:1: at: stands there 2 times"),
        ("school,at,source,down_mbps,up_mbps,ping\n", "speeds.csv:1: 'ping': unknown column"),
        (b"\xff\xfes\x00", "speeds.csv: (file): is not UTF-8"),
        (f'{HEADER}"7,2026-09-20,app,1,1\n', "speeds.csv:2: (file): is not CSV"),
    ],
)
def test_a_file_that_is_unusable_as_a_whole_is_refused(read, text, said):
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value).startswith(said)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: \(file\): cannot be read: No such file"):
        read_speeds(tmp_path / "none.csv", KNOWN)
