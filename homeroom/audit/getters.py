"""What NAPALM's getters say of a device, as readings: `facts.serial_number`, `users.name`, `ntp_servers.address`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from homeroom.errors import DeviceError, Unreachable
from homeroom.reading import Reading

T = TypeVar("T")
EVERY: Final = "getters"
"""The schedule that these readings are stored under."""
LACKING: Final = "getters.lacking"
"""Getter or reading -> why the device has not told it."""
GETTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "get_facts": ("facts.hostname", "facts.model", "facts.serial_number", "facts.os_version"),
    "get_users": ("users.name", "users.level"),
    "get_ntp_servers": ("ntp_servers.address",),
}
"""NAPALM's getter -> the readings made of it. Passwords and keys of users are not kept."""
NAMES: Final = frozenset(name for names in GETTERS.values() for name in names)


def ask(box: object, device: str, at: float) -> tuple[Reading, ...]:
    """Ask an open session every getter; what it has not, or refuses, is among the readings with its reason.

    Raises Unreachable when the connection is lost.
    """
    return tuple(reading for getter in GETTERS for reading in _asked(box, getter, device, at))


def split(known: Mapping[str, T]) -> tuple[dict[str, T], dict[str, T]]:
    """Tell what was read by SNMP from what getters said: (SNMP, getters)."""
    mine = NAMES | {LACKING}
    return (
        {name: value for name, value in known.items() if name not in mine},
        {name: value for name, value in known.items() if name in mine},
    )


def lacking(name: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Say why a reading is not among what getters said; empty when they were not asked."""
    why = known.get(LACKING, {})
    getter = next((getter for getter, names in GETTERS.items() if name in names), "")
    read = why.get(name) or why.get(getter)
    return f"{name} cannot be read: {read.value}" if read else ""


def _asked(box: object, getter: str, device: str, at: float) -> Iterator[Reading]:
    said = _said(box, getter)
    if isinstance(said, str):
        yield Reading(device, LACKING, getter, said, at)
        return
    told = set[str]()
    for name, key, value in _rows(getter, said):
        if value:
            told.add(name)
            yield Reading(device, name, key, value, at)
    for name in GETTERS[getter]:
        if name not in told:
            yield Reading(device, LACKING, name, f"{getter} names none", at)


def _said(box: object, getter: str) -> Mapping[str, Any] | str:
    """Call the getter; return why there is no answer where there is none."""
    method = getattr(box, getter, None)
    try:
        return dict(method()) if method else f"the driver of the platform has no {getter}"
    except NotImplementedError:  # NAPALM's way to say so
        return f"the driver of the platform has no {getter}"
    except Unreachable:
        raise
    except DeviceError as error:
        return f"{error.what}; {error.remedy}"
    except Exception as error:  # noqa: BLE001  # a parser of NAPALM's that stumbles must not end a nation's backup
        return f"{getter} did not understand the device ({type(error).__name__})"


def _rows(getter: str, said: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield reading, key and value."""
    if getter == "get_facts":
        for name in GETTERS[getter]:
            yield name, "", str(said.get(name.partition(".")[2]) or "")
    elif getter == "get_users":
        for user, about in said.items():
            yield "users.name", user, user
            yield "users.level", user, str(about["level"])
    else:
        for server in said:
            yield "ntp_servers.address", server, server
