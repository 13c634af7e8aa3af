"""The agent at RFC 3416 section 4.2: GET, GETNEXT, GETBULK and SET, by v2c and within size limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.lab import agent as agents
from homeroom.lab import mib
from homeroom.lab.agent import Agent
from homeroom.lab.snmp import counters as count
from homeroom.lab.snmp import operations
from homeroom.lab.snmp.engine import MAX_SIZE
from homeroom.lab.snmp.table import Object, Table
from homeroom.snmp import ber, message
from homeroom.snmp.message import RESPONSE, SET, Pdu, read_pdu
from tests.snmp.box import BOOT, Box, ports
from tests.snmp.wire import SYS_NAME, Manager, asked, get, getbulk, getnext, names, tags, values

NOW = BOOT + 5000
FIRST = "1.3.6.1.2.1.1.1.0"


@pytest.fixture
def box() -> Box:
    return Box(clubs={"public": "RO"}, ports=ports(30))


@pytest.fixture
def agent() -> Agent:
    return Agent(salt=1)


def parsed(pdu: Pdu) -> Pdu:
    return read_pdu(ber.Reader(pdu.encode()))


def ask(agent: Agent, box: Box, pdu: Pdu, community: bytes = b"public") -> Pdu | None:
    answer = agent.handle(message.community(community, pdu.encode()), box, NOW)
    if answer is None:
        return None
    version, reader = message.version(answer)
    name, response = message.read_community(reader)
    assert (version, name, response.kind, response.request_id) == (1, community, RESPONSE, pdu.request_id)
    assert len(answer) <= MAX_SIZE
    return response


def last_of(agent: Agent, box: Box) -> str:
    table = agent._table(agent._engine(box))
    return ber.text(table.name(len(table) - 1))


def test_v2c_is_silent_unless_the_community_is_configured(agent, box):
    assert values(ask(agent, box, get(SYS_NAME))) == [b"py01-0001-sw1"]
    assert ask(agent, box, get(SYS_NAME), b"private") is None
    assert ask(agent, box, get(SYS_NAME), b"\xff\xfe") is None
    box.clubs, box.version = {}, 2
    assert ask(agent, box, get(SYS_NAME)) is None
    assert agent._engine(box).counters[count.BAD_COMMUNITIES] == 3


@pytest.mark.parametrize("version", [0, 2, 4, 99])
def test_other_versions_are_dropped(agent, box, version):
    datagram = ber.sequence(ber.integer(version), ber.octets(b"public"), get(SYS_NAME).encode())
    assert agent.handle(datagram, box, NOW) is None
    assert agent._engine(box).counters[count.BAD_VERSIONS] == 1


def test_get_names_what_is_not_there(agent, box):
    response = ask(
        agent,
        box,
        get(
            SYS_NAME,
            "1.3.6.1.2.1.1.5",  # the object type itself
            "1.3.6.1.2.1.1.5.1",
            "1.3.6.1.2.1.2.2.1.2.9999",
            "1.3.6.1.2.1.1.77.0",
            "1.3.6.1.2.1.1",
            "0.0",
            "2.999",
        ),
    )
    assert response.status == 0
    assert tags(response) == [ber.OCTETS] + [ber.NO_SUCH_INSTANCE] * 3 + [ber.NO_SUCH_OBJECT] * 4
    assert names(response)[1:3] == ["1.3.6.1.2.1.1.5", "1.3.6.1.2.1.1.5.1"]


def test_an_empty_table_is_known_but_has_no_instance(agent, box):
    box.named, box.version = {}, 2
    assert tags(ask(agent, box, get("1.3.6.1.2.1.17.7.1.4.3.1.1.10"))) == [ber.NO_SUCH_INSTANCE]


def test_an_empty_list_is_answered_empty(agent, box):
    for pdu in (get(), getnext(), getbulk(0, 10), getbulk(5, 5), Pdu(SET, 77, 0, 0, (), b"")):
        response = ask(agent, box, pdu)
        assert (response.status, response.index, names(response)) == (0, 0, [])


def test_getnext_goes_on_and_ends_under_the_name_asked(agent, box):
    end = last_of(agent, box)
    response = ask(agent, box, getnext("0.0", "1.3", SYS_NAME, "1.3.6.1.2.1.1.5", end, "2.999.1"))
    assert names(response)[1:4] == [FIRST, "1.3.6.1.2.1.1.6.0", "1.3.6.1.2.1.1.5.0"]
    assert names(response)[4:] == [end, "2.999.1"]
    assert tags(response)[4:] == [ber.END_OF_MIB_VIEW] * 2


def test_getbulk_repeats_what_repeats(agent, box):
    response = ask(agent, box, getbulk(1, 2, "1.3.6.1.2.1.1.4", "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2"))
    assert names(response) == [
        "1.3.6.1.2.1.1.4.0",
        "1.3.6.1.2.1.2.2.1.1.1",
        "1.3.6.1.2.1.2.2.1.2.1",
        "1.3.6.1.2.1.2.2.1.1.2",
        "1.3.6.1.2.1.2.2.1.2.2",
    ]


@pytest.mark.parametrize(
    ("once", "times", "expected"),
    [(2, 5, 2), (9, 5, 2), (-3, 1, 2), (-3, -3, 0), (1, 0, 1), (1, -1, 1), (0, 0, 0), (2, -7, 2)],
)
def test_odd_numbers_in_a_getbulk_are_taken_as_the_rfc_says(agent, box, once, times, expected):
    response = ask(agent, box, getbulk(once, times, "1.3.6.1.2.1.1.1", "1.3.6.1.2.1.1.5"))
    assert (response.status, len(names(response))) == (0, expected)


def test_getbulk_ends_once_every_column_has(agent, box):
    """One row of ends, each under the last name of its column; then no more rows, however many were asked for."""
    end = last_of(agent, box)
    table = agent._table(agent._engine(box))
    before = ber.text(table.name(len(table) - 2))
    response = ask(agent, box, getbulk(0, 1000, before, "2.1"))
    assert names(response) == [end, "2.1", end, "2.1"]
    assert tags(response)[1:] == [ber.END_OF_MIB_VIEW] * 3


def test_a_walk_by_getbulk_sees_everything_once_and_in_order(agent, box):
    table = agent._table(agent._engine(box))
    seen, name = [], "0.0"
    while True:
        response = ask(agent, box, getbulk(0, 50, name))
        fresh = [n for n, tag in zip(names(response), tags(response), strict=True) if tag != ber.END_OF_MIB_VIEW]
        seen += fresh
        if len(fresh) < len(names(response)):
            break
        name = fresh[-1]
    assert [ber.dotted(n) for n in seen] == [table.name(n) for n in range(len(table))]
    assert seen == sorted(set(seen), key=ber.dotted)


def test_a_full_getbulk_fills_the_datagram(agent, box):
    answer = agent.handle(message.community(b"public", getbulk(0, 10_000, "1.3").encode()), box, NOW)
    assert MAX_SIZE - 150 < len(answer) <= MAX_SIZE


@given(
    st.integers(484, 2000),
    st.integers(1, 40),
    st.lists(st.sampled_from(["1.3", "1.3.6.1.2.1.2", "2.5", "1.3.6.1.2.1.31"]), min_size=1, max_size=6),
    st.integers(0, 2),
)
def test_no_answer_is_larger_than_the_manager_takes(size, times, columns, once):
    box = Box(ports=ports(30))
    manager = Manager(box, NOW)
    answer = Agent(salt=1).handle(manager.request(getbulk(once, times, *columns), max_size=size), box, NOW)
    assert len(answer) <= min(size, MAX_SIZE)
    header, scoped = manager.open(answer)
    assert scoped.pdu.status == 0
    assert header.max_size == MAX_SIZE


def test_a_get_that_does_not_fit_is_too_big(agent, box):
    manager = Manager(box, NOW)
    request = manager.request(get(*[FIRST] * 3), max_size=484)
    _, scoped = manager.open(agent.handle(request, box, NOW))
    assert (scoped.pdu.status, scoped.pdu.index, scoped.pdu.names) == (1, 0, ())
    response = ask(agent, box, getnext(*["1.3.6.1.2.1.1"] * 10))
    assert (response.status, response.index, response.names) == (1, 0, ())


def test_what_does_not_fit_even_so_is_dropped_and_counted(agent, box):
    community = b"p" * 2000
    box.clubs = {community.decode(): "RO"}
    assert ask(agent, box, get(SYS_NAME), community) is None
    assert agent._engine(box).counters[count.SILENT_DROPS] == 1


def test_getbulk_without_room_gives_nothing_rather_than_too_much():
    table = Table([Object((1, 3, 6, 1), {(0,): ber.octets(b"x" * 100)})])
    for pdu in (getbulk(1, 0, "1.3.6"), getbulk(0, 3, "1.3.6")):
        assert operations.answer(parsed(pdu), table, NOW, 50).bindings == b""


def test_set_is_no_access_and_gives_back_the_list(agent, box):
    bindings = message.binding(SYS_NAME, ber.octets(b"mine")) + message.binding((1, 3, 6, 1, 9), ber.integer(-5))
    response = ask(agent, box, Pdu(SET, 77, 0, 0, (), bindings))
    assert (response.status, response.index, response.bindings) == (6, 1, bindings)
    assert values(ask(agent, box, get(SYS_NAME))) == [b"py01-0001-sw1"]


@pytest.mark.parametrize("kind", [message.RESPONSE, message.TRAP, message.REPORT, message.INFORM])
def test_v2c_answers_operations_only(agent, box, kind):
    assert ask(agent, box, Pdu(kind, 77, 0, 0, (), asked(SYS_NAME))) is None


def test_the_table_is_built_again_when_the_version_changes(agent, box):
    ask(agent, box, get(SYS_NAME))
    box.hostname = "renamed"
    assert values(ask(agent, box, get(SYS_NAME))) == [b"py01-0001-sw1"]
    box.version += 1
    assert values(ask(agent, box, get(SYS_NAME))) == [b"renamed"]


def test_only_so_many_tables_are_kept(agent, box, monkeypatch):
    monkeypatch.setattr(agents, "_TABLES", 2)
    boxes = [Box(address=f"127.1.0.{n}", hostname=f"h{n}", clubs={"public": "RO"}) for n in range(1, 5)]
    for _ in range(2):
        for one in boxes:
            assert values(ask(agent, one, get(SYS_NAME))) == [one.hostname.encode()]
    assert len(agent._tables) == 2


def test_live_values_are_read_at_the_time_asked():
    box = Box(clubs={"public": "RO"})
    table = mib.table(box, b"", agents.LocalEngine(box, iter([])).counters)
    uptime = (1, 3, 6, 1, 2, 1, 1, 3, 0)
    for later in (0, 1.5, 5_000_000):
        [(_, tag, ticks)] = message.read_bindings(table.get(uptime, BOOT + later))
        assert (tag, ticks) == (ber.TIME_TICKS, int(later * 100) % 2**32)


@given(st.binary(max_size=200))
def test_no_datagram_raises(data):
    Agent(salt=1).handle(data, Box(), NOW)


@given(st.data())
def test_no_damaged_datagram_raises(data):
    box = Box(clubs={"public": "RO"}, users=Box().users)
    manager = Manager(box, NOW)
    request = data.draw(
        st.sampled_from(
            [
                manager.request(getbulk(0, 5, "1.3")),
                manager.request(get(SYS_NAME), flags=4, salt=b""),
                message.community(b"public", getbulk(1, 9, "1.3", "1.3.6.1.2.1.2").encode()),
            ]
        )
    )
    broken = bytearray(request)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(broken) - 1))
        broken[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    Agent(salt=1).handle(bytes(broken), box, NOW)
