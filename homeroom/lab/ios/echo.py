"""`ping` and `traceroute`: whom the device reaches, by its own networks and routes, and by what is beyond it.

Source: Cisco IOS XE 17 Configuration Fundamentals Command Reference and IPv6 Command Reference, `ping`; transcripts
of real devices in public laboratory notes.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from homeroom.lab.ios import view
from homeroom.lab.ios.device import IosDevice
from homeroom.lab.ios.session import Answer, Session
from homeroom.lab.ios.words import interface
from homeroom.lab.section import Section

V = tuple[str, ...]
OPTIONS: Final = (
    "(timeout <0-3600>|size <36-18024>|repeat <1-2147483647>|source IFACE|source WORD|df-bit|validate|verbose"
    "|ingress IFACE|egress IFACE)*"
)
_FLAGS: Final = frozenset({"df-bit", "validate", "verbose"})
_PINGS: Final = 1000
"""The most echoes one `ping` sends here."""
_ROW: Final = 70
"""Marks on a line."""
_UNKNOWN: Final = "% Unrecognized host or address, or protocol not running.\n"
_NO_ADDRESS: Final = "% Invalid source address- IP address not on any of our up interfaces\n"
_NO_INTERFACE: Final = "% Invalid source interface - IP not enabled or interface is down\n"
_NO_ROUTE: Final = "\n% No valid route for destination\nSuccess rate is 0 percent (0/1)\n"


def ping(session: Session, words: V, _values: V) -> Answer:
    """`ping [vrf NAME] [ip|ipv6] ADDRESS [repeat N] [timeout SECONDS] [size BYTES] [source ADDRESS|INTERFACE] ...`."""
    target, named = _target(words)
    count, size, wait = (
        int(named.get(key, default)) for key, default in (("repeat", 5), ("size", 100), ("timeout", 2))
    )
    own = addresses(session.device.tree)
    if target is None or not any(one.version == target.version for one in own):
        return _UNKNOWN
    source = _source(session.device.tree, named.get("source", ""), target.version)
    if source.startswith("%"):
        return source
    head = (
        f"Type escape sequence to abort.\nSending {min(count, _PINGS)}, {size}-byte ICMP Echos to "
        f"{_shown(target)}, timeout is {wait} seconds:\n{source}"
    )
    if target.version == 6 and not source and not routed(session.device.tree, target):
        return head + _NO_ROUTE
    return head + _marks(min(count, _PINGS), reached=reaches(session.device, str(target)))


def _target(words: V) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address | None, dict[str, str]]:
    """Return what is pinged (None: a name, or no address of the family asked for) and the options by their keywords."""
    rest = words[3:] if words[1] == "vrf" else words[1:]
    family = rest[0] if rest[0] in {"ip", "ipv6"} else ""
    rest = rest[1:] if family else rest
    following = iter(rest[1:])
    named = {word: "" if word in _FLAGS else next(following) for word in following}
    try:
        target = ipaddress.ip_address(rest[0])
    except ValueError:
        return None, named
    return (None if family and (family == "ipv6") != (target.version == 6) else target), named


def _source(tree: Section, source: str, version: int) -> str:
    """Return the line that names the source, empty when none was asked for; a refusal when the device lacks it."""
    if not source:
        return ""
    if interface(source) is not None:
        port = tree.section(f"interface {source}")
        named = [one.ip for one in (_of(port) if port is not None else ()) if one.version == version]
        if not named:
            return _NO_INTERFACE
        source = str(named[0])
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return _NO_ADDRESS
    if address not in addresses(tree):
        return _NO_ADDRESS
    blank = " " if address.version == 4 else ""
    return f"Packet sent with a source address of {_shown(address)}{blank}\n"


def _shown(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return str(address).upper()


def _marks(count: int, *, reached: bool) -> str:
    marks = ("!" if reached else ".") * count
    rows = "".join(f"{marks[at : at + _ROW]}\n" for at in range(0, count, _ROW))
    times = ", round-trip min/avg/max = 1/1/1 ms" if reached else ""
    return f"{rows}Success rate is {100 * reached} percent ({count * reached}/{count}){times}\n"


def traceroute(session: Session, _words: V, values: V) -> Answer:
    """`traceroute ADDRESS`: one hop, if anything reaches it."""
    target = values[0]
    hop = f"  1 {target} 1 msec 1 msec 1 msec\n" if reaches(session.device, target) else "  1  *  *  * \n"
    return (
        f"Type escape sequence to abort.\nTracing the route to {target}\n"
        f"VRF info: (vrf in name/id, vrf out name/id)\n{hop}"
    )


# --- who is reached


def reaches(device: IosDevice, target: str) -> bool:
    """Tell whether `target` answers: the device itself, or what it has a way to and that answers it."""
    try:
        address = ipaddress.ip_address(target)
    except ValueError:
        return False
    return address in addresses(device.tree) or (
        routed(device.tree, address) and device.beyond.echoes(device, str(address))
    )


def addresses(tree: Section) -> set[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return the device's own addresses on interfaces that are not shut down."""
    return {one.ip for _, body in tree.sections("interface ") for one in _of(body)}


def _of(body: Section) -> list[ipaddress.IPv4Interface | ipaddress.IPv6Interface]:
    if not view.admin_up(body):
        return []
    four = [ipaddress.ip_interface(f"{one.address}/{one.length}") for one in view.addresses4(body)]
    return four + [ipaddress.ip_interface(one) for one in view.addresses6(body)]


def routed(tree: Section, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether a network of the device or a static route leads to an address."""
    ports = [one for _, body in tree.sections("interface ") for one in _of(body)]
    if any(address in one.network for one in ports):
        return True
    if address.version == 6:
        return any(_covers(line.split()[0], address) for line in tree.lines("ipv6 route "))
    static = [line.split() for line in tree.lines("ip route ") if "vrf" not in line]
    return any(_covers("/".join(words[:2]), address) for words in static) or bool(tree.value("ip default-gateway "))


def _covers(prefix: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        return False
