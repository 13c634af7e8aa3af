"""Vendors are files: every mistake in one is named with its line, and one more file is one more vendor."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from homeroom.errors import InputError
from homeroom.snmp.ask.declared import SCHEDULES
from homeroom.snmp.ask.load import ANY, IDENTIFY, SHIPPED, load
from homeroom.snmp.ask.model import Group
from homeroom.snmp.ask.read import wanted
from homeroom.snmp.ask.rows import GROUPS, fields_of
from homeroom.snmp.ber import dotted

CATALOGUE = load()
GOOD = """\
maker: Example
tried: nothing yet
match:
  - {oid: 1.3.6.1.4.1.99999}
uses: [system, if]
describe:
  - ^Example (?P<model>\\S+)
tables:
  - rows: radios
    mib: EXAMPLE-MIB
    at: 1.3.6.1.4.1.99999.1
    index: {key: int}
    fields:
      channel: exampleChannel 2 int none=0
"""


@pytest.fixture
def few(tmp_path_factory, monkeypatch):
    """Ship two MIBs and one vendor only: what a file says wrongly does not depend on the others."""
    root = tmp_path_factory.mktemp("shipped")
    for name in ("mibs/system", "mibs/if", "vendors/any"):
        text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
        (root / name).parent.mkdir(exist_ok=True)
        (root / f"{name}.yaml").write_text(re.sub("uses: .*", "uses: [system, if]", text), encoding="utf-8")
    monkeypatch.setattr("homeroom.snmp.ask.load.SHIPPED", root)


def folder(tmp_path, text, name="example"):
    (tmp_path / "vendors").mkdir(exist_ok=True)
    (tmp_path / "vendors" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_file_is_a_vendor(tmp_path):
    catalogue = load(folder(tmp_path, GOOD))
    one = catalogue.of(dotted("1.3.6.1.4.1.99999.7"), "Example X1")
    assert (one.name, one.maker) == ("example", "Example")
    assert dotted("1.3.6.1.4.1.99999.1.2") in wanted(one, "radio").columns
    assert set(catalogue.vendors) == set(CATALOGUE.vendors) | {"example"}


def test_a_project_s_file_wins_over_the_shipped_one(tmp_path):
    catalogue = load(folder(tmp_path, GOOD, "mikrotik"))
    assert catalogue["mikrotik"].maker == "Example"
    assert catalogue["arista"].maker == "Arista"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("maker: Example", "makr: Example", "vendors/example.yaml:1: makr: unknown key; the keys are maker, tried"),
        ("rows: radios", "rows: radio", "tables[0].rows: 'radio' is not one of identity"),
        ("rows: radios", "rows: identity", "tables[0]: identity is one row: it has neither index nor key"),
        ("    index: {key: int}\n", "", "tables[0]: radios needs an index, or the key of its only row"),
        ("{key: int}", "{key: integer}", "'integer' is not a part of an index"),
        ("{key: int}", "{radio: int}", "'radio' is not a field of radios"),
        ("at: 1.3.6.1.4.1.99999.1", "at: 1.3.6.1.4.1.9999x", "'1.3.6.1.4.1.9999x' is not an OID"),
        ("channel: ex", "chanel: ex", "14: tables[0].fields.chanel: 'chanel' is not a field of radios"),
        ("channel: ex", "chanel: ex", "did you mean channel?"),
        ("2 int none=0", "two int", "'two' is not an OID"),
        ("2 int none=0", "2 integer", "'integer' is not a kind: text, label, int"),
        ("2 int none=0", "2 text", "radios.channel cannot be of kind text; it can be int, digits, mhz"),
        ("2 int none=0", "2", "is not `object sub-identifiers kind option...`"),
        ("none=0", "non=0", "'non' is not an option: none, true, every, prefix, skip; did you mean none?"),
        ("none=0", "none=", "option none has no value"),
        ("none=0", "every=day", "'day' is not a schedule: status, radio, inventory"),
        ("uses: [system, if]", "uses: [system, iff]", "there is no mibs/iff.yaml; use one of if, system"),
        ("{oid: 1.3.6.1.4.1.99999}", "{oid: 1.3.6, descr: '('}", "match[0]: missing ), unterminated subpattern"),
        ("(?P<model>\\S+)", "(?P<modell>\\S+)", "describe[0]: must name some of model, serial, software"),
        ("(?P<model>\\S+)", "(\\S+", "describe[0]: is no pattern"),
        ("tried: nothing yet\n", "", "tried: missing; add it"),
    ],
)
@pytest.mark.usefixtures("few")
def test_a_mistake_is_named(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        load(folder(tmp_path, GOOD.replace(old, new)))
    assert message in str(caught.value)
    assert str(caught.value).startswith("vendors/example.yaml")


@pytest.mark.usefixtures("few")
def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    folder(tmp_path, GOOD.replace("maker", "makr"), "one")
    folder(tmp_path, GOOD.replace("2 int", "2 integer").replace("rows: radios", "rows: radios\n    color: red"), "two")
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    files = [problem.file for problem in caught.value.problems]
    assert {"vendors/one.yaml", "vendors/two.yaml"} == set(files)


@pytest.mark.parametrize("name", CATALOGUE.vendors)
def test_a_shipped_vendor_is_whole(name):
    vendor = CATALOGUE[name]
    assert vendor.tried
    assert vendor.match or name == ANY
    assert re.fullmatch(r"[a-z0-9-]+", name)
    for one in vendor.fields:
        assert re.fullmatch(r"[a-z][A-Za-z0-9]+", one.object), one.object
        assert re.fullmatch(r"[A-Za-z0-9-]+", one.table.mib), one.table.mib
        assert one.oid[:2] in {(1, 3), (1, 2), (1, 0)}


@pytest.mark.parametrize("name", CATALOGUE.vendors)
def test_the_minute_s_question_fits_into_one_message(name):
    """Each variable binding of a GET takes about 20 octets, and an agent takes messages of at least 484."""
    assert len(wanted(CATALOGUE[name], "status").singles) <= 18


@pytest.mark.parametrize("name", CATALOGUE.vendors)
def test_each_schedule_asks_for_different_things(name):
    for one, other in combinations(SCHEDULES, 2):
        first, second = wanted(CATALOGUE[name], one), wanted(CATALOGUE[name], other)
        assert not set(first.singles) & set(second.singles)
    assert set(IDENTIFY) <= {oid for every in SCHEDULES for oid in wanted(CATALOGUE[name], every).singles}


def test_no_two_vendors_claim_the_same():
    claims = [
        (match.oid, match.descr and match.descr.pattern, match.platform)
        for vendor in CATALOGUE.vendors.values()
        for match in vendor.match
    ]
    assert len(claims) == len(set(claims))


def test_every_mib_is_used_and_every_group_has_its_rows():
    used = {word for path in (SHIPPED / "vendors").glob("*.yaml") for word in _uses(path.read_text(encoding="utf-8"))}
    assert used == {path.stem for path in (SHIPPED / "mibs").glob("*.yaml")}
    assert set(GROUPS) == set(Group.__args__)
    told = {(one.table.group, one.name) for vendor in CATALOGUE.vendors.values() for one in vendor.fields}
    of_index = {
        (one.table.group, name)
        for vendor in CATALOGUE.vendors.values()
        for one in vendor.fields
        for name in one.table.kept
    }
    joined = {("identity", "maker"), ("rogues", "heard_by"), ("neighbours", "interface"), ("radios", "interference")}
    assert {(group, name) for group in GROUPS for name in fields_of(group)} == told | of_index | joined


def _uses(text):
    return re.findall(r"[\w-]+", re.search(r"^uses: \[(.*)\]$", text, re.MULTILINE)[1])


@pytest.mark.parametrize(
    ("object_id", "description", "platform", "name"),
    [
        ("1.3.6.1.4.1.9.1.2694", "Cisco IOS Software [Cupertino], Catalyst L3", "", "cisco-ios"),
        ("1.3.6.1.4.1.9.1.2530", "Cisco IOS Software, C9800 Software (C9800_IOSXE-K9)", "ios", "cisco-9800"),
        ("1.3.6.1.4.1.9.1.1069", "Cisco Controller", "", "cisco-airos"),
        ("1.3.6.1.4.1.9.1.1034", "Cisco IOS Software, C1260 Software (AP3G1-K9W7-M), 15.3", "", "cisco-ap"),
        ("1.3.6.1.4.1.9.12.3.1.3.1084", "Cisco NX-OS(tm) n5000", "", "cisco-nxos"),
        ("1.3.6.1.4.1.9.6.1.83.28.1", "SG300-28", "", "cisco-sb"),
        ("1.3.6.1.4.1.14823.1.2.111", "ArubaOS (MODEL: 315), Version 8.6", "", "aruba-instant"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux ap1 5.15.167 #0 SMP aarch64", "openwrt", "openwrt"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux OpenWrt 5.15.167 #0 SMP aarch64", "", "openwrt"),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux server 6.1.0", "", "any"),
        ("1.3.6.1.4.1.8072.3.2.10", "UAP-AC-Pro-Gen2 4.3.28", "", "unifi"),
        ("1.3.6.1.4.1.41112", "U6-Lite 6.2.49", "", "unifi"),
        ("1.3.6.1.4.1.10002.1", "Linux 2.6.33 #1 mips", "", "airmax"),
        ("1.3.6.1.4.1.14988.1", "RouterOS RB5009UG+S+", "ros", "mikrotik"),
        ("1.3.6.1.4.1.2011.2.240.7", "Huawei ACU2", "", "huawei-ac"),
        ("1.3.6.1.4.1.2011.2.23.276", "S5720-36C", "", "huawei"),
        ("1.3.6.1.4.1.25053.3.1.11.1", "SmartZone", "", "ruckus-sz"),
        ("1.3.6.1.4.1.171.10.63.6", "D-Link DES-3028", "", "dlink-des30"),
        ("1.3.6.1.4.1.171.10.113.3.1", "DES-3200-18", "", "dlink"),
        ("1.3.6.1.4.1.424242", "x", "", "any"),
        ("0.0", "", "", "any"),
    ],
)
def test_a_vendor_is_known_by_the_first_two_objects(object_id, description, platform, name):
    assert CATALOGUE.of(dotted(object_id), description, platform).name == name


def test_no_object_id_and_an_endless_description_are_any_device():
    assert CATALOGUE.of((), "x" * 1_000_000).name == ANY
