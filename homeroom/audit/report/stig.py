"""Which DISA guide is for which devices, and one device's checklist as STIG Viewer 3 keeps it (CKLB, JSON).

We hold the numbers of DISA's requirements and our own words for what they ask; the texts and the revision of a
requirement (`SV-215823r961863`) stay DISA's, so `rule_id` stops before the revision. The severity is ours too.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from homeroom.audit.age import stamp
from homeroom.audit.bundle.model import RuleEntry, SubjectEntry, WaiverEntry
from homeroom.audit.report.words import visible
from homeroom.audit.rule import Severity, Stig
from homeroom.audit.verdict import Status, Verdict

GUIDES: Final[Sequence[tuple[str, frozenset[str], frozenset[str]]]] = (
    ("Cisco IOS-XE Router", frozenset({"ios"}), frozenset({"router"})),
    ("Cisco IOS-XE Switch", frozenset({"ios"}), frozenset({"switch"})),
    ("Arista MLS EOS", frozenset({"eos"}), frozenset({"router", "switch"})),
    ("Juniper Router", frozenset({"junos"}), frozenset({"router"})),
    ("Juniper SRX", frozenset({"junos"}), frozenset({"router"})),
    ("Juniper EX", frozenset({"junos"}), frozenset({"switch"})),
    ("WLAN", frozenset(), frozenset({"ap", "wlc"})),
)
"""How a benchmark's name begins, the platforms (none: any) and the kinds of device it is for."""
STATUS: Final[Mapping[Status, str]] = {
    "compliant": "not_a_finding",
    "violation": "open",
    "waived": "open",
    "not_applicable": "not_applicable",
    "unknown": "not_reviewed",
    "error": "not_reviewed",
}
SEVERITY: Final[Mapping[Severity, str]] = {"critical": "high", "high": "high", "medium": "medium", "low": "low"}
"""DISA knows three (CAT I to III)."""
MOST_KEPT: Final = 20_000
_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:homeroom:cklb").bytes
_RELEASE: Final = re.compile(r"(.*) V(\d+)R(\d+)")
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_NOTHING: Final = (
    "false_positives",
    "false_negatives",
    "security_override_guidance",
    "potential_impacts",
    "third_party_tools",
    "ia_controls",
    "responsibility",
    "mitigations",
    "mitigation_control",
)
"""Fields of a requirement that we say nothing in."""


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement that a rule tests: its JSON before and after what differs from device to device."""

    rule: str
    v: str
    benchmark: str
    head: str
    tail: str


def name(*key: str) -> str:
    """Return the UUID (version 5) of a key: the same whenever it is asked."""
    digest = hashlib.sha1(_SPACE + "\0".join(key).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def fits(benchmark: str, platform: str, kind: str) -> bool:
    """Tell whether a guide is for a device."""
    for start, platforms, kinds in GUIDES:
        if benchmark.startswith(start):
            return kind in kinds and (not platforms or platform in platforms)
    return False


class Checklists:
    """Writes checklists from the rules of one bundle."""

    def __init__(self, rules: Sequence[RuleEntry], waivers: Sequence[WaiverEntry], root: str) -> None:
        self._root = root
        self._items = [_item(rule, ref) for rule in rules for ref in rule.refs.stig]
        self._waivers = {(waiver.rule, waiver.ticket): waiver for waiver in waivers}
        self._chosen: dict[tuple[str, str], Mapping[str, Sequence[Item]]] = {}
        self._said: dict[tuple[Status, str, str, tuple[str, ...]], str] = {}

    def of(self, entry: SubjectEntry) -> str:
        """Return one device's checklist; empty when no requirement is for it."""
        guides = self._guides(entry.platform, entry.kind)
        verdicts = {verdict.rule: verdict for verdict in entry.verdicts}
        stigs = [self._stig(entry, guide, items, verdicts) for guide, items in guides.items()]
        if not stigs:
            return ""
        head = {"title": visible(entry.device), "id": name(self._root, entry.device)}
        tail = {"active": True, "mode": 2, "has_path": False, "target_data": _target(entry, self._root)}
        return f'{_dumps(head)[:-1]},"stigs":[{",".join(stigs)}],{_dumps(tail | {"cklb_version": "1.0"})[1:]}\n'

    def _guides(self, platform: str, kind: str) -> Mapping[str, Sequence[Item]]:
        """Return what is for devices like this, by guide."""
        known = self._chosen.get((platform, kind))
        if known is None:
            found: dict[str, list[Item]] = {}
            for item in self._items:
                if fits(item.benchmark, platform, kind):
                    found.setdefault(item.benchmark, []).append(item)
            known = self._chosen[platform, kind] = found
        return known

    def _stig(self, entry: SubjectEntry, guide: str, items: Sequence[Item], verdicts: Mapping[str, Verdict]) -> str:
        release = _RELEASE.fullmatch(guide)
        own = name(guide)
        head = {
            "stig_name": guide,
            "display_name": release[1] if release else guide,
            "stig_id": "_".join((release[1] if release else guide).split()),
            "release_info": f"Release: {release[3]}" if release else "",
            "version": release[2] if release else "",
            "uuid": own,
            "reference_identifier": "",
            "size": len(items),
        }
        rules = ",".join(
            f'{item.head}"uuid":"{name(self._root, entry.device, item.v)}","stig_uuid":"{own}",'
            f"{self._result(verdicts.get(item.rule))}{item.tail}"
            for item in items
        )
        return f'{_dumps(head)[:-1]},"rules":[{rules}]}}'

    def _result(self, verdict: Verdict | None) -> str:
        """Return what differs: status, comments, details; of a rule that was not judged here: not reviewed."""
        if verdict is None:
            return (
                '"status":"not_reviewed","overrides":{},"comments":"Not judged on this device.","finding_details":"",'
            )
        key = (verdict.status, verdict.waiver, verdict.summary, tuple(piece.text for piece in verdict.evidence))
        said = self._said.get(key)
        if said is None:
            if len(self._said) >= MOST_KEPT:
                self._said.clear()
            waiver = self._waivers.get((verdict.rule, verdict.waiver)) if verdict.status == "waived" else None
            own: dict[str, Any] = {
                "status": STATUS[verdict.status],
                "overrides": {},
                "comments": visible(_comments(verdict, waiver)),
            }
            details = "\n".join((verdict.summary, *(piece.text for piece in verdict.evidence)))
            said = self._said[key] = f'{_dumps(own)[1:-1]},"finding_details":{_dumps(visible(details))[:-1]}'
        first = verdict.evidence[0] if verdict.evidence else None
        return f'{said}{_origin(first.source, first.at) if first else ""}",'


def _item(rule: RuleEntry, ref: Stig) -> Item:
    number = ref.v.removeprefix("V-")
    srg = rule.refs.srg[0] if rule.refs.srg else ""
    group = {"id": ref.v, "title": srg, "description": ""}
    relation = "" if ref.relation == "exact" else " (related: the rule asks for less, or for more)"
    head: dict[str, Any] = {
        "group_id_src": ref.v,
        "group_tree": [group],
        "group_id": ref.v,
        "severity": SEVERITY[rule.severity],
        "group_title": srg,
        "rule_id_src": f"SV-{number}",
        "rule_id": f"SV-{number}",
        "rule_version": ref.id,
        "rule_title": f"{rule.id} {rule.title}{relation}",
        "fix_text": rule.fix,
        "weight": "10.0",
        "check_content": f"Judged by {rule.id}, version {rule.version}.",
        "check_content_ref": {"href": rule.id, "name": "M"},
        "classification": "Unclassified",
        "discussion": rule.why,
        **dict.fromkeys(_NOTHING, ""),
        "documentable": "false",
        "legacy_ids": [],
        "ccis": [],
        "reference_identifier": "",
    }
    return Item(rule.id, ref.v, ref.benchmark, f"{_dumps(head)[:-1]},", f'"srg_id":{_dumps(srg)}}}')


def _comments(verdict: Verdict, waiver: WaiverEntry | None) -> str:
    """Say what stands beside the status; an accepted violation stays open, and says who accepted it."""
    if verdict.status != "waived":
        return ""
    if waiver is None:
        return f"Waived: {verdict.waiver}."
    instead = f" Instead: {waiver.compensating}." if waiver.compensating else ""
    people = f"asked by {waiver.requested_by}, approved by {waiver.approved_by}"
    return f"Waived ({waiver.ticket}) until {waiver.expires}, {people}: {waiver.reason}{instead}"


@lru_cache(maxsize=4096)
def _origin(source: str, at: float) -> str:
    """Return a last line, as the inside of a JSON string: whence the evidence is, and of when."""
    return _dumps(visible(f"\n{source}{f', read {stamp(at)}' if at else ''}"))[1:-1]


def _target(entry: SubjectEntry, root: str) -> Mapping[str, Any]:
    said = {"model": entry.model, "serial": entry.serial, "software": entry.software, "site": entry.site}
    words = [f"{key}: {value}" for key, value in said.items() if value]
    return {
        "target_type": "Computing",
        "host_name": visible(entry.device),
        "ip_address": "",
        "mac_address": "",
        "fqdn": "",
        "comments": visible("; ".join([*words, f"root of the evidence: {root}"])),
        "role": "None",
        "is_web_database": False,
        "technology_area": "Other Review" if entry.kind == "wlc" else "Internal Network",
        "web_db_site": "",
        "web_db_instance": "",
        "classification": None,
    }
