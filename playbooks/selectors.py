"""The selectors every command shares: `--region --site --device --platform --kind`, each repeatable."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from homeroom.store.inventory import Selector

FIELDS: Final = {
    "region": "only this region, e.g. PY-11",
    "site": "only this site",
    "device": "only this device, e.g. py11-0042-rtr1",
    "platform": "only this platform, e.g. ios",
    "kind": "only this kind",
}
KINDS: Final = ("router", "switch", "ap", "wlc")


def add_selectors(parser: argparse.ArgumentParser) -> None:
    """Add the selectors to a command."""
    group = parser.add_argument_group("selectors", "each may be given several times; a device must fit all that are")
    for name, text in FIELDS.items():
        choices = KINDS if name == "kind" else None
        metavar = None if choices else name.upper()
        group.add_argument(f"--{name}", action="append", default=[], metavar=metavar, choices=choices, help=text)


def selector(args: argparse.Namespace) -> Selector:
    """Return what the arguments select."""
    from homeroom.store.inventory import Selector

    return Selector(
        regions=tuple(args.region),
        sites=tuple(args.site),
        devices=tuple(args.device),
        platforms=tuple(args.platform),
        kinds=tuple(args.kind),
    )
