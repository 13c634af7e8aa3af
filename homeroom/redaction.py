"""What stands in a text in place of a secret that is none of ours.

With a project's key it is `<redacted:0123456789ab>`: the beginning of HMAC-SHA-256 over the secret, so equal secrets
show as equal and a changed one as changed, and nobody without the key can try guesses. Without a key: `<redacted>`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final, TypeAlias

Mark: TypeAlias = Callable[[str], str]
"""Secret -> what stands in its place."""
PLAIN: Final = "<redacted>"
DIGITS: Final = 12
"""Hexadecimal digits of a mark, 48 bits: among 100,000 secrets two share a mark once in 50,000 nations."""
_FORM: Final = rf"<redacted(?::[0-9a-f]{{{DIGITS}}})?>"
_MARK: Final = re.compile(_FORM)
OURS: Final = rf"""(?!["']?(?:<<secret:|{_FORM}(?![^\s;"'])))"""
"""For a pattern, before a secret: it is a marker or a mark already."""


def plain(_: str) -> str:
    """Return the mark that says nothing of the secret."""
    return PLAIN


def keyed(key: str) -> Mark:
    """Return what marks by this key."""
    start = hmac.new(key.encode(), digestmod=hashlib.sha256)

    def mark(secret: str) -> str:
        one = start.copy()
        one.update(secret.encode("utf-8", "surrogatepass"))
        return f"<redacted:{one.hexdigest()[:DIGITS]}>"

    return mark


def marked(text: str) -> bool:
    """Tell whether a text holds a mark of either form."""
    return "<redacted" in text and _MARK.search(text) is not None


def unkeyed(text: str) -> str:
    """Return a text with every mark in the form that says nothing of the secret."""
    return _MARK.sub(PLAIN, text) if "<redacted:" in text else text


def exchange(pattern: re.Pattern[str], text: str, said: Callable[[re.Match[str]], str]) -> str:
    """Exchange group `secret` of each match for what is `said` of it."""

    def one(found: re.Match[str]) -> str:
        whole, at = found.group(), found.start()
        first, last = found.span("secret")
        return whole[: first - at] + said(found) + whole[last - at :]

    return pattern.sub(one, text)
