"""Configurations as plain files, laid out as Oxidized's: one a device, called as it is, in a folder of its group.

What reads an Oxidized directory, or a git repository of one, reads this one.
Source: Oxidized 0.37, lib/oxidized/output/file.rb, and `single_repo: true` of output/git.rb for the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from homeroom.errors import StoreError, UsageError

_WHO: Final = {
    "GIT_AUTHOR_NAME": "Homeroom",
    "GIT_AUTHOR_EMAIL": "homeroom@localhost",
    "GIT_COMMITTER_NAME": "Homeroom",
    "GIT_COMMITTER_EMAIL": "homeroom@localhost",
}


def write(folder: Path, files: Iterable[tuple[str, str]]) -> list[str]:
    """Write `group/device` -> (concealed) text below `folder`; return the files that changed, in order.

    A file is replaced whole or not at all, and only when it differs. Files of other devices are left alone.
    """
    changed: list[str] = []
    try:
        for name, text in files:
            path, data = folder / name, text.encode()
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != data:
                fresh = path.with_name(f".{path.name}.new")
                fresh.write_bytes(data)
                fresh.replace(path)
                changed.append(name)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}: free some space, or name another directory") from error
    return changed


def git() -> str:
    """Return where git is; UsageError when it is not installed."""
    found = shutil.which("git")
    if found is None:
        raise UsageError("git is not installed: install it, or leave out --git")
    return found


def commit(folder: Path, files: Sequence[str]) -> bool:
    """Keep the folder's history in a repository of its own; tell whether there was something new to keep.

    Only `files` are added; a file that a crash left out of an earlier commit is added with the next change of it.
    """
    if not (folder / ".git").exists():
        _git(folder, "init", "--quiet")
    names = "\0".join(files).encode()
    if files:
        _git(folder, "add", "--pathspec-from-file=-", "--pathspec-file-nul", said=names)
    if not _git(folder, "status", "--porcelain", "--untracked-files=no"):
        return False
    subject = files[0] if len(files) == 1 else f"{len(files)} configurations changed"
    _git(folder, "commit", "--quiet", "--no-gpg-sign", "--message", subject)
    return True


def _git(folder: Path, *words: str, said: bytes = b"") -> str:
    """Run git on the folder's own repository, whatever repository our caller is in; StoreError in git's words."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = [git(), "-C", str(folder), *words]
    done = subprocess.run(command, input=said, capture_output=True, check=False, env=_WHO | outside)
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise StoreError(f"git {words[0]} in {folder} failed: {told[-1] if told else done.returncode}; correct that")
    return done.stdout.decode(errors="replace")
