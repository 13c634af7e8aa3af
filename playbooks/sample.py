"""`homeroom sample`: a synthetic nation with the published totals; same seed, same bytes."""

from __future__ import annotations

import argparse
from pathlib import Path

from homeroom.errors import UsageError
from homeroom.programme.sample import NATIONS, write_sample
from homeroom.project import CONFIG
from playbooks import console


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the nation, where to write it, and how much of it."""
    parser.add_argument("nation", choices=NATIONS, help="kg: 2,137 schools; py: 962 sites; rs: 4,000 sites")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the project directory to write")
    parser.add_argument("--sites", type=int, metavar="N", help="so many sites, spread over the regions (default: all)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, another nation (default: 1)")
    parser.add_argument("--force", action="store_true", help="write over what is there")


def run(args: argparse.Namespace) -> int:
    """Write the sample; refuse to write over anything unless forced."""
    out: Path = args.out
    if out.exists() and not args.force and not _is_empty(out):
        raise UsageError(f"{out} is not empty: name a new directory, or add --force to write over it")
    write_sample(args.nation, out, sites=args.sites, seed=args.seed)
    if args.json:
        console.emit({"project": str(out), "nation": args.nation, "seed": args.seed})
    else:
        console.say(f"wrote {out / CONFIG} and {out / 'inventory'}; next: homeroom --project {out} check")
    return 0


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())
