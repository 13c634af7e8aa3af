"""What is known of the nation and of the poller, as Prometheus's families of metrics.

Labels are bounded: region, platform, kind, state, schedule and the like, which a programme has few of. No school, site,
device, SSID or person is ever a label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from homeroom import __version__
from homeroom.snmp.ask.declared import SCHEDULES
from homeroom.store.alerts import SEVERITIES
from homeroom.store.availability import Availability
from homeroom.store.change_tables import CHANGE_STATES
from homeroom.store.outages import Outage
from homeroom.store.totals import Air, Answers

_Key = TypeVar("_Key", bound=tuple[str, ...])
STATES: Final = ("up", "down", "unknown")
_OF_CLASS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "asked": ("devices_asked", "Devices asked", True),
    "answered": ("devices_answered", "Devices that answered", True),
    "silent": ("devices_silent", "Devices that did not answer", True),
    "late": ("devices_late", "Devices asked later than a tenth of the period after they were due", True),
    "held": ("devices_held", "Devices put off for the sake of their line", True),
    "skipped": ("devices_skipped", "Devices of which nothing had changed, so that less was asked", True),
    "refused": ("values_refused", "Values that devices said and that could not be what they stand for", True),
    "seconds": ("round_seconds", "Seconds that the last round took", False),
    "cpu": ("round_cpu_seconds", "CPU seconds that the last round took", False),
    "overdue": ("devices_overdue", "Devices that should have been asked by now", False),
}
_POLLER: Final[Mapping[str, tuple[str, str, bool]]] = {
    "devices": ("devices", "Devices that are polled", False),
    "dead": ("devices_dead", "Devices that were silent so long that they are asked less often", False),
    "octets": ("octets", "Octets that went over the lines to devices, about", True),
    "engine_sent": ("packets_sent", "SNMP packets sent", True),
    "engine_received": ("packets_received", "SNMP packets received", True),
    "engine_repeated": ("packets_repeated", "SNMP requests sent once more", True),
    "engine_expired": ("requests_expired", "SNMP requests that nobody answered in time", True),
    "engine_lost": ("requests_lost", "SNMP requests given up after the last repetition", True),
    "engine_strange": ("packets_strange", "SNMP answers to what was not asked", True),
    "engine_foreign": ("packets_foreign", "Packets from addresses that were not asked", True),
    "engine_malformed": ("packets_malformed", "Packets that are no SNMP", True),
    "engine_resynchronised": ("engines_resynchronised", "SNMPv3 engines whose clock was learnt anew", True),
}
_STORE: Final[Mapping[str, tuple[str, str, bool]]] = {
    "store_waiting": ("waiting_rows", "Rows that wait in memory because the store takes nothing", False),
    "store_dropped": ("dropped_rows", "Rows that were dropped because too many waited", True),
}


@dataclass(frozen=True, slots=True)
class Nation:
    """Everything that is shown, counted at one time (epoch).

    `devices`: (region, platform, kind, state) -> how many; `schools`: (region, state); `drifted` and `undecided`:
    region -> devices; `shares`: (region, device or school, days) -> its availability; `faults` with the region of
    each; `receivers`: name -> messages taken, refused, and whether the last was refused.
    """

    at: float
    regions: tuple[str, ...] = ()
    devices: Mapping[tuple[str, str, str, str], int] = field(default_factory=dict[tuple[str, str, str, str], int])
    schools: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    faults: tuple[tuple[str, Outage], ...] = ()
    shares: Mapping[tuple[str, str, int], Availability] = field(
        default_factory=dict[tuple[str, str, int], Availability]
    )
    air: tuple[Air, ...] = ()
    drifted: Mapping[str, int] = field(default_factory=dict[str, int])
    undecided: Mapping[str, int] = field(default_factory=dict[str, int])
    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    answers: Mapping[str, Answers] = field(default_factory=dict[str, Answers])
    alerts: Mapping[str, int] = field(default_factory=dict[str, int])
    untold: Mapping[str, int] = field(default_factory=dict[str, int])
    receivers: Mapping[str, tuple[int, int, bool]] = field(default_factory=dict[str, tuple[int, int, bool]])
    meters: Mapping[str, float] = field(default_factory=dict[str, float])
    seconds: float = 0.0
    """CPU seconds that counting took."""
    ok: bool = True
    """Whether the store could be read; if not, what it holds is missing here."""


def families(nation: Nation) -> Iterator[Metric]:
    """Yield every family of metrics."""
    yield from _self(nation)
    if nation.ok:
        yield from _places(nation)
        yield from _wireless(nation)
        yield from _work(nation)
        yield from _ages(nation)
    yield from _delivery(nation)
    yield from _meters(nation.meters)


def _self(nation: Nation) -> Iterator[Metric]:
    info = GaugeMetricFamily("homeroom_build_info", "Homeroom's version", labels=("version",))
    info.add_metric((__version__,), 1)
    yield info
    yield GaugeMetricFamily("homeroom_store_readable", "1 when the store could be read, 0 when not", int(nation.ok))
    yield GaugeMetricFamily("homeroom_counted_timestamp_seconds", "When this was counted, epoch", nation.at)
    yield GaugeMetricFamily("homeroom_counting_cpu_seconds", "CPU seconds that counting took", nation.seconds)


def _places(nation: Nation) -> Iterator[Metric]:
    yield _gauge("devices", "Devices by what is known of them", ("region", "platform", "kind", "state"), nation.devices)
    schools = {(region, state): 0 for region in nation.regions for state in STATES} | dict(nation.schools)
    yield _gauge("schools", "Schools by what is known of them", ("region", "state"), schools)
    sums = {name: Counter(dict.fromkeys(nation.regions, 0)) for name in ("open", "devices", "schools")}
    for region, one in nation.faults:
        sums["open"][region] += 1
        sums["devices"][region] += one.devices
        sums["schools"][region] += one.schools
    yield _gauge("faults_open", "Faults that last, one for each root", ("region",), _single(sums["open"]))
    yield _gauge("fault_devices", "Devices that open faults cut off", ("region",), _single(sums["devices"]))
    yield _gauge("fault_schools", "Schools that open faults cut off", ("region",), _single(sums["schools"]))
    shares = ("region", "of", "days")
    known = {_words(key): one.share for key, one in nation.shares.items() if one.share is not None}
    yield _gauge("availability_ratio", "Part of the known time in which it was up: whole days and today", shares, known)
    parts = {_words(key): one.known for key, one in nation.shares.items() if one.known is not None}
    yield _gauge("availability_known_ratio", "Part of the time of which anything is known", shares, parts)


def _wireless(nation: Nation) -> Iterator[Metric]:
    told = {one.region: one for one in nation.air}
    each = [(region, told.get(region)) for region in (nation.regions or tuple(told))]
    clients = {(region,): one.clients if one else 0 for region, one in each}
    yield _gauge("clients", "Wireless clients, as access points told of late", ("region",), clients)
    points = {(region,): one.told if one else 0 for region, one in each}
    yield _gauge("access_points_told", "Access points and controllers that told of late", ("region",), points)
    busy = {(region,): one.busy if one else 0 for region, one in each}
    yield _gauge(
        "access_points_busy", "Those of them whose busiest channel is used 80 percent or more", ("region",), busy
    )
    util = {(region,): one.util / 100 for region, one in each if one and one.util is not None}
    yield _gauge("channel_busy_ratio", "Use of the busiest channel, the mean over access points", ("region",), util)


def _work(nation: Nation) -> Iterator[Metric]:
    usual = dict.fromkeys(nation.regions, 0)
    drifted, undecided = usual | dict(nation.drifted), usual | dict(nation.undecided)
    yield _gauge("drifted_devices", "Devices that run other than intended", ("region",), _single(drifted))
    what = "Devices of which drift could not say anything"
    yield _gauge("drift_unknown_devices", what, ("region",), _single(undecided))
    changes = dict.fromkeys(CHANGE_STATES, 0) | dict(nation.changes)
    yield _gauge("changes", "Changes by state", ("state",), _single(changes))
    open_ = dict.fromkeys(SEVERITIES, 0) | dict(nation.alerts)
    yield _gauge("alerts_open", "Alerts that are open", ("severity",), _single(open_))
    untold = dict.fromkeys(SEVERITIES, 0) | dict(nation.untold)
    yield _gauge("alerts_untold", "Open alerts that nobody was told of yet", ("severity",), _single(untold))


def _ages(nation: Nation) -> Iterator[Metric]:
    ages = {(every,): nation.at - one.newest for every, one in nation.answers.items() if one.newest is not None}
    yield _gauge("data_age_seconds", "Seconds since any device answered a schedule", ("schedule",), ages)
    fresh = {(every,): one.fresh for every, one in nation.answers.items()}
    yield _gauge("devices_fresh", "Devices that answered within three periods", ("schedule",), fresh)


def _delivery(nation: Nation) -> Iterator[Metric]:
    sent = CounterMetricFamily(
        "homeroom_alert_messages", "Messages to receivers of alerts", labels=("receiver", "outcome")
    )
    failing: dict[tuple[str, ...], float] = {}
    for name, (taken, refused, fails) in nation.receivers.items():
        sent.add_metric((name, "taken"), taken)
        sent.add_metric((name, "refused"), refused)
        failing[name,] = int(fails)
    yield sent
    yield _gauge("alert_receiver_failing", "1 when the last message was not taken", ("receiver",), failing)


def _meters(meters: Mapping[str, float]) -> Iterator[Metric]:
    """Yield what the poller counts; a number whose name is new here is a gauge of that name."""
    for name, (family, text, counts) in _OF_CLASS.items():
        found = {(every,): meters[f"{name}_{every}"] for every in SCHEDULES if f"{name}_{every}" in meters}
        yield _family(f"poller_{family}", text, ("schedule",), found, counts=counts)
    for room, table in (("poller", _POLLER), ("store", _STORE)):
        for name, (family, text, counts) in table.items():
            if name in meters:
                yield _family(f"{room}_{family}", text, (), {(): meters[name]}, counts=counts)


def known(name: str) -> bool:
    """Tell whether a number that the poller counts is shown."""
    word, _, every = name.rpartition("_")
    return name in _POLLER or name in _STORE or (word in _OF_CLASS and every in SCHEDULES)


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Mapping[_Key, float]) -> Metric:
    return _family(name, text, labels, values, counts=False)


def _family(name: str, text: str, labels: tuple[str, ...], values: Mapping[_Key, float], *, counts: bool) -> Metric:
    made: GaugeMetricFamily | CounterMetricFamily
    made = (CounterMetricFamily if counts else GaugeMetricFamily)(f"homeroom_{name}", text, labels=labels)
    for key, value in sorted(values.items()):
        made.add_metric(key, value)
    return made


def _single(values: Mapping[str, int]) -> Mapping[tuple[str, ...], float]:
    return {(key,): value for key, value in values.items()}


def _words(key: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(str, key))
