"""What else decides what passes: address translation, routes, other ways round the firewall. Strict: see `CLOSED`.

Sources: the vendor's manual, Packet Flow, NAT, Mangle, RAW, IP Routing, Services.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Route
from homeroom.platforms.ros.ground import Ground, live
from homeroom.platforms.ros.model import Entry, Model
from homeroom.platforms.ros.places import place
from homeroom.policy.model import AccessList, Family, Redirect, Rule
from homeroom.prefix import ANY, Prefix

CLOSED: Final = (
    "/ip firewall raw", "/ipv6 firewall raw", "/interface bridge nat", "/routing rule", "/ip route rule", "/ip vrf",
    "/ip hotspot", "/interface wireless", "/interface wifi access-list", "/caps-man interface",
    "/caps-man provisioning", "/interface ethernet switch rule", "/ip ipsec policy", "/ip kid-control",
)  # fmt: skip
"""Menus of which no entry may be in force: each would let something pass, or take it elsewhere, unseen here."""
_SHORTEST: Final = 2
_NAMED: Final = (
    "/interface bridge", "/interface vlan", "/interface list", "/interface wifi", "/interface wifi configuration",
    "/interface wifi datapath", "/interface wifi security", "/snmp community",
)  # fmt: skip
"""Menus whose entries others name."""
_READ: Final = frozenset(
    {
        *CLOSED, *_NAMED, "/ip address", "/ipv6 address", "/ip route", "/ipv6 route", "/ip settings", "/ipv6 settings",
        "/ip service", "/ip proxy", "/ip socks", "/ip upnp", "/ip dhcp-client", "/ipv6 dhcp-client",
        "/interface list member", "/interface bridge port", "/interface bridge vlan", "/interface bridge settings",
        *(f"/{family} firewall {menu}" for family in ("ip", "ipv6") for menu in ("filter", "nat", "mangle",
          "address-list")),
    }
)  # fmt: skip
"""Menus that bear on what passes."""
_OFF: Final[Mapping[str, Mapping[str, str]]] = {
    "/ip proxy": {"enabled": "yes"},
    "/ip socks": {"enabled": "yes"},
    "/ip upnp": {"enabled": "yes"},
    "/ip firewall connection tracking": {"enabled": "no"},
    "/interface bridge settings": {"use-ip-firewall": "yes"},
    "/interface wifi cap": {"enabled": "yes"},
}
"""Settings that go round the firewall, switch it off, or take the configuration from elsewhere."""
_MARKS: Final = frozenset(
    {
        "accept", "passthrough", "log", "return", "jump", "mark-packet", "mark-connection", "change-dscp",
        "change-mss", "change-ttl", "set-priority", "clear-df", "strip-ipv4-options",
    }
)  # fmt: skip
"""What mangle may do: nothing that passes is decided by it."""
_SOURCE: Final = frozenset({"srcnat", "output"})
"""Chains of NAT that a packet meets behind the filter."""
_REDIRECT: Final = frozenset({"chain", "action", "protocol", "dst-port", "in-interface", "in-interface-list"})
_PORTS: Final = {
    "ssh": 22, "telnet": 23, "ftp": 21, "www": 80, "www-ssl": 443, "winbox": 8291, "api": 8728, "api-ssl": 8729,
}  # fmt: skip


_SNMP: Final = 161
_FAMILIES: Final[tuple[Family, ...]] = (4, 6)


def _wrong(path: str, entry: Entry, reason: str) -> ParseError:
    return ParseError(f"line {entry.line}: {path}: not understood: {reason}")


def check(model: Model) -> None:
    """Refuse what goes round the firewall; ParseError with the line."""
    for path in CLOSED:
        for entry in _in_force(model, path):
            raise _wrong(path, entry, "it decides what passes, and is not read")
    _spelled(model)
    _unseen(model)
    for path, refused in _OFF.items():
        state = model.menus.get(path)
        for entry in state.fixed.values() if state else ():
            for name, value in refused.items():
                if entry.params.get(name) == value:
                    raise _wrong(path, entry, f"{name}={value}")
    _marked(model)


def _marked(model: Model) -> None:
    """Refuse what mangle decides, and rules that are changed by their number."""
    for family in ("ip", "ipv6"):
        path = f"/{family} firewall mangle"
        for entry in live(model, path):
            action = entry.params.get("action", "accept")
            if action not in _MARKS:
                raise _wrong(path, entry, f"action={action}")
        _numbered(model, path)
        _numbered(model, f"/{family} firewall filter")
        _numbered(model, f"/{family} firewall nat")


def _unseen(model: Model) -> None:
    """Refuse entries without their name, and filters that are not read: those of PPP, and broad ones of bridges."""
    for entry in live(model, "/interface bridge filter"):
        if not entry.params.keys() & {"ip-protocol", "dst-mac-address"}:
            raise _wrong("/interface bridge filter", entry, "it decides what passes, and is not read")
    for path in _NAMED:
        for entry in live(model, path):
            if not entry.params.get("name"):
                raise _wrong(path, entry, "it has no name")
    for entry in live(model, "/ppp profile"):
        if entry.params.get("incoming-filter") or entry.params.get("outgoing-filter"):
            raise _wrong("/ppp profile", entry, "the filter of a connection is not read")


def _spelled(model: Model) -> None:
    """Refuse menus that are cut short, as the device takes them at its prompt, where they may be one of those read."""
    for path, state in model.menus.items():
        words = path.split()
        if path in _READ or len(words) < _SHORTEST:
            continue
        for entry in (*state.added.values(), *state.fixed.values()):
            if any(_short(words, known.split()) for known in _READ):
                raise _wrong(path, entry, "its menu is cut short")


def _short(words: list[str], full: list[str]) -> bool:
    return len(words) == len(full) and all(whole.startswith(word) for word, whole in zip(words, full, strict=True))


def _in_force(model: Model, path: str) -> Iterator[Entry]:
    """Yield what stands in a menu; entries of the hardware count when somebody switched them on."""
    yield from live(model, path)
    state = model.menus.get(path)
    for entry in state.fixed.values() if state else ():
        if entry.params.get("disabled", "yes") == "no":
            yield entry


def _numbered(model: Model, path: str) -> None:
    """Refuse `set 3 ...` in a menu of rules: nobody knows which one it means."""
    state = model.menus.get(path)
    for entry in state.fixed.values() if state else ():
        raise _wrong(path, entry, "it changes a rule that is not there")


# --- address translation


def redirects(model: Model, ground: Ground) -> Iterator[Redirect]:
    """Yield the forced DNS: port 53 over UDP and TCP, to one address; ParseError for any other translation."""
    for family in _FAMILIES:
        path = "/ip firewall nat" if family == 4 else "/ipv6 firewall nat"
        found: dict[str, dict[str, tuple[str, Entry]]] = {}
        for entry in live(model, path):
            if entry.params.get("chain") not in _SOURCE:
                for interface in _entrances(entry, path, ground):
                    target = _target(entry, path, family)
                    found.setdefault(interface, {}).setdefault(entry.params["protocol"], (target, entry))
        for interface in (name for name in ground.entrances if name in found):
            yield _redirect(interface, family, path, found[interface])


def _redirect(interface: str, family: Family, path: str, said: Mapping[str, tuple[str, Entry]]) -> Redirect:
    targets = {target for target, _ in said.values()}
    target, entry = next(iter(said.values()))
    if len(said) < len(("udp", "tcp")) or len(targets) > 1:
        raise _wrong(path, entry, f"what comes in by {interface} is not redirected alike over UDP and TCP")
    return Redirect(interface, family, target)


def _entrances(entry: Entry, path: str, ground: Ground) -> Iterator[str]:
    params = entry.params
    allowed = _REDIRECT | {"comment", "log", "log-prefix", "to-addresses", "to-address", "to-ports"}
    extra = sorted(params.keys() - allowed)
    if params.get("chain") != "dstnat" or params.get("action") != "dst-nat" or extra:
        raise _wrong(path, entry, f"{params.get('chain')} {params.get('action', 'accept')} {' '.join(extra)}".strip())
    ports = params.get("dst-port"), params.get("to-ports", "53")
    if params.get("protocol") not in {"udp", "tcp"} or ports != ("53", "53"):
        raise _wrong(path, entry, "destination NAT of anything but DNS")
    if "in-interface" in params and "in-interface-list" in params:
        raise _wrong(path, entry, "in-interface and in-interface-list at once")
    listed = "in-interface-list" in params
    said = params.get("in-interface-list" if listed else "in-interface")
    known = frozenset(ground.entrances) if said is None else ground.matching(said, listed=listed)
    if known is None:
        raise _wrong(path, entry, f"in-interface-list={said}")
    yield from (name for name in ground.entrances if name in known)


def _target(entry: Entry, path: str, family: Family) -> str:
    said = entry.params.get("to-addresses", entry.params.get("to-address", ""))
    try:
        found = place(said, family)
    except ValueError as error:
        raise _wrong(path, entry, str(error)) from error
    if not isinstance(found, Prefix) or not found.is_host:
        raise _wrong(path, entry, f"{said!r} is not one address")
    return found.network


# --- routes and guards


def routes(model: Model) -> Iterator[Route]:
    """Yield the static routes; ParseError for one that holds for some packets only."""
    for path, everywhere in (("/ip route", "0.0.0.0/0"), ("/ipv6 route", "::/0")):
        for entry in live(model, path):
            params = entry.params
            if params.get("routing-table", "main") != "main" or "vrf-interface" in params:
                raise _wrong(path, entry, "a route of another table")
            via = "blackhole" if "blackhole" in params else params.get("gateway", "")
            try:
                target = Prefix.parse(params.get("dst-address", everywhere))
                yield Route(target, via, int(params.get("distance", "1")))
            except ValueError as error:
                raise _wrong(path, entry, str(error)) from error


def guards(model: Model) -> Iterator[AccessList]:
    """Yield who may come to each service of the device itself, where somebody said so."""
    state = model.menus.get("/ip service")
    for key, entry in state.fixed.items() if state else ():
        name = dict(key).get("name", "")
        if entry.params.get("address") and entry.params.get("disabled") != "yes":
            port = int(entry.params.get("port", _PORTS.get(name, 0)))
            yield from _guard(name, _known("/ip service", entry, "address"), "tcp", port)
    for entry in live(model, "/snmp community"):
        if entry.params.get("addresses"):
            yield from _guard(
                f"snmp-{entry.params['name']}", _known("/snmp community", entry, "addresses"), "udp", _SNMP
            )


def _known(path: str, entry: Entry, name: str) -> tuple[Prefix, ...]:
    """Return the prefixes of a property that lists them."""
    try:
        return tuple(Prefix.parse(part) for part in entry.params[name].split(","))
    except ValueError as error:
        raise _wrong(path, entry, str(error)) from error


def _guard(name: str, prefixes: tuple[Prefix, ...], protocol: str, port: int) -> Iterator[AccessList]:
    for family in _FAMILIES:
        own = [prefix for prefix in prefixes if prefix.family == family]
        rules = [Rule("permit", protocol, prefix, ANY[family], dports=((port, port),)) for prefix in own]
        rules.append(Rule("deny", protocol, ANY[family], ANY[family], dports=((port, port),)))
        yield AccessList(f"{name}{'' if family == 4 else '6'}", "", family, tuple(rules), "local")
