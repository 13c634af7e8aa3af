"""`homeroom services`: print the files of the central resolvers, RADIUS, DHCP and log servers; have them checked."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from playbooks import console

if TYPE_CHECKING:
    from homeroom.central.check import Verdict
    from homeroom.central.press import Press, Printed
    from homeroom.central.services import Central
    from homeroom.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where to write, and whether to check."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="write DIR/<daemon>/<file> (default: only a summary)")
    parser.add_argument("--check", action="store_true", help="let each daemon that is installed check its files")
    parser.add_argument(
        "--reveal", action="store_true", help="write the secrets instead of their markers, into private files"
    )
    parser.epilog = "exit codes: 0 printed; 1 a daemon refuses its file; 2 bad usage or input"


def run(args: argparse.Namespace) -> int:
    """Print and check the central services; 1 when a daemon refuses what was printed."""
    from homeroom.central.press import Press
    from homeroom.central.services import Places
    from homeroom.errors import UsageError
    from homeroom.project import Project

    project = Project.locate(args.project)
    if args.reveal and not args.out:
        raise UsageError("--reveal writes secrets: say where with --out DIR")
    central, press = gather(project), Press.of(project)
    sizes = Counter[str]()
    files = central.files(press, Places())
    if args.out:
        with _named(args.out):
            for path in _write(_revealed(project, files) if args.reveal else files, args.out):
                sizes[path.parent.name] += 1
    else:
        for file in files:
            sizes[file.path.partition("/")[0]] += 1
    verdicts = _checked(central, press) if args.check else ()
    if args.json:
        console.emit(document(central, sizes, verdicts, args.out))
    else:
        _show(central, sizes, verdicts, args.out)
    return 1 if any(verdict.outcome == "refused" for verdict in verdicts) else 0


def gather(project: Project) -> Central:
    """Read everything the central services are made of. Raises InputError, PlanError, StoreError (unsigned lists)."""
    from homeroom.central.lists.shelf import Shelf
    from homeroom.central.services import Central
    from homeroom.central.settings import load_services
    from homeroom.store.world import World

    services = load_services(project)
    with contextlib.closing(World.open(project)) as world:
        plans = tuple(world.plans())
    return Central(world.programme, world.policy, services, plans, Shelf.of(project).names())


def _write(files: Iterable[Printed], out: Path) -> Iterator[Path]:
    from homeroom.central.check import write

    return write(files, out)


def _revealed(project: Project, files: Iterable[Printed]) -> Iterator[Printed]:
    """Exchange the markers in the files that only their owner may read; no other file has any."""
    from homeroom.central.press import Printed
    from homeroom.secret import Vault

    vault = Vault.open(project)
    for file in files:
        private = not file.mode & 0o007
        yield Printed(file.path, [vault.reveal(text) for text in file.chunks], 0o600) if private else file


@contextlib.contextmanager
def _named(path: Path) -> Generator[None]:
    from homeroom.errors import UsageError

    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; name another directory") from error


def _checked(central: Central, press: Press) -> tuple[Verdict, ...]:
    from homeroom.central.check import check, write
    from homeroom.central.services import Places

    with tempfile.TemporaryDirectory() as folder:
        list(write(central.files(press, Places.beneath(folder)), Path(folder)))
        return tuple(check(Path(folder)))


def document(central: Central, sizes: Counter[str], verdicts: Iterable[Verdict], out: Path | None) -> dict[str, object]:
    """Return what `--json` prints."""
    return {
        "files": dict(sizes),
        "out": str(out) if out else None,
        "unfilled": central.unfilled(),
        "unserved": central.unserved(),
        "checks": [
            {"file": one.file, "tool": one.tool, "outcome": one.outcome, "message": one.message} for one in verdicts
        ],
    }


def _show(central: Central, sizes: Counter[str], verdicts: Iterable[Verdict], out: Path | None) -> None:
    for daemon, count in sizes.items():
        console.say(f"{daemon}: {count} files{f' in {out / daemon}' if out else ''}")
    for category in central.unfilled():
        console.say(f"no list of {category} is published: nothing is refused by it")
    for override in central.unserved():
        console.say(f"not done by the resolvers, which answer every school of a profile alike: {override}")
    rows = [(one.file, one.tool, one.outcome, one.message) for one in verdicts]
    if rows:
        console.table("what the daemons say", ("file", "asked", "answer", "its words"), rows)
