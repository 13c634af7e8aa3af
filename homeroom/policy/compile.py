"""From the policy to access lists: for each role, each family and the uplinks, ordered, inbound on the gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import PolicyError
from homeroom.policy.draft import Draft, Line, list_name
from homeroom.policy.inbound import Inbound
from homeroom.policy.model import WAN, AccessList, Family, Group, Hook, Policy, Redirect, Rule
from homeroom.policy.places import gateway
from homeroom.prefix import Prefix
from homeroom.programme.model import Central

HOOKS: Final[Mapping[bool, tuple[Hook, ...]]] = {False: ("in",), True: ("local", "through")}
"""Whether the platform tracks connections -> the lists it has."""
_Key = tuple[str, Family, Hook]


class Compiler:
    """A policy compiled once; `lists` only puts a site's prefixes in. Rules that name no place are shared."""

    def __init__(self, policy: Policy, central: Central, pools: tuple[Prefix, ...] = ()) -> None:
        missing = sorted({r.profile for r in policy.roles.values() if r.profile} - set(central.resolvers))
        if missing:
            raise PolicyError(f"programme.yaml names no resolver for {', '.join(missing)}: add it to central.resolvers")
        self.policy = policy
        drafts: tuple[Draft, ...] = (Draft(policy, central, pools, 4), Draft(policy, central, pools, 6))
        self._lines = {stateful: dict(_compiled(policy, drafts, HOOKS[stateful])) for stateful in HOOKS}
        self._redirects = tuple(_redirects(policy, drafts))

    def lists(
        self, v4: Mapping[str, Prefix], v6: Mapping[str, Prefix], *, stateful: bool = False
    ) -> tuple[AccessList, ...]:
        """Return a site's access lists, role by role, IPv4 before IPv6, the uplinks' last."""
        places = {4: _places(v4), 6: _places(v6)}
        return tuple(
            AccessList(list_name(role, family, hook), role, family, tuple(_put(lines, places[family])), hook)
            for (role, family, hook), lines in self._lines[stateful].items()
            if role == WAN or role in places[family]
        )

    def redirects(self, roles: Mapping[str, Prefix]) -> tuple[Redirect, ...]:
        """Return the forced DNS of the roles a site has."""
        return tuple(redirect for redirect in self._redirects if redirect.role in roles)


def groups_of(lists: tuple[AccessList, ...]) -> tuple[Group, ...]:
    """Return the groups that lists name, each once, in the order of their first use."""
    ends = (end for one in lists for rule in one.rules for end in (rule.source, rule.target))
    return tuple(dict.fromkeys(end for end in ends if isinstance(end, Group)))


def access_lists(
    policy: Policy,
    central: Central,
    v4: Mapping[str, Prefix],
    v6: Mapping[str, Prefix],
    pools: tuple[Prefix, ...] = (),
    *,
    stateful: bool = False,
) -> tuple[AccessList, ...]:
    """Compile the access lists of one site; `v4` and `v6` map roles to prefixes, `pools` are the programme's own."""
    return Compiler(policy, central, pools).lists(v4, v6, stateful=stateful)


def _compiled(
    policy: Policy, drafts: tuple[Draft, ...], hooks: tuple[Hook, ...]
) -> Iterator[tuple[_Key, tuple[Line, ...]]]:
    for role in policy.roles:
        for draft in drafts:
            for hook in hooks:
                yield (role, draft.family, hook), tuple(draft.lines(role, hook))
    for draft in drafts:
        for hook in hooks:
            yield (WAN, draft.family, hook), tuple(Inbound(draft).lines(hook))


def _redirects(policy: Policy, drafts: tuple[Draft, ...]) -> Iterator[Redirect]:
    for role, made in policy.roles.items():
        for draft in drafts:
            if made.profile and draft.resolvers[made.profile]:
                yield Redirect(role, draft.family, draft.resolvers[made.profile][0].network)


def _places(prefixes: Mapping[str, Prefix]) -> dict[str, Prefix]:
    places = dict(prefixes)
    for role, prefix in prefixes.items():
        places[gateway(role)] = Prefix(prefix.family, prefix.first + 1, 32 if prefix.family == 4 else 128)
    return places


def _put(lines: tuple[Line, ...], places: Mapping[str, Prefix]) -> Iterator[Rule]:
    """Put a site's prefixes in; what names a role that the site does not have is left out."""
    for rule, source, target in lines:
        if not source and not target:
            yield rule
        elif (not source or source in places) and (not target or target in places):
            ends = places[source] if source else rule.source, places[target] if target else rule.target
            yield Rule(
                rule.action,
                rule.protocol,
                *ends,
                rule.sports,
                rule.dports,
                rule.icmp,
                rule.established,
                rule.log,
                rule.note,
                rule.window,
            )
