"""From the policy to access lists: for each role and family one ordered list, inbound on the role's gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeroom.errors import PolicyError
from homeroom.policy.draft import Draft, Line, gateway, list_name
from homeroom.policy.model import AccessList, Family, Policy, Rule
from homeroom.prefix import Prefix
from homeroom.programme.model import Central


class Compiler:
    """A policy compiled once; `lists` only puts a site's prefixes in. Rules that name no place are shared."""

    def __init__(self, policy: Policy, central: Central, pools: tuple[Prefix, ...] = ()) -> None:
        missing = sorted({r.profile for r in policy.roles.values() if r.profile} - set(central.resolvers))
        if missing:
            raise PolicyError(f"programme.yaml names no resolver for {', '.join(missing)}: add it to central.resolvers")
        drafts: tuple[Draft, ...] = (Draft(policy, central, pools, 4), Draft(policy, central, pools, 6))
        self._lines: dict[tuple[str, Family], tuple[Line, ...]] = {
            (role, draft.family): tuple(draft.lines(role)) for role in policy.roles for draft in drafts
        }

    def lists(self, v4: Mapping[str, Prefix], v6: Mapping[str, Prefix]) -> tuple[AccessList, ...]:
        """Return a site's access lists, role by role, IPv4 before IPv6."""
        places = {4: _places(v4), 6: _places(v6)}
        return tuple(
            AccessList(list_name(role, family), role, family, tuple(_put(lines, places[family])))
            for (role, family), lines in self._lines.items()
            if role in places[family]
        )


def access_lists(
    policy: Policy, central: Central, v4: Mapping[str, Prefix], v6: Mapping[str, Prefix], pools: tuple[Prefix, ...] = ()
) -> tuple[AccessList, ...]:
    """Compile the access lists of one site; `v4` and `v6` map roles to prefixes, `pools` are the programme's own."""
    return Compiler(policy, central, pools).lists(v4, v6)


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
            yield Rule(
                rule.action,
                rule.protocol,
                places[source] if source else rule.source,
                places[target] if target else rule.target,
                rule.sports,
                rule.dports,
                rule.icmp,
                rule.established,
                rule.log,
                rule.note,
            )
