"""What a change opens and closes is told by packets, whatever the text of the change looks like."""

from homeroom.platforms.ios.parser import IosParser
from homeroom.rollout.effect import effect

LIST = """ip access-list extended STUDENT-IN
 10 permit tcp 10.1.0.0 0.0.3.255 any eq 443
 20 deny ip any any
"""
SVI = """interface Vlan10
 ip address 10.1.0.1 255.255.252.0
 ip access-group STUDENT-IN in
"""


def told(old, new):
    made = effect(IosParser(), old, new)
    return made.opens, made.closes, made.unknown


def test_nothing():
    assert told(LIST + SVI, LIST + SVI) == ((), (), "")
    renumbered = LIST.replace(" 10 ", " 15 ") + SVI
    assert told(LIST + SVI, renumbered) == ((), (), "")


def test_a_wider_rule():
    wider = LIST.replace("any eq 443", "any") + SVI
    opens, closes, _ = told(LIST + SVI, wider)
    assert opens
    assert all(line.startswith("Vlan10 in, IPv4: tcp 10.1.0.9:") for line in opens)
    assert closes == ()
    assert told(wider, LIST + SVI)[:2] == ((), opens)


def test_a_list_that_is_taken_off_opens_everything():
    opens, closes, _ = told(LIST + SVI, LIST + SVI.replace(" ip access-group STUDENT-IN in\n", ""))
    assert opens
    assert closes == ()


def test_a_list_that_is_nowhere_defined_opens_everything():
    assert told(LIST + SVI, SVI)[0]


def test_a_new_network_opens_what_its_list_lets_through_and_no_more():
    opens, closes, _ = told("hostname x\n", LIST + SVI)
    assert len(opens) == 1
    assert opens[0].endswith(":443")
    assert closes == ()


def test_a_line_nobody_understands_is_said():
    opens, closes, unknown = told(LIST + SVI, LIST.replace("deny ip", "deny warp") + SVI)
    assert (opens, closes) == ((), ())
    assert "deny warp" in unknown
