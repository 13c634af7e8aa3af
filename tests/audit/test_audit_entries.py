"""What the audit works with becomes entries: nothing is lost on the way, what does not hold says why."""

import datetime as dt
from dataclasses import replace

import bundles
import fleet
from bundles import SIGNER
from intents import PROJECT

from homeroom.audit.bundle import entries
from homeroom.audit.bundle.model import SourceEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.bundle.verify import verify
from homeroom.audit.checks import Check
from homeroom.audit.judge import Judge
from homeroom.audit.rule import Fixture, Refs, Rule
from homeroom.audit.subject import ProgrammeSubject, SiteSubject
from homeroom.audit.waiver import Decision, Scope, Waiver, Waivers
from homeroom.programme.load import load_facts
from homeroom.project import Project
from homeroom.reading import Reading

RULE = Rule(
    "OPS-90", 2, "Backed up", "high", "Why", "Fix", Check(record="backup_age"),
    {"ios": (Fixture("router", "x", fails="y"),)}, refs=Refs(nist=("CP-9",)),
)  # fmt: skip
DAY = dt.date(2026, 3, 1)
WORDS = {
    "rule": "OPS-90", "version": 1, "reason": "Why not", "compensating": "none", "requested_by": "A",
    "approved_by": "B", "created": DAY, "ticket": "T-1",
}  # fmt: skip


def test_a_rule_keeps_what_a_report_needs(tmp_path):
    (entry,) = entries.rules({RULE.id: RULE}, Project(tmp_path))
    for name in ("id", "version", "title", "severity", "why", "fix", "scope", "refs"):
        assert getattr(entry, name) == getattr(RULE, name)
    assert entry.cis == ()


def test_cis_numbers_come_from_their_file_alone(tmp_path):
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "cis.yaml").write_text('benchmark: CIS X v1\nnumbers:\n  OPS-90: ["1.2.3"]\n')
    (entry,) = entries.rules({RULE.id: RULE}, Project(tmp_path))
    assert entry.cis == ("CIS X v1 1.2.3",)


def test_waivers_and_decisions_say_until_when_and_why_they_do_not_hold():
    waiver = Waiver(**WORDS, scope=Scope(region="PY-ASU"), expires=DAY + dt.timedelta(days=30))
    decision = Decision(**WORDS, becomes="not_applicable", review=DAY + dt.timedelta(days=900))
    one, other = entries.waivers(Waivers((waiver, decision), {waiver: "it expired"}))
    assert (one.standing, one.expires, one.problem) == (False, "2026-03-31", "it expired")
    assert (one.scope, one.created, one.ticket) == ("region PY-ASU", "2026-03-01", "T-1")
    assert (other.standing, other.expires, other.problem) == (True, "2028-08-17", "")


def test_a_device_says_who_it_is_and_by_what_it_was_judged():
    subject = fleet.subject("ios", "router")
    verdicts = tuple(Judge({RULE.id: RULE}).verdicts(subject))
    entry = entries.subject(subject, verdicts, {"OPS-90": "write"}, {})
    device = subject.intent.device
    assert (entry.device, entry.site, entry.region) == (device.name, device.site, device.region)
    assert (entry.platform, entry.kind, entry.mend) == ("ios", "router", {"OPS-90": "write"})
    assert entry.sources == (SourceEntry("running configuration", subject.running.at, subject.running.sha),)
    said = subject.readings
    assert entry.software == said["identity.software"][""].value
    assert entry.serial == next(iter(said["identity.serial"].values())).value
    assert entry.verdicts == verdicts


def test_what_no_device_said_is_empty_and_getters_stand_in():
    subject = replace(fleet.subject("ios", "router", running=None, values={}))
    entry = entries.subject(subject, (), {}, {})
    assert (entry.serial, entry.software, entry.sources) == ("", "", ())
    assert entry.model == subject.intent.device.model
    told = {"facts.serial_number": {"": Reading("d", "facts.serial_number", "", "FTX1", 1.0)}}
    assert entries.subject(replace(subject, getters=told), (), {}, {}).serial == "FTX1"


def test_sites_and_the_programme_are_subjects_too(district, tmp_path):
    world = district.world
    plan, place = next(iter(world.plans())), next(iter(world.sites()))
    stored = fleet.subject("ios", "router").running
    site = SiteSubject(plan, None, world.programme.wan_pool, (), 1.0, running={"r1": stored, "r2": None})
    entry = entries.subject(site, (), {}, {place.id: place})
    assert (entry.device, entry.site, entry.region) == ("", place.id, place.region)
    assert (entry.name, entry.latitude, entry.longitude) == (place.name, place.latitude, place.longitude)
    assert entry.sources == (SourceEntry("running configuration of r1", stored.at, stored.sha),)
    assert entries.subject(site, (), {}, {}).name == ""
    whole = entries.subject(ProgrammeSubject(load_facts(PROJECT)[0].programme, {}, 1.0), (), {}, {})
    assert (whole.device, whole.site, whole.region) == ("", "", "")
    path = bundles.write(tmp_path / "b", bundles.header(0, 1), [entry, whole], rules=[])
    assert [*Bundle.open(path).subjects()] == [entry, whole]
    assert verify(path, SIGNER.public) == []
