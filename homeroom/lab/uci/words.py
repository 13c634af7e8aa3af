"""What the shell makes of a word: variables, commands, arithmetic, splitting, patterns, file names.

Source: POSIX.1-2017, Shell Command Language, 2.6 and 2.13.
"""

from __future__ import annotations

import ast
import operator
import posixpath
import re
from collections.abc import Callable, Generator, Sequence
from typing import Any, Final, Protocol, TypeAlias

from homeroom.lab.uci.files import Files
from homeroom.lab.uci.process import Wait
from homeroom.lab.uci.tree import Block, Part, SyntaxFault

Segment: TypeAlias = "tuple[str, bool]"
"""Text, and whether it was quoted."""
Field: TypeAlias = "list[Segment]"
Text: TypeAlias = Generator[Wait, None, str]
_OPERATORS: Final[dict[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: int.__floordiv__,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class Scope(Protocol):
    """What words are expanded in."""

    variables: dict[str, str]
    arguments: list[str]
    cwd: str

    @property
    def files(self) -> Files:
        """Return the file system."""
        ...

    def special(self, name: str) -> str | None:
        """Return the value of a parameter such as `?`; None when it is not set."""
        ...

    def capture(self, block: Block) -> Text:
        """Run commands and return what they print."""
        ...


def string(scope: Scope, word: Sequence[Part]) -> Text:
    """Expand a word to one string: no splitting, no file names."""
    parts: list[str] = []
    for part in word:
        parts += [(yield from _value(scope, part))]
    return "".join(parts)


def pattern(scope: Scope, word: Sequence[Part]) -> Text:
    """Expand a word to a regular expression; what was quoted stands for itself."""
    texts: list[str] = []
    for part in word:
        texts += [(yield from _value(scope, part))]
    return _expression([(text, part.quoted) for text, part in zip(texts, word, strict=True)])


def fields(scope: Scope, words: Sequence[Sequence[Part]]) -> Generator[Wait, None, list[str]]:
    """Expand words to arguments."""
    found: list[str] = []
    for word in words:
        split = yield from _split(scope, word)
        for field in split:
            found.extend(_names(scope, field))
    return found


def _split(scope: Scope, word: Sequence[Part]) -> Generator[Wait, None, list[Field]]:
    """Expand a word to fields, split where unquoted expansions hold white space."""
    done: list[Field] = []
    field: Field | None = None
    for part in word:
        if part.kind == "variable" and part.text in {"@", "*"} and (part.text == "@" or not part.quoted):
            pieces = [[(one, part.quoted)] for one in scope.arguments]
            if not pieces and field is not None and not any(text for text, _ in field):
                field = None  # "$@" without arguments is no word at all
        elif part.kind == "text" or part.quoted:
            pieces = [[((yield from _value(scope, part)), part.quoted)]]
        else:
            value = yield from _value(scope, part)
            if value[:1].isspace() and field is not None:
                done.append(field)
                field = None
            pieces = [[(one, False)] for one in value.split()]
            if pieces and value[-1:].isspace():
                pieces.append([])
        for index, piece in enumerate(pieces):
            if index and field is not None:
                done.append(field)
                field = None
            field = (field or []) + piece if piece or field else field
    if field:
        done.append(field)
    return done


def _value(scope: Scope, part: Part) -> Text:
    match part.kind:
        case "text":
            return part.text
        case "command":
            said = yield from scope.capture(part.script or Block(()))
            return said.rstrip("\n")
        case "math":
            said = yield from string(scope, part.operand)
            return str(_calculate(scope, said))
        case _:
            return (yield from _variable(scope, part))


def _variable(scope: Scope, part: Part) -> Text:
    value = (
        scope.variables.get(part.text) if part.text[0].isalpha() or part.text[0] == "_" else scope.special(part.text)
    )
    wanted = part.operator
    if wanted == "length":
        return str(len(value or ""))
    if wanted[:1] in {"#", "%"}:
        cut = yield from pattern(scope, part.operand)
        return _cut(value or "", cut, wanted)
    missing = value is None or (wanted.startswith(":") and not value)
    match wanted[-1:]:
        case "-" if missing:
            return (yield from string(scope, part.operand))
        case "+":
            return "" if missing else (yield from string(scope, part.operand))
        case "=" if missing:
            scope.variables[part.text] = yield from string(scope, part.operand)
            return scope.variables[part.text]
        case "?" if missing:
            raise SyntaxFault(f"{part.text}: {(yield from string(scope, part.operand)) or 'parameter not set'}")
        case _:
            return value or ""


def _cut(value: str, expression: str, wanted: str) -> str:
    """Cut the shortest (`#`, `%`) or longest (`##`, `%%`) match off the front or the back."""
    matches = re.compile(expression, re.DOTALL).fullmatch
    places = range(len(value) + 1)
    front = wanted[0] == "#"
    for place in places if (wanted in {"#", "%%"}) else reversed(places):
        if matches(value[:place] if front else value[place:]):
            return value[place:] if front else value[:place]
    return value


def _calculate(scope: Scope, said: str) -> int:
    try:
        return int(_number(scope, ast.parse(said.strip() or "0", mode="eval").body))
    except (SyntaxError, ValueError, KeyError, ZeroDivisionError) as error:
        raise SyntaxFault("arithmetic syntax error") from error


def _number(scope: Scope, node: ast.AST) -> int:
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.Name(id=name):
            return int(scope.variables.get(name) or 0)
        case ast.UnaryOp(op=kind, operand=inner):
            return int(_OPERATORS[type(kind)](_number(scope, inner)))
        case ast.BinOp(left=left, op=kind, right=right):
            return int(_OPERATORS[type(kind)](_number(scope, left), _number(scope, right)))
        case ast.Compare(left=left, ops=[kind], comparators=[right]):
            return int(_OPERATORS[type(kind)](_number(scope, left), _number(scope, right)))
        case _:
            raise ValueError(ast.dump(node))


def _expression(field: Field) -> str:
    """Return a shell pattern as a regular expression."""
    return "".join(re.escape(text) if quoted else _open(text) for text, quoted in _joined(field))


def _joined(field: Field) -> Field:
    """Join neighbours that are alike, so that a `[...]` stands in one piece."""
    found: Field = []
    for text, quoted in field:
        if found and found[-1][1] == quoted:
            found[-1] = (found[-1][0] + text, quoted)
        else:
            found.append((text, quoted))
    return found


def _open(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        said = found.group()
        if said == "*":
            return ".*"
        if said == "?":
            return "."
        if len(said) > 1 and said[0] == "[":
            inner = said[1:-1].replace("[", "\\[")
            return f"[^{inner[1:]}]" if inner[0] in "!^" else f"[{inner}]"
        return re.escape(said)

    return re.sub(r"\[[!^]?[^\]]+\]|.", one, text, flags=re.DOTALL)


def _names(scope: Scope, field: Field) -> list[str]:
    """Return the files a field names, or the field itself."""
    plain = "".join(text for text, _ in field)
    if not any(character in text for text, quoted in field if not quoted for character in "*?["):
        return [plain]
    found = _search(scope, field)
    return found or [plain]


def _search(scope: Scope, field: Field) -> list[str]:
    """Match a path name by name."""
    steps: list[Field] = [[]]
    for text, quoted in field:
        for index, piece in enumerate(text.split("/")):
            if index:
                steps.append([])
            steps[-1].append((piece, quoted))
    absolute = not any(text for text, _ in steps[0])
    found = ["/"] if absolute else [""]
    for step in steps[1:] if absolute else steps:
        found = [posixpath.join(base, name) for base in found for name in _matching(scope, base, step)]
    return found


def _matching(scope: Scope, base: str, step: Field) -> list[str]:
    plain = "".join(text for text, _ in step)
    where = scope.files.resolve(posixpath.join(scope.cwd, base))
    if not any(character in text for text, quoted in step if not quoted for character in "*?["):
        return [plain] if scope.files.node(posixpath.normpath(posixpath.join(where, plain))) else []
    matches = re.compile(_expression(step), re.DOTALL).fullmatch
    return [name for name in scope.files.names(where) if matches(name) and (plain[0] == "." or name[0] != ".")]


def matches(expression: str, value: str) -> bool:
    """Tell whether a value matches what `pattern` returned."""
    return re.compile(expression, re.DOTALL).fullmatch(value) is not None
