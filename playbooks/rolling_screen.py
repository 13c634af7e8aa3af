"""What a terminal shows of a change under way: a frame of lines that fits it, drawn anew from the progress.

Names, reasons and titles are tainted: they stand in Text, where no markup is read, on one line each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from homeroom.rollout.progress import Count, Progress
from homeroom.store.changes import Row
from playbooks.moments import brief, clock

_COLUMNS: Final = ("confirmed", "back", "human", "skipped", "now")
_STYLES: Final = ("green", "red", "bold red", "yellow", "cyan")
_FIXED: Final = 62
"""Columns of a line beside its bar."""
_BARS: Final = (8, 60)
_LEAST: Final = 3
"""Lines that are kept for devices which ended badly, however low the terminal is."""
_MOST: Final = 3
"""Lines of one reason."""
_LOUD: Final = {"halt": "bold red", "pause": "bold yellow", "aborting": "bold yellow", "aborted": "bold yellow"}


@dataclass(slots=True)
class Shown:
    """What stands above and below the waves. `what`: the last thing that happened to the change, `text`: in words.

    `refused`: a device that cannot be had yet, and why.
    """

    change: str
    title: str
    zone: str
    what: str = "wave"
    text: str = ""
    until: float | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. `height`: lines it may take."""

    shown: Shown
    progress: Progress
    now: float
    height: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        foot = [*self._foot(), Text("")]
        head = [*self._head(options.max_width), Text("")]
        room = self.height - sum(_lines(line, options.max_width) for line in head) - len(foot) - 1
        bad = list(self.progress.bad)[::-1]
        waves = list(self._waves(options.max_width, max(room - 1 - min(_LEAST, len(bad)), 3)))
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, overflow="ellipsis")
        for _ in range(2 + len(_COLUMNS)):
            table.add_column(justify="right", no_wrap=True)
        table.add_row("", "", Text("ended", "dim"), *(Text(name, "dim") for name in _COLUMNS))
        for row in waves:
            table.add_row(*row)
        yield from head
        yield table
        yield from foot
        yield from self._bad(bad[: max(room - 2 - len(waves), 1)], options.max_width, room - 1 - len(waves))

    def _head(self, width: int) -> Iterator[Text]:
        one = self.shown
        title = _line(f"change {one.change}: ", "bold")
        yield _cut(title.append(flat(one.title)))
        state = _line(_state(one, self.progress), _LOUD.get(one.what, "bold cyan"))
        yield state if _lines(state, width) <= _MOST else _cut(state)
        if one.refused:
            yield _cut(_line(f"waits for {one.refused}", "yellow"))

    def _waves(self, width: int, most: int) -> Iterator[tuple[Text, ...]]:
        """Yield a line a stage, and under the stage under way as many of its waves as there is room for."""
        bar = min(max(width - _FIXED, _BARS[0]), _BARS[1])
        stages = self.progress.stages
        for stage in stages:
            numbers = self.progress.numbers(stage)
            yield self._row(f"{self._mark(numbers)} {stage}{_of(numbers)}", self.progress.count(*numbers), bar)
            if len(numbers) > 1 and self.progress.at in numbers:
                for number in _around(numbers, self.progress.at, most - len(stages) - 1):
                    yield self._row(f"  {self._mark([number])} wave {number}", self.progress.count(number), bar)
        yield self._row("  in all", self.progress.count(), bar)

    def _mark(self, numbers: Sequence[int]) -> str:
        if not self.progress.count(*numbers).left:
            return "✓"
        return "▶" if self.progress.at in numbers else " "

    def _row(self, label: str, count: Count, bar: int) -> tuple[Text, ...]:
        values = (count.confirmed, count.rolled_back, count.needs_human, count.skipped, count.busy)
        cells = [Text(f"{n:,}" if n else "-", s if n else "dim") for n, s in zip(values, _STYLES, strict=True)]
        return Text(label), _bar(count, bar), Text(f"{count.done:,}/{count.total:,}"), *cells

    def _foot(self) -> Iterator[Text]:
        yield Text("")
        budget = self.progress.budget()
        share = f"{budget.failed / budget.tried:.2%}" if budget.tried else "none tried"
        said = f"failed {budget.failed:,} of {budget.tried:,} tried ({share}; accepted {budget.accepted:.1%})"
        if self.progress.on_canaries:
            said += "; of the canaries none may"
        elif budget.region:
            said += f"; {budget.region}: {budget.spent} of its {budget.limit}"
        yield _cut(_line(said, "red" if budget.failed else ""))
        yield _cut(_line(_remaining(self.shown, self.progress, self.now)))
        rate = self.progress.rate(self.now)
        pace = f"{rate:.1f} devices a minute" if rate else "no rate yet"
        zone = self.shown.zone
        yield _cut(_line(f"{pace}; {brief(self.now, zone)} {zone}; Ctrl-C: stop", "dim"))

    def _bad(self, bad: Sequence[Row], width: int, lines: int) -> Iterator[Text]:
        """Yield the newest devices that ended badly, whole reasons while there is room, at least one line each."""
        lines -= 1
        if bad and lines > 0:
            yield Text("ended badly, the newest first:", "dim")
        for row in bad:
            line = _line(f"{clock(row.at, self.shown.zone)} {row.device} ", "bold")
            line.append(f"{row.state.replace('_', ' ')}: ", "red").append(flat(row.detail))
            needs = _lines(line, width)
            whole = needs <= min(lines - len(bad) + 1, _MOST)
            lines -= needs if whole else 1
            if lines < 0:
                return
            yield line if whole else _cut(line)


def _state(shown: Shown, progress: Progress) -> str:
    wave = progress.waves.get(progress.at)
    where = f"wave {wave.number} of {len(progress.waves)}, {wave.stage}" if wave else "no wave yet"
    if shown.what in {"late", "done", "aborted"}:
        return f"{_WORDS.get(shown.what, shown.what)}: {shown.text}"
    return where if shown.what == "wave" else f"{_WORDS.get(shown.what, shown.what)}: {shown.text}; {where}"


_WORDS: Final = {"wait": "waiting", "pause": "PAUSED", "halt": "HALTED", "aborting": "ABORTING", "aborted": "ABORTED"}


def _remaining(shown: Shown, progress: Progress, now: float) -> str:
    """Say how long it still takes; nothing is guessed while it stands or waits."""
    if shown.what in {"late", "done", "aborted"}:
        return "all waves have ended" if shown.what != "aborted" else "given up"
    until = shown.until or progress.watched_until()
    if shown.what in {"halt", "pause", "aborting"}:
        return "it begins nothing more; what is under way is brought to its end"
    if shown.what == "wait" and until and until > now:
        return f"next wave {clock(until, shown.zone)}, in {span(until - now)}; time left after it: unknown"
    left = None if shown.what == "wait" else progress.left(now)
    if left is None:
        return "time left: unknown"
    return f"this wave {span(left[0])}, all of it {span(left[1])} or more"


def span(seconds: float) -> str:
    """Write a length of time, no more exactly than it is known."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def flat(text: str) -> str:
    """Put a text on one line, with what would move a cursor made visible."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else f"<{ord(c):02x}>" for c in text).split())


def _line(text: str, style: str = "") -> Text:
    return Text(flat(text) + (" " if text.endswith(" ") else ""), style)


def _cut(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _lines(text: Text, width: int) -> int:
    """Return how many lines a text takes, or one more: words do not always fit to the edge."""
    return 1 if text.no_wrap else -(-text.cell_len * 10 // (width * 9)) or 1


def _of(numbers: Sequence[int]) -> str:
    return f" ({len(numbers)} waves)" if len(numbers) > 1 else ""


def _around(numbers: Sequence[int], at: int, most: int) -> Sequence[int]:
    """Return up to `most` of a stage's waves: the one under way, one before it, and those that come next."""
    if most < 1:
        return ()
    start = max(min(numbers.index(at) - 1, len(numbers) - most), 0)
    return numbers[start : start + most]


def _bar(count: Count, width: int) -> Text:
    """Draw a bar: what is confirmed, what went badly, what was skipped, what is left; none of them hides another."""
    parts = (("━", "green", count.confirmed), ("×", "red", count.bad), ("~", "yellow", count.skipped))
    total = max(count.total, 1)
    sizes = [max(1, number * width // total) if number else 0 for _, _, number in parts]
    while sum(sizes) > (width if not count.left else width - 1):
        sizes[sizes.index(max(sizes))] -= 1
    if not count.left and count.total:
        sizes[sizes.index(max(sizes))] += width - sum(sizes)
    bar = Text()
    for (mark, style, _), size in zip(parts, sizes, strict=True):
        bar.append(mark * size, style)
    return bar.append("·" * (width - sum(sizes)), "dim")
