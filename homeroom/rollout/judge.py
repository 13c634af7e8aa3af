"""From what devices answered to the document of a change, with the hand edits that were found on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from homeroom.errors import StoreError, UsageError
from homeroom.rollout.change import Document, Edit, Judged, decide, undone
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.review import parts
from homeroom.rollout.work import Comparison
from homeroom.store.configs import digest


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for. `reason`: the ticket. `adopt` and `overwrite`: devices whose hand edits are decided."""

    id: str
    title: str
    reason: str
    author: str
    account: str
    created: float
    adopt: frozenset[str] = frozenset()
    overwrite: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Memory:
    """What was known before. `proved`: device -> (hash, epoch) after our last push; `text`: hash -> text.

    `policy`: the hash of the policy that the devices were rendered from.
    """

    proved: Mapping[str, tuple[str, float]]
    text: Callable[[str], str]
    policy: str


def judge(
    order: Order,
    fleet: Fleet,
    compared: Mapping[str, Comparison],
    unreachable: Mapping[str, str],
    memory: Memory,
) -> Document:
    """Make the document. UsageError when a hand edit cannot be adopted."""
    answers = {name: compared[name] for name in fleet.members if name in compared}
    edits = tuple(_edits(order, fleet, answers, memory))
    left = {one.device for one in edits if one.decision == "leave"}
    changed = {name: one for name, one in answers.items() if one.diff and name not in left}
    judged = tuple(
        Judged(name, digest(one.running), digest(fleet.members[name].work.text), digest(one.diff))
        for name, one in changed.items()
    )
    made = parts(fleet.members, ((name, one.diff) for name, one in changed.items()), lambda name: changed[name].running)
    return Document(
        id=order.id,
        title=order.title,
        reason=order.reason,
        author=order.author,
        account=order.account,
        created=order.created,
        policy=memory.policy,
        devices=judged,
        parts=made,
        unreachable=dict(unreachable),
        not_pushed=dict(fleet.not_pushed),
        unchanged=tuple(name for name, one in answers.items() if not one.diff),
        edits=edits,
    )


def _edits(order: Order, fleet: Fleet, answers: Mapping[str, Comparison], memory: Memory) -> Iterator[Edit]:
    """Yield the hand edits on devices that a push would change: another configuration than we proved runs there."""
    for name, one in answers.items():
        base, at = memory.proved.get(name, ("", 0.0))
        if not one.diff or not base or base == digest(one.running):
            continue
        was = _kept(memory, base)
        diff = fleet.members[name].work.parse.diff(was, one.running) if was else ""
        if was and not diff:  # another text that means the same
            continue
        found = Edit(name, "leave", base, at, diff, undone(diff, one.diff))
        yield Edit(name, decide(found, order.adopt, order.overwrite), base, at, diff, found.undone)


def _kept(memory: Memory, sha: str) -> str:
    try:
        return memory.text(sha)
    except StoreError:
        return ""


def refuse_strangers(order: Order, document: Document) -> None:
    """Refuse decisions on hand edits that are not there; UsageError names the devices."""
    known = {one.device for one in document.edits} | document.unreachable.keys()
    if strangers := sorted((order.adopt | order.overwrite) - known):
        raise UsageError(
            f"{', '.join(strangers)}: no hand edit that this change meets was found there; drop --adopt or --overwrite"
        )
    if both := sorted(order.adopt & order.overwrite):
        raise UsageError(f"{', '.join(both)}: a hand edit is adopted or overwritten, not both; drop one of the two")
