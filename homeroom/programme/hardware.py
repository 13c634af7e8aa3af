"""What must hold of profiles.yaml: profiles name models of the right kind, and what they ask for fits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

from homeroom.errors import Problem
from homeroom.programme.bill import ROOM, direct_ports, switches_for
from homeroom.programme.checks import wrong
from homeroom.programme.model import Equipment, Kind, Model, Profile

MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,39}").fullmatch
INTERFACE: Final = re.compile(r"[A-Za-z][A-Za-z0-9._/:-]{0,39}").fullmatch


def equipment(facts: Equipment) -> list[Problem]:
    """Return every problem of the equipment; what fits is only asked once the names are right."""
    problems = [problem for name, model in facts.models.items() for problem in _model(name, model)]
    problems += _order(facts.profiles)
    for number, profile in enumerate(facts.profiles):
        field = f"profiles[{number}]"
        named = list(_names(field, profile, facts))
        problems += named or _fits(field, profile, facts)
    return problems


def _model(name: str, model: Model) -> Iterator[Problem]:
    field = f"models.{name}"
    if not MODEL(name):
        yield wrong(field, f"{name!r} is not a model's name", "write letters, digits, . _ / + -, at most 40")
    if not model.uplinks:
        yield wrong(f"{field}.uplinks", "there are none", "name the interface that faces the Internet or the site")
    if model.kind == "router" and not model.ports:
        yield wrong(f"{field}.ports", "there are none", "name the interfaces that face the school")
    if model.kind == "ap" and not model.radios:
        yield wrong(f"{field}.radios", "there are none", "name each radio and its band")
    interfaces = [*model.uplinks, *model.ports, *model.radios]
    for interface in interfaces:
        if not INTERFACE(interface):
            yield wrong(field, f"{interface!r} is not an interface name", "write it as the vendor does")
    for interface in sorted({name for name in interfaces if interfaces.count(name) > 1}):
        yield wrong(field, f"{interface} is named twice", "name each interface once")


def _order(profiles: tuple[Profile, ...]) -> Iterator[Problem]:
    if not profiles:
        yield wrong("profiles", "there are none", "add at least one")
    names = [profile.name for profile in profiles]
    for number, profile in enumerate(profiles):
        if profile.name in names[:number]:
            first = names.index(profile.name)
            yield wrong(f"profiles[{number}].name", f"{profile.name!r} is already profiles[{first}]", "rename one")
        if number and profile.max_pupils <= profiles[number - 1].max_pupils:
            before = profiles[number - 1].name
            yield wrong(
                f"profiles[{number}].max_pupils", f"is not above that of {before}", "sort profiles by max_pupils"
            )


def _names(field: str, profile: Profile, facts: Equipment) -> Iterator[Problem]:
    kinds: dict[str, Kind] = {"router": "router", "switch": "switch", "ap": "ap", "wlc": "wlc"}
    for role, kind in kinds.items():
        name = getattr(profile, role)
        if role == "wlc" and not name:
            continue
        model = facts.models.get(name)
        if model is None:
            there = ", ".join(n for n, m in facts.models.items() if m.kind == kind) or "none"
            yield wrong(f"{field}.{role}", f"no model is called {name!r}", f"choose a {kind}: {there}")
        elif model.kind != kind:
            yield wrong(f"{field}.{role}", f"{name} is a model of kind {model.kind}", f"name a model of kind {kind}")


def _fits(field: str, profile: Profile, facts: Equipment) -> Iterator[Problem]:
    numbers = (profile.max_pupils, profile.min_aps, profile.max_aps, profile.min_switches)
    if min(numbers) < 0 or not 0 <= profile.aps_per_classroom < math.inf or profile.max_pupils < 1:
        yield wrong(field, "holds a negative number or no pupils", "correct it")
        return
    if profile.min_aps > profile.max_aps:
        yield wrong(f"{field}.min_aps", f"{profile.min_aps} is above max_aps {profile.max_aps}", "correct one")
    switches = switches_for(profile.max_aps, profile, facts)
    devices = switches + profile.max_aps + bool(profile.wlc)
    if devices > ROOM[profile.size]:
        yield wrong(
            f"{field}.size",
            f"{profile.max_aps} access points and {switches} switches do not fit a {profile.size} site,"
            f" whose management prefix holds {ROOM[profile.size]} beside the router",
            "lower max_aps or choose a larger size",
        )
    ports = direct_ports(profile, facts) + 1
    if switches > ports:
        yield wrong(field, f"{switches} switches do not fit the router's {ports} ports", "lower max_aps")
