"""The funnel for people: bars on the terminal, a table of regions, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from homeroom.observe.funnel import STEPS, Count, Gap, Tally, title
from homeroom.observe.funnel_words import ENGLISH
from homeroom.snmp.ask.show import shown
from playbooks import console
from playbooks.moments import brief

WIDTH: Final = 30
"""Characters of a bar: all sites."""
EXAMPLES: Final = 3
"""Sites that are named for each party and step; `--for` lists them all."""
_PARTS: Final = (("passed", "█", "green"), ("yes", "▓", "cyan"), ("no", "▒", "red"), ("unknown", "░", "bright_black"))
"""What a bar is made of: each has a pattern and a colour, so that nobody has to tell colours apart."""
_MEANING: Final = {
    "passed": "passed, and every step before",
    "yes": "yes, but a step before is missing",
    "no": "no",
    "unknown": "unknown",
}


def chart(whole: Tally) -> None:
    """Draw a bar a step."""
    from rich.text import Text

    screen = console.screen()
    room = max(len(title(step)) for step in STEPS)
    screen.print(Text(f"{whole.sites:,} sites, {whole.schools:,} schools", style="bold"))
    for number, step in enumerate(STEPS, 1):
        count = whole.steps[step.name]
        line = Text(f"{number} {title(step):<{room}}  ")
        for name, sign, colour in _PARTS:
            line.append(sign * _widths(count, whole.sites)[name], style=colour)
        share = f"{100 * count.sites // max(whole.sites, 1)} %"
        line.append(f"  {count.sites:,} sites ({share}), {count.schools:,} schools")
        screen.print(line, soft_wrap=True)
    legend = Text()
    for name, sign, colour in _PARTS:
        legend.append(f"{sign} ", style=colour).append(f"{_MEANING[name]}   ")
    screen.print(legend, soft_wrap=True)


def parts(count: Count) -> Mapping[str, int]:
    """Return the sites of each part of a bar; together they are all."""
    answers = count.answers
    rest = answers["yes"] - count.sites
    return {"passed": count.sites, "yes": rest, "no": answers["no"], "unknown": answers["unknown"]}


def _widths(count: Count, sites: int) -> Mapping[str, int]:
    """Return the characters of each part; what there is at all has one, and the largest gives way."""
    widths = {name: max(WIDTH * part // max(sites, 1), part > 0) for name, part in parts(count).items()}
    largest = max(widths, key=lambda name: widths[name])
    widths[largest] += WIDTH - sum(widths.values())
    return widths


def regions(found: Mapping[str, Tally], names: Mapping[str, str]) -> None:
    """Print how many sites of each region passed each step, by its number in the chart, and all before it."""
    rows = [
        (f"{region} {names[region]}", f"{tally.sites:,}", *(f"{tally.steps[step.name].sites:,}" for step in STEPS))
        for region, tally in sorted(found.items())
    ]
    numbers = map(str, range(1, len(STEPS) + 1))
    console.table("sites that passed each step, by region", ("region", "sites", *numbers), rows)


def waiting(missing: Sequence[Gap], zone: str, *, every: bool) -> None:
    """Print whose turn it is and what is missing; `every`: a row a site."""
    if every:
        rows = [
            (gap.site.id, shown(gap.site.name, 40), title(gap.step), gap.outcome.verdict, gap.outcome.said.text(), when)
            for gap in missing
            for when in [brief(gap.stands.since, zone)]
        ]
        console.table("waiting", ("site", "name", "step", "answer", "what is missing", "since"), rows)
        return
    heaps = [(step, tuple(gaps)) for step, gaps in groupby(missing, key=lambda gap: gap.step)]
    turns = [(ENGLISH[step.responsible], title(step), f"{len(heap):,}", _examples(heap)) for step, heap in heaps]
    if turns:
        console.table("whose turn it is", ("who", "for the step", "sites", "what is missing, e.g."), turns)
    else:
        console.say("every site has taken every step", style="green")


def _examples(group: Sequence[Gap]) -> str:
    return "\n".join(f"{gap.site.id}: {gap.outcome.said.text()}" for gap in group[:EXAMPLES])
