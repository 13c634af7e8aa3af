"""Messages out: by webhook (JSON, signed) and by e-mail. Each call may take seconds: it is for a thread of its own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import os
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias
from urllib.parse import urlsplit

from homeroom import __version__
from homeroom.errors import HomeroomError, NotTaken, SecretError
from homeroom.observe.alert_message import Sender, document, mail
from homeroom.observe.alert_settings import Mail, Receiver
from homeroom.observe.alert_state import Message
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.snmp.ask.show import shown

TIMEOUT: Final = 10.0
"""Seconds that a server is waited for, at each step."""
FIRST: Final = 5.0
LONGEST: Final = 600.0
"""Seconds before the first retry, and before the later ones at most."""
_ANSWER: Final = 65536
Reveal: TypeAlias = Callable[[str], str]
"""Name of a secret -> its value, at the moment of sending."""


class Channel(Protocol):
    """One receiver's way in."""

    def send(self, message: Message, now: float) -> str:
        """Hand a message over; return what is to be said of it though it was taken. NotTaken: it was not."""
        ...


def revealer(project: Project) -> Reveal:
    """Return what gives the value of a secret by its name: HOMEROOM_SECRET_<NAME>, else the project's vault."""

    def reveal(name: str) -> str:
        if given := os.environ.get(f"HOMEROOM_SECRET_{name.upper()}"):
            return given
        vault = Vault.open(project)
        if name not in vault.names:
            raise SecretError(f"no secret is called {name}: run `homeroom secret set {name}`")
        return vault.get(name).reveal()

    return reveal


def channel(receiver: Receiver, server: Mail | None, sender: Sender, reveal: Reveal) -> Channel:
    """Return the way to a receiver."""
    if receiver.webhook:
        return Webhook(receiver.webhook, receiver.secret, sender, reveal)
    if server is None:
        raise NotTaken("there is no server for e-mail: say `mail` in inventory/alerts.yaml")
    return Post(server, receiver.mail, sender, reveal)


def signature(secret: str, at: str, body: bytes) -> str:
    """Return the signature of a request: HMAC-SHA-256 over its time, a dot, and its body, hex (RFC 2104)."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Webhook:
    """POSTs JSON. The time is signed too, so that a request that was seen once cannot be played back much later."""

    url: str
    secret: str
    sender: Sender
    reveal: Reveal

    def send(self, message: Message, now: float) -> str:
        """POST it; a 2xx is taken, and nothing else is: a redirection would send what is signed elsewhere."""
        body, at = document(message, self.sender, now), str(int(now))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Homeroom/{__version__}",
            "X-Homeroom-Id": message.id,
            "X-Homeroom-Timestamp": at,
            "X-Homeroom-Signature": f"sha256={signature(self.reveal(self.secret), at, body)}",
        }
        parts = urlsplit(self.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read(_ANSWER)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise NotTaken(f"{parts.hostname}: {_why(error)}; it is tried again") from error
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise NotTaken(f"{parts.hostname} answered {answer.status} {shown(answer.reason, 60)}; it is tried again")
        return ""


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT)


@dataclass(frozen=True, slots=True)
class Post:
    """Sends e-mail: over TLS, unless the server is on this machine and the settings say so."""

    server: Mail
    to: tuple[str, ...]
    sender: Sender
    reveal: Reveal

    def send(self, message: Message, now: float) -> str:
        """Hand it to the server; addresses that it refuses beside others that it takes are what is to be said."""
        made = mail(message, self.sender, self.server.sender, self.to, now)
        try:
            with self._connected() as smtp:
                if self.server.tls == "starttls":
                    smtp.starttls(context=ssl.create_default_context())
                if self.server.user:
                    smtp.login(self.server.user, self.reveal(self.server.password))
                refused = smtp.send_message(made)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise NotTaken(f"{self.server.host}: {_why(error)}; it is tried again") from error
        return f"{self.server.host} refused {', '.join(sorted(refused))}; correct the addresses" if refused else ""

    def _connected(self) -> smtplib.SMTP:
        where = (self.server.host, self.server.port)
        if self.server.tls == "tls":
            return smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=TIMEOUT)


def _why(error: BaseException) -> str:
    """Say what went wrong, without what a server repeats of what we said."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the login was refused"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    words = str(error) or type(error).__name__
    return shown(re.sub(r"\s+", " ", words), 120)


def pause(failures: int, jitter: float) -> float:
    """Return the seconds to wait after so many failures: twice as long each time. `jitter`: from 0 to 1, at random."""
    return min(LONGEST, FIRST * float(1 << min(failures - 1, 16))) * (0.75 + jitter / 2)


def trouble(error: HomeroomError) -> str:
    """Return an error as one line."""
    return " ".join(str(error).split())
