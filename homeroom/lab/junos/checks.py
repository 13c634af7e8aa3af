"""What `commit check` refuses: a configuration whose statements do not fit one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homeroom.lab.junos import secure
from homeroom.lab.junos.tree import Node


@dataclass(frozen=True, slots=True)
class Complaint:
    """One refusal: `[edit ...]`, the statement, Junos's words."""

    path: str
    element: str
    message: str


def complaints(tree: Node) -> list[Complaint]:
    """Check a candidate; empty when it can be committed."""
    own = [*_root(tree), *_filters(tree), *_members(tree), *_gateways(tree)]
    return [*own, *(Complaint(*wrong) for wrong in secure.wrongs(tree))]


def _root(tree: Node) -> Iterator[Complaint]:
    """Junos commits nothing without a root password or key."""
    root = tree.find("system", "root-authentication")
    if root is None or not root.nodes:
        yield Complaint("[edit system]", "root-authentication", "Missing mandatory statement: 'root-authentication'")


def _units(tree: Node) -> Iterator[tuple[str, Node]]:
    for port in tree.entries("interfaces", "interface"):
        for unit in port.entries("unit"):
            yield f"[edit interfaces {port.key} unit {unit.key}", unit


def _filters(tree: Node) -> Iterator[Complaint]:
    for path, unit in _units(tree):
        for family in ("inet", "inet6", "ethernet-switching"):
            known = {entry.key for entry in tree.entries("firewall", "family", family, "filter")}
            known |= {entry.key for entry in tree.entries("firewall", "filter")} if family == "inet" else set()
            for way in ("input", "output"):
                name = unit.value("family", family, "filter", way, "filter-name")
                if name and name not in known:
                    where = f"{path} family {family}]"
                    yield Complaint(where, "filter", f"Referenced filter '{name}' is not defined")


def _members(tree: Node) -> Iterator[Complaint]:
    vlans = tree.entries("vlans", "vlan")
    known = {vlan.key for vlan in vlans} | {vlan.value("vlan-id") for vlan in vlans} | {"all", "default"}
    for path, unit in _units(tree):
        members = unit.find("family", "ethernet-switching", "vlan", "members")
        for member in members.values if members else []:
            if member not in known and "-" not in member:
                where = f"{path} family ethernet-switching vlan]"
                yield Complaint(where, "members", f"VLAN-Id or VLAN-name '{member}' is not defined")


def _gateways(tree: Node) -> Iterator[Complaint]:
    known = {
        f"{port.key}.{unit.key}" for port in tree.entries("interfaces", "interface") for unit in port.entries("unit")
    }
    for vlan in tree.entries("vlans", "vlan"):
        name = vlan.value("l3-interface")
        if name and name not in known:
            yield Complaint(f"[edit vlans {vlan.key}]", "l3-interface", f"l3-interface {name} is not defined")
