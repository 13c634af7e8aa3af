"""The HTML report of a bundle: Python decides what stands on it, the template prints it. It loads nothing.

The page holds the summary, the frameworks, the failures and bounded lists. The list of all devices is packed into it;
when that would make it heavy, the list goes to pages of its own in a folder beside it, and the page says what is where.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report import choice
from homeroom.audit.report.context import context
from homeroom.audit.report.digest import Digest
from homeroom.audit.report.fresh import write_text
from homeroom.audit.report.packed import Pack, Packer
from homeroom.audit.report.speech import Language, language
from homeroom.audit.report.words import short, visible

MOST_PACKED: Final = 400_000
"""Characters of packed devices in the page itself; with more they go to pages of their own."""
MOST_BYTES: Final = 900_000
"""Of the page with the packed list of names that tells which page has what; names are left out before it grows."""
FOLDER: Final = Path(__file__).parent


def write(bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
    """Write the report to `path`, reading the bundle once; device pages, if any, into the folder beside it."""
    say = language(lang)
    digest, packs, whole = _read(bundle)
    embedded = sum(len(pack.data) for pack in packs) <= MOST_PACKED
    printer = _Printer(say, path.name)
    given: dict[str, Any] = context(bundle, digest, say) | {"whole": whole, "packs": [pack.data for pack in packs]}
    folder = path.with_name(f"{path.stem}-devices")
    if embedded:
        given |= {"folder": "", "index": True, "names": "", "places": ()}
        shutil.rmtree(folder, ignore_errors=True)
    else:
        given |= _elsewhere(packs, given["region_names"], folder.name)
        room = MOST_BYTES - len(printer.print("page.html.j2", given | {"index": True, "names": ""}).encode())
        given |= _names(given["links"], room)
        _pages(packs, given, folder, printer)
    return write_text(path, printer.print("page.html.j2", given))


def _read(bundle: Bundle) -> tuple[Digest, Sequence[Pack], bool]:
    digest, packer = Digest(bundle.rules), Packer(bundle.rules, bundle.header.devices)
    packs: list[Pack] = []
    for entry in bundle.subjects():
        digest.add(entry)
        packs.extend(packer.add(entry))
    packs.extend(packer.rest())
    return digest, sorted(packs, key=lambda pack: pack.region), packer.whole


@dataclass(frozen=True, slots=True)
class _Link:
    href: str
    label: str


class _Printer:
    """Prints templates in one language, all with the same script."""

    def __init__(self, say: Language, main: str) -> None:
        script = (FOLDER / "report.js").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
        self._environment = _environment().overlay()
        self._environment.filters = _filters(say)
        self._given = {"say": say, "main": main, "script": Markup(script), "script_hash": f"sha256-{digest}"}  # noqa: S704

    def print(self, template: str, given: Mapping[str, Any]) -> str:
        """Print one template."""
        ready = dict(given) | self._given | {"facts": Markup(_json(given["facts"]))}  # noqa: S704
        return self._environment.get_template(template).render(ready)


@cache
def _environment() -> Environment:
    """Make the environment: everything is escaped, a misspelt variable is an error."""
    loader = FileSystemLoader(FOLDER)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _filters(say: Language) -> dict[str, Any]:
    ours = {
        "visible": visible,
        "short": short,
        "stamp": say.stamp,
        "number": say.number,
        "date": say.date,
        "grouped": choice.grouped,
    }
    return {**_environment().filters, **ours}


def _json(value: object) -> str:
    """Write JSON that cannot close the element it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _elsewhere(packs: Sequence[Pack], regions: Mapping[str, str], folder: str) -> Mapping[str, Any]:
    """Tell which page has which region."""
    links = [(_Link(f"{folder}/{_name(number)}", str(number)), pack) for number, pack in enumerate(packs, 1)]
    by_region: dict[str, list[_Link]] = {}
    for link, pack in links:
        by_region.setdefault(pack.region, []).append(link)
    places = [(regions.get(region, region) or "–", found) for region, found in by_region.items()]
    return {"folder": folder, "links": links, "places": places}


def _names(links: Sequence[tuple[_Link, Pack]], room: int) -> Mapping[str, Any]:
    """Pack which page has which site and device; without the devices, or without all, where there is no room."""
    whole = _packed([[link.href, pack.sites, pack.names] for link, pack in links])
    if len(whole) <= room:
        return {"index": True, "names": whole}
    nobody: Sequence[str] = ()
    sites = _packed([[link.href, pack.sites, nobody] for link, pack in links])
    return {"index": False, "names": sites if len(sites) <= room else _packed([])}


def _packed(value: Sequence[Sequence[object]]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def _name(number: int) -> str:
    return f"{number:03}.html"


def _pages(packs: Sequence[Pack], given: Mapping[str, Any], folder: Path, printer: _Printer) -> None:
    """Write the device pages; those of before stay until all are written."""
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for number, pack in enumerate(packs, 1):
            region = given["region_names"].get(pack.region, pack.region) or "–"
            own = {"packs": [pack.data], "number": number, "of": len(packs), "region": region}
            (fresh / _name(number)).write_text(printer.print("devices.html.j2", {**given, **own}), encoding="utf-8")
        fresh.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.replace(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
