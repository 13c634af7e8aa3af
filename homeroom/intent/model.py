"""The intent: one frozen, typed object a device, and all that a template may know. No vendor word stands here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.policy.model import AccessList, Security
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
    """The way out. Addresses of the /31 (RFC 3021); IPv6 goes by the provider's link-local fe80::1."""

    interface: str
    v4: str
    netmask: str
    peer4: str


@dataclass(frozen=True, slots=True)
class Port:
    """One port facing the school. `vlans`: tagged on a trunk, sorted; `vlan`: untagged on an access port."""

    name: str
    mode: PortMode
    description: str
    vlan: int
    vlans: tuple[int, ...]


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
    """Everything about one device. Tuples that do not apply to its kind are empty; `uplink` is None off the router."""

    device: Device
    management: Management
    segments: tuple[Segment, ...]
    access: tuple[AccessList, ...]
    uplink: Uplink | None
    trunks: tuple[str, ...]
    """Interfaces that carry every VLAN towards the rest of the site (a switch's or access point's uplinks)."""
    ports: tuple[Port, ...]
    radios: tuple[Radio, ...]
    wlans: tuple[Wlan, ...]
