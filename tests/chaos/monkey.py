"""A change that is applied by a process which is killed again and again, and resumed; as another process sees it."""

import json
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field

from mischief import arm_words

RESUMES = 40
"""More than that is no progress."""


@dataclass
class Run:
    """One process of `change apply` or `change resume`."""

    words: tuple
    events: list = field(default_factory=list)
    said: str = ""
    code: int | None = None
    killed: bool = False
    seconds: float = 0.0
    first: float | None = None
    """Seconds until it told of a device."""


def attempt(ground, words, kill_after=None, on_device=True):
    """Run it; kill it so many seconds after its first device (or after its start), unless it ends before."""
    run, began, moving = Run(words), time.monotonic(), threading.Event()
    child = ground.started("change", *words, "--json")

    def complaints():
        run.said = child.stderr.read()

    threads = [
        threading.Thread(target=_listen, args=(run, child.stdout, moving, began)),
        threading.Thread(target=complaints),
    ]
    for thread in threads:
        thread.start()
    if kill_after is not None:
        if on_device:
            moving.wait()
        try:
            child.wait(kill_after)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
    child.wait()
    for thread in threads:
        thread.join()
    child.stdout.close()
    child.stderr.close()
    run.code, run.killed, run.seconds = child.returncode, child.returncode == -signal.SIGKILL, time.monotonic() - began
    return run


def _listen(run, lines, moving, began):
    """Take in what it tells; `moving` is set at its first device, and when it has ended."""
    for line in lines:
        try:
            run.events.append(json.loads(line))
        except ValueError:  # it was killed in the middle of a line
            continue
        if run.events[-1].get("event") == "device" and run.first is None:
            run.first = time.monotonic() - began
            moving.set()
    moving.set()


def rampage(ground, change, *, kills, dice, deals=(), operator="Carla", workers=30, say=print, spread=10.0):
    """Apply a change, killed so often at random moments, until it has ended; return all runs.

    Halts are answered for and the change goes on: canaries are among the faulty.
    """
    timers = [
        threading.Timer(one.after, ground.homeroom, ("lab", "fault", *arm_words(one)), {"answers": (0, 2)})
        for one in deals
        if one.after
    ]
    for timer in timers:
        timer.start()
    runs, left = [], kills
    words = ("apply", change, "--as", operator, "--workers", str(workers))
    while len(runs) < kills + RESUMES:
        moment = dice.uniform(0.0, spread) if left else None
        run = attempt(ground, words, moment, on_device=dice.random() < 0.8)
        runs.append(run)
        left -= run.killed
        how = "killed" if run.killed else f"answered {run.code}"
        say(f"{words[0]}: {how} after {run.seconds:.1f} s, {len(run.events)} events {run.said.strip()[-300:]}")
        if run.code in {0, 2, 3}:
            break
        if ground.states(change):  # otherwise it was killed before it had begun
            words = ("resume", change, "--reason", "the drill goes on", *words[2:]) if words[0] == "apply" else words
    for timer in timers:
        timer.cancel()
    return runs
