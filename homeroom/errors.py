"""Every error Homeroom raises on purpose.

HomeroomError
├── UsageError            the command was called wrongly
├── InputError            facts that people entered are wrong; carries every problem of the phase
├── PlanError             the plan cannot be made (a pool is exhausted, pools overlap)
├── PolicyError           the policy contradicts itself
├── RenderError           a template cannot be rendered
│   ├── UnsupportedFeature   the platform cannot do it; the message is the written reason
│   └── UnsafeText           text that could become configuration was about to be printed
├── ParseError            a line of a configuration is not understood
├── SecretError           a secret is missing or unreadable
├── StoreError            the state database cannot be used
├── LabError              the lab cannot do what was asked
├── AuditError            a rule or the evidence is malformed
│   └── BundleError          a file is no evidence bundle, or one that cannot be read
├── Malformed             bytes from the network that are no SNMP message
├── NotTaken              a receiver of alerts did not take a message
└── DeviceError           one device: its message says which, what happened and what to do
    ├── Unreachable          no connection, or it was lost
    ├── LoginRefused         the device refused our credentials
    ├── HostKeyChanged       the device showed another key than the pinned one
    ├── CommandRejected      the device refused a line; carries it
    └── Unsettled            nobody knows what runs on it; a person must look

No library's exception crosses our border: each is caught where the library is called and raised as one of these.
"""

from __future__ import annotations

from dataclasses import dataclass


class HomeroomError(Exception):
    """Anything Homeroom refuses; `exit_code` is what the command line returns for it."""

    exit_code = 2


class UsageError(HomeroomError):
    """The command was called wrongly."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field of one row (1-based line of the file; 0: the file as a whole)."""

    file: str
    row: int
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """Read like a compiler's message: place, field, what is wrong, what to do."""
        where = f"{self.file}:{self.row}" if self.row else self.file
        return f"{where}: {self.field}: {self.message}; {self.remedy}"


class InputError(HomeroomError):
    """Facts are wrong: all problems of the phase, never only the first."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


class PlanError(HomeroomError):
    """The plan cannot be made."""


class PolicyError(HomeroomError):
    """The policy contradicts itself."""


class RenderError(HomeroomError):
    """A template cannot be rendered."""


class UnsupportedFeature(RenderError):
    """A platform was asked for what it cannot do; the message is the written reason."""


class UnsafeText(RenderError):
    """Text that could become configuration was about to be printed."""


class ParseError(HomeroomError):
    """A line of a configuration is not understood: what it does is unknown, never assumed."""


class SecretError(HomeroomError):
    """A secret is missing or unreadable."""


class StoreError(HomeroomError):
    """The state database cannot be used."""


class LabError(HomeroomError):
    """The lab cannot do what was asked."""


class AuditError(HomeroomError):
    """A rule or the evidence is malformed."""


class BundleError(AuditError):
    """A file is no evidence bundle, or one that cannot be read."""


class Malformed(HomeroomError):
    """Bytes from the network are no SNMP message; says what was expected."""


class NotTaken(HomeroomError):
    """A receiver of alerts did not take a message."""


class DeviceError(HomeroomError):
    """One device could not be handled; `device` is its name."""

    exit_code = 3

    def __init__(self, device: str, what: str, remedy: str) -> None:
        self.device = device
        self.what = what
        self.remedy = remedy
        super().__init__(f"{device}: {what}; {remedy}")


class Unreachable(DeviceError):
    """No connection to the device, or it was lost."""


class LoginRefused(DeviceError):
    """The device refused our credentials."""


class HostKeyChanged(DeviceError):
    """The device showed another host key than the pinned one; no password was sent."""


class CommandRejected(DeviceError):
    """The device refused a line of configuration."""


class Unsettled(DeviceError):
    """Nobody knows what runs on the device."""
