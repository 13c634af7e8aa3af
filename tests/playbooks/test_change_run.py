"""The verbs of a rollout against a store: what they refuse, what they move, and the record they leave."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rolled import AT, DOCUMENT, REGIONS, applied, bring, written

from homeroom.project import Project
from homeroom.rollout.calendar import load_calendar
from homeroom.rollout.lease import lease
from homeroom.rollout.settings import load_settings
from homeroom.store.change_docs import Papers
from homeroom.store.changes import Changes
from homeroom.store.configs import digest
from playbooks import change_case, change_page, change_record, cli


@pytest.fixture
def call(project, capsys):
    def run(*words, people=False):
        capsys.readouterr()
        code = cli.main(["--project", str(project.root), *([] if people else ["--json"]), "change", *words])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], " ".join(err.split())

    return run


WHY = ("--reason", "the exams", "--as", "beto")


def test_only_what_was_approved_and_not_yet_applied_is_applied(engine, call):
    written(Papers(engine))
    code, _, said = call("apply", "move")
    assert (code, "move is not approved: a second person reads it with `homeroom change show move`" in said) == (
        2,
        True,
    )
    for verb, words in (("pause", WHY), ("resume", WHY), ("rollback", WHY)):
        code, _, said = call(verb, "move", *words)
        assert (code, "move is planned and was not applied" in said) == (2, True), verb
    assert call("abort", "move", *WHY)[0] == 0
    code, _, said = call("apply", "move")
    assert (code, "move was aborted; make another change" in said) == (2, True)


def test_a_change_is_applied_once(engine, call):
    applied(engine)
    code, _, said = call("apply", "move")
    assert (code, "applied already, it is wave; `homeroom change resume move` goes on with it" in said) == (2, True)
    code, _, said = call("approve", "move", "--as", "cira")
    assert (code, "move was applied, it is wave; make another change" in said) == (2, True)


def test_a_pause_moves_only_the_state_and_says_who_and_why(engine, call):
    changes = applied(engine)
    code, [said], _ = call("pause", "move", *WHY)
    assert (code, said["state"], said["was"], said["why"]) == (0, "paused", "wave", "the exams")
    last = changes.moves("move")[-1]
    assert (last.was, last.state, last.reason) == ("wave", "paused", "the exams")
    assert last.by == change_case.who("beto").label
    code, _, words = call("pause", "move", *WHY)
    assert (code, "move is paused, it cannot become paused; possible from there: canary" in words) == (2, True)
    changes.move(changes.change("move"), "wave", AT, by="x", reason="resumed")
    code, _, words = call("pause", "move", *WHY, people=True)
    assert (code, "to go on: homeroom change resume move" in words) == (0, True)


def test_a_halt_is_answered_for_by_a_person_with_a_reason(engine, call):
    changes = applied(engine, "halted")
    code, _, said = call("resume", "move", "--as", "beto")
    assert (code, "say with --reason TEXT why it may go on all the same" in said) == (2, True)
    code, _, said = call("resume", "move", "--reason", "a\nb")
    assert (code, "--reason must be one line of plain text" in said) == (2, True)
    assert changes.change("move").state == "halted"


def test_going_on_and_taking_back_are_handed_over(engine, call, monkeypatch):
    from playbooks import rolling

    handed = []
    monkeypatch.setattr(rolling, "go_on", lambda args, case: handed.append((args.reason, case.live.state)) or 3)
    monkeypatch.setattr(rolling, "rollback", lambda args, case: handed.append((args.wave, case.live.state)) or 0)
    applied(engine, "halted", 2)
    assert call("resume", "move", "--reason", "seen", "--as", "beto")[0] == 3
    assert call("rollback", "move", "--wave", "2", *WHY)[0] == 0
    code, _, said = call("rollback", "move", "--wave", "3", *WHY)
    assert (code, "--wave 3: move has come to wave 2; choose one from 1 on" in said) == (2, True)
    assert call("rollback", "move", "--confirm-minutes", "0", *WHY)[0] == 2
    assert handed == [("seen", "halted"), (2, "halted")]


def test_a_change_that_nobody_works_on_is_given_up_at_once(engine, call):
    changes = applied(engine, "wave", 2, a1=("confirmed", "", ""), b1=("rolled_back", "unwell", ""))
    code, [said], _ = call("abort", "move", *WHY)
    assert (code, said["state"], said["what"], said["by"], said["reason"]) == (
        0,
        "aborted",
        "aborted",
        "beto",
        "the exams",
    )
    assert [(one.was, one.state) for one in changes.moves("move")[-2:]] == [
        ("wave", "aborting"),
        ("aborting", "aborted"),
    ]
    assert changes.sums("move") == {"confirmed": 1, "rolled_back": 1, "skipped": 5}
    assert {row.cause for row in changes.rows("move") if row.state == "skipped"} == {"closed"}
    code, _, said = call("abort", "move", *WHY)
    assert (code, "move was aborted already" in said) == (2, True)
    for verb in ("pause", "resume"):
        code, _, said = call(verb, "move", *WHY)
        assert (code, "move is aborted; `homeroom change show move` has its record" in said) == (2, True)


def test_what_is_under_way_is_left_to_whoever_works_on_it(engine, call, project):
    changes = applied(engine)
    bring(changes, "c1", "unconfirmed")
    code, _, said = call("abort", "move", *WHY, people=True)
    assert (code, "1 devices were under way: `homeroom change resume move` takes them back" in said) == (0, True)
    assert (changes.change("move").state, changes.sums("move")["pending"]) == ("aborting", 6)
    code, _, said = call("abort", "move", *WHY)
    assert (code, "move was aborting already" in said) == (2, True)


def test_a_change_that_a_process_works_on_is_ended_by_it(engine, call, project):
    changes = applied(engine)
    with lease(project.state / "changes", "move") as mine:
        assert mine
        code, _, said = call("abort", "move", *WHY, people=True)
    assert (code, "the process that carries it out takes back what is under way" in said) == (0, True)
    assert changes.change("move").state == "aborting"


ENDS = {
    "a1": ("confirmed", "", ""),
    "b1": ("confirmed", "", ""),
    "b2": ("skipped", "no answer", "off"),
    "c1": ("rolled_back", "<script>alert(1)</script>", ""),
    "c2": ("needs_human", "does not answer", "lost"),
    "c3": ("confirmed", "", ""),
    "c4": ("confirmed", "", ""),
}


def test_the_record_has_who_what_when_why_and_each_device_before_and_after(engine, call):
    applied(engine, "done", 4, **ENDS)
    code, [shown], _ = call("show", "move")
    assert (code, shown["state"], shown["author"], shown["reason"]) == (0, "done", "ana", "NOC-42")
    assert [(one["by"], one["account"]) for one in shown["approvals"]] == [("beto", "noc")]
    assert [one["what"] for one in shown["record"]] == ["judged", "approved", "applied"]
    assert shown["states"] == {"confirmed": 4, "rolled_back": 1, "skipped": 1, "needs_human": 1}
    by = {one["device"]: one for one in shown["devices"]}
    assert by.keys() == REGIONS.keys()
    one = by["a1"]
    assert (one["wave"], one["stage"], one["state"], one["cause"]) == (1, "canary", "confirmed", "")
    assert (one["before"], one["after"]) == (digest("a1 before"), digest("a1 after"))
    assert one["proved_at"] == "2027-01-15T08:00:15Z"
    assert (by["b2"]["after"], by["b2"]["proved_at"], by["b2"]["cause"]) == ("", "", "off")
    assert (by["c1"]["before"], by["c1"]["after"]) == (digest("c1 before"), digest("c1 before"))
    first = shown["moves"][0]
    assert (first["was"], first["state"], first["by"]) == ("approved", "canary", "beto")
    assert [(one["wave"], one["stage"], one["began"], one["ended"]) for one in shown["waves"]] == [
        (1, "canary", "2027-01-15T08:00:10Z", "2027-01-15T08:00:15Z"),
        (2, "5 %", "2027-01-15T08:00:20Z", "2027-01-15T08:00:35Z"),
        (3, "the rest", "2027-01-15T08:00:40Z", "2027-01-15T08:00:55Z"),
        (4, "the rest", "2027-01-15T08:01:00Z", "2027-01-15T08:01:15Z"),
    ]


def test_people_read_the_waves_whom_it_missed_and_how_it_went(engine, call):
    applied(engine, "done", 4, **ENDS)
    code, documents, said = call("show", "move", people=True)
    assert (code, documents) == (0, [])
    for part in (
        "change move: resolver [bold]moves[/bold] done;",
        "rollout: 7 of 7 ended, 4 confirmed, 1 rolled back, 1 need a person, 1 skipped",
        "1 needs human",
        "1 skipped (not touched): no answer b2",
        "approved -> canary",
        "why: NOC-42",
    ):
        assert part in said
    assert digest("a1 after")[:12] not in said
    code, _, said = call("show", "move", "--members", people=True)
    assert digest("a1 after")[:12] in said


def test_a_list_has_the_live_state_where_there_is_one(engine, call):
    changes = applied(engine, "halted")
    written(Papers(engine), replace(DOCUMENT, id="other"), ("approved", "cira"))
    [listed] = call("list")[1]
    assert {one["id"]: one["state"] for one in listed["changes"]} == {"move": "halted", "other": "approved"}
    assert call("show", "other")[1][0]["states"] == {}
    code, _, said = call("list", people=True)
    assert (code, "halted" in said) == (0, True)
    assert changes.change("move").state == "halted"


def test_the_page_is_self_contained_and_what_devices_said_is_text(engine, call, tmp_path):
    applied(engine, "done", 4, **ENDS)
    path = tmp_path / "record.html"
    assert call("show", "move", "--html", str(path))[0] == 0
    text = path.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert not any(word in text for word in ("http://", "https://", "src=", "@import", "url("))
    for said in ("NOC-42", "ana", "beto (account noc)", digest("a1 before"), digest("a1 after"), "approved → canary"):
        assert said in text, said
    assert text.count("<g><title>wave ") == 4
    code, _, said = call("show", "move", "--html", str(tmp_path / "none" / "x.html"))
    assert (code, "name a file that can be written with --html" in said) == (2, True)


def test_a_page_of_a_change_that_was_not_applied_has_no_waves(engine):
    written(Papers(engine))
    one = change_case.case(Papers(engine), "move")
    assert "Waves" not in change_page.page(one, None, "UTC")


def test_a_chart_has_only_waves_that_began(engine):
    applied(engine, "wave", 1, a1=("confirmed", "", ""))
    desk = change_case.Desk(engine, Papers(engine), Changes(engine))
    record = change_record.read(desk, desk.case("move"))
    [drawn] = change_page.chart(record.legs)
    assert (drawn.name, drawn.said) == ("1 canary", "1 confirmed")
    assert change_page.chart(record.legs[1:]) == ()
    assert [leg.ended for leg in record.legs[1:]] == [0.0, 0.0, 0.0]


def test_the_settings_in_the_docs_are_settings(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "noc.md").read_text(encoding="utf-8")
    (tmp_path / "inventory").mkdir()
    rollout, calendar, *_ = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "inventory" / "rollout.yaml").write_text(rollout, encoding="utf-8")
    (tmp_path / "inventory" / "calendar.yaml").write_text(calendar, encoding="utf-8")
    assert load_settings(Project(tmp_path)).pace == "careful"
    assert load_calendar(Project(tmp_path)).freezes[0].name == "final exams"


def test_a_late_look_is_now_or_every_so_many_seconds(call):
    code, _, said = call("late", "--every", "-1")
    assert (code, "--every must be 0 (once) or more seconds" in said) == (2, True)
