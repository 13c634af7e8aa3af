"""`homeroom secret`: name the secrets that are kept, and give one. No command prints a value."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from homeroom.project import Project
from homeroom.secret import DERIVED, NAMES, Vault
from playbooks import console


def configure(parser: argparse.ArgumentParser) -> None:
    """Add `list` and `set`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="their names, and where each comes from")
    give = actions.add_parser("set", help="keep a value, asked for on the terminal or read from stdin's first line")
    give.add_argument("name", metavar="NAME", help="e.g. radius, or federation")


def run(args: argparse.Namespace) -> int:
    """List or set."""
    project = Project.locate(args.project)
    if args.action == "set":
        Vault.put(project, args.name, _value(args.name))
        if args.json:
            console.emit({"set": args.name})
        else:
            console.say(f"{args.name} is kept, encrypted; devices and servers that have the old one must be given it")
        return 0
    rows = [(name, _source(name)) for name in Vault.open(project).names]
    if args.json:
        console.emit({"secrets": [{"name": name, "source": source} for name, source in rows]})
    else:
        console.table("secrets", ["name", "from"], rows)
    return 0


def _source(name: str) -> str:
    if name in DERIVED:
        return "made of another"
    given = name in NAMES and f"HOMEROOM_SECRET_{name.upper()}" in os.environ
    return f"HOMEROOM_SECRET_{name.upper()}" if given else ".homeroom/secrets.age"


def _value(name: str) -> str:
    """Read a value without showing it."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{name}: ")
    return sys.stdin.readline().rstrip("\r\n")
