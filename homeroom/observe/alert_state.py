"""What becomes of alerts in a round, who is due to be told of what, and what goes together in a message: pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from homeroom.observe.alert_rules import Condition
from homeroom.observe.alert_settings import Grouping, Receiver, reaches
from homeroom.store.alerts import SEVERITIES, Alert, Notice, Told, What

LISTED: Final = 50
"""Alerts that a message lists; of more it gives the number."""
_NATION: Final = "*"
"""The group of a message that is of several regions."""


@dataclass(slots=True)
class Memory:
    """What lasts from round to round: since when each condition is there, and since when open alerts' are not."""

    seen: dict[str, float] = field(default_factory=dict[str, float])
    gone: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Moves:
    """What a round changes: alerts to open, those whose words or severity are others now, and ids to close."""

    opened: tuple[Alert, ...]
    reworded: tuple[Alert, ...]
    closed: tuple[int, ...]


def step(
    lasting: Iterable[Alert],
    found: Iterable[Condition],
    now: float,
    memory: Memory,
    *,
    after: Callable[[str], float],
    clear: Callable[[str], float],
) -> Moves:
    """Compare what is open with what is wrong. `after`: rule -> seconds before it opens; `clear`: key -> to close."""
    wrong = {one.key: one for one in found}
    held = {one.key: one for one in lasting}
    memory.seen = {key: memory.seen.get(key, now) for key in wrong}
    memory.gone = {key: memory.gone.get(key, now) for key in held if key not in wrong}
    begun = {key: memory.seen[key] if one.since is None else one.since for key, one in wrong.items()}
    fresh = [one for key, one in wrong.items() if key not in held and now - begun[key] >= after(one.rule)]
    closed = tuple(held[key].id for key, since in memory.gone.items() if now - since >= clear(key))
    return Moves(tuple(_opened(one, now) for one in fresh), tuple(_reworded(held, wrong)), closed)


def _opened(one: Condition, now: float) -> Alert:
    return Alert(one.key, one.severity, one.region, one.site, one.title, one.body, now)


def _reworded(held: Mapping[str, Alert], wrong: Mapping[str, Condition]) -> Iterable[Alert]:
    for key, was in held.items():
        now = wrong.get(key)
        if now is None:
            continue
        new = replace(was, severity=now.severity, title=now.title, body=now.body)
        if new != was:
            yield new


@dataclass(frozen=True, slots=True)
class Due:
    """Something that a receiver is to be told; `was`: the last that it was told of it, if anything."""

    alert: Alert
    what: What
    was: Notice | None


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to a receiver at once. `id` is the same when it is sent again; `region` is empty for several."""

    id: str
    receiver: str
    region: str
    dues: tuple[Due, ...]

    def notices(self, at: float) -> tuple[Notice, ...]:
        """Return what is known to be told once it was taken."""
        return tuple(Notice(one.alert.id, self.receiver, one.what, one.alert.severity, at) for one in self.dues)


def due(one: Told, name: str, receiver: Receiver, now: float, *, muted: bool) -> Due | None:
    """Return what a receiver is to be told of an alert now, if anything; `muted`: nobody is told that it is there.

    That it is over is told even then, to whoever was told that it was there.
    """
    alert, was = one.alert, one.notices.get(name)
    if was is None:
        ours = reaches(receiver, alert.severity, alert.region, alert.rule)
        wanted = alert.closed is None and ours and not muted and now - alert.opened >= receiver.after
        return Due(alert, "opened", None) if wanted else None
    if was.what == "closed":
        return None
    if alert.closed is not None:
        return Due(alert, "closed", was)
    if muted:
        return None
    if SEVERITIES.index(alert.severity) < SEVERITIES.index(was.severity):
        return Due(alert, "worse", was)
    return Due(alert, "again", was) if receiver.repeat and now - was.at >= receiver.repeat else None


@dataclass(slots=True)
class Clock:
    """Of one receiver: since when a region's first news waits, and when its last message went."""

    waits: dict[str, float] = field(default_factory=dict[str, float])
    sent: dict[str, float] = field(default_factory=dict[str, float])

    def went(self, message: Message, now: float) -> None:
        """Remember that a message was taken."""
        for region in {one.alert.region for one in message.dues}:
            self.sent[region] = now
            self.waits.pop(region, None)


def messages(name: str, dues: Collection[Due], clock: Clock, grouping: Grouping, now: float) -> Sequence[Message]:
    """Return what to send to a receiver now: a message a region, or one of them all when they are many."""
    groups: dict[str, list[Due]] = {}
    for one in dues:
        groups.setdefault(one.alert.region, []).append(one)
    clock.waits = {region: clock.waits.get(region, now) for region in groups}
    ready = [region for region in groups if _ready(region, clock, grouping, now)]
    if len(ready) > grouping.most:
        return [_message(name, _NATION, [one for region in ready for one in groups[region]])]
    return [_message(name, region, groups[region]) for region in sorted(ready)]


def _ready(region: str, clock: Clock, grouping: Grouping, now: float) -> bool:
    last = clock.sent.get(region)
    return now - clock.waits[region] >= grouping.wait and (last is None or now - last >= grouping.every)


def _message(name: str, region: str, dues: Iterable[Due]) -> Message:
    """Put together what belongs to one cause: open before closed, the worst first, then by rule and cause."""
    found = sorted(
        dues, key=lambda one: (one.what == "closed", SEVERITIES.index(one.alert.severity), one.alert.key, one.alert.id)
    )
    words = (f"{one.alert.id} {one.what} {one.was.at if one.was else 0}" for one in found)
    mark = hashlib.sha256("\n".join((name, *sorted(words))).encode()).hexdigest()[:24]
    return Message(mark, name, "" if region == _NATION else region, tuple(found))
