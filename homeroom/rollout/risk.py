"""What a difference puts at risk, in the words a NOC uses: from the features it belongs to and the lines it touches.

`management path` is the one that must not be missed: a line counts for it unless it is known not to. Lines of no
feature at all, which somebody made by hand, do so too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from homeroom.rollout.shape import Own

Word: TypeAlias = Literal["management path", "access rules", "SSID", "routing", "filter"]
WORDS: Final[tuple[Word, ...]] = get_args(Word)
PATH: Final[Word] = "management path"
OTHER: Final = "other"
"""What is no feature's."""

_OF_FEATURE: Final[Mapping[str, tuple[Word, ...]]] = {
    "wireless": ("SSID",),
    "filtering": ("filter",),
    "dns": ("filter",),
    "uplinks": (PATH, "routing"),
    "aaa": (PATH,),
}
_HARMLESS: Final = re.compile(
    r"\b(?:log_\w+|logging|syslog\d?|ntp|sntp|banner|location|sysLocation|time-?stamps?|note|comment|description|message)\b"
)
"""What is said about a device or told by it: nobody comes in by it."""
_BREAKS: Final = re.compile(r"\b(?:access-group|access-class|user|username|ssh|api(?:-ssl)?|NOC6?)\b|\bfilter\b")
"""What decides who comes in, whatever else stands in the line."""
_RULES: Final = re.compile(
    r"access-list|access-group|access-class|firewall|prefix-list|\bfilter\b|\bpolicy [A-Z]|\bpermit\b|\bdeny\b"
    r"|\bchain=|\bzone\b"
)
_GUARD: Final = re.compile(
    r"NOC|MANAGEMENT|\bWAN|\binput\b|noc_|'wan'|lo0|LOCAL|established|ESTABLISHED|"
    r"host-inbound|access-(?:group|class)|\bip6?tables\b"
)
"""Rules by which the management network or the device itself is entered."""
_DEFAULT: Final = re.compile(
    r"\b0\.0\.0\.0(?:/0| 0\.0\.0\.0)|(?<![\w:])::/0|default-gateway|default-route|\boption gateway\b"
)
_ROUTE: Final = re.compile(
    r"\b(?:ip|ipv6) route\b|routing-options|/route\b|/routing|\brouter \w|\bstatic route\b|\bconfig route|\bvrf\b"
    r"|unicast-routing|\bip routing\b"
)
_CARRIES: Final = re.compile(r"trunk|tagged|allowed vlan|native|port-channel|shutdown|disable|speed|duplex|bridge")
_ADDRESSED: Final = re.compile(r"\bip(?:v6)? address\b|family inet6? address|/ip(?:v6)? address|option (?:ip|netmask)")


_TOLD: Final = frozenset({"management", "identity", OTHER})
"""Features of which every line may cut the management path, but for what is harmless."""
_ENDS: Final = ("port", "trunk")


@dataclass(frozen=True, slots=True)
class Line:
    """A changed line: its sign, the lines it stands under, and the feature it belongs to."""

    sign: str
    text: str
    section: str
    feature: str


def touched(diff: str, features: Mapping[str, str]) -> tuple[str, ...]:
    """Name the features whose lines change, in the platform's order; `other` for lines that are no feature's."""
    found = {line.feature for line in changed(diff, features)}
    return tuple(name for name in (*features, OTHER) if name in found)


def risk(diff: str, features: Mapping[str, str], own: Own) -> tuple[Word, ...]:
    """Say what a difference puts at risk, worst first; empty when it is none of these things."""
    found = {word for line in changed(diff, features) for word in _words(line, own)}
    return tuple(word for word in WORDS if word in found)


def changed(diff: str, features: Mapping[str, str]) -> Iterator[Line]:
    """Yield the lines that change. `features`: feature -> its text, as the platform prints differences.

    A removed line stands in no feature's text: it counts for the first feature that has one which begins alike, or
    else its section.
    """
    owner: dict[tuple[str, str], str] = {}
    for feature, text in features.items():
        for section, line in _lines(text):
            for key in _keys(section.lstrip("+"), line.lstrip("+")):
                owner.setdefault(key, feature)
    for section, line in _lines(diff):
        if line.startswith(("+", "-")):
            top = section.lstrip("+-")
            keys = _keys(top, line[1:].strip())
            yield Line(line[0], line[1:].strip(), top, next((owner[key] for key in keys if key in owner), OTHER))


def _keys(section: str, line: str) -> Iterator[tuple[str, str]]:
    """Yield what a line is found by: the very line, one that begins alike beside it, its section."""
    yield section, line
    words = line.split()
    yield "" if section == line else section, " ".join(words[:2] if len(words) > 2 else words[:1])
    if section != line:
        yield section, ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line behind the top-level line it stands under (itself, at top level; a menu's, under the menu)."""
    section = ""
    menus = text.startswith("/")
    for raw in text.splitlines():
        line = raw.strip()
        inside = menus and not raw.startswith("/") if menus else raw.startswith(" ")
        section = section if inside else line
        yield section, line


def _words(line: Line, own: Own) -> Iterator[Word]:
    whole = f"{line.section} {line.text}"
    yield from _OF_FEATURE.get(line.feature, ())
    rules = bool(_RULES.search(whole))
    routes = not rules and bool(_DEFAULT.search(whole) or _ROUTE.search(whole))
    if rules:
        yield "access rules"
    elif routes or _ADDRESSED.search(whole):
        yield "routing"
    if _on_path(line, whole, own, rules=rules, routes=routes):
        yield PATH


def _on_path(line: Line, whole: str, own: Own, *, rules: bool, routes: bool) -> bool:
    """Tell whether a line may cut the way by which the device, or one behind it, is managed."""
    if line.feature in _TOLD and _HARMLESS.search(whole) and not _BREAKS.search(line.text):
        return False
    if routes or line.feature in _TOLD or _names_management(whole, own):
        return True
    if rules:
        return bool(_GUARD.search(whole))
    if line.feature in {"layer2", "segmentation"}:
        return _on_the_wire(line, whole, own)
    return False


def _names_management(whole: str, own: Own) -> bool:
    itself = any(one.name.startswith("self") and one.addresses.network in whole for one in own.blocks)
    vlan = own.vlan and re.search(
        rf"(?i)\b(?:vlan|vlans|vlan-id|vlan-ids|irb|unit|br-lan)[ .=-]?{own.vlan}\b|\bmanagement\b", whole
    )
    return itself or bool(vlan)


def _on_the_wire(line: Line, whole: str, own: Own) -> bool:
    """Tell whether a port that carries others is touched, or what holds for all ports."""
    names = {label: [name for name, one in own.names.items() if one == label and name in whole] for label in _ENDS}
    if names["trunk"] or (names["port"] and _CARRIES.search(line.text)):
        return True
    return line.feature == "layer2" and not names["port"]
