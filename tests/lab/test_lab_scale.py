"""The benchmark of the lab, small: the same code, a few schools."""

import importlib.util
from pathlib import Path

BENCH = Path(__file__).parent.parent / "bench" / "bench_lab.py"


def test_a_small_nation_starts_and_holds_sessions():
    spec = importlib.util.spec_from_file_location("bench_lab", BENCH)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    found = bench.run(sites=12, sessions=15)
    assert found["sessions"] == 15
    assert found["processes"] == 1
    assert found["idle_kb"] < found["limit_idle_kb"]
    assert found["memory_mb"] < found["limit_memory_mb"]
