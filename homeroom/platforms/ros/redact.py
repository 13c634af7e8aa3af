"""Secrets in a RouterOS export that are none of ours: passwords, keys and passphrases somebody else put there."""

from __future__ import annotations

import re
from typing import Final

from homeroom.redaction import OURS, Mark, exchange, plain

_SECRET: Final = re.compile(
    rf"""(?P<name>(?<=\s)(?:
        [\w.-]*(?:password|passphrase|secret|secrets|passwd|psk)
      | [\w.-]*(?:private|preshared|pre-shared|authentication|encryption|wpa2?|tcp-md5|auth|api)-key
      | key
    )=){OURS}(?P<secret>"(?:\\.|[^"\\])+"|[^\s";]+)""",
    re.VERBOSE,
)
_COMMUNITY: Final = re.compile(rf"^/snmp community (?:add|set)\b.* name={OURS}(?P<secret>\S+).*$", re.MULTILINE)


def redact(text: str, mark: Mark = plain) -> str:
    """Exchange every secret that is not a marker of ours for its mark."""
    text = exchange(_SECRET, text, lambda found: mark(_clear(found["secret"])))
    return exchange(_COMMUNITY, text, lambda found: _community(found, mark))


def _community(found: re.Match[str], mark: Mark) -> str:
    """Hide the name of a community without security: it is the password; with security it is a user's name."""
    line = found.group()
    named = "security=authorized" in line or "security=private" in line
    return found["secret"] if named else mark(_clear(found["secret"]))


def _clear(value: str) -> str:
    """Return the secret itself, without quotes."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
