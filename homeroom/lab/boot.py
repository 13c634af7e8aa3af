"""What an emulated device boots with.

Routers and switches boot as they leave staging: name, management address, one user, SSH, SCP, archive, SNMPv3; the
rest is what Homeroom pushes. Access points boot with their whole configuration, because nothing pushes it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

from homeroom.intent.model import Intent
from homeroom.lab.emulated import Emulated, SnmpUser
from homeroom.lab.fleet import Record
from homeroom.lab.ios.clock import Clock, Later
from homeroom.lab.ios.device import IosDevice, Staged
from homeroom.lab.ios.hardware import Box
from homeroom.lab.openwrt import AccessPoint
from homeroom.platforms.render import Renderer
from homeroom.programme.model import Equipment
from homeroom.secret import Vault

SNMP_USER: Final = "homeroom"
AUTH, PRIV = "SHA-256", "AES"
Find = Callable[[str], Intent]
"""Device name -> its intent."""


def snmp_user(vault: Vault) -> SnmpUser:
    """Return the SNMPv3 user that staging makes on every device."""
    return SnmpUser(AUTH, vault.get("snmp_auth").reveal(), PRIV, vault.get("snmp_priv").reveal())


def staged(intent: Intent, vault: Vault) -> str:
    """Return the configuration of a router or switch as it leaves staging."""
    return vault.reveal("\n".join(_lines(intent)) + "\n")


def _lines(intent: Intent) -> Iterator[str]:
    device, management = intent.device, intent.management
    yield from (
        "version 17.9",
        f"hostname {device.name}",
        "aaa new-model",
        "aaa authentication login default local",
        "aaa authorization exec default local",
        "no ip domain lookup",
        f"ip domain name {device.domain}",
        f"username {management.user} privilege 15 secret 9 {management.password_hash}",
        "archive",
        " path flash:archive",
        " maximum 10",
        f"vlan {management.vlan}",
        " name management",
    )
    yield from _links(intent)
    yield from (
        f"interface Vlan{management.vlan}",
        " description management",
        f" ip address {management.v4} {management.netmask}",
        f" ipv6 address {management.v6}/{management.length6}",
        "ip ssh version 2",
        "ip scp server enable",
        "snmp-server group HOMEROOM v3 priv",
        "line con 0",
        "line vty 0 4",
        " transport input ssh",
        "line vty 5 15",
        " transport input ssh",
        "end",
    )


def _links(intent: Intent) -> Iterator[str]:
    """Yield how management gets in: the router's uplink, a switch's trunks."""
    if intent.uplink is not None:
        yield "ipv6 unicast-routing"
        yield f"interface {intent.uplink.interface}"
        yield f" ip address {intent.uplink.v4} {intent.uplink.netmask}"
        yield f"ip route 0.0.0.0 0.0.0.0 {intent.uplink.peer4}"
    else:
        yield f"ip default-gateway {intent.management.gateway4}"
    for trunk in intent.trunks:
        yield f"interface {trunk}"
        yield " switchport mode trunk"


def maker(
    find: Find,
    renderer: Renderer,
    vault: Vault,
    equipment: Equipment,
    *,
    clock: Clock,
    later: Later,
    minute: float,
) -> Callable[[Record], Emulated]:
    """Return the function that makes a device from its record; its configuration waits until somebody looks."""
    users, started = {SNMP_USER: snmp_user(vault)}, clock()

    def ios(record: Record) -> Emulated:
        model = equipment.models[record.model]
        ports = (*model.uplinks, *model.ports)
        box = Box(record.name, record.address, record.platform, record.kind, record.model, ports)
        return IosDevice(
            box, lambda: Staged(staged(find(record.name), vault), users), clock, later, minute=minute, booted=started
        )

    def openwrt(record: Record) -> Emulated:
        config = vault.reveal(renderer.render(find(record.name)).text)
        point = AccessPoint(
            name=record.name,
            address=record.address,
            model=record.model,
            config=config,
            boot=started,
            users=users,
        )
        return cast("Emulated", point)  # pyright takes its constant `platform` and `kind` for class variables only

    return lambda record: openwrt(record) if record.platform == "openwrt" else ios(record)
