"""Commands that EOS keeps in another form than they are typed in: secrets, lists, defaults spelt out.

Each function gets the call and returns the slot and the line kept there (empty: the default), or None: nothing.
Source: Arista EOS User Manual, the commands named at each function; running configurations in public projects.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from homeroom.lab.eos import acl
from homeroom.lab.eos.auth import sha512_crypt
from homeroom.lab.eos.words import vlan_text
from homeroom.lab.ios.words import vlan_ids
from homeroom.lab.section import Section
from homeroom.secret import type7


@dataclass(frozen=True, slots=True)
class Chassis:
    """What a configuration meets on the box: its ports, its dice, its SNMP engine, the keys typed into it."""

    ports: frozenset[str] = frozenset()
    salt: Callable[[], str] = lambda: "homeroomlab"
    localize: Callable[[str, str], str] = lambda _algorithm, password: password.encode().hex()
    """(algorithm, pass phrase) -> the localized key, in hex."""
    engine: str = "f5717f00000000000000"
    typed: dict[str, str] = field(default_factory=dict[str, str])
    """Localized key -> the pass phrase it came from: no configuration shows those."""


@dataclass(frozen=True, slots=True)
class Call:
    """One command: its words in full, those the user chose, its lines of input, and where it goes."""

    words: tuple[str, ...]
    values: tuple[str, ...]
    section: Section
    chassis: Chassis
    key: int
    text: str = ""


class Refused(Exception):
    """The command's words fit and its meaning does not. `token`: the word that is wrong; else `message` says it all."""

    def __init__(self, message: str = "", token: int | None = None) -> None:
        self.message, self.token = message, token
        super().__init__(message)


Kept: TypeAlias = tuple[str, str] | None


def _hashed(words: tuple[str, ...], chassis: Chassis) -> list[str]:
    """Exchange a clear secret by its hash: `secret X`, `secret 0 X`."""
    at = next((n for n, word in enumerate(words) if word in {"secret", "password"}), None)
    if at is None or words[at + 1] in {"sha512", "5", "*"}:
        return list(words)
    return [*words[: at + 1], "sha512", sha512_crypt(words[-1], chassis.salt())]


def secret(call: Call) -> Kept:
    """`aaa root secret`, `enable password`: clear text is hashed on entry."""
    line = " ".join(_hashed(call.words, call.chassis))
    return " ".join(call.words[: call.key]), line.replace("enable secret", "enable password", 1)


def user(call: Call) -> Kept:
    """`username`: privilege and role are printed in this order, privilege 1 as well."""
    words = _hashed(call.words, call.chassis)
    if "privilege" not in words:
        words[2:2] = ["privilege", "1"]
    return f"username {call.values[0]}", " ".join(words)


def nameserver(call: Call) -> Kept:
    """`ip name-server`: the VRF is printed, `default` as well."""
    vrf = call.words[3] if call.words[2] == "vrf" else "default"
    line = f"ip name-server vrf {vrf} {call.words[-1]}"
    return line, line


def snmpuser(call: Call) -> Kept:
    """`snmp-server user`: keys are printed localized to the device's engine."""
    words, chassis = call.words, call.chassis
    slot = f"snmp-server user {words[2]}"
    if "localized" in words:
        return slot, call_line(words)
    auth, priv = words.index("auth"), words.index("priv")
    algorithm = words[auth + 1]
    keys = [chassis.localize(algorithm, words[n + 2]) for n in (auth, priv)]
    chassis.typed.update(zip(keys, (words[auth + 2], words[priv + 2]), strict=True))
    kept = f"auth {algorithm} {keys[0]} priv {words[priv + 1]} {keys[1]}"
    return slot, f"{' '.join(words[:5])} localized {chassis.engine} {kept}"


def call_line(words: tuple[str, ...]) -> str:
    """Return the command as typed, in full."""
    return " ".join(words)


def allowed(call: Call) -> Kept:
    """`switchport trunk allowed vlan`: what is added and removed ends in one list."""
    slot, what = "switchport trunk allowed vlan", call.words[4]
    before = call.section.value(f"{slot} ", "1-4094")
    now = vlan_ids("" if before == "none" else before)
    given = vlan_ids(call.values[0]) if call.values else set[int]()
    result = {"add": now | given, "remove": now - given, "except": set(range(1, 4095)) - given, "none": set[int]()}
    ids = result.get(what, given)
    return slot, "" if len(ids) == 4094 else f"{slot} {vlan_text(ids)}"


def mask(call: Call) -> Kept:
    """`ip address A.B.C.D MASK`: printed with its length."""
    inverted = int(ipaddress.IPv4Address(call.values[1])) ^ 0xFFFFFFFF
    if inverted & (inverted + 1):
        raise Refused(token=3)
    return "ip address", f"ip address {call.values[0]}/{32 - inverted.bit_length()}"


def direction(call: Call) -> Kept:
    """`ip access-group`: one list a family and direction."""
    return f"{call.words[0]} access-group {call.words[-1]}", call_line(call.words)


def ace(call: Call) -> Kept:
    """`permit`, `deny`, `remark`: numbered by tens when it has no number."""
    words = call.words
    number = int(words[0]) if words[0].isdecimal() else _next(call.section)
    rest = list(words[1:] if words[0].isdecimal() else words)
    offset = len(words) - len(rest)
    if rest[0] == "remark":
        return str(number), f"{number} {' '.join(rest)}"
    family = 6 if call.section.mode == "acl6" else 4
    try:
        body = acl.entry(" ".join(rest), family)
    except acl.BadWord as bad:
        try:
            body = acl.standard(" ".join(rest), family)
        except acl.BadWord:
            raise Refused(token=offset + bad.index) from None
    return str(number), f"{number} {body}"


def _next(section: Section) -> int:
    taken = [int(slot) for slot in section.entries if slot.isdecimal()]
    return max(taken, default=0) + 10


def banner(call: Call) -> Kept:
    """`banner`: its text, up to a line `EOF`."""
    kind = call.words[1]
    body = call.text.removesuffix("\n")
    return f"banner {kind}", f"banner {kind}\n{body}\nEOF" if body else ""


def radius(call: Call) -> Kept:
    """`radius-server host`: a key in clear text is hidden on entry."""
    words = list(call.words)
    at = words.index("key") + 1 if "key" in words else len(words)
    if words[at:] and (len(words) == at + 1 or words[at] == "0"):
        words[at:] = ["7", type7(words[-1], int.from_bytes(call.chassis.salt().encode()) % 16)]
    return " ".join(words[: call.key]), " ".join(words)


def unshown(_call: Call) -> Kept:
    """Accept and show nothing."""
    return None


FORMS: Final[Mapping[str, Callable[[Call], Kept]]] = {
    "secret": secret,
    "user": user,
    "nameserver": nameserver,
    "snmpuser": snmpuser,
    "allowed": allowed,
    "mask": mask,
    "direction": direction,
    "ace": ace,
    "banner": banner,
    "radius": radius,
    "unshown": unshown,
}
