"""What each step of the funnel observes, one function a step: pure, and never yes for what nobody knows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from homeroom.observe.funnel_facts import DAY, DeviceFacts, SiteFacts
from homeroom.observe.funnel_words import Phrase, listed
from homeroom.store.milestones import Answer

ENOUGH_DEVICES: Final = 90
"""Percent of a site's devices that must answer, its router among them."""
_WORD: Final = r"(?<![\w-]){}(?![\w-])"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step found. `source`: the word for where it is from; `at`: of when the newest fact is, 0: there is none.

    `since`: when what was found began, where the facts say so.
    """

    verdict: Answer
    said: Phrase
    source: str
    at: float = 0.0
    since: float | None = None


def contracted(facts: SiteFacts) -> Outcome:
    """Tell whether a line is contracted, by what people entered."""
    site = facts.site
    if site.mbps:
        return Outcome("yes", Phrase("contract_is", {"mbps": f"{site.mbps:g}", "link": site.link}), "from_facts")
    if site.state == "connected":
        return Outcome("unknown", Phrase("contract_unsaid"), "from_facts")
    return Outcome("no", Phrase("contract_missing", {"state": Phrase(site.state)}), "from_facts")


def nothing(facts: SiteFacts) -> Outcome:
    """Say that a site has no device that could be observed."""
    return Outcome("no", Phrase("nothing_planned", {"state": Phrase(facts.site.state)}), "from_plan")


def installed(facts: SiteFacts) -> Outcome:
    """Tell whether every planned device is there: it says to be the planned model, or it kept our configuration."""
    count, source = len(facts.devices), "from_snmp_and_journal"
    others = [device for device in facts.devices if not device.confirmed and device.model and not as_planned(device)]
    seen = [seen_at(device) for device in facts.devices]
    at = max(last for _, last in seen)
    if others:
        return Outcome("no", Phrase("installed_other", items=tuple(map(_other, others))), source, at)
    unseen = [device.name for device, (first, _) in zip(facts.devices, seen, strict=True) if not first]
    if unseen:
        values = {"missing": len(unseen), "count": count}
        return Outcome("unknown", Phrase("installed_unseen", values, tuple(unseen)), source, at)
    since = max(first for first, _ in seen)
    return Outcome("yes", Phrase("installed_all", {"count": count}), source, at, since)


def as_planned(device: DeviceFacts) -> bool:
    """Tell whether a device says to be the planned model: that name alone, or as one word among others."""
    said = device.model.value if device.model else ""
    return said == device.planned or bool(re.search(_WORD.format(re.escape(device.planned)), said, re.IGNORECASE))


def seen_at(device: DeviceFacts) -> tuple[float, float]:
    """Return when a device was first and last proved to be the planned one (epoch); 0: never."""
    spans = [(device.model.since, device.model.at)] if device.model and as_planned(device) else []
    spans += [(device.confirmed, device.confirmed)] if device.confirmed else []
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else (0.0, 0.0)


def _other(device: DeviceFacts) -> Phrase:
    said = device.model.value if device.model else ""
    return Phrase("other_model", {"device": device.name, "said": said, "planned": device.planned})


def reachable(facts: SiteFacts) -> Outcome:
    """Tell whether the router answers, and nearly all the others; its silence alone is no proof that it is down."""
    router = next((device for device in facts.devices if device.kind == "router"), None)
    if router is None:
        return Outcome("no", Phrase("router_unplanned"), "from_plan")
    status = router.status
    if status is None:
        return Outcome("unknown", Phrase("router_unasked", {"router": router.name}), "from_status")
    if _old(status.at, facts, facts.ages.status):
        values = {"router": router.name, "when": day(status.at, facts.zone)}
        return Outcome("unknown", Phrase("router_stale", values), "from_status", status.at)
    if not status.reachable:
        return _silent(router, facts)
    return _share(facts, router)


def _silent(router: DeviceFacts, facts: SiteFacts) -> Outcome:
    """Judge a router that does not answer."""
    status = router.status
    assert status is not None  # noqa: S101  # only asked of a router that has one
    if router.down is not None:
        values = {"router": router.name, "since": moment(router.down, facts.zone)}
        return Outcome("no", Phrase("router_down", values), "from_two", status.at, router.down)
    since = {"since": moment(status.since, facts.zone)}
    values = {"router": router.name, "reason": status.reason, **since}
    return Outcome("unknown", Phrase("router_silent", values), "from_status", status.at, status.since)


def _share(facts: SiteFacts, router: DeviceFacts) -> Outcome:
    """Judge the other devices, where the router answers."""
    words: dict[str, bool] = {}
    for device in facts.devices:
        if device.status and not _old(device.status.at, facts, facts.ages.status):
            words[device.name] = device.status.reachable
    count, answer = len(facts.devices), sum(words.values())
    silent = tuple(name for name, answers in words.items() if not answers)
    unasked = tuple(device.name for device in facts.devices if device.name not in words)
    values = {"answer": answer, "count": count}
    at = router.status.at if router.status else 0.0
    if answer * 100 >= ENOUGH_DEVICES * count:
        since = router.status.since if router.status else None
        rest = (*silent, *unasked)
        said = Phrase("reached_most", values, rest) if rest else Phrase("reached_all", values)
        return Outcome("yes", said, "from_status", at, since)
    if (count - len(silent)) * 100 >= ENOUGH_DEVICES * count:
        return Outcome("unknown", Phrase("reached_unasked", values, unasked), "from_status", at)
    return Outcome("no", Phrase("reached_few", values, silent), "from_status", at)


def ssids_up(facts: SiteFacts) -> Outcome:
    """Tell whether every access point, or the controller that speaks for them, sends the planned SSIDs and no other."""
    points = [device for device in facts.devices if device.kind == "ap"]
    controllers = [device for device in facts.devices if device.kind == "wlc"]
    if facts.ssids and not points:
        return Outcome("no", Phrase("ssids_no_ap"), "from_plan")
    fresh = {d.name for d in facts.devices if d.air and not _old(d.air.at, facts, facts.ages.ssids)}
    asked = [d for d in (*controllers, *points) if d.name in fresh or not controllers or d.kind == "wlc"]
    wrong = tuple(one for device in asked if device.name in fresh for one in _differs(device, facts.ssids))
    airs = [device.air for device in asked if device.air]
    at = max((air.at for air in airs), default=0.0)
    if wrong:
        return Outcome("no", Phrase("ssids_differ", items=wrong), "from_snmp", at)
    if not facts.ssids:
        return Outcome("yes", Phrase("ssids_unplanned"), "from_plan")
    unsaid = tuple(device.name for device in asked if device.name not in fresh)
    if unsaid:
        said = Phrase("ssids_unsaid", {"missing": len(unsaid), "count": len(asked)}, unsaid)
        return Outcome("unknown", said, "from_snmp", at)
    said = Phrase("ssids_equal", {"ssids": listed(sorted(facts.ssids)), "count": len(points)})
    return Outcome("yes", said, "from_snmp", at, max(air.since for air in airs))


def _differs(device: DeviceFacts, planned: frozenset[str]) -> Sequence[Phrase]:
    names = device.air.names if device.air else frozenset[str]()
    missing, extra = sorted(planned - names), sorted(names - planned)
    found = [Phrase("ssid_missing", {"device": device.name, "ssids": listed(missing)})] if missing else []
    return [*found, Phrase("ssid_extra", {"device": device.name, "ssids": listed(extra)})] if extra else found


def clients_seen(facts: SiteFacts) -> Outcome:
    """Tell whether anybody was connected on the last school day, or has been today."""
    found = facts.clients
    if found is None:
        return Outcome("unknown", Phrase("clients_unasked", {"days": facts.days}), "from_samples")
    if not found.most:
        return Outcome("no", Phrase("clients_none", {"days": facts.days}), "from_samples")
    said = Phrase("clients_are", {"devices": found.devices, "most": found.most})
    return Outcome("yes", said, "from_samples", found.at)


def fast_enough(facts: SiteFacts) -> Outcome:
    """Tell whether the line gives enough of what is contracted; of several schools on it the worst decides."""
    tested = [one for one in facts.speeds if one.median is not None]
    verdicts = {one.verdict for one in tested}
    if not tested:
        days = int(facts.ages.speeds // DAY)
        return Outcome("unknown", Phrase("speed_untested", {"days": days}), "from_speeds")
    judged = [one for one in tested if one.contracted]
    if not judged:
        return Outcome("unknown", Phrase("speed_no_contract"), "from_speeds", facts.measured)
    worst = min(judged, key=lambda one: (one.median or 0.0) / (one.contracted or 1.0))
    figures: dict[str, str | int | Phrase] = {"tests": worst.tests, "median": f"{worst.median or 0.0:.1f}"}
    figures["contracted"] = f"{worst.contracted:g}"
    if "violation" in verdicts:
        return Outcome("no", Phrase("speed_low", figures), "from_speeds", facts.measured)
    return Outcome("yes", Phrase("speed_enough", figures), "from_speeds", facts.measured)


def compliant(facts: SiteFacts) -> Outcome:
    """Tell whether the last audit of the whole site left no violation open, and nothing undecided."""
    last = facts.audited
    if last is None:
        return Outcome("unknown", Phrase("audit_never"), "from_audit")
    if _old(last.at, facts, facts.ages.audit):
        said = Phrase("audit_stale", {"when": day(last.at, facts.zone)})
        return Outcome("unknown", said, "from_audit", last.at)
    if last.violations:
        said = Phrase("audit_violated", {"count": last.violations}, last.rules or ("?",))
        return Outcome("no", said, "from_audit", last.at)
    if last.undecided:
        return Outcome("unknown", Phrase("audit_undecided", {"count": last.undecided}), "from_audit", last.at)
    return Outcome("yes", Phrase("audit_clean", {"waived": last.waived}), "from_audit", last.at)


def _old(at: float, facts: SiteFacts, most: float) -> bool:
    return facts.now - at > most


def moment(at: float, zone: ZoneInfo) -> str:
    """Write a time as people there do, to the minute."""
    return dt.datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M")


def day(at: float, zone: ZoneInfo) -> str:
    """Write the day of a time there."""
    return dt.datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d")
