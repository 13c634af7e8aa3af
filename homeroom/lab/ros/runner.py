"""Runs scripts on an emulated device: command by command, stopping at the first that is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from homeroom.lab.ros import probing, verbs
from homeroom.lab.ros.check import BUILTINS, check, resolve
from homeroom.lab.ros.config import Config, Entry
from homeroom.lab.ros.lookup import find, listing
from homeroom.lab.ros.operators import Value, operate, text
from homeroom.lab.ros.schema import menus
from homeroom.lab.ros.syntax import Block, Command, Expression, Joined, Sub, Text, Variable, Word
from homeroom.lab.ros.trap import SCRIPT, Trap


class Host(Protocol):
    """What a script meets on the device beyond its configuration."""

    globals: dict[str, Value]

    @property
    def config(self) -> Config:
        """Return the device's configuration."""
        ...

    def act(self, action: str, words: Sequence[Value], params: Mapping[str, str]) -> Value:
        """Do one of homeroom.lab.ros.verbs.ACTIONS."""
        ...

    def ping(self, params: Mapping[str, str]) -> list[dict[str, str]]:
        """Ping, and return a row for each try."""
        ...

    def resolve(self, name: str, server: str) -> str:
        """Return the address of a name, from one server or the configured ones."""
        ...

    def say(self, message: str) -> None:
        """Log a message."""
        ...

    def tick(self) -> None:
        """Count one changing command; raises when the device is to fail here."""
        ...


class _Stop(Exception):  # it is no error: `:error` in a script
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(slots=True)
class _Scope:
    path: str = ""
    names: dict[str, Value] = field(default_factory=dict[str, "Value"])
    above: _Scope | None = None

    def find(self, name: str) -> dict[str, Value] | None:
        if name in self.names:
            return self.names
        return self.above.find(name) if self.above else None


class Runner:
    """The second pass."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.printed: list[str] = []
        """What the script printed, line by line."""

    def run(self, script: str) -> Value:
        """Run a script; Trap at the first command that fails, with what ran before it in force."""
        return self.execute(check(script))

    def execute(self, body: Sequence[Command]) -> Value:
        """Run a checked script."""
        try:
            return self._body(body, _Scope())
        except _Stop as stop:
            raise Trap(stop.message, SCRIPT) from stop

    def _body(self, body: Sequence[Command], scope: _Scope) -> Value:
        value: Value = ""
        for command in body:
            value = self._command(command, scope)
        return value

    def _block(self, word: Word | None, scope: _Scope) -> Value:
        return self._body(word.body, _Scope(scope.path, above=scope)) if isinstance(word, Block) else ""

    def _command(self, command: Command, scope: _Scope) -> Value:
        first = command.words[0] if command.words else Text("")
        if isinstance(first, Block):
            return self._block(first, scope)
        if not isinstance(first, Text):
            return self._value(first, scope)
        if first.text in BUILTINS:
            return self._builtin(first.text, command, scope)
        path, verb, taken = resolve(command, scope.path)
        if verb is None:
            scope.path = path
            return ""
        inner = _Scope(path, above=scope)
        words = [self._value(word, inner) for word in command.words[taken:]]
        params = {name: text(self._value(value, inner)) for name, value, _ in command.params if value is not None}
        unset = [name for name, value, _ in command.params if value is None]
        return self._do(path, verb, words, params, unset)

    def _do(self, path: str, verb: str, words: list[Value], params: dict[str, str], unset: list[str]) -> Value:
        action = f"{path} {verb}".strip() if path else f"/{verb}"
        if action in verbs.ACTIONS:
            return self._act(action, words, params)
        if verb not in verbs.LOOKS:
            self._host.tick()
        config = self._host.config
        if verb == "add":
            return config.add(path, params, params.pop("place-before", "")).id
        if verb == "find":
            return find(config, path, params)
        if verb == "print":
            self.printed += listing(config, path)
            return ""
        chosen = self._chosen(path, words, params)
        if verb == "get":
            return chosen[0].get(text(words[-1])) if chosen else ""
        change(config, verb, chosen, params, unset)
        return ""

    def _act(self, action: str, words: list[Value], params: Mapping[str, str]) -> Value:
        """Do an action; a ping prints its tries, and returns how many were answered."""
        if action != "/ping":
            return self._host.act(action, words, params)
        tries = self._host.ping({"address": text(words[0])} | dict(params) if words else params)
        self.printed += probing.shown(tries)
        return tries[-1]["received"]

    def _resolve(self, command: Command, scope: _Scope) -> Value:
        params = {name: text(self._value(value, scope)) for name, value, _ in command.params}
        name = params.get("domain-name") or (text(self._value(command.words[1], scope)) if command.words[1:] else "")
        return self._host.resolve(name, params.get("server", ""))

    def _chosen(self, path: str, words: list[Value], params: dict[str, str]) -> list[Entry]:
        config = self._host.config
        if menus()[path].kind == "single":
            return [config.single(path)]
        named = params.pop("numbers", "") or (text(words[0]) if words else "")
        return config.pick(path, named)

    # --- the words that begin with a colon

    def _builtin(self, name: str, command: Command, scope: _Scope) -> Value:
        params = {key: value for key, value, _ in command.params}
        match name:
            case ":do" | ":onerror":
                return self._guarded(name, command, params, scope)
            case ":if":
                yes = text(self._value(command.words[1], scope)) in {"true", "yes"}
                return self._block(params.get("do") if yes else params.get("else"), scope)
            case ":local" | ":global" | ":set":
                return self._assign(name, command, scope)
            case ":error":
                raise _Stop(text(self._value(command.words[1], scope)))
            case ":log":
                self._host.say(text(self._value(command.words[-1], scope)))
            case ":len":
                value = self._value(command.words[1], scope)
                return str(len(value))
            case ":resolve":
                return self._resolve(command, scope)
            case ":put":
                self.printed.append(text(self._value(command.words[1], scope)))
            case _:  # :delay takes time that nobody waits for
                pass
        return ""

    def _guarded(self, name: str, command: Command, params: Mapping[str, Word | None], scope: _Scope) -> Value:
        body, otherwise = (command.words[1], "on-error") if name == ":do" else (params.get("in"), "do")
        try:
            return self._block(body, scope)
        except (Trap, _Stop) as error:
            if otherwise not in params:
                raise
            inner = _Scope(scope.path, above=scope)
            if name == ":onerror":
                inner.names[text(self._value(command.words[1], scope))] = error.message
            return self._block(params[otherwise], inner)

    def _assign(self, name: str, command: Command, scope: _Scope) -> Value:
        variable = text(self._value(command.words[1], scope))
        value = self._value(command.words[2], scope) if len(command.words) > 2 else ""
        if name == ":local":
            scope.names[variable] = value
        elif name == ":set" and (there := scope.find(variable)) is not None:
            there[variable] = value
        elif name == ":global" and len(command.words) < 3:
            self._host.globals.setdefault(variable, "")
        else:
            self._host.globals[variable] = value
        return ""

    # --- values

    def _value(self, word: Word | None, scope: _Scope) -> Value:
        match word:
            case Text(said, _):
                return said
            case Variable(name):
                there = scope.find(name)
                return there[name] if there is not None else self._host.globals.get(name, "")
            case Joined(parts):
                return "".join(text(self._value(part, scope)) for part in parts)
            case Sub(body):
                return self._body(body, _Scope(scope.path, above=scope))
            case Expression(operands, operators):
                return self._expression(operands, operators, scope)
            case _:
                return ""

    def _expression(self, operands: Sequence[Word], operators: Sequence[str], scope: _Scope) -> Value:
        value = self._value(operands[0], scope)
        for operator, operand in zip(operators, operands[1:], strict=True):
            value = operate(operator, value, self._value(operand, scope))
        return value


def change(
    config: Config, verb: str, entries: Sequence[Entry], params: Mapping[str, str], unset: Sequence[str] = ()
) -> None:
    """Do what a changing verb says to entries."""
    match verb:
        case "set":
            config.alter(entries, params, unset)
        case "unset":
            config.alter(entries, {}, params.get("value-name", "").split(","))
        case "remove":
            config.remove(entries)
        case "enable" | "disable":
            config.alter(entries, {"disabled": "yes" if verb == "disable" else "no"})
        case "comment":
            config.alter(entries, {"comment": params.get("comment", "")})
        case "move":
            config.move(entries, params.get("destination", ""))
        case _:
            raise Trap("no such command", 0)
