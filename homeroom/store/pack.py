"""A site and its ledger entry as one line of JSON: lists in field order, which are half the size of objects."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Final

from homeroom.plan.model import Entry
from homeroom.prefix import Prefix
from homeroom.programme.model import School, Site

_SCHOOL: Final = tuple(field.name for field in dataclasses.fields(School))
_SITE: Final = tuple(field.name for field in dataclasses.fields(Site) if field.name != "schools")
_ENTRY: Final = tuple(field.name for field in dataclasses.fields(Entry))
_PREFIXES: Final = ("v4", "v6", "wan4")


def pack(site: Site, entry: Entry) -> str:
    """Return both as text."""
    schools = [[getattr(school, name) for name in _SCHOOL] for school in site.schools]
    line = [str(getattr(entry, name)) for name in _ENTRY]
    return json.dumps([[getattr(site, name) for name in _SITE], schools, line], ensure_ascii=False)


def unpack(text: str) -> tuple[Site, Entry]:
    """Return what `pack` was given."""
    fields, schools, line = json.loads(text)
    site: dict[str, Any] = dict(zip(_SITE, fields, strict=True))
    entry: dict[str, Any] = dict(zip(_ENTRY, line, strict=True))
    for name in _PREFIXES:
        entry[name] = Prefix.parse(entry[name])
    return Site(**site, schools=tuple(School(*school) for school in schools)), Entry(**entry)
