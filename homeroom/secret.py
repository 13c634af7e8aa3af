"""Secrets: named apart from what they open, printed as `<secret>`, put into a text only at the moment of sending.

Templates print a secret's marker; rendered files, diffs, reports and git therefore hold markers only.
`Vault.reveal` exchanges markers for values on the way to a device, `Vault.conceal` the other way round
on everything that comes back.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets as random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final

from homeroom import redaction, secret_file
from homeroom.errors import SecretError
from homeroom.project import Project
from homeroom.shacrypt import sha512_crypt
from homeroom.taint import describe, unsafe

NAMES: Final = ("device_password", "snmp_auth", "snmp_priv", "radius", "ntp")
"""The secrets a programme needs."""
DERIVED: Final = ("device_crypt", "device_hash", "ntp_hidden", "radius_hidden")
"""What is made of other secrets: it is never given."""
REDACTION: Final = "redaction"
"""The key of the marks of other people's secrets (homeroom.redaction): it opens nothing, and no device is given it."""
SHORTEST: Final = 8
"""Characters an SNMPv3 passphrase needs (RFC 3414, 11.2)."""
NTP_KEY: Final = 16
"""Characters of the time servers' key: AES-128-CMAC (RFC 8573) takes no other number."""
REDACTION_KEY: Final = 32
"""Characters that key needs at least: nobody may find it by trying."""
MARKER: Final = re.compile(r"<<secret:([a-z_]+)>>")
_ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KEY7: Final = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
_STD64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that never prints; `reveal` is the only way to it."""

    name: str
    _value: str = field(repr=False, compare=False)

    def reveal(self) -> str:
        """Return the value."""
        return self._value

    def __str__(self) -> str:
        """Print as every secret prints."""
        return "<secret>"

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class SecretRef:
    """What an intent holds in place of a secret: it prints as the secret's marker."""

    name: str

    def __str__(self) -> str:
        """Print the marker that `Vault.reveal` exchanges."""
        return f"<<secret:{self.name}>>"


def type9(password: str, salt: str) -> str:
    """Hash as IOS `secret 9` does: scrypt N=16384 r=1 p=1, 32 bytes, Cisco's base64 (14-character salt)."""
    raw = hashlib.scrypt(password.encode(), salt=salt.encode(), n=16384, r=1, p=1, dklen=32)
    text = base64.b64encode(raw).decode().rstrip("=").translate(str.maketrans(_STD64, _ITOA64))
    return f"$9${salt}${text}"


def type7(secret: str, seed: int) -> str:
    """Hide a secret as IOS `service password-encryption` does: reversible, good against a glance only."""
    hidden = (ord(letter) ^ ord(_KEY7[(seed + n) % len(_KEY7)]) for n, letter in enumerate(secret))
    return f"{seed:02d}" + "".join(f"{value:02X}" for value in hidden)


def shown7(hidden: str) -> str:
    """Return what type 7 hides; what is no such form comes back as it is."""
    if not re.fullmatch(r"\d\d(?:[0-9A-Fa-f]{2})+", hidden):
        return hidden
    seed, letters = int(hidden[:2]), bytes.fromhex(hidden[2:])
    return "".join(chr(letter ^ ord(_KEY7[(seed + n) % len(_KEY7)])) for n, letter in enumerate(letters))


class Vault:
    """The programme's secrets: `HOMEROOM_SECRET_<NAME>` wins over the encrypted file `.homeroom/secrets.age`.

    `make`: makes the key of marks when the first is asked for and `values` has none; without, marks are plain.
    """

    def __init__(self, values: Mapping[str, str], make: Callable[[], str] | None = None) -> None:
        if key := values.get(REDACTION, ""):
            _check(REDACTION, key)
        self._redaction = partial(str, key) if key else make
        values = {name: value for name, value in values.items() if name != REDACTION}
        missing = [name for name in NAMES if not values.get(name)]
        if missing:
            raise SecretError(
                f"missing secrets: {', '.join(missing)}; set HOMEROOM_SECRET_<NAME>, or `homeroom secret set`"
            )
        for name, value in values.items():
            _check(name, value)
        if len(set(values.values())) < len(values):
            raise SecretError("two secrets are the same; give each its own value")
        salt = hashlib.sha256(b"homeroom" + values["device_password"].encode()).hexdigest()[:14]
        self._values = {**values, "device_hash": type9(values["device_password"], salt)}
        self._values["device_crypt"] = sha512_crypt(values["device_password"], salt)
        for name in ("radius", "ntp"):
            self._values[f"{name}_hidden"] = type7(values[name], int(salt, 16) % 16)
        longest = sorted(self._values, key=lambda name: -len(self._values[name]))
        self._names = {self._values[name]: name for name in longest}
        self._any = re.compile("|".join(re.escape(value) for value in self._names))

    @classmethod
    def open(cls, project: Project) -> Vault:
        """Read the secrets; those nobody gave are made now, at random, and kept encrypted."""
        names = (*NAMES, REDACTION)
        given = {n: os.environ[k] for n in names if (k := f"HOMEROOM_SECRET_{n.upper()}") in os.environ}
        with secret_file.opened(project) as file:
            values = file.read()
            fresh = {n: _made(n) for n in NAMES if n not in values and n not in given}
            if fresh:
                values |= fresh
                file.write(values)
        return cls(values | given, partial(_redaction_key, project))

    @classmethod
    def put(cls, project: Project, name: str, value: str) -> None:
        """Keep a secret that somebody gives, in place of the one of that name; SecretError when it cannot be one."""
        if not re.fullmatch(r"[a-z_]+", name) or name in DERIVED:
            raise SecretError(f"{name} cannot be set: choose a name of a-z and _ that is none of {', '.join(DERIVED)}")
        cls.open(project)  # what nobody gave is made first: the check below is then of the whole
        with secret_file.opened(project) as file:
            values = file.read() | {name: value}
            cls(values | {n: _made(n) for n in NAMES if n not in values})
            file.write(values)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets, sorted."""
        return tuple(sorted(self._values))

    def get(self, name: str) -> Secret:
        """Return the secret called `name`."""
        if name not in self._values:
            raise SecretError(f"no secret is called {name}; there are {', '.join(self.names)}")
        return Secret(name, self._values[name])

    def reveal(self, text: str) -> str:
        """Exchange every marker in `text` for its value: for the wire only. SecretError when nobody has the value."""
        if redaction.marked(text):
            raise SecretError(
                f"a text to be sent holds {redaction.PLAIN} where a secret stood that only a device knows: correct what"
                " printed that line"
            )
        return MARKER.sub(lambda found: self.get(found.group(1)).reveal(), text)

    def conceal(self, text: str) -> str:
        """Exchange every value in `text` for its marker: for everything a person or a file sees."""
        return self._any.sub(lambda found: str(SecretRef(self._names[found.group()])), text)

    def mark(self, secret: str) -> str:
        """Return what stands in a text in place of a secret that is none of these: see homeroom.redaction."""
        return self._marks(secret)

    @cached_property
    def _marks(self) -> redaction.Mark:
        return redaction.keyed(self._redaction()) if self._redaction else redaction.plain


def _made(name: str) -> str:
    """Make a secret at random."""
    return random.token_urlsafe(18)[: NTP_KEY if name == "ntp" else None]


def _redaction_key(project: Project) -> str:
    """Return the project's key of marks, made now if nobody needed it before."""
    with secret_file.opened(project) as file:
        values = file.read()
        if REDACTION not in values:
            values[REDACTION] = random.token_urlsafe(REDACTION_KEY)
            file.write(values)
        return values[REDACTION]


def _check(name: str, value: str) -> None:
    """Refuse a value that a device would not take (SNMPv3: RFC 3414), or that could end its line."""
    if name == "ntp" and len(value) != NTP_KEY:
        raise SecretError(f"ntp has {len(value)} characters; give {NTP_KEY}, as AES-128-CMAC needs")
    shortest = REDACTION_KEY if name == REDACTION else SHORTEST
    if len(value) < shortest:
        raise SecretError(f"{name} is shorter than {shortest} characters; choose a longer one")
    found = unsafe(value) or re.search(r"\s", value)
    if found:
        character = found.group()
        shown = "a blank" if character == " " else describe(character)
        raise SecretError(f"{name} holds {shown}, which not every device takes; choose another")
