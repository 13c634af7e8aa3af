"""The shell: runs what homeroom.lab.uci.syntax reads. Pipelines run part by part, each to its end."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from homeroom.lab.uci import words
from homeroom.lab.uci.files import Files
from homeroom.lab.uci.leaving import Break, Exit, Return
from homeroom.lab.uci.process import Process, Steps, Table, Wait
from homeroom.lab.uci.streams import Io, Source, silent
from homeroom.lab.uci.syntax import parse
from homeroom.lab.uci.tree import (
    Block,
    Case,
    Chain,
    Command,
    For,
    Function,
    Group,
    If,
    Loop,
    Pipe,
    Redirect,
    Simple,
    SyntaxFault,
)

__all__ = ["Applet", "Io", "Machine", "Shell", "Source", "silent"]

Applet: TypeAlias = "Callable[[Shell, list[str], Io], int | Steps]"


class Machine(Protocol):
    """What the shell runs on."""

    processes: Table
    applets: Mapping[str, Applet]

    @property
    def files(self) -> Files:
        """Return the file system."""
        ...

    def sleep(self, seconds: float) -> Wait:
        """Wait so long by the device's clock."""
        ...

    def tick(self) -> None:
        """Take note of a command; Killed when the power goes."""
        ...


@dataclass(slots=True)
class Shell:
    """One shell. `zero`: what `$0` is."""

    machine: Machine
    process: Process
    zero: str = "ash"
    arguments: list[str] = field(default_factory=list[str])
    variables: dict[str, str] = field(default_factory=dict[str, str])
    functions: dict[str, Command] = field(default_factory=dict[str, Command])
    cwd: str = "/root"
    umask: int = 0o22
    status: int = 0
    children: list[Process] = field(default_factory=list[Process])

    @property
    def files(self) -> Files:
        """Return the file system."""
        return self.machine.files

    def path(self, said: str) -> str:
        """Return an absolute path; links are not followed at its end."""
        whole = posixpath.normpath(posixpath.join(self.cwd, said))
        return posixpath.join(self.files.resolve(posixpath.dirname(whole)), posixpath.basename(whole))

    def special(self, name: str) -> str | None:
        """Return the value of a parameter such as `?`; None when it is not set."""
        if name.isdecimal():
            number = int(name)
            return self.zero if not number else self.arguments[number - 1] if number <= len(self.arguments) else None
        last = str(self.children[-1].pid) if self.children else ""
        found = {"?": str(self.status), "$": str(self.process.pid), "!": last, "#": str(len(self.arguments)), "-": ""}
        return found.get(name, " ".join(self.arguments))

    def capture(self, block: Block) -> words.Text:
        """Run commands and return what they print."""
        said: list[str] = []
        inner = self.copy()
        self.status = yield from inner.apart(block, Io(Source(), said.append, silent))
        return "".join(said)

    def copy(self) -> Shell:
        """Return a shell that starts where this one stands, and changes nothing of it."""
        return Shell(
            self.machine, self.process, self.zero, list(self.arguments), dict(self.variables), dict(self.functions),
            self.cwd, self.umask, self.status, list(self.children),
        )  # fmt: skip

    # --- scripts

    def script(self, text: str, io: Io) -> Steps:
        """Run a whole script in this shell."""
        try:
            return (yield from self.block(parse(text), io))
        except Exit as stop:
            return stop.status
        except SyntaxFault as fault:
            io.err(f"{self.zero}: {fault}\n")
            return 2

    def apart(self, body: Command | Block, io: Io) -> Steps:
        """Run something whose `exit` ends only itself."""
        try:
            if isinstance(body, Block):
                return (yield from self.block(body, io))
            return (yield from self.command(body, io))
        except Exit as stop:
            return stop.status

    def block(self, block: Block, io: Io) -> Steps:
        """Run a list of commands."""
        for chain in block.chains:
            if chain.background:
                self._background(chain)
            else:
                self.status = yield from self._chain(chain, io)
        return self.status

    def _background(self, chain: Chain) -> None:
        quiet = Io(Source(), silent, silent)
        inner = self.copy()

        def steps(process: Process) -> Steps:
            inner.process = process
            return inner.apart(Block((Chain(chain.first, chain.rest, background=False),)), quiet)

        # a command takes the process over and gives it its name; a list runs in a copy of this shell
        alone = not chain.rest and len(chain.first.parts) == 1 and isinstance(chain.first.parts[0], Simple)
        self.children.append(self.machine.processes.spawn("" if alone else self.process.title, steps))
        self.status = 0

    def _chain(self, chain: Chain, io: Io) -> Steps:
        self.status = yield from self._pipe(chain.first, io)
        for operator, pipe in chain.rest:
            if (operator == "&&") == (self.status == 0):
                self.status = yield from self._pipe(pipe, io)
        return self.status

    def _pipe(self, pipe: Pipe, io: Io) -> Steps:
        stdin, status = io.stdin, 0
        for index, part in enumerate(pipe.parts):
            if index < len(pipe.parts) - 1:
                said: list[str] = []
                yield from self.copy().apart(part, Io(stdin, said.append, io.err))
                stdin = Source("".join(said))
            elif index:
                status = yield from self.copy().apart(part, Io(stdin, io.out, io.err))
            else:
                status = yield from self.command(part, io)
        return int(not status) if pipe.negated else status

    # --- commands

    def command(self, node: Command, io: Io) -> Steps:
        """Run one command."""
        if isinstance(node, Function):
            self.functions[node.name] = node.body
            return 0
        if isinstance(node, Simple):
            return (yield from self._simple(node, io))
        if isinstance(node, Group):
            return (yield from self._group(node, io))
        return (yield from self._flow(node, io))

    def _flow(self, node: If | Loop | For | Case, io: Io) -> Steps:
        match node:
            case If():
                return (yield from self._if(node, io))
            case Loop():
                return (yield from self._loop(node, io))
            case For():
                return (yield from self._for(node, io))
            case Case():
                return (yield from self._case(node, io))

    def _if(self, node: If, io: Io) -> Steps:
        for condition, body in node.arms:
            if (yield from self.block(condition, io)) == 0:
                return (yield from self.block(body, io))
        return (yield from self.block(node.other, io)) if node.other else 0

    def _loop(self, node: Loop, io: Io) -> Steps:
        status = 0
        while ((yield from self.block(node.condition, io)) == 0) != node.until:
            try:
                status = yield from self.block(node.body, io)
            except Break as leave:
                if not leave.on:
                    break
        return status

    def _for(self, node: For, io: Io) -> Steps:
        status = 0
        values = list(self.arguments) if node.words is None else (yield from words.fields(self, node.words))
        for value in values:
            self.variables[node.name] = value
            try:
                status = yield from self.block(node.body, io)
            except Break as leave:
                if not leave.on:
                    break
        return status

    def _case(self, node: Case, io: Io) -> Steps:
        value = yield from words.string(self, node.word)
        for patterns, body in node.arms:
            for word in patterns:
                expression = yield from words.pattern(self, word)
                if words.matches(expression, value):
                    return (yield from self.block(body, io))
        return 0

    def _group(self, node: Group, io: Io) -> Steps:
        try:
            io = yield from self._redirected(node.redirects, io)
        except OSError as error:
            io.err(f"{self.zero}: {_why(error)}\n")
            return 1
        if node.apart:
            return (yield from self.copy().apart(node.body, io))
        if isinstance(node.body, Block):
            return (yield from self.block(node.body, io))
        return (yield from self.command(node.body, io))

    def _simple(self, node: Simple, io: Io) -> Steps:
        self.machine.tick()
        arguments = yield from words.fields(self, node.words)
        values: dict[str, str] = {}
        for name, word in node.assigns:
            values[name] = yield from words.string(self, word)
        try:
            inner = yield from self._redirected(node.redirects, io)
        except OSError as error:
            io.err(f"{self.zero}: {_why(error)}\n")
            return 1
        if not arguments:
            self.variables.update(values)
            return self.status if any(part.kind == "command" for _, word in node.assigns for part in word) else 0
        self.process.title = self.process.title or " ".join(arguments)
        saved = {name: self.variables.get(name) for name in values}
        self.variables.update(values)
        try:
            return (yield from self.call(arguments, inner))
        finally:
            for name, value in saved.items():
                if value is None:
                    self.variables.pop(name, None)
                else:
                    self.variables[name] = value

    def call(self, arguments: list[str], io: Io) -> Steps:
        """Run a function, an applet or a script by name."""
        name = arguments[0]
        if name in self.functions:
            return (yield from self._function(name, arguments[1:], io))
        if "/" in name:
            return (yield from self._file(arguments, io))
        applet = self.machine.applets.get(name)
        if applet is None:
            io.err(f"{self.zero}: {name}: not found\n")
            return 127
        try:
            status = applet(self, arguments[1:], io)
            return status if isinstance(status, int) else (yield from status)
        except OSError as error:
            io.err(f"{name}: {_why(error)}\n")
            return 1

    def _function(self, name: str, arguments: list[str], io: Io) -> Steps:
        saved, self.arguments = self.arguments, arguments
        try:
            return (yield from self.command(self.functions[name], io))
        except Return as stop:
            return stop.status
        finally:
            self.arguments = saved

    def _file(self, arguments: list[str], io: Io) -> Steps:
        name = arguments[0]
        base = posixpath.basename(name)
        if self.files.kind(self.path(name)) != "f":
            if base in self.machine.applets:
                return (yield from self.call([base, *arguments[1:]], io))
            io.err(f"{self.zero}: {name}: not found\n")
            return 127
        text = self.files.read(self.path(name)).decode("utf-8", "surrogateescape")
        inner = Shell(self.machine, self.process, name, arguments[1:], dict(self.variables), {}, self.cwd, self.umask)
        return (yield from inner.script(text, io))

    # --- redirections

    def _redirected(self, redirects: Sequence[Redirect], io: Io) -> Generator[Wait, None, Io]:
        stdin, outs = io.stdin, {1: io.out, 2: io.err}
        for redirect in redirects:
            target = yield from words.string(self, redirect.target)
            match redirect.operator:
                case "<<":
                    stdin = Source(target)
                case "<":
                    stdin = Source(self.files.read(self.path(target)).decode("utf-8", "surrogateescape"))
                case ">&":
                    outs[redirect.fd] = outs.get(int(target), io.out)
                case ">" | ">>":
                    outs[redirect.fd] = self._opened(self.path(target), append=redirect.operator == ">>")
                case _:
                    pass
        return Io(stdin, outs[1], outs[2])

    def _opened(self, path: str, *, append: bool) -> Callable[[str], None]:
        mode = 0o666 & ~self.umask
        self.files.write(path, b"", mode=mode, append=append)

        def write(text: str) -> None:
            self.files.write(path, text.encode("utf-8", "surrogateescape"), mode=mode, append=True)

        return write


def _why(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)
