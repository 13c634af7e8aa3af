"""The environment that templates live in: they may print fields of the intent, choose and repeat; nothing else.

What a template may say is decided once, when it is compiled, on its syntax tree: the few nodes, names, attributes
and filters listed here. What it may print is decided each time: only clean text, whole numbers and secrets' markers.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import ImmutableSandboxedEnvironment

from homeroom.errors import UnsafeText
from homeroom.intent.model import Intent
from homeroom.secret import MARKER, SecretRef
from homeroom.taint import REMEDY, describe, unsafe

Filter = Callable[[Any], Any]
NODES: Final = frozenset(
    {
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.Getattr,
        nodes.Const,
        nodes.Filter,
        nodes.For,
        nodes.If,
        nodes.Tuple,  # the targets of a loop: number, rule
        nodes.Compare,
        nodes.Operand,
        nodes.And,
        nodes.Or,
        nodes.Not,
    }
)
"""All that a template may be made of. No call, macro, block, include, set, test, arithmetic or joining of text."""
LOOP: Final = frozenset({"first", "last", "index", "length"})
COMMON: Final[dict[str, Filter]] = {"upper": str.upper}
"""Filters of every platform; the others are its own."""
LIMIT: Final = 1 << 16
"""Strings remembered as clean; then it forgets them all and begins again."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ./:-]*").fullmatch
"""Most of what is printed: clean at a glance, three times faster than the full check."""


def _fields(kind: Any, seen: set[Any]) -> Iterator[str]:
    """Walk the types an intent is made of; yield the names of their fields."""
    if typing.get_origin(kind) is not None or isinstance(kind, types.UnionType):
        for arm in typing.get_args(kind):
            yield from _fields(arm, seen)
    elif dataclasses.is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(kind):
            yield field.name
            yield from _fields(hints[field.name], seen)


def attributes_of(kind: type) -> frozenset[str]:
    """Return the names of the fields of a dataclass and of all it holds."""
    return frozenset(_fields(kind, set()))


VARIABLES: Final = tuple(field.name for field in dataclasses.fields(Intent))
"""What a template is given: the intent's own fields, by name."""
ATTRIBUTES: Final = attributes_of(Intent)
"""What may stand after a dot: the fields of an intent and of all it holds."""


class Checked(dict[Any, str]):
    """What may be printed: text once found clean is found again by one look-up, which is what makes checking cheap.

    Only exact strings are kept, so nothing that merely equals a kept one (True == 1) passes unchecked.
    """

    def __missing__(self, value: Any) -> str:
        """Check something printed for the first time; raise UnsafeText."""
        if type(value) is str:
            if not _PLAIN(value) and (found := unsafe(value)):
                place = f"{describe(found.group())} at position {found.start() + 1}"
                raise UnsafeText(f"{value!r:.60}: {place} is refused; {REMEDY}")
            if len(self) >= LIMIT:
                self.clear()
            self[value] = value
            return value
        if type(value) is int or (type(value) is SecretRef and MARKER.fullmatch(str(value))):
            return str(value)
        raise UnsafeText(f"{type(value).__name__} is not printed: only text, whole numbers and secrets are")


class _Direct(CodeGenerator):
    """Compiles what `Environment` has admitted, nearer to Python than Jinja does.

    Attributes, admitted by name, become Python's own access. Everything printed but the template's own text goes
    through `Checked`, and pieces that stand together leave together.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.writeline("yield ''.join((", node)
        for child in node.nodes:
            self.newline(child)  # a line each: an error is then named with the line of the template
            if isinstance(child, nodes.TemplateData):
                self.write(f"{child.data!r},")
            else:
                self.write("environment.checked[")
                self.visit(child, frame)
                self.write("],")
        self.writeline("))")


class Environment(ImmutableSandboxedEnvironment):
    """One platform's shared environment: compiled once, strict, closed.

    `variables` and `attributes`: what its templates may name; an intent's unless said otherwise.
    """

    code_generator_class = _Direct

    def __init__(
        self,
        folders: tuple[Path, ...],
        filters: Mapping[str, Filter],
        variables: tuple[str, ...] = VARIABLES,
        attributes: frozenset[str] = ATTRIBUTES,
    ) -> None:
        self.checked = Checked()
        self.variables = variables
        self.attributes = attributes
        super().__init__(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self.globals.clear()
        self.tests.clear()
        self.filters = {**COMMON, **filters}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Read a template of admitted nodes only; TemplateSyntaxError with the line of the first other one."""
        tree = super()._parse(source, name, filename)
        names = set(self.variables)
        line = 1
        for node in _walk(tree):
            line = node.lineno or line  # Jinja gives some nodes it makes up itself no line
            reason = _refusal(node, names, self.attributes)
            if reason:
                raise TemplateSyntaxError(reason, line, name, filename)
        return tree


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Walk in the order of the text, so that a loop's names are known inside it."""
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _refusal(node: nodes.Node, names: set[str], attributes: frozenset[str]) -> str:
    """Say why a node is not admitted; empty when it is. `names` learns the names that loops make."""
    if type(node) not in NODES:
        return f"{type(node).__name__.lower()} is not allowed: templates print, Python decides"
    if isinstance(node, nodes.For):
        targets = (node.target, *node.target.find_all(nodes.Name))
        names.update({"loop"}, (target.name for target in targets if isinstance(target, nodes.Name)))
        return "recursive loops are not allowed" if node.recursive else ""
    if isinstance(node, nodes.Name) and node.name not in names:
        return f"no variable is called {node.name}; there are {', '.join(sorted(names))}"
    if isinstance(node, nodes.Getattr):
        return _attribute(node, attributes)
    if isinstance(node, nodes.Filter) and any((node.args, node.kwargs, node.dyn_args, node.dyn_kwargs)):
        return f"the filter {node.name} takes no arguments"
    return ""


def _attribute(node: nodes.Getattr, attributes: frozenset[str]) -> str:
    if not isinstance(node.node, nodes.Name | nodes.Getattr):
        return f"{node.attr} is asked of something that is no field"
    known = LOOP if isinstance(node.node, nodes.Name) and node.node.name == "loop" else attributes
    return "" if node.attr in known else f"no intent holds {node.attr}"
