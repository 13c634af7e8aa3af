"""Secrets in UCI text that are none of ours: keys, passphrases and passwords somebody else put there."""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "<redacted>"
_NAMES: Final = (
    r"key\d?|sae_password|wps_pin|auth_secret|acct_secret|dae_secret|priv_key_pwd|private_key|preshared_key"
    r"|password|passwd|passphrase|secret|pincode|wpa_psk|community|token|psk"
)
_OPTION: Final = re.compile(
    rf"""^(?P<before>[ \t]*(?:option|list)[ \t]+['"]?(?:{_NAMES})['"]?[ \t]+)"""
    r"""(?!['"]?(?:<<secret:|<redacted>|$))\S.*$""",
    re.MULTILINE | re.IGNORECASE,
)
_HOSTAPD: Final = re.compile(
    r"^(?P<before>.*\b(?:auth_server_shared_secret|acct_server_shared_secret|wpa_passphrase|wpa_psk|sae_password)=)"
    r"(?!<<secret:|<redacted>)[^'\"\n]+",
    re.MULTILINE,
)


def redact(text: str) -> str:
    """Exchange every secret that is not a marker of ours for `<redacted>`."""
    text = _OPTION.sub(rf"\g<before>'{REDACTED}'", text)
    return _HOSTAPD.sub(rf"\g<before>{REDACTED}", text)
