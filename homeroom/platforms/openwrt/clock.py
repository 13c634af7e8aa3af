"""The time zone as the C library of OpenWrt takes it: a POSIX TZ string, which stands at the end of each zone's file.

Source: RFC 8536, section 3.3 (the footer); POSIX.1-2017, section 8.3; OpenWrt user guide, System configuration.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Final

from homeroom.errors import RenderError
from homeroom.taint import clean

_NUMBERED: Final = re.compile(r"<[^>]*>")
STANDARD, SUMMER = "LCL", "LCS"
"""What a zone without letters of its own (`<-03>3`) is called: brackets are not printed, and any three letters do."""


@lru_cache(maxsize=64)
def posix(zone: str) -> str:
    """Print an IANA zone (`Europe/Belgrade`) as a POSIX TZ string; RenderError when there is none of that name."""
    parts = PurePosixPath(clean(zone, "timezone")).parts
    place = resources.files("tzdata").joinpath("zoneinfo")
    for part in parts:
        place = place.joinpath(part)
    if not parts or ".." in parts or not place.is_file():
        raise RenderError(f"no time zone is called {zone}")
    footer = place.read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")
    names = iter((STANDARD, SUMMER))
    return _NUMBERED.sub(lambda _: next(names), footer)
