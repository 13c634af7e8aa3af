"""Logging in with asyncssh: our pins before the password, and asyncssh's connection made cheaper.

Modern key exchange and AES-GCM are asked for first; what older devices have is taken when they have nothing better.
Two costs of asyncssh are left out, which change nothing that a device could notice:

- asyncssh puts an empty packet (MSG_IGNORE) before each of ours, against an attack on CBC ciphers (RFC 4251, 9.3.1).
  None is among those we offer, so the empty packets are left out.
- It prepares its options anew for each connection, on a thread: ours are prepared once a user, then copied.

The second leans on names that asyncssh does not document; the tests of this transport would show it at once.
"""

# asyncssh's own types are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from functools import cache
from typing import Final

import asyncssh
from asyncssh.auth import KbdIntPrompts
from asyncssh.packet import SSHPacket, SSHPacketLogger

from homeroom.errors import HomeroomError
from homeroom.platforms.box import Login

_KEX: Final = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha1",
)
_CIPHERS: Final = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "chacha20-poly1305@openssh.com",
)
_MACS: Final = ("hmac-sha2-256", "hmac-sha2-512", "hmac-sha1")
_KEYS: Final = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-256",
    "rsa-sha2-512",
    "ssh-rsa",
)
_IGNORE: Final = 2
"""MSG_IGNORE (RFC 4253, 11.2)."""


_NOBODY: Final[tuple[list[str], list[str], list[str]]] = ([], [], [])


@cache
def _options(user: str) -> asyncssh.SSHClientConnectionOptions:
    """Return what all connections of a user share; nothing is read from this machine's own SSH configuration."""
    return asyncssh.SSHClientConnectionOptions(
        username=user,
        config=None,
        known_hosts=_NOBODY,  # every key is new to asyncssh: ours are asked
        client_keys=None,
        agent_path=None,
        gss_kex=False,
        gss_auth=False,
        host_based_auth=False,
        public_key_auth=False,
        preferred_auth=["password", "keyboard-interactive"],
        kex_algs=_KEX,
        encryption_algs=_CIPHERS,
        mac_algs=_MACS,
        server_host_key_algs=_KEYS,
        compression_algs=None,
    )


class _Client(asyncssh.SSHClient):
    """Asks our pins before the password is sent, and gives it once."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._given = False
        self.refused: HomeroomError | None = None

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Accept the pinned key only."""
        del host, addr, port
        try:
            self._login.pin(key.get_fingerprint())
        except HomeroomError as error:
            self.refused = error
            return False
        return True

    def password_auth_requested(self) -> str | None:
        """Return the password, once."""
        return self._once()

    def kbdint_auth_requested(self) -> str | None:
        """Answer a question for the password too: older devices ask so."""
        return None if self._given else ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: KbdIntPrompts
    ) -> Sequence[str] | None:
        """Answer the one question."""
        del name, instructions, lang
        if not prompts:
            return []
        password = self._once() if len(prompts) == 1 else None
        return None if password is None else [password]

    def _once(self) -> str | None:
        given, self._given = self._given, True
        return None if given else self._login.password.reveal()


class Lean(asyncssh.SSHClientConnection):
    """A client connection that sends no empty packets."""

    def send_packet(self, pkttype: int, *args: bytes, handler: SSHPacketLogger | None = None) -> None:
        """Send a packet, unless it says nothing."""
        if pkttype != _IGNORE:
            super().send_packet(pkttype, *args, handler=handler)

    def log_sent_packet(self, pkttype: int, pktid: int | None, packet: bytes | SSHPacket, note: str = "") -> None:
        """Keep no trace of packets: even deciding not to costs as much as their encryption."""

    def log_received_packet(self, pkttype: int, pktid: int | None, packet: bytes | SSHPacket, note: str = "") -> None:
        """Keep no trace of packets."""


async def enter(login: Login) -> asyncssh.SSHClientConnection:
    """Connect and authenticate; HostKeyChanged, OSError or asyncssh's errors when that fails."""
    loop = asyncio.get_running_loop()
    client = _Client(login)
    options = copy.copy(_options(login.user))
    options.host, options.port, options.waiter = login.host, login.port, loop.create_future()
    options.protocol_factory = lambda: client
    _, connection = await loop.create_connection(lambda: Lean(loop, options, wait="auth"), login.host, login.port)
    try:
        await options.waiter
    except asyncssh.HostKeyNotVerifiable:
        if client.refused is not None:
            raise client.refused from None
        raise
    except asyncio.CancelledError:
        connection.abort()
        raise
    return connection
