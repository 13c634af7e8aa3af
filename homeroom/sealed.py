"""Files encrypted to the owner's key (age, X25519), and that key, which stands outside every project.

Whoever takes a copy of a project (a backup, a stolen disk, a wrong `git add`) has not got its secrets. The format is
age's (https://age-encryption.org/v1), so that `age -d -i KEY FILE` opens a file without us.
"""

from __future__ import annotations

import os
import secrets as random
import stat
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyrage

from homeroom.errors import SecretError

VARIABLE: Final = "HOMEROOM_KEY"
"""Names the key file where it is not the usual one."""
USUAL: Final = (".config", "homeroom", "key.txt")
"""Where the key is, below the home directory."""


def key_path(project: Path) -> Path:
    """Return where the key is; SecretError when that is nowhere, or inside the project that it protects."""
    named = os.environ.get(VARIABLE)
    try:
        path = Path(named).expanduser().absolute() if named else Path.home().joinpath(*USUAL)
    except RuntimeError as error:
        raise SecretError(f"there is no home directory for the key: set {VARIABLE} to a file for it") from error
    if path.resolve().is_relative_to(project.resolve()):
        raise SecretError(f"{path} lies inside the project it protects: set {VARIABLE} to a file elsewhere")
    return path


def read_key(path: Path) -> list[pyrage.x25519.Identity]:
    """Return the keys of a key file (as `age-keygen` writes it, any number); SecretError when there is none."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SecretError(f"{path} can be read by others: chmod 600 it")
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise SecretError(f"{path} holds something else than age keys: restore it from where you keep it") from error
    except OSError as error:
        raise SecretError(
            f"{path} cannot be read ({error.strerror}): put the key there, or name it by {VARIABLE}"
        ) from error
    if not found:
        raise SecretError(f"{path} holds no key: restore it from where you keep it")
    return found


def make_key(path: Path) -> list[pyrage.x25519.Identity]:
    """Make the key file (mode 0600) unless it is there by now, and return its keys."""
    if not path.exists():
        fresh = pyrage.x25519.Identity.generate()
        made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        text = f"# created: {made}\n# public key: {fresh.to_public()}\n{fresh}\n"
        _make(path, text.encode())
    return read_key(path)


def seal(path: Path, data: bytes, keys: Sequence[pyrage.x25519.Identity]) -> None:
    """Write `data` to a file (mode 0600) that each of the keys opens; a crash leaves the old file or the new one."""
    try:
        fresh = _write(path, pyrage.encrypt(data, [key.to_public() for key in keys]))
        fresh.replace(path)
        _settle(path.parent)
    except (OSError, pyrage.EncryptError) as error:
        raise SecretError(f"{path} cannot be written ({error}): free some space or correct the permissions") from error


def unseal(path: Path, keys: Sequence[pyrage.x25519.Identity], key_file: Path) -> bytes:
    """Return what a sealed file holds; SecretError tells a wrong key from a damaged file."""
    try:
        return pyrage.decrypt(path.read_bytes(), keys)
    except OSError as error:
        raise SecretError(f"{path} cannot be read ({error.strerror}): correct the permissions") from error
    except pyrage.DecryptError as error:
        if "no matching keys" in str(error).lower():
            raise SecretError(f"{key_file} does not open {path}: {remedy(path)}") from error
        raise SecretError(f"{path} is damaged ({error}): restore it from a backup") from error


def remedy(path: Path) -> str:
    """Say what to do when the key is not there that opens a file."""
    return (
        f"put the key it was encrypted to back, or name it by {VARIABLE}; if it is lost, move {path.name} away to have"
        " new secrets made, which the devices must be given again"
    )


def _make(path: Path, data: bytes) -> None:
    """Write a file that must not be there yet; when another process was faster, its file stays."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = _write(path, data)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        _settle(path.parent)
    except OSError as error:
        raise SecretError(f"{path} cannot be made ({error.strerror}): set {VARIABLE} to a file that can") from error


def _write(path: Path, data: bytes) -> Path:
    """Write a private file beside `path`, on disk when this returns; return where."""
    fresh = path.with_name(f".{path.name}.{random.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _settle(folder: Path) -> None:
    """See to it that a new name in a folder survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
