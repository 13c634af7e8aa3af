"""One device through a change, from its claim to its end: every branch, and what must hold whatever fails."""

from dataclasses import replace

import pytest
from bringing import Alone, bring, member, said
from fakebox import NEW, OLD, Device, Lines, lost, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.errors import HostKeyChanged, LoginRefused, StoreError
from homeroom.project import Project
from homeroom.rollout.box_target import Approved
from homeroom.rollout.care import Care
from homeroom.rollout.crew import Refused
from homeroom.rollout.target import Terms
from homeroom.rollout.work import Work
from homeroom.store.changes import Changes
from homeroom.store.configs import digest
from homeroom.store.db import connect
from homeroom.store.journal import END_STATES, Journal

SECRET = "s3cret"
TERMS = Terms()
WAY = ["leased", "committing", "unconfirmed", "confirming", "confirmed"]


def reveal(text: str) -> str:
    return text.replace("<<secret:x>>", SECRET)


def conceal(text: str) -> str:
    return text.replace(SECRET, "<<secret:x>>")


WORK = Work("a", NEW, Lines(), reveal, conceal)
JUDGED = Approved(digest(OLD), digest(NEW), lambda: OLD)


@pytest.fixture
def engine(tmp_path):
    engine = connect(Project(tmp_path))
    yield engine
    engine.dispose()


def run(engine, device, change="c", *, work=WORK, approved=JUDGED, terms=TERMS, **rest):
    """Bring the device in its own time, which passes only while somebody waits."""
    care = Care(Alone(), clock=lambda: device.now, wait=device.wait)
    times = {"terms": terms, "clock": lambda: device.now, "wait": device.wait, "care": care}
    return bring(engine, member(work), device.enter, change, approved=approved, **(times | rest))


def test_a_push_is_committed_on_trial_proved_on_a_fresh_connection_and_confirmed(engine):
    device = Device()
    done = run(engine, device)
    assert (done.end, done.row.detail, done.running) == (("confirmed", ""), "", NEW)
    assert (device.text, device.startup, device.before) == (NEW, NEW, None)
    first, second = device.calls[: device.calls.index("close") + 1], device.calls[device.calls.index("close") + 1 :]
    assert [first.index(step) for step in ("open", "running", "candidate", "commit")] == [0, 1, 3, 4]
    assert [second[0], second[-1]] == ["open", "close"]
    assert [step for step in second if step in {"running", "confirm"}] == ["running", "confirm", "running"]
    assert done.states == WAY


def test_the_journal_names_what_runs_by_its_hash(engine):
    done = run(engine, Device())
    by_state = {event.state: event.sha for event in Journal(engine).events("c")}
    assert done.row.sha == digest(NEW)
    assert by_state == {
        "leased": "",
        "committing": digest(OLD),
        "unconfirmed": digest(OLD),
        "confirming": digest(NEW),
        "confirmed": digest(NEW),
    }


def test_each_step_is_journalled_before_it_is_taken(engine):
    device, seen = Device(), {}
    device.watch = lambda step: seen.setdefault(step, Changes(engine).row("c", "a").state)
    run(engine, device)
    assert (seen["open"], seen["commit"], seen["confirm"]) == ("leased", "committing", "confirming")


def test_every_state_is_told_once_it_is_on_disk(engine):
    told = []

    def noted(row):
        assert Changes(engine).row("c", "a") == row
        told.append(row.state)

    run(engine, Device(), noted=noted)
    assert told == WAY


def test_a_second_push_finds_nothing_to_do(engine):
    device = Device()
    run(engine, device)
    device.calls.clear()
    done = run(engine, device, "c2")
    assert (done.end, done.row.detail, done.running) == (("skipped", "unchanged"), "unchanged", NEW)
    assert device.calls == ["open", "running", "close"]


def test_secrets_go_to_the_device_and_into_nothing_else(engine):
    device = Device()
    work = replace(WORK, text=f"{NEW}key <<secret:x>>\n")
    done = run(engine, device, work=work, approved=replace(JUDGED, target=digest(work.text)))
    assert f"key {SECRET}" in device.text
    assert (done.row.state, done.running) == ("confirmed", work.text)
    assert SECRET not in repr(done) + repr(Journal(engine).events("c"))


@pytest.mark.parametrize(
    "error",
    [
        lost("TCP connection to device failed"),
        LoginRefused("a", "it refused our login", "check the device password"),
        HostKeyChanged("a", "it shows another host key", "find out who answers"),
    ],
)
def test_a_device_that_cannot_be_entered_is_skipped_with_the_reason(engine, error):
    done = run(engine, Device(faults={"open": [(error, False)]}))
    assert (done.end, done.row.detail) == (("skipped", "off"), said(error))
    assert done.states == ["leased", "skipped"]


@pytest.mark.parametrize("step", ["running", "vitals"])
def test_what_fails_before_the_commit_leaves_the_device_as_it_was(engine, step):
    device = Device(faults={step: [(refused(step), True)]})
    done = run(engine, device)
    assert (done.end, done.row.detail, device.text) == (("skipped", "off"), said(refused(step)), OLD)
    assert device.calls[-1] == "close"


def test_a_device_that_does_not_load_the_text_keeps_the_old_one_and_that_is_proved(engine):
    """Nothing was committed, but the intent was written: only a reading tells what runs."""
    device = Device(faults={"candidate": [(refused("candidate"), True)]})
    done = run(engine, device)
    assert (done.end, done.row.detail) == (("rolled_back", ""), said(refused("candidate")))
    assert (done.row.sha, device.text, device.startup) == (digest(OLD), OLD, OLD)
    assert not {"commit", "revert"} & set(device.calls)
    assert device.calls[-1] == "close"


def test_an_earlier_change_that_waits_there_is_not_touched(engine):
    device = Device(before="hostname a\n", due=60.0)
    done = run(engine, device)
    assert (done.end, done.row.detail) == (
        ("skipped", "unfit"),
        "an earlier change still waits there for its confirmation; try again when it has ended",
    )
    assert "candidate" not in device.calls


def test_a_device_that_sees_no_difference_where_we_do_is_not_pushed(engine):
    device = Device(deaf=True)
    done = run(engine, device)
    assert (done.row.state, device.text) == ("rolled_back", OLD)
    assert done.row.detail == "it sees no difference where we see one; report it: it is read wrongly"
    assert "commit" not in device.calls


def test_a_refused_commit_is_rolled_back_and_proved(engine):
    device = Device(faults={"commit": [(refused("configure replace"), False)]})
    done = run(engine, device)
    assert (done.row.state, done.row.sha, device.text) == ("rolled_back", digest(OLD), OLD)
    assert done.row.detail == "`configure replace` was refused: % Invalid input; correct it"
    assert "revert" not in device.calls, "it runs the old configuration: nothing to revert"
    assert done.states == ["leased", "committing", "rolled_back"]


def test_a_commit_whose_answer_was_lost_is_settled_by_reading_never_by_telling_again(engine):
    device = Device(faults={"commit": [(lost("reset"), True)]})
    done = run(engine, device)
    assert (done.row.state, device.text, device.startup, device.before) == ("confirmed", NEW, NEW, None)
    assert device.calls.count("commit") == 1
    assert done.states == WAY


def test_a_half_done_commit_is_reverted(engine):
    device = Device(faults={"commit": [(lost("reset"), True)]})

    def half(step):
        if step == "open" and device.before is not None:
            device.text, device.watch = "hostname a\n", lambda _: None

    device.watch = half
    done = run(engine, device)
    assert (done.row.state, device.text, device.before) == ("rolled_back", OLD, None)
    assert done.row.detail == said(lost("reset"))
    assert "revert" in device.calls


def cutting(device, tries):
    """Refuse so many connections, once it was told to commit."""
    silence = [(lost("timed out"), False)] * tries
    return lambda step: device.faults.setdefault("open", silence) if step == "commit" else None


def test_a_device_cut_off_by_its_new_configuration_takes_it_back_itself(engine):
    device = Device()
    device.watch = cutting(device, 55)
    done = run(engine, device)
    assert (done.row.state, device.text, device.before) == ("rolled_back", OLD, None)
    assert done.row.detail == said(lost("timed out"))
    assert "revert" not in device.calls
    assert done.states == ["leased", "committing", "unconfirmed", "rolling_back", "rolled_back"]


def test_a_device_that_never_answers_again_needs_a_human(engine):
    device = Device()
    device.watch = cutting(device, 999)
    done = run(engine, device)
    assert done.end == ("needs_human", "lost")
    assert done.row.detail == f"{said(lost('timed out'))}; then {said(lost('timed out'))}"
    assert device.now > TERMS.timer + TERMS.settle, "given up only after its own timer"
    assert device.text == OLD


@pytest.mark.parametrize("late", [True, False])
def test_a_confirmation_that_is_lost_is_settled_by_reading(engine, late):
    device = Device(faults={"confirm": [(lost("reset"), late)]})
    done = run(engine, device)
    assert (done.row.state, device.text, device.startup) == ("confirmed", NEW, NEW)
    assert device.calls.count("confirm") == (1 if late else 2)


def test_a_device_that_answers_by_another_name_is_not_confirmed(engine):
    device = Device(name="b")
    done = run(engine, device)
    assert (done.row.state, device.text) == ("rolled_back", OLD)
    assert done.row.detail == "it calls itself b; find out which device answers"
    assert "confirm" not in device.calls


def test_a_configuration_that_was_not_taken_as_sent_is_not_confirmed(engine):
    device = Device()

    def more(step):
        if step == "running" and device.before is not None:
            device.text += "extra\n"

    device.watch = more
    done = run(engine, device)
    assert (done.row.state, device.text, device.startup) == ("rolled_back", OLD, OLD)
    assert done.row.detail == "what runs is not what was sent"
    assert "confirm" not in device.calls


def test_a_device_that_keeps_waiting_after_it_was_confirmed_is_taken_back(engine):
    device = Device()
    device.confirm = lambda: None
    done = run(engine, device)
    assert (done.row.state, device.text) == ("rolled_back", OLD)
    assert done.row.detail == "it was told three times to keep the change and does not"


def test_what_is_neither_old_nor_new_needs_a_human(engine):
    device = Device(faults={"commit": [(lost("reset"), False)]})
    device.watch = lambda step: setattr(device, "text", "something else\n") if step == "commit" else None
    done = run(engine, device)
    assert (done.end, done.row.sha) == (("needs_human", ""), digest("something else\n"))
    assert done.row.detail == said(lost("reset"))


def test_a_device_somebody_else_holds_is_left_to_them(engine):
    device, refusals = Device(), []

    def meanwhile(step):
        if step == "candidate":
            refusals.extend(run(engine, other, change) for change in ("c", "c2"))

    other, device.watch = Device(), meanwhile
    assert run(engine, device, owner="w1").row.state == "confirmed"
    ours, theirs = refusals
    assert ours == Refused("a", "w1 has it for another 280 s")
    assert theirs.reason.startswith("change c (w1) is at work on it since ")
    assert other.calls == []
    assert run(engine, Device(), "c2").row.state == "confirmed"


def test_a_device_that_another_worker_took_over_is_not_brought_to_an_end_twice(engine):
    device = Device()

    def freeze(step):
        if step == "commit":
            device.watch = lambda _: None
            device.wait(1000.0)
            assert run(engine, device, owner="w2").row.state == "rolled_back"

    device.watch = freeze
    assert run(engine, device, owner="w1", terms=Terms(timer=60.0)) == Refused("a", "another worker took it over")


def test_without_a_store_nothing_is_committed(engine):
    device = Device()

    def full(step):
        if step == "vitals":
            with engine.begin() as db:
                db.exec_driver_sql("ALTER TABLE event RENAME TO lost_event")

    device.watch = full
    with pytest.raises(StoreError):
        run(engine, device)
    assert "commit" not in device.calls
    assert device.calls[-1] == "close"


STEPS = ("open", "running", "vitals", "ask", "candidate", "commit", "confirm", "revert")
FAULTS = st.fixed_dictionaries(
    {
        step: st.lists(
            st.one_of(
                st.just((None, True)),
                st.tuples(st.sampled_from([lost(step), refused(step)]), st.booleans()),
            ),
            max_size=4,
        )
        for step in STEPS
    }
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=FAULTS, judged=st.booleans())
def test_whatever_fails_the_end_state_says_what_runs(engine, faults, judged):
    change = f"c{len(Changes(engine).changes())}"
    device = Device(faults=faults)
    done = run(engine, device, change, approved=JUDGED if judged else None)
    row, entry = done.row, Journal(engine).states(change)["a"]
    assert row.state in END_STATES
    assert (entry.state, entry.sha) == (row.state, row.sha)
    if row.state == "confirmed":
        assert (device.text, device.startup, device.before) == (NEW, NEW, None)
    if row.state == "rolled_back":
        assert (device.text, device.before) == (OLD, None)
    if "commit" not in device.calls:
        assert row.state in {"skipped", "rolled_back"}
        assert device.text == OLD
    if row.state != "needs_human" and row.sha:
        assert row.sha == digest(device.text)
    device.wait(10_000)
    if row.state != "confirmed":
        assert device.text == OLD, "the device's own timer is the last resort"
