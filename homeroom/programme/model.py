"""The facts as frozen objects. A site is a building or campus; a school is an institution; a site may host several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from homeroom.prefix import Prefix

State: TypeAlias = Literal["connected", "pipeline", "hard_to_reach", "not_planned"]
"""Programme state, changed by ministry decision only; live health is another axis."""
Kind: TypeAlias = Literal["router", "switch", "ap", "wlc"]
SizeClass: TypeAlias = Literal["S", "M", "L"]
"""Address block of a site: S /23, M /21, L /20."""

STATES: tuple[State, ...] = ("connected", "pipeline", "hard_to_reach", "not_planned")
WITH_DEVICES: frozenset[State] = frozenset({"connected", "pipeline"})
"""A site gets devices once it is connected or being connected; the others keep a reserved address block only."""


@dataclass(frozen=True, slots=True)
class Region:
    """An admin-1 unit (ISO 3166-2) and its own address aggregates."""

    id: str
    name: str
    pool4: Prefix
    pool6: Prefix


@dataclass(frozen=True, slots=True)
class Central:
    """The services every school uses. `resolvers`: filter profile -> (IPv4, IPv6) address of its DNS VIP."""

    domain: str
    resolvers: Mapping[str, tuple[str, ...]]
    ntp: tuple[str, ...]
    syslog: tuple[str, ...]
    radius: tuple[str, ...]
    noc: tuple[Prefix, ...]
    """Where management may come from."""
    ntp_key: bool = False
    """True: the time servers know the key that is kept as the secret `ntp`, as number 1."""


@dataclass(frozen=True, slots=True)
class Programme:
    """programme.yaml: one nation's undertaking. `country` is ISO 3166-1 alpha-2, `wan_pool` gives each site its /31.

    `backup_pool`: of it, a site with a second line gets the /31 at the same place as in `wan_pool`.
    """

    id: str
    name: str
    country: str
    timezone: str
    regions: tuple[Region, ...]
    wan_pool: Prefix
    central: Central
    management_user: str
    banner: tuple[str, ...]
    backup_pool: Prefix | None = None
    legacy: tuple[Prefix, ...] = ()
    """Prefixes in use elsewhere, which no pool may touch."""

    @property
    def regional(self) -> tuple[Prefix, ...]:
        """The pools of the sites' blocks, region by region, IPv4 before IPv6."""
        return tuple(pool for region in self.regions for pool in (region.pool4, region.pool6))

    @property
    def pools(self) -> tuple[Prefix, ...]:
        """Every pool: the regions', and those of the uplinks."""
        return (*self.regional, self.wan_pool, *([self.backup_pool] if self.backup_pool else []))


@dataclass(frozen=True, slots=True)
class Model:
    """Hardware the ministry buys. Interface names are the vendor's; `ports` face the school, in cabling order."""

    platform: str
    kind: Kind
    uplinks: tuple[str, ...]
    ports: tuple[str, ...] = ()
    radios: Mapping[str, Literal["2g", "5g", "6g"]] = ()  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a site of a size gets. The first profile whose `max_pupils` holds is taken."""

    name: str
    max_pupils: int
    size: SizeClass
    router: str
    switch: str
    ap: str
    aps_per_classroom: float
    min_aps: int
    max_aps: int
    min_switches: int = 0
    wlc: str = ""
    """Model of a WLAN controller at the site; empty: the access points are on their own."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """profiles.yaml."""

    models: Mapping[str, Model]
    profiles: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class Software:
    """software.yaml: which releases may run. `approved`: model, else platform -> names, where `*` is any letters."""

    approved: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def of(self, platform: str, model: str) -> tuple[str, ...]:
        """Return what may run on a model; what is said for it wins over what is said for its platform."""
        return self.approved.get(model, self.approved.get(platform, ()))


@dataclass(frozen=True, slots=True)
class School:
    """One institution: Giga's columns. `row` is its line in schools.csv."""

    id: str
    giga_id: str
    name: str
    level: str
    pupils: int
    classrooms: int
    state: State
    row: int


@dataclass(frozen=True, slots=True)
class Site:
    """One building or campus; its state is the furthest of its schools' states, its counts are their sums."""

    id: str
    region: str
    name: str
    latitude: float
    longitude: float
    area: Literal["urban", "rural"]
    link: str
    """Giga's connectivity_type_govt: fiber, xdsl, cellular, satellite, ..."""
    mbps: float
    """Contracted download, Mbit/s; 0 when not connected."""
    state: State
    pupils: int
    classrooms: int
    schools: tuple[School, ...]
    backup: str = ""
    """The second line's connectivity type; empty: there is none."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything people entered that passed the checks."""

    programme: Programme
    equipment: Equipment
    sites: tuple[Site, ...]
    """Sorted by id."""
    held: frozenset[str] = frozenset()
    """Ids of sites that stand in quarantined rows: not known to be gone, so what was planned for them is kept."""
    software: Software = Software()


@dataclass(frozen=True, slots=True)
class Bill:
    """The devices a site gets, computed from its profile."""

    profile: Profile
    switches: int
    aps: int
    wlcs: int = 0
