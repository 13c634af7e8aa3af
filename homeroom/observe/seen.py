"""What one device said when it was asked the questions of one schedule."""

from __future__ import annotations

from dataclasses import dataclass

from homeroom.snmp.ask.declared import Every
from homeroom.snmp.ask.rows import Readings


@dataclass(frozen=True, slots=True)
class Seen:
    """One device, asked once. `at`: when it had answered, or was given up, epoch; `rtt`: of its first answer, in us.

    `vendor`: whose file it was asked by (homeroom.snmp.ask), empty while nobody knows. `said` is None when it did not
    answer, and then `why` says what happened and what to do. `octets`: about how many went over its line.
    """

    device: str
    every: Every
    at: float
    rtt: int
    vendor: str
    said: Readings | None
    why: str = ""
    octets: int = 0
