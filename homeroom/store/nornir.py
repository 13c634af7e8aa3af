"""Nornir on a project: its configuration and inventory files read by us, its hosts from the compiled inventory."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Group, Groups, Host, Hosts, Inventory, ParentGroups
from nornir.core.plugins.inventory import InventoryPluginRegister

from homeroom import strict
from homeroom.errors import InputError, Problem
from homeroom.project import CONFIG, Project
from homeroom.store.elements import Element, inherit, read_defaults, read_elements
from homeroom.store.inventory import Selector
from homeroom.store.reach import Endpoint, lab, managed
from homeroom.store.setting import NornirConfig, Workers
from homeroom.store.world import ALL, DeviceRow, World

PLUGIN: Final = "HomeroomInventory"


class HomeroomInventory:
    """Nornir inventory plugin: selectors become SQL, the selected hosts a plain Nornir inventory."""

    def __init__(self, project: str = ".", selector: Mapping[str, Iterable[str]] | None = None) -> None:
        self._project = Project(Path(project).resolve())
        self._selector = Selector(**{name: tuple(values) for name, values in (selector or {}).items()})

    def load(self) -> Inventory:
        """Return the selected hosts, and those of hosts.yaml, with groups and defaults."""
        folder = self._project.inventory
        files = _Files(
            read_elements(folder / "hosts.yaml"),
            read_elements(folder / "groups.yaml"),
            read_defaults(folder / "defaults.yaml"),
        )
        world = World.open(self._project)
        try:
            return files.inventory(world.devices(self._selector), lab(self._project), self._selector)
        finally:
            world.close()


def open_nornir(project: Project, selector: Selector | None = None) -> Nornir:
    """Return Nornir with the selected hosts of a project; raises InputError for a wrong nornir_config.yaml."""
    config = strict.load(NornirConfig, project.root / CONFIG, shown=CONFIG)
    InventoryPluginRegister.register(PLUGIN, HomeroomInventory)
    named = {name: list(values) for name, values in dataclasses.asdict(selector or Selector()).items() if values}
    root = (project.root / config.inventory.options.project).resolve()
    runner: dict[str, Any] = {"plugin": config.runner.plugin}
    if config.runner.plugin == "threaded":
        runner["options"] = dataclasses.asdict(config.runner.options or Workers())
    logging = dataclasses.asdict(config.logging) | {"log_file": str(project.root / config.logging.log_file)}
    inventory = {"plugin": PLUGIN, "options": {"project": str(root), "selector": named}}
    return InitNornir(inventory=inventory, runner=runner, logging=logging)


@dataclass(frozen=True, slots=True)
class _Files:
    """The plain inventory files of a project, as read."""

    hosts: Mapping[str, Element]
    groups: Mapping[str, Element]
    defaults: Element

    def inventory(self, rows: Sequence[DeviceRow], lab: Mapping[str, Endpoint], selector: Selector) -> Inventory:
        """Return the hosts of the rows; while a lab runs, only those it emulates."""
        defaults = Defaults(**_attributes(inherit(self.defaults, ())))
        groups = self.make_groups({row.platform for row in rows}, defaults)
        parents = {name: ParentGroups([groups[name]]) for name in groups}
        hosts = Hosts()
        for row in rows:
            if not lab or row.name in lab:
                end = lab[row.name] if lab else managed(row)
                hosts[row.name] = _host(row, end, parents[row.platform], defaults)
        for name, element in self.hosts.items():
            if not lab and (selector == ALL or name in selector.devices):
                hosts[name] = self.one_off(name, element, groups, defaults)
        return Inventory(hosts=hosts, groups=groups, defaults=defaults)

    def make_groups(self, platforms: set[str], defaults: Defaults) -> Groups:
        """Make every group of groups.yaml and one for each platform, data and options merged down into each."""
        groups = Groups()
        for name in (*self.groups, *sorted(platforms - set(self.groups))):
            chain = self.chain("groups.yaml", name, self.groups.get(name, {}).get("groups", ()))
            element = inherit(self.groups.get(name, {}), (*chain, self.defaults))
            groups[name] = Group(name=name, defaults=defaults, **_attributes(element))
        for name, group in groups.items():
            group.groups = ParentGroups([groups[parent] for parent in self.groups.get(name, {}).get("groups", ())])
        return groups

    def chain(self, file: str, name: str, parents: Iterable[str], seen: tuple[str, ...] = ()) -> list[Element]:
        """Return the groups above `name`, the nearest first; InputError when one is unknown or above itself."""
        found: list[Element] = []
        for parent in parents:
            if parent not in self.groups or parent in seen:
                what = "is above itself" if parent in seen else "is not in groups.yaml"
                raise InputError(Problem(f"inventory/{file}", 0, f"{name}.groups", f"{parent} {what}", "correct it"))
            found.append(self.groups[parent])
            found += self.chain(file, parent, self.groups[parent].get("groups", ()), (*seen, parent))
        return found

    def one_off(self, name: str, element: Element, groups: Groups, defaults: Defaults) -> Host:
        """Make a host of hosts.yaml: a device no plan knows."""
        above = element.get("groups", [])
        merged = inherit(element, (*self.chain("hosts.yaml", name, above), self.defaults))
        parents = ParentGroups([groups[parent] for parent in above])
        return Host(name=name, groups=parents, defaults=defaults, **_attributes(merged))


def _attributes(element: Element) -> dict[str, Any]:
    """Return what Nornir's own constructors take."""
    options = {kind: ConnectionOptions(**inner) for kind, inner in element["connection_options"].items()}
    rest = {key: value for key, value in element.items() if key not in ("groups", "connection_options")}
    return {**rest, "connection_options": options}


def _host(row: DeviceRow, end: Endpoint, parents: ParentGroups, defaults: Defaults) -> Host:
    data = {
        "site": row.site,
        "region": row.region,
        "kind": row.kind,
        "model": row.model,
        "ordinal": row.ordinal,
        "ports": dict(end.ports),
    }
    return Host(
        name=row.name,
        hostname=end.host,
        port=end.ports["ssh"],
        platform=row.platform,
        groups=parents,
        data=data,
        defaults=defaults,
    )
