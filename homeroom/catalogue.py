"""Which platform can do what: `templates/<platform>/platform.yaml` answers every feature, with `true` or a reason.

A platform is one folder and a difference from its parent. Adding a feature is one field of `Answers`; every
platform.yaml that owes an answer is then refused by name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from homeroom import strict
from homeroom.errors import InputError, Problem
from homeroom.programme.model import Kind


@dataclass(frozen=True, slots=True)
class KindAnswers:
    """A feature answered kind by kind; empty: not answered."""

    router: str | Literal[True] = ""
    switch: str | Literal[True] = ""
    ap: str | Literal[True] = ""
    wlc: str | Literal[True] = ""


Answer: TypeAlias = str | Literal[True] | KindAnswers
"""True, or one sentence why not, or one of the two for each kind."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The row of the matrix that one platform.yaml fills; empty: as the parent says."""

    identity: Answer = ""
    management: Answer = ""
    aaa: Answer = ""
    segmentation: Answer = ""
    dns: Answer = ""
    filtering: Answer = ""
    layer2: Answer = ""
    wireless: Answer = ""
    qos: Answer = ""
    uplinks: Answer = ""


FEATURES: Final = tuple(field.name for field in dataclasses.fields(Answers))


@dataclass(frozen=True, slots=True)
class PlatformFile:
    """platform.yaml as it is written. `napalm` names NAPALM's driver; `order` is the order of the sections.

    `stateful`: its routers track connections, and can send port 53 elsewhere (destination NAT).
    """

    parent: str = ""
    napalm: str = ""
    stateful: bool | None = None
    kinds: tuple[Kind, ...] = ()
    order: tuple[str, ...] = ()
    features: Answers = Answers()


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform with everything inherited. `folders`: where its templates are looked for, nearest first."""

    name: str
    lineage: tuple[str, ...]
    """Its own name, then its parents'."""
    napalm: str
    stateful: bool
    kinds: tuple[Kind, ...]
    order: tuple[str, ...]
    features: Mapping[str, Answer]
    folders: tuple[Path, ...]

    def answer(self, kind: Kind, feature: str) -> str | Literal[True]:
        """Return True, or the reason why this kind of device cannot do `feature` on this platform."""
        said = self.features[feature]
        return getattr(said, kind) if isinstance(said, KindAnswers) else said

    @property
    def timeless(self) -> bool:
        """Whether its routers say in writing that they keep no time windows: these belong to `filtering`."""
        return "router" in self.kinds and isinstance(self.answer("router", "filtering"), str)

    def cells(self) -> Iterator[tuple[Kind, str, str | Literal[True]]]:
        """Walk this platform's part of the matrix: kind, feature, answer."""
        for kind in self.kinds:
            for feature in FEATURES:
                yield kind, feature, self.answer(kind, feature)

    def template(self, feature: str) -> Path | None:
        """Return the nearest template of `feature`."""
        return next((path for folder in self.folders if (path := folder / f"{feature}.j2").is_file()), None)


def load_platforms(roots: Sequence[Path]) -> Mapping[str, Platform]:
    """Read every platform under `roots` (nearest first), sorted by name; InputError with every problem found."""
    files = {name: _nearest(roots, name) for name in _names(roots)}
    said = {name: strict.load(PlatformFile, path, shown=_shown(path)) for name, path in files.items()}
    problems: list[Problem] = []
    found: dict[str, Platform] = {}
    for name, path in files.items():
        lineage, wrong = _lineage(name, said)
        if not wrong:
            found[name] = _inherit(lineage, said, roots)
            wrong = [*_unanswered(found[name]), *_unordered(found[name]), *_files(found[name])]
        problems += [Problem(_shown(path), 0, field, message, remedy) for field, message, remedy in wrong]
    if problems:
        raise InputError(*problems)
    return found


_Wrong: TypeAlias = tuple[str, str, str]
"""Field, what is wrong with it, what to do."""


def _names(roots: Sequence[Path]) -> list[str]:
    return sorted({path.parent.name for root in roots for path in root.glob("*/platform.yaml")})


def _nearest(roots: Sequence[Path], name: str) -> Path:
    return next(path for root in roots if (path := root / name / "platform.yaml").is_file())


def _shown(path: Path) -> str:
    return f"templates/{path.parent.name}/{path.name}"


def _lineage(name: str, said: Mapping[str, PlatformFile]) -> tuple[tuple[str, ...], list[_Wrong]]:
    """Follow the parents; what is wrong is a parent nobody described, or a circle."""
    line = [name]
    while parent := said[line[-1]].parent:
        if parent not in said:
            return (), [("parent", f"no platform is called {parent}", f"name one of {', '.join(said)}")]
        if parent in line:
            return (), [("parent", f"{' -> '.join([*line, parent])} is a circle", "let one of them stand alone")]
        line.append(parent)
    return tuple(line), []


def _inherit(lineage: tuple[str, ...], said: Mapping[str, PlatformFile], roots: Sequence[Path]) -> Platform:
    """Lay a platform's own words over its parents'."""
    files = [said[name] for name in lineage]
    folders = (folder for name in lineage for root in roots if (folder := root / name).is_dir())
    answers = {
        feature: next((answer for file in files if (answer := getattr(file.features, feature)) != ""), "")
        for feature in FEATURES
    }
    return Platform(
        name=lineage[0],
        lineage=lineage,
        napalm=next((file.napalm for file in files if file.napalm), ""),
        stateful=next((file.stateful for file in files if file.stateful is not None), False),
        kinds=next((file.kinds for file in files if file.kinds), ()),
        order=next((file.order for file in files if file.order), ()),
        features=answers,
        folders=tuple(folders),
    )


def _unanswered(platform: Platform) -> Iterator[_Wrong]:
    if not platform.kinds:
        yield "kinds", "missing", "say which kinds of device run it: [router, switch]"
    for kind, feature, answer in platform.cells():
        if answer == "":
            yield f"features.{feature}", f"not answered for kind {kind}", "write true, or one sentence why not"


def _unordered(platform: Platform) -> Iterator[_Wrong]:
    for feature in sorted(set(platform.order) - set(FEATURES)):
        yield "order", f"{feature} is no feature", f"the features are {', '.join(FEATURES)}"
    if len(set(platform.order)) < len(platform.order):
        yield "order", "a feature stands in it twice", "keep one"
    for feature in _able(platform):
        if feature not in platform.order:
            yield "order", f"{feature} is missing", "say where its section stands"


def _files(platform: Platform) -> Iterator[_Wrong]:
    """Check that a template exists exactly where the answer is true."""
    able = _able(platform)
    for feature in able:
        if platform.template(feature) is None:
            yield f"features.{feature}", f"is true, but there is no {feature}.j2", "write it, or the reason why not"
    own = (folder for folder in platform.folders if folder.name == platform.name)
    for stem in sorted({path.stem for folder in own for path in folder.glob("*.j2")}):
        if stem not in able:
            yield f"{stem}.j2", "is the template of no feature answered true", "remove it, or answer true"


def _able(platform: Platform) -> list[str]:
    return [f for f in FEATURES if any(platform.answer(kind, f) is True for kind in platform.kinds)]


def stateful(platforms: Mapping[str, Platform]) -> frozenset[str]:
    """Return the names of the platforms whose routers track connections."""
    return frozenset(name for name, platform in platforms.items() if platform.stateful)


def support_table(platforms: Mapping[str, Platform]) -> str:
    """Return the matrix as a Markdown table, with every reason below it."""
    columns: list[tuple[Platform, Kind]] = [
        (platform, kind) for platform in platforms.values() for kind in platform.kinds
    ]
    heads = [f"{platform.name} {kind}" for platform, kind in columns]
    lines = ["| feature | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    reasons: dict[str, int] = {}
    for feature in FEATURES:
        cells = [_cell(platform.answer(kind, feature), reasons) for platform, kind in columns]
        lines.append(f"| {feature} | " + " | ".join(cells) + " |")
    notes = [f"{number}. {reason}" for reason, number in reasons.items()]
    return "\n".join([*lines, "", *notes, ""])


def _cell(answer: str | Literal[True], reasons: dict[str, int]) -> str:
    return "yes" if answer is True else f"no ({reasons.setdefault(answer, len(reasons) + 1)})"
