"""A school of network namespaces: one a role, a router with the rendered rules, and everything outside in `core`."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

COUNT = itertools.count()
SERVERS = Path(__file__).with_name("servers.py")
NEEDS = {"ip": "iproute2", "nft": "nftables"}


def missing():
    """Why namespaces cannot be had here; empty when they can."""
    absent = [package for tool, package in NEEDS.items() if shutil.which(tool) is None]
    if absent:
        return f"{', '.join(absent)} not installed"
    if os.geteuid() != 0:
        return "namespaces need root"
    name = f"hr{os.getpid()}-try"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return "" if tried.returncode == 0 else f"no namespaces here: {tried.stderr.strip()}"


def sh(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


class Net:
    """Namespaces of one test, gone when it ends."""

    def __init__(self):
        self.stem = f"hr{os.getpid()}x{next(COUNT)}"
        self.names = []
        self.stack = ExitStack()
        self.links = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stack.close()
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def full(self, name):
        return f"{self.stem}-{name}"

    def add(self, name):
        """Make a namespace; addresses are usable at once (no duplicate address detection)."""
        sh("ip", "netns", "add", self.full(name))
        self.names.append(self.full(name))
        for key in ("net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0"):
            self.run(name, "sysctl", "-qw", key)
        self.run(name, "ip", "link", "set", "lo", "up")

    def run(self, name, *words, **options):
        return sh("ip", "netns", "exec", self.full(name), *words, **options)

    def try_(self, name, *words, **options):
        return subprocess.run(
            ["ip", "netns", "exec", self.full(name), *words], capture_output=True, text=True, check=False, **options
        )

    def link(self, one, device, two, peer):
        """Join two namespaces by a cable."""
        self.links += 1
        a, b = f"{self.stem}a{self.links}"[-15:], f"{self.stem}b{self.links}"[-15:]
        sh("ip", "link", "add", a, "type", "veth", "peer", "name", b)
        for temporary, name, final in ((a, one, device), (b, two, peer)):
            sh("ip", "link", "set", temporary, "netns", self.full(name), "name", final)
            self.run(name, "ip", "link", "set", final, "up")

    def address(self, name, device, *addresses):
        for address in addresses:
            self.run(name, "ip", "address", "add", address, "dev", device, *(("nodad",) if ":" in address else ()))

    def serve(self, name, **plan):
        """Start the servers of servers.py in a namespace."""
        self.start(name, [sys.executable, str(SERVERS), json.dumps(plan)], ready="ready")

    def start(self, name, words, ready="", **options):
        """Start a process, wait for its first line where `ready` names one, and end it with the test."""
        streams = {"stdout": subprocess.PIPE if ready else subprocess.DEVNULL, "stderr": subprocess.STDOUT} | options
        process = subprocess.Popen(["ip", "netns", "exec", self.full(name), *words], text=True, **streams)
        self.stack.callback(_end, process)
        if ready:
            line = process.stdout.readline()
            assert line.strip() == ready, line + process.stdout.read()
        return process


def _end(process):
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    if process.stdout:
        process.stdout.close()


@contextmanager
def network():
    with Net() as net:
        yield net
