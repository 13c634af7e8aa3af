"""The file of a project's secrets, `.homeroom/secrets.age`: encrypted to the owner's key, one process at a time.

A `secrets.yaml`, as projects had before, or as a person puts one there, is taken in once and removed.
"""

from __future__ import annotations

import fcntl
import stat
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

import yaml

from homeroom import sealed
from homeroom.errors import SecretError
from homeroom.project import Project

SEALED: Final = "secrets.age"
PLAIN: Final = "secrets.yaml"
_LEFT: Final = "secrets.new"
"""What a power cut could leave of an earlier version's writing: plain text."""


class SecretFile:
    """The secrets on disk, by name, while this process has them to itself."""

    def __init__(self, project: Project) -> None:
        self._path = project.state / SEALED
        self._plain = project.state / PLAIN
        self._root = project.root

    @property
    def _key(self) -> Path:
        return sealed.key_path(self._root)

    def read(self) -> dict[str, str]:
        """Return what is kept, none when nothing is; SecretError when the key is not there or not the right one."""
        values = self._unsealed() if self._path.exists() else {}
        return self._adopt(values) if self._plain.exists() else values

    def write(self, values: Mapping[str, str]) -> None:
        """Keep these values, and make the key first when there is none."""
        text = yaml.safe_dump(dict(values), allow_unicode=True)
        sealed.seal(self._path, text.encode(), sealed.make_key(self._key))

    def _unsealed(self) -> dict[str, str]:
        if not self._key.exists():
            raise SecretError(f"{self._path} is there, its key {self._key} is not: {sealed.remedy(self._path)}")
        data = sealed.unseal(self._path, sealed.read_key(self._key), self._key)
        return _mapping(data, self._path)

    def _adopt(self, values: dict[str, str]) -> dict[str, str]:
        """Take a plain file in, prove that it can be read back, and only then remove it."""
        plain = _plain(self._plain)
        differing = sorted(name for name in plain.keys() & values.keys() if plain[name] != values[name])
        if differing:
            raise SecretError(
                f"{self._plain} and {self._path.name} differ in {', '.join(differing)}: take from {PLAIN} what the"
                " devices do not have; `homeroom secret set NAME` replaces a single one"
            )
        whole = values | plain
        self.write(whole)
        if self._unsealed() != whole:
            raise SecretError(f"{self._path} does not hold what was written: {PLAIN} was kept; look at the disk")
        for path in (self._plain, self._plain.with_name(_LEFT)):
            path.unlink(missing_ok=True)
        return whole


@contextmanager
def opened(project: Project) -> Generator[SecretFile]:
    """Keep other processes out for this block: two that start together must not each make their own secrets."""
    with (project.state / "secrets.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield SecretFile(project)


def _plain(path: Path) -> dict[str, str]:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretError(f"{path} can be read by others: chmod 600 it")
    try:
        return _mapping(path.read_bytes(), path)
    except OSError as error:
        raise SecretError(f"{path} cannot be read ({error.strerror}): correct the permissions") from error


def _mapping(data: bytes, path: Path) -> dict[str, str]:
    """Read YAML that maps names to strings; no message shows a line of it."""
    try:
        found: object = yaml.safe_load(data.decode())
    except (UnicodeDecodeError, yaml.YAMLError):
        raise SecretError(f"{path} cannot be read as YAML; correct it, or remove it to have new secrets made") from None
    values = cast("dict[object, object]", found) if isinstance(found, dict) else {}
    named = {name: value for name, value in values.items() if isinstance(name, str) and isinstance(value, str)}
    if not isinstance(found, dict) or len(named) < len(values):
        raise SecretError(f"{path} must map names to strings; put the values in quotes")
    return named
