"""What `commit check` refuses of an SRX's policies: names of addresses, applications, schedulers and zones nobody made.

The words follow transcripts in public issues; where none was found, they follow those of addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from homeroom.lab.junos.tree import Node

Wrong: TypeAlias = tuple[str, str, str]
"""`[edit ...]`, the statement, Junos's words."""
_ANYWHERE: Final = frozenset({"any", "any-ipv4", "any-ipv6"})
_HOST: Final = "junos-host"
_ENDS: Final = (("source-address", "Source"), ("destination-address", "Destination"))


def wrongs(tree: Node) -> Iterator[Wrong]:
    """Check security policies and zones."""
    zones = {zone.key for zone in tree.entries("security", "zones", "security-zone")}
    for path, policy in _policies(tree):
        yield from _addresses(tree, path, policy)
        yield from _named(tree, path, policy)
        yield from _zones(path, policy, zones)
    yield from _contexts(tree, zones)
    yield from _interfaces(tree)


def _policies(tree: Node) -> Iterator[tuple[str, Node]]:
    for source in tree.entries("security", "policies", "from-zone"):
        for target in source.entries("to-zone"):
            for policy in target.entries("policy"):
                yield f"[edit security policies from-zone {source.key} to-zone {target.key}]", policy
    for policy in tree.entries("security", "policies", "global", "policy"):
        yield "[edit security policies global]", policy


def _addresses(tree: Node, path: str, policy: Node) -> Iterator[Wrong]:
    books = tree.entries("security", "address-book")
    known = _ANYWHERE | {one.key for book in books for kind in ("address", "address-set") for one in book.entries(kind)}
    for word, end in _ENDS:
        found = policy.find("match", word)
        for name in found.values if found else ():
            if name not in known:
                yield path, f"policy {policy.key}", f"{end} address or address_set ({name}) not found."


def _named(tree: Node, path: str, policy: Node) -> Iterator[Wrong]:
    made = {one.key for kind in ("application", "application-set") for one in tree.entries("applications", kind)}
    found = policy.find("match", "application")
    for name in found.values if found else ():
        if name not in made and name != "any" and not name.startswith("junos-"):
            yield path, f"policy {policy.key}", f"Application or application_set ({name}) not found."
    hours = policy.value("scheduler-name")
    if hours and hours not in {one.key for one in tree.entries("schedulers", "scheduler")}:
        yield path, f"policy {policy.key}", f"Scheduler ({hours}) not found."


def _zones(path: str, policy: Node, zones: set[str]) -> Iterator[Wrong]:
    for word in ("from-zone", "to-zone"):
        found = policy.find("match", word)
        for name in found.values if found else ():
            if name not in zones | {"any"}:
                yield path, f"policy {policy.key}", f"Security zone ({name}) must be defined."


def _contexts(tree: Node, zones: set[str]) -> Iterator[Wrong]:
    for source in tree.entries("security", "policies", "from-zone"):
        for name in (source.key, *(target.key for target in source.entries("to-zone"))):
            if name not in zones | {_HOST}:
                where = f"[edit security policies from-zone {source.key}]"
                yield where, "from-zone", f"Security zone ({name}) must be defined."


def _interfaces(tree: Node) -> Iterator[Wrong]:
    """Refuse an interface in two zones."""
    owners: dict[str, str] = {}
    for zone in tree.entries("security", "zones", "security-zone"):
        for port in zone.entries("interfaces"):
            other = owners.setdefault(port.key, zone.key)
            if other != zone.key:
                where = f"[edit security zones security-zone {zone.key}]"
                yield where, "interfaces", f"Interface {port.key} already assigned to another zone"
