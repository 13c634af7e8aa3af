"""Secrets in a Junos configuration that are none of ours: hashes, keys and communities somebody else put there."""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "<redacted>"
_VALUE: Final = r'(?:"(?:[^"\\]|\\.)*"|[^\s;]+)'
_SECRET: Final = re.compile(
    rf"""^(?P<before>\s*(?:.*\s)?(?:
        authentication-key\s\d+(?:\s.*)?\svalue
      | (?:encrypted|plain-text|authentication|privacy|simple|shared|chap)-(?:password|key|secret|password-value)
      | secret | pre-shared-key\s(?:ascii-text|hexadecimal) | ascii-text
      | (?:md5\s\d+\s)?key(?=\s"\$9\$)
    )\s)(?!"?<<secret:){_VALUE}""",
    re.MULTILINE | re.VERBOSE,
)
_MARKED: Final = re.compile(
    rf'^(?P<before>.*\s)(?!"?<<secret:|"?<redacted>){_VALUE}(?P<after>;\s*\#\#\sSECRET-DATA)$', re.MULTILINE
)
"""Junos itself marks what is secret."""
_HINT: Final = re.compile(r"key|password|secret|ascii-text|SECRET-DATA")
"""A line without one of these words holds no secret: most lines are not looked at twice."""
_SNMP: Final = re.compile(r"^snmp \{\n.*?^\}", re.MULTILINE | re.DOTALL)
_COMMUNITY: Final = re.compile(rf"^(\s+community )(?!\"?<<secret:){_VALUE}(?= \{{|;)", re.MULTILINE)


def redact(text: str) -> str:
    """Exchange every secret that is not a marker of ours for `<redacted>`."""
    text = "\n".join(_line(line) if _HINT.search(line) else line for line in text.split("\n"))
    return _SNMP.sub(lambda found: _COMMUNITY.sub(rf"\g<1>{REDACTED}", found.group()), text)


def _line(line: str) -> str:
    line = _SECRET.sub(rf"\g<before>{REDACTED}", line)
    return _MARKED.sub(rf"\g<before>{REDACTED}\g<after>", line)
