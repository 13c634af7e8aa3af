"""EOS configurations as people write them: what stands in another place or spelling is an error, never skipped."""

import pytest

from homeroom.errors import ParseError
from homeroom.platforms.eos.parser import EosParser


def test_tabs_are_indentation():
    found = EosParser().access("interface Ethernet3\n\tno switchport\n\tip access-group DAY in\n")
    assert [(use.interface, use.name) for use in found.applied] == [("Ethernet3", "DAY")]


REFUSED = {
    "int Et3\n   ip access-group DAY in\n": 1,
    "Interface Ethernet3\n   ip access-group DAY in\n": 1,
    "interface Ethernet3\n   IP access-group DAY in\n": 2,
    "interface Ethernet3\n   mtu 1500\n      ip access-group DAY in\n": 3,
    "ip access-list DAY\n   10 permit tcp any any\n      20 deny ip any any\n": 3,
    "ip access-list DAY\n10 permit tcp any any\n": 2,
    "IP access-list DAY\n   10 permit ip any any\n": 1,
    "access-list 12 permit any\n": 1,
    "traffic-p\n": 1,
    "vlan 1-2-3\n": 1,
    "vlan 1-99999999\n": 1,
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_read_is_named_with_its_line(text):
    with pytest.raises(ParseError, match=rf"^line {REFUSED[text]}: "):
        EosParser().access(text)
