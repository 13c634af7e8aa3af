"""Nornir task: read this device's running configuration."""

from __future__ import annotations

from nornir.core.task import Result, Task

from homeroom.rollout.fleet import Fleet
from homeroom.rollout.work import Reading


def fetch_running(task: Task, fleet: Fleet, change: str) -> Result:
    """Return a Reading of the running configuration, concealed."""
    member = fleet.members[task.host.name]
    with fleet.keyring.enter(task.host, member.driver, change) as box:
        found = box.running()
    return Result(host=task.host, result=Reading(task.host.name, member.work.conceal(found.text)))
