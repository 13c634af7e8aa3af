"""`make chaos`: a nation's change while its devices fail and the process that makes it is killed, again and again.

A thousand emulated devices of all five platforms run what is rendered. A real change is judged and approved; then one
device in twenty is made faulty, every fault of the lab among them, and `change apply` is killed (SIGKILL) ten times
and resumed. `SEED=` repeats a run's faults and moments; `SITES=` and `KILLS=` make it smaller or larger.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import mischief  # they are found by the path above
import monkey
import verdict
from ground import MINUTE, Ground

MOVES = {
    "192.0.2.3, ": "192.0.2.33, ",
    "192.0.2.1, ": "192.0.2.21, ",
    "198.51.100.0/24": "198.51.100.0/24, 203.0.113.128/25",
}
"""programme.yaml: a collector of logs and a time server move, and the NOC gets a second room."""
CHANGE = "drill"


def commits(ground):
    """Device -> how often a commit took effect there, as the lab counts them."""
    return {name: one["committed"] for name, one in ground.asked("lab", "status")["changes"].items()}


def run(root, sites, kills, seed, *, share=0.05, workers=30, spread=25.0, span=60.0, say=print):
    """Make the trial; return what is wrong, and figures."""
    dice, began = random.Random(seed), time.monotonic()

    def told(text):
        say(f"{time.monotonic() - began:6.0f} s  {text}")

    ground = Ground(root, sites)
    ground.up()
    try:
        names = ground.provision(workers)
        told(f"{len(names)} devices run what is rendered")
        old = ground.texts()
        ground.edit("programme.yaml", MOVES)
        new = ground.texts()
        judged = [one["device"] for one in ground.approved(CHANGE, workers=workers)["devices"]]
        told(f"the change of {len(judged)} devices is approved")
        deals = mischief.deal({name: one.platform for name, one in new.items()}, seed, share, span)
        for one in deals:
            if not one.after:
                ground.homeroom("lab", "fault", *mischief.arm_words(one))
        told(f"{len(deals)} faults on {len({one.device for one in deals})} devices")
        before = commits(ground)
        runs = monkey.rampage(
            ground, CHANGE, kills=kills, dice=dice, deals=deals, workers=workers, spread=spread, say=told
        )
        for device in sorted({one.device for one in deals}):
            ground.homeroom("lab", "fault", device, "clear")
        time.sleep(MINUTE)  # what still waits on a device for its confirmation is taken back by its timer
        rows = ground.states(CHANGE)
        counts = {name: number - before.get(name, 0) for name, number in commits(ground).items()}
        found = verdict.runs(ground, old, new)
        wrong = [*verdict.wrongs(ground, CHANGE, judged, found, counts), *verdict.reported(runs[-1], rows)]
        wrong += [] if (killed := sum(one.killed for one in runs)) == kills else [f"killed {killed} times, not {kills}"]
        wrong += [] if runs[-1].code == 3 else [f"the end's exit code is {runs[-1].code}: {runs[-1].said[-2000:]}"]
        told(f"{verdict.sums(rows)}, {len(runs)} processes, {len(wrong)} wrong")
    finally:
        ground.down()
    return wrong


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    sites, kills = (int(os.environ.get(name) or usual) for name, usual in (("SITES", 65), ("KILLS", 10)))
    print(f"SEED={seed} SITES={sites} KILLS={kills}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOMEROOM_KEY"] = str(Path(folder) / "key.txt")
        wrong = run(Path(folder) / "nation", sites, kills, seed, say=lambda text: print(text, flush=True))
    print("\n".join(wrong) or "every device has the old or the new configuration, and the journal knows which")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
