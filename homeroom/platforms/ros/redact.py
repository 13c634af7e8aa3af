"""Secrets in a RouterOS export that are none of ours: passwords, keys and passphrases somebody else put there."""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "<redacted>"
_SECRET: Final = re.compile(
    r"""(?P<name>(?<=\s)(?:
        [\w.-]*(?:password|passphrase|secret|secrets|passwd|psk)
      | [\w.-]*(?:private|preshared|pre-shared|authentication|encryption|wpa2?|tcp-md5|auth|api)-key
      | key
    )=)(?!<<secret:)(?:"(?:\\.|[^"\\])+"|[^\s";]+)""",
    re.VERBOSE,
)
_COMMUNITY: Final = re.compile(
    r"^(?P<before>/snmp community (?:add|set)\b.* name=)(?P<name>\S+)(?P<after>.*)$", re.MULTILINE
)


def redact(text: str) -> str:
    """Exchange every secret that is not a marker of ours for `<redacted>`."""
    text = _SECRET.sub(rf"\g<name>{REDACTED}", text)
    return _COMMUNITY.sub(_community, text)


def _community(found: re.Match[str]) -> str:
    """Hide the name of a community without security: it is the password; with security it is a user's name."""
    line = found.group()
    if "security=authorized" in line or "security=private" in line or found["name"].startswith("<<secret:"):
        return line
    return f"{found['before']}{REDACTED}{found['after']}"
