"""Nornir task: print this device's configuration."""

from __future__ import annotations

from collections.abc import Mapping

from nornir.core.task import Result, Task

from homeroom.intent.model import Intent
from homeroom.platforms.render import Renderer


def render_config(task: Task, renderer: Renderer, intents: Mapping[str, Intent]) -> Result:
    """Return a Rendered; `intents` are keyed by host name. Nothing is sent, and secrets stay markers."""
    return Result(host=task.host, result=renderer.render(intents[task.host.name]))
