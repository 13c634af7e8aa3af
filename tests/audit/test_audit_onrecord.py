"""What was probed and what is on record: taken from the store and the project's files, and judged."""

import datetime as dt
from dataclasses import replace

import pytest
from judged import HOUR, NOW

from homeroom.audit import gather
from homeroom.audit.onrecord import of_programme
from homeroom.audit.record import check
from homeroom.audit.subject import DeviceSubject, ProgrammeSubject, SiteSubject
from homeroom.errors import InputError
from homeroom.platforms.render import Renderer
from homeroom.reading import Reading, Status
from homeroom.sealed import make_key, seal
from homeroom.store import configs, heard, probes, readings
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from homeroom.store.probes import Probed
from homeroom.store.world import World

DAY = 24 * HOUR


@pytest.fixture
def sources(project):
    engine, world = connect(project), World.open(project)
    yield gather.Sources(project, world, engine, Renderer.of(project), NOW)
    world.close()
    engine.dispose()


def found(sources, selector=None, wanted=()):
    return list(gather.subjects(sources, selector or Selector(), wanted))


def device(sources, name):
    return next(one for one in found(sources) if isinstance(one, DeviceSubject) and one.intent.device.name == name)


def fill(sources, at=NOW - HOUR, serial="S{}"):
    """Every device backed up as rendered, and each with a serial number of its own."""
    names = []
    for number, intent in enumerate(sources.world.intents()):
        name = intent.device.name
        configs.save_running(sources.engine, name, sources.renderer.render(intent).text, at)
        row = Reading(name, "identity.serial", "", serial.format(number), at)
        readings.save(sources.engine, [row], [Status(name, at, True, "", at)])
        names.append(name)
    return names


def test_the_programme_comes_first_then_each_site_with_its_devices(sources):
    names = fill(sources)
    every = found(sources)
    assert isinstance(every[0], ProgrammeSubject)
    order, site = [], ""
    for one in every[1:]:
        if isinstance(one, SiteSubject):
            site = one.plan.entry.site
            assert set(one.running) == {d.name for d in one.plan.devices}
        else:
            assert one.intent.device.site == site
            assert one.running == configs.running(sources.engine, one.intent.device.name)
            assert one.readings == readings.latest(sources.engine, one.intent.device.name)
            order.append(one.intent.device.name)
    assert order == names


def test_a_device_alone_brings_its_site_with_all_that_it_is_proven_by(sources):
    names = fill(sources)
    _, site, only = found(sources, Selector(devices=(names[1],)))
    assert only.intent.device.name == names[1]
    assert len(site.running) > 1
    assert all(site.running.values())
    assert site.proof.proven


def test_only_the_readings_that_are_wanted_are_read(sources):
    (name, *_) = fill(sources)
    rows = [Reading(name, one, "", "x", NOW) for one in ("identity.name", "identity.contact")]
    readings.save(sources.engine, rows, [], every="more")
    one = found(sources, Selector(devices=(name,)), {"identity.name"})[-1]
    assert set(one.readings) == {"identity.name", "identity.serial"}


def test_a_site_is_proven_from_what_is_stored(sources, district):
    names = fill(sources)
    router = next(name for name in names if "rtr" in name)
    text = configs.running(sources.engine, router).text
    other = text.replace(
        "ip access-list extended STUDENT-IN\n", "ip access-list extended STUDENT-IN\n 5 permit ip any any\n"
    )
    configs.save_running(sources.engine, router, other, NOW)
    sites = [one for one in found(sources) if isinstance(one, SiteSubject)]
    statuses = {site.plan.entry.site: district.judge("SEG-01", site).status for site in sites if site.running}
    assert sorted(statuses.values()) == ["compliant"] * (len(statuses) - 1) + ["violation"]


@pytest.mark.parametrize(
    ("at", "status"), [(NOW - 2 * HOUR, "compliant"), (NOW - HOUR + 60, "compliant"), (NOW - 60, "compliant")]
)
def test_a_change_that_is_backed_up_or_of_today_is_no_violation(sources, district, at, status):
    (name, *_) = fill(sources)
    heard.save(sources.engine, [heard.Heard(at, name, "syslog", "config", "netops", "10.0.0.1", "")])
    assert district.judge("OPS-02", device(sources, name)).status == status


def test_a_change_that_nobody_backed_up_within_a_day_is_a_violation(sources, district):
    (name, other, *_) = fill(sources, NOW - 3 * DAY)
    heard.save(sources.engine, [heard.Heard(NOW - 2 * DAY, name, "syslog", "config", "netops", "10.0.0.1", "")])
    heard.save(sources.engine, [heard.Heard(NOW - 2 * DAY, other, "syslog", "login", "netops", "10.0.0.1", "")])
    found = district.judge("OPS-02", device(sources, name))
    assert found.status == "violation"
    assert "2027-01-13 08:00:00 UTC" in found.summary
    assert district.judge("OPS-02", device(sources, other)).status == "compliant"


def test_an_old_backup_decides_nothing(sources, district):
    (name, *_) = fill(sources, NOW - 8 * DAY)
    assert district.judge("OPS-02", device(sources, name)).status == "unknown"


def test_a_serial_number_that_changed_or_that_two_have_is_a_violation(sources, district):
    (name, second, third, *_) = fill(sources, NOW - DAY)

    def say(device, serial):
        readings.save(sources.engine, [Reading(device, "identity.serial", "", serial, NOW)], [], every="")

    assert district.judge("OPS-05", device(sources, name)).summary == "serial number is S0, as on record"
    say(name, "S0B")
    say(second, "S2")
    assert district.judge("OPS-05", device(sources, name)).summary == "serial number is S0B, on record is S0"
    assert district.judge("OPS-05", device(sources, third)).summary == f"serial number S2 is also {second}'s"
    (sources.project.inventory / "serials.csv").write_text(f"device,serial\n{name},S0B\n")
    assert district.judge("OPS-05", device(sources, name)).status == "compliant"


def test_a_device_that_never_said_its_serial_number_is_unknown(sources, district):
    name = next(sources.world.intents()).device.name
    assert district.judge("OPS-05", device(sources, name)).status == "unknown"


@pytest.mark.parametrize("text", ["name,number\na,b\n", "device,serial\na,\n"])
def test_a_broken_list_of_serial_numbers_is_refused(sources, text):
    (sources.project.inventory / "serials.csv").write_text(text)
    with pytest.raises(InputError, match=r"serials\.csv"):
        found(sources)


@pytest.mark.parametrize(
    ("running", "startup", "status"),
    [("100", "100", "compliant"), ("200", "100", "violation"), ("200", None, "unknown")],
)
def test_whether_startup_is_saved_is_told_by_the_devices_own_clock(sources, running, startup, status):
    (name, *_) = fill(sources)
    said = {"changes.running": running, "changes.startup": startup}
    rows = [Reading(name, one, "", value, NOW) for one, value in said.items() if value]
    readings.save(sources.engine, rows, [], every="more")
    assert check(None, "startup_saved", device(sources, name)).status == status


def probed(sources, role, check, verdict, at=NOW - HOUR):
    site = next(one.id for one in sources.world.sites() if one.state == "connected")
    probes.add(sources.engine, [Probed(site, role, check, verdict, verdict, "seen so", at)])
    return site


FILTERED = ("student", "staff", "guest", "iot", "admin", "exam")


def test_only_the_newest_outcome_of_each_check_counts(sources, district):
    for role in FILTERED:
        site = probed(sources, role, "v4 resolver", "compliant")

    def judged():
        here = Selector(sites=(site,))
        return district.judge("FLT-03", next(one for one in found(sources, here) if isinstance(one, SiteSubject)))

    assert judged().status == "compliant"
    probed(sources, "student", "v4 adult: adult.probe.example", "unknown")
    assert judged().status == "unknown"
    probed(sources, "student", "v4 adult: adult.probe.example", "violation")
    assert judged().summary == "student: v4 adult: adult.probe.example was violation"
    assert judged().evidence[0].at == NOW - HOUR
    probed(sources, "student", "v4 adult: adult.probe.example", "compliant")
    assert judged().status == "compliant"


def test_a_role_that_was_never_or_long_ago_probed_is_unknown(sources, district):
    for role in FILTERED[1:]:
        site = probed(sources, role, "v4 resolver", "compliant")
    here = Selector(sites=(site,))

    def judged():
        return district.judge("FLT-03", next(one for one in found(sources, here) if isinstance(one, SiteSubject)))

    assert judged().status == "unknown"
    assert judged().summary.startswith("never probed: student; ")
    assert "run `homeroom probe --site SITE --role ROLE` in the network of each" in judged().summary
    probed(sources, "student", "v4 resolver", "compliant", NOW - 100 * DAY)
    assert "student was last probed 2026-10-07" in judged().summary


def programme(sources):
    return ProgrammeSubject(sources.world.programme, of_programme(sources.project, sources.world.policy), NOW)


def test_what_is_shipped_is_on_record(sources, district):
    key = sources.project.root.parent / "key.txt"
    seal(sources.project.state / "secrets.age", b"a: b\n", make_key(key))
    subject = programme(sources)
    judged = {rule: district.judge(rule, subject) for rule in ("RTR-07", "LOG-09", "OPS-06", "LOG-08")}
    assert {rule: one.status for rule, one in judged.items()} == {
        "RTR-07": "compliant", "LOG-09": "compliant", "OPS-06": "compliant", "LOG-08": "unknown",
    }  # fmt: skip
    later = replace(subject, now=dt.datetime(2030, 1, 1, tzinfo=dt.UTC).timestamp())
    assert district.judge("RTR-07", later).summary.endswith("11 more")


OPEN = [
    (".homeroom/secrets.yaml", "a: b\n", 0o600, "is plain text"),
    (".homeroom/other.age", "a: b\n", 0o600, "is not encrypted with age"),
    (".homeroom/other.age", "age-encryption.org/v1\n", 0o640, "has mode 0640, 0600 wanted"),
    ("inventory/extra.yaml", "a: 1\npassword: geheim\n", 0o600, "holds what looks like a secret in line 2"),
    ("inventory/extra.csv", "-----BEGIN OPENSSH PRIVATE KEY-----\n", 0o600, "what looks like a secret in line 1"),
]


@pytest.mark.parametrize("case", OPEN, ids=lambda case: case[3])
def test_a_secret_that_lies_open_is_a_violation_and_is_not_shown(sources, district, case):
    name, text, mode, says = case
    assert sources.project.state.is_dir()
    path = sources.project.root / name
    path.write_text(text)
    path.chmod(mode)
    judged = district.judge("OPS-06", programme(sources))
    assert judged.status == "violation"
    assert says in judged.summary
    assert "geheim" not in str(judged)


@pytest.mark.parametrize("line", ["# password: geheim", "auth: {secret: <<secret:hook>>}", "passwords: many"])
def test_a_word_for_a_secret_is_none(sources, district, line):
    (sources.project.inventory / "extra.yaml").write_text(f"{line}\n")
    assert district.judge("OPS-06", programme(sources)).status == "unknown"


def test_logs_that_stay_too_long_or_too_short_are_a_violation(sources, district):
    path = sources.project.inventory / "services.yaml"
    for text, says in [
        ("logs: {blocked: 365}", "logs.blocked is 365 days, 30 to 180 wanted"),
        ("logs: {online: 10}", "logs.online is 10 days, 30 to 365 wanted"),
        ("logs: {archive: 30}", "logs.total is 60 days, 365 to 760 wanted"),
    ]:
        path.write_text(f"{text}\n")
        judged = district.judge("LOG-09", programme(sources))
        assert (judged.status, judged.summary) == ("violation", says)


def test_a_refused_name_is_on_record_by_who_saw_it(sources, district):
    path = sources.project.inventory / "records.yaml"
    for line, at, status in [
        ("rpz: applied [adult] adult.probe.example", "2027-01-10", "compliant"),
        ("", "2027-01-10", "violation"),
        ("rpz: applied [adult] adult.probe.example", "2026-01-10", "unknown"),
    ]:
        path.write_text(f"block_events: {{at: {at}, by: NOC, line: '{line}'}}\n")
        assert district.judge("LOG-08", programme(sources)).status == status
    path.write_text("block_events: {at: 2027-01-10, by: NOC, line: 'rpz: applied [adult] other.example'}\n")
    with pytest.raises(InputError, match="is of no name that"):
        programme(sources)


def test_where_management_may_come_from_is_narrow(district):
    subject = district.subject("router")
    assert check(None, "admin_path", subject).status == "compliant"
    for noc, says in [
        ("0.0.0.0/0", "may come from 0.0.0.0/0"),
        (",".join(f"10.0.{n}.0/24" for n in range(9)), "9 prefixes"),
    ]:
        judged = check(None, "admin_path", replace(subject, records={"noc": noc}))
        assert judged.status == "violation"
        assert says in judged.summary


def test_a_record_of_the_wrong_subject_is_unknown(district):
    assert check(None, "retention", district.subject("router")).status == "unknown"
