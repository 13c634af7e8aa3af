"""Secrets in an IOS configuration that are none of ours: hashes, keys and communities somebody else put there."""

from __future__ import annotations

import re
from typing import Final

from homeroom.redaction import OURS, Mark, exchange, plain
from homeroom.secret import shown7

_SECRET: Final = re.compile(
    rf"""^(?P<before>(?:
        .*\b(?:secret|password)
      | snmp-server\ community
      | snmp-server\ host\ \S+(?:\ (?:traps|informs|vrf\ \S+|version\ (?:1|2c|3)|auth|noauth|priv))*
      | snmp-server\ user\ \S+\ \S+\ v3(?:\ encrypted)?\ auth(?:\ (?:md5|sha-2\ \d+|sha))?+
      | .*\b(?:key-string|pre-shared-key(?:\ local|\ remote)?+|set-key\ ascii|wpa-psk\ ascii)
      | .*\b(?:message-digest-key\ \d+|authentication|authentication-key\ \d+)\ (?:md5|text)
      | (?:crypto\ isakmp|\ +pac|\ +|(?:tacacs|radius)-server\b.*)\ ?\bkey
    )\ (?:\d{{1,2}}\ )?+){OURS}(?P<secret>\S+)(?P<after>.*)$""",
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
_PRIVACY: Final = re.compile(rf"^snmp-server user .* priv (?:aes \d+|3des|des) {OURS}(?P<secret>\S+)", re.MULTILINE)


def redact(text: str, mark: Mark = plain) -> str:
    """Exchange every secret that is not a marker of ours for its mark."""
    text = exchange(_SECRET, text, lambda found: mark(_clear(found)))
    return exchange(_PRIVACY, text, lambda found: mark(found["secret"]))


def _clear(found: re.Match[str]) -> str:
    """Return the secret itself where it is only hidden (type 7): each device hides the same one in another way."""
    hidden = found["before"].endswith(" 7 ") or found["after"].strip() == "7"
    return shown7(found["secret"]) if hidden else found["secret"]
