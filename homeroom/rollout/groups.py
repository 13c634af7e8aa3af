"""4,000 diffs become a handful to review: those that are the same but for a site's own values are one group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from homeroom.rollout.shape import Own, shape


@dataclass(frozen=True, slots=True)
class Group:
    """Devices whose diffs say the same. `diff` is the first device's, `shape` has placeholders."""

    devices: tuple[str, ...]
    diff: str
    shape: str


def group(diffs: Iterable[tuple[str, str, Own]]) -> tuple[Group, ...]:
    """Group (device, diff, own values) by shape: the largest group first, devices in the order given."""
    members: dict[str, list[tuple[str, str]]] = {}
    for device, diff, own in diffs:
        members.setdefault(shape(diff, own), []).append((device, diff))
    found = (Group(tuple(name for name, _ in some), some[0][1], form) for form, some in members.items())
    return tuple(sorted(found, key=lambda one: (-len(one.devices), one.devices)))
