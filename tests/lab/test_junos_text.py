"""The emulated device's configuration: braces, set, XML and JSON say the same; what is wrong is named as Junos does."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junos_house import WHOLE, staged

from homeroom.lab.junos import jsonform, sets, text, xmlform
from homeroom.lab.junos.compare import compare
from homeroom.lab.junos.tree import empty


def read(config):
    reader = text.Reader(config)
    assert reader.errors == []
    return reader.tree


def wrong(config):
    return [(bad.message, bad.element) for bad in text.Reader(config).errors]


@pytest.mark.parametrize("config", [WHOLE, staged("x")])
def test_every_form_leads_back_to_the_same_configuration(config):
    tree = read(config)
    shown = text.show(tree)
    assert text.show(read(shown)) == shown
    by_set = empty()
    assert sets.load(by_set, sets.show(tree)) == []
    assert text.show(by_set) == shown
    by_xml = xmlform.Reader(ET.fromstring(f"<c xmlns:junos='j'>{xmlform.show(tree)}</c>"))
    assert (by_xml.errors, text.show(by_xml.tree)) == ([], shown)
    by_json = jsonform.Reader(jsonform.show(tree))
    assert (by_json.errors, text.show(by_json.tree)) == ([], shown)


def test_braces_are_printed_as_junos_prints_them():
    assert text.show(read(WHOLE)) == WHOLE


def test_set_commands_are_those_of_display_set():
    lines = sets.show(read(WHOLE)).splitlines()
    assert 'set system root-authentication encrypted-password "$6$abc"' in lines
    assert "set interfaces ge-0/0/10 unit 0 family ethernet-switching vlan members staff" in lines
    assert "set firewall family inet filter STUDENT term b from source-address 10.9.0.0/16 except" in lines
    assert "deactivate interfaces ge-0/0/3" in lines
    assert "set interfaces ge-0/0/2 unit 0 family inet filter input STUDENT" in lines
    assert "set system ntp server 10.1.1.1 key 1" in lines


WORDS = st.sampled_from([line for line in sets.show(read(WHOLE)).splitlines() if line.startswith("set")])


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=6))
def test_what_is_set_and_deleted_prints_alike_however_it_is_read(done, undone):
    tree = empty()
    assert sets.load(tree, "\n".join(done)) == []
    for bad in sets.load(tree, "\n".join("delete" + line[3:] for line in undone)):
        assert (bad.message, bad.severity) == ("statement not found", "warning")
    shown = text.show(tree)
    assert text.show(read(shown)) == shown
    assert compare(tree, read(shown)) == ""


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8))
def test_a_difference_is_empty_exactly_when_nothing_differs(old, new):
    before, after = empty(), empty()
    sets.load(before, "\n".join(old))
    sets.load(after, "\n".join(new))
    assert (compare(before, after) == "") == (text.show(before) == text.show(after))


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="\n"), max_size=30))
def test_any_text_can_be_a_description(words):
    tree = empty()
    tree.child(tree.what.kids["snmp"]).put(tree.what.kids["snmp"].kids["description"], words)
    assert read(text.show(tree)).value("snmp", "description") == words


def test_names_sort_by_their_numbers_and_terms_stay_where_they_are():
    tree = read("interfaces { ge-0/0/10 { disable; } ge-0/0/9 { disable; } }\n" + WHOLE)
    assert [node.key for node in tree.entries("interfaces", "interface")] == ["ge-0/0/2", "ge-0/0/9", "ge-0/0/10"]
    terms = tree.entries("firewall", "family", "inet", "filter")[0].entries("term")
    assert [node.key for node in terms] == ["b", "a"]


# --- what is wrong


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("system { host-nam x; }", [("syntax error", "host-nam")]),
        ("system { foo { a; } host-name y; }", [("syntax error", "foo"), (text.RECOVERED, "}")]),
        ("system { host-name; }", [("missing argument", "host-name")]),
        ("system { host-name a b; }", [("syntax error", "b")]),
        ("system { host-name [ a ]; }", [("syntax error", "[")]),
        (
            "system { host-name -x; }",
            [("invalid value '-x': hostname must be alphanumeric with dashes and dots", "-x")],
        ),
        ("vlans { a { vlan-id 4095; } }", [("Value 4095 is not within range (1..4094)", "4095")]),
        ("system { ntp { server nobody; } }", [("invalid ip address or hostname: nobody", "nobody")]),
        ("interfaces { a { mtu big; } }", [("Invalid numeric value: 'big'", "big")]),
        (
            "interfaces { a { unit 0 { family inet { address 10.0.0.300/8; } } } }",
            [("invalid prefix '10.0.0.300/8'",) * 2],
        ),
        ("system { services { ssh { root-login maybe; } } }", [("syntax error", "maybe")]),
        ("system {", [("missing '}'", "system")]),
        ("system }", [("unexpected end of input", "system"), ("syntax error", "}")]),
        ("snmp { location [ a", [("unexpected end of input", "a"), ("missing '}'", "snmp")]),
        ('snmp { location "open', [("syntax error", '"open')]),
        ("vlans { a { vlan-id-list [ 1 2; } }", [("missing ']'", "vlan-id-list")]),
    ],
)
def test_a_bad_statement_is_named(config, expected):
    found = wrong(config)
    if expected == [("invalid prefix '10.0.0.300/8'",) * 2]:
        expected = [("invalid prefix '10.0.0.300/8'", "10.0.0.300/8")]
    assert found == expected


def test_the_good_statements_are_loaded_all_the_same():
    reader = text.Reader("system {\n host-nam x;\n foo { a; }\n host-name y;\n}\n")
    assert text.show(reader.tree) == "system {\n    host-name y;\n}\n"
