"""What the whole suite found, as a page: promises under faults, stock clients. `pytest --write-results` writes it.

A case counts for the cell that its mark `promise(platform, promise, fault)` or `stock(client, platform)` names.
"""

import json
import re
import shutil
import subprocess
from collections import Counter
from importlib import metadata, util
from pathlib import Path
from typing import get_args

import pytest

from homeroom.lab.faults import BEYOND, Kind

PAGE = Path(__file__).parents[1] / "docs" / "results.md"
FAULTS = tuple(kind for kind in get_args(Kind) if kind not in BEYOND)
PLATFORMS = ("ios", "openwrt", "ros", "junos", "eos")
HEAD = """\
# Results

What the whole suite found: `make test-full` writes this page. Every number is a count of cases that passed; a failure
would stand beside it in bold, and a test refuses a page with one. No vendor's device took part: see [lab.md](lab.md).
"""
PROMISES = """
## Every promise under every fault

One case is one change of one emulated device, by our driver over a real socket, with the fault striking at one step of
it: `cut` and `reboot` before the step takes effect and after it, the faults that stand during the whole change (and,
for a change left alone, while its timer runs). Passed: the device ends on the old or the new configuration, byte for
byte; where the driver said that it was done, the promise holds; where it said otherwise, what it said is true; nothing
of ours is left on the device, and the next change of it works. `ios fast` is the same platform by its fast transport.

"""
CLIENTS = """
## Stock clients

Clients that nobody here wrote, unmodified, against the emulated devices; each number is a count of tests.

"""
VERSIONS = {
    "Ansible": "ansible", "NAPALM": "napalm", "napalm-ros": "napalm-ros", "PyEZ": "junos-eznc", "asyncssh": "asyncssh",
    "librouteros": "librouteros", "ncclient": "ncclient", "netmiko": "netmiko", "paramiko": "paramiko",
    "pyeapi": "pyeapi", "scrapli": "scrapli",
}  # fmt: skip
TOOLS = {"OpenSSH": ("ssh", "-V"), "net-snmp": ("snmpget", "-V")}


class Outcomes:
    """Counts what the marked tests found."""

    def __init__(self):
        self.found = {"promise": {}, "stock": {}}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if report.when == "call" or report.failed:
            for mark in (*item.iter_markers("promise"), *item.iter_markers("stock")):
                self.found[mark.name].setdefault(mark.args, Counter())[report.outcome] += 1
        return report

    def pytest_sessionfinish(self, session):
        if not session.shouldstop and not session.shouldfail:
            PAGE.write_text(self.page(), encoding="utf-8")

    def page(self):
        return HEAD + PROMISES + self.promises() + CLIENTS + self.clients()

    def promises(self):
        found = self.found["promise"]
        rows = dict.fromkeys(cell[:2] for cell in found)
        return table(
            ("platform", "promise", *(f"`{fault}`" for fault in FAULTS)),
            (
                (f"`{platform}`", promise, *(said(found.get((platform, promise, fault))) for fault in FAULTS))
                for platform, promise in rows
            ),
        )

    def clients(self):
        found = self.found["stock"]
        names = sorted({client for client, _ in found}, key=str.lower)
        return table(
            ("client", "version", *(f"`{platform}`" for platform in PLATFORMS)),
            (
                (name, version(name), *(said(found.get((name, platform)), "") for platform in PLATFORMS))
                for name in names
            ),
        )


def said(count, missing="none"):
    """`12`, or `11, **1 failed**`."""
    if not count:
        return missing
    good, bad = count["passed"], count["failed"]
    return f"{good}, **{bad} failed**" if bad else str(good) if good else "skipped"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def version(client):
    """The version of a client as it stands on this machine."""
    if "." in client:
        spec = util.find_spec(f"ansible_collections.{client}")
        manifest = Path(next(iter(spec.submodule_search_locations))) / "MANIFEST.json" if spec else None
        return json.loads(manifest.read_text())["collection_info"]["version"] if manifest else "not installed"
    if client in VERSIONS:
        try:
            return metadata.version(VERSIONS[client])
        except metadata.PackageNotFoundError:
            return "not installed"
    return tool(*TOOLS[client])


def tool(name, *words):
    """What a program says of itself."""
    if shutil.which(name) is None:
        return "not installed"
    done = subprocess.run([name, *words], capture_output=True, text=True, check=False)
    number = re.search(r"\d+\.\d+[\w.]*", done.stdout + done.stderr)
    return number[0] if number else "unknown"
