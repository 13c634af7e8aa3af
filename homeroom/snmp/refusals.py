"""What may go wrong with one device, in words: both engines say the same thing of the same fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from homeroom.errors import DeviceError, LoginRefused, Unreachable
from homeroom.snmp.ber import Oid, text
from homeroom.snmp.engine import Target

TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2
_AUTHORIZATION_ERROR: Final = 16
_STATUS: Final[Mapping[int, str]] = {
    1: "tooBig",
    2: "noSuchName",
    3: "badValue",
    4: "readOnly",
    5: "genErr",
    6: "noAccess",
    13: "resourceUnavailable",
}
"""RFC 3416 section 3, those that an answer to a question can have."""
UNKNOWN_USER: Final = "it does not know our SNMP user"
WRONG_KEY: Final = "it refused our SNMP authentication key"
WRONG_PRIVACY: Final = "it could not decrypt what we sent: another privacy key"
NO_PRIVACY: Final = "its SNMP user has no privacy"


def silent(target: Target, heard: str = "") -> Unreachable:
    """Return the error of silence, or (`heard`) of something that is no answer."""
    what = f"no SNMP answer from {target.host}:{target.port}"
    if heard:
        return Unreachable(target.device, f"{what}, but {heard}", "look at its SNMP agent, and at who else is there")
    return Unreachable(target.device, what, "look whether it has power and a link")


def no_address(target: Target) -> Unreachable:
    """Return the error of an address that is none."""
    return Unreachable(target.device, f"{target.host} is no address", "correct its address")


def unsent(target: Target, reason: str) -> Unreachable:
    """Return the error of our own machine, which does not send there."""
    return Unreachable(target.device, f"{target.host} cannot be sent to: {reason}", "look at this machine's routes")


def refused(target: Target, reason: str) -> LoginRefused:
    """Return the error of a device that does not let us in."""
    return LoginRefused(target.device, reason, "compare its SNMP user with our secrets; stage it again")


def keyless(target: Target, why: object) -> DeviceError:
    """Return the error of credentials that we have not got."""
    return DeviceError(target.device, f"our SNMP credentials for it: {why}", "correct them")


def failed(target: Target, why: object) -> DeviceError:
    """Return the error of what else goes wrong with its SNMP."""
    return DeviceError(target.device, f"SNMP failed: {why}", "look at its SNMP agent")


def status(target: Target, number: int, names: Sequence[Oid]) -> DeviceError:
    """Return the error that a device answered; `names`: the instance that it is about, if it said so."""
    if number == _AUTHORIZATION_ERROR:
        return LoginRefused(target.device, "its SNMP group does not let us read", "compare its SNMP group and view")
    where = "".join(f" at {text(name)}" for name in names)
    kind = f" ({_STATUS[number]})" if number in _STATUS else ""
    return DeviceError(target.device, f"it answered SNMP error {number}{kind}{where}", "look at its SNMP agent")


def backwards(target: Target, name: Oid) -> DeviceError:
    """Return the error of a walk that came to a name which it had passed."""
    return DeviceError(target.device, f"its tables run backwards at {text(name)}", "report it to its maker")


def endless(target: Target) -> DeviceError:
    """Return the error of a walk that found more than any device can have."""
    return DeviceError(target.device, "a table of it does not end", "look at its SNMP agent; report it to its maker")
