"""One audit: every subject judged, its past added, written to the bundle; reports from the bundle, numbers kept."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Engine

from homeroom.audit import scope
from homeroom.audit.bundle import chain, entries, keys, redact
from homeroom.audit.bundle.model import Region
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.bundle.write import BundleWriter
from homeroom.audit.gather import Sources, subjects, wanted
from homeroom.audit.judge import Judge
from homeroom.audit.load import load_rules, load_waivers
from homeroom.audit.mend import Mender
from homeroom.audit.past import Past, sha_of
from homeroom.audit.report.formats import FORMATS
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, Subject
from homeroom.audit.tally import Tally
from homeroom.audit.verdict import Verdict
from homeroom.audit.waiver import Waivers
from homeroom.errors import UsageError
from homeroom.platforms.render import Renderer
from homeroom.project import Project
from homeroom.store import audited, audits
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from homeroom.store.world import DeviceRow, World
from playbooks import audit, audit_view, console
from playbooks.selectors import selector

MOST_MENDED: Final = 500
"""Devices of one rule whose mending lines are written down; `homeroom audit mend` gives the others'."""


def run(args: argparse.Namespace) -> int:
    """Judge and report; 0 when everything is compliant, 1 when not, 2 when a rule or waiver is wrong."""
    project, now = Project.locate(args.project), time.time()
    rules = aged(load_rules(project.rule_roots), args.max_age)
    today = dt.datetime.fromtimestamp(now, dt.UTC).date()
    waivers = load_waivers(project.inventory / "waivers.yaml", rules, today)
    out = audit.folder(args.out or project.state / "report")
    engine = connect(project)
    try:
        with contextlib.closing(World.open(project)) as world:
            one = _Audit(project, world, engine, args, now)
            tally = one.run(rules, waivers, out / audit.NAME)
            one.keep(tally)
    finally:
        engine.dispose()
    bundle = Bundle.open(out / audit.NAME)
    files = {name: FORMATS[name](bundle, out, args.lang or "en") for name in args.format}
    if args.json:
        console.emit(audit_view.document(tally, bundle, out / audit.NAME, files))
    else:
        audit_view.show(tally, bundle, (out / audit.NAME, *files.values()))
    return 0 if tally.compliant else 1


def aged(rules: Mapping[str, Rule], hours: float | None) -> Mapping[str, Rule]:
    """Return the rules with another age that facts may have; UsageError when nothing could be so young."""
    if hours is None:
        return rules
    if hours <= 0:
        raise UsageError(f"--max-age is {hours:g}: give more than 0 hours")
    return {name: replace(rule, max_age_hours=hours) for name, rule in rules.items()}


class _Audit:
    """One audit: what is judged, by what it is read."""

    def __init__(self, project: Project, world: World, engine: Engine, args: argparse.Namespace, now: float) -> None:
        self.project = project
        self.world = world
        self.engine = engine
        self.args = args
        self.now = now
        self.whole = selector(args)
        self.chosen, self.devices = self._drawn(args.sample, args.seed)
        self.root, self.previous = "", ""

    def _drawn(self, number: int, seed: int) -> tuple[Selector, Sequence[DeviceRow]]:
        """Return the devices to be judged: all that are selected, or so many of them by lot."""
        devices = self.world.devices(self.whole)
        if not 0 < number < len(devices):
            return self.whole, devices
        drawn = random.Random(seed).sample([device.name for device in devices], number)  # noqa: S311  # to be drawn again
        chosen = replace(self.whole, devices=tuple(sorted(drawn)))
        return chosen, self.world.devices(chosen)

    def run(self, rules: Mapping[str, Rule], waivers: Waivers, path: Path) -> Tally:
        """Judge everything; the bundle of before stays until the new one is complete."""
        signer = keys.signer(self.project)
        self.previous = chain.previous(self.project)
        about = scope.header(self.project, self.world, self.chosen, self.devices, self.now)
        header = replace(about, previous=self.previous, rules=sha_of(rules), key=signer.public_hex, **self.lot())
        writer = BundleWriter(path, header, signer, redact.of(self.project))
        try:
            for rule in entries.rules(rules, self.project):
                writer.rule(rule)
            for waiver in entries.waivers(waivers):
                writer.waiver(waiver)
            for region in self.world.programme.regions:
                writer.region(Region(region.id, region.name))
            for missed in scope.unreached(self.engine, self.devices):
                writer.unreached(missed)
            tally = self.judge(rules, waivers, writer)
            self.root = writer.close()
        except BaseException:
            writer.discard()
            raise
        chain.remember(self.project, self.root, self.now)
        return tally

    def lot(self) -> dict[str, Any]:
        """Return what a header says of a lot: of how many devices it was drawn, how many, and how to draw it again."""
        if self.chosen is self.whole:
            return {}
        words = scope.described(self.whole) or scope.EVERYTHING
        drawn = f"--sample {self.args.sample} --seed {self.args.seed}"
        return {
            "seed": self.args.seed,
            "sampled": len(self.devices),
            "devices": len(self.world.devices(self.whole)),
            "scope": f"{words}: {len(self.devices)} devices drawn by lot",
            "command": f"homeroom audit {drawn} {scope.options(self.whole)}".strip(),
        }

    def judge(self, rules: Mapping[str, Rule], waivers: Waivers, writer: BundleWriter) -> Tally:
        """Judge subject by subject; nothing but counts and what must be read stays in memory."""
        tally, judge, past = Tally(), Judge(rules), Past(self.engine, rules, self.now)
        mended = _Mended(judge)
        sources = Sources(self.project, self.world, self.engine, Renderer.of(self.project), self.now)
        found = subjects(sources, self.chosen, wanted(rules))
        places = {site.id: site for site in self.world.sites(self.chosen)}
        total = len(self.devices) + len(places) + 1
        with contextlib.closing(found), console.progress() as bar:
            for subject in bar.track(map(waivers.noted, past.expected(found)), total=total, description="judged"):
                known = past.unchanged(subject) if not self.args.again else None
                fresh = past.since(subject, known if known is not None else [*judge.verdicts(subject)])
                verdicts = tuple(waivers.apply(verdict, subject) for verdict in fresh)
                for verdict in verdicts:
                    tally.add(verdict)
                writer.subject(entries.subject(subject, verdicts, mended.lines(subject, verdicts), places))
        past.close()
        tally.skipped = past.skipped
        return tally

    def keep(self, tally: Tally) -> None:
        """Keep the run in numbers, and each site's; not a site's when only some of its devices were judged."""
        counts = {"rule": tally.by_rule, "region": tally.by_region}
        narrowed = self.lot().get("scope", scope.described(self.whole))
        said = {
            kind: {name: {str(status): count for status, count in found.items()} for name, found in by.items()}
            for kind, by in counts.items()
        }
        run = audits.Run(self.now, self.root, self.previous, narrowed, len(self.devices), said)
        audits.add_run(self.engine, run)
        if self.chosen.devices or self.chosen.platforms or self.chosen.kinds:
            return
        audited.save(self.engine, _by_site(tally, self.now))


class _Mended:
    """What would mend the violations of each device, for the first devices of every rule."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.counts: dict[str, int] = {}

    def lines(self, subject: Subject, verdicts: Sequence[Verdict]) -> Mapping[str, str]:
        if not isinstance(subject, DeviceSubject):
            return {}
        wrong = [v.rule for v in verdicts if v.raw == "violation" and self.counts.get(v.rule, 0) < MOST_MENDED]
        if not wrong:
            return {}
        for name in wrong:
            self.counts[name] = self.counts.get(name, 0) + 1
        mender = Mender(subject, self.judge.scan(subject.intent.device.platform))
        found = {name: mender.lines(self.judge.rules[name]) for name in wrong}
        return {name: text for name, text in found.items() if text}


def _by_site(tally: Tally, now: float) -> Iterator[audited.Audited]:
    broken: dict[str, set[str]] = {}
    for verdict in tally.violations:
        broken.setdefault(verdict.site, set()).add(verdict.rule)
    for site, counts in tally.by_site.items():
        if not site:  # the programme's own verdicts
            continue
        yield audited.Audited(
            site=site,
            at=now,
            violations=counts["violation"],
            undecided=counts["unknown"] + counts["error"],
            waived=counts["waived"],
            rules=tuple(sorted(broken.get(site, ()))),
        )
