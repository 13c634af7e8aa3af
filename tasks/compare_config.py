"""Nornir task: ask what a push would change on this device."""

from __future__ import annotations

from nornir.core.task import Result, Task

from homeroom.rollout.fleet import Fleet
from homeroom.rollout.work import compare


def compare_config(task: Task, fleet: Fleet, change: str) -> Result:
    """Return a Comparison; the device is left as it was."""
    member = fleet.members[task.host.name]
    with fleet.keyring.enter(task.host, member.driver, change) as box:
        found = compare(member.work, box)
    return Result(host=task.host, result=found, diff=found.diff)
