"""What Prometheus is shown: every family counted from the store, labels that no school or device can grow, small server."""

import asyncio
import contextlib
import dataclasses
import re
import shutil
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families
from watched import NOW, fault

from homeroom.errors import UsageError
from homeroom.observe import metrics_http
from homeroom.observe.meters import Meters
from homeroom.observe.metrics import known
from homeroom.observe.metrics_http import Metrics
from homeroom.observe.serving import Serving
from homeroom.observe.settings import Settings
from homeroom.snmp.wire.line import Stats

LABELS = {"region", "platform", "kind", "state", "of", "days", "schedule", "severity", "receiver", "outcome", "version"}


@contextlib.asynccontextmanager
async def serving(watched, alerting=None, every=15):
    """Serve at a free port; yield the endpoint."""
    settings = dataclasses.replace(Settings(), metrics=Serving(port=0, every=every))
    of = (watched.project, watched.state, watched.series, settings)
    one = Metrics(*of, watched.meters, alerting=alerting, clock=watched.clock)
    task = asyncio.create_task(one.run())
    await asyncio.wait_for(one.listening.wait(), 10)
    try:
        yield one
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def said(one, request):
    """Send octets; return all that comes back."""
    reader, writer = await asyncio.open_connection(*one.address)
    writer.write(request)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return answer


async def get(one, path="/metrics", accept=""):
    head, _, body = (await said(one, f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n".encode())).partition(
        b"\r\n\r\n"
    )
    return head.decode(), body.decode()


def page(watched, **more):
    async def go():
        async with serving(watched, **more) as one:
            return (await get(one))[1]

    return asyncio.run(go())


def values(text, name):
    """Return labels -> value of a sample."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name:
                found[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_every_family_is_counted_from_the_store(watched):
    router = watched.router()
    watched.judged(fault(router.name, schools=2, devices=9), down=[router.name])
    watched.drifted(watched.devices[0].name, "+ x")
    watched.drifted(watched.devices[1].name, reason="no answer")
    text = page(watched)
    devices = values(text, "homeroom_devices")
    assert sum(devices.values()) == len(watched.devices)
    down = [dict(labels) for labels, value in devices.items() if ("state", "down") in labels and value]
    assert down == [{"region": router.region, "platform": router.platform, "kind": "router", "state": "down"}]
    schools = values(text, "homeroom_schools")
    assert sum(schools.values()) == sum(len(site.schools) for site in watched.sites)
    assert values(text, "homeroom_faults_open")[("region", router.region),] == 1
    assert values(text, "homeroom_fault_schools")[("region", router.region),] == 2
    points = sum(one.kind == "ap" for one in watched.devices)
    assert sum(values(text, "homeroom_clients").values()) == 11 * points
    assert sum(values(text, "homeroom_access_points_busy").values()) == -(-points // 5)
    assert sum(values(text, "homeroom_drifted_devices").values()) == 1
    assert sum(values(text, "homeroom_drift_unknown_devices").values()) == 1
    assert values(text, "homeroom_data_age_seconds") == {(("schedule", "status"),): 20.0}
    assert values(text, "homeroom_devices_fresh")[("schedule", "status"),] == len(watched.devices)
    share = values(text, "homeroom_availability_ratio")
    assert share
    assert all(0 <= one <= 1 for one in share.values())
    assert values(text, "homeroom_changes")[("state", "halted"),] == 0


def test_labels_are_bounded_and_name_no_device_site_or_school(watched):
    text = page(watched)
    found = {label for family in text_string_to_metric_families(text) for one in family.samples for label in one.labels}
    assert found <= LABELS
    names = {one.name for one in watched.devices} | {one.id for one in watched.sites}
    names |= {school.id for site in watched.sites for school in site.schools}
    said_ = {
        value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        for value in one.labels.values()
    }
    assert not said_ & names


def test_what_the_poller_counts_is_all_shown():
    made = Meters(engine=Stats()).snapshot()
    assert made
    assert not [name for name in made if not known(name)]


def test_the_pollers_counters_are_counters(watched):
    watched.meters = Meters(engine=Stats())
    watched.meters.answered["status"] += 7
    watched.meters.dropped = 3
    text = page(watched)
    assert values(text, "homeroom_poller_devices_answered_total")[("schedule", "status"),] == 7
    assert values(text, "homeroom_store_dropped_rows_total") == {(): 3}
    assert "# TYPE homeroom_poller_packets_sent_total counter" in text
    assert all(f"# HELP {name}" in text for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))


def test_prometheus_own_tool_finds_nothing_to_mend(watched):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed: apt-get install prometheus")
    watched.meters = Meters(engine=Stats())
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=page(watched), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_open_metrics_are_given_to_who_asks_for_them(watched):
    async def go():
        async with serving(watched) as one:
            return await get(one, accept="application/openmetrics-text; version=1.0.0")

    head, body = asyncio.run(go())
    assert "application/openmetrics-text" in head
    assert body.endswith("# EOF\n")


class Counting:
    """A census that knows how often it was asked."""

    def __init__(self, census):
        self.census, self.counts = census, 0

    def count(self):
        self.counts += 1
        return self.census.count()


def test_it_is_counted_once_for_all_who_ask_meanwhile(watched):
    async def go():
        async with serving(watched, every=300) as one:
            one._census = counting = Counting(one._census)
            pages = await asyncio.gather(*(get(one) for _ in range(8)))
            return counting.counts, {body for _, body in pages}

    counts, bodies = asyncio.run(go())
    assert counts == 1
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"GET /metrics/../../etc/passwd HTTP/1.1\r\n\r\n", 404),
        (b"POST /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 405),
        (b"hello\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 400),
        (b"HEAD /healthz HTTP/1.1\r\n\r\n", 200),
    ],
)
def test_what_is_no_question_is_answered_shortly(watched, request_, status):
    async def go():
        async with serving(watched) as one:
            return await said(one, request_), await get(one, "/healthz")

    answer, (head, body) = asyncio.run(go())
    assert not answer or answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.partition(b"\r\n\r\n")[2] == b"" or status >= 400
    assert (head.partition("\r\n")[0], body) == ("HTTP/1.1 200 OK", "ok\n")


def test_who_asks_nothing_is_sent_away_and_too_many_are_refused(watched, monkeypatch):
    monkeypatch.setattr(metrics_http, "_PATIENCE", 0.4)
    monkeypatch.setattr(metrics_http, "_AT_ONCE", 3)

    async def go():
        async with serving(watched) as one:
            await one.nation()
            idle = [await asyncio.open_connection(*one.address) for _ in range(3)]
            refused = await said(one, b"")
            ends = [await asyncio.wait_for(reader.read(), 20) for reader, _ in idle]
            for _, writer in idle:
                writer.close()
            return refused, ends, (await get(one))[0]

    refused, ends, after = asyncio.run(go())
    assert b" 503 " in refused
    assert ends == [b"", b"", b""]
    assert " 200 " in after


def test_health_says_what_is_wrong(watched):
    async def go():
        async with serving(watched, every=1) as one:
            watched.clock.now += 1000
            old = await get(one, "/healthz")
            one._until = 0
            with watched.state.begin() as db:
                db.exec_driver_sql("ALTER TABLE asked RENAME TO asked_away")
            away = await get(one, "/healthz")
            return old, away, (await get(one))[1]

    (head, body), (_, away), text = asyncio.run(go())
    assert " 503 " in head
    assert body == "no device has answered of late\n"
    assert away == "the store cannot be read\n"
    assert values(text, "homeroom_store_readable") == {(): 0}
    assert "homeroom_poller_devices" in text, "what needs no store is still shown"
    assert not values(text, "homeroom_schools"), "nothing is said of what nobody could read"


def test_an_address_that_is_taken_or_is_none_is_said(watched):
    async def go():
        async with serving(watched) as one:
            settings = dataclasses.replace(Settings(), metrics=Serving(port=one.address[1]))
            second = Metrics(watched.project, watched.state, watched.series, settings, watched.meters)
            with pytest.raises(UsageError, match="choose another in inventory"):
                await second.run()
            off = dataclasses.replace(Settings(), metrics=Serving(address=""))
            await Metrics(watched.project, watched.state, watched.series, off, watched.meters).run()

    asyncio.run(go())
    with pytest.raises(ValueError, match="does not appear to be"):
        Serving(address="everywhere")
    with pytest.raises(ValueError, match="port goes from"):
        Serving(port=70_000)


def test_messages_to_receivers_are_counted(watched):
    watched.write("receivers: {noc: {webhook: 'https://noc.example/x', secret: hook}}\n")
    alerting = watched.alerting()
    alerting._ready()
    alerting.deliveries["noc"].taken, alerting.deliveries["noc"].failures = 5, 2
    text = page(watched, alerting=alerting)
    assert values(text, "homeroom_alert_messages_total")[("outcome", "taken"), ("receiver", "noc")] == 5
    assert values(text, "homeroom_alert_receiver_failing") == {(("receiver", "noc"),): 1}
    assert NOW
