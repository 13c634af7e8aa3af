"""Rules on what is on record: backups, serial numbers, sealed secrets, how long logs stay, who answers for a permit.

A record is a name and a text, put together by homeroom.audit.onrecord; one that is not there is unknown.

`backup_age` (a device): the stored configuration is the backup. `changed.late`: when and how the device was changed
last, if that was after the backup and more than a day ago; `changed.due`: the same within a day.
`startup_saved` (a device): `startup`: `saved`, or what is not.
`serial_known` (a device): `serial.seen`: what it says; `serial.known`: what inventory/serials.csv has for it, or else
the first it ever said; `serial.other`: another device that says the same.
`admin_path` (a device): `noc`: from where it may be managed; without it what its intent says.
`secrets_sealed`: `file PATH` -> `sealed`, or what is wrong with it.
`retention`: `logs.online`, `logs.total` (with the archive), `logs.blocked` (refused names): days.
`permit_reasons`: `permit NAME` -> `REVIEW|OWNER|REASON`.
`block_events`: `seen`: `DATE|WHO|LINE`, the line of the log servers that a probe's refused name made.
`waivers_hold`: `waivers`: how many there are; `waiver NAME` -> `holds until DATE`, or why it does not.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from homeroom.audit.age import too_old
from homeroom.audit.checks import Record
from homeroom.audit.config import usable
from homeroom.audit.rule import OF_PROGRAMME, Rule
from homeroom.audit.subject import DeviceSubject, ProgrammeSubject, Subject
from homeroom.audit.verdict import Evidence, Finding

DAYS: Final[Mapping[str, tuple[int, int]]] = {
    "logs.online": (30, 365),
    "logs.total": (365, 760),
    "logs.blocked": (30, 180),
}
"""Days that logs stay at least and at most. At least: DISA V-251374 (30 days online, one year in all); at most: no
longer than the purpose needs (GDPR article 5(1)(e)), what pupils looked for the shortest."""
MOST_NOC: Final = 8
"""Prefixes that management may come from; more, and nobody knows any longer who is behind them."""
WIDEST: Final[Mapping[int, int]] = {4: 22, 6: 48}
"""The shortest prefix among them."""


def check(rule: Rule, record: Record, subject: Subject) -> Finding:
    """Look the record up; unknown, with what to do, when it is not there."""
    if isinstance(subject, DeviceSubject) and record not in OF_PROGRAMME:
        return _OF_DEVICE[record](rule, subject)
    if isinstance(subject, ProgrammeSubject) and record in OF_PROGRAMME:
        return _OF_PROGRAMME[record](rule, subject)
    return Finding("unknown", f"{record} is no record of what is judged here")


def _backup(rule: Rule, subject: DeviceSubject) -> Finding:
    stored = usable(rule, subject)
    if isinstance(stored, Finding):
        return stored
    kept = Evidence("kept in the store", "backup", stored.at, stored.sha)
    late, due = subject.records.get("changed.late"), subject.records.get("changed.due")
    if late:
        return Finding("violation", f"changed and not backed up within a day: {late}", (Evidence(late, "change"), kept))
    if due:
        return Finding("compliant", "changed within the last day, the backup is due", (Evidence(due, "change"), kept))
    return Finding("compliant", "backed up after its last known change", (kept,))


def _startup(_: Rule, subject: DeviceSubject) -> Finding:
    said = subject.records.get("startup")
    if not said:
        return Finding("unknown", "nothing is on record of its startup configuration; run `homeroom poll`")
    evidence = (Evidence(said, "record"),)
    return Finding("compliant" if said == "saved" else "violation", f"startup configuration: {said}", evidence)


def _serial(_: Rule, subject: DeviceSubject) -> Finding:
    seen, known = subject.records.get("serial.seen"), subject.records.get("serial.known")
    if not seen or not known:
        return Finding("unknown", "it has not said its serial number; run `homeroom poll` or `homeroom backup`")
    other = subject.records.get("serial.other")
    evidence = (Evidence(seen, "serial number it says"), Evidence(known, "serial number on record"))
    if other:
        shared = (*evidence, Evidence(other, "device that says the same"))
        return Finding("violation", f"serial number {seen} is also {other}'s", shared)
    if seen != known:
        return Finding("violation", f"serial number is {seen}, on record is {known}", evidence)
    return Finding("compliant", f"serial number is {seen}, as on record", evidence)


def _admin(_: Rule, subject: DeviceSubject) -> Finding:
    managed = subject.intent.management
    text = subject.records.get("noc") or ", ".join(map(str, (*managed.noc4, *managed.noc6)))
    prefixes = [ipaddress.ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip()]
    evidence = tuple(Evidence(str(one), "central.noc of programme.yaml") for one in prefixes)
    if not prefixes:
        return Finding("violation", "no prefix is named that management may come from", (Evidence("(none)", "plan"),))
    if len(prefixes) > MOST_NOC:
        return Finding("violation", f"management may come from {len(prefixes)} prefixes, at most {MOST_NOC}", evidence)
    wide = [one for one in prefixes if one.prefixlen < WIDEST[one.version]]
    if wide:
        most = f"at most a /{WIDEST[wide[0].version]}"
        return Finding("violation", f"management may come from {wide[0]}, {most}", (Evidence(str(wide[0]), "plan"),))
    return Finding("compliant", f"management may come from {len(prefixes)} named prefixes", evidence)


def _secrets(_: Rule, subject: ProgrammeSubject) -> Finding:
    files = {name: said for name, said in subject.records.items() if name.startswith("file ")}
    if not files:
        return Finding("unknown", "no file of secrets is there; `homeroom backup` and `homeroom apply` make one")
    wrong = {name: said for name, said in files.items() if said != "sealed"}
    evidence = tuple(Evidence(f"{name[5:]}: {said}", "project files") for name, said in (wrong or files).items())
    if wrong:
        name, said = next(iter(wrong.items()))
        return Finding("violation", f"{name[5:]} {said}", evidence)
    return Finding("compliant", f"{len(files)} files are sealed, and inventory/ holds no secret", evidence)


def _retention(_: Rule, subject: ProgrammeSubject) -> Finding:
    wrong: list[str] = []
    evidence: list[Evidence] = []
    for name, (least, most) in DAYS.items():
        days = subject.records.get(name)
        if not days:
            return Finding("unknown", f"{name} of services.yaml is not known; write it there")
        evidence.append(Evidence(f"{name}: {days} days, {least} to {most} wanted", "services.yaml"))
        if not least <= int(days) <= most:
            wrong.append(f"{name} is {days} days, {least} to {most} wanted")
    if wrong:
        return Finding("violation", "; ".join(wrong), tuple(evidence))
    return Finding("compliant", "logs stay as long as they must and no longer", tuple(evidence))


def _permits(_: Rule, subject: ProgrammeSubject) -> Finding:
    permits = {name[7:]: said for name, said in subject.records.items() if name.startswith("permit ")}
    if not permits:
        return Finding("unknown", "policy.yaml allows nothing between roles: is it the whole policy?")
    today = dt.datetime.fromtimestamp(subject.now, dt.UTC).date()
    wrong = [text for name, said in permits.items() for text in _permit(name, said, today)]
    if wrong:
        more = f"; {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return Finding("violation", f"{wrong[0]}{more}", tuple(Evidence(text, "policy.yaml") for text in wrong))
    evidence = tuple(Evidence(f"{name}: {said.replace('|', ', ')}", "policy.yaml") for name, said in permits.items())
    return Finding("compliant", f"{len(permits)} permits have reason, owner and a review date to come", evidence)


def _permit(name: str, said: str, today: dt.date) -> Iterator[str]:
    review, owner, reason = (part.strip() for part in said.split("|", 2))
    for what, text in (("reason", reason), ("owner", owner), ("review date", review)):
        if not text:
            yield f"{name} has no {what}"
    if review and dt.date.fromisoformat(review) < today:
        yield f"{name} was to be reviewed by {review}"


def _events(rule: Rule, subject: ProgrammeSubject) -> Finding:
    """Read who saw a refused name on the log servers: by design these keep such names to themselves."""
    said = subject.records.get("seen")
    remedy = "probe a blocked name, find its line on a log server, and write it into inventory/records.yaml"
    if not said:
        return Finding("unknown", f"nobody has written down that a refused name reached the log servers; {remedy}")
    day, who, text = said.split("|", 2)
    at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC).timestamp()
    stale = too_old("what was seen on the log servers", at, subject.now, rule.max_age_hours, "probe")
    if stale:
        return Finding("unknown", stale)
    evidence = (Evidence(text or "(nothing)", f"log server, seen by {who}", at),)
    if "rpz: applied [" not in text:
        return Finding("violation", f"{who} looked on {day}, and no refused name was there", evidence)
    return Finding("compliant", f"{who} saw a refused name on {day}", evidence)


def _waivers(_: Rule, subject: ProgrammeSubject) -> Finding:
    count = subject.records.get("waivers")
    if count is None:
        return Finding("unknown", "the waivers were not looked at")
    found = {name: said for name, said in subject.records.items() if name.startswith("waiver ")}
    wrong = {name: said for name, said in found.items() if not said.startswith("holds")}
    shown = [f"{name[7:]}: {said}" for name, said in (wrong or found).items()] or [count]
    evidence = tuple(Evidence(text, "inventory/waivers.yaml") for text in shown)
    if wrong:
        more = f" ({len(wrong)} of {len(found)} do not hold)" if len(wrong) > 1 else ""
        name, said = next(iter(wrong.items()))
        return Finding("violation", f"waiver {name[7:]}: {said}{more}", evidence)
    return Finding("compliant", f"{count}, all hold", evidence)


_OF_DEVICE: Final[Mapping[str, Callable[[Rule, DeviceSubject], Finding]]] = {
    "backup_age": _backup,
    "startup_saved": _startup,
    "serial_known": _serial,
    "admin_path": _admin,
}
_OF_PROGRAMME: Final[Mapping[str, Callable[[Rule, ProgrammeSubject], Finding]]] = {
    "secrets_sealed": _secrets,
    "retention": _retention,
    "permit_reasons": _permits,
    "block_events": _events,
    "waivers_hold": _waivers,
}
