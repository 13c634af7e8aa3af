"""`homeroom audit report BUNDLE`: reports from an evidence bundle and nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

from playbooks import audit, console


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the bundle, the formats, the language and where the reports go."""
    keep = argparse.SUPPRESS  # the same options stand before the verb; what was given there holds
    parser.epilog = "exit codes: 0 written; 2 the file is no bundle, or there is no such format or language"
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the file that `homeroom audit` wrote")
    parser.add_argument(
        "--out", type=Path, default=keep, metavar="DIR", help="where they go (default: beside the bundle)"
    )
    parser.add_argument(
        "--format",
        type=audit.formats,
        default=keep,
        metavar="LIST",
        help=f"{', '.join(audit.FORMATS)}; separated by commas (default: html)",
    )
    parser.add_argument(
        "--lang", default=keep, metavar="LANG", help="en, es, sr, ru, ky (default: the programme's language, or en)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the reports and say where they are."""
    from homeroom.audit.bundle.read import Bundle
    from homeroom.audit.report.formats import FORMATS
    from homeroom.audit.report.speech import language, spoken

    bundle = Bundle.open(args.bundle)
    lang = args.lang or spoken(bundle.header.language)
    language(lang)
    out = audit.folder(args.out or args.bundle.parent)
    files = {name: FORMATS[name](bundle, out, lang) for name in args.format}
    if args.json:
        console.emit({"lang": lang, "root": bundle.root, "files": {name: str(path) for name, path in files.items()}})
    else:
        for path in files.values():
            console.say(str(path))
    return 0
