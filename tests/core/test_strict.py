"""YAML into frozen dataclasses: every refusal with its exact message."""

import contextlib
import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from homeroom import nodes, strict
from homeroom.errors import InputError, Problem
from homeroom.prefix import Prefix


@dataclass(frozen=True)
class Inner:
    low: int
    high: int = 9

    def __post_init__(self):
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")


@dataclass(frozen=True)
class Thing:
    name: str = ""
    count: int = 0
    ratio: float = 0.0
    on: bool = False
    day: dt.date = dt.date(2000, 1, 1)
    pool: Prefix | None = None
    kind: Literal["router", "switch", 4] = "router"
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    pair: tuple[str, int] = ("", 0)
    table: Mapping[str, int] | None = None
    coded: Mapping[Literal["a", "b"], float] | None = None
    either: bool | str | tuple[str, ...] | Inner | Mapping[str, str] | Literal[5] | Prefix = ""


@pytest.fixture
def read(tmp_path):
    def go(text, kind=Thing, **more):
        path = tmp_path / "thing.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return strict.load(kind, path, **more)

    return go


@pytest.fixture
def problems(read):
    def go(text, kind=Thing, **more):
        with pytest.raises(InputError) as caught:
            read(text, kind, **more)
        return [str(problem) for problem in caught.value.problems]

    return go


def test_everything_at_once(read):
    thing = read(
        """
name: Ñandutí
count: -3
ratio: 2
on: true
day: 2026-11-24
pool: 10.0.0.0/8
kind: 4
inner: {low: 1}
many: [{low: 1, high: 2}, {low: 3}]
pair: [a, 1]
table: {x: 1, 10: 2}
coded: {a: 1, b: 2.5}
either: text
"""
    )
    assert thing == Thing(
        "Ñandutí", -3, 2.0, True, dt.date(2026, 11, 24), Prefix.parse("10.0.0.0/8"), 4, Inner(1),
        (Inner(1, 2), Inner(3)), ("a", 1), {"x": 1, "10": 2}, {"a": 1.0, "b": 2.5}, "text",
    )  # fmt: skip
    assert type(thing.ratio) is float


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("word", "word"), ("[a]", ("a",)), ("{low: 1}", Inner(1))],
)
def test_a_union_goes_by_shape(read, text, value):
    assert read(f"either: {text}").either == value


def test_nothing_is_none_where_allowed(read):
    assert read("pool:\ninner: ~").pool is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour: red", "1: colour: unknown key; the keys are name, count, ratio, on, day, pool, kind, inner, many, pair, table, coded, either; remove it"),
        ("\ncuont: 1", "2: cuont: unknown key; the keys are name, count, ratio, on, day, pool, kind, inner, many, pair, table, coded, either; did you mean count?"),
        ("name: 12", "1: name: '12' is not text; put it in quotes"),
        ("name: no", "1: name: 'no' is not text; put it in quotes"),
        ("name: 12:30:00", "1: name: '12:30:00' is not text; put it in quotes"),
        ("name: 2026-11-24", "1: name: '2026-11-24' is not text; put it in quotes"),
        ("name: [a]", "1: name: a list is not text; correct it"),
        ("name: {a: b}", "1: name: a mapping is not text; correct it"),
        ("name:", "1: name: nothing is not text; correct it"),
        ("count: many", "1: count: 'many' is not a whole number; correct it"),
        ("count: 1.0", "1: count: '1.0' is not a whole number; correct it"),
        ("count: 010", "1: count: '010' is not a whole number; correct it"),
        ("count: 0x10", "1: count: '0x10' is not a whole number; correct it"),
        ("count: 1_000", "1: count: '1_000' is not a whole number; correct it"),
        ("count: 1:30", "1: count: '1:30' is not a whole number; correct it"),
        ("count: true", "1: count: 'true' is not a whole number; correct it"),
        ("count: '5'", "1: count: '5' is not a whole number; correct it"),
        ("count: 9999999999999999999999", "1: count: '9999999999999999999999' is not a whole number; correct it"),
        ("ratio: .inf", "1: ratio: '.inf' is not a number; correct it"),
        ("ratio: .nan", "1: ratio: '.nan' is not a number; correct it"),
        ("ratio: 1:30.5", "1: ratio: '1:30.5' is not a number; correct it"),
        ("ratio: half", "1: ratio: 'half' is not a number; correct it"),
        ("on: yes", "1: on: 'yes' is not true or false; correct it"),
        ("on: 1", "1: on: '1' is not true or false; correct it"),
        ("day: 2026-13-45", "1: day: '2026-13-45' is not a date (YYYY-MM-DD); correct it"),
        ("day: 2026-11-24 10:00:00", "1: day: '2026-11-24 10:00:00' is not a date (YYYY-MM-DD); correct it"),
        ("day: soon", "1: day: 'soon' is not a date (YYYY-MM-DD); correct it"),
        ("pool: 10.0.0.1/8", "1: pool: 10.0.0.1/8 has host bits set; write a prefix such as 10.0.0.0/8"),
        ("pool: x", "1: pool: 'x' does not appear to be an IPv4 or IPv6 network; write a prefix such as 10.0.0.0/8"),
        ("pool: [a]", "1: pool: a list is not a prefix; write a prefix such as 10.0.0.0/8"),
        ("kind: ruter", "1: kind: 'ruter' is not one of router, switch, 4; did you mean router?"),
        ("kind: '4'", "1: kind: '4' is not one of router, switch, 4; did you mean 4?"),
        ("kind: ap", "1: kind: 'ap' is not one of router, switch, 4; choose one of them"),
        ("kind: true", "1: kind: 'true' is not one of router, switch, 4; choose one of them"),
        ("inner: {high: 3}", "1: inner.low: missing; add it"),
        ("inner: {low: 12}", "1: inner: low 12 is above high 9; correct it"),
        ("inner: 5", "1: inner: '5' is not a mapping; write keys and values: key: value"),
        ("many: {a: b}", "1: many: a mapping is not a list; write a list: [a, b]"),
        ("many:\n- low: 1\n- low: x", "3: many[1].low: 'x' is not a whole number; correct it"),
        ("pair: [a]", "1: pair: a list of 1 is not one of 2; correct it"),
        ("pair: [a, b]", "1: pair[1]: 'b' is not a whole number; correct it"),
        ("table: {x: y}", "1: table.x: 'y' is not a whole number; correct it"),
        ("coded: {c: 1}", "1: coded.c: 'c' is not one of a, b; choose one of them"),
        ("name: a\nname: b", "2: name: given twice; keep one"),
        ("[a]: b", "1: (top): a list is not a key; write a word before the colon"),
        ("- a", "1: (top): a list is not a mapping; write keys and values: key: value"),
        ("name: !!python/name:os.system x", "1: name: 'x' is not text; put it in quotes"),
        ("name: !mine x", "1: name: 'x' is not text; put it in quotes"),
        ("count: !!int x", "1: count: 'x' is not a whole number; correct it"),
        ("<<: {name: a}", "1: <<: unknown key; the keys are name, count, ratio, on, day, pool, kind, inner, many, pair, table, coded, either; remove it"),
    ],
)  # fmt: skip
def test_each_refusal(problems, text, message):
    assert problems(text) == [f"thing.yaml:{message}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": (file): is empty; fill it"),
        ("# only a comment\n", ": (file): is empty; fill it"),
        ("a: [", ":1: (file): is not YAML: expected the node content, but found '<stream end>'; correct the line"),
        ("a: b\n\tc: d", ":2: (file): is not YAML: found character '\\t' that cannot start any token; correct the line"),
        ("a: &x 1\nb: *x", ":2: (file): uses a YAML alias (*name); write the value out"),
        ("a: \x07", ": (file): holds the control character U+0007; remove it"),
        ("a: 1\n---\nb: 2", ":2: (file): is not YAML: but found another document; correct the line"),
        ("name: é".encode("latin-1"), ": (file): is not UTF-8; save it as UTF-8"),
        ("[" * 3000 + "]" * 3000, ":1: (file): is nested too deeply; correct it"),
    ],
)  # fmt: skip
def test_each_unusable_file(problems, text, message):
    assert problems(text) == [f"thing.yaml{message}"]


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"inventory/x.yaml: \(file\): cannot be read: No such file or directory"):
        strict.load(Thing, tmp_path / "x.yaml", shown="inventory/x.yaml")


def test_a_huge_file(problems, monkeypatch):
    monkeypatch.setattr(nodes, "MAX_BYTES", 1 << 20)
    assert problems("name: " + "x" * (1 << 20)) == ["thing.yaml: (file): is larger than 1 MiB; split it"]


def test_a_byte_order_mark_is_fine(read):
    assert read(b"\xef\xbb\xbfname: a").name == "a"


def test_all_problems_are_collected(problems):
    assert len(problems("name: 1\ncount: x\nmany: [{low: a}, {hihg: 1}]\nfoo: 1")) == 6


def test_a_check_of_the_whole_gets_file_and_line(problems):
    def check(thing):
        return [
            Problem("", 0, "many[1].low", f"is {thing.many[1].low}", "halve it"),
            Problem("", 0, "elsewhere", "is odd", "even it"),
            Problem("other.yaml", 7, "x", "is odd", "even it"),
        ]

    assert problems("many:\n- low: 1\n- low: 2", check=check) == [
        "thing.yaml:3: many[1].low: is 2; halve it",
        "thing.yaml: elsewhere: is odd; even it",
        "other.yaml:7: x: is odd; even it",
    ]


def test_a_check_that_finds_nothing(read):
    assert read("name: a", check=lambda _: []).name == "a"


def test_the_check_is_not_asked_when_types_are_wrong(problems):
    assert len(problems("name: 1", check=lambda _: 1 / 0)) == 1


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
))  # fmt: skip
def test_whatever_yaml_holds_only_inputerror_comes_out(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yaml.safe_dump({"name": value, "either": value, "table": value, "many": value}), encoding="utf-8")
    with contextlib.suppress(InputError):
        strict.load(Thing, path)


@given(st.binary(max_size=60))
def test_whatever_bytes_only_inputerror_comes_out(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(data)
    with contextlib.suppress(InputError):
        strict.load(Thing, path)


WRITTEN = st.fixed_dictionaries(
    {
        "name": st.text(),
        "count": st.integers(-(10**17), 10**17),
        "ratio": st.floats(allow_nan=False, allow_infinity=False),
        "on": st.booleans(),
        "day": st.dates(),
    }
)


@given(WRITTEN)
def test_what_is_written_is_read(tmp_path_factory, values):
    path = tmp_path_factory.getbasetemp() / "same.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    thing = strict.load(Thing, path)
    assert {key: getattr(thing, key) for key in values} == values
    assert math.isfinite(thing.ratio)
