"""OpenWrt configurations as people write them: zones told twice, and quotes that never close."""

import pytest

from homeroom.errors import ParseError
from homeroom.platforms.openwrt.parser import UciParser

NETWORK = "package network\nconfig interface 'lab'\n\toption device 'eth3'\n\toption proto 'dhcp'\n"
ZONE = "config zone\n\toption name 'lab'\n\toption network 'lab'\n\toption input 'ACCEPT'\n"


def test_a_zone_told_twice_is_an_error():
    with pytest.raises(ParseError, match=r"^line 10: .* a zone is called 'lab' already"):
        UciParser().access(f"{NETWORK}package firewall\n{ZONE}{ZONE}".replace("\n\toption network 'lab'", "", 2))


def test_a_firewall_without_its_networks_is_an_error():
    with pytest.raises(ParseError, match=r"^line 1: the networks of its zones stand nowhere"):
        UciParser().access(f"package firewall\n{ZONE}")


def test_a_quote_left_open_is_named_and_every_line_looked_at_once():
    text = "package system\nconfig system\n\toption note 'begun\n" + "\toption hostname x\n" * 20_000
    with pytest.raises(ParseError, match=r"^line 3: .*begun"):
        UciParser().access(text)


@pytest.mark.parametrize("said", ["'first\nsecond'", '"first\nsec\\"ond"', "'a'\\''b\nc' # it's said"])
def test_a_value_goes_on_over_lines(said):
    text = f"package system\nconfig system\n\toption note {said}\n\toption hostname 'x'\n"
    assert any("hostname" in line for line in UciParser().lines(text))
