"""Secrets in an IOS configuration that are none of ours: hashes, keys and communities somebody else put there."""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "<redacted>"
_SECRET: Final = re.compile(
    r"""^(?P<before>(?:
        .*\b(?:secret|password)
      | snmp-server\ community
      | snmp-server\ host\ \S+(?:\ (?:traps|informs|vrf\ \S+|version\ (?:1|2c|3)|auth|noauth|priv))*
      | snmp-server\ user\ \S+\ \S+\ v3(?:\ encrypted)?\ auth(?:\ (?:md5|sha|sha-2\ \d+))?
      | .*\b(?:key-string|pre-shared-key(?:\ local|\ remote)?+|set-key\ ascii|wpa-psk\ ascii)
      | .*\b(?:message-digest-key\ \d+|authentication|authentication-key\ \d+)\ (?:md5|text)
      | (?:crypto\ isakmp|\ +pac|\ +|(?:tacacs|radius)-server\b.*)\ ?\bkey
    )\ (?:\d{1,2}\ )?+)(?!<<secret:)\S+(?P<after>.*)$""",
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
_PRIVACY: Final = re.compile(r"^(snmp-server user .* priv (?:aes \d+|3des|des) )(?!<<secret:)\S+", re.MULTILINE)


def redact(text: str) -> str:
    """Exchange every secret that is not a marker of ours for `<redacted>`."""
    text = _SECRET.sub(rf"\g<before>{REDACTED}\g<after>", text)
    return _PRIVACY.sub(rf"\g<1>{REDACTED}", text)
