"""What real devices said, packet by packet: our questions and our reading of each answer beside pysnmp's.

The agent here is a sorted list that answers as RFC 3416 4.2.3 has it; octets go through both codecs.
"""

from __future__ import annotations

import bisect
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder
from pysnmp.proto import api
from pysnmp.proto.rfc1905 import EndOfMibView

from homeroom.errors import DeviceError, Malformed
from homeroom.secret import SecretRef
from homeroom.snmp import ber, message
from homeroom.snmp.ask.declared import SCHEDULES
from homeroom.snmp.ask.load import load
from homeroom.snmp.ask.read import wanted
from homeroom.snmp.engine import Community, Target
from homeroom.snmp.pysnmp_engine import plain_value
from homeroom.snmp.tables import Columns
from homeroom.snmp.wire import reply, request
from tests.snmp.ask.extract import vendor_of
from tests.snmp.ask.snmprec import lines, value_of

FOLDER = Path(__file__).parent / "recordings"
NAMES = sorted(path.stem for path in FOLDER.glob("*.snmprec"))
CATALOGUE = load()
V2 = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
TARGET = Target("sw1", "ios", "127.0.0.1", 161, Community(SecretRef("public")))
ROOM = 1400


class Agent:
    """A recording that answers GETBULK; `cells` are its names in order, `said` what each says, encoded."""

    def __init__(self, name: str) -> None:
        found: dict[ber.Oid, tuple[bytes, ber.Value]] = {}
        for oid, tag, said in lines(FOLDER / f"{name}.snmprec"):
            value = value_of(tag, said)
            if value is not None:
                found[ber.dotted(oid.strip())] = (ber.encode(int(tag.rstrip("xe")), value), value)
        self.said = found
        self.cells = sorted(found)

    def answer(self, data: bytes) -> bytes:
        community, pdu = message.read_community(message.version(data)[1])
        at = [name for name, _, _ in message.read_bindings(pdu.bindings)]
        out, room = [], ROOM
        for _ in range(pdu.index):
            for position, name in enumerate(at):
                follows = bisect.bisect_right(self.cells, name)
                if follows == len(self.cells):
                    one = message.binding(name, ber.null(ber.END_OF_MIB_VIEW))
                else:
                    at[position] = self.cells[follows]
                    one = message.binding(at[position], self.said[at[position]][0])
                room -= len(one)
                if room < 0 and out:
                    break
                out.append(one)
            if room < 0:
                break
        bindings = b"".join(out)
        return message.community(community, message.Pdu(message.RESPONSE, pdu.request_id, 0, 0, (), bindings).encode())


def of(name: str) -> tuple[Agent, list[ber.Oid]]:
    vendor = vendor_of(CATALOGUE, FOLDER / f"{name}.snmprec", "openwrt" if name == "openwrt-snmpd" else "")
    return Agent(name), sorted({oid for every in SCHEDULES for oid in wanted(vendor, every).columns})


def ask(table: Columns) -> bytes:
    head, tail = request.following(table.names(), table.times, bulk=True).community(1, b"public")
    return head + b"\x51\x22\x33\x44" + tail


def theirs(data: bytes) -> list[tuple[bytes, ber.Value]]:
    """The names and values of a packet as pysnmp reads it."""
    whole, rest = decoder.decode(data, asn1Spec=V2.Message())
    assert not rest
    pairs = V2.apiPDU.get_varbinds(V2.apiMessage.get_pdu(whole))
    return [
        (b"" if isinstance(value, EndOfMibView) else ber.oid_content(tuple(name)), plain_value(value))
        for name, value in pairs
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_of_a_walk_is_read_as_pysnmp_reads_it_and_whole_columns_come_of_it(name):
    agent, columns = of(name)
    table = Columns(TARGET, columns, 10)
    packets = 0
    while not table.done:
        asked = ask(table)
        assert [one for one, _ in theirs(asked)] == list(table.asked)
        data = agent.answer(asked)
        _, pdu = reply.community(data)
        names, values = reply.bindings(data, pdu.start, pdu.end)
        assert list(zip(names, values, strict=True)) == theirs(data)
        table.take(names, values, len(data))
        packets += 1
    assert packets > 1
    for column, rows in table.rows.items():
        size = len(column)
        assert rows == {cell[size:]: said for cell, (_, said) in agent.said.items() if cell[:size] == column}


AGENT, COLUMNS = of("cisco-5508")


def answers(most: int = 12) -> list[tuple[bytes, bytes]]:
    """The first questions of a controller's walk and what it says to them."""
    table, found = Columns(TARGET, COLUMNS, 10), []
    while not table.done and len(found) < most:
        asked = ask(table)
        data = AGENT.answer(asked)
        found.append((asked, data))
        _, pdu = reply.community(data)
        table.take(*reply.bindings(data, pdu.start, pdu.end), len(data))
    return found


REAL = answers()


@st.composite
def mutated(draw) -> tuple[int, bytes]:
    """One of those answers with some of its octets changed, taken away, doubled or cut off."""
    number = draw(st.integers(0, len(REAL) - 1))
    data = bytearray(REAL[number][1])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["set", "flip", "cut", "drop", "double"])):
            case "set":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "flip" if data:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at:]
            case "drop":
                del data[at : at + draw(st.integers(1, 30))]
            case _:
                data[at:at] = data[at : at + draw(st.integers(1, 30))]
    return number, bytes(data)


@given(mutated())
@settings(max_examples=300)
def test_a_real_answer_changed_in_any_way_gives_named_errors_or_values_that_it_says(case):
    number, data = case
    table = Columns(TARGET, COLUMNS, 10)
    for _, good in REAL[:number]:
        table.names()
        _, pdu = reply.community(good)
        table.take(*reply.bindings(good, pdu.start, pdu.end), len(good))
    table.names()
    before = sum(map(len, table.rows.values()))
    try:
        _, pdu = reply.community(data)
        names, values = reply.bindings(data, pdu.start, pdu.end)
        table.take(names, values, len(data))
    except (Malformed, IndexError, DeviceError):
        assert sum(map(len, table.rows.values())) == before, "nothing is kept of an answer that is refused"
        return
    said = list(zip(names, values, strict=True))
    added = [(column + index, value) for column, rows in table.rows.items() for index, value in rows.items()]
    assert len(added) - before <= len(names)
    for cell, value in added:
        assert (ber.oid_content(cell), value) in said or AGENT.said[cell][1] == value


cells = st.lists(
    st.sampled_from([b"\x00", b"\x01", b"\x02", b"\x00\x80", b"\x80", b"\x81\x00", b"\x7f", b""]), max_size=4
).map(b"".join)


def plainly(columns: list[bytes], names: list[bytes]) -> list[list[ber.Oid]]:
    """What Columns takes of an answer, name by name; Malformed or ValueError (backwards) when it is refused."""
    found = []
    for at, prefix in enumerate(columns):
        rows: list[ber.Oid] = []
        for name in names[at :: len(columns)]:
            if not name.startswith(prefix):
                break
            index = ber.index(name[len(prefix) :])
            if index <= (rows[-1] if rows else ()):
                raise ValueError
            rows.append(index)
        found.append(rows)
    return found


@given(st.lists(st.tuples(st.integers(0, 2), cells), min_size=1, max_size=12), st.booleans())
@settings(max_examples=500)
def test_names_are_sorted_out_as_one_by_one_whatever_an_agent_calls_its_rows(found, again):
    """The short ways of `tables` (columns with the same rows, answers seen before) mean nothing else."""
    columns = [(1, 3, 6, 1, 2, number) for number in range(3)]
    prefixes = [ber.oid_content(column) for column in columns]
    names = [prefixes[number] + cell for number, cell in found]
    for _ in range(1 + again):
        table = Columns(TARGET, columns, 12)
        table.names()
        try:
            expected = plainly(prefixes, names)
        except (Malformed, ValueError):
            with pytest.raises(DeviceError):
                table.take(names, list(range(len(names))), 10)
        else:
            table.take(names, list(range(len(names))), 10)
            assert [list(rows) for rows in table.rows.values()] == expected
            for at, rows in enumerate(table.rows.values()):
                assert list(rows.values()) == list(range(at, len(names), 3))[: len(rows)]
