"""The evidence of a nation written, verified and read back: 30,000 devices, 87 rules, hand-made verdicts.

Of every device 81 rules find what they find on all others, 6 find something of its own (a name, an address); one verdict
is younger than the others, five read the device by SNMP. Writing does not count making the verdicts.
"""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "audit"))

from bundles import AT, CONFIG, FIRST, RULES, SHA, SIGNER, SINCE, header

from homeroom.audit.bundle.model import SourceEntry, SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.bundle.verify import verify
from homeroom.audit.bundle.write import BundleWriter
from homeroom.audit.verdict import Evidence, Verdict

RULE_COUNT, OWN = 87, 6
LIMITS = {
    "limit_megabytes": 60,
    "limit_us_a_subject_written": 200,
    "limit_read_s_of_50000": 8,
    "limit_peak_mb": 200,
}


def rules():
    return [replace(RULES[0], id=f"MGT-{n:02}", severity="high") for n in range(1, RULE_COUNT + 1)]


def subject(number, known):
    name, sha = f"py11-{number:05}-sw1", f"{number:064x}"
    who = (name, f"00-{number // 8:04}", "PY-ASU")
    verdicts = []
    for place, rule in enumerate(known):
        own = place < OWN
        text = f"interface Vlan10: ip address 10.{number // 250}.{number % 250}.{place}" if own else f"line {place}"
        source = f"SNMP vlans.{place}" if place >= RULE_COUNT - 5 else CONFIG
        piece = Evidence(text, source, AT - 60.0, sha if source == CONFIG else "")
        since = AT if place == 40 else SINCE
        verdicts.append(
            Verdict(rule.id, "high", *who, "compliant", f"has {text!r}", (piece,), "compliant", "", since, FIRST)
        )
    source = SourceEntry(CONFIG, AT - 60.0, sha, SHA)
    return SubjectEntry(
        *who, tuple(verdicts), (source,), platform="ios", kind="switch", model="C9200L", serial=f"FX{number}"
    )


def run(devices=30_000):
    """Measure; the peak is that of writing and reading in one process."""
    known = rules()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "audit.homeroom"
        writer = BundleWriter(path, header(devices, 0), SIGNER, str)
        for rule in known:
            writer.rule(rule)
        spent = 0.0
        for number in range(devices):
            entry = subject(number, known)
            before = time.process_time()
            writer.subject(entry)
            spent += time.process_time() - before
        before = time.process_time()
        writer.close()
        spent += time.process_time() - before
        found = read(path, devices)
        megabytes = path.stat().st_size / 1e6
    return {
        "devices": devices,
        "megabytes": round(megabytes, 1),
        "us_a_subject_written": round(spent / devices * 1e6, 1),
        **found,
        **LIMITS,
    }


def read(path, devices):
    """Read every verdict, then verify."""
    before = time.process_time()
    verdicts = sum(len(entry.verdicts) for entry in Bundle.open(path).subjects())
    assert verdicts == devices * RULE_COUNT
    middle = time.process_time()
    faults = verify(path, SIGNER.public)
    after = time.process_time()
    assert not faults
    return {
        "read_s_of_50000": round((middle - before) / devices * 50_000, 2),
        "verify_s": round(after - middle, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
