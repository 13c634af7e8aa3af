"""The table of refused characters against unicodedata, over all code points."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import UnsafeText
from homeroom.taint import REMEDY, SPECIAL, clean, describe, unsafe

INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
ALL = [chr(code) for code in range(sys.maxunicode + 1)]


def test_every_invisible_code_point_is_refused():
    assert [hex(ord(c)) for c in ALL if unicodedata.category(c) in INVISIBLE and not unsafe(c)] == []


def test_nothing_else_is_refused_but_the_special_characters():
    """Code points this Python's Unicode does not know yet (Cn) may be refused already."""
    refused = {c for c in ALL if unsafe(c) and unicodedata.category(c) not in INVISIBLE | {"Cn"}}
    assert refused == SPECIAL


def test_what_ends_a_line_anywhere_is_refused():
    assert [c for c in ALL if len(f"a{c}b".splitlines()) > 1 and not unsafe(c)] == []


@pytest.mark.parametrize("text", ["Escuela «Ñandutí» N.º 12", "ОШ Вук Караџић", "№ 12 орто мектеби", "Karanda’yty", ""])
def test_names_of_schools_pass(text):
    assert clean(text, "school_name") is text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb", "U+000A at position 2"), ('a "b"', "'\"' at position 3"), ("\u202eabc", "U+202E at position 1"),
     ("a\\b", "'\\\\' at position 2"), ("x;", "';' at position 2"), ("\U000f0000", "U+F0000 at position 1")],
)  # fmt: skip
def test_the_message_names_field_character_and_place(text, shown):
    with pytest.raises(UnsafeText) as caught:
        clean(text, "school_name")
    assert str(caught.value) == f"school_name: {shown} is refused; {REMEDY}"


@given(st.text(), st.text())
def test_a_text_is_clean_when_its_parts_are(one, other):
    assert bool(unsafe(one + other)) == bool(unsafe(one) or unsafe(other))


@given(st.text(min_size=1))
def test_what_passes_holds_no_line_end_and_no_platform_character(text):
    if not unsafe(text):
        assert text.splitlines() == [text]
        assert not SPECIAL & set(text)


@given(st.characters())
def test_a_character_is_shown_visibly(character):
    assert describe(character).isascii()
    assert describe(character).isprintable()
