"""Nornir task: bring this device through a change, from its claim to its end."""

from __future__ import annotations

from nornir.core.task import Result, Task

from homeroom.rollout.crew import Refused
from homeroom.rollout.desk import Desk
from homeroom.rollout.fleet import Fleet
from homeroom.store.changes import Row


def roll_device(task: Task, fleet: Fleet, desk: Desk) -> Result:
    """Return the device's Row at rest, or Refused when it could not be had. This changes the device."""
    name = task.host.name
    member = fleet.members[name]
    outcome: Row | Refused = desk.bring(member, lambda: fleet.keyring.enter(task.host, member.driver, desk.change))
    return Result(host=task.host, result=outcome, changed=isinstance(outcome, Row) and outcome.state == "confirmed")
