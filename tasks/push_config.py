"""Nornir task: push this device's configuration, guarded."""

from __future__ import annotations

from functools import partial

from nornir.core.task import Result, Task

from homeroom.rollout.fleet import Fleet
from homeroom.rollout.push import Desk, Push


def push_config(task: Task, fleet: Fleet, desk: Desk) -> Result:
    """Return an Outcome. This changes the device: asking for a dry run is the playbook's part."""
    member = fleet.members[task.host.name]
    enter = partial(fleet.keyring.enter, task.host, member.driver, desk.change)
    outcome = Push(desk, member.work, enter).run()
    return Result(
        host=task.host,
        result=outcome,
        changed=outcome.state == "confirmed",
        diff=outcome.diff,
        failed=outcome.trouble,
    )
