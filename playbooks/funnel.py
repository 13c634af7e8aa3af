"""`homeroom funnel`: how far each site has come, whose turn it is, and a site's acceptance sheet."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeroom.errors import UsageError
from homeroom.project import Project
from playbooks import console
from playbooks.selectors import add_selectors, selector

if TYPE_CHECKING:
    from homeroom.observe.funnel import Gap, Stand, Tally
    from homeroom.observe.funnel_facts import SiteFacts
    from homeroom.observe.funnel_gather import Sources
    from homeroom.observe.school_days import SchoolDays
    from homeroom.programme.model import Site
    from homeroom.store.inventory import Selector
    from homeroom.store.milestones import Key, Milestone

PARTIES: Final = ("contracts", "installer", "engineer", "school", "provider", "auditor")
TESTS: Final = 8
"""Speed measurements on a sheet."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `homeroom funnel`."""
    parser.epilog = "exit codes: 0 every selected site has taken every step; 1 some have not"
    add_selectors(parser)
    parser.add_argument("--for", dest="party", choices=PARTIES, help="list every site that waits for these")
    parser.add_argument("--sheet", metavar="SITE", help="write this site's acceptance sheet, an HTML page")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the sheet goes")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and what is kept of it now."""

    facts: Sequence[SiteFacts]
    stands: Sequence[Stand]
    held: Mapping[Key, Milestone]
    now: float


def run(args: argparse.Namespace) -> int:
    """Look, keep what was found, and show it; 0 when nothing is missing anywhere."""
    from homeroom.observe.funnel_gather import Sources
    from homeroom.store.db import connect, connect_series
    from homeroom.store.inventory import Selector
    from homeroom.store.world import World

    if (args.sheet is None) != (args.out is None):
        raise UsageError("--sheet SITE and --out FILE belong together: name both")
    project = Project.locate(args.project)
    chosen = Selector(sites=(args.sheet,)) if args.sheet else selector(args)
    with ExitStack() as stack:
        world = stack.enter_context(closing(World.open(project)))
        state, series = connect(project), connect_series(project)
        stack.callback(state.dispose)
        stack.callback(series.dispose)
        sources = Sources(world, state, series)
        found = look(sources, chosen, school_days(project, world), time.time())
        if not found.stands:
            raise UsageError("no site is selected: widen --region, --site, --device, --platform, --kind or --sheet")
        if args.sheet:
            _sheet(sources, found, args)
        else:
            _report(world, found, args)
    return 1 if any(stand.next for stand in found.stands) else 0


def look(sources: Sources, chosen: Selector, days: Callable[[Site], SchoolDays], now: float) -> Found:
    """Judge the selected sites and keep what was found."""
    from homeroom.observe.funnel import judge, looks
    from homeroom.observe.funnel_gather import gather
    from homeroom.store import milestones

    facts = tuple(gather(sources, chosen, days, now))
    stands = tuple(map(judge, facts))
    return Found(facts, stands, milestones.save(sources.state, looks(stands, now)), now)


def school_days(project: Project, world: Any) -> Callable[[Site], SchoolDays]:
    """Return when pupils were last at a site, by the holidays of calendar.yaml and the site's own time."""
    from functools import cache
    from zoneinfo import ZoneInfo

    from homeroom.observe.school_days import last_school_days
    from homeroom.rollout.calendar import Days, Local, load_calendar

    calendar, now = load_calendar(project), time.time()

    @cache
    def found(zone: str, holidays: tuple[Days, ...]) -> SchoolDays:
        return last_school_days(now, ZoneInfo(zone), lambda day: any(one.first <= day <= one.last for one in holidays))

    def days(site: Site) -> SchoolDays:
        own, usual = calendar.sites.get(site.id, Local()), calendar.regions.get(site.region, Local())
        zone = own.timezone or usual.timezone or world.programme.timezone
        return found(zone, tuple(one for one in calendar.holidays if one.holds(site.id, site.region, one.first)))

    return days


def _sheet(sources: Sources, found: Found, args: argparse.Namespace) -> None:
    """Write the acceptance sheet of the one site that was looked at."""
    from homeroom.observe.acceptance import Sheet, detail, page
    from homeroom.store import readings, site_facts
    from homeroom.store.inventory import Selector

    world, facts = sources.world, found.facts[0]
    rows = {row.name: row for row in world.devices(Selector(sites=(args.sheet,)))}
    plan = next(iter(world.plans(Selector(sites=(args.sheet,)))))
    regions = {region.id: region.name for region in world.programme.regions}
    schools = [school.id for school in facts.site.schools]
    since = int(found.now - facts.ages.speeds)
    sheet = Sheet(
        programme=world.programme.name,
        region=regions[facts.site.region],
        block=f"{plan.entry.v4}, {plan.entry.v6}",
        facts=facts,
        stand=found.stands[0],
        held=found.held,
        devices=tuple(detail(rows[d.name], d, readings.latest(sources.state, d.name)) for d in facts.devices),
        tests=site_facts.tests(sources.series, schools, since, int(found.now) + 1, TESTS),
    )
    try:
        args.out.write_text(page(sheet), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{args.out}: {error.strerror}; name a file that can be written with --out") from error
    if args.json:
        console.emit({"site": args.sheet, "sheet": str(args.out), "accepted": sheet.stand.next is None})
    else:
        console.say(f"wrote {args.out}")


def _report(world: Any, found: Found, args: argparse.Namespace) -> None:
    from homeroom.observe.funnel import gaps, tallied
    from playbooks import funnel_view

    whole, regions = tallied(found.stands)
    missing = gaps(found.stands, found.held)
    if args.party:
        missing = tuple(gap for gap in missing if gap.step.responsible == args.party)
    names = {region.id: region.name for region in world.programme.regions}
    if args.json:
        console.emit(document(whole, regions, names, missing, found.now))
        return
    if not args.party:
        funnel_view.chart(whole)
        if len(regions) > 1:
            funnel_view.regions(regions, names)
    funnel_view.waiting(missing, world.programme.timezone, every=bool(args.party))


def document(
    whole: Tally, regions: Mapping[str, Tally], names: Mapping[str, str], missing: Sequence[Gap], now: float
) -> dict[str, Any]:
    """Return what `--json` prints. Times are UTC."""
    from playbooks.moments import utc

    listed = [
        {
            "site": gap.site.id,
            "name": gap.site.name,
            "region": gap.site.region,
            "step": gap.step.name,
            "verdict": gap.outcome.verdict,
            "responsible": gap.step.responsible,
            "missing": gap.outcome.said.text(),
            "since": utc(gap.stands.since),
            "reached": utc(gap.stands.reached) if gap.stands.reached is not None else None,
            "lost": utc(gap.stands.lost) if gap.stands.lost is not None else None,
        }
        for gap in missing
    ]
    places = [{"region": name, "name": names[name], **_counts(regions[name])} for name in sorted(regions)]
    return {"at": utc(now), **_counts(whole), "regions": places, "gaps": listed}


def _counts(tally: Tally) -> dict[str, Any]:
    """Return a tally: for each step its answers, and the sites and schools that passed it and all before it."""
    steps = [
        {
            "step": name,
            **{answer: count.answers[answer] for answer in ("yes", "no", "unknown")},
            "passed": count.sites,
            "schools": count.schools,
        }
        for name, count in tally.steps.items()
    ]
    return {"sites": tally.sites, "schools": tally.schools, "steps": steps}
