"""Prometheus's snmp_exporter (Debian) on the workloads of bench_snmp: its own CPU a device, not that of who scrapes."""

import contextlib
import http.client
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import yaml
from snmp_asked import DOTTED, ROOTS, addresses

from tests.snmp import responder

TOOL = "prometheus-snmp-exporter"
_TEXTS = {"1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.18"}


class Exporter:
    """A process of its own in each round; scraped one device after the other."""

    MANY, FEW = 100, 10

    def absent(self):
        return "" if shutil.which(TOOL) else f"{TOOL} is not installed (Debian has it)"

    def measure(self, port, number):
        with _running() as (process, web):

            def used(module, hosts, least):
                before = _cpu(process.pid)
                for host in hosts:
                    _scrape(web, f"/snmp?module={module}&target={host}:{port}", least)
                return (_cpu(process.pid) - before) / len(hosts) * 1e6

            used("get", addresses(5), 8)
            strange = addresses(self.FEW * 2, number * self.FEW * 2)
            return {
                "v2c_get": used("get", addresses(self.MANY), 8),
                "v3_cold": used("sealed", strange, 8),
                "v3_warm": used("sealed", strange, 8),
                "v2c_tables": used("tables", addresses(self.FEW), sum(ROOTS.values()) * responder.PORTS),
            }


@contextlib.contextmanager
def _running():
    with tempfile.TemporaryDirectory() as folder, socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        web = found.getsockname()[1]
        config = Path(folder) / "snmp.yml"
        config.write_text(yaml.safe_dump(_modules()))
        found.close()
        command = [TOOL, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{web}"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                _wait(web)
                yield process, web
            finally:
                process.kill()


def _modules():
    auth = {"community": responder.COMMUNITY}
    user = {"username": responder.USER, "security_level": "authPriv", "auth_protocol": "SHA", "priv_protocol": "AES"}
    user |= {"password": responder.AUTH, "priv_password": responder.PRIV}
    scalars = [_metric(name.removesuffix(".0"), _kind(name)) for name in DOTTED]
    index = {"indexes": [{"labelname": "ifIndex", "type": "gauge"}]}
    cells = [
        _metric(f"{root}.1.{number}", "DisplayString" if f"{root}.1.{number}" in _TEXTS else "gauge") | index
        for root, count in ROOTS.items()
        for number in range(1, count + 1)
    ]
    walk = {"walk": list(ROOTS), "max_repetitions": 50, "metrics": cells}
    return {
        "get": {"get": DOTTED, "metrics": scalars, "version": 2, "auth": auth},
        "sealed": {"get": DOTTED, "metrics": scalars, "version": 3, "auth": user},
        "tables": walk | {"version": 2, "auth": auth},
    }


def _kind(name):
    return "gauge" if name.split(".")[-2] == "3" or not name.startswith("1.3.6.1.2.1.1.") else "DisplayString"


def _metric(oid, kind):
    return {"name": "m" + oid.replace(".", "_"), "oid": oid, "type": kind, "help": oid}


def _wait(web):
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", web), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"{TOOL} does not start")


def _scrape(web, path, least):
    line = http.client.HTTPConnection("127.0.0.1", web, timeout=20)
    line.request("GET", path)
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    assert answer.status == 200, text
    found = sum(1 for row in text.splitlines() if row.startswith("m1_"))
    assert found >= least, (found, least)


def _cpu(pid):
    """CPU seconds of all threads so far, to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
