"""Rows of access points and what they send and hear. Pupils are counted, not listed: no row has a client's address."""

from __future__ import annotations

from dataclasses import dataclass

from homeroom.snmp.ask.declared import counted, minutely, often, slow


@dataclass(frozen=True, slots=True)
class Ssid:
    """One SSID as a controller, or an access point's interface, has it."""

    key: str
    name: str | None = often()
    enabled: bool | None = often()
    clients: int | None = counted()
    vlan: int | None = slow("VLAN", 0, 4095)
    zone: str | None = slow()


@dataclass(frozen=True, slots=True)
class Bss:
    """One SSID on one radio of one access point."""

    key: str
    ap: str | None = None
    slot: str | None = None
    ssid: str | None = often()
    bssid: str | None = slow()
    radio: str | None = slow()
    clients: int | None = counted()
    channel: int | None = often("", 1, 253)
    power: float | None = often("dBm", -40, 40)
    up: bool | None = often()


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """One access point of a controller."""

    key: str
    name: str | None = slow()
    mac: str | None = slow()
    model: str | None = slow()
    serial: str | None = slow()
    software: str | None = slow()
    location: str | None = slow()
    address: str | None = slow()
    up: bool | None = minutely()
    state: str | None = minutely()
    uptime: float | None = often("s", 0)
    clients: int | None = counted()


@dataclass(frozen=True, slots=True)
class Radio:
    """One radio; `ap` is the key of its access point, None on an access point's own agent."""

    key: str
    ap: str | None = None
    slot: str | None = None
    name: str | None = slow()
    band: str | None = slow()
    channel: int | None = often("", 1, 253)
    frequency: int | None = often("MHz", 2000, 7200)
    power: float | None = often("dBm", -40, 40)
    power_level: int | None = often("", 0, 16)
    power_levels: str | None = often("dBm")
    utilisation: float | None = often("%", 0, 100)
    noise: float | None = often("dBm", -127, -1)
    interference: float | None = often("dBm", -127, -1)
    clients: int | None = counted()
    up: bool | None = often()


@dataclass(frozen=True, slots=True)
class Air:
    """What a controller's radio hears on each channel; joined into `Radio` by the channel that it uses."""

    key: str
    ap: str | None = None
    slot: str | None = None
    channel: int | None = None
    noise: float | None = often("dBm", -127, -1)
    interference: float | None = often("dBm", -127, -1)


@dataclass(frozen=True, slots=True)
class Rogue:
    """An access point that is heard and is none of ours, as far as the device knows."""

    key: str
    mac: str | None = None
    ssid: str | None = slow()
    channel: int | None = slow("", 1, 253)
    signal: float | None = slow("dBm", -127, 0)
    state: str | None = slow()
    kind: str | None = slow()
    heard_by: str | None = slow()
    heard: str | None = often()
    """Lines `BSSID channel dBm SSID`, as an access point's script prints them; joined into rows of their own."""
