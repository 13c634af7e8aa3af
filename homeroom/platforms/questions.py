"""What is checked of a question before a device sees any of it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from typing import Final

from homeroom.platforms.box import Question

_NAME: Final = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\Z")


def checked(question: Question) -> Question:
    """Return the question with its addresses in their shortest form; ValueError says what it must not be.

    A scope (`fe80::1%eth0`) is refused: what stands behind the `%` may be any text.
    """
    address = _address(question.address)
    if question.kind == "name" and not _NAME.match(question.name):
        raise ValueError(f"{question.name!r} is no host name")
    source = _address(question.source) if question.source else None
    if source is not None and source.version != address.version:
        raise ValueError(f"{source} cannot ask {address}: one is IPv4, the other IPv6")
    return replace(question, address=str(address), source=str(source or ""))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        raise ValueError(f"{text!r} has a scope")
    return address
