import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.lab.ios.words import interface, rank, reader, short, split, vlan_ids, vlan_text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("gi0/0/1", "GigabitEthernet0/0/1"),
        ("GigabitEthernet 0/0/1", "GigabitEthernet0/0/1"),
        ("te1/1/4", "TenGigabitEthernet1/1/4"),
        ("vlan 10", "Vlan10"),
        ("vl10", "Vlan10"),
        ("lo0", "Loopback0"),
        ("po1", "Port-channel1"),
        ("tw1/0/1", "TwoGigabitEthernet1/0/1"),
        ("gi0/0/0.20", "GigabitEthernet0/0/0.20"),
    ],
)
def test_interface_names_are_printed_in_full(typed, printed):
    assert interface(typed) == (len(typed), printed)


@pytest.mark.parametrize("typed", ["", "10", "xx0/1", "gi", "t0", "vlan ten", "gi0/0/x"])
def test_what_is_no_interface_is_none(typed):
    assert interface(typed) is None


def test_names_are_split_shortened_and_ranked_as_ios_lists_them():
    assert split("GigabitEthernet0/1/2") == ("GigabitEthernet", "0/1/2")
    assert short("GigabitEthernet0/1/2") == "Gi0/1/2"
    names = ["Vlan99", "GigabitEthernet0/1/10", "GigabitEthernet0/1/9", "Loopback0", "Odd7", "Vlan9"]
    assert sorted(names, key=rank) == [
        "Loopback0",
        "GigabitEthernet0/1/9",
        "GigabitEthernet0/1/10",
        "Vlan9",
        "Vlan99",
        "Odd7",
    ]


@given(st.sets(st.integers(1, 4094)))
def test_a_vlan_list_printed_and_read_is_the_same(ids):
    assert vlan_ids(vlan_text(ids)) == ids


def test_vlan_lists_join_three_and_more_neighbours():
    assert vlan_text([30, 10, 20, 31, 32, 21]) == "10,20,21,30-32"
    assert vlan_text([]) == "none"


@pytest.mark.parametrize("text", ["0", "4095", "20-10", "1-9999"])
def test_a_vlan_out_of_range_is_refused(text):
    with pytest.raises(ValueError, match=r"\d"):
        vlan_ids(text)
    assert reader("VLANS")(text) is None


@pytest.mark.parametrize(
    ("kind", "text", "printed"),
    [
        ("WORD", "abc def", "abc"),
        ("LINE", "abc  def ", "abc  def"),
        ("A.B.C.D", "10.0.0.1 x", "10.0.0.1"),
        ("MASK", "255.255.254.0", "255.255.254.0"),
        ("X:X::X", "2001:DB8::a", "2001:DB8::A"),
        ("X:X::X/N", "2001:db8::1/64", "2001:DB8::1/64"),
        ("H.H.H", "00AA.bbcc.0011", "00aa.bbcc.0011"),
        ("VLANS", "10, 20-22", "10,20-22"),
        ("<1-10>", "007", "7"),
    ],
)
def test_each_kind_of_word_is_printed_as_ios_prints_it(kind, text, printed):
    assert reader(kind)(text)[1] == printed


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("A.B.C.D", "10.0.0.256"),
        ("A.B.C.D", "10.0.0"),
        ("MASK", "255.0.255.0"),
        ("MASK", "x"),
        ("X:X::X", "10.0.0.1"),
        ("X:X::X", "2001:::1"),
        ("X:X::X/N", "2001:db8::1"),
        ("X:X::X/N", "2001:db8::1/129"),
        ("X:X::X/N", "zz::1/64"),
        ("X:X::X/N", "2001:db8::1/x"),
        ("H.H.H", "00aa.bbcc"),
        ("VLANS", "ten"),
        ("<1-10>", "11"),
        ("<1-10>", "x"),
        ("WORD", ""),
    ],
)
def test_a_word_of_another_kind_is_none(kind, text):
    assert reader(kind)(text) is None


def test_a_keyword_has_no_reader():
    assert reader("shutdown") is None
