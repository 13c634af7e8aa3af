"""The agent at RFC 3412 and RFC 3414: who is answered, who gets which report, who gets nothing."""

from __future__ import annotations

import pytest

from homeroom.lab.agent import Agent
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.snmp import counters as count
from homeroom.snmp import ber, message
from homeroom.snmp.message import INFORM, REPORT, RESPONSE, TRAP, Pdu
from tests.snmp.box import BOOT, Box
from tests.snmp.wire import SYS_NAME, Manager, get, names, tags, values

NOW = BOOT + 5000


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def agent() -> Agent:
    return Agent(salt=1)


@pytest.fixture
def manager(box: Box) -> Manager:
    return Manager(box, NOW)


def counted(agent: Agent, box: Box, counter: ber.Oid) -> int:
    return agent._engine(box).counters[counter]


def report_of(agent, box, manager, datagram, *, level=0):
    """Handle, and check everything that all reports have in common."""
    answer = agent.handle(datagram, box, NOW)
    assert answer is not None
    header, scoped = manager.open(answer)
    assert header.flags == level  # never reportable itself
    assert header.message_id == 4711
    assert (header.engine_id, header.boots, header.time) == (manager.engine, 7, 5000)
    assert (scoped.engine_id, scoped.context) == (manager.engine, b"")
    assert (scoped.pdu.kind, scoped.pdu.status, scoped.pdu.index) == (REPORT, 0, 0)
    assert tags(scoped.pdu) == [ber.COUNTER32]
    return scoped.pdu


def test_a_request_is_answered_at_its_own_level(agent, box, manager):
    header, scoped = manager.open(agent.handle(manager.request(get(SYS_NAME)), box, NOW))
    assert header.flags == 3
    assert (header.message_id, header.user) == (4711, b"homeroom")
    assert (scoped.pdu.kind, scoped.pdu.request_id) == (RESPONSE, 77)
    assert values(scoped.pdu) == [b"py01-0001-sw1"]


def test_no_two_answers_are_encrypted_with_one_salt(agent, box, manager):
    salts = [manager.open(agent.handle(manager.request(get(SYS_NAME)), box, NOW))[0].salt for _ in range(5)]
    assert salts == [n.to_bytes(8, "big") for n in range(1, 6)]


def test_the_salt_wraps():
    box = Box()
    manager = Manager(box, NOW)
    agent = Agent(salt=2**64 - 1)
    salts = [manager.open(agent.handle(manager.request(get(SYS_NAME)), box, NOW))[0].salt for _ in range(2)]
    assert salts == [b"\xff" * 8, bytes(8)]


def test_discovery(agent, box, manager):
    """RFC 3414 section 4: an empty engine id is reported, unauthenticated, with id, boots and time."""
    request = manager.request(get(), flags=4, engine_id=b"", boots=0, time=0, user=b"", salt=b"")
    report = report_of(agent, box, manager, request)
    assert names(report) == ["1.3.6.1.6.3.15.1.1.4.0"]
    assert values(report) == [1]
    assert report.request_id == 77  # the payload was readable


def test_another_engine_is_unknown(agent, box, manager):
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME), engine_id=b"\x80\0\0\x09\x01\x7f\0\0\x01"))
    assert names(report) == ["1.3.6.1.6.3.15.1.1.4.0"]
    assert report.request_id == 0  # it was encrypted


def test_an_unknown_user_is_reported(agent, box, manager):
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME), user=b"nobody"))
    assert names(report) == ["1.3.6.1.6.3.15.1.1.3.0"]


@pytest.mark.parametrize(("priv", "key"), [("", ""), ("DES", "privpass123"), ("AES", "")])
def test_more_than_the_user_has_is_unsupported(agent, box, manager, priv, key):
    box.users = {"homeroom": SnmpUser("SHA-256", "authpass123", priv, key)}
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME)))
    assert names(report) == ["1.3.6.1.6.3.15.1.1.1.0"]


@pytest.mark.parametrize(("auth", "key"), [("", ""), ("MD5", "authpass123"), ("SHA-256", "")])
def test_a_user_without_keys_we_can_use_has_no_authentication(agent, box, manager, auth, key):
    box.users = {"homeroom": SnmpUser(auth, key, "", "")}
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME), flags=5, salt=b""))
    assert names(report) == ["1.3.6.1.6.3.15.1.1.1.0"]
    _, scoped = manager.open(agent.handle(manager.request(get(SYS_NAME), flags=4, salt=b""), box, NOW))
    assert scoped.pdu.status == 0


@pytest.mark.parametrize("wrong", [{"auth_key": "wrongpass123"}, {"auth": "SHA"}, {"auth": "SHA-512"}])
def test_a_wrong_digest_is_reported(agent, box, manager, wrong):
    for name, value in wrong.items():
        setattr(manager, name, value)
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME)))
    assert names(report) == ["1.3.6.1.6.3.15.1.1.5.0"]
    assert counted(agent, box, count.WRONG_DIGESTS) == 1


def test_one_changed_bit_anywhere_is_never_answered_with_a_response(agent, box, manager):
    request = manager.request(get(SYS_NAME))
    for place in range(len(request)):
        broken = bytearray(request)
        broken[place] ^= 1
        answer = agent.handle(bytes(broken), box, NOW)
        if answer is not None:
            assert manager.open(answer)[1].pdu.kind == REPORT


@pytest.mark.parametrize(
    ("change", "fresh"),
    [
        ({"time": 5150}, True),
        ({"time": 5151}, False),
        ({"time": 4850}, True),
        ({"time": 4849}, False),
        ({"boots": 6}, False),
        ({"boots": 8}, False),
        ({"boots": 0, "time": 0}, False),
    ],
)
def test_the_time_window(agent, box, manager, change, fresh):
    request = manager.request(get(SYS_NAME), **change)
    if fresh:
        assert manager.open(agent.handle(request, box, NOW))[1].pdu.kind == RESPONSE
    else:
        report = report_of(agent, box, manager, request, level=1)  # authenticated
        assert names(report) == ["1.3.6.1.6.3.15.1.1.2.0"]


def test_after_the_last_boot_nobody_is_in_time(agent, box, manager):
    box.engine_boots = 2**31 - 1
    header, scoped = manager.open(agent.handle(manager.request(get(SYS_NAME)), box, NOW))
    assert header.flags == 1
    assert names(scoped.pdu) == ["1.3.6.1.6.3.15.1.1.2.0"]


def test_a_reboot_is_noticed(agent, box, manager):
    request = manager.request(get(SYS_NAME))
    assert manager.open(agent.handle(request, box, NOW))[1].pdu.kind == RESPONSE
    box.engine_boots, box.boot = 8, NOW
    header, scoped = manager.open(agent.handle(request, box, NOW + 1))
    assert (header.boots, header.time, scoped.pdu.kind) == (8, 1, REPORT)


def test_a_wrong_privacy_key_is_a_decryption_error(agent, box, manager):
    manager.priv_key = "wrongpass123"
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME)))
    assert names(report) == ["1.3.6.1.6.3.15.1.1.6.0"]


def test_a_salt_that_is_no_salt_is_a_decryption_error(agent, box, manager):
    request = manager.request(get(SYS_NAME))
    payload = ber.octets(b"x" * 60)
    request = message.write_v3(manager.header(salt=b"salt"), payload, manager.keys)
    assert names(report_of(agent, box, manager, request)) == ["1.3.6.1.6.3.15.1.1.6.0"]


def test_padding_behind_the_decrypted_pdu_is_allowed(agent, box, manager):
    plain = message.scoped(manager.engine, b"", get(SYS_NAME).encode()) + bytes(5)
    header = manager.header()
    payload = ber.octets(manager.keys.encrypt(plain, header.boots, header.time, manager.salt))
    answer = agent.handle(message.write_v3(header, payload, manager.keys), box, NOW)
    assert manager.open(answer)[1].pdu.kind == RESPONSE


@pytest.mark.parametrize("flags", [4, 5])
def test_less_than_the_user_has_is_no_access(agent, box, manager, flags):
    """RFC 3413 3.2: VACM refuses; the response tells so at the level of the request."""
    request = manager.request(get(SYS_NAME), flags=flags, salt=b"")
    header, scoped = manager.open(agent.handle(request, box, NOW))
    assert header.flags == flags & 3
    assert (scoped.pdu.kind, scoped.pdu.status, scoped.pdu.index) == (RESPONSE, 16, 0)
    assert names(scoped.pdu) == [ber.text(SYS_NAME)]
    assert tags(scoped.pdu) == [ber.NULL]


def test_a_context_that_is_not_there_is_reported_encrypted(agent, box, manager):
    manager.context = b"vlan-10"
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME)), level=3)
    assert names(report) == ["1.3.6.1.6.3.12.1.5.0"]
    assert report.request_id == 77


def test_another_engines_context_has_no_handler(agent, box, manager):
    manager.context_engine = b"\x80\0\0\x09\x01\x7f\0\0\x09"
    report = report_of(agent, box, manager, manager.request(get(SYS_NAME)), level=3)
    assert names(report) == ["1.3.6.1.6.3.11.2.1.3.0"]


def test_an_inform_has_no_handler_and_a_trap_no_answer(agent, box, manager):
    bindings = message.binding(SYS_NAME, ber.octets(b"x"))
    inform, trap = (Pdu(kind, 77, 0, 0, (), bindings) for kind in (INFORM, TRAP))
    assert names(report_of(agent, box, manager, manager.request(inform), level=3)) == ["1.3.6.1.6.3.11.2.1.3.0"]
    assert agent.handle(manager.request(trap), box, NOW) is None
    assert agent.handle(manager.request(Pdu(RESPONSE, 77, 0, 0, (), b"")), box, NOW) is None
    assert counted(agent, box, count.UNKNOWN_PDU_HANDLERS) == 3


def test_reportable_decides_only_where_the_pdu_cannot_be_read(agent, box, manager):
    """RFC 3412 6.4 and 7.1 step 3."""
    unknown = {"user": b"nobody"}
    assert agent.handle(manager.request(get(SYS_NAME), flags=3, **unknown), box, NOW) is None
    assert counted(agent, box, count.UNKNOWN_USERS) == 1  # counted all the same
    clear = manager.request(get(SYS_NAME), flags=0, salt=b"", **unknown)
    assert names(report_of(agent, box, manager, clear)) == ["1.3.6.1.6.3.15.1.1.3.0"]
    trap = manager.request(Pdu(TRAP, 77, 0, 0, (), b""), flags=4, salt=b"", **unknown)
    assert agent.handle(trap, box, NOW) is None
    garbage = message.write_v3(manager.header(flags=4, salt=b"", **unknown), b"\x30\x01\x00", None)
    assert report_of(agent, box, manager, garbage).request_id == 0


def test_encrypted_but_not_authenticated_is_invalid(agent, box, manager):
    assert agent.handle(manager.request(get(SYS_NAME), flags=6), box, NOW) is None
    assert counted(agent, box, count.INVALID_MESSAGES) == 1


def test_another_security_model_is_dropped(agent, box, manager):
    common = ber.sequence(ber.integer(1), ber.integer(65507), ber.octets(b"\4"), ber.integer(4))
    datagram = ber.sequence(ber.integer(3), common, ber.octets(b"whatever"), ber.octets(b""))
    assert agent.handle(datagram, box, NOW) is None
    assert counted(agent, box, count.UNKNOWN_SECURITY_MODELS) == 1


@pytest.mark.parametrize(
    "header",
    [
        (ber.integer(1), ber.integer(483), ber.octets(b"\4"), ber.integer(3)),  # msgMaxSize below 484
        (ber.integer(-1), ber.integer(65507), ber.octets(b"\4"), ber.integer(3)),
        (ber.integer(1), ber.integer(65507), ber.octets(b"\4\4"), ber.integer(3)),
        (ber.integer(1), ber.integer(65507), ber.octets(b"\4"), ber.integer(0)),
        (ber.integer(1), ber.integer(65507), ber.octets(b"\4"), ber.integer(3), ber.integer(3)),
    ],
)
def test_headers_that_are_none_are_dropped(agent, box, header):
    datagram = ber.sequence(ber.integer(3), ber.sequence(*header), ber.octets(b""), ber.octets(b""))
    assert agent.handle(datagram, box, NOW) is None
    assert counted(agent, box, count.PARSE_ERRORS) == 1


def test_a_user_name_too_long_is_dropped(agent, box, manager):
    assert agent.handle(manager.request(get(SYS_NAME), user=b"x" * 33), box, NOW) is None


def test_a_clear_payload_that_is_no_pdu_is_dropped(agent, box, manager):
    box.users = {"homeroom": SnmpUser("", "", "", "")}
    datagram = message.write_v3(manager.header(flags=4, salt=b""), b"\x30\x01\x00", None)
    assert agent.handle(datagram, box, NOW) is None
    assert counted(agent, box, count.PARSE_ERRORS) == 1


def test_counters_are_shown_by_the_agent_itself(agent, box, manager):
    manager.request(get(SYS_NAME))
    agent.handle(manager.request(get(SYS_NAME), user=b"nobody"), box, NOW)
    answer = agent.handle(manager.request(get("1.3.6.1.6.3.15.1.1.3.0", "1.3.6.1.2.1.11.1.0")), box, NOW)
    assert values(manager.open(answer)[1].pdu) == [1, 2]


def test_users_follow_the_configuration(agent, box, manager):
    request = manager.request(get(SYS_NAME))
    assert manager.open(agent.handle(request, box, NOW))[1].pdu.kind == RESPONSE
    box.users, box.version = {}, 2
    assert names(manager.open(agent.handle(request, box, NOW))[1].pdu) == ["1.3.6.1.6.3.15.1.1.3.0"]


def test_a_new_device_at_an_old_address_is_a_new_engine(agent, box, manager):
    request = manager.request(get(SYS_NAME))
    agent.handle(request, box, NOW)
    other = Box(hostname="other")
    assert values(manager.open(agent.handle(request, other, NOW))[1].pdu) == [b"other"]


def test_each_address_has_its_own_engine_id():
    ids = {
        Manager(Box(address=f"127.1.{n}.1", platform=platform), NOW).engine
        for n in range(9)
        for platform in ("ios", "openwrt")
    }
    assert len(ids) == 18
    assert Manager(Box(address="127.1.2.3"), NOW).engine.hex() == "80000009017f010203"
    assert Manager(Box(address="127.1.2.3", platform="openwrt"), NOW).engine.hex() == "80001f88017f010203"
