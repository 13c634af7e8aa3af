"""Which devices must never be changed in the same wave: a fault in both at once would leave people without service.

Two access points that cover one room; two routers of one site; an access point and the switch it hangs on; a
site's router and anything else there. Where a site's rooms are not known, neighbouring access points count as
covering one room: those that were hung one after another, at the site or on the same switch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import TypeAlias

from homeroom.programme.model import Kind

Rooms: TypeAlias = Mapping[str, Collection[str]]
"""Room -> the access points that cover it, by name; a room's name is unique in the nation."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A device of a change, as far as planning goes.

    `software`: its release; `shape`: the group its diff or template belongs to; `link`: the connectivity type of its
    site. `above`: the device it hangs on. `server`: the authentication server it asks first; `line`: the link that
    it shares with others (a site's line, a satellite beam). Empty `above`, `server`, `line`: there is none.
    """

    device: str
    site: str
    region: str
    kind: Kind
    ordinal: int
    platform: str
    model: str
    software: str = ""
    shape: str = ""
    link: str = ""
    above: str = ""
    server: str = ""
    line: str = ""

    @property
    def stratum(self) -> tuple[str, ...]:
        """Return what it stands for as a canary: platform, model, software, shape of the change, link type."""
        return self.platform, self.model, self.software, self.shape, self.link


def apart(
    targets: Iterable[Planned], rooms: Rooms | None = None, whole: Collection[str] = ()
) -> dict[str, frozenset[str]]:
    """Return, for each device that has some, the devices it must not share a wave with.

    `whole`: sites whose change is one chunk, worked off in order; there a router may go with what hangs behind it,
    but routers stay apart, and so do access points that cover one room.
    """
    sites: defaultdict[str, list[Planned]] = defaultdict(list)
    for target in targets:
        sites[target.site].append(target)
    names = {target.device for some in sites.values() for target in some}
    known = {ap for aps in (rooms or {}).values() for ap in aps}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for aps in (rooms or {}).values():
        _note(found, combinations(sorted(names.intersection(aps)), 2))
    for site, some in sites.items():
        _note(found, _at_site(some, known, whole=site in whole))
    return {device: frozenset(others) for device, others in found.items()}


def _note(found: Mapping[str, set[str]], pairs: Iterable[tuple[str, str]]) -> None:
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)


def _at_site(some: Sequence[Planned], known: Collection[str], *, whole: bool) -> Iterator[tuple[str, str]]:
    routers = [target.device for target in some if target.kind == "router"]
    others = [target for target in some if target.kind != "router"]
    yield from combinations(routers, 2)
    if not whole:
        yield from product(routers, (target.device for target in others))
        behind = {target.device for target in others}
        yield from ((target.device, target.above) for target in others if target.above in behind)
    aps = sorted((target for target in others if target.kind == "ap"), key=lambda target: target.ordinal)
    if not all(ap.device in known for ap in aps):
        yield from _neighbours(aps)


def _neighbours(aps: Sequence[Planned]) -> Iterator[tuple[str, str]]:
    """Yield access points that were hung one after another, at the site and on each switch."""
    switches: defaultdict[str, list[str]] = defaultdict(list)
    for ap in aps:
        switches[ap.above].append(ap.device)
    yield from pairwise(ap.device for ap in aps)
    for hanging in switches.values():
        yield from pairwise(hanging)
