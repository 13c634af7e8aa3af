"""A site's acceptance sheet: one HTML page that prints, opens offline and needs no script. For the engineer on site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from homeroom.observe import acceptance_words, funnel_words
from homeroom.observe.funnel import Stand, title
from homeroom.observe.funnel_facts import DAY, DeviceFacts, SiteFacts
from homeroom.observe.funnel_steps import moment
from homeroom.observe.funnel_words import Words
from homeroom.reading import Reading
from homeroom.snmp.ask.show import shown
from homeroom.store.milestones import Key, Milestone
from homeroom.store.speeds import Measured
from homeroom.store.world import DeviceRow

SIGN: Final = ("installer", "engineer", "school")
"""Who signs, beside the ministry."""
_NO_MAC: Final = "00:00:00:00:00:00"
_ORDER_LAST: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Detail:
    """What one device told of itself, and where it is managed; empty: it did not. `at` (epoch) it last told."""

    row: DeviceRow
    facts: DeviceFacts
    model: str = ""
    serial: str = ""
    mac: str = ""
    software: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on a sheet."""

    programme: str
    region: str
    block: str
    facts: SiteFacts
    stand: Stand
    held: Mapping[Key, Milestone]
    devices: tuple[Detail, ...]
    tests: tuple[Measured, ...]


def detail(row: DeviceRow, facts: DeviceFacts, told: Mapping[str, Mapping[str, Reading]]) -> Detail:
    """Return what a device told: its first value of each, and the address of its first interface that has one."""

    def one(name: str) -> str:
        return next((reading.value for reading in told.get(name, {}).values()), "")

    macs = {key: reading for key, reading in told.get("interfaces.mac", {}).items() if reading.value != _NO_MAC}
    first = min(macs, key=_numbered, default="")
    shown_of = ("identity.model", "identity.serial", "identity.software", "interfaces.mac")
    at = max((reading.at for name in shown_of for reading in told.get(name, {}).values()), default=0.0)
    return Detail(
        row,
        facts,
        model=one("identity.model"),
        serial=one("identity.serial"),
        mac=macs[first].value if first else "",
        software=one("identity.software"),
        at=at,
    )


def _numbered(key: str) -> tuple[int, str]:
    return (int(key) if key.isascii() and key.isdigit() and len(key) < 11 else _ORDER_LAST, key)


def page(sheet: Sheet, words: Words = funnel_words.ENGLISH, labels: Words = acceptance_words.ENGLISH) -> str:
    """Return the whole document."""
    facts, following = sheet.facts, sheet.stand.next
    step = {"step": title(following[0], words), "party": words[following[0].responsible]} if following else {}

    def when(at: float | None) -> str:
        return moment(at, facts.zone) if at else ""

    template = environment().get_template("acceptance.html.j2")
    return template.render(
        sheet=sheet,
        site=facts.site,
        accepted=following is None,
        head=labels["waiting"].format(**step) if following else labels["accepted"],
        steps=[(title(one, words), one, out, sheet.held[facts.site.id, one.name]) for one, out in sheet.stand.outcomes],
        signers=[words[name] for name in SIGN] + [labels["ministry"]],
        days=int(facts.ages.speeds // DAY),
        zone=facts.zone.key,
        words=words,
        label=labels,
        when=when,
    )


@cache
def environment() -> Environment:
    """Make the environment once: everything is escaped, a misspelt variable is an error."""
    loader = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["shown"] = shown
    return made
