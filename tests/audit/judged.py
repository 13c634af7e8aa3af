"""One small real district for the audit's tests: planned, rendered, and read back as if by backup and poll."""

from __future__ import annotations

from dataclasses import dataclass, replace

from homeroom.audit.judge import judge
from homeroom.audit.load import load_rules
from homeroom.audit.proven import Proofs, Proven
from homeroom.audit.subject import DeviceSubject, SiteSubject
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.reading import Reading
from homeroom.store.configs import Stored, digest
from homeroom.store.world import World

NOW = 1_800_000_000.0
HOUR = 3600.0
REGION_POOLS = "the aggregates of the regions"


def stored(text, at=NOW - HOUR):
    return Stored(text, digest(text), at, at)


def readings(intent, at=NOW - 60):
    """What the device would answer if it ran its intent."""
    device = intent.device
    rows = {
        "identity.name": {"": device.name},
        "identity.location": {"": intent.management.location},
        "identity.software": {"": device.software[0].replace("*", "1")} if device.software else {},
        "identity.serial": {"": f"S-{device.name}"},
        "vlans.name": {f"{segment.vlan}": segment.role for segment in intent.segments},
    }
    if device.platform == "ios":
        rows["vlans.name"] |= {"1": "default", "999": "parking", "1002": "fddi-default"}
        rows |= {"changes.running": {"": "100"}, "changes.startup": {"": "200"}}
    if intent.wlans:
        rows["ssids.name"] = {str(n): wlan.ssid for n, wlan in enumerate(intent.wlans, 5)}
    return {
        name: {index: Reading(device.name, name, index, value, at) for index, value in found.items()}
        for name, found in rows.items()
    }


@dataclass(frozen=True)
class District:
    """A planned project with its world, renderer and rules."""

    project: object
    world: World
    renderer: Renderer
    rules: dict

    @classmethod
    def of(cls, project):
        return cls(project, World.open(project), Renderer.of(project), load_rules(project.rule_roots))

    def intent(self, kind):
        return next(intent for intent in self.world.intents() if intent.device.kind == kind)

    def text(self, kind):
        return self.renderer.render(self.intent(kind)).text

    def subject(self, kind, running="as intended", values="as intended", at=NOW - HOUR):
        intent = self.intent(kind)
        text = self.text(kind)
        given = text if running == "as intended" else running
        return DeviceSubject(
            intent=intent,
            parser=code_for(self.renderer.platforms[intent.device.platform]).parse,
            render=lambda: text,
            running=None if given is None else stored(given, at),
            readings=readings(intent) if values == "as intended" else values,
            now=NOW,
            driver=self.renderer.platforms[intent.device.platform].napalm,
        )

    def site(self, **changes):
        plan = next(plan for plan in self.world.plans() if plan.devices)
        region = next(r for r in self.world.programme.regions if r.id == plan.entry.region)
        entry = replace(plan.entry, **{k: v for k, v in changes.items() if hasattr(plan.entry, k)})
        rest = {k: v for k, v in changes.items() if k in ("v4_roles", "v6_roles", "devices")}
        plan = replace(
            plan,
            entry=entry,
            v4=rest.get("v4_roles", plan.v4),
            v6=rest.get("v6_roles", plan.v6),
            devices=rest.get("devices", plan.devices),
        )
        known = changes.get("known_region", region)
        return SiteSubject(plan, known, self.world.programme.wan_pool, changes.get("clashes", ()), NOW)

    def proven(self, kind="router", running="as intended", at=NOW - HOUR, **known):
        """The whole site of the first device of a kind, which runs another text; None: it was never fetched."""
        name = self.intent(kind).device.name
        site, plan, intents = next(
            one for one in self.world.built() if name in {intent.device.name for intent in one[2]}
        )
        texts = {one.device.name: stored(self.renderer.render(one).text, at) for one in intents}
        if running != "as intended":
            texts[name] = None if running is None else stored(running, at)
        proven = Proven(Proofs(self.world.programme, self.renderer), self.world.policy_of(site), intents, texts)
        region = next(r for r in self.world.programme.regions if r.id == plan.entry.region)
        pool = self.world.programme.wan_pool
        return SiteSubject(plan, region, pool, (), NOW, running=texts, prove=proven.prove, line=proven.line, **known)

    def judge(self, rule, subject):
        return judge(self.rules[rule], subject)


def replaced(text, old, new, count=-1):
    """Change a text, and insist that it held what was to be changed."""
    assert old in text, f"{old!r} is not in the text"
    return text.replace(old, new, count)
