"""`ping`, which is Linux' own, and the one tool of `bash` that is emulated: `nslookup`.

Source: Arista EOS User Manual, `ping`, `bash`; iputils and BIND 9, whose output this is; transcripts of real devices
in public laboratory notes; the options that NAPALM and ANTA send.
"""

from __future__ import annotations

import ipaddress
from typing import Final, TypeAlias

from homeroom.lab import names
from homeroom.lab.eos.cli import Cli, Refusal
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.section import Section

V = tuple[str, ...]
Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
OPTIONS: Final = (
    "(repeat <1-4294967295>|timeout <0-3600>|size <36-18024>|interval WORD|source IFACE|source WORD|interface IFACE"
    "|tos <0-255>|dscp <0-63>|df-bit)*"
)
_MOST: Final = 1000
"""The most echoes one `ping` sends here."""
_HEADERS: Final = {4: 28, 6: 48}
"""Bytes of IP and ICMP, which `size` counts and Linux does not."""
_MS: Final = "1.02"
_UNROUTED: Final = "ping: connect: Network is unreachable\n"
_UNBOUND: Final = "ping: bind: Cannot assign requested address\n"


# --- ping


def ping(cli: Cli, words: V, _values: V) -> str:
    """`ping [vrf NAME] [ip|ipv6] ADDRESS [repeat N] [timeout SECONDS] [size BYTES] [source ADDRESS|INTERFACE] ...`."""
    rest = words[3:] if words[1] == "vrf" else words[1:]
    rest = rest[1:] if rest[0] in {"ip", "ipv6"} else rest
    following = iter(rest[1:])
    named = {word: "" if word == "df-bit" else next(following) for word in following}
    try:
        target = ipaddress.ip_address(rest[0])
    except ValueError:
        return f"ping: {rest[0]}: Name or service not known\n"
    asked = named.get("source") or named.get("interface") or ""
    source = _source(cli.device.tree, asked, target.version)
    if asked and source is None:
        return _UNBOUND
    if not routed(cli.device.tree, target):
        return _UNROUTED
    size = int(named.get("size", 100)) - _HEADERS[target.version]
    count = min(int(named.get("repeat", 5)), _MOST)
    return _printed(target, source, size, count, reached=reaches(cli.device, target))


def _source(tree: Section, asked: str, version: int) -> Address | None:
    """Return the device's own address that was named, itself or by its interface; None when it has no such one."""
    port = tree.section(f"interface {asked}")
    if port is not None:
        return next((one.ip for one in _of(port) if one.version == version), None)
    try:
        address = ipaddress.ip_address(asked)
    except ValueError:
        return None
    return address if address in own(tree) and address.version == version else None


def _printed(target: Address, source: Address | None, size: int, count: int, *, reached: bool) -> str:
    size, blank = max(size, 0), " " if target.version == 4 else ""
    sizes = f"{size}({size + 28}) bytes of data." if target.version == 4 else f"{size} data bytes"
    head = f"PING {target}{blank}({target}) {f'from {source} : ' if source else ''}{sizes}\n"
    got = "".join(
        f"{size + 8} bytes from {target}: icmp_seq={number} ttl=64 time={_MS} ms\n"
        for number in range(1, count * reached + 1)
    )
    sums = f"{count} packets transmitted, {count * reached} received, {0 if reached else 100}% packet loss"
    took = 10 * (count - 1)
    rtt = f"rtt min/avg/max/mdev = {_MS}0/{_MS}0/{_MS}0/0.000 ms, ipg/ewma 10.000/{_MS}0 ms\n" if reached else "\n"
    return f"{head}{got}\n--- {target} ping statistics ---\n{sums}, time {took}ms\n{rtt}"


# --- who is reached


def reaches(device: EosDevice, address: Address) -> bool:
    """Tell whether an address answers: the device itself, or what it has a way to and that answers it."""
    tree = device.tree
    return address in own(tree) or (routed(tree, address) and device.beyond.echoes(device, str(address)))


def own(tree: Section) -> set[Address]:
    """Return the device's own addresses on interfaces that are not shut down."""
    return {one.ip for _, body in tree.sections("interface ") for one in _of(body)}


def routed(tree: Section, address: Address) -> bool:
    """Tell whether a network of the device or a static route leads to an address."""
    word = "ip route " if address.version == 4 else "ipv6 route "
    targets = (line.split()[0] for line in tree.lines(word) if not line.startswith("vrf "))
    networks = [one.network for _, body in tree.sections("interface ") for one in _of(body)]
    return any(address in network for network in (*networks, *map(ipaddress.ip_network, targets)))


def _of(body: Section) -> list[ipaddress.IPv4Interface | ipaddress.IPv6Interface]:
    lines = [*body.lines("ip address "), *body.lines("ipv6 address ")]
    prefixes = [line.split()[0] for line in lines if "/" in line.split()[0]]
    return [] if body.has("shutdown") else [ipaddress.ip_interface(one) for one in prefixes]


# --- bash


def bash(cli: Cli, _words: V, values: V) -> str:
    """`bash timeout SECONDS COMMAND`: a shell that has `nslookup [-OPTION...] NAME [SERVER]`."""
    tool, *rest = values[1].split()
    asked = [word for word in rest if not word.startswith("-")]
    if tool != "nslookup" or not 0 < len(asked) < 3:
        raise Refusal(1000, f"bash: line 1: {tool}: command not found")
    servers = asked[1:] or [line.split()[-1] for line in cli.device.tree.lines("ip name-server ")]
    server = next((one for one in servers if _resolves(cli.device, one)), "")
    if not server:
        return ";; connection timed out; no servers could be reached\n\n"
    address = names.lookup(asked[0])
    found = f"Non-authoritative answer:\nName:\t{asked[0].rstrip('.')}\nAddress: {address}\n"
    missing = f"** server can't find {asked[0].rstrip('.')}: NXDOMAIN\n"
    return f"Server:\t\t{server}\nAddress:\t{server}#53\n\n{found if address else missing}\n"


def _resolves(device: EosDevice, server: str) -> bool:
    try:
        address = ipaddress.ip_address(server)
    except ValueError:
        return False
    return routed(device.tree, address) and device.beyond.resolves(device, str(address))
