"""`homeroom audit`: judge every selected device and site by every rule, and write the report."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeroom.errors import UsageError
from homeroom.project import Project
from playbooks import console
from playbooks.selectors import add_selectors, selector

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from homeroom.audit.report.about import About
    from homeroom.audit.report.machine import Writer
    from homeroom.audit.rule import Rule
    from homeroom.audit.tally import Tally
    from homeroom.audit.waiver import Waivers
    from homeroom.store.inventory import Selector
    from homeroom.store.world import World

FORMATS: Final = ("html", "csv", "json")
SHORT: Final = {"not_applicable": "n/a"}
MOST_SHOWN: Final = 30
"""Violations printed for people; the report lists them all."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `homeroom audit`."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the report goes (default: .homeroom/report)")
    parser.add_argument(
        "--format",
        type=_formats,
        default=("html", "json"),
        metavar="LIST",
        help="html, csv, json, separated by commas (default: html,json); audit.json is always written",
    )
    parser.add_argument(
        "--max-age", type=float, metavar="HOURS", help="older facts decide nothing (default: what each rule says)"
    )
    add_selectors(parser)


def run(args: argparse.Namespace) -> int:
    """Judge and report; 0 when everything is compliant, 1 when not, 2 when a rule or waiver is wrong."""
    from homeroom.audit.load import load_rules, load_waivers
    from homeroom.store.db import connect
    from homeroom.store.world import World

    project = Project.locate(args.project)
    now = time.time()
    rules = _aged(load_rules(project.rule_roots), args.max_age)
    today = dt.datetime.fromtimestamp(now, dt.UTC).date()
    waivers = load_waivers(project.inventory / "waivers.yaml", rules, today)
    out = _folder(args.out or project.state / "report")
    engine = connect(project)
    try:
        with contextlib.closing(World.open(project)) as world:
            job = _Job(project, world, engine, selector(args), now)
            tally, about, files = job.run(rules, waivers, out, args.format)
            job.keep(tally)
    finally:
        engine.dispose()
    if args.json:
        console.emit(_document(tally, about, rules, files))
    else:
        _show(tally, rules, files)
    return 0 if tally.compliant else 1


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    wrong = [part for part in chosen if part not in FORMATS]
    if wrong:
        raise argparse.ArgumentTypeError(f"no format is called {wrong[0]!r}; there are {', '.join(FORMATS)}")
    return chosen


def _aged(rules: Mapping[str, Rule], hours: float | None) -> Mapping[str, Rule]:
    if hours is None:
        return rules
    if hours <= 0:
        raise UsageError(f"--max-age is {hours:g}: give more than 0 hours")
    return {name: replace(rule, max_age_hours=hours) for name, rule in rules.items()}


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be made: {error.strerror}; give another --out") from error
    return path


class _Job:
    """One audit: what is judged, by whom it is read."""

    def __init__(self, project: Project, world: World, engine: Engine, chosen: Selector, now: float) -> None:
        self.project = project
        self.world = world
        self.engine = engine
        self.chosen = chosen
        self.now = now

    def run(
        self, rules: Mapping[str, Rule], waivers: Waivers, out: Path, formats: Sequence[str]
    ) -> tuple[Tally, About, Mapping[str, Path]]:
        """Judge everything; the files of before stay until the new ones are complete."""
        from homeroom.audit import scope
        from homeroom.audit.report.machine import tail, write_text
        from homeroom.audit.report.page import Facts, page

        devices = self.world.devices(self.chosen)
        about = scope.about(self.project, self.world, self.chosen, devices, self.now)
        writers = _writers(out, formats)
        try:
            tally = self.judge(rules, waivers, writers.values(), about.devices + about.sites)
            sites = tuple(self.world.sites(self.chosen))
            missed = scope.unreached(self.engine, devices)
            facts = Facts(about, self.world.programme, sites, rules, waivers, tally, missed)
            text = page(facts) if "html" in formats else ""
            ends = tail(about.as_json(), rules, tally)
            files = {name: writer.close(ends) for name, writer in writers.items()}
        except BaseException:
            for writer in writers.values():
                writer.discard()
            raise
        if text:
            files["html"] = write_text(out / "audit.html", text)
        return tally, about, files

    def judge(self, rules: Mapping[str, Rule], waivers: Waivers, writers: Iterable[Writer], total: int) -> Tally:
        """Judge subject by subject; nothing but counts and what must be read stays in memory."""
        from homeroom.audit.gather import subjects
        from homeroom.audit.judge import audit
        from homeroom.audit.tally import Tally
        from homeroom.platforms.render import Renderer

        tally = Tally()
        renderer = Renderer.of(self.project)
        found = subjects(self.world, self.engine, renderer, self.chosen, self.now)
        with contextlib.closing(found), console.progress() as bar:
            for subject in bar.track(found, total=total, description="judged"):
                for verdict in audit(rules, subject, waivers):
                    tally.add(verdict)
                    for writer in writers:
                        writer.add(verdict)
        return tally

    def keep(self, tally: Tally) -> None:
        """Keep what was said of each site, in numbers; not when only some of a site's devices were judged."""
        from homeroom.store import audited

        if self.chosen.devices or self.chosen.platforms or self.chosen.kinds:
            return
        broken: dict[str, set[str]] = {}
        for verdict in tally.violations:
            broken.setdefault(verdict.site, set()).add(verdict.rule)
        audited.save(
            self.engine,
            [
                audited.Audited(
                    site=site,
                    at=self.now,
                    violations=counts["violation"],
                    undecided=counts["unknown"] + counts["error"],
                    waived=counts["waived"],
                    rules=tuple(sorted(broken.get(site, ()))),
                )
                for site, counts in tally.by_site.items()
            ],
        )


def _writers(out: Path, formats: Sequence[str]) -> dict[str, Writer]:
    from homeroom.audit.report.machine import CsvWriter, JsonWriter

    writers: dict[str, Writer] = {"json": JsonWriter(out / "audit.json")}
    if "csv" in formats:
        writers["csv"] = CsvWriter(out / "audit.csv")
    return writers


def _document(tally: Tally, about: About, rules: Mapping[str, Rule], files: Mapping[str, Path]) -> Mapping[str, Any]:
    violations = [
        {"rule": v.rule, "device": v.device, "site": v.site, "severity": v.severity, "summary": v.summary}
        for v in tally.ranked()
    ]
    return {
        "verdicts": tally.verdicts,
        "rules": len(rules),
        "devices": about.devices,
        "sites": about.sites,
        "bundle": str(files["json"]),
        "report": str(files["html"]) if "html" in files else None,
        "files": {name: str(path) for name, path in files.items()},
        "violations": violations,
    }


def _show(tally: Tally, rules: Mapping[str, Rule], files: Mapping[str, Path]) -> None:
    from homeroom.audit.tally import Counts
    from homeroom.audit.verdict import WORST_FIRST

    columns = ("rule", *(SHORT.get(status, status) for status in WORST_FIRST))
    counts = {name: tally.by_rule.get(name, Counts()) for name in rules}
    console.table(
        "verdicts",
        columns,
        [
            (f"{name} {rule.title}", *(counts[name][status] or "" for status in WORST_FIRST))
            for name, rule in rules.items()
        ],
    )
    if tally.violations:
        console.table("violations", ("rule", "where", "what decided"), _violations(tally))
        if len(tally.violations) > MOST_SHOWN:
            console.say(f"... and {len(tally.violations) - MOST_SHOWN} more violations in the report")
    for path in files.values():
        console.say(str(path))


def _violations(tally: Tally) -> Iterator[tuple[str, str, str]]:
    from homeroom.audit.report.words import visible

    for verdict in tally.ranked()[:MOST_SHOWN]:
        first = verdict.evidence[0].text.splitlines()[:4] if verdict.evidence else []
        decided = "\n".join([verdict.summary, *(text for text in first if text not in verdict.summary)])
        yield verdict.rule, visible(verdict.subject), visible(decided)
