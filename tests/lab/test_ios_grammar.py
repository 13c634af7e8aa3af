import pytest

from homeroom.lab.ios import commands
from homeroom.lab.ios.commands import MODES, grammar, rules
from homeroom.lab.ios.forms import FORMS
from homeroom.lab.ios.grammar import Fault, Match, build, expand, walk


def test_a_pattern_stands_for_plain_sequences():
    assert sorted(expand("a [b] {c|d E}")) == [("a", "b", "c"), ("a", "b", "d", "E"), ("a", "c"), ("a", "d", "E")]
    assert set(expand("x [a|b [c]]")) == {("x",), ("x", "a"), ("x", "b"), ("x", "b", "c")}


TREE = build(
    [
        ("show version", "version"),
        ("show vlan [brief]", "vlan"),
        ("show interfaces [IFACE] [status]", "interfaces"),
        ("hostname WORD", "hostname"),
    ]
)


def test_words_may_be_shortened_while_unique():
    assert walk(TREE, "sh int gi0/1 st") == Match(
        "interfaces", ("show", "interfaces", "GigabitEthernet0/1", "status"), ("GigabitEthernet0/1",)
    )
    assert walk(TREE, "  SHOW  VERSION ").line == "show version"


@pytest.mark.parametrize(
    ("line", "kind", "column", "opens"),
    [
        ("foo", "invalid", 0, False),
        ("show foo", "invalid", 5, False),
        ("show version now", "invalid", 13, False),
        ("show v", "ambiguous", 5, False),
        ("show", "incomplete", 4, False),
        ("hostname", "incomplete", 8, True),
        ("", "incomplete", 0, False),
    ],
)
def test_a_refusal_says_where(line, kind, column, opens):
    fault = walk(TREE, line)
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.column, fault.open) == (kind, column, opens)


def test_refusals_read_as_those_of_ios():
    assert walk(TREE, "show foo").message("show foo", len("sw1#")) == (
        "         ^\n% Invalid input detected at '^' marker.\n"
    )
    assert walk(TREE, "show").message("show", 4) == "% Incomplete command.\n"
    assert walk(TREE, "show v").message("show v", 4) == '% Ambiguous command:  "show v"\n'


def test_the_first_pattern_keeps_a_sequence():
    tree = build([("a [b]", 1), ("a b", 2)])
    assert walk(tree, "a b").what == 1


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_a_grammar_whose_references_exist(mode):
    assert grammar(mode).keywords or grammar(mode).kinds
    for rule in rules(mode):
        assert not rule.mode or rule.mode in MODES, rule
        assert not rule.form or rule.form in FORMS or rule.form in {"vlan", "acl"}, rule


def test_marks_are_read():
    rule = next(rule for rule in rules("global") if rule.pattern.startswith("ip http {server"))
    assert (rule.key, rule.both, rule.on, rule.hidden) == (3, True, False, False)
    assert commands.rules("if")[0].pattern == "description LINE"
