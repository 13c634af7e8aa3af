"""The tables of what is observed, beside the readings: homeroom.store.migrations.state.r0003_observed makes them."""

from __future__ import annotations

import sqlalchemy as sa

from homeroom.store.db import meta


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)


def _time(name: str, *, null: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=null)


asked = sa.Table(
    "asked",
    meta,
    _text("device", key=True),
    _text("every", key=True),  # status | radio | inventory; drift: a round of `homeroom drift`
    _time("at"),  # when it last answered that, epoch
    sa.Column("rtt", sa.BigInteger, nullable=False),  # microseconds
    _text("vendor"),  # whose file it was asked by (homeroom.snmp.ask)
)
token = sa.Table(
    "token",
    meta,
    _text("device", key=True),
    _text("said"),  # what the config-changed objects last said, JSON; empty: the device has none
    _time("at"),  # when they did, epoch
    _text("held"),  # what they said just before the stored configuration was read; empty: nobody knows
    _time("held_at"),
)
drift = sa.Table(
    "drift",
    meta,
    _text("device", key=True),
    _text("sha"),  # hash of the configuration that drifted
    _time("since"),  # when the oldest of it was first seen, epoch
    _time("at"),  # when it was last confirmed
    _text("lines"),  # JSON list: "+ what nobody intended", "- what is missing"
    _text("controls"),  # JSON list of rule ids that the lines break
    _text("by"),  # who, as syslog or accounting told; empty: nobody told
    _text("reason"),  # why nothing can be said (unknown); empty: it drifted
)
heard = sa.Table(
    "heard",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    _time("at"),
    _text("device"),  # empty: of no device that is known
    _text("source"),  # syslog | trap
    _text("kind"),  # config | login | refused | restart | link | other
    _text("who"),
    _text("origin"),  # where who came from: an address
    _text("text"),
    sa.Index("heard_device", "device", "at"),
)
alert = sa.Table(
    "alert",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("key"),  # what it is about: one is open a key
    _text("severity"),  # critical | warning | info
    _text("region"),  # empty: of the whole nation
    _text("site"),  # empty: of several
    _text("title"),
    _text("body"),
    _time("opened"),
    _time("closed", null=True),
    _time("told", null=True),  # when people were told; none: not yet
    sa.Index("alert_key", "key", "opened"),
    sa.Index(
        "alert_open",
        "key",
        unique=True,
        sqlite_where=sa.text("closed IS NULL"),
        postgresql_where=sa.text("closed IS NULL"),
    ),
)
notice = sa.Table(
    "notice",
    meta,
    sa.Column("alert", sa.Integer, primary_key=True, autoincrement=False),
    _text("receiver", key=True),
    _text("what"),  # the last that it was told: opened | worse | again | closed
    _text("severity"),  # as it was told
    _time("at"),
)
milestone = sa.Table(
    "milestone",
    meta,
    _text("site", key=True),
    _text("step", key=True),  # of homeroom.observe.funnel
    _text("verdict"),  # yes | no | unknown
    _time("since"),  # since when this verdict holds, epoch
    _time("at"),  # when it was last looked at
    _text("detail"),
    _time("reached", null=True),  # when it was first reached; none: never
    _time("lost", null=True),  # when what had been reached was last seen lost
)
audited = sa.Table(
    "audited",
    meta,
    _text("site", key=True),
    _time("at"),  # of the last audit that judged the whole site, epoch
    sa.Column("violations", sa.BigInteger, nullable=False),
    sa.Column("undecided", sa.BigInteger, nullable=False),  # verdicts that are unknown or an error
    sa.Column("waived", sa.BigInteger, nullable=False),
    _text("rules"),  # JSON list of the rules that are violated
)
