"""Which class of line an uplink is: the words of Giga's `connectivity_type_govt`, and four classes of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeroom.policy.model import Line

_CLASSES: Final[Mapping[str, Line]] = {
    "fiber": "fibre",
    "fibre": "fibre",
    "xdsl": "dsl",
    "dsl": "dsl",
    "copper": "dsl",
    "coaxial": "dsl",
    "cellular": "radio",
    "p2mp wireless": "radio",
    "p2p wireless": "radio",
    "microwave": "radio",
    "satellite": "satellite",
    "leo satellite": "satellite",
}


def line_class(link: str) -> Line:
    """Return the class of a link; what nobody knows is treated as the slow wire it most often is."""
    return _CLASSES.get(link.strip().lower(), "dsl")
