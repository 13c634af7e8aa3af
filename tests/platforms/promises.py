"""The six promises of every driver, each kept or broken under one fault: a story on a device of its own."""

from contextlib import suppress
from dataclasses import dataclass

from homeroom.errors import CommandRejected, DeviceError, HostKeyChanged, Unreachable, Unsettled
from homeroom.lab.faults import Fault, Faults

PROMISES = {
    "merge": "merge",
    "replace": "replace with diff",
    "empty": "second push is empty",
    "alone": "confirmed commit left alone goes back",
    "confirm": "confirm from a new process holds",
    "rollback": "rollback restores byte for byte",
}
HASTY, PATIENT = 1.5, 30.0
"""Seconds to wait for an answer: of a device that will not give it, of any other."""
JUMP = 86400.0
HARMLESS = frozenset({"slow", "clock_jump", "snmp_silent", "packet_loss"})
"""Faults under which every promise is kept: no step fails because of them."""
DOUBT = (Unreachable, Unsettled)


class Pins:
    """Pins the first fingerprint it sees."""

    def __init__(self):
        self.seen = ""

    def __call__(self, fingerprint):
        self.seen = self.seen or fingerprint
        if fingerprint != self.seen:
            raise HostKeyChanged("dev", f"it shows {fingerprint}, not {self.seen}", "find out why")


class Watched(Faults):
    """Remembers which steps a connection came by."""

    __slots__ = ("steps",)

    def __init__(self):
        super().__init__()
        self.steps = []

    def strike(self, step):
        if step not in self.steps:
            self.steps.append(step)
        return super().strike(step)


@dataclass
class Story:
    """One promise on one device. `fault` None: nothing strikes."""

    bed: object
    device: object
    promise: str
    fault: Fault | None = None
    target: str = ""
    """What the device holds when the new configuration runs on it."""

    def run(self):
        """Make the change under the fault; let an hour pass; heal the device; look at it, and work on it again."""
        self.pin, self.stage, self.error, self.diff = Pins(), "before", None, ""
        self.old, self.text = self.bed.seen(self.device), self.bed.text(self.device)
        getattr(self, f"before_{self.promise}", lambda: None)()
        self.arm(self.promise != "alone" or self.strikes)
        watched = getattr(self.device.faults, "steps", [])
        watched.clear()
        with suppress(DeviceError):
            self.act()
        self.steps = tuple(watched)
        self.struck = not self.device.faults.armed or not self.strikes
        self.soon = self.bed.seen(self.device)
        self.arm(self.promise == "alone" and not self.strikes)
        self.settle()
        return self

    @property
    def strikes(self):
        return self.fault is not None and self.fault.step is not None

    def arm(self, now):
        """Arm the fault; one that stands while a timer runs is armed after the commit."""
        if self.fault is None or not now:
            return
        if self.fault.kind == "wrong_host_key":
            with self.enter(PATIENT):
                pass
        self.bed.do(lambda: self.device.faults.arm(self.fault))

    def enter(self, timeout, change="c1", pin=None):
        return self.bed.entered(self.device, pin or self.pin, change=change, timeout=timeout)

    def act(self):
        patience = HASTY if self.fault is not None and self.fault.kind in {"half_open", "offline"} else PATIENT
        try:
            with self.enter(patience) as box:
                box.running()
                getattr(self, f"do_{self.promise}")(box)
                self.stage = "done"
        except DeviceError as error:
            self.error = error
            raise

    # --- the promises

    def do_merge(self, box):
        self.stage = "load"
        self.diff = self.bed.merge(box, self.bed.piece)
        self.stage = "commit"
        self.bed.keep(box)

    def do_replace(self, box):
        self.stage = "load"
        self.diff = box.candidate(self.text)
        self.stage = "commit"
        self.bed.keep(box)

    def do_empty(self, box):
        self.stage = "load"
        self.diff = box.candidate(self.text)
        box.discard()

    def do_alone(self, box):
        self.stage = "load"
        self.diff = box.candidate(self.text)
        self.stage = "commit"
        box.commit(self.bed.minutes)

    def do_confirm(self, box):
        self.stage = "confirm"
        box.confirm()

    def do_rollback(self, box):
        self.stage = "rollback"
        box.revert()

    # --- what goes before them

    def before_empty(self):
        with self.enter(PATIENT) as box:
            box.running()
            self.do_replace(box)
        self.stage, self.diff = "before", ""

    def before_confirm(self):
        with self.enter(PATIENT, pin=Pins()) as box:
            box.running()
            self.do_alone(box)
        self.stage, self.diff = "before", ""

    before_rollback = before_confirm

    # --- the end

    def settle(self):
        self.bed.expire(self.device)
        self.bed.do(self.device.faults.clear)
        with self.enter(PATIENT, "later", Pins()) as box:
            self.waits = box.running().pending
        with self.enter(PATIENT, "later", Pins()) as box:
            box.running()
            self.again = box.candidate(self.text)
            box.discard()
        self.bed.quiet(self.device)
        self.last = self.bed.seen(self.device)
        self.left = self.bed.rest(self.device)

    def check(self):
        """Old or new, the answer true, nothing left, and the device can be worked on."""
        told = f"{self.stage}: {self.error}"
        assert self.last in (self.old, self.target), f"neither the old nor the new configuration; {told}"
        assert not self.waits, "a commit still waits"
        assert self.left == []
        assert bool(self.again) == (self.promise == "merge" or self.last == self.old), "the next comparison is untrue"
        assert self.struck, f"the fault never struck; {told}"
        assert self.stage == "done" or self.fault.kind not in HARMLESS, told
        getattr(self, f"check_{'commit' if self.promise in {'merge', 'replace'} else self.promise}")(told)

    def check_commit(self, told):
        if self.stage == "done":
            assert (self.bed.merged if self.promise == "merge" else self.bed.added) in self.diff
            assert self.soon == self.last == self.target, told
        elif self.last == self.target:
            assert self.stage == "commit", told
            assert isinstance(self.error, DOUBT) or "it runs the new configuration" in str(self.error), told

    def check_empty(self, told):
        assert self.last == self.target, told
        assert self.diff == "", told

    def check_alone(self, told):
        assert self.last == self.old, told

    def check_confirm(self, told):
        if self.stage == "done":
            assert self.last == self.target, told
        elif self.last == self.target:
            assert isinstance(self.error, DOUBT) or "it runs the new configuration" in str(self.error), told
            assert self.stage == "confirm", told

    def check_rollback(self, told):
        if self.stage == "done":
            assert self.soon == self.last == self.old, told
        elif self.last != self.old:
            assert isinstance(self.error, CommandRejected), told
            assert "does not run the old configuration" in str(self.error), told
