"""Nornir task: read this device's running configuration and, when they are due, what NAPALM's getters say of it."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

from nornir.core.task import Result, Task

from homeroom.audit.getters import ask
from homeroom.reading import Reading as Value
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.work import Reading


@dataclass(frozen=True, slots=True)
class Copy:
    """What runs on a device, concealed, and what its getters said; nothing when they were not asked."""

    reading: Reading
    told: tuple[Value, ...]
    at: float


def back_up(task: Task, fleet: Fleet, change: str, due: Collection[str]) -> Result:
    """Return a Copy. `due`: the devices whose getters are asked."""
    name = task.host.name
    member = fleet.members[name]
    with fleet.keyring.enter(task.host, member.driver, change) as box:
        found = box.running()
        at = time.time()
        told = ask(box, name, at) if name in due else ()
    return Result(host=task.host, result=Copy(Reading(name, member.work.conceal(found.text)), told, at))
