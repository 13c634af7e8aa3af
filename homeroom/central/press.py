"""Prints the central services' files by checked templates: text that people entered cannot end a line or a quote."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from homeroom.errors import RenderError, UnsafeText
from homeroom.platforms.sandbox import Environment, attributes_of
from homeroom.project import Project

ROOM: Final = "central"
"""The folder under templates/."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One file to install. `chunks` are its text, made as they are written: a list of names may be huge."""

    path: str
    chunks: Iterable[str]
    mode: int = 0o644


class Press:
    """The templates of all central services, compiled when first asked for; a project's own win."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = tuple(folder / ROOM for folder in folders)
        self._environments: dict[type, Environment] = {}

    @classmethod
    def of(cls, project: Project) -> Press:
        """Make the press of a project."""
        return cls(project.template_roots)

    def text(self, name: str, view: object) -> str:
        """Print the template `name` (`unbound/unbound.conf.j2`) with the fields of the dataclass `view`.

        Raises UnsafeText when something unsafe would be printed, RenderError when the template is wrong.
        """
        try:
            environment = self._environment(type(view))
            template = environment.get_template(name)
        except TemplateSyntaxError as error:
            raise RenderError(f"templates/{ROOM}/{name}:{error.lineno}: {error.message}") from error
        except TemplateNotFound as error:
            raise RenderError(f"templates/{ROOM}/{name} is missing") from error
        names: dict[str, Any] = {field: getattr(view, field) for field in environment.variables}
        try:
            return "".join(template.root_render_func(template.new_context(names)))
        except (UnsafeText, TemplateError, AttributeError, TypeError, ValueError, LookupError) as error:
            kind = UnsafeText if isinstance(error, UnsafeText) else RenderError
            line = _line(template, error.__traceback__)
            raise kind(f"templates/{ROOM}/{name}:{line}: {error}") from error

    def file(self, name: str, view: object, path: str, mode: int = 0o644) -> Printed:
        """Print a template into the file `path`."""
        return Printed(path, (self.text(name, view),), mode)

    def _environment(self, kind: type) -> Environment:
        if kind not in self._environments:
            variables = tuple(field.name for field in dataclasses.fields(kind))
            self._environments[kind] = Environment(self._folders, {}, variables, attributes_of(kind))
        return self._environments[kind]


def _line(template: Any, trace: TracebackType | None) -> int:
    """Return the line of the template that an error came up in."""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == template.filename:
            return int(template.get_corresponding_lineno(trace.tb_lineno))
        trace = trace.tb_next
    return 0
