"""The hours in which a rule of /etc/config/firewall holds, as a window of the policy.

UCI has no name for them: a rule's name may say it behind an @; else they are called by what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from homeroom.platforms.openwrt.sections import Section
from homeroom.policy.model import DAYS, Day, Window

_LONG: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME: Final = re.compile(r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?").fullmatch
_NAMED: Final = re.compile(r".* ?@([\w-]+)").fullmatch
_KEYS: Final = frozenset({"start_time", "stop_time", "weekdays"})


def window(section: Section, known: dict[str, Window]) -> str:
    """Return the name of a rule's window and put it among the known ones; empty when it always holds.

    ParseError when it is over midnight, negated or to the second, or when its name stands for other hours elsewhere.
    """
    if not _KEYS & (section.options.keys() | section.lists.keys()):
        return ""
    made = Window(
        tuple(dict.fromkeys(_days(section))) or DAYS,
        _time(section, "start_time", "00:00"),
        _time(section, "stop_time", "23:59"),
    )
    if made.start >= made.until:
        raise section.wrong("stop_time", "hours over midnight are not understood")
    named = _NAMED(section.one("name"))
    name = named[1] if named else f"{'-'.join(made.days)}-{made.start}-{made.until}"
    if known.setdefault(name, made) != made:
        raise section.wrong("name", f"'{name}' stands for other hours in another rule")
    return name


def _days(section: Section) -> Iterator[Day]:
    for word in section.many("weekdays"):
        number = next((n for n, day in enumerate(_LONG) if day.startswith(word.lower())), None)
        if number is None:
            raise section.wrong("weekdays", f"'{word}' is not understood")
        yield DAYS[number]


def _time(section: Section, key: str, missing: str) -> str:
    found = _TIME(section.one(key, missing))
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (24, 0, 0)
    if hour > 23 or minute > 59 or second:
        raise section.wrong(key, f"'{section.one(key)}' is not understood")
    return f"{hour:02}:{minute:02}"
