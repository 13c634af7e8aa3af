"""programme.yaml and profiles.yaml: one golden message for each thing that can be wrong."""

import re

import pytest

from homeroom.errors import InputError
from homeroom.programme.load import load_facts, read_equipment, read_programme
from homeroom.programme.sample.nation import DATA, NATIONS
from homeroom.project import CHECKOUT

CONTROL = "write it without control, quote or comment characters (’ « » “ ” are fine)"
BOTH = "write both, IPv4 first"


def problems(project):
    with pytest.raises(InputError) as caught:
        load_facts(project)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: test", "id: Test 1", "1: id: 'Test 1' is not lower-case letters, digits and hyphens, at most 32; correct it"),
        ("name: Escuelas", "name: 'Escuelas\"'", f"2: name: '\"' at position 9 is refused; {CONTROL}"),
        ("name: Escuelas", "name: ' '", "2: name: is empty; fill it"),
        ("name: Escuelas", "name: ' Escuelas'", "2: name: begins or ends with a blank; remove it"),
        ("name: Escuelas", f"name: {'x' * 101}", "2: name: has 101 characters, more than 100; shorten it"),
        ("country: PY", "country: HR", "3: country: no boundaries of 'HR' ship with Homeroom; choose KG, PY, RS"),
        ("timezone: America/Asuncion", "timezone: Mars/Olympus", "4: timezone: 'Mars/Olympus' is not a time zone; write one such as America/Asuncion"),
        ("timezone: America/Asuncion", "timezone: ../passwd", "4: timezone: '../passwd' is not a time zone; write one such as America/Asuncion"),
        ("timezone: America/Asuncion", "timezone: America", "4: timezone: 'America' is not a time zone; write one such as America/Asuncion"),
        ("id: PY-ASU", "id: PY-11", "7: regions[1].id: 'PY-11' is already that of regions[0]; give each its own"),
        ("name: Asunción", "name: Central", "7: regions[1].name: 'Central' is already that of regions[0]; give each its own"),
        ("id: PY-ASU", "id: KG-B", "7: regions[1].id: 'KG-B' is not an ISO 3166-2 code of PY; write one such as PY-1"),
        ("name: Asunción", "name: Asun$ión", f"7: regions[1].name: '$' at position 5 is refused; {CONTROL}"),
        ("10.32.0.0/12", "10.16.0.0/13", "7: regions[1].pool4: 10.16.0.0/13 overlaps 10.16.0.0/12 of regions[0].pool4; give each its own"),
        ("10.32.0.0/12", "100.64.0.0/12", "7: regions[1].pool4: 100.64.0.0/12 overlaps 100.64.0.0/10 of wan_pool; give each its own"),
        ("10.32.0.0/12", "172.24.0.0/13", "7: regions[1].pool4: 172.24.0.0/13 overlaps 172.16.0.0/12 of legacy; choose another, or correct legacy"),
        ("2001:db8:20::/44", "2001:db8:10::/48", "7: regions[1].pool6: 2001:db8:10::/48 overlaps 2001:db8:10::/44 of regions[0].pool6; give each its own"),
        ("10.32.0.0/12", "2001:db8:30::/44", "7: regions[1].pool4: 2001:db8:30::/44 is not IPv4; write an IPv4 prefix"),
        ('"2001:db8:20::/44"', "10.64.0.0/12", "7: regions[1].pool6: 10.64.0.0/12 is not IPv6; write an IPv6 prefix"),
        ("10.32.0.0/12", "10.32.0.0/24", "7: regions[1].pool4: 10.32.0.0/24 is too small for a /23 a site; write a /23 or shorter"),
        ("2001:db8:20::/44", "2001:db8:20::/64", "7: regions[1].pool6: 2001:db8:20::/64 is too small for a /56 a site; write a /56 or shorter"),
        ("wan_pool: 100.64.0.0/10", "wan_pool: 100.64.0.0/32", "8: wan_pool: 100.64.0.0/32 is too small for a /31 a site; write a /31 or shorter"),
        ("wan_pool: 100.64.0.0/10", "wan_pool: '2001:db8:40::/44'", "8: wan_pool: 2001:db8:40::/44 is not IPv4; write an IPv4 prefix"),
        ("10.32.0.0/12", "10.32.0.1/12", "7: regions[1].pool4: 10.32.0.1/12 has host bits set; write a prefix such as 10.0.0.0/8"),
        ("domain: escuelas.example", "domain: -x.example", "11: central.domain: '-x.example' is not a lower-case domain name; correct it"),
        ("domain: escuelas.example", f"domain: {'a.' * 130}b", f"11: central.domain: '{'a.' * 130}b' is not a lower-case domain name; correct it"),
        ('[192.0.2.11, "2001:db8:ffff::11"]', "[192.0.2.11]", f"13: central.resolvers.pupil: 192.0.2.11 is not one IPv4 and one IPv6 address; {BOTH}"),
        ('[192.0.2.11, "2001:db8:ffff::11"]', "['fe80::1%eth0', x]", f"13: central.resolvers.pupil: fe80::1%eth0, x is not one IPv4 and one IPv6 address; {BOTH}"),
        ('resolvers:\n    pupil: [192.0.2.11, "2001:db8:ffff::11"]', "resolvers: {}", "12: central.resolvers: there are none; name each filter profile's resolver addresses"),
        ("ntp: [192.0.2.1]", "ntp: [192.0.2.1, pool.ntp.org]", "14: central.ntp[1]: 'pool.ntp.org' is not an IP address; write an address such as 192.0.2.1"),
        ("syslog: [192.0.2.3]", "syslog: []", "15: central.syslog: there are none; write at least one address"),
        ("radius: [192.0.2.5]", "radius: [192.0.2.5/24]", "16: central.radius[0]: '192.0.2.5/24' is not an IP address; write an address such as 192.0.2.1"),
        ("noc: [198.51.100.0/24]", "noc: []", "17: central.noc: there is none; write the prefixes management may come from"),
        ("management_user: netops", "management_user: net ops", "18: management_user: 'net ops' is not a lower-case login name, at most 32; correct it"),
        ("- Solo personal autorizado.", "- Solo ^C", f"20: banner[0]: '^' at position 6 is refused; {CONTROL}"),
        ("management_user: netops", "management_user: netops\nmanagment: x", "19: managment: unknown key; the keys are id, name, country, timezone, regions, wan_pool, central, management_user, banner, backup_pool, legacy; did you mean management_user?"),
    ],
)  # fmt: skip
def test_each_problem_of_a_programme(edit, write, old, new, message):
    write({})
    assert problems(edit("programme.yaml", old, new)) == [f"inventory/programme.yaml:{message}"]


def test_no_region(edit, write):
    write({})
    edit("programme.yaml", '  - {id: PY-11, name: Central, pool4: 10.16.0.0/12, pool6: "2001:db8:10::/44"}\n', "")
    project = edit(
        "programme.yaml", '\n  - {id: PY-ASU, name: Asunción, pool4: 10.32.0.0/12, pool6: "2001:db8:20::/44"}', " []"
    )
    assert problems(project) == [
        "inventory/programme.yaml:5: regions: there are none; add the nation's first-level units"
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("router: C1121-8P", "router: C9999", "profiles[0].router: no model is called 'C9999'; choose a router: C1121-8P"),
        ("ap: EAP-AX3000", "ap: C1121-8P", "profiles[0].ap: C1121-8P is a model of kind router; name a model of kind ap"),
        ("max_pupils: 150", "max_pupils: 60  # as the first", "profiles[1].max_pupils: is not above that of detached; sort profiles by max_pupils"),
        ("name: small", "name: detached", "profiles[1].name: 'detached' is already profiles[0]; rename one"),
        ("max_aps: 3", "max_aps: 6", "profiles[0].size: 6 access points and 0 switches do not fit a S site, whose management prefix holds 5 beside the router; lower max_aps or choose a larger size"),
        ("max_aps: 26", "max_aps: 28", "profiles[2].size: 28 access points and 2 switches do not fit a M site, whose management prefix holds 29 beside the router; lower max_aps or choose a larger size"),
        ("min_aps: 1", "min_aps: 4", "profiles[0].min_aps: 4 is above max_aps 3; correct one"),
        ("min_aps: 1", "min_aps: -1", "profiles[0]: holds a negative number or no pupils; correct it"),
        ("aps_per_classroom: 0.5", "aps_per_classroom: .inf", "profiles[0].aps_per_classroom: '.inf' is not a number; correct it"),
        ("min_switches: 3", "min_switches: 8", "profiles[4].size: 56 access points and 8 switches do not fit a L site, whose management prefix holds 61 beside the router; lower max_aps or choose a larger size"),
        ("kind: ap", "kind: antenna", "models.EAP-AX3000.kind: 'antenna' is not one of router, switch, ap, wlc; choose one of them"),
        ("uplinks: [eth0]", "uplinks: []", "models.EAP-AX3000.uplinks: there are none; name the interface that faces the Internet or the site"),
        ("radios: {radio0: 2g, radio1: 5g}", "radios: {}", "models.EAP-AX3000.radios: there are none; name each radio and its band"),
        ("radios: {radio0: 2g, radio1: 5g}", "radios: {radio0: 7g}", "models.EAP-AX3000.radios.radio0: '7g' is not one of 2g, 5g, 6g; choose one of them"),
        ("uplinks: [eth0]", "uplinks: [eth0, eth0]", "models.EAP-AX3000: eth0 is named twice; name each interface once"),
        ("uplinks: [eth0]", "uplinks: ['eth0 shutdown']", "models.EAP-AX3000: 'eth0 shutdown' is not an interface name; write it as the vendor does"),
    ],
)  # fmt: skip
def test_each_problem_of_the_equipment(edit, write, old, new, message):
    write({})
    found = [re.sub(r":\d+:", ":", text, count=1) for text in problems(edit("profiles.yaml", old, new))]
    assert found == [f"inventory/profiles.yaml: {message}"]


def test_lines_of_profiles_are_right(edit, write, project):
    write({})
    path = edit("profiles.yaml", "max_aps: 26", "max_aps: 28").inventory / "profiles.yaml"
    row = int(problems(project)[0].split(":")[1])
    assert path.read_text(encoding="utf-8").splitlines()[row - 1].strip() == "size: M"


def equipment(tmp_path, text):
    path = tmp_path / "e.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_equipment(path, "e.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_no_profile(tmp_path):
    assert equipment(tmp_path, "profiles: []\nmodels: {}") == ["e.yaml:1: profiles: there are none; add at least one"]


def test_a_router_without_ports_and_a_model_of_a_bad_name(tmp_path):
    text = """
profiles:
  - {name: a, max_pupils: 9, size: M, router: r 1, switch: s, ap: a, aps_per_classroom: 1, min_aps: 1, max_aps: 3}
models:
  r 1: {platform: ios, kind: router, uplinks: [e0]}
  a: {platform: ios, kind: ap, uplinks: [e0], radios: {r0: 2g}}
"""
    assert equipment(tmp_path, text) == [
        "e.yaml:5: models.r 1: 'r 1' is not a model's name; write letters, digits, . _ / + -, at most 40",
        "e.yaml: models.r 1.ports: there are none; name the interfaces that face the school",
        "e.yaml:3: profiles[0].switch: no model is called 's'; choose a switch: none",
    ]


def test_more_switches_than_the_router_has_ports(tmp_path):
    text = """
profiles:
  - {name: a, max_pupils: 9, size: M, router: r, switch: s, ap: a, aps_per_classroom: 1, min_aps: 1, max_aps: 3}
models:
  r: {platform: ios, kind: router, uplinks: [e0], ports: [e1]}
  s: {platform: ios, kind: switch, uplinks: [e0], ports: [e1]}
  a: {platform: ios, kind: ap, uplinks: [e0], radios: {r0: 2g}}
"""
    assert equipment(tmp_path, text) == [
        "e.yaml:3: profiles[0]: 3 switches do not fit the router's 1 ports; lower max_aps"
    ]


def test_the_problems_of_all_files_come_together(edit, write):
    write({})
    edit("programme.yaml", "id: test", "id: 7")
    project = edit("profiles.yaml", "max_pupils: 60", "max_pupils: x")
    (project.inventory / "schools.csv").write_text("a;b\n", encoding="utf-8")
    assert [text.split(":")[0] for text in problems(project)] == [
        "inventory/programme.yaml",
        "inventory/profiles.yaml",
        "inventory/schools.csv",
    ]


@pytest.mark.parametrize("path", [*(DATA / nation for nation in NATIONS), CHECKOUT / "inventory"])
def test_what_ships_has_no_problem(path):
    assert read_programme(path / "programme.yaml", "programme.yaml").regions
