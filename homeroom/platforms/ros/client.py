"""A client of RouterOS's API: words and sentences over TLS, the certificate pinned before a password is sent.

Source: the vendor's manual, API. Written from that page; no code of any other client is in it.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from homeroom.errors import LoginRefused, Unreachable
from homeroom.platforms.box import Login

_LIMITS: Final = ((0x80, 1, 0), (0x4000, 2, 0x8000), (0x200000, 3, 0xC00000), (0x10000000, 4, 0xE0000000))
_REMEDY: Final = "check its power, its uplink and its api-ssl service"


class Refused(Exception):  # it is what the device answered
    """A command was refused: `!trap`, in the device's words."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The rows of an answer, and what its end returned."""

    rows: tuple[Mapping[str, str], ...]
    ret: str


class _Gathering:
    """What has come of the answer to one sentence."""

    def __init__(self) -> None:
        self._rows: list[Mapping[str, str]] = []
        self._trap: str | None = None
        self._ret = ""

    def take(self, kind: str, said: Mapping[str, str]) -> bool:
        """Take one sentence; tell whether it was the last."""
        match kind:
            case "!re":
                self._rows.append(said)
            case "!trap":
                self._trap = self._trap or said.get("message", "refused")
            case _:
                self._ret = said.get("ret", "")
                return True
        return False

    def reply(self) -> Reply:
        """Return the answer; Refused when it was a refusal."""
        if self._trap is not None:
            raise Refused(self._trap)
        return Reply(tuple(self._rows), self._ret)


def encode(words: Sequence[str]) -> bytes:
    """Return a sentence as bytes."""
    return b"".join(map(_word, words)) + b"\0"


def _word(text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    for limit, size, mark in _LIMITS:
        if len(data) < limit:
            return (len(data) | mark).to_bytes(size, "big") + data
    return b"\xf0" + len(data).to_bytes(4, "big") + data


class Api:
    """One connection. After `Unreachable` it is dead: only `close` is left."""

    def __init__(self, login: Login, *, timeout: float = 60, encrypted: bool = True) -> None:
        self._login, self._timeout, self._encrypted = login, timeout, encrypted
        self._socket: socket.socket | None = None
        self._data = bytearray()

    @property
    def alive(self) -> bool:
        """Tell whether it was opened and not lost."""
        return self._socket is not None

    def open(self) -> None:
        """Connect, check the certificate, log in; Unreachable, HostKeyChanged or LoginRefused."""
        login = self._login
        try:
            plain = socket.create_connection((login.host, login.port), self._timeout)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = self._wrapped(plain) if self._encrypted else plain
        except OSError as error:
            raise self._lost("no connection", error) from error
        try:
            self.call("/login", name=login.user, password=login.password.reveal())
        except Refused as error:
            self.close()
            remedy = "check the device password, the user on it and what that user may do"
            raise LoginRefused(login.device, "it refused our login", remedy) from error

    def _wrapped(self, plain: socket.socket) -> ssl.SSLSocket:
        """Begin TLS. Any certificate is taken, then held against the pin: devices sign their own."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        wrapped: socket.socket = plain
        try:
            plain.getpeername()  # Python leaks a socket that was reset before TLS begins: ask first
            encrypted = wrapped = context.wrap_socket(plain)
            der = encrypted.getpeercert(binary_form=True)
            digest = base64.b64encode(hashlib.sha256(der or b"").digest()).decode().rstrip("=")
            self._login.pin(f"SHA256:{digest}" if der else "no certificate")
        except BaseException:
            wrapped.close()
            raise
        return encrypted

    def call(self, command: str, *queries: str, **params: str) -> Reply:
        """Run one command and wait for its end; names are written with `_` for `-`, and `id` for `.id`."""
        return self.run(command, {_named(name): value for name, value in params.items()}, queries)

    def run(self, command: str, params: Mapping[str, str], queries: Sequence[str] = ()) -> Reply:
        """Run one command and wait for its end; Refused in the device's words, or Unreachable."""
        words = [command, *(f"={name}={value}" for name, value in params.items()), *queries]
        try:
            return self._talk(words)
        except OSError as error:
            raise self._lost("the connection was lost" if command != "/login" else "no connection", error) from error

    def together(self, commands: Sequence[tuple[str, Mapping[str, str]]]) -> list[Reply]:
        """Run commands all at once, in one round trip, and wait for the end of all of them; Refused or Unreachable."""
        sentences = [
            [command, *(f"={name}={value}" for name, value in params.items()), f".tag={number}"]
            for number, (command, params) in enumerate(commands)
        ]
        try:
            return self._gather(sentences)
        except OSError as error:
            raise self._lost("the connection was lost", error) from error

    def _talk(self, words: Sequence[str]) -> Reply:
        return self._gather([words])[0]

    def _gather(self, sentences: Sequence[Sequence[str]]) -> list[Reply]:
        """Send sentences and take their answers, which come in any order, each with the tag of its sentence."""
        if self._socket is None:
            raise ConnectionError("not connected")
        self._socket.sendall(b"".join(map(encode, sentences)))
        waiting = {_tag(words): _Gathering() for words in sentences}
        ended: dict[str, _Gathering] = {}
        while waiting:
            kind, *rest = self._sentence()
            if kind == "!fatal":
                raise ConnectionError(" ".join(rest))
            tag = _tag(rest)
            if tag not in waiting:
                raise ConnectionError("it answers what nobody asked")
            if waiting[tag].take(kind, _attributes(rest)):
                ended[tag] = waiting.pop(tag)
        return [ended[_tag(words)].reply() for words in sentences]

    def _sentence(self) -> list[str]:
        words: list[str] = []
        while True:
            data = self._take(self._length())
            if data:
                words.append(data.decode("utf-8", "surrogateescape"))
            elif words:
                return words

    def _length(self) -> int:
        first = self._take(1)[0]
        more = 0 if first < 0x80 else 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        mask = (0xFF, 0x3F, 0x1F, 0x0F, 0x00)[more]
        return int.from_bytes(bytes([first & mask]) + self._take(more), "big")

    def _take(self, count: int) -> bytes:
        while len(self._data) < count:
            assert self._socket is not None  # noqa: S101  # `_talk` has checked it
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError("it hung up")
            self._data += data
        taken = bytes(self._data[:count])
        del self._data[:count]
        return taken

    def _lost(self, what: str, error: OSError) -> Unreachable:
        self.close()
        why = str(error).strip().rstrip(".") or type(error).__name__
        return Unreachable(self._login.device, f"{what} ({why})", _REMEDY)

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
        self._socket = None


def _tag(words: Sequence[str]) -> str:
    """Return the tag of a sentence; empty when it has none."""
    return next((word for word in words if word.startswith(".tag=")), "")


def _attributes(words: Sequence[str]) -> dict[str, str]:
    """Return `=name=value` words as a mapping."""
    parts = (word[1:].partition("=") for word in words if word.startswith("="))
    return {name: value for name, _, value in parts}


def _named(name: str) -> str:
    return {"id": ".id", "proplist": ".proplist"}.get(name, name.replace("_", "-"))
