"""The store in SQLite: CPU of keeping a nation's round, of the pages people open, and bytes of a year of history.

Small by default; `STORE_DEVICES=50000 STORE_DAYS=3 python tests/bench/bench_store.py` is nearer to the whole. Bytes
grow with rows: a row of each roll-up is weighed here, and a year of 50,000 devices is the rows that are kept of it.
`STORE_URL=postgresql+psycopg://...` measures our side of a server's.
"""

import os
import random
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from homeroom.project import CONFIG, Project
from homeroom.reading import Reading, Status
from homeroom.store import asked, readings, rollup, samples, subjects, tokens
from homeroom.store.asked import Asked
from homeroom.store.availability import close_days, record
from homeroom.store.counters import Counters
from homeroom.store.db import connect, connect_series
from homeroom.store.outages import by_region
from homeroom.store.reachable import Judged
from homeroom.store.samples import Sample
from homeroom.store.series_tables import availability, day, five, hour, sample
from homeroom.store.setting import Keep
from homeroom.store.subjects import Subject

DEVICES = int(os.environ.get("STORE_DEVICES", "5000"))
DAYS = int(os.environ.get("STORE_DAYS", "1"))
NATION, REGIONS, ROUNDS = 50_000, 20, 3
T = 20_000 * 86400
LIMITS = {"limit_round_cpu_s": 5.0, "limit_page_cpu_ms": 50.0, "limit_region_cpu_ms": 200.0, "limit_year_gb": 20.0}


def run():
    """Measure; every figure of a round is of this many devices."""
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        url = os.environ.get("STORE_URL", "")
        (project.root / CONFIG).write_text(f"store: {{url: '{url}'}}\n", encoding="utf-8")
        state, series = connect(project), connect_series(project)
        names = [f"d{n:06}" for n in range(DEVICES)]
        subjects.sync(
            series, [Subject("device", one, f"s{n // 8}", f"R{n % REGIONS:02}") for n, one in enumerate(names)]
        )
        found = {"devices": DEVICES, "state_round_cpu_s": kept_state(state, names)}
        found |= {"series_round_cpu_s": rounds(series, names)}
        found |= {"round_cpu_s": found["state_round_cpu_s"] + found["series_round_cpu_s"]}
        found |= {"page_cpu_ms": 1000 * cpu(lambda: samples.page(series, "R07", size=100))}
        found |= judged(series, names)
        state.dispose()
        series.dispose()
    found |= year(Keep()) if not url else {}
    return {key: round(value, 3) for key, value in found.items()} | LIMITS


def cpu(act, times=5):
    """Return the median of CPU seconds."""
    figures = []
    for _ in range(times):
        began = time.process_time()
        act()
        figures.append(time.process_time() - began)
    return sorted(figures)[len(figures) // 2]


def kept_state(engine, names):
    """CPU of a round in which all of a status changes: when it was asked, the token, reachable or not, a reading."""
    ticks = iter(range(100))

    def one():
        tick = next(ticks)
        at = T + 60.0 * tick
        asked.save(engine, [Asked(name, "status", at, 900 + tick, "ios") for name in names])
        tokens.said(engine, dict.fromkeys(names, f'["1.3.6.1.4.1.9", {tick}, 7]'), at)
        told = [Reading(name, "identity.software", "", f"17.{tick}", at) for name in names]
        readings.save(engine, told, [Status(name, at, reachable=tick % 2 == 0) for name in names], every="status")

    return cpu(one, ROUNDS)


def sampled(names, at, chance):
    for number, name in enumerate(names):
        counters = Counters((at - T + 10_000) * 100, number + at * 40_000, number + at * 9_000, 0)
        yield Sample(name, at, chance.randrange(500, 60_000), chance.randrange(60), chance.randrange(90), counters)


def rounds(engine, names):
    """CPU of a round of a sample of each device, the counters worked out, and the latest of each."""
    chance, figures = random.Random(1), []
    for number in range(ROUNDS):
        batch = list(sampled(names, T - 3600 + 300 * number, chance))
        began = time.process_time()
        samples.save(engine, batch)
        figures.append(time.process_time() - began)
    return sorted(figures)[ROUNDS // 2]


def judged(engine, names):
    """CPU of a round's judgement where 1 in 100 changes, and of availability by region over 30 days and today."""
    chance, figures = random.Random(1), []
    states = dict.fromkeys(names, Judged("up"))
    for hours in range(0, 31 * 24, 4):
        for name in chance.sample(names, max(1, len(names) // 100)):
            states[name] = Judged(chance.choice(["up", "down", "unknown"]))
        began = time.process_time()
        record(engine, {"device": states}, (), T + hours * 3600, gap=5 * 3600)
        figures.append(time.process_time() - began)
    now = T + 30 * 86400 + 20 * 3600
    began = time.process_time()
    close_days(engine, now)
    closing = (time.process_time() - began) / 30
    region = cpu(lambda: by_region(engine, "device", 30, now))
    return {
        "judge_cpu_s": sorted(figures)[len(figures) // 2],
        "day_closed_cpu_s": closing,
        "region_cpu_ms": 1000 * region,
    }


def year(keep):
    """GB of what is kept of a nation in a year, from the bytes of a row of each table when each holds some days."""
    devices, chance = 200, random.Random(2)
    kept = {
        sample: keep.raw * 288,
        five: keep.five_minutes * 288,
        hour: min(keep.hours, 365) * 24,
        day: min(keep.days, 365),
        availability: min(keep.days, 365),
    }
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        engine = connect_series(project)
        names = [f"d{n:06}" for n in range(devices)]
        subjects.sync(engine, [Subject("device", one, "s", "R") for one in names])
        began = time.process_time()
        for at in range(T, T + DAYS * 86400, 300):
            samples.save(engine, sampled(names, at, chance))
        saving = time.process_time() - began
        began = time.process_time()
        rollup.roll(engine, T + DAYS * 86400 + 60)
        rolling = time.process_time() - began
        for at in range(T, T + 20 * 86400, 86400):
            record(engine, {"device": dict.fromkeys(names, Judged("up"))}, (), at, gap=2 * 86400)
        close_days(engine, T + 20 * 86400)
        with engine.connect() as connection:
            rows = {table: connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in kept}
        sizes = {table: weighed(engine, table) for table in kept}
        engine.dispose()
    each = {table: sizes[table] / max(1, rows[table]) for table in kept}
    each[day] = each[hour]  # a few rows fill no page
    return {
        **{f"bytes_a_row_{table.name}": size for table, size in each.items()},
        "year_gb": sum(each[table] * kept[table] * NATION for table in kept) / 1e9,
        "roll_to_save_cpu": rolling / saving,
    }


def weighed(engine, table):
    """Bytes of the pages that a table takes, as it was filled: those that are free once it is dropped."""
    free = "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size"
    with engine.begin() as connection:
        before = connection.exec_driver_sql(free).scalar_one()
        connection.exec_driver_sql(f"DROP TABLE {table.name}")
        return connection.exec_driver_sql(free).scalar_one() - before


if __name__ == "__main__":
    import json

    print(json.dumps(run(), indent=2))
