"""One device's way on the real store: every branch, what is on disk before each step, and what each end says."""

from dataclasses import replace

import pytest
from alone import CHANGE, TERMS, Target, die_in, lost, run, take

from homeroom.errors import CommandRejected, HostKeyChanged, LoginRefused, StoreError, Unreachable, UsageError
from homeroom.project import Project
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.steps import Pause
from homeroom.rollout.target import Sight, Terms, settle, unfit
from homeroom.rollout.transitions import Course, drive, outcome
from homeroom.store.changes import Changes, Row
from homeroom.store.db import connect
from homeroom.store.journal import Journal


@pytest.fixture
def engine(tmp_path):
    engine = connect(Project(tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine):
    store = Changes(engine)
    store.add(CHANGE, [Row("c", "a")])
    return store


def states(engine):
    return [one.state for one in Journal(engine).events("c")]


def test_a_device_is_committed_on_trial_proved_and_confirmed_each_intent_before_its_act(store, engine):
    target = Target(store)
    row = run(store, target)
    assert (row.state, row.sha, row.proved_at, row.owner, row.until) == ("confirmed", "sha new", 1000.0, "", 0.0)
    assert target.told == [
        ("look", "leased"), ("commit", "committing"), ("check", "unconfirmed"),
        ("confirm", "confirming"), ("look", "confirming"),
    ]  # fmt: skip
    assert target.notes == ["committing", "unconfirmed", "confirming", "confirmed"]
    assert states(engine) == ["leased", *target.notes]
    assert row == store.row("c", "a")
    assert outcome(row) == "passed"


def test_a_device_that_has_not_ended_counts_for_nothing_yet(store):
    assert outcome(store.row("c", "a")) == "unknown"
    assert outcome(take(store, Target(store)).row) == "unknown"


def test_a_sign_of_life_is_left_before_each_operation_and_without_it_none_is_begun(store):
    target = Target(store)
    course = take(store, target)
    signs = []
    alive = Course(store, course.row, TERMS, lambda: target.now, beat=lambda: signs.append(len(target.told)))
    assert drive(alive, target, target.wait, target.notes.append).state == "confirmed"
    assert [target.told[number][0] for number in signs] == ["commit", "confirm"], "each just before its operation"


def test_who_cannot_say_that_it_lives_tells_the_device_nothing(store):
    target = Target(store)

    def mute():
        raise StoreError("the disk is full")

    course = Course(store, take(store, target).row, TERMS, lambda: target.now, beat=mute)
    with pytest.raises(StoreError):
        drive(course, target, target.wait, target.notes.append)
    assert target.told == [("look", "leased")]
    assert store.row("c", "a").state == "committing"


@pytest.mark.parametrize(
    ("sight", "cause", "reason"),
    [
        ({"due": 5000.0}, "unfit", "an earlier change still waits there"),
        ({"runs": "new"}, "unchanged", "unchanged"),
        ({"runs": "other"}, "unfit", "it does not run what the change was judged against"),
        ({"before": "no uplink"}, "ill", "no uplink; put it right first"),
    ],
)
def test_a_device_that_is_not_as_approved_is_skipped_untouched(store, sight, cause, reason):
    target = Target(store)
    for name, value in sight.items():
        setattr(target, name, value)
    row = run(store, target)
    assert (row.state, row.cause, outcome(row)) == ("skipped", cause, "skipped")
    assert row.detail.startswith(reason)
    assert row.sha == f"sha {target.runs}"
    assert target.told == [("look", "leased")]


@pytest.mark.parametrize("error", [Unreachable, LoginRefused, HostKeyChanged])
def test_a_device_that_cannot_be_reached_or_refuses_us_is_skipped_as_off(store, error):
    assert unfit(Sight("old", pending=False, sha="")) == ("", "")
    row = run(store, Target(store, look=[error("a", "it does not let us in", "see why")]))
    assert (row.state, row.cause, row.sha) == ("skipped", "off", "")
    assert row.detail == "it does not let us in; see why"
    assert store.row("c", "a") == row


def test_a_device_that_was_off_gets_it_when_it_is_back(store):
    assert run(store, Target(store, look=[lost()])).cause == "off"
    assert store.move(CHANGE, "baking", 2.0, by="us", reason="")
    assert store.move(store.change("c"), "late", 3.0, by="us", reason="")
    assert store.requeue("c", ("off", "ill"), 4.0, "it answers again") == 1
    row = run(store, Target(store))
    assert (row.state, row.cause, row.fence) == ("confirmed", "", 2)


def test_nothing_is_begun_after_the_change_was_halted(store):
    target = Target(store)
    target.meanwhile["look"] = lambda: store.move(CHANGE, "halted", 1.0, by="breaker", reason="")
    row = run(store, target)
    assert (row.state, row.detail) == ("pending", "the change stopped; it was not touched")
    assert target.told == [("look", "leased")]


def test_a_device_that_is_unwell_is_taken_back_with_the_reason(store, engine):
    target = Target(store)
    target.ill = "DNS does not answer"
    row = run(store, target)
    assert (row.state, row.sha, row.detail) == ("rolled_back", "sha old", "DNS does not answer")
    assert (row.cause, outcome(row)) == ("", "failed")
    assert states(engine)[-2:] == ["rolling_back", "rolled_back"]


def test_an_aborted_change_takes_back_what_is_on_trial(store):
    target = Target(store)
    target.meanwhile["check"] = lambda: store.move(CHANGE, "aborting", 1.0, by="ana", reason="")
    row = run(store, target)
    assert (row.state, row.detail, target.runs) == ("rolled_back", "the change is aborted", "old")


@pytest.mark.parametrize("late", [True, False])
def test_a_commit_that_got_no_answer_is_settled_by_reading_after_it_can_no_longer_land(store, late):
    target = Target(store, commit=[lost("commit")])
    target.late = late
    row = run(store, target)
    assert target.waited[0] == TERMS.operation
    assert [do for do, _ in target.told].count("commit") == 1
    assert row.state == ("confirmed" if late else "rolled_back")
    assert late or row.detail == "no answer to commit; check its power"


def test_a_refused_commit_is_not_tried_again_even_if_the_device_proves_that_it_was_never_touched(store):
    target = Target(store, commit=[CommandRejected("a", "it refused the text", "correct it")])
    target.late, target.untouched = False, True
    assert run(store, target).state == "rolled_back"


@pytest.mark.parametrize("late", [True, False])
def test_a_confirm_that_got_no_answer_is_settled_by_reading(store, late):
    target = Target(store, confirm=[lost("confirm")])
    target.late = late
    row = run(store, target)
    assert (row.state, target.kept) == ("confirmed", "new")
    assert [do for do, _ in target.told].count("confirm") == (1 if late else 2)


def test_a_device_that_never_keeps_it_is_taken_back(store):
    target = Target(store)
    target.deaf.add("confirm")
    row = run(store, target)
    assert (row.state, row.detail) == ("rolled_back", "it was told three times to keep the change and does not")


@pytest.mark.parametrize("late", [True, False])
def test_a_device_that_answers_that_it_cannot_keep_it_is_taken_back_whether_it_did_or_not(store, late):
    target = Target(store, confirm=[CommandRejected("a", "its flash is full", "make room")])
    target.late = late
    row = run(store, target)
    assert (row.state, row.detail, target.kept) == ("rolled_back", "its flash is full; make room", "old")


def test_why_it_is_taken_back_is_said_even_when_the_taking_back_gets_no_answer(store):
    target = Target(store, revert=[lost("revert")])
    target.ill = "DNS does not answer"
    row = run(store, target)
    assert (row.state, row.detail) == ("rolled_back", "DNS does not answer")


def test_a_device_that_was_cut_off_takes_it_back_itself(store):
    target = Target(store, check=[lost("us")] * 99)
    target.faults["look"] = []
    target.meanwhile["check"] = lambda: target.faults["look"].extend([lost("us")] * 35)
    row = run(store, target)
    assert (row.state, row.detail, target.due) == ("rolled_back", "no answer to us; check its power", None)


def test_a_device_that_never_answers_again_needs_a_human_past_its_own_timer(store):
    target = Target(store, check=[lost("us")] * 999)
    target.meanwhile["check"] = lambda: target.faults.update(look=[lost("us")] * 999)
    row = run(store, target)
    assert (row.state, row.cause, outcome(row)) == ("needs_human", "lost", "lost")
    assert row.detail == "no answer to us; check its power; then no answer to us; check its power"
    assert (row.sha, row.proved_at) == ("sha old", 1000.0), "what was read last, and when"
    assert target.now - 1000.0 > TERMS.timer + TERMS.settle


def test_a_device_that_does_not_take_it_back_needs_a_human(store):
    target = Target(store)
    target.meanwhile["check"] = lambda: target.__dict__.update(due=None, kept="new", ill="no DNS")
    target.deaf.add("revert")
    row = run(store, target)
    assert (row.state, row.cause, outcome(row)) == ("needs_human", "", "failed")
    assert row.detail == "no DNS; it runs the new configuration and does not take it back"


def test_a_device_that_runs_something_else_needs_a_human(store):
    target = Target(store)
    target.meanwhile["check"] = lambda: target.__dict__.update(runs="other", due=None)
    row = run(store, target)
    assert (row.state, row.sha, outcome(row)) == ("needs_human", "sha other", "failed")


def test_half_a_configuration_on_trial_is_taken_back(store):
    target = Target(store)
    target.meanwhile["check"] = lambda: target.__dict__.update(runs="other")
    row = run(store, target)
    assert (row.state, row.detail) == ("rolled_back", "what runs is not what was sent")


def test_who_takes_over_reads_before_anything_else(store):
    target = Target(store)
    die_in(store, target, "confirm")
    target.kept, target.due = "new", None
    row = run(store, target)
    assert [step for step, _ in target.told] == ["check", "save", "look"], "nobody knows whether it was saved"
    assert (row.state, row.fence) == ("confirmed", 2)


def test_an_unproved_commit_that_did_not_land_ends_and_a_proved_one_is_done_again(store, engine):
    target = Target(store)
    die_in(store, target, "commit")
    assert take(store, target).decide(Sight("old", pending=False, sha=""), keep=True) == "rolled_back"
    target.wait(TERMS.lease + TERMS.grace + 1)
    target.untouched = True
    row = run(store, target)
    assert [do for do, _ in target.told] == ["check", "look", "commit", "check", "confirm", "look"]
    assert (row.state, row.fence) == ("confirmed", 3)
    assert states(engine)[:5] == ["leased", "committing", "committing", "committing", "leased"]


def test_a_commit_that_landed_after_its_worker_died_is_confirmed_by_the_next(store):
    target = Target(store)
    die_in(store, target, "check")
    row = run(store, target)
    assert (row.state, [do for do, _ in target.told]) == ("confirmed", ["check", "confirm", "look"])


def test_what_somebody_kept_by_hand_is_not_told_again(store, engine):
    target = Target(store)
    target.meanwhile["check"] = lambda: target.__dict__.update(kept="new", due=None)
    assert run(store, target).state == "confirmed"
    assert states(engine)[-2:] == ["unconfirmed", "confirmed"]
    assert "confirm" not in [do for do, _ in target.told]


def test_a_worker_that_lost_the_device_writes_and_tells_nothing_more(store):
    target = Target(store)
    course = take(store, target)
    target.now += TERMS.lease + TERMS.grace + 1
    other = take(store, target, "w2")
    assert drive(course, target, target.wait, target.notes.append).fence == 1
    assert (course.lost, target.told, target.notes) == (True, [], [])
    assert store.row("c", "a") == other.row


@pytest.mark.parametrize("step", ["look", "check", "confirm"])
def test_a_worker_that_loses_the_device_at_any_step_is_told_so_by_the_next_write(store, step):
    target = Target(store)

    def another():
        target.now += TERMS.lease + TERMS.grace + 1
        take(store, target, "w2")

    target.meanwhile[step] = another
    course = take(store, target)
    drive(course, target, target.wait, lambda row: None)
    assert course.lost
    assert store.row("c", "a").owner == "w2"
    assert target.told[-1][0] == step


def test_a_lease_is_renewed_before_an_operation_that_it_does_not_cover(store):
    target = Target(store)
    target.meanwhile["look"] = lambda: setattr(target, "now", target.now + TERMS.lease - 10)
    course = take(store, target)
    until = course.row.until
    assert drive(course, target, target.wait, lambda row: None).state == "confirmed"
    assert course.row.until == 0.0
    assert target.now + TERMS.operation > until


def test_a_store_that_fails_ends_the_way_at_once(store, engine):
    target = Target(store)

    def full():
        with engine.begin() as db:
            db.exec_driver_sql("ALTER TABLE event RENAME TO lost_event")

    target.meanwhile["check"] = full
    with pytest.raises(StoreError, match="nothing more is changed"):
        run(store, target)
    assert target.told[-1] == ("check", "unconfirmed")
    assert target.due is not None, "its own timer decides, or who takes over"


def test_a_reading_that_is_not_given_is_a_mistake_of_the_caller(store):
    steps = take(store, Target(store)).steps()
    assert steps.send(None) == "look"
    with pytest.raises(UsageError, match="`look` of a was answered without a reading"):
        steps.send(None)
    assert Pause(1.0).seconds == 1.0


def test_what_a_reading_settles():
    on_trial, kept = Sight("new", pending=True, sha=""), Sight("new", pending=False, sha="")
    old, other = Sight("old", pending=False, sha=""), Sight("other", pending=False, sha="")
    assert settle("unconfirmed", on_trial) == "confirm"
    assert settle("confirming", kept) == "confirmed"
    assert settle("confirming", kept, keep=False) == "revert"
    assert settle("rolling_back", kept) == "revert"
    assert settle("unconfirmed", old) == "rolled_back"
    assert settle("unconfirmed", replace(old, untouched=True)) == "rolled_back"
    assert settle("committing", replace(old, untouched=True)) == "leased"
    assert settle("committing", other) == "needs_human"
    assert settle("rolling_back", replace(old, pending=True)) == "revert"


@pytest.mark.parametrize(
    ("terms", "wrong"),
    [
        ({"lease": 90.0}, "a lease of 90 s is no longer than an operation; make it longer"),
        ({"grace": 95.0}, "a grace of 95 s is no longer than an operation and the skew; make it longer"),
    ],
)
def test_terms_that_would_let_two_workers_at_one_device_are_refused(terms, wrong):
    with pytest.raises(UsageError) as caught:
        Terms(**terms)
    assert str(caught.value) == wrong


def test_a_claim_that_is_refused_says_why(store):
    target = Target(store)
    take(store, target)
    refused = claim(store, store.row("c", "a"), "w2", Admission(TERMS, Limits(), target.now))
    assert refused == "w1 has it for another 280 s"


def test_what_a_dead_worker_had_only_claimed_is_gone_on_with_at_once_and_what_it_told_when_it_can_no_longer_land(store):
    target = Target(store)
    take(store, target, "dead")
    died = {"dead": target.now}
    again = claim(
        store, store.row("c", "a"), "w2", Admission(TERMS, Limits(), target.now, lambda who, _: died.get(who))
    )
    assert isinstance(again, Row)
    assert (again.owner, again.fence) == ("w2", 2)
    course = Course(store, again, TERMS, lambda: target.now, beat=lambda: died.update(w2=target.now))

    def die():
        raise KeyboardInterrupt

    target.now += 50
    target.meanwhile["commit"] = die
    with pytest.raises(KeyboardInterrupt):
        drive(course, target, target.wait, target.notes.append)

    def asks():
        rule = Admission(TERMS, Limits(), target.now, lambda who, _: died.get(who))
        return claim(store, store.row("c", "a"), "w3", rule)

    target.now += 1
    assert asks() == "w2 has it for another 94 s"
    target.now += TERMS.operation + TERMS.skew
    third = asks()
    assert isinstance(third, Row)
    row = drive(Course(store, third, TERMS, lambda: target.now), target, target.wait, target.notes.append)
    assert row.state == "rolled_back", "read, not told again"


def test_a_device_whose_commit_went_down_with_its_worker_says_nothing_against_the_change(store):
    target = Target(store)
    die_in(store, target, "commit")
    row = run(store, target)
    assert (row.state, row.cause, outcome(row)) == ("rolled_back", "cut", "skipped")
    assert "gone before it answered" in row.detail
