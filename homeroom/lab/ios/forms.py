"""How IOS rewrites particular commands before it keeps them.

A form gets the understood words, those of them the user chose, the section and the chassis; it returns the line to
keep (slot, line), or None to keep nothing. It raises Refused with IOS's own words.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final

from homeroom.lab.emulated import SnmpUser
from homeroom.lab.ios import acl, more_forms
from homeroom.lab.ios.call import Call, Kept, Refused
from homeroom.lab.ios.config import ETX, Chassis
from homeroom.lab.ios.words import VIRTUAL, split, vlan_ids, vlan_text
from homeroom.lab.section import Section
from homeroom.secret import type9

ALL_VLANS: Final = frozenset(range(1, 4095))


def _secret(words: tuple[str, ...], chassis: Chassis) -> str:
    """Return the words after `secret`/`password` as IOS keeps them: clear text becomes a type 9 hash."""
    kind, rest = words[0], " ".join(words[1:]).split()
    if not rest:
        raise Refused("% Incomplete command.\n")
    if rest[0] in {"0", "5", "6", "7", "8", "9"} and len(rest) > 1:
        if rest[0] != "0":
            return f"{kind} {' '.join(rest)}"
        rest = rest[1:]
    if kind == "password":
        return f"password 0 {' '.join(rest)}"
    chassis.hashed = True
    return f"secret 9 {type9(' '.join(rest), chassis.salt())}"


def user(call: Call) -> Kept:
    """`username`: privilege and secret are given in one line or in two, and kept in one."""
    name, rest = call.words[1], call.words[2:]
    slot = f"username {name}"
    old = call.section.entries.get(slot)
    parts = old.line.split()[2:] if old else []
    level = parts[:2] if parts[:1] == ["privilege"] else []
    secret = parts[len(level) :]
    if rest[:1] == ("privilege",):
        level, rest = ["" if rest[1] == "1" else f"privilege {rest[1]}"], rest[2:]
    if rest[:1] in {("secret",), ("password",)}:
        secret = [_secret(rest, call.chassis)]
    elif rest:
        return call.line, call.line
    return slot, " ".join(part for part in [slot, *level, *secret] if part)


def enable(call: Call) -> Kept:
    """`enable secret`: hashed."""
    level = call.words[2:4] if call.words[2:3] == ("level",) else ()
    secret = _secret((call.words[1], *call.words[2 + len(level) :]), call.chassis)
    head, _, rest = secret.partition(" ")
    return f"enable {head}", " ".join(["enable", head, *level, rest])


def interface(call: Call) -> Kept:
    """`interface`: a physical one must be there."""
    name = call.values[0]
    parent = name.partition(".")[0]
    if call.chassis.ports and split(name)[0] not in VIRTUAL and parent not in call.chassis.ports:
        raise Refused(word=1)
    return call.line, call.line


def console(call: Call) -> Kept:
    """`line console 0` is kept as `line con 0`."""
    line = f"line con {call.values[0]}"
    return line, line


def loghost(call: Call) -> Kept:
    """Keep `logging A.B.C.D`, the older spelling, as `logging host`."""
    line = f"logging host {call.values[0]}"
    return line, line


def community(call: Call) -> Kept:
    """`snmp-server community`: access is printed in capitals."""
    words = [word.upper() if word in {"ro", "rw"} else word for word in call.words]
    return " ".join(words[:3]), " ".join(words)


def snmp_user(call: Call) -> Kept:
    """`snmp-server user ... v3`: kept by the engine, never shown."""
    words, found = call.words, {"auth": "", "priv": ""}
    keys = dict(found)
    for what in found:
        if what in words[4:]:
            at = words.index(what, 4)
            size = 3 if words[at + 1] in {"sha-2", "aes", "3des"} and words[at + 1] != "3des" else 2
            found[what], keys[what] = " ".join(words[at + 1 : at + size]), words[at + size]
    call.chassis.users[call.values[0]] = SnmpUser(
        _ALGORITHMS.get(found["auth"], ""), keys["auth"], _ALGORITHMS.get(found["priv"], ""), keys["priv"]
    )
    return None


_ALGORITHMS: Final = {
    "md5": "MD5",
    "sha": "SHA",
    "sha-2 224": "SHA-224",
    "sha-2 256": "SHA-256",
    "sha-2 384": "SHA-384",
    "sha-2 512": "SHA-512",
    "des": "DES",
    "3des": "3DES",
    "aes 128": "AES",
    "aes 192": "AES-192",
    "aes 256": "AES-256",
}


def allowed(call: Call) -> Kept:
    """`switchport trunk allowed vlan add/remove/except/all/none`."""
    slot, how = "switchport trunk allowed vlan", call.words[4]
    old = call.section.entries.get(slot)
    now = set(ALL_VLANS) if old is None else vlan_ids(old.line[len(slot) + 1 :])
    named = vlan_ids(call.values[0]) if call.values else set[int]()
    after = {
        "all": set(ALL_VLANS),
        "none": set[int](),
        "except": set(ALL_VLANS) - named,
        "add": now | named,
        "remove": now - named,
    }[how]
    return (slot, f"{slot} {vlan_text(after)}") if len(after) < len(ALL_VLANS) else (slot, "")


def route(call: Call) -> Kept:
    """`ip route`: the network must fit its mask."""
    at = 4 if call.words[2] == "vrf" else 2
    network, mask = (int(ipaddress.IPv4Address(word)) for word in call.words[at : at + 2])
    if network & ~mask & 0xFFFFFFFF:
        raise Refused("%Inconsistent address and mask\n")
    return " ".join(call.words[:5]), call.line


def address(call: Call) -> Kept:
    """`ip address`: a host's address, one primary an interface."""
    bits = ipaddress.IPv4Network(f"0.0.0.0/{call.words[3]}")
    host = int(ipaddress.IPv4Address(call.words[2])) & int(bits.hostmask)
    if bits.prefixlen < 31 and host in {0, int(bits.hostmask)}:
        raise Refused(f"Bad mask /{bits.prefixlen} for address {call.words[2]}\n")
    return (call.line if call.words[-1] == "secondary" else "ip address"), call.line


def auto(call: Call) -> Kept:
    """`speed auto`, `duplex auto`: the default."""
    slot = call.words[0]
    return slot, "" if call.words[1] == "auto" else call.line


def direction(call: Call) -> Kept:
    """One access list a direction: `ip access-group X in`."""
    at = next(n for n, word in enumerate(call.words) if word in {"in", "out"})
    return f"{' '.join(call.words[: at - 1])} {call.words[at]}", call.line


def link_local(call: Call) -> Kept:
    """`ipv6 address FE80::1 link-local`: one an interface."""
    return "ipv6 address link-local", call.line


def banner(call: Call) -> Kept:
    """`banner`: kept with ETX around its text, whatever delimiter was typed."""
    slot = f"banner {call.words[1]}"
    return slot, f"{slot} {ETX}{call.values[-1]}{ETX}"


def ace4(call: Call) -> Kept:
    """One entry of an IPv4 access list."""
    numbered = call.words[0].isdecimal()
    words = call.words[1:] if numbered else call.words
    if not words:
        raise Refused("% Incomplete command.\n")
    number = int(call.words[0]) if numbered else None
    body = _body(" ".join(words), call, offset=int(numbered))
    return _entry(call.section, number, body, "")


def ace6(call: Call) -> Kept:
    """One entry of an IPv6 access list."""
    numbered = call.words[0] == "sequence"
    words = call.words[2:] if numbered else call.words
    if not words:
        raise Refused("% Incomplete command.\n")
    number = int(call.words[1]) if numbered else None
    body = _body(" ".join(words), call, offset=2 * numbered)
    return _entry(call.section, number, body, "sequence ")


def _body(body: str, call: Call, offset: int) -> str:
    if body.startswith("remark "):
        return body
    mode = call.section.mode
    try:
        printed = acl.standard(body) if mode == "std-nacl" else acl.extended(body, 6 if mode == "ipv6-acl" else 4)
    except acl.Unreadable as error:
        if error.word < 0:
            raise Refused("% Incomplete command.\n") from None
        raise Refused(word=error.word + offset) from None
    _groups(printed.split(), call, offset)
    return printed


def _groups(words: list[str], call: Call, offset: int) -> None:
    """Refuse an object group that is not there: it must be made before an entry names it."""
    kind = "object-group v6-network" if call.section.mode == "ipv6-acl" else "object-group network"
    for at, word in enumerate(words):
        if word == "object-group" and f"{kind} {words[at + 1]}" not in call.root.entries:
            raise Refused(word=at + 1 + offset)


def _entry(section: Section, number: int | None, body: str, prefix: str) -> Kept:
    for slot, entry in section.entries.items():
        if entry.line == f"{prefix}{slot} {body}" and not body.startswith("remark "):
            return None if number in {None, int(slot)} else _duplicate(body)
    if number is None:
        number = max((int(slot) for slot in section.entries), default=0) // 10 * 10 + 10
    old = section.entries.get(str(number))
    if old is not None and old.line != f"{prefix}{number} {body}":
        raise Refused("% Duplicate sequence number\n")
    return str(number), f"{prefix}{number} {body}"


def _duplicate(body: str) -> Kept:
    raise Refused(f"% Duplicate {body.split(maxsplit=1)[0]} statement ignored.\n")


def acl_line(words: tuple[str, ...]) -> tuple[str, str] | None:
    """Split `access-list N ...` into the named list IOS-XE 17 keeps it as, and the entry."""
    found = re.fullmatch(r"access-list (\d+) (.+)", " ".join(words))
    if found is None:
        return None
    number = int(found.group(1))
    kind = "standard" if number < 100 or 1300 <= number < 2000 else "extended"
    return f"ip access-list {kind} {number}", found.group(2)


FORMS: Final[Mapping[str, Callable[[Call], Kept]]] = {
    "user": user,
    "enable": enable,
    "interface": interface,
    "console": console,
    "loghost": loghost,
    "community": community,
    "snmp-user": snmp_user,
    "allowed": allowed,
    "auto": auto,
    "route": route,
    "address": address,
    "direction": direction,
    "link-local": link_local,
    "banner": banner,
    "ace4": ace4,
    "ace6": ace6,
    **more_forms.FORMS,
}
"""Every form that homeroom.lab.ios.commands names."""
