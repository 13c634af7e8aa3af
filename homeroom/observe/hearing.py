"""What becomes of a message that came in: whose it is, what it means, whether it is kept; all else is counted.

A nation says more than anybody can keep: only what is understood, of a known device, of a kind that is wanted and
within the device's rate becomes a row. A flood costs its counting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from homeroom.observe import syslog_words
from homeroom.observe.syslog_words import Said, Words
from homeroom.platforms.eos.redact import redact as eos
from homeroom.platforms.ios.redact import redact as ios
from homeroom.platforms.junos.redact import redact as junos
from homeroom.platforms.openwrt.redact import redact as openwrt
from homeroom.platforms.ros.redact import redact as ros
from homeroom.snmp.ask.show import shown
from homeroom.store.heard import Heard

READ: Final = 2048
"""Octets of a message that are looked at (RFC 5424 6.1: a receiver should take so many)."""
COUNTED: Final = (
    *("syslog", "trap", "config", "login", "refused", "restart", "link", "other"),
    *("kept", "unwanted", "ours", "flood", "repeated", "full", "stranger"),
    *("malformed", "cut", "turned_away", "unproven", "busy"),
)
"""What is counted. Messages; what they meant; what became of them and why; what never became a message."""
_SHOWN: Final = 400
_NAME: Final = 80
_MINUTE: Final = 60.0
_CONCEALED: Final = "<concealed>"
_REDACT: Final[Mapping[str, Callable[[str], str]]] = {
    "ios": ios,
    "eos": eos,
    "junos": junos,
    "ros": ros,
    "openwrt": openwrt,
}
_PRIORITY: Final = re.compile(r"<\d{1,3}>")
_ENVELOPE: Final = re.compile(r"1 \S+ (?P<host>\S+) homeroom-relay \S+ \S+ - ?\ufeff?")
"""What the log servers wrap a device's own message in (templates/central/rsyslog)."""
_HOST: Final = re.compile(r"(?:1 \S+|\w{3} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (?P<host>[\dA-Fa-f.:]+) ")


class Sender(NamedTuple):
    """A device that may speak, and the words of its platform; `redact`: the platform's way of hiding secrets."""

    device: str
    words: Words | None
    redact: Callable[[str], str] | None


def sender(device: str, lineage: Iterable[str]) -> Sender:
    """Make a device's sender; `lineage`: its platform and that one's parents, the nearest first."""
    names = tuple(lineage)
    redact = next((_REDACT[name] for name in names if name in _REDACT), None)
    return Sender(device, syslog_words.words_of(names), redact)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is kept: `kinds`; `per_minute` messages of a device; `waiting` rows at most until they are fetched.

    `relays`: addresses of log servers, which say by themselves whose message they hand on. `ours` tells of a user and
    an address whether it is Homeroom itself that logged in: that is no news.
    """

    kinds: Collection[str] = ("config", "login", "refused", "restart")
    per_minute: int = 30
    waiting: int = 20_000
    relays: Collection[str] = ()
    ours: Callable[[str, str], bool] = lambda _who, _origin: False


@dataclass(slots=True)
class Ear:
    """Takes messages one by one. `senders`: by address; `conceal` hides our own secrets; `clock`: epoch.

    `counted`: how many messages became what (COUNTED).
    """

    senders: Mapping[str, Sender]
    conceal: Callable[[str], str]
    clock: Callable[[], float]
    rules: Rules = Rules()
    counted: Counter[str] = field(default_factory=Counter[str])
    _rows: list[Heard] = field(default_factory=list[Heard])
    _minute: float = 0.0
    _said: Counter[str] = field(default_factory=Counter[str])
    _again: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])

    def knows(self, address: str) -> bool:
        """Tell whether anybody at this address is listened to."""
        return address in self.senders or address in self.rules.relays

    def syslog(self, data: bytes, address: str) -> None:
        """Take one syslog message, as it came from an address."""
        self.counted["syslog"] += 1
        found = self.senders.get(address)
        relay = address in self.rules.relays
        if found is None and not relay:
            self.counted["stranger"] += 1
            return
        message = data[:READ].decode("utf-8", "replace").rstrip("\r\n\0 ")
        priority = _PRIORITY.match(message)
        message = message[priority.end() :] if priority else message
        if relay:
            found, message = self._relayed(message)
            if found is None:
                self.counted["stranger"] += 1
                return
        self._take(found, message)

    def _relayed(self, message: str) -> tuple[Sender | None, str]:
        """Return whose message a log server hands on, and the message as the device sent it."""
        wrapped = _ENVELOPE.match(message)
        if wrapped is not None:
            inner = message[wrapped.end() :]
            return self.senders.get(wrapped["host"]), inner
        plain = _HOST.match(message)
        return (self.senders.get(plain["host"]) if plain else None), message

    def _take(self, found: Sender | None, message: str) -> None:
        said = syslog_words.understood(found.words, message) if found and found.words else None
        if found is None or said is None:
            self.counted["other"] += 1
            return
        self.hear(found, "syslog", said)

    def hear(self, found: Sender, source: str, said: Said) -> None:
        """Take what a message meant."""
        self.counted[said.kind] += 1
        if why := self._left(found.device, said):
            self.counted[why] += 1
            return
        text = shown(self.conceal(_concealed(said, found.redact)), _SHOWN)
        key = (found.device, said.kind, text)
        if key in self._again:
            self.counted["repeated"] += 1
            return
        self._again.add(key)
        self.counted["kept"] += 1
        who, origin = (shown(self.conceal(one), _NAME) for one in (said.who, said.origin))
        self._rows.append(Heard(self.clock(), found.device, source, said.kind, who, origin, text))

    def _left(self, device: str, said: Said) -> str:
        """Return why a message is only counted; empty: it is kept."""
        if said.kind not in self.rules.kinds:
            return "unwanted"
        if said.kind == "login" and self.rules.ours(said.who, said.origin):
            return "ours"
        now = self.clock()
        if not 0 <= now - self._minute < _MINUTE:
            self._minute = now
            self._said.clear()
            self._again.clear()
        self._said[device] += 1
        if self._said[device] > self.rules.per_minute:
            return "flood"
        return "" if len(self._rows) < self.rules.waiting else "full"

    def fetched(self) -> list[Heard]:
        """Hand over what waits to be kept."""
        rows, self._rows = self._rows, []
        return rows


def _concealed(said: Said, redact: Callable[[str], str] | None) -> str:
    """Return a message without what somebody typed as a secret.

    A command in a log stands without the indentation that some secrets are known by; it is tried with and without.
    Its mark has no key: anybody on the network can send a message, and would see which guess has which mark.
    """
    first, last = said.command
    if first == last:
        return said.text
    command = said.text[first:last]
    safe = redact(f" {redact(command)}")[1:] if redact else _CONCEALED
    return said.text[:first] + safe + said.text[last:]
