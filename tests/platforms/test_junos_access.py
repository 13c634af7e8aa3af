"""Junos configurations of other people, in braces and as commands: read exactly, or refused with the line."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Route
from homeroom.platforms.junos import groups, stems
from homeroom.platforms.junos.parser import JunosParser
from homeroom.policy.compare import same
from homeroom.policy.model import Group, Redirect, Rule, Service, Window
from homeroom.policy.proof import leaks
from homeroom.policy.regions import of_prefix
from homeroom.prefix import ANY, Prefix

PARSE = JunosParser()
P = Prefix.parse
OPEN = Rule("permit", "ip", ANY[4], ANY[4], established=True)
BRANCH = """
## Last commit: 2026-09-01 08:00:00 UTC by admin
version 21.4R3-S5.4;
groups {
    MGMT {
        system {
            services {
                ssh;
            }
        }
        interfaces {
            <ge-*> {
                mtu 1514;
            }
        }
    }
}
apply-groups MGMT;
system {
    host-name branch;
}
security {
    address-book {
        global {
            address office 192.168.1.0/24;
            address printer 192.168.2.9/32; /* second floor */
            address mail {
                description "the old one";
                198.51.100.25/32;
            }
            address-set servers {
                address printer;
                address mail;
            }
        }
    }
    nat {
        source {
            rule-set out {
                from zone trust;
                to zone untrust;
                rule all {
                    match {
                        source-address 0.0.0.0/0;
                    }
                    then {
                        source-nat {
                            interface;
                        }
                    }
                }
            }
        }
    }
    policies {
        from-zone trust to-zone untrust {
            policy web {
                match {
                    source-address office;
                    destination-address any;
                    application [ junos-http junos-https ];
                }
                then {
                    permit;
                }
            }
            inactive: policy everything {
                match {
                    source-address any;
                    destination-address any;
                    application any;
                }
                then {
                    permit;
                }
            }
        }
        from-zone trust to-zone dmz {
            policy print {
                match {
                    source-address office;
                    destination-address servers;
                    application ipp;
                }
                then {
                    permit;
                    log {
                        session-close;
                    }
                }
            }
        }
        from-zone untrust to-zone junos-host {
            policy ping {
                match {
                    source-address any;
                    destination-address any;
                    application junos-ping;
                }
                then {
                    permit;
                }
            }
            policy rest {
                match {
                    source-address any;
                    destination-address any;
                    application any;
                }
                then {
                    deny;
                }
            }
        }
        default-policy {
            deny-all;
        }
    }
    zones {
        security-zone trust {
            host-inbound-traffic {
                system-services {
                    ssh;
                    ping;
                }
            }
            interfaces {
                ge-0/0/1.0;
            }
        }
        security-zone dmz {
            interfaces {
                ge-0/0/2.0 {
                    host-inbound-traffic {
                        system-services {
                            all;
                        }
                        protocols {
                            all;
                        }
                    }
                }
            }
        }
        security-zone untrust {
            screen untrust;
            host-inbound-traffic {
                system-services {
                    ping;
                    ike;
                }
            }
            interfaces {
                ge-0/0/0.0;
            }
        }
    }
}
interfaces {
    ge-0/0/0 {
        unit 0 {
            family inet {
                address 203.0.113.2/30;
            }
        }
    }
    ge-0/0/1 {
        unit 0 {
            family inet {
                address 192.168.1.1/24;
            }
        }
    }
    ge-0/0/2 {
        unit 0 {
            family inet {
                address 192.168.2.1/24;
            }
        }
    }
    ge-0/0/3 {
        unit 0 {
            family inet {
                address 192.168.3.1/24;
            }
        }
    }
    ge-0/0/4 {
        disable;
        unit 0 {
            family inet {
                address 192.168.4.1/24;
            }
        }
    }
    fxp0 {
        unit 0 {
            family inet {
                address 10.0.0.1/24;
            }
        }
    }
}
routing-options {
    static {
        route 0.0.0.0/0 next-hop 203.0.113.1;
        route 10.9.0.0/16 {
            next-hop 192.168.2.2;
            preference 20;
        }
        route 10.99.0.0/16 discard;
    }
}
applications {
    application ipp {
        term 1 protocol tcp destination-port 631;
        term 2 {
            protocol tcp;
            source-port 1024-65535;
            destination-port 9100;
        }
    }
}
"""


def rules(text, name, family=4):
    return PARSE.access(text).by_name()[family, name].rules


def test_a_branch_with_policies_between_zones():
    access = PARSE.access(BRANCH)
    office = P("192.168.1.0/24")
    trust = access.by_name()[4, "TRUST-FWD"].rules
    https = Service("tcp", ((443,),))
    print_ = Service("tcp", ((631,), (9100,)))
    assert leaks(trust, office, P("198.51.100.7/32"), [https]) != (), "80 is open, too"
    assert leaks(trust, office, P("198.51.100.7/32"), [Service("tcp", ((80,), (443,)))]) == ()
    assert leaks(trust, office, P("192.168.2.9/32"), [print_]) == ()
    assert leaks(trust, office, P("192.168.2.10/32")) == (), "web is for what leaves by untrust only"
    assert leaks(trust, office, P("10.9.0.1/32")) == (), "it leaves by dmz"
    assert leaks(trust, P("192.168.7.0/24"), P("198.51.100.7/32")) == (), "the policy for everything is inactive"
    assert leaks(access.by_name()[4, "DMZ-FWD"].rules, ANY[4], ANY[4]) == ()
    local = access.by_name()[4, "TRUST-LOCAL"].rules
    assert leaks(local, ANY[4], ANY[4], [Service("tcp", ((22,),))])[0].packet.startswith("icmp type 8")
    assert len(leaks(local, ANY[4], ANY[4], [Service("tcp", ((22,),))])) == 1
    ping = Rule("permit", "icmp", ANY[4], ANY[4], icmp="echo")
    assert same(access.by_name()[4, "UNTRUST-LOCAL"].rules, [OPEN, ping])
    assert same(access.by_name()[4, "DMZ-LOCAL"].rules, [Rule("permit", "ip", ANY[4], ANY[4])])
    assert same(access.by_name()[4, "NULL-FWD"].rules, [])
    assert Applied("ge-0/0/3.0", "through", 4, "NULL-FWD") in access.applied
    assert [one.name for one in access.interfaces] == [f"ge-0/0/{n}.0" for n in range(4)]
    assert access.routes == (
        Route(ANY[4], "203.0.113.1", 5), Route(P("10.9.0.0/16"), "192.168.2.2", 20),
        Route(P("10.99.0.0/16"), "discard", 5),
    )  # fmt: skip
    assert access.groups == (Group("servers", 4, (P("192.168.2.9/32"), P("198.51.100.25/32"))),)
    assert access.routes_between
    assert access.redirects == ()


def commands(stem, path=()):
    """A configuration as `set` commands."""
    for word, under in stem.items():
        quoted = f'"{word}"' if " " in word else word
        yield from commands(under, (*path, quoted)) if under else [" ".join(("set", *path, quoted))]


def test_as_set_commands_it_is_the_same():
    text = "\n".join(commands(stems.read(BRANCH)))
    assert PARSE.access(text) == PARSE.access(BRANCH)
    assert same(rules(f"{text}\ndeactivate security policies from-zone trust", "TRUST-FWD"), [OPEN])
    assert PARSE.access(f"{text}\n\n# a remark\nset system name-server [ 10.0.0.1 10.0.0.2 ]") == PARSE.access(BRANCH)
    assert PARSE.access(f"{text}\ndeactivate system nothing of the kind") == PARSE.access(BRANCH)


SWITCH = """
interfaces {
    interface-range outlets {
        member ge-0/0/1;
        member-range ge-0/0/2 to ge-0/0/3;
        unit 0 {
            family ethernet-switching {
                vlan {
                    members staff;
                }
            }
        }
    }
    ge-0/0/3 {
        disable;
    }
    xe-0/1/0 {
        native-vlan-id 5;
        unit 0 {
            family ethernet-switching {
                interface-mode trunk;
                vlan {
                    members [ all ];
                }
            }
        }
    }
    ge-0/0/9 {
        unit 0 {
            family ethernet-switching {
                port-mode trunk;
                vlan {
                    members [ 20-22 default ];
                }
            }
        }
    }
    ge-0/0/8 {
        unit 0 {
            family ethernet-switching;
        }
    }
    irb {
        unit 20 {
            family inet {
                filter {
                    input STAFF;
                    output GONE;
                }
                address 10.2.0.1/24;
            }
            family inet6 {
                filter {
                    input STAFF6;
                }
                address 2001:db8:20::1/64;
            }
        }
        unit 30 {
            family inet {
                address 10.3.0.1/24;
            }
        }
    }
    lo0 {
        unit 0 {
            family inet {
                filter {
                    input GUARD;
                }
            }
        }
    }
}
policy-options {
    prefix-list servers {
        10.9.0.0/24;
        10.9.9.0/24;
        2001:db8:9::/64;
    }
    prefix-list own {
        apply-path "interfaces irb unit <*> family inet address <*>";
    }
    prefix-list world {
        0.0.0.0/0;
    }
    prefix-list noc {
        198.51.100.0/24;
    }
}
firewall {
    family inet {
        filter STAFF {
            interface-specific;
            term dhcp {
                from {
                    protocol udp;
                    source-port bootpc;
                    destination-port [ dhcp ];
                }
                then accept;
            }
            term replies {
                from {
                    protocol 6;
                    tcp-established;
                }
                then accept;
            }
            term servers {
                from {
                    source-address {
                        10.2.0.0/24;
                        10.2.0.128/25 except;
                        10.2.0.200/32;
                    }
                    destination-prefix-list {
                        servers;
                    }
                    protocol [ tcp udp ];
                    destination-port [ 80 https 8000-8080 ];
                }
                then {
                    count web;
                    log;
                    accept;
                }
            }
            term ping {
                from {
                    protocol icmp;
                    icmp-type [ echo-request echo-reply ];
                }
                then accept;
            }
            term own {
                from {
                    destination-prefix-list {
                        world;
                        own except;
                    }
                }
                then accept;
            }
            term last {
                then {
                    reject;
                }
            }
        }
        filter GUARD {
            term noc {
                from {
                    source-prefix-list {
                        noc;
                    }
                }
                then accept;
            }
        }
    }
    family inet6 {
        filter STAFF6 {
            term nd {
                from {
                    next-header icmp6;
                    icmp-type neighbor-solicit;
                }
                then accept;
            }
            term rest {
                from {
                    destination-prefix-list {
                        servers;
                    }
                }
                then count;
            }
        }
    }
}
vlans {
    staff {
        vlan-id 20;
        l3-interface irb.20;
        forwarding-options {
            dhcp-security {
                arp-inspection;
            }
        }
    }
    guest {
        vlan-id 30;
        interface {
            ge-0/0/8.0;
        }
        l3-interface irb.30;
    }
    many {
        vlan-id-list [ 40-41 ];
    }
}
"""


def test_a_switch_with_filters():
    access = PARSE.access(SWITCH)
    assert access.missing == ("GONE",)
    assert access.vlan_names == {20: "staff", 30: "guest"}
    assert [(one.name, one.vlan) for one in access.interfaces] == [("irb.20", 20), ("irb.30", 30)]
    assert access.applied == (Applied("irb.20", "in", 4, "STAFF"), Applied("irb.20", "in", 6, "STAFF6"))
    assert access.bridged == (
        Bridged("ge-0/0/1.0", 20, frozenset()),
        Bridged("ge-0/0/2.0", 20, frozenset()),
        Bridged("xe-0/1/0.0", 5, frozenset({20, 30, 40, 41})),
        Bridged("ge-0/0/9.0", 0, frozenset({1, 20, 21, 22})),
        Bridged("ge-0/0/8.0", 30, frozenset()),
    )
    assert [guard.name for guard in access.guards] == ["GUARD"]
    assert same(access.guards[0].rules, [Rule("permit", "ip", P("198.51.100.0/24"), ANY[4])])
    servers = Group("servers", 4, (P("10.9.0.0/24"), P("10.9.9.0/24")))
    assert [group.name for group in access.groups] == ["servers", "servers"]
    staff = access.by_name()[4, "STAFF"]
    assert (staff.role, staff.hook) == ("staff", "in")
    ports = ((80, 80), (443, 443), (8000, 8080))
    own = Group("own", 4, (P("10.2.0.0/25"), P("10.2.0.200/32")))
    web = [Rule("permit", protocol, own, servers, dports=ports) for protocol in ("tcp", "udp")]
    wanted = [
        Rule("permit", "udp", ANY[4], ANY[4], ((68, 68),), ((67, 67),)),
        Rule("permit", "tcp", ANY[4], ANY[4], established=True),
        *web,
        Rule("permit", "icmp", ANY[4], ANY[4], icmp="echo"),
        Rule("permit", "icmp", ANY[4], ANY[4], icmp="echo-reply"),
        Rule("deny", "ip", ANY[4], Group("own", 4, (P("10.2.0.0/24"), P("10.3.0.0/24")))),
        Rule("permit", "ip", ANY[4], ANY[4]),
    ]
    assert same(staff.rules, wanted)
    assert staff.rules[-2].action == "reject"
    six = [
        Rule("permit", "icmp", ANY[6], ANY[6], icmp="nd-ns"),
        Rule("permit", "ip", ANY[6], P("2001:db8:9::/64")),
    ]
    assert same(rules(SWITCH, "STAFF6", 6), six)


FILTER = "firewall {{ family inet {{ filter X {{ {term} }} }} }} interfaces {{ irb {{ unit 1 {{ family inet {{ filter {{ input X; }} }} }} }} }} policy-options {{ prefix-list p {{ 10.0.0.0/8; }} prefix-list empty {{ 2001:db8::/32; }} prefix-list nowhere {{ apply-path; }} }}"


def test_comments_and_brackets_may_go_over_lines():
    text = (
        policy()
        .replace(" from-zone a; }", " from-zone a; } /* why\nthis\nis */ # so\n")
        .replace("application any;", "application [ junos-http\n  junos-https ];")
    )
    assert [rule.dports for rule in only(text)] == [((80, 80),), ((443, 443),)]
    assert only("## Last changed: today\n\n" + policy().replace("permit;", "replace: permit;")) == only(policy())


WRONG_TERMS = {
    "term t { from { ttl 1; } then accept; }": "filter X term t from ttl' is not understood",
    "term t { then next term; }": "filter X term t then next' is not understood",
    "term t { then { routing-instance x; } }": "filter X term t then routing-instance' is not understood",
    "term t { then { accept; discard; } }": "filter X term t then accept discard' is not understood",
    "term t { filter Y; }": "filter X term t filter' is not understood",
    "apply-flags omit;": "filter X apply-flags' is not understood",
    "term t { from { destination-port 80; } then accept; }":
        "filter X term t from' is not understood: ports or flags of no protocol",
    "term t { from { protocol gre; destination-port 80; } }":
        "filter X term t from' is not understood: ports of a protocol that has none",
    "term t { from { protocol udp; tcp-established; } }":
        "filter X term t from tcp-established' is not understood: of udp",
    "term t { from { protocol tcp; icmp-type echo-reply; } }":
        "filter X term t from icmp-type' is not understood: of tcp",
    "term t { from { protocol icmp; icmp-code 3; } }": "filter X term t from icmp-code' is not understood: of no type",
    "term t { from { protocol icmp; icmp-type redirect; } }":
        "filter X term t icmp-type redirect' is not understood",
    "term t { from { source-prefix-list { q; } } }": "prefix-list q' is not understood: it is defined nowhere",
    "term t { from { source-prefix-list { p; } source-address { 10.0.0.0/8; } } }":
        "filter X term t from source-prefix-list' is not understood: beside source-address",
    "term t { from { source-prefix-list { p except; } } }":
        "filter X term t source except' is not understood: it says what does not match, and nothing that does",
    "term t { from { source-address { 2001:db8::/32; } } }":
        "filter X term t from source-address 2001:db8::/32' is not understood: in a filter of IPv4",
    "term t { from { source-prefix-list { empty; } } }": "prefix-list empty' is not understood: it holds nothing of IPv4",
    "term t { from { source-prefix-list { nowhere; } } }":
        "prefix-list nowhere apply-path' is not understood: it leads nowhere",
    "term t { from { source-address { somewhere; } } }": "somewhere' is not understood",
}  # fmt: skip


@pytest.mark.parametrize("term", WRONG_TERMS)
def test_terms_that_are_not_understood(term):
    with pytest.raises(ParseError) as caught:
        PARSE.access(FILTER.format(term=term))
    assert str(caught.value) == f"line 1: '{WRONG_TERMS[term]}"


# --- pieces


def policy(match="", then="permit;", more="", zones="", rest=""):
    """One policy from zone a to everywhere, on a device with the zones a and b."""
    words = {"source-address": "any", "destination-address": "any", "application": "any"}
    head = "".join(f"{word} {value}; " for word, value in words.items() if word not in match)
    return (
        f"security {{ policies {{ global {{ policy p {{ match {{ {head}{match} from-zone a; }} then {{ {then} }} {more} }} }} }}\n"
        f"zones {{ security-zone a {{ interfaces {{ ge-0/0/1.0; }} {zones} }} security-zone b {{ interfaces {{ ge-0/0/2.0; }} }} }} }}\n"
        "interfaces { ge-0/0/1 { unit 0 { family inet { address 10.1.0.1/24; } } }\n"
        "ge-0/0/2 { unit 0 { family inet { address 10.2.0.1/24; } } } }\n"
        f"{rest}"
    )


def only(text, name="A-FWD"):
    """The rules between the open sessions and the default."""
    return rules(text, name)[1:-1]


def test_one_policy():
    assert only(policy()) == (Rule("permit", "ip", ANY[4], ANY[4]),)
    assert only(policy(then="reject; log { session-init; }"))[0].action == "reject"
    assert only(policy(then="deny; count;"))[0].action == "deny"
    assert only(policy(then="permit { tcp-options { syn-check-required; } }"))[0].action == "permit"
    assert rules(policy(), "B-FWD")[1:] == (Rule("deny", "ip", ANY[4], ANY[4]),)
    assert only(policy(match="to-zone b;"))[0].target == P("10.2.0.0/24")
    assert only(policy(match="source-address any-ipv6;")) == ()
    assert only(policy(more='description "why";'))[0].note == "why"
    text = policy().replace("policies {", "policies { default-policy { permit-all; } policy-rematch extensive;")
    assert rules(text, "B-FWD")[-1].action == "permit"


def test_where_a_zone_leads():
    static = "routing-options { static { route 0.0.0.0/0 next-hop 10.2.0.9; route 10.8.0.0/16 next-hop 10.77.0.1; "
    static += "route 10.7.0.0/16 { qualified-next-hop 10.1.0.9; qualified-next-hop 10.2.0.9 { preference 9; } } "
    static += "route 10.6.0.0/16 discard; route 10.5.0.0/16 next-hop ge-0/0/1.0; } }"
    (rule,) = only(policy(match="to-zone b;", rest=static))
    spans = of_prefix(rule.target)
    inside = [any(low <= P(net).first <= high for low, high in spans) for net in (
        "198.51.100.1/32", "10.2.0.1/32", "10.1.0.1/32", "10.8.0.1/32", "10.7.0.1/32", "10.6.0.1/32", "10.5.0.1/32"
    )]  # fmt: skip
    assert inside == [True, True, False, True, True, False, False]
    assert leaks([rule], ANY[4], P("10.1.0.0/24")) == ()


def test_the_whole_zone_takes_part():
    text = policy(zones="host-inbound-traffic { system-services { dhcp; } protocols { ospf; } }")
    local = rules(text, "A-LOCAL")
    assert same(
        local, [OPEN, Rule("permit", "udp", ANY[4], ANY[4], dports=((67, 68),)), Rule("permit", "89", ANY[4], ANY[4])]
    )
    assert rules(policy(), "A-LOCAL") == (OPEN,)
    wide = policy(zones="host-inbound-traffic { system-services { any-service; } protocols { ndp; } }")
    assert {rule.protocol for rule in rules(wide, "A-LOCAL")[1:]} == {"tcp", "udp", "icmp"}
    every = policy(zones="host-inbound-traffic { protocols { all; } }")
    assert {"103", "112", "89"} <= {rule.protocol for rule in rules(every, "A-LOCAL")[1:]}
    one = "interfaces { ge-0/0/1.0 { host-inbound-traffic { system-services { ping; } } } ge-0/0/2.0; }"
    text = (
        policy()
        .replace("interfaces { ge-0/0/1.0; }", one)
        .replace("security-zone b { interfaces { ge-0/0/2.0; } }", "")
    )
    access = PARSE.access(text)
    assert {use.interface: use.name for use in access.applied if use.hook == "local" and use.family == 4} == {
        "ge-0/0/1.0": "A-LOCAL", "ge-0/0/2.0": "A-LOCAL/1"
    }  # fmt: skip
    assert access.by_name()[4, "A-LOCAL/1"].rules == (OPEN,)


def test_ipv6_modes():
    assert rules(policy(), "A-FWD6", 6)[1].action == "permit"
    off = policy().replace("security {", "security { forwarding-options { family { inet6 { mode drop; } } }", 1)
    assert rules(off, "A-FWD6", 6) == (Rule("deny", "ip", ANY[6], ANY[6]),)
    iso = policy().replace("security {", "security { forwarding-options { family { iso { mode packet-based; } } }", 1)
    assert PARSE.access(iso) == PARSE.access(policy())


APPS = {
    "application x { protocol udp; destination-port ntp; }": [("udp", (), ((123, 123),), "")],
    "application x { protocol 6; source-port 1-2; inactivity-timeout 30; }": [("tcp", ((1, 2),), (), "")],
    "application x { protocol icmp; icmp-type echo-request; }": [("icmp", (), (), "echo")],
    "application x { protocol icmp; icmp-type 3; icmp-code 4; }": [("icmp", (), (), "packet-too-big")],
    "application x { protocol icmp; }": [("icmp", (), (), "")],
    "application x { protocol gre; }": [("47", (), (), "")],
    "application x { protocol 99; }": [("99", (), (), "")],
    "application x { protocol icmp6; icmp6-type 128; }": [],
    "application-set x { application junos-dns-udp; application-set y; } application-set y { application junos-ssh; }": [
        ("udp", (), ((53, 53),), ""), ("tcp", (), ((22, 22),), "")],
    "application-set x { application junos-icmp-all; application junos-tcp-any; application junos-gre; }": [
        ("icmp", (), (), ""), ("tcp", (), (), ""), ("47", (), (), "")],
}  # fmt: skip


@pytest.mark.parametrize("text", APPS)
def test_applications(text):
    found = only(policy(match="application x;", rest=f"applications {{ {text} }}"))
    assert [(rule.protocol, rule.sports, rule.dports, rule.icmp) for rule in found] == APPS[text]


def test_address_books_of_zones_come_before_the_global_one():
    book = "address-book { global { address x 10.0.0.0/8; } own { address x { ip-prefix 10.1.0.5/24; } attach { zone a; } } }"
    text = policy(match="source-address x;").replace("security {", f"security {{ {book}", 1)
    assert only(text)[0].source == P("10.0.0.0/8")
    pair = text.replace("global { policy p", "from-zone a to-zone b { policy p").replace("from-zone a; }", "}")
    assert only(pair)[0].source == P("10.1.0.0/24")
    old = policy(match="", zones="address-book { address x 10.1.0.9; }")
    old = old.replace("global { policy p", "from-zone a to-zone b { policy p").replace("from-zone a; }", "}")
    assert only(old.replace("source-address any", "source-address x"))[0].source == P("10.1.0.9/32")
    nested = "address-book { global { address x 10.0.0.0/8; address y 2001:db8::/32; address-set s { address x; address-set t; } address-set t { address y; } } }"
    text = policy(match="destination-address s;").replace("security {", f"security {{ {nested}", 1)
    assert only(text)[0].target == Group("s", 4, (P("10.0.0.0/8"),))
    assert [(g.name, g.family) for g in PARSE.access(text).groups] == [("s", 4), ("s", 6), ("t", 6)]


HOURS = {
    "daily { start-time 08:00 stop-time 16:00; }": Window(
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00", "16:00"
    ),
    "monday { start-time 08:00:00 stop-time 16:00:00; } friday { start-time 08:00 stop-time 16:00; }": Window(
        ("mon", "fri"), "08:00", "16:00"
    ),
    "daily { start-time 08:00; stop-time 16:00; } sunday { exclude; } saturday { exclude; }": Window(
        ("mon", "tue", "wed", "thu", "fri"), "08:00", "16:00"
    ),
    "saturday { all-day; }": Window(("sat",), "00:00", "24:00"),
}


@pytest.mark.parametrize("text", HOURS)
def test_hours(text):
    rest = f"schedulers {{ scheduler h {{ {text} }} }}"
    assert PARSE.access(policy(more="scheduler-name h;", rest=rest)).windows == {"h": HOURS[text]}
    assert only(policy(more="scheduler-name h;", rest=rest))[0].window == "h"


NAT = (
    "nat {{ destination {{ pool d {{ address {pool}; }} rule-set r {{ from {source}; rule q {{ match {{ {match}; }}"
    " then {{ destination-nat {{ {then}; }} }} }} }} }} }}"
)


def nat(
    pool="192.0.2.53/32",
    source="zone a",
    match="destination-address 0.0.0.0/0; destination-port { 53; }",
    then="pool d",
):
    text = NAT.format(pool=pool, source=source, match=match, then=then)
    return policy().replace("security {", f"security {{ {text}", 1)


def test_forced_dns():
    assert PARSE.access(nat()).redirects == (Redirect("ge-0/0/1.0", 4, "192.0.2.53"),)
    assert PARSE.access(nat(source="interface ge-0/0/2.0")).redirects == (Redirect("ge-0/0/2.0", 4, "192.0.2.53"),)
    both = nat(
        match="source-address 0.0.0.0/0; destination-address 0.0.0.0/0; destination-port 53; protocol [ udp tcp ]"
    )
    assert PARSE.access(both).redirects == (Redirect("ge-0/0/1.0", 4, "192.0.2.53"),)
    six = nat(pool="2001:db8::53 port 53", match="destination-address ::/0; destination-port 53")
    assert PARSE.access(six).redirects == (Redirect("ge-0/0/1.0", 6, "2001:db8::53"),)


def test_groups_are_inherited_where_they_fit():
    text = (
        "groups { G { interfaces { <ge-*> { unit <*> { family inet { filter { input X; } } } } }\n"
        "firewall { family inet { filter X { term t { then accept; } } } } system { host-name g; } } H { system { host-name h; } } }\n"
        "apply-groups [ G H ];\nsystem { apply-groups-except H; host-name own; }\n"
        "interfaces { ge-0/0/0 { unit 0 { family inet { address 10.0.0.1/24; } } }\n"
        "xe-0/0/0 { apply-groups-except G; unit 0 { family inet { address 10.0.1.1/24; } } } }\n"
    )
    access = PARSE.access(text)
    assert access.applied == (Applied("ge-0/0/0.0", "in", 4, "X"),)
    assert groups.inherited(stems.read(text)).at("system", "host-name").word() == "own"


def with_book(inner):
    """A policy that names `x` of a book that holds something."""
    return policy(match="source-address x;").replace(
        "security {", f"security {{ address-book {{ global {{ {inner} }} }}", 1
    )


WRONG = {
    policy().replace("source-address any; ", ""): "line 1: 'policy p match' is not understood: source-address is missing",
    policy().replace("application any; ", ""): "line 1: 'policy p match' is not understood: application is missing",
    with_book("address x { dns-name example.org; }"): "line 1: 'address x dns-name' is not understood: only prefixes are read",
    with_book("address x { range-address 10.0.0.1 to 10.0.0.9; }"):
        "line 1: 'address x range-address' is not understood: only prefixes are read",
    with_book("address-set x { address y; }"): "line 1: 'address-set x address y' is not understood: the book does not have it",
    with_book("address-set x { address-set x; }"):
        "line 1: 'address-set x address-set x' is not understood: a circle, or not in the book",
    with_book("address-group x;"): "line 1: 'security address-book address-group' is not understood",
    nat().replace("rule q {", "rule first { match { destination-address 0.0.0.0/0; destination-port 53; } then { destination-nat { pool e; } } } rule q {"
    ).replace("destination { pool d", "destination { pool e { address 192.0.2.54/32; } pool d"):
        "line 1: 'destination-nat 192.0.2.53' is not understood: another rule sends the same elsewhere",
    policy(rest="security { zones { security-zone c { interfaces { all; } } } }"):
        "line 5: 'security-zone c interfaces all' is not understood: which these are, the text does not say",
    "interfaces { ge-0/0/0 { native-vlan-id parking; unit 0 { family ethernet-switching; } } }":
        "line 1: 'parking' is not understood: a number can stand here",
    "switch-options { voip { interface ge-0/0/1 { vlan voice; } } }": "line 1: 'switch-options voip' is not understood",
    policy(rest="routing-options { static { route 10.0.0.0/8 { next-hop 10.9.9.9; resolve; } } }"):
        "line 5: 'static route 10.0.0.0/8 resolve' is not understood",
    policy(match="to-zone junos-host;"):
        "line 1: 'policy p match to-zone junos-host' is not understood: no zone is called junos-host",
    policy().replace("policies {", "policies { from-zone any to-zone b { policy q { then { permit; } } }"):
        "line 1: 'from-zone any' is not understood: no zone is called any",
    policy().replace("policies {", "policies { from-zone a to-zone any { policy q { then { permit; } } }"):
        "line 1: 'from-zone a to-zone any' is not understood: no zone is called any",
    policy(match="source-identity x;"): "line 1: 'policy p match source-identity' is not understood",
    policy(match="source-address nobody;"): "line 1: 'nobody' is not understood: no address book has it",
    policy(match="application nothing;"): "line 1: 'application nothing' is not understood: it is defined nowhere",
    policy(match="source-address-excluded;"): "line 1: 'policy p match source-address-excluded' is not understood",
    policy(then="permit { tunnel { ipsec-vpn v; } }"): "line 1: 'policy p then permit tunnel' is not understood",
    policy(then="permit { application-services { idp; } }"):
        "line 1: 'policy p then permit application-services' is not understood",
    policy(then="permit; deny;"): "line 1: 'policy p then' is not understood: it needs one of permit, deny and reject",
    policy(then="count;"): "line 1: 'policy p then' is not understood: it needs one of permit, deny and reject",
    policy(more="scheduler-name h;"): "line 1: 'policy p scheduler-name h' is not understood: no such scheduler",
    policy(match="to-zone b;", rest="protocols { ospf { area 0.0.0.0; } }"):
        "line 1: 'policy p to-zone b' is not understood: where b leads, no static route says",
    policy(zones="host-inbound-traffic { system-services { all; ssh { except; } } }"):
        "line 2: 'host-inbound-traffic ssh except' is not understood",
    policy(zones="host-inbound-traffic { system-services { teleport; } }"):
        "line 2: 'host-inbound-traffic system-services teleport' is not understood",
    policy(zones="host-inbound-traffic { protocols { teleport; } }"):
        "line 2: 'host-inbound-traffic protocols teleport' is not understood",
    policy(zones="enable-reverse-reroute;"): "line 2: 'security-zone a enable-reverse-reroute' is not understood",
    policy().replace("zones {", "zones { functional-zone management;"):
        "line 2: 'security zones functional-zone' is not understood: it is read on no device",
    policy(rest="routing-instances { x { instance-type virtual-router; } }"):
        "line 5: 'routing-instances' is not understood",
    policy(rest="logical-systems { x; }"): "line 5: 'logical-systems' is not understood",
    policy(rest="services { nat; }"): "line 5: 'services' is not understood",
    policy(rest="forwarding-options { family inet { filter { input X; } } }"):
        "line 5: 'forwarding-options family inet filter' is not understood",
    policy(rest="routing-options { rib-groups { x; } }"): "line 5: 'routing-options rib-groups' is not understood",
    policy(rest="routing-options { rib other.inet.0 { static; } }"):
        "line 5: 'routing-options rib other.inet.0' is not understood",
    policy(rest="routing-options { static { route 10.0.0.0/8 next-table x.inet.0; } }"):
        "line 5: 'static route 10.0.0.0/8 next-table' is not understood",
    policy(rest="routing-options { static { route everywhere discard; } }"):
        "line 5: 'static route everywhere' is not understood",
    policy(rest="applications { application x { protocol tcp; rpc-program-number 1; } }", match="application x;"):
        "line 5: 'application x rpc-program-number' is not understood",
    policy(rest="applications { application x { protocol quic; } }", match="application x;"):
        "line 5: 'protocol quic' is not understood",
    policy(rest="applications { application x { destination-port 1; } }", match="application x;"):
        "line 5: 'application x' is not understood: it names no protocol",
    policy(rest="applications { application x { protocol gre; destination-port 1; } }", match="application x;"):
        "line 5: 'application x' is not understood: ports of a protocol that has none",
    policy(rest="applications { application x { protocol tcp; destination-port 9-1; } }", match="application x;"):
        "line 5: 'port 9-1' is not understood",
    policy(rest="applications { application x { protocol tcp; destination-port web; } }", match="application x;"):
        "line 5: 'port web' is not understood",
    policy(rest="applications { application x { protocol icmp; icmp-type 42; } }", match="application x;"):
        "line 5: 'application x icmp-type 42' is not understood",
    policy(rest="applications { application-group x; }"): "line 5: 'applications application-group' is not understood",
    policy(rest="schedulers { scheduler h { start-date 2026-01-01; } }"):
        "line 5: 'scheduler h start-date' is not understood",
    policy(rest="schedulers { scheduler h { monday { start-time 8; stop-time 9; } } }"):
        "line 5: 'scheduler h monday' is not understood: hours of one day, as hh:mm",
    policy(rest="schedulers { scheduler h { daily { start-time 08:00 stop-time 09:00; } friday { all-day; } } }"):
        "line 5: 'scheduler h' is not understood: its days do not all have the same hours",
    policy().replace("policies {", "policies { stateful-all;"): "line 1: 'security policies stateful-all' is not understood",
    policy().replace("security {", "security { advance-policy-based-routing;", 1):
        "line 1: 'security advance-policy-based-routing' is not understood",
    policy().replace("security {", "security { flow { allow-dns-reply; }", 1):
        "line 1: 'security flow allow-dns-reply' is not understood",
    policy().replace("security {", "security { forwarding-options { family { mpls { mode packet-based; } } }", 1):
        "line 1: 'family mpls mode packet-based' is not understood: no policy is asked then",
    policy().replace("security {", "security { nat { static { rule-set x; } }", 1):
        "line 1: 'security nat static' is not understood",
    nat(match="destination-address 203.0.113.9/32; destination-port 80"):
        "line 1: 'destination rule q match' is not understood: only what sends all of port 53 elsewhere is read",
    nat(match="destination-address 0.0.0.0/0; destination-port 53; protocol udp"):
        "line 1: 'destination-nat 192.0.2.53' is not understood: DNS is sent there over UDP or TCP only, not both",
    nat(pool="192.0.2.0/24"): "line 1: 'destination rule q pool 192.0.2.0/24' is not understood: one host of the same family",
    nat(then="off"): "line 1: 'destination rule q then destination-nat off' is not understood",
    nat(source="zone z"): "line 1: 'destination rule-set r from zone z' is not understood: there is no such zone",
    policy(rest="vlans { x { vlan-id 7; filter { input F; } } }"): "line 5: 'vlans x filter' is not understood",
    policy(rest="vlans { x { vlan-id seven; } }"): "line 5: 'vlans x seven' is not understood",
    policy(rest="vlans { x { vlan-id 7; service-id 3; } }"): "line 5: 'vlans x service-id' is not understood",
    policy().replace("address 10.1.0.1/24;", "address 10.1.0/24;"): "line 3: 'address 10.1.0/24' is not understood",
    policy().replace("address 10.1.0.1/24;", "service { input x; }"):
        "line 3: 'interfaces ge-0/0/1.0 family inet service' is not understood",
    policy().replace("address 10.1.0.1/24;", "filter { input-list [ x y ]; }"):
        "line 3: 'interfaces ge-0/0/1.0 filter input-list' is not understood",
    "interfaces { ge-0/0/0 { unit 0 { family bridge; } } }": "line 1: 'interfaces ge-0/0/0.0 family bridge' is not understood",
    "interfaces { ge-0/0/0 { unit 0 { family ethernet-switching { filter { input x; } } } } }":
        "line 1: 'interfaces ge-0/0/0.0 family ethernet-switching filter' is not understood",
    "interfaces { ge-0/0/0 { unit 0 { family ethernet-switching { interface-mode hybrid; } } } }":
        "line 1: 'interfaces ge-0/0/0.0 interface-mode hybrid' is not understood",
    "interfaces { ge-0/0/0 { unit 0 { family ethernet-switching { vlan { members [ 1 2 ]; } } } } }":
        "line 1: 'interfaces ge-0/0/0.0 vlan members' is not understood: an access port has one VLAN",
    "interfaces { ge-0/0/0 { unit 0 { family ethernet-switching { vlan { members nobody; } } } } }":
        "line 1: 'interfaces ge-0/0/0.0 vlan members nobody' is not understood",
    'interfaces { interface-range r { member "ge-0/0/*"; } }':
        "line 1: 'interface-range r member ge-0/0/*' is not understood: which ports these are, the text does not say",
    "interfaces { interface-range r { member-range ge-0/0/0 to ge-0/1/3; } }":
        "line 1: 'interface-range r member-range ge-0/0/0 to ge-0/1/3' is not understood",
    "groups { G { a; } }\napply-groups H;": "line 2: 'apply-groups H' is not understood: no group is called so",
    "groups { G { security { policies { global { policy g { then { permit; } } } } } } }\napply-groups G;\n"
    "security { policies { global { policy p { then { deny; } } } } }":
        "line 1: 'groups ... policy' is not understood: its place in the order is not known",
    "groups { G { interfaces { irb { unit 1 { family inet { address 1.1.1.1/24; } } } } } }\napply-groups G;\n"
    "interfaces { irb { unit 1 { family inet { address 2.2.2.2/24; } } } }":
        "line 1: 'groups ... 1.1.1.1/24' is not understood: the configuration says something else there",
    "vlans { v { vlan-id 7; vlan-id 8; } } interfaces { a { native-vlan-id 7; native-vlan-id 8; unit 0 { family ethernet-switching; } } }":
        "line 1: '7 8' is not understood: one value can stand here",
    "a {\n b;\n": "line 3: the configuration ends within a statement",
    "a;\n}\n": "line 2: a brace that closes nothing",
    "a; }\n": "line 1: a brace that closes nothing",
    "a {\n b\n}\n": "line 3: a missing ;",
    'a "b\n': "line 1: a quote that never ends",
    "set a b\nrename a to b\n": "line 2: 'rename a to b' is not understood: only `set` and `deactivate` are read",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_understood_is_named_with_its_line(text):
    with pytest.raises(ParseError) as caught:
        PARSE.access(text)
    assert str(caught.value) == WRONG[text]


WORDS = stems._TOKEN.findall(BRANCH + SWITCH)


@settings(max_examples=300)
@given(
    st.sampled_from([BRANCH, SWITCH]),
    st.lists(st.tuples(st.floats(0, 0.999), st.sampled_from(WORDS)), min_size=1, max_size=3),
)
def test_law_whatever_the_text_it_is_read_or_refused(text, changes):
    """No other error than our own, however a text is broken."""
    for place, word in changes:
        at = int(place * len(text))
        start, end = text.rfind(" ", 0, at) + 1, text.find(" ", at)
        text = f"{text[:start]}{word}{text[end:]}"
    with contextlib.suppress(ParseError):
        PARSE.access(text)
