"""IOS configurations as people write them: numbered lists are read, and nothing that decides is skipped."""

import pytest

from homeroom.errors import ParseError
from homeroom.platforms.ios.parser import IosParser
from homeroom.policy.model import Rule
from homeroom.prefix import ANY, Prefix

NUMBERED = """\
access-list 12 remark who may look in
access-list 12 permit 192.168.40.0 0.0.0.255
access-list 12 permit host 192.168.41.9
access-list 12 deny   any
access-list 130 permit tcp 10.44.0.0 0.0.255.255 host 10.9.9.9 eq www
access-list 130 permit tcp any any established
access-list 130 deny udp any any range 5000 5010 log
access-list compiled
!
int vlan 44
\tip address 10.44.0.1 255.255.0.0
\tip access-group 130 in
"""


def access(text):
    """Return what a text lets through."""
    return IosParser().access(text)


def test_numbered_lists_are_read_entry_by_entry():
    found = access(NUMBERED)
    lists = found.by_name()
    site, server = Prefix.parse("10.44.0.0/16"), Prefix.parse("10.9.9.9/32")
    assert [(rule.action, str(rule.source)) for rule in lists[4, "12"].rules] == [
        ("permit", "192.168.40.0/24"), ("permit", "192.168.41.9/32"), ("deny", "0.0.0.0/0"),
    ]  # fmt: skip
    assert lists[4, "130"].rules == (
        Rule("permit", "tcp", site, server, dports=((80, 80),)),
        Rule("permit", "tcp", ANY[4], ANY[4], established=True),
        Rule("deny", "udp", ANY[4], ANY[4], dports=((5000, 5010),), log=True),
    )


def test_tabs_and_short_words_open_the_same_interface():
    found = access(NUMBERED)
    assert [(use.interface, use.name) for use in found.applied] == [("Vlan44", "130")]
    assert [(one.name, one.vlan) for one in found.interfaces] == [("Vlan44", 44)]


def test_an_entry_without_a_number_goes_behind_those_before_it():
    text = "ip access-list extended A\n 900 deny udp any any\n permit ip any any\n 20 permit tcp any any\n"
    assert [rule.protocol for rule in access(text).lists[0].rules] == ["tcp", "udp", "ip"]


def test_an_interface_that_was_shut_and_opened_is_up():
    text = "interface Gi1\n ip address 10.1.1.1 255.255.255.0\n shutdown\n no shutdown\n"
    assert [one.name for one in access(text).interfaces] == ["Gi1"]


def test_a_trunk_of_an_older_switch_is_read():
    text = "interface Fa0/3\n switchport trunk encapsulation dot1q\n switchport mode trunk\n"
    assert [one.name for one in access(text).bridged] == ["Fa0/3"]


REFUSED = {
    "interface Gi1\n ip access-g DAY in\n": 2,
    "interface Gi1\n IP ACCESS-GROUP DAY in\n": 2,
    "interface Gi1\n no ip access-group DAY in\n": 2,
    "interface Gi1\nip access-group DAY in\n": 2,
    "interface Gi1\nno switchport\n": 2,
    "interface Gi1\n mtu 1500\n  ip access-group DAY in\n": 3,
    "interface Gi1\n ip access-group DAY in\n ip access-group NIGHT in\n": 3,
    "interface Gi1\n zone-m security INSIDE\n": 2,
    "interface Gi1\n ip address 10.1.1.1\n": 2,
    "interface range Gi1 - 4\n shutdown\n": 1,
    "interface Vlan\n": 1,
    "interface Gi0/1\n shutdown\ninterface GigabitEthernet0/1\n shutdown\n": 3,
    "ip access-l extended DAY\n permit ip any any\n": 1,
    "ip access-list extended DAY\npermit ip any any\n": 2,
    "ip access-list extended DAY\n permit tcp any any\n  deny ip any any\n": 3,
    "ip access-list extended DAY\n 10 permit tcp any any\n 10 deny ip any any\n": 3,
    "ip access-list extended 130\n permit ip any any\naccess-list 130 deny ip any any\n": 3,
    "access-l 130 permit ip any any\n": 1,
    "access-list 250 permit 0x0 0xFFFF\n": 1,
    "access-list 130 dynamic VISITOR permit ip any any\n": 1,
    "access-list 130 permit ip any 10.0.0.0 0.0.255.0\n": 1,
    "access-list 12 permit any\nno access-list 12\n": 2,
    "no ip access-list extended DAY\n": 1,
    "policy-map LIMIT\n class GAMES\n  drop\n": 3,
    "time-range\n periodic daily 8:00 to 9:00\n": 1,
    "vlan 20-x\n name LAB\n": 1,
    "vlan 1-99999999\n name LAB\n": 1,
    "interface Gi1\n switchport access vlan \u00b2\n": 2,
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_read_is_named_with_its_line(text):
    with pytest.raises(ParseError, match=rf"^line {REFUSED[text]}: "):
        access(text)


@pytest.mark.parametrize(
    "text", ["ip prefix-list X seq 5 permit 10.0.0.0/8\n", "arp access-list X\n permit ip host 10.1.1.1 mac any\n"]
)
def test_lists_that_are_no_access_lists_are_none(text):
    assert access(text).lists == ()
