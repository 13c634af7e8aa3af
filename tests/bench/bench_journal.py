"""A step of a device: its row moved by compare-and-set and its journal entry, on disk when the call returns."""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from homeroom.project import Project
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.target import Terms
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.db import connect

DEVICES = 4000
BUSY = 99


def run():
    """CPU milliseconds a step, among 4,000 devices with 99 others in flight; and of the claim before it."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(Project(Path(folder)))
        changes = Changes(engine)
        names = [f"d{n:05}" for n in range(DEVICES)]
        change = Change("c", "canary", "approved", 0, "", "", "", 0.0)
        changes.add(change, [Row("c", name, room=name) for name in names])
        admission = Admission(Terms(), Limits(), 1.0)
        for name in names[:BUSY]:
            claim(changes, Row("c", name), "w", admission)
        steps, claims, figures = 0, 0.0, 0.0
        for name in names[BUSY : BUSY + 500]:
            start = time.process_time()
            row = claim(changes, Row("c", name), "w", admission)
            claims += time.process_time() - start
            assert isinstance(row, Row), row
            start = time.process_time()
            for state in ("committing", "unconfirmed", "confirming", "confirmed"):
                new = replace(row, state=state, sha="0" * 64, at=2.0)
                assert changes.write(row, new)
                row = new
                steps += 1
            figures += time.process_time() - start
        start = time.process_time()
        assert sum(changes.sums("c").values()) == DEVICES
        rows = changes.rows("c")
        resumed = time.process_time() - start
        engine.dispose()
    return {
        "devices": len(rows),
        "step_cpu_ms": round(1000 * figures / steps, 3),
        "claim_cpu_ms": round(1000 * claims / 500, 3),
        "read_all_cpu_s": round(resumed, 3),
        "limit_step_cpu_ms": 1.0,
    }
