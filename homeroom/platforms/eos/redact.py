"""Secrets in an EOS configuration that are none of ours: hashes, keys and communities somebody else put there."""

from __future__ import annotations

import re
from typing import Final

from homeroom.redaction import OURS, Mark, exchange, plain
from homeroom.secret import shown7

_SECRET: Final = re.compile(
    rf"""^(?P<before>\s*(?:
        (?:username|aaa\ root|enable)\b.*\b(?:secret|password)\ (?:(?:0|5|7|8a|sha512)\ )?+
      | snmp-server\ community[ ]
      | snmp-server\ host\ \S+(?:\ vrf\ \S+)?(?:\ (?:traps|informs))?(?:\ version\ (?:1|2c|3\ \S+))?[ ]
      | snmp-server\ user\ \S+\ \S+\ v3(?:\ localized\ \S+)?\ auth\ \S+[ ]
      | (?:radius|tacacs|ldap)-server\b.*\bkey\ (?:(?:0|7|8a)\ )?+
      | ntp\ authentication-key\ \d+\ \S+\ (?:(?:0|7|8a)\ )?+
      | .*\b(?:password|key|passphrase|shared-secret)\ (?:0|7|8a)[ ]
      | neighbor\ \S+\ password\ (?:(?:0|7|8a)\ )?+
    )){OURS}(?P<secret>\S+)""",
    re.MULTILINE | re.VERBOSE,
)
_PRIVACY: Final = re.compile(rf"^snmp-server user .* priv \S+ {OURS}(?P<secret>\S+)", re.MULTILINE)


def redact(text: str, mark: Mark = plain) -> str:
    """Exchange every secret that is not a marker of ours for its mark."""
    text = exchange(_SECRET, text, lambda found: mark(_clear(found)))
    return exchange(_PRIVACY, text, lambda found: mark(found["secret"]))


def _clear(found: re.Match[str]) -> str:
    """Return the secret itself where it is only hidden (type 7): each device hides the same one in another way."""
    return shown7(found["secret"]) if found["before"].endswith(" 7 ") else found["secret"]
