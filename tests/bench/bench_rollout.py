"""What a change costs the machine that makes it, and how long a nation's takes over long lines.

`near`: CPU milliseconds a device of the whole process of `homeroom change apply` beside the bare drivers doing the
same (open, read, candidate, commit; open, read, confirm), in the same run, in turns; `start`: what the process needs
before its first device. `far`: devices 100 ms away that take a second for a commit; `resume`: how
long a killed change takes to go on. These two are wall seconds, for that is what a night has. ROLLOUT_DEVICES=4000:
the whole of them.
"""

import contextlib
import io
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "chaos")]

from ground import SETTINGS, Ground  # noqa: E402  # it is found by the path above

from homeroom.lab import client  # noqa: E402
from homeroom.rollout.fleet import muster  # noqa: E402
from homeroom.store.db import connect  # noqa: E402
from homeroom.store.inventory import Selector  # noqa: E402

HERE = Path(__file__).parents[2]
WHOLE, ROUND_TRIP, COMMIT = 4000, 0.1, 1.0
DEVICES = int(os.environ.get("ROLLOUT_DEVICES", "400"))
A_SITE = 15.4
"""Devices a site of these nations has."""
ROUNDS, WORKERS = 3, 20
CALM = {**SETTINGS, "in_flight": {"change": 100, "region": 100}, "terms": {}}
MOVE = {"192.0.2.3, ": "192.0.2.33, "}
BACK = {new: old for old, new in MOVE.items()}
LIMITS = {
    "limit_apply_times_bare": 1.3,
    "limit_minutes_of_4000": 15,
    "limit_resume_s": 5,
}


def ground(folder, devices):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return Ground(Path(folder) / "nation", max(2, round(devices / A_SITE)), settings=CALM)


def spent(pid):
    """CPU seconds a child of ours used, once it has ended, and its exit code."""
    _, status, used = os.wait4(pid, 0)
    return used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status)


def started(here, *words):
    with Path(here.root, "apply.out").open("w") as out:
        return subprocess.Popen(here.command("change", *words), stdout=out, stderr=out, cwd=HERE)


def approved(here, name, names=()):
    """Judge and approve a change of all devices; `names`: those that were changed behind its back."""
    words = ("--title", "bench", "--reason", "B-1", "--id", name, "--as", "Ana")
    over = [word for one in names for word in ("--overwrite", one)]
    here.homeroom("change", "new", *words, *over)
    here.homeroom("change", "approve", name, "--as", "Blas")


def bare(here):
    """CPU seconds of the drivers alone pushing what is rendered now, all devices, side by side."""
    engine = connect(here.project)
    fleet = muster(here.project, Selector(), engine, time.time)

    def push(name):
        member, host = fleet.members[name], fleet.nornir.inventory.hosts[name]
        work, enter = member.work, lambda: fleet.keyring.enter(host, member.driver, "bare")
        with enter() as box:
            work.conceal(box.running().text)
            box.candidate(work.parse.wire(work.reveal(work.text)))
            box.commit(10)
        with enter() as box:
            work.conceal(box.running().text)
            box.confirm()

    began = time.process_time()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(push, fleet.members))
    used = time.process_time() - began
    engine.dispose()
    return used


def starting(here):
    """CPU seconds of a process that musters all devices, and asks none."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom homeroom.project import Project\n"
        "from homeroom.rollout.fleet import muster\nfrom homeroom.store.db import connect\n"
        "from homeroom.store.inventory import Selector\nimport playbooks.rolling\n"
        "project = Project.locate(Path(sys.argv[1]))\nmuster(project, Selector(), connect(project), time.time)\n"
    )
    return spent(subprocess.Popen([sys.executable, "-c", code, str(here.root)], cwd=HERE).pid)[0]


def near(folder, devices=200):
    here = ground(folder, devices)
    here.up()
    try:
        names = here.provision(WORKERS)
        applies, bares = [], []
        for number in range(ROUNDS):
            here.edit("programme.yaml", MOVE)
            approved(here, f"near{number}", names if number else ())
            cost, code = spent(started(here, "apply", f"near{number}", "--workers", str(WORKERS)).pid)
            assert code == 0, Path(here.root, "apply.out").read_text()[-2000:]
            applies.append(cost)
            here.edit("programme.yaml", BACK)
            bares.append(bare(here))
        start = starting(here)
    finally:
        here.down()
    ms = 1000 / len(names)
    return {
        "devices": len(names),
        "apply_ms": round(ms * statistics.median(applies), 1),
        "start_ms": round(ms * start, 1),
        "bare_ms": round(ms * statistics.median(bares), 1),
        "apply_times_bare": round(statistics.median(a / b for a, b in zip(applies, bares, strict=True)), 2),
        "without_start_times_bare": round(
            statistics.median((a - start) / b for a, b in zip(applies, bares, strict=True)), 2
        ),
    }


def far_up(here):
    """The lab, with every site a fixed way off."""
    code = "import sys\nfrom homeroom.lab import place, server\n"
    code += f"place.Place.round_trip = property(lambda _: {ROUND_TRIP})\nserver.main(sys.argv[2:])"
    command = [sys.executable, "-c", code, "homeroom.lab.server"]  # the name by which others know it
    command += ["--project", str(here.root), "--sites", "0", "--minute", "60", "--processes", "2", "--latency"]
    here.project.state.mkdir(exist_ok=True)
    with Path(here.root, "lab.out").open("w") as out:
        child = subprocess.Popen(command, stdout=out, stderr=out, cwd=HERE)
    client._ready(child.pid, here.project.state, lambda: None)


def entries(here):
    return here.query("SELECT count(*) FROM event WHERE change = 'night'")[0][0]


def said(here):
    return Path(here.root, "apply.out").read_text(encoding="utf-8")[-2000:]


def far(folder, devices=DEVICES):
    """A whole change over long lines; a larger one has the same canaries, and more of the rest."""
    here = ground(folder, devices)
    far_up(here)
    try:
        names = here.provision(100)
        here.edit("programme.yaml", MOVE)
        approved(here, "night")
        for site in sorted({name.rpartition("-")[0] for name in names}):
            here.homeroom("lab", "fault", site, "slow", "--step", "commit", "--seconds", str(COMMIT))
        began = time.monotonic()
        cost, code = spent(started(here, "apply", "night", "--workers", "100").pid)
        wall = time.monotonic() - began
        assert code in {0, 3}, said(here)
    finally:
        here.down()
    moves = here.query("SELECT at, state FROM change_move WHERE change = 'night' ORDER BY id")
    canaries = next(at for at, state in moves if state == "wave") - moves[0][0]
    rest = moves[-1][0] - moves[0][0] - canaries
    return {
        "devices": len(names),
        "wall_s": round(wall, 1),
        "canaries_s": round(canaries, 1),
        "cpu_ms_a_device": round(1000 * cost / len(names), 1),
        "minutes_of_4000": round((canaries + rest * WHOLE / len(names)) / 60, 1),
        "ends": dict(here.query("SELECT state, count(*) FROM change_device GROUP BY state")),
    }


def resume(folder, devices=DEVICES):
    """Kill a change that has devices left to begin in its wave; wall seconds until the next process writes a step."""
    here = ground(folder, devices)
    here.up()
    try:
        here.provision(WORKERS)
        here.edit("programme.yaml", MOVE)
        approved(here, "night")
        first = started(here, "apply", "night", "--workers", "10")
        while not half_way(here):
            assert first.poll() is None, said(here)
            time.sleep(0.1)
        first.send_signal(signal.SIGKILL)
        first.wait()
        before, again = entries(here), time.monotonic()
        second = started(here, "resume", "night", "--workers", "10")
        while entries(here) == before:
            assert second.poll() is None, said(here)
            time.sleep(0.02)
        seconds = time.monotonic() - again
        second.send_signal(signal.SIGKILL)
        second.wait()
    finally:
        here.down()
    return {"first_step_s": round(seconds, 2)}


def half_way(here):
    """A wave with some confirmed and at least ten to begin."""
    rows = here.query("SELECT wave, state, count(*) FROM change_device WHERE change = 'night' GROUP BY wave, state")
    counts = {(wave, state): number for wave, state, number in rows}
    return any(state == "confirmed" and counts.get((wave, "pending"), 0) >= 10 for wave, state in counts)


def run():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOMEROOM_KEY"] = str(Path(folder) / "key.txt")
        found = {}
        for name, part in (("near", near), ("far", far), ("resume", resume)):
            Path(folder, name).mkdir()
            found[name] = part(Path(folder, name))
    return found | LIMITS


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
