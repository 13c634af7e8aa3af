"""Messages: what is written is read back, and pysnmp reads it the same way."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api, rfc1905
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message

from homeroom.errors import Malformed
from homeroom.snmp import ber, message, usm
from homeroom.snmp.ber import Reader
from homeroom.snmp.message import Header, Pdu
from tests.snmp.test_ber import oids, values

ids = st.integers(-(2**31), 2**31 - 1)
bindings = st.lists(st.tuples(oids, values), max_size=6)
KEYS = usm.keys("SHA-256", "authpass123", "privpass123", b"\x80engine")


def listed(pairs) -> bytes:
    return b"".join(message.binding(name, ber.encode(*value)) for name, value in pairs)


@given(
    st.sampled_from(sorted(message.CONFIRMED | {message.RESPONSE, message.REPORT, message.TRAP})),
    ids,
    ids,
    ids,
    bindings,
)
def test_pdus_are_read_back(kind, request_id, status, index, pairs):
    pdu = message.read_pdu(Reader(Pdu(kind, request_id, status, index, (), listed(pairs)).encode()))
    assert (pdu.kind, pdu.request_id, pdu.status, pdu.index) == (kind, request_id, status, index)
    assert pdu.names == tuple(name for name, _ in pairs)
    assert message.read_bindings(pdu.bindings) == [(name, *value) for name, value in pairs]


@given(st.integers(-(2**31), 2**31 - 1), bindings)
@settings(max_examples=40)
def test_pysnmp_reads_our_v2c_messages(request_id, pairs):
    ours = message.community(b"public", Pdu(message.RESPONSE, request_id, 0, 0, (), listed(pairs)).encode())
    module = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    theirs, rest = decoder.decode(ours, asn1Spec=module.Message())
    assert rest == b""
    pdu = module.apiMessage.get_pdu(theirs)
    assert module.apiPDU.get_request_id(pdu) == request_id
    found = [tuple(name) for name, _ in module.apiPDU.get_varbinds(pdu)]
    assert found == [name for name, _ in pairs]


@given(st.lists(oids, max_size=6), st.integers(0, 2**31 - 1))
def test_we_read_pysnmps_v2c_messages(names, request_id):
    module = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    pdu = module.GetRequestPDU()
    module.apiPDU.set_defaults(pdu)
    module.apiPDU.set_request_id(pdu, request_id)
    module.apiPDU.set_varbinds(pdu, [(name, module.Null("")) for name in names])
    theirs = module.Message()
    module.apiMessage.set_defaults(theirs)
    module.apiMessage.set_community(theirs, "public")
    module.apiMessage.set_pdu(theirs, pdu)
    version, reader = message.version(encoder.encode(theirs))
    assert version == message.V2C
    community, read = message.read_community(reader)
    assert (community, read.kind, read.request_id, read.names) == (b"public", message.GET, request_id, tuple(names))
    assert read.encode() == encoder.encode(pdu)


@given(
    st.builds(
        Header,
        message_id=st.integers(0, 2**31 - 1),
        max_size=st.integers(484, 2**31 - 1),
        flags=st.sampled_from([0, 4]),
        engine_id=st.binary(max_size=32),
        boots=st.integers(0, 2**31 - 1),
        time=st.integers(0, 2**31 - 1),
        user=st.binary(max_size=32),
    ),
    st.booleans(),
)
def test_v3_messages_are_read_back_and_pysnmp_reads_them(header, authentic):
    keys = KEYS if authentic else None
    scoped = message.scoped(header.engine_id, b"ctx", Pdu(message.GET, 5, 0, 0, (), b"").encode())
    written = message.write_v3(header, scoped, keys)
    version, reader = message.version(written)
    sealed = message.read_v3(reader)
    assert version == message.V3
    assert sealed.model == message.USM_MODEL
    assert sealed.header == header if keys is None else sealed.header.tag == keys.tag(sealed.untagged())
    read = message.read_scoped(sealed.payload)
    assert (read.engine_id, read.context, read.pdu.request_id) == (header.engine_id, b"ctx", 5)
    theirs, rest = decoder.decode(written, asn1Spec=SNMPv3Message())
    assert rest == b""
    assert theirs["msgGlobalData"]["msgID"] == header.message_id
    assert theirs["msgData"]["plaintext"]["contextName"] == b"ctx"


@given(st.binary(max_size=120))
def test_reading_garbage_raises_malformed_or_nothing(data):
    for read in (
        lambda: message.version(data),
        lambda: message.read_pdu(Reader(data)),
        lambda: message.read_scoped(Reader(data)),
        lambda: message.read_bindings(data),
        lambda: message.read_v3(Reader(data)),
        lambda: message.read_community(Reader(data)),
    ):
        with contextlib.suppress(Malformed):
            read()


@pytest.mark.parametrize("tag", [0x30, 0xA4, 0xA9, 0x02])
def test_a_pdu_has_a_known_tag(tag):
    with pytest.raises(Malformed) as caught:
        message.read_pdu(Reader(ber.tlv(tag, b"")))
    assert str(caught.value) == f"no PDU has tag 0x{tag:02x}"


def test_left_overs_are_refused():
    pdu = Pdu(message.GET, 1, 0, 0, (), b"").encode()
    with pytest.raises(Malformed, match="1 octets too many"):
        message.version(message.community(b"public", pdu) + b"\0")
    with pytest.raises(Malformed, match="2 octets too many"):
        message.read_community(message.version(message.community(b"public", pdu + b"\5\0"))[1])
    with pytest.raises(Malformed, match="2 octets too many"):
        message.read_bindings(ber.sequence(ber.oid((1, 3)), ber.null(), ber.null()))


def test_exceptions_have_pysnmps_tags():
    assert rfc1905.noSuchObject.tagSet[0].tagId | 0x80 == ber.NO_SUCH_OBJECT
    assert rfc1905.noSuchInstance.tagSet[0].tagId | 0x80 == ber.NO_SUCH_INSTANCE
    assert rfc1905.endOfMibView.tagSet[0].tagId | 0x80 == ber.END_OF_MIB_VIEW
