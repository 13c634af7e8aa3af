"""Sites for the proof's tests: what a real project renders, and the Access that a perfect text would give."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass, field, replace

from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import read_ledger, write_ledger
from homeroom.platforms.access import Access, Applied, Bridged, Interface, Route, Ssid
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.prefix import ANY, Prefix
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.proof.ground import Powers
from homeroom.proof.nation import Nation
from homeroom.proof.site import prove_site, terms_of
from homeroom.store.world import World


def planned(folder, nation="py", sites=6, seed=7):
    """A synthetic district with its plan."""
    write_sample(nation, folder, sites=sites, seed=seed)
    project = Project.locate(folder)
    facts, _ = load_facts(project)
    ledger, _ = allocate(facts, read_ledger(project.ledger), dt.date(2026, 11, 24))
    write_ledger(project.ledger, ledger)
    return project


def value(text):
    return int(ipaddress.ip_address(text))


def terms(world, policy=None):
    programme = world.programme
    return terms_of(policy or world.policy, programme.central, programme.pools)


@dataclass
class House:
    """A project: its world, its sites' intents and what is rendered for them."""

    world: World
    renderer: Renderer
    sites: dict
    printed: dict = field(default_factory=dict)
    shared: list = field(default_factory=list)

    @classmethod
    def of(cls, project):
        world = World.open(project)
        sites = {}
        for intent in world.intents():
            sites.setdefault(intent.device.site, []).append(intent)
        return cls(world, Renderer.of(project), sites)

    @property
    def largest(self):
        return max(self.sites.values(), key=len)

    def texts(self, intents):
        for intent in intents:
            if intent.device.name not in self.printed:
                self.printed[intent.device.name] = self.renderer.render(intent).text
        return {intent.device.name: self.printed[intent.device.name] for intent in intents}

    def nation(self, **options):
        parsers = {name: code_for(platform).parse for name, platform in self.renderer.platforms.items()}
        return Nation(terms(self.world), parsers, Powers.of(self.renderer.platforms), **options)

    def edited(self, kind, *edits, number=1):
        """Prove the largest site after each (old, new) was exchanged once in a device's text."""
        intents = self.largest
        texts = self.texts(intents)
        name = [intent.device.name for intent in intents if intent.device.kind == kind][number - 1]
        for old, new in edits:
            assert old in texts[name], f"{old!r} is not in the text"
            texts[name] = texts[name].replace(old, new, 1)
        if not self.shared:
            self.shared.append(self.nation())
        return name, texts[name], self.shared[0].site(intents, texts)

    def site(self, tracked=False, intents=None):
        return Made(intents or self.largest, terms(self.world), tracked)


def access_of(intent, tracked=False):
    """What a parser would read from a text that says the intent and nothing else."""
    if intent.device.kind == "router":
        return _router(intent, tracked)
    own = next(s for s in intent.segments if s.role == "management")
    near = (value(intent.management.v4), own.v4), (value(intent.management.v6), own.v6)
    return Access(
        interfaces=(Interface("Vlan99", 99, near),),
        bridged=(*_ports(intent), *_trunks(intent)),
        ssids=tuple(Ssid(w.ssid, w.vlan, bool(w.radius), w.isolate) for w in intent.wlans),
        vlan_names={s.vlan: s.role for s in intent.segments},
    )


def _router(intent, tracked):
    inside = tuple(
        Interface(f"Vlan{s.vlan}", s.vlan, ((value(s.gateway4), s.v4), (value(s.gateway6), s.v6)))
        for s in intent.segments
    )
    outside = tuple(
        Interface(u.interface, 0, ((value(u.v4), Prefix(4, value(u.v4) & ~1, 31)),)) for u in intent.uplinks
    )
    names = {s.role: (f"Vlan{s.vlan}",) for s in intent.segments} | {"wan": tuple(u.interface for u in intent.uplinks)}
    return Access(
        lists=intent.access,
        applied=tuple(Applied(at, one.hook, one.family, one.name) for one in intent.access for at in names[one.role]),
        groups=intent.groups,
        windows=intent.windows,
        interfaces=inside + outside,
        bridged=_ports(intent),
        routes=tuple(
            Route(ANY[family], u.peer4 if family == 4 else f"{u.interface} fe80::1", u.distance)
            for u in intent.uplinks
            for family in (4, 6)
        ),
        redirects=tuple(replace(r, role=names[r.role][0]) for r in intent.redirects) if tracked else (),
        vlan_names={s.vlan: s.role for s in intent.segments},
        routes_between=True,
    )


def _ports(intent):
    used = [port for port in intent.ports if port.mode != "unused"]
    return tuple(Bridged(p.name, 0 if p.vlans else p.vlan, frozenset(p.vlans)) for p in used)


def _trunks(intent):
    return tuple(Bridged(name, 0, frozenset(s.vlan for s in intent.segments)) for name in intent.trunks)


class Made:
    """A site whose devices say exactly what they should; `with_` changes what one says."""

    def __init__(self, intents, terms, tracked=False, accesses=None):
        self.intents = intents
        self.terms = terms
        self.tracked = tracked
        self.accesses = accesses or {i.device.name: access_of(i, tracked) for i in intents}

    def name(self, kind, number=1):
        return [i.device.name for i in self.intents if i.device.kind == kind][number - 1]

    def access(self, kind, number=1):
        return self.accesses[self.name(kind, number)]

    def with_(self, kind, number=1, **changes):
        name = self.name(kind, number)
        changed = dict(self.accesses) | {name: replace(self.accesses[name], **changes)}
        return Made(self.intents, self.terms, self.tracked, changed)

    def proof(self):
        powers = Powers(frozenset({"ios", "openwrt"})) if self.tracked else Powers()
        return prove_site(self.intents, self.accesses, self.terms, powers)


def pairs(proof):
    return {(leak.source, leak.target) for leak in proof.leaks}


def concerns(proof):
    return {(one.concern, one.where) for one in proof.findings}
