"""One device through one change: every branch, and what must hold whatever fails."""

from contextlib import ExitStack

import pytest
from fakebox import NEW, OLD, Device, Lines, lost, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.errors import HostKeyChanged, LoginRefused, StoreError
from homeroom.project import Project
from homeroom.rollout.lease import lease
from homeroom.rollout.push import Comparison, Desk, Outcome, Push, Work, compare
from homeroom.store.configs import digest
from homeroom.store.db import connect
from homeroom.store.journal import END_STATES, Journal

SECRET = "s3cret"


def reveal(text: str) -> str:
    return text.replace("<<secret:x>>", SECRET)


def conceal(text: str) -> str:
    return text.replace(SECRET, "<<secret:x>>")


WORK = Work("a", NEW, Lines(), reveal, conceal)


@pytest.fixture
def journal(tmp_path):
    engine = connect(Project(tmp_path))
    yield Journal(engine)
    engine.dispose()


def run(device, journal, folder, *, work=WORK, change="c", minutes=2) -> Outcome:
    desk = Desk(change, journal, folder / "leases", minutes, lambda: device.now, device.wait)
    return Push(desk, work, device.enter).run()


def states(journal, change="c") -> list[str]:
    return [event.state for event in journal.events(change)]


def test_a_push_is_committed_on_trial_proved_on_a_fresh_connection_and_confirmed(journal, tmp_path):
    device = Device()
    outcome = run(device, journal, tmp_path)
    assert outcome == Outcome("a", "confirmed", diff="-vlan 10\n+vlan 20\n", running=NEW)
    assert (device.text, device.startup, device.before) == (NEW, NEW, None)
    assert device.calls == [
        "open", "running", "candidate", "commit", "close",
        "open", "running", "confirm", "running", "close",
    ]  # fmt: skip
    assert states(journal) == ["leased", "committing", "unconfirmed", "confirming", "confirmed"]


def test_the_journal_names_what_runs_by_its_hash(journal, tmp_path):
    outcome = run(Device(), journal, tmp_path)
    by_state = {event.state: event.sha for event in journal.events("c")}
    assert outcome.sha == digest(NEW)
    assert by_state == {
        "leased": "",
        "committing": digest(OLD),
        "unconfirmed": "",
        "confirming": digest(NEW),
        "confirmed": digest(NEW),
    }


def test_each_step_is_journalled_before_it_is_taken(journal, tmp_path):
    device = Device()
    seen = {}
    device.watch = lambda step: seen.setdefault(step, states(journal)[-1])
    run(device, journal, tmp_path)
    assert seen["commit"] == "committing"
    assert seen["confirm"] == "confirming"


def test_a_second_push_finds_nothing_to_do(journal, tmp_path):
    device = Device()
    run(device, journal, tmp_path)
    device.calls.clear()
    outcome = run(device, journal, tmp_path, change="c2")
    assert outcome == Outcome("a", "skipped", "unchanged", running=NEW)
    assert device.calls == ["open", "running", "close"]


def test_secrets_go_to_the_device_and_into_nothing_else(journal, tmp_path):
    device = Device()
    work = Work("a", NEW + "key <<secret:x>>\n", Lines(), reveal, conceal)
    outcome = run(device, journal, tmp_path, work=work)
    assert f"key {SECRET}" in device.text
    assert outcome.state == "confirmed"
    assert SECRET not in repr(outcome) + repr(journal.events("c"))


@pytest.mark.parametrize(
    "error",
    [
        lost("TCP connection to device failed"),
        LoginRefused("a", "it refused our login", "check the device password"),
        HostKeyChanged("a", "it shows another host key", "find out who answers"),
    ],
)
def test_a_device_that_cannot_be_entered_is_skipped_with_the_reason(journal, tmp_path, error):
    device = Device(faults={"open": [(error, False)]})
    outcome = run(device, journal, tmp_path)
    assert outcome == Outcome("a", "skipped", f"{error.what}; {error.remedy}", trouble=True)
    assert states(journal) == ["leased", "skipped"]


@pytest.mark.parametrize("step", ["running", "candidate"])
def test_what_fails_before_the_commit_leaves_the_device_as_it_was(journal, tmp_path, step):
    device = Device(faults={step: [(refused(step), True)]})
    outcome = run(device, journal, tmp_path)
    assert (outcome.state, outcome.trouble, device.text) == ("skipped", True, OLD)
    assert device.calls[-1] == "close"


def test_an_earlier_change_that_waits_there_is_not_touched(journal, tmp_path):
    device = Device(before="hostname a\n", due=60.0)
    outcome = run(device, journal, tmp_path)
    assert outcome.state == "skipped"
    assert outcome.reason == (
        "an earlier change still waits there for its confirmation;"
        " try again when it was confirmed, or when its timer has taken it back"
    )
    assert "candidate" not in device.calls


def test_a_device_that_sees_no_difference_where_we_do_is_not_pushed(journal, tmp_path):
    outcome = run(Device(deaf=True), journal, tmp_path)
    assert outcome.state == "skipped"
    assert outcome.reason == "it sees no difference where we see `-vlan 10`; report the line: it is read wrongly"


def test_a_refused_commit_is_rolled_back_and_proved(journal, tmp_path):
    device = Device(faults={"commit": [(refused("configure replace"), False)]})
    outcome = run(device, journal, tmp_path)
    assert (outcome.state, outcome.running, device.text) == ("rolled_back", OLD, OLD)
    assert outcome.reason == "`configure replace` was refused: % Invalid input; correct it"
    assert "revert" not in device.calls, "it runs the old configuration: nothing to revert"
    assert states(journal) == ["leased", "committing", "rolling_back", "rolled_back"]


def test_a_half_done_commit_is_reverted(journal, tmp_path):
    device = Device(faults={"commit": [(lost("reset"), True)]})
    outcome = run(device, journal, tmp_path)
    assert (outcome.state, device.text, device.before) == ("rolled_back", OLD, None)
    assert "revert" in device.calls


def test_a_device_cut_off_by_its_new_configuration_takes_it_back_itself(journal, tmp_path):
    device = Device(faults={"open": [(None, True)] + [(lost("timed out"), False)] * 6})
    outcome = run(device, journal, tmp_path)
    assert (outcome.state, device.text, device.before) == ("rolled_back", OLD, None)
    assert outcome.reason == "no connection (timed out); check its power"


def test_a_device_that_never_answers_again_needs_a_human(journal, tmp_path):
    device = Device(faults={"open": [(None, True)] + [(lost("timed out"), False)] * 99})
    outcome = run(device, journal, tmp_path)
    assert outcome.state == "needs_human"
    assert (
        outcome.reason == "no connection (timed out); check its power; then no connection (timed out); check its power"
    )
    assert device.now > 60 * 2 + 60, "given up only after its own timer"
    assert device.text == OLD


@pytest.mark.parametrize("late", [True, False])
def test_a_confirmation_that_is_lost_ends_with_the_old_configuration(journal, tmp_path, late):
    device = Device(faults={"confirm": [(lost("reset"), late)]})
    outcome = run(device, journal, tmp_path)
    assert (outcome.state, device.text, device.startup) == ("rolled_back", OLD, OLD)


def test_a_device_that_answers_by_another_name_is_not_confirmed(journal, tmp_path):
    device = Device(name="b")
    outcome = run(device, journal, tmp_path)
    assert outcome.state == "rolled_back"
    assert outcome.reason == "it now calls itself b; find out which device answers"
    assert "confirm" not in device.calls


def test_a_configuration_that_was_not_taken_as_sent_is_not_confirmed(journal, tmp_path):
    device = Device()
    device.watch = lambda step: setattr(device, "text", device.text + "extra\n") if step == "running" else None
    outcome = run(device, journal, tmp_path)
    assert outcome.state in {"needs_human", "rolled_back"}
    assert outcome.reason.startswith("it runs `+extra`; find out why it did not take the text")
    assert "confirm" not in device.calls


def test_a_device_that_keeps_waiting_after_it_was_confirmed_is_taken_back(journal, tmp_path):
    device = Device()
    device.confirm = lambda: None
    outcome = run(device, journal, tmp_path)
    assert (outcome.state, device.text) == ("rolled_back", OLD)
    assert outcome.reason == "it was told to keep the change and does not; look at it"


def test_what_is_neither_old_nor_new_needs_a_human(journal, tmp_path):
    device = Device(faults={"commit": [(lost("reset"), True)]})
    device.watch = lambda step: setattr(device, "before", "something else\n") if step == "revert" else None
    outcome = run(device, journal, tmp_path)
    assert outcome.state == "needs_human"
    assert outcome.reason == (
        "no connection (reset); check its power; what runs there is neither the old nor the new configuration"
    )


def test_a_device_somebody_else_holds_is_skipped(journal, tmp_path):
    with lease(tmp_path / "leases", "a") as mine:
        assert mine
        device = Device()
        outcome = run(device, journal, tmp_path)
    assert (outcome.state, outcome.reason, outcome.trouble) == ("skipped", "another push is at work on it", True)
    assert device.calls == []
    assert run(device, journal, tmp_path, change="c2").state == "confirmed"


def test_without_a_journal_nothing_is_committed(journal, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        if args[3 - 1] == "committing":
            raise StoreError("the journal cannot be written: disk full; nothing more is changed")

    monkeypatch.setattr(journal, "append", full)
    device = Device()
    with pytest.raises(StoreError):
        run(device, journal, tmp_path)
    assert "commit" not in device.calls
    assert device.calls[-1] == "close"


def test_a_lease_that_cannot_be_taken_stops_the_push(tmp_path):
    (tmp_path / "leases").write_text("a file where the folder should be")
    with pytest.raises(StoreError) as caught, ExitStack() as stack:
        stack.enter_context(lease(tmp_path / "leases", "a"))
    assert str(caught.value).endswith("no device is changed without its lease")


def test_comparing_leaves_the_device_as_it_was():
    device = Device()
    with device.enter() as box:
        assert compare(WORK, box) == Comparison("a", "-vlan 10\n+vlan 20\n", OLD)
    assert (device.text, device.startup, device.before) == (OLD, OLD, None)


STEPS = ("open", "running", "candidate", "commit", "confirm", "revert")
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


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=FAULTS, number=st.integers())
def test_whatever_fails_the_end_state_says_what_runs(journal, tmp_path, faults, number):
    change = f"c{number}-{hash(str(faults))}"
    device = Device(faults=faults)
    outcome = run(device, journal, tmp_path, change=change)
    entry = journal.states(change)["a"]
    assert outcome.state in END_STATES
    assert (entry.state, entry.sha) == (outcome.state, outcome.sha)
    if outcome.state == "confirmed":
        assert (device.text, device.startup, device.before) == (NEW, NEW, None)
    if outcome.state == "rolled_back":
        assert (device.text, device.before) == (OLD, None)
    if "commit" not in device.calls:
        assert (outcome.state, device.text) == ("skipped", OLD)
    if outcome.state != "needs_human" and outcome.running:
        assert outcome.running == device.text
    device.wait(10_000)
    if outcome.state != "confirmed":
        assert device.text == OLD, "the device's own timer is the last resort"
