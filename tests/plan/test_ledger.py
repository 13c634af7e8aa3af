"""The ledger file: read strictly, written whole or not at all, whatever kills the writer."""

import dataclasses
import datetime as dt
import random
import signal
import subprocess
import sys
import time

import pytest
from handmade import DAY, EMPTY, facts, site

from homeroom.errors import InputError, PlanError
from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import Ledger, anniversary, read_ledger, render_ledger, write_ledger

HEAD = "site,region,code,size,v4,v6,wan4,allocated,released\n"
ONE = "a,PY-1,py1-0001,M,10.1.0.0/21,2001:db8:100::/56,100.64.0.0/31,2026-09-01,\n"
TWO = "b,PY-1,py1-0002,M,10.1.8.0/21,2001:db8:100:100::/56,100.64.0.2/31,2026-09-01,\n"
RESTORE = "restore the line from version control; the plan writes this file"


def read(tmp_path, text):
    path = tmp_path / "ledger.csv"
    path.write_text(text, encoding="utf-8")
    return read_ledger(path)


def problems(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    return str(caught.value).splitlines()


def test_none_is_an_empty_one(tmp_path):
    assert read_ledger(tmp_path / "ledger.csv") == Ledger({})


def test_round_trip_and_sorted(tmp_path):
    ledger = read(tmp_path, HEAD + TWO + ONE)
    assert render_ledger(ledger) == HEAD + ONE + TWO
    write_ledger(tmp_path / "ledger.csv", ledger)
    assert read_ledger(tmp_path / "ledger.csv") == ledger
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.csv"]


def test_what_a_spreadsheet_saves_is_read(tmp_path):
    text = "\ufeff" + (HEAD + ONE + TWO).replace("\n", "\r\n")
    assert read(tmp_path, text) == read(tmp_path, HEAD + ONE + TWO)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (ONE.replace("10.1.0.0/21", "10.1.0.0/23"), "ledger.csv:2: v4: 10.1.0.0/23 is not an IPv4 /21"),
        (ONE.replace("10.1.0.0/21", "10.1.0.8/21"), "ledger.csv:2: v4: 10.1.0.8/21 has host bits set"),
        (ONE.replace("10.1.0.0/21", "2001:db8::/21"), "ledger.csv:2: v4: 2001:db8::/21 has host bits set"),
        (ONE.replace("2001:db8:100::/56", "10.1.0.0/21"), "ledger.csv:2: v6: 10.1.0.0/21 is not an IPv6 /56"),
        (ONE.replace("0.0/31", "0.0/30"), "ledger.csv:2: wan4: 100.64.0.0/30 is not an IPv4 /31"),
        (
            ONE.replace("100.64.0.0/31", "soon"),
            "ledger.csv:2: wan4: 'soon' does not appear to be an IPv4 or IPv6 network",
        ),
        (ONE.replace(",M,", ",XL,"), "ledger.csv:2: size: 'XL' is not one of S, M, L"),
        (ONE.replace("py1-0001", "PY1 1"), "ledger.csv:2: code: 'PY1 1' is no site code such as py11-0042"),
        (ONE.replace("2026-09-01", "1.9.2026"), "ledger.csv:2: allocated: '1.9.2026' is no date such as 2026-09-01"),
        (ONE.replace("2026-09-01", "20260901"), "ledger.csv:2: allocated: '20260901' is no date such as 2026-09-01"),
        (ONE.replace("-01,\n", "-01,later\n"), "ledger.csv:2: released: 'later' is no date such as 2026-09-01"),
        (ONE.replace("a,", ",", 1), "ledger.csv:2: site: is empty"),
        (ONE.replace("PY-1", ""), "ledger.csv:2: region: is empty"),
        (ONE.replace(",\n", "\n"), "ledger.csv:2: (line): has 8 columns, not 9"),
    ],
)
def test_golden_one_hand_edit(tmp_path, line, message):
    assert problems(tmp_path, HEAD + line + TWO) == [f"{message}; {RESTORE}"]


def test_golden_all_mistakes_at_once(tmp_path):
    text = HEAD + ONE + ONE.replace("a,", "c,", 1) + ONE + TWO.replace(",M,", ",Q,").replace("/31", "/32")
    assert problems(tmp_path, text) == [
        "ledger.csv:4: site: a stands in line 2 already; keep one line",
        f"ledger.csv:5: size: 'Q' is not one of S, M, L; {RESTORE}",
        f"ledger.csv:5: wan4: 100.64.0.2/32 is not an IPv4 /31; {RESTORE}",
        f"ledger.csv:3: code: py1-0001 is the code of a (line 2) too; {RESTORE}",
        f"ledger.csv:3: v4: overlaps 10.1.0.0/21 of a (line 2); {RESTORE}",
        f"ledger.csv:3: v6: overlaps 2001:db8:100::/56 of a (line 2); {RESTORE}",
        f"ledger.csv:3: wan4: overlaps 100.64.0.0/31 of a (line 2); {RESTORE}",
    ]


def test_golden_a_smaller_block_inside_a_larger(tmp_path):
    inside = TWO.replace(",M,10.1.8.0/21", ",S,10.1.2.0/23")
    assert problems(tmp_path, HEAD + inside + ONE) == [
        f"ledger.csv:3: v4: overlaps 10.1.2.0/23 of b (line 2); {RESTORE}"
    ]


def test_a_block_may_follow_its_release_after_twelve_months(tmp_path):
    old = ONE.replace("-01,\n", "-01,2026-10-01\n")
    new = ONE.replace("a,", "c,", 1).replace("py1-0001", "py1-0003")
    late = new.replace("2026-09-01", "2027-10-01")
    early = new.replace("2026-09-01", "2027-09-30")
    assert set(read(tmp_path, HEAD + old + late).entries) == {"a", "c"}
    assert len(problems(tmp_path, HEAD + old + early)) == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "does not begin with the line " + HEAD.strip()),
        (b"site,code\n", "does not begin with the line " + HEAD.strip()),
        (
            b"\xff\xfe",
            "is not a CSV file in UTF-8: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        ),
        (HEAD.encode() + b'a,"b"c,\n', "is not a CSV file in UTF-8: ',' expected after '\"'"),
    ],
)
def test_golden_not_a_ledger(tmp_path, data, message):
    path = tmp_path / "ledger.csv"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_ledger(path)
    assert str(caught.value) == f"ledger.csv: (file): {message}; {RESTORE}"


def test_golden_unreadable(tmp_path):
    (tmp_path / "ledger.csv").mkdir()
    with pytest.raises(InputError) as caught:
        read_ledger(tmp_path / "ledger.csv")
    assert str(caught.value) == "ledger.csv: (file): cannot be read: Is a directory; check its permissions"


def test_golden_unwritable(tmp_path):
    path = tmp_path / "none" / "ledger.csv"
    with pytest.raises(PlanError) as caught:
        write_ledger(path, Ledger({}))
    assert str(caught.value) == f"{path} cannot be written: No such file or directory; the old ledger stands as it was"


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    (tmp_path / "ledger.csv").mkdir()
    with pytest.raises(PlanError, match="Is a directory"):
        write_ledger(tmp_path / "ledger.csv", Ledger({}))
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.csv"]


def test_twelve_months():
    assert anniversary("2026-09-01") == "2027-09-01"
    assert anniversary("2028-02-29") == "2029-03-01"


WRITER = """
import os, signal, sys
from pathlib import Path
from homeroom.plan.ledger import read_ledger, write_ledger
folder, die_at = Path(sys.argv[1]), int(sys.argv[2])
old, new = read_ledger(folder / "old.csv"), read_ledger(folder / "new.csv")
steps = 0

def step(call):
    def run(*args, **kwargs):
        global steps
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return run

if die_at:
    for owner, name in ((os, "fdopen"), (os, "fchmod"), (os, "fsync"), (Path, "replace"), (Path, "unlink"), (os, "close")):
        setattr(owner, name, step(getattr(owner, name)))
print("ready", flush=True)
write_ledger(folder / "ledger.csv", new)
while not die_at:
    write_ledger(folder / "ledger.csv", old)
    write_ledger(folder / "ledger.csv", new)
print("done", flush=True)
"""


@pytest.fixture
def versions(tmp_path):
    """An old and a new ledger, large enough to take several writes."""
    old, _ = allocate(facts(*(site(f"{n:03d}", "S") for n in range(120))), EMPTY, DAY)
    new = Ledger({k: dataclasses.replace(e, released=dt.date(2027, 1, 1).isoformat()) for k, e in old.entries.items()})
    for name, ledger in (("old", old), ("new", new), ("ledger", old)):
        write_ledger(tmp_path / f"{name}.csv", ledger)
    return old, new


def writer(tmp_path, die_at):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(die_at)], stdout=subprocess.PIPE)


@pytest.mark.parametrize("step", range(1, 8))
def test_kill_9_at_every_step_leaves_old_or_new(tmp_path, versions, step):
    old, new = versions
    child = writer(tmp_path, step)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert read_ledger(tmp_path / "ledger.csv") == (old if step <= 4 else new), "the rename is step 4"


def test_without_a_kill_the_writer_ends(tmp_path, versions):
    child = writer(tmp_path, 99)
    assert child.communicate()[0] == b"ready\ndone\n"
    assert read_ledger(tmp_path / "ledger.csv") == versions[1]


def test_kill_9_at_any_moment_leaves_old_or_new(tmp_path, versions):
    rng = random.Random(9)
    for _ in range(6):
        child = writer(tmp_path, 0)
        child.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.05))
        child.kill()
        child.communicate()
        assert read_ledger(tmp_path / "ledger.csv") in versions
