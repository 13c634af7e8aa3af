"""Signed bundles made by hand: every status, hostile names, waivers, five platforms, a few sites."""

from __future__ import annotations

import hashlib

from homeroom.audit.bundle.keys import Signer
from homeroom.audit.bundle.model import (
    Header,
    Region,
    RuleEntry,
    SourceEntry,
    SubjectEntry,
    UnreachedEntry,
    WaiverEntry,
)
from homeroom.audit.bundle.records import FORMAT
from homeroom.audit.bundle.write import BundleWriter
from homeroom.audit.rule import Refs, Stig
from homeroom.audit.verdict import Evidence, Verdict

SIGNER = Signer(bytes(range(32)))
OTHER = Signer(bytes(range(1, 33)))
AT = 1_800_000_000.0
SINCE = AT - 30 * 86400.0
FIRST = AT - 90 * 86400.0
HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202e=cmd|calc]]>"
PLATFORMS = ("ios", "eos", "junos", "openwrt", "ros")
STATUSES = ("compliant", "violation", "waived", "not_applicable", "unknown", "error")
SHA = hashlib.sha256(b"a configuration").hexdigest()
CONFIG = "running configuration"
REFS = Refs(
    srg=("SRG-APP-000190-NDM-000267",),
    stig=(
        Stig("Cisco IOS-XE Router NDM V3R4", "V-215823", "CISC-ND-000470"),
        Stig("Arista MLS EOS NDM V2R2", "V-255955", "ARST-ND-000340", "related"),
    ),
    nist=("AC-12", "SC-10"),
    dfe=("DFE-CY-4",),
    cipa=("47 CFR 54.520(c)(1)",),
    other=("Ministry order 12/2026",),
)
RULES = (
    RuleEntry(
        "MGT-01", 1, "Only SSH version 2", "critical", "Telnet shows passwords.", "ip ssh version 2", "device", REFS
    ),
    RuleEntry(
        "LOG-02", 3, "Events go to the NOC", "high", "Who did it?", "logging host NOC", "device", Refs(), ("2.2.1",)
    ),
    RuleEntry(
        "L2-05", 1, "Unused ports are shut", "medium", "Anyone plugs in.", "shutdown", "device", Refs(nist=("CM-7",))
    ),
    RuleEntry(
        "SNM-01", 1, "SNMPv3 only", "high", f"Why {HOSTILE}", f"Fix {HOSTILE}", "device", Refs(dfe=("DFE-NS-3",))
    ),
    RuleEntry("OPS-01", 2, "The name is the plan's", "low", "One name, one device.", "hostname NAME", "device", REFS),
    RuleEntry(
        "SEG-01", 1, "Pupils do not reach staff", "critical", "Marks.", "permit less", "site", Refs(cipa=("54.520",))
    ),
    RuleEntry(
        "LOG-09", 1, "Logs are kept as long as the law says", "medium", "Children.", "set days", "programme", Refs()
    ),
)
WAIVERS = (
    WaiverEntry(
        "SNM-01", 1, "region PY-ASU", f"Old camera {HOSTILE}", "ACL on the port", "Ana Ruiz", "Juan Pérez",
        "2026-06-01", "2027-05-31", "TCK-17", standing=False,
    ),
    WaiverEntry(
        "OPS-01", 2, "device py-2-*", "National naming decree", "", "Ana Ruiz", "Ministry", "2026-01-01", "2026-12-31",
        "DEC-2", standing=True, problem="expired on 2026-12-31",
    ),
)  # fmt: skip
REGIONS = (Region("PY-ASU", "Asunción"), Region("PY-1", f"Concepción {HOSTILE}"))
_SAID = {
    "compliant": ("has 'ip ssh version 2'", "ip ssh version 2"),
    "violation": ("no line says so", "(no such line)"),
    "waived": ("SNMPv2 answers", f"snmp-server community {HOSTILE} RO"),
    "not_applicable": ("has no access ports", ""),
    "unknown": ("no running configuration is stored; run `homeroom backup`", ""),
    "error": (f"the check itself failed: {HOSTILE}", "Traceback\nValueError: x"),
}


def header(devices, sites, **changes):
    """The title block of such a bundle; `changes` replace fields of it."""
    given = {
        "format": FORMAT, "programme": "py", "name": f"Escuelas Conectadas {HOSTILE}", "country": "PY",
        "language": "es", "scope": "the whole programme", "basis": "Nothing here is hardware.", "at": AT,
        "devices": devices, "sites": sites, "schools": sites + 1, "tool": "Homeroom 0.1.0",
        "command": "homeroom audit", "previous": "", "rules": hashlib.sha256(b"rules").hexdigest(),
        "key": SIGNER.public_hex,
    }  # fmt: skip
    return Header(**(given | changes))


def verdict(rule, status, entry, *, summary="", text=None, source=CONFIG):
    """A verdict of `rule` (an entry) on the device, site, region of `entry`."""
    said, shown = _SAID[status]
    shown = shown if text is None else text
    raw = "violation" if status == "waived" else status
    found = (Evidence(shown, source, AT - 3600.0, SHA if source == CONFIG else ""),) if shown else ()
    ticket = "TCK-17" if status == "waived" else ""
    return Verdict(
        rule.id, rule.severity, *entry, status, summary or said, found, raw, waiver=ticket, since=SINCE, first=FIRST
    )


def device(number, site, region, rules=RULES):
    """One device: each rule has another status, in turn, so that every status occurs with every rule."""
    platform = PLATFORMS[number % len(PLATFORMS)]
    who = (f"{site}-r{number}", site, region)
    verdicts = [
        verdict(rule, STATUSES[(number + place) % len(STATUSES)], who)
        for place, rule in enumerate(rule for rule in rules if rule.scope == "device")
    ]
    mend = {one.rule: "no snmp-server community x\nip ssh version 2" for one in verdicts if one.raw == "violation"}
    return SubjectEntry(
        *who,
        tuple(verdicts),
        (SourceEntry(CONFIG, AT - 3600.0, SHA), SourceEntry("SNMP system.name", AT - 60.0)),
        platform=platform,
        kind=("router", "switch", "ap")[number % 3],
        model=f"model {platform}",
        serial=f"FX{number:06}",
        software=f"17.{number}.1 {HOSTILE}" if number == 1 else f"17.{number}.1",
        mend=mend,
    )


def site(number, region, rules=RULES):
    """One site: judged by the rules on sites."""
    name = f"00-{number:04}"
    packet = "pupils 10.0.10.7 -> staff 10.0.20.9 tcp 445"
    status = ("compliant", "violation", "unknown")[number % 3]
    verdicts = tuple(
        verdict(rule, status, ("", name, region), text=packet if status != "unknown" else "", source="proof")
        for rule in rules
        if rule.scope == "site"
    )
    latitude, longitude = -25.3 + number % 7 * 0.01, -57.6 + number % 11 * 0.01
    shown = f"Escuela {HOSTILE}" if number == 1 else f"Escuela N° {number}"
    return SubjectEntry("", name, region, verdicts, name=shown, latitude=latitude, longitude=longitude)


def subjects(sites=4, devices=12):
    """Sites, then devices (dealt over the sites in turn), then the programme."""
    for number in range(1, sites + 1):
        yield site(number, REGIONS[number % len(REGIONS)].id)
    for number in range(devices):
        home = number % sites + 1
        yield device(number, f"00-{home:04}", REGIONS[home % len(REGIONS)].id)
    whole = ("", "", "")
    last = RULES[-1]
    yield SubjectEntry(*whole, (verdict(last, "compliant", whole, text="90 days", source="services.yaml"),))


def write(path, title, entries, *, rules=RULES, waivers=WAIVERS, unreached=(), signer=SIGNER, conceal=str):
    """Write a bundle of these entries and return where it is."""
    writer = BundleWriter(path, title, signer, conceal)
    try:
        for rule in rules:
            writer.rule(rule)
        for waiver in waivers:
            writer.waiver(waiver)
        for region in REGIONS:
            writer.region(region)
        for missed in unreached:
            writer.unreached(missed)
        for entry in entries:
            writer.subject(entry)
        writer.close()
    except BaseException:
        writer.discard()
        raise
    return path


def small(tmp_path, *, sites=4, devices=12, name="audit.homeroom", **changes):
    """A signed bundle; `changes` replace fields of its header."""
    missed = (
        UnreachedEntry("00-0002-r1", "00-0002", f"no answer {HOSTILE}", AT - 86400.0),
        UnreachedEntry("00-0003-r2", "00-0003", "never polled", 0.0),
    )
    title = header(devices, sites, **changes)
    return write(tmp_path / name, title, subjects(sites, devices), unreached=missed)
