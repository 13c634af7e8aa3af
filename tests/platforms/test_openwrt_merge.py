"""Merging UCI text, printing it, reading what people write by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import ParseError
from homeroom.platforms.openwrt.facts import addresses, interfaces
from homeroom.platforms.openwrt.merge import merge, text, without
from homeroom.platforms.openwrt.parser import UciParser, parse

PARSER = UciParser()
BASE = """\
package network

config interface 'lan'
\toption device 'br0'
\toption note 'it'\\''s'
\tlist dns '1'
\tlist dns '2'

config route
\toption target 'a'

package system

config system
\toption hostname 'x'

"""


def test_a_text_is_printed_as_it_was():
    assert text(parse(BASE)) == BASE


def test_an_option_is_replaced_and_a_list_grows():
    merged = merge(BASE, "package network\nconfig interface lan\n\toption device br1\n\tlist dns 2\n\tlist dns 3\n")
    assert PARSER.diff(BASE, merged) == (
        "package network\n config interface 'lan'\n  +list dns '3'\n  -option device 'br0'\n  +option device 'br1'\n"
    )
    assert "note 'it'\\''s'" in merged


def test_new_packages_and_sections_come_in_whole():
    merged = merge(BASE, "package new\nconfig a b\n\toption c d\npackage system\nconfig led l\n")
    assert PARSER.diff(BASE, merged) == (
        "+package new\n +config a 'b'\n  +option c 'd'\npackage system\n +config led 'l'\n"
    )


def test_a_nameless_section_is_a_new_one():
    merged = merge(BASE, "package network\nconfig route\n\toption target 'b'\n")
    assert merged.count("config route\n") == 2


def test_an_option_takes_the_place_of_a_list():
    assert "list dns" not in merge(BASE, "package network\nconfig interface 'lan'\n\toption dns '9'\n")


def test_a_section_keeps_its_type():
    with pytest.raises(ParseError) as caught:
        merge(BASE, "package network\nconfig device 'lan'\n")
    assert str(caught.value) == ("line 2: \"config device 'lan'\" would change the type of \"config interface 'lan'\"")


def test_packages_are_left_out():
    assert PARSER.lines(without(BASE, frozenset({"system", "nope"}))) == PARSER.lines(
        BASE.partition("package system")[0]
    )


WORDS = st.text("abc1_", min_size=1, max_size=3)
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=6)
OPTIONS = st.tuples(st.sampled_from(["option", "list"]), WORDS, VALUES)
SECTIONS = st.tuples(st.sampled_from(["t"]), WORDS, st.lists(OPTIONS, max_size=4))
PACKAGES = st.dictionaries(WORDS, st.lists(SECTIONS, max_size=3), max_size=3)


def printed(packages):
    lines = []
    for package, sections in packages.items():
        lines.append(f"package {package}")
        for kind, name, options in sections:
            lines.append(f"config {kind} '{name}'")
            for word, key, value in options:
                quoted = value.replace("'", "'\\''")
                lines.append(f"\t{word} {key} '{quoted}'")
    return "".join(f"{line}\n" for line in lines)


@given(PACKAGES, PACKAGES)
def test_merging_twice_is_merging_once(base, piece):
    once = merge(printed(base), printed(piece))
    assert PARSER.diff(once, merge(once, printed(piece))) == ""


@given(PACKAGES)
def test_printing_keeps_the_meaning(packages):
    said = printed(packages)
    assert PARSER.diff(said, text(parse(said))) == ""
    assert PARSER.diff(said, merge("", said)) == ""


def test_values_over_several_lines_and_mixed_options():
    lines = PARSER.lines("package a\nconfig b\n\toption c 'one\n two'\n\toption d 'x'\n\tlist d 'y'\n\toption e ''\n")
    assert lines == ("package a", "config b '@b[0]'", "\tlist d 'x'", "\tlist d 'y'", "\toption c 'one\n two'")


def test_an_open_quote_is_named_by_its_first_line():
    with pytest.raises(ParseError) as caught:
        parse("package a\nconfig b\n\toption c 'one\n two\n")
    assert str(caught.value) == 'line 3: "option c \'one" is not understood: No closing quotation'


def test_interfaces_as_the_kernel_says_them():
    said = (
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n"
        "7: wan@eth0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN qlen 1000\n"
        "    link/ether 02:aa:bb:cc:dd:ee brd ff:ff:ff:ff:ff:ff\n"
        "    inet6 fe80::1/64 scope link\n"
    )
    assert interfaces(said)["wan"] == {
        "is_up": False, "is_enabled": False, "description": "", "last_flapped": -1.0, "speed": -1.0, "mtu": 1500,
        "mac_address": "02:AA:BB:CC:DD:EE",
    }  # fmt: skip
    assert addresses(said)["wan"] == {"ipv6": {"fe80::1": {"prefix_length": 64}}}
    assert interfaces("nonsense\n") == addresses("nonsense\n") == {}
