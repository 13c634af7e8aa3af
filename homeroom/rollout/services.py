"""What must work on a device after a change, as questions it is asked: its uplinks, names, and logins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.intent.model import Intent
from homeroom.platforms.box import Box, Question

Kind: TypeAlias = Literal["uplink", "names", "logins"]


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one device. `instead`: what is asked where the platform cannot ask the first.

    `failure`: which service, from where, what to do. Of several `logins` one is enough.
    """

    kind: Kind
    question: Question
    failure: str
    instead: Question | None = None


Answers: TypeAlias = Mapping[Service, bool | None]
"""None: the platform can ask neither; nothing is known."""


def services(intent: Intent) -> tuple[Service, ...]:
    """Return what a device is asked after a change. Each resolver is asked once, from the first role that has it."""
    return (*_uplinks(intent), *_names(intent), *_logins(intent))


def ask(box: Box, some: Sequence[Service]) -> dict[Service, bool | None]:
    """Ask all, and in a second round what the platform could not ask the first way."""
    found = dict(zip(some, box.ask([one.question for one in some]), strict=True)) if some else {}
    again = [(one, one.instead) for one, answer in found.items() if answer is None and one.instead]
    if again:
        answers = box.ask([question for _, question in again])
        found |= dict(zip((one for one, _ in again), answers, strict=True))
    return found


def blamed(after: Answers, before: Answers | None, ran: str) -> tuple[Service, ...]:
    """Return what the change broke, or does not bring.

    `before`: the answers while `ran` did; None: not known, and everything must work. What was ill before is not the
    change's doing, if the device had that very address in its configuration then; what is new must work.
    """
    known = before or {}
    ill = [one for one, answer in after.items() if answer is False]
    excused = {one for one in ill if known.get(one) is False and _stood(one.question.address, ran)}
    logins = {one: answer for one, answer in after.items() if one.kind == "logins"}
    served = any(answer is not False for answer in logins.values())
    return tuple(
        one for one in ill if one not in excused and (one.kind != "logins" or not served or known.get(one) is True)
    )


def _stood(address: str, text: str) -> bool:
    """Tell whether a configuration names an address."""
    return bool(re.search(rf"(?<![\w.:]){re.escape(address.lower())}(?![\w:]|\.\d)", text.lower()))


def _uplinks(intent: Intent) -> Iterator[Service]:
    for one in intent.uplinks:
        failure = (
            f"{one.peer4}, the other end of its uplink {one.interface}, does not answer it:"
            " look at the line, and at what the change does to that interface"
        )
        yield Service("uplink", Question("echo", one.peer4), failure)


def _names(intent: Intent) -> Iterator[Service]:
    asked: set[str] = set()
    for segment in intent.segments:
        ways = ((segment.resolver4, segment.gateway4), (segment.resolver6, segment.gateway6))
        for resolver, gateway in ways if segment.routed else ():
            if resolver and resolver not in asked:
                asked.add(resolver)
                failure = (
                    f"the resolver {resolver} does not answer it from {gateway} ({segment.role}):"
                    " look at the resolver, and at the way to it"
                )
                question = Question("name", resolver, gateway, intent.device.domain)
                yield Service("names", question, failure, Question("echo", resolver, gateway))


def _logins(intent: Intent) -> Iterator[Service]:
    servers = [*(intent.admission.radius if intent.admission else ())]
    servers += [server for wlan in intent.wlans for server in wlan.radius]
    for server in dict.fromkeys(servers):
        source = intent.management.v6 if ":" in server else intent.management.v4
        failure = (
            f"the RADIUS server {server} does not answer it from {source}: look at the server, and at the way to it"
        )
        yield Service("logins", Question("echo", server, source), failure)
