"""A project: the directory that holds nornir_config.yaml, and the rooms of data that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from homeroom.errors import UsageError

CONFIG = "nornir_config.yaml"
BUNDLED = Path(__file__).parent / "_project"
"""The project inside a wheel; in a checkout the checkout itself is the example."""
CHECKOUT = Path(__file__).parents[1]


def shipped() -> Path:
    """Return the root of the project that came with Homeroom (wheel or checkout)."""
    return BUNDLED if (BUNDLED / CONFIG).is_file() else CHECKOUT


@dataclass(frozen=True, slots=True)
class Project:
    """Where a programme's facts, templates, ledger and state are."""

    root: Path

    @classmethod
    def locate(cls, start: Path | None = None) -> Project:
        """Find the project: `start` exactly if given, else the working directory, its parents, the shipped one."""
        if start is not None:
            if not (start / CONFIG).is_file():
                raise UsageError(
                    f"{start} holds no {CONFIG}: name a project directory, or make one with `homeroom init`"
                )
            return cls(start.resolve())
        here = Path.cwd().resolve()
        for folder in (here, *here.parents, shipped()):
            if (folder / CONFIG).is_file():
                return cls(folder)
        raise UsageError(f"no {CONFIG} in {here} or above it: run `homeroom init DIR`")

    @property
    def inventory(self) -> Path:
        """What people enter."""
        return self.root / "inventory"

    @property
    def ledger(self) -> Path:
        """What the plan decided once: one CSV file that a person can diff."""
        return self.root / "ledger.csv"

    @property
    def template_roots(self) -> tuple[Path, ...]:
        """Template folders, nearest first: the project's own, then the shipped ones."""
        return _present(self.root / "templates", shipped() / "templates")

    @property
    def rule_roots(self) -> tuple[Path, ...]:
        """Audit rule folders, nearest first: the project's own, then the shipped ones."""
        return _present(self.inventory / "rules", shipped() / "inventory" / "rules")

    @property
    def state(self) -> Path:
        """Machine state (databases, secrets, logs): made on demand, private to the owner, never in git."""
        if self.root == BUNDLED:
            raise UsageError("the project that came with Homeroom is read-only: run `homeroom init DIR` and work there")
        folder = self.root / ".homeroom"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder} cannot be made: {error.strerror}; check who owns it") from error
        return folder


def _present(*folders: Path) -> tuple[Path, ...]:
    """Keep the folders that exist, each once, in order."""
    return tuple(dict.fromkeys(folder for folder in folders if folder.is_dir()))
