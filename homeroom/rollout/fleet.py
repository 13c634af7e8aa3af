"""The devices a command was called for: what each is to run, how it is entered, and those that are not pushed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

from nornir.core import Nornir
from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult
from sqlalchemy.engine import Engine

from homeroom.catalogue import Platform
from homeroom.errors import ParseError, RenderError
from homeroom.intent.model import Intent, Management
from homeroom.plan.model import SitePlan
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.policy.compare import same
from homeroom.prefix import Prefix
from homeroom.project import Project
from homeroom.rollout.access import Keyring, register
from homeroom.rollout.drivers import Driver, driver_for
from homeroom.rollout.runner import Runner
from homeroom.rollout.shape import Block, Own
from homeroom.rollout.work import Work
from homeroom.secret import Vault
from homeroom.store.hostkeys import HostKeys
from homeroom.store.inventory import Selector
from homeroom.store.nornir import open_nornir
from homeroom.store.world import World

NEEDED: Final = ("replace", "compare", "confirmed_commit", "confirm_from_new_process", "rollback")
"""What a push is made of; a platform that cannot do all of it is not pushed, with its written reasons."""


@dataclass(frozen=True, slots=True)
class Member:
    """One device that can be pushed. `features`: its rendered text by feature; `own`: its own values."""

    work: Work
    driver: Driver
    features: Mapping[str, str]
    own: Own
    intent: Intent


@dataclass(frozen=True, slots=True)
class Fleet:
    """The selected devices of a project. `not_pushed`: device -> the written reason."""

    nornir: Nornir
    keyring: Keyring
    members: Mapping[str, Member]
    not_pushed: Mapping[str, str]
    project: Project

    def _has(self, host: Host) -> bool:
        return host.name in self.members

    def run(self, task: Callable[..., Any], runner: Runner, **params: Any) -> AggregatedResult:
        """Run a Nornir task on every member, on our own runner."""
        chosen = self.nornir.filter(filter_func=self._has)
        return chosen.with_runner(runner).run(task, fleet=self, **params)


def muster(
    project: Project, selector: Selector, engine: Engine, clock: Callable[[], float], *, prove: bool = True
) -> Fleet:
    """Render every selected device and prove its text; RenderError, naming them all, when one does not prove.

    A device that cannot be rendered is not pushed. Not to `prove` is for who holds the texts against those that were
    approved, and proved, before.
    """
    register()
    members: dict[str, Member] = {}
    not_pushed: dict[str, str] = {}
    unproven: list[str] = []
    renderer = Renderer.of(project)
    with closing(World.open(project)) as world:
        keyring = Keyring(world.programme.management_user, Vault.open(project), HostKeys(engine), clock)
        plans = {plan.entry.site: plan for plan in world.plans(selector)}
        for intent in world.intents(selector):
            device = intent.device
            driver = driver_for(renderer.platforms[device.platform].lineage)
            if isinstance(driver, str):
                not_pushed[device.name] = driver
                continue
            if reasons := driver.ability.lacks(*NEEDED):
                not_pushed[device.name] = "; ".join(reasons.values())
                continue
            try:
                member = _member(intent, plans[device.site], renderer, driver, keyring)
            except RenderError as error:  # it names the device, and the template with its line
                not_pushed[device.name] = f"{error}; correct the template, or what it prints"
                continue
            members[device.name] = member
            if prove and not _proves(intent, member.work, renderer.platforms[device.platform]):
                unproven.append(device.name)
    if unproven:
        raise RenderError(
            f"the access rules of {', '.join(unproven)}, read back, differ from the policy; nothing is pushed:"
            " correct the template that prints them"
        )
    nornir = open_nornir(project, selector)
    absent = members.keys() - nornir.inventory.hosts.keys()
    for name in members.keys() - absent:  # a transport that does not exist is said before any device is entered
        members[name].driver.over(nornir.inventory.hosts[name].get("transport"))
    not_pushed |= dict.fromkeys(sorted(absent), "it is not among the devices of the lab that runs")
    return Fleet(nornir, keyring, {name: members[name] for name in members if name not in absent}, not_pushed, project)


def _member(intent: Intent, plan: SitePlan, renderer: Renderer, driver: Driver, keyring: Keyring) -> Member:
    rendered = renderer.render(intent)
    parse = code_for(renderer.platforms[rendered.platform]).parse
    work = Work(rendered.device, rendered.text, parse, keyring.vault.reveal, keyring.conceal(driver))
    return Member(work, driver, rendered.features, _own(intent, plan), intent)


def _proves(intent: Intent, work: Work, platform: Platform) -> bool:
    """Tell whether the rendered access lists, read back by the independent parser, are the policy's, and in force.

    A platform that says in writing that it keeps no hours is held to the rules without theirs.
    """
    try:
        access = work.parse.access(work.text)
    except ParseError:  # what cannot be read back proves nothing
        return False
    found = access.by_name()
    standing = {(use.family, use.name, use.hook) for use in access.applied}
    for meant in intent.access:
        rules = [replace(rule, window="") for rule in meant.rules] if platform.timeless else meant.rules
        one = found.get((meant.family, meant.name))
        if one is None or (meant.family, meant.name, meant.hook) not in standing or not same(rules, one.rules):
            return False
    return True


def _own(intent: Intent, plan: SitePlan) -> Own:
    """Gather the values that differ between devices which are configured alike."""
    device, management, entry = intent.device, intent.management, plan.entry
    roles = [
        Block(f"{role}{family}", prefix, prefix)
        for family, prefixes in ((4, plan.v4), (6, plan.v6))
        for role, prefix in prefixes.items()
    ]
    wide = [(f"site{net.family}", net) for net in (entry.v4, entry.v6)] + [("wan", entry.wan4)]
    wide += [("backup", Prefix.parse(f"{one.peer4}/31")) for one in intent.uplinks[1:]]
    return Own(
        blocks=(*_itself(management, plan), *roles, *(Block(name, net, net) for name, net in wide)),
        names={
            **{port.name: "port" for port in intent.ports},
            **dict.fromkeys(intent.trunks, "trunk"),
            **dict(_rates(intent)),
            device.name: "device",
            entry.code: "code",
            management.location: "location",
            device.site_name: "site name",
            device.region_name: "region name",
        },
        mask=management.netmask,
        vlan=management.vlan,
    )


def _rates(intent: Intent) -> Iterator[tuple[str, str]]:
    """Yield what the uplinks' contracts give, and the parts of it that classes get, as platforms write rates."""
    parts = {100, *(share for one in intent.qos for share in (one.percent, one.limit))}
    for kbps in {one.kbps for one in intent.uplinks if one.kbps}:
        for percent in sorted(parts):
            part = kbps * percent // 100
            for text in (f"{part * 1000}", f"{part}k", f"{part / 1000:g}M", f"{part} kbps", f"'{part}'"):
                yield text, f"rate {percent}%"


def _itself(management: Management, plan: SitePlan) -> Iterator[Block]:
    """Yield the device's own management addresses, beside which the management network's mask is written."""
    for address, nets in ((management.v4, plan.v4), (management.v6, plan.v6)):
        host = Prefix.parse(address)
        net = next((net for net in nets.values() if net.contains(host)), host)
        yield Block(f"self{host.family}", host, net)
