"""Walks step by step, on answers that a sound agent gives and on those that none should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import DeviceError
from homeroom.secret import SecretRef
from homeroom.snmp import ber, tables
from homeroom.snmp.engine import Community, Target
from homeroom.snmp.tables import END, Columns

TARGET = Target("sw1", "ios", "127.0.0.1", 161, Community(SecretRef("c")))
A, B, C = ((1, 3, 6, 1, 2, 1, number) for number in (1, 2, 3))


def agent(values: dict[ber.Oid, ber.Value], names: list[bytes], times: int, most: int = 1000):
    """What RFC 3416 4.2.3 has an agent answer, cut after `most` bindings."""
    ordered = sorted(values)
    at = [ber.subids(name) for name in names]
    out = []
    for _ in range(times):
        for position, name in enumerate(at):
            follows = next((one for one in ordered if one > name), None)
            out.append((END, None) if follows is None else (ber.oid_content(follows), values[follows]))
            at[position] = name if follows is None else follows
    return out[:most]


def take(walk: Columns, found: list[tuple[bytes, ber.Value]], octets: int) -> None:
    walk.take([name for name, _ in found], [value for _, value in found], octets)


def walked(columns: list[ber.Oid], values: dict, rows: int, most: int = 1000) -> tuple[dict, int]:
    walk = Columns(TARGET, columns, rows)
    count = 0
    while not walk.done:
        names = walk.names()
        assert len(names) * walk.times <= max(tables.BINDINGS, len(names))
        take(walk, agent(values, names, walk.times, most), 100)
        count += 1
    return {column: dict(found) for column, found in walk.rows.items()}, count


indices = st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 200), min_size=1, max_size=4).map(tuple)


@given(
    st.dictionaries(st.tuples(st.sampled_from([A, B, C, (1, 3, 6, 1, 2, 1, 4)]), indices), st.integers(), max_size=60),
    st.integers(0, 70),
    st.integers(1, 40),
)
def test_whatever_the_table_and_however_short_the_answers_each_instance_is_found(cells, rows, most):
    values = {column + index: value for (column, index), value in cells.items()}
    found, _ = walked([A, B, C], values, rows, most)
    assert found == {
        column: {index: value for (at, index), value in cells.items() if at == column} for column in (A, B, C)
    }
    assert all(list(rows) == sorted(rows) for rows in found.values())


@pytest.mark.parametrize(("rows", "most"), [(52, 10), (0, 16), (10, 13), (10**6, 10)])
def test_a_switch_is_read_in_few_requests_whatever_was_expected(rows, most):
    columns = [(*A, number) for number in range(8)]
    values = {(*column, port): port for column in columns for port in range(1, 53)}
    found, count = walked(columns, values, rows)
    assert all(len(found[column]) == 52 for column in columns)
    assert count <= most


def test_small_tables_of_many_columns_take_one_request():
    columns = [(*A, number) for number in range(24)]
    values = {(*column, 1): 1 for column in columns}
    assert walked(columns, values, 1)[1] == 1


def test_nothing_to_read_is_done():
    assert Columns(TARGET, [], 5).done


def refused(found, octets=10, times: int | None = None) -> str:
    walk = Columns(TARGET, [A, B], 3)
    walk.names()
    walk.times = times or walk.times
    with pytest.raises(DeviceError) as caught:
        take(walk, found, octets)
    return str(caught.value)


def name(*oid: int) -> bytes:
    return ber.oid_content(tuple(oid))


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ([], "sw1: SNMP failed: an answer without values; look at its SNMP agent"),
        ([(name(*A, 1), 1)] * 9, "sw1: SNMP failed: an answer with more values than were asked for"),
        ([(name(*A), 1)], "sw1: its tables run backwards at 1.3.6.1.2.1.1; report it to its maker"),
        (
            [(name(*A, 5), 1), (END, None), (name(*A, 5), 1)],
            "sw1: its tables run backwards at 1.3.6.1.2.1.1.5; report it to its maker",
        ),
        ([(name(*A) + b"\x80", 1)], "sw1: SNMP failed: an empty or cut OBJECT IDENTIFIER; look at its SNMP agent"),
        (
            [(name(*A) + b"\x01" * 129, 1)],
            "sw1: SNMP failed: more than 128 sub-identifiers, or one above 2^32; look at its SNMP agent",
        ),
    ],
)
def test_what_no_agent_may_answer_ends_the_walk_with_its_reason(found, message):
    assert refused(found).startswith(message)


def test_a_walk_that_does_not_end_is_left_at_so_many_values_or_octets(monkeypatch):
    monkeypatch.setattr(tables, "MOST_VALUES", 100)
    walk = Columns(TARGET, [A], 10)

    def go_on(port: int = 0):
        while True:
            walk.names()
            rows = [(name(*A, port + row), b"x") for row in range(1, walk.times + 1)]
            port += len(rows)
            take(walk, rows, 100)

    with pytest.raises(DeviceError, match="sw1: a table of it does not end"):
        go_on()
    assert len(walk.rows[A]) <= 100
    assert refused([(name(*A, 1), b"")], tables.MOST_OCTETS + 1).startswith("sw1: a table of it does not end")


def test_what_is_too_big_is_asked_for_less_until_it_cannot_be():
    walk = Columns(TARGET, [A, B, C], 100)
    sizes = []
    while True:
        names = walk.names()
        sizes.append((len(names), walk.times))
        if not walk.smaller():
            break
    assert sizes[0] == (3, tables.BINDINGS // 3)
    assert sizes[-1] == (1, 1)
    assert [columns * times for columns, times in sizes] == sorted(
        (columns * times for columns, times in sizes), reverse=True
    )


def test_the_first_version_goes_row_by_row_and_its_error_ends_a_column():
    walk = Columns(TARGET, [A, B], 100, bulk=False)
    assert (len(walk.names()), walk.times) == (2, 1)
    take(walk, [(name(*A, 1), 1), (name(*B, 1), 2)], 10)
    walk.names()
    walk.end(2)
    assert walk.names() == (name(*A, 1),)
    with pytest.raises(DeviceError, match=r"SNMP error 2 \(noSuchName\)"):
        walk.end(2)
    walk.end(1)
    assert walk.done
    assert walk.rows == {A: {(1,): 1}, B: {(1,): 2}}
