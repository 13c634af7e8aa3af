"""A year of configurations: bytes of the store, CPU of any difference, of the one that ran at a time, of an export.

`HISTORY_DEVICES=4000 python tests/bench/bench_history.py` is the whole; here, a tenth of it, and bytes grow with both.
"""

import itertools
import os
import random
import tempfile
import time
from contextlib import closing
from pathlib import Path

from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.store import export
from homeroom.store.configs import running, save_running
from homeroom.store.db import connect
from homeroom.store.history import at, text_of, versions
from homeroom.store.world import World
from playbooks import cli

DEVICES = int(os.environ.get("HISTORY_DEVICES", "400"))
DAYS, SHARE, WHOLE = 365, 0.01, 4000
LIMITS = {"limit_whole_gb": 2.0, "limit_diff_cpu_ms": 100.0}
STRAY = {
    "ios": "ip route 10.99.{}.0 255.255.255.0 Null0\n",
    "openwrt": "package network\n\nconfig route 'stray'\n\toption target '10.99.{}.0/24'\n",
}


def run():
    """Measure; the texts are rendered first and not counted."""
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        write_sample("py", project.root, sites=max(DEVICES // 8, 10), seed=1)
        cli.main(["--project", name, "plan", "--json"])
        texts = dict(rendered(project))
        engine = connect(project)
        saving = year(engine, texts)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        size = (project.state / "state.db").stat().st_size
        count = sum(len(versions(engine, device)) for device in texts)
        whole = size * WHOLE / len(texts)
        found = {
            "devices": len(texts),
            "days": DAYS,
            "versions": count,
            "text_kb": {"mean": mean(texts), "largest": max(len(text) for text, _ in texts.values()) // 1024},
            "store_mb": round(size / 1e6, 1),
            "bytes_per_version": size // count,
            "whole_gb": round(whole / 1e9, 3),
            "save_cpu_ms": round(1000 * saving / count, 2),
            "diff_cpu_ms": differences(engine, texts, project),
            "at_cpu_ms": spread(lambda device: at(engine, device, 100 * 86400.0), texts),
            "export_cpu_s": exporting(engine, texts, project.root / "export"),
        }
        engine.dispose()
        return found | LIMITS


def mean(texts):
    return sum(len(text) for text, _ in texts.values()) // len(texts) // 1024


def rendered(project):
    """Yield device -> (text, how its platform is read) for as many devices as are wanted."""
    renderer = Renderer.of(project)
    with closing(World.open(project)) as world:
        for intent in itertools.islice(world.intents(), DEVICES):
            one = renderer.render(intent)
            yield one.device, (one.text, one.platform)


def year(engine, texts):
    """Save every device once, then each day the share that changed; return the CPU seconds of saving."""
    chance, began, numbers = random.Random(1), time.process_time(), itertools.count()
    for device, (text, _) in texts.items():
        save_running(engine, device, text, 0.0)
    names = sorted(texts)
    for day in range(1, DAYS + 1):
        for device in chance.sample(names, max(round(len(names) * SHARE), 1)):
            text, platform = texts[device]
            save_running(engine, device, text + STRAY[platform].format(next(numbers) % 256), day * 86400.0)
    return time.process_time() - began


def differences(engine, texts, project):
    """CPU ms of a difference between any two versions of a device, the store's part in it included."""
    parsers = {name: code_for(one).parse for name, one in Renderer.of(project).platforms.items()}

    def differ(device):
        found = versions(engine, device)
        parsers[texts[device][1]].diff(text_of(engine, found[0].sha), text_of(engine, found[-1].sha))

    return spread(differ, texts)


def spread(ask, texts):
    """Median and largest CPU ms of asking about 200 devices."""
    figures = []
    for device in random.Random(2).sample(sorted(texts), min(200, len(texts))):
        began = time.process_time()
        ask(device)
        figures.append(1000 * (time.process_time() - began))
    return {"median": round(sorted(figures)[len(figures) // 2], 1), "largest": round(max(figures), 1)}


def exporting(engine, texts, folder):
    """CPU seconds of writing what every device ran last as files, when all are new and when none is."""
    laps = {}
    for lap in ("new", "unchanged"):
        began = time.process_time()
        export.write(folder, ((f"PY/{device}", running(engine, device).text) for device in texts))
        laps[lap] = round(time.process_time() - began, 2)
    return laps


if __name__ == "__main__":
    import json

    print(json.dumps(run(), indent=2))
