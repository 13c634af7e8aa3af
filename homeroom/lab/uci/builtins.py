"""What the shell does itself. Source: POSIX.1-2017, Special Built-In Utilities; BusyBox ash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from homeroom.lab.uci.leaving import Break, Exit, Return
from homeroom.lab.uci.process import Steps
from homeroom.lab.uci.shell import Applet, Shell
from homeroom.lab.uci.streams import Io
from homeroom.lab.uci.syntax import parse
from homeroom.lab.uci.tree import SyntaxFault


def _status(shell: Shell, arguments: list[str]) -> int:
    return int(arguments[0]) & 0xFF if arguments and arguments[0].isdecimal() else shell.status


def leave(shell: Shell, arguments: list[str], _io: Io) -> int:
    """Do `exit`."""
    raise Exit(_status(shell, arguments))


def back(shell: Shell, arguments: list[str], _io: Io) -> int:
    """Do `return`."""
    raise Return(_status(shell, arguments))


def stop(_shell: Shell, _arguments: list[str], _io: Io) -> int:
    """Do `break`."""
    raise Break(on=False)


def again(_shell: Shell, _arguments: list[str], _io: Io) -> int:
    """Do `continue`."""
    raise Break(on=True)


def nothing(_shell: Shell, _arguments: list[str], _io: Io) -> int:
    """Do `:`, `true`, and what has no effect here."""
    return 0


def false(_shell: Shell, _arguments: list[str], _io: Io) -> int:
    """Do `false`."""
    return 1


def cd(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `cd`."""
    where = shell.files.resolve(shell.path(arguments[0] if arguments else "/root"))
    if shell.files.kind(where) != "d":
        io.err(f"{shell.zero}: cd: can't cd to {arguments[0]}: No such file or directory\n")
        return 2
    shell.cwd = where
    return 0


def pwd(shell: Shell, _arguments: list[str], io: Io) -> int:
    """Do `pwd`."""
    io.out(f"{shell.cwd}\n")
    return 0


def set_(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `set`: arguments; options are taken and mean nothing here."""
    if not arguments:
        io.out("".join(f"{name}='{value}'\n" for name, value in sorted(shell.variables.items())))
    elif arguments[0] == "--":
        shell.arguments = arguments[1:]
    elif arguments[0][0] not in "-+":
        shell.arguments = arguments
    return 0


def shift(shell: Shell, arguments: list[str], _io: Io) -> int:
    """Do `shift`."""
    count = int(arguments[0]) if arguments else 1
    if count > len(shell.arguments):
        return 1
    shell.arguments = shell.arguments[count:]
    return 0


def assign(shell: Shell, arguments: list[str], _io: Io) -> int:
    """Do `export`, `local` and `readonly`: every variable is handed on here."""
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if equals:
            shell.variables[name] = value
    return 0


def unset(shell: Shell, arguments: list[str], _io: Io) -> int:
    """Do `unset`."""
    for name in arguments:
        shell.variables.pop(name, None)
    return 0


def read(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `read`: the last variable takes the rest of the line."""
    names = [name for name in arguments if not name.startswith("-")] or ["REPLY"]
    line = yield from io.stdin.line()
    values = line.rstrip("\n").split(None, len(names) - 1)
    shell.variables.update({name: values[n] if n < len(values) else "" for n, name in enumerate(names)})
    return 0 if line.endswith("\n") else 1


def umask(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `umask`."""
    if arguments:
        shell.umask = int(arguments[0], 8)
    else:
        io.out(f"{shell.umask:04o}\n")
    return 0


def wait(shell: Shell, arguments: list[str], _io: Io) -> Steps:
    """Do `wait`: for one child, or for all."""
    status = 0
    for child in list(shell.children):
        if not arguments or str(child.pid) in arguments:
            while child.status is None:
                yield child.wait
            status = child.status if arguments else 0
    return status


def kill(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `kill`; signal 0 only asks whether the process is there."""
    signal = arguments[0].lstrip("-") if arguments and arguments[0].startswith("-") else "TERM"
    status = 0
    for word in arguments[arguments[:1] != [] and arguments[0].startswith("-") :]:
        found = shell.machine.processes.running.get(int(word)) if word.isdecimal() else None
        if found is None:
            io.err(f"{shell.zero}: can't kill pid {word}: No such process\n")
            status = 1
        elif signal != "0":
            found.kill()
    return status


def evaluate(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `eval`."""
    return shell.block(parse(" ".join(arguments)), io)


def execute(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `exec`: nothing of the shell comes after it."""
    if arguments:
        raise Exit((yield from shell.call(arguments, io)))
    return 0


def source(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `.`."""
    text = shell.files.read(shell.path(arguments[0])).decode("utf-8", "surrogateescape")
    return shell.block(parse(text), io)


def command(shell: Shell, arguments: list[str], io: Io) -> int | Steps:
    """Do `command` and `type`."""
    if arguments[:1] != ["-v"]:
        return shell.call(arguments, io)
    name = arguments[1] if len(arguments) > 1 else ""
    if name not in shell.machine.applets and name not in shell.functions:
        return 1
    io.out(f"{name if name in BUILTINS or name in shell.functions else f'/bin/{name}'}\n")
    return 0


def sh(shell: Shell, arguments: list[str], io: Io) -> Steps:
    """Do `sh FILE ...`, `sh -c COMMANDS ...`, or read commands from standard input."""
    words = [word for word in arguments if word not in {"-e", "-x", "-l", "-s"}]
    if words[:1] == ["-c"] and len(words) > 1:
        text, zero, rest = words[1], words[2] if len(words) > 2 else "sh", words[3:]
    elif words:
        if shell.files.kind(shell.path(words[0])) != "f":
            io.err(f"sh: can't open '{words[0]}': No such file or directory\n")
            return 2
        text = shell.files.read(shell.path(words[0])).decode("utf-8", "surrogateescape")
        zero, rest = words[0], words[1:]
    else:
        text, zero, rest = (yield from io.stdin.all()), "sh", []
    inner = Shell(shell.machine, shell.process, zero, rest, dict(shell.variables), {}, shell.cwd, shell.umask)
    return (yield from inner.script(text, io))


# --- test

_INTEGER: Final = re.compile(r"[+-]?\d+").fullmatch


def test(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `test` and `[`."""
    try:
        return int(not _or(shell, list(arguments)))
    except SyntaxFault as fault:
        io.err(f"{shell.zero}: {fault}\n")
        return 2


def bracket(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `[`."""
    if arguments[-1:] != ["]"]:
        io.err(f"{shell.zero}: missing ]\n")
        return 2
    return test(shell, arguments[:-1], io)


def _or(shell: Shell, rest: list[str]) -> bool:
    found = _and(shell, rest)
    while rest[:1] == ["-o"]:
        rest.pop(0)
        found = _and(shell, rest) or found
    if rest:
        raise SyntaxFault(f"{rest[0]}: unknown operand")
    return found


def _and(shell: Shell, rest: list[str]) -> bool:
    found = _one(shell, rest)
    while rest[:1] == ["-a"]:
        rest.pop(0)
        found = _one(shell, rest) and found
    return found


def _one(shell: Shell, rest: list[str]) -> bool:
    """Take one primary from the front."""
    if not rest:
        return False
    if rest[0] == "!" and len(rest) > 1:
        rest.pop(0)
        return not _one(shell, rest)
    if len(rest) >= 3 and rest[1] in _COMPARE:
        left, operator, right = (rest.pop(0) for _ in range(3))
        return _compare(left, operator, right)
    if rest[0] in _ASK and len(rest) > 1:
        return _asked(shell, rest.pop(0), rest.pop(0))
    return bool(rest.pop(0))


_COMPARE: Final = frozenset({"=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_ASK: Final = frozenset({"-e", "-f", "-d", "-s", "-n", "-z", "-L", "-h", "-x", "-r", "-w"})


def _compare(left: str, operator: str, right: str) -> bool:
    if operator in {"=", "=="}:
        return left == right
    if operator == "!=":
        return left != right
    for word in (left, right):
        if not _INTEGER(word.strip()):
            raise SyntaxFault(f"{word}: bad number")
    one, other = int(left), int(right)
    order = {"-eq": one == other, "-ne": one != other, "-lt": one < other, "-le": one <= other}
    return order.get(operator, one > other if operator == "-gt" else one >= other)


def _asked(shell: Shell, what: str, word: str) -> bool:
    if what in {"-n", "-z"}:
        return bool(word) == (what == "-n")
    path = shell.path(word) if word else ""
    if not path:
        return False
    if what in {"-L", "-h"}:
        return type(shell.files.node(path)).__name__ == "Link"
    kind = shell.files.kind(path)
    if what == "-s":
        return kind == "d" or (kind == "f" and bool(shell.files.read(path)))
    return kind == {"-f": "f", "-d": "d"}.get(what, kind or "?")


BUILTINS: Final[Mapping[str, Applet]] = {
    ":": nothing,
    "true": nothing,
    "trap": nothing,
    "alias": nothing,
    "false": false,
    ".": source,
    "[": bracket,
    "test": test,
    "break": stop,
    "cd": cd,
    "command": command,
    "continue": again,
    "eval": evaluate,
    "exec": execute,
    "exit": leave,
    "export": assign,
    "kill": kill,
    "local": assign,
    "pwd": pwd,
    "read": read,
    "readonly": assign,
    "return": back,
    "set": set_,
    "sh": sh,
    "ash": sh,
    "shift": shift,
    "umask": umask,
    "unset": unset,
    "wait": wait,
}
