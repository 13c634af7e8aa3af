"""`homeroom policy`: the policy as it holds somewhere, with the origin of every value that is not everybody's."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from playbooks import console

if TYPE_CHECKING:
    from homeroom.policy.model import Override, Policy


Value: TypeAlias = str | bool | tuple[str, ...]
CELL: Final = ("from", "to", "services", "reason", "owner", "review", "only at")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the place."""
    parser.add_argument("--site", default="", help="the policy of this site; default: the whole programme's")
    parser.add_argument("--region", default="", help="the policy of this region")
    parser.epilog = "exit codes: 0 shown; 2 the policy is unusable, or there is no such place"


def run(args: argparse.Namespace) -> int:
    """Show the policy. Raises InputError with everything that is wrong in it."""
    from homeroom.policy.load import load_policy
    from homeroom.policy.overrides import origins, resolve
    from homeroom.programme.load import load_facts
    from homeroom.project import Project

    project = Project.locate(args.project)
    facts, _ = load_facts(project)
    policy = load_policy(project, facts)
    scopes = _scopes(args, facts)
    made, origin = resolve(policy, scopes), origins(policy, scopes)
    if args.json:
        console.emit(document(made, origin, scopes))
    else:
        _show(made, origin, scopes)
    return 0


def _scopes(args: argparse.Namespace, facts: Any) -> tuple[str, ...]:
    from homeroom.errors import UsageError
    from homeroom.intent.build import scopes_of

    programme = facts.programme
    if args.site:
        site = next((site for site in facts.sites if site.id == args.site), None)
        if site is None:
            raise UsageError(f"no site is called {args.site}: `homeroom check` lists what was quarantined")
        return scopes_of(site, programme)
    if args.region and args.region not in {region.id for region in programme.regions}:
        raise UsageError(f"no region is called {args.region}; there are {', '.join(r.id for r in programme.regions)}")
    return (programme.country, args.region) if args.region else (programme.country,)


def document(policy: Policy, origin: Mapping[str, Override], scopes: tuple[str, ...]) -> dict[str, object]:
    """Return what `--json` prints."""
    values = [{"path": path, "value": value, "origin": _origin(origin.get(path))} for path, value in _values(policy)]
    cells = [{**_plain(cell), "review": str(cell.review)} for cell in policy.matrix]
    return {"scopes": scopes, "values": values, "matrix": cells, "base": policy.base}


def _plain(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def _values(policy: Policy) -> Iterator[tuple[str, object]]:
    """Walk everything that may be overridden: path and value."""
    for section in ("profiles", "windows"):
        for name, made in getattr(policy, section).items():
            for key, value in _plain(made).items():
                yield f"{section}.{name}.{key}", value


def _origin(one: Override | None) -> object:
    if one is None:
        return "programme"
    return {"scope": one.scope, "reason": one.reason, "owner": one.owner, "review": str(one.review)}


def _show(policy: Policy, origin: Mapping[str, Override], scopes: tuple[str, ...]) -> None:
    profiles = policy.profiles
    rows = [
        [key, *(_cell(getattr(made, key), origin.get(f"profiles.{name}.{key}")) for name, made in profiles.items())]
        for key in (field.name for field in dataclasses.fields(next(iter(profiles.values()))))
    ]
    console.table(f"filter profiles of {' > '.join(scopes)}", ["", *profiles], rows)
    cells = [
        (cell.source, cell.target, " ".join(cell.services), cell.reason, cell.owner, cell.review, cell.scope)
        for cell in policy.matrix
    ]
    console.table("who opens connections to whom", CELL, cells)
    for path, one in origin.items():
        console.say(f"* {path}: {one.scope}, {one.reason} ({one.owner}, review {one.review})")


def _cell(value: Value, one: Override | None) -> str:
    if isinstance(value, bool):
        shown = "yes" if value else "no"
    else:
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
    return f"{shown or '-'}{'*' if one else ''}"
