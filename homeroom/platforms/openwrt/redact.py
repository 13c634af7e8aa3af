"""Secrets in UCI text that are none of ours: keys, passphrases and passwords somebody else put there."""

from __future__ import annotations

import re
import shlex
from typing import Final

from homeroom.redaction import OURS, Mark, exchange, plain

_NAMES: Final = (
    r"key\d?|sae_password|wps_pin|auth_secret|acct_secret|dae_secret|priv_key_pwd|private_key|preshared_key"
    r"|password|passwd|passphrase|secret|pincode|wpa_psk|community|token|psk"
)
_OPTION: Final = re.compile(
    rf"""^(?P<before>[ \t]*(?:option|list)[ \t]+['"]?(?:{_NAMES})['"]?[ \t]+)"""
    rf"""{OURS}(?P<secret>\S.*)$""",
    re.MULTILINE | re.IGNORECASE,
)
_HOSTAPD: Final = re.compile(
    r"^(?P<before>.*\b(?:auth_server_shared_secret|acct_server_shared_secret|wpa_passphrase|wpa_psk|sae_password)=)"
    rf"{OURS}(?P<secret>[^'\"\n]+)",
    re.MULTILINE,
)


def redact(text: str, mark: Mark = plain) -> str:
    """Exchange every secret that is not a marker of ours for its mark."""
    text = exchange(_OPTION, text, lambda found: f"'{mark(_clear(found['secret']))}'")
    return exchange(_HOSTAPD, text, lambda found: mark(found["secret"]))


def _clear(value: str) -> str:
    """Return the secret itself, without quotes and what is remarked behind it."""
    try:
        return shlex.split(value, comments=True)[0]
    except (ValueError, IndexError):
        return value
