"""BusyBox's applets on text. Source: BusyBox 1.36 (coreutils, findutils, editors), their usage texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from homeroom.lab.uci.filing import inputs, split
from homeroom.lab.uci.process import Steps
from homeroom.lab.uci.shell import Applet, Shell
from homeroom.lab.uci.streams import Io

_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\033"}


def _unescape(said: str) -> str:
    def one(found: re.Match[str]) -> str:
        word = found.group(1)
        if word[0] in "0x":
            digits = word.lstrip("0x") or "0"
            return chr(int(digits, 16 if word[0] == "x" else 8))
        return _ESCAPES.get(word, found.group())

    return re.sub(r"\\(0[0-7]{0,3}|x[0-9a-fA-F]{1,2}|.)", one, said)


def echo(_shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `echo`."""
    flags: set[str] = set()
    while arguments and re.fullmatch(r"-[neE]+", arguments[0]):
        flags |= set(arguments.pop(0)[1:])
    said = " ".join(arguments)
    io.out((_unescape(said) if "e" in flags else said) + ("" if "n" in flags else "\n"))
    return 0


def printf(_shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `printf`: the format again until no argument is left."""
    form, *rest = arguments
    while True:
        values = iter(rest)
        taken = 0

        def one(found: re.Match[str]) -> str:
            nonlocal taken
            if found.group(2) == "%":
                return "%"
            value = next(values, "")  # noqa: B023  # used up before the next round
            taken += 1
            letter = found.group(2)
            if letter in "dxu":
                return f"%{found.group(1)}{letter.replace('u', 'd')}" % int(value or 0)
            return f"%{found.group(1)}s" % (_unescape(value) if letter == "b" else value)

        io.out(re.sub(r"%([-0-9.]*)([sdbxu%])", one, _unescape(form)))
        rest = rest[taken:]
        if not rest or not taken:
            return 0


def _count(arguments: list[str]) -> tuple[int, bool, list[str]]:
    """Read `-n N` or `-N` of head and tail: count, whether it counts from the start, files."""
    words = list(arguments)
    number = "10"
    if words and words[0] in {"-n", "-c"}:
        number, words = words[1], words[2:]
    elif words and re.fullmatch(r"-n?[+-]?\d+", words[0]):
        number, words = words[0].lstrip("-n"), words[1:]
    return abs(int(number)), number.startswith("+"), words


def head(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `head`."""
    count, _, names = _count(arguments)
    for _, said in (yield from inputs(shell, names, io, "head")):
        io.out("".join(said.splitlines(keepends=True)[:count]))
    return 0


def tail(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `tail`."""
    count, front, names = _count(arguments)
    for _, said in (yield from inputs(shell, names, io, "tail")):
        lines = said.splitlines(keepends=True)
        io.out("".join(lines[count - 1 :] if front else lines[-count:] if count else []))
    return 0


def wc(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `wc`."""
    flags, names = split(arguments)
    for name, said in (yield from inputs(shell, names, io, "wc")):
        counts = {"l": said.count("\n"), "w": len(said.split()), "c": len(said.encode("utf-8", "surrogateescape"))}
        asked = [counts[flag] for flag in "lwc" if flag in flags or not flags]
        shown = " ".join(f"{count:9d}" for count in asked) if len(asked) > 1 else str(asked[0])
        io.out(f"{shown}{'' if name == '-' else f' {name}'}\n")
    return 0


def grep(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `grep`: -i -v -c -q -l -n -o -E -F -w -x, -e again and again."""
    flags: set[str] = set()
    patterns: list[str] = []
    words = list(arguments)
    while words and words[0].startswith("-") and words[0] != "-":
        word = words.pop(0)
        if word.endswith("e"):
            patterns.append(words.pop(0))
        flags |= set(word[1:]) - {"e"}
    if not patterns:
        patterns.append(words.pop(0))
    searched = re.compile("|".join(_grepped(one, flags) for one in patterns), re.IGNORECASE if "i" in flags else 0)
    hits = 0
    for name, said in (yield from inputs(shell, words, io, "grep")):
        lines = [
            (number, line)
            for number, line in enumerate(said.splitlines(), 1)
            if bool(searched.search(line)) != ("v" in flags)
        ]
        hits += len(lines)
        mark = f"{name}:" if len(words) > 1 and "h" not in flags else ""
        if "c" in flags:
            io.out(f"{mark}{len(lines)}\n")
        elif "l" in flags:
            io.out(f"{name}\n" if lines else "")
        elif "q" not in flags:
            for number, line in lines:
                shown = "\n".join(m.group() for m in searched.finditer(line)) if "o" in flags else line
                io.out(f"{mark}{f'{number}:' if 'n' in flags else ''}{shown}\n")
    return int(not hits)


def _grepped(pattern: str, flags: set[str]) -> str:
    found = re.escape(pattern) if "F" in flags else pattern if "E" in flags else _basic(pattern)
    found = rf"\b(?:{found})\b" if "w" in flags else found
    return rf"^(?:{found})$" if "x" in flags else f"(?:{found})"


def _basic(pattern: str) -> str:
    r"""Turn a basic regular expression into Python's: `\(` groups, `(` is itself."""
    return re.sub(r"\\?[(){}|+?]", lambda m: m.group()[1:] if len(m.group()) > 1 else f"\\{m.group()}", pattern)


def cut(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `cut -d -f` and `-c`."""
    delimiter, which, by = "\t", "", "f"
    names: list[str] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word[:2] == "-d":
            delimiter = word[2:] or words.pop(0)
        elif word[:2] in {"-f", "-c"}:
            by, which = word[1], word[2:] or words.pop(0)
        elif word != "-s":
            names.append(word)
    for _, said in (yield from inputs(shell, names, io, "cut")):
        for line in said.splitlines():
            pieces = list(line) if by == "c" else line.split(delimiter)
            whole = by == "f" and delimiter not in line
            io.out((line if whole else ("" if by == "c" else delimiter).join(_chosen(pieces, which))) + "\n")
    return 0


def _chosen(pieces: list[str], which: str) -> list[str]:
    found: list[str] = []
    for item in which.split(","):
        first, dash, last = item.partition("-")
        start = int(first or 1) - 1
        found += pieces[start : int(last) if last else len(pieces)] if dash else pieces[start : start + 1]
    return found


def sort(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `sort`: -r -u -n."""
    flags, names = split(arguments)
    lines = [line for _, said in (yield from inputs(shell, names, io, "sort")) for line in said.splitlines()]
    lines = sorted(set(lines) if "u" in flags else lines, reverse="r" in flags)
    if "n" in flags:
        numbers = re.compile(r"\s*(-?\d+)")
        lines.sort(key=lambda line: int(m.group(1)) if (m := numbers.match(line)) else 0, reverse="r" in flags)
    io.out("".join(f"{line}\n" for line in lines))
    return 0


def uniq(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `uniq`."""
    last = None
    for _, said in (yield from inputs(shell, split(arguments)[1], io, "uniq")):
        for line in said.splitlines():
            if line != last:
                io.out(f"{line}\n")
            last = line
    return 0


def tr(_shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `tr`, and `tr -d`."""
    flags, operands = split(arguments)
    said = yield from io.stdin.all()
    sets = [re.sub(r"(.)-(.)", _range, _unescape(one)) for one in operands]
    if "d" in flags:
        io.out("".join(character for character in said if character not in sets[0]))
    else:
        target = sets[1].ljust(len(sets[0]), sets[1][-1])
        io.out(said.translate(str.maketrans(sets[0], target[: len(sets[0])])))
    return 0


def _range(found: re.Match[str]) -> str:
    return "".join(map(chr, range(ord(found.group(1)), ord(found.group(2)) + 1)))


def sed(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `sed` with one `s` command, `-n` with `p`, or `/x/d`."""
    flags, operands = split(arguments)
    script, *names = operands
    found = re.fullmatch(r"s(.)(.*?)(?<!\\)\1(.*?)(?<!\\)\1([gp]*)", script)
    drop = re.fullmatch(r"/(.*)/([dp])", script)
    if not (found or drop):
        io.err(f"sed: unsupported command {script}\n")
        return 1
    for _, said in (yield from inputs(shell, names, io, "sed")):
        for line in said.splitlines():
            hit = bool(re.search(_basic((found or drop).group(2 if found else 1)), line))  # type: ignore[union-attr]  # one is there
            if found:
                target = re.sub(r"(?<!\\)&", r"\\g<0>", found.group(3))
                line = re.sub(_basic(found.group(2)), target, line, count=0 if "g" in found.group(4) else 1)  # noqa: PLW2901
                shown = "n" not in flags or (hit and "p" in found.group(4))
            else:
                shown = (hit and "n" in flags) if drop and drop.group(2) == "p" else not hit
            if shown:
                io.out(f"{line}\n")
    return 0


def tee(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `tee`."""
    flags, names = split(arguments)
    said = yield from io.stdin.all()
    for name in names:
        data = said.encode("utf-8", "surrogateescape")
        shell.files.write(shell.path(name), data, mode=0o666 & ~shell.umask, append="a" in flags)
    io.out(said)
    return 0


def basename(_shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `basename`."""
    name = posixpath.basename(arguments[0].rstrip("/"))
    io.out(f"{name.removesuffix(arguments[1]) if len(arguments) > 1 else name}\n")
    return 0


def dirname(_shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `dirname`."""
    io.out(f"{posixpath.dirname(arguments[0]) or '.'}\n")
    return 0


TEXTS: Final[Mapping[str, Applet]] = {
    "basename": basename,
    "cut": cut,
    "dirname": dirname,
    "echo": echo,
    "grep": grep,
    "head": head,
    "printf": printf,
    "sed": sed,
    "sort": sort,
    "tail": tail,
    "tee": tee,
    "tr": tr,
    "uniq": uniq,
    "wc": wc,
}
