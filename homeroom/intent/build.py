"""From facts, plan and policy to intents: one object a device, what a site's devices have in common made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import PlanError
from homeroom.intent.cabling import neighbours, ports
from homeroom.intent.model import Device, Intent, Management, Port, Radio, Segment, Uplink, Wlan
from homeroom.plan.model import DevicePlan, SitePlan
from homeroom.policy.compile import Compiler
from homeroom.policy.draft import list_name
from homeroom.policy.load import MANAGEMENT
from homeroom.policy.model import Policy
from homeroom.prefix import Prefix
from homeroom.programme.model import Facts, Model, Site
from homeroom.secret import SecretRef

PASSWORD: Final = SecretRef("device_password")
HASH: Final = SecretRef("device_hash")
SNMP_AUTH: Final = SecretRef("snmp_auth")
SNMP_PRIV: Final = SecretRef("snmp_priv")
RADIUS: Final = SecretRef("radius")


class Builder:
    """Builds the intents of any of the facts' sites; nothing of one site is kept for the next."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        programme = facts.programme
        pools = [pool for region in programme.regions for pool in (region.pool4, region.pool6)]
        self.facts = facts
        self.roles = policy.roles
        self.sites = {site.id: site for site in facts.sites}
        self.regions = {region.id: region.name for region in programme.regions}
        self.access = Compiler(policy, programme.central, (*pools, programme.wan_pool))
        self.vlans = {name: role.vlan for name, role in policy.roles.items()}
        self.wlans = tuple(_wlans(policy, programme.central.radius))
        self.resolvers = {
            name: _resolvers(programme.central.resolvers, role.profile) for name, role in policy.roles.items()
        }
        self.noc4 = tuple(prefix for prefix in programme.central.noc if prefix.family == 4)
        self.noc6 = tuple(prefix for prefix in programme.central.noc if prefix.family == 6)
        bridged = {role for wlan in self.wlans for role in wlan.roles} | {MANAGEMENT}
        self.bridged = tuple(role for role in self.roles if role in bridged)
        every = tuple(sorted(self.vlans.values()))
        self.carried = {"switch": every, "ap": tuple(sorted(self.vlans[role] for role in self.bridged))}

    def site(self, plan: SitePlan, site: Site | None = None) -> Iterator[Intent]:
        """Yield the intents of a site's devices, in the plan's order.

        `site` is given where the facts do not hold it. PlanError when nobody knows the site.
        """
        known = site or self.sites.get(plan.entry.site)
        if known is None:
            raise PlanError(f"site {plan.entry.site} is in the ledger but not in the facts: run `homeroom plan`")
        yield from _SiteBuilder(self, plan, known).intents()


class _SiteBuilder:
    """One site: what its devices share is made once."""

    def __init__(self, common: Builder, plan: SitePlan, site: Site) -> None:
        self.common = common
        self.plan = plan
        self.site = site
        self.hanging = neighbours(plan)
        self.bridges = tuple(self.segment(role, routed=False) for role in common.roles)
        names = dict(zip(common.roles, self.bridges, strict=True))
        self.wireless = tuple(names[role] for role in common.bridged)

    def intents(self) -> Iterator[Intent]:
        for device in self.plan.devices:
            if device.kind == "router":
                yield self.router(device)
            elif device.kind == "switch":
                yield self.switch(device)
            else:
                yield self.ap(device)

    def router(self, device: DevicePlan) -> Intent:
        common = self.common
        return Intent(
            device=self.device(device),
            management=self.management(device),
            segments=tuple(self.segment(role, routed=True) for role in common.roles),
            access=common.access.lists(self.plan.v4, self.plan.v6),
            uplink=self.uplink(device),
            trunks=(),
            ports=self.ports(device),
            radios=(),
            wlans=(),
        )

    def switch(self, device: DevicePlan) -> Intent:
        return Intent(
            device=self.device(device),
            management=self.management(device),
            segments=self.bridges,
            access=(),
            uplink=None,
            trunks=self.model(device).uplinks[:1],
            ports=self.ports(device),
            radios=(),
            wlans=(),
        )

    def ap(self, device: DevicePlan) -> Intent:
        model = self.model(device)
        return Intent(
            device=self.device(device),
            management=self.management(device),
            segments=self.wireless,
            access=(),
            uplink=None,
            trunks=model.uplinks[:1],
            ports=(),
            radios=tuple(Radio(name, band, "auto") for name, band in model.radios.items()),
            wlans=self.common.wlans,
        )

    def model(self, device: DevicePlan) -> Model:
        return self.common.facts.equipment.models[device.model]

    def ports(self, device: DevicePlan) -> tuple[Port, ...]:
        common = self.common
        return ports(device, self.hanging[device.name], common.facts.equipment, common.vlans, common.carried)

    def device(self, device: DevicePlan) -> Device:
        programme = self.common.facts.programme
        return Device(
            name=device.name,
            kind=device.kind,
            platform=device.platform,
            model=device.model,
            site=self.site.id,
            site_name=self.site.name,
            region=self.site.region,
            region_name=self.common.regions[self.site.region],
            country=programme.country,
            timezone=programme.timezone,
            domain=programme.central.domain,
        )

    def management(self, device: DevicePlan) -> Management:
        common = self.common
        programme = common.facts.programme
        v4, v6 = self.plan.v4[MANAGEMENT], self.plan.v6[MANAGEMENT]
        return Management(
            vlan=common.vlans[MANAGEMENT],
            v4=device.v4,
            netmask=v4.netmask,
            gateway4=v4.address(1),
            v6=device.v6,
            length6=v6.length,
            gateway6=v6.address(1),
            user=programme.management_user,
            password=PASSWORD,
            password_hash=HASH,
            snmp_auth=SNMP_AUTH,
            snmp_priv=SNMP_PRIV,
            location=f"{self.site.name}, {common.regions[self.site.region]}",
            ntp=programme.central.ntp,
            syslog=programme.central.syslog,
            noc4=common.noc4,
            noc6=common.noc6,
            banner=programme.banner,
        )

    def segment(self, role: str, *, routed: bool) -> Segment:
        v4, v6 = self.plan.v4[role], self.plan.v6[role]
        resolver4, resolver6 = self.common.resolvers[role]
        return Segment(
            role=role,
            vlan=self.common.vlans[role],
            v4=v4,
            v6=v6,
            gateway4=v4.address(1),
            gateway6=v6.address(1),
            routed=routed,
            dhcp=routed and role != MANAGEMENT,
            resolver4=resolver4,
            resolver6=resolver6,
            acl4=list_name(role, 4) if routed else "",
            acl6=list_name(role, 6) if routed else "",
        )

    def uplink(self, device: DevicePlan) -> Uplink:
        wan = self.plan.entry.wan4
        return Uplink(self.model(device).uplinks[0], wan.address(1), wan.netmask, wan.address(0))


def _resolvers(resolvers: Mapping[str, tuple[str, ...]], profile: str) -> tuple[str, str]:
    """Return a profile's first IPv4 and IPv6 resolver; empty where there is none."""
    addresses = resolvers[profile] if profile else ()
    v4 = next((address for address in addresses if Prefix.parse(address).family == 4), "")
    return v4, next((address for address in addresses if Prefix.parse(address).family == 6), "")


def _wlans(policy: Policy, radius: tuple[str, ...]) -> Iterator[Wlan]:
    """Yield one WLAN an SSID. Whoever RADIUS names no VLAN for gets the SSID's first role, the least trusted."""
    ssids = dict.fromkeys(role.ssid for role in policy.roles.values() if role.ssid)
    for ssid in ssids:
        members = {name: role for name, role in policy.roles.items() if role.ssid == ssid}
        first, role = next(iter(members.items()))
        yield Wlan(
            ssid=ssid,
            security=role.security,
            role=first,
            vlan=role.vlan,
            roles=tuple(members),
            isolate=any(member.isolate for member in members.values()),
            radius=radius if role.security == "enterprise" else (),
            radius_secret=RADIUS,
        )
