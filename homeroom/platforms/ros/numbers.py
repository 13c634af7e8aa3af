"""Numbers and names that RouterOS and the policy call differently. Sources: IANA registries, the vendor's manual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeroom.policy.model import Day, Family

DAYS: Final[tuple[Day, ...]] = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""As RouterOS orders them."""
ICMP: Final[Mapping[Family, Mapping[str, tuple[int, int, int]]]] = {
    4: {
        "echo-reply": (0, 0, 255),
        "unreachable": (3, 0, 255),
        "packet-too-big": (3, 4, 4),
        "echo": (8, 0, 255),
        "time-exceeded": (11, 0, 255),
        "parameter-problem": (12, 0, 255),
    },
    6: {
        "unreachable": (1, 0, 255),
        "packet-too-big": (2, 0, 255),
        "time-exceeded": (3, 0, 255),
        "parameter-problem": (4, 0, 255),
        "echo-request": (128, 0, 255),
        "echo-reply": (129, 0, 255),
        "router-solicitation": (133, 0, 255),
        "router-advertisement": (134, 0, 255),
        "nd-ns": (135, 0, 255),
        "nd-na": (136, 0, 255),
    },
}
"""The policy's word -> type, first code, last code (RFC 792, RFC 4443, RFC 4861)."""
SINGLE_CODE: Final[Mapping[Family, frozenset[int]]] = {
    4: frozenset({0, 8}),
    6: frozenset({2, 128, 129, *range(133, 137)}),
}
"""Types that have no code but 0: who says `8:0` means all there is."""
_NAMED: Final = {
    "igmp": "2", "ipencap": "4", "egp": "8", "ipv6-encap": "41", "gre": "47", "ipsec-esp": "50", "ipsec-ah": "51",
    "ospf": "89", "ipip": "94", "encap": "98", "pim": "103", "vrrp": "112", "l2tp": "115", "sctp": "132",
    "udp-lite": "136",
}  # fmt: skip
NUMBERS: Final[Mapping[Family, Mapping[str, str]]] = {
    4: {"tcp": "tcp", "udp": "udp", "icmp": "icmp", "icmpv6": "58", **_NAMED},
    6: {"tcp": "tcp", "udp": "udp", "icmpv6": "icmp", "icmp": "1", **_NAMED},
}
"""RouterOS's word for a protocol -> the policy's: a word of its own, or the number."""
PROTOCOLS: Final[Mapping[Family, Mapping[str, str]]] = {
    4: {number: name for name, number in NUMBERS[4].items()},
    6: {number: name for name, number in NUMBERS[6].items()},
}
"""The other way."""
DSCP: Final[Mapping[str, int]] = {
    "default": 0,
    "ef": 46,
    **{f"cs{n}": 8 * n for n in range(1, 8)},
    **{f"af{c}{d}": 8 * c + 2 * d for c in range(1, 5) for d in range(1, 4)},
}
COUNTRIES: Final[Mapping[str, str]] = {
    "AL": "Albania", "AM": "Armenia", "AR": "Argentina", "AT": "Austria", "AU": "Australia", "AZ": "Azerbaijan",
    "BE": "Belgium", "BG": "Bulgaria", "BO": "Bolivia", "BR": "Brazil", "BY": "Belarus", "CA": "Canada",
    "CH": "Switzerland", "CL": "Chile", "CO": "Colombia", "CR": "Costa Rica", "CY": "Cyprus",
    "CZ": "Czech", "DE": "Germany", "DK": "Denmark", "EC": "Ecuador", "EE": "Estonia", "EG": "Egypt", "ES": "Spain",
    "FI": "Finland", "FR": "France", "GB": "United Kingdom", "GE": "Georgia", "GR": "Greece", "GT": "Guatemala",
    "HR": "Croatia", "HU": "Hungary", "ID": "Indonesia", "IE": "Ireland", "IN": "India", "IS": "Iceland",
    "IT": "Italy", "JP": "Japan", "KE": "Kenya", "KG": "Kyrgyzstan", "KZ": "Kazakhstan", "LT": "Lithuania",
    "LU": "Luxembourg", "LV": "Latvia", "MA": "Morocco", "MD": "Moldova", "ME": "Montenegro", "MK": "Macedonia",
    "MT": "Malta", "MX": "Mexico", "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PE": "Peru",
    "PH": "Philippines", "PL": "Poland", "PT": "Portugal", "PY": "Paraguay", "RO": "Romania", "RS": "Serbia",
    "SE": "Sweden", "SI": "Slovenia", "SK": "Slovakia", "TH": "Thailand", "TN": "Tunisia", "TR": "Turkey",
    "UA": "Ukraine", "US": "United States", "UY": "Uruguay", "UZ": "Uzbekistan", "VN": "Vietnam",
    "ZA": "South Africa",
}  # fmt: skip
"""ISO 3166 -> the name in RouterOS's list of regulatory domains (`/interface/wifi/info country-info`)."""
