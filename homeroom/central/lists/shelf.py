"""Where lists stand: `.homeroom/lists/staged` what was imported, `VERSION/` what was published, `current` the last.

A publication is written whole beside the others and comes into force by one rename; what did not change is linked,
not copied. Nothing is used before its signature and its hashes were checked.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from homeroom.central.lists.manifest import MANIFEST, SIGNATURE, Key, Listed, Manifest, digest, listed
from homeroom.errors import StoreError
from homeroom.project import Project

CURRENT: Final = "current"
KEPT: Final = 8
"""Publications that stay, the last one among them: to go back is one link."""


class Shelf:
    """The lists of a project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staged = folder / "staged"
        self.key = Key(folder)

    @classmethod
    def of(cls, project: Project) -> Shelf:
        """Open the project's shelf, making its folders."""
        shelf = cls(project.state / "lists")
        shelf.staged.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shelf

    def current(self) -> Manifest | None:
        """Return what is in force, its signature checked; None before the first publication."""
        folder = self.folder / CURRENT
        if not folder.exists():
            return None
        try:
            document = (folder / MANIFEST).read_bytes()
            signature = (folder / SIGNATURE).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"the lists in force cannot be read: {error}; publish again") from error
        self.key.verify(document, signature)
        return Manifest.parse(document)

    def path(self, made: Listed) -> Path:
        """Return the file of a category in force, its hash checked."""
        path = self.folder / CURRENT / Path(made.file).name
        if not path.is_file() or digest(path) != made.sha256:
            raise StoreError(f"{path} is not what was signed; publish again, or point {CURRENT} at an older version")
        return path

    def names(self) -> Mapping[str, Iterable[str]]:
        """Return the names in force by category, checked as a whole before the first is used."""
        manifest = self.current()
        made = manifest.categories.items() if manifest else ()
        return {category: Names(self.path(one)) for category, one in made}

    def stage(self, category: str, names: Iterable[str], made: Listed) -> Listed:
        """Put an imported list where the next publication takes it from."""
        path = self.staged / f"{category}.txt"
        _replace(path, "".join(f"{name}\n" for name in names).encode())
        made = dataclasses.replace(made, file=f"{category}.txt", sha256=digest(path))
        _replace(path.with_suffix(".json"), json.dumps(dataclasses.asdict(made), ensure_ascii=False).encode())
        return made

    def waiting(self) -> Mapping[str, Listed]:
        """Return what was imported since the last publication."""
        found: dict[str, Listed] = {}
        for path in sorted(self.staged.glob("*.json")):
            try:
                found[path.stem] = listed(json.loads(path.read_bytes()))
            except (OSError, ValueError, TypeError, KeyError) as error:
                raise StoreError(f"{path} is not understood: {error}; import {path.stem} again") from error
        return found

    def publish(self, by: str, now: datetime) -> Manifest:
        """Publish what was imported beside what is in force; StoreError when nothing was, or a file was changed."""
        waiting = self.waiting()
        if not waiting:
            raise StoreError("nothing was imported since the last publication: `homeroom lists import` first")
        for category, made in waiting.items():
            if digest(self.staged / f"{category}.txt") != made.sha256:
                raise StoreError(f"{category} was changed after it was imported; import it again")
        before = self.current()
        kept = dict(before.categories) if before else {}
        version = _version(self.folder, now)
        previous = sha256(before.document()).hexdigest() if before else ""
        manifest = Manifest(version, now.isoformat(timespec="seconds"), by, previous, {**kept, **waiting})
        self._write(manifest, kept, waiting)
        self._prune()
        return manifest

    def _write(self, made: Manifest, kept: Mapping[str, Listed], waiting: Mapping[str, Listed]) -> None:
        fresh = self.folder / f".{made.version}"
        shutil.rmtree(fresh, ignore_errors=True)  # of a publication that broke off
        fresh.mkdir()
        for category, one in kept.items():
            if category not in waiting:
                os.link(self.path(one).resolve(), fresh / one.file)
        for category, one in waiting.items():
            os.link(self.staged / f"{category}.txt", fresh / one.file)
        document = made.document()
        (fresh / MANIFEST).write_bytes(document)
        (fresh / SIGNATURE).write_text(self.key.sign(document), encoding="ascii")
        fresh.rename(self.folder / made.version)
        link = self.folder / f".{CURRENT}"
        link.unlink(missing_ok=True)
        link.symlink_to(made.version)
        link.replace(self.folder / CURRENT)
        for category in waiting:
            (self.staged / f"{category}.txt").unlink()
            (self.staged / f"{category}.json").unlink()

    def _prune(self) -> None:
        versions = sorted(path for path in self.folder.glob("[0-9]*") if path.is_dir())
        for path in versions[:-KEPT]:
            shutil.rmtree(path)


class Names:
    """The names of a published file, one a line, read each time they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        with self._path.open(encoding="ascii") as file:
            for line in file:
                yield line.rstrip("\n")


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}")
    fresh.write_bytes(content)
    fresh.replace(path)


def _version(folder: Path, now: datetime) -> str:
    """Name a publication by its time; a second one in the same second gets a number."""
    stem = now.strftime("%Y%m%dT%H%M%SZ")
    number = 1
    while (folder / f"{stem}-{number}").exists():
        number += 1
    return f"{stem}-{number}"
