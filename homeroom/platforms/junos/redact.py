"""Secrets in a Junos configuration that are none of ours: hashes, keys and communities somebody else put there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from homeroom.platforms.junos.veil import unveil
from homeroom.redaction import OURS, Mark, exchange, plain

_VALUE: Final = OURS + r'(?P<secret>"(?:[^"\\]|\\.)*"|[^\s;]+)'
_SECRET: Final = re.compile(
    rf"""^(?P<before>\s*(?:.*\s)?(?:
        authentication-key\s\d+(?:\s.*)?\svalue
      | (?:encrypted|plain-text|authentication|privacy|simple|shared|chap)
        -(?:password|key(?!\s\d+\s)|secret|password-value)
      | secret | pre-shared-key\s(?:ascii-text|hexadecimal) | ascii-text
      | (?:md5\s\d+\s)?key(?=\s"\$9\$)
    )\s){_VALUE}""",
    re.MULTILINE | re.VERBOSE,
)
_MARKED: Final = re.compile(rf"^.*\s{_VALUE}(?P<after>;\s*\#\#\sSECRET-DATA)$", re.MULTILINE)
"""Junos itself marks what is secret."""
_HINT: Final = re.compile(r"key|password|secret|ascii-text|SECRET-DATA")
"""A line without one of these words holds no secret: most lines are not looked at twice."""
_SNMP: Final = re.compile(r"^snmp \{\n.*?^\}", re.MULTILINE | re.DOTALL)
_COMMUNITY: Final = re.compile(rf"^\s+community {_VALUE}(?= \{{|;)", re.MULTILINE)


def redact(text: str, mark: Mark = plain) -> str:
    """Exchange every secret that is not a marker of ours for its mark."""

    def said(found: re.Match[str]) -> str:
        return mark(_clear(found["secret"]))

    lines = (_line(line, said) if _HINT.search(line) else line for line in text.split("\n"))
    return _SNMP.sub(lambda found: exchange(_COMMUNITY, found.group(), said), "\n".join(lines))


def _line(line: str, said: Callable[[re.Match[str]], str]) -> str:
    return exchange(_MARKED, exchange(_SECRET, line, said), said)


def _clear(value: str) -> str:
    """Return the secret itself, without quotes; what is only hidden (`$9$`) is hidden in another way each time."""
    bare = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    try:
        return unveil(bare)
    except ValueError:
        return bare
