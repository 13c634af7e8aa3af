"""The intent: one frozen, typed object a device, and all that a template may know. No vendor word stands here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.policy.model import AccessList, Group, Line, Redirect, Security, Window, Wired
from homeroom.prefix import Prefix
from homeroom.programme.model import Kind
from homeroom.secret import SecretRef

PortMode: TypeAlias = Literal["trunk", "access", "unused"]


@dataclass(frozen=True, slots=True)
class Device:
    """Who it is. `site_name` and `region_name` are what people entered: tainted, printed only checked."""

    name: str
    kind: Kind
    platform: str
    model: str
    site: str
    site_name: str
    region: str
    region_name: str
    country: str
    timezone: str
    domain: str
    software: tuple[str, ...] = ()
    """Releases that may run on it, `*` for any letters; empty: nobody said."""


@dataclass(frozen=True, slots=True)
class Management:
    """How the device is managed. Addresses are the device's own in the management VLAN; gateways the router's."""

    vlan: int
    v4: str
    netmask: str
    gateway4: str
    v6: str
    length6: int
    gateway6: str
    user: str
    password: SecretRef
    password_hash: SecretRef
    snmp_auth: SecretRef
    snmp_priv: SecretRef
    location: str
    ntp: tuple[str, ...]
    syslog: tuple[str, ...]
    noc4: tuple[Prefix, ...]
    noc6: tuple[Prefix, ...]
    banner: tuple[str, ...]
    ntp_key: SecretRef | None = None
    """What the time servers prove themselves with; None where they cannot."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One role at the site. `routed`: this device holds the gateway. `acl4`/`acl6`: inbound list on it, or empty."""

    role: str
    vlan: int
    v4: Prefix
    v6: Prefix
    gateway4: str
    gateway6: str
    routed: bool
    dhcp: bool
    resolver4: str
    resolver6: str
    acl4: str
    acl6: str


@dataclass(frozen=True, slots=True)
class Uplink:
    """A way out. Addresses of the /31 (RFC 3021); IPv6 goes by the provider's link-local fe80::1.

    The `backup` takes over when the first one's interface is down: its routes have the higher `distance`.
    `kbps`: what the contract gives downstream; 0 when nobody said. `acl4`/`acl6`: inbound list (stateless platforms).
    """

    interface: str
    v4: str
    netmask: str
    peer4: str
    line: Line
    kbps: int
    backup: bool
    distance: int
    acl4: str
    acl6: str


@dataclass(frozen=True, slots=True)
class QosClass:
    """One traffic class on the uplink: `percent` assured, `limit` percent at most (100: none), and whose it is."""

    name: str
    dscp: str
    percent: int
    limit: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is let in, by RADIUS: administrators on every device, and 802.1X. The first server is asked first.

    RADIUS assigns a VLAN by its name, which is the role's. While no server answers, a device gets `fallback`'s VLAN.
    """

    radius: tuple[str, ...]
    secret: SecretRef
    fallback: str
    fallback_vlan: int


@dataclass(frozen=True, slots=True)
class Port:
    """One port facing the school. `vlans`: tagged on a trunk, sorted; `vlan`: untagged on an access port."""

    name: str
    mode: PortMode
    description: str
    vlan: int
    vlans: tuple[int, ...]
    role: str = ""
    """Whose outlet it is; empty on a trunk or unused port."""
    admission: Wired = "open"


@dataclass(frozen=True, slots=True)
class Radio:
    """One radio and its band; `channel` is `auto` until a radio plan says otherwise."""

    name: str
    band: Literal["2g", "5g", "6g"]
    channel: str


@dataclass(frozen=True, slots=True)
class Wlan:
    """One SSID on every radio. `roles` whose VLAN RADIUS may assign; `vlan` where none is assigned."""

    ssid: str
    security: Security
    role: str
    vlan: int
    roles: tuple[str, ...]
    isolate: bool
    radius: tuple[str, ...]
    radius_secret: SecretRef


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything about one device. What does not apply to its kind is empty (a router alone has uplinks).

    `groups` and `windows`: those that `access` names, each once. `redirects`: empty where the platform cannot.
    """

    device: Device
    management: Management
    segments: tuple[Segment, ...]
    access: tuple[AccessList, ...]
    groups: tuple[Group, ...]
    windows: Mapping[str, Window]
    redirects: tuple[Redirect, ...]
    uplinks: tuple[Uplink, ...]
    """The first one first, then the backup, where there is one."""
    qos: tuple[QosClass, ...]
    admission: Admission | None
    """None where nothing on the device authenticates anybody."""
    trunks: tuple[str, ...]
    """Interfaces that carry every VLAN towards the rest of the site (a switch's or access point's uplinks)."""
    ports: tuple[Port, ...]
    radios: tuple[Radio, ...]
    wlans: tuple[Wlan, ...]
