"""BusyBox's applets on files and directories. Source: BusyBox 1.36 (coreutils), its usage texts and messages."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

from homeroom.lab.uci.files import FLASH, File, Folder, Link
from homeroom.lab.uci.process import Steps, Wait
from homeroom.lab.uci.shell import Applet, Shell
from homeroom.lab.uci.streams import Io


def split(arguments: list[str]) -> tuple[set[str], list[str]]:
    """Return flags (letters) and operands."""
    flags: set[str] = set()
    for index, word in enumerate(arguments):
        if word == "--":
            return flags, arguments[index + 1 :]
        if not word.startswith("-") or word == "-":
            return flags, arguments[index:]
        flags |= set(word[1:])
    return flags, []


def text(data: bytes) -> str:
    """Return bytes as the shell's text."""
    return data.decode("utf-8", "surrogateescape")


def inputs(shell: Shell, names: list[str], io: Io, who: str) -> Generator[Wait, None, list[tuple[str, str]]]:
    """Return name and text of each file, of standard input when none is named; what cannot be read is said."""
    found: list[tuple[str, str]] = []
    for name in names or ["-"]:
        try:
            said = (yield from io.stdin.all()) if name == "-" else text(shell.files.read(shell.path(name)))
        except OSError as error:
            io.err(f"{who}: can't open '{name}': {error.strerror}\n")
        else:
            found.append((name, said))
    return found


def cat(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `cat`."""
    _, names = split(arguments)
    found = yield from inputs(shell, names, io, "cat")
    for _, said in found:
        io.out(said)
    return int(len(found) < len(names))


def _targets(shell: Shell, operands: list[str]) -> list[tuple[str, str]]:
    """Return from where to where `cp` and `mv` go."""
    *sources, target = operands
    into = shell.path(target)
    folder = shell.files.kind(into) == "d"
    into = shell.files.resolve(into) if folder else into
    return [(one, posixpath.join(into, posixpath.basename(one)) if folder else into) for one in sources]


def cp(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `cp`."""
    flags, operands = split(arguments)
    status = 0
    for one, target in _targets(shell, operands):
        path = shell.path(one)
        kind = shell.files.kind(path)
        if not kind:
            io.err(f"cp: can't stat '{one}': No such file or directory\n")
            status = 1
        elif kind == "d" and not flags & {"a", "r", "R"}:
            io.err(f"cp: omitting directory '{one}'\n")
            status = 1
        else:
            status |= _copy(shell, path, target, io, keep=bool(flags & {"a", "p"}))
    return status


def _copy(shell: Shell, path: str, target: str, io: Io, *, keep: bool) -> int:
    files = shell.files
    try:
        for one in (path, *files.below(path)):
            node, where = files.node(files.resolve(one)), f"{target}{one[len(path) :]}"
            if isinstance(node, Folder):
                if files.kind(where) != "d":
                    files.make(where, node.mode if keep else 0o777 & ~shell.umask)
            elif isinstance(node, File):
                files.write(where, node.data, mode=node.mode if keep else node.mode & ~shell.umask)
                if keep:
                    files.chmod(where, node.mode)
    except OSError as error:
        io.err(f"cp: can't create '{error.filename}': {error.strerror}\n")
        return 1
    return 0


def mv(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `mv`: in memory and on flash a rename, between the two a copy."""
    _, operands = split(arguments)
    status = 0
    for one, target in _targets(shell, operands):
        path = shell.path(one)
        try:
            if path.startswith("/tmp/") == target.startswith("/tmp/"):  # noqa: S108
                shell.files.rename(path, target)
            elif _copy(shell, path, target, io, keep=True):
                status = 1
            else:
                _erase(shell, path)
        except OSError as error:
            io.err(f"mv: can't rename '{one}': {error.strerror}\n")
            status = 1
    return status


def _erase(shell: Shell, path: str) -> None:
    for one in (*reversed(shell.files.below(path)), path):
        shell.files.remove(one)


def rm(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `rm`."""
    flags, operands = split(arguments)
    status = 0
    for one in operands:
        path = shell.path(one)
        node = shell.files.node(path)
        if node is None:
            if "f" not in flags:
                io.err(f"rm: can't remove '{one}': No such file or directory\n")
                status = 1
        elif isinstance(node, Folder) and not flags & {"r", "R"}:
            io.err(f"rm: '{one}' is a directory\n")
            status = 1
        else:
            _erase(shell, path)
    return status


def mkdir(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `mkdir`."""
    flags, operands = split(arguments)
    mode = 0o777 & ~shell.umask
    if "m" in flags:
        mode = int(operands.pop(0), 8)
    status = 0
    for one in operands:
        path = shell.path(one)
        steps = [path[:end] for end, letter in enumerate(path) if letter == "/" and end] if "p" in flags else []
        try:
            for step in steps:
                if shell.files.kind(step) != "d":
                    shell.files.make(step, 0o777 & ~shell.umask)
            if not ("p" in flags and shell.files.kind(path) == "d"):
                shell.files.make(path, mode)
        except OSError as error:
            io.err(f"mkdir: can't create directory '{one}': {error.strerror}\n")
            status = 1
    return status


def rmdir(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `rmdir`."""
    for one in arguments:
        try:
            shell.files.remove(shell.path(one))
        except OSError as error:
            io.err(f"rmdir: '{one}': {error.strerror}\n")
            return 1
    return 0


def ln(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `ln -s`."""
    flags, operands = split(arguments)
    target, name = operands[0], shell.path(operands[-1])
    if shell.files.kind(name) == "d":
        name = posixpath.join(name, posixpath.basename(target))
    try:
        if "f" in flags and shell.files.node(name) is not None:
            shell.files.remove(name)
        shell.files.link(target, name)
    except OSError as error:
        io.err(f"ln: {operands[-1]}: {error.strerror}\n")
        return 1
    return 0


def ls(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `ls`: one name a line, as into a pipe; `-l` with modes and sizes."""
    flags, operands = split(arguments)
    there = [one for one in operands or ["."] if shell.files.node(shell.path(one)) is not None]
    for one in operands:
        if one not in there:
            io.err(f"ls: {one}: No such file or directory\n")
    folders = [one for one in there if "d" not in flags and shell.files.kind(shell.path(one)) == "d"]
    files = [one for one in there if one not in folders]
    for one in files:
        io.out(_listed(shell, shell.path(one), one, long="l" in flags))
    for number, one in enumerate(folders):
        if len(operands) > 1:
            io.out(("\n" if number or files else "") + f"{one}:\n")
        where = shell.files.resolve(shell.path(one))
        for name in shell.files.names(where):
            if flags & {"a", "A"} or not name.startswith("."):
                io.out(_listed(shell, posixpath.join(where, name), name, long="l" in flags))
    return int(len(there) < len(operands))


def _listed(shell: Shell, path: str, name: str, *, long: bool) -> str:
    node = shell.files.node(path)
    if not long or node is None:
        return f"{name}\n"
    kind = {File: "-", Folder: "d", Link: "l"}[type(node)]
    mode = 0o777 if isinstance(node, Link) else node.mode
    bits = "".join(letter if mode >> (8 - n) & 1 else "-" for n, letter in enumerate("rwxrwxrwx"))
    arrow = f" -> {node.target}" if isinstance(node, Link) else ""
    size = len(node.data) if isinstance(node, File) else 0
    return f"{kind}{bits}    1 root     root     {size:9d} Jan  1 00:00 {name}{arrow}\n"


def touch(shell: Shell, arguments: list[str], _io: Io) -> int:
    """Do `touch`."""
    for one in split(arguments)[1]:
        shell.files.write(shell.path(one), b"", mode=0o666 & ~shell.umask, append=True)
    return 0


def chmod(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `chmod` with a number, or `+x`."""
    mode, *names = split(arguments)[1]
    for one in names:
        node = shell.files.node(shell.files.resolve(shell.path(one)))
        if not isinstance(node, File | Folder):
            io.err(f"chmod: {one}: No such file or directory\n")
            return 1
        shell.files.chmod(shell.path(one), int(mode, 8) if mode.isdecimal() else node.mode | 0o111)
    return 0


def readlink(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `readlink`."""
    flags, names = split(arguments)
    path = shell.path(names[0])
    node = shell.files.node(path)
    if "f" in flags:
        io.out(f"{shell.files.resolve(path)}\n")
    elif isinstance(node, Link):
        io.out(f"{node.target}\n")
    else:
        return 1
    return 0


def cmp(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `cmp`."""
    flags, names = split(arguments)
    found: list[bytes] = []
    for one in names:
        try:
            found.append(shell.files.read(shell.path(one)))
        except OSError as error:
            if "s" not in flags:
                io.err(f"cmp: {one}: {error.strerror}\n")
            return 2
    if len(set(found)) < 2:
        return 0
    if "s" not in flags:
        place = next((n for n, pair in enumerate(zip(*found, strict=False)) if len(set(pair)) > 1), 0)
        io.out(f"{names[0]} {names[1]} differ: char {place + 1}, line {found[0][:place].count(10) + 1}\n")
    return 1


def _sums(make: Callable[..., Any], who: str) -> Applet:
    def applet(shell: Shell, arguments: list[str], io: Io) -> Steps:
        names = split(arguments)[1]
        found = yield from inputs(shell, names, io, who)
        for name, said in found:
            digest = make(said.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
            io.out(f"{digest}  {name}\n")
        return int(len(found) < len(names))

    return applet


def df(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `df`: the flash, or memory."""
    names = split(arguments)[1]
    memory = bool(names) and shell.path(names[0]).startswith("/tmp")  # noqa: S108
    total, free = (60000, 59000) if memory else (FLASH // 1024, max(0, shell.files.free // 1024))
    name, where = ("tmpfs", "/tmp") if memory else ("overlayfs:/overlay", "/")  # noqa: S108
    io.out("Filesystem           1K-blocks      Used Available Use% Mounted on\n")
    used = 100 * (total - free) // total
    io.out(f"{name:20} {total:9d} {total - free:9d} {free:9d} {used:3d}% {where}\n")
    return 0


def du(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `du -s`."""
    for one in split(arguments)[1]:
        io.out(f"{shell.files.size(shell.path(one)) // 1024 + 1}\t{one}\n")
    return 0


def sync(_shell: Shell, _arguments: list[str], _io: Io) -> int:
    """Do `sync`: what is written here is on flash already."""
    return 0


FILING: Final[Mapping[str, Applet]] = {
    "cat": cat,
    "chmod": chmod,
    "cmp": cmp,
    "cp": cp,
    "df": df,
    "du": du,
    "ln": ln,
    "ls": ls,
    "md5sum": _sums(hashlib.md5, "md5sum"),
    "mkdir": mkdir,
    "mv": mv,
    "readlink": readlink,
    "rm": rm,
    "rmdir": rmdir,
    "sha256sum": _sums(hashlib.sha256, "sha256sum"),
    "sync": sync,
    "touch": touch,
}
