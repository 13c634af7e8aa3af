"""Intent -> `{feature: text}`, in the platform's order, by templates that were compiled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn

from jinja2 import Template, TemplateError, TemplateSyntaxError

from homeroom.catalogue import FEATURES, Platform, load_platforms
from homeroom.errors import RenderError, UnsafeText, UnsupportedFeature, UsageError
from homeroom.intent.model import Device, Intent
from homeroom.platforms.registry import filters_for
from homeroom.platforms.sandbox import VARIABLES, Environment
from homeroom.programme.model import Kind
from homeroom.project import Project
from homeroom.taint import clean, unsafe


@dataclass(frozen=True, slots=True)
class Refusal:
    """A feature the device cannot have, with the written reason."""

    feature: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """One device's configuration. Secrets stand in it as markers, which `Vault.reveal` exchanges on the wire."""

    device: str
    platform: str
    features: Mapping[str, str]
    """Feature -> text, in the platform's order."""
    unsupported: tuple[Refusal, ...]

    @property
    def text(self) -> str:
        """The whole configuration."""
        return "".join(self.features.values())


@dataclass(frozen=True, slots=True)
class _Press:
    """What is needed to print one kind of device of one platform."""

    templates: Mapping[str, Template]
    refusals: tuple[Refusal, ...]


class Renderer:
    """Renders any device of the given platforms; compiles a platform's templates when the first device asks."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self.platforms = platforms
        self._environments: dict[str, Environment] = {}
        self._presses: dict[tuple[str, Kind], _Press] = {}

    @classmethod
    def of(cls, project: Project) -> Renderer:
        """Make the renderer of a project: its own templates win over the shipped ones."""
        return cls(load_platforms(project.template_roots))

    def render(self, intent: Intent, features: Sequence[str] | None = None) -> Rendered:
        """Print `features` (default: all that the platform can) of one device.

        Raises UnsupportedFeature with the written reason when one was asked for by name, UnsafeText when
        something unsafe would be printed, RenderError with file and line when a template is wrong.
        """
        device = intent.device
        press = self._presses.get((device.platform, device.kind)) or self._press(device.platform, device.kind)
        wanted = press.templates if features is None else _chosen(press, features)
        names = {name: getattr(intent, name) for name in VARIABLES}
        texts = {feature: _print(template, names) for feature, template in wanted.items()}
        refused = press.refusals if features is None else ()
        return Rendered(device.name, device.platform, texts, refused)

    def _press(self, name: str, kind: Kind) -> _Press:
        platform = self.platforms.get(clean(name, "platform"))
        if platform is None:
            raise RenderError(f"no platform is called {name}; there are {', '.join(self.platforms)}")
        if clean(kind, "kind") not in platform.kinds:
            raise RenderError(f"{name} has no {kind}; it has {', '.join(platform.kinds)}")
        answers = {feature: platform.answer(kind, feature) for feature in FEATURES}
        if name not in self._environments:
            self._environments[name] = Environment(platform.folders, filters_for(platform))
        environment = self._environments[name]
        press = _Press(
            {f: _compile(environment, name, f) for f in platform.order if answers[f] is True},
            tuple(Refusal(f, answer) for f, answer in answers.items() if isinstance(answer, str)),
        )
        self._presses[name, kind] = press
        return press


def _chosen(press: _Press, features: Sequence[str]) -> Mapping[str, Template]:
    reasons = {refusal.feature: refusal.reason for refusal in press.refusals}
    for feature in features:
        if feature in reasons:
            raise UnsupportedFeature(reasons[feature])
        if feature not in press.templates:
            raise UsageError(f"no feature is called {feature}; there are {', '.join(FEATURES)}")
    return {feature: template for feature, template in press.templates.items() if feature in features}


def _compile(environment: Environment, platform: str, feature: str) -> Template:
    try:
        return environment.get_template(f"{feature}.j2")
    except TemplateSyntaxError as error:
        raise RenderError(f"templates/{platform}/{feature}.j2:{error.lineno}: {error.message}") from error


def _print(template: Template, names: dict[str, Any]) -> str:
    """Run a compiled template as Jinja's own `render` does, without its rewriting of tracebacks."""
    try:
        return "".join(template.root_render_func(template.new_context(names)))
    except (UnsafeText, TemplateError, AttributeError, TypeError, ValueError, LookupError) as error:
        _explain(template, names["device"], error)


def _explain(template: Template, device: Device, error: Exception) -> NoReturn:
    """Raise the error as one of ours, with the device and the line of the template where it came up."""
    line = _line(template, error.__traceback__)
    kind = UnsafeText if isinstance(error, UnsafeText) else RenderError
    name = repr(device.name) if unsafe(device.name) else device.name
    raise kind(f"{name}: templates/{device.platform}/{template.name}:{line}: {error}") from error


def _line(template: Template, trace: TracebackType | None) -> int:
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == template.filename:
            return template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return 0
