"""`make bench`: every benchmark, one after the other, each in a process of its own; the result is bench.json.

Figures are CPU seconds, peak resident memory and ratios of two things measured in the same run; never wall time.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def cpu_of_help():
    """CPU seconds of `homeroom --help`, median of five processes."""
    figures = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "playbooks.cli", "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        figures.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"cpu_s": round(sorted(figures)[2], 3), "limit_cpu_s": 0.3}


def main():
    results = {"help": cpu_of_help()}
    for script in sorted(HERE.glob("bench_*.py")):
        name = script.stem.removeprefix("bench_")
        code = f"import json, {script.stem}; print(json.dumps({script.stem}.run()))"
        done = subprocess.run([sys.executable, "-c", code], cwd=HERE, check=True, capture_output=True, text=True)
        results[name] = json.loads(done.stdout.splitlines()[-1])
        print(f"{name}: {json.dumps(results[name], indent=2)}", flush=True)
    Path("bench.json").write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"help: {results['help']}\nwritten: bench.json")


if __name__ == "__main__":
    main()
