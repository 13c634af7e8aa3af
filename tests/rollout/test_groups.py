"""Grouping: the same change at 40 sites is one group; what reaches for another's address is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.prefix import Prefix
from homeroom.rollout.groups import group
from homeroom.rollout.risk import touched
from homeroom.rollout.shape import Block, Own, shape


def own(number: int) -> Own:
    """Return the values of site `number`, whose blocks grow with the number so that masks differ."""
    length = 24 - number % 3
    student = Prefix(4, (10 << 24) + (number << 16), length)
    student6 = Prefix.parse(f"2001:db8:{number:x}:10::/64")
    host = Prefix(4, student.first + 5, 32)
    site = Prefix(4, (10 << 24) + (number << 16), 16)
    return Own(
        blocks=(
            Block("self4", host, student),
            Block("student4", student, student),
            Block("student6", student6, student6),
            Block("site4", site, site),
        ),
        names={f"s{number}-rtr1": "device", f"Escuela {number}": "site name", f"Gi0/{number}": "port"},
    )


def diff(number: int, *, resolver: str = "10.255.0.53") -> str:
    values = own(number)
    student = values.blocks[1].net
    return (
        f"+hostname s{number}-rtr1\n"
        f"interface Gi0/{number}\n"
        f" -description was {number}\n"
        f" +description Escuela {number}, sala {number * 7}\n"
        "interface Vlan10\n"
        f" +ip address {student.address(5)} {student.netmask}\n"
        f" +ipv6 address 2001:DB8:{number:X}:10::1/64\n"
        f"+ip dhcp excluded-address {student.address(1)}\n"
        "ip access-list extended STUDENT-IN\n"
        f" +10 permit udp {student.network} {student.wildcard} host {resolver} eq 53\n"
        " +20 deny ip any 10.0.0.0 0.255.255.255\n"
    )


def test_the_same_change_at_every_site_is_one_group():
    groups = group((f"s{n}-rtr1", diff(n), own(n)) for n in range(1, 41))
    assert len(groups) == 1
    assert groups[0].devices == tuple(f"s{n}-rtr1" for n in range(1, 41))
    assert groups[0].diff == diff(1)


def test_the_shape_says_what_stands_where():
    assert shape(diff(3), own(3)) == (
        "+hostname <device>\n"
        "+ip dhcp excluded-address <student4+1>\n"
        "interface <port>\n -description <text>\n +description <text>\n"
        "interface Vlan10\n +ip address <self4+0/>\n +ipv6 address <student6+1/>\n"
        "ip access-list extended STUDENT-IN\n"
        " +10 permit udp <student4+0/> host 10.255.0.53 eq 53\n"
        " +20 deny ip any 10.0.0.0 0.255.255.255"
    )


def test_an_address_that_is_not_the_devices_own_stands_out():
    diffs = [(f"s{n}", diff(n), own(n)) for n in range(1, 10)]
    diffs[4] = ("s5", diff(5, resolver="203.0.113.9"), own(5))
    groups = group(diffs)
    assert [one.devices for one in groups] == [("s1", "s2", "s3", "s4", "s6", "s7", "s8", "s9"), ("s5",)]
    assert "203.0.113.9" in groups[1].shape


def test_another_sites_address_stands_out_too():
    groups = group([("s1", diff(1), own(1)), ("s2", diff(1), own(2))])
    assert len(groups) == 2


def test_sections_that_are_alike_count_once_whatever_their_order():
    values = Own((), {"Gi0/1": "port", "Gi0/2": "port"})
    one = "interface Gi0/1\n +shutdown\n"
    two = "interface Gi0/1\n +shutdown\ninterface Gi0/2\n +shutdown\n"
    assert shape(one, values) == shape(two, values) == "interface <port>\n +shutdown"


def test_the_order_inside_a_section_counts():
    a, b = "ip access-list extended X\n +10 permit\n +20 deny\n", "ip access-list extended X\n +20 deny\n +10 permit\n"
    assert len(group([("a", a, Own((), {})), ("b", b, Own((), {}))])) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+ip route 0.0.0.0 0.0.0.0 10.1.0.9", "+ip route 0.0.0.0 0.0.0.0 <student4+9>"),
        ("+network 10.1.0.0 255.0.0.0", "+network 10.1.0.0 255.0.0.0"),
        ("+network 10.1.0.0 255.255.254.0", "+network <student4+0/>"),
        ("+range 10.1.0.7 10.1.0.8", "+range <student4+7> <student4+8>"),
        ("+version 999.1.2.3", "+version 999.1.2.3"),
        ("+x 10.1.0.1.5", "+x 10.1.0.1.5"),
        ("+mac 00:11:22:33:44:55:66", "+mac 00:11:22:33:44:55:66"),
        ("+x 10.1.200.1 255.255.0.0", "+x <site4+c801/>"),
        ("+x 2001:DB8:1:10::/64 y", "+x <student6+0/> y"),
        ("+x 2001:DB8:1:10::/41 y", "+x 2001:DB8:1:10::/41 y"),
        ("+s1-rtr10 and s1-rtr1", "+s1-rtr10 and <device>"),
    ],
)
def test_single_lines(line, expected):
    assert shape(line, own(1)) == expected


def test_groups_are_sorted_by_size_then_name():
    plain = Own((), {})
    groups = group([("z", "+a", plain), ("b", "+b", plain), ("c", "+c", plain), ("d", "+c", plain)])
    assert [one.devices for one in groups] == [("c", "d"), ("b",), ("z",)]


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=40)), max_size=20))
def test_every_device_is_in_exactly_one_group(pairs):
    diffs = [(f"{n}{name}", text, own(1)) for n, (name, text) in enumerate(pairs)]
    members = [device for one in group(diffs) for device in one.devices]
    assert sorted(members) == sorted(name for name, _, _ in diffs)


FEATURES = {
    "identity": "hostname a\n",
    "segmentation": "interface Vlan10\n ip address 10.0.0.1 255.0.0.0\n",
    "dns": "interface Vlan10\n ipv6 nd ra dns server 2001:db8::53\nip dhcp pool X\n lease 1\n",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+hostname a\n", ("identity",)),
        ("-hostname b\n", ("identity",)),
        ("interface Vlan10\n -ip address 10.0.0.9 255.0.0.0\n", ("segmentation",)),
        ("interface Vlan10\n +ipv6 nd ra dns server 2001:db8::53\n", ("dns",)),
        ("-ip route 0.0.0.0 0.0.0.0 Null0\nip dhcp pool X\n +lease 1\n", ("dns", "other")),
        ("-interface Vlan10\n -ip address 10.0.0.9 255.0.0.0\n", ("segmentation",)),
        ("interface Vlan10\n", ()),
    ],
)
def test_the_features_that_change_are_named(text, expected):
    assert touched(text, FEATURES) == expected
