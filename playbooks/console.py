"""What a person sees goes to stderr, prettily; what a machine reads goes to stdout, as one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


def emit(document: object) -> None:
    """Print one JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, sort_keys=True, default=str)
    sys.stdout.write("\n")
    sys.stdout.flush()


def screen() -> Console:
    """Return the console for people: stderr, colours where it is a terminal."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def say(text: str, style: str = "") -> None:
    """Print a line for people; markup is off, because names are tainted."""
    screen().print(text, markup=False, soft_wrap=True, style=style)


def indented(text: str) -> None:
    """Print what belongs to the line before: on a terminal folded between words, elsewhere one line."""
    from rich.padding import Padding
    from rich.text import Text

    out = screen()
    if out.is_terminal:
        out.print(Padding(Text(text), (0, 0, 0, 4)))
    else:
        out.print(f"    {text}", markup=False, soft_wrap=True)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table for people; cells are tainted, so markup in them stays text. The first column is never cut."""
    from rich.markup import escape
    from rich.table import Table

    out = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        out.add_column(column, no_wrap=not number)
    for row in rows:
        out.add_row(*(escape(str(cell)) for cell in row))
    screen().print(out)


def progress() -> Progress:
    """Return a progress display for people: bar, count, rate, remaining."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=screen(),
        transient=False,
    )


def diff(text: str) -> None:
    """Print a diff for people: additions green, removals red."""
    from rich.syntax import Syntax

    screen().print(Syntax(text, "diff", background_color="default", word_wrap=True))
