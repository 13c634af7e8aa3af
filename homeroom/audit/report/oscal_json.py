"""What the OSCAL documents share: identifiers that are the same for the same evidence, text as Markdown, times.

OSCAL 1.2.1: https://pages.nist.gov/OSCAL-Reference/. What it has no name for bears our own namespace.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Final, TypeAlias

from homeroom.audit.bundle.model import Header, RuleEntry, SubjectEntry
from homeroom.audit.report.words import visible
from homeroom.audit.verdict import PROGRAMME

VERSION: Final = "1.2.1"
NS: Final = "urn:homeroom:oscal"
_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, NS)
_MARKED: Final = re.compile(r"([\\`*_\[\]<>~^&\"'#{}!|])")
_LINE_START: Final = re.compile(r"(?m)^(\s*\d*)([-+.)])(?=\s)")
_CONTROL: Final = re.compile(r"([A-Z]{2}-\d+)(?:\s*\((\d+)\))?.*")

Thing: TypeAlias = Mapping[str, Any]
dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Names:
    """Identifiers (UUID version 5): of this evidence by its root, of what lasts from run to run by the programme."""

    def __init__(self, header: Header, root: str) -> None:
        self._run = uuid.uuid5(_SPACE, root)
        self._programme = uuid.uuid5(_SPACE, header.programme)

    def of_run(self, *key: str) -> str:
        """Name something of this run only."""
        return str(uuid.uuid5(self._run, "\0".join(key)))

    def lasting(self, *key: str) -> str:
        """Name something that the next run will name the same: a device, a risk."""
        return str(uuid.uuid5(self._programme, "\0".join(key)))

    def subject(self, entry: SubjectEntry) -> str:
        """Name a device, a site or the programme."""
        return self.lasting("subject", entry.site, entry.device)


def markdown(text: str) -> str:
    """Return a text as Markdown that shows it letter by letter; blank: a dash, because OSCAL takes no empty text."""
    escaped = _MARKED.sub(r"\\\1", visible(text))
    return _LINE_START.sub(r"\1\\\2", escaped).strip() or "–"


def line(text: str) -> str:
    """Return a text as one line of Markdown."""
    return " ".join(markdown(text).split())


def plain(text: str) -> str:
    """Return a text as a value: one line, no Markdown."""
    return " ".join(visible(text).split()) or "–"


def prop(name: str, value: str | int, *, own: bool = True) -> Thing:
    """Return a property. `own`: OSCAL has no such name."""
    return {"name": name, **({"ns": NS} if own else {}), "value": plain(str(value))}


def when(at: float, otherwise: float = 0.0) -> str:
    """Write a time; one that no calendar has becomes `otherwise`."""
    try:
        moment = dt.datetime.fromtimestamp(at or otherwise, dt.UTC)
    except (OverflowError, ValueError, OSError):
        moment = dt.datetime.fromtimestamp(otherwise, dt.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def end_of(day: str, otherwise: float) -> str:
    """Write the end of a day given as YYYY-MM-DD."""
    try:
        return f"{dt.date.fromisoformat(day).isoformat()}T23:59:59Z"
    except ValueError:
        return when(otherwise)


def controls(rule: RuleEntry) -> Sequence[str]:
    """Return the NIST SP 800-53 controls that a rule tests (`ac-4`, `ia-5.1`); its own id when it names none."""
    found = [match for match in (_CONTROL.fullmatch(ref.strip()) for ref in rule.refs.nist) if match]
    named = [f"{match[1].lower()}{f'.{match[2]}' if match[2] else ''}" for match in found]
    return list(dict.fromkeys(named)) or [objective(rule)]


def objective(rule: RuleEntry) -> str:
    """Return the id of a rule as the document's own objective."""
    return rule.id.lower()


def metadata(header: Header, names: Names, title: str, root: str) -> Thing:
    """Return who says it, and of when it is."""
    owner = {"uuid": names.lasting("party"), "type": "organization", "name": plain(header.name)}
    return {
        "title": line(f"{title}: {header.name}"),
        "last-modified": when(header.at),
        "version": root,
        "oscal-version": VERSION,
        "roles": [{"id": "assessor", "title": "Assessor"}],
        "parties": [owner],
        "responsible-parties": [{"role-id": "assessor", "party-uuids": [owner["uuid"]]}],
    }


def tool(header: Header, names: Names) -> Thing:
    """Return the tool that judged, as a component."""
    return {
        "uuid": names.lasting("tool"),
        "type": "software",
        "title": line(header.tool),
        "description": line(f"{header.tool} judged by rules; to judge anew: {header.command}"),
        "status": {"state": "operational"},
    }


def origin(names: Names) -> Thing:
    """Return the tool as the one who says it."""
    return {"actors": [{"type": "tool", "actor-uuid": names.lasting("tool")}]}


def item(entry: SubjectEntry, names: Names) -> Thing:
    """Return a subject as an inventory item."""
    said = entry.device or entry.site or PROGRAMME
    what = "device" if entry.device else "site" if entry.site else "programme"
    own = {"subject": what, "site": entry.site, "region": entry.region, "platform": entry.platform, "kind": entry.kind}
    known = {"asset-id": said, "serial-number": entry.serial, "model": entry.model}
    known["software-version"] = entry.software
    props = [prop(name, value, own=False) for name, value in known.items() if value]
    props += [prop(name, value) for name, value in own.items() if value]
    return {"uuid": names.subject(entry), "description": line(f"{said} {entry.name}"), "props": props}


def resources(header: Header, names: Names, root: str) -> Thing:
    """Return the back matter: the evidence and the rules that all is made from."""
    return {
        "resources": [
            {
                "uuid": names.of_run("bundle"),
                "title": "Evidence bundle",
                "description": "The signed file that this document is made from.",
                "props": [prop("root", root), prop("public-key", header.key), prop("verify", "homeroom audit verify")],
            },
            {
                "uuid": names.of_run("rules"),
                "title": "The rules of this audit",
                "description": line(f"Scope: {header.scope}. {header.basis}"),
                "props": [prop("sha-256", header.rules)],
            },
        ]
    }


def array(file: IO[str], before: str, things: Iterable[str]) -> bool:
    """Write `before` and an array of things that are JSON already; of none nothing: OSCAL has no empty arrays."""
    first = True
    for one in things:
        file.write(f"{before}[{one}" if first else f",\n{one}")
        first = False
    file.write("" if first else "]")
    return not first
