"""The tables of what was measured over time: samples, roll-ups, intervals of availability, faults, speeds.

Times are whole seconds since the epoch, UTC; every other number is whole too, so that SQLite keeps it in few bytes.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

meta = sa.MetaData()


def _whole(name: str, *, key: bool = False, null: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=key, nullable=null and not key)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)


subject = sa.Table(
    "subject",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("kind"),  # device | school
    _text("name"),
    _text("site"),
    _text("region"),
    sa.Column("mbps", sa.Float),  # what is contracted for a school's line; none: nobody said
)
latest = sa.Table(
    "latest",
    meta,
    _whole("device", key=True),
    _whole("at"),
    _whole("rtt"),  # microseconds
    _whole("radio_at"),  # when the two that follow were told
    _whole("clients"),
    _whole("util"),  # percent, of the busiest channel
    _whole("counted_at"),  # when those that follow were told
    _whole("rx_bps"),  # bits a second since the sample before; none: not known
    _whole("tx_bps"),
    _whole("uptime"),  # from here: the counters as the device gave them (homeroom.store.counters)
    _whole("boots"),
    _whole("bits"),
    _whole("rx"),
    _whole("tx"),
    _whole("errors"),
)
sample = sa.Table(
    "sample",
    meta,
    _whole("at", key=True),
    _whole("device", key=True),
    _whole("span"),  # seconds that rx, tx and errors are of; none: the counters say nothing about this time
    _whole("rtt"),
    _whole("clients"),
    _whole("util"),
    _whole("rx"),  # octets
    _whole("tx"),
    _whole("errors"),
)


def _roll(name: str) -> sa.Table:
    """Describe one roll-up: a row for each device and span of time in which it was sampled."""
    return sa.Table(
        name,
        meta,
        _whole("at", key=True),  # when the span begins
        _whole("device", key=True),
        _whole("n"),  # samples
        _whole("rtt"),  # mean
        _whole("rtt_max"),
        _whole("clients"),
        _whole("clients_max"),
        _whole("util"),
        _whole("util_max"),
        _whole("span"),
        _whole("rx"),  # octets in `span` seconds
        _whole("tx"),
        _whole("rx_max"),  # bits a second, the highest between two samples
        _whole("tx_max"),
        _whole("errors"),
    )


five = _roll("five")
hour = _roll("hour")
day = _roll("day")
WIDTH: Final = {"five": 300, "hour": 3600, "day": 86400}
"""Seconds that a row of a roll-up stands for."""

mark = sa.Table("mark", meta, _text("name", key=True), _whole("at", null=False))
"""How far a job has come: what lies before is done."""

standing = sa.Table(
    "standing", meta, _whole("subject", key=True), _text("state"), _text("cause"), _whole("since", null=False)
)
"""The interval that lasts, of each subject."""
interval = sa.Table(
    "interval",
    meta,
    _whole("until", key=True),
    _whole("subject", key=True),
    _whole("since", null=False),
    _text("state"),  # up | down | unknown
    _text("cause"),  # the node above that explains it; empty: it stands for itself
)
availability = sa.Table(
    "availability",
    meta,
    _whole("day", key=True),  # its first second
    _whole("subject", key=True),
    _whole("up", null=False),  # seconds
    _whole("down", null=False),
    _whole("unknown", null=False),
)
region_day = sa.Table(
    "region_day",
    meta,
    _whole("day", key=True),
    _text("kind", key=True),
    _text("region", key=True),
    _whole("subjects", null=False),
    _whole("up", null=False),
    _whole("down", null=False),
    _whole("unknown", null=False),
)
fault = sa.Table(
    "fault",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("root"),
    _whole("since", null=False),
    _whole("until"),  # none: it lasts
    _whole("devices", null=False),  # behind it and silent, the most there were
    _whole("schools", null=False),
)
speed = sa.Table(
    "speed",
    meta,
    _whole("at", key=True),
    _whole("school", key=True),
    _text("source", key=True),  # who measured
    sa.Column("down", sa.Float, nullable=False),  # Mbit/s
    sa.Column("up", sa.Float, nullable=False),
)
