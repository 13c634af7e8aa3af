"""Differences told from the lines that are not alike: always what reading both texts whole says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import ParseError
from homeroom.platforms.junos import outline
from homeroom.platforms.junos import parser as junos
from homeroom.platforms.openwrt import parser as uci
from homeroom.platforms.tree import changes

TERMS = """firewall {
    family inet {
        filter F {
            term a {
                then accept;
            }
            term b {
                then discard;
            }
        }
    }
}
system {
    host-name "a b";
    services {
        ssh;
    }
}
"""
RULES = """package firewall

config rule 'a'
\toption name 'a'

config rule 'b'
\toption name 'b'

package system

config system 'main'
\toption hostname 'x'
\tlist server '192.0.2.1'
\tlist server '192.0.2.2'
"""


def whole(tree, old, new):
    try:
        return "".join(f"{line}\n" for line in changes(tree(old), tree(new)))
    except ParseError as error:
        return error


def quick(parse, old, new):
    try:
        return parse.diff(old, new)
    except ParseError as error:
        return error


def agree(parse, tree, old, new):
    told, meant = quick(parse, old, new), whole(tree, old, new)
    # what stands alike in both is not read: its error is not found then
    return str(told) == str(meant) or isinstance(meant, ParseError)


@st.composite
def edited(draw, text):
    """The text with lines that leave it well-formed moved, doubled, dropped or reworded."""
    lines = text.splitlines()
    free = [n for n, line in enumerate(lines) if line.rstrip().endswith((";", "'"))]
    for _ in range(draw(st.integers(0, 4))):
        at, to = draw(st.sampled_from(free)), draw(st.sampled_from(free))
        match draw(st.sampled_from(("swap", "double", "drop", "word"))):
            case "swap":
                lines[at], lines[to] = lines[to], lines[at]
            case "double":
                lines[at] = f"{lines[at]}\n{lines[at]}"
            case "drop":
                lines[at] = ""
            case _:
                lines[at] = lines[at].replace("a", "b")
    return "\n".join(lines) + "\n"


@given(edited(TERMS), edited(TERMS))
def test_junos_lines(old, new):
    assert agree(junos.JunosParser(), junos._tree, old, new)


@given(edited(RULES), edited(RULES))
def test_uci_lines(old, new):
    assert agree(uci.UciParser(), uci._comparable, old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TERMS, TERMS.replace("term a", "term c").replace("term b", "term a").replace("term c", "term b")),
        (TERMS, TERMS.replace("            term a {\n                then accept;\n            }\n", "")),
        (TERMS, TERMS.replace("system {", "inactive: system {")),
        (TERMS, TERMS + "system {\n    services {\n        telnet;\n    }\n}\n"),
        (
            TERMS,
            TERMS.replace("            term a {\n                then accept;", "            term a { then accept;"),
        ),
        (TERMS, "/* a\n}\n*/\n" + TERMS),
        (TERMS, TERMS.replace('"a b"', '"a ; {b"')),
    ],
)
def test_forms_of_junos(old, new):
    for one, other in ((old, new), (new, old), (new, new)):
        assert agree(junos.JunosParser(), junos._tree, one, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (RULES, RULES + "\npackage system\n\nconfig timeserver 'ntp'\n\toption enabled '1'\n"),
        (RULES, RULES.replace("package system", "package 'system'")),
        (RULES, RULES.replace("'x'", "'x\npackage y'")),
        (RULES, RULES.replace("option hostname 'x'", 'option hostname "x"')),
        (RULES, RULES.replace("package system", "package system\n\nconfig rule\n")),
        ("package a\n", "package b\n"),
        (RULES, RULES + "package empty\n"),
        (RULES, "package firewall\n" + RULES.partition("package system")[2]),
    ],
)
def test_forms_of_uci(old, new):
    for one, other in ((old, new), (new, old), (new, new)):
        assert agree(uci.UciParser(), uci._comparable, one, other)


def test_blocks_that_are_alike_are_left_out():
    before, after = outline.differing(TERMS, TERMS.replace("ssh", "netconf"))
    assert before == "system {\nservices {\nssh;\n}\n}\n"
    assert after == "system {\nservices {\nnetconf;\n}\n}\n"
