"""STIG checklists: one target a file, the fields of STIG Viewer 3, and no accepted violation that looks closed."""

import dataclasses
import json
import re
import zipfile

import bundles
import pytest

from homeroom.audit.bundle.model import RuleEntry, SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import cklb
from homeroom.audit.report.stig import STATUS, fits
from homeroom.audit.rule import Refs, Stig
from homeroom.audit.verdict import STATUSES
from homeroom.errors import UsageError

DOCUMENT = ["title", "id", "stigs", "active", "mode", "has_path", "target_data", "cklb_version"]
TARGET = [
    "target_type", "host_name", "ip_address", "mac_address", "fqdn", "comments", "role", "is_web_database",
    "technology_area", "web_db_site", "web_db_instance", "classification",
]  # fmt: skip
STIG = [
    "stig_name",
    "display_name",
    "stig_id",
    "release_info",
    "version",
    "uuid",
    "reference_identifier",
    "size",
    "rules",
]
RULE = {
    "group_id_src", "group_tree", "group_id", "severity", "group_title", "rule_id_src", "rule_id", "rule_version",
    "rule_title", "fix_text", "weight", "check_content", "check_content_ref", "classification", "discussion",
    "false_positives", "false_negatives", "documentable", "security_override_guidance", "potential_impacts",
    "third_party_tools", "ia_controls", "responsibility", "mitigations", "mitigation_control", "legacy_ids", "ccis",
    "reference_identifier", "uuid", "stig_uuid", "status", "overrides", "comments", "finding_details", "srg_id",
}  # fmt: skip
"""What STIG Viewer 3 itself writes."""
GUIDE = "Cisco IOS-XE Router NDM V3R4"


@pytest.fixture
def bundle(tmp_path):
    """Twelve devices; every rule has the requirement of one guide for routers of IOS-XE and one for Arista."""
    rules = [
        RuleEntry(r.id, r.version, r.title, r.severity, r.why, r.fix, r.scope, refs(n))
        for n, r in enumerate(bundles.RULES)
    ]
    waivers = [dataclasses.replace(bundles.WAIVERS[0], rule=rule.id) for rule in rules]
    path = bundles.write(tmp_path / "b", bundles.header(30, 4), bundles.subjects(4, 30), rules=rules, waivers=waivers)
    return Bundle.open(path)


def refs(number):
    stigs = (
        Stig(GUIDE, f"V-2158{number:02}", "CISC-ND-000470"),
        Stig("Arista MLS EOS NDM V2R2", f"V-2559{number:02}", "ARST-ND-1"),
    )
    return Refs(srg=("SRG-APP-000190-NDM-000267",), stig=stigs)


def read(path):
    """Name in the ZIP -> the checklist."""
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        return {name: json.loads(packed.read(name)) for name in packed.namelist()}


def rules(checklist):
    return [rule for stig in checklist["stigs"] for rule in stig["rules"]]


def test_a_checklist_has_the_fields_of_stig_viewer(bundle, tmp_path):
    found = read(cklb.write(bundle, tmp_path / "a.zip"))
    assert found
    for checklist in found.values():
        assert list(checklist) == DOCUMENT
        assert list(checklist["target_data"]) == TARGET
        assert checklist["cklb_version"] == "1.0"
        for stig in checklist["stigs"]:
            assert list(stig) == STIG
            assert stig["size"] == len(stig["rules"]) > 0
            for rule in stig["rules"]:
                assert set(rule) == RULE
                assert rule["stig_uuid"] == stig["uuid"]
                assert re.fullmatch(r"V-\d+", rule["group_id"])
                assert rule["rule_id"] == rule["group_id"].replace("V-", "SV-")


def test_every_device_that_a_guide_is_for_has_a_file_in_its_platforms_folder(bundle, tmp_path):
    found = read(cklb.write(bundle, tmp_path / "a.zip"))
    expected = {
        f"{e.platform}/{e.device}.cklb"
        for e in bundle.subjects()
        if (e.platform, e.kind) in {("ios", "router"), ("eos", "router"), ("eos", "switch")}
    }
    assert set(found) == expected
    for name, checklist in found.items():
        assert {s["stig_name"] for s in checklist["stigs"]} == {
            GUIDE if name.startswith("ios/") else "Arista MLS EOS NDM V2R2"
        }


def test_each_status_is_told_as_the_viewer_knows_it(bundle, tmp_path):
    found = read(cklb.write(bundle, tmp_path / "a.zip"))
    seen = set()
    for entry in bundle.subjects():
        checklist = found.get(f"{entry.platform}/{entry.device}.cklb")
        if checklist is None:
            continue
        by_title = {rule["rule_title"].split()[0]: rule for rule in rules(checklist)}
        for verdict in entry.verdicts:
            rule = by_title.pop(verdict.rule)
            assert rule["status"] == STATUS[verdict.status]
            assert verdict.summary.split()[0] in rule["finding_details"]
            seen.add(verdict.status)
        assert {rule["status"] for rule in by_title.values()} == {"not_reviewed"}  # rules on sites and the programme
    assert seen == set(STATUSES)
    assert {s for s, told in STATUS.items() if told == "not_a_finding"} == {"compliant"}


def test_an_accepted_violation_stays_open_and_says_who_accepted_it(bundle, tmp_path):
    found = read(cklb.write(bundle, tmp_path / "a.zip"))
    waived = [r for c in found.values() for r in rules(c) if r["comments"].startswith("Waived (TCK-17)")]
    assert waived
    assert {rule["status"] for rule in waived} == {"open"}
    assert all("Juan Pérez" in rule["comments"] and "2027-05-31" in rule["comments"] for rule in waived)
    assert all("\u202e" not in json.dumps(rule, ensure_ascii=False) for rule in waived)


def test_devices_are_chosen_by_name_and_one_of_them_may_be_a_plain_file(bundle, tmp_path):
    names = sorted(read(cklb.write(bundle, tmp_path / "a.zip")))
    chosen = names[0].partition("/")[2].removesuffix(".cklb")
    assert list(read(cklb.write(bundle, tmp_path / "b.zip", devices=[chosen]))) == [names[0]]
    one = cklb.write(bundle, tmp_path / "one.cklb", devices=[chosen])
    assert json.loads(one.read_text(encoding="utf-8"))["target_data"]["host_name"] == chosen


@pytest.mark.parametrize(
    ("name", "devices", "says"),
    [
        ("a.cklb", [], "more than one device"),
        ("a.cklb", ["nobody"], "no device has one"),
        ("a.zip", ["nobody"], "no checklist"),
    ],
)
def test_what_cannot_be_one_file_or_any_is_said_and_nothing_is_left(name, devices, says, bundle, tmp_path):
    with pytest.raises(UsageError, match=says):
        cklb.write(bundle, tmp_path / name, devices=devices)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_hostile_name_stays_in_its_folder_and_keeps_its_own_file(tmp_path):
    rule = RuleEntry("AAA-01", 1, "t", "low", "w", "f", "device", refs(0))
    names = ("../../etc/x", "..-etc-x", ".._.._etc_x")
    entries = []
    for number, name in enumerate(names):
        who = (name, "s", "PY-1")
        entries.append(_entry(who, bundles.verdict(rule, "compliant", who), number))
    path = bundles.write(tmp_path / "b", bundles.header(3, 1), entries, rules=[rule], waivers=())
    found = read(cklb.write(Bundle.open(path), tmp_path / "a.zip"))
    assert len(found) == 3
    assert all(re.fullmatch(r"ios/[A-Za-z0-9_-][A-Za-z0-9._-]*\.cklb", name) for name in found)
    assert {checklist["title"] for checklist in found.values()} == set(names)


def _entry(who, verdict, number):
    return SubjectEntry(*who, (verdict,), platform="ios", kind="router", serial=f"S{number}")


def test_the_same_bundle_gives_the_same_bytes(bundle, tmp_path):
    one, other = (cklb.write(bundle, tmp_path / f"{name}.zip") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("benchmark", "platform", "kind", "answer"),
    [
        (GUIDE, "ios", "router", True),
        (GUIDE, "ios", "switch", False),
        (GUIDE, "eos", "router", False),
        ("Cisco IOS-XE Switch L2S V3R1", "ios", "switch", True),
        ("WLAN AP V7R2", "openwrt", "ap", True),
        ("WLAN AP V7R2", "ios", "router", False),
        ("Infrastructure Policy V10R7", "ios", "router", False),
    ],
)
def test_a_guide_is_for_its_platform_and_kind_only(benchmark, platform, kind, answer):
    assert fits(benchmark, platform, kind) is answer
