"""What is printed: nothing that people entered breaks out of a quote, a line or a file; nothing secret stands in it."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import plans_of

from homeroom.central import dhcp, dns, fence, logs, radius, search, zones
from homeroom.central.press import Press
from homeroom.central.services import Central, Places
from homeroom.central.settings import Dhcp, Dns, Logs, Radius, Services
from homeroom.errors import RenderError, UnsafeText
from homeroom.policy.model import FilterProfile, Override, Visitors
from homeroom.prefix import ANY, Prefix

HOSTILE = (
    'x"\n  local-zone: "." static',
    "x\ny",
    'x"',
    "x'",
    "x#y",
    "x;y",
    "x{y",
    "x}y",
    "${x}",
    "%{exec:id}",
    "x\\",
    "x`id`",
    "<<secret:radius>>",
    "x\u2028y",
    "\u202ex",
    "\x00",
)


def views(example):
    _, facts, policy = example
    programme = facts.programme
    policy = dataclasses.replace(policy, visitors=Visitors("eduroam", "escuelas.example"))
    plans = plans_of(example)[:2]
    folders = ("/conf", "/state", "/log")
    resolver = dns.resolvers(programme, policy, Dns(), *folders[:2])[0]
    server = radius.server(programme, policy, Radius(("198.51.100.9", "2001:db8::9")), folders)
    four, six = dhcp.servers(programme, policy, plans, Dhcp(every=True), folders[1:])
    collector = logs.server(policy, Logs(forward="192.0.2.20:1514"), *folders[:2])
    made = {
        "unbound/unbound.conf.j2": resolver,
        "unbound/unit.j2": resolver,
        "kea/kea-dhcp4.conf.j2": four,
        "kea/kea-dhcp6.conf.j2": six,
        "rsyslog/homeroom.conf.j2": collector,
        "rsyslog/retention.j2": collector,
    }
    return made | {f"freeradius/{name}.j2": server for name in radius.FILES}


def paths(value, path=()):
    if isinstance(value, str):
        yield path
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from paths(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for place, item in enumerate(value[:1]):
            yield from paths(item, (*path, place))


def planted(value, path, text):
    if not path:
        return text
    step, *rest = path
    if isinstance(value, tuple):
        return (*value[:step], planted(value[step], rest, text), *value[step + 1 :])
    copy = object.__new__(type(value))
    for field in dataclasses.fields(value):
        object.__setattr__(copy, field.name, getattr(value, field.name))
    object.__setattr__(copy, step, planted(getattr(value, step), rest, text))
    return copy


def attempt(press, name, view):
    """What is printed; None when it is refused."""
    try:
        return press.text(name, view)
    except UnsafeText:
        return None


def test_hostile_text_in_any_field_of_any_service_is_refused_or_not_printed(example):
    press = Press.of(example[0])
    refused = 0
    for name, view in views(example).items():
        clean = press.text(name, view)
        for path in paths(view):
            for text in HOSTILE:
                printed = attempt(press, name, planted(view, path, text))
                refused += printed is None
                assert printed in {None, clean}, f"{name} prints {path}"
    assert refused > 900


def test_secrets_stand_as_markers_and_only_in_private_files(example):
    central = everything(example, radius=Radius(("198.51.100.9",)))
    marked = {
        file.path: file.mode
        for file in central.files(Press.of(example[0]), Places())
        if "<<secret:" in "".join(file.chunks)
    }
    assert marked == {"freeradius/clients.conf": 0o640, "freeradius/proxy.conf": 0o640}


def everything(example, **settings):
    _, facts, policy = example
    policy = dataclasses.replace(policy, visitors=Visitors("eduroam", ""))
    return Central(facts.programme, policy, Services(**settings), plans_of(example), {"adult": ["bad.example"]})


def test_printing_twice_gives_the_same_bytes(example):
    press, central = Press.of(example[0]), everything(example)
    first, second = ({f.path: "".join(f.chunks) for f in central.files(press, Places())} for _ in range(2))
    assert first == second
    assert len(first) == sum(1 for _ in central.files(press, Places()))


@pytest.mark.parametrize(
    "name", ["unbound/filtered.conf", "freeradius/rules.conf", "freeradius/sites.conf", "rsyslog/homeroom.conf"]
)
def test_the_files_read_as_their_daemons_people_write_them(example, golden, name):
    central = everything(example, radius=Radius(("198.51.100.9",)))
    (file,) = (f for f in central.files(Press.of(example[0]), Places()) if f.path == name)
    golden(f"central/{name}", "".join(file.chunks))


def test_without_a_federation_no_visitor_is_let_in_and_nothing_is_sent_out(example):
    files = {f.path: "".join(f.chunks) for f in everything(example).files(Press.of(example[0]), Places())}
    assert "home_server" not in files["freeradius/proxy.conf"]
    assert "eduroam'" not in files["freeradius/rules.conf"]
    assert "server away" not in files["freeradius/sites.conf"]


def test_roles_without_people_or_machines_let_nobody_in(example):
    _, facts, policy = example
    roles = {name: dataclasses.replace(role, wired="open", security="none") for name, role in policy.roles.items()}
    made = radius.server(facts.programme, dataclasses.replace(policy, roles=roles), Radius(), ("/c", "/s", "/l"))
    text = Press.of(example[0]).text("freeradius/rules.conf.j2", made)
    assert "Tunnel-Type" not in text
    assert text.count("reject") >= 2


def test_a_profile_without_an_address_is_an_error_not_a_gap(example):
    _, facts, policy = example
    profiles = {**policy.profiles, "new": FilterProfile(egress=("web",))}
    with pytest.raises(RenderError, match="names no address for new"):
        dns.resolvers(facts.programme, dataclasses.replace(policy, profiles=profiles), Dns(), "/c", "/s")


def test_one_server_is_enough_where_all_profiles_get_the_same_of_https_records(example):
    _, facts, policy = example
    for value, name in ((True, "plain"), (False, "filtered")):
        profiles = {key: dataclasses.replace(one, https_records=value) for key, one in policy.profiles.items()}
        made = dns.resolvers(
            facts.programme, dataclasses.replace(policy, profiles=profiles), Dns(threads=6), "/c", "/s"
        )
        assert [one.name for one in made] == [name]
        assert made[0].slabs == 8


def test_every_name_a_zone_prints_fits_into_it(example):
    _, _, policy = example
    for zone in zones.zones(policy, policy.profiles):
        for line in "".join(zones.text(zone, policy, {})).splitlines()[4:]:
            assert len(line.split()[0]) + len(zone.name) + 1 <= zones.MAX_NAME
    long = ".".join(["a" * 60] * 4)
    exam = dataclasses.replace(policy.profiles["exam"], allow=(long,))
    changed = dataclasses.replace(policy, profiles={"exam": exam})
    zone = next(one for one in zones.zones(changed, ["exam"]) if one.name.startswith("exam-allow"))
    with pytest.raises(RenderError, match="too long to stand in a response policy zone"):
        list(zones.text(zone, changed, {}))


def test_the_base_stands_first_and_bears_no_tag(example):
    policy = example[2]
    made = zones.zones(policy, policy.profiles)
    assert [zone.log for zone in made[: len(policy.base)]] == list(policy.base)
    assert [zone.tags for zone in made[: len(policy.base)]] == [()] * len(policy.base)
    assert all(zone.tags for zone in made[len(policy.base) :])


def test_search_knows_google_of_every_country_we_serve_and_each_name_once():
    names = [name for name, _ in search.rules(safesearch=True, youtube="strict", canaries=True)]
    assert {"www.google.com", "www.google.rs", "www.google.kg", "www.google.com.py"} <= set(names)
    assert len(names) == len(set(names))
    assert list(search.rules(safesearch=False, youtube="off", canaries=False)) == []


PREFIXES = st.integers(0, 32).flatmap(
    lambda length: st.integers(0, (1 << length) - 1).map(lambda value: Prefix(4, value << (32 - length), length))
)


@given(st.lists(PREFIXES, max_size=6), st.integers(0, 2**32 - 1))
def test_an_address_is_outside_or_inside_and_never_both(inside, value):
    outside = [p for p in fence.outside(inside) if p.family == 4 and p.cidr != "127.0.0.0/8"]
    address = Prefix(4, value, 32)
    assert any(p.contains(address) for p in outside) != any(p.contains(address) for p in inside) or value >> 24 == 127


def test_everything_is_outside_of_nothing():
    assert set(fence.outside(())) == {ANY[4], ANY[6], Prefix.parse("127.0.0.0/8"), Prefix.parse("::1/128")}


def test_the_table_of_sites_names_every_address_of_every_device(example):
    plans = plans_of(example)
    table = json.loads("".join(logs.table(plans)))["table"]
    assert {row["index"]: row["value"] for row in table} == {
        address: plan.entry.code for plan in plans for device in plan.devices for address in (device.v4, device.v6)
    }


def test_what_only_some_schools_want_of_the_resolvers_is_said_to_be_left_undone(example):
    when = plans_of(example)[0].entry.allocated
    import datetime as dt

    review = dt.date.fromisoformat(when)
    said = {
        ("PY", "profiles.pupil.youtube"): "moderate",
        ("PY-11", "profiles.pupil.youtube"): "off",
        ("aregua", "profiles.pupil.quic"): True,
        ("aregua", "windows.school_day.start"): "08:00",
    }
    overrides = tuple(Override(scope, path, value, "r", "o", review) for (scope, path), value in said.items())
    made = dataclasses.replace(everything(example), policy=dataclasses.replace(example[2], overrides=overrides))
    assert made.unserved() == ("profiles.pupil.youtube in PY-11",)
    files = {f.path: "".join(f.chunks) for f in made.files(Press.of(example[0]), Places())}
    assert "www.youtube.com CNAME restrictmoderate.youtube.com." in files["unbound/pupil-rules.rpz"]
    assert "adult" not in made.unfilled()
    assert "illegal" in made.unfilled()


def test_every_template_is_of_some_service(example):
    room = example[0].template_roots[-1] / "central"
    read = {*views(example), "unbound/https_records.py.j2"}
    assert {str(path.relative_to(room)) for path in room.rglob("*.j2")} == read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% set x = 1 %}", r"templates/central/mine\.j2:1: assign is not allowed"),
        ("a\n{{ policy }}", r"templates/central/mine\.j2:2: no variable is called policy"),
        ("{{ clients }}", r"templates/central/mine\.j2:1: tuple is not printed"),
        ("{{ clients.nothing }}", r"no intent holds nothing"),
    ],
)
def test_a_template_that_does_more_than_print_is_refused(example, tmp_path, text, message):
    (tmp_path / "central").mkdir()
    (tmp_path / "central/mine.j2").write_text(text)
    view = views(example)["freeradius/sites.conf.j2"]
    with pytest.raises(RenderError, match=message):
        Press((tmp_path,)).text("mine.j2", view)
    with pytest.raises(RenderError, match=r"templates/central/none\.j2 is missing"):
        Press((tmp_path,)).text("none.j2", view)
