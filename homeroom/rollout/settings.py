"""rollout.yaml: how careful a programme is when it changes many devices. Optional; what is left out is as usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from homeroom.errors import InputError, Problem, UsageError
from homeroom.project import Project
from homeroom.rollout.admission import Limits as InFlight
from homeroom.rollout.breaker import Rules
from homeroom.rollout.target import Terms
from homeroom.rollout.waves import STAGES, Limits, Stage
from homeroom.strict import load

FILE: Final = "inventory/rollout.yaml"
Pace: TypeAlias = Literal["quick", "tonight", "careful"]
_NIGHT: Final = (60.0, 30.0, 30.0, 60.0, 60.0, 0.0)
"""Seconds that the stages are watched when all shall be done in one night."""
PACES: Final[Mapping[Pace, tuple[Stage, ...]]] = {
    "quick": tuple(Stage(one.name, one.share, 0.0) for one in STAGES),
    "tonight": tuple(Stage(one.name, one.share, bake) for one, bake in zip(STAGES, _NIGHT, strict=True)),
    "careful": STAGES,
}
"""How long nothing new is begun after each stage: not at all, minutes, or up to an hour."""


@dataclass(frozen=True, slots=True)
class Settings:
    """rollout.yaml. `stages`: the programme's own in place of the pace's; `limits`: of a wave, `in_flight`: at once."""

    pace: Pace = "tonight"
    stages: tuple[Stage, ...] = ()
    limits: Limits = field(default_factory=Limits)
    in_flight: InFlight = field(default_factory=InFlight)
    breaker: Rules = field(default_factory=Rules)
    terms: Terms = field(default_factory=Terms)

    def staged(self, pace: str | None = None) -> tuple[Stage, ...]:
        """Return the stages of a change; a pace that a person names goes before what the file says."""
        if pace is None:
            return self.stages or PACES[self.pace]
        found = next((stages for name, stages in PACES.items() if name == pace), None)
        if found is None:
            raise UsageError(f"there is no pace {pace!r}: choose {', '.join(get_args(Pace))}")
        return found


def load_settings(project: Project) -> Settings:
    """Read the project's settings. InputError with everything wrong in the file."""
    path = project.inventory / "rollout.yaml"
    if not path.exists():
        return Settings()
    try:
        return load(Settings, path, shown=FILE)
    except UsageError as error:  # a value that no rollout could work with
        raise InputError(Problem(FILE, 0, "(file)", str(error), "correct it")) from error
