"""What a running configuration means: interfaces, VLANs, SNMP users; the API's answers and SNMP's come from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeroom.lab.emulated import Interface, SnmpUser
from homeroom.lab.eos.hardware import Box, speed
from homeroom.lab.eos.words import BASES, rank, split
from homeroom.lab.ios.words import vlan_ids
from homeroom.lab.section import Section

_AUTH = {"sha": "SHA", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}


def hostname(tree: Section) -> str:
    """Return the configured host name; `localhost` without one."""
    return tree.value("hostname ", "localhost")


def bodies(tree: Section) -> Mapping[str, Section]:
    """Return name -> section of every interface."""
    return dict(tree.sections("interface "))


def index(name: str) -> int:
    """Return the ifIndex of an interface, as EOS numbers them."""
    kind, number = split(name)
    first, *rest = number.partition(".")[0].split("/")
    return BASES.get(kind, 9_000_000) + (int(first) * 1000 + int(rest[-1]) if rest else int(first))


def up(name: str, body: Section) -> tuple[bool, bool]:
    """Return (administratively up, up): a configured port of the emulator has a link; an empty one has none."""
    admin = not body.has("shutdown")
    virtual = split(name)[0] not in {"Ethernet", "Management"}
    return admin, admin and (virtual or bool(body.entries))


def interfaces(tree: Section, box: Box) -> list[Interface]:
    """Return the interfaces by ascending index."""
    found: list[Interface] = []
    for name, body in bodies(tree).items():
        number = index(name)
        admin, oper = up(name, body)
        mac = "" if name.startswith(("Loopback", "Tunnel")) else box.mac(number % 250 + 1)
        found.append(Interface(number, name, body.value("description "), admin, oper, speed(name), mac))
    return sorted(found, key=lambda interface: interface.index)


def vlans(tree: Section) -> Mapping[int, str]:
    """Return the VLANs: id -> name."""
    named = {1: "default"}
    for number, body in tree.sections("vlan "):
        named[int(number)] = body.value("name ", f"VLAN{int(number):04d}")
    return named


def switched(name: str, body: Section) -> bool:
    """Tell whether an interface is a switch port."""
    return name.startswith(("Ethernet", "Port-Channel")) and "." not in name and not body.has("no switchport")


def trunk(body: Section) -> bool:
    """Tell whether a switch port is a trunk."""
    return body.value("switchport mode ").startswith("trunk")


def carried(body: Section) -> set[int]:
    """Return the VLANs that a switch port carries."""
    if not trunk(body):
        return {int(body.value("switchport access vlan ", "1"))}
    text = body.value("switchport trunk allowed vlan ")
    return vlan_ids(text) if text else set(range(1, 4095))


def members(tree: Section, vlan: int) -> Iterator[str]:
    """Yield the interfaces in a VLAN: its ports, and its own interface as `Cpu`."""
    found = bodies(tree)
    if f"Vlan{vlan}" in found:
        yield "Cpu"
    for name in sorted(found, key=rank):
        if switched(name, found[name]) and up(name, found[name])[1] and vlan in carried(found[name]):
            yield name


def snmp_users(tree: Section, typed: Mapping[str, str]) -> Mapping[str, SnmpUser]:
    """Return the SNMPv3 users whose pass phrases are known."""
    users: dict[str, SnmpUser] = {}
    for line in tree.lines("snmp-server user "):
        words = line.split()
        algorithm, auth, privacy, priv = (words[words.index(word) + n] for word in ("auth", "priv") for n in (1, 2))
        if auth in typed and priv in typed and algorithm in _AUTH:
            users[words[0]] = SnmpUser(_AUTH[algorithm], typed[auth], privacy.upper()[:3], typed[priv])
    return users


def communities(tree: Section) -> Mapping[str, str]:
    """Return the SNMPv2c communities: community -> `RO` or `RW`."""
    lines = (line.split() for line in tree.lines("snmp-server community "))
    return {words[0]: "RW" if "rw" in words[1:] else "RO" for words in lines}


def api(tree: Section) -> bool:
    """Tell whether eAPI answers over HTTPS."""
    body = tree.section("management api http-commands")
    return body is not None and body.has("no shutdown") and not body.has("no protocol https")


def banner(tree: Section, kind: str) -> str:
    """Return the text of a banner; empty without one."""
    line = next((entry.line for entry in tree if entry.line.startswith(f"banner {kind}\n")), "")
    return "".join(f"{text}\n" for text in line.split("\n")[1:-1])
