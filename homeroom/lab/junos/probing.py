"""What a device tries beyond itself: `ping` as XML and as text, and `show host`.

Sources: "Junos XML API Explorer", `<ping-results>`; answers of real devices in the test data of NAPALM and others;
`show host` prints what the program `host` (BIND 9) prints, and has no XML of its own.
"""

from __future__ import annotations

import ipaddress
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from xml.sax.saxutils import escape

from homeroom.lab import names
from homeroom.lab.junos import view
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.records import Complaint, Denied
from homeroom.lab.junos.xmlform import tag, text

Outcome: TypeAlias = Literal["answered", "silent", "unsent"]
_VALUED: Final = frozenset(
    {"count", "wait", "size", "ttl", "interval", "source", "routing-instance", "interface", "tos"}
)
_FLAGS: Final = frozenset({"rapid", "no-resolve", "do-not-fragment", "inet", "inet6", "verbose", "detail"})
_COUNT, _MOST = 5, 1000
_RTT: Final = 1240
"""Microseconds that every answer takes."""
_UNSENT: Final = "bind: Can't assign requested address"


@dataclass(frozen=True, slots=True)
class Ping:
    """What was tried. `outcome`: answered, silent, or not sent at all: it has no such source address."""

    host: str
    address: str
    source: str
    count: int
    size: int
    outcome: Outcome
    at: int

    @property
    def received(self) -> int:
        """Return how many were answered."""
        return self.count if self.outcome == "answered" else 0


def ping(device: JunosDevice, host: str, said: dict[str, str]) -> Ping:
    """Try it; Denied when an argument is none."""
    count, size = (_number(said, name, default) for name, default in (("count", _COUNT), ("size", 56)))
    source = said.get("source", "")
    address = _resolved(device, host)
    if address is None:
        raise Denied(Complaint(f"could not resolve host: {host}", host))
    sent = not source or source in _own(device)
    outcome: Outcome = "unsent" if not sent else "answered" if device.beyond.echoes(device, address) else "silent"
    return Ping(host, address, source, count, size, outcome, int(device.clock()))


def _number(said: dict[str, str], name: str, default: int) -> int:
    word = said.get(name, "")
    if word and not (word.isdecimal() and 0 < int(word) <= _MOST):
        raise Denied(Complaint(f"invalid value '{word}'", name))
    return int(word or default)


def _resolved(device: JunosDevice, host: str) -> str | None:
    """Return the address a name stands for, which its configured name servers know."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        servers = (entry.key for entry in device.tree.entries("system", "name-server"))
        return names.lookup(host) if any(device.beyond.resolves(device, one) for one in servers) else None


def _own(device: JunosDevice) -> set[str]:
    units = (unit for port in view.ports(device.tree, device.box) for unit in port.units if unit.up)
    return {one.partition("/")[0] for unit in units for family in unit.families.values() for one in family}


# --- as XML


def operation(device: JunosDevice, asked: ET.Element) -> str:
    """Answer `<ping>`."""
    said = {tag(kid): text(kid) for kid in asked}
    unknown = [name for name in said if name not in {*_VALUED, *_FLAGS, "host"}]
    if unknown or not said.get("host"):
        raise Denied(Complaint("syntax error", unknown[0] if unknown else "ping"))
    return results(ping(device, said["host"], said))


def results(done: Ping) -> str:
    """Print `<ping-results>`, each value on a line of its own, as Junos does."""
    if done.outcome == "unsent":
        why = f"<ping-failure>internal error</ping-failure>\n<ping-error-message>{_UNSENT}</ping-error-message>\n"
        return f"<ping-results>\n{why}</ping-results>"
    head = _values({"target-host": done.host, "target-ip": done.address, "packet-size": done.size})
    probes = "".join(_probe(done, number) for number in range(done.count))
    times = {f"rtt-{name}": _RTT for name in ("minimum", "maximum", "average")} | {"rtt-stddev": 0}
    sums = {"probes-sent": done.count, "responses-received": done.received, "packet-loss": 0 if done.received else 100}
    summary = _values(sums | (times if done.received else {}))
    end = "<ping-success/>" if done.received else "<ping-failure>no response</ping-failure>"
    whole = f"{head}{probes}<probe-results-summary>\n{summary}</probe-results-summary>\n{end}\n"
    return f"<ping-results>\n{whole}</ping-results>"


def _probe(done: Ping, number: int) -> str:
    index = _values({"probe-index": number + 1})
    answer = {"sequence-number": number, "ip-address": done.address, "time-to-live": 64}
    got = "<probe-success/>\n" + _values({**answer, "response-size": done.size + 8, "rtt": _RTT})
    body = got if done.received else "<probe-failure>no response</probe-failure>\n"
    return f'<probe-result date-determined="{done.at + number}">\n{index}{body}</probe-result>\n'


def _values(said: Mapping[str, object]) -> str:
    return "".join(f"<{name}>\n{escape(str(value))}\n</{name}>\n" for name, value in said.items())


# --- as it is typed


def typed(device: JunosDevice, line: str) -> Ping | None:
    """Do a `ping` that was typed; None when the line is none."""
    words = line.split()
    if words[:1] != ["ping"] or len(words) < 2:
        return None
    said: dict[str, str] = {}
    rest = iter(words[2:])
    for word in rest:
        if word in _VALUED:
            said[word] = next(rest, "")
        elif word not in _FLAGS:
            return None
    return ping(device, words[1], said) if all(said.values()) else None


def shown(done: Ping) -> str:
    """Print a ping as a person sees it."""
    if done.outcome == "unsent":
        return f"ping: {_UNSENT}\n"
    new = ":" in done.address
    head = (
        f"PING6({done.size + 48}={40}+8+{done.size} bytes) {done.source or '::'} --> {done.address}\n"
        if new
        else f"PING {done.host} ({done.address}): {done.size} data bytes\n"
    )
    lines = "".join(_reply(done, number, new=new) for number in range(done.received))
    loss = 0 if done.received else 100
    sums = f"{done.count} packets transmitted, {done.received} packets received, {loss}% packet loss\n"
    rtt = f"{_RTT / 1000:.3f}"
    times = f"round-trip min/avg/max/{'std-dev' if new else 'stddev'} = {rtt}/{rtt}/{rtt}/0.000 ms\n"
    ping_, times = "ping6" if new else "ping", times if done.received else ""
    return f"{head}{lines}\n--- {done.host} {ping_} statistics ---\n{sums}{times}"


def _reply(done: Ping, number: int, *, new: bool) -> str:
    size, time = done.size + 8, f"time={_RTT / 1000:.3f} ms"
    if new:
        return f"{size} bytes from {done.address}, icmp_seq={number} hlim=64 {time}\n"
    return f"{size} bytes from {done.address}: icmp_seq={number} ttl=64 {time}\n"


def host(device: JunosDevice, line: str) -> str | None:
    """Answer `show host NAME [server ADDRESS]`; None when the line is none."""
    words = line.split()
    asked, servers = words[2:], [entry.key for entry in device.tree.entries("system", "name-server")]
    given = asked[1:2] == ["server"] and len(asked) == 3
    if words[:2] != ["show", "host"] or not (given or len(asked) == 1):
        return None
    server = next((one for one in (asked[2:] or servers) if device.beyond.resolves(device, one)), None)
    if server is None:
        return ";; connection timed out; no servers could be reached\n"
    head = f"Using domain server:\nName: {server}\nAddress: {server}#53\nAliases: \n\n" if given else ""
    address = names.lookup(asked[0])
    return head + (f"{asked[0]} has address {address}\n" if address else f"Host {asked[0]} not found: 3(NXDOMAIN)\n")
