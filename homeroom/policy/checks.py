"""What must hold of a policy beyond types and the matrix: profiles, windows, traffic classes, visitors, endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias, get_args

from homeroom.policy.model import FilterProfile, Line, Policy, Window

Wrong: TypeAlias = tuple[str, str, str]
"""Field, what is wrong with it, what to do."""
DSCP: Final = frozenset(
    ["default", "ef", *(f"cs{n}" for n in range(1, 8)), *(f"af{c}{d}" for c in range(1, 5) for d in range(1, 4))]
)
"""Code points by name (RFC 2474, RFC 2597, RFC 3246)."""
_clock: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d").fullmatch
_domain: Final = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
).match
_word: Final = re.compile(r"[a-z][a-z0-9_]{0,15}").fullmatch
"""Names that become names on devices (object groups, time ranges): short, and no platform minds them."""


def names(policy: Policy) -> Iterator[Wrong]:
    """Check the names that devices will know."""
    for section in ("endpoints", "windows", "traffic", "categories"):
        for name in getattr(policy, section):
            if not _word(name):
                yield f"{section}.{name}", "is no name", "use up to 16 small letters, digits and _"
    for number, name in enumerate(policy.base):
        if name not in policy.categories:
            yield f"base[{number}]", f"no category is called {name}", f"choose from {', '.join(policy.categories)}"


def profile(policy: Policy, at: str, made: FilterProfile) -> Iterator[Wrong]:
    """Check what a filter profile names."""
    wanted = (
        ("categories", "category", made.categories, policy.categories),
        ("blocked", "endpoint group", made.blocked, policy.endpoints),
        ("only", "endpoint group", (made.only,) if made.only else (), policy.endpoints),
        ("window", "window", (made.window,) if made.window else (), policy.windows),
    )
    for field, what, given, there in wanted:
        for name in given:
            if name not in there:
                yield f"{at}.{field}", f"no {what} is called {name}", f"choose from {', '.join(there) or 'none yet'}"
    if made.only and not policy.endpoints.get(made.only, True):
        yield f"{at}.only", f"{made.only} holds no address", "fill it: now nothing could be reached"
    for name in made.allow:
        if not _domain(name):
            yield f"{at}.allow", f"{name!r} is no domain name in small letters", "write it as library.example"
    if made.names == "allowed" and not made.allow:
        yield f"{at}.allow", "is empty, and only what it names would resolve", "name something"
    for name in set(made.blocked) & {made.only}:
        yield f"{at}.blocked", f"{name} is blocked and the only thing reached", "choose one"


def windows(policy: Policy) -> Iterator[Wrong]:
    """Check that every window has a beginning and an end."""
    for name, window in policy.windows.items():
        yield from _window(f"windows.{name}", window)


def _window(at: str, window: Window) -> Iterator[Wrong]:
    if not window.days:
        yield f"{at}.days", "are none", "name them: [mon, tue]"
    if len(set(window.days)) < len(window.days):
        yield f"{at}.days", "name a day twice", "keep one"
    for field, value in (("start", window.start), ("until", window.until)):
        if not _clock(value):
            yield f"{at}.{field}", f"{value!r} is no time of day", 'write it in quotes as "07:30"'
    if _clock(window.start) and _clock(window.until) and window.start >= window.until:
        yield f"{at}.until", f"{window.until} is not after {window.start}", "end it the same day, or make two windows"


def traffic(policy: Policy) -> Iterator[Wrong]:
    """Check that the classes share each line, and that roles name them."""
    for name, made in policy.traffic.items():
        at = f"traffic.{name}"
        if made.dscp not in DSCP:
            yield f"{at}.dscp", f"no code point is called {made.dscp}", "use names such as cs1, af21, ef"
        for line in get_args(Line):
            share, limit = made.share.get(line, 0), made.limit.get(line, 100)
            if not 1 <= share <= limit <= 100:
                yield (
                    f"{at}.share",
                    f"{line}: {share} % assured, {limit} % at most",
                    "give 1 to 100, and not above limit",
                )
    for line in get_args(Line):
        total = sum(made.share.get(line, 0) for made in policy.traffic.values())
        if policy.traffic and total != 100:
            yield "traffic", f"the shares of {line} add up to {total} %", "make them 100"
    for name, role in policy.roles.items():
        if role.traffic and role.traffic not in policy.traffic:
            yield (
                f"roles.{name}.traffic",
                f"no class is called {role.traffic!r}",
                f"choose from {', '.join(policy.traffic)}",
            )


def admission(policy: Policy) -> Iterator[Wrong]:
    """Check who gets in when nobody can be asked, and the visitors' network."""
    if policy.fallback and not policy.roles.get(policy.fallback):
        yield "fallback", f"no role is called {policy.fallback}", f"choose from {', '.join(policy.roles)}"
    elif policy.fallback and not policy.roles[policy.fallback].profile:
        yield "fallback", f"{policy.fallback} has no filter profile", "choose a role for strangers, such as guest"
    visitors = policy.visitors
    if visitors and visitors.role not in policy.roles:
        yield "visitors.role", f"no role is called {visitors.role}", f"choose from {', '.join(policy.roles)}"
    if visitors and visitors.realm and not _domain(visitors.realm):
        yield "visitors.realm", f"{visitors.realm!r} is no realm", "write our own, as escuelas.example"
