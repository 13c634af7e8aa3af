"""What `diff`, `apply` and `backup` share: the selected devices, and one task on each of them with a progress bar."""

from __future__ import annotations

import argparse
import secrets
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from nornir.core.task import MultiResult
from sqlalchemy.engine import Engine

from homeroom.errors import DeviceError, UsageError
from homeroom.project import Project
from homeroom.rollout.fleet import Fleet, muster
from homeroom.rollout.runner import Runner
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from playbooks import console
from playbooks.selectors import add_selectors, selector


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the selectors and `--workers`."""
    add_selectors(parser)
    parser.add_argument("--workers", type=int, default=20, metavar="N", help="devices at once (default: 20)")


@contextmanager
def mustered(
    args: argparse.Namespace, chosen: Selector | None = None, *, prove: bool = True
) -> Generator[tuple[Fleet, Engine]]:
    """Open the store and render the selected devices (default: the arguments') for this block.

    UsageError when none is selected.
    """
    project = Project.locate(args.project)
    if args.workers < 1:
        raise UsageError("--workers must be at least 1")
    engine = connect(project)
    try:
        fleet = muster(project, chosen or selector(args), engine, time.time, prove=prove)
        if not fleet.members and not fleet.not_pushed:
            raise UsageError("no device is selected: widen --region, --site, --device, --platform or --kind")
        yield fleet, engine
    finally:
        engine.dispose()


def change_id(now: float) -> str:
    """Name a change: sorts by time, and never the same twice."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{secrets.token_hex(2)}"


def each(
    fleet: Fleet,
    task: Callable[..., Any],
    title: str,
    *,
    args: argparse.Namespace,
    done: Callable[[Any], None],
    failed: Callable[[DeviceError], None],
    deadline: float = 600.0,
    **params: Any,
) -> bool:
    """Run `task` on every member, handing over each result as it comes; False when it was stopped before the end.

    `deadline`: seconds a device may take. What is no device's fault is raised, after the devices under way have ended.
    """
    others: list[BaseException] = []
    bar = None if args.json else console.progress()
    with bar or nullcontext():
        job = bar.add_task(title, total=len(fleet.members)) if bar else None

        def one(result: MultiResult) -> None:
            error = result[0].exception
            if isinstance(error, DeviceError):
                failed(error)
            elif error:
                others.append(error)
                runner.cancel()
            else:
                done(result[0].result)
            if bar and job is not None:
                bar.advance(job)

        runner = Runner(args.workers, deadline=deadline, on_done=one)
        fleet.run(task, runner, **params)
    if others:
        raise others[0]
    return not runner.cancelled


def reasons(found: Mapping[str, str]) -> list[dict[str, str]]:
    """Return device -> reason as the rows every command's JSON has."""
    return [{"device": device, "reason": reason} for device, reason in sorted(found.items())]
