"""`homeroom audit`: judge every selected device and site by every rule, and the verbs beside it."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any, Final

from homeroom.errors import UsageError
from playbooks.selectors import add_selectors

VERBS: Final = {
    "verify": "check a bundle with nothing but the public key; say which bytes are not as they were signed",
    "report": "write reports from a bundle",
    "rules": "list the rules, show one, or try their examples",
    "trend": "how the verdicts moved from audit to audit, by region, rule or framework, or by a change",
    "mend": "show the lines that would mend violations, and offer them as a change",
}
"""Verb -> one line of help. The module is playbooks.audit_<verb>, with `configure(parser)` and `run(args)`."""
NAME: Final = "audit.homeroom"
"""The bundle."""
FORMATS: Final = ("html", "pdf", "csv", "xlsx", "junit", "oscal", "poam", "cklb")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `homeroom audit`, and the verbs beside it."""
    parser.epilog = (
        "exit codes: 0 everything is compliant; 1 not everything, or unknown; 2 a rule, waiver or bundle is wrong"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the bundle and reports go (.homeroom/report)")
    parser.add_argument(
        "--format",
        type=formats,
        default=("html",),
        metavar="LIST",
        help=f"{', '.join(FORMATS)}; separated by commas (default: html); the bundle is always written",
    )
    parser.add_argument("--lang", default="", metavar="LANG", help="of the reports: en, es, sr, ru, ky (default: en)")
    parser.add_argument(
        "--max-age", type=float, metavar="HOURS", help="older facts decide nothing (default: what each rule says)"
    )
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="judge N of the selected devices, by lot")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the lot: the same seed, the same devices")
    parser.add_argument("--again", action="store_true", help="judge anew also what has not changed since")
    add_selectors(parser)
    common = _Verb(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--project", type=Path, metavar="DIR", help="the project directory (default: found from here)")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    verbs = parser.add_subparsers(dest="verb", metavar=f"{{{','.join(VERBS)}}}", parser_class=_Verb)
    for name, text in VERBS.items():
        verbs.add_parser(name, help=text, description=text, parents=[common])


class _Verb(argparse.ArgumentParser):
    """The parser of a verb: its module is imported when it is its turn, for some need what others do not have."""

    configured = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Add the verb's arguments, then parse."""
        if not self.configured:
            self.configured = True
            importlib.import_module(f"playbooks.audit_{self.prog.rpartition(' ')[2]}").configure(self)
        return super().parse_known_args(args, namespace)


def run(args: argparse.Namespace) -> int:
    """Judge, or do what the verb says; 0 when everything is compliant, 1 when not, 2 when a rule or waiver is wrong."""
    module = importlib.import_module(f"playbooks.audit_{args.verb or 'run'}")
    answer: int = module.run(args)
    return answer


def formats(text: str) -> tuple[str, ...]:
    """Read a list of formats."""
    chosen = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    wrong = [part for part in chosen if part not in FORMATS]
    if wrong:
        raise argparse.ArgumentTypeError(f"no format is called {wrong[0]!r}; there are {', '.join(FORMATS)}")
    return chosen


def folder(path: Path) -> Path:
    """Make the folder of the reports; UsageError when it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be made: {error.strerror}; give another --out") from error
    return path
