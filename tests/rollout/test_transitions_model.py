"""The transitions of a change under every order of events: two workers, on one machine or on two whose clocks differ,
crashes anywhere, what the dead have told still taking effect, faults.

I1 never two writers on a device; I2 nothing changed without an intent on disk; I3 committed at most once; I4 an end
state says what runs; I5 limits hold, one device of a room serves; I6 nothing begun after a halt; I7 none is lost,
and when faults stop every device comes to rest. Taking away one protection breaks them: the mutants show it.
"""

import pytest
from changeworld import DiskStore, MemoryStore, Violation, World
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from homeroom.rollout.admission import Admission
from homeroom.rollout.states import CLAIMING
from homeroom.rollout.transitions import Course

WORKER = st.integers(0, 1)
ANY = st.integers(0, 5)
FAULT = st.sampled_from(["no", "no", "no", "no", "lost"])
KINDS = ["", "", "ill", "cut", "half", "half", "unsaved", "unsaved", "deaf to confirm", "deaf to revert"]
LANDING = st.sampled_from([0, 0, 0, 1, 2, None])


class Handover(RuleBasedStateMachine):
    """Two workers roll one change out, die, and take over from each other."""

    rooms = 3
    faulty = False
    haste = 4
    together = None
    course = Course
    admission = Admission
    store = MemoryStore

    @initialize(
        skew=st.sampled_from([-2.0, 0.0, 2.0]),
        together=st.booleans(),
        kinds=st.lists(st.sampled_from(KINDS), min_size=6, max_size=6),
    )
    def begin(self, skew, together, kinds):
        parts = {"course": self.course, "admission": self.admission, "store": self.store}
        together = together if self.together is None else self.together
        self.world = World(rooms=self.rooms, skews=(skew, -skew), together=together, **parts)
        if self.faulty:
            for device, kind in zip(self.world.devices.values(), kinds, strict=False):
                device.be(kind)

    def device(self, number):
        return self.world.devices[f"d{number % len(self.world.devices)}"]

    @rule(wait=st.sampled_from([0, 0, 1, 2, 12]), worker=WORKER, device=ANY, steps=st.integers(0, 9), landing=LANDING)
    def claim(self, wait, worker, device, steps, landing):
        self.world.tick(wait)
        self.world.claim(worker, self.device(device).name)
        for _ in range(min(steps, self.haste)):
            self.world.advance(worker, landing=landing)

    @precondition(lambda self: any(one.course for one in self.world.workers))
    @rule(worker=WORKER, steps=st.integers(1, 5), fault=FAULT, landing=LANDING)
    def advance(self, worker, steps, fault, landing):
        for _ in range(steps - 1):
            self.world.advance(worker)
        self.world.advance(worker, fault, landing)

    @rule(units=st.sampled_from([1, 1, 1, 2, 4, 9, 16]))
    def tick(self, units):
        self.world.tick(units)

    @precondition(lambda self: any(one.course for one in self.world.workers))
    @rule(worker=WORKER)
    def kill(self, worker):
        self.world.kill(worker)

    @precondition(lambda self: not all(one.alive for one in self.world.workers))
    @rule()
    def restart(self):
        for number in range(len(self.world.workers)):
            self.world.restart(number)

    @invariant()
    def promises(self):
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self):
        if hasattr(self, "world"):
            try:
                self.world.calm()
            finally:
                self.world.store.close()


class Rollout(Handover):
    """The same, with devices that fail, people who interfere, and a store that dies or is full."""

    faulty = True
    haste = 9

    @precondition(lambda self: not self.world.store.trap)
    @rule(device=ANY, back=st.booleans())
    def leave_out(self, device, back):
        (self.world.come_back if back else self.world.skip)(self.device(device).name)

    @precondition(lambda self: not self.world.store.trap)
    @rule(trap=st.sampled_from(["before", "after", "full"]))
    def trap(self, trap):
        self.world.store.trap = trap

    @rule(device=ANY, what=st.sampled_from(["off", "on", "reboot", "edit", "edit", "keep", "keep"]))
    def trouble(self, device, what):
        one = self.device(device)
        if what in {"off", "on"}:
            one.off = what == "off"
        elif what == "reboot":
            one.reboot()
        elif what == "keep":
            one.take("confirm", self.world.now)
        elif one.due is not None or self.world.rows()[one.name].state == "pending":
            one.runs, one.startup, one.due = "other", "other", None

    @precondition(lambda self: self.world.store.change("c").state not in {"halted", "aborting"})
    @rule(state=st.sampled_from(["canary", "canary", "canary", "late", "paused", "halted", "aborting"]))
    def move(self, state):
        self.world.move(state)


QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "print_blob": False}


def run(machine, runs, steps, **more):
    run_state_machine_as_test(machine, settings=settings(max_examples=runs, stateful_step_count=steps, **QUIET, **more))


def test_every_promise_holds_whatever_happens_in_whatever_order():
    run(Rollout, 200, 60)


def test_every_promise_holds_on_the_real_store():
    run(type("OnDisk", (Rollout,), {"store": DiskStore}), 10, 40)


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_every_promise_holds_in_two_thousand_runs_of_sixty_steps():
    lengths = []

    class Counted(Rollout):
        steps = 0

        @invariant()
        def promises(self):
            self.steps += 1
            super().promises()

        def teardown(self):
            lengths.append(self.steps)
            super().teardown()

    run(Counted, 3500, 60)  # some of them are cut short where Hypothesis varies an earlier one
    assert lengths.count(60) >= 2000


class ActsFirst(Course):
    """Without the write-ahead intent: the device is told first, the journal afterwards."""

    def _intend(self, state, while_in=(), detail="", cause=""):
        return state == "committing" or super()._intend(state, while_in, detail, cause)

    def _operate(self, do):
        answered = yield from super()._operate(do)
        if do == "commit":
            super()._intend("committing")
        return answered


class TriesAgain(Course):
    """Without the read-back: what is in doubt is told again."""

    def decide(self, sight, *, keep):
        return "leased" if self.row.state == "committing" and not self._told else super().decide(sight, keep=keep)

    def _begin(self):
        if self.row.fence == 1:
            yield from super()._begin()
        elif self._intend("committing", CLAIMING):
            yield self.row
            self._told = yield from self._operate("commit")
            yield from self._note("unconfirmed")
        else:
            yield from self._note("pending")


class TrustsAnswers(Course):
    """Without the read-back at the end: an answer to a command is taken for the outcome."""

    def _operate(self, do):
        answered = yield from super()._operate(do)
        if answered and do in {"confirm", "revert"}:
            yield from self._note({"confirm": "confirmed", "revert": "rolled_back"}[do])
        return answered


class SavesNothing(Course):
    """Without the save after a doubt: the connection was lost between the device's confirm and its save."""

    def _keep(self):
        self._kept = True
        yield from ()


class OverstaysLease(Course):
    """Without the lease check: an operation is begun however late it is."""

    def _own(self):
        pass


class CrowdsRooms(Admission):
    """Without the room limit."""

    def room(self, row, in_the_way):
        return ""


class TakesAtOnce(Admission):
    """Without the grace: a device is taken over the moment its lease is over by one's own clock."""

    def orphan(self, row):
        return "" if self.now > row.until else "somebody has it"


class BuriesAtOnce(Admission):
    """Without the wait after a death: what the dead told the device is taken for done."""

    def dead(self, row, alive):
        return alive


class ShowsNoLife(Course):
    """Without the sign of life before an operation: it seems to have died before it began."""

    def __init__(self, store, row, terms, clock, *, beat):
        super().__init__(store, row, terms, clock)


MUTANTS = {
    "write-ahead intent": (Rollout, {"course": ActsFirst}, "I2"),
    "read-back before trying again": (Handover, {"course": TriesAgain, "rooms": 1}, "I3"),
    "read-back of the outcome": (Rollout, {"course": TrustsAnswers}, "I4"),
    "lease check": (Handover, {"course": OverstaysLease, "rooms": 1, "together": False}, "I1"),
    "room limit": (Rollout, {"admission": CrowdsRooms}, "I5"),
    "take-over grace": (Handover, {"admission": TakesAtOnce, "rooms": 1, "together": False}, "I1"),
    "wait after a death": (Handover, {"admission": BuriesAtOnce, "rooms": 1, "together": True}, "I1"),
    "save after a doubt": (Rollout, {"course": SavesNothing}, "I4"),
    "sign of life": (Handover, {"course": ShowsNoLife, "rooms": 1, "together": True}, "I1"),
}


@pytest.mark.parametrize("protection", MUTANTS)
def test_without_one_protection_a_promise_is_broken(protection):
    machine, parts, promise = MUTANTS[protection]
    mutant = type("Mutant", (machine,), parts)
    with pytest.raises(Violation, match=promise):
        run(mutant, 5000, 60, derandomize=True, phases=[Phase.generate])
