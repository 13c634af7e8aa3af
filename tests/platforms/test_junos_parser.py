"""The junos parser: forms that mean the same are the same, order counts where it does, what is broken is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junos_house import staged

from homeroom.errors import ParseError
from homeroom.lab.junos import sets, text
from homeroom.lab.junos.tree import empty
from homeroom.platforms.junos.history import Entry, before, foreign
from homeroom.platforms.junos.parser import JunosParser

PARSE = JunosParser()
FILTER = """
firewall {
    family inet {
        filter STUDENT {
            term a {
                from {
                    source-address {
                        10.0.0.0/8;
                    }
                    destination-port [ 80 443 ];
                }
                then accept;
            }
            term z {
                then {
                    count dropped;
                    discard;
                }
            }
        }
    }
}
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("system { host-name a; }", "system {\n    host-name a;\n}\n"),
        ("a { then accept; }", "a { then { accept; } }"),
        ("a { b [ x y ]; }", "a { b [ y x ]; }"),
        ("a { b [ x ]; }", "a { b x; }"),
        ("a { b { x; y; } }", "a { b { y; x; } }"),
        ('a { b "x"; }', "a { b x; }"),
        ('a { b "$9$x"; ## SECRET-DATA\n }', 'a { b "$9$x"; }'),
        ("a { /* why */ b; # so\n }", "a { b; }"),
        ("version 22.4R3; a { b; }", "## Last commit: x\na { b; }"),
        ("a { ssh; }", "a { ssh { } }"),
    ],
)
def test_the_same_in_other_words(one, other):
    assert PARSE.lines(one) == PARSE.lines(other)
    assert PARSE.diff(one, other) == PARSE.diff(other, one) == ""


@pytest.mark.parametrize(
    ("one", "other", "diff"),
    [
        ("system { host-name a; }", "system { host-name b; }", "system\n -host-name a\n +host-name b\n"),
        ("a { b; }", "a { inactive: b; }", "a\n -b\n +inactive: b\n"),
        ("a { authentication-order [ x y ]; }", "a { authentication-order [ y x ]; }",
         "a\n -authentication-order [ x y ]\n +authentication-order [ y x ]\n"),
        ("a { b; }", "", "-a\n -b\n"),
        ('a { b "x y"; }', 'a { b "x z"; }', 'a\n -b "x y"\n +b "x z"\n'),
        (FILTER, FILTER.replace("443", "8443"),
         "firewall\n family inet filter STUDENT\n  -term a from destination-port 443\n  +term a from destination-port 8443\n"),
    ],
)  # fmt: skip
def test_differences(one, other, diff):
    assert PARSE.diff(one, other) == diff
    assert PARSE.lines(one) != PARSE.lines(other)


def test_the_order_of_terms_counts_and_within_a_term_it_does_not():
    swapped = FILTER.replace("term a", "term tmp").replace("term z", "term a").replace("term tmp", "term z")
    assert PARSE.diff(FILTER, swapped) != ""
    inner = FILTER.replace(
        "count dropped;\n                    discard;", "discard;\n                    count dropped;"
    )
    assert inner != FILTER
    assert PARSE.diff(FILTER, inner) == ""


def test_lines_are_those_of_display_set_without_set():
    assert PARSE.lines(FILTER) == (
        "firewall",
        " family inet filter STUDENT",
        "  term a from destination-port 443",
        "  term a from destination-port 80",
        "  term a from source-address 10.0.0.0/8",
        "  term a then accept",
        "  term z then count dropped",
        "  term z then discard",
    )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("a {\n b", "line 2: the configuration ends within a statement: 'b'"),
        ("a {\n b;\n", "line 2: the configuration ends within a statement: 'a'"),
        ("a;\n}\n", "line 2: a brace that closes nothing"),
        ("a {\n b\n}\n", "line 3: a missing ;"),
        ('a "b', "line 1: a quote that never ends"),
        ("a [ b", "line 1: the configuration ends within a statement: 'a'"),
    ],
)
def test_what_is_broken_is_named(config, message):
    with pytest.raises(ParseError) as error:
        PARSE.lines(config)
    assert str(error.value) == message


def test_a_staged_device_has_no_list():
    access = PARSE.access(staged("x"))
    assert (access.lists, access.applied, access.guards) == ((), (), ())
    assert [(one.name, one.vlan) for one in access.interfaces] == [("irb.99", 99)]
    assert PARSE.wire(FILTER) == FILTER


WORDS = st.sampled_from([f"set {line}" for line in (
    "system host-name a", "system host-name b", "system ntp server 10.0.0.1", "system ntp server 10.0.0.2 prefer",
    "system services ssh", "system services netconf ssh", "vlans a vlan-id 1", "vlans b vlan-id 2",
    "firewall family inet filter X term t then accept", "firewall family inet filter X term u then discard",
    "interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24", "interfaces ge-0/0/0 unit 0 family inet dhcp",
    "routing-options static route 0.0.0.0/0 next-hop 10.0.0.1", "policy-options prefix-list P 10.0.0.0/8",
)])  # fmt: skip


@given(st.lists(WORDS, max_size=10), st.lists(WORDS, max_size=10))
def test_it_agrees_with_the_device_on_what_differs(one, other):
    shown = []
    for commands in (one, other):
        tree = empty()
        assert sets.load(tree, "\n".join(commands)) == []
        shown.append(text.show(tree))
    same = shown[0] == shown[1]
    assert (PARSE.lines(shown[0]) == PARSE.lines(shown[1])) == same
    assert (PARSE.diff(*shown) == "") == same


# --- the device's list of commits


def entries(*logs, pending=False):
    return [Entry(n, "root" if log == "timer" else "netops", log, pending and n == 0) for n, log in enumerate(logs)]


@pytest.mark.parametrize(
    ("logs", "number", "other"),
    [
        (("mine", "old"), 1, None),
        (("mine", "mine", "old"), 2, None),
        (("timer", "mine", "old"), 2, None),
        (("taken back: mine", "mine", "mine", "old"), 3, None),
        (("theirs", "mine", "old"), 2, "theirs"),
        (("mine",), None, None),
        (("old", "older"), None, None),
    ],
)
def test_how_far_back_the_old_configuration_lies(logs, number, other):
    history = entries(*logs)
    assert before(history, "mine") == number
    found = foreign(history, "mine")
    assert (found.log if found else None) == other
