"""What a device tries beyond itself: `/ping` and `:resolve`.

Sources: the vendor's manual, Ping and Scripting; rows as RouterOS 7's API and console print them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from homeroom.lab import names
from homeroom.lab.beyond import Beyond
from homeroom.lab.emulated import Emulated
from homeroom.lab.ros.config import Config
from homeroom.lab.ros.trap import ARGUMENT, Trap, bad_value, failure

_COUNT, _MOST = 4, 1000
_KNOWN: Final = frozenset({"address", "count", "interval", "size", "src-address", "interface", "ttl", "vrf", "dscp"})
_TIMES: Final = {"min-rtt": "1ms200us", "avg-rtt": "1ms200us", "max-rtt": "1ms200us"}


class Prober(Emulated, Protocol):
    """A device that can ask around."""

    beyond: Beyond

    @property
    def config(self) -> Config:
        """Return its configuration."""
        ...


def ping(device: Prober, params: Mapping[str, str]) -> list[dict[str, str]]:
    """Return a row for each try, as the API does; Trap when an argument is none."""
    said = params.get("address", "")
    if not said:
        raise Trap("missing value(s) of argument(s) address", ARGUMENT)
    unknown = sorted(set(params) - _KNOWN - {"routing-table", "arp-ping", "do-not-fragment"})
    if unknown:
        raise Trap(f"unknown parameter {unknown[0]}")
    address = _resolved(device, said)
    source = params.get("src-address", "")
    if source and not _literal(source):
        raise bad_value("src-address")
    sent = not source or str(ipaddress.ip_address(source)) in _own(device)
    answered = sent and device.beyond.echoes(device, address)
    return list(_rows(address, _count(params), params.get("size") or "56", answered=answered))


def _rows(address: str, count: int, size: str, *, answered: bool) -> Iterator[dict[str, str]]:
    for number in range(count):
        row = {"seq": f"{number}", "host": address}
        if answered:
            row |= {"size": size, "ttl": "64", "time": "1ms200us"}
        else:
            row["status"] = "timeout"
        got = number + 1 if answered else 0
        sums = {"sent": f"{number + 1}", "received": f"{got}", "packet-loss": "0" if answered else "100"}
        yield row | sums | (_TIMES if answered else {})


def _count(params: Mapping[str, str]) -> int:
    word = params.get("count") or f"{_COUNT}"
    if not (word.isascii() and word.isdecimal() and 0 < int(word) <= _MOST):
        raise bad_value("count")
    return int(word)


def _literal(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True


def _resolved(device: Prober, said: str) -> str:
    return str(ipaddress.ip_address(said)) if _literal(said) else resolve(device, said, "")


def _own(device: Prober) -> set[str]:
    tables = (device.config.table(path) for path in ("/ip address", "/ipv6 address"))
    said = (entry.get("address").partition("/")[0] for table in tables for entry in table)
    return {str(ipaddress.ip_address(one)) for one in said if _literal(one)}


def resolve(device: Prober, name: str, server: str) -> str:
    """Return the address of a name, from one server or the configured ones; Trap in RouterOS's words when none says."""
    if server and not _literal(server):
        raise bad_value("server")
    servers = [server] if server else list(filter(None, device.config.single("/ip dns").get("servers").split(",")))
    if not any(device.beyond.resolves(device, one) for one in servers):
        raise failure("dns server failure")
    address = names.lookup(name)
    if address is None:
        raise failure("dns name does not exist")
    return address


def shown(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return what the console prints of a ping, line by line."""
    head = f"{'SEQ':>5} {'HOST':<40} {'SIZE':>4} {'TTL':>3} {'TIME':<10} STATUS"
    lines = [
        f"{row['seq']:>5} {row['host']:<40} {row.get('size', ''):>4} {row.get('ttl', ''):>3} "
        f"{row.get('time', ''):<10} {row.get('status', '')}".rstrip()
        for row in rows
    ]
    last = rows[-1]
    sums = [f"{name}={last[name]}" for name in ("sent", "received")] + [f"packet-loss={last['packet-loss']}%"]
    sums += [f"{name}={last[name]}" for name in _TIMES if name in last]
    return [head, *lines, f"    {' '.join(sums)} "]
