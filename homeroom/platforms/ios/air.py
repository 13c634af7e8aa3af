"""The SSIDs of a Catalyst 9800 read back: WLAN -> policy tag -> policy profile -> VLAN.

Source: Cisco Catalyst 9800 Series Wireless Controller Software Configuration Guide (IOS XE 17.9), "New Configuration
Model". A WLAN is on air when it is not shut, a tag maps it to a policy profile, and that is not shut either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Ssid
from homeroom.platforms.tree import Node

_WLAN: Final = re.compile(r"wlan (\S+) \d+ (.+)$")
_PROFILE: Final = "wireless profile policy "
_TAG: Final = "wireless tag policy "
_MAP: Final = re.compile(r"wlan (\S+) policy (\S+)$")
_DECIDES: Final = re.compile(
    r"no central switching|ipv[46] acl |mobility anchor|vrf |mac-filtering|(?:service|subscriber)-policy|subscriber "
)
"""Lines of a policy profile that bear on what passes and are not read."""


def ssids(root: Node, names: Mapping[int, str]) -> Iterator[Ssid]:
    """Yield the SSIDs on air, in the order of the text, once for each policy profile they are mapped to."""
    profiles = {node.text.removeprefix(_PROFILE): node for node in _sections(root, _PROFILE)}
    maps: dict[str, list[tuple[Node, str]]] = {}
    for tag in _sections(root, _TAG):
        for child in tag.children.values():
            found = _MAP.match(child.text)
            if found:
                maps.setdefault(found[1], []).append((child, found[2]))
    for node in _sections(root, "wlan "):
        found = _WLAN.match(node.text)
        if found is None:
            reason = "a WLAN has a name, a number, an SSID"
            raise ParseError(f"line {node.number}: {node.text!r} is not understood: {reason}")
        if "no shutdown" in node.children:
            for line, profile in maps.get(found[1], []):
                yield from _ssid(node, found[2].strip('"'), line, profiles.get(profile), names)


def _sections(root: Node, start: str) -> Iterator[Node]:
    return (node for node in root.children.values() if node.text.startswith(start))


def _ssid(wlan: Node, ssid: str, line: Node, profile: Node | None, names: Mapping[int, str]) -> Iterator[Ssid]:
    if profile is None:
        raise ParseError(f"line {line.number}: {line.text!r} names a policy profile that is defined nowhere")
    for child in profile.children.values():
        if _DECIDES.match(child.text):
            raise ParseError(f"line {child.number}: {profile.text}: {child.text!r} is not understood")
    if "no shutdown" in profile.children:
        isolated = "peer-blocking drop" in wlan.children
        yield Ssid(ssid, _vlan(profile, names), "aaa-override" in profile.children, isolated)


def _vlan(profile: Node, names: Mapping[int, str]) -> int:
    """Return the VLAN of a policy profile: by number or name; 1 where none stands."""
    for child in profile.children.values():
        if child.text.startswith("vlan "):
            word = child.text.removeprefix("vlan ")
            if word.isdigit():
                return int(word)
            found = [vlan for vlan, name in names.items() if name == word]
            if not found and word != "default":
                raise ParseError(f"line {child.number}: {profile.text}: {child.text!r} names a VLAN that is not there")
            return found[0] if found else 1
    return 1
