"""The NOC's prefixes as each platform writes them: one a line, or both families in a row."""

import fleet
import pytest

from homeroom.audit import places


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("198.51.100.0/24,2001:DB8:FFFF:100::/64", ["198.51.100.0/24", "2001:db8:ffff:100::/64"]),
        (
            "list src_ip '198.51.100.0/24'; list src_ip '2001:db8:ffff:100::/64'; ",
            ["198.51.100.0/24", "2001:db8:ffff:100::/64"],
        ),
        ("198.51.100.7", ["198.51.100.7/32"]),
        ("any", ["any"]),
        ("0.0.0.0/0,any", ["0.0.0.0/0", "any"]),
    ],
)
def test_both_families_in_a_row_are_several_prefixes(text, said):
    assert [*places.parts("noc", text)] == said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("noc4", "198.51.100.0 0.0.0.255", "198.51.100.0/24"),
        ("noc4", "host 198.51.100.7", "198.51.100.7/32"),
        ("noc6", "2001:DB8:FFFF:100::/64", "2001:db8:ffff:100::/64"),
        ("ssids", "staff, guests", "staff, guests"),
        ("mgmt6", "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_any_other_text_is_one_value(name, text, said):
    assert [*places.parts(name, text)] == [said]


def test_the_noc_is_planned_in_both_families_and_the_device_by_its_own_addresses():
    made = fleet.intent("ios", "switch")
    assert places.planned(made, "noc") == places.planned(made, "noc4") | places.planned(made, "noc6")
    assert places.planned(made, "mgmt4") == {made.management.v4}
    assert places.planned(made, "mgmt6") == {made.management.v6}
