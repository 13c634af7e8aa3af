"""The `homeroom` command: one table of operations; only the chosen one's module is imported."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Final

from homeroom import __version__
from homeroom.errors import HomeroomError

COMMANDS: Final = {
    "init": "make a project directory with the example district",
    "sample": "make a synthetic programme with a nation's published totals",
    "check": "validate the facts; list what was quarantined and why",
    "policy": "show who reaches what and what each may resolve, and where each value comes from",
    "plan": "allocate addresses and names into the ledger",
    "render": "print each device's configuration",
    "prove": "prove who reaches whom, for every packet and path; show what a change opens",
    "services": "print the central resolvers', RADIUS, DHCP and log servers' files",
    "lists": "bring, guard and publish lists of names that resolvers refuse",
    "lab": "run the emulated fleet of this project",
    "diff": "dry run against the devices, grouped",
    "change": "a safe bulk change: judge it, have a second person approve it, apply it in waves",
    "apply": "push the rendered configurations, guarded; a dry run unless --commit",
    "poll": "read the devices by SNMP, once",
    "observe": "poll by schedule, judge, listen and tell, until stopped",
    "alerts": "what is wrong now, who was told, and what is silenced",
    "probe": "from a machine in a role's network: does the policy hold?",
    "drift": "whose configuration is not as intended, which line, what it breaks, since when, by whom",
    "backup": "store the running configurations, and export them",
    "history": "show what ran on a device and when, and what changed between",
    "restore": "give devices back what they ran at a time; a dry run unless --commit",
    "secret": "name the secrets that are kept, and give one",
    "audit": "judge, and report",
    "funnel": "how far each site has come, and whose turn it is; a site's acceptance sheet",
    "speeds": "take in measurements of schools' lines",
    "demo": "the whole way, on an emulated district",
}
"""Operation -> one line of help. The module is playbooks.<operation>, with `configure(parser)` and `run(args)`."""


def parser_for(command: str | None) -> argparse.ArgumentParser:
    """Build the parser; only `command`'s own arguments are added, so that nothing heavy is imported."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--project", type=Path, metavar="DIR", help="the project directory (default: found from here)")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    top = argparse.ArgumentParser(
        prog="homeroom",
        description="Homeroom runs a nation's school networks.",
        parents=[common],
        epilog="exit codes: 0 yes; 1 the answer is no; 2 bad usage or input; 3 some devices failed",
    )
    top.add_argument("--version", action="version", version=f"homeroom {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        sub = commands.add_parser(name, help=text, description=text, parents=[common])
        if name == command:
            importlib.import_module(f"playbooks.{name}").configure(sub)
    return top


def _command(words: list[str]) -> str | None:
    """Find the command among the words: the first that is no option and no option's value."""
    skip = False
    for word in words:
        if not skip and not word.startswith("-"):
            return word
        skip = word == "--project"
    return None


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code. Errors of ours are one message; others are bugs and show their trace."""
    words = sys.argv[1:] if argv is None else argv
    args = parser_for(_command(words)).parse_args(words)
    args.project = getattr(args, "project", None)
    args.json = getattr(args, "json", False)
    try:
        return int(importlib.import_module(f"playbooks.{args.command}").run(args))
    except HomeroomError as error:
        sys.stderr.write(f"homeroom {args.command}: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("homeroom: stopped\n")
        return 130
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
