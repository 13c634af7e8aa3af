"""Rules on SNMP readings and NAPALM getters: what the device says of itself against what was planned for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fnmatch import fnmatchcase

from homeroom.audit import getters, places
from homeroom.audit.age import too_old
from homeroom.audit.checks import INTERFACES, Compare, Each, Value
from homeroom.audit.config import fits, limits
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, Read, Readings
from homeroom.audit.verdict import Evidence, Finding, combine


@dataclass(frozen=True, slots=True)
class Said:
    """Where values come from: their name for people, the values, and the command that brings them."""

    source: str
    values: Readings
    command: str


def by_snmp(subject: DeviceSubject) -> Said:
    """Return what the device said by SNMP."""
    return Said("SNMP", subject.readings, "poll")


def by_napalm(subject: DeviceSubject) -> Said:
    """Return what NAPALM's getters said."""
    return Said("NAPALM", subject.getters, "backup")


def check(rule: Rule, compares: Sequence[Compare], subject: DeviceSubject, said: Said) -> Finding:
    """Compare what was said with the plan; unknown when it is missing or too old, or nothing is asked of the kind."""
    device = subject.intent.device
    meant = [compare for compare in compares if device.kind in compare.kinds]
    if not meant:
        return Finding("unknown", f"the rule compares nothing on a {device.kind} of platform {device.platform}")
    return combine(_Compared(rule, compare, subject, said).finding() for compare in meant)


class _Compared:
    """One comparison on one device."""

    def __init__(self, rule: Rule, compare: Compare, subject: DeviceSubject, said: Said) -> None:
        self.rule = rule
        self.compare = compare
        self.subject = subject
        self.said = said
        self.source = f"{said.source} {compare.object}"

    def finding(self) -> Finding:
        """Return what was found."""
        compare, said = self.compare, self.said
        every = said.values.get(compare.object)
        if not every:
            none = f"no reading of {compare.object} is stored; run `homeroom {said.command}`"
            return Finding("unknown", getters.lacking(compare.object, said.values) or none)
        at = min(read.at for read in every.values())
        hours = self.rule.max_age_hours
        stale = too_old(f"the reading of {compare.object}", at, self.subject.now, hours, said.command)
        if stale:
            return Finding("unknown", stale, (Evidence("(not judged)", self.source, at),))
        rows = {key: read for key, read in every.items() if key not in compare.ignore}
        if compare.where is not None:
            return self.at_places(compare.where, rows, at)
        if compare.not_above:
            return self.above(rows, at)
        if compare.equals is None:
            return self.valued(rows, at)
        named = {"host_name": self.name, "software": self.approved}
        return named.get(compare.equals, self.set)(rows, at)

    def at_places(self, where: Each, rows: Mapping[str, Read], at: float) -> Finding:
        """Judge the rows of some interfaces only; one that the device does not show is unknown."""
        names = {key: read.value for key, read in self.said.values.get(INTERFACES, {}).items()}
        wanted = [place["port"] for place in places.each(self.subject.intent, where)]
        if not wanted:
            return Finding("not_applicable", f"has no {where.replace('.', ' ')}")
        by_name = {names.get(key, ""): read for key, read in rows.items()}
        unseen = [name for name in wanted if name not in by_name]
        if unseen:
            return Finding("unknown", f"{self.compare.object} of {unseen[0]} is not among what the device shows")
        return self.valued({name: by_name[name] for name in wanted}, at)

    def valued(self, rows: Mapping[str, Read], at: float) -> Finding:
        """Hold every row against the limits."""
        compare = self.compare
        value = Value("()", compare.at_least, compare.at_most, compare.one_of)
        wrong = {key: read for key, read in rows.items() if not fits(read.value, value)}
        shown = tuple(Evidence(_row(key, read), self.source, at) for key, read in (wrong or rows).items())
        if not wrong:
            return Finding("compliant", f"{compare.object} {limits(value)}, and is", shown)
        first = next(iter(wrong.items()))
        return Finding("violation", f"{compare.object} is {_row(*first)}, {limits(value)}", shown)

    def above(self, rows: Mapping[str, Read], at: float) -> Finding:
        """Hold a number against another reading's; unknown when that one is missing."""
        compare = self.compare
        other = self.said.values.get(compare.not_above)
        if not other:
            none = f"no reading of {compare.not_above} is stored; run `homeroom {self.said.command}`"
            return Finding("unknown", none)
        mine, limit = next(iter(rows.values())), next(iter(other.values()))
        source = f"{self.said.source} {compare.not_above}"
        evidence = (Evidence(mine.value, self.source, at), Evidence(limit.value, source, limit.at))
        if float(mine.value) <= max(float(limit.value), compare.grace):
            return Finding("compliant", f"{compare.object} is not after {compare.not_above}", evidence)
        return Finding("violation", f"{compare.object} is after {compare.not_above}", evidence)

    def name(self, rows: Mapping[str, Read], at: float) -> Finding:
        """Compare a host name exactly; a platform may add the domain to it."""
        intent = self.subject.intent
        given = next(iter(rows.values())).value
        evidence = (Evidence(given, self.source, at), Evidence(intent.device.name, "plan"))
        if given in places.planned(intent, "host_name"):
            return Finding("compliant", f"is {given}", evidence)
        return Finding("violation", f"is {given!r}, planned is {intent.device.name!r}", evidence)

    def approved(self, rows: Mapping[str, Read], at: float) -> Finding:
        """Look a release up in the list of those that may run; unknown when nobody keeps one for the device."""
        device = self.subject.intent.device
        given = next(iter(rows.values())).value
        if not device.software:
            what = f"inventory/software.yaml approves no release for {device.model} or {device.platform}"
            return Finding("unknown", what, (Evidence(given, self.source, at),))
        evidence = (Evidence(given, self.source, at), Evidence(", ".join(device.software), "inventory/software.yaml"))
        if any(fnmatchcase(given, name) for name in device.software):
            return Finding("compliant", f"runs {given}, which is approved", evidence)
        return Finding("violation", f"runs {given}, which is not approved", evidence)

    def set(self, rows: Mapping[str, Read], at: float) -> Finding:
        """Compare everything the device has with everything it should have."""
        what = self.compare.equals
        assert what is not None  # noqa: S101  # the caller asks
        seen, planned = self.seen(rows), places.planned(self.subject.intent, what)
        evidence = tuple(self.differences(seen, planned, at))
        if evidence:
            counts = f"{len(seen - planned)} not planned, {len(planned - seen)} missing"
            return Finding("violation", f"{what} differ from the plan: {counts}", evidence)
        shown = ", ".join(sorted(seen)) or "none"
        return Finding("compliant", f"{what} equal the plan", (Evidence(shown, self.source, at),))

    def differences(self, seen: AbstractSet[str], planned: AbstractSet[str], at: float) -> Iterator[Evidence]:
        for item in sorted(seen - planned):
            yield Evidence(f"+ {item} (not planned)", self.source, at)
        for item in sorted(planned - seen):
            yield Evidence(f"- {item} (missing)", self.source, at)

    def seen(self, rows: Mapping[str, Read]) -> AbstractSet[str]:
        """Return what the device has, in the plan's spelling; a VLAN's row has its number for a key, or at the end."""
        if self.compare.equals == "vlans":
            return {f"{key.rpartition('/')[2]} {read.value}" for key, read in rows.items()} - self.ignored(rows)
        return {places.plain(self.compare.equals or "ssids", read.value) for read in rows.values()}

    def ignored(self, rows: Mapping[str, Read]) -> AbstractSet[str]:
        ignore = self.compare.ignore
        pairs = ((key.rpartition("/")[2], read.value) for key, read in rows.items())
        return {f"{number} {name}" for number, name in pairs if number in ignore}


def _row(key: str, read: Read) -> str:
    return f"{key}: {read.value}" if key else read.value
