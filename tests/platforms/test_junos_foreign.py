"""Junos configurations as people write them: what the device would expand, and is not read, is an error."""

import pytest

from homeroom.errors import ParseError
from homeroom.platforms.junos.parser import JunosParser

REFUSED = {
    "set interfaces ge-0/0/7.0 family inet filter input DAY\n": 1,
    "set interfaces interface-range R member-range ge-0/0/1 to ge-0/0/99999999\n": 1,
    "set vlans LAB vlan-id-list 1-99999999\n": 1,
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_read_is_named_with_its_line(text):
    with pytest.raises(ParseError, match=rf"^line {REFUSED[text]}: "):
        JunosParser().access(text)
