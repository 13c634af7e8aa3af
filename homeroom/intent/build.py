"""From facts, plan and policy to intents: one object a device, what a site's devices have in common made once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from homeroom.errors import PlanError
from homeroom.intent.cabling import neighbours, ports
from homeroom.intent.model import Admission, Device, Intent, Management, Port, QosClass, Radio, Segment, Uplink, Wlan
from homeroom.intent.uplinks import uplinks
from homeroom.intent.variant import Variant
from homeroom.plan.model import DevicePlan, SitePlan
from homeroom.policy.compile import groups_of
from homeroom.policy.draft import list_name
from homeroom.policy.load import MANAGEMENT
from homeroom.policy.model import AccessList, Group, Policy, Redirect, Window
from homeroom.policy.overrides import resolve
from homeroom.programme.model import Facts, Model, Programme, Site
from homeroom.secret import SecretRef

PASSWORD: Final = SecretRef("device_password")
HASH: Final = SecretRef("device_hash")
SNMP_AUTH: Final = SecretRef("snmp_auth")
SNMP_PRIV: Final = SecretRef("snmp_priv")
NTP_KEY: Final = SecretRef("ntp")
_NO_WINDOWS: Final[Mapping[str, Window]] = {}


class Builder:
    """Builds the intents of any of the facts' sites; nothing of one site is kept for the next but its policy's variant.

    `stateful` names the platforms whose routers track connections (`catalogue.stateful`).
    """

    def __init__(self, facts: Facts, policy: Policy, stateful: Collection[str] = ()) -> None:
        programme = facts.programme
        self.facts = facts
        self.policy = policy
        self.stateful = stateful
        self.sites = {site.id: site for site in facts.sites}
        self.regions = {region.id: region.name for region in programme.regions}
        self.noc4 = tuple(prefix for prefix in programme.central.noc if prefix.family == 4)
        self.noc6 = tuple(prefix for prefix in programme.central.noc if prefix.family == 6)
        self._scoped = {one.scope for one in policy.overrides} | {cell.scope for cell in policy.matrix}
        self._variants: dict[tuple[str, ...], Variant] = {}

    def site(self, plan: SitePlan, site: Site | None = None) -> Iterator[Intent]:
        """Yield the intents of a site's devices, in the plan's order.

        `site` is given where the facts do not hold it. PlanError when nobody knows the site.
        """
        known = site or self.sites.get(plan.entry.site)
        if known is None:
            raise PlanError(f"site {plan.entry.site} is in the ledger but not in the facts: run `homeroom plan`")
        yield from _SiteBuilder(self, plan, known).intents()

    def policy_of(self, site: Site) -> Policy:
        """Return the policy as it holds at a site, overrides and scoped cells applied."""
        return self.variant(site).policy

    def variant(self, site: Site) -> Variant:
        """Return what a site's policy means; sites that nothing is said of share one."""
        scopes = scopes_of(site, self.facts.programme)
        key = tuple(scope for scope in scopes if scope in self._scoped)
        if key not in self._variants:
            self._variants[key] = Variant(resolve(self.policy, scopes), self.facts.programme)
        return self._variants[key]


def scopes_of(site: Site, programme: Programme) -> tuple[str, str, str]:
    """Return what an override may name to mean a site: its country, region and itself."""
    return programme.country, site.region, site.id


class _SiteBuilder:
    """One site: what its devices share is made once."""

    def __init__(self, common: Builder, plan: SitePlan, site: Site) -> None:
        self.common = common
        self.variant = common.variant(site)
        self.plan = plan
        self.site = site
        self.hanging = neighbours(plan)
        self.bridges = tuple(self.segment(role, routed=False) for role in self.variant.roles)
        names = dict(zip(self.variant.roles, self.bridges, strict=True))
        self.wireless = tuple(names[role] for role in self.variant.bridged)

    def intents(self) -> Iterator[Intent]:
        make = {"router": self.router, "switch": self.switch, "ap": self.ap, "wlc": self.wlc}
        for device in self.plan.devices:
            yield make[device.kind](device)

    def router(self, device: DevicePlan) -> Intent:
        variant, plan = self.variant, self.plan
        stateful = device.platform in self.common.stateful
        access = variant.access.lists(plan.v4, plan.v6, stateful=stateful)
        ways = tuple(uplinks(self.site, plan, self.model(device), self.common.facts.programme, stateful=stateful))
        ports = self.ports(device, spare=len(ways))
        return self.intent(
            device,
            segments=tuple(self.segment(role, routed=True, stateful=stateful) for role in variant.roles),
            access=access,
            groups=groups_of(access),
            windows=variant.windows(access),
            redirects=variant.access.redirects(plan.v4) if stateful else (),
            uplinks=ways,
            qos=variant.qos(ways[0].line),
            admission=variant.admission,
            ports=ports,
        )

    def switch(self, device: DevicePlan) -> Intent:
        return self.intent(
            device,
            segments=self.bridges,
            admission=self.variant.admission,
            trunks=self.model(device).uplinks[:1],
            ports=self.ports(device),
        )

    def ap(self, device: DevicePlan) -> Intent:
        model = self.model(device)
        return self.intent(
            device,
            segments=self.wireless,
            admission=self.variant.admission,
            trunks=model.uplinks[:1],
            radios=tuple(Radio(name, band, "auto") for name, band in model.radios.items()),
            wlans=self.variant.wlans,
        )

    def wlc(self, device: DevicePlan) -> Intent:
        return self.intent(
            device,
            segments=self.wireless,
            admission=self.variant.admission,
            trunks=self.model(device).uplinks[:1],
            wlans=self.variant.wlans,
        )

    def intent(
        self,
        device: DevicePlan,
        *,
        segments: tuple[Segment, ...],
        access: tuple[AccessList, ...] = (),
        groups: tuple[Group, ...] = (),
        windows: Mapping[str, Window] = _NO_WINDOWS,
        redirects: tuple[Redirect, ...] = (),
        uplinks: tuple[Uplink, ...] = (),
        qos: tuple[QosClass, ...] = (),
        admission: Admission | None = None,
        trunks: tuple[str, ...] = (),
        ports: tuple[Port, ...] = (),
        radios: tuple[Radio, ...] = (),
        wlans: tuple[Wlan, ...] = (),
    ) -> Intent:
        """Make an intent; what a kind of device does not have is left out."""
        return Intent(
            self.device(device),
            self.management(device),
            segments,
            access,
            groups,
            windows,
            redirects,
            uplinks,
            qos,
            admission,
            trunks,
            ports,
            radios,
            wlans,
        )

    def model(self, device: DevicePlan) -> Model:
        return self.common.facts.equipment.models[device.model]

    def ports(self, device: DevicePlan, spare: int = 1) -> tuple[Port, ...]:
        """Return a device's ports; its uplinks from number `spare` on are unused ones."""
        equipment, variant = self.common.facts.equipment, self.variant
        return ports(device, self.hanging[device.name], equipment, variant.roles, variant.carried, used=spare)

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
            software=self.common.facts.software.of(device.platform, device.model),
        )

    def management(self, device: DevicePlan) -> Management:
        common = self.common
        programme = common.facts.programme
        v4, v6 = self.plan.v4[MANAGEMENT], self.plan.v6[MANAGEMENT]
        return Management(
            vlan=self.variant.vlans[MANAGEMENT],
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
            ntp_key=NTP_KEY if programme.central.ntp_key else None,
        )

    def segment(self, role: str, *, routed: bool, stateful: bool = False) -> Segment:
        v4, v6 = self.plan.v4[role], self.plan.v6[role]
        resolver4, resolver6 = self.variant.resolvers[role]
        return Segment(
            role=role,
            vlan=self.variant.vlans[role],
            v4=v4,
            v6=v6,
            gateway4=v4.address(1),
            gateway6=v6.address(1),
            routed=routed,
            dhcp=routed and role != MANAGEMENT,
            resolver4=resolver4,
            resolver6=resolver6,
            acl4=list_name(role, 4) if routed and not stateful else "",
            acl6=list_name(role, 6) if routed and not stateful else "",
        )
