"""Rules on SNMP readings: what the device says of itself against what was planned for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from homeroom.audit.age import too_old
from homeroom.audit.rule import Compare, Planned, Rule
from homeroom.audit.subject import DeviceSubject, Read
from homeroom.audit.verdict import Evidence, Finding, combine
from homeroom.intent.model import Intent


def check(rule: Rule, compares: Sequence[Compare], subject: DeviceSubject) -> Finding:
    """Compare readings with the plan; unknown when one is missing or too old, or nothing is said for the kind."""
    device = subject.intent.device
    meant = [compare for compare in compares if device.kind in compare.kinds]
    if not meant:
        return Finding("unknown", f"the rule compares nothing on a {device.kind} of platform {device.platform}")
    return combine(_compare(rule, compare, subject) for compare in meant)


def _compare(rule: Rule, compare: Compare, subject: DeviceSubject) -> Finding:
    rows = subject.readings.get(compare.object)
    if not rows:
        return Finding("unknown", f"no reading of {compare.object} is stored; run `homeroom poll`")
    at = min(read.at for read in rows.values())
    stale = too_old(f"the reading of {compare.object}", at, subject.now, rule.max_age_hours, "poll")
    if stale:
        return Finding("unknown", stale, (Evidence("(not judged)", f"SNMP {compare.object}", at),))
    if compare.equals == "host_name":
        return _name(compare, rows, subject.intent, at)
    return _set(compare, rows, subject.intent, at)


def _name(compare: Compare, rows: Mapping[str, Read], intent: Intent, at: float) -> Finding:
    """Compare a host name exactly; a platform may add the domain to it."""
    device = intent.device
    given = next(iter(rows.values())).value
    evidence = (Evidence(given, f"SNMP {compare.object}", at), Evidence(device.name, "plan"))
    if given in (device.name, f"{device.name}.{device.domain}"):
        return Finding("compliant", f"is {given}", evidence)
    return Finding("violation", f"is {given!r}, planned is {device.name!r}", evidence)


def _set(compare: Compare, rows: Mapping[str, Read], intent: Intent, at: float) -> Finding:
    seen = _seen(compare, rows)
    planned = PLANNED[compare.equals](intent)
    source = f"SNMP {compare.object}"
    evidence = tuple(Evidence(f"+ {item} (not planned)", source, at) for item in sorted(seen - planned))
    evidence += tuple(Evidence(f"- {item} (missing)", source, at) for item in sorted(planned - seen))
    if evidence:
        counts = f"{len(seen - planned)} not planned, {len(planned - seen)} missing"
        return Finding("violation", f"{compare.equals} differ from the plan: {counts}", evidence)
    shown = ", ".join(sorted(seen)) or "none"
    return Finding("compliant", f"{compare.equals} equal the plan", (Evidence(shown, source, at),))


def _seen(compare: Compare, rows: Mapping[str, Read]) -> AbstractSet[str]:
    """Return what the device reports, in the plan's spelling; a VLAN's row has its number for a key, or at the end."""
    if compare.equals == "ssids":
        return {read.value for read in rows.values()} - set(compare.ignore)
    ids = ((index.rpartition("/")[2], read.value) for index, read in rows.items())
    return {f"{vlan} {name}" for vlan, name in ids if vlan not in compare.ignore}


def _vlans(intent: Intent) -> AbstractSet[str]:
    return {f"{segment.vlan} {segment.role}" for segment in intent.segments}


def _ssids(intent: Intent) -> AbstractSet[str]:
    return {wlan.ssid for wlan in intent.wlans}


PLANNED: Final[Mapping[Planned, Callable[[Intent], AbstractSet[str]]]] = {"vlans": _vlans, "ssids": _ssids}
