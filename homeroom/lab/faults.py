"""Faults on demand: what can go wrong with an emulated device, armed by name, struck at a named step.

A step is what a management session does next, in words that fit every platform; each platform's session says
which of its commands is which step and asks here before it answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from homeroom.errors import LabError

Step: TypeAlias = Literal[
    "connect", "login", "read", "load", "compare", "commit", "confirm", "rollback", "save", "close"
]
Kind: TypeAlias = Literal[
    "refuse_login",  # the right password is refused
    "wrong_host_key",  # another SSH host key or TLS certificate is shown
    "cut",  # TCP is reset at the step: before its effect, or after it when `late`
    "half_open",  # the step takes effect, its answer never comes, the connection stays open
    "slow",  # the answer comes after `seconds`
    "full_flash",  # no space for a file or a candidate
    "reboot",  # the device restarts at the step: startup configuration, boot time and counters as after a restart
    "ignore_rollback",  # a rollback is answered like a success and does nothing; the device's own timer still works
    "clock_jump",  # the device's clock is `seconds` off
    "snmp_silent",  # no SNMP request is answered
    "packet_loss",  # a `share` of SNMP requests is not answered
    "offline",  # nothing answers
    "uplink_down",  # nothing beyond its site answers the device, nor those behind it; it can be managed all the same
    "dns_dead",  # no DNS server answers it
    "radius_dead",  # no RADIUS server answers it
]
KINDS: Final = frozenset(get_args(Kind))
STEPS: Final = frozenset(get_args(Step))
BEYOND: Final[frozenset[Kind]] = frozenset({"uplink_down", "dns_dead", "radius_dead"})
"""Faults of what a device asks, not of the device: no management session meets them."""
STRIKING: Final = frozenset({"cut", "half_open", "slow", "reboot"})
"""Faults that need a step; the others stand until they are cleared."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One armed fault. `late` (cut, reboot): after the step took effect instead of before. It strikes `times` times."""

    kind: Kind
    step: Step | None = None
    late: bool = False
    seconds: float = 0
    """How late an answer is (slow), how far the clock is off (clock_jump); other standing faults heal after them."""
    share: float = 0
    times: int = 1

    def __post_init__(self) -> None:
        """Refuse a fault that could never strike."""
        if self.kind not in KINDS or (self.step is not None and self.step not in STEPS):
            raise LabError(f"no fault {self.kind} at {self.step}: kinds are {', '.join(sorted(KINDS))}")
        if (self.kind in STRIKING) != (self.step is not None):
            raise LabError(f"{self.kind} {'needs a' if self.kind in STRIKING else 'takes no'} step")
        if self.times < 1 or not 0 <= self.share <= 1:
            raise LabError(f"{self.kind}: a fault strikes at least once, and its share is between 0 and 1")

    @property
    def passes(self) -> float:
        """Return after how many seconds it heals by itself; 0: it does not."""
        return 0 if self.kind in STRIKING or self.kind == "clock_jump" else self.seconds

    @property
    def said(self) -> str:
        """Say it in a few words: `cut at commit, late`."""
        where = f" at {self.step}" if self.step else ""
        seconds = f", {self.seconds:g} s" if self.seconds else ""
        share = f", {self.share:.0%}" if self.kind == "packet_loss" else ""
        return f"{self.kind}{where}{', late' if self.late else ''}{seconds}{share}"

    def packed(self) -> dict[str, Any]:
        """Return what `read` takes."""
        return asdict(self)

    @classmethod
    def read(cls, packed: Mapping[str, Any]) -> Fault:
        """Read a fault; LabError when it is none."""
        try:
            return cls(**packed)
        except TypeError as error:
            raise LabError(f"this is no fault: {error}") from error


class Faults:
    """The faults of one device. Cheap when there are none, which is nearly always."""

    __slots__ = ("_armed",)

    def __init__(self) -> None:
        self._armed: dict[tuple[Kind, Step | None], tuple[Fault, int]] = {}

    def arm(self, fault: Fault) -> None:
        """Arm a fault; one of the same kind at the same step is replaced."""
        self._armed[fault.kind, fault.step] = (fault, fault.times)

    def clear(self) -> None:
        """Heal the device."""
        self._armed.clear()

    def disarm(self, fault: Fault) -> None:
        """Take one fault away, if it still stands."""
        key = (fault.kind, fault.step)
        if self._armed.get(key, (None, 0))[0] == fault:
            del self._armed[key]

    @property
    def armed(self) -> tuple[Fault, ...]:
        """Return what is armed."""
        return tuple(fault for fault, _ in self._armed.values())

    def standing(self, kind: Kind) -> Fault | None:
        """Return the standing fault of a kind."""
        found = self._armed.get((kind, None))
        return found[0] if found else None

    def strike(self, step: Step) -> Fault | None:
        """Return the fault that strikes at this step now, and count it down."""
        for kind in ("cut", "half_open", "reboot", "slow"):
            found = self._armed.get((kind, step)) if self._armed else None
            if found:
                fault, left = found
                if left <= 1:
                    del self._armed[kind, step]
                else:
                    self._armed[kind, step] = (fault, left - 1)
                return fault
        return None
