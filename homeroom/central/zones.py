"""Response policy zones (RPZ): which there are, in the order that decides, and what each says.

The first zone that knows a name wins. So: what nobody may switch off; then the search engines' safe names and the
canaries; then the names a profile allows in spite of a list; then the lists; last, for profiles that may reach
nothing else, everything. Sources: draft-vixie-dnsop-dns-rpz; unbound.conf(5), Response Policy Zone Options.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.central import search
from homeroom.errors import RenderError
from homeroom.policy.model import Policy

PASS: Final = "rpz-passthru."  # noqa: S105 - an action of RPZ
NXDOMAIN: Final = "."
MAX_NAME: Final = 253
"""RFC 1035, 2.3.4: characters of a name as it is written."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone. `tags`: the profiles it holds for; none: every one, and nobody can be taken out.

    `log` is the word that stands in the log of refused names; empty: what it decides is not logged.
    """

    name: str
    file: str
    tags: tuple[str, ...]
    log: str


def zones(policy: Policy, profiles: Iterable[str]) -> tuple[Zone, ...]:
    """Return the zones of the resolver of these profiles, the one that decides first standing first."""
    chosen = tuple(profiles)
    made = {name: policy.profiles[name] for name in chosen}
    later = [name for name in policy.categories if name not in policy.base]
    wanted = {category: tuple(name for name in chosen if category in made[name].categories) for category in later}
    return (
        *(_zone(category, (), category) for category in policy.base),
        *(_zone(f"{name}-rules", (name,), "") for name in chosen if _rules(policy, name)),
        *(_zone(f"{name}-allow", (name,), "") for name in chosen if made[name].allow),
        *(_zone(category, tags, category) for category, tags in wanted.items() if tags),
        *(_zone(f"{name}-only", (name,), f"{name}-only") for name in chosen if made[name].names == "allowed"),
    )


def _zone(stem: str, tags: tuple[str, ...], log: str) -> Zone:
    return Zone(f"{stem}.rpz", f"{stem}.rpz", tags, log)


def _rules(policy: Policy, name: str) -> tuple[tuple[str, str], ...]:
    profile = policy.profiles[name]
    rules = search.rules(safesearch=profile.safesearch, youtube=profile.youtube, canaries=profile.canaries)
    return tuple(rules)


def text(zone: Zone, policy: Policy, lists: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield a zone's text. `lists`: category -> the names refused; each also stands for all below it.

    Raises RenderError for a name that is too long to stand in the zone: the server would refuse the whole file.
    """
    yield f"$ORIGIN {zone.name}.\n$TTL 300\n@ SOA localhost. nobody.invalid. 1 3600 600 86400 300\n@ NS localhost.\n"
    stem, _, what = zone.name.removesuffix(".rpz").rpartition("-")
    if not stem:  # a category: those have no hyphen
        for name in lists.get(what, ()):
            yield f"{name} CNAME .\n*.{name} CNAME .\n"
    elif what == "rules":
        yield from _entries(_rules(policy, stem), zone)
    elif what == "allow":
        names = (pattern for name in policy.profiles[stem].allow for pattern in (name, f"*.{name}"))
        yield from _entries(((name, PASS) for name in names), zone)
    else:
        yield f"* CNAME {NXDOMAIN}\n"


def _entries(pairs: Iterable[tuple[str, str]], zone: Zone) -> Iterator[str]:
    for name, action in pairs:
        if len(name) + len(zone.name) + 1 > MAX_NAME:
            raise RenderError(f"{zone.name}: {name} is too long to stand in a response policy zone; shorten it")
        yield f"{name} CNAME {action}\n"
