"""Readings out: as rows of the store, and harmless to look at. Stored is what was said; only the view is cleaned."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final, cast

from homeroom.reading import Reading
from homeroom.snmp.ask.rows import SINGLES, TABLES, Readings, fields_of
from homeroom.snmp.ask.wired import Changes, Identity

_STORED: Final = tuple(group for group in TABLES if group in {one.name for one in dataclasses.fields(Readings)})
_SHOWN: Final = 200


def flat(device: str, readings: Readings, at: float) -> Iterator[Reading]:
    """Yield a row a value: object `group.field`, index the row's key; nothing for what was not said."""
    for group in SINGLES:
        row = getattr(readings, group)
        for name in fields_of(group):
            if (said := getattr(row, name)) is not None:
                yield Reading(device, f"{group}.{name}", "", written(said), at)
    for group in _STORED:
        for row in getattr(readings, group):
            for name in fields_of(group):
                if (said := getattr(row, name)) is not None:
                    yield Reading(device, f"{group}.{name}", row.key, written(said), at)


def written(said: Any) -> str:
    """Write a value as the store keeps it."""
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, tuple):
        return ",".join(map(str, cast("tuple[int, ...]", said)))
    return f"{said:g}" if isinstance(said, float) and said == round(said, 3) and abs(said) < 100_000 else str(said)


def shown(text: str, most: int = _SHOWN) -> str:
    r"""Return a device's text for people: what hides or reorders becomes `\u202e`, line ends and odd spaces too.

    At most `most` characters of it are shown.
    Whoever puts it into HTML, a spreadsheet or a configuration still quotes it for that.
    """
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(one if one.isprintable() else _escaped(one) for one in cut)


def _escaped(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")


def token(identity: Identity, changes: Changes) -> tuple[int | str | None, ...] | None:
    """Return what must differ from the last poll's for the configuration to be fetched; None: always fetch.

    The device's own number or checksum of its configuration where it has one, for it survives a reboot; else the
    time of the last change, which counts from the boot and so is worth something only together with snmpEngineBoots.
    When it was last saved is left out: reading it is saving it (CISCO-CONFIG-MAN-MIB), and so would be a change.
    """
    if changes.serial is not None or changes.checksum is not None:
        return ("serial", changes.serial, changes.checksum, changes.when)
    if changes.running is None and changes.startup is None:
        return None
    return ("ticks", identity.engine_boots, changes.startup if changes.running is None else changes.running)
