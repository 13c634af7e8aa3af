"""What becomes of a message: whose it is, what is kept, what is only counted; secrets never come through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.observe.hearing import COUNTED, Ear, Rules, sender
from homeroom.secret import Vault

VAULT = Vault(
    {
        "device_password": "hunter2hunter2",
        "snmp_auth": "authauth1",
        "snmp_priv": "privpriv1",
        "radius": "radiusrad1",
        "ntp": "ntp-sixteen-char",
    }
)
CONFIG = "<189>45: sw1: %SYS-5-CONFIG_I: Configured from console by {} on vty0 (192.0.2.9)"
SENDERS = {
    "10.0.0.1": sender("rtr1", ["ios"]),
    "10.0.0.2": sender("ap1", ["openwrt"]),
    "10.0.0.3": sender("rtr3", ["ros"]),
    "10.0.0.4": sender("fw1", ["fortios"]),
    "10.0.0.5": sender("odd1", ["unheard-of"]),
    "2001:db8::1": sender("rtr1", ["ios"]),
}


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


def ear(clock=None, **rules):
    return Ear(SENDERS, VAULT.conceal, clock or Clock(), Rules(**rules))


def heard(address, *messages, **rules):
    one = ear(**rules)
    for message in messages:
        one.syslog(message if isinstance(message, bytes) else message.encode(), address)
    assert set(one.counted) <= set(COUNTED)
    return one, one.fetched()


def test_a_device_is_known_by_the_address_it_speaks_from_not_by_what_it_says():
    one, rows = heard("10.0.0.1", CONFIG.format("ana"))
    assert [(r.device, r.source, r.kind, r.who, r.origin, r.at) for r in rows] == [
        ("rtr1", "syslog", "config", "ana", "192.0.2.9", 1_000_000.0)
    ]
    assert rows[0].text == "SYS-5-CONFIG_I: Configured from console by ana on vty0 (192.0.2.9)"
    assert heard("2001:db8::1", CONFIG.format("ana"))[1][0].device == "rtr1"
    assert one.counted == {"syslog": 1, "config": 1, "kept": 1}
    one, rows = heard("10.9.9.9", CONFIG.format("ana"))
    assert (rows, one.counted) == ([], {"syslog": 1, "stranger": 1})
    assert one.knows("10.0.0.1")
    assert not one.knows("10.9.9.9")


def test_what_means_nothing_and_what_is_not_wanted_is_only_counted():
    link = "<187>%LINK-3-UPDOWN: Interface Gi1/0/7, changed state to down"
    one, rows = heard("10.0.0.1", "<190>%SEC-6-IPACCESSLOGP: list NOC denied tcp", link, b"\xff\x00\xfe")
    assert rows == []
    assert one.counted == {"syslog": 3, "other": 2, "link": 1, "unwanted": 1}
    assert heard("10.0.0.1", link, kinds=("link",))[1][0].kind == "link"
    assert heard("10.0.0.5", CONFIG.format("ana"))[0].counted["other"] == 1


def test_a_flood_is_counted_and_another_minute_is_another_one():
    clock = Clock()
    one = ear(clock, per_minute=5)
    for number in range(50):
        one.syslog(CONFIG.format(f"u{number}").encode(), "10.0.0.1")
    one.syslog(CONFIG.format("ana").encode(), "2001:db8::1")
    assert (len(one.fetched()), one.counted["kept"], one.counted["flood"]) == (5, 5, 46)
    clock.now += 61
    one.syslog(CONFIG.format("ana").encode(), "10.0.0.1")
    assert [row.who for row in one.fetched()] == ["ana"]


def test_what_waits_is_bounded():
    one, rows = heard("10.0.0.1", *(CONFIG.format(f"u{n}") for n in range(10)), waiting=4)
    assert (len(rows), one.counted["full"]) == (4, 6)


def test_the_same_message_by_two_log_servers_is_kept_once():
    wrapped = f"<189>1 2026-03-01T10:00:00Z 10.0.0.1 homeroom-relay - - - {CONFIG.format('ana')[5:]}".encode()
    one = ear(relays=("192.0.2.3", "192.0.2.4"))
    one.syslog(wrapped, "192.0.2.3")
    one.syslog(wrapped, "192.0.2.4")
    rows = one.fetched()
    assert [(row.device, row.who) for row in rows] == [("rtr1", "ana")]
    assert one.counted["repeated"] == 1


def test_only_a_log_server_speaks_for_others():
    wrapped = f"<189>1 2026-03-01T10:00:00Z 10.0.0.1 homeroom-relay - - - {CONFIG.format('ana')[5:]}"
    one, rows = heard("10.0.0.2", wrapped, relays=("192.0.2.3",))
    assert (rows, one.counted["other"]) == ([], 1)
    plain = "<189>Mar  1 10:00:00 10.0.0.1 45: %SYS-5-CONFIG_I: Configured from console by ana on vty0"
    assert heard("192.0.2.3", plain, relays=("192.0.2.3",))[1][0].device == "rtr1"
    one, rows = heard("192.0.2.3", wrapped.replace("10.0.0.1", "10.9.9.9"), "<1>x", relays=("192.0.2.3",))
    assert (rows, one.counted["stranger"]) == ([], 2)


def test_our_own_logins_are_no_news_but_the_same_user_from_elsewhere_is():
    login = "<189>%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: homeroom] [Source: {}] [localport: 22] at x"
    one, rows = heard(
        "10.0.0.1",
        login.format("192.0.2.9"),
        login.format("198.51.100.7"),
        ours=lambda who, origin: (who, origin) == ("homeroom", "192.0.2.9"),
    )
    assert [row.origin for row in rows] == ["198.51.100.7"]
    assert one.counted["ours"] == 1


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("10.0.0.1", f"%PARSER-5-CFGLOG_LOGGEDCMD: User:ana  logged command:{command}")
        for command in (
            "username bob privilege 15 secret 0 Sup3rS3cret",
            "username bob password Sup3rS3cret",
            "enable secret Sup3rS3cret",
            "snmp-server community Sup3rS3cret RO",
            "key 7 Sup3rS3cret",
            "key Sup3rS3cret",
            "pac key Sup3rS3cret",
            "key-string Sup3rS3cret",
            "password 7 Sup3rS3cret",
            "crypto isakmp key Sup3rS3cret address 0.0.0.0",
            "wpa-psk ascii 0 Sup3rS3cret",
            "security wpa psk set-key ascii 0 Sup3rS3cret 0",
            "snmp-server user homeroom HOMEROOM v3 auth sha-2 256 Sup3rS3cret priv aes 128 Sup3rS3cret",
            "radius-server host 10.0.0.9 key Sup3rS3cret",
            "ip ospf message-digest-key 1 md5 Sup3rS3cret",
        )
    ]
    + [
        ("10.0.0.1", f"%PARSER-5-CFGLOG_LOGGEDCMD: User:ana  logged command:enable secret {secret}")
        for secret in ("hunter2hunter2", VAULT.get("device_hash").reveal())
    ]
    + [
        (
            "10.0.0.1",
            "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: hunter2hunter2] [Source: 1.2.3.4] [localport: 22]",
        ),
        ("10.0.0.3", "system,info item added by api:ana@10.0.0.9 (*1 = /ppp secret add name=x password=Sup3rS3cret)"),
        ("10.0.0.3", 'system,info item set by ana (/interface wifi security set a passphrase="Sup3r S3cret")'),
        ("10.0.0.4", 'logid="0100044547" user="ana" ui="GUI(1.2.3.4)" cfgattr="psksecret[Sup3rS3cret]"'),
    ],
)
def test_a_secret_in_a_message_never_comes_through(address, message):
    _, rows = heard(address, f"<189>{message}")
    assert rows, message
    for secret in ("Sup3rS3cret", "Sup3r", "hunter2", VAULT.get("device_hash").reveal()):
        assert secret not in repr(rows)
    assert "ana" in repr(rows) or "secret:device_password" in repr(rows)


def test_what_a_device_says_is_harmless_to_look_at():
    hostile = (
        "<37>Mar 11 09:17:55 ap dropbear[1]: Bad password attempt for '\x1b[31m\u202e\x00<b>\n=1+1' from 10.0.0.9:1"
    )
    (row,) = heard("10.0.0.2", hostile)[1]
    assert row.who == "\\x1b[31m\\u202e\\x00<b>\\n=1+1"
    assert row.text.isprintable()
    (row,) = heard(
        "10.0.0.2", f"<37>Mar 11 09:17:55 ap dropbear[1]: Bad password attempt for '{'x' * 1500}' from 10.0.0.9:1"
    )[1]
    assert len(row.text) == 400
    assert len(row.who) == 80


@given(st.binary(max_size=400), st.sampled_from([*SENDERS, "192.0.2.3", "10.9.9.9"]))
def test_no_octets_break_it(data, address):
    one = ear(relays=("192.0.2.3",))
    one.syslog(data, address)
    one.syslog(b"<13>1 2026-03-01T10:00:00Z 10.0.0.2 homeroom-relay - - - " + data, address)
    assert all(row.text.isprintable() for row in one.fetched())
