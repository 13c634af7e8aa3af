"""One device through a change as `homeroom apply` brings it: store on disk, claim, desk; nothing stands around it."""

import time
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

from homeroom.errors import DeviceError
from homeroom.rollout.admission import Limits, nobody
from homeroom.rollout.box_target import Approved
from homeroom.rollout.care import Care
from homeroom.rollout.desk import Desk
from homeroom.rollout.fleet import Member
from homeroom.rollout.shape import Own
from homeroom.rollout.target import Terms
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.configs import digest
from homeroom.store.journal import Journal

QUICK = Terms(lease=10.0, operation=1.0, grace=7.0, timer=600.0, settle=3.0)
"""For devices of the lab, which answer at once or not at all."""
SILENT = SimpleNamespace(uplinks=(), segments=(), admission=None, wlans=())
"""An intent that promises no service."""


class Alone:
    """A site with nobody behind the device, and nothing to leak."""

    def neighbours(self, intent):
        return ()

    def leak(self, intent, running, before):
        return ""


@dataclass(frozen=True)
class Brought:
    """How a device ended. `states`: its own way in the journal; `kept`: what was kept of what it ran, oldest first."""

    row: Row
    states: list
    kept: list

    @property
    def end(self):
        return self.row.state, self.row.cause

    @property
    def running(self):
        return self.kept[-1] if self.kept else ""


def member(work, intent=SILENT):
    return Member(work, None, {}, Own((), {}), intent)


def entering(box):
    """Return what opens a box that `box()` makes, for the length of a block."""

    @contextmanager
    def enter():
        made = box()
        try:
            made.open()
            yield made
        finally:
            made.close()

    return enter


def whatever(work):
    """Approve the new configuration, whatever it replaces."""
    return Approved("", digest(work.text), lambda: "")


def desk(engine, change, approved, kept, **rest):
    """Put a desk together, with what is left out as one worker alone in the world has it."""
    made = {
        "store": Changes(engine), "terms": QUICK, "limits": Limits(), "owner": "worker", "beat": lambda: None,
        "died": nobody, "care": Care(Alone(), patience=5.0), "clock": time.time, "wait": short,
        "noted": lambda row: None, "keep": lambda device, text: kept.append(text),
    }  # fmt: skip
    return Desk(change=change, approved=approved, **(made | rest))


def short(seconds):
    """Wait as a push does between its tries, in the lab's time."""
    time.sleep(min(seconds, 0.3))


def bring(engine, one, enter, change="c", *, approved=None, **rest):
    """Bring a member through a change, which is begun unless it was; return a Brought, or Refused."""
    work, kept = one.work, []
    store = Changes(engine)
    if change not in {known.id for known in store.changes()}:
        new = Change(change, "wave", "approved", 1, "content", "ana", "ticket", 1.0)
        store.add(new, [Row(change, work.device, wave=1)])
    ways = {work.device: approved or whatever(work)}
    row = desk(engine, change, ways, kept, **rest).bring(one, enter)
    if not isinstance(row, Row):
        return row
    assert row == store.row(change, work.device), "what is returned is what is on disk"
    states = [event.state for event in Journal(engine).events(change) if event.device == work.device]
    return Brought(row, states, kept)


def said(error: DeviceError):
    """Return an error as a row tells it."""
    return f"{error.what}; {error.remedy}"
