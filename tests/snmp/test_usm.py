"""Keys, tags and AES against the vectors of the RFCs and against pysnmp."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysnmp.hlapi.v3arch import asyncio as hlapi
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod.eso.priv.aes192 import Aes192, AesBlumenthal192
from pysnmp.proto.secmod.eso.priv.aes256 import Aes256, AesBlumenthal256
from pysnmp.proto.secmod.rfc3414 import localkey
from pysnmp.proto.secmod.rfc3414.auth.hmacsha import HmacSha
from pysnmp.proto.secmod.rfc3826.priv.aes import Aes
from pysnmp.proto.secmod.rfc7860.auth.hmacsha2 import HmacSha2

from homeroom.snmp import usm

ENGINE = bytes.fromhex("000000000000000000000002")
AUTH_IDS = {
    "SHA": hlapi.usmHMACSHAAuthProtocol,
    "SHA-224": hlapi.usmHMAC128SHA224AuthProtocol,
    "SHA-256": hlapi.usmHMAC192SHA256AuthProtocol,
    "SHA-384": hlapi.usmHMAC256SHA384AuthProtocol,
    "SHA-512": hlapi.usmHMAC384SHA512AuthProtocol,
}
THEIRS = {
    "SHA": HmacSha,
    "SHA-224": lambda: HmacSha2(hlapi.usmHMAC128SHA224AuthProtocol),
    "SHA-256": lambda: HmacSha2(hlapi.usmHMAC192SHA256AuthProtocol),
    "SHA-384": lambda: HmacSha2(hlapi.usmHMAC256SHA384AuthProtocol),
    "SHA-512": lambda: HmacSha2(hlapi.usmHMAC384SHA512AuthProtocol),
}


def test_rfc_3414_a_3_2():
    master = usm.master_key("maplesyrup", "sha1")
    assert master.hex() == "9fb5cc0381497b3793528939ff788d5d79145211"
    assert usm.localize(master, ENGINE, "sha1").hex() == "6695febc9288e36282235fc7151f128497b38f3f"


def test_rfc_3414_a_5_2_new_key_is_a_localized_key_too():
    master = usm.master_key("newsyrup", "sha1")
    assert usm.localize(master, ENGINE, "sha1").hex() == "78e2dcce79d59403b58c1bbaa5bff46391f1cd25"


@pytest.mark.parametrize(
    ("auth", "key"),
    [  # not in RFC 7860: the values that several implementations agree on
        ("SHA-224", "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674"),
        ("SHA-256", "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b"),
        (
            "SHA-384",
            "3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f0455a53689a3937eea07319a633d2ccba78",
        ),
        (
            "SHA-512",
            "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b",
        ),
    ],
)
def test_localized_keys_of_the_sha_2_family(auth, key):
    assert usm.keys(auth, "maplesyrup", "", ENGINE).auth_key.hex() == key


@pytest.mark.parametrize("auth", sorted(usm.AUTH))
def test_keys_are_pysnmps(auth):
    digest = usm.AUTH[auth].digest
    theirs = localkey.hash_passphrase(b"correct horse", getattr(hashlib, digest))
    assert usm.master_key("correct horse", digest) == theirs.asOctets()
    theirs = localkey.localize_key(theirs, OctetString(ENGINE), getattr(hashlib, digest))
    ours = usm.keys(auth, "correct horse", "correct horse", ENGINE)
    assert ours.auth_key == theirs.asOctets()
    assert ours.priv_key == theirs.asOctets()[:16]


@pytest.mark.parametrize("auth", sorted(usm.AUTH))
@pytest.mark.parametrize(
    ("name", "protocol"),
    [("AES-192", AesBlumenthal192), ("AES-256", AesBlumenthal256), ("AES-192-C", Aes192), ("AES-256-C", Aes256)],
)
def test_longer_privacy_keys_are_pysnmps(auth, name, protocol):
    master = usm.master_key("correct horse", usm.AUTH[auth].digest)
    theirs = protocol().localize_key(AUTH_IDS[auth], OctetString(master), OctetString(ENGINE))
    assert usm.privacy_key(master, ENGINE, usm.AUTH[auth].digest, usm.PRIVACY[name]) == theirs.asOctets()


@pytest.mark.parametrize("auth", sorted(usm.AUTH))
@given(message=st.binary(min_size=80, max_size=200))
@settings(max_examples=10)
def test_tags_are_pysnmps(auth, message):
    keys = usm.keys(auth, "maplesyrup", "", ENGINE)
    head, blank = b"\x30" * 20, bytes(keys.auth.tag)
    whole = head + blank + message
    theirs = THEIRS[auth]().authenticate_outgoing_message(OctetString(keys.auth_key), whole)
    assert theirs == head + keys.tag(whole) + message


@given(st.binary(max_size=200), st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1), st.binary(min_size=8, max_size=8))
def test_aes_is_pysnmps(plain, boots, time, salt):
    keys = usm.keys("SHA-256", "authpass123", "privpass123", ENGINE)
    secret = keys.encrypt(plain, boots, time, salt)
    assert keys.decrypt(secret, boots, time, salt) == plain
    assert Aes().decrypt_data(OctetString(keys.priv_key), (boots, time, list(salt)), OctetString(secret)) == plain


def test_sp_800_38a_f_3_13():
    keys = usm.Keys(usm.AUTH["SHA"], b"", bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"))
    vector = bytes(range(16))
    boots, time = int.from_bytes(vector[:4], "big"), int.from_bytes(vector[4:8], "big")
    secret = keys.encrypt(bytes.fromhex("6bc1bee22e409f96e93d7e117393172a"), boots, time, vector[8:])
    assert secret.hex() == "3b3fd92eb72dad20333449f8e83cfb4a"


def test_keys_do_not_print():
    assert repr(usm.keys("SHA", "maplesyrup", "maplesyrup", ENGINE)) == "Keys(auth=Auth(digest='sha1', tag=12))"
