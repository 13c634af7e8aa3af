"""The plan's invariants, proved site by site: blocks disjoint and inside their region's aggregate, roles inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from homeroom.audit.subject import SiteSubject
from homeroom.audit.verdict import Evidence, Finding
from homeroom.plan.model import SitePlan
from homeroom.prefix import Prefix


def prefixes(subject: SiteSubject) -> Finding:
    """Prove that the site's prefixes are disjoint from all others and inside their aggregates."""
    entry = subject.plan.entry
    wrong = (*_aggregates(subject), *_overlaps(subject), *_roles(subject.plan), *_devices(subject.plan))
    if wrong:
        return Finding("violation", wrong[0], tuple(Evidence(text, "plan") for text in wrong))
    text = f"{entry.v4} and {entry.v6}: {len(subject.plan.v4) + len(subject.plan.v6)} role prefixes, no overlap"
    return Finding("compliant", "disjoint and inside the aggregates", (Evidence(text, "plan"),))


def clashes(plans: Iterable[SitePlan]) -> Mapping[str, tuple[str, ...]]:
    """Find the sites whose block or uplink overlaps another site's: site -> the others, sorted."""
    owned = [(prefix, plan.entry.site) for plan in plans for prefix in _outer(plan)]
    owned.sort(key=lambda pair: (pair[0].family, pair[0].first, pair[0].length))
    found: dict[str, set[str]] = {}
    open_: list[tuple[Prefix, str]] = []
    for prefix, site in owned:
        open_ = [pair for pair in open_ if pair[0].overlaps(prefix)]
        for _, other in open_:
            if other != site:
                found.setdefault(site, set()).add(other)
                found.setdefault(other, set()).add(site)
        open_.append((prefix, site))
    return {site: tuple(sorted(others)) for site, others in found.items()}


def _outer(plan: SitePlan) -> tuple[Prefix, ...]:
    return (plan.entry.v4, plan.entry.v6, plan.entry.wan4)


def _aggregates(subject: SiteSubject) -> Iterator[str]:
    entry, region = subject.plan.entry, subject.region
    if region is None:
        yield f"region {entry.region} is not in the programme, so {entry.v4} lies in no aggregate"
    else:
        for prefix, pool in ((entry.v4, region.pool4), (entry.v6, region.pool6)):
            if not pool.contains(prefix):
                yield f"{prefix} is outside {pool}, the aggregate of {region.id}"
    if not subject.wan_pool.contains(entry.wan4):
        yield f"uplink {entry.wan4} is outside the WAN pool {subject.wan_pool}"


def _overlaps(subject: SiteSubject) -> Iterator[str]:
    entry = subject.plan.entry
    for other in subject.clashes:
        yield f"{entry.v4}, {entry.v6} or {entry.wan4} overlaps a prefix of site {other}"


def _roles(plan: SitePlan) -> Iterator[str]:
    for block, roles in ((plan.entry.v4, plan.v4), (plan.entry.v6, plan.v6)):
        ordered = sorted(roles.items(), key=lambda item: item[1].first)
        for role, prefix in ordered:
            if not block.contains(prefix):
                yield f"{role} {prefix} is outside the site's block {block}"
        for (role, prefix), (other, following) in pairwise(ordered):
            if prefix.overlaps(following):
                yield f"{role} {prefix} overlaps {other} {following}"


def _devices(plan: SitePlan) -> Iterator[str]:
    homes = (plan.v4.get("management"), plan.v6.get("management"))
    for device in plan.devices:
        for address, home in zip((device.v4, device.v6), homes, strict=True):
            if home is None or not home.contains(Prefix.parse(address)):
                yield f"{device.name} {address} is outside the management prefix {home or '(none)'}"
