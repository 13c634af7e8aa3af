"""Prefix against the standard library's ipaddress, and its own refusals."""

import copy
import ipaddress
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.prefix import ANY, BITS, Prefix


@st.composite
def networks(draw):
    family = draw(st.sampled_from((4, 6)))
    length = draw(st.integers(0, BITS[family]))
    first = draw(st.integers(0, (1 << BITS[family]) - 1)) >> (BITS[family] - length) << (BITS[family] - length)
    return ipaddress.ip_network((first, length))


def ours(network):
    return Prefix(network.version, int(network.network_address), network.prefixlen)


@given(networks())
def test_printed_forms_are_those_of_ipaddress(network):
    prefix = ours(network)
    assert prefix == Prefix.parse(str(network))
    assert (prefix.cidr, str(prefix)) == (str(network), str(network))
    assert prefix.network == str(network.network_address)
    assert (prefix.first, prefix.last) == (int(network.network_address), int(network.broadcast_address))
    assert prefix.netmask == (str(network.netmask) if network.version == 4 else "")
    assert prefix.wildcard == (str(network.hostmask) if network.version == 4 else "")
    assert prefix.is_host == (network.num_addresses == 1)
    assert prefix.is_any == (network.prefixlen == 0)


@given(networks(), networks())
def test_containment_and_overlap_are_those_of_ipaddress(one, other):
    same = one.version == other.version
    assert ours(one).contains(ours(other)) == (same and other.subnet_of(one))
    assert ours(one).overlaps(ours(other)) == (same and one.overlaps(other))


@given(networks(), st.integers(-(1 << 130), 1 << 130))
def test_an_address_is_counted_from_either_end_and_never_outside(network, offset):
    size = network.num_addresses
    if -size <= offset < size:
        assert ours(network).address(offset) == str(network[offset])
    else:
        with pytest.raises(ValueError, match="has no address number"):
            ours(network).address(offset)


@given(networks(), st.data())
def test_a_subnet_lies_inside(network, data):
    prefix = ours(network)
    length = data.draw(st.integers(prefix.length, BITS[prefix.family]))
    size = 1 << (BITS[prefix.family] - length)
    number = data.draw(st.integers(0, (1 << (length - prefix.length)) - 1))
    inner = prefix.subnet(number * size, length)
    assert prefix.contains(inner)
    assert inner.length == length


@pytest.mark.parametrize(("offset", "length"), [(0, 7), (1 << 24, 24), (-256, 24)])
def test_a_subnet_outside_is_refused(offset, length):
    with pytest.raises(ValueError, match=rf"10\.0\.0\.0/8 holds no /{length} at {offset}"):
        Prefix.parse("10.0.0.0/8").subnet(offset, length)


def test_a_subnet_off_its_boundary_is_refused():
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/24 has host bits set"):
        Prefix.parse("10.0.0.0/8").subnet(1, 24)


@pytest.mark.parametrize(
    "text",
    ["", "10/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/255.0.0.0", "10.0.0.0/0.255.255.255",
     "010.0.0.0/8", " 10.0.0.0/8", "10.0.0.0/8 ", "fe80::1%eth0", "fe80::%eth0/64", "2001:db8::/129", "1", "x"],
)  # fmt: skip
def test_what_is_no_prefix_is_refused(text):
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 network"):
        Prefix.parse(text)


def test_host_bits_are_refused():
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8 has host bits set"):
        Prefix.parse("10.0.0.1/8")
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8 has host bits set"):
        Prefix(4, (10 << 24) + 1, 8)


@pytest.mark.parametrize(
    ("family", "first", "length"),
    [(4, 0, 33), (4, 0, -1), (5, 0, 0), (4, 1 << 32, 32), (4, -1, 32), (6, 1 << 128, 128), (6, 0, 129)],
)
def test_numbers_that_are_no_network_are_refused(family, first, length):
    with pytest.raises(ValueError, match=f"no network of IPv{family} has first {first} and length {length}"):
        Prefix(family, first, length)


def test_a_bare_address_is_a_host():
    assert Prefix.parse("192.0.2.1").cidr == "192.0.2.1/32"
    assert Prefix.parse("2001:db8::1").cidr == "2001:db8::1/128"


def test_any_holds_everything_of_its_family():
    assert ANY[4].contains(Prefix.parse("255.255.255.255"))
    assert not ANY[4].contains(ANY[6])
    assert not ANY[6].overlaps(ANY[4])


@given(networks())
def test_copies_are_equal_and_hash_alike(network):
    prefix = ours(network)
    for twin in (pickle.loads(pickle.dumps(prefix)), copy.deepcopy(prefix)):
        assert twin == prefix
        assert hash(twin) == hash(prefix)
        assert twin.cidr == prefix.cidr
