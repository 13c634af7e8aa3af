"""Every word that the funnel says, in one table a language; another language is another table with the same keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from homeroom.snmp.ask.show import shown

Words: TypeAlias = Mapping[str, str]
MOST_NAMED: Final = 5
"""Things that a sentence names; how many more there are is said."""
_SHOWN: Final = 60
"""Characters of a text that a device or a person gave."""

ENGLISH: Final[Words] = {
    # steps
    "contracted": "contracted",
    "installed": "installed",
    "reachable": "reachable",
    "ssids": "SSIDs up",
    "clients": "clients seen",
    "speed": "speed at least {share} % of contract",
    "compliant": "compliant",
    # who is responsible for a step
    "contracts": "contracts office",
    "installer": "installer",
    "engineer": "network engineer",
    "school": "school",
    "provider": "Internet provider",
    "auditor": "auditor",
    # answers
    "yes": "yes",
    "no": "no",
    "unknown": "unknown",
    # where a figure is from
    "from_facts": "schools.csv",
    "from_plan": "plan",
    "from_snmp": "SNMP",
    "from_snmp_and_journal": "SNMP, journal of changes",
    "from_status": "SNMP status",
    "from_two": "SNMP status and a second source",
    "from_samples": "SNMP, clients over time",
    "from_speeds": "speed measurements",
    "from_audit": "audit",
    # programme states
    "connected": "connected",
    "pipeline": "in the pipeline",
    "hard_to_reach": "hard to reach",
    "not_planned": "not planned",
    # what was found, or is missing
    "nothing_planned": "no device is planned: the site is {state}",
    "contract_is": "{mbps} Mbit/s, {link}",
    "contract_unsaid": "is connected, but nobody entered download_speed_contracted in schools.csv",
    "contract_missing": "no contract is entered; the site is {state}",
    "installed_all": "all {count} planned devices are there",
    "installed_other": "another model than planned: {names}",
    "installed_unseen": "{missing} of {count} devices never seen: {names}",
    "other_model": "{device} says {said}, planned is {planned}",
    "router_unplanned": "no router is planned",
    "router_unasked": "{router} was never asked; run `homeroom poll`",
    "router_stale": "{router} was last asked on {when}; run `homeroom poll`",
    "router_silent": "{router} does not answer since {since}: switched off, or cut off ({reason})",
    "router_down": "{router} is down since {since}: two sources agree",
    "reached_all": "the router and all other devices answer: {count} of {count}",
    "reached_most": "the router and {answer} of {count} devices answer; silent or not asked: {names}",
    "reached_few": "only {answer} of {count} devices answer; silent: {names}",
    "reached_unasked": "{answer} of {count} devices answer; not asked of late: {names}",
    "ssids_equal": "{ssids} on all {count} access points",
    "ssids_unplanned": "no SSID is planned",
    "ssids_no_ap": "no access point is planned",
    "ssids_differ": "{names}",
    "ssid_missing": "{device} lacks {ssids}",
    "ssid_extra": "{device} also sends {ssids}, which nobody planned",
    "ssids_unsaid": "{missing} of {count} access points did not say their SSIDs of late: {names}",
    "clients_are": "{devices} devices had clients, up to {most} on one",
    "clients_none": "nobody was connected on {days}",
    "clients_unasked": "no count of clients from {days}",
    "speed_enough": "median {median} Mbit/s of {contracted}, {tests} tests",
    "speed_low": "median {median} Mbit/s of {contracted} contracted, {tests} tests",
    "speed_untested": "nobody measured in {days} days; `homeroom speeds import` takes measurements",
    "speed_no_contract": "measured, but nobody entered the contracted speed",
    "audit_clean": "no open violation; {waived} waived",
    "audit_violated": "{count} open violations: {names}",
    "audit_undecided": "{count} verdicts are unknown or an error: see the audit's report",
    "audit_never": "never audited as a whole; run `homeroom audit`",
    "audit_stale": "last audited on {when}; run `homeroom audit`",
    # lists
    "and_more": "{names} and {count} more",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence before it is put into a language: its key, and what stands in it."""

    key: str
    values: Mapping[str, str | int | Phrase] = field(default_factory=dict[str, "str | int | Phrase"])
    items: tuple[Phrase | str, ...] = ()
    """What `{names}` lists."""

    def text(self, words: Words = ENGLISH) -> str:
        """Say it; what a device or a person gave is shown harmlessly and cut."""
        values = {name: _said(value, words) for name, value in self.values.items()}
        if self.items:
            values["names"] = listed([_said(item, words) for item in self.items], words)
        return words[self.key].format(**values)


def listed(items: Iterable[str], words: Words = ENGLISH) -> str:
    """Join the first items, and say how many more there are."""
    every = list(items)
    first = ", ".join(every[:MOST_NAMED])
    more = len(every) - MOST_NAMED
    return first if more <= 0 else words["and_more"].format(names=first, count=more)


def _said(value: str | int | Phrase, words: Words) -> str:
    if isinstance(value, Phrase):
        return value.text(words)
    return shown(value, _SHOWN) if isinstance(value, str) else f"{value:,}"
