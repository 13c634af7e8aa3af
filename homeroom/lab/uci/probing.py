"""BusyBox's `ping` and `nslookup`: what a device tries beyond itself.

Sources: BusyBox 1.36, networking/ping.c and networking/nslookup.c (OpenWrt's own); compared with the real programs.
"""

from __future__ import annotations

import getopt
import ipaddress
from collections.abc import Mapping
from typing import Final, Protocol, cast

from homeroom.lab import names
from homeroom.lab.beyond import Beyond
from homeroom.lab.emulated import Emulated
from homeroom.lab.uci.shell import Applet, Machine, Shell
from homeroom.lab.uci.streams import Io
from homeroom.lab.uci.view import View

_MOST: Final = 1000
_HEAD: Final = "BusyBox v1.36.1 (2024-09-23 12:34:46 UTC) multi-call binary.\n\n"
_PING: Final = f"{_HEAD}Usage: ping [OPTIONS] HOST\n\nSend ICMP ECHO_REQUESTs to HOST\n"
_NSLOOKUP: Final = f"{_HEAD}Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\nQuery DNS about HOST\n"
_DEAD: Final = ";; connection timed out; no servers could be reached\n\n"


class Prober(Machine, Emulated, Protocol):
    """A device that can ask around."""

    beyond: Beyond

    @property
    def view(self) -> View:
        """Return the configuration in force."""
        ...


def _prober(shell: Shell) -> Prober:
    return cast("Prober", shell.machine)


def ping(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `ping`; without `-c` it ends after four tries, as if somebody had typed ^C."""
    return _ping(shell, arguments, io, "ping")


def ping6(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `ping6`."""
    return _ping(shell, ["-6", *arguments], io, "ping6")


def _ping(shell: Shell, arguments: list[str], io: Io, program: str) -> int:
    try:
        flags, rest = getopt.gnu_getopt(arguments, "46c:s:i:At:I:W:w:qp:v")
    except getopt.GetoptError as error:
        io.err(f"{program}: invalid option -- '{error.opt}'\n{_PING}")
        return 1
    said = dict(flags)
    count, size = said.get("-c", "4"), said.get("-s", "56")
    if len(rest) != 1:
        io.err(_PING)
        return 1
    for number in (count, size):
        if not (number.isascii() and number.isdecimal() and int(number) <= _MOST):
            io.err(f"{program}: invalid number '{number}'\n")
            return 1
    address, source = _address(rest[0]), _address(said.get("-I", ""))
    if address is None or ("-6" in said and address.version == 4) or ("-4" in said and address.version == 6):
        io.err(f"{program}: bad address '{rest[0]}'\n")
        return 1
    source = source if source is not None and source.version == address.version else None
    named = f"{rest[0]} ({address})" + (f" from {source}" if source else "")
    io.out(f"PING {named}: {size} data bytes\n")
    prober = _prober(shell)
    if source is not None and str(source) not in _own(prober):
        io.err(f"{program}: bind: Address not available\n")
        return 1
    answered = prober.beyond.echoes(prober, str(address))
    return _tried(io, rest[0], str(address), int(count), int(size), answered=answered, quiet="-q" in said)


def _tried(io: Io, host: str, address: str, count: int, size: int, *, answered: bool, quiet: bool) -> int:
    """Print the tries and their sums."""
    for number in range(count if answered and not quiet else 0):
        io.out(f"{size + 8} bytes from {address}: seq={number} ttl=64 time=1.240 ms\n")
    received = count if answered else 0
    sums = f"{count} packets transmitted, {received} packets received, {0 if answered else 100}% packet loss\n"
    times = "round-trip min/avg/max = 1.240/1.240/1.240 ms\n" if answered else ""
    io.out(f"\n--- {host} ping statistics ---\n{sums}{times}")
    return 0 if answered else 1


def _address(said: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address; names are not resolved here."""
    try:
        return ipaddress.ip_address(said)
    except ValueError:
        return None


def _own(prober: Prober) -> set[str]:
    return {str(ipaddress.ip_interface(address).ip) for _, address in prober.view.addresses()}


def nslookup(shell: Shell, arguments: list[str], io: Io) -> int:
    """Do `nslookup`: both families are asked for; the lab knows no IPv6 address of any name."""
    rest = [word for word in arguments if not word.startswith("-")]
    if not 1 <= len(rest) <= 2:
        io.err(_NSLOOKUP)
        return 1
    name, server = rest[0], rest[1] if rest[1:] else "127.0.0.1"
    address = _address(server)
    if address is None:
        io.err(f"nslookup: bad address '{server}'\n")
        return 1
    prober = _prober(shell)
    if not prober.beyond.resolves(prober, str(address)):
        io.out(_DEAD)
        return 1
    where = f"[{address}]:53" if address.version == 6 else f"{address}:53"
    io.out(f"Server:\t\t{server}\nAddress:\t{where}\n\n")
    found = names.lookup(name)
    if found is None:
        io.out(f"** server can't find {name}: NXDOMAIN\n\n" * 2)
        return 1
    io.out(f"Non-authoritative answer:\nName:\t{name}\nAddress: {found}\n\nNon-authoritative answer:\n\n")
    return 0


PROBING: Final[Mapping[str, Applet]] = {"nslookup": nslookup, "ping": ping, "ping6": ping6}
