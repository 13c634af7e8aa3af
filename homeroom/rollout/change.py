"""A change as a document: what each device runs, what it is to run, and the difference, as one person may approve it.

A document is judged against the devices and never edited: judged again, it is another version. What an approval binds
to is its `content`: every device with the hash of what ran there, of what it is to run and of its difference, the
devices that could not be judged, what was decided on hand edits, and the policy. Whatever of that moves, the approval
is of something else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, cast

from homeroom.errors import StoreError, UsageError
from homeroom.policy.model import Policy
from homeroom.rollout.review import Part

Decision: TypeAlias = Literal["leave", "adopt", "overwrite"]
"""On a hand edit: the device is left as it is; the edit is kept, for the rendering says it now; it is taken back."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One device: sha256 of what ran on it, of what it is to run (both concealed), and of the difference."""

    device: str
    running: str
    target: str
    diff: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody changed on a device by hand since Homeroom last proved what ran there.

    `base`: sha256 of what was proved then, at `proved_at` (epoch). `diff`: from it to what runs, empty when what it
    was is not kept. `undone`: its lines that the rendered configuration takes back.
    """

    device: str
    decision: Decision
    base: str
    proved_at: float
    diff: str
    undone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a change. `reason`: the ticket. `created`: epoch; the account is the system's, of the author.

    `unreachable` and `not_pushed`: device -> why it was not judged. `unchanged`: devices that run it already.
    """

    id: str
    title: str
    reason: str
    author: str
    account: str
    created: float
    policy: str
    devices: tuple[Judged, ...]
    parts: tuple[Part, ...]
    unreachable: Mapping[str, str]
    not_pushed: Mapping[str, str]
    unchanged: tuple[str, ...]
    edits: tuple[Edit, ...]
    restores: bool = False
    """What the devices are to run is what they ran before, not what is rendered."""

    @property
    def content(self) -> str:
        """Return the sha256 of all that an approval binds to, hex."""
        bound = [
            [self.policy],
            sorted([one.device, one.running, one.target, one.diff] for one in self.devices),
            sorted(self.unreachable),
            sorted(self.not_pushed),
            sorted([one.device, one.decision, one.base] for one in self.edits),
        ]
        return digest_of(bound)

    def by_device(self) -> Mapping[str, Judged]:
        """Return the judged devices by name."""
        return {one.device: one for one in self.devices}


def moved(old: Document, new: Document) -> Mapping[str, str]:
    """Return device -> in what it differs between two versions; `policy` for the policy."""
    found = {"policy": "the policy is another"} if old.policy != new.policy else {}
    before, after = old.by_device(), new.by_device()
    for device in sorted(before.keys() | after.keys()):
        if reason := _moved(before.get(device), after.get(device)):
            found[device] = reason
    return found


def _moved(old: Judged | None, new: Judged | None) -> str:
    if old is None:
        return "it was not in the change before"
    if new is None:
        return "it is no longer in the change"
    if old.target != new.target:
        return "what it is to run moved"
    if old.diff != new.diff:
        return "its difference moved: something else runs there"
    return "something else runs there, with the same difference" if old.running != new.running else ""


def decide(edit: Edit, adopt: Collection[str], overwrite: Collection[str]) -> Decision:
    """Return what was decided on a hand edit; UsageError when it is to be adopted and would be taken back."""
    if edit.device in overwrite:
        return "overwrite"
    if edit.device not in adopt:
        return "leave"
    if not edit.diff:
        raise UsageError(
            f"{edit.device}: its hand edit cannot be adopted: what it ran before is not kept, so nobody can tell what"
            " was edited; read its configuration, then --overwrite it or leave it"
        )
    if edit.undone:
        raise UsageError(
            f"{edit.device}: its hand edit cannot be adopted: the rendered configuration takes back"
            f" `{'`, `'.join(edit.undone)}`; write it into the facts or templates first, or --overwrite it"
        )
    return "adopt"


def undone(edit: str, diff: str) -> tuple[str, ...]:
    """Return the lines of an edit that a later difference takes back."""
    later = {(section, line) for section, line in _signed(diff)}
    other = {"+": "-", "-": "+"}
    return tuple(line for section, line in _signed(edit) if (section, other[line[0]] + line[1:]) in later)


def _signed(diff: str) -> list[tuple[tuple[str, ...], str]]:
    """Return each changed line with the lines it stands under, their signs left away."""
    found: list[tuple[tuple[str, ...], str]] = []
    path: list[tuple[int, str]] = []
    for raw in diff.splitlines():
        line = raw.lstrip(" ")
        depth = -1 if line.startswith("/") else len(raw) - len(line)
        path = [one for one in path if one[0] < depth]
        if line.startswith(("+", "-")):
            found.append((tuple(text for _, text in path), line))
        path.append((depth, line.lstrip("+-")))
    return found


def policy_digest(policy: Policy) -> str:
    """Return the sha256 of a policy, with the address groups that were brought into it."""
    return digest_of(asdict(policy))


def digest_of(value: object) -> str:
    """Return the sha256 of a value by its canonical JSON, hex."""
    return hashlib.sha256(_json(value).encode()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(cast("Collection[Any]", value), key=str)
    return str(value)


def pack(document: Document, keep: Mapping[str, str]) -> str:
    """Return a document as text. `keep`: difference -> its hash, which stands for it."""
    plain = asdict(document)
    for part in plain["parts"]:
        part["diff"] = keep[part["diff"]]
    plain["devices"] = [[one.device, one.running, one.target, one.diff] for one in document.devices]
    return _json(plain)


def unpack(text: str, texts: Callable[[Collection[str]], Mapping[str, str]]) -> Document:
    """Return what `pack` was given; StoreError when it is not what its fields say. `texts`: hashes -> differences."""
    try:
        plain = json.loads(text)
        kept = texts({one["diff"] for one in plain["parts"]})
        plain["devices"] = tuple(Judged(*one) for one in plain["devices"])
        plain["parts"] = tuple(_part(one, kept) for one in plain["parts"])
        plain["edits"] = tuple(_edit(one) for one in plain["edits"])
        plain["unchanged"] = tuple(plain["unchanged"])
        return Document(**plain)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"a change cannot be read: {error}; restore state.db from a backup") from error


def _edit(plain: dict[str, Any]) -> Edit:
    plain["undone"] = tuple(plain["undone"])
    return Edit(**plain)


def _part(plain: dict[str, Any], kept: Mapping[str, str]) -> Part:
    lists = ("devices", "opens", "closes", "risk", "touches")
    values: dict[str, Any] = {**plain, **{name: tuple(plain[name]) for name in lists}, "diff": kept[plain["diff"]]}
    return Part(**values)


def state_of(document: Document, approvers: Sequence[str], *, aborted: bool) -> str:
    """Return the change's state before it is rolled out: planned, approved or aborted."""
    if aborted:
        return "aborted"
    return "approved" if any(not same_person(one, document.author) for one in approvers) else "planned"


def same_person(one: str, other: str) -> bool:
    """Tell whether two names mean one person: upper and lower case, and blanks, make no other."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
