"""Samples of devices over time: what was measured at each poll, and the latest of every device, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.store import bulk, partitions
from homeroom.store.counters import Counters, passed
from homeroom.store.series_tables import WIDTH, latest, mark, sample, standing, subject
from homeroom.store.subjects import numbers


@dataclass(frozen=True, slots=True)
class Sample:
    """What one poll measured of one device at a time (epoch seconds); None: it was not asked, or did not say.

    `rtt`: microseconds. `util`: percent of the device's busiest channel.
    """

    device: str
    at: int
    rtt: int | None = None
    clients: int | None = None
    util: int | None = None
    counters: Counters | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What was not kept: devices that nobody made known, and samples older than the raw history that is left."""

    unknown: frozenset[str] = frozenset()
    late: int = 0


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest of one device; a time (epoch seconds) stands before what was told at it. None: never told."""

    device: str
    site: str
    region: str
    state: str | None
    cause: str | None
    since: int | None
    at: int | None
    rtt: int | None
    radio_at: int | None
    clients: int | None
    util: int | None
    counted_at: int | None
    rx_bps: int | None
    tx_bps: int | None


_SAMPLE: Final = ("at", "device", "span", "rtt", "clients", "util", "rx", "tx", "errors")
_TOLD: Final = {name: f"COALESCE(excluded.{name}, sample.{name})" for name in _SAMPLE[2:]}
_GROUPS: Final = {
    "at": ("rtt",),
    "radio_at": ("clients", "util"),
    "counted_at": ("rx_bps", "tx_bps", "uptime", "boots", "bits", "rx", "tx", "errors"),
}
_LATEST: Final = ("device", *(name for at, names in _GROUPS.items() for name in (at, *names)))
_NEWER: Final = {
    name: f"CASE WHEN excluded.{at} IS NULL OR excluded.{at} <= latest.{at} THEN latest.{name} ELSE excluded.{name} END"
    for at, names in _GROUPS.items()
    for name in (at, *names)
}


def save(engine: Engine, samples: Iterable[Sample]) -> Saved:
    """Keep one round: the samples, and the latest of each device. The same round again changes nothing.

    What the counters say is worked out here, against those before. StoreError: nothing of the round is kept.
    """
    given = sorted(samples, key=lambda one: one.at)
    if not given:
        return Saved()
    with bulk.writing(engine, "samples") as db:
        known = numbers(db, "device", None if len(given) > 1000 else (one.device for one in given))
        kept_since = db.scalar(sa.select(mark.c.at).where(mark.c.name == "sample")) or 0
        fresh = [one for one in given if one.device in known and one.at >= kept_since]
        if fresh:
            _write(db, fresh, known)
    unknown = frozenset(one.device for one in given if one.device not in known)
    return Saved(unknown, sum(one.at < kept_since for one in given if one.device in known))


def _write(db: Connection, fresh: Sequence[Sample], known: Mapping[str, int]) -> None:
    before = _counted(db, {known[one.device] for one in fresh})
    rows: list[tuple[Any, ...]] = []
    newest: list[tuple[Any, ...]] = []
    for one in fresh:
        device = known[one.device]
        row, latest_row = _rows(one, device, before.get(device))
        rows.append(row)
        newest.append(latest_row)
        if one.counters and (device not in before or before[device][0] < one.at):
            before[device] = (one.at, one.counters)
    partitions.ensure(db, sample, fresh[0].at, fresh[-1].at)
    bulk.upsert(db, sample, _SAMPLE, rows, _TOLD)
    bulk.upsert(db, latest, _LATEST, newest, _NEWER)
    for name, width in WIDTH.items():
        start = fresh[0].at // width * width
        db.execute(sa.update(mark).where(mark.c.name == name, mark.c.at > start).values(at=start))


def _rows(one: Sample, device: int, before: tuple[int, Counters] | None) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the row of the samples and the one of the latest."""
    now = one.counters
    since = passed(before[1], now, one.at - before[0]) if now and before else None
    span, rx, tx, errors = (since.span, since.rx, since.tx, since.errors) if since else (None, None, None, None)
    radio = one.at if one.clients is not None or one.util is not None else None
    rates = [None if octets is None or span is None else octets * 8 // span for octets in (rx, tx)]
    counted = (
        (one.at, *rates, now.uptime, now.boots, now.bits, _signed(now.rx), _signed(now.tx), now.errors)
        if now
        else (None,) * 9
    )
    row = (one.at, device, span, one.rtt, one.clients, one.util, rx, tx, errors)
    return row, (device, one.at, one.rtt, radio, one.clients, one.util, *counted)


def _counted(db: Connection, devices: Iterable[int]) -> dict[int, tuple[int, Counters]]:
    columns = (latest.c.device, latest.c.counted_at, latest.c.uptime, latest.c.rx, latest.c.tx, latest.c.errors)
    query = sa.select(*columns, latest.c.bits, latest.c.boots).where(latest.c.counted_at.is_not(None))
    found = db.execute(query.where(bulk.among(db, latest.c.device, devices)))
    return {row[0]: (row[1], _counters(*row[2:])) for row in found}


def _counters(uptime: int, rx: int, tx: int, errors: int, bits: int, boots: int | None) -> Counters:  # noqa: PLR0917
    return Counters(uptime, rx % (1 << bits), tx % (1 << bits), errors, bits, boots=boots)


def _signed(value: int) -> int:
    """Write a 64-bit counter as the signed number that a database holds; modulo 2**64 it is the same."""
    return value if value < 1 << 63 else value - (1 << 64)


def page(engine: Engine, region: str = "", after: str = "", size: int = 100) -> tuple[Latest, ...]:
    """Return the latest of `size` devices, by name, from the one after `after`; `region`: of that one only."""
    columns = (latest.c.at, latest.c.rtt, latest.c.radio_at, latest.c.clients, latest.c.util, latest.c.counted_at)
    query = (
        sa.select(subject.c.name, subject.c.site, subject.c.region)
        .add_columns(standing.c.state, standing.c.cause, standing.c.since)
        .add_columns(*columns, latest.c.rx_bps, latest.c.tx_bps)
        .outerjoin(latest, latest.c.device == subject.c.id)
        .outerjoin(standing, standing.c.subject == subject.c.id)
        .where(subject.c.kind == "device", subject.c.name > after)
    )
    if region:
        query = query.where(subject.c.region == region)
    with bulk.reading(engine, "samples") as db:
        return tuple(Latest(*row) for row in db.execute(query.order_by(subject.c.name).limit(size)))
