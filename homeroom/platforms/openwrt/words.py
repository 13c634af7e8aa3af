"""How OpenWrt's UCI says what the intent holds: the filters of templates/openwrt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeroom.errors import RenderError
from homeroom.prefix import Prefix
from homeroom.taint import clean

WIDTH: Final[Mapping[str, str]] = {"2g": "HE20", "5g": "HE40", "6g": "HE80"}
"""Channel width by band: 20 MHz where three channels must do, 40 MHz in classrooms, 80 MHz where there is room."""
ENCRYPTION: Final[Mapping[str, str]] = {"enterprise": "wpa3-mixed", "owe": "owe"}
PMF: Final[Mapping[str, int]] = {"enterprise": 1, "owe": 2}
"""Management frame protection: 1 wanted, 2 demanded (RFC 8110 demands it)."""


def _one(table: Mapping[str, str | int], word: str, what: str) -> str | int:
    if word not in table:
        raise RenderError(f"OpenWrt has no {what} called {clean(word, what)}; it has {', '.join(table)}")
    return table[word]


def width(band: str) -> str | int:
    """Print the `htmode` of a band."""
    return _one(WIDTH, band, "band")


def encryption(security: str) -> str | int:
    """Print the `encryption` of a kind of security."""
    return _one(ENCRYPTION, security, "security")


def pmf(security: str) -> str | int:
    """Print `ieee80211w`."""
    return _one(PMF, security, "security")


def phy(radio: str) -> str:
    """Print the kernel's name of a radio: radio0 is phy0."""
    if not radio.startswith("radio"):
        raise RenderError(f"OpenWrt calls its radios radio0, radio1, not {clean(radio, 'radio')}")
    return "phy" + radio.removeprefix("radio")


def cidr(prefix: Prefix) -> str:
    """Print a prefix with its length."""
    return prefix.cidr


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "cidr": cidr,
    "encryption": encryption,
    "phy": phy,
    "pmf": pmf,
    "width": width,
}
