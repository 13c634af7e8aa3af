"""RouterOS configurations as people write them: menus cut short, and filters beside the firewall, are errors."""

import pytest

from homeroom.errors import ParseError
from homeroom.platforms.ros.parser import RosParser

REFUSED = {
    "/ip fire fil add chain=forward action=drop\n",
    "/ip fir nat\nadd chain=dstnat action=redirect\n",
    "/ip route rule add src-address=10.77.0.0/24 action=drop\n",
    "/interface ethernet switch rule add ports=ether2 switch=switch1\n",
    "/ip ipsec policy add src-address=10.77.0.0/24 dst-address=10.78.0.0/24 action=discard\n",
    "/interface bridge filter add chain=forward action=drop in-interface=ether2\n",
    "/ppp profile add name=HOME incoming-filter=HOMES\n",
    "/interface vlan add vlan-id=77 interface=bridge1\n",
    "/interface bridge add vlan-filtering=yes\n",
    '/interface ethernet\nset "ether2" comment=desk\n',
    '/interface bridge\nset [ find "x" ] pvid=1\n',
    "/interface bridge add name=b vlan-filtering=yes\n/interface bridge port add bridge=b interface=ether2 pvid=x\n",
    "/interface bridge add name=b pvid=x\n/ip address add address=10.77.0.1/24 interface=b\n",
}


@pytest.mark.parametrize("text", sorted(REFUSED))
def test_what_is_not_read_is_named_with_its_line(text):
    with pytest.raises(ParseError, match=r"^line \d+: "):
        RosParser().access(text)


def test_a_narrow_filter_of_a_bridge_is_none_of_ours():
    text = "/interface bridge filter add chain=forward action=drop ip-protocol=udp mac-protocol=ipv6 src-port=547\n"
    assert RosParser().access(text).lists == ()
