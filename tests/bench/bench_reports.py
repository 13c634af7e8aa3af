"""Write each report of 50,000 devices with 60 rules from one signed bundle: CPU seconds and peak memory, a process each."""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from homeroom.audit.bundle.keys import Signer
from homeroom.audit.bundle.model import Header, Region, RuleEntry, SourceEntry, SubjectEntry
from homeroom.audit.bundle.records import FORMAT
from homeroom.audit.bundle.write import BundleWriter
from homeroom.audit.rule import Refs, Stig
from homeroom.audit.verdict import Evidence, Verdict

DEVICES, RULES, PER_SITE, REGIONS = 50_000, 60, 8, 20
LIMITS = {"limit_cpu_s": 20.0, "limit_peak_mb": 500}
AT = 1_800_000_000.0
SIGNER = Signer(b"s" * 32)
PLATFORMS = ("ios", "eos", "junos", "openwrt", "ros")
KINDS = ("router", "switch", "ap")
GUIDES = ("Cisco IOS-XE Router NDM V3R4", "Cisco IOS-XE Switch NDM V3R3", "Arista MLS EOS NDM V2R2")
SUFFIX = {"xlsx": "xlsx", "pdf": "pdf", "oscal": "json", "poam": "json", "cklb": "zip"}
MEASURE = """
import importlib, json, resource, sys, time
from pathlib import Path
from homeroom.audit.bundle.read import Bundle
made = importlib.import_module(f"homeroom.audit.report.{sys.argv[1]}")
start = time.process_time()
path = made.write(Bundle.open(Path(sys.argv[2])), Path(sys.argv[3]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"cpu_s": round(time.process_time() - start, 2), "peak_mb": peak, "mb": path.stat().st_size >> 20}))
"""


def rules():
    """Rules with references, as the shipped ones have."""
    for number in range(RULES):
        stigs = tuple(Stig(guide, f"V-{210_000 + number}", f"CISC-ND-{number:06}") for guide in GUIDES)
        refs = Refs(srg=(f"SRG-APP-{number:06}-NDM-000245",), stig=stigs, nist=(f"AC-{number % 20 + 1}",))
        severity = ("critical", "high", "medium", "low")[number % 4]
        yield RuleEntry(f"AAA-{number:02}", 1, f"Rule {number}", severity, "Why. " * 20, "Fix. " * 20, "device", refs)


def subject(number, listed):
    """One device. Of a hundred verdicts two are violations, one is unknown, ten do not apply; a third names the device."""
    site, platform = f"00-{number // PER_SITE:05}", PLATFORMS[number % 5]
    who = (f"{site}-{platform}-{number % PER_SITE}", site, f"R-{number // PER_SITE % REGIONS}")
    sha = hashlib.sha256(who[0].encode()).hexdigest()
    verdicts = []
    for place, rule in enumerate(listed):
        dice = (number * 31 + place * 17) % 100
        status = "violation" if dice < 2 else "unknown" if dice < 3 else "not_applicable" if dice < 13 else "compliant"
        shown = f"hostname {who[0]}" if place % 3 == 0 else f"service {place} of {platform}"
        evidence = (
            () if status in ("unknown", "not_applicable") else (Evidence(shown, "running configuration", AT, sha),)
        )
        verdicts.append(Verdict(rule.id, rule.severity, *who, status, f"{place}: {status}", evidence, status, since=AT))
    sources = (SourceEntry("running configuration", AT, sha),)
    return SubjectEntry(*who, tuple(verdicts), sources, platform, KINDS[number % 3], "model", f"SN{number}", "17.9.4")


def bundle(path):
    """Write the bundle of the fleet."""
    listed = list(rules())
    sites = DEVICES // PER_SITE
    header = Header(
        FORMAT, "rs", "Schools", "RS", "sr", "the whole programme", "Nothing here is hardware.", AT, DEVICES, sites,
        sites, "Homeroom", "homeroom audit", "", "ab" * 32, SIGNER.public_hex,
    )  # fmt: skip
    writer = BundleWriter(path, header, SIGNER, str)
    for rule in listed:
        writer.rule(rule)
    for number in range(REGIONS):
        writer.region(Region(f"R-{number}", f"Region {number}"))
    for number in range(DEVICES):
        writer.subject(subject(number, listed))
    writer.close()


def run():
    """Measure; the bundle is made first and not counted."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "audit.homeroom"
        start = time.process_time()
        bundle(path)
        found = {"bundle": {"cpu_s": round(time.process_time() - start, 2), "mb": path.stat().st_size >> 20}}
        for kind, suffix in SUFFIX.items():
            command = [sys.executable, "-c", MEASURE, kind, str(path), str(Path(name) / f"report.{suffix}")]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[kind] = json.loads(done.stdout)
    return {"devices": DEVICES, "verdicts": DEVICES * RULES, **found, **LIMITS}
