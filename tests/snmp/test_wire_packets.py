"""Every packet our engine builds or reads, against pysnmp's codec and against octets that nobody should send."""

from __future__ import annotations

import asyncio
import tracemalloc
from itertools import islice

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api, rfc1905
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message

from homeroom.errors import DeviceError, Malformed
from homeroom.secret import Secret, SecretRef
from homeroom.snmp import ber, message, usm
from homeroom.snmp.ber import Reader
from homeroom.snmp.engine import Community, Credentials, Target
from homeroom.snmp.message import Header, Pdu
from homeroom.snmp.tables import END
from homeroom.snmp.wire import reply, request, sealed
from homeroom.snmp.wire.engine import WireEngine
from homeroom.snmp.wire.reply import NO_REPLY
from homeroom.snmp.wire.request import Request
from homeroom.snmp.wire.sealed import Session
from tests.snmp.test_ber import oids, values
from tests.snmp.test_message import listed

ENGINE = b"\x80\x00\x1f\x88\x80engine"
request_ids = st.integers(1 << 30, (1 << 31) - 1)
MODULES = {0: api.PROTOCOL_MODULES[api.SNMP_VERSION_1], 1: api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]}
KINDS = {message.GET: "GetRequestPDU", message.GETNEXT: "GetNextRequestPDU", message.GETBULK: "GetBulkRequestPDU"}


def octets(number: int) -> bytes:
    return number.to_bytes(4, "big")


def theirs(kind: int, version: int, request_id: int, names: list, community: str, times: int = 0) -> bytes:  # noqa: PLR0917 -- as they stand in the message
    """The request as pysnmp writes it."""
    module = MODULES[version]
    pdu = getattr(module, KINDS[kind])()
    made = module.apiBulkPDU if kind == message.GETBULK else module.apiPDU
    made.set_defaults(pdu)
    made.set_request_id(pdu, request_id)
    if kind == message.GETBULK:
        made.set_non_repeaters(pdu, 0)
        made.set_max_repetitions(pdu, times)
    made.set_varbinds(pdu, [(name, module.Null("")) for name in names])
    whole = module.Message()
    module.apiMessage.set_defaults(whole)
    module.apiMessage.set_community(whole, community)
    module.apiMessage.set_pdu(whole, pdu)
    return encoder.encode(whole)


@given(
    st.sampled_from([(0, message.GET), (0, message.GETNEXT), *((1, kind) for kind in KINDS)]),
    request_ids,
    st.lists(oids, max_size=30),
    st.text("abcXYZ09-", min_size=1, max_size=40),
    st.integers(0, 100),
)
@settings(max_examples=60)
def test_requests_by_community_are_pysnmps_octet_by_octet(what, request_id, names, community, times):
    version, kind = what
    ours = Request(kind, [ber.oid_content(name) for name in names], times)
    head, tail = ours.community(version, community.encode())
    assert head + octets(request_id) + tail == theirs(kind, version, request_id, names, community, times)
    assert ours.community(version, community.encode()) == (head, tail)


def test_a_name_longer_than_most_is_encoded_like_any():
    name = (1, 3, *[2**32 - 1] * 40)
    head, tail = request.get([name]).community(1, b"c" * 300)
    assert head + octets(1 << 30) + tail == theirs(message.GET, 1, 1 << 30, [name], "c" * 300, 0)


def session(auth: str = "SHA-256", priv: str = "privpass123", cipher: str = "AES") -> Session:
    return Session(ENGINE, b"homeroom", usm.keys(auth, "authpass123", priv, ENGINE, cipher))


SESSIONS = [session(auth, priv) for auth in usm.AUTH for priv in ("privpass123", "")]
SESSIONS += [session("SHA", cipher=cipher) for cipher in usm.PRIVACY]


@given(
    st.sampled_from(SESSIONS),
    st.lists(oids, max_size=12),
    request_ids,
    st.tuples(st.integers(0, 2**31 - 2), st.integers(0, 2**31 - 1)),
    st.binary(min_size=8, max_size=8),
)
@settings(max_examples=80)
def test_sealed_requests_are_those_of_the_slow_writer_and_pysnmp_reads_them(one, names, request_id, clock, salt):
    boots, time = clock
    ours = request.get(names)
    written = one.seal(ours, octets(request_id), boots, time, salt)
    header = Header(request_id, sealed.MAX_SIZE, one.flags | 4, ENGINE, boots, time, b"homeroom", salt=salt)
    pdu = Pdu(message.GET, request_id, 0, 0, (), b"".join(message.binding(name, ber.null()) for name in names))
    payload = message.scoped(ENGINE, b"", pdu.encode())
    if one.keys.priv_key:
        payload = ber.octets(one.keys.encrypt(payload, boots, time, salt))
    else:
        header = Header(request_id, sealed.MAX_SIZE, one.flags | 4, ENGINE, boots, time, b"homeroom")
    assert written == message.write_v3(header, payload, one.keys)
    read, rest = decoder.decode(written, asn1Spec=SNMPv3Message())
    assert rest == b""
    assert read["msgGlobalData"]["msgID"] == request_id
    assert read["msgGlobalData"]["msgFlags"] == bytes((one.flags | 4,))


@given(request_ids)
def test_discovery_is_what_rfc_3414_has_as_pysnmp_reads_it(request_id):
    read, rest = decoder.decode(sealed.discovery(octets(request_id)), asn1Spec=SNMPv3Message())
    assert rest == b""
    assert (read["msgGlobalData"]["msgID"], read["msgGlobalData"]["msgFlags"]) == (request_id, b"\x04")
    assert read["msgData"]["plaintext"]["data"]["get-request"]["request-id"] == request_id


def response(request_id: int, pairs, status: int = 0, index: int = 0) -> bytes:
    return Pdu(message.RESPONSE, request_id, status, index, (), listed(pairs)).encode()


def pairs_of(data: bytes, pos: int, end: int) -> list[tuple[bytes, ber.Value]]:
    return list(zip(*reply.bindings(data, pos, end), strict=True))


pairs_ = st.lists(st.tuples(oids, values), max_size=12)


@given(request_ids, pairs_, st.integers(0, 18), st.integers(0, 3))
@settings(max_examples=80)
def test_replies_as_pysnmp_writes_them_are_read_value_by_value(request_id, pairs, status, index):
    written = message.community(b"public", response(request_id, pairs, status, index))
    module = MODULES[1]
    read, _ = decoder.decode(written, asn1Spec=module.Message())
    again = encoder.encode(read)  # pysnmp's own octets of it
    for data in (written, again):
        version, pdu = reply.community(data)
        assert (version, pdu.kind, pdu.request_id) == (1, message.RESPONSE, octets(request_id))
        assert (pdu.status, pdu.about) == (status, index)
        names = [ber.oid(name) for name, _ in pairs]
        assert reply.values(data, pdu.start, pdu.end, names) == [value for _, (_, value) in pairs]
        expected = [(END if tag >= 0x80 else ber.oid_content(name), value) for name, (tag, value) in pairs]
        assert pairs_of(data, pdu.start, pdu.end) == expected


@given(st.sampled_from(SESSIONS), request_ids, pairs_, st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
@settings(max_examples=60)
def test_sealed_replies_are_opened_and_only_with_the_right_key(one, request_id, pairs, boots, time):
    header = Header(request_id, 1472, one.flags, ENGINE, boots, time, b"homeroom", salt=b"saltsalt")
    payload = message.scoped(ENGINE, b"", response(request_id, pairs))
    if one.keys.priv_key:
        payload = ber.octets(one.keys.encrypt(payload + bytes(3), boots, time, b"saltsalt"))  # some pad
    data = message.write_v3(header, payload, one.keys)
    envelope = sealed.read(data)
    assert (envelope.message_id, envelope.engine_id, envelope.user) == (octets(request_id), ENGINE, b"homeroom")
    assert (envelope.boots, envelope.time, envelope.flags) == (boots, time, one.flags)
    assert one.genuine(data, envelope)
    assert not session("SHA-256", "otherpriv1").genuine(data[:-1] + bytes((data[-1] ^ 1,)), envelope)
    plain, pdu = one.open(data, envelope)
    assert pdu.request_id == octets(request_id)
    assert reply.values(plain, pdu.start, pdu.end, [ber.oid(name) for name, _ in pairs]) == [
        value for _, (_, value) in pairs
    ]


def test_an_answer_of_another_context_engine_or_of_an_encryption_not_agreed_is_refused():
    one, plain = session(), session(priv="")
    payload = message.scoped(b"\x80other", b"", response(1 << 30, []))
    header = Header(1 << 30, 1472, 3, ENGINE, 1, 1, b"homeroom", salt=b"saltsalt")
    data = message.write_v3(header, ber.octets(one.keys.encrypt(payload, 1, 1, b"saltsalt")), one.keys)
    with pytest.raises(Malformed, match="another context engine"):
        one.open(data, sealed.read(data))
    with pytest.raises(Malformed, match="not agreed"):
        plain.open(data, sealed.read(data))


DESCR = ber.dotted("1.3.6.1.2.1.1.1.0")
GOOD = message.community(b"public", response(1 << 30, [(DESCR, (4, b"x" * 200)), ((1, 3, 6, 5), (0x41, 70000))]))
ASKED = [ber.oid(DESCR), ber.oid((1, 3, 6, 5))]
SEALED = message.write_v3(
    Header(1 << 30, 1472, 1, ENGINE, 3, 4, b"homeroom"),
    message.scoped(ENGINE, b"", response(1 << 30, [(DESCR, (4, b"y"))])),
    session(priv="").keys,
)


@st.composite
def mutants(draw, whole: bytes) -> bytes:
    """Octets of a good packet, changed, cut, doubled or taken away in a few places."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        change = draw(st.sampled_from(["set", "cut", "drop", "add"]))
        if change == "set" and data:
            data[at] = draw(st.integers(0, 255))
        elif change == "cut":
            del data[at:]
        elif change == "drop":
            del data[at : at + draw(st.integers(1, 4))]
        else:
            data[at:at] = draw(st.binary(max_size=4))
    return bytes(data)


def attempt(read):
    try:
        return read()
    except NO_REPLY:
        return None


def strictly(read):
    """Read, or say why that cannot be."""
    try:
        return *read(), ""
    except Malformed as error:
        return 0, None, str(error)


def slow(data: bytes):
    """The same message by the readers of `homeroom.snmp.message`."""
    version, reader = message.version(data)
    _, pdu = message.read_community(reader)
    return version, pdu


@given(mutants(GOOD) | st.binary(max_size=100))
@example(GOOD)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_fast_reader_takes_the_strict_one_takes_and_reads_the_same(data):
    fast = attempt(lambda: reply.community(data))
    if fast is None:
        return
    version, pdu = fast
    found = attempt(lambda: pairs_of(data, pdu.start, pdu.end))
    exact = attempt(lambda: reply.values(data, pdu.start, pdu.end, ASKED))
    if found is None:
        assert exact is None
        return
    strict_version, strict, why = strictly(lambda: slow(data))
    if strict is None:  # the fast reader leaves names, ids and version, which it only compares, as they are
        assert any(
            word in why for word in ("OBJECT IDENTIFIER", "sub-identifier", "Integer", "INTEGER", "between", "PDU")
        )
        return
    assert (strict_version, strict.kind, strict.status, strict.index) == (version, pdu.kind, pdu.status, pdu.about)
    theirs_ = message.read_bindings(strict.bindings)
    assert found == [(END if tag >= 0x80 else ber.oid_content(name), value) for name, tag, value in theirs_]
    if exact is not None:
        assert exact == [value for _, _, value in theirs_]


@given(mutants(SEALED) | st.binary(max_size=150))
@example(SEALED)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_sealed_garbage_is_refused_or_read_as_the_strict_reader_reads_it(data):
    one = SESSIONS[1]
    envelope = attempt(lambda: sealed.read(data))
    if envelope is None:
        return
    attempt(lambda: sealed.clear(data, envelope))
    attempt(lambda: one.open(data, envelope))
    one.genuine(data, envelope)
    _, strict, why = strictly(lambda: (3, message.read_v3(message.version(data)[1])))
    if strict is None:  # of the same kind: a message id, a size, a user's length that the engine only compares
        assert any(word in why for word in ("Integer", "INTEGER", "between", "32 octets"))
        return
    header = strict.header
    assert (header.engine_id, header.boots, header.time) == (envelope.engine_id, envelope.boots, envelope.time)
    assert (header.user, header.salt, header.flags) == (envelope.user, envelope.salt, envelope.flags)


def sealed_messages() -> list[bytes]:
    """An authenticated message and an encrypted one, with long lengths."""
    one = SESSIONS[0]
    payload = message.scoped(ENGINE, b"", response(1 << 30, [(DESCR, (4, b"y" * 200))]))
    header = Header(1 << 30, 1472, 3, ENGINE, 3, 4, b"homeroom", salt=b"saltsalt")
    return [SEALED, message.write_v3(header, ber.octets(one.keys.encrypt(payload, 3, 4, b"saltsalt")), one.keys)]


@pytest.mark.parametrize("whole", [GOOD, *sealed_messages()], ids=["community", "signed", "encrypted"])
@pytest.mark.parametrize("value", [0x00, 0x02, 0x04, 0x30, 0x7F, 0x80, 0x84, 0xFF])
def test_each_octet_may_be_any_other(whole, value):
    for at in range(len(whole)):
        data = whole[:at] + bytes((value,)) + whole[at + 1 :]
        fast = attempt(lambda data=data: reply.community(data))
        if fast is not None:
            attempt(lambda data=data, pdu=fast[1]: reply.values(data, pdu.start, pdu.end, ASKED))
        envelope = attempt(lambda data=data: sealed.read(data))
        if envelope is not None and data != whole:
            attempt(lambda data=data, envelope=envelope: sealed.clear(data, envelope))
            for one in (SESSIONS[0], SESSIONS[1]):
                attempt(lambda data=data, envelope=envelope, one=one: one.open(data, envelope))
                assert not one.genuine(data, envelope)


@pytest.mark.parametrize("unit", [b"\x30\x04\x06\x00\x05\x00", b"\x30\x07\x06\x01\x2b\x06\x02\x2b\x06", b"\x30\x00"])
def test_the_largest_datagram_takes_little_memory(unit):
    body = unit * (65_000 // len(unit))
    data = message.community(b"c", Pdu(message.RESPONSE, 1 << 30, 0, 0, (), body).encode())
    tracemalloc.start()
    try:
        _, pdu = reply.community(data)
        attempt(lambda: reply.bindings(data, pdu.start, pdu.end))
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@given(st.lists(mutants(GOOD) | mutants(SEALED) | st.binary(max_size=60), min_size=1, max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_no_datagram_stops_the_engine(datagrams):
    """They come from who was asked, under ids that are waited for: each call ends with values or a named error."""

    async def main():
        engine = WireEngine(lambda name: Secret(name, name), timeout=60)
        line, ended = engine._line, []
        for credentials in (Community(SecretRef("public")), Credentials("homeroom", SecretRef("a" * 8), None)):
            asked = Target("d", "ios", "127.66.0.1", 9, credentials)
            call = engine.prepare(asked, [DESCR, (1, 3, 6, 5)], lambda _, outcome: ended.append(outcome))
            line.submit(call)
        for datagram in datagrams:
            for request_id in list(line.pending):
                patched = datagram.replace(octets(1 << 30), request_id)
                engine._inbox.receive(patched, ("127.66.0.1", 9))
        assert len(ended) + len(line.pending) == 2
        assert all(isinstance(outcome, list | DeviceError) or hasattr(outcome, "number") for outcome in ended)
        assert len(engine._inbox._heard) <= 1
        engine.close()
        assert len(ended) == 2

    asyncio.run(main())


def test_request_ids_take_four_octets_and_do_not_come_in_order():
    found = list(islice(request.ids(), 5000))
    assert all(len(one) == 4 and 0x40 <= one[0] < 0x80 for one in found)
    assert len(set(found)) > 4990
    assert found != sorted(found)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("020100", 0),
        ("0201ff", -1),
        ("02047fffffff", 2**31 - 1),
        ("020480000000", -(2**31)),
        ("0205ff80000000", -(2**31)),
        ("4104ffffffff", 2**32 - 1),  # net-snmp takes it so, pyasn1 refuses it
        ("410500ffffffff", 2**32 - 1),
        ("4608ffffffffffffffff", 2**64 - 1),
        ("460900ffffffffffffffff", 2**64 - 1),
        ("4004 7f000001", b"\x7f\0\0\1"),
        ("0400", b""),
        ("048103616263", b"abc"),
        ("0500", None),
        ("06022b06", (1, 3, 6)),
        ("02050080000000", None),
        ("0200", None),
        ("4100", None),
        ("4101ff", None),
        ("41050100000000", None),
        ("460901ffffffffffffffff", None),
        ("40037f0000", None),
        ("0480", None),
        ("040161 00", None),
        ("a000", None),
    ],
)
def test_values_at_their_bounds(encoded, value):
    """None: refused, but for NULL."""
    data = ber.sequence(ber.oid(DESCR), bytes.fromhex(encoded))
    if value is None and encoded != "0500":
        assert attempt(lambda: reply.values(data, 0, len(data), [ber.oid(DESCR)])) is None
        assert attempt(lambda: pairs_of(data, 0, len(data))) in (None, [(END, None)])
    else:
        assert reply.values(data, 0, len(data), [ber.oid(DESCR)]) == [value]
        assert pairs_of(data, 0, len(data)) == [(ber.oid_content(DESCR), value)]
        assert Reader(bytes.fromhex(encoded)).value()[1] == value


def test_exceptions_are_the_end_of_a_column():
    for exception in (rfc1905.NoSuchObject(""), rfc1905.NoSuchInstance(""), rfc1905.EndOfMibView("")):
        pair = ber.sequence(ber.oid(DESCR), encoder.encode(exception))
        assert pairs_of(pair, 0, len(pair)) == [(END, None)]
        assert reply.values(pair, 0, len(pair), [ber.oid(DESCR)]) == [None]
