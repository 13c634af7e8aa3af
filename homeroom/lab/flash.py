"""The file system of a device: flash, NVRAM, and the names under which IOS knows the configurations.

Source: Cisco IOS XE 17 Configuration Fundamentals Command Reference (`copy`, `dir`, `delete`, `verify`, `more`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIZE: Final = 3_249_049_600
"""Bytes of the flash."""
IMAGE: Final = 958_026_240
"""Bytes of it that the software takes."""
_RUNNING: Final = ("running-config", "system:running-config", "system:/running-config")
_STARTUP: Final = ("startup-config", "nvram:startup-config", "nvram:/startup-config")
_FLASH: Final = ("flash:", "bootflash:", "flash0:")


@dataclass(frozen=True, slots=True)
class File:
    """What stands in flash: bytes, and when they were written."""

    data: bytes
    at: float


def name(path: str) -> str | None:
    """Return the name in flash of `flash:/x`, `bootflash:x` or a bare `x`; None for what is not in flash."""
    for disk in _FLASH:
        if path.lower().startswith(disk):
            return path[len(disk) :].lstrip("/")
    return None if ":" in path or path in {"running-config", "startup-config"} else path.lstrip("/")


def running(path: str) -> bool:
    """Tell whether `path` is the running configuration."""
    return path.lower() in _RUNNING


def startup(path: str) -> bool:
    """Tell whether `path` is the startup configuration."""
    return path.lower() in _STARTUP


class Flash:
    """The files in flash, by name."""

    __slots__ = ("files",)

    def __init__(self) -> None:
        self.files: dict[str, File] = {}

    def write(self, path: str, data: bytes, at: float) -> None:
        """Write a file; OSError when the flash is full or the path is none of ours."""
        key = name(path)
        if not key:
            raise OSError("Invalid path")
        old = self.files.get(key)
        if len(data) - (len(old.data) if old else 0) > self.free:
            raise OSError("No space left on device")
        self.files[key] = File(data, at)

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None when it is not there."""
        key = name(path)
        file = self.files.get(key) if key else None
        return file.data if file else None

    def delete(self, path: str) -> bool:
        """Delete a file; tell whether it was there."""
        key = name(path)
        return key is not None and self.files.pop(key, None) is not None

    @property
    def free(self) -> int:
        """Return how many bytes are free."""
        return SIZE - IMAGE - sum(len(file.data) for file in self.files.values())
