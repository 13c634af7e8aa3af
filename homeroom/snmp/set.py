"""SET by pysnmp: few devices, rarely. What a poll reads, another file and another engine do.

A value's type must be the object's: `bytes` is an OCTET STRING, `int` an INTEGER, a tuple an OBJECT IDENTIFIER.
"""

# pysnmp has no types: this file is where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pysnmp.proto.rfc1902 import (  # type: ignore[import-untyped]  # it has none
    Integer32,
    ObjectIdentifier,
    OctetString,
)

from homeroom.errors import CommandRejected, DeviceError
from homeroom.snmp import refusals
from homeroom.snmp.ber import Oid, text
from homeroom.snmp.dialogue import Status
from homeroom.snmp.engine import Target
from homeroom.snmp.pysnmp_engine import PysnmpEngine

_WRONG: Final[Mapping[int, str]] = {
    2: "it has no such object",
    3: "the value is not one it takes",
    4: "it is read-only",
    6: "our SNMP user may not write it",
    7: "the value is of the wrong type",
    8: "the value is of the wrong length",
    9: "the value is wrongly encoded",
    10: "the value is not one it takes",
    11: "it cannot be made",
    12: "the value does not fit the others",
    17: "it cannot be written",
    18: "its name is wrong",
}
"""RFC 3416 section 3, those that answer a SET."""


class Setter(PysnmpEngine):
    """A pysnmp engine that writes too. Make and use it inside one running event loop; `close` it there."""

    async def put(self, target: Target, values: Mapping[Oid, bytes | int | Oid]) -> None:
        """Write instances, all or none (RFC 3416 4.2.5).

        Raises CommandRejected when the device refuses one, otherwise DeviceError as any question does.
        """
        names = list(values)
        answer = await self._ask(target, "set_cmd", (), names, [_typed(values[name]) for name in names])
        if isinstance(answer, Status):
            raise _refused(target, answer, names)


def _typed(value: bytes | int | Oid) -> Any:
    if isinstance(value, bytes):
        return OctetString(value)
    return Integer32(value) if isinstance(value, int) else ObjectIdentifier(value)


def _refused(target: Target, answer: Status, names: list[Oid]) -> DeviceError:
    """Return the error of a SET that was answered by one; `index` counts from 1, 0 is of none."""
    which = names[answer.about - 1 : answer.about] if answer.about else names[:1]
    if answer.number not in _WRONG:
        return refusals.status(target, answer.number, which)
    what = f"it refused to set {', '.join(map(text, which))}: {_WRONG[answer.number]}"
    return CommandRejected(target.device, what, "correct the value, or what its SNMP group may write")
