"""What grouping costs: 12,000 differences of all five platforms, of a small change and of first pushes.

Differences are those of a rendered nation before and after its resolver, its NOC and its log collector move, and from
nothing to the whole. The figures are CPU seconds of grouping alone; nothing is cached between the rounds but what a
process keeps. HOMEROOM_BENCH_SITES: fewer sites than the nation's; the figures are then scaled up.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "rollout")]

from mixednation import nation  # noqa: E402  # it is found by the path above

from homeroom.rollout import shape  # noqa: E402
from homeroom.rollout.groups import group  # noqa: E402

DEVICES = 12_000
SITES = 780
LIMIT = 10.0


def cold():
    """Forget what a process keeps."""
    for kept in (shape._cut, shape._words, shape._number, shape._settled):
        kept.cache_clear()


def measure(diffs):
    cold()
    before = time.process_time()
    groups = group(diffs)
    used = time.process_time() - before
    return {
        "devices": len(diffs),
        "groups": len(groups),
        "characters_a_diff": sum(len(diff) for _, diff, _ in diffs) // len(diffs),
        "cpu_s": round(used, 3),
        "cpu_s_of_12000": round(used * DEVICES / len(diffs), 3),
    }


def run():
    sites = int(os.environ.get("HOMEROOM_BENCH_SITES", SITES))
    with tempfile.TemporaryDirectory() as folder:
        before, after = nation(Path(folder) / "nation", sites)
    chosen = list(after)[:DEVICES]
    small = [(name, after[name].parse.diff(before[name].text, after[name].text), after[name].own) for name in chosen]
    found = {"change": measure(small)}
    whole = [(name, after[name].parse.diff("", after[name].text), after[name].own) for name in chosen]
    found["first_push"] = measure(whole)
    for one in found.values():
        one["limit_cpu_s"] = LIMIT
    platforms = Counter(after[name].platform for name in chosen)
    return {**found, "platforms": dict(sorted(platforms.items()))}


if __name__ == "__main__":
    print(run())
