"""How IOS-XE 17 says what is no access list: VLANs, ports, hours, zones; the rest of templates/ios' filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from homeroom.errors import RenderError
from homeroom.intent.model import Port, QosClass, Segment, Wlan
from homeroom.platforms.ios import clock
from homeroom.policy.load import MANAGEMENT
from homeroom.policy.model import Window
from homeroom.prefix import BITS, Prefix
from homeroom.secret import SecretRef
from homeroom.taint import clean

DAYS: Final[Mapping[str, str]] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
SPANS: Final[Mapping[frozenset[str], str]] = {
    frozenset(DAYS): "daily",
    frozenset(("mon", "tue", "wed", "thu", "fri")): "weekdays",
    frozenset(("sat", "sun")): "weekend",
}
"""Days that IOS has one word for. Source: Cisco IOS Security Command Reference, `periodic`."""
FIRST_WLAN: Final = 17
"""WLANs with lower numbers join the default policy tag. Source: Catalyst 9800 Configuration Model, "Policy Tag"."""


def vlans(numbers: Sequence[int]) -> str:
    """Print VLANs as IOS stores them: `10,20,30-32`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    if len(run) == 1:
        return str(run[0])
    return f"{run[0]},{run[1]}" if len(run) == 2 else f"{run[0]}-{run[-1]}"


def every_vlan(segments: Sequence[Any]) -> str:
    """Print the VLANs of all segments, for a trunk that carries everything."""
    return vlans([segment.vlan for segment in segments])


def known(word: str, words: Mapping[str, str], what: str) -> str:
    """Return what `word` stands for; refuse one that this platform does not know."""
    if word not in words:
        raise RenderError(f"no {what} is called {clean(word, what)}")
    return words[word]


def port_mode(mode: str) -> str:
    """Print a port's mode."""
    return known(mode, {"trunk": "trunk", "access": "access"}, "port mode")


def wired(port: Port) -> str:
    """Return how a port admits devices."""
    return known(port.admission, {"dot1x": "dot1x", "mab": "mab", "open": "open"}, "admission")


def security(wlan: Wlan) -> str:
    """Return how an SSID is secured."""
    return known(wlan.security, {"enterprise": "enterprise", "owe": "owe"}, "security")


def of_class(pair: tuple[QosClass, Sequence[Segment]]) -> list[Segment]:
    """Return the segments of the roles in a traffic class."""
    entry, segments = pair
    roles = {segment.role: segment for segment in segments}
    missing = [role for role in entry.roles if role not in roles]
    if missing:
        raise RenderError(f"class {clean(entry.name, 'class')} names {clean(missing[0], 'role')}, which has no network")
    return [roles[role] for role in entry.roles]


def user_vlans(segments: Sequence[Any]) -> str:
    """Print the VLANs of all segments but the devices' own."""
    return vlans([segment.vlan for segment in segments if segment.role != MANAGEMENT])


def routed(name: str) -> bool:
    """Tell whether a port of a branch router is its own and not its embedded switch's: those of slot 0/0."""
    return name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz").startswith("0/0/")


def counted(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """Pair items with numbers from 1."""
    return list(enumerate(items, 1))


def pairs(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return names and what they stand for."""
    return list(mapping.items())


def member(prefix: Prefix) -> str:
    """Print a member of an object group: a host, a network and its mask (no wildcard here), an IPv6 prefix."""
    if prefix.length == 0:
        return "any"
    if prefix.length == BITS[prefix.family]:
        return f"host {prefix.network.upper()}"
    return f"{prefix.network} {prefix.netmask}" if prefix.family == 4 else prefix.cidr.upper()


def days(window: Window) -> str:
    """Print the days of a time range: one word where IOS has one, else day by day."""
    named = SPANS.get(frozenset(window.days))
    return named or " ".join(DAYS[day] for day in DAYS if day in window.days)


def hour(text: str) -> str:
    """Print an hour as IOS does: no leading zero; the day ends at 23:59."""
    hours, _, minutes = text.partition(":")
    return f"{int(hours)}:{minutes}" if int(hours) < 24 else "23:59"


def distance(number: int) -> str:
    """Print an administrative distance with a leading blank; nothing for a static route's own, which is 1."""
    return "" if number == 1 else f" {number}"


def bits(kbps: int) -> int:
    """Return a rate in bit/s."""
    return kbps * 1000


def one_word(text: str) -> str:
    """Print an SSID; refuse one with blanks, which IOS would take for more than one word."""
    if " " in text:
        raise RenderError(f"the SSID {clean(text, 'SSID')} has a blank in it: IOS takes one word")
    return text


def wlan_number(index: int) -> int:
    """Return the number of a WLAN by its place."""
    return FIRST_WLAN - 1 + index


def hidden(secret: SecretRef) -> SecretRef:
    """Return the secret as `service password-encryption` keeps it (type 7)."""
    return SecretRef(f"{secret.name}_hidden")


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "bits": bits,
    "clock": clock.lines,
    "counted": counted,
    "days": days,
    "distance": distance,
    "every_vlan": every_vlan,
    "hidden": hidden,
    "hour": hour,
    "member": member,
    "of_class": of_class,
    "one_word": one_word,
    "pairs": pairs,
    "port_mode": port_mode,
    "routed": routed,
    "security": security,
    "user_vlans": user_vlans,
    "vlans": vlans,
    "wired": wired,
    "wlan_number": wlan_number,
}
