"""What the audit works with, as entries of a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeroom.audit import config
from homeroom.audit.bundle.model import RuleEntry, SourceEntry, SubjectEntry, WaiverEntry
from homeroom.audit.judge import whose
from homeroom.audit.load import CIS, load_cis
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, SiteSubject, Subject
from homeroom.audit.verdict import Verdict
from homeroom.audit.waiver import Decision, Waivers
from homeroom.programme.model import Site
from homeroom.project import Project


def rules(found: Mapping[str, Rule], project: Project) -> Iterator[RuleEntry]:
    """Yield the rules, with numbers of CIS recommendations when the project keeps the file of them."""
    cis = load_cis(project.inventory / CIS, found)
    for rule in found.values():
        yield RuleEntry(
            id=rule.id,
            version=rule.version,
            title=rule.title,
            severity=rule.severity,
            why=rule.why,
            fix=rule.fix,
            scope=rule.scope,
            refs=rule.refs,
            cis=cis.of(rule.id),
        )


def waivers(found: Waivers) -> Iterator[WaiverEntry]:
    """Yield waivers and standing decisions; those that do not hold say why."""
    for one in found.entries:
        yield WaiverEntry(
            rule=one.rule,
            version=one.version,
            scope=str(one.scope),
            reason=one.reason,
            compensating=one.compensating,
            requested_by=one.requested_by,
            approved_by=one.approved_by,
            created=one.created.isoformat(),
            expires=one.until.isoformat(),
            ticket=one.ticket,
            standing=isinstance(one, Decision),
            problem=found.faults.get(one, ""),
        )


def subject(
    judged: Subject, verdicts: tuple[Verdict, ...], mend: Mapping[str, str], places: Mapping[str, Site]
) -> SubjectEntry:
    """Return a subject with its verdicts and every configuration it was judged by. `places`: site id -> where it is."""
    who = whose(judged)
    if isinstance(judged, DeviceSubject):
        return _device(judged, who, verdicts, mend)
    if not isinstance(judged, SiteSubject):
        return SubjectEntry(*who, verdicts)
    read = [(name, stored) for name, stored in sorted(judged.running.items()) if stored]
    sources = tuple(SourceEntry(f"{config.SOURCE} of {name}", stored.at, stored.sha) for name, stored in read)
    place = places.get(who[1])
    if place is None:
        return SubjectEntry(*who, verdicts, sources)
    return SubjectEntry(*who, verdicts, sources, name=place.name, latitude=place.latitude, longitude=place.longitude)


def _device(
    judged: DeviceSubject, who: tuple[str, str, str], verdicts: tuple[Verdict, ...], mend: Mapping[str, str]
) -> SubjectEntry:
    device, stored = judged.intent.device, judged.running
    return SubjectEntry(
        *who,
        verdicts,
        (SourceEntry(config.SOURCE, stored.at, stored.sha),) if stored else (),
        platform=device.platform,
        kind=device.kind,
        model=_told(judged, "identity.model", "facts.model") or device.model,
        serial=_told(judged, "identity.serial", "facts.serial_number"),
        software=_told(judged, "identity.software", "facts.os_version"),
        mend=mend,
    )


def _told(judged: DeviceSubject, reading: str, getter: str) -> str:
    """Return what the device says of itself: by SNMP, else by a getter; empty when it has not said."""
    for values in (judged.readings.get(reading, {}), judged.getters.get(getter, {})):
        for read in values.values():
            if read.value:
                return read.value
    return ""
