"""What firewall4 makes of /etc/config/firewall: chains, their order, and refusals. tests/real loads it into a kernel."""

import pytest

from homeroom.lab.uci.fw4 import ruleset
from homeroom.lab.uci.model import UciError

DEVICES = {"lan": "br-lan", "wan": "eth0"}
HEAD = """\
package firewall

config defaults
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option drop_invalid '1'
	option synflood_protect '1'

config zone
	option name 'lan'
	list network 'lan'
	option input 'ACCEPT'
	option output 'ACCEPT'
	option forward 'ACCEPT'

config zone
	option name 'wan'
	list network 'wan'
	list network 'away'
	option input 'DROP'
	option masq '1'

config zone
	option name 'away'
	list network 'away'

config ipset
	option name 'doh'
	list match 'dest_net'
	list entry '1.1.1.1/32'
	list entry '8.8.8.0/24'

"""


def chains(text):
    """Chain or set -> its lines."""
    found, name = {}, ""
    for line in ruleset(text, DEVICES).splitlines():
        if line.endswith("{") and line.split()[0] in {"chain", "set"}:
            name = line.split()[1]
            found[name] = []
        elif line != "}" and name:
            found[name].append(line)
    return found


def rule(body, chain):
    """The lines of a chain that a rule makes, without counters and comments."""
    lines = chains(f"{HEAD}config rule\n\toption name 'x'\n{body}")[chain]
    return [line.replace("counter ", "").replace(' comment "!fw4: x"', "") for line in lines if '"!fw4: x"' in line]


def options(**values):
    return "".join(f"\toption {key} '{value}'\n" for key, value in values.items())


def test_the_chains_that_the_kernel_enters():
    found = chains(HEAD)
    assert found["input"] == [
        "type filter hook input priority filter; policy drop;",
        'iif "lo" accept',
        "ct state vmap { established : accept, related : accept, invalid : drop }",
        "tcp flags & (fin | syn | rst | ack) == syn jump syn_flood",
        'iifname { "br-lan" } jump input_lan',
        'iifname { "eth0" } jump input_wan',
        "jump handle_reject",
    ]
    assert found["forward"][1:] == [
        "ct state vmap { established : accept, related : accept, invalid : drop }",
        'iifname { "br-lan" } jump forward_lan',
        'iifname { "eth0" } jump forward_wan',
        "jump handle_reject",
    ]
    assert found["output"][0].endswith("policy accept;")
    assert found["forward_lan"] == ['oifname { "br-lan" } counter accept']
    assert found["input_wan"] == ['iifname { "eth0" } counter drop']
    assert found["input_away"] == found["dstnat_away"] == [], "no interface of it is up"
    assert found["srcnat"][1:] == ['oifname { "eth0" } meta nfproto ipv4 masquerade']
    assert found["handle_reject"] == [
        "meta l4proto tcp reject with tcp reset",
        "reject with icmpx type port-unreachable",
    ]
    assert found["syn_flood"] == ["limit rate 25/second burst 50 packets return", "drop"]
    assert found["doh"] == ["type ipv4_addr", "flags interval", "auto-merge", "elements = { 1.1.1.1/32, 8.8.8.0/24 }"]


def test_nothing_said_drops_everything():
    found = chains("package network\n")
    assert found["input"][0].endswith("policy drop;")
    assert found["forward"][0].endswith("policy drop;")
    assert "invalid" not in found["forward"][1]
    accepting = chains(
        "package firewall\nconfig defaults\n\toption forward 'accept'\n\toption any_reject_code 'tcp-reset'\n"
    )
    assert accepting["forward"][0].endswith("policy accept;")
    assert accepting["handle_reject"][1] == "reject with tcp reset"


RULES = {
    "for the router, TCP and UDP where nothing is said": (
        options(src="lan", dest_port="53", target="ACCEPT"),
        "input_lan",
        ["tcp dport { 53 } accept", "udp dport { 53 } accept"],
    ),
    "forwarded to anywhere": (
        options(src="lan", dest="*", proto="all", target="REJECT"),
        "forward_lan",
        ["jump handle_reject"],
    ),
    "forwarded to a zone": (
        options(src="wan", dest="lan", proto="47", target="ACCEPT"),
        "forward_wan",
        ['oifname { "br-lan" } meta l4proto 47 accept'],
    ),
    "from every zone": (
        options(src="*", proto="tcp", dest_port="22", target="DROP"),
        "input",
        ["tcp dport { 22 } drop"],
    ),
    "forwarded from every zone": (
        options(src="*", dest="*", proto="udp", target="DROP"),
        "forward",
        ["meta l4proto udp drop"],
    ),
    "of the router itself": (options(proto="udp", src_port="1:9", target="DROP"), "output", ["udp sport { 1-9 } drop"]),
    "of the router itself to a zone": (
        options(dest="wan", proto="tcp", target="REJECT"),
        "output_wan",
        ['oifname { "eth0" } meta l4proto tcp jump handle_reject'],
    ),
    "one family by name": (
        options(src="lan", family="ipv6", proto="icmp", target="ACCEPT"),
        "input_lan",
        ["meta nfproto ipv6 meta l4proto ipv6-icmp accept"],
    ),
    "both families of ICMP": (
        options(src="lan", proto="icmp", target="ACCEPT"),
        "input_lan",
        ["meta l4proto { icmp, ipv6-icmp } accept"],
    ),
    "ICMP types of one family": (
        options(src="lan", proto="icmp", icmp_type="router-solicitation bad-header", target="ACCEPT"),
        "input_lan",
        [
            "meta nfproto ipv4 icmp type { 10 } accept",
            "meta nfproto ipv6 icmpv6 type { 133 } accept",
            "meta nfproto ipv6 icmpv6 type . icmpv6 code { 4 . 0 } accept",
        ],
    ),
    "ICMP types by number": (
        options(src="lan", proto="icmpv6", icmp_type="130/0", target="ACCEPT"),
        "input_lan",
        ["meta nfproto ipv6 icmpv6 type . icmpv6 code { 130 . 0 } accept"],
    ),
    "addresses of both families": (
        options(
            src="lan", proto="tcp", src_ip="10.0.0.0/8 2001:db8::/32 !10.1.0.0/16", dest_port="80", target="ACCEPT"
        ),
        "input_lan",
        [
            "meta nfproto ipv4 ip saddr { 10.0.0.0/8 } ip saddr != { 10.1.0.0/16 } tcp dport { 80 } accept",
            "meta nfproto ipv6 ip6 saddr { 2001:db8::/32 } tcp dport { 80 } accept",
        ],
    ),
    "ends of different families": (
        options(src="lan", src_ip="10.0.0.1", dest_ip="2001:db8::1", target="ACCEPT"),
        "input_lan",
        [],
    ),
    "a set by its own direction": (
        options(src="lan", dest="*", proto="all", ipset="doh", target="DROP"),
        "forward_lan",
        ["meta nfproto ipv4 ip daddr @doh drop"],
    ),
    "a set by the rule's direction": (
        options(src="lan", proto="all", ipset="doh src", target="DROP"),
        "input_lan",
        ["meta nfproto ipv4 ip saddr @doh drop"],
    ),
    "hours": (
        options(src="lan", proto="all", start_time="07:00", stop_time="20:00", weekdays="mon sun", target="ACCEPT"),
        "input_lan",
        ['meta hour "07:00"-"20:00" meta day { Monday, Sunday } accept'],
    ),
    "half of the day": (
        options(src="lan", proto="all", start_time="12:00", limit="5", limit_burst="9", target="ACCEPT"),
        "input_lan",
        ['meta hour >= "12:00" limit rate 5/second burst 9 packets accept'],
    ),
    "switched off": (options(src="lan", enabled="0", target="ACCEPT"), "input_lan", []),
    "a class of traffic": (
        options(src="lan", dest="*", proto="all", set_dscp="AF21", target="DSCP"),
        "mangle_prerouting",
        ['iifname { "br-lan" } ip dscp set 0x12', 'iifname { "br-lan" } ip6 dscp set 0x12'],
    ),
    "a class of traffic of one family": (
        options(src="lan", dest="*", family="ipv6", proto="all", set_dscp="cs1", target="DSCP"),
        "mangle_prerouting",
        ['iifname { "br-lan" } meta nfproto ipv6 ip6 dscp set 0x8'],
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_rules(case):
    body, chain, lines = RULES[case]
    assert rule(body, chain) == lines


def test_forwardings_come_after_rules_and_before_the_policy():
    text = HEAD + "config forwarding\n" + options(src="lan", dest="wan", family="ipv4") + "config rule\n"
    found = chains(text + options(src="lan", dest="*", proto="udp", target="DROP"))["forward_lan"]
    assert [line.split(" comment")[0] for line in found] == [
        "meta l4proto udp counter drop",
        'meta nfproto ipv4 oifname { "eth0" } counter accept',
        'oifname { "br-lan" } counter accept',
    ]
    everywhere = chains(HEAD + "config forwarding\n" + options(src="*", dest="*"))["forward"]
    assert everywhere[2].startswith("counter accept")


REDIRECTS = {
    "an address": (
        options(src="lan", proto="tcp udp", src_dport="53", dest_ip="192.0.2.1"),
        ["tcp dport { 53 } counter dnat ip to 192.0.2.1:53", "udp dport { 53 } counter dnat ip to 192.0.2.1:53"],
    ),
    "an address of IPv6, another port": (
        options(src="lan", proto="udp", src_dport="53", dest_ip="2001:db8::1", dest_port="54"),
        ["udp dport { 53 } counter dnat ip6 to [2001:db8::1]:54"],
    ),
    "the router itself": (
        options(src="lan", proto="tcp", src_dip="10.0.0.1", src_dport="53"),
        ["ip daddr { 10.0.0.1 } tcp dport { 53 } counter redirect to :53"],
    ),
}


@pytest.mark.parametrize("case", REDIRECTS)
def test_redirects(case):
    body, lines = REDIRECTS[case]
    found = chains(f"{HEAD}config redirect\n\toption name 'x'\n{body}")
    shown = [line.split(" comment")[0].removeprefix("meta nfproto ").split(" ", 1)[1] for line in found["dstnat_lan"]]
    assert shown == lines
    assert 'iifname { "br-lan" } jump dstnat_lan' in found["dstnat"]
    assert found["forward_lan"][-2] == found["input_lan"][-2] == "ct status dnat accept"


REFUSED = {
    "config include\n": "config include",
    "config nat\n": "config nat",
    "config rule\n" + options(src="attic", target="ACCEPT"): "no zone is called 'attic'",
    "config rule\n" + options(src="lan", target="NOTRACK"): "target notrack is not translated",
    "config rule\n" + options(src="lan"): "target (none) is not translated",
    "config rule\n" + options(src="lan", target="MARK"): "target mark there is not translated",
    "config rule\n" + options(src="lan", dest="*", set_dscp="XX", target="DSCP"): "class XX is none",
    "config rule\n" + options(src="lan", proto="!tcp", target="ACCEPT"): "proto '!tcp'",
    "config rule\n" + options(src="lan", proto="icmp", icmp_type="hi", target="ACCEPT"): "icmp_type 'hi'",
    "config rule\n" + options(src="lan", ipset="x", target="ACCEPT"): "names the unknown set 'x'",
    "config rule\n" + options(src="lan", start_date="2026-01-01", target="ACCEPT"): "dates are not translated",
    "config rule\n" + options(src="lan", enabled="perhaps", target="ACCEPT"): "'perhaps' is neither yes nor no",
    "config redirect\n" + options(src="lan", target="SNAT"): "only DNAT is translated",
    "config zone\n" + options(name="x", subnet="10.0.0.0/8"): "subnet and family are not translated",
    "config zone\n" + options(name="x", input="perhaps"): "input 'perhaps' is no policy",
    "config ipset\n" + options(name="x", match="port"): "ipset 'x' is not translated",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_translated_is_refused(text):
    with pytest.raises(UciError) as caught:
        ruleset(HEAD + text, DEVICES)
    assert REFUSED[text] in str(caught.value)


def test_comments_are_short_and_hold_no_quotes():
    long = 'say "hi" ' * 30
    text = HEAD + f"config rule\n\toption name '{long}'\n" + options(src="lan", target="DROP")
    line = next(line for line in ruleset(text, DEVICES).splitlines() if "say" in line)
    assert len(line.split('"')[1]) <= 120
