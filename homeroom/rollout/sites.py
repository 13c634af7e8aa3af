"""The sites of a change: who is there, and whether its roles stay apart, whatever of it has been changed so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache, partial
from threading import Lock
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.errors import HomeroomError, RenderError
from homeroom.intent.model import Intent
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.policy.model import Policy
from homeroom.project import Project
from homeroom.proof.ground import Powers
from homeroom.proof.model import Leak, SiteProof, Unknown
from homeroom.proof.nation import Nation
from homeroom.proof.site import terms_of
from homeroom.rollout.drivers import driver_for
from homeroom.rollout.fleet import Fleet, Member
from homeroom.rollout.neighbours import Neighbour, behind
from homeroom.store.configs import hashes, running
from homeroom.store.history import text_of
from homeroom.store.inventory import Selector
from homeroom.store.reach import PORTS, Endpoint, lab
from homeroom.store.world import World

_SPOKEN: Final = frozenset({"ssh", "netconf"})
"""Ports where an SSH server names itself first."""
_SHOWN: Final = 8
"""Devices that a refusal names."""
_AT_HAND: Final = 1024
"""Devices whose texts and proofs are at hand: those of the sites that a wave is at."""


class Estate:
    """Whole sites: the intents of all their devices, and the proof of what these run. Threads may share it."""

    def __init__(self, fleet: Fleet, world: World, renderer: Renderer) -> None:
        self._renderer = renderer
        self.members: Mapping[str, Member] = fleet.members
        self.sites: dict[str, dict[str, Intent]] = {}
        wanted = sorted({member.intent.device.site for member in fleet.members.values()})
        selector = Selector(sites=tuple(wanted))
        rows = world.devices(selector) if wanted else ()
        partly = {row.site for row in rows if row.name not in fleet.members}
        for row in rows:
            if row.site not in partly:
                self.sites.setdefault(row.site, {})[row.name] = fleet.members[row.name].intent
        for intent in world.intents(Selector(sites=tuple(sorted(partly)))) if partly else ():
            self.sites.setdefault(intent.device.site, {})[intent.device.name] = intent
        policies = {site.id: world.policy_of(site) for site in world.sites(selector)} if wanted else {}
        self._nations = _nations(policies, world, renderer)
        self._lock = Lock()

    def rendered(self, intent: Intent) -> str | Unknown:
        """Return what a device is to run."""
        name = intent.device.name
        if name in self.members:
            return self.members[name].work.text
        try:
            return self._renderer.render(intent).text
        except HomeroomError as error:
            return Unknown(name, f"cannot be rendered: {error}", failed=True)

    def prove(self, site: str, texts: Mapping[str, str | Unknown]) -> SiteProof:
        """Prove a site from its devices' texts."""
        with self._lock:
            return self._nations[site].site(tuple(self.sites[site].values()), texts)

    def port(self, intent: Intent) -> str:
        """Return the name of the port a device is managed by."""
        driver = driver_for(self._renderer.platforms[intent.device.platform].lineage)
        return "ssh" if isinstance(driver, str) else driver.port


def _nations(policies: Mapping[str, Policy], world: World, renderer: Renderer) -> Mapping[str, Nation]:
    """Return site -> what proves it; sites under one policy share it."""
    parsers = {name: code_for(platform).parse for name, platform in renderer.platforms.items()}
    powers, programme = Powers.of(renderer.platforms), world.programme
    made = {
        id(policy): Nation(
            terms_of(policy, programme.central, programme.pools), parsers, powers, lines=False, keeps=_AT_HAND
        )
        for policy in {id(one): one for one in policies.values()}.values()
    }
    return {site: made[id(policy)] for site, policy in policies.items()}


@dataclass(frozen=True, slots=True)
class Sites:
    """What checks ask of a device's surroundings. `lab`: where devices are while a lab runs; empty: at home."""

    estate: Estate
    engine: Engine
    lab: Mapping[str, Endpoint] = field(default_factory=dict[str, Endpoint])
    texts: Callable[[str], str] = field(init=False)
    """Hash -> the text that was read; the last ones are at hand."""

    def __post_init__(self) -> None:
        """Keep the last texts at hand."""
        object.__setattr__(self, "texts", lru_cache(_AT_HAND)(partial(text_of, self.engine)))

    @classmethod
    def of(cls, project: Project, fleet: Fleet, engine: Engine) -> Sites:
        """Read the sites of the fleet's devices."""
        return cls(_estate(project, fleet), engine, lab(project))

    def neighbours(self, intent: Intent) -> tuple[Neighbour, ...]:
        """Return who works only while this device does; in a lab, those of them that it has."""
        site = self.estate.sites[intent.device.site]
        return tuple(self.place(site[name]) for name in behind(intent, site) if not self.lab or name in self.lab)

    def place(self, intent: Intent) -> Neighbour:
        """Return where a device answers."""
        name, port = intent.device.name, self.estate.port(intent)
        at = self.lab[name] if self.lab else Endpoint(intent.management.v4, PORTS)
        return Neighbour(name, at.host, at.ports.get(port, PORTS[port]), port in _SPOKEN)

    def leak(self, intent: Intent, running: str, before: str) -> str:
        """Say what gets through, now that the device runs `running`, and did not before; empty: nothing.

        The other devices are taken to run what was read of them last, or what is rendered where nothing was. What
        got through before and still does is another device's doing: what this one runs now was proved with the
        others as they are rendered. Where nobody knows what ran before, a leak counts if it leads through here.
        """
        device = intent.device
        texts = {**self._others(intent), device.name: running}
        proof = self.estate.prove(device.site, texts)
        own = next((one for one in proof.unknown if one.device == device.name), None)
        if own:
            return f"nothing is proved of what it runs ({own.reason}): look at it"
        if not proof.leaks:
            return ""
        before = before or self._kept(device.name, running)
        known = self.estate.prove(device.site, {**texts, device.name: before}).leaks if before else ()
        marks = {_mark(one) for one in known}
        new = (one for one in proof.leaks if _mark(one) not in marks and (before or _part(one, device.name)))
        found = next(new, None)
        return said(found) if found else ""

    def _others(self, intent: Intent) -> dict[str, str | Unknown]:
        others = {
            name: one for name, one in self.estate.sites[intent.device.site].items() if name != intent.device.name
        }
        read = hashes(self.engine, others)
        return {
            name: self.texts(read[name]) if name in read else self.estate.rendered(one) for name, one in others.items()
        }

    def _kept(self, name: str, but: str = "") -> str:
        """Return what was read of a device last, unless it is `but`; empty: nothing was."""
        found = running(self.engine, name)
        return found.text if found and found.text != but else ""


def leaks(fleet: Fleet) -> Mapping[str, str]:
    """Prove the sites of a fleet as all their devices are rendered; return device -> why its text is not let out.

    What leads through several of the fleet's devices is said of each.
    """
    estate = _estate(fleet.project, fleet)
    found: dict[str, str] = {}
    for site, intents in estate.sites.items():
        proof = estate.prove(site, {name: estate.rendered(intent) for name, intent in intents.items()})
        for one in proof.unknown:
            found.setdefault(one.device, f"nothing is proved of it: {one.reason}")
        for leak in proof.leaks:
            for name in (leak.device, *leak.via):
                found.setdefault(name, said(leak))
    return {name: found[name] for name in fleet.members if name in found}


def refuse_leaks(fleet: Fleet) -> None:
    """RenderError when what the devices are to run lets through what the policy does not allow."""
    found = leaks(fleet)
    if found:
        some = "\n".join(f"  {device}: {why}" for device, why in list(found.items())[:_SHOWN])
        more = f"\n  and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise RenderError(
            f"{len(found)} devices' configurations, as they are rendered, are not what the policy says; nothing is"
            f" pushed, `homeroom prove` shows all of it:\n{some}{more}"
        )


def said(leak: Leak) -> str:
    """Say in one sentence which packet gets through, where, and what to do."""
    during = f" during {', '.join(leak.during)}" if leak.during else ""
    return (
        f"{leak.source} reaches {leak.target}: {leak.packet} gets through on {leak.device} {leak.interface}{during}"
        f" ({leak.rule}): correct the rule, or what the policy says"
    )


def _estate(project: Project, fleet: Fleet) -> Estate:
    with closing(World.open(project)) as world:
        return Estate(fleet, world, Renderer.of(project))


def _mark(leak: Leak) -> tuple[object, ...]:
    """Return what makes a leak the same one, wherever its rule stands now."""
    return leak.source, leak.target, leak.device, leak.interface, leak.family, leak.packet, leak.during, leak.via


def _part(leak: Leak, name: str) -> bool:
    return name == leak.device or name in leak.via
