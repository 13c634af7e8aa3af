"""What a person reads of a change: each group of differences with what it opens, what it closes and what it risks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.rollout.effect import effect
from homeroom.rollout.fleet import Member
from homeroom.rollout.groups import Group, group
from homeroom.rollout.risk import Word, risk, touched

ODD: Final = 20
"""A group this many times smaller than all together stands apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """Devices whose differences say the same, and what is said of the first one's.

    `opens` and `closes`: one example each; `unknown`: why they could not be told. `touches`: features.
    """

    devices: tuple[str, ...]
    diff: str
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    unknown: str
    risk: tuple[Word, ...]
    touches: tuple[str, ...]
    shape: str = ""
    """The difference with a device's own values set aside (homeroom.rollout.shape): what all of them have in common."""


def parts(
    members: Mapping[str, Member], diffs: Iterable[tuple[str, str]], running: Callable[[str], str]
) -> tuple[Part, ...]:
    """Put (device, diff) in groups, the largest first. `running`: device -> what runs on it, asked once a group."""
    found = group((device, diff, members[device].own) for device, diff in diffs if diff)
    return tuple(_part(members[one.devices[0]], one, running(one.devices[0])) for one in found)


def _part(member: Member, found: Group, running: str) -> Part:
    diff = found.diff
    made = effect(member.work.parse, running, member.work.text)
    features = {name: member.work.parse.diff("", text) for name, text in member.features.items()}
    dangers = risk(diff, features, member.own)
    return Part(
        found.devices, diff, made.opens, made.closes, made.unknown, dangers, touched(diff, features), found.shape
    )


def odd(found: Iterable[Part]) -> frozenset[Part]:
    """Return the groups that stand apart: so small beside all together that they may be a mistake."""
    some = tuple(found)
    total = sum(len(one.devices) for one in some)
    return frozenset(one for one in some[1:] if len(one.devices) * ODD <= total)
