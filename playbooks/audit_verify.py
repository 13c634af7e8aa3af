"""`homeroom audit verify BUNDLE`: is it what was signed, whose is it, of when? By file and public key alone."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeroom.errors import BundleError, UsageError
from homeroom.project import Project
from playbooks import console

if TYPE_CHECKING:
    from homeroom.audit.bundle.fault import Fault
    from homeroom.audit.bundle.read import Bundle

MOST_SHOWN: Final = 30
"""Faults printed for people; `--json` has them all."""
NONE: Final = "none"
"""For a run that is to be the first."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the bundle, the key and the run before."""
    parser.epilog = "exit codes: 0 it is as it was signed; 1 it is not; 2 it is no bundle, or the key is none"
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the file that `homeroom audit` wrote")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the public key (default: audit.pub of the project)")
    parser.add_argument(
        "--previous", default="", metavar="ROOT", help=f"the root that the run before must have; {NONE}: there was none"
    )


def run(args: argparse.Namespace) -> int:
    """Verify and say; 0 when nothing is wrong, 1 when something is."""
    from homeroom.audit.bundle import chain, keys
    from homeroom.audit.bundle.read import Bundle
    from homeroom.audit.bundle.verify import verify

    previous: str = args.previous.lower()
    if previous not in {"", NONE} and not chain.ROOT.fullmatch(previous):
        raise UsageError(f"--previous {args.previous!r} is no root: give 64 hexadecimal digits, or {NONE}")
    wanted = {"": None, NONE: ""}.get(previous, previous)
    key = keys.public(args.key or Project.locate(args.project).root / keys.PUBLIC)
    faults = verify(args.bundle, key, wanted)
    try:
        bundle = Bundle.open(args.bundle)
    except BundleError:
        bundle = None  # cut or broken: the faults say where
    if args.json:
        console.emit(_document(bundle, faults, key))
    else:
        _show(args.bundle, bundle, faults)
    return 1 if faults else 0


def _document(bundle: Bundle | None, faults: Sequence[Fault], key: bytes) -> Mapping[str, Any]:
    said = {name: value for name, value, _ in _said(bundle)} if bundle else {}
    shown = [{"start": fault.start, "end": fault.end, "what": fault.what} for fault in faults]
    return {"intact": not faults, "faults": shown, "key": key.hex(), **said}


def _show(path: Path, bundle: Bundle | None, faults: Sequence[Fault]) -> None:
    from homeroom.audit.report.words import visible

    if bundle:
        for name, value, shown in _said(bundle):
            if value not in {"", 0}:
                console.say(f"{name:>9}  {visible(shown)}")
    for fault in faults[:MOST_SHOWN]:
        console.say(f"{path}: bytes {fault.start} to {fault.end}: {visible(fault.what)}", "red")
    if len(faults) > MOST_SHOWN:
        console.say(f"... and {len(faults) - MOST_SHOWN} more; --json has them all")
    console.say(f"{path} is not what was signed" if faults else f"{path} is as it was signed")


def _said(bundle: Bundle) -> Sequence[tuple[str, str | float, str]]:
    """Return name, value, and the value for people, of what a bundle says of itself."""
    from homeroom.audit.age import stamp

    header = bundle.header
    rows: Sequence[tuple[str, str | float]] = (
        ("programme", header.programme),
        ("name", header.name),
        ("scope", header.scope),
        ("devices", header.devices),
        ("sampled", header.sampled),
        ("sites", header.sites),
        ("schools", header.schools),
        ("unreached", len(bundle.unreached)),
        ("rules", len(bundle.rules)),
        ("tool", header.tool),
        ("root", bundle.root),
        ("previous", header.previous),
    )
    return (("at", header.at, stamp(header.at)), *((name, value, str(value)) for name, value in rows))
