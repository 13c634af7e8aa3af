"""A device through a change over its driver: two connections, what it refuses, and what every cut leaves behind."""

from types import SimpleNamespace

import pytest
from fakebox import NEW, OLD, Device, Lines, lost, refused

from homeroom.errors import CommandRejected, DeviceError, StoreError
from homeroom.project import Project
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.box_target import Approved, BoxTarget
from homeroom.rollout.shape import Own, shape
from homeroom.rollout.target import Terms
from homeroom.rollout.transitions import Course, drive
from homeroom.rollout.work import Work
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.configs import digest
from homeroom.store.db import connect

TERMS = Terms()
OWN = Own((), {"a": "device"})
WORK = Work("a", NEW, Lines(), lambda text: text, lambda text: text)
MEMBER = SimpleNamespace(work=WORK, own=OWN)
APPROVED = Approved(digest(OLD), digest(NEW), lambda: OLD)
KEYS = frozenset({shape(Lines().diff(OLD, NEW), OWN)})


class Care:
    """Checks that record what they are told, and find what a test says."""

    def __init__(self, ill=""):
        self.ill, self.told = ill, []

    def checks(self, member):
        assert member is MEMBER
        return self

    def before(self, box, running):
        box.ask([])
        self.told.append(("before", running))

    def after(self, box, running):
        box.ask([])
        self.told.append(("after", running))
        return self.ill


def target(device, approved=APPROVED, care=None, **rest):
    return BoxTarget(MEMBER, device.enter, approved, care or Care(), 10, lambda: device.now, **rest)


@pytest.fixture
def store(tmp_path):
    engine = connect(Project(tmp_path))
    store = Changes(engine)
    store.add(Change("c", "canary", "approved", 0, "hash", "ana", "ticket", 1.0), [Row("c", "a")])
    yield store
    engine.dispose()


def run(store, device, **rest):
    """Drive the device as a worker does; a later one takes over what an earlier left."""
    row = claim(store, store.row("c", "a"), "w", Admission(TERMS, Limits(), device.now))
    assert isinstance(row, Row), row
    with target(device, **rest) as way:
        return drive(Course(store, row, TERMS, lambda: device.now), way, device.wait, lambda row: None)


def test_a_push_that_goes_well_takes_two_connections_and_no_step_twice(store):
    device, care, kept = Device(now=1000.0), Care(), []
    row = run(store, device, care=care, keep=kept.append)
    assert (row.state, row.sha, row.detail) == ("confirmed", digest(NEW), "")
    assert device.calls == [
        "open", "running", "vitals", "ask", "candidate", "commit", "close",
        "open", "running", "ask", "confirm", "running", "close",
    ]  # fmt: skip
    assert (device.text, device.startup, device.before) == (NEW, NEW, None)
    assert care.told == [("before", OLD), ("after", NEW)]
    assert kept == [NEW], "what ran before was judged, and is kept since then"


def test_services_that_die_with_the_change_bring_the_old_configuration_back(store):
    device = Device(now=1000.0)
    row = run(store, device, care=Care("names are dead: look at them"))
    assert (row.state, row.detail, row.sha) == ("rolled_back", "names are dead: look at them", digest(OLD))
    assert (device.text, device.startup, device.before) == (OLD, OLD, None)
    assert device.calls.count("open") == 2
    assert device.calls[-5:] == ["discard", "revert", "running", "discard", "close"]


def test_what_was_edited_by_hand_is_left_alone(store):
    device = Device(now=1000.0, text=OLD + "snmp contact x\n")
    row = run(store, device)
    assert (row.state, row.cause) == ("skipped", "unfit")
    assert device.calls == ["open", "running", "close"]


def test_another_text_that_means_the_same_is_the_old_configuration(store):
    device = Device(now=1000.0, text="vlan 10\nhostname a\n")
    kept = []
    assert run(store, device, keep=kept.append).state == "confirmed"
    assert kept == ["vlan 10\nhostname a\n", NEW], "it is kept before it is replaced: nobody had seen that text"


def test_an_old_text_that_is_not_kept_proves_nothing():
    def gone():
        raise StoreError("it is not kept")

    device = Device(text="vlan 10\nhostname a\n")
    assert target(device, Approved(digest(OLD), digest(NEW), gone)).look().runs == "other"


def test_what_runs_the_new_configuration_already_is_unchanged(store):
    row = run(store, Device(now=1000.0, text=NEW))
    assert (row.state, row.cause) == ("skipped", "unchanged")


def test_a_device_nobody_judged_is_changed_only_by_an_approved_difference(store):
    unknown = Approved("", digest(NEW), lambda: "", KEYS)
    other = Device(text="hostname a\nvlan 10\nvlan 11\n")
    assert target(other, unknown).look().runs == "other"
    with pytest.raises(CommandRejected, match="its difference is not the one that was approved"):
        target(other, unknown).commit()
    assert "candidate" not in other.calls
    kept = []
    device = Device(now=1000.0)
    assert run(store, device, approved=unknown, keep=kept.append).state == "confirmed"
    assert kept == [OLD, NEW]


def test_whatever_runs_is_replaced_where_nobody_asks_what_it_was(store):
    device = Device(now=1000.0, text="hostname b\nvlan 7\n", name="b")
    row = run(store, device, approved=Approved("", digest(NEW), lambda: ""), care=Care("it is ill"))
    assert (row.state, device.text) == ("rolled_back", "hostname b\nvlan 7\n")
    whole = Device(now=1000.0, text="hostname b\nvlan 7\n", name="b")
    with target(whole, Approved("", digest(NEW), lambda: "")) as way:
        assert way.look().runs == "old"
        whole.name, whole.text = "a", "hostname a\nvlan 8\n"
        assert way.look().runs == "other", "since it was read once, that is what ran before"


def test_a_difference_that_moved_since_it_was_read_is_refused():
    device = Device()
    way = target(device, Approved(digest(OLD), digest("another"), lambda: OLD))
    way.look()
    with pytest.raises(CommandRejected, match="what it is to run is not what was approved"):
        way.commit()
    assert device.calls == ["open", "running", "vitals", "ask", "close"]


def test_a_device_that_sees_no_difference_is_not_told_to_commit():
    device = Device(deaf=True)
    way = target(device)
    way.look()
    with pytest.raises(CommandRejected, match="it sees no difference where we see one"):
        way.commit()
    assert "commit" not in device.calls


@pytest.mark.parametrize(
    ("off", "free", "reason"),
    [
        (3600.0, None, "its clock is 60 minutes off: set its clock (NTP) first"),
        (-400000.0, None, "its clock is 5 days off: set its clock (NTP) first"),
        (0.0, 65_000, "it has 63 kB free where 64 kB are needed: make room on it"),
        (299.0, 70_000, ""),
    ],
)
def test_a_device_that_could_not_take_it_is_ill(off, free, reason):
    device, care = Device(off=off, free=free), Care()
    sight = target(device, care=care).look()
    assert (sight.runs, sight.ill) == ("old", reason)
    assert bool(care.told) is not bool(reason), "a device that is not begun is not asked further"


def test_a_device_that_cannot_tell_its_time_is_taken_at_its_word():
    device = Device()
    device.vitals = lambda: SimpleNamespace(clock=None, free=None)
    assert target(device).look().ill == ""


def test_an_earlier_change_that_waits_is_left_alone(store):
    device = Device(now=1000.0, before=OLD, due=9000.0)
    row = run(store, device)
    assert (row.state, row.cause) == ("skipped", "unfit")
    assert "vitals" not in device.calls


def test_another_device_at_the_address_is_not_taken_for_ours():
    with pytest.raises(CommandRejected, match="it calls itself b"):
        target(Device(name="b", text=NEW)).check()


def test_a_change_of_name_that_was_approved_is_made():
    assert target(Device(name="b")).look().runs == "old"


def test_a_text_that_cannot_be_read_back_is_another():
    class Strict(Lines):
        def diff(self, old, new):
            if "%" in new + old:
                raise CommandRejected("a", "what is this", "correct it")
            return super().diff(old, new)

    member = SimpleNamespace(work=Work("a", NEW, Strict(), str, str), own=OWN)
    care = SimpleNamespace(checks=lambda _: None)
    way = BoxTarget(member, Device(text="%\n").enter, APPROVED, care, 10, lambda: 0.0)
    assert way.look().runs == "other"


def test_a_text_is_judged_once():
    class Counting(Lines):
        asked = 0

        def diff(self, old, new):
            Counting.asked += 1
            return super().diff(old, new)

    member = SimpleNamespace(work=Work("a", NEW, Counting(), str, str), own=OWN)
    way = BoxTarget(member, Device(text="x\n").enter, APPROVED, SimpleNamespace(checks=lambda _: None), 10, float)
    assert [way.look().runs for _ in range(3)] == ["other"] * 3
    assert Counting.asked == 2


def test_the_check_is_never_made_over_the_connection_that_read_before():
    device = Device()
    way = target(device)
    way.look()
    way.check()
    assert device.calls == ["open", "running", "vitals", "ask", "discard", "close", "open", "running"]
    way.close()


def test_after_a_failure_the_connection_is_dropped():
    device = Device(faults={"running": [(lost("running"), True)]})
    way = target(device)
    with pytest.raises(DeviceError):
        way.look()
    assert device.calls == ["open", "running", "close"]
    way.look()
    assert device.calls[3:5] == ["open", "running"]
    way.close()


STEPS = ["open", "running", "vitals", "ask", "candidate", "commit", "confirm", "revert"]


@pytest.mark.parametrize(("nth", "late"), [(0, False), (0, True), (1, False), (1, True)])
@pytest.mark.parametrize("ill", ["", "it is ill: look"])
@pytest.mark.parametrize("fault", [fault(step) for step in STEPS for fault in (lost, refused)], ids=str)
def test_whatever_step_fails_the_device_ends_old_or_new_and_its_row_says_which(store, fault, ill, nth, late):
    step = next(step for step in STEPS if step in fault.what)
    device = Device(now=1000.0)
    device.faults = {step: [(None, True)] * nth + [(fault, late)]}
    row = run(store, device, care=Care(ill))
    assert device.before is None
    assert device.text == device.startup
    assert (row.state, device.text) in {("confirmed", NEW), ("rolled_back", OLD), ("skipped", OLD)}
    if row.state != "skipped" or nth:
        assert row.sha == digest(device.text)
    assert not (ill and row.state == "confirmed")
    assert device.calls.count("open") - device.calls.count("close") in ({0, 1} if step == "open" else {0})


@pytest.mark.parametrize("step", ["commit", "confirm", "running", "ask"])
def test_a_worker_killed_in_any_step_leaves_what_the_next_one_settles(store, step):
    device = Device(now=1000.0)

    def die(name):
        if name == step and store.row("c", "a").state != "leased":
            device.watch = lambda _: None
            raise KeyboardInterrupt

    device.watch = die
    with pytest.raises(KeyboardInterrupt):
        run(store, device)
    device.wait(TERMS.lease + TERMS.grace + 1)
    care = Care()
    row = run(store, device, care=care)
    assert (row.state, device.text) in {("confirmed", NEW), ("rolled_back", OLD)}
    assert device.before is None
    assert row.sha == digest(device.text)
    assert [when for when, _ in care.told] in ([], ["after"]), "what runs on trial is not a device before its change"
