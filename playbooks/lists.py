"""`homeroom lists`: bring lists of names, see what stands against them, publish them signed."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playbooks import console

if TYPE_CHECKING:
    from homeroom.central.lists.intake import Taken
    from homeroom.central.lists.manifest import Listed, Manifest
    from homeroom.project import Project

FORMATS: Final = ("auto", "domains", "hosts", "rpz", "adblock")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    parser.epilog = "exit codes: 0 done; 1 a list is refused, or nothing is in force; 2 bad usage or input"
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb, text in (("import", "take a list for the next publication"), ("check", "only say what import would")):
        one = verbs.add_parser(verb, help=text, description=text)
        one.add_argument("category", help="a category of policy.yaml")
        one.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files, or directories of UT1")
        one.add_argument("--format", choices=FORMATS, default="auto", help="default: told by the first line")
        one.add_argument("--source", default="", help="where the list is from")
        one.add_argument("--licence", default="", help="under what terms it may be used")
        one.add_argument("--by", default="", metavar="NAME", help="who brings it")
        one.add_argument("--accept", default="", metavar="REASON", help="let a change of size pass, and say why")
        one.add_argument("--without", action="append", default=[], metavar="NAME", help="leave a name out; repeatable")
    publish = verbs.add_parser("publish", help="put what was imported into force, signed")
    publish.add_argument("--by", default="", metavar="NAME", help="who publishes")
    verbs.add_parser("status", help="what is in force, its signature checked, and what waits")
    ends = verbs.add_parser("endpoints", help="addresses for an endpoint group of policy.yaml, a prefix a line")
    ends.add_argument("group", help="an endpoint group of policy.yaml")
    ends.add_argument("files", nargs="+", type=Path, metavar="FILE")
    ends.add_argument("--by", default="", metavar="NAME", help="who brings them")
    ends.add_argument("--accept", default="", metavar="REASON", help="let a change of size pass, and say why")


def run(args: argparse.Namespace) -> int:
    """Do what the verb says; 1 when a list is refused."""
    from homeroom.project import Project

    project = Project.locate(args.project)
    verbs = {
        "import": _import,
        "check": _import,
        "publish": _publish,
        "status": _status,
        "endpoints": _endpoints,
    }
    return verbs[args.verb](project, args)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _import(project: Project, args: argparse.Namespace) -> int:
    from homeroom.central.lists.guards import Guards
    from homeroom.central.lists.intake import Brought, take
    from homeroom.central.lists.shelf import Shelf
    from homeroom.errors import UsageError
    from homeroom.policy.load import load_policy
    from homeroom.programme.load import read_programme

    policy = load_policy(project)
    if args.category not in policy.categories:
        raise UsageError(f"no category is called {args.category}; policy.yaml has {', '.join(policy.categories)}")
    if args.verb == "import" and not (args.source and args.licence and args.by):
        raise UsageError("say where the list is from and who answers for it: --source, --licence, --by")
    if args.accept and not args.by:
        raise UsageError("--accept needs --by NAME: who lets the change pass")
    programme = read_programme(project.inventory / "programme.yaml", "inventory/programme.yaml")
    shelf = Shelf.of(project)
    brought = Brought(
        tuple(args.files), args.format, args.source, args.licence, args.by, args.accept, tuple(args.without)
    )
    before = shelf.current()
    published = before.categories.get(args.category) if before else None
    taken = take(args.category, brought, Guards.of(programme, policy), published, _now())
    if args.verb == "import" and not taken.refusals:
        shelf.stage(args.category, taken.names, taken.listed)
    if args.json:
        console.emit(document(taken, published))
    else:
        _say(taken, published, args)
    return 1 if taken.refusals else 0


def document(taken: Taken, published: Listed | None) -> dict[str, object]:
    """Return what `--json` prints of an import."""
    return {
        "category": taken.category,
        "names": len(taken.names),
        "published": published.names if published else None,
        "lines": sum(source.lines for source in taken.listed.sources),
        "refused_lines": sum(source.refused for source in taken.listed.sources),
        "shown": taken.shown,
        "refusals": [{"guard": one.guard, "name": one.name, "message": one.message} for one in taken.refusals],
    }


SHOWN: Final = 20
"""Reasons a person sees; `--json` has them all."""


def _say(taken: Taken, published: Listed | None, args: argparse.Namespace) -> None:
    files = ", ".join(str(path) for path in args.files)
    sources = taken.listed.sources
    lines, refused = sum(one.lines for one in sources), sum(one.refused for one in sources)
    was = f", {published.names:,} are published" if published else ""
    console.say(f"{taken.category}: {len(taken.names):,} names of {lines:,} lines, {refused:,} refused{was}")
    for line in taken.shown:
        console.say(f"  {line}")
    for one in taken.refusals[:SHOWN]:
        console.say(f"{files}: {one.guard}: {f'{one.name} ' if one.name else ''}{one.message}")
    if len(taken.refusals) > SHOWN:
        console.say(f"and {len(taken.refusals) - SHOWN} more: --json shows all")
    if taken.refusals:
        console.say(_remedy({one.guard for one in taken.refusals}))
    elif args.verb == "import":
        console.say("imported; `homeroom lists publish` puts it into force")


def _remedy(guards: set[str]) -> str:
    kept = "refused: the published list stays in force"
    if guards == {"size"}:
        return f"{kept}; look at the list, then say --accept REASON --by NAME"
    if guards <= {"protected", "popular", "size"}:
        return f"{kept}; leave the names out with --without NAME, or have the list corrected"
    return f"{kept}; name the format with --format, or have the list corrected"


def _publish(project: Project, args: argparse.Namespace) -> int:
    from homeroom.central.lists.shelf import Shelf
    from homeroom.errors import UsageError

    if not args.by:
        raise UsageError("--by NAME: who publishes stands in the manifest")
    made = Shelf.of(project).publish(args.by, _now())
    if args.json:
        console.emit(_listed(made))
    else:
        console.say(f"in force: {made.version}; `homeroom services --out DIR` prints the resolvers' zones")
    return 0


def _listed(made: Manifest) -> dict[str, object]:
    names = {category: one.names for category, one in made.categories.items()}
    return {"version": made.version, "by": made.by, "time": made.time, "names": names}


def _status(project: Project, args: argparse.Namespace) -> int:
    from homeroom.central.lists.shelf import Shelf

    shelf = Shelf.of(project)
    made, waiting = shelf.current(), shelf.waiting()
    if made:
        for one in made.categories.values():
            shelf.path(one)
    if args.json:
        waits = {category: one.names for category, one in waiting.items()}
        console.emit({"current": _listed(made) if made else None, "waiting": waits})
    else:
        _table(made, waiting)
    return 0 if made else 1


def _table(made: Manifest | None, waiting: Mapping[str, Listed]) -> None:
    console.say(f"in force: {made.version}, signed, by {made.by}" if made else "nothing is in force yet")
    rows = [(category, "in force", one) for category, one in (made.categories.items() if made else ())]
    rows += [(category, "waits", one) for category, one in waiting.items()]
    cells = [
        (
            name,
            state,
            f"{one.names:,}",
            one.time,
            one.by,
            ", ".join(source.licence for source in one.sources),
            one.accepted,
        )
        for name, state, one in rows
    ]
    if cells:
        console.table("lists", ("category", "state", "names", "time", "by", "licence", "accepted"), cells)


def _endpoints(project: Project, args: argparse.Namespace) -> int:
    from homeroom.central.endpoints import bring
    from homeroom.errors import UsageError
    from homeroom.policy.load import load_policy
    from homeroom.programme.load import read_programme

    policy = load_policy(project)
    if args.group not in policy.endpoints:
        raise UsageError(f"no endpoint group is called {args.group}; policy.yaml has {', '.join(policy.endpoints)}")
    if not args.by:
        raise UsageError("--by NAME: who brings them stands in the file")
    programme = read_programme(project.inventory / "programme.yaml", "inventory/programme.yaml")
    brought = bring(project, programme, args.group, args.files, by=args.by, accept=args.accept, today=_now().date())
    if args.json:
        console.emit({"group": args.group, "prefixes": len(brought.prefixes), "refusals": brought.refusals})
    else:
        console.say(f"{args.group}: {len(brought.prefixes):,} prefixes")
        for line in brought.refusals[:SHOWN]:
            console.say(f"  {line}")
        console.say("refused: the file stays as it was" if brought.refusals else f"written: {brought.path}")
    return 1 if brought.refusals else 0
