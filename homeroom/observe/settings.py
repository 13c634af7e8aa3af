"""observe.yaml: how often devices are asked, and how gently where the line is thin. What is left out is as usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from homeroom.observe.listening import Listening
from homeroom.observe.serving import Serving
from homeroom.programme.columns import LINKS
from homeroom.project import Project
from homeroom.snmp.ask.declared import Every
from homeroom.strict import load

FILE: Final = "inventory/observe.yaml"
_WEEK: Final = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class Periods:
    """Seconds from one question to the next, of each schedule."""

    status: float = 60.0
    radio: float = 300.0
    inventory: float = 21600.0

    def __post_init__(self) -> None:
        """Refuse what no nation can be asked."""
        if not 1 <= self.status <= self.radio <= self.inventory <= _WEEK:
            raise ValueError("periods go from 1 second to a week, status no longer than radio, radio than inventory")

    def of(self, every: Every) -> float:
        """Return one of them."""
        return {"status": self.status, "radio": self.radio, "inventory": self.inventory}[every]


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of line on which octets count, as sites name it (`link`): each such site has these for itself.

    `octets`: a second, that asking may use on average; `burst`: that it may use at once after a pause; `at_once`:
    devices of the site asked at the same time.
    """

    octets: float
    burst: float = 100_000.0
    at_once: int = 2
    periods: Periods = field(default_factory=lambda: Periods(300.0, 1800.0, 86400.0))

    def __post_init__(self) -> None:
        """Refuse a line on which nothing could ever be asked."""
        if self.octets <= 0 or self.burst <= 0 or self.at_once < 1:
            raise ValueError("octets and burst must be above 0, at_once 1 or more")


def _lines() -> Mapping[str, Line]:
    return {"satellite": Line(400.0), "cellular": Line(2000.0, at_once=4, periods=Periods(120.0, 600.0, 43200.0))}


@dataclass(frozen=True, slots=True)
class Settings:
    """observe.yaml. `longest`: seconds between two questions to a device that is silent, at most; `family`: of IP.

    `reread`: seconds after which the configuration of a device that says nothing of changes is read again.

    `at_once`: questions on their way together; `walks`: devices whose tables are read together. `timeout` (seconds)
    and `retries` are of one question.
    """

    periods: Periods = field(default_factory=Periods)
    lines: Mapping[str, Line] = field(default_factory=_lines)
    longest: float = 600.0
    reread: float = 86400.0
    family: Literal[4, 6] = 4
    timeout: float = 3.0
    retries: int = 1
    at_once: int = 8192
    walks: int = 256
    metrics: Serving = field(default_factory=Serving)
    listening: Listening = field(default_factory=Listening)

    def __post_init__(self) -> None:
        """Refuse what no poller could work with."""
        if self.timeout <= 0 or self.retries < 0 or self.longest < 1 or self.reread < 0:
            raise ValueError("timeout and longest must be above 0, retries and reread 0 or more")
        if not 1 <= self.at_once <= 16384 or not 1 <= self.walks <= 4096:
            raise ValueError("at_once goes from 1 to 16384, walks from 1 to 4096")
        if odd := sorted(self.lines.keys() - set(LINKS)):
            raise ValueError(f"lines names {', '.join(odd)}; sites have {', '.join(LINKS)}")

    def periods_of(self, link: str) -> Periods:
        """Return how often devices behind a kind of line are asked."""
        line = self.lines.get(link)
        return line.periods if line else self.periods


def load_settings(project: Project) -> Settings:
    """Read the project's settings. InputError with everything wrong in the file."""
    path = project.inventory / "observe.yaml"
    return load(Settings, path, shown=FILE) if path.exists() else Settings()
