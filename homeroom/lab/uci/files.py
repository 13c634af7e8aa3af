"""A device's file system: an image shared by all devices, and what this one changed. Paths are absolute.

/tmp is memory, and /var is /tmp; all else is flash, whose space ends.
"""

from __future__ import annotations

import errno
import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

FLASH: Final = 5 << 20
"""Bytes of flash that the image leaves free."""
_MEMORY: Final = ("/tmp", "/dev", "/proc", "/sys")  # noqa: S108  # paths of the emulated device
_FOLDERS: Final = (
    "/", "/bin", "/dev", "/etc", "/etc/config", "/etc/init.d", "/etc/rc.d", "/lib", "/overlay", "/proc", "/proc/sys",
    "/proc/sys/kernel", "/root", "/sbin", "/sys", "/usr", "/usr/bin", "/usr/sbin",
    *("/tmp", "/tmp/lock", "/tmp/log", "/tmp/run", "/tmp/state"),  # noqa: S108
)  # fmt: skip


_PROCESS: Final = re.compile(r"/proc/(\d+)/cmdline").fullmatch


@dataclass(slots=True)
class File:
    """A file."""

    data: bytes
    mode: int


@dataclass(slots=True)
class Folder:
    """A directory."""

    mode: int


@dataclass(slots=True)
class Link:
    """A symbolic link."""

    target: str


Node = File | Folder | Link


def problem(number: int, path: str) -> OSError:
    """Return an error with the kernel's words."""
    return OSError(number, os.strerror(number), path)


class Files:
    """One device's files. `image`: what all have; `live`: files whose text is asked for; `full`: the flash is full.

    `title` gives a process's command line.
    """

    __slots__ = ("_full", "_image", "_live", "_nodes", "_title")

    def __init__(
        self,
        image: Mapping[str, bytes],
        live: Mapping[str, Callable[[], str]],
        *,
        full: Callable[[], bool],
        title: Callable[[int], str | None],
    ) -> None:
        self._image, self._live, self._full, self._title = image, live, full, title
        self._nodes: dict[str, Node | None] = {}

    def resolve(self, path: str) -> str:
        """Return the path without `.`, `..`, doubled slashes and the links it goes through."""
        path = posixpath.normpath(path).replace("//", "/")
        if path == "/var" or path.startswith("/var/"):
            path = f"/tmp{path[4:]}"  # noqa: S108
        for _ in range(8):
            node = self.node(path)
            if not isinstance(node, Link):
                return path
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), node.target))
        raise problem(errno.ELOOP, path)

    def node(self, path: str) -> Node | None:
        """Return what stands at a path, links not followed."""
        if path in self._nodes:
            return self._nodes[path]
        if path in self._live:
            return File(self._live[path]().encode("utf-8", "surrogateescape"), 0o444)
        process = _PROCESS(path)
        if process and (said := self._title(int(process.group(1)))) is not None:
            return File(said.replace(" ", "\0").encode("utf-8", "surrogateescape"), 0o444)
        if path in self._image:
            return File(self._image[path], 0o644)
        return Folder(0o755) if path in _FOLDERS else None

    def kind(self, path: str) -> str:
        """Return `f`, `d`, or empty when there is nothing; links are followed."""
        node = self.node(self.resolve(path))
        return "f" if isinstance(node, File) else "d" if isinstance(node, Folder) else ""

    def read(self, path: str) -> bytes:
        """Return a file's bytes; OSError when there is none."""
        node = self.node(self.resolve(path))
        if isinstance(node, File):
            return node.data
        raise problem(errno.EISDIR if node else errno.ENOENT, path)

    def ship(self, path: str, data: bytes) -> None:
        """Put a file there that came with the device."""
        self._nodes[path] = File(data, 0o644)

    def write(self, path: str, data: bytes, *, mode: int = 0o600, append: bool = False) -> None:
        """Write a file; its mode stays when it exists. OSError when that cannot be."""
        where = self.resolve(path)
        if where == "/dev/null":
            return
        old = self.node(where)
        if isinstance(old, Folder):
            raise problem(errno.EISDIR, path)
        if self.kind(posixpath.dirname(where)) != "d":
            raise problem(errno.ENOENT, path)
        before = old.data if isinstance(old, File) else b""
        data = before + data if append else data
        self._room(where, len(data) - len(before), new=old is None)
        self._nodes[where] = File(data, old.mode if isinstance(old, File) else mode)

    def _room(self, path: str, more: int, *, new: bool) -> None:
        """OSError unless the flash has room for so many bytes more."""
        if not path.startswith(_MEMORY) and (more > 0 or new) and (self._full() or more > self.free):
            raise problem(errno.ENOSPC, path)

    def make(self, path: str, mode: int = 0o755) -> None:
        """Make a directory."""
        where = self.resolve(path)
        if self.node(where) is not None:
            raise problem(errno.EEXIST, path)
        if self.kind(posixpath.dirname(where)) != "d":
            raise problem(errno.ENOENT, path)
        self._room(where, 0, new=True)
        self._nodes[where] = Folder(mode)

    def link(self, target: str, path: str) -> None:
        """Make a symbolic link."""
        if self.node(path) is not None:
            raise problem(errno.EEXIST, path)
        self._room(path, len(target), new=True)
        self._nodes[path] = Link(target)

    def chmod(self, path: str, mode: int) -> None:
        """Change a mode."""
        where = self.resolve(path)
        node = self.node(where)
        if node is None or isinstance(node, Link):
            raise problem(errno.ENOENT, path)
        node.mode = mode
        self._nodes[where] = node

    def remove(self, path: str) -> None:
        """Remove a file, a link or an empty directory."""
        if self.node(path) is None:
            raise problem(errno.ENOENT, path)
        if any(True for _ in self.names(path)):
            raise problem(errno.ENOTEMPTY, path)
        if path in self._image or path in self._live or path in _FOLDERS:
            self._nodes[path] = None
        else:
            self._nodes.pop(path, None)

    def rename(self, old: str, new: str) -> None:
        """Move a file, a link or a directory, over what stands there; this needs no room."""
        node = self.node(old)
        if node is None:
            raise problem(errno.ENOENT, old)
        if self.kind(posixpath.dirname(new)) != "d":
            raise problem(errno.ENOENT, new)
        inside = self.below(old)
        moved = {f"{new}{path[len(old) :]}": self.node(path) for path in (old, *inside)}
        for path in (*reversed(inside), old):
            self.remove(path)
        self._nodes.update(moved)

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names in a directory, in order."""
        head = folder.rstrip("/") + "/"
        paths = {*self._nodes, *self._image, *self._live, *_FOLDERS}
        found = {path[len(head) :] for path in paths if path.startswith(head) and self.node(path) is not None}
        yield from sorted(name for name in found if name and "/" not in name)

    def below(self, folder: str) -> list[str]:
        """Return all paths under a directory, those of directories before what is in them."""
        head = folder.rstrip("/") + "/"
        paths = {*self._nodes, *self._image, *_FOLDERS}
        return sorted(path for path in paths if path.startswith(head) and self.node(path) is not None)

    def size(self, path: str) -> int:
        """Return how many bytes stand at and under a path."""
        nodes = (self.node(one) for one in (path, *self.below(path)))
        return sum(len(node.data) for node in nodes if isinstance(node, File))

    @property
    def free(self) -> int:
        """Return how many bytes of flash are free."""
        if self._full():
            return 0
        nodes = ((path, node) for path, node in self._nodes.items() if not path.startswith(_MEMORY))
        return FLASH - sum(len(node.data) + 64 for _, node in nodes if isinstance(node, File))

    def restart(self) -> None:
        """Forget what stands in memory."""
        for path in [path for path in self._nodes if path.startswith("/tmp/")]:  # noqa: S108
            del self._nodes[path]
