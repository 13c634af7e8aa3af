"""Secrets in an EOS configuration that are none of ours: hashes, keys and communities somebody else put there."""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "<redacted>"
_SECRET: Final = re.compile(
    r"""^(?P<before>\s*(?:
        (?:username|aaa\ root|enable)\b.*\b(?:secret|password)\ (?:(?:0|5|7|8a|sha512)\ )?+
      | snmp-server\ community[ ]
      | snmp-server\ host\ \S+(?:\ vrf\ \S+)?(?:\ (?:traps|informs))?(?:\ version\ (?:1|2c|3\ \S+))?[ ]
      | snmp-server\ user\ \S+\ \S+\ v3(?:\ localized\ \S+)?\ auth\ \S+[ ]
      | (?:radius|tacacs|ldap)-server\b.*\bkey\ (?:(?:0|7|8a)\ )?+
      | ntp\ authentication-key\ \d+\ \S+\ (?:(?:0|7|8a)\ )?+
      | .*\b(?:password|key|passphrase|shared-secret)\ (?:0|7|8a)[ ]
      | neighbor\ \S+\ password\ (?:(?:0|7|8a)\ )?+
    ))(?!<<secret:)\S+""",
    re.MULTILINE | re.VERBOSE,
)
_PRIVACY: Final = re.compile(r"^(snmp-server user .* priv \S+ )(?!<<secret:)\S+", re.MULTILINE)


def redact(text: str) -> str:
    """Exchange every secret that is not a marker of ours for `<redacted>`."""
    return _PRIVACY.sub(rf"\g<1>{REDACTED}", _SECRET.sub(rf"\g<before>{REDACTED}", text))
