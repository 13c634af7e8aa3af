"""The emulated SRX and EX: statements of zones, policies, NAT, class of service and layer 2, and what commit refuses."""

import pytest
from junos_desk import Desk

from homeroom.lab.junos import sets, text
from homeroom.lab.junos.records import Denied
from homeroom.lab.junos.tree import empty
from homeroom.platforms.junos.veil import unveil

GOOD = """
set security zones security-zone a interfaces ge-0/0/1.0
set security zones security-zone b interfaces ge-0/0/2.0 host-inbound-traffic system-services ping
set security zones security-zone a host-inbound-traffic protocols ndp
set security address-book global address 10.0.0.0/8 10.0.0.0/8
set security address-book global address-set inside address 10.0.0.0/8
set applications application tcp-80 protocol tcp
set applications application tcp-80 destination-port 80
set applications application-set web application tcp-80
set schedulers scheduler day monday start-time 07:00:00 stop-time 20:00:00
set security policies from-zone a to-zone junos-host policy one match source-address any
set security policies from-zone a to-zone junos-host policy one match destination-address any-ipv6
set security policies from-zone a to-zone junos-host policy one match application junos-ping
set security policies from-zone a to-zone junos-host policy one then permit
set security policies global policy two match source-address inside
set security policies global policy two match destination-address any
set security policies global policy two match application [ web tcp-80 ]
set security policies global policy two match from-zone a
set security policies global policy two match to-zone any
set security policies global policy two then reject
set security policies global policy two then log session-init
set security policies global policy two scheduler-name day
set security policies default-policy deny-all
set security policies policy-rematch
set security nat destination pool dns address 192.0.2.53/32
set security nat destination rule-set r from zone a
set security nat destination rule-set r rule one match destination-address 0.0.0.0/0
set security nat destination rule-set r rule one match destination-port 53
set security nat destination rule-set r rule one then destination-nat pool dns
set class-of-service schedulers s transmit-rate percent 20
set class-of-service scheduler-maps m forwarding-class c scheduler s
set class-of-service interfaces ge-0/0/0 shaping-rate 20000k
set class-of-service rewrite-rules dscp u forwarding-class c loss-priority low code-point cs1
set protocols dot1x authenticator interface ge-0/0/5.0 server-fail vlan-name guest
set forwarding-options access-security router-advertisement-guard interface ge-0/0/5.0 mark-interface block
set routing-options static route 0.0.0.0/0 qualified-next-hop 10.0.0.1 preference 250
"""
SHOWN = """\
    policies {
        from-zone a to-zone junos-host {
            policy one {
                match {
                    source-address any;
                    destination-address any-ipv6;
                    application junos-ping;
                }
                then {
                    permit;
                }
            }
        }
        global {
            policy two {
                match {
                    source-address inside;
                    destination-address any;
                    application [ web tcp-80 ];
                    from-zone a;
                    to-zone any;
                }
                then {
                    reject;
                    log {
                        session-init;
                    }
                }
                scheduler-name day;
            }
        }
        default-policy {
            deny-all;
        }
        policy-rematch;
    }
"""


@pytest.fixture
def desk():
    return Desk()


def test_it_is_taken_shown_and_read_again():
    tree = empty()
    assert sets.load(tree, GOOD) == []
    shown = text.show(tree)
    assert SHOWN in shown
    for line in (
        "start-time 07:00:00 stop-time 20:00:00;",
        "address 192.0.2.53/32;",
        "forwarding-class c scheduler s;",
        "loss-priority low code-point cs1;",
        "server-fail vlan-name guest;",
        "shaping-rate 20000k;",
        "transmit-rate percent 20;",
    ):
        assert line in shown, line
    again = text.Reader(shown)
    assert again.errors == []
    assert text.show(again.tree) == shown
    other = empty()
    assert sets.load(other, sets.show(tree)) == []
    assert text.show(other) == shown


@pytest.mark.parametrize(
    "command",
    [
        "set security policies global policy two match nothing any",
        "set security policies global policy two then allow",
        "set security nat destination pool dns address nowhere",
        "set class-of-service schedulers s priority urgent",
        "set protocols dot1x authenticator interface ge-0/0/5.0 supplicant many",
        "set schedulers scheduler day someday all-day",
    ],
)
def test_what_no_manual_names_is_refused(command):
    assert len(sets.load(empty(), command)) == 1


WRONG = {
    "set security policies global policy two match source-address nobody":
        "Source address or address_set (nobody) not found.",
    "set security policies global policy two match destination-address nobody":
        "Destination address or address_set (nobody) not found.",
    "set security policies from-zone a to-zone junos-host policy one match application nothing":
        "Application or application_set (nothing) not found.",
    "set security policies global policy two scheduler-name night": "Scheduler (night) not found.",
    "set security policies global policy two match from-zone c": "Security zone (c) must be defined.",
    "set security policies from-zone a to-zone c policy one then permit": "Security zone (c) must be defined.",
    "set security zones security-zone b interfaces ge-0/0/1.0": "Interface ge-0/0/1.0 already assigned to another zone",
}  # fmt: skip


@pytest.mark.parametrize("command", WRONG)
def test_names_that_nobody_made_are_not_committed(desk, command):
    client = desk.enter()
    desk.base.command(client, GOOD)
    desk.base.check(client)
    desk.base.command(client, command)
    with pytest.raises(Denied) as denied:
        desk.base.commit(client)
    assert [one.message for one in denied.value.complaints][:-1] == [WRONG[command]]


def test_secrets_are_hidden_and_passphrases_become_keys(desk):
    client = desk.enter()
    desk.base.command(client, 'set access radius-server 192.0.2.5 secret "rad-44-s3"')
    user = "set snmp v3 usm local-engine user homeroom"
    desk.base.command(client, f'{user} authentication-sha256 authentication-password "long-enough"')
    desk.base.command(client, f'{user} privacy-aes128 privacy-password "also-long"')
    desk.base.commit(client)
    running = desk.base.running
    assert "rad-44-s3" not in running
    hidden = running.partition('secret "')[2].partition('"')[0]
    assert unveil(hidden) == "rad-44-s3"
    assert "password" not in running.partition("snmp {")[2]
    assert running.count('-key "$9$') == 2
    assert "homeroom" in desk.device.snmp_users()
