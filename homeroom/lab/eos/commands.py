"""The modes of the configuration and their command trees, each built once when it is first entered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from homeroom.lab.eos import tables
from homeroom.lab.eos.grammar import Node, build


@dataclass(frozen=True, slots=True)
class Rule:
    """One command of a mode; `group` and `mark` are its place in the mode's table."""

    pattern: str
    group: int
    mark: int
    key: int = 0
    on: bool = False
    both: bool = False
    unset: bool = False
    mode: str = ""
    form: str = ""


MODES: Final = {
    "global": tables.GLOBAL,
    "if": tables.INTERFACE,
    "vlan": tables.VLAN,
    "vrf": tables.VRF,
    "api": tables.API,
    "api-vrf": tables.API_VRF,
    "line": tables.LINES,
    "acl4": tables.ACL,
    "acl6": tables.ACL,
    "l1": tables.L1,
    "queue": tables.QUEUE,
    "dot1x": tables.DOT1X,
    "dhcp": tables.DHCP,
    "subnet": tables.SUBNET,
    "policy": tables.POLICY,
    "class": tables.CLASS,
    "router": tables.ROUTER,
    "free": tables.FREE,
}
"""Every mode by the name that the tables use."""
FREE: Final = frozenset({"router", "free"})
"""Modes that keep any line: what a mode above knows is tried first there."""


def _rule(group: int, mark: int, line: str) -> Rule:
    pattern, _, marks = f"{line} ".partition(" :: ")
    words = marks.split()
    named = {name: words[n + 1] for n, name in enumerate(words) if name in {"mode", "form"}}
    return Rule(
        pattern.strip(),
        group,
        mark,
        key=next((int(word) for word in words if word.isdecimal()), 0),
        on="on" in words,
        both="both" in words,
        unset="unset" in words,
        mode=named.get("mode", ""),
        form=named.get("form", ""),
    )


def rules(mode: str) -> list[Rule]:
    """Return the commands of a mode in the order of its table."""
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", MODES[mode].strip())]
    numbered = [(group, line) for group, block in enumerate(blocks) for line in block]
    return [_rule(group, mark, line) for mark, (group, line) in enumerate(numbered)]


@cache
def grammar(mode: str) -> Node[Rule]:
    """Return the command tree of a mode."""
    return build((rule.pattern, rule) for rule in rules(mode))
