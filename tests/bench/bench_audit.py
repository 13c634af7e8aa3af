"""A nation audited from what is stored: CPU seconds, memory, milliseconds a device; and others at the same checks.

`first`: nothing was judged before; `unchanged`: the same again; `some`: one device in a hundred has another
configuration. AUDIT_SITES=4000: the whole nation (default 200). `rivals`: one switch, the same text, in the same run:
netutils' and hier_config's comparison with the intended text, NAPALM's validation of getters, and ours.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / name) for name in ("", "audit", "platforms")]

import fleet  # noqa: E402  # it is found by the path above
import sqlalchemy as sa  # noqa: E402

from homeroom.audit.gather import DESCRIBING, wanted  # noqa: E402
from homeroom.audit.judge import Judge  # noqa: E402
from homeroom.audit.load import load_rules  # noqa: E402
from homeroom.platforms.registry import code_for  # noqa: E402
from homeroom.platforms.render import Renderer  # noqa: E402
from homeroom.project import Project, shipped  # noqa: E402
from homeroom.reading import Reading, Status  # noqa: E402
from homeroom.store import readings  # noqa: E402
from homeroom.store.configs import digest  # noqa: E402
from homeroom.store.db import config_blob, config_version, connect  # noqa: E402
from homeroom.store.world import World  # noqa: E402
from playbooks import cli  # noqa: E402

SITES = int(os.environ.get("AUDIT_SITES", "200"))
LIMITS = {"limit_ms_a_device": 5, "limit_cpu_s_of_a_nation": 180, "limit_mb": 1024}
ROUNDS = 30


def quiet(*words):
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        assert cli.main([str(word) for word in words]) == 0


def stocked(project):
    """Put into the store what `backup` and `poll` would; return how many devices there are."""
    looked_at = {
        *wanted(load_rules(project.rule_roots)),
        *DESCRIBING,
    }  # of a nation's other readings only the disk knows
    engine, renderer, now = connect(project), Renderer.of(project), time.time() - 60
    with contextlib.closing(World.open(project)) as world, engine.begin() as db:
        values, rows, known = [], 0, set()
        for intent in world.intents():
            name, platform, kind = intent.device.name, intent.device.platform, intent.device.kind
            text = renderer.render(intent).text
            sha = digest(text)
            if sha not in known:
                known.add(sha)
                db.execute(sa.insert(config_blob), {"sha": sha, "text": zlib.compress(text.encode())})
            version = {"device": name, "kind": "running", "sha": sha, "first_at": now, "last_at": now}
            db.execute(sa.insert(config_version), version)
            own = {"identity.name": name, "identity.serial": name, "identity.location": intent.management.location}
            for object_, found in fleet.readings(platform, kind).items():
                if object_ not in looked_at:
                    continue
                for index, read in found.items():
                    values.append(Reading(name, object_, index, own.get(object_, read.value), now))
            rows += 1
    with contextlib.closing(World.open(project)) as world:
        status = [Status(device.name, now, reachable=True) for device in world.devices()]
    readings.save(engine, values, status)
    engine.dispose()
    return rows


def audited(project, *words):
    """CPU seconds and megabytes of `homeroom audit`, and what it said."""
    command = [sys.executable, "-m", "playbooks.cli", "--project", str(project.root), "--json", "audit", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        said = json.loads(child.stdout.read())
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said


def nation():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "nation"
        quiet("sample", "rs", "--sites", SITES, "--out", root)
        quiet("--project", root, "plan")
        project = Project.locate(root)
        devices = stocked(project)
        found = {"devices": devices}
        for name in ("first", "unchanged"):
            cpu, memory, said = audited(project, "--format", "csv" if name == "first" else "html")
            found[name] = {
                "cpu_s": round(cpu, 1),
                "ms_a_device": round(1000 * cpu / devices, 2),
                "mb": round(memory),
                "skipped": said["skipped"],
                "verdicts": said["verdicts"],
                "bundle_mb": round(Path(said["bundle"]).stat().st_size / 1e6, 1),
            }
        edited(project, devices // 100 or 1)
        cpu, memory, said = audited(project)
        found["some"] = {"cpu_s": round(cpu, 1), "mb": round(memory), "skipped": said["skipped"]}
        return found


def edited(project, count):
    """Give the first devices a line more."""
    engine = connect(project)
    with engine.begin() as db:
        rows = db.execute(sa.select(config_version).order_by(config_version.c.id).limit(count)).all()
        for row in rows:
            blob = db.execute(sa.select(config_blob.c.text).where(config_blob.c.sha == row.sha)).scalar_one()
            text = zlib.decompress(blob).decode() + "\nip route 10.99.0.0 255.255.0.0 Null0\n"
            sha = digest(text)
            db.execute(sa.insert(config_blob), {"sha": sha, "text": zlib.compress(text.encode())})
            times = {"first_at": row.last_at, "last_at": row.last_at}
            db.execute(sa.insert(config_version), {"device": row.device, "kind": "running", "sha": sha, **times})
    engine.dispose()


def timed(work):
    """CPU milliseconds of one call, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return round(1000 * best, 2)


def rivals():
    """One switch whose configuration is not the intended one, by everybody who can compare."""
    rules = load_rules([shipped() / "inventory" / "rules"])
    judge = Judge(rules)
    intended = fleet.text("ios", "switch")
    running = intended.replace("logging host 192.0.2.4\n", "") + "snmp-server community public RO\n"
    subject = fleet.subject("ios", "switch", running)
    [*judge.verdicts(subject)]
    found = {"ours_all_rules_ms": timed(lambda: [*judge.verdicts(fleet.subject("ios", "switch", running))])}
    drift = Judge({"OPS-04": rules["OPS-04"]})
    found["ours_compare_ms"] = timed(lambda: [*drift.verdicts(fleet.subject("ios", "switch", running))])
    for name, rival in (("netutils", _netutils), ("hier_config", _hier), ("napalm_validate", _napalm)):
        try:
            found[f"{name}_ms"] = timed(rival(running, intended))
        except ImportError:
            found[f"{name}_ms"] = None
    return found


def _netutils(running, intended):
    from netutils.config.compliance import compliance

    words = ("hostname", "ntp", "logging", "snmp-server", "line vty", "interface", "aaa", "ip access-list", "vlan")
    features = [{"name": word, "ordered": True, "section": [word]} for word in words]
    return lambda: compliance(features, running, intended, "cisco_ios", cfg_type="string")


def _hier(running, intended):
    from hier_config import Platform, WorkflowRemediation, get_hconfig

    parse = code_for(fleet.RENDERER.platforms["ios"]).parse
    # a section twice, or a banner in one line, is an error to it
    running, intended = (
        "\n".join(line for line in parse.lines(text) if not line.startswith("banner")) for text in (running, intended)
    )

    def work():
        flow = WorkflowRemediation(get_hconfig(Platform.CISCO_IOS, running), get_hconfig(Platform.CISCO_IOS, intended))
        return flow.remediation_config

    return work


def _napalm(running, intended):
    from napalm.base import validate

    del running, intended
    wanted = {"_mode": "strict", "ntp_servers": {"192.0.2.1": {}, "192.0.2.2": {}}}
    got = {"ntp_servers": {"192.0.2.1": {}, "192.0.2.3": {}}}
    return lambda: validate.compare(wanted, got)


def run():
    return {**LIMITS, "nation": nation(), "rivals": rivals()}
