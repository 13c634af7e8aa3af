"""Text from the inventory cannot add a configuration line: hostile strings into every text of every intent."""

import dataclasses
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intents import INTENTS

from homeroom.catalogue import load_platforms
from homeroom.errors import RenderError, UnsafeText
from homeroom.platforms.render import Renderer
from homeroom.platforms.sandbox import LIMIT, Checked
from homeroom.project import shipped
from homeroom.taint import unsafe

RENDERER = Renderer(load_platforms([shipped() / "templates"]))
CLEAN = {kind: RENDERER.render(intent).text for kind, intent in INTENTS.items()}
HOSTILE = (
    "X\nusername backdoor privilege 15",
    "X\r\nno ip access-list extended STUDENT-IN",
    "X\u2028shutdown",
    "X\u2029shutdown",
    "X\u0085shutdown",
    "X\x0bshutdown",
    "X\x0cshutdown",
    "\x1b[2J",
    "\x03",
    "^C",
    "'",
    '"',
    "’'’",
    "!",
    "#",
    "?",
    "`id`",
    "$(id)",
    "a;b",
    "a\\nb",
    "{{ 7*7 }}",
    "<<secret:device_password>>",
    "\u202eedoc",
    "a\u200bb",
    "\ufeff",
    "\x00",
)


def paths(value, path=()):
    """Every text in an intent: the way to it, as field names and places in tuples."""
    if isinstance(value, str):
        yield path
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from paths(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from paths(item, (*path, place))


def planted(value, path, text):
    """A copy of `value` with the text at `path` exchanged; the fields that Prefix derives for itself too."""
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


PLACES = [(kind, path) for kind, intent in INTENTS.items() for path in paths(intent)]
FIELDS = {}
for kind, path in PLACES:  # a field of every type once a kind, not every access rule of every list
    FIELDS.setdefault((kind, tuple("*" if isinstance(step, int) else step for step in path)), (kind, path))
EVERY = list(FIELDS.values())


def refused_or_unused(kind, path, text):
    try:
        printed = RENDERER.render(planted(INTENTS[kind], path, text)).text
    except UnsafeText:
        return True
    assert printed == CLEAN[kind], f"{text!r} came through at {path} of the {kind}"
    return False


PRINTED = [place for place in EVERY if refused_or_unused(*place, "\n")]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_is_refused_in_every_field(text):
    assert [place for place in EVERY if refused_or_unused(*place, text)] == PRINTED


def test_the_fields_that_reach_a_device_are_among_them():
    fields = {(kind, path[0], path[-1]) for kind, path in PRINTED}
    assert {
        ("router", "device", "name"),
        ("router", "management", "location"),
        ("switch", "ports", "description"),
    } <= fields
    assert {("router", "management", 0), ("ap", "wlans", "ssid"), ("ap", "device", "site_name")} <= fields


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), st.text(max_size=8), st.sampled_from(HOSTILE), st.text(max_size=8))
def test_hostile_text_is_refused_anywhere(place, before, bad, after):
    refused_or_unused(*place, before + bad + after)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), st.text(min_size=1, max_size=12))
def test_any_text_leaves_the_skeleton_alone(place, text):
    kind, path = place
    try:
        printed = RENDERER.render(planted(INTENTS[kind], path, text)).text
    except RenderError:  # refused, or a word that this platform has not
        return
    assert unsafe(text) is None or printed == CLEAN[kind]
    before, after = CLEAN[kind].splitlines(), printed.splitlines()
    lost = [line for line in before if line.startswith("\toption vid")]  # a role without a VLAN
    assert len(before) - len(lost) <= len(after) <= len(before) + 2
    assert after == printed.split("\n")[: len(after)], "no line is ended by anything but a newline"


@pytest.mark.parametrize("place", EVERY, ids=lambda place: f"{place[0]}:{'.'.join(map(str, place[1]))}")
def test_clean_text_goes_where_it_belongs_or_nowhere(place):
    kind, path = place
    try:
        printed = RENDERER.render(planted(INTENTS[kind], path, "zebra")).text
    except RenderError:
        return
    changed = [line for line in printed.splitlines() if line not in CLEAN[kind].splitlines()]
    assert all(
        "zebra" in line.lower() or line.startswith(("\toption vid", " dns-server", " ip ", " ipv6 "))
        for line in changed
    )


def test_every_character_of_the_forbidden_categories_is_refused():
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}:
            with pytest.raises(UnsafeText):
                Checked()[character]


def test_what_passes_at_a_glance_passes_the_full_check():
    for code in range(0x250):
        character = chr(code)
        try:
            assert Checked()[character] == character
        except UnsafeText:
            assert unsafe(character) is not None
        else:
            assert unsafe(character) is None


def test_what_was_checked_once_does_not_let_its_equals_through():
    checked = Checked()
    assert checked[1] == "1"
    assert checked["1"] == "1"
    for value in (True, 1.0, None, ("1",), b"1", type("Text", (str,), {})("2")):
        with pytest.raises(UnsafeText):
            checked[value]
    with pytest.raises(UnsafeText):
        checked["1\n"]
    assert "1\n" not in checked


def test_memory_of_clean_text_is_bounded():
    checked = Checked()
    for number in range(LIMIT + 10):
        checked[f"x{number}"]
    assert len(checked) <= LIMIT
