"""The operations that read and change the configuration.

Sources: "Junos XML Management Protocol Developer Guide" (load-configuration, get-configuration, commit-configuration,
open-configuration, lock-configuration), RFC 6241 for those without a `-configuration`; replies follow public
transcripts.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Final, cast
from xml.sax.saxutils import escape

from homeroom.lab.junos import jsonform, sets, shows, text, xmlform
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.records import Action, Client, Complaint, Denied
from homeroom.lab.junos.tree import Bad, Node
from homeroom.lab.junos.xmlform import attributes, tag

_XNM: Final = "http://xml.juniper.net/xnm/1.1/xnm"
_ACTIONS: Final = frozenset({"merge", "replace", "override", "update"})
_OK: Final = "<ok/>"


class LoadDenied(Denied):
    """A load that was refused, at least in part."""


def wrapped(denied: Denied, body: str) -> str:
    """Put the frame of a load's answer around its errors; the others have none."""
    if not isinstance(denied, LoadDenied):
        return body
    count = sum(one.severity == "error" for one in denied.complaints)
    total = f"<load-error-count>{count}</load-error-count>" if count else "<ok/>"
    return f"<load-configuration-results>\n{body}\n{total}\n</load-configuration-results>"


def _child(element: ET.Element, name: str) -> ET.Element | None:
    return next((kid for kid in element if tag(kid) == name), None)


def _said(element: ET.Element, name: str) -> str:
    found = _child(element, name)
    return xmlform.text(found) if found is not None else ""


# --- reading


def _get(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    said = attributes(operation)
    if "compare" in said:
        differs = device.base.compare(client, _number(said.get("rollback", "0")))
        return (
            "<configuration-information>\n<configuration-output>\n"
            f"{escape(differs)}</configuration-output>\n</configuration-information>"
        )
    tree = device.tree if said.get("database") == "committed" else device.base.open(client)
    return _shown(device, tree, said.get("format", "xml"), _child(operation, "configuration"))


def _shown(device: JunosDevice, tree: Node, form: str, pick: ET.Element | None) -> str:
    newest = device.base.commits[0]
    if form == "text":
        body = escape(_head(device) + text.show(_part(tree, pick)))
        return f'<configuration-text xmlns="{_XNM}">\n{body}</configuration-text>'
    if form == "set":
        return f'<configuration-set xmlns="{_XNM}">\n{escape(sets.show(_part(tree, pick)))}</configuration-set>'
    if form == "json":
        return escape(jsonform.show(_part(tree, pick)))
    return (
        f'<configuration xmlns="{_XNM}" junos:commit-seconds="{int(newest.at)}" junos:commit-user="{newest.user}">'
        f"{xmlform.show(tree, pick)}</configuration>"
    )


def _head(device: JunosDevice) -> str:
    newest = device.base.commits[0]
    return f"## Last commit: {shows.date(newest.at)} by {newest.user}\n"


def _part(tree: Node, pick: ET.Element | None) -> Node:
    """Return the part of a configuration that a filter names, as a configuration."""
    if pick is None or len(pick) == 0:
        return tree
    return xmlform.Reader(ET.fromstring(f'<c xmlns:junos="j">{xmlform.show(tree, pick)}</c>')).tree  # noqa: S314 -- our own


def _number(word: str) -> int:
    if not word.isdecimal():
        raise Denied(Complaint("Invalid numeric value: '" + word + "'", word))
    return int(word)


def _get_config(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    source = _child(operation, "source")
    running = source is not None and _child(source, "running") is not None
    tree = device.tree if running else device.base.open(client)
    found = _child(operation, "filter")
    pick = _child(found, "configuration") if found is not None else None
    return f"<data>{_shown(device, tree, 'xml', pick)}</data>"


# --- changing


def _may(device: JunosDevice, client: Client, name: str) -> None:
    if device.reader(client.user):
        raise Denied(Complaint("permission denied", name, tag="access-denied"))


def _load(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    said = attributes(operation)
    try:
        if "rollback" in said:
            device.base.rollback(client, _number(said["rollback"]))
        else:
            _loaded(device, client, operation, said)
    except Denied as denied:
        raise LoadDenied(*denied.complaints) from denied
    return f"<load-configuration-results>\n{_OK}\n</load-configuration-results>"


def _loaded(device: JunosDevice, client: Client, operation: ET.Element, said: Mapping[str, str]) -> None:
    action, form = said.get("action", "merge"), said.get("format", "xml")
    if action == "set" or form == "set":
        device.base.command(client, _said(operation, "configuration-set"))
        return
    if action not in _ACTIONS:
        raise Denied(Complaint("invalid value", action))
    tree, errors = _read(operation, form)
    device.base.load(client, cast("Action", action), tree, errors)


def _read(operation: ET.Element, form: str) -> tuple[Node, list[Bad]]:
    """Read the configuration in an operation, in whatever form it stands there."""
    for name, make in (("configuration-text", text.Reader), ("configuration-json", jsonform.Reader)):
        found = _child(operation, name)
        if found is not None:
            reader = make(found.text or "")
            return reader.tree, reader.errors
    found = _child(operation, "configuration")
    if found is None:
        raise Denied(Complaint("missing mandatory element", f"configuration-{form}"))
    read = xmlform.Reader(found)
    return read.tree, read.errors


def _edit(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    default = _said(operation, "default-operation") or "merge"
    config = _child(operation, "config")
    if config is None:
        config = _child(operation, "config-text")
    if config is None:
        raise Denied(Complaint("missing mandatory element", "config", tag="missing-element"))
    tree, errors = _read(config, "xml")
    action: Action = "override" if default == "replace" else "replace"
    device.base.load(client, action, tree, errors)
    return _OK


def _discard(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    del operation
    device.base.rollback(client, 0)
    return _OK


# --- committing


def _commit(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    if _child(operation, "check") is not None:
        return _check(device, client, operation)
    minutes = 0
    if _child(operation, "confirmed") is not None:
        said = _said(operation, "confirm-timeout") or "10"
        minutes = _number(said)
        if tag(operation) == "commit":  # RFC 6241 counts seconds, 600 unless told
            minutes = max(1, -(-minutes // 60)) if _child(operation, "confirm-timeout") is not None else 10
    device.base.commit(client, _said(operation, "log"), minutes)
    return _OK


def _check(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    del operation
    device.base.check(client)
    device.base.confirm_by_check()
    return (
        '<commit-results>\n<routing-engine junos:style="normal">\n<name>re0</name>\n<commit-check-success/>\n'
        "</routing-engine>\n</commit-results>\n<ok/>"
    )


# --- locks and sessions


def _lock(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    del operation
    device.base.take(client)
    return _OK


def _unlock(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    del operation
    device.base.release(client)
    return _OK


def _open(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    if _child(operation, "private") is not None:
        client.private = device.tree.copy()
        raise Denied(Complaint("uncommitted changes will be discarded on exit", severity="warning"))
    return _OK


def _close(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    del device, operation
    client.private = None
    return _OK


def _end(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    del operation
    device.logout(client)
    return _OK


def _kill(device: JunosDevice, client: Client, operation: ET.Element) -> str:
    del client
    wanted = _said(operation, "session-id")
    victim = next((one for one in device.clients if str(one.pid) == wanted), None)
    if victim is None:
        raise Denied(Complaint("no such session", wanted, tag="invalid-value"))
    victim.drop()
    device.logout(victim)
    return _OK


Operation = Callable[[JunosDevice, Client, ET.Element], str]


def _writing(name: str, operation: Operation) -> Operation:
    """Let only those through who may change the configuration."""

    def guarded(device: JunosDevice, client: Client, element: ET.Element) -> str:
        _may(device, client, name)
        return operation(device, client, element)

    return guarded


_WRITES: Final[Mapping[str, Operation]] = {
    "load-configuration": _load,
    "edit-config": _edit,
    "discard-changes": _discard,
    "commit-configuration": _commit,
    "commit": _commit,
    "validate": _check,
    "lock-configuration": _lock,
    "lock": _lock,
    "unlock-configuration": _unlock,
    "unlock": _unlock,
    "open-configuration": _open,
    "close-configuration": _close,
    "kill-session": _kill,
}
OPERATIONS: Final[Mapping[str, Operation]] = {
    "get-configuration": _get,
    "get-config": _get_config,
    "close-session": _end,
    **{name: _writing(name, operation) for name, operation in _WRITES.items()},
}
