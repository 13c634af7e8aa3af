"""What people and machines see of a change under way: the picture, the plain lines, the events, and how it ended."""

import io
import json
from argparse import Namespace
from dataclasses import replace

import pytest
from rich.console import Console
from rolled import AT, PLAN, REGIONS, SCHEDULE, applied, bring, row, rows

from homeroom.rollout.breaker import Rules
from homeroom.rollout.crew import Happening
from homeroom.rollout.progress import Count, Progress, missed
from homeroom.store.changes import Changes
from playbooks import console
from playbooks.rolling_end import heaps, report, summary
from playbooks.rolling_screen import Frame, Shown, span
from playbooks.rolling_view import Live

UNWELL = "10.1.2.3: no name is resolved at 192.0.2.53; see why\x1b[31m"


def frame(progress, shown=None, width=80, height=24, now=AT + 100):
    out = Console(file=io.StringIO(), width=width, height=height, force_terminal=False)
    out.print(Frame(shown or Shown("move", "a [bold]title[/bold]", "UTC"), progress, now, height))
    lines = out.file.getvalue().splitlines()
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)
    return lines


def progress(*told, at=1):
    made = Progress(PLAN, rows(), Rules(interval=None))
    for number, one in enumerate(told):
        made.tell(one, AT + 10 * number)
    made.at = at
    return made


ENDED = (
    row("a1", "confirmed", 1),
    row("b1", "confirmed", 2),
    row("b2", "skipped", 2, cause="off", detail="no answer"),
    row("c1", "rolled_back", detail=UNWELL),
    row("c2", "needs_human", cause="lost", detail="does not answer"),
    row("c3", "committing", 4),
)


def line(lines, start):
    [found] = [one for one in lines[2:] if one.lstrip(" ▶✓").startswith(start)]
    return found.split()


def test_a_picture_has_a_line_a_stage_canaries_first_and_the_waves_of_the_one_under_way():
    lines = frame(progress(*ENDED, at=3))
    assert lines[0] == "change move: a [bold]title[/bold]", "what people wrote is no markup"
    assert lines[1] == "wave 3 of 4, the rest"
    stages = [
        one for one in lines if "/" in one[:50] and ("canary" in one or "%" in one or "rest" in one or "wave" in one)
    ]
    assert [one[:10].strip() for one in stages] == [
        "✓ canary",
        "✓ 5 %",
        "▶ the rest",
        "✓ wave 3",
        "wave 4",
    ]
    assert line(lines, "canary")[-6:] == ["1/1", "1", "-", "-", "-", "-"]
    assert line(lines, "5 %")[-6:] == ["2/2", "1", "-", "-", "1", "-"]
    assert line(lines, "wave 3")[-6:] == ["2/2", "-", "1", "1", "-", "-"]
    assert line(lines, "wave 4")[-6:] == ["0/2", "-", "-", "-", "-", "1"]
    assert line(lines, "in all")[-6:] == ["5/7", "2", "1", "1", "1", "1"]


def test_a_bar_hides_nothing():
    lines = frame(progress(*ENDED, at=3), width=120)
    bar = next(one for one in lines if "the rest (2 waves)" in one)
    assert {"×", "·"} <= set(bar)
    assert set(next(one for one in lines if "✓ 5 %" in one)) >= {"━", "~"}


def test_a_picture_says_budget_and_what_ended_badly_and_moves_no_cursor():
    said = "\n".join(frame(progress(*ENDED, at=3)))
    assert "failed 2 of 4 tried (50.00%; accepted 0.5%); south: 2 of its 5" in said
    assert "08:00 c2 needs human: does not answer" in said
    assert said.index("c2 needs human") < said.index("c1 rolled back"), "the newest first"
    assert "\x1b" not in said
    assert "<1b>[31m" in said
    assert "of the canaries none may" in "\n".join(frame(progress(at=1)))


def test_a_low_terminal_keeps_the_devices_that_ended_badly():
    lines = frame(progress(*ENDED, at=3), height=17)
    assert any("c2 needs human" in one for one in lines)


def test_the_time_left_is_said_only_where_it_is_known():
    assert {"time left: unknown", "no rate yet; 2027-01-15 08:01:40 UTC; Ctrl-C: stop"} <= set(frame(progress(at=1)))
    told = progress(*ENDED, at=4)
    assert told.rate(AT + 40) == 60 * 4 / 40, "four have ended in 40 s: the skipped one says nothing"
    assert told.left(AT + 40) == (60 * 2 / 6, 60 * 2 / 6)
    assert "this wave under a minute, all of it under a minute or more" in "\n".join(frame(told, now=AT + 40))
    assert told.left(AT + 4000) is None, "nothing has ended of late"


def test_the_time_left_has_the_watching_of_later_stages_in_it():
    told = progress(row("a1", "confirmed", 1), row("b1", "confirmed", 2), at=2)
    wave, whole = told.left(AT + 10)
    assert whole - 60 * told.count().left / told.rate(AT + 10) == 30.0
    assert wave < whole


def test_a_wave_that_is_watched_says_when_the_next_begins():
    told = progress(row("a1", "confirmed", 1))
    assert told.watched_until() == AT + 60
    assert progress().watched_until() is None
    shown = Shown("move", "t", "Asia/Bishkek", "wait", "wave 1 is watched", AT + 4000)
    said = "\n".join(frame(told, shown))
    assert "waiting: wave 1 is watched; wave 1 of 4, canary" in said
    assert "next wave 15:06, in 1 h 05 min; time left after it: unknown" in said


@pytest.mark.parametrize(("what", "word"), [("halt", "HALTED"), ("pause", "PAUSED"), ("aborting", "ABORTING")])
def test_a_change_that_stands_says_so_in_capitals(what, word):
    said = "\n".join(frame(progress(*ENDED, at=3), Shown("move", "t", "UTC", what, "3 of 40 failed")))
    assert f"{word}: 3 of 40 failed" in said
    assert "it begins nothing more; what is under way is brought to its end" in said


def test_a_stand_in_is_counted_where_it_came_and_one_that_was_off_where_it_is_tried():
    told = progress(row("b1", "leased", 1))
    assert (told.count(1).total, told.count(2).total) == (2, 1)
    late = Progress(replace(PLAN, waves=(replace(PLAN.waves[0], stage="late", devices=("c4",)),)), rows(), Rules())
    late.tell(row("c4", "confirmed", 4), AT)
    assert late.count() == Count(1, confirmed=1)
    assert late.stages == ["late"]


def test_who_looks_again_after_a_crash_sees_the_wave_that_goes_on_and_what_it_waits_for():
    told = Progress(PLAN, [row("a1", "confirmed", 1), row("b1", "unconfirmed", 2), row("b2", "pending", 2)], Rules())
    assert told.at == 2
    lines = frame(told, Shown("move", "t", "UTC", refused="b1: host:1:ab has it for another 90 s"))
    assert lines[1:3] == ["wave 2 of 4, 5 %", "waits for b1: host:1:ab has it for another 90 s"]


def test_times_are_no_more_exact_than_they_are_known():
    assert [span(one) for one in (20, 100, 3540, 3660)] == ["under a minute", "2 min", "59 min", "1 h 01 min"]


def happenings():
    """Yield a change's way from its first wave to a halt."""
    yield Happening(AT, "wave", "wave 1, canary", 1, "canary")
    yield Happening(AT + 1, "device", "", 1, "", row("a1", "committing", 1))
    yield Happening(AT + 2, "device", "", 1, "", row("a1", "confirmed", 1, sha="ab"))
    yield Happening(AT + 3, "wait", "wave 1, canary, is watched for slow faults", 1, "canary", until=AT + 63)
    yield Happening(AT + 63, "wave", "wave 2, 5 %", 2, "5 %")
    yield Happening(AT + 64, "refused", "b2: change other has it", 2, "5 %")
    yield Happening(AT + 70, "device", UNWELL, 2, "", row("b1", "rolled_back", 2, detail=UNWELL))
    yield Happening(AT + 71, "halt", "1 of 2 devices failed", 2, "5 %")


def watched(project, engine, *, machine=False):
    changes = applied(engine, "wave", 2)
    args = Namespace(project=project.root, json=machine)
    with Live(args, "move", "a title", SCHEDULE, changes, not_pushed={"w1": "by hand"}) as live:
        for one in happenings():
            live.tell(one)
        bring(changes, "a1", "confirmed")
        bring(changes, "b1", "rolled_back", UNWELL)
        changes.move(changes.change("move"), "halted", AT, by="beto", reason="1 of 2 devices failed")
        live.end(changes.change("move"))


def test_a_machine_gets_one_event_a_line_and_last_the_summary(project, engine, capsys):
    watched(project, engine, machine=True)
    out, err = capsys.readouterr()
    assert err == ""
    *events, last = [json.loads(one) for one in out.splitlines()]
    assert [one["event"] for one in events] == [one.what for one in happenings()]
    keys = {"event", "at", "change", "wave", "stage", "device", "state", "cause", "sha", "detail", "until"}
    assert all(set(one) == keys for one in events)
    assert events[2] == {
        "event": "device",
        "at": "2027-01-15T08:00:02Z",
        "change": "move",
        "wave": 1,
        "stage": "canary",
        "device": "a1",
        "state": "confirmed",
        "cause": "",
        "sha": "ab",
        "detail": "",
        "until": "",
    }
    assert (events[3]["detail"], events[3]["until"]) == (
        "wave 1, canary, is watched for slow faults",
        "2027-01-15T08:01:03Z",
    )
    assert last == {
        "change": "move",
        "state": "halted",
        "states": {"confirmed": ["a1"], "pending": ["b2", "c1", "c2", "c3", "c4"], "rolled_back": ["b1"]},
        "not_pushed": [{"device": "w1", "reason": "by hand"}],
    }


def test_a_log_gets_a_line_a_wave_and_one_for_each_device_that_ended_badly(project, engine, capsys):
    watched(project, engine)
    out, err = capsys.readouterr()
    assert out == ""
    said = [one[20:] for one in err.splitlines() if one.startswith("20")]
    assert said == [
        "wave 1 of 4, canary: 1 device",
        "wait: wave 1, canary, is watched for slow faults; goes on at 2027-01-15 05:01:03",
        "wave 1: 1 of 1 ended, 1 confirmed",
        "wave 2 of 4, 5 %: 2 devices",
        "refused: b2: change other has it",
        "b1 rolled back: 10.1.2.3: no name is resolved at 192.0.2.53; see why<1b>[31m",
        "halt: 1 of 2 devices failed",
        "wave 2: 1 of 2 ended, 1 rolled back, 1 not ended",
    ]
    assert "change move is halted: 2 of 7 ended, 1 confirmed, 1 rolled back, 5 not ended" in err
    assert "by beto: 1 of 2 devices failed" in err
    assert "5 pending (not begun)" in err
    assert "1 no part of the change: by hand\n    w1" in err
    assert "homeroom change resume move --reason TEXT" in err
    assert "homeroom change rollback move --wave 2 --reason TEXT" in err


def test_a_terminal_gets_a_picture_that_stays_and_then_the_report(project, engine, monkeypatch):
    screen = Console(file=io.StringIO(), width=90, height=30, force_terminal=True, color_system=None)
    monkeypatch.setattr(console, "screen", lambda: screen)
    watched(project, engine)
    text = screen.file.getvalue()
    last = text[text.rindex("change move: a title") :]
    assert "HALTED: 1 of 2 devices failed; wave 2 of 4, 5 %" in last
    assert "waits for b2: change other has it" in last
    assert "b1 rolled back: 10.1.2.3: no name is resolved" in last
    assert last.index("ended badly") < last.index("change move is halted")


def test_devices_that_did_not_get_it_are_together_by_reason_the_worst_first(project, engine, capsys):
    off = "10.0.0.{} does not answer on port 22; see whether it is on"
    changes = applied(
        engine,
        "late",
        4,
        a1=("confirmed", "", ""),
        b1=("skipped", "unchanged", "unchanged"),
        b2=("skipped", off.format(1), "off"),
        c1=("skipped", off.format(2), "off"),
        c2=("rolled_back", "2001:db8::1 is not reached; see why", ""),
        c3=("needs_human", "c3 does not answer", "lost"),
        c4=("skipped", off.format(3), "off"),
    )
    found = heaps(changes.rows("move"))
    assert [(one.state, one.devices) for one in found] == [
        ("needs_human", ("c3",)),
        ("rolled_back", ("c2",)),
        ("skipped", ("b2", "c1", "c4")),
    ]
    assert found[2].reason == off.format(1)
    report(changes.change("move"), changes.rows("move"), {}, changes.moves("move"))
    said = capsys.readouterr().err
    assert "3 skipped (not touched): 10.0.0.1 does not answer on port 22" in said
    assert "    b2, c1, c4" in said
    assert "when they are back: homeroom change late" in said
    assert "that need a person: look at the device" in said


def test_who_runs_it_already_has_got_it():
    assert not missed(row("a1", "confirmed"))
    assert not missed(row("a1", "skipped", cause="unchanged"))
    assert missed(row("a1", "skipped", cause="off"))
    assert missed(row("a1", "rolled_back"))


def test_a_change_that_is_done_says_what_is_next_only_where_something_is(engine, capsys):
    changes = applied(engine, "done", 4, **dict.fromkeys(REGIONS, ("confirmed", "", "")))
    report(changes.change("move"), changes.rows("move"), {}, changes.moves("move"))
    said = capsys.readouterr().err
    assert "change move is done: 7 of 7 ended, 7 confirmed" in said
    assert "homeroom change new" not in said
    assert "homeroom change show move" in said
    assert summary(changes.change("move"), changes.rows("move"), {})["states"] == {"confirmed": sorted(REGIONS)}


def test_a_change_under_way_elsewhere_says_how_to_go_on(engine, capsys):
    changes = applied(engine)
    bring(changes, "a1", "committing")
    report(changes.change("move"), Changes(engine).rows("move"), {}, ())
    assert "it is under way; if no process works on it any more: homeroom change resume move" in capsys.readouterr().err
