"""Every example of every shipped rule: the passing one passes, the failing one fails, and the deciding lines decide."""

from dataclasses import replace
from itertools import chain

import pytest

from homeroom.audit import fixture
from homeroom.audit.config import SOURCE
from homeroom.audit.judge import judge
from homeroom.audit.load import load_rules
from homeroom.audit.outline import Section
from homeroom.project import shipped

RULES = load_rules([shipped() / "inventory" / "rules"])
CASES = [
    pytest.param(rule, platform, one, id=f"{rule.id}-{platform}-{one.kind}-{number}")
    for rule in RULES.values()
    for platform, given in rule.fixtures.items()
    for number, one in enumerate(given)
]
OF_DEVICES = list(
    {
        (rule.id, platform, one.kind, one.passes): case
        for case in CASES
        for rule, platform, one in (case.values,)
        if rule.scope == "device"
    }.values()
)
"""Of several examples that pass with the same configuration one."""


NONE = ("(no such line)", "(no difference)")


@pytest.mark.parametrize(("rule", "platform", "one"), CASES)
def test_an_example_shows_what_it_should(rule, platform, one):
    assert [*fixture.faults(rule, platform, one)] == []


@pytest.mark.parametrize(("rule", "platform", "one"), OF_DEVICES)
def test_a_deciding_line_decides(rule, platform, one):
    """Take each line that the passing example names as evidence away, or garble it: the rule is no longer satisfied."""
    passing = fixture.subject(rule, platform, one)
    said = [e.text for e in judge(rule, passing).evidence if e.source == SOURCE]
    lines = [text for text in said if not text.startswith("...") and not text.endswith(NONE)]
    without_any = passing.sections
    for line in lines:
        without_any = without(without_any, line)
    for line in lines:
        tries = chain([without(passing.sections, line)], garbled(passing.sections, line), [without_any])
        assert any(judge(rule, having(passing, one)).status == "violation" for one in tries), (
            f"{line!r} decides nothing"
        )


def having(passing, sections):
    """The same device with other lines."""
    made = replace(passing)
    made.__dict__["sections"] = tuple(sections)
    return made


def without(sections, line):
    return [one for section in sections if (one := _edited(section, line, lambda _: None)) is not None]


def garbled(sections, line):
    """The line with its last word, and each of its numbers, made another."""
    words = line.rpartition(": ")[2].split(" ")
    yield [_edited(section, line, lambda text: f"{text}x") for section in sections]
    for number, word in enumerate(words):
        bare = word.strip("'\"")
        other = word.replace(bare, "99999" if bare.isdecimal() else f"{bare}x") if bare else "x"
        text = " ".join([*words[:number], other, *words[number + 1 :]])
        yield [_edited(section, line, lambda _, text=text: text) for section in sections]
        if bare.isdecimal():
            less = " ".join([*words[:number], word.replace(bare, "0"), *words[number + 1 :]])
            yield [_edited(section, line, lambda _, text=less: text) for section in sections]


def _edited(section, line, edit):
    """The section with the line edited, wherever it stands; None when the header itself goes."""
    header = section.header
    if header == line:
        changed = edit(header)
        return None if changed is None else Section(changed, section.lines)
    if not line.startswith(f"{header}: "):
        return section
    text = line.removeprefix(f"{header}: ")
    made = [edit(one) if one == text else one for one in section.lines]
    return Section(header, tuple(one for one in made if one is not None))
