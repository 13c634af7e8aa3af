"""What is up, down or unknown, and why: pure. Parents first, so that one line that fails is one fault, not thousands.

A device that does not answer is unknown: it may be switched off for the night. It is down when two sources that do
not depend on each other agree (its agent is silent, and the switch says that its port has no link). Whatever hangs
below a node that is not up is unknown because of that node. Whatever answers proves that all above it forwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.errors import UsageError
from homeroom.plan.model import SitePlan

State: TypeAlias = Literal["up", "down", "unknown"]
AGREE: Final = 2
"""Sources that must say so before something is down."""


@dataclass(frozen=True, slots=True)
class Node:
    """A device, or a line or a region's node that several depend on; `parent`: what it is reached through."""

    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A state, and the node above that explains it; an empty `cause`: it stands for itself."""

    state: State
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is down, with how many devices and schools are cut off by it (itself counts, if a device)."""

    root: str
    devices: int
    schools: int


Evidence: TypeAlias = Mapping[str, Mapping[str, bool]]
"""Node -> source -> whether it says that the node is up. Only what is fresh: an old word is no word."""


def judge(nodes: Iterable[Node], evidence: Evidence) -> Mapping[str, Judged]:
    """Judge every node. One that nobody can ask (a line) has no evidence: those below it are its sources.

    Raises UsageError when a node is named twice, hangs on one that there is not, or on itself.
    """
    order = _parents_first(nodes)
    alive, silent = _from_below(order, evidence)
    judged: dict[str, Judged] = {}
    for node in order:
        above = judged.get(node.parent)
        if alive[node.name]:
            judged[node.name] = Judged("up")
        elif above and (above.state == "down" or (above.state == "unknown" and _masks(node.parent, above, evidence))):
            judged[node.name] = Judged("unknown", above.cause or node.parent)
        else:
            judged[node.name] = Judged("down" if silent[node.name] >= AGREE else "unknown")
    return judged


def _masks(parent: str, above: Judged, evidence: Evidence) -> bool:
    """Tell whether an unknown parent hides what is below: one that nobody can ask, and nothing explains, does not."""
    return bool(above.cause) or parent in evidence


def schools(judged: Mapping[str, Judged], routers: Mapping[str, str]) -> Mapping[str, Judged]:
    """Judge schools by the router of each: a school is down when its router is, or what its router hangs on is.

    Whether the router behind a failed line has power, nobody knows; that the school has no line, everybody does.
    """
    found: dict[str, Judged] = {}
    for school, router in routers.items():
        one = judged.get(router, Judged("unknown"))
        root = one.cause or router
        down = one.state != "up" and root in judged and judged[root].state == "down"
        found[school] = Judged("up") if one.state == "up" else Judged("down" if down else "unknown", root)
    return found


def faults(judged: Mapping[str, Judged], devices: Iterable[str], of_schools: Mapping[str, Judged]) -> tuple[Fault, ...]:
    """Return what is down by itself, the worst first, with what it cuts off."""
    cut: defaultdict[str, int] = defaultdict(int)
    for name in devices:
        if judged[name].state != "up":
            cut[judged[name].cause or name] += 1
    hit: defaultdict[str, int] = defaultdict(int)
    for one in of_schools.values():
        if one.state == "down":
            hit[one.cause] += 1
    roots = (name for name, one in judged.items() if one.state == "down")
    found = (Fault(root, cut[root], hit[root]) for root in roots)
    return tuple(sorted(found, key=lambda one: (-one.schools, -one.devices, one.root)))


def of_site(plan: SitePlan, line: str = "") -> Sequence[Node]:
    """Return the nodes of a site as it is cabled; `line`: what its router hangs on."""
    from homeroom.intent.cabling import neighbours

    parents = {below.name: above for above, hanging in neighbours(plan).items() for below in hanging}
    return [Node(device.name, parents.get(device.name, line)) for device in plan.devices]


def _parents_first(nodes: Iterable[Node]) -> Sequence[Node]:
    known: dict[str, Node] = {}
    for node in nodes:
        if node.name in known:
            raise UsageError(f"{node.name} is named twice; name each node once")
        known[node.name] = node
    depths: dict[str, int] = {}
    for node in known.values():
        way: list[str] = []
        name = node.name
        while name and name not in depths:
            if name not in known:
                raise UsageError(f"{way[-1]} hangs on {name}, which is no node; name it, or leave the parent empty")
            if name in way:
                raise UsageError(f"{name} hangs on itself ({', '.join(way)}); correct the parents")
            way.append(name)
            name = known[name].parent
        base = depths[name] if name else 0
        depths.update({one: base + n for n, one in enumerate(reversed(way), 1)})
    return sorted(known.values(), key=lambda node: depths[node.name])


def _from_below(order: Sequence[Node], evidence: Evidence) -> tuple[Mapping[str, bool], Mapping[str, int]]:
    """Return which nodes prove to be up, and how many sources say that each is not; children before parents."""
    alive: defaultdict[str, bool] = defaultdict(bool)
    silent: defaultdict[str, int] = defaultdict(int)
    for node in reversed(order):
        words = evidence.get(node.name)
        if words is not None:
            alive[node.name] |= any(words.values())
            silent[node.name] = sum(not word for word in words.values())
        if node.parent:
            alive[node.parent] |= alive[node.name]
            silent[node.parent] += silent[node.name] > 0
    return alive, silent
