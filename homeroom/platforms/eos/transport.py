"""eAPI over one HTTPS connection whose certificate is checked before the password is sent.

HTTP basic authentication sends the password with the first request, so the check stands between the TLS handshake
and that request, on the same connection: `http.client` connects by a method of its own, which is the hook. The
connection is kept from request to request; pyeapi would make a new one, and a new handshake, for each.
"""

# pyeapi has no types: this file and the driver are where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import base64
import hashlib
import json
import select
import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPSConnection
from typing import Any, Final, cast

from pyeapi.eapilib import CommandError, EapiConnection  # type: ignore[import-untyped]  # it has none

from homeroom.errors import LoginRefused, Unreachable
from homeroom.platforms.box import Login

_PATH: Final = "/command-api"


def fingerprint(der: bytes) -> str:
    """Return a certificate's fingerprint as it is pinned."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")


class _Socket(ssl.SSLSocket):
    """A TLS socket that does not outlive a connection that was reset before its handshake.

    `ssl` looks for data then, by `recv` on the socket that it has just made, and forgets that socket when this fails:
    nobody else holds it.
    """

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive; close when the other side is gone."""
        try:
            return super().recv(buflen, flags)
        except ConnectionError:
            self.close()
            raise


class PinnedHTTPS(HTTPSConnection):
    """A connection that asks our own pins, not the certificate authorities: switches sign for themselves."""

    def __init__(self, host: str, port: int, timeout: float, pin: Callable[[str], None]) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.sslsocket_class = _Socket
        super().__init__(host, port, timeout=timeout, context=context)
        self._pin = pin

    def connect(self) -> None:
        """Connect; whatever the pin raises when it does not know the certificate, and nothing was sent then."""
        super().connect()
        try:
            self._pin(fingerprint(cast("ssl.SSLSocket", self.sock).getpeercert(binary_form=True) or b""))
        except BaseException:
            self.close()
            raise

    @property
    def dropped(self) -> bool:
        """Tell whether the other side has hung up, or said what nobody asked for."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(0))


class PinnedEapi(EapiConnection):  # type: ignore[misc]  # pyeapi has no types
    """pyeapi's transport, as NAPALM makes it from its class; raises errors of ours, and pyeapi's CommandError."""

    def __init__(self, host: str, username: str, password: str, timeout: float, login: Login) -> None:
        super().__init__()
        self._login = login
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._headers = {"Content-Type": "application/json-rpc", "Authorization": f"Basic {token}"}
        self.transport: PinnedHTTPS = PinnedHTTPS(host, login.port, timeout, login.pin)
        self.requests = 0
        """How many requests may have reached the device."""

    def close(self) -> None:
        """Hang up."""
        self.transport.close()

    def is_alive(self) -> dict[str, bool]:
        """Tell whether the connection stands, as NAPALM asks."""
        return {"is_alive": self.transport.sock is not None and not self.transport.dropped}

    def send(self, data: str) -> dict[str, Any]:
        """Send one request; CommandError, LoginRefused, Unreachable, or what the pin raises."""
        status, body = self._post(data)
        device = self._login.device
        if status == 401:
            raise LoginRefused(device, "it refused our login", "check the device password and the user on it")
        try:
            decoded: dict[str, Any] = json.loads(body)
        except ValueError as error:
            remedy = "look at `show management api http-commands` there"
            raise Unreachable(device, f"its API answered {status} and no JSON", remedy) from error
        if "error" in decoded:
            code, message, errors, output = self._parse_error_message(decoded)
            raise CommandError(code, message, command_error=errors, output=output)
        return decoded

    def _post(self, data: str) -> tuple[int, bytes]:
        http, sent = self.transport, False
        try:
            if http.sock is not None and http.dropped:
                http.close()
            if http.sock is None:
                http.connect()
            sent = True
            self.requests += 1
            http.request("POST", _PATH, data.encode(), self._headers)
            response = http.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException) as error:
            http.close()
            said = str(error).strip() or type(error).__name__
            what = f"the connection was lost ({said})" if sent else f"no connection ({said})"
            raise Unreachable(self._login.device, what, "check its power, its uplink and its eAPI") from error
