"""One name of a list: to its A-label form, or the reason why it is refused."""

from __future__ import annotations

import functools
import re
from typing import Final

import idna
from publicsuffixlist import PublicSuffixList

LONGEST: Final = 230
"""A response policy zone adds its own name (at most 20 characters), a star and dots; RFC 1035 allows 253."""
_plain: Final = re.compile(
    r"(?=[^.]*\.)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
).fullmatch
"""Two labels or more (RFC 1035, 2.3.1, with the underscore of service names); the last begins with a letter."""
_address: Final = re.compile(r"(?:\d+\.){3}\d+|[0-9a-f:]*:[0-9a-f:.]*").fullmatch


class Refused(ValueError):
    """The name cannot stand in a list; the message says why."""


@functools.cache
def suffixes() -> PublicSuffixList:
    """Return the public suffix list, registries and those who let names to others (https://publicsuffix.org)."""
    return PublicSuffixList(accept_unknown=False)


def normal(text: str) -> str:
    """Return a name in small A-label form without the dot at its end; raise Refused with the reason."""
    name = text.lower().removesuffix(".")
    if not name.isascii():
        name = _a_label(name)
    if not _plain(name):
        raise Refused(_why(name))
    if len(name) > LONGEST:
        raise Refused(f"has {len(name)} characters, {LONGEST} is the most")
    if name.count(".") < 4 and suffixes().is_public(name):
        raise Refused("is a public suffix: it would refuse everybody below it")
    return name


def _a_label(name: str) -> str:
    try:
        return idna.encode(name, uts46=True, transitional=False).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise Refused(f"is no internationalised name: {error}") from error


def _why(name: str) -> str:
    if _address(name):
        return "is an address: bring those with `homeroom lists endpoints`"
    if "." not in name:
        return "is a single label"
    return "is no domain name"
