"""SSH as older IOS images speak it, when HOMEROOM_LAB_SSH is `legacy`: dh-group14, an RSA host key, aes256-ctr.

The key is one for all devices of a lab process, and a new one each time: making one takes as long as serving fifty
logins, and what is measured with it is the cost of the exchange.
"""

# asyncssh types a keyword of its key generator as unknown
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
from functools import cache
from typing import Any, Final

import asyncssh

_ALGORITHMS: Final = {
    "kex_algs": ["diffie-hellman-group14-sha256"],
    "encryption_algs": ["aes256-ctr"],
    "mac_algs": ["hmac-sha2-256"],
    "signature_algs": ["rsa-sha2-256", "rsa-sha2-512", "ssh-rsa"],
}


def options() -> dict[str, Any]:
    """Return what the SSH servers of the lab are to speak instead of the usual; empty unless asked for."""
    return _options(os.environ.get("HOMEROOM_LAB_SSH", ""))


@cache
def _options(wanted: str) -> dict[str, Any]:
    if wanted != "legacy":
        return {}
    return {**_ALGORITHMS, "server_host_keys": [asyncssh.generate_private_key("ssh-rsa", key_size=2048)]}
